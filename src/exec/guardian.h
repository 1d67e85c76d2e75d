/*
 * A guardian stands between verbatim and one shell. It is the reaper of
 * everything the shell starts, daemons included, and ends all of it when its
 * lifeline to verbatim closes: that is, also when verbatim was killed. A
 * parent-death signal would end the shell alone and leave its children.
 */
#ifndef VB_EXEC_GUARDIAN_H
#define VB_EXEC_GUARDIAN_H

#include "base/attr.h"
#include "base/error.h"
#include "exec/child.h"

#include <stdbool.h>
#include <sys/types.h>

typedef struct vb_guardian {
    pid_t pid;   /* the guardian; -1 when there is none */
    pid_t child; /* the program it started */
    int life;    /* closing it ends the tree */
    int report;  /* readable when the program has ended */
    bool ended;  /* the program has; 'status' is valid */
    int status;  /* as a shell gives it */
} vb_guardian;

/* Starts the program below a new guardian. */
VB_MUST_USE bool vb_guardian_open(vb_guardian *guardian, const vb_child *spawn,
                                  vb_error *err);
/* To be called when 'report' is readable: sets 'ended'. */
void vb_guardian_hear(vb_guardian *guardian);
/* Ends the program and everything below it; false when something survived. */
bool vb_guardian_close(vb_guardian *guardian, vb_error *err);

#endif
