/*
 * What a transcript claims beyond its chain, checked again: the totals, the
 * digests of outputs, the copies of documents and plan beside it. Used by
 * verification and, for the totals, by a resume.
 */
#ifndef VB_RECORD_CLAIMS_H
#define VB_RECORD_CLAIMS_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/hash.h"
#include "record/reader.h"
#include "record/totals.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct vb_claims {
    vb_check_result *result; /* counts go here; borrowed, or NULL */
    vb_diags *diags;         /* NULL: totals only, nothing is compared */
    const char *path, *dir;  /* of the transcript; borrowed */
    bool files_due;          /* a copy that is missing is a fault */
    vb_totals totals;

    vb_buf step; /* whose output is being added up */
    int64_t attempt;
    vb_hash hash[2];
    uint64_t bytes[2];
    bool lossy; /* a full disk has cost some of it */
} vb_claims;

void vb_claims_init(vb_claims *claims, vb_check_result *result, vb_diags *diags,
                    const char *path, const char *dir, bool files_due);
void vb_claims_check(vb_claims *claims, const vb_event *event);
void vb_claims_release(vb_claims *claims);

#endif
