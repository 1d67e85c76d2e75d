/*
 * What the words around a block say about it. Guides announce outputs, files,
 * edits, alternatives and conditions in a few hundred phrases; each phrase is
 * one row of a table here and belongs to one cue.
 */
#ifndef VB_PLAN_CUE_H
#define VB_PLAN_CUE_H

#include "base/arena.h"
#include "base/str.h"
#include "doc/doc.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum vb_cue {
    VB_CUE_OUTPUT = 1u << 0,     /* "The output is similar to" */
    VB_CUE_SIMILAR = 1u << 1,    /* ... but not the same */
    VB_CUE_SUBSET = 1u << 2,     /* "should include" */
    VB_CUE_EXACT = 1u << 3,      /* "exactly" */
    VB_CUE_EVENTUALLY = 1u << 4, /* "repeat until" */
    VB_CUE_ERROR = 1u << 5,      /* "an error message" */
    VB_CUE_EDIT = 1u << 6,       /* "add the following to" */
    VB_CUE_FILE = 1u << 7,       /* "create a file", "save as" */
    VB_CUE_RUN = 1u << 8,        /* "run the following command" */
    VB_CUE_APPLY = 1u << 9,      /* "apply the following manifest" */
    VB_CUE_IF = 1u << 10,        /* begins with a condition */
    VB_CUE_OR = 1u << 11,        /* an alternative to what came before */
    VB_CUE_EXAMPLE = 1u << 12,   /* "for example", shown not done */
    VB_CUE_OPTIONAL = 1u << 13,  /* "optionally" */
    VB_CUE_CONTENT = 1u << 14,   /* "with the following content" */
    VB_CUE_BEFORE = 1u << 15,    /* a step that makes the condition moot: "if
                                    it does not exist yet" */
    VB_CUE_SHOWN = 1u << 16,     /* "will get the following annotation":
                                    information only */
    VB_CUE_TROUBLE = 1u << 17,   /* something went wrong */
    VB_CUE_FOLLOWS = 1u << 18,   /* ends in ':' or names "the following" */
    VB_CUE_INTO = 1u << 19,      /* EDIT that surely speaks of a part */
} vb_cue;

/* Cues of one sentence, without markup. */
uint32_t vb_cues_of(vb_str sentence);
/* The first phrase of 'sentence' that carries one of 'cues': for reasons.
 * Static text; NULL when none. */
const char *vb_cue_phrase(vb_str sentence, uint32_t cues);

/* The last sentence of a paragraph, and its offset in it. A full stop inside
 * code ends no sentence. */
vb_str vb_last_sentence(vb_str paragraph, const vb_inline *spans, size_t nspans,
                        uint32_t *at);
vb_str vb_first_sentence(vb_str paragraph);

/* Headings. 'title' is also used for page titles and bold lines. */
bool vb_title_teardown(vb_str title);
bool vb_title_trouble(vb_str title);
bool vb_title_optional(vb_str title);
bool vb_title_output(vb_str title);

#endif
