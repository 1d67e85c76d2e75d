/* Tables: which lines make one, and what its cells hold. */
#include "unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "doc/table.h"

#include <string.h>

/* Rows are parted by '/', cells by ';', items of a cell by ','. */
typedef struct table_row {
    const char *text;
    const char *want; /* NULL: no table */
} table_row;

static const table_row tables[] = {
    {"|a|b|\n|-|-|\n|1|2|", "a;b/1;2"},
    {"a|b\n-|-\n1|2", "a;b/1;2"},
    {"| a | b |\n| :-- | --: |\n| 1 | 2 |", "a;b/1;2"},
    {"|a|\n|-|\n|1|", "a/1"},
    {"a\n|-|\nb", "a/b"},
    {"|a|b|\n|-|-|", "a;b"},
    {"|a|b|\n|-|\n|1|2|", NULL},
    {"|a|b|\n|-|-|-|\n|1|2|", NULL},
    {"a|b\n1|2", NULL},
    {"a|b\n-|x", NULL},
    {"a|b\n-|", NULL},
    {"lead\na|b\n-|-\n1|2", "a;b/1;2"},
    {"|a|b|\n|-|-|\n|1|", "a;b/1;"},
    {"|a|b|\n|-|-|\n|1|2|3|", "a;b/1;2"},
    {"|a|b|\n|-|-|\n|1|2||", "a;b/1;2"},
    {"|a\\|b|c|\n|-|-|\n|`x\\|y`|z|", "a|b;c/x|y;z"},
    {"|a|b|\n|-|-|\n|\\\\|x|", "a;b/\\;x"},
    {"|a|b|\n|-|-|\n|x\\\\\\|y|z|", "a;b/x\\|y;z"},
    {"|k|v|\n|-|-|\n|L|one<br/>two<br>three|", "k;v/L;one,two,three"},
    {"|k|v|\n|-|-|\n|L|- one <br/> - two|", "k;v/L;one,two"},
    {"|k|v|\n|-|-|\n|[l](http://x)|**b** `c`|", "k;v/l;b c"},
    {"|k|v|\n|-|-|\n|&lt;x&gt;|`<br>`|", "k;v/<x>;<br>"},
    {"|k|v|\n|-|-|\n|# h|1. x|", "k;v/# h;1. x"},
    {"|k|v|\n|-|-|\n|- a|> q|", "k;v/- a;> q"},
    {"|k|v|\n|-|-|\n|   |  |", "k;v/;"},
    {"||b|\n|-|-|\n|x|y|", ";b/x;y"},
    {"|a|b|\n|:-:|:-:|\n|*i*|_u_|", "a;b/i;u"},
};

static size_t
split(const char *text, vb_row *rows)
{
    vb_str rest = vb_str_c(text), line;
    size_t n = 0;

    while (vb_str_line(&rest, &line)) {
        rows[n].text = line;
        rows[n].loc = (vb_loc){"t.md", (uint32_t)n + 1, 1};
        n++;
    }
    return n;
}

static void
show_cell(vb_buf *out, const vb_cell *cell)
{
    if (cell->items.len < 2) {
        vb_buf_str(out, cell->text);
        return;
    }
    for (size_t i = 0; i < cell->items.len; i++) {
        if (i)
            vb_buf_ch(out, ',');
        vb_buf_str(out, cell->items.at[i]);
    }
}

static void
show(vb_buf *out, const vb_table *t)
{
    for (uint32_t r = 0; r <= t->rows; r++) {
        const vb_cell *row = r ? t->cells + (r - 1) * t->columns : t->header;

        if (r)
            vb_buf_ch(out, '/');
        for (uint32_t c = 0; c < t->columns; c++) {
            if (c)
                vb_buf_ch(out, ';');
            show_cell(out, &row[c]);
        }
    }
}

START_TEST(reads)
{
    const table_row *row = &tables[_i];
    vb_row rows[16] = {0};
    size_t n = split(row->text, rows), at = vb_table_find(rows, n);
    vb_arena arena = {0};
    vb_diags diags;
    vb_buf got;

    vb_diags_init(&diags, &arena);
    vb_buf_init(&got, 4096);
    if (!row->want) {
        ck_assert_uint_eq(at, n);
    } else {
        ck_assert_msg(at < n, "no table in '%s'", row->text);
        show(&got, vb_table_read(&arena, rows + at, n - at, &diags));
        ck_assert_str_eq(vb_buf_cstr(&got), row->want);
    }
    vb_buf_release(&got);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(knows_places)
{
    vb_row rows[3] = {0};
    vb_arena arena = {0};
    vb_diags diags;
    size_t n =
        split("| a | bb |\n|---|----|\n|  x | see [l](u) and `c` |", rows);
    vb_table *t;

    vb_diags_init(&diags, &arena);
    t = vb_table_read(&arena, rows, n, &diags);
    ck_assert_uint_eq(t->header[1].loc.col, 7);
    ck_assert_uint_eq(t->cells[0].loc.line, 3);
    ck_assert_uint_eq(t->cells[0].loc.col, 4);
    ck_assert_uint_eq(t->cells[1].loc.col, 8);
    ck_assert_uint_eq(t->cells[1].spans.len, 2);
    ck_assert_int_eq(t->cells[1].spans.at[0].kind, VB_SPAN_LINK);
    ck_assert_uint_eq(t->cells[1].spans.at[0].start, 4);
    ck_assert_uint_eq(t->cells[1].spans.at[0].len, 1);
    ck_assert_uint_eq(t->cells[1].spans.at[0].loc.col, 12);
    ck_assert_int_eq(t->cells[1].spans.at[1].kind, VB_SPAN_CODE);
    ck_assert_uint_eq(t->cells[1].spans.at[1].loc.line, 3);
    vb_arena_release(&arena);
}
END_TEST

/* 20,000 columns by 20,000 short rows are 400 million cells on paper. */
START_TEST(has_limits)
{
    enum { N = 20000 };
    vb_arena arena = {0};
    vb_row *rows = VB_NEW_N(&arena, vb_row, N);
    vb_diags diags;
    vb_buf head, line;
    vb_table *t;

    vb_diags_init(&diags, &arena);
    vb_buf_init(&head, VB_BUF_NO_MAX);
    vb_buf_init(&line, VB_BUF_NO_MAX);
    for (int i = 0; i < N; i++) {
        vb_buf_c(&head, "|a");
        vb_buf_c(&line, "|-");
    }
    for (int i = 0; i < N; i++)
        rows[i].text = VB_STR("|x|");
    rows[0].text = vb_buf_view(&head);
    rows[1].text = vb_buf_view(&line);
    ck_assert_uint_eq(vb_table_find(rows, N), 0);
    t = vb_table_read(&arena, rows, N, &diags);
    ck_assert_uint_eq(t->columns, VB_TABLE_COLUMNS_MAX);
    ck_assert_uint_le((size_t)t->rows * t->columns, VB_TABLE_CELLS_MAX);
    ck_assert_uint_eq(diags.list.len, 2);
    ck_assert_str_eq(diags.list.at[0].rule, "D030");
    vb_buf_release(&head);
    vb_buf_release(&line);
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("doc_table");
    TCase *t = tcase_create("table");

    tcase_add_loop_test(t, reads, 0, VB_COUNT(tables));
    tcase_add_test(t, knows_places);
    tcase_add_test(t, has_limits);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
