/* Writers of the events of one step. */
#include "record/events.h"

#include "record/members.h"
#include "record/writer.h"

#include "base/banned.h"

#define BEGIN(type) vb_record_begin(record, vb_event_type_name(type))

/* An event holds all of a step; its longest strings share this. */
enum { STEP_TEXT_MAX = 512 * 1024 };

static void
expects(vb_json *json, const vb_ev_step *ev, const vb_buf *members)
{
    if (ev->nexpects == 0)
        return;
    vb_json_array(json, "expects");
    for (size_t i = 0; i < ev->nexpects; i++) {
        const vb_ev_expect *expect = &ev->expects[i];

        vb_json_object(json, NULL);
        vb_member_int(json, "line", expect->line);
        vb_member_str(json, "manner", expect->manner);
        vb_member_str(json, "when", expect->when);
        if (members->len < STEP_TEXT_MAX)
            vb_member_str(json, "text", vb_clip(expect->text, VB_TEXT_MAX / 2));
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

bool
vb_event_step_start(vb_record *record, const vb_ev_step *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_STEP_START);

    vb_json_str(json, "step", ev->step);
    vb_json_int(json, "number", (int64_t)ev->number);
    vb_json_int(json, "of", (int64_t)ev->of);
    vb_member_str(json, "kind", ev->kind);
    vb_member_str(json, "phase", ev->phase);
    vb_member_str(json, "title", vb_clip(ev->title, 4096));
    vb_member_strs(json, "headings", ev->headings, ev->nheadings);
    vb_member_str(json, "lead", vb_clip(ev->lead, VB_TEXT_MAX / 4));
    vb_member_str(json, "file", ev->file);
    vb_member_int(json, "line", ev->line);
    vb_member_int(json, "end_line", ev->end_line);
    vb_member_str(json, "lang", ev->lang);
    vb_member_str(json, "name", ev->name);
    vb_member_str(json, "source", ev->source);
    if (!vb_str_eq(ev->body, ev->source))
        vb_member_str(json, "body", ev->body);
    expects(json, ev, &record->members);
    vb_member_true(json, "destructive", ev->destructive);
    vb_member_true(json, "optional", ev->optional);
    vb_member_true(json, "background", ev->background);
    vb_member_int(json, "timeout_ms", ev->timeout_ms);
    return vb_record_commit(record, err);
}

static void
command(vb_json *json, const vb_ev_command *ev)
{
    vb_json_str(json, "step", ev->step);
    vb_json_int(json, "attempt", ev->attempt);
    vb_json_int(json, "n", ev->n);
    vb_member_int(json, "line", ev->line);
    vb_member_str(json, "text", ev->text);
}

bool
vb_event_command_start(vb_record *record, const vb_ev_command *ev,
                       vb_error *err)
{
    command(BEGIN(VB_EVENT_COMMAND_START), ev);
    return vb_record_commit(record, err);
}

bool
vb_event_command(vb_record *record, const vb_ev_command *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_COMMAND);

    command(json, ev);
    if (ev->known)
        vb_json_int(json, "status", ev->status);
    vb_member_int(json, "duration_ns", ev->duration_ns);
    return vb_record_commit(record, err);
}

bool
vb_event_attempt(vb_record *record, const vb_ev_attempt *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_ATTEMPT);

    vb_json_str(json, "step", ev->step);
    vb_json_int(json, "attempt", ev->attempt);
    vb_json_int(json, "status", ev->status);
    vb_member_int(json, "duration_ns", ev->duration_ns);
    vb_member_int(json, "wait_ms", ev->wait_ms);
    vb_member_str(json, "why", ev->why);
    vb_member_sums(json, &ev->sums);
    return vb_record_commit(record, err);
}

bool
vb_event_decision(vb_record *record, const vb_ev_decision *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_DECISION);

    vb_member_str(json, "step", ev->step);
    vb_json_str(json, "choice", ev->choice);
    vb_member_str(json, "by", ev->by);
    vb_member_str(json, "was", ev->was);
    vb_member_str(json, "text", ev->text);
    if (ev->known)
        vb_json_int(json, "status", ev->status);
    vb_member_str(json, "printed", vb_clip(ev->printed, VB_TEXT_MAX / 2));
    return vb_record_commit(record, err);
}

bool
vb_event_sim_call(vb_record *record, const vb_ev_sim_call *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_SIM_CALL);

    vb_member_str(json, "step", ev->step);
    vb_member_strs(json, "argv", ev->argv, ev->argc > 64 ? 64 : ev->argc);
    vb_json_int(json, "status", ev->status);
    vb_member_str(json, "rule", ev->rule);
    vb_member_str(json, "why", ev->why);
    vb_member_int(json, "simulated_ms", ev->simulated_ms);
    return vb_record_commit(record, err);
}

bool
vb_event_file(vb_record *record, const vb_ev_file *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_FILE);

    vb_json_str(json, "step", ev->step);
    vb_member_str(json, "path", ev->path);
    vb_json_int(json, "bytes", (int64_t)ev->bytes);
    vb_member_digest(json, "sha256", ev->sha256);
    vb_member_str(json, "mode", ev->mode);
    return vb_record_commit(record, err);
}

bool
vb_event_manual(vb_record *record, const vb_ev_manual *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_MANUAL);

    vb_json_str(json, "step", ev->step);
    vb_json_bool(json, "done", ev->done);
    vb_member_str(json, "by", ev->by);
    vb_member_str(json, "how", ev->how);
    vb_member_str(json, "remark", ev->remark);
    return vb_record_commit(record, err);
}

void
vb_event_compare_begin(vb_record *record, const vb_ev_compare *ev)
{
    vb_json *json = BEGIN(VB_EVENT_COMPARE);

    record->compare_left = ev->left_out;
    vb_json_str(json, "step", ev->step);
    vb_json_int(json, "attempt", ev->attempt ? ev->attempt : 1);
    vb_json_int(json, "expect", ev->expect);
    vb_json_bool(json, "match", ev->match);
    vb_member_true(json, "fault", ev->fault);
    vb_member_str(json, "summary", ev->summary);
    vb_json_array(json, "lines");
}

void
vb_event_compare_line(vb_record *record, const vb_ev_line *line)
{
    const size_t enough = (size_t)384 * 1024, longest = (size_t)16 * 1024;
    vb_json *json = &record->json;

    if (record->full || record->members.len > enough) {
        record->compare_left++;
        return;
    }
    vb_json_object(json, NULL);
    vb_json_c(json, "k", line->kind);
    vb_member_int(json, "e", line->expected);
    vb_member_int(json, "a", line->actual);
    vb_member_str(json, "es", vb_clip(line->expected_text, longest));
    if (!vb_str_eq(line->expected_text, line->actual_text) || !line->expected)
        vb_member_str(json, "as", vb_clip(line->actual_text, longest));
    vb_member_str(json, "n", vb_clip(line->note, longest));
    vb_json_end(json, '}');
}

bool
vb_event_compare_end(vb_record *record, vb_error *err)
{
    vb_json_end(&record->json, ']');
    vb_member_int(&record->json, "left_out", (int64_t)record->compare_left);
    return vb_record_commit(record, err);
}

bool
vb_event_step_end(vb_record *record, const vb_ev_step_end *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_STEP_END);

    record->verdict = ev->verdict;
    vb_json_str(json, "step", ev->step);
    vb_json_c(json, "verdict", vb_verdict_name(ev->verdict));
    if (ev->ran)
        vb_json_int(json, "status", ev->status);
    vb_json_int(json, "duration_ns", ev->duration_ns);
    vb_member_int(json, "simulated_ms", ev->simulated_ms);
    vb_member_int(json, "attempts", ev->attempts);
    vb_json_str(json, "explanation", vb_clip(ev->explanation, VB_TEXT_MAX));
    vb_json_bool(json, "checked", ev->checked);
    vb_member_int(json, "failed_line", ev->failed_line);
    vb_member_sums(json, &ev->sums);
    return vb_record_commit(record, err);
}

bool
vb_event_skip(vb_record *record, const vb_ev_skip *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_SKIP);

    vb_json_str(json, "step", ev->step);
    vb_member_str(json, "kind", ev->kind);
    vb_member_str(json, "phase", ev->phase);
    vb_member_str(json, "title", vb_clip(ev->title, 4096));
    vb_member_str(json, "file", ev->file);
    vb_member_int(json, "line", ev->line);
    vb_member_str(json, "why", vb_clip(ev->why, VB_TEXT_MAX));
    return vb_record_commit(record, err);
}
