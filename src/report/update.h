/*
 * What a guide would say if its expected outputs were those that a run
 * printed. From the run's directory alone: the transcript, the plan and the
 * copies of the documents.
 */
#ifndef VB_REPORT_UPDATE_H
#define VB_REPORT_UPDATE_H

#include "base/arena.h"
#include "base/error.h"
#include "report/patch.h"

/* An output that differs and cannot be brought up to date. */
typedef struct vb_left {
    vb_str path;
    uint32_t line;
    vb_str why;
} vb_left;

typedef struct vb_update {
    VB_VEC(vb_edited) files; /* some without changes */
    VB_VEC(vb_left) left;
} vb_update;

/* 'run' is a run's directory or the transcript in it. Only steps whose
 * verdict is "differs" are looked at: what a failed command prints is no
 * output to promise. NULL when the record cannot be read or was changed. */
vb_update *vb_update_of(const char *run, vb_arena *arena, vb_error *err);

#endif
