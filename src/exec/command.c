/* One command step: its attempts, each in the live shell. */
#include "exec/frame.h"
#include "exec/interact.h"
#include "exec/runner.h"
#include "exec/shape.h"

#include "base/clock.h"
#include "exec/files.h"

#include "base/banned.h"

static bool
may_be_bare(const vb_runner *run)
{
    const vb_state *state = &run->state;

    return run->now.ready->bare && !state->errexit && !state->xtrace &&
           !state->err_trap.len && !state->debug_trap.len;
}

/* The body, or what is left of it after a resume: skipped lines stay as
 * empty ones, so that line numbers keep their meaning. */
static void
put_body(const vb_ready_step *ready, vb_buf *out)
{
    uint32_t start =
        ready->from ? ready->shell->simples.at[ready->from].start : 0;

    for (uint32_t i = 0; i < start; i++)
        if (ready->text.ptr[i] == '\n')
            vb_buf_ch(out, '\n');
    vb_buf_str(out, vb_str_from(ready->text, start));
}

static void
put_frame(vb_runner *run, vb_buf *out)
{
    vb_now *now = &run->now;
    vb_buf body;
    vb_frame frame = {.bare = may_be_bare(run),
                      .watch = now->ready->shell->simples.len > 1 ||
                               now->ready->guarded.len,
                      .traps = now->ready->traps,
                      .unhide = vb_str_has(now->ready->text, "builtin"),
                      .xtrace = run->state.xtrace,
                      .err_trap = vb_buf_view(&run->state.err_trap),
                      .debug_trap = vb_buf_view(&run->state.debug_trap),
                      .guarded = now->ready->guarded.at,
                      .nguarded = now->ready->guarded.len,
                      .depths = now->ready->depths.at,
                      .ndepths = now->ready->depths.len};

    vb_buf_init(&body, VB_BUF_NO_MAX);
    if (vb_background_wrap(run)) {
        vb_buf_c(&body, "{ ");
        put_body(now->ready, &body);
        vb_buf_c(&body, "\n} </dev/null &\n");
        frame.watch = false;
    } else {
        put_body(now->ready, &body);
    }
    frame.body = vb_buf_view(&body);
    if (run->keeps_last) {
        frame.last_arg = vb_buf_view(&run->last_arg);
        frame.last_status = run->last_status;
    }
    /* Traces would show our traps. */
    frame.traced = frame.xtrace || vb_str_has(now->ready->text, "set -x") ||
                   vb_str_has(now->ready->text, "xtrace");
    frame.watch = frame.watch && !frame.traced;
    now->head = vb_frame_write(&frame, out);
    now->tail = now->head + 1;
    for (size_t i = 0; i < body.len; i++)
        now->tail += body.ptr[i] == '\n';
    if (body.len && body.ptr[body.len - 1] != '\n')
        now->tail++;
    vb_buf_release(&body);
}

/* Runs the text once; the status is in the result. */
static bool
once(vb_runner *run, vb_step_result *result, vb_error *err)
{
    vb_now *now = &run->now;
    vb_watch watch = vb_watch_step;
    vb_end end;
    vb_buf text;
    bool ok;

    watch.user = run;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    put_frame(run, &text);
    ok = vb_session_run(run->session, vb_buf_view(&text), &watch, &end, err);
    vb_buf_release(&text);
    if (!ok)
        return false;
    if (now->broken) {
        *err = now->broken_error;
        return false;
    }
    result->ran = !now->guarded;
    result->status = now->failed  ? now->failed_status
                     : now->ended ? now->ended_status
                                  : end.status;
    if (!vb_now_command_end(run, false, 0, err) || !vb_sim_record(run, err))
        return false;
    return !end.lost || vb_shell_gone(run, end.status, err);
}

/* The reader's traps come out of the shell before the snapshot does. */
static bool
take_traps(vb_runner *run, vb_error *err)
{
    vb_buf listing;
    bool ok;

    if (!run->now.ready->traps || !run->now.ended ||
        vb_session_lost(run->session))
        return true;
    vb_buf_init(&listing, VB_BUF_NO_MAX);
    ok = vb_session_snapshot(run->session, &listing, err);
    if (ok)
        vb_state_traps(&run->state, vb_buf_view(&listing));
    vb_buf_release(&listing);
    return ok;
}

static bool
attempt(vb_runner *run, uint32_t number, vb_step_result *result, vb_error *err)
{
    if (vb_session_lost(run->session) && !vb_shell_open(run, err))
        return false;
    if (!vb_now_attempt(run, number, err) || !vb_guard_start(run, err))
        return false;
    if (run->now.guarded) {
        result->ran = false;
        return true;
    }
    if (!once(run, result, err) || !take_traps(run, err) ||
        !vb_background_wait(run, result, err))
        return false;
    run->last_status = result->status;
    if (!may_be_bare(run))
        vb_keep_children(run, run->now.index);
    return !run->now.ready->changes || vb_shell_after(run, err);
}

/* -------------------------------------------------------------- attempts -- */

/* The step went wrong for good, unless a person wants to try once more. */
static bool
ask_what_next(vb_runner *run, vb_step_result *result, bool *again,
              vb_error *err)
{
    vb_decision what;

    *again = false;
    if (!vb_verdict_bad(result->verdict))
        return true;
    if (!vb_interact_after(run, result, &what, err))
        return false;
    *again = what == VB_DECIDE_RETRY || what == VB_DECIDE_AGAIN;
    run->pass_over = what == VB_DECIDE_SKIP;
    if (what == VB_DECIDE_QUIT)
        run->quit = run->stop_run = true;
    if (what == VB_DECIDE_DONE) {
        result->verdict = VB_VERDICT_UNVERIFIED;
        result->explanation = VB_STR("a person says it is done");
    }
    return true;
}

bool
vb_run_command(vb_runner *run, vb_step_result *result, vb_output_sum *sums,
               vb_error *err)
{
    for (uint32_t number = 1;; number++) {
        int64_t wait;
        bool again = false;

        if (!attempt(run, number, result, err) ||
            !vb_record_output_end(run->record, sums, err) ||
            !vb_judge(run, result, err))
            return false;
        result->attempts = number;
        wait = vb_again_wait(run, result, number);
        if (wait < 0 && !ask_what_next(run, result, &again, err))
            return false;
        if (wait < 0 && !again)
            return true;
        if (wait < 0)
            wait = 0;
        if (!vb_again(run, result, sums, wait, err))
            return false;
        if (run->now.stop != VB_STOP_NONE)
            return vb_judge(run, result, err);
    }
}

/* ----------------------------------------------------------------- files -- */

/* $NAME or ${NAME} at 'at' for one of the step's variables: its index and
 * its length in the text. */
static size_t
variable_at(const vb_step *step, vb_str text, size_t at, size_t *len)
{
    bool braced = at + 1 < text.len && text.ptr[at + 1] == '{';
    size_t from = at + (braced ? 2 : 1), to = from;
    vb_str name;

    while (to < text.len && vb_is_word(text.ptr[to]))
        to++;
    if (braced && (to >= text.len || text.ptr[to] != '}'))
        return VB_NPOS;
    name = vb_str_sub(text, from, to - from);
    *len = to + braced - at;
    for (size_t i = 0; i < step->uses.len; i++)
        if (vb_str_eq(step->uses.at[i], name))
            return i;
    return VB_NPOS;
}

/* The live shell's values of the step's variables, in their order. */
static bool
ask_values(vb_runner *run, vb_str *values, vb_error *err)
{
    const vb_step *step = run->now.step;
    vb_buf text, answer;
    vb_str rest, field;
    bool ok;

    if (vb_session_lost(run->session) && !vb_shell_open(run, err))
        return false;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_init(&answer, VB_BUF_NO_MAX);
    vb_buf_c(&text, "\\builtin printf '%s\\0'");
    for (size_t i = 0; i < step->uses.len; i++)
        vb_buf_fmt(&text, " \"${%.*s-}\"", VB_ARG(step->uses.at[i]));
    vb_buf_c(&text, " >&252\n");
    ok = vb_shell_quiet(run, vb_buf_view(&text), &answer, err);
    rest = vb_str_copy(&run->scratch, vb_buf_view(&answer));
    for (size_t i = 0; ok && i < step->uses.len; i++)
        values[i] = vb_str_field(&rest, '\0', &field) ? field : (vb_str){0};
    vb_buf_release(&text);
    vb_buf_release(&answer);
    return ok;
}

/* Fills the guide's $NAMEs in. False in *filled names the empty one. */
static bool
fill(vb_runner *run, vb_buf *out, vb_str *empty, vb_error *err)
{
    const vb_step *step = run->now.step;
    vb_str text = run->now.ready->text;
    vb_str *values = VB_NEW_N(&run->scratch, vb_str, step->uses.len);

    if (!ask_values(run, values, err))
        return false;
    for (size_t i = 0; i < text.len;) {
        size_t len = 0, which = VB_NPOS;

        if (text.ptr[i] == '$')
            which = variable_at(step, text, i, &len);
        if (which == VB_NPOS) {
            vb_buf_ch(out, text.ptr[i++]);
            continue;
        }
        if (!values[which].len)
            *empty = step->uses.at[which];
        vb_buf_str(out, values[which]);
        i += len;
    }
    return true;
}

static bool
put_file(vb_runner *run, vb_str content, vb_step_result *result, vb_error *err)
{
    const vb_step *step = run->now.step;
    bool append = vb_str_eqc(step->mode, "append");
    vb_ev_file ev = {.step = step->id,
                     .path = step->name,
                     .bytes = content.len,
                     .sha256 = vb_sha256(content),
                     .mode = append ? VB_STR("append") : VB_STR("write")};
    vb_error why = {.message = ""};
    vb_buf clean;

    if (!vb_file_put(run->dir.work_fd, step->name, content, append, &why)) {
        result->verdict = VB_VERDICT_FAILED;
        result->explanation = vb_str_copy(run->arena, vb_str_c(why.message));
        return true;
    }
    vb_vec_push(run->arena, &run->files, run->now.index);
    result->ran = true;
    result->verdict = VB_VERDICT_PASS;
    result->explanation = vb_str_fmt(run->arena, "wrote '%.*s', %zu bytes",
                                     VB_ARG(step->name), content.len);
    /* The digest of a secret could be guessed at. */
    vb_buf_init(&clean, VB_BUF_NO_MAX);
    vb_record_redact(run->record, content, &clean);
    if (!vb_str_eq(vb_buf_view(&clean), content))
        ev.sha256 = (vb_digest){.hex = ""};
    vb_buf_release(&clean);
    return vb_event_file(run->record, &ev, err);
}

bool
vb_run_file(vb_runner *run, vb_step_result *result, vb_error *err)
{
    vb_str empty = {0};
    vb_buf content;
    bool ok = true;

    vb_buf_init(&content, VB_BUF_NO_MAX);
    if (run->now.step->fill_vars && run->now.step->uses.len)
        ok = fill(run, &content, &empty, err);
    else
        vb_buf_str(&content, run->now.ready->text);
    if (ok && empty.len) {
        result->verdict = VB_VERDICT_FAILED;
        result->explanation = vb_str_fmt(
            run->arena, "not written: '%.*s' is empty or not set here",
            VB_ARG(empty));
    } else if (ok) {
        ok = put_file(run, vb_buf_view(&content), result, err);
    }
    vb_buf_release(&content);
    return ok;
}

/* ---------------------------------------------------------------- manual -- */

/* Asks the person at the terminal. One who has said already that it is done
 * may still have a remark. */
static bool
ask(vb_runner *run, vb_str *remark, bool *done)
{
    const vb_step *step = run->now.step;

    *done = run->now.ready->by_hand;
    if (*done)
        return vb_ask(run, VB_STR("a remark? "), remark) || *done;
    if (!vb_ask(run,
                vb_str_fmt(&run->scratch,
                           "\nfor you to do: %.*s\n%.*s\ndone? [y/N, and a "
                           "remark if you like] ",
                           VB_ARG(step->title), VB_ARG(step->body)),
                remark))
        return false;
    *done = vb_str_istarts(*remark, "y");
    return true;
}

bool
vb_run_manual(vb_runner *run, vb_step_result *result, vb_error *err)
{
    vb_ev_manual ev = {.step = run->now.step->id, .how = VB_STR("terminal")};
    vb_manual how = run->opts->manual;
    bool asked = false;

    if (how == VB_MANUAL_SKIP && !run->now.ready->by_hand)
        ev.how = VB_STR("--manual=skip");
    else if (how == VB_MANUAL_FAIL && !run->now.ready->by_hand)
        ev.how = VB_STR("--manual=fail");
    else
        asked = ask(run, &ev.remark, &ev.done);
    if (!asked && (how == VB_MANUAL_AUTO || how == VB_MANUAL_ASK))
        ev.how = VB_STR("no-terminal");
    if (asked)
        ev.by = vb_user_name(run->arena);
    result->ran = ev.done;
    result->verdict = ev.done                          ? VB_VERDICT_PASS
                      : how == VB_MANUAL_FAIL          ? VB_VERDICT_FAILED
                      : how == VB_MANUAL_ASK && !asked ? VB_VERDICT_FAILED
                                                       : VB_VERDICT_SKIPPED;
    result->explanation = ev.done ? VB_STR("a person says it is done")
                                  : VB_STR("for a person to do: not done");
    if (!ev.done)
        run->result->manual_not_done++;
    return vb_event_manual(run->record, &ev, err);
}
