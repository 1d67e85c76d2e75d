/*
 * The options that a path's commands are given, with the guide's own values
 * put in for its variables: what tables and lists are compared with.
 */
#ifndef VB_CHECK_CALLS_H
#define VB_CHECK_CALLS_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/str.h"
#include "check/check.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct vb_call_flag {
    vb_str name;  /* without dashes: "machine-type" */
    vb_str value; /* variables replaced where the guide sets them; may be
                     empty */
    vb_str raw;   /* as it is written */
    bool has_value;
    bool known; /* no variable was left in the value */
    uint32_t step;
    uint32_t command; /* number of the simple command on the path */
    vb_loc loc;
} vb_call_flag;

/* One word of a command, where it stands and whether a variable or anything
 * else that is not known was left in it. */
typedef struct vb_call_part {
    vb_str text;
    vb_loc loc;
    uint32_t len; /* in the source */
    bool known, quoted;
} vb_call_part;

/* One simple command of the path. */
typedef struct vb_call {
    vb_str program;
    VB_VEC(vb_str) words;       /* program first; variables replaced as above */
    VB_VEC(vb_call_part) parts; /* the same words */
    uint32_t step;
    vb_loc loc;
} vb_call;

typedef struct vb_calls {
    VB_VEC(vb_call_flag) flags;
    VB_VEC(vb_call) list;
    /* For vb_calls_expand. */
    vb_arena *arena;
    vb_map samples; /* name -> index + 1 of the last sample of that name */
    const vb_plan *plan;
    size_t spent; /* bytes of all expansions, which have a limit */
} vb_calls;

/* Those of one of the document's plans; collected once, for all families. */
vb_calls *vb_calls_of(vb_checker *checker, const vb_plan *plan);

/* Of all command steps of the plan. */
void vb_calls_collect(vb_arena *arena, const vb_plan *plan, vb_calls *out);

/* 'text' with $NAME and ${NAME} replaced by the guide's samples. *known is
 * false when a variable is left. */
vb_str vb_calls_expand(vb_calls *calls, vb_str text, bool *known);

/* The value of the first of these options ("--name", "-n") in a call; empty
 * when it has none. */
vb_str vb_call_option(const vb_call *call, const char *name,
                      const char *or_name);
/* The words of a call that are no options and no options' values, the program
 * first; 'out' holds 'max' of them. Returns how many there are. An option
 * without "=" is taken to have a value when the next word is none. */
size_t vb_call_plain(const vb_call *call, vb_str *out, size_t max);

#endif
