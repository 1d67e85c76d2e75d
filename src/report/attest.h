/*
 * A run as an in-toto attestation: Statement v1 with the test-result predicate
 * v0.1, in a DSSE envelope signed with an Ed25519 or ECDSA key. Subjects are
 * the documents that were carried out; the transcript is the evidence, by its
 * digest.
 */
#ifndef VB_REPORT_ATTEST_H
#define VB_REPORT_ATTEST_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"

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

#endif
