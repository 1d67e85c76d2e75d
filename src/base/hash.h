/* SHA-256, the one digest the program uses, and hexadecimal. */
#ifndef VB_BASE_HASH_H
#define VB_BASE_HASH_H

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_SHA256_LEN = 32, VB_SHA256_HEX = 64 };

typedef struct vb_hash {
    void *ctx; /* library state; NULL outside init..final */
} vb_hash;

typedef struct vb_digest {
    char hex[VB_SHA256_HEX + 1]; /* lower case, NUL-terminated */
} vb_digest;

void vb_hash_init(vb_hash *hash);
void vb_hash_add(vb_hash *hash, const void *ptr, size_t len);
/* Gives the digest and releases the state. */
vb_digest vb_hash_final(vb_hash *hash);

/* 'to', which is initialised, becomes what 'from' is; both go on alone. */
void vb_hash_copy(vb_hash *to, const vb_hash *from);
/* Back to where init left it, without a new state. */
void vb_hash_reset(vb_hash *hash);
/* The digest of what was added so far; the hash goes on. */
vb_digest vb_hash_peek(const vb_hash *hash);
/* Releases the state of a hash that nobody asks any more; NULL state is fine.
 */
void vb_hash_release(vb_hash *hash);

/* Digest of one slice. */
vb_digest vb_sha256(vb_str bytes);

/* Digest of a regular file, through no symbolic link. '*bytes', which may be
 * NULL, is its size. */
VB_MUST_USE bool vb_hash_file(const char *path, vb_digest *digest,
                              uint64_t *bytes, vb_error *err);

/* HMAC (RFC 2104) of one slice. */
vb_digest vb_hmac_sha256(vb_str key, vb_str bytes);

/* Writes 2 * len digits and a NUL. */
void vb_hex(const unsigned char *bytes, size_t len, char *out);

#endif
