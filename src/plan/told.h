/* Literals that the guide's prose tells the reader to replace. */
#ifndef VB_PLAN_TOLD_H
#define VB_PLAN_TOLD_H

#include "plan/planner.h"

/* Finds them; the plan's samples must be known. Linear in the text. */
void vb_told_find(vb_planner *p);

/* Goes over a step's body. */
typedef struct vb_told_cursor {
    const vb_planner *p;
    uint32_t step;
    size_t next[VB_TOLD_MAX]; /* where each one stands next, VB_NPOS: never */
    bool stale[VB_TOLD_MAX];
} vb_told_cursor;

void vb_told_start(const vb_planner *p, uint32_t step, vb_told_cursor *cursor);
/* The first one at or behind 'from', which never goes back; NULL, with *at
 * VB_NPOS, when there is none. */
const vb_told *vb_told_next(vb_told_cursor *cursor, size_t from, size_t *at);

#endif
