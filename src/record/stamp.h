/*
 * A time stamp (RFC 3161) over a transcript's bytes: it was there at that
 * time, says an authority. The answer is kept beside it as
 * transcript.jsonl.tsr, as it came; `openssl ts -verify -data` takes it, too.
 */
#ifndef VB_RECORD_STAMP_H
#define VB_RECORD_STAMP_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/stamp.h"
#include "record/reader.h"

#define VB_RULE_STAMP "T010" /* time stamp */

/* Asks the authority at 'url'. Its signature is checked when 'ca_file' is not
 * NULL, its answer in any case. An incomplete or changed transcript gets none;
 * an older stamp is replaced. */
VB_MUST_USE bool vb_record_stamp(const char *run, const char *url,
                                 const char *ca_file, vb_arena *arena,
                                 vb_stamp_info *info, vb_error *err);

typedef enum vb_stamped {
    VB_STAMP_NONE,    /* there is none */
    VB_STAMP_ABOUT,   /* it is about this transcript; nobody was asked to
                         vouch for it */
    VB_STAMP_TRUSTED, /* and signed by whom the certificates vouch for */
    VB_STAMP_BAD,
} vb_stamped;

/* Checks the stamp beside the transcript; what is wrong is an error in 'diags'
 * and clears result->intact. With 'ca_file' there must be one. */
vb_stamped vb_record_verify_stamp(const char *run, const char *ca_file,
                                  vb_check_result *result, vb_arena *arena,
                                  vb_stamp_info *info, vb_diags *diags);

#endif
