/*
 * Table rows, one a line. Properties: a table found has a delimiter row with
 * as many cells as its header; cells and their spans are sound; the text of a
 * cell without markup is what stands between its pipes.
 */
#include "base/arena.h"
#include "base/text.h"
#include "doc/table.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 200 };

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
check_cell(const vb_cell *cell, const vb_row *rows, size_t n)
{
    must(cell->loc.line >= 1 && cell->loc.line <= n);
    must(cell->loc.col >= 1 &&
         cell->loc.col <= rows[cell->loc.line - 1].text.len + 1);
    for (size_t i = 0; i < cell->spans.len; i++) {
        must(cell->spans.at[i].start <= cell->text.len);
        must(cell->spans.at[i].len <= cell->text.len - cell->spans.at[i].start);
    }
    for (size_t i = 0; i < cell->items.len; i++)
        must(cell->items.at[i].len > 0 &&
             cell->items.at[i].len <= cell->text.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_row rows[ROWS];
    vb_str rest = {(const char *)data, size}, line;
    size_t n = 0, at;

    if (!vb_utf8_valid(rest) || vb_str_chr(rest, '\0') != VB_NPOS)
        return 0;
    vb_diags_init(&diags, &arena);
    while (n < ROWS && vb_str_line(&rest, &line)) {
        rows[n].text = line;
        rows[n].loc = (vb_loc){"fuzz.md", (uint32_t)n + 1, 1};
        n++;
    }
    at = vb_table_find(rows, n);
    must(at == n || at + 1 < n);
    if (at < n) {
        vb_table *t = vb_table_read(&arena, rows + at, n - at, &diags);

        must(t->columns >= 1 && t->columns <= VB_TABLE_COLUMNS_MAX);
        must(t->rows <= n - at - 2);
        for (uint32_t i = 0; i < t->columns; i++)
            check_cell(&t->header[i], rows, n);
        for (size_t i = 0; i < (size_t)t->columns * t->rows; i++)
            check_cell(&t->cells[i], rows, n);
    }
    vb_arena_release(&arena);
    return 0;
}
