/* Helpers for reading scenario files strictly: each fault is located. */
#ifndef VB_REHEARSE_LOAD_H
#define VB_REHEARSE_LOAD_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>

/* Adds an error at the node; always false. */
bool vb_load_fault(vb_diags *diags, const vb_node *at, const char *fmt, ...)
    VB_PRINTF(3, 4);
/* True when 'node' is a map whose keys are all in 'keys' (NULL-terminated). */
bool vb_load_keys(const vb_node *node, const char *const *keys,
                  const char *what, vb_diags *diags);
bool vb_load_kind(const vb_node *node, vb_node_kind kind, const char *what,
                  vb_diags *diags);
/* A list of texts, or one text of words separated by spaces. */
bool vb_load_names(const vb_node *node, vb_arena *arena, vb_str **names,
                   size_t *len, const char *what, vb_diags *diags);
/* "a-b" as expressions know it: "a_b", lower case. */
vb_str vb_load_ident(vb_arena *arena, vb_str name);

#endif
