/*
 * JSON Schema, the part of draft 7 that schemas of configuration files use:
 * type, enum, const, required, properties, patternProperties,
 * additionalProperties, items, minItems, maxItems, minLength, maxLength,
 * minimum, maximum, pattern (as a POSIX extended expression), oneOf, anyOf,
 * allOf, and $ref within the same file. Other keywords are not looked at, so
 * what is refused is wrong, and what passes may still be.
 */
#ifndef VB_CHECK_SCHEMA_H
#define VB_CHECK_SCHEMA_H

#include "base/arena.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum { VB_SCHEMA_FAULTS_MAX = 20 };

typedef struct vb_schema_fault {
    const vb_node *at; /* the value, or the map's key that is wrong */
    vb_str path;       /* "spec.containers[0].name"; empty: the whole */
    vb_str message;
} vb_schema_fault;

typedef struct vb_schema_faults {
    VB_VEC(vb_schema_fault) list;
} vb_schema_faults;

/* Adds what is wrong with 'value'; at most VB_SCHEMA_FAULTS_MAX faults. False
 * when the check was given up: the schema refers to itself without end, or has
 * too much to look at. */
bool vb_schema_check(vb_arena *arena, const vb_node *schema,
                     const vb_node *value, vb_schema_faults *out);

#endif
