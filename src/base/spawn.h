/*
 * Running a helper program (a linter, a signer, a probe) to its end: text in,
 * text out, a time limit, no shell in between. Steps of a document never run
 * through this; they belong to the session in exec/.
 */
#ifndef VB_BASE_SPAWN_H
#define VB_BASE_SPAWN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_spawn_opts {
    const char *const *argv; /* NULL-ended; argv[0] is looked up on PATH */
    const char *const *env;  /* NULL-ended NAME=VALUE; NULL: inherited */
    const char *dir;         /* working directory; NULL: unchanged */
    vb_str input;            /* its standard input */
    int64_t timeout_ms;      /* 0: 10 seconds; TERM, then KILL a second on */
    size_t max_output;       /* a stream; 0: 1 MiB. More is read and dropped */
    bool merge;              /* standard error into 'out', too */
} vb_spawn_opts;

typedef struct vb_spawned {
    vb_buf out, err; /* the caller releases them */
    int status;      /* exit status; 128 + n when a signal ended it */
    bool timed_out;
    bool missing; /* the program is not there: not a failure of the system */
} vb_spawned;

/* False when it could not be started (also when it is 'missing') or read.
 * The child is in a process group of its own, which is ended with it. */
VB_MUST_USE bool vb_spawn(const vb_spawn_opts *opts, vb_spawned *result,
                          vb_error *err);
void vb_spawned_release(vb_spawned *result);

/* Full path of a program, or empty. 'path' NULL is the environment's PATH; only
 * its absolute folders count. */
vb_str vb_program_find(vb_arena *arena, const char *name, const char *path);
/* Is 'program' on PATH? */
bool vb_on_path(const char *program);

#endif
