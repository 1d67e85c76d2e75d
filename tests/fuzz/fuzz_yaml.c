/*
 * Any bytes as YAML. What is accepted keeps the promises of base/node.h: depth
 * and size are limited however aliases are used, places lie within the text,
 * and the tree survives being written as JSON and read back.
 */
#include "fuzz_node.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_str text = vb_str_n((const char *)data, size);
    const vb_node *node;

    vb_diags_init(&diags, &arena);
    node = vb_yaml_read(text, "f", &arena, &diags);
    must((node == NULL) == (diags.errors > 0));
    for (size_t i = 0; i < diags.list.len; i++)
        must_lie_within(diags.list.at[i].loc, text);
    if (node) {
        walk_tree(node, text);
        must_survive_json(node, &arena);
    }
    vb_arena_release(&arena);
    return 0;
}
