/*
 * Changes to the lines of one file: collected block by block, then written as
 * a unified difference or as the new text.
 */
#ifndef VB_REPORT_PATCH_H
#define VB_REPORT_PATCH_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 'gone' lines from 'line' on (1-based) give way to 'text', whole lines. */
typedef struct vb_change {
    uint32_t line, gone;
    vb_str text;
} vb_change;

typedef struct vb_edited {
    vb_arena *arena;
    vb_str path, sha256; /* of the file as the record names it */
    vb_str before;       /* its text */
    VB_VEC(vb_str) lines;
    VB_VEC(vb_change) changes; /* in order, none touches another */
} vb_edited;

/* A block of the file: its content, as a reader of the guide has it, without
 * indentation and quote marks. */
typedef struct vb_block_edit {
    uint32_t line; /* of its first line; not before the last edit's end */
    vb_str before, after;
    bool session; /* commands with prompts stand in the same block */
} vb_block_edit;

void vb_edited_init(vb_edited *file, vb_arena *arena, vb_str before);

/* Changes the lines that differ and no others; new lines stand behind the
 * marks of their neighbours. NULL, or in words why it cannot be done: then
 * nothing was changed. */
const char *vb_edited_block(vb_edited *file, const vb_block_edit *edit);

/* For `patch -p0` and `git apply -p0`. */
void vb_edited_patch(const vb_edited *file, vb_buf *out);
void vb_edited_text(const vb_edited *file, vb_buf *out);

#endif
