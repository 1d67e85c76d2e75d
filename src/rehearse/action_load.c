/* Compiling action lists. The depth of the recursion is the depth of the
 * YAML, which its reader caps. */
#include "rehearse/action.h"
#include "rehearse/load.h"
#include "rehearse/text.h"
#include "rehearse/value.h"

#include "base/banned.h"

/* NOLINTBEGIN(misc-no-recursion): bounded; YAML is at most 64 levels deep */

typedef struct loader {
    const vb_map *macros;
    vb_arena *arena;
    vb_diags *diags;
} loader;

static const vb_actions *load_list(loader *l, const vb_node *node);

static const char *const kind_names[] = {
#define X(name, text) text,
    VB_ACTION_KINDS(X)
#undef X
};

/* Keys that may stand beside each keyword. */
static const char *const allowed[][8] = {
    [VB_ACTION_LET] = {"let", NULL},
    [VB_ACTION_OUT] = {"out", NULL},
    [VB_ACTION_ERR] = {"err", NULL},
    [VB_ACTION_FAIL] = {"fail", "status", NULL},
    [VB_ACTION_REFUSE] = {"refuse", NULL},
    [VB_ACTION_EXIT] = {"exit", NULL},
    [VB_ACTION_SIGNAL] = {"signal", NULL},
    [VB_ACTION_IF] = {"if", "do", "else", NULL},
    [VB_ACTION_EACH] = {"each", "as", "do", NULL},
    [VB_ACTION_SET] = {"set", "to", "value", NULL},
    [VB_ACTION_UNSET] = {"unset", NULL},
    [VB_ACTION_READ] = {"read", "as", "format", "missing", NULL},
    [VB_ACTION_WRITE] = {"write", "content", "mode", "append", NULL},
    [VB_ACTION_WAIT] = {"wait", NULL},
    [VB_ACTION_CALL] = {"call", "with", "as", NULL},
    [VB_ACTION_RETURN] = {"return", NULL},
    [VB_ACTION_TABLE] = {"table", "columns", "gap", "headers", "hide", NULL},
    [VB_ACTION_COLUMNS] = {"custom-columns", "spec", "headers", NULL},
    [VB_ACTION_JSON] = {"json", "indent", NULL},
    [VB_ACTION_YAML] = {"yaml", NULL},
    [VB_ACTION_TEXT] = {"text", NULL},
};

static const vb_template *
load_text(loader *l, const vb_node *node)
{
    if (node->kind == VB_NODE_LIST || node->kind == VB_NODE_MAP) {
        vb_load_fault(l->diags, node, "a text is expected, not a %s",
                      vb_node_kind_name(node->kind));
        return NULL;
    }
    return vb_template_compile(node->str, node->loc, l->arena, l->diags);
}

static bool
load_expr(loader *l, const vb_node *map, const char *key, const vb_expr **out)
{
    const vb_node *node = vb_node_get(map, key);

    if (!node)
        return true;
    *out = vb_expr_at(node, l->arena, l->diags);
    return *out != NULL;
}

static bool
load_bindings(loader *l, const vb_node *node, vb_action *a)
{
    if (!vb_load_kind(node, VB_NODE_MAP, "names and expressions", l->diags))
        return false;
    a->bindings = VB_NEW_N(l->arena, vb_binding, node->len);
    a->nbindings = node->len;
    for (size_t i = 0; i < node->len; i++) {
        a->bindings[i].name = node->keys[i]->str;
        a->bindings[i].expr = vb_expr_at(node->items[i], l->arena, l->diags);
        if (!a->bindings[i].expr)
            return false;
    }
    return true;
}

static bool
load_path(loader *l, const vb_node *node, vb_action *a)
{
    const vb_template **path;

    if (!vb_load_kind(node, VB_NODE_LIST, "a path", l->diags))
        return false;
    if (!node->len || node->len > 16)
        return vb_load_fault(l->diags, node, "a path has 1 to 16 names");
    path = VB_NEW_N(l->arena, const vb_template *, node->len);
    for (size_t i = 0; i < node->len; i++) {
        path[i] = load_text(l, node->items[i]);
        if (!path[i])
            return false;
    }
    a->path = path;
    a->path_len = node->len;
    return true;
}

static bool
load_body(loader *l, const vb_node *map, const char *key,
          const vb_actions **out)
{
    const vb_node *node = vb_node_get(map, key);

    if (!node)
        return true;
    *out = load_list(l, node);
    return *out != NULL;
}

static bool
load_set(loader *l, const vb_node *map, vb_action *a)
{
    const vb_node *value = vb_node_get(map, "value");
    const vb_node *to = vb_node_get(map, "to");

    if (!value == !to)
        return vb_load_fault(l->diags, map,
                             "'set' needs either 'to' or 'value'");
    if (value) {
        a->shape = vb_shape_compile(value, l->arena, l->diags);
        return a->shape != NULL;
    }
    return load_expr(l, map, "to", &a->expr);
}

static bool
load_read(loader *l, const vb_node *map, vb_action *a)
{
    static const char *const formats[] = {"text", "value", "values"};
    size_t i = 0;

    a->name = vb_node_str(map, "as", VB_STR(""));
    a->format = vb_node_str(map, "format", VB_STR("text"));
    while (i < VB_COUNT(formats) && !vb_str_eqc(a->format, formats[i]))
        i++;
    if (i == VB_COUNT(formats))
        return vb_load_fault(l->diags, vb_node_get(map, "format"),
                             "'format' is text, value or values");
    if (!a->name.len)
        return vb_load_fault(l->diags, map, "'read' needs 'as'");
    return load_body(l, map, "missing", &a->otherwise);
}

static bool
load_write(loader *l, const vb_node *map, vb_action *a)
{
    const vb_node *content = vb_node_get(map, "content");
    vb_str mode = vb_node_str(map, "mode", VB_STR(""));

    if (!content)
        return vb_load_fault(l->diags, map, "'write' needs 'content'");
    a->text2 = load_text(l, content);
    a->more = vb_node_bool(map, "append", false);
    for (size_t i = 0; i < mode.len; i++) {
        if (mode.ptr[i] < '0' || mode.ptr[i] > '7' || mode.len > 4)
            return vb_load_fault(l->diags, vb_node_get(map, "mode"),
                                 "'mode' is an octal number such as \"600\"");
        a->number = a->number * 8 + (mode.ptr[i] - '0');
    }
    return a->text2 != NULL;
}

static bool
load_call(loader *l, const vb_node *map, const vb_node *arg, vb_action *a)
{
    const vb_map_entry *entry = vb_map_find(l->macros, arg->str);
    const vb_node *with = vb_node_get(map, "with");

    a->name = vb_node_str(map, "as", VB_STR(""));
    if (!entry)
        return vb_load_fault(l->diags, arg, "there is no macro '%.*s'",
                             VB_ARG(arg->str));
    a->macro = entry->ptr;
    a->macro->used = true;
    if (with && !load_bindings(l, with, a))
        return false;
    for (size_t i = 0; i < a->nbindings; i++) {
        size_t k = 0;

        while (k < a->macro->nparams &&
               !vb_str_eq(a->macro->params[k], a->bindings[i].name))
            k++;
        if (k == a->macro->nparams)
            return vb_load_fault(l->diags, with ? with->keys[i] : map,
                                 "macro '%.*s' has no parameter '%.*s'",
                                 VB_ARG(arg->str), VB_ARG(a->bindings[i].name));
    }
    return true;
}

static bool
load_table(loader *l, const vb_node *map, vb_action *a)
{
    const vb_node *columns = vb_node_get(map, "columns");

    if (!columns)
        return vb_load_fault(l->diags, map, "'table' needs 'columns'");
    a->number = vb_node_int(map, "gap", 3);
    if (a->number < 1 || a->number > 16)
        return vb_load_fault(l->diags, map, "'gap' is 1 to 16 spaces");
    return load_expr(l, map, "headers", &a->expr2) &&
           load_expr(l, map, "hide", &a->hide) && load_bindings(l, columns, a);
}

/* The part of each kind that is not simply an expression or a text. */
static bool
load_rest(loader *l, const vb_node *map, const vb_node *arg, vb_action *a)
{
    switch (a->kind) {
    case VB_ACTION_LET:
        return load_bindings(l, arg, a);
    case VB_ACTION_FAIL:
        a->number = vb_node_int(map, "status", 1);
        if (a->number < 1 || a->number > 255)
            return vb_load_fault(l->diags, map, "'status' is 1 to 255");
        return true;
    case VB_ACTION_IF:
        return load_body(l, map, "do", &a->body) &&
               load_body(l, map, "else", &a->otherwise);
    case VB_ACTION_EACH:
        a->name = vb_node_str(map, "as", VB_STR("it"));
        return load_body(l, map, "do", &a->body);
    case VB_ACTION_SET:
        return load_path(l, arg, a) && load_set(l, map, a);
    case VB_ACTION_UNSET:
        return load_path(l, arg, a);
    case VB_ACTION_READ:
        return load_read(l, map, a);
    case VB_ACTION_WRITE:
        return load_write(l, map, a);
    case VB_ACTION_CALL:
        return load_call(l, map, arg, a);
    case VB_ACTION_TABLE:
        return load_table(l, map, a);
    case VB_ACTION_COLUMNS:
        return load_expr(l, map, "spec", &a->expr2);
    case VB_ACTION_JSON:
        a->number = vb_node_int(map, "indent", 4);
        if (a->number < 0 || a->number > 8)
            return vb_load_fault(l->diags, map, "'indent' is 0 to 8");
        return true;
    default:
        return true;
    }
}

static bool
takes_text(vb_action_kind kind)
{
    return kind == VB_ACTION_OUT || kind == VB_ACTION_ERR ||
           kind == VB_ACTION_FAIL || kind == VB_ACTION_REFUSE ||
           kind == VB_ACTION_READ || kind == VB_ACTION_WRITE ||
           kind == VB_ACTION_WAIT;
}

static bool
takes_expr(vb_action_kind kind)
{
    return kind == VB_ACTION_EXIT || kind == VB_ACTION_SIGNAL ||
           kind == VB_ACTION_IF || kind == VB_ACTION_EACH ||
           kind == VB_ACTION_RETURN || kind == VB_ACTION_TABLE ||
           kind == VB_ACTION_COLUMNS || kind == VB_ACTION_JSON ||
           kind == VB_ACTION_YAML || kind == VB_ACTION_TEXT;
}

static bool
load_one(loader *l, const vb_node *map, vb_action *a)
{
    const vb_node *arg = NULL;
    size_t kind = 0;

    if (!vb_load_kind(map, VB_NODE_MAP, "an action", l->diags))
        return false;
    while (kind < VB_COUNT(kind_names) &&
           !(arg = vb_node_get(map, kind_names[kind])))
        kind++;
    if (!arg) {
        vb_load_fault(l->diags, map, "no known action in this entry");
        return false;
    }
    /* 'text' is an action and nothing else; 'json' too. */
    a->kind = (vb_action_kind)kind;
    a->loc = map->loc;
    if (!vb_load_keys(map, allowed[kind], kind_names[kind], l->diags))
        return false;
    if (takes_text(a->kind) && !(a->text = load_text(l, arg)))
        return false;
    if (takes_expr(a->kind) && !(a->expr = vb_expr_at(arg, l->arena, l->diags)))
        return false;
    return load_rest(l, map, arg, a);
}

static const vb_actions *
load_list(loader *l, const vb_node *node)
{
    vb_actions *actions = VB_NEW(l->arena, vb_actions);
    bool ok = true;

    if (!vb_load_kind(node, VB_NODE_LIST, "the actions", l->diags))
        return NULL;
    actions->at = VB_NEW_N(l->arena, vb_action, node->len);
    actions->len = node->len;
    for (size_t i = 0; i < node->len; i++)
        ok = load_one(l, node->items[i], &actions->at[i]) && ok;
    return ok ? actions : NULL;
}

const vb_actions *
vb_actions_load(const vb_node *node, const vb_map *macros, vb_arena *arena,
                vb_diags *diags)
{
    loader l = {macros, arena, diags};

    return load_list(&l, node);
}

/* NOLINTEND(misc-no-recursion) */
