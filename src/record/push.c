#include "record/push.h"

#include "base/http.h"
#include "base/io.h"
#include "base/map.h"
#include "base/text.h"
#include "record/chain.h"
#include "record/disk.h"
#include "record/reader.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

/* Where things go: a base address, and what requests need besides. */
typedef struct place {
    const vb_push_opts *opts;
    vb_arena *arena;
    const char *shown; /* for messages */
    vb_str base;       /* ends in a slash */
    bool s3;
    vb_http_sigv4 key;
    const char *headers[5]; /* NULL-ended */
    size_t nheaders;
    vb_map collections; /* that were asked for */
} place;

/* ------------------------------------------------------------- the place -- */

static void
add_header(place *p, const char *name, vb_str value)
{
    p->headers[p->nheaders++] =
        vb_str_fmt(p->arena, "%s: %.*s", name, VB_ARG(value)).ptr;
}

/* RFC 3986: unreserved characters and slashes stay. */
static vb_str
encode(vb_arena *arena, vb_str path)
{
    vb_buf out;
    vb_str copy;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];

        if (vb_is_alnum(c) || (c && strchr("-._~/", c)))
            vb_buf_ch(&out, c);
        else
            vb_buf_fmt(&out, "%%%02X", (unsigned)(unsigned char)c);
    }
    copy = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return copy;
}

static vb_str
with_slash(vb_arena *arena, vb_str s)
{
    return s.len == 0 || vb_str_ends(s, "/")
               ? s
               : vb_str_join(arena, s, VB_STR("/"));
}

/* s3://BUCKET/PREFIX: the bucket is part of the path at an endpoint of one's
 * own, and of the host at Amazon's. */
static bool
open_s3(place *p, vb_str target, vb_error *err)
{
    const vb_push_keys *keys = p->opts->keys;
    size_t slash = vb_str_chr(target, '/');
    vb_str bucket = vb_str_sub(target, 0, slash), prefix;
    const char *region = keys->region ? keys->region : "us-east-1";

    prefix = slash == VB_NPOS ? VB_STR("") : vb_str_from(target, slash + 1);
    prefix = encode(p->arena, with_slash(p->arena, prefix));
    if (bucket.len == 0)
        return vb_fail(err, "'%s' names no bucket", p->shown);
    if (!keys->access_key || !keys->secret_key)
        return vb_fail(err,
                       "no credentials for '%s': AWS_ACCESS_KEY_ID and "
                       "AWS_SECRET_ACCESS_KEY are not set",
                       p->shown);
    if (keys->endpoint)
        p->base =
            vb_str_fmt(p->arena, "%.*s%.*s/%.*s",
                       VB_ARG(with_slash(p->arena, vb_str_c(keys->endpoint))),
                       VB_ARG(encode(p->arena, bucket)), VB_ARG(prefix));
    else if (vb_str_chr(bucket, '.') == VB_NPOS)
        p->base = vb_str_fmt(p->arena, "https://%.*s.s3.%s.amazonaws.com/%.*s",
                             VB_ARG(bucket), region, VB_ARG(prefix));
    else
        p->base = vb_str_fmt(p->arena, "https://s3.%s.amazonaws.com/%.*s/%.*s",
                             region, VB_ARG(bucket), VB_ARG(prefix));
    p->s3 = true;
    p->key = (vb_http_sigv4){.access_key = keys->access_key,
                             .secret_key = keys->secret_key,
                             .session_token = keys->session_token,
                             .region = region,
                             .service = "s3"};
    return true;
}

/* A user's name and password, or a token, as a header. */
static bool
authorize(place *p, const char *url, const char *token, vb_error *err)
{
    const vb_push_keys *keys = p->opts->keys;
    bool basic = !token && keys->user && keys->password;
    vb_buf out;

    if ((token || basic) && !vb_http_is_confidential(url))
        return vb_fail(err, "credentials are not sent to '%s': it is not https",
                       p->shown);
    if (token) {
        add_header(p, "Authorization",
                   vb_str_fmt(p->arena, "Bearer %s", token));
    } else if (basic) {
        vb_buf_init(&out, VB_BUF_NO_MAX);
        vb_buf_c(&out, "Basic ");
        vb_base64(&out,
                  vb_str_fmt(p->arena, "%s:%s", keys->user, keys->password));
        add_header(p, "Authorization", vb_buf_view(&out));
        vb_buf_release(&out);
    }
    return true;
}

/* The address itself: that which was given, or what the variable holds. */
static const char *
resolve(place *p, vb_error *err)
{
    const char *target = p->opts->target;
    bool hidden = vb_str_starts(vb_str_c(target), "env:");
    const char *url =
        hidden ? getenv(target + 4) : target; // NOLINT(*-mt-unsafe)

    p->shown = target;
    if (!url || !*url) {
        vb_fail(err, "the variable '%s' is not set", target + 4);
        return NULL;
    }
    if (hidden || !vb_http_has_user(url))
        return url;
    p->shown = "it";
    vb_fail(err, "an address with a password does not belong on the command "
                 "line: use VERBATIM_PUSH_USER and VERBATIM_PUSH_PASSWORD, or "
                 "env:NAME");
    return NULL;
}

static bool
open_place(place *p, vb_error *err)
{
    const char *url = resolve(p, err);
    vb_str target = vb_str_c(url);

    if (!url)
        return false;
    if (vb_str_starts(target, "s3://"))
        return open_s3(p, vb_str_from(target, 5), err);
    if (!vb_str_istarts(target, "http://") &&
        !vb_str_istarts(target, "https://"))
        return vb_fail(err,
                       "'%s' is no address to send to: s3://BUCKET/PREFIX "
                       "or https://HOST/PATH",
                       p->shown);
    p->base = with_slash(p->arena, target);
    return authorize(p, url, p->opts->keys->token, err);
}

/* -------------------------------------------------------------- requests -- */

static bool
ask(const place *p, vb_http_request *request, vb_http_answer *answer)
{
    const vb_http_opts opts = {.timeout_ms = p->opts->timeout_ms,
                               .retries = p->opts->retries,
                               .allow_private = true};
    vb_error ignored;

    request->sigv4 = p->s3 ? &p->key : NULL;
    if (!request->headers)
        request->headers = p->nheaders ? p->headers : NULL;
    return vb_http_send(request, &opts, NULL, answer, &ignored);
}

/* The message has the target as the user gave it, never the address. */
static bool
refused(const place *p, const char *what, vb_str name,
        const vb_http_answer *answer, vb_error *err)
{
    if (answer->fault == VB_HTTP_OK && answer->status)
        return vb_fail(err, "cannot %s '%.*s' at '%s': the server answered %ld",
                       what, VB_ARG(name), p->shown, answer->status);
    return vb_fail(err, "cannot %s '%.*s' at '%s': %s", what, VB_ARG(name),
                   p->shown,
                   answer->why[0] ? answer->why : "it could not be asked");
}

typedef enum there {
    THERE_SAME,
    THERE_OTHER,
    THERE_NOT,
    THERE_UNKNOWN, /* it may not be read */
    THERE_FAULT,
} there;

/* What does the target hold under this name? */
static there
look(const place *p, const char *url, const vb_pushed_file *file,
     vb_http_answer *answer)
{
    vb_http_sum sum = {.bytes = 0};
    vb_http_request request = {.method = "GET", .url = url, .sum = &sum};
    bool got, same;

    vb_hash_init(&sum.hash);
    got = ask(p, &request, answer);
    same = sum.bytes == file->bytes &&
           vb_str_eqc(vb_str_c(vb_hash_peek(&sum.hash).hex), file->sha256.hex);
    vb_hash_release(&sum.hash);
    if (got)
        return same ? THERE_SAME : THERE_OTHER;
    if (answer->fault != VB_HTTP_OK)
        return THERE_FAULT;
    if (answer->status == 404 || answer->status == 410)
        return THERE_NOT;
    return answer->status == 403 || answer->status == 405 ? THERE_UNKNOWN
                                                          : THERE_FAULT;
}

/* Where the path begins in a http address. */
static size_t
path_start(vb_str url)
{
    size_t scheme = vb_str_find(url, VB_STR("://"));
    size_t host = scheme == VB_NPOS ? 0 : scheme + 3;
    size_t slash = vb_str_chr(vb_str_from(url, host), '/');

    return slash == VB_NPOS ? url.len : host + slash + 1;
}

/* The collections above 'url' (WebDAV), from the outermost, each asked for
 * once. Some are there already, and many servers know no collections: whether
 * it helped, the PUT finds out. */
static void
make_parents(place *p, const char *url)
{
    vb_str all = vb_str_c(url);

    for (size_t i = path_start(all); i < all.len; i++) {
        vb_str part = vb_str_sub(all, 0, i + 1);
        vb_http_request request = {.method = "MKCOL"};
        vb_http_answer answer;
        bool made;

        if (all.ptr[i] != '/')
            continue;
        request.url = vb_str_dup(p->arena, part);
        vb_map_add(&p->collections, vb_str_c(request.url), &made);
        if (made && !ask(p, &request, &answer) && answer.fault != VB_HTTP_OK)
            return;
    }
}

static bool
put(place *p, const char *url, const char *local, vb_http_answer *answer)
{
    vb_http_request request = {.method = "PUT", .url = url, .path = local};

    if (!p->s3)
        make_parents(p, url);
    return ask(p, &request, answer);
}

static bool
send_file(place *p, vb_str run_name, const char *local, vb_pushed_file *file,
          vb_error *err)
{
    vb_str path =
        encode(p->arena, vb_path_join(p->arena, run_name, file->name));
    const char *url =
        vb_str_fmt(p->arena, "%.*s%.*s", VB_ARG(p->base), VB_ARG(path)).ptr;
    vb_http_answer answer;

    switch (look(p, url, file, &answer)) {
    case THERE_SAME:
        return true;
    case THERE_OTHER:
        if (!p->opts->replace)
            return vb_fail(err, "another version of '%.*s' is at '%s' already",
                           VB_ARG(file->name), p->shown);
        break;
    case THERE_FAULT:
        return refused(p, "look for", file->name, &answer, err);
    default:
        break;
    }
    if (!put(p, url, local, &answer))
        return refused(p, "write", file->name, &answer, err);
    file->sent = true;
    switch (look(p, url, file, &answer)) {
    case THERE_SAME:
        return true;
    case THERE_OTHER:
        return vb_fail(err, "'%.*s' came out changed at '%s'",
                       VB_ARG(file->name), p->shown);
    default:
        return refused(p, "read back", file->name, &answer, err);
    }
}

/* ----------------------------------------------------------------- files -- */

typedef VB_VEC(vb_str) name_list;

/* The copies that the transcript names; verification has looked at them. */
static bool
copies(const char *run, vb_arena *arena, name_list *names, vb_error *err)
{
    vb_reader *reader = vb_reader_open(run, err);
    vb_read_status status;
    vb_str line;

    if (!reader)
        return false;
    while ((status = vb_reader_line(reader, &line, NULL)) == VB_READ_EVENT) {
        vb_line_head head;
        vb_event event;

        if (!vb_line_parse(line, &head) ||
            (!vb_str_eqc(head.type, "document") &&
             !vb_str_eqc(head.type, "plan")) ||
            !vb_event_parse(line, (vb_loc){0}, arena, &event, NULL))
            continue;
        if (vb_node_str(event.body, "copy", VB_STR("")).len)
            vb_vec_push(arena, names,
                        vb_node_str(event.body, "copy", VB_STR("")));
    }
    vb_reader_close(reader);
    return status != VB_READ_FAIL || vb_fail(err, "cannot read '%s'", run);
}

static bool
has(const vb_pushed_files *files, vb_str name)
{
    for (size_t i = 0; i < files->len; i++)
        if (vb_str_eq(files->at[i].name, name))
            return true;
    return false;
}

/* All files of the run, the transcript last. */
static bool
list_files(const char *run, vb_arena *arena, name_list *names, vb_error *err)
{
    static const char *const beside[] = {VB_TRANSCRIPT_NAME ".sig",
                                         VB_TRANSCRIPT_NAME ".tsr",
                                         "attestation.json"};

    if (!copies(run, arena, names, err))
        return false;
    for (size_t i = 0; i < VB_COUNT(beside); i++)
        if (vb_exists(
                vb_path_join(arena, vb_str_c(run), vb_str_c(beside[i])).ptr))
            vb_vec_push(arena, names, vb_str_c(beside[i]));
    vb_vec_push(arena, names, VB_STR(VB_TRANSCRIPT_NAME));
    return true;
}

/* Only what is whole is worth sending; what has no end yet may still grow. */
static bool
check_run(const char *run, vb_arena *arena, vb_error *err)
{
    vb_check_result check;

    if (!vb_is_dir(run))
        return vb_fail(err, "'%s' is not a run's directory", run);
    if (vb_run_in_use(run))
        return vb_fail(err, "run '%s' is going on", run);
    return vb_record_verify(run, &check, arena, NULL, err) &&
           (check.intact ||
            vb_fail(err, "the record of '%s' was changed: it is not sent",
                    run));
}

bool
vb_push_run(const char *run, const vb_push_opts *opts, vb_arena *arena,
            vb_pushed_files *files, vb_error *err)
{
    place p = {.opts = opts, .arena = arena};
    char full[PATH_MAX];
    name_list names = {0};

    *files = (vb_pushed_files){0};
    vb_map_init(&p.collections, arena);
    if (!open_place(&p, err) || !vb_http_ready(err) ||
        !check_run(run, arena, err) || !list_files(run, arena, &names, err))
        return false;
    if (!realpath(run, full))
        return vb_fail_errno(err, "cannot find '%s'", run);
    for (size_t i = 0; i < names.len; i++) {
        vb_pushed_file file = {.name = names.at[i]};
        const char *local =
            vb_str_dup(arena, vb_path_join(arena, vb_str_c(run), names.at[i]));

        if (has(files, file.name))
            continue;
        if (!vb_hash_file(local, &file.sha256, &file.bytes, err) ||
            !send_file(&p, vb_path_base(vb_str_c(full)), local, &file, err))
            return false;
        vb_vec_push(arena, files, file);
    }
    return true;
}

bool
vb_push_post(const vb_push_opts *opts, vb_str json, vb_str id, vb_arena *arena,
             vb_error *err)
{
    place p = {.opts = opts, .arena = arena};
    const char *url = resolve(&p, err);
    const char *secret = opts->keys->webhook_secret;
    vb_http_request request = {
        .method = "POST", .url = url, .content = json, .headers = p.headers};
    vb_http_answer answer;

    if (!url || !vb_http_ready(err) ||
        !authorize(&p, url, opts->keys->webhook_token, err))
        return false;
    add_header(&p, "Content-Type", VB_STR("application/json"));
    add_header(&p, "Idempotency-Key", id);
    if (secret)
        add_header(&p, "X-Verbatim-Signature",
                   vb_str_fmt(arena, "sha256=%s",
                              vb_hmac_sha256(vb_str_c(secret), json).hex));
    return ask(&p, &request, &answer) ||
           refused(&p, "post", VB_STR("the summary"), &answer, err);
}
