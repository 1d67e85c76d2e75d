#include "record/claims.h"

#include "base/io.h"

#include <string.h>

#include "base/banned.h"

static const char *const stream_names[] = {"out", "err"};

void
vb_claims_init(vb_claims *claims, vb_check_result *result, vb_diags *diags,
               const char *path, const char *dir, bool files_due)
{
    *claims = (vb_claims){.result = result,
                          .diags = diags,
                          .path = path,
                          .dir = dir,
                          .files_due = files_due};
    vb_buf_init(&claims->step, VB_BUF_NO_MAX);
    vb_hash_init(&claims->hash[0]);
    vb_hash_init(&claims->hash[1]);
}

void
vb_claims_release(vb_claims *claims)
{
    vb_buf_release(&claims->step);
    vb_hash_release(&claims->hash[0]);
    vb_hash_release(&claims->hash[1]);
}

static vb_loc
at_event(const vb_claims *claims, const vb_event *event)
{
    return (vb_loc){claims->path, (uint32_t)event->line, 0};
}

/* -------------------------------------------------------------- outputs -- */

static void
new_step(vb_claims *claims, vb_str step, int64_t attempt)
{
    vb_buf_clear(&claims->step);
    vb_buf_str(&claims->step, step);
    claims->attempt = attempt;
    claims->lossy = false;
    for (size_t i = 0; i < 2; i++) {
        claims->bytes[i] = 0;
        vb_hash_reset(&claims->hash[i]);
    }
}

static void
follow(vb_claims *claims, const vb_event *event, int64_t attempt)
{
    vb_str step = vb_node_str(event->body, "step", VB_STR(""));

    if (!vb_str_eq(step, vb_buf_view(&claims->step)) ||
        attempt != claims->attempt)
        new_step(claims, step, attempt);
}

static void
check_out(vb_claims *claims, const vb_event *event)
{
    const vb_node *body = event->body;
    vb_str name = vb_node_str(body, "stream", VB_STR(""));
    vb_stream stream = vb_str_eqc(name, "err") ? VB_STREAM_ERR : VB_STREAM_OUT;
    int64_t offset = vb_node_int(body, "offset", -1);
    vb_buf bytes;

    vb_buf_init(&bytes, VB_BUF_NO_MAX);
    follow(claims, event, vb_node_int(body, "attempt", 1));
    if (!vb_event_bytes(event, &bytes)) {
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_LINE,
                    at_event(claims, event), "line %ju: no bytes in 'out'",
                    (uintmax_t)event->line);
    } else if (offset != (int64_t)claims->bytes[stream] && !claims->lossy) {
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_OUTPUT,
                    at_event(claims, event),
                    "line %ju: output at byte %jd, but %ju bytes came before",
                    (uintmax_t)event->line, (intmax_t)offset,
                    (uintmax_t)claims->bytes[stream]);
    }
    vb_hash_add(&claims->hash[stream], bytes.ptr, bytes.len);
    claims->bytes[stream] += bytes.len;
    claims->totals.output[stream] += bytes.len;
    vb_buf_release(&bytes);
}

/* The sums that an attempt or a step's end repeats. */
static void
check_sums(vb_claims *claims, const vb_event *event)
{
    bool checked = false;

    for (size_t i = 0; i < 2; i++) {
        const vb_node *sum = vb_node_get(event->body, stream_names[i]);
        vb_digest digest = vb_hash_peek(&claims->hash[i]);

        if (!sum || claims->lossy)
            continue;
        checked = true;
        if (vb_node_int(sum, "bytes", -1) == (int64_t)claims->bytes[i] &&
            vb_str_eqc(vb_node_str(sum, "sha256", VB_STR("")), digest.hex))
            continue;
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_OUTPUT,
                    at_event(claims, event),
                    "line %ju: the '%s' output of step '%.*s' is not what its "
                    "digest says",
                    (uintmax_t)event->line, stream_names[i],
                    VB_ARG(vb_buf_view(&claims->step)));
    }
    if (checked && claims->result)
        claims->result->outputs++;
}

static void
check_step_end(vb_claims *claims, const vb_event *event)
{
    vb_str name = vb_node_str(event->body, "verdict", VB_STR(""));
    vb_verdict verdict;

    follow(claims, event, claims->attempt);
    if (claims->diags)
        check_sums(claims, event);
    claims->totals.steps++;
    if (vb_verdict_parse(name, &verdict))
        claims->totals.verdicts[verdict]++;
    else
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_LINE,
                    at_event(claims, event), "line %ju: unknown verdict '%.*s'",
                    (uintmax_t)event->line, VB_ARG(name));
    new_step(claims, VB_STR(""), 0);
}

/* ---------------------------------------------------------------- files -- */

/* Relative, and below the run's directory: a transcript is hostile input. */
static bool
stays_below(vb_arena *scratch, vb_str copy)
{
    vb_str clean = vb_path_clean(scratch, copy);

    return copy.len && copy.len < 4096 && !vb_str_starts(copy, "/") &&
           vb_str_chr(copy, '\0') == VB_NPOS && !vb_str_eqc(clean, "..") &&
           !vb_str_starts(clean, "../");
}

static void
check_copy(vb_claims *claims, const vb_event *event)
{
    vb_str copy = vb_node_str(event->body, "copy", VB_STR(""));
    vb_str want = vb_node_str(event->body, "sha256", VB_STR(""));
    vb_loc loc = at_event(claims, event);
    vb_arena scratch = {0};
    vb_digest digest;
    vb_str path;

    if (copy.len == 0 || !claims->dir)
        return;
    path = vb_path_join(&scratch, vb_str_c(claims->dir), copy);
    if (!stays_below(&scratch, copy)) {
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_FILE, loc,
                    "line %ju: '%.*s' is not a path below the run",
                    (uintmax_t)event->line, VB_ARG(copy));
    } else if (!vb_exists(path.ptr)) {
        vb_diag_add(claims->diags, claims->files_due ? VB_ERROR : VB_NOTE,
                    VB_RULE_FILE, loc, "'%.*s' is not beside the transcript",
                    VB_ARG(copy));
    } else if (!vb_hash_file(path.ptr, &digest, NULL, NULL)) {
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_FILE, loc,
                    "cannot read '%.*s' beside the transcript", VB_ARG(copy));
    } else if (!vb_str_eqc(want, digest.hex)) {
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_FILE, loc,
                    "'%.*s' was changed: line %ju has another digest of it",
                    VB_ARG(copy), (uintmax_t)event->line);
    } else if (claims->result) {
        claims->result->files++;
    }
    vb_arena_release(&scratch);
}

/* --------------------------------------------------------------- totals -- */

static void
check_end(vb_claims *claims, const vb_event *event)
{
    const char *member =
        vb_totals_differ(&claims->totals, vb_node_get(event->body, "totals"));

    if (member)
        vb_diag_add(claims->diags, VB_ERROR, VB_RULE_TOTALS,
                    at_event(claims, event),
                    "line %ju: the total '%s' disagrees with the lines before",
                    (uintmax_t)event->line, member);
}

static void
check_lost(vb_claims *claims, const vb_event *event)
{
    uint64_t bytes = (uint64_t)vb_node_int(event->body, "bytes", 0);

    claims->totals.lost += bytes;
    claims->lossy = true;
    if (claims->result)
        claims->result->lost += bytes;
}

void
vb_claims_check(vb_claims *claims, const vb_event *event)
{
    claims->totals.events++;
    switch (event->kind) {
    case VB_EVENT_OUT:
        check_out(claims, event);
        break;
    case VB_EVENT_STEP_START:
        new_step(claims, vb_node_str(event->body, "step", VB_STR("")), 1);
        break;
    case VB_EVENT_ATTEMPT:
        follow(claims, event, vb_node_int(event->body, "attempt", 1));
        if (claims->diags)
            check_sums(claims, event);
        break;
    case VB_EVENT_STEP_END:
        check_step_end(claims, event);
        break;
    case VB_EVENT_DOCUMENT:
    case VB_EVENT_PLAN:
        if (claims->diags)
            check_copy(claims, event);
        break;
    case VB_EVENT_COMMAND:
        claims->totals.commands++;
        break;
    case VB_EVENT_SKIP:
        claims->totals.skips++;
        break;
    case VB_EVENT_LOST:
        check_lost(claims, event);
        break;
    case VB_EVENT_END:
        if (claims->diags)
            check_end(claims, event);
        break;
    default:
        break;
    }
}
