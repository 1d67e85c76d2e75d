#include "doc/doc.h"

#include "base/io.h"
#include "base/map.h"
#include "doc/axes.h"
#include "doc/blocks.h"
#include "doc/include.h"
#include "doc/labels.h"
#include "doc/part.h"
#include "doc/rules.h"
#include "doc/scan.h"
#include "doc/source.h"

#include <string.h>

#include "base/banned.h"

/* One file as read, whatever the number of places that include it. */
typedef struct vb_part_file {
    uint32_t source;
    uint32_t first, last; /* lines of it that are meant */
    vb_unit *unit;
    vb_pieces pieces;
} vb_part_file;

/* One place where a file is being read. */
typedef struct vb_level {
    const vb_part_file *file;
    size_t piece, note; /* cursors */
    uint32_t pane;      /* pane around it, VB_NONE */
    uint32_t panes;     /* number of the file's first pane in the document */
    uint32_t items;     /* number of its first list item */
    const vb_block *at; /* the include's block: containers around it */
} vb_level;

typedef struct vb_assembler {
    vb_doc *doc;
    vb_diags *diags;
    vb_axes axes;
    vb_map sources; /* real path -> vb_source and its number */
    vb_map files;   /* real path and part -> vb_part_file */
    VB_VEC(vb_level) levels;
    uint32_t headings[8]; /* open heading of each level, VB_NONE */
    size_t total;         /* bytes read in all places together */
    uint32_t includes, items;
    bool no_includes;
    vb_cache *shared; /* of included files, or NULL */
} vb_assembler;

/* Room for a file's blocks in one go: growing step by step in an arena would
 * leave twice their size behind. */
static void
reserve(vb_doc *doc, size_t more)
{
    size_t need = doc->blocks.len + more, cap = doc->blocks.cap * 2;
    vb_block *at;

    if (need <= doc->blocks.cap)
        return;
    if (cap < need || doc->blocks.len == 0)
        cap = need;
    at = VB_NEW_N(doc->arena, vb_block, cap);
    if (doc->blocks.len)
        memcpy(at, doc->blocks.at, doc->blocks.len * sizeof *at);
    doc->blocks.at = at;
    doc->blocks.cap = cap;
}

static void
enter(vb_assembler *a, const vb_part_file *file, uint32_t pane,
      const vb_block *at)
{
    const vb_unit *u = file->unit;
    vb_level level = {.file = file,
                      .pane = pane,
                      .panes = (uint32_t)a->axes.panes.len,
                      .items = a->items,
                      .at = at};
    uint32_t groups = (uint32_t)a->axes.groups.len;

    reserve(a->doc, file->pieces.len);
    a->items += file->pieces.list_items;
    a->total += u->source->text.len;
    for (size_t i = 0; i < u->groups.len; i++)
        vb_vec_push(a->doc->arena, &a->axes.groups, u->groups.at[i]);
    for (size_t i = 0; i < u->panes.len; i++) {
        vb_pane p = u->panes.at[i];

        p.group += groups;
        p.parent = p.parent == VB_NONE ? pane : p.parent + level.panes;
        vb_vec_push(a->doc->arena, &a->axes.panes, p);
    }
    vb_vec_push(a->doc->arena, &a->levels, level);
}

/* Is the heading's pane the block's own or around it? */
static bool
pane_around(const vb_assembler *a, uint32_t outer, uint32_t pane)
{
    enum { CLIMB_MAX = 256 };

    if (outer == 0)
        return true;
    for (unsigned n = 0; pane && n < CLIMB_MAX; n++) {
        if (pane == outer)
            return true;
        pane = a->axes.panes.at[pane - 1].parent + 1; /* VB_NONE gives 0 */
    }
    return false;
}

/* The innermost open heading above 'level' that the block's reader sees. */
static uint32_t
heading_above(const vb_assembler *a, unsigned level, uint32_t pane)
{
    for (unsigned i = level; i-- > 1;) {
        uint32_t h = a->headings[i];

        if (h != VB_NONE && pane_around(a, a->doc->blocks.at[h].scope, pane))
            return h;
    }
    return VB_NONE;
}

static void
place_heading(vb_assembler *a, vb_block *block)
{
    unsigned level = block->kind == VB_BLOCK_HEADING ? block->level : 8;

    block->heading = heading_above(a, level, block->scope);
    if (level == 8)
        return;
    for (unsigned i = level; i < 8; i++)
        a->headings[i] = VB_NONE;
    a->headings[level] = (uint32_t)a->doc->blocks.len;
}

/* Comments up to the block at 'loc' come before it. */
static void
add_comments(vb_assembler *a, vb_level *level, uint32_t line)
{
    const vb_unit *u = level->file->unit;

    while (level->note < u->notes.len && u->notes.at[level->note].line < line) {
        const vb_note *note = &u->notes.at[level->note++];
        uint32_t pane = u->ctxs.at[note->ctx].pane;
        vb_comment c = {.text = note->text,
                        .loc = {u->source->path, note->line, note->col},
                        .before = (uint32_t)a->doc->blocks.len};

        c.scope = pane == VB_NONE ? level->pane + 1 : level->panes + pane + 1;
        vb_vec_push(a->doc->arena, &a->doc->comments, c);
    }
}

static void
surround(vb_block *block, const vb_block *at)
{
    if (!at)
        return;
    if (block->list_depth == 0) {
        block->ordered = at->ordered;
        block->item = at->item;
    }
    block->list_depth = (uint16_t)(block->list_depth + at->list_depth);
    block->quote_depth = (uint16_t)(block->quote_depth + at->quote_depth);
    block->in_details |= at->in_details;
    if (block->container.len == 0)
        block->container = at->container;
}

static vb_block *
add_block(vb_assembler *a, vb_level *level, const vb_piece *piece)
{
    const vb_unit *u = level->file->unit;
    uint32_t pane = u->ctxs.at[piece->ctx].pane;
    vb_block block = piece->block;

    add_comments(a, level, block.loc.line);
    block.source = block.from = level->file->source;
    if (block.item != VB_NONE)
        block.item += level->items;
    block.scope = pane == VB_NONE ? level->pane + 1 : level->panes + pane + 1;
    surround(&block, level->at);
    place_heading(a, &block);
    vb_vec_push(a->doc->arena, &a->doc->blocks, block);
    return &a->doc->blocks.at[a->doc->blocks.len - 1];
}

static vb_diag *
tell(vb_assembler *a, const vb_block *at, const char *rule, const char *what,
     vb_str target)
{
    vb_diag *diag =
        vb_diag_add(a->diags, VB_WARNING, rule, at->loc,
                    "included file '%.*s' %s", VB_ARG(target), what);

    return diag;
}

static bool
open_already(const vb_assembler *a, uint32_t source)
{
    for (size_t i = 0; i < a->levels.len; i++) {
        if (a->levels.at[i].file->source == source)
            return true;
    }
    return false;
}

/* What the source means in the document: where it came from. */
static uint32_t
add_source(vb_assembler *a, vb_source *source, const vb_block *at, vb_str real)
{
    vb_str root = a->doc->root;

    source->included_by = at->source;
    source->included_at = at->loc;
    if (real.len > root.len && memcmp(real.ptr, root.ptr, root.len) == 0)
        source->rel = vb_str_from(real, root.len + 1);
    vb_vec_push(a->doc->arena, &a->doc->sources, source);
    return (uint32_t)a->doc->sources.len - 1;
}

/* The file's bytes, read once. NULL, with a diagnostic at the place of use,
 * when it cannot be read. */
static vb_source *
load_source(vb_assembler *a, const vb_block *at, vb_str path, vb_str real,
            uint32_t *number)
{
    bool added;
    vb_map_entry *entry = vb_map_add(&a->sources, real, &added);
    vb_source *source;
    vb_error err;

    if (!added) {
        *number = (uint32_t)entry->num;
        return entry->ptr;
    }
    source = vb_source_include(a->doc->arena, path.ptr, real, a->shared,
                               a->diags, &err);
    if (!source) {
        vb_diag_add(a->diags, VB_WARNING, "D025", at->loc, "%s", err.message);
        return NULL;
    }
    *number = add_source(a, source, at, real);
    entry->ptr = source;
    entry->num = *number;
    return source;
}

/* Which lines of the file are meant; false when it has no such part. */
static bool
find_part(vb_assembler *a, const vb_block *at, const vb_item *item,
          vb_part_file *file)
{
    file->first = 1;
    file->last = vb_source_count(file->unit->source);
    if (item->part.len == 0)
        return true;
    if (vb_part_find(file->unit->source, item->part, &file->first, &file->last))
        return true;
    vb_diag_add(a->diags, VB_WARNING, "D020", at->loc,
                "included file '%.*s' has no part '%.*s'", VB_ARG(item->target),
                VB_ARG(item->part));
    return false;
}

/* Reads the file, or the part of it that is asked for, unless that was done
 * before. NULL when it cannot be read. */
static vb_part_file *
load(vb_assembler *a, const vb_block *at, const vb_item *item, vb_str path,
     vb_str real)
{
    bool code = item->inc == VB_INC_CODE, added;
    vb_arena *arena = a->doc->arena;
    vb_str key = vb_str_fmt(arena, "%c%.*s\x1f%.*s", code ? 'c' : 'd',
                            VB_ARG(real), VB_ARG(item->part));
    vb_map_entry *entry = vb_map_add(&a->files, key, &added);
    vb_part_file *file = entry->ptr;
    vb_source *source;
    uint32_t number = 0;

    if (!added)
        return file;
    source = load_source(a, at, path, real, &number);
    if (!source)
        return NULL;
    file = VB_NEW(arena, vb_part_file);
    file->source = number;
    file->unit = VB_NEW(arena, vb_unit);
    file->unit->source = source;
    if (!find_part(a, at, item, file))
        return NULL;
    if (!code) {
        file->unit =
            vb_scan_source(arena, source, file->first, file->last, a->diags);
        vb_blocks_read(arena, file->unit, &file->pieces, a->diags);
    }
    vb_map_find(&a->files, key)->ptr = file;
    return file;
}

/* The limits that keep includes from growing without end. */
static bool
within_limits(vb_assembler *a, const vb_block *at, const vb_part_file *file,
              vb_str target)
{
    if (open_already(a, file->source)) {
        tell(a, at, "D022", "includes itself", target);
        return false;
    }
    if (a->levels.len > VB_INCLUDE_DEPTH_MAX) {
        tell(a, at, "D023", "is nested too deep", target);
        return false;
    }
    if (a->total + file->unit->source->text.len > VB_DOC_TOTAL_MAX) {
        tell(a, at, "D024", "goes over the limit on includes", target);
        return false;
    }
    return true;
}

static vb_part_file *
find_file(vb_assembler *a, const vb_block *at, const vb_item *item)
{
    vb_str path, real;
    vb_diag *diag;
    const vb_source *from = a->doc->sources.at[at->source];

    if (a->no_includes)
        return NULL;
    if (a->includes++ >= VB_INCLUDES_MAX) { /* also of those not found */
        tell(a, at, "D024", "goes over the limit on includes", item->target);
        return NULL;
    }
    switch (vb_include_find(a->doc->arena, a->doc->root, from, item, &path,
                            &real)) {
    case VB_FOUND:
        break;
    case VB_FOUND_OUTSIDE:
        diag =
            tell(a, at, "D021", "is outside the document's root", item->target);
        diag->hint = vb_str_fmt(a->doc->arena, "the root is '%.*s'",
                                VB_ARG(a->doc->root));
        return NULL;
    case VB_FOUND_NOTHING:
        tell(a, at, "D020", "is not there", item->target);
        return NULL;
    }
    return load(a, at, item, path, real);
}

static void
show_code(vb_assembler *a, uint32_t index, const vb_item *item)
{
    vb_block *block = &a->doc->blocks.at[index];
    vb_part_file *file = find_file(a, block, item);
    const vb_source *source;

    block = &a->doc->blocks.at[index];
    if (!file || !within_limits(a, block, file, item->target)) {
        block->kind = VB_BLOCK_GAP;
        block->form = VB_CODE_INCLUDED;
        block->text = item->target;
        return;
    }
    source = file->unit->source;
    a->total += source->text.len;
    block->kind = VB_BLOCK_CODE;
    block->form = VB_CODE_INCLUDED;
    block->from = file->source;
    block->first_line = file->first;
    block->indent = 0;
    block->text =
        item->lines.len
            ? vb_part_lines(a->doc->arena, source, item->lines,
                            &block->first_line)
            : vb_part_text(a->doc->arena, source, file->first, file->last);
    /* a script's name is no file for the reader to write */
    if (block->label.len == 0 && !vb_lang_shell(block->lang))
        block->label = vb_path_base(vb_str_c(source->path));
}

/* The block 'index' is an include: a file's blocks take its place. */
static void
splice(vb_assembler *a, uint32_t index, const vb_item *item)
{
    const vb_block *block = &a->doc->blocks.at[index];
    vb_part_file *file = find_file(a, block, item);
    vb_block *copy;

    if (!file ||
        !within_limits(a, &a->doc->blocks.at[index], file, item->target))
        return;
    copy = VB_NEW(a->doc->arena, vb_block);
    *copy = a->doc->blocks.at[index];
    a->doc->blocks.len--; /* the include itself leaves no block */
    enter(a, file, copy->scope - 1, copy);
}

static void
walk(vb_assembler *a)
{
    while (a->levels.len) {
        vb_level *level = &a->levels.at[a->levels.len - 1];
        const vb_unit *u = level->file->unit;
        const vb_piece *piece;
        const vb_item *item;
        uint32_t index;

        if (level->piece == level->file->pieces.len) {
            add_comments(a, level, UINT32_MAX);
            a->levels.len--;
            continue;
        }
        piece = &level->file->pieces.at[level->piece++];
        add_block(a, level, piece);
        if (piece->item == VB_NONE)
            continue;
        index = (uint32_t)a->doc->blocks.len - 1;
        item = &u->items.at[piece->item];
        if (item->inc == VB_INC_CODE || item->kind == VB_ITEM_CODE)
            show_code(a, index, item);
        else
            splice(a, index, item);
    }
}

static void
set_title(vb_doc *doc, const vb_unit *unit)
{
    doc->title = unit->front_title;
    doc->front_title = doc->title.len > 0;
    for (size_t i = 0; i < doc->blocks.len && doc->title.len == 0; i++) {
        const vb_block *block = &doc->blocks.at[i];

        if (block->kind == VB_BLOCK_HEADING && block->level <= 6 &&
            doc->sources.at[block->source]->path == doc->sources.at[0]->path)
            doc->title = block->text;
    }
    /* an included heading is better than none */
    for (size_t i = 0; i < doc->blocks.len && doc->title.len == 0; i++) {
        if (doc->blocks.at[i].kind == VB_BLOCK_HEADING &&
            doc->blocks.at[i].level <= 6)
            doc->title = doc->blocks.at[i].text;
    }
}

/* A document that the reader works through before the guide. It is entered
 * last and so walked first. */
static bool
enter_first(vb_assembler *a, const char *path, vb_error *err)
{
    vb_arena *arena = a->doc->arena;
    vb_source *source = vb_source_read(arena, path, NULL, a->diags, err);
    vb_part_file *file;

    if (!source)
        return false;
    source->included_by = VB_NONE;
    source->rel = vb_path_base(vb_str_c(source->path));
    vb_vec_push(arena, &a->doc->sources, source);
    file = VB_NEW(arena, vb_part_file);
    file->source = (uint32_t)a->doc->sources.len - 1;
    file->unit = vb_scan_source(arena, source, 1, UINT32_MAX, a->diags);
    vb_blocks_read(arena, file->unit, &file->pieces, a->diags);
    /* for its release; no include has such a key */
    vb_map_add(&a->files, vb_str_fmt(arena, "first %u", file->source), NULL)
        ->ptr = file;
    enter(a, file, VB_NONE, NULL);
    return true;
}

static bool
assemble(vb_doc *doc, vb_source *source, const vb_doc_opts *opts,
         vb_diags *diags, vb_error *err)
{
    vb_assembler a = {.doc = doc, .diags = diags};
    vb_part_file *file = VB_NEW(doc->arena, vb_part_file);
    vb_str real;
    bool ok = true;

    a.no_includes = opts && opts->no_includes;
    a.shared = opts ? opts->shared : NULL;
    vb_map_init(&a.files, doc->arena);
    vb_map_init(&a.sources, doc->arena);
    for (size_t i = 0; i < VB_COUNT(a.headings); i++)
        a.headings[i] = VB_NONE;
    file->unit = vb_scan_source(doc->arena, source, 1, UINT32_MAX, diags);
    vb_blocks_read(doc->arena, file->unit, &file->pieces, diags);
    real = vb_include_real(doc->arena, vb_str_c(source->path));
    if (real.len) /* it may include itself */
        vb_map_add(&a.sources, real, NULL)->ptr = source;
    enter(&a, file, VB_NONE, NULL);
    for (size_t i = opts ? opts->nfirst : 0; ok && i-- > 0;)
        ok = enter_first(&a, opts->first[i], err);
    if (ok)
        walk(&a);
    vb_pieces_release(&file->pieces);
    for (size_t i = 0; i < a.files.entries.len; i++) {
        if (a.files.entries.at[i].ptr)
            vb_pieces_release(
                &((vb_part_file *)a.files.entries.at[i].ptr)->pieces);
    }
    doc->front = file->unit->front;
    set_title(doc, file->unit);
    for (size_t i = 0; i < doc->blocks.len; i++)
        doc->gaps += doc->blocks.at[i].kind == VB_BLOCK_GAP;
    if (!ok)
        return false;
    vb_axes_resolve(doc, &a.axes, diags);
    vb_headings_split(doc);
    return true;
}

vb_doc *
vb_doc_read(vb_arena *arena, const char *path, const vb_doc_opts *opts,
            vb_diags *diags, vb_error *err)
{
    vb_source *source =
        vb_source_read(arena, path, opts ? opts->text : NULL, diags, err);
    vb_doc *doc;

    if (!source)
        return NULL;
    doc = VB_NEW(arena, vb_doc);
    doc->arena = arena;
    doc->root = vb_include_root(arena, path, opts ? opts->root : NULL);
    vb_vec_push(arena, &doc->sources, source);
    return assemble(doc, source, opts, diags, err) ? doc : NULL;
}

bool
vb_scope_visible(const vb_doc *doc, uint32_t scope, const uint32_t *chosen)
{
    for (; scope; scope = doc->scopes.at[scope].parent) {
        const vb_scope *s = &doc->scopes.at[scope];
        uint32_t want = chosen[s->cond.axis];
        bool shown = want == VB_NONE || want == s->cond.option;

        for (size_t i = 0; i < s->also.len && !shown; i++)
            shown = s->also.at[i] == want;
        if (!shown)
            return false;
    }
    return true;
}

bool
vb_scope_has(const vb_doc *doc, uint32_t scope, uint32_t axis, uint32_t option)
{
    for (; scope; scope = doc->scopes.at[scope].parent) {
        const vb_scope *s = &doc->scopes.at[scope];

        if (s->cond.axis != axis)
            continue;
        if (s->cond.option == option)
            return true;
        for (size_t i = 0; i < s->also.len; i++) {
            if (s->also.at[i] == option)
                return true;
        }
    }
    return false;
}

uint32_t
vb_scope_option(const vb_doc *doc, uint32_t scope, uint32_t axis)
{
    for (; scope; scope = doc->scopes.at[scope].parent) {
        if (doc->scopes.at[scope].cond.axis == axis)
            return doc->scopes.at[scope].cond.option;
    }
    return VB_NONE;
}

void
vb_doc_excerpt(const vb_doc *doc, vb_diag *diag)
{
    if (!diag->loc.file || diag->loc.line == 0)
        return;
    for (size_t i = 0; i < doc->sources.len; i++) {
        const vb_source *source = doc->sources.at[i];

        if (strcmp(source->path, diag->loc.file) == 0) {
            diag->excerpt = vb_source_line(source, diag->loc.line);
            return;
        }
    }
}

const char *
vb_block_kind_name(vb_block_kind kind)
{
    static const char *const names[] = {"heading", "prose", "code", "table",
                                        "html",    "gap",   "rule"};

    return names[kind];
}
