/*
 * What a rule does: a list of actions, compiled when the scenario is loaded.
 * An action list is run on a copy of the world. It may ask for a file of the
 * reader's; then the run stops, the file is fetched by the shim, and the list
 * is run again from the start on a fresh copy, so a command either happens
 * entirely or not at all.
 */
#ifndef VB_REHEARSE_ACTION_H
#define VB_REHEARSE_ACTION_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/map.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/expr.h"
#include "rehearse/template.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The keyword of each kind of action. */
#define VB_ACTION_KINDS(X)                                                     \
    X(LET, "let")                                                              \
    X(OUT, "out")                                                              \
    X(ERR, "err")                                                              \
    X(FAIL, "fail")                                                            \
    X(REFUSE, "refuse")                                                        \
    X(EXIT, "exit")                                                            \
    X(SIGNAL, "signal")                                                        \
    X(IF, "if")                                                                \
    X(EACH, "each")                                                            \
    X(SET, "set")                                                              \
    X(UNSET, "unset")                                                          \
    X(READ, "read")                                                            \
    X(WRITE, "write")                                                          \
    X(WAIT, "wait")                                                            \
    X(CALL, "call")                                                            \
    X(RETURN, "return")                                                        \
    X(TABLE, "table")                                                          \
    X(COLUMNS, "custom-columns")                                               \
    X(JSON, "json")                                                            \
    X(YAML, "yaml")                                                            \
    X(TEXT, "text")
typedef enum vb_action_kind {
#define X(name, text) VB_ACTION_##name,
    VB_ACTION_KINDS(X)
#undef X
} vb_action_kind;

typedef struct vb_binding {
    vb_str name;
    const vb_expr *expr;
} vb_binding;

typedef struct vb_actions vb_actions;

typedef struct vb_action {
    vb_action_kind kind;
    vb_loc loc;
    const vb_expr *expr;      /* if, each, exit, to, json, table rows ... */
    const vb_expr *hide;      /* table: headers left out */
    const vb_expr *expr2;     /* headers, spec, mode */
    const vb_template *text;  /* out, err, fail, wait, read path, write path */
    const vb_template *text2; /* write: content */
    const vb_shape *shape;    /* set: value */
    const vb_template *const *path; /* set, unset */
    size_t path_len;
    vb_binding *bindings; /* let, call with, table columns */
    size_t nbindings;
    vb_str name; /* as */
    vb_str format;
    int64_t number;
    const vb_actions *body, *otherwise;
    struct vb_macro *macro;
    bool more; /* write: append */
} vb_action;

struct vb_actions {
    vb_action *at;
    size_t len;
};

typedef struct vb_macro {
    vb_str name;
    vb_loc loc;
    const vb_str *params;
    size_t nparams;
    const vb_actions *body;
    const vb_node *node; /* the source, compiled when all macros are known */
    bool used;
} vb_macro;

/* 'macros' maps names to vb_macro. NULL with diagnostics on failure. */
const vb_actions *vb_actions_load(const vb_node *node, const vb_map *macros,
                                  vb_arena *arena, vb_diags *diags);

/* A file as the shim found it. */
typedef struct vb_fetched {
    vb_str path; /* as the rule named it; "-" is standard input */
    vb_str content;
    int error; /* errno; 0: it was read */
} vb_fetched;

typedef enum vb_effect_kind {
    VB_EFFECT_OUT,
    VB_EFFECT_ERR,
    VB_EFFECT_WRITE,
} vb_effect_kind;

typedef struct vb_effect {
    vb_effect_kind kind;
    vb_str path; /* write */
    vb_str bytes;
    int64_t mode; /* write; 0: 0666 and the umask */
    bool append;
} vb_effect;

typedef enum vb_play_end {
    VB_PLAY_DONE,
    VB_PLAY_WANTS,  /* a file: 'want' */
    VB_PLAY_BROKEN, /* the scenario itself: see the error */
} vb_play_end;

enum {
    VB_PLAY_DEPTH_MAX = 24, /* macros calling macros, nested bodies */
    VB_PLAY_STEPS_MAX = 200000,
    VB_PLAY_OUTPUT_MAX = 16 << 20,
    VB_PLAY_FILES_MAX = 64,
};

/* One run of action lists on one copy of the world. */
typedef struct vb_play {
    vb_arena *arena;
    vb_world world; /* the copy */
    vb_node *top;   /* the scope; its member 'state' follows the world */
    const vb_fetched *files;
    size_t nfiles;
    VB_VEC(vb_effect) effects;
    size_t output;      /* bytes so far */
    int status, signal; /* it exits, or dies of a signal */
    bool ended;
    vb_str want;
    vb_expr_env env;
    size_t steps;
    unsigned depth;
    bool returned;
    const vb_node *result; /* of a macro */
    vb_str refused;        /* why the scenario does not answer this */
} vb_play;

/* The caller has filled arena, world, top and files. */
void vb_play_init(vb_play *play);
vb_play_end vb_play_run(vb_play *play, const vb_actions *actions,
                        vb_error *err);

#endif
