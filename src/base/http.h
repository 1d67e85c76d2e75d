/*
 * HTTP for documents, links and uploads, through libcurl. The library is
 * loaded at the first use, not linked: a program that links it starts more than
 * a millisecond later, and most commands never fetch anything.
 *
 * Only http and https; certificates are always verified (SSL_CERT_FILE names
 * another set of authorities); redirects are followed by us, one by one, never
 * from https to http. Unless 'allow_private' is set, addresses that are not
 * public (loopback, private, link-local, ...) are refused when the connection
 * is made, so a name that resolves to one does not help. With a proxy in the
 * environment the proxy does the resolving, and only addresses written in the
 * URL itself can be refused.
 */
#ifndef VB_BASE_HTTP_H
#define VB_BASE_HTTP_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_HTTP_URL_MAX = 2048 };

typedef struct vb_http_opts {
    size_t max_bytes;   /* of a body; 0: 16 MiB */
    int64_t timeout_ms; /* for one request; 0: 30 s */
    int redirects;      /* followed at most; 0: 10; negative: none */
    int retries;        /* after transient failures, with growing pauses; what
                         * the server asks for (Retry-After) up to 10 s */
    bool allow_private;
} vb_http_opts;

typedef enum vb_http_fault {
    VB_HTTP_OK, /* there was an answer; its status may be anything */
    VB_HTTP_BAD_URL,
    VB_HTTP_PRIVATE,   /* the address is not public */
    VB_HTTP_DOWNGRADE, /* redirected from https to http */
    VB_HTTP_LOOP,      /* redirected in a circle, or too often */
    VB_HTTP_RESOLVE,
    VB_HTTP_CONNECT,
    VB_HTTP_TLS,
    VB_HTTP_TIMEOUT,
    VB_HTTP_TOO_LARGE,
    VB_HTTP_BROKEN, /* anything else on the way */
} vb_http_fault;

typedef struct vb_http_answer {
    vb_http_fault fault;
    long status;               /* of the last answer; 0: none */
    char url[VB_HTTP_URL_MAX]; /* where it came from, after redirects */
    unsigned redirects;        /* that were followed */
    bool moved;                /* all of them were permanent (301, 308) */
    unsigned tries;
    char type[128]; /* Content-Type, or "" */
    char etag[128]; /* ETag, or "" */
    char why[256];  /* of a fault: one clause */
} vb_http_answer;

/* Gets 'url' into 'body' (initialised by the caller; its own maximum counts,
 * too). Any status but 2xx is a failure. 'answer' is always filled. */
VB_MUST_USE bool vb_http_get(const char *url, const vb_http_opts *opts,
                             vb_buf *body, vb_http_answer *answer,
                             vb_error *err);

/* Signs with AWS Signature Version 4. */
typedef struct vb_http_sigv4 {
    const char *access_key, *secret_key;
    const char *session_token; /* or NULL */
    const char *region, *service;
} vb_http_sigv4;

/* What came back, when it is only to be compared: of any size, not kept. */
typedef struct vb_http_sum {
    vb_hash hash; /* the caller's, initialised */
    uint64_t bytes;
} vb_http_sum;

typedef struct vb_http_request {
    const char *method; /* "GET", "HEAD", "PUT", "POST", "DELETE", "MKCOL" */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-ended; or NULL */
    const char *path;           /* the body is this file's bytes; or NULL */
    vb_str content;             /* the body, when 'path' is NULL */
    const vb_http_sigv4 *sigv4; /* or NULL */
    vb_http_sum *sum;           /* of the answer's body; or NULL */
} vb_http_request;

/* Sends one request. Redirects are not followed, as what is sent is meant for
 * one address. Any status but 2xx is a failure. 'body' may be NULL. */
VB_MUST_USE bool vb_http_send(const vb_http_request *request,
                              const vb_http_opts *opts, vb_buf *body,
                              vb_http_answer *answer, vb_error *err);

/* One link of many. */
typedef struct vb_http_job {
    const char *url; /* borrowed */
    vb_buf *body;    /* NULL: HEAD, and GET only where HEAD is refused */
    void *user;
    vb_http_answer *answer; /* the caller's */
} vb_http_job;

typedef struct vb_http_many {
    vb_http_opts each;
    unsigned per_host;  /* requests at once; 0: 4. Loopback: 'at_once' */
    unsigned at_once;   /* over all hosts; 0: 32 */
    int64_t timeout_ms; /* for all of it; 0: no limit */
    /* Called once for each job, in the order they finish; may be NULL. */
    void (*done)(vb_http_job *job, void *user);
    void *user;
} vb_http_many;

/* Asks for all of them. True when each job has its answer, whatever it is;
 * jobs that the time limit kept from being asked have a TIMEOUT. */
VB_MUST_USE bool vb_http_multi(vb_http_job *jobs, size_t count,
                               const vb_http_many *many, vb_error *err);

/* May a password be sent there: https, or this machine itself? */
bool vb_http_is_confidential(const char *url);
/* Does the address hold a user's name or password? */
bool vb_http_has_user(const char *url);

/* "timeout", "tls", ...: a stable word for programs. */
const char *vb_http_fault_name(vb_http_fault fault);
/* A failure that may go away by itself. */
bool vb_http_transient(const vb_http_answer *answer);
/* Is libcurl there? Otherwise 'err' says what is missing. */
bool vb_http_ready(vb_error *err);

#endif
