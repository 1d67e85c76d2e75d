/*
 * Starting programs. A child begins with default signal dispositions, an
 * empty signal mask and only the descriptors it was given: bash cannot undo
 * an inherited SIG_IGN, and a leaked descriptor keeps pipes open.
 */
#ifndef VB_EXEC_CHILD_H
#define VB_EXEC_CHILD_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/spawn.h" /* vb_program_find */
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A descriptor of the parent and its number in the child. */
typedef struct vb_fd_map {
    int from, to;
} vb_fd_map;

typedef struct vb_child {
    const char *const *argv; /* NULL-terminated; [0] is looked up on PATH */
    char *const *env;        /* NULL: the parent's */
    const char *cwd;         /* NULL: the parent's */
    const vb_fd_map *fds;    /* everything else is closed */
    size_t nfds;
    bool session;  /* setsid: no controlling terminal */
    bool terminal; /* standard output becomes the controlling terminal */
} vb_child;

/* In the child, after fork: never returns. On failure errno goes to 'fail'
 * (an int) and the child exits with 127. */
_Noreturn void vb_child_exec(const vb_child *spawn, int fail);

/* Exit status as a shell gives it. */
int vb_wait_status(int status);

#endif
