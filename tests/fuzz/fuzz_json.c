/*
 * Any bytes as JSON. What is accepted survives being written and read back,
 * and any bytes at all survive as a string or as base64.
 */
#include "fuzz_node.h"

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
    must_keep_bytes(text, &arena);
    vb_arena_release(&arena);
    return 0;
}
