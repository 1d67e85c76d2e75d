/*
 * The folder that runs are kept in: which there are, and which may go. What is
 * said about a run here comes from the first and the last lines of its
 * transcript, so a long list costs little; it is no verification.
 */
#ifndef VB_RECORD_RUNS_H
#define VB_RECORD_RUNS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VB_RUNS_DIR ".verbatim/runs"

/* One run of the folder; strings are the arena's. */
typedef struct vb_kept_run {
    vb_str name, path; /* of its directory */
    vb_str document, title, provider;
    vb_str started;     /* UTC, as the transcript has it; or empty */
    int64_t started_ms; /* since 1970; -1 when it is not known */
    vb_str verdict;     /* of the end event; "running", "incomplete" or, when
                           the first line is no start of a run, "unreadable" */
    bool rehearsal, running, ended, readable;
    int64_t duration_ns; /* to the last line */
    uint64_t steps;      /* that ended; only when the run has ended */
    uint64_t counts[VB_VERDICT_COUNT];
    uint64_t bytes; /* of the transcript */
} vb_kept_run;

typedef VB_VEC(vb_kept_run) vb_kept_runs;

/* All runs directly below 'dir', the newest first. A folder that is not there
 * holds none. Directories without a transcript are no runs. */
VB_MUST_USE bool vb_runs_list(const char *dir, vb_arena *arena,
                              vb_kept_runs *runs, vb_error *err);

/* The directory of the run that 'name' means: a path that holds a transcript,
 * the name of a run below 'dir' or a beginning that only one has, or "last".
 * NULL with a message. */
const char *vb_runs_find(const char *dir, vb_str name, vb_arena *arena,
                         vb_error *err);

/* The same in the usual folder, for commands that also take a transcript's
 * path: what is there by that name, and any path, stays as it is. */
const char *vb_runs_named(vb_str name, vb_arena *arena, vb_error *err);

/* What may go: a run must fulfil each condition that is set. */
typedef struct vb_prune {
    bool by_count, by_age;
    uint64_t keep;    /* with by_count: all but the newest so many */
    int64_t older_ms; /* with by_age: that started before this moment */
} vb_prune;

/* Of a run in the list, whose index is its age. Running ones, those that are
 * no readable runs and, by age, those without a date always stay. */
bool vb_run_may_go(const vb_prune *prune, const vb_kept_run *run, size_t index);

/* Removes the run's directory under its lock: a run that has come alive
 * meanwhile stays, with a message. It is renamed first, so what an interrupted
 * removal leaves is no run any more; vb_runs_sweep removes that. */
VB_MUST_USE bool vb_run_remove(const vb_kept_run *run, vb_error *err);
VB_MUST_USE bool vb_runs_sweep(const char *dir, vb_error *err);

#endif
