/* A small server in a child of the test answers what each path asks for. */
#include "base/http.h"

#include "base/hash.h"
#include "base/http_addr.h"
#include "base/io.h"
#include "base/spawn.h"
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int port;
static pid_t server;
/* Shared with the server: how often it was asked, and how much at once. */
static struct counts {
    int asked, flaky, now, most;
} * counts;

static void
say(int fd, const char *text)
{
    if (!vb_write_all(fd, text, strlen(text), "socket", NULL))
        _exit(0);
}

/* Reads headers and, after them, as much body as they announce. */
static size_t
hear(int fd, char *text, size_t size)
{
    size_t len = 0, want = 0;

    while (len < size - 1) {
        ssize_t n = vb_read(fd, text + len, size - 1 - len);
        char *end, *announced;

        if (n <= 0)
            break;
        len += (size_t)n;
        text[len] = '\0';
        if (text[0] == 0x16)
            break;
        end = strstr(text, "\r\n\r\n");
        if (!end)
            continue;
        announced = strcasestr(text, "content-length:");
        want = announced && announced < end
                   ? strtoul(announced + strlen("content-length:"), NULL, 10)
                   : 0;
        if (len >= (size_t)(end + 4 - text) + want)
            break;
    }
    text[len] = '\0';
    return len;
}

static void
redirect(int fd, int status, const char *to)
{
    char text[512];

    snprintf(text, sizeof text,
             "HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n"
             "Connection: close\r\n\r\n",
             status, to);
    say(fd, text);
}

static void
status(int fd, int code, const char *body, bool head)
{
    char text[4096];

    snprintf(text, sizeof text,
             "HTTP/1.1 %d X\r\nContent-Type: text/markdown\r\nETag: \"e1\"\r\n"
             "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
             code, strlen(body), head ? "" : body);
    say(fd, text);
}

static void
send_much(int fd)
{
    char piece[4096];

    memset(piece, 'x', sizeof piece);
    say(fd, "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n");
    for (int i = 0; i < 4096; i++)
        if (!vb_write_all(fd, piece, sizeof piece, "socket", NULL))
            _exit(0);
}

static void
redirect_on(int fd, const char *path)
{
    char to[128];
    int left = (int)strtol(path + strlen("/hop/"), NULL, 10);

    if (left == 0) {
        status(fd, 200, "arrived", false);
        return;
    }
    snprintf(to, sizeof to, "/hop/%d", left - 1);
    redirect(fd, left % 2 ? 308 : 301, to);
}

/* The client cannot come back before it has its answer, so this is what it
 * asks for at once. */
static void
wait_with_others(void)
{
    int now = __atomic_add_fetch(&counts->now, 1, __ATOMIC_SEQ_CST);
    int most = __atomic_load_n(&counts->most, __ATOMIC_SEQ_CST);

    while (now > most &&
           !__atomic_compare_exchange_n(&counts->most, &most, now, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    usleep(50000);
    __atomic_sub_fetch(&counts->now, 1, __ATOMIC_SEQ_CST);
}

static void
answer(int fd)
{
    static char text[1 << 20];
    char method[16], path[256], self[64];
    bool head;

    hear(fd, text, sizeof text);
    if (text[0] == 0x16) /* a TLS handshake */
        status(fd, 400, "plain", false);
    if (sscanf(text, "%15s %255s", method, path) != 2)
        _exit(0);
    head = strcmp(method, "HEAD") == 0;
    snprintf(self, sizeof self, "http://127.0.0.1:%d/loop", port);
    if (strcmp(path, "/doc") == 0)
        status(fd, 200, "# Guide\n", head);
    else if (strncmp(path, "/hop/", 5) == 0)
        redirect_on(fd, path);
    else if (strcmp(path, "/temporary") == 0)
        redirect(fd, 302, "/doc");
    else if (strcmp(path, "/loop") == 0)
        redirect(fd, 301, self);
    else if (strcmp(path, "/to-file") == 0)
        redirect(fd, 301, "file:///etc/passwd");
    else if (strcmp(path, "/big") == 0)
        send_much(fd);
    else if (strcmp(path, "/slow") == 0)
        usleep(3000000);
    else if (strcmp(path, "/drop") == 0)
        return;
    else if (strcmp(path, "/no-head") == 0)
        status(fd, head ? 405 : 200, "got", head);
    else if (strcmp(path, "/flaky") == 0)
        status(fd,
               __atomic_add_fetch(&counts->flaky, 1, __ATOMIC_SEQ_CST) < 3
                   ? 503
                   : 200,
               "at last", head);
    else if (strncmp(path, "/wait", 5) == 0) {
        wait_with_others();
        status(fd, 200, "", head);
    } else if (strncmp(path, "/echo", 5) == 0)
        status(fd, 200, strlen(text) < 3000 ? text : "too long", head);
    else if (strcmp(path, "/digest") == 0)
        status(fd, 200, vb_sha256(vb_str_c(strstr(text, "\r\n\r\n") + 4)).hex,
               head);
    else
        status(fd, 404, "gone", head);
}

static void
serve(int listener)
{
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            continue;
        if (fork() == 0) {
            __atomic_add_fetch(&counts->asked, 1, __ATOMIC_SEQ_CST);
            answer(fd);
            _exit(0);
        }
        close(fd);
    }
}

static void
setup(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (!vb_http_ready(NULL)) {
        printf("test_http: skipped, libcurl is not there\n");
        exit(0);
    }
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(counts, MAP_FAILED);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&addr, sizeof addr), 0);
    ck_assert_int_eq(listen(listener, 256), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&addr, &len), 0);
    port = ntohs(addr.sin_port);
    server = fork();
    ck_assert_int_ge(server, 0);
    if (server == 0)
        serve(listener);
    close(listener);
}

static void
teardown(void)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    munmap(counts, sizeof *counts);
}

static const char *
at(const char *path)
{
    static char url[8][256];
    static unsigned turn;
    char *to = url[turn++ % 8];

    snprintf(to, sizeof url[0], "http://127.0.0.1:%d%s", port, path);
    return to;
}

static const struct {
    const char *path; /* a whole URL when it does not start with '/' */
    vb_http_fault fault;
    long status;
    unsigned redirects;
    bool moved;
    const char *message; /* part of it; NULL: it works */
} gets[] = {
    {"/doc", VB_HTTP_OK, 200, 0, false, NULL},
    {"/hop/3", VB_HTTP_OK, 200, 3, true, NULL},
    {"/temporary", VB_HTTP_OK, 200, 1, false, NULL},
    {"/none", VB_HTTP_OK, 404, 0, false, "the server answered 404"},
    {"/hop/6", VB_HTTP_LOOP, 308, 5, true, "it redirects too often"},
    {"/loop", VB_HTTP_LOOP, 301, 0, false, "it redirects in a circle"},
    {"/to-file", VB_HTTP_BAD_URL, 301, 1, true, "not an http or https"},
    {"/big", VB_HTTP_TOO_LARGE, 200, 0, false, "larger than the limit"},
    {"/slow", VB_HTTP_TIMEOUT, 0, 0, false, "cannot fetch"},
    {"/drop", VB_HTTP_BROKEN, 0, 0, false, "cannot fetch"},
    {"file:///etc/passwd", VB_HTTP_BAD_URL, 0, 0, false, "not an http"},
    {"ftp://127.0.0.1/x", VB_HTTP_BAD_URL, 0, 0, false, "not an http"},
    {"127.0.0.1/x", VB_HTTP_BAD_URL, 0, 0, false, "not an http"},
    {"", VB_HTTP_BAD_URL, 0, 0, false, "not an http"},
    {"http://", VB_HTTP_BAD_URL, 0, 0, false, "not an http"},
    {"http://a b/", VB_HTTP_BAD_URL, 0, 0, false, "not an http"},
    {"http://u:secret@127.0.0.1:1/x", VB_HTTP_CONNECT, 0, 0, false,
     "cannot fetch 'http://127.0.0.1:1/x'"},
    {"http://no..such.host.invalid/", VB_HTTP_RESOLVE, 0, 0, false,
     "cannot fetch"},
};

START_TEST(getting)
{
    vb_http_opts opts = {.allow_private = true,
                         .redirects = 5,
                         .timeout_ms =
                             strcmp(gets[_i].path, "/slow") ? 20000 : 300,
                         .max_bytes = 100000};
    vb_http_answer got;
    vb_error err = {.message = ""};
    vb_buf body;
    const char *url =
        gets[_i].path[0] == '/' ? at(gets[_i].path) : gets[_i].path;
    bool ok;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    vb_buf_c(&body, "kept:");
    ok = vb_http_get(url, &opts, &body, &got, &err);
    ck_assert_msg(ok == !gets[_i].message, "%s", err.message);
    ck_assert_str_eq(vb_http_fault_name(got.fault),
                     vb_http_fault_name(gets[_i].fault));
    ck_assert_int_eq(got.status, gets[_i].status);
    ck_assert_uint_eq(got.redirects, gets[_i].redirects);
    ck_assert_int_eq(got.moved, gets[_i].moved);
    if (!ok)
        ck_assert_msg(strstr(err.message, gets[_i].message) != NULL, "%s",
                      err.message);
    ck_assert_ptr_null(strstr(err.message, "secret"));
    ck_assert(vb_str_starts(vb_buf_view(&body), "kept:"));
    ck_assert_uint_le(body.len, 100005);
    vb_buf_release(&body);
}
END_TEST

START_TEST(an_answer_has_its_details)
{
    vb_http_opts opts = {.allow_private = true};
    vb_http_answer got;
    vb_buf body;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    ck_assert(vb_http_get(at("/temporary"), &opts, &body, &got, NULL));
    ck_assert_str_eq(vb_buf_cstr(&body), "# Guide\n");
    ck_assert_str_eq(got.url, at("/doc"));
    ck_assert_str_eq(got.type, "text/markdown");
    ck_assert_str_eq(got.etag, "\"e1\"");
    ck_assert_uint_eq(got.tries, 1);
    vb_buf_release(&body);
}
END_TEST

START_TEST(loopback_needs_no_proxy)
{
    vb_http_opts opts = {.allow_private = true};
    vb_http_answer got;
    vb_error err;
    vb_buf body;

    ck_assert_int_eq(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    vb_buf_init(&body, VB_BUF_NO_MAX);
    ck_assert_msg(vb_http_get(at("/doc"), &opts, &body, &got, &err), "%s",
                  err.message);
    /* Others go through it, and what is private is still told by its name. */
    ck_assert(!vb_http_get("http://example.org/", &opts, &body, &got, &err));
    ck_assert_int_eq(got.fault, VB_HTTP_CONNECT);
    opts.allow_private = false;
    ck_assert(!vb_http_get("http://10.0.0.1/", &opts, &body, &got, &err));
    ck_assert_int_eq(got.fault, VB_HTTP_PRIVATE);
    ck_assert_int_eq(unsetenv("http_proxy"), 0);
    vb_buf_release(&body);
}
END_TEST

START_TEST(transient_failures_are_retried)
{
    vb_http_opts opts = {.allow_private = true, .retries = 3};
    vb_http_answer got;
    vb_buf body;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    ck_assert(vb_http_get(at("/flaky"), &opts, &body, &got, NULL));
    ck_assert_str_eq(vb_buf_cstr(&body), "at last");
    ck_assert_uint_eq(got.tries, 3);
    ck_assert(!vb_http_get(at("/none"), &opts, &body, &got, NULL));
    ck_assert_uint_eq(got.tries, 1);
    vb_buf_release(&body);
}
END_TEST

START_TEST(private_addresses_are_refused)
{
    static const char *const hosts[] = {
        "127.0.0.1",  "localhost",          "127.1",
        "0x7f000001", "[::ffff:127.0.0.1]", "LOCALHOST."};
    vb_http_opts opts = {.timeout_ms = 300000};
    vb_http_answer got;
    vb_error err;
    vb_buf body;
    char url[128];

    vb_buf_init(&body, VB_BUF_NO_MAX);
    for (size_t i = 0; i < VB_COUNT(hosts); i++) {
        snprintf(url, sizeof url, "http://%s:%d/doc", hosts[i], port);
        ck_assert(!vb_http_get(url, &opts, &body, &got, &err));
        ck_assert_msg(got.fault == VB_HTTP_PRIVATE, "%s: %s", url, err.message);
    }
    ck_assert_int_eq(counts->asked, 0);
    vb_buf_release(&body);
}
END_TEST

START_TEST(plain_http_is_not_tls)
{
    vb_http_opts opts = {.allow_private = true, .timeout_ms = 300000};
    vb_http_answer got;
    vb_buf body;
    char url[64];

    vb_buf_init(&body, VB_BUF_NO_MAX);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/doc", port);
    ck_assert(!vb_http_get(url, &opts, &body, &got, NULL));
    ck_assert_str_eq(vb_http_fault_name(got.fault), "tls");
    vb_buf_release(&body);
}
END_TEST

/* openssl's little server, with a certificate that nobody signed. */
static pid_t
start_tls(char *port_text, size_t size)
{
    static const char *const certify[] = {
        "openssl",  "req",       "-x509",   "-newkey",
        "rsa:2048", "-nodes",    "-keyout", "key",
        "-out",     "cert",      "-days",   "2",
        "-subj",    "/CN=local", "-addext", "subjectAltName=IP:127.0.0.1",
        NULL};
    vb_spawn_opts opts = {.argv = certify};
    vb_spawned made;
    int ends[2];
    pid_t pid;
    char line[256] = "";
    const char *colon;

    ck_assert(vb_spawn(&opts, &made, NULL) && made.status == 0);
    vb_spawned_release(&made);
    ck_assert_int_eq(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], 1);
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0",
               "-key", "key", "-cert", "cert", "-www", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    for (size_t len = 0; len < sizeof line - 1 &&
                         !(strstr(line, "ACCEPT") && line[len - 1] == '\n');
         len++)
        ck_assert_int_eq(vb_read(ends[0], line + len, 1), 1);
    colon = strrchr(line, ':'); /* ACCEPT 127.0.0.1:PORT */
    ck_assert_ptr_nonnull(colon);
    snprintf(port_text, size, "%ld", strtol(colon + 1, NULL, 10));
    return pid;
}

START_TEST(certificates_are_verified)
{
    vb_http_opts opts = {.allow_private = true, .timeout_ms = 300000};
    char dir[] = "/tmp/vb-tls-XXXXXX", number[16], url[64];
    vb_http_answer got;
    vb_error err;
    vb_buf body;
    pid_t pid;

    if (!vb_on_path("openssl")) {
        printf("certificates_are_verified: skipped, openssl is not there\n");
        return;
    }
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(chdir(dir), 0);
    pid = start_tls(number, sizeof number);
    vb_buf_init(&body, VB_BUF_NO_MAX);
    snprintf(url, sizeof url, "https://127.0.0.1:%s/", number);
    ck_assert(!vb_http_get(url, &opts, &body, &got, &err));
    ck_assert_msg(got.fault == VB_HTTP_TLS, "%s", err.message);
    ck_assert_int_eq(setenv("SSL_CERT_FILE", "cert", 1), 0);
    ck_assert_msg(vb_http_get(url, &opts, &body, &got, &err), "%s",
                  err.message);
    /* the right certificate for the wrong name */
    snprintf(url, sizeof url, "https://localhost:%s/", number);
    ck_assert(!vb_http_get(url, &opts, &body, &got, &err));
    ck_assert_msg(got.fault == VB_HTTP_TLS, "%s", err.message);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    vb_buf_release(&body);
    ck_assert(vb_remove_tree(dir, NULL));
}
END_TEST

START_TEST(bodies_are_sent)
{
    static const char *const headers[] = {"X-Run: 7", NULL};
    vb_http_opts opts = {.allow_private = true};
    vb_http_request request = {.method = "PUT",
                               .url = at("/echo"),
                               .headers = headers,
                               .content = VB_STR("hello")};
    vb_http_answer got;
    vb_error err;
    vb_buf body;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    ck_assert_msg(vb_http_send(&request, &opts, &body, &got, &err), "%s",
                  err.message);
    ck_assert(strstr(vb_buf_cstr(&body), "PUT /echo HTTP/1.1\r\n"));
    ck_assert(strstr(vb_buf_cstr(&body), "X-Run: 7\r\n"));
    ck_assert(strstr(vb_buf_cstr(&body), "\r\n\r\nhello"));
    request.method = "POST";
    vb_buf_clear(&body);
    ck_assert(vb_http_send(&request, &opts, &body, &got, &err));
    ck_assert(strstr(vb_buf_cstr(&body), "POST /echo HTTP/1.1\r\n"));
    request.method = "HEAD";
    ck_assert(vb_http_send(&request, &opts, NULL, &got, &err));
    ck_assert_int_eq(got.status, 200);
    request.method = "DELETE";
    vb_buf_clear(&body);
    ck_assert(vb_http_send(&request, &opts, &body, &got, &err));
    ck_assert(strstr(vb_buf_cstr(&body), "DELETE /echo HTTP/1.1\r\n"));
    request.url = at("/temporary");
    ck_assert(!vb_http_send(&request, &opts, NULL, &got, &err));
    ck_assert_int_eq(got.status, 302);
    vb_buf_release(&body);
}
END_TEST

START_TEST(files_are_sent_and_retried_whole)
{
    char path[] = "/tmp/vb-http-XXXXXX";
    int fd = mkstemp(path);
    vb_http_opts opts = {.allow_private = true, .retries = 2};
    vb_http_request request = {.method = "PUT", .path = path};
    vb_http_answer got;
    vb_error err;
    vb_buf body, file;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    vb_buf_init(&file, VB_BUF_NO_MAX);
    vb_buf_fill(&file, 'f', 300000);
    ck_assert(vb_write_all(fd, file.ptr, file.len, path, NULL));
    close(fd);
    request.url = at("/digest");
    ck_assert_msg(vb_http_send(&request, &opts, &body, &got, &err), "%s",
                  err.message);
    ck_assert_str_eq(vb_buf_cstr(&body), vb_sha256(vb_buf_view(&file)).hex);
    vb_buf_clear(&body);
    request.url = at("/flaky");
    ck_assert(vb_http_send(&request, &opts, &body, &got, &err));
    ck_assert_uint_eq(got.tries, 3);
    request.path = "/nonexistent";
    ck_assert(!vb_http_send(&request, &opts, &body, &got, &err));
    ck_assert(strstr(err.message, "cannot open '/nonexistent'"));
    unlink(path);
    vb_buf_release(&file);
    vb_buf_release(&body);
}
END_TEST

START_TEST(uploads_are_signed)
{
    static const vb_http_sigv4 key = {.access_key = "AKIDEXAMPLE",
                                      .secret_key = "not-a-real-secret",
                                      .session_token = "a-token",
                                      .region = "eu-west-1",
                                      .service = "s3"};
    vb_http_opts opts = {.allow_private = true};
    vb_http_request request = {.method = "PUT",
                               .url = at("/echo?uploads&a=2&Z=1"),
                               .content = VB_STR("abc"),
                               .sigv4 = &key};
    vb_http_answer got;
    vb_error err;
    vb_buf body;
    const char *text;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    ck_assert_msg(vb_http_send(&request, &opts, &body, &got, &err), "%s",
                  err.message);
    text = vb_buf_cstr(&body);
    ck_assert_msg(strstr(text, "PUT /echo?Z=1&a=2&uploads= HTTP/1.1"), "%s",
                  text);
    ck_assert(strstr(text, "Authorization: AWS4-HMAC-SHA256 "
                           "Credential=AKIDEXAMPLE/"));
    ck_assert(strstr(text, "/eu-west-1/s3/aws4_request"));
    ck_assert(strstr(text, "X-Amz-Security-Token: a-token\r\n"));
    /* only what is sent: a server cannot check the rest */
    ck_assert_msg(strstr(text, "SignedHeaders=host;x-amz-content-sha256;"
                               "x-amz-date;x-amz-security-token, "),
                  "%s", text);
    ck_assert(strstr(text,
                     "x-amz-content-sha256: "
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
                     "f20015ad\r\n"));
    ck_assert_ptr_null(strstr(text, "not-a-real-secret"));
    vb_buf_release(&body);
}
END_TEST

static const struct {
    const char *url;
    bool safe, user;
} secrets_may_go[] = {
    {"https://example.org/x", true, false},
    {"HTTPS://example.org", true, false},
    {"http://example.org/x", false, false},
    {"http://127.0.0.1:80/x", true, false},
    {"http://localhost/", true, false},
    {"http://[::1]:80/", true, false},
    {"http://localhost.example.org/", false, false},
    {"http://127.0.0.1@example.org/", false, true},
    {"http://example.org/@127.0.0.1", false, false},
    {"http://example.org?@127.0.0.1/", false, false},
    {"https://ada:pw@example.org/", true, true},
    {"ftp://127.0.0.1/", false, false},
    {"http://", false, false},
    {"", false, false},
};

START_TEST(secrets_go_where_they_are_safe)
{
    const char *url = secrets_may_go[_i].url;

    ck_assert(vb_http_is_confidential(url) == secrets_may_go[_i].safe);
    ck_assert(vb_http_has_user(url) == secrets_may_go[_i].user);
}
END_TEST

/* RFC 4231, cases 2 and 6. */
START_TEST(hmac)
{
    char key[131];

    memset(key, 0xaa, sizeof key);
    ck_assert_str_eq(
        vb_hmac_sha256(VB_STR("Jefe"), VB_STR("what do ya want for nothing?"))
            .hex,
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    ck_assert_str_eq(
        vb_hmac_sha256(vb_str_n(key, sizeof key),
                       VB_STR("Test Using Larger Than Block-Size Key - Hash "
                              "Key First"))
            .hex,
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
END_TEST

static void
note_done(vb_http_job *job, void *user)
{
    int *seen = user;

    ck_assert_uint_gt(strlen(vb_http_fault_name(job->answer->fault)), 0);
    (*seen)++;
}

START_TEST(many_links_are_asked)
{
    static const struct {
        const char *path;
        vb_http_fault fault;
        long status;
    } links[] = {
        {"/doc", VB_HTTP_OK, 200},       {"/none", VB_HTTP_OK, 404},
        {"/hop/2", VB_HTTP_OK, 200},     {"/loop", VB_HTTP_LOOP, 301},
        {"/no-head", VB_HTTP_OK, 200},   {"/flaky", VB_HTTP_OK, 200},
        {"/temporary", VB_HTTP_OK, 200}, {"/big", VB_HTTP_OK, 200},
        {"/drop", VB_HTTP_BROKEN, 0},    {"/to-file", VB_HTTP_BAD_URL, 301},
    };
    vb_http_answer answers[VB_COUNT(links) + 3];
    vb_http_job jobs[VB_COUNT(links) + 3] = {0};
    vb_arena arena = {0};
    int seen = 0;
    vb_http_many many = {
        .each = {.allow_private = true, .timeout_ms = 300000, .retries = 2},
        .done = note_done,
        .user = &seen};
    size_t count = 0;
    vb_buf body;
    vb_error err;

    vb_buf_init(&body, VB_BUF_NO_MAX);
    for (; count < VB_COUNT(links); count++)
        jobs[count].url = vb_str_dup(&arena, vb_str_c(at(links[count].path)));
    jobs[count++].url = "nonsense";
    jobs[count++].url = "http://127.0.0.1:1/closed";
    jobs[count].body = &body;
    jobs[count++].url = at("/doc");
    for (size_t i = 0; i < count; i++)
        jobs[i].answer = &answers[i];
    ck_assert_msg(vb_http_multi(jobs, count, &many, &err), "%s", err.message);
    ck_assert_int_eq(seen, (int)count);
    for (size_t i = 0; i < VB_COUNT(links); i++) {
        ck_assert_msg(answers[i].fault == links[i].fault, "%s: %s",
                      links[i].path, vb_http_fault_name(answers[i].fault));
        ck_assert_int_eq(answers[i].status, links[i].status);
    }
    ck_assert(answers[2].moved);
    ck_assert_int_eq(answers[count - 3].fault, VB_HTTP_BAD_URL);
    ck_assert_int_eq(answers[count - 2].fault, VB_HTTP_CONNECT);
    ck_assert_str_eq(vb_buf_cstr(&body), "# Guide\n");
    vb_arena_release(&arena);
    vb_buf_release(&body);
}
END_TEST

/* 'count' jobs for paths of their own; the answers follow them. */
static vb_http_job *
waiting_jobs(vb_arena *arena, size_t count, const char *host)
{
    vb_http_job *jobs = VB_NEW_N(arena, vb_http_job, count);
    vb_http_answer *answers = VB_NEW_N(arena, vb_http_answer, count);

    for (size_t i = 0; i < count; i++) {
        jobs[i].url =
            vb_str_fmt(arena, "http://%s:%d/wait%zu", host, port, i).ptr;
        jobs[i].answer = &answers[i];
    }
    return jobs;
}

START_TEST(links_are_asked_at_once)
{
    vb_arena arena = {0};
    vb_http_many many = {.each = {.allow_private = true}, .at_once = 8};
    vb_http_job *jobs = waiting_jobs(&arena, 40, "127.0.0.1");

    ck_assert(vb_http_multi(jobs, 40, &many, NULL));
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(jobs[i].answer->status, 200);
    ck_assert_int_le(counts->most, 8);
    ck_assert_int_ge(counts->most, 2);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(a_run_of_links_has_a_time_limit)
{
    vb_arena arena = {0};
    vb_http_many many = {
        .each = {.allow_private = true}, .at_once = 1, .timeout_ms = 4000};
    vb_http_job *jobs = waiting_jobs(&arena, 200, "127.0.0.1");
    int done = 0, late = 0;

    ck_assert(vb_http_multi(jobs, 200, &many, NULL));
    for (int i = 0; i < 200; i++) {
        done += jobs[i].answer->fault == VB_HTTP_OK;
        late += jobs[i].answer->fault == VB_HTTP_TIMEOUT;
    }
    ck_assert_int_gt(done, 0);
    ck_assert_int_ge(late, 120);
    ck_assert_int_eq(done + late, 200);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(no_links_are_fine)
{
    vb_http_many many = {0};

    ck_assert(vb_http_multi(NULL, 0, &many, NULL));
}
END_TEST

static const struct {
    const char *host;
    bool private, loopback;
} hosts[] = {
    {"8.8.8.8", false, false},
    {"0.0.0.0", true, false},
    {"10.1.2.3", true, false},
    {"11.0.0.1", false, false},
    {"100.63.255.255", false, false},
    {"100.64.0.1", true, false},
    {"100.127.255.255", true, false},
    {"100.128.0.1", false, false},
    {"127.255.0.1", true, true},
    {"169.254.169.254", true, false},
    {"172.15.0.1", false, false},
    {"172.16.0.1", true, false},
    {"172.31.255.1", true, false},
    {"172.32.0.1", false, false},
    {"192.168.1.1", true, false},
    {"198.19.0.1", true, false},
    {"198.20.0.1", false, false},
    {"223.255.255.1", false, false},
    {"224.0.0.1", true, false},
    {"255.255.255.255", true, false},
    {"[::1]", true, true},
    {"::", true, false},
    {"[fe80::1%25eth0]", true, false},
    {"fc00::1", true, false},
    {"fdff::1", true, false},
    {"ff02::1", true, false},
    {"2606:4700::1111", false, false},
    {"2001:db8::1", true, false},
    {"2001:4860:4860::8888", false, false},
    {"2001::1", true, false},
    {"::ffff:10.0.0.1", true, false},
    {"::ffff:8.8.8.8", false, false},
    {"64:ff9b::a00:1", true, false},
    {"2002:a00:1::", true, false},
    {"2002:808:808::", false, false},
    {"4000::1", true, false},
    {"localhost", true, true},
    {"a.LocalHost", true, true},
    {"localhost.", true, true},
    {"notlocalhost", false, false},
    {"example.org", false, false},
    {"", false, false},
};

START_TEST(host_kinds)
{
    ck_assert_msg(vb_host_is_private(hosts[_i].host) == hosts[_i].private, "%s",
                  hosts[_i].host);
    ck_assert_msg(vb_host_is_loopback(hosts[_i].host) == hosts[_i].loopback,
                  "%s", hosts[_i].host);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("http");
    TCase *tc = tcase_create("server"), *pure = tcase_create("addresses");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, getting, 0, VB_COUNT(gets));
    tcase_add_test(tc, an_answer_has_its_details);
    tcase_add_test(tc, loopback_needs_no_proxy);
    tcase_add_test(tc, transient_failures_are_retried);
    tcase_add_test(tc, private_addresses_are_refused);
    tcase_add_test(tc, plain_http_is_not_tls);
    tcase_add_test(tc, certificates_are_verified);
    tcase_add_test(tc, bodies_are_sent);
    tcase_add_test(tc, files_are_sent_and_retried_whole);
    tcase_add_test(tc, uploads_are_signed);
    tcase_add_test(tc, hmac);
    tcase_add_loop_test(tc, secrets_go_where_they_are_safe, 0,
                        VB_COUNT(secrets_may_go));
    tcase_add_test(tc, many_links_are_asked);
    tcase_add_test(tc, links_are_asked_at_once);
    tcase_add_test(tc, a_run_of_links_has_a_time_limit);
    tcase_add_test(tc, no_links_are_fine);
    tcase_add_loop_test(pure, host_kinds, 0, VB_COUNT(hosts));
    suite_add_tcase(suite, tc);
    suite_add_tcase(suite, pure);
    return unit_main(suite);
}
