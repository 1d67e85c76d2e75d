#include "verify/expect.h"

#include "verify/attempt.h"
#include "verify/internal.h"
#include "verify/manner.h"

#include <string.h>

#include "base/banned.h"

/* More than that is never all blank. */
enum { BLANK_SCAN = 4096 };

static void
finish(vb_attempt *try, vb_arena *arena, vb_compare *result)
{
    *result = try->compare;
    vb_explain(&try->align, arena, &try->pairs, result);
    if (try->differences && result->match) {
        /* Nothing to point at: "..." alone, or progress that was not made. */
        result->match = false;
        result->summary = !try->align.na ? VB_STR("the output is empty")
                          : try->align.ne
                              ? VB_STR("nothing of the text is in the output")
                              : VB_STR("the output has an error that the guide "
                                       "does not show");
    }
    if (try->align.budget.spent && !result->match) {
        result->fault = true;
        result->summary =
            VB_STR("the comparison took too many steps to be finished");
    }
}

static void
compare_reader(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
               vb_compare *result)
{
    vb_attempt *try = x->is_tree ? vb_attempt_tree(x, out, err, arena) : NULL;

    if (!try)
        try = vb_attempt_lines(x, out, err, arena);
    finish(try, arena, result);
}

static vb_str
without_last_newline(vb_str s)
{
    if (s.len && s.ptr[s.len - 1] == '\n')
        s.len--;
    if (s.len && s.ptr[s.len - 1] == '\r')
        s.len--;
    return s;
}

/* Byte for byte: one stream, or both in either order. */
static void
compare_exact(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
              vb_compare *result)
{
    vb_str want = without_last_newline(x->text);
    vb_str texts[] = {out, err, vb_str_join(arena, out, err),
                      vb_str_join(arena, err, out)};
    /* With one stream taken, the other must be empty or harmless. */
    bool same = false;

    for (size_t i = err.len ? 1 : 0; i < VB_COUNT(texts) && !same; i++)
        same = (i != 1 || !out.len) &&
               vb_str_eq(without_last_newline(texts[i]), want);
    finish(vb_attempt_lines(x, out, err, arena), arena, result);
    result->fault = false;
    if (same && !result->match)
        result->summary = VB_STR("the output is the text, byte for byte");
    else if (!same && result->match)
        result->summary =
            VB_STR("the lines agree, their ends or the bytes between do not");
    result->match = same;
}

/* The lines as a terminal shows them, with one kind of line end. */
static vb_str
shown_text(vb_str s, vb_arena *arena)
{
    vb_nlines lines = vb_normalise(arena, s);
    char *out;
    size_t n = 0, room = 1;

    for (size_t i = 0; i < lines.len; i++)
        room += lines.at[i].lead + lines.at[i].text.len + 1;
    out = vb_arena_alloc(arena, room);
    for (size_t i = 0; i < lines.len; i++) {
        const vb_nline *l = &lines.at[i];

        if (n)
            out[n++] = '\n';
        if (l->text.len)
            memcpy(out + n, l->text.ptr - l->lead, l->text.len + l->lead);
        n += l->text.len ? l->text.len + l->lead : 0;
    }
    return vb_str_n(out, n);
}

static void
compare_contains(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
                 vb_compare *result)
{
    vb_str want = without_last_newline(x->text);
    vb_str plain = shown_text(want, arena);
    bool found = vb_str_find(out, want) != VB_NPOS ||
                 vb_str_find(err, want) != VB_NPOS ||
                 vb_str_find(shown_text(out, arena), plain) != VB_NPOS ||
                 vb_str_find(shown_text(err, arena), plain) != VB_NPOS;

    finish(vb_attempt_lines(x, out, err, arena), arena, result);
    result->match = found;
    result->fault = false;
    result->summary = found ? VB_STR("the text stands in the output")
                            : VB_STR("the text is not in the output");
}

static void
compare_regex(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
              vb_compare *result)
{
    vb_str texts[] = {out, err, vb_str_join(arena, out, err)};

    for (size_t i = 0; i < VB_COUNT(texts) && !result->match; i++) {
        vb_found found = vb_regex_search(x->regex, texts[i]);

        result->match = found == VB_FOUND_YES;
        result->fault = result->fault || found == VB_FOUND_LIMIT;
    }
    if (result->match)
        result->fault = false;
    if (result->fault)
        result->summary =
            VB_STR("the pattern took too many steps on this output");
    else
        result->summary = result->match
                              ? VB_STR("the pattern is found in the output")
                              : VB_STR("the pattern is not in the output");
}

static bool
is_blank(vb_str text, vb_arena *arena)
{
    vb_nlines lines = vb_normalise(arena, vb_str_sub(text, 0, BLANK_SCAN));

    for (size_t i = 0; i < lines.len; i++)
        if (lines.at[i].text.len)
            return false;
    return text.len <= BLANK_SCAN;
}

/* A pattern that nothing can fail says nothing of an empty output; one like
 * "^$" asks for it. */
static bool
asks_for_nothing(const vb_expect *x)
{
    return x->regex &&
           vb_regex_search(x->regex, VB_STR("something")) == VB_FOUND_NO;
}

/* Whatever the manner: a text that says something promises some output. */
static void
refuse_empty(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena,
             vb_compare *result)
{
    if (!result->match || is_blank(x->text, arena) || !is_blank(out, arena) ||
        !is_blank(err, arena) || asks_for_nothing(x))
        return;
    result->match = false;
    result->summary = VB_STR("the output is empty");
}

vb_compare *
vb_expect_compare(const vb_expect *expect, vb_str out, vb_str err,
                  vb_arena *arena)
{
    vb_compare *result = VB_NEW(arena, vb_compare);

    switch (expect->opts.manner) {
    case VB_MANNER_EXACT:
        compare_exact(expect, out, err, arena, result);
        break;
    case VB_MANNER_CONTAINS:
        compare_contains(expect, out, err, arena, result);
        break;
    case VB_MANNER_REGEX:
        compare_regex(expect, out, err, arena, result);
        break;
    case VB_MANNER_READER:
    case VB_MANNER_SUBSET:
        compare_reader(expect, out, err, arena, result);
        break;
    }
    refuse_empty(expect, out, err, arena, result);
    return result;
}
