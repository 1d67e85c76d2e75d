#include "exec/child.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { FD_SPARE = 400 };

int
vb_wait_status(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
reset_signals(void)
{
    struct sigaction act = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int sig = 1; sig < NSIG; sig++)
        if (sigaction(sig, &act, NULL) < 0)
            continue; /* SIGKILL, SIGSTOP and the C library's own */
    if (sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) < 0)
        _exit(127);
}

/* Moves every descriptor out of the way first: one map's target may be
 * another's source. */
static bool
place_fds(const vb_child *spawn, int *fail)
{
    unsigned first_free = 0;
    bool ok = true;

    *fail = fcntl(*fail, F_DUPFD_CLOEXEC, FD_SPARE);
    ok = *fail >= 0;
    for (size_t i = 0; ok && i < spawn->nfds; i++) {
        int high =
            fcntl(spawn->fds[i].from, F_DUPFD_CLOEXEC, FD_SPARE + 1 + (int)i);

        ok = high >= 0;
        if (ok && high != FD_SPARE + 1 + (int)i)
            ok = dup3(high, FD_SPARE + 1 + (int)i, O_CLOEXEC) >= 0;
    }
    for (size_t i = 0; ok && i < spawn->nfds; i++)
        ok = dup2(FD_SPARE + 1 + (int)i, spawn->fds[i].to) >= 0;
    for (int fd = 0; ok && fd < FD_SPARE; fd++) {
        bool wanted = false;

        for (size_t i = 0; i < spawn->nfds; i++)
            wanted = wanted || spawn->fds[i].to == fd;
        if (!wanted)
            continue;
        if (fd > (int)first_free)
            ok = syscall(SYS_close_range, first_free, (unsigned)fd - 1, 0) == 0;
        first_free = (unsigned)fd + 1;
    }
    if (ok && first_free < FD_SPARE)
        ok = syscall(SYS_close_range, first_free, FD_SPARE - 1, 0) == 0;
    return ok && syscall(SYS_close_range, FD_SPARE, ~0u, 1u << 2) == 0;
}

_Noreturn void
vb_child_exec(const vb_child *spawn, int fail)
{
    int cause;

    reset_signals();
    if (place_fds(spawn, &fail) && (!spawn->session || setsid() >= 0) &&
        (!spawn->terminal || ioctl(1, TIOCSCTTY, 0) == 0) &&
        (!spawn->cwd || chdir(spawn->cwd) == 0)) {
        /* Looked up on our PATH; the child's may be another one. */
        /* NOLINTNEXTLINE(performance-no-int-to-ptr): exec takes no const */
        execvpe(spawn->argv[0], (char *const *)(uintptr_t)spawn->argv,
                spawn->env ? spawn->env : environ);
    }
    cause = errno;
    if (write(fail, &cause, sizeof cause) < 0)
        _exit(126);
    _exit(127);
}
