/*
 * Templates: text with {{ expression }} in it, and shapes, which are YAML
 * values whose texts are templates. A text that is one {{ expression }} and
 * nothing else keeps the value's kind in a shape.
 */
#ifndef VB_REHEARSE_TEMPLATE_H
#define VB_REHEARSE_TEMPLATE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/expr.h"

#include <stdbool.h>

typedef struct vb_template_part {
    vb_str text; /* literal when 'expr' is NULL */
    const vb_expr *expr;
} vb_template_part;

typedef struct vb_template {
    vb_template_part *parts;
    size_t len;
} vb_template;

/* NULL and a diagnostic at 'loc' on failure. */
const vb_template *vb_template_compile(vb_str text, vb_loc loc, vb_arena *arena,
                                       vb_diags *diags);
VB_MUST_USE bool vb_template_render(const vb_template *tmpl, vb_expr_env *env,
                                    vb_buf *out, vb_error *err);
/* The same into env->arena. */
VB_MUST_USE bool vb_template_text(const vb_template *tmpl, vb_expr_env *env,
                                  vb_str *out, vb_error *err);

typedef struct vb_shape vb_shape; /* opaque */

const vb_shape *vb_shape_compile(const vb_node *node, vb_arena *arena,
                                 vb_diags *diags);
/* NULL and a message on failure. Members that come out as null are left out
 * of maps. */
const vb_node *vb_shape_make(const vb_shape *shape, vb_expr_env *env,
                             vb_error *err);

/* An expression in a scenario file; NULL and a diagnostic on failure. Scalars
 * other than texts stand for themselves. */
const vb_expr *vb_expr_at(const vb_node *node, vb_arena *arena,
                          vb_diags *diags);

#endif
