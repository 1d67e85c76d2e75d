/*
 * The text that the shell sources for a step: the step's own words, with the
 * traps around them that make its commands visible, stop it at its first
 * failure and keep "$_" and "$?" as the reader left them.
 */
#ifndef VB_EXEC_FRAME_H
#define VB_EXEC_FRAME_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_frame {
    vb_str body;
    bool bare;   /* one command that needs no trap at all */
    bool watch;  /* show each command (DEBUG trap) */
    bool traced; /* 'set -x' is or may come on: no dialogue, but a look */
    bool unhide; /* the text may hide 'builtin' behind a function */
    bool traps;  /* the text may set traps: list them at its end */
    bool xtrace; /* the reader has 'set -x' on */
    vb_str err_trap, debug_trap; /* the reader's own actions, or empty */
    const vb_str *guarded;       /* variables to look at before a command */
    size_t nguarded;
    const vb_str *depths; /* those to look at in subshells and functions,
                             too, which verbatim does not see: an empty one
                             ends them */
    size_t ndepths;
    vb_str last_arg; /* what "$_" is; empty: not kept */
    int last_status; /* what "$?" is */
} vb_frame;

/* Appends the text; returns how many lines of it stand before the body. */
uint32_t vb_frame_write(const vb_frame *frame, vb_buf *out);

#endif
