/*
 * A tree of values read from JSON or YAML, with places. Both readers give the
 * same tree, so overlays, scenarios and transcripts are read with one set of
 * accessors. Nodes are immutable and live in the arena they were read into.
 * YAML aliases share one node: the tree is a DAG, never a cycle.
 */
#ifndef VB_BASE_NODE_H
#define VB_BASE_NODE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vb_node_kind {
    VB_NODE_NULL,
    VB_NODE_BOOL,
    VB_NODE_INT,  /* fits int64_t */
    VB_NODE_REAL, /* text in 'str', value in 'real' */
    VB_NODE_STR,
    VB_NODE_LIST,
    VB_NODE_MAP,
} vb_node_kind;

typedef struct vb_node {
    vb_node_kind kind;
    vb_loc loc; /* line and col are 0 for JSON below the top */
    vb_str
        str; /* text of any scalar; NUL-terminated. YAML: as written (strings:
              * unescaped). JSON: strings unescaped, numbers as printed back. */
    bool quoted; /* YAML scalar in quotes or a block: it is a string */
    int64_t num; /* INT; BOOL as 0 or 1 */
    double real;
    size_t len;             /* children of LIST and MAP */
    struct vb_node **items; /* values */
    struct vb_node **keys;  /* MAP only; keys[i]->str names items[i] */
} vb_node;

enum { VB_NODE_DEPTH_MAX = 64 };

/* One JSON text (RFC 8259; any kind of value at the top). NULL and one
 * diagnostic on failure. Depth above VB_NODE_DEPTH_MAX and duplicate keys are
 * failures. Integers that do not fit are REAL, and so are then all numbers of
 * that text. */
const vb_node *vb_json_read(vb_str text, const char *file, vb_arena *arena,
                            vb_diags *diags);
enum { VB_YAML_NODES_MAX = 1000000 };

/* One YAML document; a second one in the text is a fault. An empty text gives
 * a NULL-kind node. Plain scalars follow YAML 1.2's core schema: "no" and "on"
 * are strings, "<<" is a key like any other. NULL on failure, with at least one
 * diagnostic: bad syntax, duplicate keys, keys that are not scalars, unknown
 * aliases, depth above VB_NODE_DEPTH_MAX. Aliases are counted as often as they
 * are used, so a tree has at most VB_YAML_NODES_MAX nodes for whoever walks
 * it, and the depth limit holds through aliases. */
const vb_node *vb_yaml_read(vb_str text, const char *file, vb_arena *arena,
                            vb_diags *diags);
/* All documents of a stream, in order; *count may be 0. The limits hold for
 * the stream as a whole. */
const vb_node **vb_yaml_read_all(vb_str text, const char *file, vb_arena *arena,
                                 vb_diags *diags, size_t *count);

/* NULL when 'map' is NULL, no map, or has no such key. First match. */
const vb_node *vb_node_get(const vb_node *map, const char *key);
const vb_node *vb_node_get_str(const vb_node *map, vb_str key);
/* The text of a scalar child, or 'otherwise'. */
vb_str vb_node_str(const vb_node *map, const char *key, vb_str otherwise);
int64_t vb_node_int(const vb_node *map, const char *key, int64_t otherwise);
bool vb_node_bool(const vb_node *map, const char *key, bool otherwise);
/* "null", "boolean", "integer", "number", "string", "list", "map". */
const char *vb_node_kind_name(vb_node_kind kind);

#endif
