/* For node_json.c and its tests: the two readers of JSON behind one name. */
#ifndef VB_BASE_NODE_QUICK_H
#define VB_BASE_NODE_QUICK_H

#include "base/node.h"
#include "base/node_fault.h"

/* The tree of 'text', but for the place of its top, or NULL when this reader
 * leaves it to the other one: whatever is malformed, and the rare things
 * (numbers with a fraction or beyond 18 digits, surrogates, NUL, more than
 * VB_QUICK_KEYS_MAX members in one object, depth beyond VB_NODE_DEPTH_MAX).
 * What it accepts the other one accepts, with the same tree. */
vb_node *vb_json_quick(vb_str text, const char *file, vb_arena *arena);
enum { VB_QUICK_KEYS_MAX = 40 };

/* Any JSON text, without NUL bytes; NULL and one diagnostic on failure. */
vb_node *vb_json_general(const vb_node_text *in, vb_arena *arena);

#endif
