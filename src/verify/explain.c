#include "verify/internal.h"

#include "base/attr.h"

#include "base/banned.h"

/* A comparison longer than this shows its differences and a little around
 * them. */
enum { SHOWN_MAX = 400, AROUND = 3 };

static vb_line_kind
kind_of_match(const vb_align *al, size_t e, size_t a)
{
    if (al->fit[e] == VB_FIT_LIKE)
        return VB_LINE_CHANGED;
    return vb_str_eq(al->e[e].pattern.text, al->a[a].text) ? VB_LINE_SAME
                                                           : VB_LINE_VARIED;
}

static void
add_extra(const vb_align *al, size_t a, vb_arena *arena, vb_pairs *pairs)
{
    bool fine = vb_line_tolerated(&al->a[a], al->extra_gap[a] != 0);

    vb_vec_push(arena, &pairs->list,
                (vb_pair){.kind = fine ? VB_LINE_SKIPPED : VB_LINE_EXTRA,
                          .e = VB_NO_LINE,
                          .a = (uint32_t)a});
}

void
vb_pairs_make(const vb_align *al, vb_arena *arena, vb_pairs *pairs)
{
    size_t a = 0;

    for (size_t i = 0; i < al->ne; i++) {
        uint32_t k = al->of_e[i];
        vb_pair pair = {VB_LINE_MISSING, (uint32_t)i, k, 0, {0}};

        if (k == VB_NO_LINE && al->e[i].progress)
            pair.kind = VB_LINE_SKIPPED;
        for (; k != VB_NO_LINE && a < k; a++)
            if (al->of_a[a] == VB_NO_LINE)
                add_extra(al, a, arena, pairs);
        if (k != VB_NO_LINE) {
            pair.kind = kind_of_match(al, i, k);
            if (a <= k)
                a = k + 1u;
        }
        vb_vec_push(arena, &pairs->list, pair);
    }
    for (; a < al->na; a++)
        if (al->of_a[a] == VB_NO_LINE)
            add_extra(al, a, arena, pairs);
}

static bool
ends_word(char c)
{
    return vb_is_space(c) || c == '"' || c == '\'' || c == ',' || c == '(' ||
           c == ')' || c == '[' || c == ']';
}

/* The word around byte 'at'. */
static vb_str
word_at(vb_str line, size_t at)
{
    size_t start = at < line.len ? at : line.len, end = start;

    while (start > 0 && !ends_word(line.ptr[start - 1]))
        start--;
    while (end < line.len && !ends_word(line.ptr[end]))
        end++;
    return vb_str_sub(line, start, end - start);
}

/* The first byte where the element's text and the output part. */
static size_t
parts_at(vb_str sample, vb_str actual, size_t at)
{
    size_t n = 0;

    while (n < sample.len && at + n < actual.len &&
           sample.ptr[n] == actual.ptr[at + n])
        n++;
    return n;
}

static vb_str
say(vb_arena *arena, vb_str want, vb_str got)
{
    if (!got.len)
        return vb_str_fmt(arena,
                          "the guide says '%.*s', the output has nothing "
                          "there",
                          VB_ARG(want));
    if (!want.len)
        return vb_str_fmt(arena, "the output goes on with '%.*s'", VB_ARG(got));
    return vb_str_fmt(arena, "the guide says '%.*s', the output says '%.*s'",
                      VB_ARG(want), VB_ARG(got));
}

/* Why 'actual' does not fit the pattern. */
static vb_str
miss_in_words(const vb_pattern *p, vb_str actual, vb_arena *arena)
{
    vb_budget budget = {.left = 1000000};
    vb_miss miss = {0};
    const vb_elem *e;
    size_t n;

    if (vb_pattern_match(p, actual, NULL, &miss, &budget))
        return (vb_str){0};
    if (miss.elem >= p->count)
        return say(arena, (vb_str){0}, vb_str_from(actual, miss.at));
    e = &p->elems[miss.elem];
    if (e->kind == VB_ELEM_TOKEN && e->hold == VB_HOLD_MINOR)
        return vb_str_fmt(arena,
                          "the guide asked for version '%.*s', the output "
                          "says '%.*s'",
                          VB_ARG(word_at(p->text, e->start)),
                          VB_ARG(word_at(actual, miss.at)));
    if (e->kind == VB_ELEM_TOKEN)
        return vb_str_fmt(
            arena, "the guide has a %s ('%.*s'), the output says '%.*s'",
            vb_class_name((vb_class)e->cls), (int)e->len,
            p->text.ptr + e->start, VB_ARG(word_at(actual, miss.at)));
    n = e->kind == VB_ELEM_TEXT
            ? parts_at(vb_str_sub(p->text, e->start, e->len), actual, miss.at)
            : 0;
    return say(arena, word_at(p->text, e->start + n),
               word_at(actual, miss.at + n));
}

/* "STATUS of row coredns-...: the guide says ..." */
static vb_str
cell_in_words(const vb_eline *e, const vb_aline *a, vb_arena *arena)
{
    const vb_table *te = e->row.table, *ta = a->row.table;

    for (uint32_t i = 0; i < te->columns; i++) {
        size_t k = vb_table_column(ta, te->names[i]);
        vb_budget budget = {.left = 1000000};

        if (k == VB_NPOS)
            return vb_str_fmt(arena, "the output has no column '%.*s'",
                              VB_ARG(te->names[i]));
        if (vb_pattern_match(&e->cells[i], a->row.cells[k], NULL, NULL,
                             &budget))
            continue;
        return vb_str_fmt(
            arena,
            "%.*s of row %.*s: the guide says %.*s, the output says %.*s",
            VB_ARG(te->names[i]),
            VB_ARG(i == 0 ? e->cells[0].text : a->row.cells[0]),
            VB_ARG(e->cells[i].text.len ? e->cells[i].text : VB_STR("nothing")),
            VB_ARG(a->row.cells[k].len ? a->row.cells[k] : VB_STR("nothing")));
    }
    return (vb_str){0};
}

static vb_str
titles_in_words(const vb_table *te, const vb_table *ta, vb_arena *arena)
{
    for (uint32_t i = 0; i < te->columns; i++)
        if (vb_table_column(ta, te->names[i]) == VB_NPOS)
            return vb_str_fmt(arena, "the output has no column '%.*s'",
                              VB_ARG(te->names[i]));
    return (vb_str){0};
}

static vb_str
changed_note(const vb_align *al, const vb_eline *e, const vb_aline *a,
             vb_arena *arena)
{
    vb_str note = {0};

    if (e->cells && a->row.cells)
        note = cell_in_words(e, a, arena);
    else if (e->row.table && a->row.table && !e->cells && !a->row.cells)
        note = titles_in_words(e->row.table, a->row.table, arena);
    if (!note.len)
        note = miss_in_words(&e->pattern, a->text, arena);
    if (al->tree)
        note = vb_str_fmt(
            arena, "%.*s: %.*s", VB_ARG(vb_tree_path(al->tree, e->node, arena)),
            VB_ARG(note.len ? note : say(arena, e->pattern.text, a->text)));
    return note;
}

static vb_str
note_of(const vb_align *al, const vb_pair *pair, vb_arena *arena)
{
    const vb_eline *e = pair->e == VB_NO_LINE ? NULL : &al->e[pair->e];
    const vb_aline *a = pair->a == VB_NO_LINE ? NULL : &al->a[pair->a];

    /* Every kind has its side; a pair without it has nothing to say. */
    if (pair->note.len || (!e && pair->kind != VB_LINE_EXTRA) ||
        (!a && pair->kind != VB_LINE_MISSING))
        return pair->note;
    switch (pair->kind) {
    case VB_LINE_CHANGED:
        return changed_note(al, e, a, arena);
    case VB_LINE_MISSING:
        if (al->tree)
            return vb_str_fmt(arena, "the output has no %.*s",
                              VB_ARG(vb_tree_path(al->tree, e->node, arena)));
        if (e->cells)
            return vb_str_fmt(arena, "the output has no row '%.*s'",
                              VB_ARG(e->cells[0].text));
        return VB_STR("the output does not have this line");
    case VB_LINE_EXTRA:
        if (a->fault)
            return VB_STR("the output has an error that the guide does not "
                          "show");
        if (a->row.cells)
            return vb_str_fmt(arena, "the guide shows no row '%.*s'",
                              VB_ARG(a->row.cells[0]));
        return VB_STR("the guide does not show this line");
    default:
        return (vb_str){0};
    }
}

bool
vb_is_difference(vb_line_kind kind)
{
    return kind == VB_LINE_CHANGED || kind == VB_LINE_MISSING ||
           kind == VB_LINE_EXTRA;
}

static vb_compare_line
in_words(const vb_align *al, const vb_pair *pair, vb_arena *arena)
{
    vb_compare_line line = {.kind = pair->kind};

    if (pair->e != VB_NO_LINE) {
        line.expected = al->e[pair->e].number;
        line.expected_text = al->e[pair->e].shown;
    }
    if (pair->a != VB_NO_LINE) {
        line.actual = al->a[pair->a].number;
        line.actual_text = al->a[pair->a].shown;
    }
    line.note = note_of(al, pair, arena);
    return line;
}

/* Near a difference, or everything when the comparison is short. */
static bool
is_shown(const vb_pairs *pairs, size_t i)
{
    size_t from = i < AROUND ? 0 : i - AROUND;

    if (pairs->list.len <= SHOWN_MAX)
        return true;
    for (size_t k = from; k <= i + AROUND && k < pairs->list.len; k++)
        if (vb_is_difference(pairs->list.at[k].kind))
            return true;
    return false;
}

typedef struct counts {
    size_t of[VB_LINE_EXTRA + 1], differences;
    const vb_pair *first;
} counts;

static vb_str
agreement(const counts *n, vb_arena *arena)
{
    size_t lines = n->of[VB_LINE_SAME] + n->of[VB_LINE_VARIED];
    vb_str s = lines == 1 ? VB_STR("the line agrees")
                          : vb_str_fmt(arena, "all %zu lines agree", lines);

    if (n->of[VB_LINE_VARIED])
        s = vb_str_fmt(arena, "%.*s, %zu of them in what may vary", VB_ARG(s),
                       n->of[VB_LINE_VARIED]);
    if (n->of[VB_LINE_SKIPPED])
        s = vb_str_fmt(arena, "%.*s; %zu more passed over", VB_ARG(s),
                       n->of[VB_LINE_SKIPPED]);
    return s;
}

static vb_str
disagreement(const vb_align *al, const counts *n, vb_arena *arena)
{
    vb_compare_line line = in_words(al, n->first, arena);
    vb_str s;

    if (al->na == 0)
        return VB_STR("the output is empty");
    if (line.kind == VB_LINE_MISSING)
        s = vb_str_fmt(arena, "line %u: %.*s: '%.*s'", line.expected,
                       VB_ARG(line.note), VB_ARG(line.expected_text));
    else if (line.kind == VB_LINE_EXTRA)
        s = vb_str_fmt(arena, "output line %u: %.*s: '%.*s'", line.actual,
                       VB_ARG(line.note), VB_ARG(line.actual_text));
    else
        s = vb_str_fmt(arena, "line %u: %.*s", line.expected,
                       VB_ARG(line.note));
    if (n->differences > 1)
        s = vb_str_fmt(arena, "%.*s (and %zu more)", VB_ARG(s),
                       n->differences - 1);
    return s;
}

void
vb_explain(const vb_align *al, vb_arena *arena, vb_pairs *pairs,
           vb_compare *compare)
{
    counts n = {0};

    for (size_t i = 0; i < pairs->list.len; i++) {
        const vb_pair *pair = &pairs->list.at[i];

        n.of[pair->kind]++;
        if (vb_is_difference(pair->kind)) {
            n.differences++;
            if (!n.first || (n.first->kind == VB_LINE_EXTRA &&
                             pair->kind == VB_LINE_CHANGED))
                n.first = pair;
        }
        if (compare->lines.len < SHOWN_MAX && is_shown(pairs, i))
            vb_vec_push(arena, &compare->lines, in_words(al, pair, arena));
        else
            compare->lines_left_out++;
    }
    compare->match = n.differences == 0;
    compare->summary =
        compare->match ? agreement(&n, arena) : disagreement(al, &n, arena);
}
