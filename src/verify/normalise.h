/*
 * What a terminal leaves of a program's output, as lines: escape sequences
 * gone, carriage returns applied (a progress line keeps its last state),
 * spaces at the end removed, typographic quotes and no-break spaces made
 * plain. Both sides of a comparison pass through here.
 */
#ifndef VB_VERIFY_NORMALISE_H
#define VB_VERIFY_NORMALISE_H

#include "base/arena.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

typedef struct vb_nline {
    vb_str text;     /* without indentation and trailing space */
    vb_str raw;      /* as it was, without the line end; borrowed */
    uint32_t number; /* 1-based */
    uint32_t indent; /* columns; a tab goes to the next multiple of 8 */
    uint32_t lead;   /* bytes of white space right before text.ptr */
} vb_nline;

typedef struct vb_nlines {
    vb_nline *at;
    size_t len;
} vb_nlines;

/* Raw slices point into 'text', which must live as long as the result. */
vb_nlines vb_normalise(vb_arena *arena, vb_str text);
/* Lines as they are: text equals raw. */
vb_nlines vb_split_lines(vb_arena *arena, vb_str text);

#endif
