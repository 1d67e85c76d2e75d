/*
 * Which line of the output stands for which line of the text. Blank lines
 * and elisions are taken out before; what is left is aligned with gaps.
 */
#ifndef VB_VERIFY_ALIGN_H
#define VB_VERIFY_ALIGN_H

#include "base/arena.h"
#include "base/str.h"
#include "verify/pattern.h"
#include "verify/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VB_NO_LINE UINT32_MAX

/* A line of the expected text. */
typedef struct vb_eline {
    vb_pattern pattern;
    const vb_pattern *cells; /* [row.table->columns] of a row, else NULL */
    vb_row row;
    uint64_t words;  /* a word's hash sets one bit: for likeness */
    uint64_t must;   /* of 'words': a line without them does not match */
    vb_str shown;    /* as the guide has the line */
    uint32_t node;   /* of a leaf: in its tree */
    uint32_t number; /* 1-based line of the text */
    bool gap;        /* an elision stands before this line */
    bool replaced;   /* holds a sample that this run replaced */
    bool progress;   /* need not be there */
    bool free;       /* may stand anywhere among lines of its kind */
} vb_eline;

/* A line of the output. */
typedef struct vb_aline {
    vb_str text;
    vb_row row;
    uint64_t words;
    vb_str shown;
    uint32_t number; /* 1-based line of its stream */
    bool vague;      /* 'words' do not hold all that counts */
    bool err;        /* from standard error */
    bool fault;      /* reads like an error */
    bool notice;     /* nobody minds it */
} vb_aline;

typedef enum vb_fit {
    VB_FIT_NONE,
    VB_FIT_LINE, /* matches */
    VB_FIT_LIKE, /* differs, but means the same line */
} vb_fit;

typedef struct vb_align {
    const vb_eline *e;
    size_t ne;
    bool gap_at_end; /* an elision stands behind the last line */
    const vb_aline *a;
    size_t na;
    const struct vb_tree *tree; /* whose leaves the lines of the text are */
    uint32_t *of_e;             /* [ne]: line of the output, or VB_NO_LINE */
    uint32_t *of_a;             /* [na]: line of the text, or VB_NO_LINE */
    uint8_t *fit;               /* [ne]: vb_fit */
    uint8_t *extra_gap; /* [na]: unmatched, and lies where lines are left out */
    vb_budget budget;
} vb_align;

/* One line against one line, by cell where both are rows. */
bool vb_line_match(const vb_eline *e, const vb_aline *a, vb_budget *budget);

/* Allocates the arrays of 'align': nothing is matched yet. */
void vb_align_init(vb_align *align, vb_arena *arena);
/* Fills in the arrays of 'align' (e, a and the budget are given). */
void vb_align_run(vb_align *align, vb_arena *arena);

/* Pairs two lines. */
void vb_align_join(vb_align *align, size_t e, size_t a, vb_fit fit);
/* The output's line has a partner that matches. */
bool vb_align_placed(const vb_align *align, size_t a);
/* Behind the partner of the last line before 'e' that has one. */
size_t vb_align_from(const vb_align *align, size_t e);
/* place.c: gives lines whose order is free what is left over. */
void vb_place_free(vb_align *align, vb_arena *arena);

/* True when the output may have this line without the text showing it. */
bool vb_line_tolerated(const vb_aline *a, bool in_gap);

#endif
