/*
 * A run as an in-toto attestation: Statement v1 with the test-result predicate
 * v0.1, in a DSSE envelope signed with an Ed25519 or ECDSA key. Subjects are
 * the documents that were carried out; the transcript is the evidence, by its
 * digest.
 */
#ifndef VB_REPORT_ATTEST_H
#define VB_REPORT_ATTEST_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "record/reader.h"

#include <stdbool.h>

#define VB_ATTEST_TYPE "application/vnd.in-toto+json"

/* Appends the statement's JSON. An incomplete or changed run is refused. */
VB_MUST_USE bool vb_attest_statement(const char *run, vb_buf *out,
                                     vb_error *err);
/* Appends the envelope of a run's statement, signed with the PEM key. */
VB_MUST_USE bool vb_attest_sign(const char *run, const char *key_path,
                                vb_buf *out, vb_error *err);
/* Checks an envelope with the public PEM key and gives the statement. False
 * when it is not one, or not signed by that key. */
VB_MUST_USE bool vb_attest_verify(vb_str envelope, const char *key_path,
                                  vb_buf *statement, vb_error *err);

#define VB_ATTEST_NAME "attestation.json" /* where it is, in a run */
#define VB_RULE_ATTEST "T011"

/* Checks the attestation of a run: signed with the PEM key's other half, and
 * about the transcript as it is now. What is wrong is an error in 'diags' and
 * clears result->intact; call it behind vb_record_verify, with its result. */
bool vb_attest_check(const char *run, const char *key_path,
                     vb_check_result *result, vb_arena *arena, vb_diags *diags);

#endif
