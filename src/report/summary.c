#include "report/summary.h"

#include "base/map.h"
#include "report/out.h"

#include "base/banned.h"

static vb_str
guide_digest(const vb_run *run)
{
    for (size_t i = 0; i < run->documents.len; i++)
        if (vb_str_eqc(run->documents.at[i].role, "guide"))
            return run->documents.at[i].sha256;
    return VB_STR("");
}

/* What both kinds of text say about one run, in an open object. */
static void
put_head(vb_json *json, const vb_run *run)
{
    vb_json_opt(json, "run", run->id);
    vb_json_opt(json, "verdict", run->verdict);
    vb_json_opt(json, "reason", run->reason);
    vb_json_c(json, "mode", run->rehearsal ? "rehearsal" : "live");
    vb_json_opt(json, "document", run->document);
    vb_json_opt(json, "document_sha256", guide_digest(run));
    vb_json_opt(json, "plan_sha256", run->plan_sha256);
    vb_json_opt(json, "title", run->title);
    vb_json_opt(json, "provider", run->provider);
    vb_json_opt(json, "started", run->started);
    vb_json_opt(json, "ended", run->ended_at);
    vb_json_int(json, "duration_ns", run->duration_ns);
    vb_json_opt(json, "host", run->host);
    vb_json_opt(json, "user", run->user);
    vb_json_opt(json, "git_commit", run->git_commit);
    if (run->git_commit.len)
        vb_json_bool(json, "git_dirty", run->git_dirty);
    vb_json_object(json, "record");
    vb_json_c(json, "state", vb_record_word(run));
    vb_json_int(json, "events", (int64_t)run->check.events);
    vb_json_c(json, "head", run->check.head.hex);
    vb_json_opt(json, "fault", run->fault);
    vb_json_end(json, '}');
    vb_run_counts_json(json, run);
}

static void
put_step(void *user, const vb_step_ref *step)
{
    vb_json *json = user;

    if (step->replaced)
        return;
    vb_json_object(json, NULL);
    vb_json_str(json, "step", step->id);
    vb_json_opt(json, "title", step->title);
    vb_json_c(json, "verdict", vb_step_word(step));
    if (vb_step_bad(step))
        vb_json_opt(json, "why", step->why);
    vb_json_int(json, "duration_ns", step->duration_ns);
    vb_json_end(json, '}');
}

bool
vb_summary_json(vb_buf *out, const vb_run *run, vb_error *err)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.run/1");
    put_head(&json, run);
    vb_json_array(&json, "steps");
    if (!vb_run_refs(run, put_step, &json, err))
        return false;
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
    return vb_run_good(run, err);
}

/* ------------------------------------------------------------ comparison -- */

typedef struct pairing {
    vb_run_pair *pair;
    vb_arena *arena;
    vb_map by_id; /* 'num' is the index in pair->steps + 1 */
    int side;
} pairing;

static void
take_step(void *user, const vb_step_ref *step)
{
    pairing *p = user;
    vb_map_entry *entry = vb_map_find(&p->by_id, step->id);

    if (step->replaced)
        return;
    if (!entry) {
        vb_str id = vb_str_copy(p->arena, step->id);

        vb_vec_push(p->arena, &p->pair->steps, (vb_step_pair){.id = id});
        entry = vb_map_add(&p->by_id, id, NULL);
        entry->num = p->pair->steps.len;
    }
    p->pair->steps.at[entry->num - 1].side[p->side] =
        (vb_step_side){vb_step_word(step), vb_str_copy(p->arena, step->why),
                       step->duration_ns};
}

bool
vb_runs_compare(const vb_run *a, const vb_run *b, vb_arena *arena,
                vb_run_pair *pair, vb_error *err)
{
    pairing p = {.pair = pair, .arena = arena};

    *pair = (vb_run_pair){.run = {a, b}};
    pair->same_document = vb_str_eq(guide_digest(a), guide_digest(b));
    pair->same_plan = vb_str_eq(a->plan_sha256, b->plan_sha256);
    vb_map_init(&p.by_id, arena);
    for (p.side = 0; p.side < 2; p.side++)
        if (!vb_run_refs(pair->run[p.side], take_step, &p, err) ||
            !vb_run_good(pair->run[p.side], err))
            return false;
    for (size_t i = 0; i < pair->steps.len; i++) {
        vb_step_pair *step = &pair->steps.at[i];
        const char *x = step->side[0].word, *y = step->side[1].word;

        step->differs = !x || !y || !vb_str_eqc(vb_str_c(x), y);
        pair->differ += step->differs;
    }
    return true;
}

static void
put_side(vb_json *json, const char *key, const vb_step_side *side)
{
    if (!side->word)
        return;
    vb_json_object(json, key);
    vb_json_c(json, "verdict", side->word);
    vb_json_opt(json, "why", side->why);
    vb_json_int(json, "duration_ns", side->duration_ns);
    vb_json_end(json, '}');
}

void
vb_run_pair_json(vb_buf *out, const vb_run_pair *pair)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.run-comparison/1");
    for (int i = 0; i < 2; i++) {
        vb_json_object(&json, i ? "b" : "a");
        put_head(&json, pair->run[i]);
        vb_json_end(&json, '}');
    }
    vb_json_bool(&json, "same_document", pair->same_document);
    vb_json_bool(&json, "same_plan", pair->same_plan);
    vb_json_size(&json, "differ", pair->differ);
    vb_json_array(&json, "steps");
    for (size_t i = 0; i < pair->steps.len; i++) {
        const vb_step_pair *step = &pair->steps.at[i];

        vb_json_object(&json, NULL);
        vb_json_str(&json, "step", step->id);
        vb_json_bool(&json, "differs", step->differs);
        put_side(&json, "a", &step->side[0]);
        put_side(&json, "b", &step->side[1]);
        vb_json_end(&json, '}');
    }
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}
