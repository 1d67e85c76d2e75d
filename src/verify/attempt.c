#include "verify/attempt.h"

#include <string.h>

#include "base/banned.h"

/* Steps of matching that one comparison may take: far beyond what any honest
 * pair of texts needs, and a few seconds at most. */
#define BUDGET UINT64_C(400000000)

static bool
is_literal(const vb_expect *x)
{
    return x->opts.manner == VB_MANNER_EXACT ||
           x->opts.manner == VB_MANNER_CONTAINS;
}

/* The lines of one output stream. */
typedef struct stream {
    vb_aline *lines;
    size_t len;
} stream;

static stream
read_stream(const vb_expect *x, vb_str text, bool err, vb_arena *arena)
{
    vb_nlines n =
        is_literal(x) ? vb_split_lines(arena, text) : vb_normalise(arena, text);
    vb_row *rows = is_literal(x) ? NULL : vb_tables_find(arena, &n);
    stream s = {.lines = VB_NEW_N(arena, vb_aline, n.len)};

    for (size_t i = 0; i < n.len; i++) {
        vb_aline *a;

        if (!is_literal(x) && n.at[i].text.len == 0)
            continue;
        a = &s.lines[s.len++];
        a->text = a->shown = n.at[i].text;
        a->number = n.at[i].number;
        a->words = vb_words_of(a->text);
        a->vague =
            a->text.len > VB_WORDS_MAX || vb_str_has(a->text, "[redacted:");
        a->err = err;
        if (rows)
            a->row = rows[i];
        if (x->opts.manner == VB_MANNER_READER) {
            a->fault = vb_line_is_error(a->text);
            a->notice =
                vb_line_is_notice(a->text) ||
                (i > 0 && s.len > 1 && a[-1].notice && !a->fault &&
                 a[-1].number + 1 == a->number && vb_is_lower(a->text.ptr[0]));
        }
    }
    return s;
}

static size_t
count_differences(const vb_pairs *pairs)
{
    size_t n = 0;

    for (size_t i = 0; i < pairs->list.len; i++)
        n += vb_is_difference(pairs->list.at[i].kind);
    return n;
}

static void
align_with(const vb_expect *x, vb_aline *lines, size_t n, vb_arena *arena,
           vb_align *al)
{
    *al = (vb_align){.e = x->e,
                     .ne = x->ne,
                     .gap_at_end = x->gap_at_end,
                     .a = lines,
                     .na = n,
                     .budget = {.left = BUDGET}};
    vb_align_run(al, arena);
}

static bool
has_error(const vb_aline *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (vb_line_is_error(lines[i].text))
            return true;
    return false;
}

static bool
has_match(const vb_align *al)
{
    for (size_t i = 0; i < al->ne; i++)
        if (al->fit[i] == VB_FIT_LINE)
            return true;
    return false;
}

static vb_attempt *
attempt(const vb_expect *x, vb_aline *lines, size_t n, vb_arena *arena)
{
    vb_attempt *try = VB_NEW(arena, vb_attempt);

    align_with(x, lines, n, arena, &try->align);
    vb_pairs_make(&try->align, arena, &try->pairs);
    if (!is_literal(x))
        vb_identity_check(&try->align, arena, &try->pairs, &try->compare);
    try->differences = count_differences(&try->pairs);
    /* "..." alone promises some output, and no error. */
    if (x->ne == 0 && x->elides && (n == 0 || has_error(lines, n)))
        try->differences++;
    /* Of a text of lines that may be missing something must be there. */
    if (x->ne && !try->differences && !has_match(&try->align))
        try->differences++;
    return try;
}

static vb_aline *
chain(const stream *first, const stream *second, vb_arena *arena)
{
    vb_aline *lines = VB_NEW_N(arena, vb_aline, first->len + second->len);

    if (first->len)
        memcpy(lines, first->lines, first->len * sizeof *lines);
    if (second->len)
        memcpy(lines + first->len, second->lines, second->len * sizeof *lines);
    return lines;
}

/* The last line of the text that a line of this stream, or one before it,
 * stands for. */
static uint32_t
place_of(const vb_align *al, size_t a, uint32_t before)
{
    uint32_t e = al->of_a[a];

    return e != VB_NO_LINE && al->fit[e] == VB_FIT_LINE && e > before ? e
                                                                      : before;
}

/* A guide shows both streams as a terminal mixed them: each line goes where
 * the text has it. */
static vb_aline *
merge(const vb_expect *x, const stream *out, const stream *err, vb_arena *arena)
{
    vb_aline *lines = VB_NEW_N(arena, vb_aline, out->len + err->len);
    vb_align ao, ae;
    size_t i = 0, k = 0, n = 0;
    uint32_t po = 0, pe = 0;

    align_with(x, out->lines, out->len, arena, &ao);
    align_with(x, err->lines, err->len, arena, &ae);
    while (i < out->len || k < err->len) {
        po = i < out->len ? place_of(&ao, i, po) : VB_NO_LINE;
        pe = k < err->len ? place_of(&ae, k, pe) : VB_NO_LINE;
        if (k == err->len || (i < out->len && po <= pe))
            lines[n++] = out->lines[i++];
        else
            lines[n++] = err->lines[k++];
    }
    return lines;
}

vb_attempt *
vb_attempt_lines(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena)
{
    stream o = read_stream(x, out, false, arena);
    stream e = read_stream(x, err, true, arena);
    vb_attempt *best = attempt(x, chain(&o, &e, arena), o.len + e.len, arena),
               *other;

    if (best->differences == 0 || o.len == 0 || e.len == 0)
        return best;
    other = attempt(x, chain(&e, &o, arena), o.len + e.len, arena);
    if (other->differences < best->differences)
        best = other;
    if (best->differences == 0)
        return best;
    other = attempt(x, merge(x, &o, &e, arena), o.len + e.len, arena);
    return other->differences < best->differences ? other : best;
}

static bool
has_fault(vb_str text, vb_arena *arena)
{
    vb_nlines lines = vb_normalise(arena, text);

    for (size_t i = 0; i < lines.len; i++)
        if (vb_line_is_error(lines.at[i].text))
            return true;
    return false;
}

/* Where JSON begins: the first line that opens a bracket. */
static vb_str
from_bracket(vb_str s, uint32_t *line)
{
    *line = 0;
    for (;;) {
        vb_str t = vb_str_ltrim(s);
        size_t end;

        if (t.len && (t.ptr[0] == '{' || t.ptr[0] == '['))
            return s;
        end = vb_str_chr(s, '\n');
        if (end == VB_NPOS)
            return (vb_str){0};
        s = vb_str_from(s, end + 1);
        ++*line;
    }
}

/* Lines before and after the tree are judged like any others. */
static bool
is_beside(vb_str text, vb_arena *arena)
{
    vb_nlines lines = vb_normalise(arena, text);

    for (size_t i = 0; i < lines.len; i++)
        if (lines.at[i].text.len && (vb_line_is_error(lines.at[i].text) ||
                                     !vb_line_is_notice(lines.at[i].text)))
            return true;
    return false;
}

/* The output as a tree; NULL when it is none. */
static vb_attempt *
read_tree(const vb_expect *x, vb_str text, vb_arena *arena)
{
    vb_attempt *try = VB_NEW(arena, vb_attempt);
    vb_tree *tree = VB_NEW(arena, vb_tree);
    uint32_t skipped = 0;
    vb_str body = x->yaml ? text : from_bracket(text, &skipped);
    vb_aline *lines;

    if (!body.len || !(x->yaml ? vb_tree_yaml(arena, body, tree)
                               : vb_tree_json(arena, body, false, tree)))
        return NULL;
    if (is_beside(vb_str_sub(text, 0, text.len - body.len), arena) ||
        is_beside(vb_str_from(body, tree->consumed), arena))
        return NULL;
    lines = vb_tree_alines(arena, tree, body);
    for (size_t i = 0; i < tree->leaves; i++)
        lines[i].number += skipped;
    try->align.tree = &x->tree;
    try->align.e = x->leaves;
    try->align.ne = x->tree.leaves;
    try->align.a = lines;
    try->align.na = tree->leaves;
    try->align.budget.left = BUDGET;
    vb_tree_align(&x->tree, tree, &try->align, arena);
    vb_pairs_make(&try->align, arena, &try->pairs);
    vb_identity_check(&try->align, arena, &try->pairs, &try->compare);
    try->differences = count_differences(&try->pairs);
    return try;
}

vb_attempt *
vb_attempt_tree(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena)
{
    vb_attempt *try = read_tree(x, out, arena);

    if (try)
        return has_fault(err, arena) ? NULL : try;
    if (vb_str_trim(out).len)
        return NULL;
    return read_tree(x, err, arena);
}
