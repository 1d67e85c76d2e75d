#include "base/http.h"

#include "base/hash.h"
#include "base/http_addr.h"
#include "base/http_transfer.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

const char *
vb_http_fault_name(vb_http_fault fault)
{
    static const char *const names[] = {
        [VB_HTTP_OK] = "ok",           [VB_HTTP_BAD_URL] = "bad-url",
        [VB_HTTP_PRIVATE] = "private", [VB_HTTP_DOWNGRADE] = "downgrade",
        [VB_HTTP_LOOP] = "loop",       [VB_HTTP_RESOLVE] = "resolve",
        [VB_HTTP_CONNECT] = "connect", [VB_HTTP_TLS] = "tls",
        [VB_HTTP_TIMEOUT] = "timeout", [VB_HTTP_TOO_LARGE] = "too-large",
        [VB_HTTP_BROKEN] = "broken",
    };

    return names[fault];
}

bool
vb_http_transient(const vb_http_answer *answer)
{
    switch (answer->fault) {
    case VB_HTTP_RESOLVE:
    case VB_HTTP_CONNECT:
    case VB_HTTP_TIMEOUT:
    case VB_HTTP_BROKEN:
        return true;
    case VB_HTTP_OK:
        return answer->status == 429 || answer->status == 500 ||
               (answer->status >= 502 && answer->status <= 504);
    default:
        return false;
    }
}

bool
vb_http_ready(vb_error *err)
{
    return vb_curl_load(err) != NULL;
}

/* What stands between scheme and path. */
static vb_str
authority_of(const char *url)
{
    vb_str s = vb_str_c(url);
    size_t start = vb_str_find(s, VB_STR("://")), end = 0;

    s = vb_str_from(s, start == VB_NPOS ? 0 : start + 3);
    while (end < s.len && !strchr("/?#", s.ptr[end]))
        end++;
    return vb_str_sub(s, 0, end);
}

bool
vb_http_has_user(const char *url)
{
    return vb_str_chr(authority_of(url), '@') != VB_NPOS;
}

bool
vb_http_is_confidential(const char *url)
{
    vb_str host = authority_of(url);
    size_t at = vb_str_rchr(host, '@'), end;
    char name[VB_HOST_MAX];

    if (vb_str_istarts(vb_str_c(url), "https://"))
        return true;
    host = vb_str_from(host, at == VB_NPOS ? 0 : at + 1);
    end = vb_str_chr(host, vb_str_starts(host, "[") ? ']' : ':');
    host = vb_str_sub(host, 0, end == VB_NPOS ? host.len : end);
    host = vb_str_from(host, vb_str_starts(host, "["));
    if (host.len == 0 || host.len >= sizeof name)
        return false;
    memcpy(name, host.ptr, host.len);
    name[host.len] = '\0';
    return vb_str_istarts(vb_str_c(url), "http://") &&
           vb_host_is_loopback(name);
}

static void
pause_ms(int64_t ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        ;
}

static bool
succeeded(const char *what, const char *url, const vb_http_answer *answer,
          vb_error *err)
{
    char shown[VB_HTTP_URL_MAX];

    if (answer->fault == VB_HTTP_OK && answer->status / 100 == 2)
        return true;
    vb_http_shown_url(url, shown, sizeof shown);
    if (answer->fault != VB_HTTP_OK)
        return vb_fail(err, "cannot %s '%s': %s", what, shown, answer->why);
    return vb_fail(err, "cannot %s '%s': the server answered %ld", what, shown,
                   answer->status);
}

/* ----------------------------------------------------------------- get -- */

/* From 'url' through its redirects. */
static void
get_once(vb_transfer *t, const char *url)
{
    t->answer->redirects = 0;
    t->answer->moved = false;
    while (vb_transfer_start(t, url)) {
        char *next = NULL;

        if (!vb_transfer_finish(t, t->curl->easy_perform(t->easy), &next))
            break;
        url = next;
    }
}

bool
vb_http_get(const char *url, const vb_http_opts *opts, vb_buf *body,
            vb_http_answer *answer, vb_error *err)
{
    vb_transfer t = {
        .opts = opts, .answer = answer, .body = body, .body_from = body->len};

    *answer = (vb_http_answer){.fault = VB_HTTP_BROKEN};
    t.curl = vb_curl_load(err);
    if (!t.curl)
        return false;
    t.easy = t.curl->easy_init();
    if (!t.easy)
        return vb_fail(err, "cannot initialise libcurl");
    for (;;) {
        get_once(&t, url);
        if ((int)answer->tries++ >= opts->retries || !vb_http_transient(answer))
            break;
        pause_ms(vb_transfer_pause_ms(&t, answer->tries));
    }
    t.curl->easy_cleanup(t.easy);
    return succeeded("fetch", url, answer, err);
}

/* ---------------------------------------------------------------- send -- */

/* A request with what it owns. */
typedef struct sending {
    vb_transfer t;
    const vb_http_request *request;
    struct curl_slist *headers;
    char *url;  /* libcurl's, with a sorted query; or NULL */
    int fd;     /* of the file that is sent, or -1 */
    off_t size; /* of the body */
    off_t sent;
    char sigv4[128], user[512];
} sending;

static size_t
on_read(char *to, size_t size, size_t count, void *user)
{
    sending *s = user;
    size_t room = size * count, left = (size_t)(s->size - s->sent);
    size_t len = left < room ? left : room;

    if (s->fd < 0) {
        if (len)
            memcpy(to, s->request->content.ptr + s->sent, len);
    } else {
        ssize_t n;

        do
            n = pread(s->fd, to, len, s->sent);
        while (n < 0 && errno == EINTR);
        if (n < 0 || (n == 0 && len))
            return CURL_READFUNC_ABORT; /* it shrank meanwhile */
        len = (size_t)n;
    }
    s->sent += (off_t)len;
    return len;
}

static int
on_seek(void *user, curl_off_t offset, int origin)
{
    sending *s = user;

    if (origin != SEEK_SET || offset < 0 || offset > s->size)
        return CURL_SEEKFUNC_CANTSEEK;
    s->sent = offset;
    return CURL_SEEKFUNC_OK;
}

static bool
open_body(sending *s, vb_error *err)
{
    struct stat st;

    s->size = (off_t)s->request->content.len;
    if (!s->request->path)
        return true;
    s->fd = vb_open(s->request->path, O_RDONLY | O_NONBLOCK, 0, err);
    if (s->fd < 0)
        return false;
    if (fstat(s->fd, &st) < 0)
        return vb_fail_errno(err, "cannot read '%s'", s->request->path);
    if (!S_ISREG(st.st_mode))
        return vb_fail(err, "'%s' is not a regular file", s->request->path);
    s->size = st.st_size;
    return true;
}

static bool
digest_body(sending *s, vb_digest *digest, vb_error *err)
{
    char piece[16 * 1024];
    off_t at = 0;
    vb_hash hash;

    if (s->fd < 0) {
        *digest = vb_sha256(s->request->content);
        return true;
    }
    vb_hash_init(&hash);
    while (at < s->size) {
        ssize_t n = pread(s->fd, piece, sizeof piece, at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        vb_hash_add(&hash, piece, (size_t)n);
        at += n;
    }
    *digest = vb_hash_final(&hash);
    return at == s->size ||
           vb_fail_errno(err, "cannot read '%s'", s->request->path);
}

static bool
add_header(sending *s, const char *text)
{
    struct curl_slist *longer = s->t.curl->slist_append(s->headers, text);

    if (longer)
        s->headers = longer;
    return longer != NULL;
}

static bool
add_headers(sending *s, vb_error *err)
{
    const char *const *text = s->request->headers;
    bool ok = true;

    for (; ok && text && *text; text++)
        ok = add_header(s, *text);
    return ok || vb_fail(err, "cannot build the headers");
}

static int
by_bytes(const void *a, const void *b)
{
    return vb_str_cmp(*(const vb_str *)a, *(const vb_str *)b);
}

/* The signature is made over a sorted query in which each name has a '='. */
static void
sort_query(vb_str query, vb_arena *arena, vb_buf *out)
{
    VB_VEC(vb_str) parts = {0};
    vb_str part;

    while (vb_str_field(&query, '&', &part))
        if (part.len)
            vb_vec_push(arena, &parts, part);
    if (parts.len)
        qsort(parts.at, parts.len, sizeof *parts.at, by_bytes);
    for (size_t i = 0; i < parts.len; i++) {
        if (i)
            vb_buf_ch(out, '&');
        vb_buf_str(out, parts.at[i]);
        if (vb_str_chr(parts.at[i], '=') == VB_NPOS)
            vb_buf_ch(out, '=');
    }
}

static bool
canonical_url(sending *s, vb_error *err)
{
    const vb_curl *c = s->t.curl;
    CURLU *url = c->url();
    vb_arena arena = {0};
    char *query = NULL;
    vb_buf sorted;
    bool ok;

    vb_buf_init(&sorted, VB_HTTP_URL_MAX);
    ok = url && c->url_set(url, CURLUPART_URL, s->request->url, 0) == CURLUE_OK;
    if (ok && c->url_get(url, CURLUPART_QUERY, &query, 0) == CURLUE_OK) {
        sort_query(vb_str_c(query), &arena, &sorted);
        ok = !sorted.full && c->url_set(url, CURLUPART_QUERY,
                                        vb_buf_cstr(&sorted), 0) == CURLUE_OK;
    }
    ok = ok && c->url_get(url, CURLUPART_URL, &s->url, 0) == CURLUE_OK;
    c->free(query);
    c->url_cleanup(url);
    vb_buf_release(&sorted);
    vb_arena_release(&arena);
    return ok || vb_fail(err, "the address to send to is not valid");
}

static bool
fits(int printed, size_t size, vb_error *err)
{
    return (printed >= 0 && (size_t)printed < size) ||
           vb_fail(err, "the credentials are too long");
}

/* libcurl 7.88 signs what it is given, and has to be given the digest. */
static bool
add_signature(sending *s, vb_error *err)
{
    const vb_http_sigv4 *key = s->request->sigv4;
    char text[2200];
    vb_digest digest;

    if (!canonical_url(s, err) || !digest_body(s, &digest, err) ||
        !fits(snprintf(s->sigv4, sizeof s->sigv4, "aws:amz:%s:%s", key->region,
                       key->service),
              sizeof s->sigv4, err) ||
        !fits(snprintf(s->user, sizeof s->user, "%s:%s", key->access_key,
                       key->secret_key),
              sizeof s->user, err) ||
        !fits(
            snprintf(text, sizeof text, "x-amz-content-sha256: %s", digest.hex),
            sizeof text, err) ||
        !add_header(s, text))
        return false;
    if (!key->session_token)
        return true;
    return fits(snprintf(text, sizeof text, "X-Amz-Security-Token: %s",
                         key->session_token),
                sizeof text, err) &&
           add_header(s, text);
}

static bool
set_request(sending *s)
{
    const vb_curl *c = s->t.curl;
    CURL *e = s->t.easy;
    const char *method = s->request->method;
    bool body = strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0;
    bool ok = c->easy_setopt(e, CURLOPT_HTTPHEADER, s->headers) == CURLE_OK;

#define SET(option, value)                                                     \
    (ok = c->easy_setopt(e, (option), (value)) == CURLE_OK && ok)
    if (body) {
        s->sent = 0;
        SET(CURLOPT_UPLOAD, 1L);
        /* No waiting for a 100. Taking the Expect header away would do, too,
         * but libcurl 7.88 signs headers that it was told not to send. */
        SET(CURLOPT_EXPECT_100_TIMEOUT_MS, 1L);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->size);
        SET(CURLOPT_READFUNCTION, on_read);
        SET(CURLOPT_READDATA, (void *)s);
        SET(CURLOPT_SEEKFUNCTION, on_seek);
        SET(CURLOPT_SEEKDATA, (void *)s);
    }
    if (!s->t.head)
        SET(CURLOPT_CUSTOMREQUEST, method);
    if (s->request->sigv4) {
        SET(CURLOPT_AWS_SIGV4, s->sigv4);
        SET(CURLOPT_USERPWD, s->user);
    }
#undef SET
    if (!ok)
        vb_http_set_fault(s->t.answer, VB_HTTP_BROKEN,
                          "libcurl refuses an option");
    return ok;
}

/* POST may have had its effect when the answer was lost. */
static bool
may_retry(const sending *s)
{
    const vb_http_answer *a = s->t.answer;

    if (!vb_http_transient(a))
        return false;
    return strcmp(s->request->method, "POST") != 0 ||
           a->fault == VB_HTTP_RESOLVE || a->fault == VB_HTTP_CONNECT ||
           a->status == 429 || a->status == 503;
}

static void
send_tries(sending *s, const vb_http_opts *opts)
{
    vb_http_answer *answer = s->t.answer;
    const char *url = s->url ? s->url : s->request->url;

    for (;;) {
        char *next;

        if (vb_transfer_start(&s->t, url) && set_request(s) &&
            vb_transfer_finish(&s->t, s->t.curl->easy_perform(s->t.easy),
                               &next))
            abort(); /* redirects are off */
        if ((int)answer->tries++ >= opts->retries || !may_retry(s))
            break;
        pause_ms(vb_transfer_pause_ms(&s->t, answer->tries));
    }
}

bool
vb_http_send(const vb_http_request *request, const vb_http_opts *opts,
             vb_buf *body, vb_http_answer *answer, vb_error *err)
{
    vb_http_opts own = *opts;
    sending s = {.t = {.opts = &own,
                       .answer = answer,
                       .body = body,
                       .body_from = body ? body->len : 0,
                       .sum = request->sum,
                       .head = strcmp(request->method, "HEAD") == 0},
                 .request = request,
                 .fd = -1};
    bool ok;

    own.redirects = -1;
    *answer = (vb_http_answer){.fault = VB_HTTP_BROKEN};
    s.t.curl = vb_curl_load(err);
    if (!s.t.curl)
        return false;
    s.t.easy = s.t.curl->easy_init();
    ok = s.t.easy || vb_fail(err, "cannot initialise libcurl");
    ok = ok && open_body(&s, err) && add_headers(&s, err) &&
         (!request->sigv4 || add_signature(&s, err));
    if (ok) {
        send_tries(&s, opts);
        ok = succeeded("send to", request->url, answer, err);
    }
    s.t.curl->slist_free_all(s.headers);
    s.t.curl->free(s.url);
    if (s.t.easy)
        s.t.curl->easy_cleanup(s.t.easy);
    return vb_close(&s.fd, request->path, ok ? err : NULL) && ok;
}
