/* Evaluating compiled expressions. Recursion follows the height of the
 * expression, which the parser caps; work is bounded by the budget. */
#include "rehearse/expr_ast.h"
#include "rehearse/value.h"

#include <string.h>

#include "base/banned.h"

/* NOLINTBEGIN(misc-no-recursion): bounded; bounded by the expression's height
 */

static const vb_node *eval(const vb_expr *x, const vb_node *current,
                           vb_expr_env *env, vb_error *err);

static const vb_node *
variable(vb_str name, const vb_expr_env *env)
{
    for (const vb_var *v = env->vars; v; v = v->outer)
        if (vb_str_eq(v->name, name))
            return v->value;
    return vb_node_get_str(env->top, name);
}

static const vb_node *
or_null(const vb_node *v)
{
    return v ? v : vb_val_null();
}

/* Work that is not one visit of one node: copies of lists. */
static void
spend(vb_expr_env *env, size_t n)
{
    env->budget -= n < env->budget ? n : env->budget;
}

static const vb_node *
element(const vb_node *list, int64_t index)
{
    int64_t len = (int64_t)list->len;

    if (list->kind != VB_NODE_LIST)
        return vb_val_null();
    if (index < 0)
        index += len;
    return index >= 0 && index < len ? list->items[index] : vb_val_null();
}

static int64_t
clamp(int64_t v, int64_t len, int64_t low, int64_t high)
{
    if (v < 0)
        v += len;
    return v < low ? low : v > high ? high : v;
}

static const vb_node *
slice(const vb_expr *x, const vb_node *list, vb_expr_env *env, vb_error *err)
{
    int64_t len = (int64_t)list->len;
    int64_t step = x->has[2] ? x->slice[2] : 1;
    int64_t from, to;
    vb_node *out;

    if (list->kind != VB_NODE_LIST)
        return vb_val_null();
    if (step == 0) {
        vb_fail(err, "a slice's step cannot be 0");
        return NULL;
    }
    spend(env, list->len);
    from = step > 0 ? 0 : len - 1;
    to = step > 0 ? len : -1;
    if (x->has[0])
        from = clamp(x->slice[0], len, step > 0 ? 0 : -1,
                     step > 0 ? len : len - 1);
    if (x->has[1])
        to = clamp(x->slice[1], len, step > 0 ? 0 : -1,
                   step > 0 ? len : len - 1);
    out = vb_val_list(env->arena);
    for (int64_t i = from; step > 0 ? i < to : i > to; i += step)
        vb_val_push(env->arena, out, list->items[i]);
    return out;
}

static const vb_node *
flatten(const vb_node *v, vb_expr_env *env)
{
    vb_node *out;

    if (v->kind != VB_NODE_LIST)
        return vb_val_null();
    out = vb_val_list(env->arena);
    for (size_t i = 0; i < v->len; i++) {
        const vb_node *item = v->items[i];

        spend(env, 1 + item->len);
        if (item->kind != VB_NODE_LIST) {
            vb_val_push(env->arena, out, item);
            continue;
        }
        for (size_t k = 0; k < item->len; k++)
            vb_val_push(env->arena, out, item->items[k]);
    }
    return out;
}

/* Lists and maps are walked alike: [*], .* and [?condition]. */
static const vb_node *
project(const vb_expr *x, const vb_node *current, vb_expr_env *env,
        vb_error *err)
{
    vb_node_kind want = x->kind == VB_X_VALUES ? VB_NODE_MAP : VB_NODE_LIST;
    const vb_node *base = eval(x->left, current, env, err);
    vb_node *out;

    if (!base)
        return NULL;
    if (base->kind != want)
        return vb_val_null();
    out = vb_val_list(env->arena);
    for (size_t i = 0; i < base->len; i++) {
        const vb_node *item = base->items[i];

        if (x->third) {
            const vb_node *keep = eval(x->third, item, env, err);

            if (!keep)
                return NULL;
            if (!vb_val_true(keep))
                continue;
        }
        item = eval(x->right, item, env, err);
        if (!item)
            return NULL;
        if (item->kind != VB_NODE_NULL)
            vb_val_push(env->arena, out, item);
    }
    return out;
}

static const vb_node *
multi(const vb_expr *x, const vb_node *current, vb_expr_env *env, vb_error *err)
{
    vb_node *out =
        x->kind == VB_X_LIST ? vb_val_list(env->arena) : vb_val_map(env->arena);

    /* Of null there is no selection; a scope (NULL) is not null. */
    if (current && current->kind == VB_NODE_NULL)
        return vb_val_null();
    for (size_t i = 0; i < x->len; i++) {
        const vb_node *item = eval(x->items[i], current, env, err);

        if (!item)
            return NULL;
        if (x->kind == VB_X_LIST)
            vb_val_push(env->arena, out, item);
        else
            vb_val_replace(env->arena, out, x->names[i], item);
    }
    return out;
}

/* What handling a value costs, roughly. */
static size_t
weight(const vb_node *v)
{
    return v ? v->len + v->str.len / 64 : 0;
}

static const vb_node *
call(const vb_expr *x, const vb_node *current, vb_expr_env *env, vb_error *err)
{
    const vb_node *args[16] = {0};
    vb_expr_call c = {x, args, x->len, current, env};
    const vb_node *result;

    for (size_t i = 0; i < x->len && !x->func->lazy; i++) {
        if (x->items[i]->kind == VB_X_REF)
            continue;
        args[i] = eval(x->items[i], current, env, err);
        if (!args[i])
            return NULL;
        spend(env, weight(args[i]));
    }
    result = x->func->run(&c, err);
    spend(env, weight(result));
    return result;
}

static double
as_real(const vb_node *v)
{
    return v->kind == VB_NODE_INT ? (double)v->num : v->real;
}

static bool
is_number(const vb_node *v)
{
    return v->kind == VB_NODE_INT || v->kind == VB_NODE_REAL;
}

static const vb_node *
compare(const vb_expr *x, const vb_node *a, const vb_node *b)
{
    int order;

    if (x->op == VB_X_EQ || x->op == VB_X_NE)
        return vb_val_bool(vb_val_eq(a, b) == (x->op == VB_X_EQ));
    if (is_number(a) && is_number(b)) {
        double d = as_real(a) - as_real(b);

        order = d < 0 ? -1 : d > 0;
    } else if (a->kind == VB_NODE_STR && b->kind == VB_NODE_STR) {
        order = vb_str_cmp(a->str, b->str);
    } else {
        return vb_val_null();
    }
    switch (x->op) {
    case VB_X_LT:
        return vb_val_bool(order < 0);
    case VB_X_LE:
        return vb_val_bool(order <= 0);
    case VB_X_GT:
        return vb_val_bool(order > 0);
    default:
        return vb_val_bool(order >= 0);
    }
}

static const vb_node *
joined(const vb_node *a, const vb_node *b, vb_expr_env *env, vb_error *err)
{
    vb_str left = vb_val_text(env->arena, a);
    vb_str right = vb_val_text(env->arena, b);

    spend(env, (left.len + right.len) / 64);
    if (left.len + right.len > VB_VAL_TEXT_MAX) {
        vb_fail(err, "a text grows beyond %d bytes", VB_VAL_TEXT_MAX);
        return NULL;
    }
    return vb_val_str(env->arena, vb_str_join(env->arena, left, right));
}

static const vb_node *
arithmetic(const vb_expr *x, const vb_node *a, const vb_node *b,
           vb_expr_env *env, vb_error *err)
{
    int64_t n;

    if (!is_number(a) || !is_number(b)) {
        if (x->op == VB_X_PLUS)
            return joined(a, b, env, err);
        vb_fail(err, "arithmetic with a %s and a %s",
                vb_node_kind_name(a->kind), vb_node_kind_name(b->kind));
        return NULL;
    }
    if (a->kind == VB_NODE_INT && b->kind == VB_NODE_INT) {
        bool over = false;

        if (x->op == VB_X_PLUS)
            over = __builtin_add_overflow(a->num, b->num, &n);
        else if (x->op == VB_X_MINUS)
            over = __builtin_sub_overflow(a->num, b->num, &n);
        else if (x->op == VB_X_TIMES)
            over = __builtin_mul_overflow(a->num, b->num, &n);
        else if (b->num == 0 || (a->num == INT64_MIN && b->num == -1))
            over = true;
        else
            n = x->op == VB_X_DIVIDE ? a->num / b->num : a->num % b->num;
        if (!over)
            return vb_val_int(env->arena, n);
    } else if (x->op == VB_X_PLUS) {
        return vb_val_real(env->arena, as_real(a) + as_real(b));
    } else if (x->op == VB_X_MINUS) {
        return vb_val_real(env->arena, as_real(a) - as_real(b));
    } else if (x->op == VB_X_TIMES) {
        return vb_val_real(env->arena, as_real(a) * as_real(b));
    } else if (x->op == VB_X_DIVIDE && as_real(b) != 0) {
        return vb_val_real(env->arena, as_real(a) / as_real(b));
    }
    vb_fail(err, "arithmetic out of range");
    return NULL;
}

/* Two operands, the second only when the first does not settle it. */
static const vb_node *
pair(const vb_expr *x, const vb_node *current, vb_expr_env *env, vb_error *err)
{
    const vb_node *a = eval(x->left, current, env, err);
    const vb_node *b;

    if (!a)
        return NULL;
    if ((x->kind == VB_X_OR && vb_val_true(a)) ||
        (x->kind == VB_X_AND && !vb_val_true(a)))
        return a;
    b = eval(x->right,
             x->kind == VB_X_SUB || x->kind == VB_X_PIPE ? a : current, env,
             err);
    if (!b)
        return NULL;
    if (x->kind == VB_X_COMPARE)
        return compare(x, a, b);
    if (x->kind == VB_X_ARITH)
        return arithmetic(x, a, b, env, err);
    return b;
}

/* What needs no operand evaluated, or one. */
static const vb_node *
single(const vb_expr *x, const vb_node *current, vb_expr_env *env,
       vb_error *err)
{
    const vb_node *v;

    switch (x->kind) {
    case VB_X_FIELD:
        return or_null(current ? vb_node_get_str(current, x->text)
                               : variable(x->text, env));
    case VB_X_VAR:
        return or_null(variable(x->text, env));
    case VB_X_LITERAL:
        return x->value;
    case VB_X_CURRENT:
        return current ? current : or_null(env->top);
    case VB_X_INDEX:
        return element(or_null(current), x->number);
    case VB_X_SLICE:
        return slice(x, or_null(current), env, err);
    default:
        break;
    }
    v = eval(x->left, current, env, err);
    if (!v)
        return NULL;
    return x->kind == VB_X_NOT ? vb_val_bool(!vb_val_true(v)) : flatten(v, env);
}

static const vb_node *
eval(const vb_expr *x, const vb_node *current, vb_expr_env *env, vb_error *err)
{
    if (env->budget == 0) {
        vb_fail(err, "the scenario's expressions take too much work");
        return NULL;
    }
    env->budget--;
    switch (x->kind) {
    case VB_X_SUB:
    case VB_X_PIPE:
    case VB_X_OR:
    case VB_X_AND:
    case VB_X_COMPARE:
    case VB_X_ARITH:
        return pair(x, current, env, err);
    case VB_X_EACH:
    case VB_X_VALUES:
    case VB_X_FILTER:
        return project(x, current, env, err);
    case VB_X_LIST:
    case VB_X_HASH:
        return multi(x, current, env, err);
    case VB_X_CALL:
        return call(x, current, env, err);
    case VB_X_REF:
        vb_fail(err, "'&' is only of use as an argument");
        return NULL;
    default:
        return single(x, current, env, err);
    }
}

const vb_node *
vb_expr_eval(const vb_expr *expr, const vb_node *current, vb_expr_env *env,
             vb_error *err)
{
    return eval(expr, current, env, err);
}

/* NOLINTEND(misc-no-recursion) */
