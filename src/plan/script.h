/*
 * A path as one bash script: to read, to keep, and for linters, which need
 * to know where each of its lines came from.
 */
#ifndef VB_PLAN_SCRIPT_H
#define VB_PLAN_SCRIPT_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_script_opts {
    const vb_given *values; /* for samples and placeholders */
    size_t nvalues;
    bool bare; /* for linters: the commands alone, no comments, no files, no
                  guards; placeholders become words of their length */
} vb_script_opts;

/* The step's text with a word of the same length in each placeholder's place,
 * for readers that would take "<name>" for the shell's. */
vb_str vb_script_filled(vb_arena *arena, const vb_step *step);

/* The place of each line of the script; line 0 where it is ours. */
typedef VB_VEC(vb_loc) vb_line_map;

/* Appends the script to 'out'. 'map' may be NULL; it lives in 'arena'. False
 * and err when a placeholder has no value. */
VB_MUST_USE bool vb_plan_script(const vb_plan *plan, const vb_script_opts *opts,
                                vb_arena *arena, vb_buf *out, vb_line_map *map,
                                vb_error *err);

#endif
