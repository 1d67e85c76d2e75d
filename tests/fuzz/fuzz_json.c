/*
 * Any bytes as JSON. What is accepted survives being written and read back,
 * what the quick reader accepts is what the general one reads, and any bytes
 * at all survive as a string or as base64.
 */
#include "fuzz_node.h"

#include "base/node_quick.h"

#include "base/text.h"

/* vb_json_bytes promises the exact bytes. */
static void
must_keep_bytes(vb_str bytes, vb_arena *arena)
{
    vb_buf out, back;
    vb_json json;
    const vb_node *node;
    vb_str got;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_init(&back, VB_BUF_NO_MAX);
    vb_json_init(&json, &out);
    vb_json_object(&json, NULL);
    vb_json_bytes(&json, "b", bytes);
    vb_json_end(&json, '}');
    node = vb_json_read(vb_buf_view(&out), "f", arena, NULL);
    must(node && node->len == 1);
    got = vb_node_str(node, "b", (vb_str){NULL, 0});
    if (vb_node_get(node, "b_base64")) {
        must(vb_base64_decode(
            &back, vb_node_str(node, "b_base64", (vb_str){NULL, 0})));
        got = vb_buf_view(&back);
    }
    must(vb_str_eq(got, bytes));
    vb_buf_release(&back);
    vb_buf_release(&out);
}

/* The same kinds, the same texts, the same places of members. */
static void
must_be_same(const vb_node *a, const vb_node *b)
{
    fuzz_level stack[VB_NODE_DEPTH_MAX];
    const vb_node *other[VB_NODE_DEPTH_MAX];
    size_t depth = 0;

    for (;;) {
        must(a->kind == b->kind && a->len == b->len && a->num == b->num);
        must(vb_str_eq(a->str, b->str) && a->quoted == b->quoted);
        must(a->real == b->real);
        if (is_branch(a)) {
            must(depth < VB_NODE_DEPTH_MAX);
            other[depth] = b;
            stack[depth++] = (fuzz_level){a, 0};
        }
        while (depth && stack[depth - 1].next == stack[depth - 1].node->len)
            depth--;
        if (!depth)
            return;
        a = stack[depth - 1].node;
        b = other[depth - 1];
        if (a->kind == VB_NODE_MAP)
            must(vb_str_eq(a->keys[stack[depth - 1].next]->str,
                           b->keys[stack[depth - 1].next]->str));
        a = a->items[stack[depth - 1].next];
        b = b->items[stack[depth - 1].next++];
    }
}

static void
must_read_alike(vb_str text, vb_arena *arena)
{
    const vb_node_text in = {text, "f", NULL};
    const vb_node *quick;

    if (vb_str_chr(text, '\0') != VB_NPOS)
        return;
    quick = vb_json_quick(text, "f", arena);
    if (quick) {
        const vb_node *general = vb_json_general(&in, arena);

        must(general != NULL);
        must_be_same(quick, general);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_str text = vb_str_n((const char *)data, size);
    const vb_node *node;

    vb_diags_init(&diags, &arena);
    node = vb_json_read(text, "f", &arena, &diags);
    must((node != NULL) == (diags.errors == 0) && diags.errors <= 1);
    if (diags.errors)
        must_lie_within(diags.list.at[0].loc, text);
    if (node)
        must_survive_json(node, &arena);
    must_read_alike(text, &arena);
    must_keep_bytes(text, &arena);
    vb_arena_release(&arena);
    return 0;
}
