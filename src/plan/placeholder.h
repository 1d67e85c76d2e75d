/*
 * Placeholders: places in a text that the reader fills in. <YOUR-PROJECT>,
 * YOUR_CLUSTER, [PROJECT_ID], {{ name }}, subnet-xxxxxxxx.
 */
#ifndef VB_PLAN_PLACEHOLDER_H
#define VB_PLAN_PLACEHOLDER_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum vb_hole_kind {
    VB_HOLE_NONE,
    VB_HOLE_ANGLE,   /* <name> */
    VB_HOLE_YOUR,    /* YOUR_NAME, your-name */
    VB_HOLE_BRACKET, /* [NAME] */
    VB_HOLE_BRACES,  /* {{ name }} */
    VB_HOLE_CROSSES, /* xxxx */
    VB_HOLE_TOLD,    /* a literal that the prose says to replace */
} vb_hole_kind;

/* Stands for the bytes of a hole where shell text is lexed. */
#define VB_HOLE_BYTE '\x01'

typedef struct vb_hole {
    vb_hole_kind kind;
    size_t start, len;
} vb_hole;

/* The next hole at or behind 'from'; kind NONE when there is none. 'shell':
 * the text is a shell command, where [a-z] and ${X} have their own meaning;
 * 'markup': it is HTML or XML, where <x> is no hole. */
vb_hole vb_hole_next(vb_str text, size_t from, bool shell, bool markup);

/* "<your project>" -> "YOUR_PROJECT". */
vb_str vb_hole_name(vb_arena *arena, vb_str spelled);

#endif
