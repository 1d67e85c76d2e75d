/*
 * Time stamps (RFC 3161): a request over a SHA-256 digest, and what an
 * authority answered. Sending is the caller's.
 */
#ifndef VB_BASE_STAMP_H
#define VB_BASE_STAMP_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

enum { VB_STAMP_BYTES_MAX = 256 * 1024 }; /* of an answer */

/* Appends the DER of a request with a random nonce, which asks for the
 * authority's certificate. */
VB_MUST_USE bool vb_stamp_request(const vb_digest *digest, vb_buf *der,
                                  vb_error *err);

typedef struct vb_stamp_info {
    char time[32];       /* UTC: 2026-11-22T22:10:23Z */
    char authority[256]; /* subject of the certificate that signed, or "" */
} vb_stamp_info;

typedef struct vb_stamp_check {
    vb_str answer;  /* DER of the TimeStampResp */
    vb_str request; /* the request it answers, for its nonce; or empty */
    const vb_digest *digest;
    const char *ca_file; /* PEM: whom to trust; NULL: the signature is not
                            looked at, only what it is about */
} vb_stamp_check;

/* Is it an answer that grants a stamp, for this digest, and signed by somebody
 * whom the certificates in 'ca_file' vouch for? False says what is wrong. */
VB_MUST_USE bool vb_stamp_verify(const vb_stamp_check *check,
                                 vb_stamp_info *info, vb_error *err);

#endif
