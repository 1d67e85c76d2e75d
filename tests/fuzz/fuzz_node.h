/* What the two targets that read trees have in common. */
#ifndef VB_TESTS_FUZZ_NODE_H
#define VB_TESTS_FUZZ_NODE_H

#include "base/json.h"
#include "base/node.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
must(bool holds)
{
    if (!holds)
        abort();
}

static inline void
must_lie_within(vb_loc loc, vb_str text)
{
    vb_str rest = text;

    must(loc.line > 0 && loc.col > 0);
    for (uint32_t line = 1; line < loc.line; line++) {
        size_t lf = vb_str_chr(rest, '\n');

        must(lf != VB_NPOS);
        rest = vb_str_from(rest, lf + 1);
    }
    must(loc.col - 1 <= rest.len);
    must(vb_str_chr(vb_str_sub(rest, 0, loc.col - 1), '\n') == VB_NPOS);
}

typedef struct fuzz_level {
    const vb_node *node;
    size_t next;
} fuzz_level;

/* Visits each node as often as it is reached, as any later stage does. */
static inline void
walk_tree(const vb_node *top, vb_str text)
{
    fuzz_level stack[VB_NODE_DEPTH_MAX];
    size_t depth = 0, seen = 1;
    const vb_node *node = top;

    for (;;) {
        fuzz_level *at;

        if (seen < 2000)
            must_lie_within(node->loc, text);
        if (node->kind == VB_NODE_LIST || node->kind == VB_NODE_MAP) {
            must(depth < VB_NODE_DEPTH_MAX);
            stack[depth++] = (fuzz_level){node, 0};
        } else {
            must(node->str.ptr == NULL || !node->str.ptr[node->str.len]);
        }
        while (depth && stack[depth - 1].next == stack[depth - 1].node->len)
            depth--;
        if (!depth)
            break;
        at = &stack[depth - 1];
        node = at->node->items[at->next++];
        must(++seen <= VB_YAML_NODES_MAX);
    }
}

static inline void
write_scalar(vb_json *json, const vb_node *node)
{
    switch (node->kind) {
    case VB_NODE_INT:
        vb_json_int(json, NULL, node->num);
        break;
    case VB_NODE_BOOL:
        vb_json_bool(json, NULL, node->num != 0);
        break;
    case VB_NODE_NULL:
        vb_json_null(json, NULL);
        break;
    default: /* infinity has no spelling in JSON */
        vb_json_str(json, NULL, node->str);
    }
}

static inline bool
is_branch(const vb_node *node)
{
    return node->kind == VB_NODE_LIST || node->kind == VB_NODE_MAP;
}

/* False when the tree is deeper than the writer goes. */
static inline bool
write_tree(vb_json *json, const vb_node *top)
{
    fuzz_level stack[VB_JSON_DEPTH_MAX];
    size_t depth = 0;
    const vb_node *node = top;

    for (;;) {
        if (is_branch(node)) {
            if (depth + 1 == VB_JSON_DEPTH_MAX)
                return false;
            stack[depth++] = (fuzz_level){node, 0};
            if (node->kind == VB_NODE_LIST)
                vb_json_array(json, NULL);
            else
                vb_json_object(json, NULL);
        } else {
            write_scalar(json, node);
        }
        while (depth && stack[depth - 1].next == stack[depth - 1].node->len)
            vb_json_end(json,
                        stack[--depth].node->kind == VB_NODE_LIST ? ']' : '}');
        if (!depth)
            return true;
        node = stack[depth - 1].node;
        if (node->kind == VB_NODE_MAP)
            vb_json_key(json, node->keys[stack[depth - 1].next]->str);
        node = node->items[stack[depth - 1].next++];
    }
}

/* Written, read and written again: twice the same text. */
static inline void
must_survive_json(const vb_node *node, vb_arena *arena)
{
    vb_buf first, second;
    vb_json json;
    const vb_node *back;

    vb_buf_init(&first, 1 << 20);
    vb_buf_init(&second, 1 << 20);
    vb_json_init(&json, &first);
    if (write_tree(&json, node) && !first.full) {
        must(vb_utf8_valid(vb_buf_view(&first)));
        back = vb_json_read(vb_buf_view(&first), "f", arena, NULL);
        if (!back) /* the one thing JSON refuses in a name */
            must(strstr(vb_buf_cstr(&first), "\\u0000"));
        vb_json_init(&json, &second);
        must(!back || (write_tree(&json, back) &&
                       vb_str_eq(vb_buf_view(&first), vb_buf_view(&second))));
    }
    vb_buf_release(&first);
    vb_buf_release(&second);
}

#endif
