/*
 * JSON and YAML outputs as trees: keys in any order, lists in order, leaves
 * compared like lines. The reader is lenient where guides are: "..." in place
 * of members or entries leaves some out, a comma too many is no fault.
 */
#ifndef VB_VERIFY_TREE_H
#define VB_VERIFY_TREE_H

#include "base/arena.h"
#include "base/str.h"
#include "verify/align.h"
#include "verify/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vb_tkind {
    VB_TREE_MAP,
    VB_TREE_LIST,
    VB_TREE_TEXT, /* a string */
    VB_TREE_WORD, /* number, true, false, null */
} vb_tkind;

typedef struct vb_tnode {
    vb_tkind kind;
    vb_str key, text; /* borrowed from the source; escapes as written */
    uint32_t line;    /* 1-based */
    uint32_t parent, next, first, last; /* node indices or VB_NO_LINE */
    uint32_t count;                     /* children */
    uint32_t index;                     /* among its parent's children */
    uint32_t leaf;   /* number of the leaf, or VB_NO_LINE; empty containers
                        are leaves */
    uint32_t gap_at; /* children are left out before this one, or none */
} vb_tnode;

typedef struct vb_tree {
    VB_VEC(vb_tnode) nodes; /* in the order of the text; the first is the top */
    size_t leaves;
    size_t consumed; /* bytes of the text */
} vb_tree;

/* Reads one JSON value at the start of 'text'. With 'elisions' "..." may
 * stand for members. False when there is none. */
bool vb_tree_json(vb_arena *arena, vb_str text, bool elisions, vb_tree *tree);
/* Reads a YAML document that is a map or a list. */
bool vb_tree_yaml(vb_arena *arena, vb_str text, vb_tree *tree);

/* "Config.PrivateZone", "Subnets[2].Id" */
vb_str vb_tree_path(const vb_tree *tree, uint32_t node, vb_arena *arena);

/* The leaves as lines, in order; 'source' is the text the tree was read
 * from. */
vb_eline *vb_tree_elines(vb_arena *arena, const vb_tree *tree, vb_str source,
                         const vb_context *ctx);
vb_aline *vb_tree_alines(vb_arena *arena, const vb_tree *tree, vb_str source);

/* Fills in the arrays of 'align', whose lines are the leaves of the trees. */
void vb_tree_align(const vb_tree *expected, const vb_tree *actual,
                   vb_align *align, vb_arena *arena);

#endif
