/*
 * The chain: the rule that ties one line to the next, apart from what the
 * lines say. Documented in runbooks/transcript.md, section "The chain".
 */
#ifndef VB_RECORD_CHAIN_H
#define VB_RECORD_CHAIN_H

#include "base/attr.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "record/totals.h"

#include <stdbool.h>
#include <stdint.h>

/* ,"self":"<64 digits>"} at the end of each line */
enum { VB_SELF_LEN = 9 + VB_SHA256_HEX + 2 };

/* "prev" of the first line. */
vb_digest vb_chain_start(void);

/* What the first members of a line say: they have a fixed place. */
typedef struct vb_line_head {
    uint64_t seq;
    vb_str prev, type, time;
    int64_t mono;
    vb_str self;
    size_t members; /* offset behind the fixed members */
} vb_line_head;

/* False when 'line' (without its line feed) does not have that form. */
bool vb_line_parse(vb_str line, vb_line_head *head);
/* The digest that "self" must have, and the one that the next "prev" must. */
void vb_line_digests(vb_str line, vb_digest *self, vb_digest *whole);

/* The state behind the last whole line, for a resume. */
typedef struct vb_chain_state {
    uint64_t seq;
    vb_digest head;
    int64_t mono;
    uint64_t size; /* bytes of whole lines */
    uint64_t torn; /* bytes behind them */
    vb_totals totals;
} vb_chain_state;

/* False when the transcript cannot be read or anything but its last line is
 * wrong. */
VB_MUST_USE bool vb_chain_replay(const char *path, vb_chain_state *state,
                                 vb_error *err);

#endif
