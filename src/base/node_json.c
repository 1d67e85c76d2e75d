#include "base/node.h"

#include "base/node_fault.h"
#include "base/node_quick.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

/* One list or map whose children are being copied. */
typedef struct level {
    json_t *from;
    void *iter;  /* maps: where in 'from' */
    size_t next; /* the child to copy */
    vb_node *to;
} level;

static vb_node *
new_node(vb_arena *arena, vb_node_kind kind, const char *file)
{
    vb_node *node = VB_NEW(arena, vb_node);

    node->kind = kind;
    node->loc.file = file;
    return node;
}

/* The fewest digits that read back as the same number. */
static vb_str
shortest(double value, vb_arena *arena)
{
    char text[32];

    for (int digits = 15; digits <= 17; digits++)
        if (snprintf(text, sizeof text, "%.*g", digits, value) < 0 ||
            strtod(text, NULL) == value)
            break;
    return vb_str_copy(arena, vb_str_c(text));
}

static vb_node *
copy_scalar(json_t *from, const char *file, vb_arena *arena)
{
    static const vb_node_kind kinds[] = {
        [JSON_STRING] = VB_NODE_STR, [JSON_INTEGER] = VB_NODE_INT,
        [JSON_REAL] = VB_NODE_REAL,  [JSON_TRUE] = VB_NODE_BOOL,
        [JSON_FALSE] = VB_NODE_BOOL, [JSON_NULL] = VB_NODE_NULL,
    };
    vb_node *node = new_node(arena, kinds[json_typeof(from)], file);

    switch (node->kind) {
    case VB_NODE_STR:
        node->str = vb_str_copy(
            arena, vb_str_n(json_string_value(from), json_string_length(from)));
        node->quoted = true;
        break;
    case VB_NODE_INT:
        node->num = json_integer_value(from);
        node->real = (double)node->num;
        node->str = vb_str_fmt(arena, "%jd", (intmax_t)node->num);
        break;
    case VB_NODE_REAL:
        node->real = json_real_value(from);
        node->str = shortest(node->real, arena);
        break;
    case VB_NODE_BOOL:
        node->num = json_is_true(from);
        node->str = node->num ? VB_STR("true") : VB_STR("false");
        break;
    default:
        node->str = VB_STR("null");
    }
    return node;
}

/* The node for 'from' alone, without its children. */
static vb_node *
copy_one(json_t *from, const char *file, vb_arena *arena)
{
    vb_node *node;

    if (!json_is_array(from) && !json_is_object(from))
        return copy_scalar(from, file, arena);
    node =
        new_node(arena, json_is_array(from) ? VB_NODE_LIST : VB_NODE_MAP, file);
    node->len =
        json_is_array(from) ? json_array_size(from) : json_object_size(from);
    node->items = VB_NEW_N(arena, vb_node *, node->len);
    if (node->kind == VB_NODE_MAP)
        node->keys = VB_NEW_N(arena, vb_node *, node->len);
    return node;
}

/* The next child of the level, already linked to its parent; NULL behind the
 * last. */
static json_t *
next_child(level *at, const char *file, vb_arena *arena)
{
    json_t *child;

    if (at->next == at->to->len)
        return NULL;
    if (at->to->kind == VB_NODE_LIST) {
        child = json_array_get(at->from, at->next);
    } else {
        vb_node *key = new_node(arena, VB_NODE_STR, file);

        at->iter = at->next ? json_object_iter_next(at->from, at->iter)
                            : json_object_iter(at->from);
        key->str = vb_str_copy(arena, vb_str_c(json_object_iter_key(at->iter)));
        key->quoted = true;
        at->to->keys[at->next] = key;
        child = json_object_iter_value(at->iter);
    }
    at->to->items[at->next++] = copy_one(child, file, arena);
    return child;
}

/* NULL when it is too deep. */
static vb_node *
copy_tree(json_t *root, const char *file, vb_arena *arena)
{
    level stack[VB_NODE_DEPTH_MAX];
    size_t depth = 0;
    vb_node *top = copy_one(root, file, arena);

    stack[depth++] = (level){.from = root, .to = top};
    while (depth) {
        level *at = &stack[depth - 1];
        json_t *child = next_child(at, file, arena);
        vb_node *node;

        if (!child) {
            depth--;
            continue;
        }
        node = at->to->items[at->next - 1];
        if (node->kind != VB_NODE_LIST && node->kind != VB_NODE_MAP)
            continue;
        if (depth == VB_NODE_DEPTH_MAX)
            return NULL;
        stack[depth++] = (level){.from = child, .to = node};
    }
    return top;
}

vb_node *
vb_json_general(const vb_node_text *in, vb_arena *arena)
{
    const size_t flags =
        JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
    const char *bytes = in->text.len ? in->text.ptr : "";
    json_error_t error;
    json_t *root = json_loadb(bytes, in->text.len, flags, &error);
    vb_node *top;

    if (!root && json_error_code(&error) == json_error_numeric_overflow)
        root = json_loadb(bytes, in->text.len, flags | JSON_DECODE_INT_AS_REAL,
                          &error);
    if (!root) {
        size_t at = error.position > 0 ? (size_t)error.position - 1 : 0;

        vb_node_fault(in, at, "invalid JSON: %s", error.text);
        return NULL;
    }
    top = copy_tree(root, in->file, arena);
    json_decref(root);
    if (!top)
        vb_node_fault(in, 0, "the JSON is nested deeper than %d levels",
                      VB_NODE_DEPTH_MAX);
    return top;
}

const vb_node *
vb_json_read(vb_str text, const char *file, vb_arena *arena, vb_diags *diags)
{
    const vb_node_text in = {text, file, diags};
    size_t nul = vb_str_chr(text, '\0');
    vb_node *top;

    if (nul != VB_NPOS) { /* jansson takes some for the end of a number */
        vb_node_fault(&in, nul, "invalid JSON: a NUL byte");
        return NULL;
    }
    top = vb_json_quick(text, file, arena);
    if (!top)
        top = vb_json_general(&in, arena);
    if (top)
        top->loc = vb_node_loc(&in, 0);
    return top;
}
