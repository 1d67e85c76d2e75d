/*
 * Signatures with keys in PEM files: Ed25519, and ECDSA with SHA-256 (P-256,
 * P-384, P-521). What is signed is signed as it is given.
 */
#ifndef VB_BASE_SIGN_H
#define VB_BASE_SIGN_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

/* With the private key in 'key_path', which must have no passphrase. Appends
 * the raw signature (ECDSA: DER) to 'sig'; *key_id is the SHA-256 of the
 * public key's DER form (SubjectPublicKeyInfo). */
VB_MUST_USE bool vb_sign_pem(const char *key_path, vb_str bytes, vb_buf *sig,
                             vb_digest *key_id, vb_error *err);

/* With the public key (or certificate's key) in 'key_path'. *good says whether
 * the signature is right; false means that it could not be found out. */
VB_MUST_USE bool vb_verify_pem(const char *key_path, vb_str bytes, vb_str sig,
                               bool *good, vb_error *err);

#endif
