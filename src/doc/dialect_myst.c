/*
 * MyST: directives in fences of backticks or colons. {tab-set} and {tab-item}
 * are toggles, {code-block} is code, {literalinclude} a file; admonitions and
 * unknown directives hold Markdown or nothing.
 */
#include "doc/scan.h"

#include <string.h>

#include "base/banned.h"

/* Where the directive's options (":name: value" lines) end. */
static uint32_t
options_end(const vb_scan *s)
{
    uint32_t n = s->line + 1;
    bool dashes =
        vb_str_eqc(vb_str_trim(vb_scan_line(s, n)), "---") && n <= s->count;

    if (dashes) {
        for (n++; n <= s->count; n++) {
            vb_str line = vb_str_trim(vb_scan_line(s, n));

            if (vb_str_eqc(line, "---"))
                return n + 1;
            if (line.len == 0 || vb_str_starts(line, "```"))
                break;
        }
        return s->line + 1;
    }
    for (; n <= s->count; n++) {
        vb_str line = vb_str_trim(vb_scan_line(s, n));
        size_t end;

        if (line.len < 3 || line.ptr[0] != ':')
            break;
        end = vb_str_chr(vb_str_from(line, 1), ':');
        if (end == VB_NPOS || end == 0)
            break;
    }
    return n;
}

static vb_str
option(const vb_scan *s, uint32_t end, const char *name)
{
    for (uint32_t n = s->line + 1; n < end; n++) {
        vb_str line = vb_str_trim(vb_scan_line(s, n));
        size_t colon;

        if (vb_str_starts(line, ":"))
            line = vb_str_from(line, 1);
        colon = vb_str_chr(line, ':');
        if (colon != VB_NPOS && vb_str_eqc(vb_str_sub(line, 0, colon), name))
            return vb_str_trim(vb_str_from(line, colon + 1));
    }
    return vb_str_n(NULL, 0);
}

typedef struct vb_directive {
    vb_str name, arg;
    uint32_t run, body; /* body: first line behind the options */
    char mark;
} vb_directive;

static void
blank_head(vb_scan *s, const vb_directive *d)
{
    for (uint32_t n = s->line; n < d->body; n++)
        vb_scan_blank(s, n);
    s->next = d->body;
}

static void
open_item(vb_scan *s, const vb_directive *d)
{
    vb_str sync = option(s, d->body, "sync");
    vb_pane_opts opts = {.label = vb_label_clean(s->arena, d->arg),
                         .id = vb_str_copy(s->arena, sync),
                         .number = d->run};
    vb_frame *group = vb_group_of(s, &vb_dialect_myst);

    if (sync.len && group) {
        vb_group *g = &s->unit->groups.at[group->group];
        vb_str key = g->key;

        g->tie = VB_TIE_IDS;
        g->key = key;
    }
    vb_pane_open(s, &vb_dialect_myst, s->at, s->text.len, &opts);
    blank_head(s, d);
}

/* {tab} and {tabbed} need no set: those that follow each other are one. */
static void
join_neighbours(vb_scan *s)
{
    const vb_frame *top = vb_frame_top(s);
    vb_group_opts opts = {.loose = true};

    if (top && top->kind == VB_FRAME_GROUP && top->dialect == &vb_dialect_myst)
        return;
    vb_group_open(s, &vb_dialect_myst, s->at, s->at, &opts);
    if (vb_frame_top(s))
        vb_frame_top(s)->waits = true;
}

static void
open_set(vb_scan *s, const vb_directive *d)
{
    vb_group_opts opts = {
        .number = d->run,
        .key = vb_str_copy(s->arena, option(s, d->body, "sync-group"))};

    vb_group_open(s, &vb_dialect_myst, s->at, s->text.len, &opts);
    blank_head(s, d);
}

/* The line that closes a directive of that run, 0 when there is none; then
 * none is looked for again. */
static uint32_t
find_close(vb_scan *s, const vb_directive *d)
{
    if (s->directive_less && d->run >= s->directive_less)
        return 0;
    for (uint32_t n = d->body; n <= s->count; n++) {
        vb_str line = vb_str_trim(vb_scan_line(s, n));
        uint32_t run = 0;

        while (run < line.len && line.ptr[run] == d->mark)
            run++;
        if (run >= d->run && run == line.len)
            return n;
    }
    s->directive_less = d->run;
    return 0;
}

/* A directive whose content is no Markdown: code, or what only a builder
 * reads. */
static bool
take_body(vb_scan *s, const vb_directive *d, bool code)
{
    uint32_t close = find_close(s, d);
    uint32_t end = close ? close : s->count + 1;
    vb_str caption = option(s, d->body, "caption");
    vb_item *item;

    if (code) {
        if (caption.len == 0)
            caption = option(s, d->body, "filename");
        item = vb_scan_item(s, VB_ITEM_CODE, s->at);
        item->form = VB_CODE_FENCED;
        item->info = vb_str_copy(s->arena, d->arg);
        if (caption.len)
            item->label = vb_label_clean(s->arena, caption);
        item->first = d->body;
        while (item->first < end &&
               vb_str_trim(vb_scan_line(s, item->first)).len == 0)
            item->first++;
        item->last = end - 1;
        item->end_line = close ? close : s->count;
        item->indent = s->indent;
        item->quotes = s->quotes;
        item->unclosed = close == 0;
    }
    if (close == 0)
        vb_diag_add(s->diags, VB_WARNING, "D004", vb_scan_loc(s, s->at),
                    "directive '%.*s' has no end", VB_ARG(d->name));
    for (uint32_t n = s->line + 1; n <= end && n <= s->count; n++)
        vb_scan_blank(s, n);
    s->ops[s->line - 1] = code ? VB_LINE_PLACE : VB_LINE_BLANK;
    s->next = end + 1;
    return true;
}

static void
literal_include(vb_scan *s, const vb_directive *d)
{
    bool code = vb_str_eqc(d->name, "literalinclude");
    vb_item *item = vb_include_add(s, s->at, code ? VB_INC_CODE : VB_INC_AUTO,
                                   d->arg, NULL);
    vb_str lang = option(s, d->body, "language");
    uint32_t close = find_close(s, d);

    if (lang.len && item->inc == VB_INC_CODE)
        item->info = item->lang = vb_str_copy(s->arena, lang);
    item->lines = vb_str_copy(s->arena, option(s, d->body, "lines"));
    for (uint32_t n = s->line; n <= close; n++)
        vb_scan_blank(s, n);
    s->ops[s->line - 1] = VB_LINE_PLACE;
    s->next = (close ? close : d->body - 1) + 1;
}

static void
open_box(vb_scan *s, const vb_directive *d)
{
    vb_ctx ctx = *vb_ctx_now(s);
    vb_frame *box;

    if (vb_box_kind(d->name).len)
        ctx = vb_box_ctx(s, vb_box_kind(d->name), d->arg);
    else if (vb_box_collapses(d->name))
        ctx = vb_box_ctx(s, d->name, d->arg);
    box = vb_box_open(s, s->at, s->text.len, VB_STR("{}"), &ctx, d->run);
    if (box)
        box->dialect = &vb_dialect_myst;
    blank_head(s, d);
}

static bool
open_directive(vb_scan *s, const vb_directive *d)
{
    static const char *const shells[] = {
        "bash", "sh", "shell", "console", "python", "zsh", "powershell"};
    static const char *const dead[] = {"image",        "figure",      "toctree",
                                       "math",         "contents",    "raw",
                                       "include-code", "eval-rst",    "mermaid",
                                       "bibliography", "button-link", "video"};

    if (vb_str_eqc(d->name, "tab-set") || vb_str_eqc(d->name, "tabs")) {
        open_set(s, d);
        return true;
    }
    if (vb_str_eqc(d->name, "tab-item") || vb_str_eqc(d->name, "tab") ||
        vb_str_eqc(d->name, "tabbed")) {
        if (!vb_str_eqc(d->name, "tab-item"))
            join_neighbours(s);
        open_item(s, d);
        return true;
    }
    if (vb_str_eqc(d->name, "code-block") || vb_str_eqc(d->name, "code") ||
        vb_str_eqc(d->name, "sourcecode") || vb_str_eqc(d->name, "code-cell"))
        return take_body(s, d, true);
    if (vb_str_eqc(d->name, "literalinclude") ||
        vb_str_eqc(d->name, "include")) {
        literal_include(s, d);
        return true;
    }
    for (size_t i = 0; i < VB_COUNT(shells); i++) {
        if (vb_str_eqc(d->name, shells[i])) { /* a cell of a notebook */
            vb_directive cell = *d;

            cell.arg = d->name;
            return take_body(s, &cell, true);
        }
    }
    for (size_t i = 0; i < VB_COUNT(dead); i++) {
        if (vb_str_eqc(d->name, dead[i]))
            return take_body(s, d, false);
    }
    open_box(s, d);
    return true;
}

/* A group of neighbours ends at the first line that is no tab. */
void
vb_neighbours_end(vb_scan *s)
{
    const vb_frame *top = vb_frame_top(s);
    vb_str text = vb_scan_rest(s);

    if (top && top->kind == VB_FRAME_GROUP && top->waits &&
        !(vb_str_has(text, "{tab}") || vb_str_has(text, "{tabbed}")))
        vb_frame_pop(s, s->at, true);
}

/* MyST reads from outside in: a bare run ends the outermost directive that is
 * no longer than it. */
static bool
close_directive(vb_scan *s, char mark, uint32_t run)
{
    size_t found = 0;

    for (size_t i = s->frames.len; i; i--) {
        const vb_frame *f = &s->frames.at[i - 1];

        if (f->dialect != &vb_dialect_myst || f->number > run)
            break;
        if (f->number)
            found = i;
    }
    (void)mark;
    if (found == 0)
        return false;
    vb_frames_pop_to(s, found, s->at);
    vb_frame_pop(s, s->at, true);
    if (vb_frame_top(s) && vb_frame_top(s)->implied)
        vb_frame_pop(s, s->at, true);
    vb_scan_blank(s, s->line);
    return true;
}

/* ```{name} argument; an empty info string closes. "{ .bash .no-copy }" and
 * "{.bash}" are attributes, not directives. */
static bool
myst_fence(vb_scan *s, vb_str info, char mark, uint32_t run)
{
    vb_directive d = {.mark = mark, .run = run};
    size_t close;

    if (info.len == 0)
        return close_directive(s, mark, run);
    close = vb_str_chr(info, '}');
    if (close == VB_NPOS || close < 2 || info.ptr[0] != '{')
        return false;
    d.name = vb_str_sub(info, 1, close - 1);
    if (!vb_is_alpha(d.name.ptr[0]))
        return false;
    for (size_t i = 0; i < d.name.len; i++) {
        if (!vb_is_word(d.name.ptr[i]) && d.name.ptr[i] != '-' &&
            d.name.ptr[i] != ':')
            return false;
    }
    d.arg = vb_str_trim(vb_str_from(info, close + 1));
    d.body = options_end(s);
    return open_directive(s, &d);
}

const vb_dialect vb_dialect_myst = {
    .name = "myst-tabs",
    .number = 11,
    .fence = myst_fence,
};
