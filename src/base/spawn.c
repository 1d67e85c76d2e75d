#include "base/spawn.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

extern char **environ;

enum {
    DEFAULT_TIMEOUT_MS = 10 * 1000,
    DEFAULT_OUTPUT = 1024 * 1024,
    PIECE = 64 * 1024,
    GRACE_MS = 1000,
};

/* Parent's ends of the child's descriptors, and the exec-failure pipe. */
typedef struct plumbing {
    int in[2], out[2], err[2], failure[2];
} plumbing;

static void
close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (!vb_close(&pair[i], "a pipe", NULL))
            errno = 0;
}

static void
close_all(plumbing *p)
{
    close_pair(p->in);
    close_pair(p->out);
    close_pair(p->err);
    close_pair(p->failure);
}

static bool
open_all(plumbing *p, vb_error *err)
{
    *p = (plumbing){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(p->in, O_CLOEXEC) == 0 && pipe2(p->out, O_CLOEXEC) == 0 &&
        pipe2(p->err, O_CLOEXEC) == 0 && pipe2(p->failure, O_CLOEXEC) == 0)
        return true;
    vb_fail_errno(err, "cannot make a pipe");
    close_all(p);
    return false;
}

/* 'why' is an errno; negative when it is about the folder. */
static _Noreturn void
give_up(const plumbing *p, int why)
{
    if (write(p->failure[1], &why, sizeof why) < 0)
        _exit(126);
    _exit(127);
}

/* Only async-signal-safe calls: between fork and exec. */
static _Noreturn void
become(const vb_spawn_opts *opts, const plumbing *p)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int n = 1; n < NSIG; n++)
        sigaction(n, &plain, NULL);
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    if (dup2(p->in[0], STDIN_FILENO) >= 0 &&
        dup2(p->out[1], STDOUT_FILENO) >= 0 &&
        dup2(opts->merge ? p->out[1] : p->err[1], STDERR_FILENO) >= 0) {
        if (opts->dir && chdir(opts->dir) < 0)
            give_up(p, -errno);
        /* exec wants pointers to text it will not change */
        char *const *argv, *const *env = environ;

        memcpy(&argv, &opts->argv, sizeof argv);
        if (opts->env)
            memcpy(&env, &opts->env, sizeof env);
        execvpe(argv[0], argv, env);
    }
    give_up(p, errno);
}

/* Reads one ready pipe; closes it at its end. */
static void
drain(int *fd, vb_buf *into, size_t max)
{
    char piece[PIECE];
    ssize_t n = vb_read(*fd, piece, sizeof piece);

    if (n > 0) {
        size_t room = into->len < max ? max - into->len : 0;

        vb_buf_add(into, piece, (size_t)n < room ? (size_t)n : room);
        return;
    }
    if (n < 0 && errno == EAGAIN)
        return;
    if (!vb_close(fd, "a pipe", NULL))
        errno = 0;
}

static void
feed(int *fd, vb_str *input)
{
    ssize_t n = input->len ? write(*fd, input->ptr, input->len) : 0;

    if (n > 0)
        *input = vb_str_from(*input, (size_t)n);
    if (input->len == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        if (!vb_close(fd, "a pipe", NULL))
            errno = 0;
}

/* Carries bytes until both outputs end or the time is over. */
static void
carry(plumbing *p, pid_t child, const vb_spawn_opts *opts, int64_t end,
      vb_spawned *r)
{
    size_t max = opts->max_output ? opts->max_output : DEFAULT_OUTPUT;
    vb_str input = opts->input;

    while (p->out[0] >= 0 || p->err[0] >= 0) {
        struct pollfd fds[] = {{p->out[0], POLLIN, 0},
                               {p->err[0], POLLIN, 0},
                               {p->in[1], POLLOUT, 0}};
        int64_t left = end - vb_clock_mono_ns() / 1000000;

        if (left <= 0) {
            kill(-child, r->timed_out ? SIGKILL : SIGTERM);
            if (r->timed_out)
                break;
            r->timed_out = true;
            end = vb_clock_mono_ns() / 1000000 + GRACE_MS;
            continue;
        }
        if (poll(fds, VB_COUNT(fds), (int)(left < 1000 ? left : 1000)) < 0 &&
            errno != EINTR)
            break;
        if (fds[0].revents)
            drain(&p->out[0], &r->out, max);
        if (fds[1].revents)
            drain(&p->err[0], &r->err, max);
        if (fds[2].revents)
            feed(&p->in[1], &input);
    }
}

/* Reaps the child, which may have closed its outputs and gone on: it has
 * until 'end_ms' of the monotonic clock. Its group ends with it, so that
 * nothing it left behind outlives the call. */
static bool
finish(pid_t child, int64_t end_ms, vb_spawned *r, vb_error *err)
{
    int status;
    pid_t got;

    if (r->timed_out)
        kill(-child, SIGKILL);
    while ((got = waitpid(child, &status, WNOHANG)) == 0 ||
           (got < 0 && errno == EINTR)) {
        if (vb_clock_mono_ns() / 1000000 > end_ms) {
            r->timed_out = true;
            kill(-child, SIGKILL);
        }
        poll(NULL, 0, 1);
    }
    kill(-child, SIGKILL);
    if (got < 0)
        return vb_fail_errno(err, "cannot wait for a program");
    r->status =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

/* A child that stops reading must not end us with a SIGPIPE. Blocking is this
 * thread's own affair, unlike a handler: several may be in here at once. */
static void
carry_quietly(plumbing *p, pid_t child, const vb_spawn_opts *opts, int64_t end,
              vb_spawned *r)
{
    static const struct timespec at_once = {0};
    sigset_t pipe_only, was, pending;
    bool waiting;

    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigemptyset(&pending);
    waiting = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_only, &was);
    carry(p, child, opts, end, r);
    /* One that was there before is not ours to take. */
    while (!waiting && sigtimedwait(&pipe_only, NULL, &at_once) < 0 &&
           errno == EINTR)
        continue;
    pthread_sigmask(SIG_SETMASK, &was, NULL);
}

bool
vb_spawn(const vb_spawn_opts *opts, vb_spawned *r, vb_error *err)
{
    plumbing p;
    pid_t child;
    int why = 0;
    int64_t end = vb_clock_mono_ns() / 1000000 +
                  (opts->timeout_ms ? opts->timeout_ms : DEFAULT_TIMEOUT_MS);

    *r = (vb_spawned){.status = -1};
    vb_buf_init(&r->out, VB_BUF_NO_MAX);
    vb_buf_init(&r->err, VB_BUF_NO_MAX);
    if (!open_all(&p, err))
        return false;
    child = fork();
    if (child == 0)
        become(opts, &p);
    if (child < 0) {
        close_all(&p);
        return vb_fail_errno(err, "cannot start '%s'", opts->argv[0]);
    }
    setpgid(child, child);
    if (!vb_close(&p.in[0], "a pipe", NULL) ||
        !vb_close(&p.out[1], "a pipe", NULL) ||
        !vb_close(&p.err[1], "a pipe", NULL) ||
        !vb_close(&p.failure[1], "a pipe", NULL) ||
        fcntl(p.in[1], F_SETFL, O_NONBLOCK) < 0)
        errno = 0;
    if (vb_read(p.failure[0], &why, sizeof why) == (ssize_t)sizeof why) {
        close_all(&p);
        if (!finish(child, end, r, NULL))
            errno = 0;
        r->missing = why == ENOENT;
        errno = why < 0 ? -why : why;
        return vb_fail_errno(
            err, why < 0 ? "cannot enter '%s'" : "cannot start '%s'",
            why < 0 ? opts->dir : opts->argv[0]);
    }
    carry_quietly(&p, child, opts, end, r);
    close_all(&p);
    return finish(child, end, r, err);
}

void
vb_spawned_release(vb_spawned *r)
{
    vb_buf_release(&r->out);
    vb_buf_release(&r->err);
}

vb_str
vb_program_find(vb_arena *arena, const char *name, const char *path)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    vb_str rest = vb_str_c(path ? path : getenv("PATH")), dir;

    if (strchr(name, '/'))
        return access(name, X_OK) == 0 ? vb_str_c(name) : (vb_str){0};
    while (vb_str_field(&rest, ':', &dir)) {
        vb_str full = vb_path_join(arena, dir, vb_str_c(name));

        if (vb_str_starts(dir, "/") && access(full.ptr, X_OK) == 0 &&
            !vb_is_dir(full.ptr))
            return full;
    }
    return (vb_str){0};
}

bool
vb_on_path(const char *program)
{
    vb_arena scratch = {0};
    bool found = vb_program_find(&scratch, program, NULL).len > 0;

    vb_arena_release(&scratch);
    return found;
}
