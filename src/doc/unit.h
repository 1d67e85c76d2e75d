/*
 * A unit: one source as the scanner left it. The scanner goes over the lines
 * once, before cmark, and takes out everything that is not plain Markdown:
 * toggles, includes, code in whatever form, comments, scripts. Each is noted
 * here with its place; the text that goes on to cmark has blanks instead, and
 * knows for each of its lines where it comes from.
 */
#ifndef VB_DOC_UNIT_H
#define VB_DOC_UNIT_H

#include "base/buf.h"
#include "doc/doc.h"

/* What holds at a place of the source. */
typedef struct vb_ctx {
    uint32_t pane;    /* innermost, VB_NONE outside all */
    uint32_t details; /* how many of them are around */
    vb_str container, label;
    uint32_t outer, line; /* the one around it; where it begins */
    uint32_t end; /* not in force from this line on; VB_NONE: not known */
} vb_ctx;

/* From here on, 'ctx' holds. Sorted by place. */
typedef struct vb_ctx_mark {
    uint32_t line, col, ctx;
} vb_ctx_mark;

/* How groups of tabs find each other. */
typedef enum vb_tie {
    VB_TIE_LABELS, /* the same set of labels */
    VB_TIE_KEY,    /* the same key (groupId, category-name) */
    VB_TIE_IDS,    /* any tab id in common (DocFX, :sync:) */
} vb_tie;

/* One group of tabs at one place. */
typedef struct vb_group {
    const char *dialect; /* static */
    vb_tie tie;
    vb_str key;
    vb_loc loc;
    uint32_t panes; /* how many it has */
} vb_group;

/* One tab of a group. */
typedef struct vb_pane {
    uint32_t group;
    uint32_t parent; /* pane around the group, VB_NONE */
    vb_str label, id;
    vb_str others; /* further ids, separated by commas (pivots) */
    vb_loc loc;
} vb_pane;

typedef enum vb_item_kind { VB_ITEM_CODE, VB_ITEM_INCLUDE } vb_item_kind;

typedef enum vb_inc_kind {
    VB_INC_NONE,
    VB_INC_DOC,  /* Markdown to be read in place */
    VB_INC_CODE, /* a file to be shown as code */
    VB_INC_AUTO, /* by the name's extension */
} vb_inc_kind;

/* A code block or an include, which cmark only sees as a placeholder. */
typedef struct vb_item {
    vb_item_kind kind;
    uint32_t line, col, end_line, ctx;
    /* CODE */
    vb_code_form form;
    vb_str info, label;
    uint32_t first, last; /* content lines; first > last when empty */
    uint32_t indent, quotes;
    bool ready; /* 'text' is the content; else it is cut from the lines */
    bool unclosed;
    vb_str text;
    /* INCLUDE; or CODE whose content is one include */
    vb_inc_kind inc;
    vb_str target, lang;
    vb_str lines;       /* "2-5,8": only these lines, or empty */
    vb_str part;        /* "name" or "2:5": only that part, or empty */
    const char *folder; /* where such files live by custom, or NULL */
} vb_item;

typedef struct vb_note {
    vb_str text;
    uint32_t line, col, ctx;
} vb_note;

/* Where a line of the clean text comes from. */
typedef struct vb_origin {
    uint32_t line;
    int32_t delta; /* source column minus clean column */
} vb_origin;

typedef struct vb_unit {
    vb_source *source;
    const vb_node *front;
    vb_str front_title;
    VB_VEC(vb_ctx) ctxs; /* [0]: nothing around */
    VB_VEC(vb_ctx_mark) marks;
    VB_VEC(vb_group) groups;
    VB_VEC(vb_pane) panes;
    VB_VEC(vb_item) items; /* by line */
    VB_VEC(vb_note) notes; /* comments, by line */
    /* Only until the blocks are read: */
    vb_arena scratch;         /* of what follows, and of the scanner */
    vb_buf clean;             /* what cmark reads */
    VB_VEC(vb_origin) origin; /* of each of its lines */
} vb_unit;

#endif
