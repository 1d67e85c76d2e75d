/* The report for programs: "verbatim.report/1" (runbooks/transcript.md). */
#include "report/out.h"

#include "base/json.h"

#include "base/banned.h"

static void
pairs(vb_json *json, const char *key, const vb_pair *at, size_t n,
      const char *flag)
{
    vb_json_array(json, key);
    for (size_t i = 0; i < n; i++) {
        vb_json_object(json, NULL);
        vb_json_opt(json, "name", at[i].name);
        vb_json_opt(json, "value", at[i].value);
        vb_json_opt(json, "from", at[i].from);
        if (at[i].flag)
            vb_json_bool(json, flag, true);
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

static void
record(vb_json *json, const vb_run *run)
{
    vb_json_object(json, "record");
    vb_json_c(json, "state", vb_record_word(run));
    vb_json_int(json, "events", (int64_t)run->check.events);
    vb_json_c(json, "head", run->check.head.hex);
    vb_json_opt(json, "fault", run->fault);
    vb_json_int(json, "lost_bytes", (int64_t)run->lost);
    vb_json_size(json, "resumes", run->resumes);
    vb_json_end(json, '}');
}

static void
header(vb_json *json, const vb_run *run)
{
    vb_json_c(json, "schema", "verbatim.report/1");
    vb_json_opt(json, "run", run->id);
    vb_json_opt(json, "verdict", run->verdict);
    vb_json_opt(json, "reason", run->reason);
    vb_json_c(json, "mode", run->rehearsal ? "rehearsal" : "live");
    vb_json_opt(json, "document", run->document);
    vb_json_opt(json, "title", run->title);
    vb_json_opt(json, "provider", run->provider);
    vb_json_opt(json, "started", run->started);
    vb_json_opt(json, "ended", run->ended_at);
    vb_json_int(json, "duration_ns", run->duration_ns);
    vb_json_int(json, "simulated_ms", run->simulated_ms);
    vb_json_opt(json, "host", run->host);
    vb_json_opt(json, "user", run->user);
    record(json, run);
    vb_run_counts_json(json, run);
}

void
vb_run_counts_json(vb_json *json, const vb_run *run)
{
    vb_json_object(json, "counts");
    vb_json_size(json, "steps", run->total);
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        vb_json_size(json, vb_verdict_name((vb_verdict)v), run->counts[v]);
    vb_json_size(json, "unfinished", run->unfinished);
    vb_json_size(json, "manual_not_done", run->manual_not_done);
    vb_json_end(json, '}');
}

typedef struct writer {
    vb_out *out;
    vb_json json;
} writer;

static bool
block(void *user, const vb_block_ref *block, vb_error *err)
{
    writer *w = user;
    vb_json *json = &w->json;

    vb_json_object(json, NULL);
    vb_json_opt(json, "file", block->file);
    vb_json_int(json, "line", block->line);
    vb_json_opt(json, "kind", block->kind);
    vb_json_opt(json, "step", block->step);
    vb_json_opt(json, "why", block->why);
    vb_json_opt(json, "scope", block->scope);
    vb_json_bool(json, "selected", block->selected);
    vb_json_bool(json, "ran", block->ran);
    vb_json_bool(json, "checked", block->checked);
    vb_json_end(json, '}');
    return vb_out_flush(w->out, false, err);
}

static bool
coverage(writer *w, const vb_run *run, vb_error *err)
{
    const vb_coverage *c = &run->coverage;
    vb_json *json = &w->json;

    vb_json_object(json, "coverage");
    vb_json_size(json, "commands", c->commands);
    vb_json_size(json, "commands_run", c->commands_run);
    vb_json_size(json, "expects", c->expects);
    vb_json_size(json, "expects_checked", c->expects_checked);
    vb_json_size(json, "manual", c->manual);
    vb_json_size(json, "manual_done", c->manual_done);
    vb_json_size(json, "other_readers", c->other);
    vb_json_size(json, "no_step", c->ignored);
    vb_json_array(json, "blocks");
    if (!vb_run_blocks(run, block, w, err))
        return false;
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    return true;
}

static void
compares(vb_json *json, const vb_step_view *view)
{
    vb_json_array(json, "compares");
    for (size_t i = 0; i < view->compares.len; i++) {
        const vb_compare_ref *c = &view->compares.at[i];

        vb_json_object(json, NULL);
        vb_json_int(json, "expect", c->expect);
        vb_json_bool(json, "match", c->match);
        vb_json_str(json, "summary", c->summary);
        vb_json_array(json, "lines");
        for (size_t k = 0; k < c->lines.len; k++) {
            vb_json_object(json, NULL);
            vb_json_opt(json, "kind", c->lines.at[k].kind);
            vb_json_int(json, "expected_line", c->lines.at[k].e);
            vb_json_int(json, "actual_line", c->lines.at[k].a);
            vb_json_opt(json, "expected", c->lines.at[k].expected);
            vb_json_opt(json, "actual", c->lines.at[k].actual);
            vb_json_opt(json, "note", c->lines.at[k].note);
            vb_json_end(json, '}');
        }
        vb_json_end(json, ']');
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

static void
commands(vb_json *json, const vb_step_view *view)
{
    vb_json_array(json, "commands");
    for (size_t i = 0; i < view->commands.len; i++) {
        const vb_command_ref *c = &view->commands.at[i];

        vb_json_object(json, NULL);
        vb_json_int(json, "line", c->line);
        vb_json_int(json, "attempt", c->attempt);
        vb_json_str(json, "text", c->text);
        if (c->known)
            vb_json_int(json, "status", c->status);
        vb_json_int(json, "duration_ns", c->duration_ns);
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

static bool
step(void *user, const vb_run *run, const vb_step_view *view, vb_error *err)
{
    writer *w = user;
    vb_json *json = &w->json;
    const vb_step_ref *ref = view->ref;
    vb_arena scratch = {0};

    (void)run;
    vb_json_object(json, NULL);
    vb_json_str(json, "id", ref->id);
    vb_json_opt(json, "title", ref->title);
    vb_json_opt(json, "kind", ref->kind);
    vb_json_opt(json, "phase", ref->phase);
    if (ref->ended)
        vb_json_c(json, "verdict", vb_verdict_name(ref->verdict));
    else
        vb_json_null(json, "verdict");
    vb_json_bool(json, "checked", ref->checked);
    if (ref->replaced)
        vb_json_bool(json, "replaced", true);
    vb_json_opt(json, "explanation", ref->why);
    vb_json_opt(json, "file", ref->file);
    vb_json_int(json, "line", ref->line);
    if (view->has_status)
        vb_json_int(json, "status", view->status);
    vb_json_int(json, "start_ns", ref->start_ns);
    vb_json_int(json, "duration_ns", ref->duration_ns);
    vb_json_int(json, "simulated_ms", ref->simulated_ms);
    vb_json_int(json, "attempts", view->attempts_made);
    vb_json_opt(json, "source", view->source);
    vb_json_opt(json, "body", view->body);
    commands(json, view);
    compares(json, view);
    vb_json_int(json, "output_bytes", (int64_t)view->out_bytes);
    vb_json_bytes(json, "output", vb_step_output(view, &scratch));
    vb_json_end(json, '}');
    vb_arena_release(&scratch);
    return vb_out_flush(w->out, false, err);
}

bool
vb_report_json(vb_out *out, const vb_run *run, vb_error *err)
{
    writer w = {.out = out};

    vb_json_init(&w.json, &out->buf);
    vb_json_object(&w.json, NULL);
    header(&w.json, run);
    pairs(&w.json, "inputs", run->inputs.at, run->inputs.len, "secret");
    pairs(&w.json, "programs", run->programs.at, run->programs.len,
          "simulated");
    pairs(&w.json, "places", run->places.at, run->places.len, "flag");
    if (!coverage(&w, run, err))
        return false;
    vb_json_array(&w.json, "steps");
    if (!vb_run_steps(out->path, run, step, &w, err))
        return false;
    vb_json_end(&w.json, ']');
    vb_json_end(&w.json, '}');
    vb_buf_ch(&out->buf, '\n');
    return true;
}
