/*
 * Many documents: read, planned and checked on all cores. What comes out does
 * not depend on which core was quicker. The memory of a document is given back
 * when its findings are known; what many of them include is read once.
 */
#ifndef VB_CHECK_BATCH_H
#define VB_CHECK_BATCH_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"
#include "check/check.h"
#include "check/finding.h"
#include "check/links.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_batch_opts {
    const vb_str *paths; /* the documents */
    size_t count;
    const vb_check_opts *check;
    const char *root;    /* NULL: each document's own */
    const char *overlay; /* NULL: GUIDE.verbatim.yaml beside each */
    unsigned workers;    /* 0: one for each core */
} vb_batch_opts;

typedef struct vb_batch {
    vb_findings findings;  /* sorted */
    vb_links links;        /* in the order of the documents */
    size_t documents;      /* that were read */
    VB_VEC(vb_str) unread; /* a sentence for each of the others */
} vb_batch;

/* Everything in 'out' lives in 'arena'. The network is not asked. */
void vb_batch_check(vb_arena *arena, const vb_batch_opts *opts, vb_batch *out);
/* Asks for the links into the network. False only when the system fails. */
VB_MUST_USE bool vb_batch_network(const vb_batch_opts *opts, vb_batch *batch,
                                  vb_error *err);

#endif
