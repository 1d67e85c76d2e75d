/* Steps that do not return (port-forward, tunnels, watches): they run beside
 * the shell, the run goes on when they are ready, and what they started is
 * ended with their phase. */
#include "exec/proc.h"
#include "exec/runner.h"

#include "base/clock.h"
#include "base/http.h"
#include "base/io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    MS = 1000000,
    LOOK_MS = 100,
    SETTLED_MS = 1000,
    CONNECT_MS = 500,
    END_MS = 2000
};

bool
vb_background_wrap(const vb_runner *run)
{
    const vb_now *now = &run->now;

    if (!now->step->background || !now->ready->shell)
        return false;
    /* The guide may have put it in the background itself. */
    for (size_t i = 0; i < now->ready->shell->simples.len; i++)
        if (now->ready->shell->simples.at[i].background)
            return false;
    return true;
}

static bool
port_answers(vb_str text)
{
    size_t colon = vb_str_rchr(text, ':');
    vb_str digits = colon == VB_NPOS ? text : vb_str_from(text, colon + 1);
    struct sockaddr_in to = {.sin_family = AF_INET};
    uint64_t port = 0;
    int fd, fault = 0;
    socklen_t len = sizeof fault;
    bool up;

    if (!vb_str_u64(vb_str_trim(digits), &port) || !port || port > 65535)
        return false;
    to.sin_port = htons((uint16_t)port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    up = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
    if (!up && errno == EINPROGRESS) {
        struct pollfd wait = {fd, POLLOUT, 0};

        up = poll(&wait, 1, CONNECT_MS) == 1 &&
             getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &len) == 0 &&
             fault == 0;
    }
    return vb_close(&fd, "socket", NULL) && up;
}

static bool
http_answers(vb_runner *run, vb_str url)
{
    vb_http_opts opts = {.timeout_ms = 2000, .allow_private = true};
    vb_http_answer answer;
    vb_buf body;
    bool up;

    vb_buf_init(&body, (size_t)1024 * 1024);
    up = vb_http_get(vb_str_dup(&run->scratch, url), &opts, &body, &answer,
                     NULL);
    vb_buf_release(&body);
    return up;
}

static bool
file_is_there(vb_runner *run, vb_str name)
{
    vb_str path = vb_path_join(&run->scratch, vb_str_c(run->dir.work), name);

    return vb_exists(vb_str_dup(&run->scratch, path));
}

static bool
printed(const vb_runner *run, vb_str text)
{
    const vb_output *output = &run->now.output;

    return vb_str_find(vb_buf_view(&output->text[0]), text) != VB_NPOS ||
           vb_str_find(vb_buf_view(&output->text[1]), text) != VB_NPOS;
}

/* In a rehearsal nothing listens on a port; the simulated program prints. */
static bool
is_ready(vb_runner *run, int64_t now)
{
    const vb_ready *ready = &run->now.step->ready;
    bool said = ready->output.len || ready->file.len ||
                (!run->sim && (ready->port.len || ready->http.len));

    if (!said)
        return now - run->now.started > (int64_t)SETTLED_MS * MS;
    return (!ready->output.len || printed(run, ready->output)) &&
           (!ready->file.len || file_is_there(run, ready->file)) &&
           (run->sim || !ready->port.len || port_answers(ready->port)) &&
           (run->sim || !ready->http.len || http_answers(run, ready->http));
}

/* Is anything of this step still running? */
static bool
lives(vb_runner *run)
{
    for (size_t i = 0; i < run->kept.len; i++) {
        const vb_kept *kept = &run->kept.at[i];
        vb_proc proc;

        if (kept->step == run->now.index && vb_proc_read(kept->pid, &proc) &&
            proc.start == kept->start && proc.state != 'Z')
            return true;
    }
    return false;
}

static int64_t
ready_timer(void *user, int64_t now)
{
    vb_runner *run = user;
    int64_t next = vb_watch_step.timer(user, now);

    if (run->now.stop != VB_STOP_NONE)
        return VB_TIMER_STOP;
    if (is_ready(run, now)) {
        run->now.up = true;
        return VB_TIMER_STOP;
    }
    if (!lives(run) && now - run->now.started > (int64_t)LOOK_MS * MS)
        return VB_TIMER_STOP;
    now += (int64_t)LOOK_MS * MS;
    return next < now ? next : now;
}

/* The status of the job that ended before it was ready. */
static bool
job_status(vb_runner *run, int *status, vb_error *err)
{
    vb_buf answer;
    vb_str text;
    uint64_t value = 1;
    bool ok;

    vb_buf_init(&answer, VB_BUF_NO_MAX);
    ok = vb_shell_quiet(run,
                        VB_STR("\\builtin wait $! 2>/dev/null\n"
                               "\\builtin printf '%d' $? >&252\n"),
                        &answer, err);
    text = vb_buf_view(&answer);
    if (ok && vb_str_u64(text, &value))
        *status = (int)value;
    vb_buf_release(&answer);
    return ok;
}

bool
vb_background_wait(vb_runner *run, vb_step_result *result, vb_error *err)
{
    vb_watch watch = vb_watch_step;
    vb_end end;

    if (!run->now.step->background || result->status != 0 ||
        vb_session_lost(run->session) || run->now.stop != VB_STOP_NONE)
        return true;
    watch.user = run;
    watch.timer = ready_timer;
    vb_keep_children(run, run->now.index);
    if (!vb_session_listen(run->session, &watch, &end, err))
        return false;
    if (run->now.up || run->now.stop != VB_STOP_NONE || end.lost)
        return true;
    if (!job_status(run, &result->status, err))
        return false;
    /* One that did its work and ended needs no waiting for. */
    run->now.died = result->status != 0;
    return true;
}

/* ------------------------------------------------------------- its scope -- */

/* Signals what background steps have left; how many still live. 'pids' gets
 * their ids. */
static size_t
signal_background(vb_runner *run, int sig, vb_buf *pids)
{
    size_t alive = 0;

    for (size_t i = 0; i < run->kept.len; i++) {
        const vb_kept *kept = &run->kept.at[i];
        vb_proc proc;

        if (!run->plan->steps.at[kept->step].background ||
            !vb_proc_read(kept->pid, &proc) || proc.start != kept->start ||
            proc.state == 'Z')
            continue;
        alive++;
        if (pids)
            vb_buf_fmt(pids, " %ld", (long)kept->pid);
        if (sig && !vb_proc_signal(&proc, sig))
            continue; /* it ended by itself */
    }
    return alive;
}

static bool
list_background(vb_runner *run, vb_error *err)
{
    for (size_t i = 0; i < run->kept.len; i++) {
        const vb_kept *kept = &run->kept.at[i];
        const vb_step *step = &run->plan->steps.at[kept->step];
        vb_ev_leftover ev = {
            .pid = kept->pid, .step = step->id, .fate = VB_STR("ended")};
        vb_proc proc;

        if (!step->background || !vb_proc_read(kept->pid, &proc) ||
            proc.start != kept->start || proc.state == 'Z')
            continue;
        ev.command = vb_proc_cmdline(kept->pid, run->arena);
        if (vb_str_has(ev.command, "The loop that lives in the shell"))
            continue;
        if (!vb_event_leftover(run->record, &ev, err))
            return false;
    }
    return true;
}

bool
vb_background_end(vb_runner *run, vb_error *err)
{
    int64_t start = vb_clock_mono_ns();
    vb_buf text;
    bool ok = true;

    if (!signal_background(run, 0, NULL))
        return true;
    if (!list_background(run, err))
        return false;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_c(&text, "{ \\builtin wait");
    signal_background(run, SIGTERM, &text);
    vb_buf_c(&text, "; } 2>/dev/null || :\n");
    while (signal_background(run, 0, NULL) &&
           vb_clock_mono_ns() - start < (int64_t)END_MS * MS)
        if (poll(NULL, 0, LOOK_MS / 5) < 0)
            continue;
    signal_background(run, SIGKILL, NULL);
    /* Bash says of a job that it was ended: here, and not in the next step. */
    if (!vb_session_lost(run->session))
        ok = vb_shell_quiet(run, vb_buf_view(&text), NULL, err);
    vb_buf_release(&text);
    return ok;
}
