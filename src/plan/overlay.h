/*
 * The overlay: a YAML file beside the guide (guide.verbatim.yaml) that says
 * what the guide cannot: time limits, retries, secrets, defaults, a corrected
 * kind. Strict: a key nobody knows is a located diagnostic. The format is in
 * runbooks/plan-format.md.
 */
#ifndef VB_PLAN_OVERLAY_H
#define VB_PLAN_OVERLAY_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/node.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct vb_overlay_input {
    vb_str name, description, example, fallback, pattern;
    bool has_fallback, secret;
    vb_loc loc;
} vb_overlay_input;

/* A setting that may be absent. */
typedef enum vb_setting { VB_UNSET, VB_OFF, VB_ON } vb_setting;

typedef struct vb_overlay_expect {
    bool present;
    bool off; /* expect: false */
    vb_str text;
    bool has_text;
    vb_manner manner;
    bool has_manner;
    vb_when when;
    bool has_when;
    int exit_status; /* -1: not said */
} vb_overlay_expect;

/* What the overlay says about one step. 'key' is a step id, "line N" or
 * "FILE:N" (a source line inside the block). */
typedef struct vb_overlay_step {
    vb_str key;
    vb_str file;   /* of "FILE:N" */
    uint32_t line; /* 0: the key is an id */
    vb_loc loc;
    bool used;
    int64_t timeout_ms, poll_ms; /* 0: unset */
    int64_t retries;             /* -1: unset */
    bool has_kind, has_phase;
    vb_kind kind;
    vb_phase phase;
    vb_setting optional, skip, destructive, background, fill;
    vb_str name, shell, mode, title, reason;
    vb_overlay_expect expect;
    vb_ready ready;
    VB_VEC(vb_str) sets; /* variables the step sets, for what we cannot see */
} vb_overlay_step;

typedef struct vb_overlay_pair {
    vb_str name, value;
    vb_loc loc;
} vb_overlay_pair;

/* "This finding of `check` is known": a rule id, and where it is silent. */
typedef struct vb_overlay_silence {
    vb_str rule, file, reason;
    uint32_t line; /* 0: anywhere */
    vb_loc loc;
} vb_overlay_silence;

/* What a recording keeps of a program beside its command line. */
typedef struct vb_overlay_record {
    vb_str program;
    const vb_str *env, *paths;
    size_t nenv, npaths;
} vb_overlay_record;

typedef struct vb_overlay {
    const char *path; /* NULL: there is no overlay */
    vb_str text;
    vb_digest digest; /* of the text; empty without one */
    VB_VEC(vb_overlay_input) inputs;
    VB_VEC(vb_overlay_step) steps;
    VB_VEC(vb_overlay_pair) environment; /* NAME=VALUE for every step */
    VB_VEC(vb_overlay_pair) require;     /* account, project, context, ... */
    VB_VEC(vb_overlay_pair) providers;   /* alias -> canonical name */
    VB_VEC(vb_overlay_pair) tabs;        /* axis -> label */
    VB_VEC(vb_str) first;                /* prerequisite documents */
    VB_VEC(vb_str) with;                 /* optional steps to run */
    VB_VEC(vb_overlay_silence) silence;
    VB_VEC(vb_overlay_record) record;
} vb_overlay;

/* Reads 'path' (NULL: GUIDE.verbatim.yaml when it is there; no file gives an
 * empty overlay). NULL when it is there and cannot be used; 'diags' says
 * why. */
vb_overlay *vb_overlay_read(vb_arena *arena, const char *path,
                            const char *guide, vb_diags *diags);
/* GUIDE.verbatim.yaml, or NULL when there is none. */
const char *vb_overlay_beside(vb_arena *arena, const char *guide);
/* The same from text that is already in memory. */
vb_overlay *vb_overlay_parse(vb_arena *arena, vb_str text, const char *path,
                             vb_diags *diags);

const vb_overlay_input *vb_overlay_input_of(const vb_overlay *overlay,
                                            vb_str name);
bool vb_overlay_silences(const vb_overlay *overlay, const char *rule,
                         const char *file, uint32_t line);

#endif
