#include "exec/guardian.h"

#include "base/clock.h"
#include "base/io.h"
#include "exec/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { END_LIMIT_MS = 10000 };

/* What the guardian tells verbatim: first how the start went, then the end. */
typedef struct tidings {
    int pid;    /* of the program; 0: it could not be started */
    int status; /* errno of a failed start; else the wait status */
} tidings;

static void
tell(int report, int pid, int status)
{
    tidings news = {pid, status};

    /* Nobody listens any more when this fails; the lifeline will say so. */
    if (write(report, &news, sizeof news) < 0)
        errno = 0;
}

/* Starts the program; its id, or 0 with *cause set. */
static pid_t
start(const vb_child *spawn, int *cause)
{
    int fail[2];
    pid_t pid;

    *cause = 0;
    if (pipe2(fail, O_CLOEXEC) < 0) {
        *cause = errno;
        return 0;
    }
    pid = fork();
    if (pid == 0)
        vb_child_exec(spawn, fail[1]);
    if (pid < 0)
        *cause = errno;
    close(fail[1]);
    if (pid > 0 && vb_read(fail[0], cause, sizeof *cause) > 0) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        pid = 0;
    }
    close(fail[0]);
    return pid < 0 ? 0 : pid;
}

/* Keeps the three descriptors the guardian needs, as 0, 1 and 2: the pipes
 * of the shell must not stay open here. */
static bool
strip(int *life, int *report, int *signals)
{
    int high[] = {fcntl(*life, F_DUPFD, 500), fcntl(*report, F_DUPFD, 500),
                  fcntl(*signals, F_DUPFD, 500)};

    for (int i = 0; i < 3; i++)
        if (high[i] < 0 || dup2(high[i], i) < 0)
            return false;
    *life = 0;
    *report = 1;
    *signals = 2;
    return syscall(SYS_close_range, 3u, ~0u, 0) == 0;
}

static void
reap(int report, pid_t child)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == child)
            tell(report, (int)child, status);
}

static _Noreturn void
guard(const vb_child *spawn, int life, int report)
{
    sigset_t all, chld;
    int signals = -1, cause = EINVAL;
    pid_t child = 0;

    if (sigfillset(&all) == 0 && sigprocmask(SIG_SETMASK, &all, NULL) == 0 &&
        sigemptyset(&chld) == 0 && sigaddset(&chld, SIGCHLD) == 0 &&
        setsid() >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 &&
        prctl(PR_SET_NAME, "verbatim-guard", 0, 0, 0) == 0) {
        signals = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
        child = start(spawn, &cause);
    }
    if (!child || !strip(&life, &report, &signals)) {
        tell(report, 0, cause);
        _exit(vb_proc_end_all(END_LIMIT_MS, 0) ? 0 : 1);
    }
    tell(report, (int)child, 0);
    for (;;) {
        struct pollfd fds[] = {{life, POLLIN, 0}, {signals, POLLIN, 0}};
        struct signalfd_siginfo info;

        if (poll(fds, 2, -1) < 0)
            continue;
        if (fds[1].revents && read(signals, &info, sizeof info) > 0)
            reap(report, child);
        if (fds[0].revents)
            break;
    }
    _exit(vb_proc_end_all(END_LIMIT_MS, 0) ? 0 : 1);
}

bool
vb_guardian_open(vb_guardian *guardian, const vb_child *spawn, vb_error *err)
{
    int life[2] = {-1, -1}, report[2] = {-1, -1};
    tidings news = {0};
    bool ok = pipe2(life, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0;

    *guardian = (vb_guardian){.pid = -1, .life = -1, .report = -1};
    guardian->pid = ok ? fork() : -1;
    if (guardian->pid == 0) {
        close(life[1]);
        close(report[0]);
        guard(spawn, life[0], report[1]);
    }
    if (guardian->pid < 0)
        ok = vb_fail_errno(err, "cannot start a guardian process");
    ok = vb_close(&life[0], "pipe", NULL) && ok;
    ok = vb_close(&report[1], "pipe", NULL) && ok;
    guardian->life = life[1];
    guardian->report = report[0];
    if (ok && vb_read(report[0], &news, sizeof news) != sizeof news)
        ok = vb_fail(err, "the guardian of '%s' ended", spawn->argv[0]);
    if (ok && !news.pid) {
        errno = news.status;
        ok = vb_fail_errno(err, "cannot start '%s'", spawn->argv[0]);
    }
    guardian->child = news.pid;
    if (!ok && !vb_guardian_close(guardian, NULL))
        guardian->pid = -1;
    return ok;
}

void
vb_guardian_hear(vb_guardian *guardian)
{
    tidings news;

    if (guardian->ended)
        return;
    guardian->ended = true;
    /* The end of file means that the guardian itself is gone. */
    guardian->status = 137;
    if (vb_read(guardian->report, &news, sizeof news) == sizeof news)
        guardian->status = vb_wait_status(news.status);
}

bool
vb_guardian_close(vb_guardian *guardian, vb_error *err)
{
    int status = 0;
    bool ok = vb_close(&guardian->life, "lifeline", err);

    ok = vb_close(&guardian->report, "pipe", err) && ok;
    if (guardian->pid > 0) {
        while (waitpid(guardian->pid, &status, 0) < 0)
            if (errno != EINTR)
                break;
        if (status != 0)
            ok = vb_fail(err, "processes of the run could not be ended");
    }
    guardian->pid = -1;
    return ok;
}
