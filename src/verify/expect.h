/*
 * An expected output, compiled once and compared with what a step printed.
 * Reader's rules (runbooks/outputs.md): volatile tokens (times, ids,
 * addresses, generated names) stand for any token of their class, elisions
 * for any lines, tables compare by cell, JSON and YAML as trees. Words that
 * carry meaning must agree.
 */
#ifndef VB_VERIFY_EXPECT_H
#define VB_VERIFY_EXPECT_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vb_manner {
    VB_MANNER_READER,   /* the default */
    VB_MANNER_EXACT,    /* byte for byte, but for the last newline */
    VB_MANNER_SUBSET,   /* each expected line appears, in order */
    VB_MANNER_REGEX,    /* the text is one PCRE2 pattern, searched in the
                           output; ^ and $ are the ends of its lines */
    VB_MANNER_CONTAINS, /* the text appears literally somewhere */
} vb_manner;

/* A value in the guide's text that this run replaced: where the expected
 * output holds 'sample' as a whole token, 'actual' is meant. */
typedef struct vb_subst {
    vb_str sample, actual;
} vb_subst;

typedef struct vb_expect_opts {
    vb_manner manner;
    vb_str lang; /* the block's tag ("json", "output", ...) or empty */
    const vb_subst *substs;
    size_t nsubsts;
    /* Text that asked for this output (the command and the files it reads):
     * versions, ports, percentages and names that stand there are not
     * volatile in the expectation. */
    vb_str asked;
    /* The guide only says that the output is like this one: in JSON and YAML
     * an empty text stands for any text and a "...Count" for any number. */
    bool similar;
    bool redacted; /* a redactor may have put [redacted:NAME] for text */
} vb_expect_opts;

typedef struct vb_expect vb_expect; /* opaque; lives in its arena */

/* 'where' is the place of the text's first line. Never fails: what does not
 * compile (a bad regex) is a diagnostic and NULL. */
vb_expect *vb_expect_compile(vb_arena *arena, vb_str text, vb_loc where,
                             const vb_expect_opts *opts, vb_diags *diags);

/* How one line of the comparison stands. */
typedef enum vb_line_kind {
    VB_LINE_SAME,    /* literal agreement */
    VB_LINE_VARIED,  /* agrees; volatile parts or layout differ */
    VB_LINE_SKIPPED, /* actual line(s) under an elision, or allowed extra */
    VB_LINE_CHANGED, /* both sides present and different */
    VB_LINE_MISSING, /* in the guide, not in the output */
    VB_LINE_EXTRA,   /* in the output, not allowed by the guide */
} vb_line_kind;

typedef struct vb_compare_line {
    vb_line_kind kind;
    uint32_t expected; /* 1-based line of the expected text, 0 none */
    uint32_t actual;   /* 1-based line of the output, 0 none */
    vb_str expected_text, actual_text;
    vb_str note; /* in words: "STATUS: the guide says Pending, ..." */
} vb_compare_line;

typedef struct vb_compare {
    bool match;
    bool fault;     /* a limit was hit: no statement is possible */
    vb_str summary; /* one sentence: what agreed, or the first difference */
    VB_VEC(vb_compare_line) lines; /* capped; whole when it is short */
    size_t lines_left_out;
    /* What volatile tokens and placeholders stood for, in order of the text:
     * sample -> actual. For feeding later steps and for `accept`. */
    VB_VEC(vb_subst) bound;
} vb_compare;

/* 'out' and 'err' are what the step printed on each stream; a guide's text
 * may hold either or both. The result lives in 'arena'. */
vb_compare *vb_expect_compare(const vb_expect *expect, vb_str out, vb_str err,
                              vb_arena *arena);

/* A token of the text that names one thing: what a reader copies by hand. */
typedef struct vb_expect_token {
    vb_str text;     /* the whole name around it: "vpc-09f8aa12" */
    vb_str part;     /* the token itself, when it is less; else empty */
    const char *cls; /* its class in words; static */
    bool placeholder;
    uint32_t line; /* 1-based, of the text */
} vb_expect_token;

/* The identities and placeholders of the text, at most 'max' of them; what
 * they stood for is in vb_compare.bound. */
size_t vb_expect_tokens(const vb_expect *expect, vb_arena *arena, size_t max,
                        vb_expect_token **out);

/* "reader", "exact", ... and back. */
const char *vb_manner_name(vb_manner manner);
bool vb_manner_parse(vb_str name, vb_manner *out);

#endif
