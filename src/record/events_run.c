/* Writers of the events about the run as a whole. */
#include "record/events.h"

#include "record/members.h"
#include "record/writer.h"

#include "base/banned.h"

#define BEGIN(type) vb_record_begin(record, vb_event_type_name(type))

static void
choices(vb_json *json, const vb_ev_run *ev)
{
    if (ev->nchoices == 0)
        return;
    vb_json_array(json, "choices");
    for (size_t i = 0; i < ev->nchoices; i++) {
        vb_json_object(json, NULL);
        vb_member_str(json, "axis", ev->choices[i].axis);
        vb_member_str(json, "label", ev->choices[i].label);
        vb_member_true(json, "explicit", ev->choices[i].explicit_);
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

bool
vb_event_run_start(vb_record *record, const vb_ev_run *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_RUN_START);

    vb_json_c(json, "format", VB_TRANSCRIPT_FORMAT);
    vb_json_c(json, "verbatim", VB_VERSION);
    vb_member_str(json, "run", ev->run);
    vb_json_c(json, "mode", ev->rehearsal ? "rehearsal" : "live");
    vb_member_true(json, "isolated", ev->isolated);
    vb_member_true(json, "sandbox", ev->sandbox);
    vb_member_str(json, "document", ev->document);
    vb_member_str(json, "title", ev->title);
    vb_member_str(json, "provider", ev->provider);
    choices(json, ev);
    vb_member_str(json, "host", ev->host);
    vb_member_str(json, "user", ev->user);
    vb_member_str(json, "cwd", ev->cwd);
    vb_member_str(json, "os", ev->os);
    vb_member_str(json, "shell", ev->shell);
    vb_member_str(json, "locale", ev->locale);
    vb_member_str(json, "umask", ev->umask);
    if (ev->columns) {
        vb_json_object(json, "tty");
        vb_json_int(json, "columns", ev->columns);
        vb_json_int(json, "rows", ev->rows);
        vb_json_end(json, '}');
    }
    if (ev->git_commit.len) {
        vb_json_object(json, "git");
        vb_json_str(json, "commit", ev->git_commit);
        vb_json_bool(json, "dirty", ev->git_dirty);
        vb_json_end(json, '}');
    }
    vb_member_strs(json, "argv", ev->argv, ev->nargv);
    vb_json_int(json, "steps", (int64_t)ev->steps);
    vb_json_int(json, "selected", (int64_t)ev->selected);
    return vb_record_commit(record, err);
}

bool
vb_event_document(vb_record *record, const vb_ev_document *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_DOCUMENT);

    vb_member_str(json, "role", ev->role);
    vb_member_str(json, "path", ev->path);
    vb_member_str(json, "copy", ev->copy);
    vb_member_digest(json, "sha256", ev->sha256);
    vb_json_int(json, "bytes", (int64_t)ev->bytes);
    return vb_record_commit(record, err);
}

bool
vb_event_plan(vb_record *record, const vb_ev_plan *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_PLAN);

    vb_member_str(json, "copy", ev->copy);
    vb_member_digest(json, "sha256", ev->sha256);
    vb_json_int(json, "steps", (int64_t)ev->steps);
    return vb_record_commit(record, err);
}

static void
block(vb_json *json, const vb_ev_block *item)
{
    vb_json_object(json, NULL);
    vb_member_str(json, "file", item->file);
    vb_member_int(json, "line", item->line);
    vb_member_int(json, "end_line", item->end_line);
    vb_member_str(json, "kind", item->kind);
    vb_member_str(json, "step", vb_clip(item->step, 1024));
    vb_member_str(json, "title", vb_clip(item->title, 1024));
    vb_member_str(json, "why", vb_clip(item->why, 1024));
    vb_json_bool(json, "selected", item->selected);
    vb_json_bool(json, "chosen", item->chosen);
    vb_member_str(json, "phase", item->phase);
    vb_member_str(json, "scope", vb_clip(item->scope, 1024));
    vb_member_str(json, "text", vb_clip(item->text, VB_BLOCK_TEXT_MAX));
    vb_json_end(json, '}');
}

bool
vb_event_blocks(vb_record *record, const vb_ev_block *items, size_t n,
                vb_error *err)
{
    const size_t enough = (size_t)128 * 1024;

    for (size_t i = 0; i < n;) {
        vb_json *json = BEGIN(VB_EVENT_BLOCKS);

        vb_json_array(json, "items");
        while (i < n && record->members.len < enough)
            block(json, &items[i++]);
        vb_json_end(json, ']');
        if (!vb_record_commit(record, err))
            return false;
    }
    return true;
}

bool
vb_event_input(vb_record *record, const vb_ev_input *ev, vb_error *err)
{
    bool secret = ev->secret || vb_secret_likely(ev->name, ev->value);
    vb_json *json;

    if (secret)
        vb_record_secret(record, ev->name, ev->value);
    json = BEGIN(VB_EVENT_INPUT);
    vb_json_str(json, "name", ev->name);
    vb_member_true(json, "secret", secret);
    if (!secret)
        vb_json_str(json, "value", vb_clip(ev->value, VB_TEXT_MAX));
    vb_member_str(json, "from", ev->from);
    return vb_record_commit(record, err);
}

bool
vb_event_program(vb_record *record, const vb_ev_program *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_PROGRAM);

    vb_json_str(json, "name", ev->name);
    vb_member_str(json, "path", ev->path);
    vb_member_str(json, "version", ev->version);
    vb_member_true(json, "simulated", ev->simulated);
    return vb_record_commit(record, err);
}

bool
vb_event_place(vb_record *record, const vb_ev_place *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_PLACE);

    vb_json_str(json, "what", ev->what);
    vb_member_str(json, "value", ev->value);
    vb_member_str(json, "from", ev->from);
    return vb_record_commit(record, err);
}

bool
vb_event_consent(vb_record *record, const vb_ev_consent *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_CONSENT);

    vb_json_bool(json, "given", ev->given);
    vb_member_str(json, "by", ev->by);
    vb_member_str(json, "how", ev->how);
    vb_member_str(json, "text", ev->text);
    return vb_record_commit(record, err);
}

bool
vb_event_phase(vb_record *record, vb_str phase, vb_str why, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_PHASE);

    vb_json_str(json, "phase", phase);
    vb_member_str(json, "why", why);
    return vb_record_commit(record, err);
}

bool
vb_event_note(vb_record *record, const char *severity, vb_str step, vb_str text,
              vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_NOTE);

    vb_json_c(json, "severity", severity);
    vb_member_str(json, "step", step);
    vb_member_str(json, "text", text);
    return vb_record_commit(record, err);
}

bool
vb_event_session(vb_record *record, const vb_ev_session *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_SESSION);

    vb_json_str(json, "state", ev->state);
    vb_member_str(json, "why", ev->why);
    vb_member_int(json, "pid", ev->pid);
    return vb_record_commit(record, err);
}

bool
vb_event_interrupt(vb_record *record, const vb_ev_interrupt *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_INTERRUPT);

    vb_member_str(json, "step", ev->step);
    vb_member_str(json, "signal", ev->signal);
    vb_member_str(json, "action", ev->action);
    return vb_record_commit(record, err);
}

bool
vb_event_resume(vb_record *record, const vb_ev_resume *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_RESUME);

    vb_json_c(json, "verbatim", VB_VERSION);
    vb_member_str(json, "step", ev->step);
    vb_member_int(json, "command", ev->command);
    vb_member_str(json, "host", ev->host);
    vb_member_str(json, "user", ev->user);
    vb_member_str(json, "why", ev->why);
    vb_member_int(json, "cut", (int64_t)record->torn);
    vb_member_strs(json, "argv", ev->argv, ev->nargv);
    return vb_record_commit(record, err);
}

bool
vb_event_leftover(vb_record *record, const vb_ev_leftover *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_LEFTOVER);

    vb_json_int(json, "pid", ev->pid);
    vb_member_str(json, "command", ev->command);
    vb_member_str(json, "step", ev->step);
    vb_member_str(json, "fate", ev->fate);
    return vb_record_commit(record, err);
}

bool
vb_event_end(vb_record *record, const vb_ev_end *ev, vb_error *err)
{
    vb_json *json = BEGIN(VB_EVENT_END);

    vb_json_str(json, "verdict", ev->verdict);
    vb_member_str(json, "reason", ev->reason);
    vb_json_int(json, "duration_ns", ev->duration_ns);
    vb_member_int(json, "simulated_ms", ev->simulated_ms);
    vb_member_int(json, "manual_not_done", (int64_t)ev->manual_not_done);
    vb_member_int(json, "unchecked", (int64_t)ev->unchecked);
    return vb_record_finish(record, err);
}
