/*
 * Expressions: JMESPath (the language of `aws --query`), and for scenarios a
 * little more. Scenario mode adds $name (a variable or a part of the scope),
 * bare numbers, + - * / % (where + also joins texts) and the functions marked
 * as such in runbooks/scenarios.md. An expression is compiled once and
 * evaluated often; every evaluation has a budget, so none runs away.
 */
#ifndef VB_REHEARSE_EXPR_H
#define VB_REHEARSE_EXPR_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_expr vb_expr; /* opaque, lives in the arena */

enum {
    VB_EXPR_DEPTH_MAX = 64,   /* nesting of one expression */
    VB_EXPR_LEN_MAX = 16384,  /* bytes of one expression */
    VB_EXPR_BUDGET = 1000000, /* node visits of one command's expressions */
};

typedef enum vb_expr_mode {
    VB_EXPR_SCENARIO,
    VB_EXPR_QUERY, /* strictly JMESPath */
} vb_expr_mode;

/* NULL and a message on failure. 'text' must live as long as the result. */
const vb_expr *vb_expr_compile(vb_str text, vb_expr_mode mode, vb_arena *arena,
                               vb_error *err);

/* A name and its value; scopes chain inwards to outwards. */
typedef struct vb_var {
    vb_str name;
    const vb_node *value;
    const struct vb_var *outer;
} vb_var;

typedef struct vb_expr_env {
    vb_arena *arena;    /* results */
    const vb_var *vars; /* innermost first */
    const vb_node *top; /* the scope: flags, args, env, state ... */
    vb_world *world;    /* clock and chance; NULL for queries */
    size_t budget;      /* counts down */
    unsigned depth;     /* of nested evaluations (queries in functions) */
} vb_expr_env;

/* 'current' NULL: bare names are variables, then parts of the scope. NULL
 * and a message on failure, a node (perhaps of kind NULL) otherwise. */
const vb_node *vb_expr_eval(const vb_expr *expr, const vb_node *current,
                            vb_expr_env *env, vb_error *err);

#endif
