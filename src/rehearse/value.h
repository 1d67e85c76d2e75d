/*
 * Building and changing trees of vb_node. Nodes stay immutable once they are
 * shared: a change makes new nodes along one path and shares the rest, so a
 * command that fails halfway leaves the state it began with untouched.
 */
#ifndef VB_REHEARSE_VALUE_H
#define VB_REHEARSE_VALUE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VB_VAL_DEPTH_MAX = 48,      /* of a value kept in the state */
    VB_VAL_NODES_MAX = 500000,  /* of one copy or one printed value */
    VB_VAL_TEXT_MAX = 16 << 20, /* bytes of one text made by an expression */
};

const vb_node *vb_val_null(void);
/* Borrows the bytes. */
vb_node *vb_val_str(vb_arena *arena, vb_str s);
vb_node *vb_val_int(vb_arena *arena, int64_t n);
vb_node *vb_val_real(vb_arena *arena, double n);
const vb_node *vb_val_bool(bool b);

/* Fresh containers; only these may be given to _push and _put. */
vb_node *vb_val_list(vb_arena *arena);
vb_node *vb_val_map(vb_arena *arena);
void vb_val_push(vb_arena *arena, vb_node *list, const vb_node *item);
/* Appends; a key that is there already must not be put again. */
void vb_val_put(vb_arena *arena, vb_node *map, vb_str key, const vb_node *item);
void vb_val_putc(vb_arena *arena, vb_node *map, const char *key,
                 const vb_node *item);
/* Replaces the key's value or appends it. */
void vb_val_replace(vb_arena *arena, vb_node *map, vb_str key,
                    const vb_node *item);

/* A shallow copy that may be pushed or put to. */
vb_node *vb_val_fresh(vb_arena *arena, const vb_node *from);

/* JMESPath truth: null, false, "", [] and {} are false. */
bool vb_val_true(const vb_node *v);
bool vb_val_eq(const vb_node *a, const vb_node *b);
/* The text of a scalar as a template shows it; containers as JSON. */
vb_str vb_val_text(vb_arena *arena, const vb_node *v);
/* An int or a whole real, or a text that is one. */
bool vb_val_as_int(const vb_node *v, int64_t *out);

/* A deep copy into 'arena'; 'nodes' counts down and fails at zero. */
VB_MUST_USE bool vb_val_copy(vb_arena *arena, const vb_node *from,
                             size_t *nodes, const vb_node **out, vb_error *err);

typedef struct vb_val_path {
    const vb_str *names;
    size_t len;
} vb_val_path;

/* A new root in which 'path' holds 'value' (NULL removes it). Missing maps on
 * the way are made; in a list a segment is a number or "+" to append. */
VB_MUST_USE bool vb_val_set(vb_arena *arena, const vb_node *root,
                            vb_val_path path, const vb_node *value,
                            const vb_node **out, vb_error *err);

/* RFC 7386 merge patch. Depth is bounded by both arguments. */
const vb_node *vb_val_patch(vb_arena *arena, const vb_node *target,
                            const vb_node *patch);

#endif
