/*
 * Recording: the shim starts the real program between itself and the step and
 * passes everything on. What the program cannot tell apart from being started
 * directly: its terminal, its standard input (of which it gets no byte less
 * and the shim no byte more than it reads), signals, its end. It runs with
 * the PATH that it would have without verbatim, so programs that it starts
 * itself are not recorded.
 */
#include "rehearse/shim.h"
#include "rehearse/shim_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    CHUNK = 65536,
    SAID_MAX = 64 << 20, /* of one command's output that is told */
    FEED_SIZE = 4096,    /* one slot of a pipe: see feed() */
    POLLS = 6,
};

typedef struct running {
    const shim_job *job;
    pid_t child;
    int from[2];  /* what it prints; [1] is -1 when both are one */
    int feed;     /* its standard input; -1: it has ours */
    size_t lent;  /* bytes in 'feed' that it has perhaps not read */
    bool regular; /* our standard input is a file ... */
    off_t at;     /* ... that is read from here */
    int signals;
    sigset_t forwarded, mask;    /* blocked here; as it was */
    struct sigaction pipe, chld; /* as they were */
    shim_terminal terminal;
    size_t said;
    bool cut, ended;
    int status;
    int64_t started;
} running;

static int64_t
now_ns(void)
{
    struct timespec t = {0};

    if (clock_gettime(CLOCK_MONOTONIC, &t))
        return 0;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ----------------------------------------------------------- the program -- */

/* PATH without DIR/bin, where the shims are. */
static char *
path_without(const char *dir)
{
    const char *path = getenv("PATH");
    char *out, *to, own[PATH_MAX + 8];

    if (!path)
        path = "/usr/local/bin:/usr/bin:/bin";
    if (snprintf(own, sizeof own, "%s/bin", dir) < 0)
        own[0] = '\0';
    out = to = shim_room(strlen(path) + 1);
    while (*path) {
        size_t len = strcspn(path, ":");

        if (len != strlen(own) || memcmp(path, own, len) != 0) {
            if (to != out)
                *to++ = ':';
            memcpy(to, path, len);
            to += len;
        }
        path += len + (path[len] == ':');
    }
    *to = '\0';
    return out;
}

/* The first executable of that name on 'path', or what the server knows. */
static const char *
find(const char *path, const char *name, const char *otherwise)
{
    static char full[PATH_MAX];

    while (*path) {
        size_t len = strcspn(path, ":");
        struct stat st;

        if (len &&
            snprintf(full, sizeof full, "%.*s/%s", (int)len, path, name) <
                (int)sizeof full &&
            access(full, X_OK) == 0 && stat(full, &st) == 0 &&
            S_ISREG(st.st_mode))
            return full;
        path += len + (path[len] == ':');
    }
    return otherwise;
}

static bool
give_back_signals(const running *r)
{
    return sigaction(SIGPIPE, &r->pipe, NULL) ||
           sigaction(SIGCHLD, &r->chld, NULL) ||
           sigprocmask(SIG_SETMASK, &r->mask, NULL);
}

static _Noreturn void
become(const running *r, const char *path, const char *real)
{
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): exec takes no const */
    char *script[] = {(char *)"/bin/sh", (char *)(uintptr_t)real};
    size_t argc = 0;
    char **argv;

    if (setenv("PATH", path, 1) || give_back_signals(r))
        _exit(126);
    execv(real, r->job->argv);
    while (r->job->argv[argc])
        argc++;
    /* A script without its first line, which a shell would run itself. */
    if (errno == ENOEXEC && (argv = calloc(argc + 2, sizeof *argv))) {
        memcpy(argv, script, sizeof script);
        memcpy(argv + 2, r->job->argv + 1, argc * sizeof *argv);
        execv(script[0], argv);
    }
    dprintf(STDERR_FILENO, "%s: %s: %s\n", r->job->name, real, strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* ----------------------------------------------------------------- start -- */

/* The signals that somebody may send us for the program. What is ignored
 * stays so, for us and for it. */
static void
take_signals(running *r)
{
    static const int list[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                               SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH,
                               SIGTSTP, SIGALRM, SIGCHLD};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    const struct sigaction standard = {.sa_handler = SIG_DFL};

    /* A reader that leaves is the program's business, not ours. */
    if (sigaction(SIGPIPE, &ignore, &r->pipe) ||
        sigaction(SIGCHLD, &standard, &r->chld) || sigemptyset(&r->forwarded))
        shim_broken("signals");
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct sigaction old;

        if (sigaction(list[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
            continue;
        if (sigaddset(&r->forwarded, list[i]))
            shim_broken("signals");
    }
    if (sigprocmask(SIG_BLOCK, &r->forwarded, &r->mask))
        shim_broken("signals");
    r->signals = signalfd(-1, &r->forwarded, SFD_CLOEXEC | SFD_NONBLOCK);
    if (r->signals < 0)
        shim_broken("signals");
}

static bool
same_file(int a, int b)
{
    struct stat one, other;

    return fstat(a, &one) == 0 && fstat(b, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static void
new_pipe(int fds[2])
{
    if (pipe2(fds, O_CLOEXEC))
        shim_broken("pipe");
}

/* In the child: 'fd' becomes 'to'. */
static void
place(int fd, int to)
{
    if (fd >= 0 && dup2(fd, to) < 0)
        _exit(126);
}

static void
start(running *r, const char *path, const char *real)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    struct stat st;
    bool merged = same_file(STDOUT_FILENO, STDERR_FILENO);

    shim_terminal_open(&r->terminal);
    if (fstat(STDIN_FILENO, &st) == 0 && S_ISFIFO(st.st_mode)) {
        new_pipe(in);
        if (fcntl(in[1], F_SETPIPE_SZ, FEED_SIZE) < 0)
            shim_broken("pipe");
    } else if (S_ISREG(st.st_mode)) {
        r->regular = true;
        r->at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    }
    if (!r->terminal.out)
        new_pipe(out);
    if (!r->terminal.err && !merged)
        new_pipe(err);
    r->started = now_ns();
    r->child = fork();
    if (r->child < 0)
        shim_broken("fork");
    if (r->child == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL))
            _exit(126);
        place(in[0], STDIN_FILENO);
        place(out[1], STDOUT_FILENO);
        place(merged ? out[1] : err[1], STDERR_FILENO);
        shim_terminal_enter(&r->terminal);
        become(r, path, real);
    }
    for (int i = 0; i < 2; i++)
        r->from[i] = i ? err[0] : out[0];
    r->feed = in[1];
    if (in[0] >= 0)
        close(in[0]);
    if (out[1] >= 0)
        close(out[1]);
    if (err[1] >= 0)
        close(err[1]);
    shim_terminal_started(&r->terminal);
}

/* ------------------------------------------------------------ passing on -- */

static void
tell_said(running *r, uint32_t stream, const char *data, size_t len)
{
    if (r->said + len > SAID_MAX) {
        r->cut = true;
        return;
    }
    r->said += len;
    shim_tell(r->job->server, VB_WIRE_SAID, &stream, sizeof stream, data, len);
}

/* Some of what it prints. False when nothing more can come. */
static bool
pass(running *r, int *from, int to)
{
    static char data[CHUNK];
    ssize_t n = read(*from, data, sizeof data);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return errno == EINTR;
    /* A terminal without anybody on the other side ends with EIO. */
    if (n > 0 && shim_put(to, data, (size_t)n)) {
        tell_said(r, to == STDERR_FILENO ? 2 : 1, data, (size_t)n);
        return true;
    }
    /* Nobody listens: the program is to find out by itself. */
    close(*from);
    *from = -1;
    return false;
}

/* What the program has taken out of 'feed' is taken from our input. */
static void
settle(running *r, size_t taken)
{
    static char data[CHUNK];

    while (taken) {
        ssize_t n =
            read(STDIN_FILENO, data, taken < sizeof data ? taken : sizeof data);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        shim_tell(r->job->server, VB_WIRE_IN, NULL, 0, data, (size_t)n);
        taken -= (size_t)n;
    }
}

static void
close_feed(running *r)
{
    int left = 0;

    if (r->feed < 0)
        return;
    if (r->lent && ioctl(r->feed, FIONREAD, &left))
        left = (int)r->lent;
    settle(r, r->lent - (size_t)left);
    r->lent = 0;
    close(r->feed);
    r->feed = -1;
}

/*
 * A pipe on standard input may have other readers after this program (a loop
 * around it, say), so the shim must not read ahead. Its bytes are copied, not
 * taken, into a pipe of one slot; that it takes more means that the program
 * has read all of them, and only then are they taken.
 */
static void
feed(running *r)
{
    ssize_t n;

    if (r->lent) {
        settle(r, r->lent);
        r->lent = 0;
        return;
    }
    n = tee(STDIN_FILENO, r->feed, CHUNK, SPLICE_F_NONBLOCK);
    if (n > 0)
        r->lent = (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        close_feed(r);
}

static void
child_changed(running *r)
{
    int status;

    while (waitpid(r->child, &status, WNOHANG | WUNTRACED) > 0) {
        if (WIFSTOPPED(status)) {
            shim_terminal_leave(&r->terminal);
            if (raise(SIGSTOP))
                errno = 0;
            shim_terminal_started(&r->terminal);
            kill(r->child, SIGCONT);
            continue;
        }
        r->status = status;
        r->ended = true;
        return;
    }
}

/* What the kernel sends because of the terminal, the program gets itself. */
static void
hear_signals(running *r)
{
    struct signalfd_siginfo info;

    while (read(r->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            child_changed(r);
        else if (info.ssi_signo == SIGWINCH)
            shim_terminal_resize(&r->terminal);
        else if (info.ssi_code != SI_KERNEL || r->terminal.session)
            kill(r->child, (int)info.ssi_signo);
    }
}

static int
terminal_to(const running *r)
{
    return r->terminal.out ? STDOUT_FILENO : STDERR_FILENO;
}

static void
relay(running *r)
{
    while (!r->ended) {
        struct pollfd fds[POLLS] = {
            {r->signals, POLLIN, 0},
            {r->from[0], POLLIN, 0},
            {r->from[1], POLLIN, 0},
            {r->terminal.master, POLLIN, 0},
            {r->feed, POLLOUT, 0},
            {r->feed < 0 && r->terminal.in && !r->terminal.deaf ? STDIN_FILENO
                                                                : -1,
             POLLIN, 0},
        };

        if (r->feed >= 0 && !r->lent)
            fds[4] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
        if (poll(fds, POLLS, -1) < 0)
            continue;
        if (fds[1].revents)
            pass(r, &r->from[0], STDOUT_FILENO);
        if (fds[2].revents)
            pass(r, &r->from[1], STDERR_FILENO);
        if (fds[3].revents)
            pass(r, &r->terminal.master, terminal_to(r));
        if (fds[4].revents & (POLLERR | POLLNVAL))
            close_feed(r);
        else if (fds[4].revents)
            feed(r);
        if (fds[5].revents)
            shim_terminal_type(&r->terminal);
        if (fds[0].revents)
            hear_signals(r);
    }
}

/* ------------------------------------------------------------------- end -- */

/* What is still in the pipes is passed on; a pipe that somebody else holds
 * open (the program went into the background) goes on without us. */
static void
drain(running *r)
{
    int *from[] = {&r->from[0], &r->from[1], &r->terminal.master};
    const int to[] = {STDOUT_FILENO, STDERR_FILENO, terminal_to(r)};

    for (size_t i = 0; i < 3; i++) {
        if (*from[i] < 0 || fcntl(*from[i], F_SETFL, O_NONBLOCK) < 0)
            continue;
        while (*from[i] >= 0 && pass(r, from[i], to[i]))
            continue;
    }
}

static void
pass_for_ever(const running *r)
{
    static char data[CHUNK];
    int from[2] = {r->from[0], r->from[1]};

    close(r->job->server);
    while (from[0] >= 0 || from[1] >= 0) {
        struct pollfd fds[] = {{from[0], POLLIN, 0}, {from[1], POLLIN, 0}};

        if (poll(fds, 2, -1) < 0)
            continue;
        for (int i = 0; i < 2; i++) {
            ssize_t n;

            if (from[i] < 0 || !fds[i].revents)
                continue;
            n = read(from[i], data, sizeof data);
            if (n < 0 && (errno == EINTR || errno == EAGAIN))
                continue;
            if (n <= 0 || !shim_put(i + 1, data, (size_t)n)) {
                close(from[i]);
                from[i] = -1;
            }
        }
    }
    _exit(0);
}

static void
tell_file_input(running *r)
{
    static char data[CHUNK];
    off_t end = r->regular ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;

    while (r->at < end) {
        size_t want = end - r->at < CHUNK ? (size_t)(end - r->at) : CHUNK;
        ssize_t n = pread(STDIN_FILENO, data, want, r->at);

        if (n <= 0)
            return;
        shim_tell(r->job->server, VB_WIRE_IN, NULL, 0, data, (size_t)n);
        r->at += n;
    }
}

void
shim_run(const shim_job *job)
{
    running r = {.job = job, .feed = -1, .from = {-1, -1}};
    const char *path = path_without(job->dir);
    vb_wire_end end = {0};

    take_signals(&r);
    shim_files_before(job);
    start(&r, path, find(path, job->name, job->order));
    relay(&r);
    end.took_ns = now_ns() - r.started;
    drain(&r);
    close_feed(&r);
    shim_terminal_leave(&r.terminal);
    if ((r.from[0] >= 0 || r.from[1] >= 0) && fork() == 0)
        pass_for_ever(&r);
    tell_file_input(&r);
    end.cut = shim_files_after(job) || r.cut;
    end.terminal = r.terminal.out || r.terminal.err;
    end.signal = WIFSIGNALED(r.status) ? (uint32_t)WTERMSIG(r.status) : 0;
    end.status =
        end.signal ? 128 + end.signal : (uint32_t)WEXITSTATUS(r.status);
    shim_tell(job->server, VB_WIRE_ENDED, &end, sizeof end, NULL, 0);
    if (give_back_signals(&r))
        shim_broken("signals");
}
