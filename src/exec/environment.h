/*
 * The surroundings of the steps: a declared environment instead of whatever
 * verbatim was started with (runbooks/running.md, "Environment").
 */
#ifndef VB_EXEC_ENVIRONMENT_H
#define VB_EXEC_ENVIRONMENT_H

#include "base/arena.h"
#include "base/str.h"
#include "exec/run.h"
#include "exec/rundir.h"
#include "plan/overlay.h"

typedef struct vb_environment_opts {
    const vb_run_opts *run;
    const vb_overlay_pair *fixed; /* the overlay's own */
    size_t nfixed;
    const char *path;    /* PATH; NULL: passed on */
    const char *home;    /* a private one; NULL: passed on */
    bool no_credentials; /* leave out what reaches a real account */
} vb_environment_opts;

/* NULL-ended NAME=VALUE strings in 'arena'. */
char **vb_environment(const vb_environment_opts *opts, vb_arena *arena);

#endif
