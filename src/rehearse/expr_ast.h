/* The shape of compiled expressions: for the parser, the evaluator and the
 * functions alone. */
#ifndef VB_REHEARSE_EXPR_AST_H
#define VB_REHEARSE_EXPR_AST_H

#include "rehearse/expr.h"

typedef enum vb_expr_kind {
    VB_X_CURRENT,
    VB_X_FIELD,   /* text */
    VB_X_VAR,     /* text */
    VB_X_LITERAL, /* value */
    VB_X_INDEX,   /* number */
    VB_X_SLICE,   /* slice[] */
    VB_X_SUB,     /* left, right on its result */
    VB_X_EACH,    /* projection over a list: left, right */
    VB_X_VALUES,  /* projection over a map's values: left, right */
    VB_X_FILTER,  /* left, right, condition in third */
    VB_X_FLATTEN, /* left */
    VB_X_PIPE,
    VB_X_OR,
    VB_X_AND,
    VB_X_NOT,     /* left */
    VB_X_COMPARE, /* op */
    VB_X_ARITH,   /* op */
    VB_X_LIST,    /* items */
    VB_X_HASH,    /* items and names */
    VB_X_CALL,    /* func, items */
    VB_X_REF,     /* &expression: left */
} vb_expr_kind;

typedef enum vb_expr_op {
    VB_X_EQ,
    VB_X_NE,
    VB_X_LT,
    VB_X_LE,
    VB_X_GT,
    VB_X_GE,
    VB_X_PLUS,
    VB_X_MINUS,
    VB_X_TIMES,
    VB_X_DIVIDE,
    VB_X_MODULO,
} vb_expr_op;

struct vb_expr_func;

struct vb_expr {
    vb_expr_kind kind;
    vb_expr_op op;
    vb_str text;
    int64_t number;
    int64_t slice[3];
    bool has[3]; /* which of slice[] was written */
    const vb_node *value;
    const struct vb_expr *left, *right, *third;
    const struct vb_expr **items;
    const vb_str *names;
    size_t len;
    unsigned height; /* of the tree below */
    const struct vb_expr_func *func;
};

/* Arguments are evaluated before the call unless the function is lazy; an
 * &expression is passed as NULL in 'args' and found in call->items. */
typedef struct vb_expr_call {
    const vb_expr *expr;
    const vb_node **args;
    size_t len;
    const vb_node *current;
    vb_expr_env *env;
} vb_expr_call;

typedef struct vb_expr_func {
    const char *name;
    const vb_node *(*run)(const vb_expr_call *call, vb_error *err);
    unsigned char min, max;
    bool standard; /* in JMESPath, so allowed in queries */
    bool lazy;
} vb_expr_func;

/* NULL when there is none of that name. */
const vb_expr_func *vb_expr_func_find(vb_str name);
/* The two tables it looks through. */
extern const vb_expr_func vb_expr_funcs_std[];
extern const vb_expr_func vb_expr_funcs_sim[];

#endif
