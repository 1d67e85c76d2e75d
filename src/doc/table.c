#include "doc/table.h"

#include "base/buf.h"
#include "doc/inline.h"
#include "doc/rules.h"
#include "doc/tree.h"

#include <string.h>

#include "base/banned.h"

/* In front of each cell's text when cmark reads it: keeps "- x" and "# x"
 * from being anything but text. */
static const char guard[] = ". ";
enum { GUARD = sizeof guard - 1 };

/* Takes the next cell off *rest, raw and untrimmed. */
static bool
next_cell(vb_str *rest, vb_str *cell)
{
    size_t i = 0;

    if (rest->ptr == NULL)
        return false;
    while (i < rest->len && rest->ptr[i] != '|')
        i += rest->ptr[i] == '\\' && i + 1 < rest->len ? 2 : 1;
    *cell = vb_str_sub(*rest, 0, i);
    if (i < rest->len)
        *rest = vb_str_from(*rest, i + 1);
    else
        *rest = vb_str_n(NULL, 0);
    return true;
}

/* The row without its outer pipes, ready for next_cell(). */
static vb_str
inner(vb_str row)
{
    row = vb_str_trim(row);
    if (row.len && row.ptr[0] == '|')
        row = vb_str_from(row, 1);
    if (row.len && row.ptr[row.len - 1] == '|') {
        size_t slashes = 0;

        while (slashes + 1 < row.len && row.ptr[row.len - 2 - slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            row = vb_str_sub(row, 0, row.len - 1);
    }
    return row;
}

static size_t
count_cells(vb_str row)
{
    vb_str rest = inner(row), cell;
    size_t n = 0;

    if (rest.ptr == NULL)
        return 0;
    while (next_cell(&rest, &cell))
        n++;
    return n;
}

/* Cells of a delimiter row, 0 when the line is none. */
static size_t
delimiter_cells(vb_str line)
{
    vb_str rest, cell;
    size_t n = 0;

    line = vb_str_trim(line);
    if (line.len == 0 || !strchr("|-:", line.ptr[0]))
        return 0;
    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("|-: \t", line.ptr[i]))
            return 0;
    }
    rest = inner(line);
    while (next_cell(&rest, &cell)) {
        size_t dashes = 0;

        cell = vb_str_trim(cell);
        if (cell.len && cell.ptr[0] == ':')
            cell = vb_str_from(cell, 1);
        while (dashes < cell.len && cell.ptr[dashes] == '-')
            dashes++;
        if (dashes == 0 || (dashes < cell.len && !(dashes + 1 == cell.len &&
                                                   cell.ptr[dashes] == ':')))
            return 0;
        n++;
    }
    return n;
}

size_t
vb_table_find(const vb_row *rows, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        size_t cells = delimiter_cells(rows[i].text);

        if (cells == 0)
            continue;
        if (cells == 1 && vb_str_chr(rows[i].text, '|') == VB_NPOS &&
            vb_str_chr(rows[i - 1].text, '|') == VB_NPOS)
            continue;
        if (count_cells(rows[i - 1].text) == cells)
            return i - 1;
    }
    return n;
}

static bool
has_markup(vb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '*':
        case '_':
        case '`':
        case '[':
        case ']':
        case '<':
        case '&':
        case '\\':
        case '!':
        case '\t':
        case '\0':
            return true;
        default:
            break;
        }
    }
    return false;
}

/* "\|" is a pipe whatever stands around it. */
static vb_str
unescape_pipes(vb_arena *arena, vb_str raw)
{
    char *out;
    size_t n = 0;

    if (vb_str_find(raw, VB_STR("\\|")) == VB_NPOS)
        return raw;
    out = vb_arena_alloc(arena, raw.len + 1);
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] == '\\' && i + 1 < raw.len && raw.ptr[i + 1] == '|')
            continue;
        out[n++] = raw.ptr[i];
    }
    return vb_str_n(out, n);
}

/* Text with nothing to take off at its ends. */
static bool
whole_item(vb_str text)
{
    return text.len > 0 && !vb_is_space(text.ptr[0]) &&
           !vb_is_space(text.ptr[text.len - 1]) &&
           !(text.len > 1 && strchr("-*+", text.ptr[0]) &&
             text.ptr[1] == ' ') &&
           !vb_str_starts(text, "\xe2\x80\xa2");
}

/* Splits at the breaks that <br> left; "- " in front of an item goes. */
static void
split_items(vb_arena *arena, vb_cell *cell)
{
    size_t start = 0, breaks = 0;

    for (size_t i = 0; i < cell->text.len; i++)
        breaks += cell->text.ptr[i] == '\n';
    if (breaks == 0 && whole_item(cell->text)) {
        cell->items.at = &cell->text; /* a table may have a million cells */
        cell->items.len = cell->items.cap = 1;
        return;
    }
    cell->items.at = VB_NEW_N(arena, vb_str, breaks + 1);
    cell->items.cap = breaks + 1;
    for (size_t i = 0; i <= cell->text.len; i++) {
        vb_str item;

        if (i < cell->text.len && cell->text.ptr[i] != '\n')
            continue;
        item = vb_str_trim(vb_str_sub(cell->text, start, i - start));
        start = i + 1;
        if (item.len > 1 && strchr("-*+", item.ptr[0]) && item.ptr[1] == ' ')
            item = vb_str_ltrim(vb_str_from(item, 2));
        else if (vb_str_starts(item, "\xe2\x80\xa2"))
            item = vb_str_ltrim(vb_str_from(item, 3));
        if (item.len)
            vb_vec_push(arena, &cell->items, item);
    }
}

typedef struct vb_table_reader {
    vb_arena *arena;
    vb_table *table;
    vb_buf marked;           /* cells with markup, one paragraph each */
    VB_VEC(vb_cell *) cells; /* the same cells, in that order */
} vb_table_reader;

static void
set_cell(vb_table_reader *r, vb_cell *cell, vb_str raw, bool stays)
{
    vb_str text = vb_str_trim(raw);

    cell->loc.col += (uint32_t)(text.ptr - raw.ptr);
    if (!has_markup(text)) {
        cell->text = stays ? text : vb_str_copy(r->arena, text);
        return;
    }
    vb_buf_c(&r->marked, guard);
    vb_buf_str(&r->marked, unescape_pipes(r->arena, text));
    vb_buf_c(&r->marked, "\n\n");
    vb_vec_push(r->arena, &r->cells, cell);
}

/* True when the row has more cells than there are columns. */
static bool
read_row(vb_table_reader *r, const vb_row *row, vb_cell *cells)
{
    vb_str rest = inner(row->text), raw;
    uint32_t i = 0;

    while (next_cell(&rest, &raw)) {
        if (i == r->table->columns)
            return vb_str_trim(raw).len > 0;
        cells[i].loc = row->loc;
        cells[i].loc.col += (uint32_t)(raw.ptr - row->text.ptr);
        set_cell(r, &cells[i], raw, row->stays);
        i++;
    }
    for (; i < r->table->columns; i++) {
        cells[i].loc = row->loc;
        cells[i].loc.col += (uint32_t)row->text.len;
    }
    return false;
}

static void
end_cell(vb_cell *cell, vb_texter *t)
{
    vb_inlines spans;
    vb_str text = vb_texter_end(t, &spans);

    cell->text = vb_str_from(text, GUARD);
    for (size_t i = 0; i < spans.len; i++) {
        vb_inline *span = &spans.at[i];
        uint32_t cut = span->start < GUARD ? GUARD - span->start : 0;

        span->start = span->start < GUARD ? 0 : span->start - GUARD;
        span->len = span->len > cut ? span->len - cut : 0;
        span->loc.line = cell->loc.line;
        span->loc.col = span->loc.col > GUARD
                            ? cell->loc.col + span->loc.col - GUARD - 1
                            : cell->loc.col;
    }
    cell->spans = spans;
}

/* One parse for all cells that have markup. */
static void
read_marked(vb_table_reader *r, const char *file)
{
    cmark_event_type event;
    vb_tree tree;
    cmark_iter *iter;
    vb_texter t;
    size_t n = 0;

    vb_tree_parse(&tree, vb_buf_view(&r->marked));
    iter = tree.iter;
    vb_texter_init(&t, r->arena, file);
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);

        if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH)
            vb_texter_event(&t, event, node);
        else if (event == CMARK_EVENT_ENTER)
            vb_texter_start(&t);
        else if (n < r->cells.len)
            end_cell(r->cells.at[n++], &t);
    }
    vb_texter_release(&t);
    vb_tree_release(&tree);
}

static void
limit(vb_table *table, const vb_row *rows, size_t n, vb_diags *diags)
{
    size_t columns = count_cells(rows[0].text), fit;

    table->columns = (uint32_t)columns;
    table->rows = (uint32_t)(n - 2);
    if (columns > VB_TABLE_COLUMNS_MAX) {
        vb_diag_add(diags, VB_WARNING, "D030", rows[0].loc,
                    "table has %zu columns; only the first %d are read",
                    columns, VB_TABLE_COLUMNS_MAX);
        table->columns = VB_TABLE_COLUMNS_MAX;
    }
    fit = VB_TABLE_CELLS_MAX / (table->columns ? table->columns : 1);
    if (table->rows > fit) {
        vb_diag_add(diags, VB_WARNING, "D030", rows[0].loc,
                    "table has %u rows; only the first %zu are read",
                    table->rows, fit);
        table->rows = (uint32_t)fit;
    }
}

static void
tell_surplus(const vb_row *row, vb_diags *diags)
{
    vb_diag *diag = vb_diag_add(diags, VB_WARNING, "D031", row->loc,
                                "row has more cells than the header");

    diag->hint = VB_STR("what is too much is not read");
}

vb_table *
vb_table_read(vb_arena *arena, const vb_row *rows, size_t n, vb_diags *diags)
{
    vb_table_reader r = {.arena = arena, .table = VB_NEW(arena, vb_table)};
    vb_table *t = r.table;
    size_t cells;

    limit(t, rows, n, diags);
    cells = (size_t)t->columns * t->rows;
    t->header = VB_NEW_N(arena, vb_cell, t->columns);
    t->cells = VB_NEW_N(arena, vb_cell, cells);
    vb_buf_init(&r.marked, VB_BUF_NO_MAX);
    read_row(&r, &rows[0], t->header);
    for (uint32_t i = 0; i < t->rows; i++) {
        if (read_row(&r, &rows[i + 2], t->cells + (size_t)i * t->columns))
            tell_surplus(&rows[i + 2], diags);
    }
    if (r.marked.len)
        read_marked(&r, rows[0].loc.file);
    vb_buf_release(&r.marked);
    for (uint32_t i = 0; i < t->columns; i++)
        split_items(arena, &t->header[i]);
    for (size_t i = 0; i < cells; i++)
        split_items(arena, &t->cells[i]);
    return t;
}
