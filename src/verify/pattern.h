/*
 * One expected line as a matcher: literal text, white space, volatile tokens,
 * elisions. Matching is a glob over tokens: it goes back only to the last
 * elision, and each step is counted against a budget.
 */
#ifndef VB_VERIFY_PATTERN_H
#define VB_VERIFY_PATTERN_H

#include "base/arena.h"
#include "base/str.h"
#include "verify/classes.h"
#include "verify/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vb_elem_kind {
    VB_ELEM_TEXT,  /* literally */
    VB_ELEM_SPACE, /* any white space */
    VB_ELEM_TOKEN, /* a token of class 'cls' */
    VB_ELEM_SUBST, /* a value that this run replaced */
    VB_ELEM_SET,   /* a bracketed list in any order */
    VB_ELEM_DOTS,  /* the dots of a progress line */
    VB_ELEM_WILD,  /* anything within the line */
} vb_elem_kind;

typedef struct vb_elem {
    uint32_t start, len; /* bytes of the line */
    uint8_t kind;        /* vb_elem_kind */
    uint8_t cls;         /* vb_class of TOKEN */
    uint8_t hold;        /* vb_hold of TOKEN */
    uint8_t last;        /* nothing but space follows */
} vb_elem;

typedef struct vb_pattern {
    vb_str text;
    const vb_elem *elems;
    uint32_t count;
    const vb_context *ctx;
} vb_pattern;

/* Bytes of the actual line that stood for an element. */
typedef struct vb_bound {
    uint32_t start, len;
} vb_bound;

/* How far a match got: for explaining. */
typedef struct vb_miss {
    uint32_t elem; /* first that did not fit; count: the line goes on */
    uint32_t at;   /* byte of the actual line */
} vb_miss;

/* Steps that all matching of one comparison may take. */
typedef struct vb_budget {
    uint64_t left;
    bool spent;
} vb_budget;

/* 'column' is the volatile class of the whole text when it is a cell of a
 * column that has one, else VB_CLASS_NONE. */
vb_pattern vb_pattern_compile(vb_arena *arena, vb_str line,
                              const vb_context *ctx, vb_class column);

/* Every byte literally. */
vb_pattern vb_pattern_literal(vb_arena *arena, vb_str line,
                              const vb_context *ctx);

/* 'bound' has room for pattern->count or is NULL; 'miss' may be NULL. */
bool vb_pattern_match(const vb_pattern *pattern, vb_str actual, vb_bound *bound,
                      vb_miss *miss, vb_budget *budget);

/* Holds a token that must stay the same throughout. */
bool vb_pattern_has_identity(const vb_pattern *pattern);

/* "eu-west-1b", "us-central1-b" */
bool vb_is_zone(vb_str s);

/* The words of "[a b c]" or "[a, b, c]" into items[VB_SET_MAX]; the length of
 * the text, or 0. */
enum { VB_SET_MAX = 64 };
size_t vb_set_read(vb_str s, vb_str *items, size_t *count);

/* True when the line is nothing but an elision: any number of lines. */
bool vb_line_is_elision(vb_str line);

#endif
