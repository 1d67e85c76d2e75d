/*
 * Sending a run's evidence somewhere: the transcript, the documents and the
 * plan it names, and the signature, time stamp and attestation beside it, to
 * an S3 bucket or by HTTP PUT (WebDAV). What is there already and the same is
 * not sent again; what was sent is read back and compared. Local files are
 * only read.
 */
#ifndef VB_RECORD_PUSH_H
#define VB_RECORD_PUSH_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Credentials: from the environment or a file of NAME=VALUE lines, never from
 * the command line. NULL: not set. */
typedef struct vb_push_keys {
    const char *access_key;     /* AWS_ACCESS_KEY_ID */
    const char *secret_key;     /* AWS_SECRET_ACCESS_KEY */
    const char *session_token;  /* AWS_SESSION_TOKEN */
    const char *region;         /* AWS_REGION, AWS_DEFAULT_REGION */
    const char *endpoint;       /* AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL */
    const char *user;           /* VERBATIM_PUSH_USER */
    const char *password;       /* VERBATIM_PUSH_PASSWORD */
    const char *token;          /* VERBATIM_PUSH_TOKEN */
    const char *webhook_token;  /* VERBATIM_WEBHOOK_TOKEN */
    const char *webhook_secret; /* VERBATIM_WEBHOOK_SECRET */
} vb_push_keys;

/* 'file' (or NULL) goes before the environment. */
VB_MUST_USE bool vb_push_keys_read(vb_push_keys *keys, const char *file,
                                   vb_arena *arena, vb_error *err);

typedef struct vb_push_opts {
    /* "s3://BUCKET/PREFIX", "https://HOST/PATH", or "env:NAME": the address is
     * in that variable, and does not appear in messages. */
    const char *target;
    const vb_push_keys *keys;
    bool replace;       /* another version of a file that is there */
    int retries;        /* of a request, after transient failures */
    int64_t timeout_ms; /* for one request */
} vb_push_opts;

typedef struct vb_pushed_file {
    vb_str name; /* below the run */
    uint64_t bytes;
    vb_digest sha256;
    bool sent; /* else it was there */
} vb_pushed_file;

typedef VB_VEC(vb_pushed_file) vb_pushed_files;

/* Sends the run in directory 'run' below the target, under the directory's
 * name; the transcript goes last, so where it is everything is. *files has what
 * is there for sure, also on failure. */
VB_MUST_USE bool vb_push_run(const char *run, const vb_push_opts *opts,
                             vb_arena *arena, vb_pushed_files *files,
                             vb_error *err);

/* Posts a JSON text. 'id' tells a repetition from something new
 * ("Idempotency-Key"); with a webhook secret the body is signed
 * ("X-Verbatim-Signature: sha256=HMAC"). */
VB_MUST_USE bool vb_push_post(const vb_push_opts *opts, vb_str json, vb_str id,
                              vb_arena *arena, vb_error *err);

#endif
