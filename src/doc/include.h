/*
 * Finding the file an include means. It must be inside the document's root,
 * after symbolic links are followed.
 */
#ifndef VB_DOC_INCLUDE_H
#define VB_DOC_INCLUDE_H

#include "doc/unit.h"

typedef enum vb_found {
    VB_FOUND,
    VB_FOUND_NOTHING,
    VB_FOUND_OUTSIDE, /* it is there, but not in the root */
} vb_found;

/* The nearest ancestor of 'path' that holds .git, else its directory; or
 * 'root' when it is not NULL. Absolute and without links where that can be
 * told. */
vb_str vb_include_root(vb_arena *arena, const char *path, const char *root);

/* Absolute and without links; empty when there is no such file. */
vb_str vb_include_real(vb_arena *arena, vb_str path);

/* *path is for reading and for messages; *real identifies the file. */
vb_found vb_include_find(vb_arena *arena, vb_str root, const vb_source *from,
                         const vb_item *item, vb_str *path, vb_str *real);

#endif
