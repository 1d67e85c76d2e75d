#include "base/hash.h"

#include "base/arena.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

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

void
vb_hash_copy(vb_hash *to, const vb_hash *from)
{
    memcpy(to->ctx, from->ctx, sizeof(SHA256_CTX));
}

void
vb_hash_reset(vb_hash *hash)
{
    if (SHA256_Init(hash->ctx) != 1)
        abort();
}

vb_digest
vb_hash_peek(const vb_hash *hash)
{
    SHA256_CTX ctx;
    unsigned char raw[VB_SHA256_LEN];
    vb_digest digest;

    memcpy(&ctx, hash->ctx, sizeof ctx);
    if (SHA256_Final(raw, &ctx) != 1)
        abort();
    vb_hex(raw, sizeof raw, digest.hex);
    return digest;
}

void
vb_hash_release(vb_hash *hash)
{
    vb_heap_free(hash->ctx);
    hash->ctx = NULL;
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

vb_digest
vb_hmac_sha256(vb_str key, vb_str bytes)
{
    enum { BLOCK = 64 };
    unsigned char pad[BLOCK] = {0}, inner[VB_SHA256_LEN], raw[VB_SHA256_LEN];
    vb_digest digest;
    SHA256_CTX ctx;

    if (key.len > BLOCK)
        SHA256((const unsigned char *)key.ptr, key.len, pad);
    else if (key.len)
        memcpy(pad, key.ptr, key.len);
    for (size_t i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36;
    if (SHA256_Init(&ctx) != 1 || SHA256_Update(&ctx, pad, BLOCK) != 1 ||
        SHA256_Update(&ctx, bytes.len ? bytes.ptr : "", bytes.len) != 1 ||
        SHA256_Final(inner, &ctx) != 1)
        abort();
    for (size_t i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    if (SHA256_Init(&ctx) != 1 || SHA256_Update(&ctx, pad, BLOCK) != 1 ||
        SHA256_Update(&ctx, inner, sizeof inner) != 1 ||
        SHA256_Final(raw, &ctx) != 1)
        abort();
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
