/* What the files of verify/ share about a compiled expectation. */
#ifndef VB_VERIFY_INTERNAL_H
#define VB_VERIFY_INTERNAL_H

#include "verify/align.h"
#include "verify/context.h"
#include "verify/expect.h"
#include "verify/normalise.h"
#include "verify/tree.h"

struct vb_expect {
    vb_expect_opts opts;
    vb_str text;
    vb_loc where;
    vb_context *ctx;
    vb_nlines lines; /* all lines of the text */
    vb_eline *e;     /* those that must be matched */
    size_t ne;
    bool gap_at_end;
    bool elides;            /* holds a line that stands for any lines */
    struct vb_regex *regex; /* manner regex */
    bool is_tree;           /* the text is JSON or YAML as a whole */
    bool yaml;
    vb_tree tree;
    vb_eline *leaves; /* [tree.leaves] */
};

/* Bytes of a line in which words are looked for. */
enum { VB_WORDS_MAX = 1024 };

/* One bit for each word of a line, to tell lines that are alike. */
uint64_t vb_words_of(vb_str line);

/* One line of the comparison before it is put into words. */
typedef struct vb_pair {
    vb_line_kind kind;
    uint32_t e, a;    /* indices into the alignment, or VB_NO_LINE */
    uint32_t elision; /* line of the text that is an elision, or 0 */
    vb_str note;
} vb_pair;

typedef struct vb_pairs {
    VB_VEC(vb_pair) list;
} vb_pairs;

/* The alignment as a list of pairs in reading order. */
void vb_pairs_make(const vb_align *align, vb_arena *arena, vb_pairs *pairs);

/* CHANGED, MISSING or EXTRA. */
bool vb_is_difference(vb_line_kind kind);

/* The same token in the text must be the same in the output: turns pairs
 * that break this into CHANGED, and collects what stood for what. */
void vb_identity_check(const vb_align *align, vb_arena *arena, vb_pairs *pairs,
                       vb_compare *compare);

/* The name around a token, as people copy it. */
vb_str vb_name_around(vb_str line, size_t at, size_t len);

/* Fills in notes, lines and summary. */
void vb_explain(const vb_align *align, vb_arena *arena, vb_pairs *pairs,
                vb_compare *compare);

#endif
