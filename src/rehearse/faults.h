/*
 * Faults put in on purpose: --fault 'eksctl create nodegroup: fail once'.
 * runbooks/scenarios.md lists the kinds.
 */
#ifndef VB_REHEARSE_FAULTS_H
#define VB_REHEARSE_FAULTS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VB_FAULT_KINDS(X)                                                      \
    X(FAIL, "fail")         /* an error, nothing happened */                   \
    X(TIMEOUT, "timeout")   /* waits in simulated time, then an error */       \
    X(THROTTLE, "throttle") /* the service refuses: too many requests */       \
    X(PARTIAL, "partial")   /* it all happened, then an error */               \
    X(SLOW, "slow")         /* works, and waits longer in simulated time */    \
    X(HANG, "hang")         /* never answers, in real time */                  \
    X(KILL, "kill")         /* dies of a signal before anything happens */
typedef enum vb_fault_kind {
#define X(name, text) VB_FAULT_##name,
    VB_FAULT_KINDS(X)
#undef X
} vb_fault_kind;
const char *vb_fault_name(vb_fault_kind kind);
/* Kinds for which a program may have a text of its own: fail to partial. */
enum { VB_FAULT_TEXTS = 4 };

typedef struct vb_fault {
    vb_str program;
    const vb_str *words; /* in this order among the command's words */
    size_t nwords;
    vb_fault_kind kind;
    int status;      /* fail, partial; 0: the program's own */
    int64_t wait_ms; /* slow, timeout */
    uint64_t skip;   /* "after 2 times": matches let through first */
    uint64_t times;  /* UINT64_MAX: always */
    uint64_t seen;   /* matches so far */
} vb_fault;

/* PROGRAM WORD...: KIND [STATUS|DURATION] [once|twice|N times|always]
 * [after N times]. */
VB_MUST_USE bool vb_fault_parse(vb_str text, vb_arena *arena, vb_fault *out,
                                vb_error *err);

/* The fault that strikes this command, or NULL; counts it. Words that begin
 * with '-' must appear as such; others in order. */
const vb_fault *vb_fault_strikes(vb_fault *faults, size_t len, vb_str program,
                                 const vb_str *argv, size_t argc);

#endif
