/*
 * One way to lay the output beside the text: which stream comes first, or
 * both merged. The way with the fewest differences counts.
 */
#ifndef VB_VERIFY_ATTEMPT_H
#define VB_VERIFY_ATTEMPT_H

#include "base/arena.h"
#include "base/str.h"
#include "verify/internal.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_attempt {
    vb_align align;
    vb_pairs pairs;
    vb_compare compare; /* only 'bound' is filled in */
    size_t differences;
} vb_attempt;

/* Line by line, the best of the orders of the two streams. */
vb_attempt *vb_attempt_lines(const vb_expect *expect, vb_str out, vb_str err,
                             vb_arena *arena);

/* As trees; NULL when the output is none or something else is beside it. */
vb_attempt *vb_attempt_tree(const vb_expect *expect, vb_str out, vb_str err,
                            vb_arena *arena);

#endif
