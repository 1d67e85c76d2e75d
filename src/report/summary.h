/* A run in short, for programs, and two runs beside each other. */
#ifndef VB_REPORT_SUMMARY_H
#define VB_REPORT_SUMMARY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "report/model.h"

/* Appends {"schema": "verbatim.run/1", ...}: what the run was, its verdict,
 * the state of its record, and each step's verdict and duration. No output of
 * a step is in it. */
VB_MUST_USE bool vb_summary_json(vb_buf *out, const vb_run *run, vb_error *err);

/* A step as one run has it. */
typedef struct vb_step_side {
    const char *word; /* its verdict, "not finished"; NULL: no such step */
    vb_str why;
    int64_t duration_ns;
} vb_step_side;

typedef struct vb_step_pair {
    vb_str id;
    vb_step_side side[2];
    bool differs; /* in its verdict, or in being there at all */
} vb_step_pair;

typedef struct vb_run_pair {
    const vb_run *run[2];
    bool same_document; /* the guide's digests agree */
    bool same_plan;
    VB_VEC(vb_step_pair)
    steps;         /* those of the first, then what only the
                      second has */
    size_t differ; /* steps whose verdicts differ */
} vb_run_pair;

/* Replaced attempts of a resumed run are left out. */
VB_MUST_USE bool vb_runs_compare(const vb_run *a, const vb_run *b,
                                 vb_arena *arena, vb_run_pair *pair,
                                 vb_error *err);
/* Appends {"schema": "verbatim.run-comparison/1", ...}. */
void vb_run_pair_json(vb_buf *out, const vb_run_pair *pair);

#endif
