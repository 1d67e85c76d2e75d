/* What happens while a step runs: its output, its commands, its time. */
#include "exec/runner.h"

#include "base/clock.h"
#include "base/io.h"
#include "exec/proc.h"
#include "exec/shape.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    SHOWN_COMMANDS_MAX = 500, /* then a loop runs at its own speed */
    TAIL_MAX = 4096,
    MS = 1000000,
};

/* --------------------------------------------------------------- showing -- */

void
vb_show(vb_runner *run, vb_progress_kind kind, vb_str text)
{
    vb_progress p = {.kind = kind, .text = text, .count = run->selected};

    if (!run->hooks || !run->hooks->progress)
        return;
    if (run->now.step) {
        p.step = run->now.step;
        p.index = run->now.ready->number ? run->now.ready->number - 1 : 0;
        p.elapsed_ns = vb_clock_mono_ns() - run->now.started;
        if (kind == VB_PROGRESS_STEP_END)
            p.result = &run->result->results[run->now.index];
    }
    run->hooks->progress(run->hooks->user, &p);
}

static void
show_bytes(vb_runner *run, vb_stream stream, vb_str bytes)
{
    vb_progress p = {.kind = VB_PROGRESS_OUTPUT,
                     .stream = stream,
                     .text = bytes,
                     .step = run->now.step,
                     .count = run->selected};

    p.index = run->now.ready->number - 1;
    p.elapsed_ns = vb_clock_mono_ns() - run->now.started;
    run->hooks->progress(run->hooks->user, &p);
}

/* The lines that are whole; 'all' at the end of the step. */
static void
show_lines(vb_runner *run, vb_stream stream, bool all)
{
    vb_buf *line = &run->now.line;
    size_t lf = vb_str_rchr(vb_buf_view(line), '\n');
    size_t len = all ? line->len : lf == VB_NPOS ? 0 : lf + 1;

    if (!len)
        return;
    show_bytes(run, stream, vb_str_sub(vb_buf_view(line), 0, len));
    vb_buf_drop(line, len);
    run->now.shown_at = vb_clock_mono_ns();
}

void
vb_watch_heard(void *user, vb_stream stream, vb_str bytes)
{
    vb_runner *run = user;
    vb_buf *line = &run->now.line;

    if (!run->hooks || !run->hooks->progress || !run->now.step)
        return;
    if (run->hooks->all_output) {
        vb_buf_str(line, bytes);
        show_lines(run, stream, line->len > (size_t)64 * 1024);
        return;
    }
    /* Only the last lines matter, now and then. */
    if (bytes.len > TAIL_MAX) {
        vb_str tail = vb_str_from(bytes, bytes.len - TAIL_MAX);
        size_t lf = vb_str_chr(tail, '\n');

        vb_buf_clear(line);
        bytes = lf == VB_NPOS ? (vb_str){0} : vb_str_from(tail, lf + 1);
    } else if (line->len > TAIL_MAX) {
        vb_buf_clear(line);
    }
    vb_buf_str(line, bytes);
    if (run->now.heard - run->now.shown_at > (int64_t)VB_TICK_MS * MS)
        show_lines(run, stream, false);
}

/* ---------------------------------------------------------------- output -- */

static bool
on_output(void *user, vb_stream stream, vb_str bytes, vb_error *err)
{
    vb_runner *run = user;
    vb_now *now = &run->now;

    if (now->broken) {
        *err = now->broken_error;
        return false;
    }
    now->heard = vb_clock_mono_ns();
    now->unflushed = true;
    if (!vb_record_output(run->record, stream, bytes, err))
        return false;
    vb_output_add(&now->output, stream, bytes);
    return true;
}

/* -------------------------------------------------------------- commands -- */

/* The record is broken: the step's output callback will say so. */
static vb_reply
give_up(vb_now *now)
{
    now->broken = true;
    return VB_REPLY_STOP;
}

bool
vb_now_command_end(vb_runner *run, bool known, int status, vb_error *err)
{
    vb_now *now = &run->now;
    vb_ev_command ev = {.step = now->step->id,
                        .attempt = now->attempt,
                        .n = now->ncommands,
                        .line = now->command_line,
                        .text = now->command_text,
                        .known = known,
                        .status = status};

    if (!now->command_open)
        return true;
    now->command_open = false;
    ev.duration_ns = vb_clock_mono_ns() - now->command_started;
    return vb_event_command(run->record, &ev, err);
}

static bool
command_begins(vb_runner *run, const vb_seen *seen)
{
    vb_now *now = &run->now;
    vb_ev_command ev = {.step = now->step->id, .attempt = now->attempt};

    now->ncommands++;
    now->command_text = vb_str_copy(&run->scratch, seen->text);
    now->command_started = vb_clock_mono_ns();
    now->command_open = true;
    ev.n = now->ncommands;
    ev.line = now->command_line;
    ev.text = now->command_text;
    return vb_event_command_start(run->record, &ev, &now->broken_error);
}

/* Which command of the text is this? Its place in the guide follows. */
static void
locate(vb_runner *run, const vb_seen *seen)
{
    vb_now *now = &run->now;
    uint32_t line = seen->line > now->head ? seen->line - now->head - 1 : 0;
    size_t from = now->simple == VB_NPOS ? now->ready->from : now->simple + 1;
    size_t at = vb_shape_at_line(now->ready->shell, line, from);

    if (at == VB_NPOS)
        at = vb_shape_at_line(now->ready->shell, line, 0);
    now->simple = at;
    if (at != VB_NPOS)
        line = now->ready->shell->simples.at[at].line;
    now->command_line = vb_source_line_of(now->step, line);
}

/* The ERR trap shows its command once more before it tells of the failure. */
static bool
is_echo(const vb_now *now, const vb_seen *seen)
{
    return now->command_open && seen->status != 0 &&
           vb_str_eq(now->command_text, seen->text);
}

static vb_reply
on_command(void *user, const vb_seen *seen)
{
    vb_runner *run = user;
    vb_now *now = &run->now;
    bool changed;

    if (now->stop != VB_STOP_NONE || now->broken)
        return VB_REPLY_STOP;
    if (now->failed || seen->line <= now->head || is_echo(now, seen))
        return VB_REPLY_GO;
    if (!vb_now_command_end(run, true, seen->status, &now->broken_error) ||
        !vb_sim_record(run, &now->broken_error))
        return give_up(now);
    if (seen->line >= now->tail)
        return VB_REPLY_GO; /* our own lines behind the body */
    changed = now->simple != VB_NPOS &&
              vb_shape_changes(now->ready->shell,
                               &now->ready->shell->simples.at[now->simple],
                               &run->functions);
    locate(run, seen);
    vb_vec_push(&run->scratch, &now->output.marks,
                (vb_mark){now->command_line, now->output.text[0].len,
                          now->output.text[1].len});
    if (vb_guard_stops(run, seen))
        return VB_REPLY_STOP;
    if (now->ncommands >= SHOWN_COMMANDS_MAX && !now->ready->guarded.len)
        return VB_REPLY_QUIET;
    /* The command that ran has ended; no other begins without its record. */
    if (vb_record_full(run->record)) {
        now->full = true;
        return VB_REPLY_STOP;
    }
    if (!command_begins(run, seen))
        return give_up(now);
    return changed ? VB_REPLY_SNAPSHOT : VB_REPLY_GO;
}

static vb_reply
on_snapshot(void *user)
{
    vb_runner *run = user;

    if (run->now.stop != VB_STOP_NONE)
        return VB_REPLY_STOP;
    if (!vb_shell_keep(run, &run->now.broken_error))
        return give_up(&run->now);
    return VB_REPLY_GO;
}

static void
on_failed(void *user, const vb_seen *seen)
{
    vb_runner *run = user;
    vb_now *now = &run->now;

    now->failed = true;
    now->failed_status = seen->status;
    if (!now->command_open)
        locate(run, seen);
    now->failed_line = now->command_line;
    if (!vb_now_command_end(run, true, seen->status, &now->broken_error))
        now->broken = true;
}

static void
on_ended(void *user, const vb_seen *seen)
{
    vb_runner *run = user;
    vb_now *now = &run->now;

    now->ended = true;
    now->ended_status = seen->status;
    run->state.xtrace = vb_str_chr(seen->flags, 'x') != VB_NPOS;
    vb_buf_clear(&run->last_arg);
    vb_buf_str(&run->last_arg, seen->text);
    if (!vb_now_command_end(run, true, seen->status, &now->broken_error))
        now->broken = true;
}

/* ----------------------------------------------------- descriptors, time -- */

static size_t
on_fds(void *user, struct pollfd *fds, size_t max)
{
    vb_runner *run = user;
    const vb_sim *shims = run->sim ? run->sim : run->tap;

    fds[0] = (struct pollfd){run->signals, POLLIN, 0};
    return shims ? 1 + vb_sim_fds(shims, fds + 1, max - 1) : 1;
}

static bool
on_service(void *user, const struct pollfd *fds, size_t nfds, vb_error *err)
{
    vb_runner *run = user;
    vb_sim *shims = run->sim ? run->sim : run->tap;

    if (fds[0].revents)
        vb_signals_read(run);
    return !shims || vb_sim_service(shims, fds + 1, nfds - 1, err);
}

static void
say_silent(vb_runner *run, int64_t now)
{
    vb_now *n = &run->now;
    int64_t last = n->heard > n->said_silent ? n->heard : n->said_silent;

    if (now - last < (int64_t)VB_SILENT_MS * MS)
        return;
    n->said_silent = now;
    vb_show(run, VB_PROGRESS_SILENT,
            vb_str_fmt(run->arena, "%s:%u: nothing printed for %s",
                       n->step->loc.file,
                       n->command_line ? n->command_line : n->step->loc.line,
                       vb_clock_span(now - n->heard).text));
}

static int64_t
on_timer(void *user, int64_t now)
{
    vb_runner *run = user;
    vb_now *n = &run->now;
    int64_t next = n->ticked + (int64_t)VB_TICK_MS * MS, stop;

    if (n->unflushed) {
        n->unflushed = false;
        if (!vb_record_flush(run->record, &n->broken_error))
            n->broken = true;
    }
    if (now >= next) {
        n->ticked = now;
        next = now + (int64_t)VB_TICK_MS * MS;
        vb_show(run, VB_PROGRESS_TICK, (vb_str){0});
        say_silent(run, now);
    }
    if (n->broken)
        vb_stop_begin(run, VB_STOP_INTERRUPT);
    if (now >= n->deadline)
        vb_stop_begin(run, VB_STOP_TIMEOUT);
    if (now >= run->deadline)
        vb_stop_begin(run, VB_STOP_RUN_TIMEOUT);
    stop = vb_stop_timer(run, now);
    if (stop < next)
        next = stop;
    return n->deadline < next ? n->deadline : next;
}

const vb_watch vb_watch_step = {
    .output = on_output,
    .command = on_command,
    .snapshot = on_snapshot,
    .failed = on_failed,
    .ended = on_ended,
    .fds = on_fds,
    .service = on_service,
    .timer = on_timer,
};

/* The simulated world as it is now, for a resume. */
static bool
keep_sim(vb_runner *run, vb_error *err)
{
    vb_str path = vb_str_fmt(&run->scratch, "%s/sim", run->dir.state);
    vb_str tmp = vb_str_fmt(&run->scratch, "%s.tmp", path.ptr);
    vb_buf text;
    int fd;
    bool ok;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_sim_save(run->sim, &text);
    fd = vb_open(tmp.ptr, O_WRONLY | O_CREAT | O_TRUNC, 0600, err);
    ok = fd >= 0 && vb_write_all(fd, text.ptr, text.len, tmp.ptr, err);
    ok = vb_close(&fd, tmp.ptr, ok ? err : NULL) && ok;
    if (ok && rename(tmp.ptr, path.ptr) < 0)
        ok = vb_fail_errno(err, "cannot keep the state of the rehearsal");
    vb_buf_release(&text);
    return ok;
}

bool
vb_sim_record(vb_runner *run, vb_error *err)
{
    const vb_sim_call *calls;
    size_t n = run->sim ? vb_sim_drain(run->sim, &calls) : 0;

    for (size_t i = 0; i < n; i++) {
        vb_ev_sim_call ev = {.argv = calls[i].argv,
                             .argc = calls[i].argc,
                             .status = calls[i].status,
                             .rule = vb_str_c(calls[i].rule),
                             .why = calls[i].why,
                             .simulated_ms = calls[i].simulated_ms};

        if (run->now.step)
            ev.step = run->now.step->id;
        if (!vb_event_sim_call(run->record, &ev, err))
            return false;
        run->simulated_ms += calls[i].simulated_ms;
    }
    return !n || keep_sim(run, err);
}

/* ------------------------------------------------------------- beginning -- */

void
vb_now_begin(vb_runner *run, size_t index)
{
    vb_now *now = &run->now;
    vb_output output = now->output;
    vb_buf line = now->line;
    int64_t limit = run->plan->steps.at[index].timeout_ms;

    vb_arena_reset(&run->scratch);
    vb_output_clear(&output);
    vb_buf_clear(&line);
    *now = (vb_now){.index = index,
                    .step = &run->plan->steps.at[index],
                    .ready = &run->steps[index],
                    .output = output,
                    .line = line,
                    .simple = VB_NPOS};
    now->started = now->heard = now->ticked = now->shown_at =
        vb_clock_mono_ns();
    now->start_ticks = vb_proc_now();
    if (!limit)
        limit = run->opts->step_timeout_ms;
    if (!limit)
        limit = VB_STEP_LIMIT_MS;
    now->deadline = now->started + limit * MS;
}

void
vb_now_end(vb_runner *run)
{
    if (run->hooks && run->hooks->progress && run->now.line.len)
        show_lines(run, VB_STREAM_OUT, true);
    vb_show(run, VB_PROGRESS_STEP_END, (vb_str){0});
    run->now.step = NULL;
    run->now.attempt = 0;
}

/* Another try at the same step: nothing of the last one counts. */
bool
vb_now_attempt(vb_runner *run, uint32_t attempt, vb_error *err)
{
    vb_now *now = &run->now;

    now->attempt = attempt;
    now->simple = VB_NPOS;
    now->ncommands = 0;
    now->command_line = 0;
    now->command_open = now->failed = now->guarded = now->ended = false;
    now->failed_status = now->ended_status = 0;
    vb_output_clear(&now->output);
    for (int i = 0; i < 2; i++)
        if (now->ready->prior[i].len)
            vb_output_add(&now->output, (vb_stream)i, now->ready->prior[i]);
    return vb_record_output_begin(run->record, now->step->id, attempt, err);
}
