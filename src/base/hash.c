#include "base/hash.h"

#include "base/arena.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/banned.h"

/*
 * The low-level functions are deprecated in OpenSSL 3 in favour of EVP, but
 * EVP needs its provider machinery at start, which costs more than the rest of
 * a small command; SHA-256 itself is the same code.
 */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

void
vb_hash_init(vb_hash *hash)
{
    hash->ctx = vb_heap_alloc(sizeof(SHA256_CTX));
    if (SHA256_Init(hash->ctx) != 1)
        abort();
}

void
vb_hash_add(vb_hash *hash, const void *ptr, size_t len)
{
    if (len && SHA256_Update(hash->ctx, ptr, len) != 1)
        abort();
}

vb_digest
vb_hash_final(vb_hash *hash)
{
    unsigned char raw[VB_SHA256_LEN];
    vb_digest digest;

    if (SHA256_Final(raw, hash->ctx) != 1)
        abort();
    vb_heap_free(hash->ctx);
    hash->ctx = NULL;
    vb_hex(raw, sizeof raw, digest.hex);
    return digest;
}

vb_digest
vb_sha256(vb_str bytes)
{
    unsigned char raw[VB_SHA256_LEN];
    vb_digest digest;

    SHA256((const unsigned char *)(bytes.len ? bytes.ptr : ""), bytes.len, raw);
    vb_hex(raw, sizeof raw, digest.hex);
    return digest;
}

void
vb_hex(const unsigned char *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}
