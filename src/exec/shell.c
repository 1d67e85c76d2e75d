/* The session of a run: begun, kept, lost, restored. */
#include "exec/environment.h"
#include "exec/frame.h"
#include "exec/proc.h"
#include "exec/runner.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static bool
event(vb_runner *run, const char *state, vb_str why, vb_error *err)
{
    vb_ev_session ev = {.state = vb_str_c(state),
                        .why = why,
                        .pid = vb_session_shell(run->session)};

    return vb_event_session(run->record, &ev, err);
}

/* Children of earlier steps may go on printing between the steps; it belongs
 * to the step that is open, if one is. */
static bool
other_output(void *user, vb_stream stream, vb_str bytes, vb_error *err)
{
    vb_runner *run = user;

    return !run->now.attempt || vb_watch_step.output(user, stream, bytes, err);
}

/* Our own texts get a minute: a shell that does not answer by then is
 * wedged. */
static int64_t
quiet_timer(void *user, int64_t now)
{
    const vb_runner *run = user;

    return now > run->quiet_until ? VB_TIMER_STOP : run->quiet_until;
}

bool
vb_shell_quiet(vb_runner *run, vb_str text, vb_buf *out, vb_error *err)
{
    vb_watch watch = {
        .user = run, .output = other_output, .timer = quiet_timer};
    vb_end end;

    run->quiet_until = vb_clock_mono_ns() + INT64_C(60000000000);
    if (!vb_session_run(run->session, text, &watch, &end, err))
        return false;
    if (end.lost)
        return vb_shell_gone(run, end.status, err);
    if (end.stopped)
        return vb_shell_gone(run, 137, err);
    return !out || vb_session_snapshot(run->session, out, err);
}

/* ------------------------------------------------------------- snapshots -- */

/* A value that must not be written leaves the state. */
static bool
is_secret(void *user, vb_str text)
{
    vb_runner *run = user;
    vb_buf clean;
    bool differs;

    vb_buf_init(&clean, VB_BUF_NO_MAX);
    vb_record_redact(run->record, text, &clean);
    differs = !vb_str_eq(vb_buf_view(&clean), text);
    vb_buf_release(&clean);
    return differs;
}

/* Names of the variables that are not in the state; the file is there only
 * while there are some. */
static bool
save_withheld(vb_runner *run, vb_error *err)
{
    vb_str path = vb_str_fmt(&run->scratch, "%s/withheld", run->dir.state);

    if (run->state.withheld.len)
        return vb_write_file(path.ptr, vb_buf_view(&run->state.withheld), 0600,
                             err);
    if (unlink(path.ptr) < 0 && errno != ENOENT)
        return vb_fail_errno(err, "cannot remove '%s'", path.ptr);
    return true;
}

/* Survives the end of verbatim, not that of the machine: no sync. */
static bool
save(vb_runner *run, vb_error *err)
{
    vb_str tmp = vb_str_fmt(&run->scratch, "%s/shell.tmp", run->dir.state);
    vb_str path = vb_str_fmt(&run->scratch, "%s/shell", run->dir.state);
    int fd = vb_open(tmp.ptr, O_WRONLY | O_CREAT | O_TRUNC, 0600, err);
    bool ok = fd >= 0;

    ok = ok &&
         vb_write_all(fd, run->state.restore.ptr, run->state.restore.len,
                      path.ptr, err) &&
         vb_write_all(fd, run->state.traps.ptr, run->state.traps.len, path.ptr,
                      err);
    ok = vb_close(&fd, path.ptr, ok ? err : NULL) && ok;
    if (ok && rename(tmp.ptr, path.ptr) < 0)
        ok = vb_fail_errno(err, "cannot keep the shell's state");
    return ok && save_withheld(run, err);
}

bool
vb_shell_keep(vb_runner *run, vb_error *err)
{
    vb_buf snapshot;
    bool ok;

    vb_buf_init(&snapshot, VB_BUF_NO_MAX);
    ok = vb_session_snapshot(run->session, &snapshot, err);
    /* A half snapshot (the text was interrupted) leaves the last one. */
    if (ok &&
        vb_state_take(&run->state, vb_buf_view(&snapshot), is_secret, run) &&
        !save(run, NULL))
        vb_show(run, VB_PROGRESS_NOTE,
                VB_STR("the shell's state could not be kept: a resume would "
                       "start from an older one"));
    vb_buf_release(&snapshot);
    return ok;
}

bool
vb_shell_after(vb_runner *run, vb_error *err)
{
    if (vb_session_lost(run->session))
        return true;
    return vb_shell_quiet(run, VB_STR(VB_SNAPSHOT_TEXT), NULL, err) &&
           (vb_session_lost(run->session) || vb_shell_keep(run, err));
}

/* -------------------------------------------------------- begin and lose -- */

static bool
is_placeholder(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->inputs.len; i++)
        if (vb_str_eq(plan->inputs.at[i].name, name))
            return plan->inputs.at[i].placeholder;
    return vb_plan_carry(plan, name) != NULL;
}

static bool
is_sample(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->samples.len; i++)
        if (vb_str_eq(plan->samples.at[i].name, name))
            return true;
    return false;
}

/* Given values are in the shell before the first step, as if the reader had
 * exported them. The guide's own assignments carry theirs in their text. */
static void
put_values(const vb_runner *run, vb_buf *out)
{
    for (size_t i = 0; i < run->given.len; i++) {
        const vb_given *given = &run->given.at[i];

        if (!vb_shell_name(given->name) ||
            is_placeholder(run->plan, given->name) ||
            is_sample(run->plan, given->name))
            continue;
        vb_buf_c(out, "\\builtin export ");
        vb_buf_str(out, given->name);
        vb_buf_ch(out, '=');
        vb_shell_quote(out, given->value);
        vb_buf_ch(out, '\n');
    }
}

static vb_session *
open_session(vb_runner *run, vb_error *err)
{
    vb_session_opts opts = {
        .prefix = run->prefix, .env = run->env, .cwd = run->dir.work, .in = -1};

    vb_session *session;

    if (run->opts->tty) {
        opts.columns = run->opts->columns ? run->opts->columns : 80;
        opts.rows = VB_TTY_ROWS;
    }
    if (run->opts->stdin_path) {
        opts.in = vb_open(run->opts->stdin_path, O_RDONLY | O_NOCTTY, 0, err);
        if (opts.in < 0)
            return NULL;
    }
    session = vb_session_open(&opts, err);
    if (!vb_close(&opts.in, run->opts->stdin_path, NULL))
        opts.in = -1;
    return session;
}

bool
vb_shell_open(vb_runner *run, vb_error *err)
{
    bool again = run->session != NULL, ok;
    vb_buf text;

    if (again)
        vb_vec_push(run->arena, &run->past, run->session);
    run->session = open_session(run, err);
    if (!run->session)
        return false;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    put_values(run, &text);
    vb_buf_str(&text, vb_buf_view(&run->state.restore));
    vb_buf_str(&text, vb_buf_view(&run->state.traps));
    ok = event(run, run->state.restore.len ? "restored" : "started",
               (vb_str){0}, err);
    ok =
        ok && (!text.len || vb_shell_quiet(run, vb_buf_view(&text), NULL, err));
    vb_buf_release(&text);
    return ok;
}

bool
vb_shell_gone(vb_runner *run, int status, vb_error *err)
{
    return event(
        run, "ended",
        vb_str_fmt(run->arena, "the shell ended with status %d", status), err);
}

static bool
is_of(const vb_session *session, pid_t pid)
{
    return session && (pid == vb_session_shell(session) ||
                       pid == vb_session_guardian(session));
}

bool
vb_is_ours(const vb_runner *run, pid_t pid)
{
    vb_proc proc;

    for (size_t i = 0; i < run->past.len; i++)
        if (is_of(run->past.at[i], pid))
            return true;
    /* bubblewrap stands twice between the guardian and the shell. */
    return is_of(run->session, pid) ||
           (run->prefix && vb_proc_read(pid, &proc) &&
            (strcmp(proc.name, "bwrap") == 0 ||
             strcmp(proc.name, "unshare") == 0));
}

void
vb_shell_close(vb_runner *run)
{
    for (size_t i = 0; i < run->past.len; i++)
        if (!vb_session_close(run->past.at[i], NULL))
            vb_show(run, VB_PROGRESS_NOTE,
                    VB_STR("some processes of the run could not be ended"));
    if (!vb_session_close(run->session, NULL))
        vb_show(run, VB_PROGRESS_NOTE,
                VB_STR("some processes of the run could not be ended"));
    /* A step may have killed a guardian: its orphans came to us. */
    if (run->session && !vb_proc_end_all(5000, run->start_ticks))
        vb_show(run, VB_PROGRESS_NOTE,
                VB_STR("some processes of the run could not be ended"));
    run->session = NULL;
    run->past.len = 0;
}
