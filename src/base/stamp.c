#include "base/stamp.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

enum { NONCE_BYTES = 16 };

static void
raw_digest(const vb_digest *digest, unsigned char *raw)
{
    for (size_t i = 0; i < VB_SHA256_LEN; i++) {
        unsigned value = 0;

        for (size_t k = 0; k < 2; k++) {
            char c = digest->hex[2 * i + k];

            value = value * 16 +
                    (unsigned)(vb_is_digit(c) ? c - '0' : c - 'a' + 10);
        }
        raw[i] = (unsigned char)value;
    }
}

/* The library's own words about its last failure, which is forgotten. */
static bool
fail_because(vb_error *err, const char *what)
{
    unsigned long code = ERR_peek_last_error();
    const char *why = ERR_reason_error_string(code);

    ERR_clear_error();
    return vb_fail(err, "%s%s%s", what, why ? ": " : "", why ? why : "");
}

/* -------------------------------------------------------------- request -- */

static bool
set_imprint(TS_REQ *request, const vb_digest *digest)
{
    unsigned char raw[VB_SHA256_LEN];
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    bool ok;

    raw_digest(digest, raw);
    ok = imprint && algorithm &&
         X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
                         NULL) == 1 &&
         TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
         TS_MSG_IMPRINT_set_msg(imprint, raw, sizeof raw) == 1 &&
         TS_REQ_set_msg_imprint(request, imprint) == 1;
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return ok;
}

static bool
set_nonce(TS_REQ *request)
{
    unsigned char bytes[NONCE_BYTES];
    BIGNUM *number = NULL;
    ASN1_INTEGER *nonce = NULL;
    bool ok = RAND_bytes(bytes, sizeof bytes) == 1;

    if (ok)
        number = BN_bin2bn(bytes, sizeof bytes, NULL);
    if (number)
        nonce = BN_to_ASN1_INTEGER(number, NULL);
    ok = nonce && TS_REQ_set_nonce(request, nonce) == 1;
    BN_free(number);
    ASN1_INTEGER_free(nonce);
    return ok;
}

bool
vb_stamp_request(const vb_digest *digest, vb_buf *der, vb_error *err)
{
    TS_REQ *request = TS_REQ_new();
    unsigned char *bytes = NULL;
    int len = -1;

    if (request && TS_REQ_set_version(request, 1) == 1 &&
        set_imprint(request, digest) && set_nonce(request) &&
        TS_REQ_set_cert_req(request, 1) == 1)
        len = i2d_TS_REQ(request, &bytes);
    TS_REQ_free(request);
    if (len < 0)
        return fail_because(err, "cannot make a time stamp request");
    vb_buf_add(der, bytes, (size_t)len);
    OPENSSL_free(bytes);
    return true;
}

/* --------------------------------------------------------------- answer -- */

/* 20261122221023Z, perhaps with a fraction, as the rest of the program writes
 * times. */
static bool
read_time(TS_TST_INFO *token, vb_stamp_info *info)
{
    struct tm tm;

    return ASN1_TIME_to_tm(TS_TST_INFO_get_time(token), &tm) == 1 &&
           strftime(info->time, sizeof info->time, "%Y-%m-%dT%H:%M:%SZ", &tm) >
               0;
}

/* The subject of the first signer, when its certificate is in the token. */
static void
read_authority(TS_RESP *answer, vb_stamp_info *info)
{
    PKCS7 *token = TS_RESP_get_token(answer);
    STACK_OF(X509) *signers = token ? PKCS7_get0_signers(token, NULL, 0) : NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    int n = -1;

    info->authority[0] = '\0';
    if (bio && signers && sk_X509_num(signers) > 0 &&
        X509_NAME_print_ex(bio,
                           X509_get_subject_name(sk_X509_value(signers, 0)), 0,
                           XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) >= 0)
        n = BIO_read(bio, info->authority, sizeof info->authority - 1);
    info->authority[n > 0 ? n : 0] = '\0';
    sk_X509_free(signers);
    BIO_free(bio);
    ERR_clear_error();
}

/* Whose certificates are trusted; takes all of the file. */
static X509_STORE *
read_store(const char *ca_file, vb_error *err)
{
    X509_STORE *store = X509_STORE_new();

    if (store && X509_STORE_load_file(store, ca_file) == 1)
        return store;
    X509_STORE_free(store);
    ERR_clear_error();
    vb_fail(err, "'%s' holds no certificates in PEM form", ca_file);
    return NULL;
}

static bool
add_imprint(TS_VERIFY_CTX *ctx, const vb_digest *digest)
{
    unsigned char *raw = OPENSSL_malloc(VB_SHA256_LEN);

    if (!raw)
        return false;
    raw_digest(digest, raw);
    /* the context's, from here on */
    return TS_VERIFY_CTX_set_imprint(ctx, raw, VB_SHA256_LEN) != NULL;
}

/* With the request all that it asked for is compared, its nonce too. */
static bool
fill_context(TS_VERIFY_CTX *ctx, const vb_stamp_check *check, vb_error *err)
{
    const unsigned char *at = (const unsigned char *)check->request.ptr;
    unsigned flags = TS_VFY_VERSION | TS_VFY_IMPRINT;

    if (check->request.len) {
        TS_REQ *request = d2i_TS_REQ(NULL, &at, (long)check->request.len);
        bool ok = request && TS_REQ_to_TS_VERIFY_CTX(request, ctx) != NULL;

        TS_REQ_free(request);
        if (!ok)
            return fail_because(err, "the request cannot be read");
        flags |= TS_VFY_NONCE;
    } else if (!add_imprint(ctx, check->digest)) {
        return fail_because(err, "cannot check a time stamp");
    }
    if (check->ca_file) {
        X509_STORE *store = read_store(check->ca_file, err);

        if (!store)
            return false;
        TS_VERIFY_CTX_set_store(ctx, store); /* the context's */
        flags |= TS_VFY_SIGNATURE;
    }
    TS_VERIFY_CTX_set_flags(ctx, (int)flags);
    return true;
}

static bool
granted(TS_RESP *answer, vb_error *err)
{
    TS_STATUS_INFO *status = TS_RESP_get_status_info(answer);
    int64_t code = -1;

    if (ASN1_INTEGER_get_int64(&code, TS_STATUS_INFO_get0_status(status)) ==
            1 &&
        (code == TS_STATUS_GRANTED || code == TS_STATUS_GRANTED_WITH_MODS) &&
        TS_RESP_get_tst_info(answer))
        return true;
    return vb_fail(err, "the authority gave no time stamp (status %jd)",
                   (intmax_t)code);
}

bool
vb_stamp_verify(const vb_stamp_check *check, vb_stamp_info *info, vb_error *err)
{
    const unsigned char *at = (const unsigned char *)check->answer.ptr;
    TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
    TS_RESP *answer =
        check->answer.len && check->answer.len <= VB_STAMP_BYTES_MAX
            ? d2i_TS_RESP(NULL, &at, (long)check->answer.len)
            : NULL;
    bool ok =
        ctx && answer &&
        at == (const unsigned char *)check->answer.ptr + check->answer.len;

    *info = (vb_stamp_info){.time = ""};
    if (!ok)
        fail_because(err, "it is no answer of a time stamp authority");
    ok = ok && granted(answer, err) && fill_context(ctx, check, err);
    if (ok && TS_RESP_verify_response(ctx, answer) != 1)
        ok = fail_because(err, "the time stamp is not good");
    if (ok && !read_time(TS_RESP_get_tst_info(answer), info))
        ok = fail_because(err, "the time stamp has no time");
    if (ok)
        read_authority(answer, info);
    TS_RESP_free(answer);
    TS_VERIFY_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}
