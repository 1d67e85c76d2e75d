#include "doc/tree.h"

#include <string.h>

#include "base/banned.h"

/* In front of each piece of memory: its size, which realloc asks for. */
typedef struct vb_piece_head {
    _Alignas(max_align_t) size_t size;
} vb_piece_head;

/* Where cmark's memory comes from while it parses: its allocator has no
 * argument to say so. Set within vb_tree_parse() only; several threads may be
 * in there at once. */
static _Thread_local vb_arena *current;

static void *
tree_calloc(size_t n, size_t size)
{
    vb_piece_head *head;
    size_t total;

    if (__builtin_mul_overflow(n, size, &total) ||
        __builtin_add_overflow(total, sizeof *head, &total))
        total = SIZE_MAX; /* the arena's to refuse */
    head = vb_arena_alloc(current, total);
    head->size = total - sizeof *head;
    return head + 1;
}

static void *
tree_realloc(void *ptr, size_t size)
{
    vb_piece_head *head;

    if (!ptr)
        return tree_calloc(1, size);
    head = (vb_piece_head *)ptr - 1;
    if (size <= head->size)
        return ptr;
    if (size > SIZE_MAX / 4)
        return tree_calloc(1, size);
    head = vb_arena_grow(current, head, sizeof *head + head->size,
                         sizeof *head + size);
    head->size = size;
    return head + 1;
}

static void
tree_free(void *ptr)
{
    (void)ptr;
}

void
vb_tree_parse(vb_tree *tree, vb_str text)
{
    static cmark_mem mem = {tree_calloc, tree_realloc, tree_free};
    vb_arena *outer = current;
    cmark_parser *parser;

    vb_arena_init(&tree->arena);
    current = &tree->arena;
    parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &mem);
    cmark_parser_feed(parser, text.len ? text.ptr : "", text.len);
    tree->root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    tree->iter = cmark_iter_new(tree->root);
    current = outer;
}

void
vb_tree_release(vb_tree *tree)
{
    vb_arena_release(&tree->arena);
    *tree = (vb_tree){0};
}
