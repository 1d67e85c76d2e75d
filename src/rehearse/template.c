#include "rehearse/template.h"

#include "rehearse/expr_ast.h"
#include "rehearse/value.h"

#include "base/banned.h"

/* NOLINTBEGIN(misc-no-recursion): bounded; YAML is at most 64 levels deep */

struct vb_shape {
    vb_node_kind kind;
    const vb_node *fixed;    /* a scalar without templates */
    const vb_template *text; /* a scalar with some */
    const vb_template **keys;
    const vb_shape **items;
    size_t len;
};

/* Where the expression that begins at 'from' ends: at the first "}}" outside
 * quotes. VB_NPOS when it never does. */
static size_t
expression_end(vb_str text, size_t from)
{
    char quote = '\0';

    for (size_t i = from; i < text.len; i++) {
        char c = text.ptr[i];

        if (quote) {
            if (c == '\\')
                i++;
            else if (c == quote)
                quote = '\0';
        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        } else if (c == '}' && i + 1 < text.len && text.ptr[i + 1] == '}' &&
                   !(i + 2 < text.len && text.ptr[i + 2] == '}')) {
            return i;
        }
    }
    return VB_NPOS;
}

typedef VB_VEC(vb_template_part) part_vec;

const vb_template *
vb_template_compile(vb_str text, vb_loc loc, vb_arena *arena, vb_diags *diags)
{
    vb_template *tmpl = VB_NEW(arena, vb_template);
    part_vec parts = {0};
    vb_error err = {0};

    while (text.len) {
        size_t at = vb_str_find(text, VB_STR("{{"));
        size_t end;
        const vb_expr *expr;

        if (at != 0) {
            vb_str plain = vb_str_sub(text, 0, at == VB_NPOS ? text.len : at);

            vb_vec_push(arena, &parts, (vb_template_part){plain, NULL});
            text = vb_str_from(text, plain.len);
            continue;
        }
        end = expression_end(text, 2);
        if (end == VB_NPOS) {
            vb_diag_add(diags, VB_ERROR, NULL, loc, "'{{' without '}}'");
            return NULL;
        }
        expr = vb_expr_compile(vb_str_trim(vb_str_sub(text, 2, end - 2)),
                               VB_EXPR_SCENARIO, arena, &err);
        if (!expr) {
            vb_diag_add(diags, VB_ERROR, NULL, loc, "%s", err.message);
            return NULL;
        }
        vb_vec_push(arena, &parts, (vb_template_part){{0}, expr});
        text = vb_str_from(text, end + 2);
    }
    tmpl->parts = parts.at;
    tmpl->len = parts.len;
    return tmpl;
}

bool
vb_template_render(const vb_template *tmpl, vb_expr_env *env, vb_buf *out,
                   vb_error *err)
{
    for (size_t i = 0; i < tmpl->len; i++) {
        const vb_template_part *part = &tmpl->parts[i];
        const vb_node *v;

        if (!part->expr) {
            vb_buf_str(out, part->text);
            continue;
        }
        v = vb_expr_eval(part->expr, NULL, env, err);
        if (!v)
            return false;
        vb_buf_str(out, vb_val_text(env->arena, v));
        if (out->full)
            return vb_fail(err, "a text grows beyond %zu bytes", out->max);
    }
    return true;
}

bool
vb_template_text(const vb_template *tmpl, vb_expr_env *env, vb_str *out,
                 vb_error *err)
{
    vb_buf buf;
    bool ok;

    if (tmpl->len == 1 && !tmpl->parts[0].expr) {
        *out = tmpl->parts[0].text;
        return true;
    }
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    ok = vb_template_render(tmpl, env, &buf, err);
    *out = vb_str_copy(env->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return ok;
}

const vb_shape *
vb_shape_compile(const vb_node *node, vb_arena *arena, vb_diags *diags)
{
    vb_shape *shape = VB_NEW(arena, vb_shape);

    shape->kind = node->kind;
    if (node->kind == VB_NODE_LIST || node->kind == VB_NODE_MAP) {
        shape->len = node->len;
        shape->items = VB_NEW_N(arena, const vb_shape *, node->len);
        shape->keys = VB_NEW_N(arena, const vb_template *, node->len);
        for (size_t i = 0; i < node->len; i++) {
            shape->items[i] = vb_shape_compile(node->items[i], arena, diags);
            if (!shape->items[i])
                return NULL;
            if (node->kind == VB_NODE_LIST)
                continue;
            shape->keys[i] = vb_template_compile(
                node->keys[i]->str, node->keys[i]->loc, arena, diags);
            if (!shape->keys[i])
                return NULL;
        }
        return shape;
    }
    if (node->kind != VB_NODE_STR ||
        vb_str_find(node->str, VB_STR("{{")) == VB_NPOS) {
        shape->fixed = node;
        return shape;
    }
    shape->text = vb_template_compile(node->str, node->loc, arena, diags);
    return shape->text ? shape : NULL;
}

const vb_node *
vb_shape_make(const vb_shape *shape, vb_expr_env *env, vb_error *err)
{
    vb_node *out;
    vb_str text;

    if (shape->fixed)
        return shape->fixed;
    if (shape->text) {
        if (shape->text->len == 1)
            return vb_expr_eval(shape->text->parts[0].expr, NULL, env, err);
        if (!vb_template_text(shape->text, env, &text, err))
            return NULL;
        return vb_val_str(env->arena, text);
    }
    out = shape->kind == VB_NODE_MAP ? vb_val_map(env->arena)
                                     : vb_val_list(env->arena);
    for (size_t i = 0; i < shape->len; i++) {
        const vb_node *item = vb_shape_make(shape->items[i], env, err);

        if (!item)
            return NULL;
        if (shape->kind == VB_NODE_LIST) {
            vb_val_push(env->arena, out, item);
            continue;
        }
        if (item->kind == VB_NODE_NULL)
            continue;
        if (!vb_template_text(shape->keys[i], env, &text, err))
            return NULL;
        vb_val_replace(env->arena, out, text, item);
    }
    return out;
}

const vb_expr *
vb_expr_at(const vb_node *node, vb_arena *arena, vb_diags *diags)
{
    vb_error err = {0};
    const vb_expr *expr;
    struct vb_expr *fixed;

    if (node->kind != VB_NODE_STR) {
        fixed = VB_NEW(arena, vb_expr);
        fixed->kind = VB_X_LITERAL;
        fixed->value = node;
        return fixed;
    }
    expr = vb_expr_compile(node->str, VB_EXPR_SCENARIO, arena, &err);
    if (!expr)
        vb_diag_add(diags, VB_ERROR, NULL, node->loc, "%s", err.message);
    return expr;
}

/* NOLINTEND(misc-no-recursion) */
