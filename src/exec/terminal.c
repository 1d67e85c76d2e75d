/* The person at the terminal: answers, commands typed into the session, texts
 * changed in an editor. */
#include "exec/interact.h"

#include "exec/child.h"
#include "exec/frame.h"
#include "exec/proc.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { TYPED_MAX = 64 * 1024, PRINTED_MAX = 64 * 1024, EDIT_MAX = 1024 * 1024 };

bool
vb_ask(vb_runner *run, vb_str text, vb_str *answer)
{
    if (!run->hooks || !run->hooks->ask ||
        !vb_record_flush(run->record, NULL) ||
        !run->hooks->ask(run->hooks->user, text, run->signals, run->arena,
                         answer)) {
        vb_signals_read(run);
        return false;
    }
    *answer = vb_str_trim(*answer);
    return true;
}

/* --------------------------------------------------- the session's shell -- */

typedef struct typed {
    vb_runner *run;
    vb_buf printed; /* its first bytes */
    int status;
    bool known;
} typed;

static bool
on_output(void *user, vb_stream stream, vb_str bytes, vb_error *err)
{
    typed *t = user;
    vb_runner *run = t->run;
    vb_buf clean;

    (void)stream;
    (void)err;
    vb_buf_str(&t->printed, bytes);
    vb_buf_init(&clean, VB_BUF_NO_MAX);
    vb_record_redact(run->record, bytes, &clean);
    run->hooks->say(run->hooks->user, vb_buf_view(&clean));
    vb_buf_release(&clean);
    return true;
}

static void
on_status(void *user, const vb_seen *seen)
{
    typed *t = user;

    if (!t->known)
        t->status = seen->status;
    t->known = true;
}

static size_t
on_fds(void *user, struct pollfd *fds, size_t max)
{
    const typed *t = user;

    return vb_watch_step.fds(t->run, fds, max);
}

static bool
on_service(void *user, const struct pollfd *fds, size_t nfds, vb_error *err)
{
    const typed *t = user;

    return vb_watch_step.service(t->run, fds, nfds, err);
}

static int64_t
on_timer(void *user, int64_t now)
{
    const typed *t = user;

    return vb_stop_timer(t->run, now);
}

/* Ctrl-C was meant for the command, not for the run. */
static void
forget_stop(vb_runner *run)
{
    bool leave = run->stop_run && run->signal != SIGINT;

    run->now.stop = VB_STOP_NONE;
    run->now.stop_phase = 0;
    run->stop_run = leave;
    if (!leave)
        run->interrupts = 0;
}

static bool
record_typed(const typed *t, vb_str line, vb_error *err)
{
    vb_runner *run = t->run;
    vb_ev_decision ev = {.step = run->now.step->id,
                         .choice = VB_STR("shell"),
                         .by = vb_user_name(&run->scratch),
                         .text = line,
                         .known = t->known,
                         .status = t->status,
                         .printed = vb_buf_view(&t->printed)};

    return vb_event_decision(run->record, &ev, err) &&
           vb_record_flush(run->record, err);
}

static bool
run_typed(vb_runner *run, vb_str line, vb_error *err)
{
    typed t = {.run = run};
    vb_watch watch = {.user = &t,
                      .output = on_output,
                      .failed = on_status,
                      .ended = on_status,
                      .fds = on_fds,
                      .service = on_service,
                      .timer = on_timer};
    vb_frame frame = {.body = line,
                      .traps = true,
                      .unhide = vb_str_has(line, "builtin"),
                      .err_trap = vb_buf_view(&run->state.err_trap),
                      .debug_trap = vb_buf_view(&run->state.debug_trap)};
    vb_buf text, listing;
    vb_end end;
    bool ok;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_init(&listing, VB_BUF_NO_MAX);
    vb_buf_init(&t.printed, PRINTED_MAX);
    run->now.start_ticks = vb_proc_now();
    vb_frame_write(&frame, &text);
    ok = vb_session_run(run->session, vb_buf_view(&text), &watch, &end, err);
    if (ok && end.lost)
        ok = vb_shell_gone(run, end.status, err) && vb_shell_open(run, err);
    else if (ok && vb_session_snapshot(run->session, &listing, err))
        vb_state_traps(&run->state, vb_buf_view(&listing));
    ok = ok && vb_sim_record(run, err) && record_typed(&t, line, err);
    forget_stop(run);
    vb_keep_children(run, run->now.index);
    vb_buf_release(&text);
    vb_buf_release(&listing);
    vb_buf_release(&t.printed);
    return ok;
}

bool
vb_session_typed(vb_runner *run, vb_error *err)
{
    vb_buf command;
    vb_str line;
    bool ok = true;

    if (vb_session_lost(run->session) && !vb_shell_open(run, err))
        return false;
    run->hooks->say(run->hooks->user,
                    VB_STR("the session's own shell; 'exit' or Ctrl-D goes "
                           "back, everything is recorded\n"));
    vb_buf_init(&command, TYPED_MAX);
    while (ok && vb_ask(run, command.len ? VB_STR("> ") : VB_STR("session$ "),
                        &line)) {
        if (!command.len && vb_str_eqc(line, "exit"))
            break;
        vb_buf_str(&command, line);
        vb_buf_ch(&command, '\n');
        if (vb_check_unfinished(vb_buf_view(&command)))
            continue;
        if (vb_str_trim(vb_buf_view(&command)).len)
            ok = run_typed(run, vb_buf_view(&command), err);
        vb_buf_clear(&command);
        if (run->stop_run)
            break;
    }
    vb_buf_release(&command);
    /* A Ctrl-C at the prompt leaves the shell, not the run. */
    forget_stop(run);
    return ok && vb_shell_after(run, err);
}

/* ------------------------------------------------------------------ editing */

/* Runs a program on the terminal and waits for it. */
static bool
on_terminal(vb_runner *run, const char *const *argv)
{
    static const vb_fd_map fds[] = {{0, 0}, {2, 1}, {2, 2}};
    vb_child spawn = {.argv = argv, .fds = fds, .nfds = VB_COUNT(fds)};
    int fail[2], cause = 0, status = 0;
    pid_t pid;

    if (pipe2(fail, O_CLOEXEC) < 0)
        return false;
    pid = fork();
    if (pid == 0)
        vb_child_exec(&spawn, fail[1]);
    close(fail[1]);
    if (pid > 0 && vb_read(fail[0], &cause, sizeof cause) < 0)
        cause = errno;
    close(fail[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    /* What was typed at it was not for us. */
    vb_signals_read(run);
    forget_stop(run);
    return pid > 0 && !cause && status == 0;
}

static vb_str
editor(vb_runner *run)
{
    static const char *const names[] = {"VISUAL", "EDITOR"};

    for (size_t i = 0; i < VB_COUNT(names); i++) {
        const char *value = getenv(names[i]);

        if (value && value[0])
            return vb_str_copy(run->arena, vb_str_c(value));
    }
    return VB_STR("vi");
}

static bool
edit_file(vb_runner *run, const char *path, vb_str text, vb_str *out,
          vb_error *err)
{
    vb_str words = vb_str_fmt(run->arena, "%.*s \"$1\"", VB_ARG(editor(run)));
    const char *argv[] = {"sh", "-c", words.ptr, "sh", path, NULL};

    if (!vb_write_file(path, text, 0600, err))
        return false;
    if (!on_terminal(run, argv))
        return vb_fail(err,
                       "the editor '%.*s' failed; the text stays as it "
                       "was",
                       VB_ARG(editor(run)));
    return vb_read_file_arena(path, EDIT_MAX, run->arena, out, err);
}

bool
vb_edit_text(vb_runner *run, vb_str text, vb_str *out, vb_str *why)
{
    vb_str path = vb_str_fmt(run->arena, "%s/edit.sh", run->dir.state);
    vb_error err = {.message = ""};
    vb_buf said;
    bool ok = edit_file(run, path.ptr, text, out, &err);

    /* It may hold values that nobody else should read. */
    if (unlink(path.ptr) < 0 && errno != ENOENT)
        ok = vb_fail_errno(&err, "cannot remove '%s'", path.ptr);
    vb_buf_init(&said, VB_BUF_NO_MAX);
    if (ok && vb_str_eq(*out, text))
        ok = vb_fail(&err, "the text stays as it was");
    if (ok && run->now.step->kind == VB_KIND_COMMAND &&
        !vb_check_text(*out, &said, &err))
        ok = err.message[0] ? false
                            : vb_fail(&err,
                                      "bash cannot read this, so the text "
                                      "stays as it was: %.*s",
                                      VB_ARG(vb_buf_view(&said)));
    if (!ok)
        *why = vb_str_copy(run->arena, vb_str_c(err.message));
    vb_buf_release(&said);
    return ok;
}
