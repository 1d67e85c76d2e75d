#include "base/sign.h"

#include "base/io.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/banned.h"

enum { KEY_BYTES_MAX = 64 * 1024 };

/* A passphrase is never asked for: a run must not hang on a prompt. */
static int
no_passphrase(char *buf, int size, int writing, void *user)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)user;
    return -1;
}

static EVP_PKEY *
read_key(const char *path, bool secret, vb_error *err)
{
    EVP_PKEY *key = NULL;
    vb_buf text;
    BIO *bio;

    if (!vb_read_file(path, KEY_BYTES_MAX, &text, err))
        return NULL;
    bio = BIO_new_mem_buf(text.len ? text.ptr : "", (int)text.len);
    if (bio)
        key = secret ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
                     : PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    vb_buf_release(&text);
    ERR_clear_error();
    if (!key)
        vb_fail(err, "'%s' holds no %s key in PEM form%s", path,
                secret ? "private" : "public",
                secret ? ", or asks for a passphrase" : "");
    return key;
}

/* Ed25519 hashes by itself; the curves are given SHA-256. */
static bool
digest_for(EVP_PKEY *key, const char *path, const EVP_MD **digest,
           vb_error *err)
{
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
        *digest = NULL;
        return true;
    case EVP_PKEY_EC:
        *digest = EVP_sha256();
        return true;
    default:
        return vb_fail(err, "'%s' is neither an Ed25519 nor an ECDSA key",
                       path);
    }
}

static bool
key_id_of(EVP_PKEY *key, vb_digest *id)
{
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(key, &der);

    if (len < 0)
        return false;
    *id = vb_sha256(vb_str_n((const char *)der, (size_t)len));
    OPENSSL_free(der);
    return true;
}

static bool
sign_with(EVP_MD_CTX *ctx, EVP_PKEY *key, const EVP_MD *digest, vb_str bytes,
          vb_buf *sig)
{
    const unsigned char *data = (const unsigned char *)bytes.ptr;
    size_t len = 0;
    char *room;

    if (EVP_DigestSignInit(ctx, NULL, digest, NULL, key) != 1 ||
        EVP_DigestSign(ctx, NULL, &len, data, bytes.len) != 1 ||
        !(room = vb_buf_room(sig, len)) ||
        EVP_DigestSign(ctx, (unsigned char *)room, &len, data, bytes.len) != 1)
        return false;
    vb_buf_grew(sig, len);
    return true;
}

bool
vb_sign_pem(const char *key_path, vb_str bytes, vb_buf *sig, vb_digest *key_id,
            vb_error *err)
{
    EVP_PKEY *key = read_key(key_path, true, err);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const EVP_MD *digest = NULL;
    bool ok = key && ctx && digest_for(key, key_path, &digest, err);

    if (ok &&
        !(sign_with(ctx, key, digest, bytes, sig) && key_id_of(key, key_id)))
        ok = vb_fail(err, "cannot sign with '%s'", key_path);
    ERR_clear_error();
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return ok;
}

bool
vb_verify_pem(const char *key_path, vb_str bytes, vb_str sig, bool *good,
              vb_error *err)
{
    EVP_PKEY *key = read_key(key_path, false, err);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const EVP_MD *digest = NULL;
    bool ok = key && ctx && digest_for(key, key_path, &digest, err);

    if (ok && EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key) != 1)
        ok = vb_fail(err, "cannot use the key in '%s'", key_path);
    *good = ok &&
            EVP_DigestVerify(ctx, (const unsigned char *)sig.ptr, sig.len,
                             (const unsigned char *)bytes.ptr, bytes.len) == 1;
    ERR_clear_error();
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return ok;
}
