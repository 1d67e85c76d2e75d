#include "doc/blocks.h"

#include "doc/clean.h"
#include "doc/inline.h"
#include "doc/labels.h"
#include "doc/source.h"
#include "doc/table.h"
#include "doc/tree.h"

#include <string.h>

#include "base/banned.h"

typedef struct vb_list_level {
    uint32_t item; /* number of the open item, VB_NONE between items */
    bool ordered;
    bool fresh; /* nothing stood in the item yet */
} vb_list_level;

typedef struct vb_blocker {
    vb_arena *arena;
    vb_unit *unit;
    vb_diags *diags;
    vb_pieces *out;
    vb_texter texter;
    size_t item, mark, clean_at; /* cursors; all only go forward */
    uint32_t clean_line;
    VB_VEC(vb_list_level) lists;
    uint32_t quotes;
    vb_str alert; /* kind of the quote's alert, "> [!NOTE]" */
    vb_loc loc;   /* of the paragraph or heading being read */
} vb_blocker;

/* The context at a place; places come in ascending order. */
static uint32_t
ctx_at(vb_blocker *b, uint32_t line, uint32_t col)
{
    const vb_unit *u = b->unit;

    while (b->mark < u->marks.len && (u->marks.at[b->mark].line < line ||
                                      (u->marks.at[b->mark].line == line &&
                                       u->marks.at[b->mark].col <= col)))
        b->mark++;
    return b->mark ? u->marks.at[b->mark - 1].ctx : 0;
}

static uint16_t
depth(size_t n)
{
    return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

static void
push(vb_pieces *pieces, const vb_piece *piece)
{
    if (pieces->len == pieces->cap) {
        pieces->cap = pieces->cap ? pieces->cap * 2 : 64;
        pieces->at = vb_heap_grow(pieces->at, pieces->cap * sizeof *pieces->at);
    }
    pieces->at[pieces->len++] = *piece;
}

void
vb_pieces_release(vb_pieces *pieces)
{
    vb_heap_free(pieces->at);
    *pieces = (vb_pieces){0};
}

/* Sets what the place says about the block and adds it. */
static void
add(vb_blocker *b, vb_piece piece)
{
    const vb_ctx *ctx = &b->unit->ctxs.at[piece.ctx];
    vb_block *block = &piece.block;
    vb_list_level *level = b->lists.len ? &b->lists.at[b->lists.len - 1] : NULL;

    block->list_depth = depth(b->lists.len);
    block->quote_depth = depth(b->quotes);
    block->item = VB_NONE;
    if (level) {
        block->ordered = level->ordered;
        block->item_start = level->fresh;
        block->item = level->item;
        level->fresh = false;
    }
    block->in_details = ctx->details > 0;
    block->container = ctx->container;
    if (b->quotes && b->alert.len)
        block->container = b->alert;
    if (block->kind == VB_BLOCK_CODE && block->label.len == 0)
        block->label = ctx->label;
    push(b->out, &piece);
}

static vb_str
first_word(vb_arena *arena, vb_str info)
{
    char *lower;
    size_t n = 0;
    vb_str rest = info, word = {0};

    if (info.len && info.ptr[0] == '{') { /* { .bash .no-copy }, {.bash} */
        rest = vb_str_from(info, 1);
        if (!vb_str_word(&rest, &word))
            return word;
        if (word.ptr[0] == '.')
            word = vb_str_from(word, 1);
    } else if (!vb_str_word(&rest, &word)) {
        return word;
    }
    while (n < word.len && word.ptr[n] != ',' && word.ptr[n] != '{' &&
           word.ptr[n] != '}' && word.ptr[n] != ':' && word.ptr[n] != '=')
        n++;
    if (n < word.len && word.ptr[n] == '=') /* title="x" and no language */
        return vb_str_n(NULL, 0);
    if (word.ptr[0] == '[')
        return vb_str_n(NULL, 0);
    lower = vb_str_dup(arena, vb_str_sub(word, 0, n));
    for (size_t i = 0; i < n; i++)
        lower[i] = vb_lower(lower[i]);
    return vb_str_n(lower, n);
}

/* One content line of a code block: quote marks and up to 'indent' columns
 * of blanks are not part of it. */
static vb_str
strip(vb_str line, const vb_item *item, uint32_t *pad)
{
    size_t i = 0;
    uint32_t column = 0, quotes = 0;

    *pad = 0;
    while (i < line.len && column < item->indent) {
        char c = line.ptr[i];

        if (c == '>' && quotes < item->quotes)
            quotes++;
        else if (c != ' ' && c != '\t')
            break;
        column = c == '\t' ? column / 4 * 4 + 4 : column + 1;
        i++;
    }
    if (column > item->indent)
        *pad = column - item->indent;
    return vb_str_from(line, i);
}

/* Lines that can be handed out as they stand in the source. */
static bool
verbatim_lines(const vb_source *source, const vb_item *item, vb_str *text)
{
    size_t from, to;

    if (item->indent || item->quotes)
        return false;
    from = source->lines.at[item->first - 1];
    to = source->lines.at[item->last];
    *text = vb_str_n(source->text.ptr + from, to - from);
    return to > from && source->text.ptr[to - 1] == '\n' &&
           memchr(text->ptr, '\r', text->len) == NULL;
}

vb_str
vb_code_text(vb_arena *arena, const vb_source *source, const vb_item *item)
{
    vb_buf buf;
    vb_str text;

    if (item->ready)
        return item->text;
    if (item->first > item->last || item->last > source->lines.len)
        return vb_str_n(NULL, 0);
    if (verbatim_lines(source, item, &text))
        return text;
    vb_buf_init(&buf, VB_BUF_NO_MAX);
    for (uint32_t n = item->first; n <= item->last; n++) {
        uint32_t pad;
        vb_str line = strip(vb_source_line(source, n), item, &pad);

        vb_buf_fill(&buf, ' ', pad);
        vb_buf_str(&buf, line);
        vb_buf_ch(&buf, '\n');
    }
    text = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return text;
}

static void
add_item(vb_blocker *b, uint32_t index)
{
    const vb_item *item = &b->unit->items.at[index];
    vb_piece piece = {.ctx = item->ctx, .item = VB_NONE};
    vb_block *block = &piece.block;

    block->loc = (vb_loc){b->unit->source->path, item->line, item->col};
    block->end_line = item->end_line;
    block->form = item->form;
    block->info = item->info;
    block->lang = first_word(b->arena, item->info);
    block->label = item->label;
    block->unclosed = item->unclosed;
    if (item->kind == VB_ITEM_INCLUDE) {
        block->kind = VB_BLOCK_GAP;
        block->text = item->target;
        piece.item = index;
    } else {
        block->kind = VB_BLOCK_CODE;
        block->first_line = item->first;
        block->indent = item->indent;
        block->text = vb_code_text(b->arena, b->unit->source, item);
        if (item->inc != VB_INC_NONE)
            piece.item = index;
    }
    add(b, piece);
}

/* Items that stand before a place. */
static void
items_before(vb_blocker *b, uint32_t line, uint32_t col)
{
    const vb_unit *u = b->unit;

    while (b->item < u->items.len && (u->items.at[b->item].line < line ||
                                      (u->items.at[b->item].line == line &&
                                       u->items.at[b->item].col < col)))
        add_item(b, (uint32_t)b->item++);
}

static vb_loc
node_loc(const vb_blocker *b, cmark_node *node)
{
    return vb_clean_loc(b->unit, (uint32_t)cmark_node_get_start_line(node),
                        (uint32_t)cmark_node_get_start_column(node));
}

/* The source line of a node's last line. */
static uint32_t
node_end(const vb_blocker *b, cmark_node *node)
{
    return vb_clean_loc(b->unit, (uint32_t)cmark_node_get_end_line(node), 1)
        .line;
}

static vb_piece
new_piece(vb_blocker *b, cmark_node *node, vb_block_kind kind)
{
    vb_piece piece = {.item = VB_NONE};
    vb_loc loc = node_loc(b, node);
    uint32_t end = node_end(b, node);

    items_before(b, loc.line, loc.col);
    piece.ctx = ctx_at(b, loc.line, loc.col);
    piece.block.kind = kind;
    piece.block.loc = loc;
    piece.block.end_line = end < loc.line ? loc.line : end;
    return piece;
}

/* The clean text's line 'n'; lines are asked for in ascending order. */
static vb_str
clean_line(vb_blocker *b, uint32_t n)
{
    vb_str text = vb_buf_view(&b->unit->clean);

    while (b->clean_line < n) {
        size_t next = vb_str_chr(vb_str_from(text, b->clean_at), '\n');

        if (next == VB_NPOS)
            return vb_str_n(NULL, 0);
        b->clean_at += next + 1;
        b->clean_line++;
    }
    text = vb_str_from(text, b->clean_at);
    return vb_str_sub(text, 0, vb_str_chr(text, '\n'));
}

/* Where the row stands in the source as it stands here, it is taken from
 * there: the clean text does not last. */
static void
keep_source(const vb_blocker *b, vb_row *row)
{
    vb_str line = vb_source_line(b->unit->source, row->loc.line);
    vb_str same = vb_str_sub(line, row->loc.col - 1, row->text.len);

    row->stays = same.len == row->text.len && row->text.len > 0 &&
                 memcmp(same.ptr, row->text.ptr, same.len) == 0;
    if (row->stays)
        row->text = same;
}

/* The paragraph's lines without their containers' prefix. */
static vb_row *
paragraph_rows(vb_blocker *b, cmark_node *node, size_t *n)
{
    uint32_t first = (uint32_t)cmark_node_get_start_line(node);
    uint32_t last = (uint32_t)cmark_node_get_end_line(node);
    size_t start = (size_t)cmark_node_get_start_column(node) - 1;
    vb_row *rows;
    bool pipe = false;

    if (last <= first || last > b->unit->origin.len)
        return NULL;
    *n = last - first + 1;
    rows = VB_NEW_N(&b->unit->scratch, vb_row, *n);
    for (uint32_t line = first; line <= last; line++) {
        vb_str text = clean_line(b, line);
        size_t at = line == first ? start : 0;
        vb_row *row = &rows[line - first];

        while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' ||
                                 (text.ptr[at] == '>' && b->quotes)))
            at++;
        row->text = vb_str_from(text, at);
        row->loc = vb_clean_loc(b->unit, line, (uint32_t)at + 1);
        keep_source(b, row);
        pipe |= memchr(row->text.ptr ? row->text.ptr : "", '-',
                       row->text.len) != NULL;
    }
    return pipe ? rows : NULL;
}

static void
add_table(vb_blocker *b, vb_piece piece, const vb_row *rows, size_t n)
{
    piece.block.kind = VB_BLOCK_TABLE;
    piece.block.loc = rows[0].loc;
    piece.ctx = ctx_at(b, rows[0].loc.line, rows[0].loc.col);
    piece.block.table = vb_table_read(b->arena, rows, n, b->diags);
    add(b, piece);
}

/* Text in front of a table's header, as prose. */
static void
add_lead(vb_blocker *b, vb_piece piece, const vb_row *rows, size_t n)
{
    vb_buf buf;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    for (size_t i = 0; i < n; i++) {
        if (i)
            vb_buf_ch(&buf, ' ');
        vb_buf_str(&buf, vb_str_trim(rows[i].text));
    }
    piece.block.text = vb_str_copy(b->arena, vb_buf_view(&buf));
    piece.block.end_line = rows[n - 1].loc.line;
    vb_buf_release(&buf);
    add(b, piece);
}

/* A table, if the paragraph is one. */
static bool
table(vb_blocker *b, cmark_node *node)
{
    size_t n = 0, header;
    vb_row *rows;
    vb_piece piece;

    if ((uint32_t)cmark_node_get_end_line(node) ==
        (uint32_t)cmark_node_get_start_line(node))
        return false;
    rows = paragraph_rows(b, node, &n);
    if (!rows)
        return false;
    header = vb_table_find(rows, n);
    if (header == n)
        return false;
    piece = new_piece(b, node, VB_BLOCK_PROSE);
    if (header > 0)
        add_lead(b, piece, rows, header);
    add_table(b, piece, rows + header, n - header);
    return true;
}

/* "**Calico Installation**": a heading in all but name. Not a file's name,
 * not a lead-in, not a list's item. */
static bool
bold_heading(const vb_blocker *b, const vb_block *block)
{
    const vb_inline *span = block->spans.at;
    vb_str text = block->text;

    if (b->lists.len || b->quotes || block->spans.len == 0 || text.len == 0 ||
        text.len > 120 || span->kind != VB_SPAN_STRONG || span->start != 0 ||
        span->len != text.len)
        return false;
    if (block->spans.len > 1 && block->spans.at[1].kind == VB_SPAN_CODE &&
        block->spans.at[1].len == text.len)
        return false;
    return text.ptr[text.len - 1] != ':' && text.ptr[text.len - 1] != '.' &&
           !vb_label_file(text);
}

/* "[!NOTE]" at the start of a quote; it is taken off the text. "**Note:**"
 * there says the same and stays. */
static void
note_alert(vb_blocker *b, vb_block *block)
{
    size_t end, cut;

    if (!b->quotes)
        return;
    if (b->alert.len == 0 && block->spans.len &&
        block->spans.at[0].kind == VB_SPAN_STRONG &&
        block->spans.at[0].start == 0) {
        vb_str name = vb_str_sub(block->text, 0, block->spans.at[0].len);

        if (vb_str_ends(name, ":"))
            name.len--;
        b->alert = vb_box_kind(name);
    }
    if (!vb_str_starts(block->text, "[!"))
        return;
    end = vb_str_chr(block->text, ']');
    if (end == VB_NPOS || end < 3 || end > 20)
        return;
    b->alert = vb_box_kind(vb_str_sub(block->text, 2, end - 2));
    if (b->alert.len == 0)
        return;
    cut = block->text.len - vb_str_ltrim(vb_str_from(block->text, end + 1)).len;
    block->text = vb_str_from(block->text, cut);
    for (size_t i = 0; i < block->spans.len; i++) {
        vb_inline *span = &block->spans.at[i];

        span->start = span->start > cut ? span->start - (uint32_t)cut : 0;
    }
}

static void
end_text(vb_blocker *b, cmark_node *node)
{
    bool heading = cmark_node_get_type(node) == CMARK_NODE_HEADING;
    vb_piece piece =
        new_piece(b, node, heading ? VB_BLOCK_HEADING : VB_BLOCK_PROSE);
    vb_block *block = &piece.block;

    block->text = vb_texter_end(&b->texter, &block->spans);
    for (size_t i = 0; i < block->spans.len; i++) {
        vb_loc *loc = &block->spans.at[i].loc;

        *loc = vb_clean_loc(b->unit, loc->line, loc->col);
    }
    if (heading) {
        block->level = (uint8_t)cmark_node_get_heading_level(node);
    } else if (block->text.len == 0) {
        return;
    } else if (bold_heading(b, block)) {
        block->kind = VB_BLOCK_HEADING;
        block->level = 7;
    } else {
        note_alert(b, block);
        if (block->text.len == 0)
            return;
    }
    add(b, piece);
}

static void
code(vb_blocker *b, cmark_node *node)
{
    vb_piece piece = new_piece(b, node, VB_BLOCK_CODE);
    vb_block *block = &piece.block;

    block->form = VB_CODE_INDENTED;
    block->text = vb_str_copy(b->arena, vb_str_c(cmark_node_get_literal(node)));
    block->first_line = block->loc.line;
    block->indent = block->loc.col - 1;
    add(b, piece);
}

static void
html(vb_blocker *b, cmark_node *node)
{
    vb_piece piece = new_piece(b, node, VB_BLOCK_HTML);

    piece.block.text =
        vb_str_copy(b->arena, vb_str_c(cmark_node_get_literal(node)));
    add(b, piece);
}

/* A rule of the page, or the placeholder of the items on its line. */
static void
rule(vb_blocker *b, cmark_node *node)
{
    uint32_t line = node_loc(b, node).line;
    const vb_unit *u = b->unit;
    vb_piece piece;

    items_before(b, line, 0);
    if (b->item < u->items.len && u->items.at[b->item].line == line) {
        items_before(b, line + 1, 0);
        return;
    }
    piece = new_piece(b, node, VB_BLOCK_RULE);
    add(b, piece);
}

static void
containers(vb_blocker *b, cmark_event_type event, cmark_node *node)
{
    bool enter = event == CMARK_EVENT_ENTER;
    vb_list_level level = {.item = VB_NONE};

    switch ((int)cmark_node_get_type(node)) {
    case CMARK_NODE_LIST:
        level.ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
        if (enter)
            vb_vec_push(b->arena, &b->lists, level);
        else if (b->lists.len)
            b->lists.len--;
        break;
    case CMARK_NODE_ITEM:
        if (b->lists.len == 0)
            break;
        b->lists.at[b->lists.len - 1].fresh = enter;
        if (enter)
            b->lists.at[b->lists.len - 1].item = b->out->list_items++;
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        b->quotes += enter ? 1 : 0;
        b->quotes -= enter ? 0 : 1;
        if (b->quotes <= 1)
            b->alert.len = 0;
        break;
    default:
        break;
    }
}

/* True when the node's children need not be visited. */
static bool
leaf(vb_blocker *b, cmark_event_type event, cmark_node *node)
{
    bool enter = event == CMARK_EVENT_ENTER;

    switch ((int)cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        if (enter && table(b, node))
            return true;
        /* fall through */
    case CMARK_NODE_HEADING:
        if (enter)
            vb_texter_start(&b->texter);
        else
            end_text(b, node);
        return false;
    case CMARK_NODE_CODE_BLOCK:
        code(b, node);
        return false;
    case CMARK_NODE_HTML_BLOCK:
        html(b, node);
        return false;
    case CMARK_NODE_THEMATIC_BREAK:
        rule(b, node);
        return false;
    default:
        containers(b, event, node);
        return false;
    }
}

void
vb_blocks_read(vb_arena *arena, vb_unit *unit, vb_pieces *out, vb_diags *diags)
{
    vb_blocker b = {.arena = arena,
                    .unit = unit,
                    .diags = diags,
                    .out = out,
                    .clean_line = 1};
    cmark_event_type event;
    vb_tree tree;
    cmark_iter *iter;

    vb_tree_parse(&tree, vb_buf_view(&unit->clean));
    iter = tree.iter;
    *out = (vb_pieces){0};
    vb_texter_init(&b.texter, arena, unit->source->path);
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);

        if (vb_texter_event(&b.texter, event, node))
            continue;
        if (leaf(&b, event, node))
            cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
    }
    items_before(&b, UINT32_MAX, 0);
    vb_texter_release(&b.texter);
    vb_tree_release(&tree);
    vb_buf_release(&unit->clean);
    unit->origin.len = unit->origin.cap = 0;
    unit->origin.at = NULL;
    vb_arena_release(&unit->scratch);
}
