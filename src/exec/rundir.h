/*
 * The directory of a run: transcript, plan, the exact documents, the working
 * directory, the state to resume from.
 */
#ifndef VB_EXEC_RUNDIR_H
#define VB_EXEC_RUNDIR_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/hash.h"

#include <stdbool.h>

typedef struct vb_rundir {
    char *path;  /* absolute */
    vb_str id;   /* its name */
    char *work;  /* where steps start, absolute */
    char *own;   /* PATH/work, also when steps start elsewhere */
    char *sim;   /* PATH/sim, made when it is needed */
    char *home;  /* PATH/home, likewise */
    char *state; /* PATH/state */
    int work_fd; /* of 'work'; -1 before it is opened */
} vb_rundir;

/* Makes 'out', which must not exist or be empty, or for NULL a new directory
 * below .verbatim/runs. 'workdir' NULL means the run's own. */
VB_MUST_USE bool vb_rundir_create(vb_rundir *dir, const char *out,
                                  const char *workdir, vb_arena *arena,
                                  vb_error *err);
/* A run that is there already. */
VB_MUST_USE bool vb_rundir_open(vb_rundir *dir, const char *path,
                                const char *workdir, vb_arena *arena,
                                vb_error *err);
void vb_rundir_close(vb_rundir *dir);

/* Writes PATH/NAME; 'sha256' may be NULL. */
VB_MUST_USE bool vb_rundir_put(const vb_rundir *dir, const char *name,
                               vb_str content, vb_digest *sha256,
                               vb_error *err);

#endif
