/* What of an expected output a reader would copy by hand. */
#include "verify/expect.h"

#include "verify/internal.h"

#include "base/banned.h"

typedef struct finder {
    vb_expect_token *list;
    size_t len, max;
} finder;

static void
find_in(finder *f, const vb_pattern *p, uint32_t line)
{
    for (uint32_t i = 0; i < p->count && f->len < f->max; i++) {
        const vb_elem *e = &p->elems[i];
        vb_str part = vb_str_sub(p->text, e->start, e->len);
        vb_expect_token token = {
            .text = part, .cls = vb_class_name(e->cls), .line = line};

        if (e->kind != VB_ELEM_TOKEN || !vb_class_identity(e->cls))
            continue;
        token.placeholder = e->cls == VB_CLASS_PLACEHOLDER;
        if (!token.placeholder) {
            token.text = vb_name_around(p->text, e->start, e->len);
            if (token.text.len > part.len)
                token.part = part;
        }
        f->list[f->len++] = token;
    }
}

size_t
vb_expect_tokens(const vb_expect *x, vb_arena *arena, size_t max,
                 vb_expect_token **out)
{
    const vb_eline *lines = x->is_tree ? x->leaves : x->e;
    size_t n = x->is_tree ? x->tree.leaves : x->ne;
    finder f = {.list = VB_NEW_N(arena, vb_expect_token, max), .max = max};

    for (size_t i = 0; i < n; i++) {
        const vb_eline *e = &lines[i];

        if (e->cells)
            for (uint32_t k = 0; k < e->row.table->columns; k++)
                find_in(&f, &e->cells[k], e->number);
        else if (!e->row.table)
            find_in(&f, &e->pattern, e->number);
    }
    *out = f.list;
    return f.len;
}
