/*
 * The state of a shell between two steps: what a new shell needs to go on
 * where an old one stopped. Kept as the text that restores it.
 */
#ifndef VB_EXEC_STATE_H
#define VB_EXEC_STATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>

typedef struct vb_state {
    vb_buf restore; /* source text; empty before the first snapshot */
    vb_buf traps;   /* likewise, the reader's traps but ERR and DEBUG */
    vb_buf err_trap, debug_trap; /* the reader's actions */
    vb_buf withheld;             /* names of variables left out, blanks
                                    between them */
    bool xtrace, errexit;
} vb_state;

void vb_state_init(vb_state *state);
void vb_state_release(vb_state *state);

/* Must 'text', a variable's declaration, stay out of the state? */
typedef bool vb_state_secret(void *user, vb_str text);

/* Reads a snapshot (snapshot.bash). False when it is not whole; the state is
 * then as it was. */
bool vb_state_take(vb_state *state, vb_str snapshot, vb_state_secret *secret,
                   void *user);
/* Reads the output of 'trap -p ERR DEBUG' behind a step: actions that are not
 * ours are the reader's. */
void vb_state_traps(vb_state *state, vb_str listing);

#endif
