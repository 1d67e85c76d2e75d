/*
 * What stands around a token and decides whether it is volatile: what the
 * guide itself asked for, and the words next to it.
 */
#ifndef VB_VERIFY_CONTEXT_H
#define VB_VERIFY_CONTEXT_H

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "verify/classes.h"
#include "verify/expect.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_context {
    vb_map asked;    /* words of the text that asked for this output */
    vb_map versions; /* "1.22" of each version in it */
    const vb_subst *substs;
    size_t nsubsts;
    bool markup;   /* <...> are tags, not placeholders */
    bool sorted;   /* the command put its rows in order */
    bool similar;  /* the guide shows no more than an example */
    bool redacted; /* [redacted:NAME] stands for any text */
    bool measures; /* the command measures: each number is of the moment */
    bool banner;   /* the command asks for a version, its own or another's */
} vb_context;

vb_context *vb_context_make(vb_arena *arena, const vb_expect_opts *opts,
                            vb_str text);

/* How the guide's own request binds a token that looks volatile. */
typedef enum vb_hold {
    VB_HOLD_FREE,  /* any token of its class */
    VB_HOLD_MINOR, /* a version: major and minor stay */
    VB_HOLD_FIXED, /* the value itself */
} vb_hold;
vb_hold vb_context_hold(const vb_context *ctx, vb_class cls, vb_str token,
                        vb_str word);

/* A run of digits that is volatile for the words around it, or NONE. The
 * token may be longer than the digits ("1.22" behind "version"). */
size_t vb_context_number(const vb_context *ctx, vb_str line, size_t at,
                         vb_class *cls);

/* Lines that report a fault, and lines that any program may add. */
bool vb_line_is_error(vb_str line);
bool vb_line_is_notice(vb_str line);
/* "Still creating... [10s elapsed]": as many as the time it takes. */
bool vb_line_is_progress(vb_str line);

#endif
