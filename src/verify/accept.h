/*
 * Bringing a guide's expected output up to date with what a run printed:
 * only what really differs changes. Elisions, indentation, blank lines and
 * the author's sample values of what may vary stay as they are.
 */
#ifndef VB_VERIFY_ACCEPT_H
#define VB_VERIFY_ACCEPT_H

#include "base/arena.h"
#include "base/str.h"
#include "verify/expect.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_accepted {
    vb_str text;    /* the new expected text; the old one when 'changed' is 0 */
    size_t changed; /* lines that were rewritten, added or taken out */
    bool whole;     /* the text was replaced as a whole: a tree whose shape
                       changed, or an exact one */
} vb_accepted;

/* 'expect' was compiled from the guide's text; 'out' and 'err' are what the
 * step printed. Values that this run put in the place of samples become the
 * samples again. Lines end in LF. */
vb_accepted vb_accept(const vb_expect *expect, vb_str out, vb_str err,
                      vb_arena *arena);

#endif
