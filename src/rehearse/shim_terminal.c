#include "rehearse/shim_terminal.h"

#include "rehearse/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int
ours(const shim_terminal *t)
{
    if (t->in)
        return STDIN_FILENO;
    return t->out ? STDOUT_FILENO : STDERR_FILENO;
}

void
shim_terminal_open(shim_terminal *t)
{
    struct termios mode;
    char name[64];

    *t = (shim_terminal){.master = -1, .slave = -1};
    t->out = isatty(STDOUT_FILENO);
    t->err = isatty(STDERR_FILENO);
    if (!t->out && !t->err)
        return;
    t->in = isatty(STDIN_FILENO);
    t->session = t->in;
    t->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t->master < 0 || grantpt(t->master) || unlockpt(t->master) ||
        ptsname_r(t->master, name, sizeof name))
        shim_broken("terminal");
    t->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t->slave < 0)
        shim_broken(name);
    if (tcgetattr(ours(t), &mode) == 0) {
        t->before = mode;
        /* Ours goes on turning line ends into what a terminal wants when
         * nothing is typed through it. */
        if (!t->in)
            mode.c_oflag &= ~(tcflag_t)OPOST;
        if (tcsetattr(t->slave, TCSANOW, &mode))
            errno = 0;
    }
    shim_terminal_resize(t);
}

void
shim_terminal_enter(const shim_terminal *t)
{
    if (t->master < 0)
        return;
    if (t->session && (setsid() < 0 || ioctl(t->slave, TIOCSCTTY, 0)))
        _exit(126);
    if ((t->in && dup2(t->slave, STDIN_FILENO) < 0) ||
        (t->out && dup2(t->slave, STDOUT_FILENO) < 0) ||
        (t->err && dup2(t->slave, STDERR_FILENO) < 0))
        _exit(126);
}

/* In the background nothing is typed for us, and asking would stop us. */
void
shim_terminal_started(shim_terminal *t)
{
    struct termios mode;

    if (t->slave >= 0)
        close(t->slave);
    t->slave = -1;
    if (!t->in || t->raw)
        return;
    if (tcgetpgrp(STDIN_FILENO) != getpgrp()) {
        t->deaf = true;
        return;
    }
    t->deaf = false;
    mode = t->before;
    cfmakeraw(&mode);
    t->raw = tcsetattr(STDIN_FILENO, TCSANOW, &mode) == 0;
}

void
shim_terminal_leave(shim_terminal *t)
{
    if (t->raw && tcsetattr(STDIN_FILENO, TCSADRAIN, &t->before) == 0)
        t->raw = false;
}

void
shim_terminal_resize(const shim_terminal *t)
{
    struct winsize size;

    if (t->master >= 0 && ioctl(ours(t), TIOCGWINSZ, &size) == 0 &&
        ioctl(t->master, TIOCSWINSZ, &size))
        errno = 0;
}

void
shim_terminal_type(shim_terminal *t)
{
    char data[4096];
    ssize_t n = read(STDIN_FILENO, data, sizeof data);

    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0 || t->master < 0 || !shim_put(t->master, data, (size_t)n))
        t->deaf = true;
}
