/*
 * Going on where a run stopped. The transcript says what was done; the
 * directory holds the state of the shell behind it. What has run already must
 * be what the guide still says.
 */
#include "exec/runner.h"

#include "base/io.h"
#include "exec/interact.h"
#include "exec/shape.h"
#include "record/reader.h"

#include "base/banned.h"

enum { STATE_MAX = 64 * 1024 * 1024 };

/* What the transcript says about one step. */
typedef struct past_step {
    vb_str source, body;
    vb_str unedited, edited; /* a person changed the text */
    bool started, ended, manual_done;
    bool printed; /* anything, in its last attempt */
    vb_verdict verdict;
    int status;
    uint32_t line, n; /* of its last command that did not succeed */
    vb_str text;      /* that command */
    bool unknown;     /* how that command ended is not known */
    bool in_command;  /* a command began and nothing says that it ended */
    vb_buf out[2];    /* printed before that command */
    size_t before[2]; /* length of 'out' when it began */
} past_step;

struct vb_past {
    vb_map steps; /* id -> past_step */
    VB_VEC(vb_given) inputs;
    vb_str cwd, id, provider;
    bool rehearsal, ended;
};

static past_step *
step_at(vb_past *past, vb_runner *run, vb_str id)
{
    bool added;
    vb_map_entry *entry =
        vb_map_add(&past->steps, vb_str_copy(run->arena, id), &added);

    if (added) {
        past_step *step = VB_NEW(run->arena, past_step);

        vb_buf_init(&step->out[0], VB_CAPTURE_MAX);
        vb_buf_init(&step->out[1], VB_CAPTURE_MAX);
        entry->ptr = step;
    }
    return entry->ptr;
}

static vb_str
kept(vb_runner *run, const vb_node *body, const char *key)
{
    return vb_str_copy(run->arena, vb_node_str(body, key, (vb_str){0}));
}

static void
on_step_start(vb_runner *run, past_step *step, const vb_node *body)
{
    step->started = true;
    step->ended = step->in_command = step->unknown = step->printed = false;
    step->line = 0;
    step->source = kept(run, body, "source");
    step->body = kept(run, body, "body");
    vb_buf_clear(&step->out[0]);
    vb_buf_clear(&step->out[1]);
    step->before[0] = step->before[1] = 0;
}

static void
on_command(vb_runner *run, past_step *step, const vb_node *body, bool starts)
{
    int64_t status = vb_node_int(body, "status", -1);

    if (starts) {
        step->in_command = true;
        step->before[0] = step->out[0].len;
        step->before[1] = step->out[1].len;
    } else {
        step->in_command = false;
    }
    step->unknown = starts || status < 0;
    step->line = (uint32_t)vb_node_int(body, "line", 0);
    step->n = (uint32_t)vb_node_int(body, "n", 0);
    step->text = kept(run, body, "text");
}

static void
on_decision(vb_runner *run, past_step *step, const vb_node *body)
{
    if (!vb_str_eqc(vb_node_str(body, "choice", (vb_str){0}), "edit"))
        return;
    if (!step->edited.len)
        step->unedited = kept(run, body, "was");
    step->edited = kept(run, body, "text");
}

static void
on_event(vb_runner *run, vb_past *past, const vb_event *event)
{
    vb_str id = vb_node_str(event->body, "step", (vb_str){0});
    past_step *step = id.len ? step_at(past, run, id) : NULL;

    if (vb_str_eqc(event->type, "run-start")) {
        past->cwd = kept(run, event->body, "cwd");
        past->id = kept(run, event->body, "run");
        past->provider = kept(run, event->body, "provider");
        past->rehearsal = vb_str_eqc(
            vb_node_str(event->body, "mode", (vb_str){0}), "rehearsal");
    } else if (vb_str_eqc(event->type, "input") &&
               vb_node_get(event->body, "value")) {
        vb_vec_push(run->arena, &past->inputs,
                    (vb_given){kept(run, event->body, "name"),
                               kept(run, event->body, "value")});
    } else if (!step) {
        return;
    } else if (vb_str_eqc(event->type, "step-start")) {
        on_step_start(run, step, event->body);
    } else if (vb_str_eqc(event->type, "command-start")) {
        on_command(run, step, event->body, true);
    } else if (vb_str_eqc(event->type, "command")) {
        on_command(run, step, event->body, false);
    } else if (vb_str_eqc(event->type, "out")) {
        bool err =
            vb_str_eqc(vb_node_str(event->body, "stream", (vb_str){0}), "err");

        step->printed = true;
        if (!vb_event_bytes(event, &step->out[err]))
            vb_buf_clear(&step->out[err]);
    } else if (vb_str_eqc(event->type, "decision")) {
        on_decision(run, step, event->body);
    } else if (vb_str_eqc(event->type, "manual")) {
        step->manual_done = vb_node_bool(event->body, "done", false);
    } else if (vb_str_eqc(event->type, "step-end")) {
        step->ended = true;
        step->status = (int)vb_node_int(event->body, "status", 0);
        if (!vb_verdict_parse(vb_node_str(event->body, "verdict", (vb_str){0}),
                              &step->verdict))
            step->verdict = VB_VERDICT_FAILED;
    }
}

bool
vb_resume_read(vb_runner *run, vb_error *err)
{
    vb_reader *reader = vb_reader_open(run->opts->resume, err);
    vb_past *past = VB_NEW(run->arena, vb_past);
    vb_arena scratch = {0};
    vb_event event;

    if (!reader)
        return false;
    vb_map_init(&past->steps, run->arena);
    run->past_run = past;
    for (;;) {
        vb_read_status status;

        vb_arena_reset(&scratch);
        status = vb_reader_next(reader, &scratch, &event, run->diags);
        if (status != VB_READ_EVENT)
            break;
        on_event(run, past, &event);
    }
    vb_arena_release(&scratch);
    vb_reader_close(reader);
    if (past->rehearsal != (run->opts->nscenarios > 0))
        return vb_fail(err, "'%s' is a %s", run->opts->resume,
                       past->rehearsal ? "rehearsal: resume it with --rehearse"
                                       : "run and no rehearsal");
    return true;
}

void
vb_resume_values(vb_runner *run)
{
    const vb_past *past = run->past_run;

    /* What an output said later stands above the guide's sample. */
    for (size_t i = past ? past->inputs.len : 0; i-- > 0;) {
        bool given = false;

        for (size_t k = 0; k < run->given.len; k++)
            given = given ||
                    vb_str_eq(run->given.at[k].name, past->inputs.at[i].name);
        if (!given)
            vb_vec_push(run->arena, &run->given, past->inputs.at[i]);
    }
}

/* ------------------------------------------------- is it still the same? -- */

/* The recorder has taken secrets out of what it wrote. */
static vb_str
as_recorded(vb_runner *run, vb_str text)
{
    vb_buf clean;
    vb_str out;

    vb_buf_init(&clean, VB_BUF_NO_MAX);
    vb_record_redact(run->record, text, &clean);
    out = vb_str_copy(run->arena, vb_buf_view(&clean));
    vb_buf_release(&clean);
    return out;
}

static void
differs(vb_runner *run, const vb_step *step, vb_str was, vb_str is)
{
    vb_str a = {0}, b = {0};
    uint32_t line = 0;
    vb_loc loc = step->loc;
    vb_diag *diag;

    while (vb_str_line(&was, &a) & vb_str_line(&is, &b)) {
        if (!vb_str_eq(a, b))
            break;
        line++;
        a = b = (vb_str){0};
    }
    loc.line = vb_source_line_of(step, line);
    diag =
        vb_diag_add(run->diags, VB_ERROR, NULL, loc,
                    "step '%.*s' has changed since it ran", VB_ARG(step->id));
    diag->hint = vb_str_fmt(run->arena,
                            "it was '%.*s', now it is '%.*s'; "
                            "start a new run",
                            VB_ARG(vb_str_sub(a, 0, 200)),
                            VB_ARG(vb_str_sub(b, 0, 200)));
}

/* Steps are clipped in the record: what is there must agree. */
static bool
same(vb_runner *run, size_t index, const past_step *was)
{
    const vb_step *step = &run->plan->steps.at[index];
    vb_str now = as_recorded(run, run->steps[index].text);
    vb_str then = was->body.len ? was->body : was->source;

    /* Against what the person had before the change. */
    if (was->edited.len)
        then = was->unedited;

    if (vb_str_eq(now, then) ||
        (then.len >= VB_TEXT_MAX - 4 && vb_str_find(now, then) == 0))
        return true;
    differs(run, step, then, now);
    return false;
}

/* -------------------------------------------------- where does it go on? -- */

/* The place of the command in the text: only if it is certain, and if a text
 * may begin there. */
static size_t
find_command(const vb_runner *run, size_t index, const past_step *was)
{
    const vb_shell *shell = run->steps[index].shell;
    const vb_step *step = &run->plan->steps.at[index];
    vb_str rest = was->text, first = {0};
    size_t found = VB_NPOS;

    if (!vb_str_word(&rest, &first))
        return VB_NPOS;
    for (size_t i = 0; i < shell->simples.len; i++) {
        const vb_simple *simple = &shell->simples.at[i];

        if (vb_source_line_of(step, simple->line) != was->line)
            continue;
        if (!vb_str_starts(vb_str_from(shell->text, simple->start),
                           vb_str_fmt(run->arena, "%.*s", VB_ARG(first)).ptr))
            continue;
        if (found != VB_NPOS)
            return VB_NPOS;
        found = i;
    }
    return found != VB_NPOS && vb_shape_boundary(shell, found) ? found
                                                               : VB_NPOS;
}

static size_t
next_boundary(const vb_shell *shell, size_t from)
{
    for (size_t i = from + 1; i < shell->simples.len; i++)
        if (vb_shape_boundary(shell, i))
            return i;
    return VB_NPOS;
}

/* Asks whether to run it again when nobody has said so. */
static bool
may_rerun(vb_runner *run, const vb_step *step, uint32_t line)
{
    vb_str text, answer = {0};

    if (run->opts->rerun || !step->mutating)
        return true;
    text = vb_str_fmt(run->arena,
                      "%s:%u: how this command of step %.*s ended is not "
                      "known; run it again? [y/N] ",
                      step->loc.file, line ? line : step->loc.line,
                      VB_ARG(step->id));
    return vb_ask(run, text, &answer) && vb_str_istarts(answer, "y");
}

static void
cannot_go_on(vb_runner *run, const vb_step *step, uint32_t line,
             const char *why)
{
    vb_loc loc = step->loc;

    if (line)
        loc.line = line;
    vb_diag_add(run->diags, VB_ERROR, NULL, loc, "%s", why)->hint =
        VB_STR("look at what it did, then give --rerun or --assume-done");
}

static void
go_on_at(vb_runner *run, size_t index, past_step *was, size_t from)
{
    vb_ready_step *ready = &run->steps[index];

    ready->from = from;
    ready->bare = false;
    ready->prior[0] = vb_str_copy(
        run->arena, vb_str_sub(vb_buf_view(&was->out[0]), 0, was->before[0]));
    ready->prior[1] = vb_str_copy(
        run->arena, vb_str_sub(vb_buf_view(&was->out[1]), 0, was->before[1]));
}

/* A step that began and did not succeed. */
static void
take_up(vb_runner *run, size_t index, past_step *was)
{
    const vb_step *step = &run->plan->steps.at[index];
    vb_ready_step *ready = &run->steps[index];
    bool stopped = !was->ended || was->verdict == VB_VERDICT_INTERRUPTED ||
                   was->verdict == VB_VERDICT_TIMEOUT;
    bool unknown = was->unknown || (stopped && !was->line);
    size_t at;

    if (step->kind != VB_KIND_COMMAND)
        return;
    if (was->edited.len &&
        vb_str_find(was->edited, VB_STR("[redacted:")) == VB_NPOS)
        vb_ready_text(run, index, was->edited);
    at = was->line ? find_command(run, index, was) : 0;
    if (was->ended && was->verdict == VB_VERDICT_DIFFERS)
        unknown = true;
    if (!unknown && stopped)
        unknown = was->in_command;
    if (run->opts->assume_done && (unknown || at == VB_NPOS)) {
        size_t next = at == VB_NPOS || (was->ended && !was->line)
                          ? VB_NPOS
                          : next_boundary(ready->shell, at);

        ready->assumed = next == VB_NPOS;
        if (next != VB_NPOS)
            go_on_at(run, index, was, next);
        return;
    }
    if ((unknown || at == VB_NPOS) && !may_rerun(run, step, was->line)) {
        cannot_go_on(run, step, was->line,
                     "how this command ended is not known");
        return;
    }
    if (at != VB_NPOS && at > 0 && was->verdict != VB_VERDICT_DIFFERS)
        go_on_at(run, index, was, at);
}

static bool
is_done(const past_step *was, const vb_step *step)
{
    if (!was->ended)
        return false;
    if (step->kind == VB_KIND_MANUAL)
        return was->manual_done;
    return was->verdict == VB_VERDICT_PASS ||
           was->verdict == VB_VERDICT_UNVERIFIED;
}

bool
vb_resume_steps(vb_runner *run)
{
    vb_past *past = run->past_run;
    size_t before = run->diags->errors;

    for (size_t i = 0; past && i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];
        vb_map_entry *entry = vb_map_find(&past->steps, step->id);
        past_step *was = entry ? entry->ptr : NULL;

        if (!was || !was->started || !run->steps[i].runs)
            continue;
        if (!same(run, i, was))
            continue;
        run->steps[i].done = is_done(was, step);
        run->steps[i].unchecked =
            was->printed && (!was->ended || was->verdict != VB_VERDICT_PASS);
        if (run->steps[i].done)
            run->result->results[i].verdict = was->verdict;
        else
            take_up(run, i, was);
    }
    return run->diags->errors == before;
}

/* ---------------------------------------------------- state of the shell -- */

bool
vb_resume_state(vb_runner *run, vb_error *err)
{
    vb_str path = vb_str_fmt(run->arena, "%s/shell", run->dir.state);
    vb_str names = vb_str_fmt(run->arena, "%s/withheld", run->dir.state);
    vb_str text, name;

    if (!vb_exists(path.ptr))
        return true;
    if (!vb_read_file_arena(path.ptr, STATE_MAX, run->arena, &text, err))
        return false;
    vb_buf_str(&run->state.restore, text);
    run->state.errexit = vb_str_has(text, "set -o errexit");
    if (!vb_exists(names.ptr))
        return true;
    if (!vb_read_file_arena(names.ptr, STATE_MAX, run->arena, &text, err))
        return false;
    while (vb_str_word(&text, &name)) {
        bool given = false;

        for (size_t i = 0; i < run->given.len; i++)
            given = given || vb_str_eq(run->given.at[i].name, name);
        if (!given)
            vb_diag_add(run->diags, VB_ERROR, NULL, (vb_loc){0},
                        "'%.*s' held a secret and was not kept: give it with "
                        "--set %.*s=@FILE",
                        VB_ARG(name), VB_ARG(name));
    }
    return true;
}

const char *
vb_resume_cwd(const vb_runner *run)
{
    const vb_past *past = run->past_run;

    if (run->opts->workdir || !past->cwd.len)
        return run->opts->workdir;
    return past->cwd.ptr;
}

/* The first step that is still to be done. */
static size_t
first_open(const vb_runner *run)
{
    for (size_t i = 0; i < run->plan->steps.len; i++)
        if (run->steps[i].runs && !run->steps[i].done)
            return i;
    return VB_NPOS;
}

bool
vb_story_resume(vb_runner *run, vb_error *err)
{
    vb_ev_resume ev = {.user = vb_user_name(run->arena)};
    size_t first;

    vb_learn_secrets(run);
    if (!vb_resume_steps(run))
        return vb_fail(err, "'%s' cannot be resumed", run->opts->resume);
    vb_carry_resume(run);
    if (!vb_resume_state(run, err))
        return false;
    if (run->diags->errors)
        return vb_fail(err, "'%s' cannot be resumed", run->opts->resume);
    first = first_open(run);
    if (first != VB_NPOS) {
        ev.step = run->plan->steps.at[first].id;
        ev.command = (uint32_t)run->steps[first].from;
    }
    return vb_event_resume(run->record, &ev, err);
}

void
vb_resume_release(vb_runner *run)
{
    const vb_past *past = run->past_run;

    for (size_t i = 0; past && i < past->steps.entries.len; i++) {
        past_step *step = past->steps.entries.at[i].ptr;

        vb_buf_release(&step->out[0]);
        vb_buf_release(&step->out[1]);
    }
    run->past_run = NULL;
}
