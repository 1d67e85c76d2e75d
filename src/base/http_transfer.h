/* For http*.c alone: one request on its way, with the redirects it meets. */
#ifndef VB_BASE_HTTP_TRANSFER_H
#define VB_BASE_HTTP_TRANSFER_H

#include "base/http.h"
#include "base/http_curl.h"

enum { VB_HOST_MAX = 256, VB_HOPS_MAX = 20 };

typedef struct vb_transfer {
    const vb_curl *curl;
    CURL *easy;
    const vb_http_opts *opts;
    vb_http_answer *answer;
    vb_buf *body;     /* NULL: not wanted */
    vb_http_sum *sum; /* goes before 'body'; or NULL */
    bool head;        /* HEAD instead of GET */
    bool stopped;     /* the body was not wanted, so it was not read */
    bool too_large;   /* it was wanted, but not that much */
    bool refused;     /* the address was private */
    size_t body_from; /* where in 'body' ours starts */
    uint64_t seen[VB_HOPS_MAX]; /* hashes of the URLs on the way */
    char host[VB_HOST_MAX];     /* of answer->url */
    char error[CURL_ERROR_SIZE];
} vb_transfer;

/* Sets up for 'url', which is copied into the answer; false when it may not be
 * asked, with the fault in the answer. */
bool vb_transfer_start(vb_transfer *t, const char *url);
/* Reads what happened into the answer. True when there is a redirect to follow:
 * then *next is the URL to start with next; it belongs to the handle. */
bool vb_transfer_finish(vb_transfer *t, CURLcode code, char **next);

/* Fills the fault and its reason. */
void vb_http_set_fault(vb_http_answer *answer, vb_http_fault fault,
                       const char *why);
/* The URL without user name and password, for messages. */
void vb_http_shown_url(const char *url, char *out, size_t size);
/* The pause before the next try, in milliseconds; 'tries' were made. */
int64_t vb_transfer_pause_ms(const vb_transfer *t, unsigned tries);

#endif
