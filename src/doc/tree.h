/*
 * cmark's tree of a text, in an arena of its own. cmark takes its memory node
 * by node and string by string, and giving all of it back costs as much again;
 * here it goes in one piece.
 */
#ifndef VB_DOC_TREE_H
#define VB_DOC_TREE_H

#include "base/arena.h"
#include "base/str.h"

#include <cmark.h>

typedef struct vb_tree {
    vb_arena arena;
    cmark_node *root;
    cmark_iter *iter; /* over all of it, at its start */
} vb_tree;

/* Neither the root nor the iterator is to be freed. */
void vb_tree_parse(vb_tree *tree, vb_str text);
void vb_tree_release(vb_tree *tree);

#endif
