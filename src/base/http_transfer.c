#include "base/http_transfer.h"

#include "base/http_addr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    DEFAULT_MAX_BYTES = 16 * 1024 * 1024,
    DEFAULT_TIMEOUT_MS = 30 * 1000,
    CONNECT_MS = 10 * 1000,
    DEFAULT_REDIRECTS = 10,
    FIRST_PAUSE_MS = 250,
    PAUSE_MAX_S = 10,
};

void
vb_http_set_fault(vb_http_answer *answer, vb_http_fault fault, const char *why)
{
    answer->fault = fault;
    if (snprintf(answer->why, sizeof answer->why, "%s", why) < 0)
        answer->why[0] = '\0';
}

int64_t
vb_transfer_pause_ms(const vb_transfer *t, unsigned tries)
{
    int64_t pause = (int64_t)FIRST_PAUSE_MS << (tries < 6 ? tries - 1 : 5);
    curl_off_t asked = 0;

    if (t->curl->easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &asked) !=
        CURLE_OK)
        return pause;
    asked = asked < PAUSE_MAX_S ? asked : PAUSE_MAX_S;
    return asked * 1000 > pause ? asked * 1000 : pause;
}

/* A proxy resolves names for us, so addresses cannot be judged here. */
static bool
has_proxy(void)
{
    static const char *const names[] = {
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

    for (size_t i = 0; i < VB_COUNT(names); i++) {
        const char *value = getenv(names[i]); // NOLINT(concurrency-mt-unsafe)

        if (value && *value)
            return true;
    }
    return false;
}

static curl_socket_t
on_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    vb_transfer *t = user;

    if (purpose == CURLSOCKTYPE_IPCXN && !t->opts->allow_private &&
        !has_proxy() && vb_addr_is_private(&address->addr)) {
        t->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

static size_t
max_bytes(const vb_transfer *t)
{
    return t->opts->max_bytes ? t->opts->max_bytes : DEFAULT_MAX_BYTES;
}

static size_t
on_body(char *ptr, size_t size, size_t count, void *user)
{
    vb_transfer *t = user;
    size_t len = size * count;

    if (t->sum) {
        vb_hash_add(&t->sum->hash, ptr, len);
        t->sum->bytes += len;
        return len;
    }
    if (!t->body) {
        t->stopped = true;
        return 0;
    }
    if (len > max_bytes(t) - (t->body->len - t->body_from)) {
        t->too_large = true;
        return 0;
    }
    vb_buf_add(t->body, ptr, len);
    t->too_large = t->body->full;
    return t->body->full ? 0 : len;
}

/* Takes scheme and host out of a URL. False when it is none of ours. */
static bool
read_url(vb_transfer *t, const char *url, bool *secure)
{
    const vb_curl *c = t->curl;
    CURLU *parsed = c->url();
    char *scheme = NULL, *host = NULL;
    bool ok =
        parsed && c->url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        c->url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        c->url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        strlen(host) < sizeof t->host && strlen(url) < sizeof t->answer->url;

    *secure = ok && vb_str_eqc(vb_str_c(scheme), "https");
    ok = ok && (*secure || vb_str_eqc(vb_str_c(scheme), "http"));
    if (ok)
        memcpy(t->host, host, strlen(host) + 1);
    c->free(scheme);
    c->free(host);
    c->url_cleanup(parsed);
    return ok;
}

static bool
may_ask(vb_transfer *t, const char *url)
{
    bool was_secure = t->answer->redirects &&
                      vb_str_istarts(vb_str_c(t->answer->url), "https:");
    bool secure;

    if (!read_url(t, url, &secure))
        vb_http_set_fault(t->answer, VB_HTTP_BAD_URL,
                          "it is not an http or https address");
    else if (was_secure && !secure)
        vb_http_set_fault(t->answer, VB_HTTP_DOWNGRADE,
                          "it redirects from https to http");
    else if (!t->opts->allow_private && vb_host_is_private(t->host))
        vb_http_set_fault(t->answer, VB_HTTP_PRIVATE,
                          "its address is not public");
    else
        return true;
    return false;
}

/* Options that hold for every request. */
static bool
set_common(vb_transfer *t)
{
    const vb_curl *c = t->curl;
    CURL *e = t->easy;
    const char *authorities =
        getenv("SSL_CERT_FILE"); // NOLINT(concurrency-mt-unsafe)
    long timeout =
        (long)(t->opts->timeout_ms ? t->opts->timeout_ms : DEFAULT_TIMEOUT_MS);
    bool ok = true;

#define SET(option, value)                                                     \
    (ok = c->easy_setopt(e, (option), (value)) == CURLE_OK && ok)
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_USERAGENT, "verbatim/" VB_VERSION);
    SET(CURLOPT_TIMEOUT_MS, timeout);
    SET(CURLOPT_CONNECTTIMEOUT_MS, timeout < CONNECT_MS ? timeout : CONNECT_MS);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
    SET(CURLOPT_OPENSOCKETDATA, (void *)t);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, (void *)t);
    SET(CURLOPT_ERRORBUFFER, t->error);
    SET(CURLOPT_PRIVATE, (void *)t);
    if (authorities && *authorities)
        SET(CURLOPT_CAINFO, authorities);
    /* No proxy knows the way to this machine's own loopback. */
    if (vb_host_is_loopback(t->host))
        SET(CURLOPT_NOPROXY, "*");
#undef SET
    return ok;
}

bool
vb_transfer_start(vb_transfer *t, const char *url)
{
    const vb_curl *c = t->curl;
    vb_http_answer *answer = t->answer;
    bool ok;

    answer->fault = VB_HTTP_OK;
    answer->why[0] = '\0';
    if (!may_ask(t, url))
        return false;
    answer->status = 0;
    /* 'url' may be libcurl's own, which a reset takes away. */
    memmove(answer->url, url, strlen(url) + 1);
    t->seen[answer->redirects % VB_HOPS_MAX] =
        vb_str_hash(vb_str_c(answer->url));
    t->stopped = t->too_large = t->refused = false;
    t->error[0] = '\0';
    if (t->body) {
        t->body->len = t->body_from;
        t->body->full = false;
    }
    if (t->sum) {
        vb_hash_reset(&t->sum->hash);
        t->sum->bytes = 0;
    }
    c->easy_reset(t->easy);
    ok = set_common(t) &&
         c->easy_setopt(t->easy, CURLOPT_URL, answer->url) == CURLE_OK &&
         c->easy_setopt(t->easy, CURLOPT_NOBODY, t->head ? 1L : 0L) == CURLE_OK;
    if (!ok)
        vb_http_set_fault(answer, VB_HTTP_BROKEN, "libcurl refuses an option");
    return ok;
}

static vb_http_fault
fault_of(const vb_transfer *t, CURLcode code)
{
    if (t->refused)
        return VB_HTTP_PRIVATE;
    if (t->too_large)
        return VB_HTTP_TOO_LARGE;
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return VB_HTTP_BAD_URL;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return VB_HTTP_RESOLVE;
    case CURLE_COULDNT_CONNECT:
        return VB_HTTP_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return VB_HTTP_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return VB_HTTP_TLS;
    default:
        return VB_HTTP_BROKEN;
    }
}

static const char *
reason(const vb_transfer *t, CURLcode code)
{
    if (t->refused)
        return "its address is not public";
    if (t->too_large)
        return "the answer is larger than the limit";
    return t->error[0] ? t->error : t->curl->easy_strerror(code);
}

static void
read_header(vb_transfer *t, const char *name, char *out, size_t size)
{
    struct curl_header *header;

    out[0] = '\0';
    if (t->curl->easy_header(t->easy, name, 0, CURLH_HEADER, -1, &header) ==
            CURLHE_OK &&
        snprintf(out, size, "%s", header->value) < 0)
        out[0] = '\0';
}

static bool
seen_before(const vb_transfer *t, const char *url)
{
    uint64_t hash = vb_str_hash(vb_str_c(url));

    for (unsigned i = 0; i <= t->answer->redirects && i < VB_HOPS_MAX; i++)
        if (t->seen[i] == hash)
            return true;
    return false;
}

/* The place to go on to, in *next; or false, perhaps with a fault. */
static bool
redirected(vb_transfer *t, char **next)
{
    vb_http_answer *answer = t->answer;
    int most = t->opts->redirects ? t->opts->redirects : DEFAULT_REDIRECTS;
    char *to = NULL;

    if (most < 0 || answer->status / 100 != 3 ||
        t->curl->easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &to) !=
            CURLE_OK ||
        !to)
        return false;
    if (answer->redirects >= (unsigned)most ||
        answer->redirects + 1 >= VB_HOPS_MAX || seen_before(t, to)) {
        vb_http_set_fault(answer, VB_HTTP_LOOP,
                          seen_before(t, to) ? "it redirects in a circle"
                                             : "it redirects too often");
        return false;
    }
    answer->moved = (answer->moved || answer->redirects == 0) &&
                    (answer->status == 301 || answer->status == 308);
    answer->redirects++;
    *next = to;
    return true;
}

bool
vb_transfer_finish(vb_transfer *t, CURLcode code, char **next)
{
    vb_http_answer *answer = t->answer;

    if (t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE,
                              &answer->status) != CURLE_OK)
        answer->status = 0;
    /* A body that nobody wants is cut off at its first byte. */
    if (code != CURLE_OK && !(t->stopped && answer->status)) {
        vb_http_set_fault(answer, fault_of(t, code), reason(t, code));
        return false;
    }
    read_header(t, "Content-Type", answer->type, sizeof answer->type);
    read_header(t, "ETag", answer->etag, sizeof answer->etag);
    return redirected(t, next);
}

void
vb_http_shown_url(const char *url, char *out, size_t size)
{
    vb_str s = vb_str_c(url), rest;
    size_t scheme = vb_str_find(s, VB_STR("://"));
    size_t start = scheme == VB_NPOS ? 0 : scheme + 3, end = start, at;

    while (end < s.len && !strchr("/?#", s.ptr[end]))
        end++;
    at = vb_str_rchr(vb_str_sub(s, start, end - start), '@');
    rest = vb_str_from(s, at == VB_NPOS ? start : start + at + 1);
    if (snprintf(out, size, "%.*s%.*s", VB_ARG(vb_str_sub(s, 0, start)),
                 VB_ARG(rest)) < 0)
        out[0] = '\0';
}
