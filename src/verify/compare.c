#include "verify/expect.h"

#include "verify/internal.h"
#include "verify/manner.h"

#include <string.h>

#include "base/banned.h"

/* Steps of matching that one comparison may take: far beyond what any honest
 * pair of texts needs, and a few seconds at most. */
#define BUDGET UINT64_C(400000000)

/* Adds the lines of one stream that are not blank. */
static void
add_stream(const vb_expect *x, vb_str text, bool err, vb_arena *arena,
           vb_align *al, vb_aline *lines)
{
    vb_nlines n = x->opts.manner == VB_MANNER_EXACT
                      ? vb_split_lines(arena, text)
                      : vb_normalise(arena, text);
    vb_row *rows = vb_tables_find(arena, &n);

    for (size_t i = 0; i < n.len; i++) {
        vb_aline *a;

        if (n.at[i].text.len == 0)
            continue;
        a = &lines[al->na++];
        a->text = a->shown = n.at[i].text;
        a->row = rows[i];
        a->number = n.at[i].number;
        a->words = vb_words_of(a->text);
        a->err = err;
        a->fault = vb_line_is_error(a->text);
        a->notice = vb_line_is_notice(a->text);
    }
}

static size_t
line_room(vb_str text)
{
    size_t n = 1;

    for (const char *p = text.ptr, *end = p + text.len; p && p < end; n++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            break;
        p++;
    }
    return n;
}

static size_t
differences(const vb_pairs *pairs)
{
    size_t n = 0;

    for (size_t i = 0; i < pairs->list.len; i++) {
        vb_line_kind kind = pairs->list.at[i].kind;

        n += kind == VB_LINE_CHANGED || kind == VB_LINE_MISSING ||
             kind == VB_LINE_EXTRA;
    }
    return n;
}

typedef struct attempt {
    vb_align align;
    vb_pairs pairs;
    vb_compare compare;
    size_t differences;
} attempt;

/* Compares with the two streams one after the other. */
static void
try_order(const vb_expect *x, vb_str first, vb_str second, bool err_first,
          vb_arena *arena, attempt *try)
{
    vb_aline *lines =
        VB_NEW_N(arena, vb_aline, line_room(first) + line_room(second));

    *try = (attempt){0};
    try->align.e = x->e;
    try->align.ne = x->ne;
    try->align.gap_at_end = x->gap_at_end;
    try->align.a = lines;
    try->align.budget.left = BUDGET;
    add_stream(x, first, err_first, arena, &try->align, lines);
    add_stream(x, second, !err_first, arena, &try->align, lines);
    vb_align_run(&try->align, arena);
    vb_pairs_make(x, &try->align, arena, &try->pairs);
    vb_identity_check(&try->align, arena, &try->pairs, &try->compare);
    try->differences = differences(&try->pairs);
    if (try->differences == 0 && x->ne == 0 && x->lines.len && x->gap_at_end &&
        try->align.na == 0)
        try->differences = 1;
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
static size_t
unannounced(vb_str text, vb_arena *arena)
{
    vb_nlines lines = vb_normalise(arena, text);
    size_t n = 0;

    for (size_t i = 0; i < lines.len; i++)
        n += lines.at[i].text.len && (vb_line_is_error(lines.at[i].text) ||
                                      !vb_line_is_notice(lines.at[i].text));
    return n;
}

/* The output as a tree; false when it is none. */
static bool
read_tree(const vb_expect *x, vb_str text, vb_arena *arena, attempt *try)
{
    vb_tree *tree = VB_NEW(arena, vb_tree);
    uint32_t skipped = 0;
    vb_str body = x->yaml ? text : from_bracket(text, &skipped);
    size_t others;

    if (!body.len || !(x->yaml ? vb_tree_yaml(arena, body, tree)
                               : vb_tree_json(arena, body, false, tree)))
        return false;
    others = unannounced(vb_str_sub(text, 0, text.len - body.len), arena) +
             unannounced(vb_str_from(body, tree->consumed), arena);
    if (others)
        return false;
    try->align.e = x->leaves;
    try->align.ne = x->tree.leaves;
    try->align.a = vb_tree_alines(arena, tree, body);
    try->align.na = tree->leaves;
    try->align.budget.left = BUDGET;
    vb_tree_align(&x->tree, tree, &try->align, arena);
    for (size_t i = 0; i < try->align.na; i++)
        ((vb_aline *)try->align.a)[i].number += skipped;
    vb_pairs_make(x, &try->align, arena, &try->pairs);
    vb_identity_check(&try->align, arena, &try->pairs, &try->compare);
    try->differences = differences(&try->pairs);
    return true;
}

static bool
compare_trees(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
              vb_compare *result)
{
    attempt *try = VB_NEW(arena, attempt);
    vb_str other = err;

    if (!read_tree(x, out, arena, try)) {
        if (vb_str_trim(out).len || !read_tree(x, err, arena, try))
            return false;
        other = (vb_str){0};
    }
    if (has_fault(other, arena))
        return false;
    *result = try->compare;
    vb_explain(x, &try->align, arena, &try->pairs, result);
    return true;
}

static void
compare_lines(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
              vb_compare *result)
{
    attempt *best = VB_NEW(arena, attempt), *other;

    try_order(x, out, err, false, arena, best);
    if (best->differences && vb_str_trim(out).len && vb_str_trim(err).len) {
        other = VB_NEW(arena, attempt);
        try_order(x, err, out, true, arena, other);
        if (other->differences < best->differences)
            best = other;
    }
    *result = best->compare;
    vb_explain(x, &best->align, arena, &best->pairs, result);
    if (best->differences)
        result->match = false;
    if (x->ne == 0 && x->gap_at_end && best->align.na == 0)
        result->summary = VB_STR("the output is empty");
    if (best->align.budget.spent && !result->match) {
        result->fault = true;
        result->summary =
            VB_STR("the comparison took too many steps to be finished");
    }
}

static void
compare_regex(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
              vb_compare *result)
{
    vb_str texts[3] = {out, err, vb_str_join(arena, out, err)};

    for (size_t i = 0; i < VB_COUNT(texts) && !result->match; i++) {
        switch (vb_regex_search(x->regex, texts[i])) {
        case VB_FOUND_YES:
            result->match = true;
            break;
        case VB_FOUND_LIMIT:
            result->fault = true;
            break;
        case VB_FOUND_NO:
            break;
        }
    }
    if (result->match)
        result->fault = false;
    if (result->fault)
        result->summary = VB_STR("the pattern took too many steps on this "
                                 "output");
    else
        result->summary = result->match
                              ? VB_STR("the pattern is found in the output")
                              : VB_STR("the pattern is not in the output");
}

vb_compare *
vb_expect_compare(const vb_expect *expect, vb_str out, vb_str err,
                  vb_arena *arena)
{
    vb_compare *result = VB_NEW(arena, vb_compare);

    if (expect->opts.manner == VB_MANNER_REGEX)
        compare_regex(expect, out, err, arena, result);
    else if (!expect->is_tree ||
             !compare_trees(expect, out, err, arena, result))
        compare_lines(expect, out, err, arena, result);
    return result;
}
