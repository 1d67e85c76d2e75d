#include "record/stamp.h"

#include "base/http.h"
#include "base/io.h"
#include "record/disk.h"

#include "base/banned.h"

enum { TRIES = 3 };

typedef struct stamping {
    const char *transcript, *path; /* of the stamp */
    vb_digest digest;
} stamping;

static bool
prepare(stamping *s, const char *run, vb_arena *arena, vb_error *err)
{
    vb_str at = vb_is_dir(run) ? vb_path_join(arena, vb_str_c(run),
                                              VB_STR(VB_TRANSCRIPT_NAME))
                               : vb_str_copy(arena, vb_str_c(run));

    s->transcript = vb_str_dup(arena, at);
    s->path = vb_str_dup(arena, vb_str_join(arena, at, VB_STR(".tsr")));
    return vb_hash_file(s->transcript, &s->digest, NULL, err);
}

/* One request and its answer. */
static bool
ask(const char *url, vb_str query, vb_buf *answer, vb_error *err)
{
    static const char *const headers[] = {
        "Content-Type: application/timestamp-query",
        "Accept: application/timestamp-reply", NULL};
    const vb_http_opts opts = {.max_bytes = VB_STAMP_BYTES_MAX,
                               .retries = TRIES,
                               .allow_private = true};
    const vb_http_request request = {
        .method = "POST", .url = url, .headers = headers, .content = query};
    vb_http_answer got;

    return vb_http_send(&request, &opts, answer, &got, err);
}

bool
vb_record_stamp(const char *run, const char *url, const char *ca_file,
                vb_arena *arena, vb_stamp_info *info, vb_error *err)
{
    vb_check_result check;
    vb_buf query, answer;
    stamping s;
    bool ok;

    if (!vb_record_verify(run, &check, arena, NULL, err))
        return false;
    if (!check.intact || check.incomplete)
        return vb_fail(err, "'%s' is %s: it gets no time stamp", run,
                       check.intact ? "incomplete" : "changed");
    if (!prepare(&s, run, arena, err))
        return false;
    vb_buf_init(&query, VB_BUF_NO_MAX);
    vb_buf_init(&answer, VB_BUF_NO_MAX);
    ok = vb_stamp_request(&s.digest, &query, err) &&
         ask(url, vb_buf_view(&query), &answer, err);
    if (ok) {
        const vb_stamp_check checks = {.answer = vb_buf_view(&answer),
                                       .request = vb_buf_view(&query),
                                       .digest = &s.digest,
                                       .ca_file = ca_file};

        ok = vb_stamp_verify(&checks, info, err) &&
             vb_write_file(s.path, vb_buf_view(&answer), 0644, err);
    }
    vb_buf_release(&query);
    vb_buf_release(&answer);
    return ok;
}

static bool
check_file(const stamping *s, const char *ca_file, vb_arena *arena,
           vb_stamp_info *info, vb_error *err)
{
    vb_stamp_check check = {.digest = &s->digest, .ca_file = ca_file};

    return vb_read_file_arena(s->path, VB_STAMP_BYTES_MAX, arena, &check.answer,
                              err) &&
           vb_stamp_verify(&check, info, err);
}

vb_stamped
vb_record_verify_stamp(const char *run, const char *ca_file,
                       vb_check_result *result, vb_arena *arena,
                       vb_stamp_info *info, vb_diags *diags)
{
    vb_error err = {.message = ""};
    stamping s = {.path = run};
    bool ok = prepare(&s, run, arena, &err);

    *info = (vb_stamp_info){.time = ""};
    if (ok && !vb_exists(s.path)) {
        if (!ca_file)
            return VB_STAMP_NONE;
        ok = vb_fail(&err, "there is none");
    }
    if (ok && check_file(&s, ca_file, arena, info, &err))
        return ca_file ? VB_STAMP_TRUSTED : VB_STAMP_ABOUT;
    result->intact = false;
    vb_diag_add(diags, VB_ERROR, VB_RULE_STAMP, (vb_loc){s.path, 0, 0},
                "the time stamp does not hold: %s", err.message);
    return VB_STAMP_BAD;
}
