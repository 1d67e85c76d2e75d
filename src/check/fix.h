/*
 * Writing the fixes that findings carry. A fix replaces bytes within one line
 * of one file, and only where that line still is what the finding quotes; of
 * two that overlap the second waits for the next time.
 */
#ifndef VB_CHECK_FIX_H
#define VB_CHECK_FIX_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "check/finding.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_fixed {
    size_t findings, files;
} vb_fixed;

/* Applies the fixes of 'findings', which are sorted: to the files when 'write'
 * is set, and as a unified difference to 'diff' unless it is NULL. What is
 * written leaves the list. Symbolic links are not followed: what stands behind
 * one is left alone. False when a file cannot be written; those before it
 * are. */
VB_MUST_USE bool vb_apply_fixes(vb_arena *arena, vb_findings *findings,
                                bool write, vb_buf *diff, vb_fixed *fixed,
                                vb_error *err);

#endif
