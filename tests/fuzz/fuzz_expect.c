/*
 * Comparing outputs. The input is a text, then after a line "%%" another.
 * Properties: every text matches itself in every manner but regex; with one
 * meaningful word changed it does not; what `accept` writes matches the
 * output it was written from, unless a limit was hit.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "verify/accept.h"
#include "verify/expect.h"
#include "verify/internal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const vb_loc here = {"text", 1, 1};

static vb_expect *
compile(vb_arena *arena, vb_str text, vb_manner manner)
{
    vb_expect_opts opts = {.manner = manner};

    return vb_expect_compile(arena, text, here, &opts, NULL);
}

static void
check_itself(vb_arena *arena, vb_str text)
{
    static const vb_manner manners[] = {VB_MANNER_READER, VB_MANNER_EXACT,
                                        VB_MANNER_SUBSET, VB_MANNER_CONTAINS};

    for (size_t i = 0; i < VB_COUNT(manners); i++) {
        vb_expect *x = compile(arena, text, manners[i]);
        vb_compare *got = vb_expect_compare(x, text, (vb_str){0}, arena);

        if (!got->match && !got->fault) {
            fprintf(stderr, "%s: not itself: %.*s\n",
                    vb_manner_name(manners[i]), VB_ARG(got->summary));
            abort();
        }
    }
}

/* A word of letters that the compiler took literally, in a line that no
 * elision or placeholder loosens; NULL when the text has none. */
static const vb_elem *
literal_word(const vb_expect *x, const vb_eline **line, vb_str *word)
{
    for (size_t i = 0; i < x->ne; i++) {
        const vb_pattern *p = &x->e[i].pattern;
        bool loose =
            x->e[i].row.table || x->e[i].progress || vb_line_is_notice(p->text);

        for (uint32_t k = 0; k < p->count; k++)
            loose = loose || p->elems[k].kind == VB_ELEM_WILD ||
                    p->elems[k].kind == VB_ELEM_SUBST ||
                    p->elems[k].cls == VB_CLASS_PLACEHOLDER ||
                    p->elems[k].cls == VB_CLASS_MASK;
        for (uint32_t k = 0; k < p->count && !loose; k++) {
            const vb_elem *e = &p->elems[k];

            *word = vb_str_sub(p->text, e->start, 0);
            while (word->len < e->len && vb_is_lower(word->ptr[word->len]))
                word->len++;
            if (e->kind == VB_ELEM_TEXT && word->len >= 4 &&
                word->len == e->len &&
                (k == 0 || p->elems[k - 1].kind == VB_ELEM_SPACE) &&
                (k + 1 == p->count || p->elems[k + 1].kind == VB_ELEM_SPACE)) {
                *line = &x->e[i];
                return e;
            }
        }
    }
    return NULL;
}

/* Every line equal to the word's own gets another word, so that no twin
 * stands in for it. */
static void
check_changed(vb_arena *arena, vb_str text)
{
    vb_expect *x = compile(arena, text, VB_MANNER_READER);
    const vb_eline *line = NULL;
    vb_str word = {0}, rest = text, at;
    vb_compare *got;
    vb_buf other;
    vb_budget budget = {.left = 1000000};

    if (x->is_tree || !literal_word(x, &line, &word))
        return;
    vb_buf_init(&other, VB_BUF_NO_MAX);
    while (vb_str_line(&rest, &at)) {
        vb_nlines n = vb_normalise(arena, at);

        if (n.len &&
            vb_pattern_match(&line->pattern, n.at[0].text, NULL, NULL, &budget))
            vb_buf_c(&other, "qqqjqqq something else");
        else
            vb_buf_str(&other, at);
        vb_buf_ch(&other, '\n');
    }
    got = vb_expect_compare(x, vb_buf_view(&other), (vb_str){0}, arena);
    /* A line may also have been wrapped out of other lines. */
    if (got->match && text.len < 56) {
        fprintf(stderr, "'%.*s' changed and not noticed\n", VB_ARG(word));
        abort();
    }
    vb_buf_release(&other);
}

static void
check_accept(vb_arena *arena, vb_str text, vb_str out)
{
    vb_expect *x = compile(arena, text, VB_MANNER_READER);
    vb_accepted got = vb_accept(x, out, (vb_str){0}, arena);

    if (got.changed == 0 && !vb_str_eq(got.text, text))
        abort();
    /* Whatever was written compiles and compares. */
    x = compile(arena, got.text, VB_MANNER_READER);
    vb_expect_compare(x, out, (vb_str){0}, arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_str all = vb_str_n((const char *)data, size < 16384 ? size : 16384);
    size_t cut = vb_str_find(all, VB_STR("\n%%\n"));
    vb_str text = vb_str_sub(all, 0, cut == VB_NPOS ? all.len : cut + 1);
    vb_str out = cut == VB_NPOS ? all : vb_str_from(all, cut + 4);
    vb_arena arena = {0};

    check_itself(&arena, text);
    check_changed(&arena, text);
    vb_expect_compare(compile(&arena, text, VB_MANNER_READER), out, text,
                      &arena);
    vb_expect_compare(compile(&arena, text, VB_MANNER_SUBSET), out, text,
                      &arena);
    check_accept(&arena, text, out);
    vb_arena_release(&arena);
    return 0;
}
