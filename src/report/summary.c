#include "report/summary.h"

#include "report/out.h"

#include "base/banned.h"

static void
member(vb_json *json, const char *key, vb_str value)
{
    if (value.len)
        vb_json_str(json, key, value);
}

static void
number(vb_json *json, const char *key, size_t value)
{
    vb_json_int(json, key, (int64_t)value);
}

static vb_str
guide_digest(const vb_run *run)
{
    for (size_t i = 0; i < run->documents.len; i++)
        if (vb_str_eqc(run->documents.at[i].role, "guide"))
            return run->documents.at[i].sha256;
    return VB_STR("");
}

static void
put_counts(vb_json *json, const vb_run *run)
{
    vb_json_object(json, "counts");
    number(json, "steps", run->total);
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        number(json, vb_verdict_name((vb_verdict)v), run->counts[v]);
    number(json, "unfinished", run->unfinished);
    number(json, "manual_not_done", run->manual_not_done);
    vb_json_end(json, '}');
}

/* What both kinds of text say about one run, in an open object. */
static void
put_head(vb_json *json, const vb_run *run)
{
    member(json, "run", run->id);
    member(json, "verdict", run->verdict);
    member(json, "reason", run->reason);
    vb_json_c(json, "mode", run->rehearsal ? "rehearsal" : "live");
    member(json, "document", run->document);
    member(json, "document_sha256", guide_digest(run));
    member(json, "plan_sha256", run->plan_sha256);
    member(json, "title", run->title);
    member(json, "provider", run->provider);
    member(json, "started", run->started);
    member(json, "ended", run->ended_at);
    vb_json_int(json, "duration_ns", run->duration_ns);
    member(json, "host", run->host);
    member(json, "user", run->user);
    member(json, "git_commit", run->git_commit);
    if (run->git_commit.len)
        vb_json_bool(json, "git_dirty", run->git_dirty);
    vb_json_object(json, "record");
    vb_json_c(json, "state", vb_record_word(run));
    vb_json_int(json, "events", (int64_t)run->check.events);
    vb_json_c(json, "head", run->check.head.hex);
    member(json, "fault", run->fault);
    vb_json_end(json, '}');
    put_counts(json, run);
}

void
vb_summary_json(vb_buf *out, const vb_run *run)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.run/1");
    put_head(&json, run);
    vb_json_array(&json, "steps");
    for (size_t i = 0; i < run->steps.len; i++) {
        const vb_step_ref *step = &run->steps.at[i];

        if (step->replaced)
            continue;
        vb_json_object(&json, NULL);
        vb_json_str(&json, "step", step->id);
        member(&json, "title", step->title);
        vb_json_c(&json, "verdict", vb_step_word(step));
        if (vb_step_bad(step))
            member(&json, "why", step->why);
        vb_json_int(&json, "duration_ns", step->duration_ns);
        vb_json_end(&json, '}');
    }
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}

/* ------------------------------------------------------------ comparison -- */

static const vb_step_ref *
last_of(const vb_run *run, vb_str id)
{
    const vb_map_entry *entry = vb_map_find(&run->by_id, id);

    return entry ? &run->steps.at[entry->num - 1] : NULL;
}

static void
add_pair(vb_run_pair *pair, vb_arena *arena, vb_step_pair step)
{
    step.differs =
        !step.a || !step.b ||
        !vb_str_eqc(vb_str_c(vb_step_word(step.a)), vb_step_word(step.b));
    pair->differ += step.differs;
    vb_vec_push(arena, &pair->steps, step);
}

vb_run_pair
vb_runs_compare(const vb_run *a, const vb_run *b, vb_arena *arena)
{
    vb_run_pair pair = {.a = a, .b = b};

    pair.same_document = vb_str_eq(guide_digest(a), guide_digest(b));
    pair.same_plan = vb_str_eq(a->plan_sha256, b->plan_sha256);
    for (size_t i = 0; i < a->steps.len; i++) {
        const vb_step_ref *step = &a->steps.at[i];

        if (!step->replaced)
            add_pair(
                &pair, arena,
                (vb_step_pair){step->id, step, last_of(b, step->id), false});
    }
    for (size_t i = 0; i < b->steps.len; i++) {
        const vb_step_ref *step = &b->steps.at[i];

        if (!step->replaced && !last_of(a, step->id))
            add_pair(&pair, arena, (vb_step_pair){step->id, NULL, step, false});
    }
    return pair;
}

static void
put_side(vb_json *json, const char *key, const vb_step_ref *step)
{
    if (!step)
        return;
    vb_json_object(json, key);
    vb_json_c(json, "verdict", vb_step_word(step));
    member(json, "why", step->why);
    vb_json_int(json, "duration_ns", step->duration_ns);
    vb_json_end(json, '}');
}

void
vb_run_pair_json(vb_buf *out, const vb_run_pair *pair)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.run-comparison/1");
    vb_json_object(&json, "a");
    put_head(&json, pair->a);
    vb_json_end(&json, '}');
    vb_json_object(&json, "b");
    put_head(&json, pair->b);
    vb_json_end(&json, '}');
    vb_json_bool(&json, "same_document", pair->same_document);
    vb_json_bool(&json, "same_plan", pair->same_plan);
    number(&json, "differ", pair->differ);
    vb_json_array(&json, "steps");
    for (size_t i = 0; i < pair->steps.len; i++) {
        const vb_step_pair *step = &pair->steps.at[i];

        vb_json_object(&json, NULL);
        vb_json_str(&json, "step", step->id);
        vb_json_bool(&json, "differs", step->differs);
        put_side(&json, "a", step->a);
        put_side(&json, "b", step->b);
        vb_json_end(&json, '}');
    }
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}
