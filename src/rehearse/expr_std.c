/* The functions JMESPath itself has. */
#include "rehearse/expr_ast.h"
#include "rehearse/value.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

#define ARG(i) (call->args[i])
#define ARENA (call->env->arena)

static const vb_node *
bad(vb_error *err, const vb_expr_call *call, const char *want)
{
    vb_fail(err, "%s() needs %s", call->expr->func->name, want);
    return NULL;
}

static bool
is_list(const vb_node *v)
{
    return v && v->kind == VB_NODE_LIST;
}

static bool
is_str(const vb_node *v)
{
    return v && v->kind == VB_NODE_STR;
}

static const vb_node *
f_length(const vb_expr_call *call, vb_error *err)
{
    const vb_node *v = ARG(0);

    if (!v || (v->kind != VB_NODE_LIST && v->kind != VB_NODE_MAP &&
               v->kind != VB_NODE_STR))
        return bad(err, call, "a text, a list or a map");
    return vb_val_int(ARENA,
                      (int64_t)(v->kind == VB_NODE_STR ? v->str.len : v->len));
}

static const vb_node *
f_contains(const vb_expr_call *call, vb_error *err)
{
    const vb_node *v = ARG(0);

    if (is_str(v))
        return vb_val_bool(is_str(ARG(1)) &&
                           vb_str_find(v->str, ARG(1)->str) != VB_NPOS);
    if (v && v->kind == VB_NODE_NULL)
        return vb_val_bool(false);
    if (!is_list(v))
        return bad(err, call, "a text or a list");
    for (size_t i = 0; i < v->len; i++)
        if (vb_val_eq(v->items[i], ARG(1)))
            return vb_val_bool(true);
    return vb_val_bool(false);
}

static const vb_node *
f_starts_with(const vb_expr_call *call, vb_error *err)
{
    if (!is_str(ARG(0)) || !is_str(ARG(1)))
        return bad(err, call, "two texts");
    return vb_val_bool(
        vb_str_eq(vb_str_sub(ARG(0)->str, 0, ARG(1)->str.len), ARG(1)->str));
}

static const vb_node *
f_ends_with(const vb_expr_call *call, vb_error *err)
{
    vb_str s, end;

    if (!is_str(ARG(0)) || !is_str(ARG(1)))
        return bad(err, call, "two texts");
    s = ARG(0)->str;
    end = ARG(1)->str;
    return vb_val_bool(s.len >= end.len &&
                       vb_str_eq(vb_str_from(s, s.len - end.len), end));
}

static const vb_node *
f_join(const vb_expr_call *call, vb_error *err)
{
    vb_buf buf;
    vb_str text;

    if (!is_str(ARG(0)) || !is_list(ARG(1)))
        return bad(err, call, "a text and a list");
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    for (size_t i = 0; i < ARG(1)->len; i++) {
        if (i)
            vb_buf_str(&buf, ARG(0)->str);
        vb_buf_str(&buf, vb_val_text(ARENA, ARG(1)->items[i]));
    }
    text = vb_str_copy(ARENA, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return vb_val_str(ARENA, text);
}

static const vb_node *
f_keys(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_list(ARENA);

    if (!ARG(0) || ARG(0)->kind == VB_NODE_NULL)
        return out;
    if (ARG(0)->kind != VB_NODE_MAP)
        return bad(err, call, "a map");
    for (size_t i = 0; i < ARG(0)->len; i++)
        vb_val_push(ARENA, out, vb_val_str(ARENA, ARG(0)->keys[i]->str));
    return out;
}

static const vb_node *
f_values(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_list(ARENA);

    if (!ARG(0) || ARG(0)->kind == VB_NODE_NULL)
        return out;
    if (ARG(0)->kind != VB_NODE_MAP)
        return bad(err, call, "a map");
    for (size_t i = 0; i < ARG(0)->len; i++)
        vb_val_push(ARENA, out, ARG(0)->items[i]);
    return out;
}

static const vb_node *
f_to_string(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return vb_val_str(ARENA, vb_val_text(ARENA, ARG(0)));
}

static const vb_node *
f_to_number(const vb_expr_call *call, vb_error *err)
{
    int64_t n;

    (void)err;
    if (ARG(0) && ARG(0)->kind == VB_NODE_REAL)
        return ARG(0);
    return vb_val_as_int(ARG(0), &n) ? vb_val_int(ARENA, n) : vb_val_null();
}

static const vb_node *
f_to_array(const vb_expr_call *call, vb_error *err)
{
    vb_node *out;

    (void)err;
    if (is_list(ARG(0)))
        return ARG(0);
    out = vb_val_list(ARENA);
    vb_val_push(ARENA, out, ARG(0));
    return out;
}

static const vb_node *
f_type(const vb_expr_call *call, vb_error *err)
{
    static const char *const names[] = {"null",   "boolean", "number", "number",
                                        "string", "array",   "object"};

    (void)err;
    return vb_val_str(ARENA, vb_str_c(names[ARG(0)->kind]));
}

static const vb_node *
f_not_null(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    for (size_t i = 0; i < call->len; i++)
        if (ARG(i) && ARG(i)->kind != VB_NODE_NULL)
            return ARG(i);
    return vb_val_null();
}

static const vb_node *
f_reverse(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_list(ARENA);

    if (!is_list(ARG(0)))
        return bad(err, call, "a list");
    for (size_t i = ARG(0)->len; i-- > 0;)
        vb_val_push(ARENA, out, ARG(0)->items[i]);
    return out;
}

typedef struct keyed {
    const vb_node *key, *item;
    size_t at;
} keyed;

static int
order(const vb_node *a, const vb_node *b)
{
    double x, y;

    if (a->kind == VB_NODE_STR && b->kind == VB_NODE_STR)
        return vb_str_cmp(a->str, b->str);
    x = a->kind == VB_NODE_INT ? (double)a->num : a->real;
    y = b->kind == VB_NODE_INT ? (double)b->num : b->real;
    return x < y ? -1 : x > y;
}

/* Bottom-up merge sort: stable, no recursion, no library state. */
static void
sort(keyed *items, keyed *other, size_t len)
{
    for (size_t width = 1; width < len; width *= 2) {
        for (size_t from = 0; from < len; from += 2 * width) {
            size_t mid = from + width < len ? from + width : len;
            size_t end = mid + width < len ? mid + width : len;
            size_t a = from, b = mid;

            for (size_t i = from; i < end; i++) {
                bool left = a < mid && (b >= end ||
                                        order(items[a].key, items[b].key) <= 0);

                other[i] = items[left ? a++ : b++];
            }
        }
        memcpy(items, other, len * sizeof *items);
    }
}

/* The list's elements with their keys; all keys texts or all numbers. */
static keyed *
key_list(const vb_expr_call *call, vb_error *err)
{
    const vb_node *list = ARG(0);
    keyed *items;

    if (!is_list(list)) {
        bad(err, call, "a list");
        return NULL;
    }
    items = VB_NEW_N(ARENA, keyed, list->len + 1);
    for (size_t i = 0; i < list->len; i++) {
        const vb_node *key = list->items[i];

        if (call->len > 1) {
            const vb_expr *by = call->expr->items[1];

            if (by->kind != VB_X_REF) {
                bad(err, call, "a list and an &expression");
                return NULL;
            }
            key = vb_expr_eval(by->left, key, call->env, err);
        }
        if (!key)
            return NULL;
        if ((key->kind != VB_NODE_STR && key->kind != VB_NODE_INT &&
             key->kind != VB_NODE_REAL) ||
            (i && (key->kind == VB_NODE_STR) !=
                      (items[0].key->kind == VB_NODE_STR))) {
            bad(err, call, "texts alone or numbers alone");
            return NULL;
        }
        items[i] = (keyed){key, list->items[i], i};
    }
    return items;
}

static const vb_node *
f_sort(const vb_expr_call *call, vb_error *err)
{
    keyed *items = key_list(call, err);
    vb_node *out = vb_val_list(ARENA);

    if (!items)
        return NULL;
    sort(items, VB_NEW_N(ARENA, keyed, ARG(0)->len + 1), ARG(0)->len);
    for (size_t i = 0; i < ARG(0)->len; i++)
        vb_val_push(ARENA, out, items[i].item);
    return out;
}

static const vb_node *
extreme(const vb_expr_call *call, int sign, vb_error *err)
{
    keyed *items = key_list(call, err);
    size_t best = 0;

    if (!items)
        return NULL;
    for (size_t i = 1; i < ARG(0)->len; i++)
        if (order(items[i].key, items[best].key) * sign > 0)
            best = i;
    return ARG(0)->len ? items[best].item : vb_val_null();
}

static const vb_node *
f_max(const vb_expr_call *call, vb_error *err)
{
    return extreme(call, 1, err);
}

static const vb_node *
f_min(const vb_expr_call *call, vb_error *err)
{
    return extreme(call, -1, err);
}

static const vb_node *
f_map(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_list(ARENA);
    const vb_expr *each = call->expr->items[0];

    if (each->kind != VB_X_REF || !is_list(ARG(1)))
        return bad(err, call, "an &expression and a list");
    for (size_t i = 0; i < ARG(1)->len; i++) {
        const vb_node *v =
            vb_expr_eval(each->left, ARG(1)->items[i], call->env, err);

        if (!v)
            return NULL;
        vb_val_push(ARENA, out, v);
    }
    return out;
}

static const vb_node *
f_merge(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_map(ARENA);

    for (size_t i = 0; i < call->len; i++) {
        const vb_node *v = ARG(i);

        if (!v || (v->kind != VB_NODE_MAP && v->kind != VB_NODE_NULL))
            return bad(err, call, "maps");
        for (size_t k = 0; k < v->len; k++)
            vb_val_replace(ARENA, out, v->keys[k]->str, v->items[k]);
    }
    return out;
}

/* Sum, or its mean. */
static const vb_node *
total(const vb_expr_call *call, bool mean, vb_error *err)
{
    double sum = 0;

    if (!is_list(ARG(0)))
        return bad(err, call, "a list of numbers");
    for (size_t i = 0; i < ARG(0)->len; i++) {
        const vb_node *v = ARG(0)->items[i];

        if (v->kind != VB_NODE_INT && v->kind != VB_NODE_REAL)
            return bad(err, call, "a list of numbers");
        sum += v->kind == VB_NODE_INT ? (double)v->num : v->real;
    }
    if (mean && !ARG(0)->len)
        return vb_val_null();
    return vb_val_real(ARENA, mean ? sum / (double)ARG(0)->len : sum);
}

static const vb_node *
f_sum(const vb_expr_call *call, vb_error *err)
{
    return total(call, false, err);
}

static const vb_node *
f_avg(const vb_expr_call *call, vb_error *err)
{
    return total(call, true, err);
}

static const vb_node *
rounded(const vb_expr_call *call, double (*how)(double), vb_error *err)
{
    const vb_node *v = ARG(0);

    if (v && v->kind == VB_NODE_INT)
        return vb_val_real(ARENA, how((double)v->num));
    if (!v || v->kind != VB_NODE_REAL)
        return bad(err, call, "a number");
    return vb_val_real(ARENA, how(v->real));
}

static const vb_node *
f_abs(const vb_expr_call *call, vb_error *err)
{
    return rounded(call, fabs, err);
}

static const vb_node *
f_ceil(const vb_expr_call *call, vb_error *err)
{
    return rounded(call, ceil, err);
}

static const vb_node *
f_floor(const vb_expr_call *call, vb_error *err)
{
    return rounded(call, floor, err);
}

const vb_expr_func vb_expr_funcs_std[] = {
    {"abs", f_abs, 1, 1, true, false},
    {"avg", f_avg, 1, 1, true, false},
    {"ceil", f_ceil, 1, 1, true, false},
    {"contains", f_contains, 2, 2, true, false},
    {"ends_with", f_ends_with, 2, 2, true, false},
    {"floor", f_floor, 1, 1, true, false},
    {"join", f_join, 2, 2, true, false},
    {"keys", f_keys, 1, 1, true, false},
    {"length", f_length, 1, 1, true, false},
    {"map", f_map, 2, 2, true, false},
    {"max", f_max, 1, 1, true, false},
    {"max_by", f_max, 2, 2, true, false},
    {"merge", f_merge, 1, 16, true, false},
    {"min", f_min, 1, 1, true, false},
    {"min_by", f_min, 2, 2, true, false},
    {"not_null", f_not_null, 1, 16, true, false},
    {"reverse", f_reverse, 1, 1, true, false},
    {"sort", f_sort, 1, 1, true, false},
    {"sort_by", f_sort, 2, 2, true, false},
    {"starts_with", f_starts_with, 2, 2, true, false},
    {"sum", f_sum, 1, 1, true, false},
    {"to_array", f_to_array, 1, 1, true, false},
    {"to_number", f_to_number, 1, 1, true, false},
    {"to_string", f_to_string, 1, 1, true, false},
    {"type", f_type, 1, 1, true, false},
    {"values", f_values, 1, 1, true, false},
    {NULL, NULL, 0, 0, false, false},
};

const vb_expr_func *
vb_expr_func_find(vb_str name)
{
    const vb_expr_func *const tables[] = {vb_expr_funcs_std, vb_expr_funcs_sim};

    for (size_t t = 0; t < VB_COUNT(tables); t++)
        for (const vb_expr_func *f = tables[t]; f->name; f++)
            if (vb_str_eqc(name, f->name))
                return f;
    return NULL;
}
