/*
 * Located diagnostics: what is wrong with a document, an overlay, a scenario
 * or a transcript. They are collected, never printed here; cli/ renders them
 * like a compiler's. Documents can be wrong in thousands of places, so the
 * collection has a cap and counts what it left out.
 */
#ifndef VB_BASE_DIAG_H
#define VB_BASE_DIAG_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* 1-based; col counts bytes. line 0 means the whole file, file NULL none. */
typedef struct vb_loc {
    const char *file; /* borrowed; lives as long as its document */
    uint32_t line, col;
} vb_loc;

typedef enum vb_severity {
    VB_NOTE,
    VB_WARNING,
    VB_ERROR,
} vb_severity;

typedef struct vb_diag {
    vb_severity severity;
    const char *rule; /* stable id such as "D003", or NULL; static storage */
    vb_loc loc;
    uint32_t width; /* bytes the caret line underlines; 0 and 1 mean one */
    vb_str message; /* one sentence without a full stop */
    vb_str hint;    /* what to do; may be empty */
    vb_str excerpt; /* the source line; may be empty */
} vb_diag;

enum { VB_DIAGS_MAX = 10000 };

typedef struct vb_diags {
    vb_arena *arena; /* holds messages; borrowed */
    VB_VEC(vb_diag) list;
    size_t errors, warnings; /* counted also beyond the cap */
    size_t dropped;
} vb_diags;

void vb_diags_init(vb_diags *diags, vb_arena *arena);

/* Adds one and returns it for hint, width and excerpt to be filled in. Past
 * the cap it is counted only and a scratch element is returned. 'diags' may
 * be NULL when the caller does not listen. The result is never NULL. */
vb_diag *vb_diag_add(vb_diags *diags, vb_severity severity, const char *rule,
                     vb_loc loc, const char *fmt, ...) VB_PRINTF(5, 6);

/* "note", "warning", "error". */
const char *vb_severity_name(vb_severity severity);

#endif
