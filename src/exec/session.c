#include "exec/session.h"

#include "base/clock.h"
#include "base/io.h"
#include "exec/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/banned.h"

/* Generated from driver.bash and snapshot.bash. */
static const char driver_text[] =
#include "exec/driver.inc"
    ;
static const char snapshot_text[] =
#include "exec/snapshot.inc"
    ;

#define LEAVE_NS INT64_C(3000000000)

enum {
    FD_CHANNEL = 250,
    FD_TEXT = 251,
    FD_SNAPSHOT = 252,
    FD_SNAPSHOT_CODE = 253,
    PIPE_BYTES = 1024 * 1024,
};

static int
memfd(const char *name, vb_error *err)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    if (fd < 0)
        vb_fail_errno(err, "cannot create a memory file");
    return fd;
}

/* A pipe whose read end does not block; larger where the system lets us. */
static bool
output_pipe(int ends[2], vb_error *err)
{
    if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
        return vb_fail_errno(err, "cannot create a pipe");
    if (fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES) < 0)
        errno = 0; /* the default size works too */
    return true;
}

/* A terminal for the steps, which leaves their bytes as they are and has no
 * input: whoever reads from it finds the end at once instead of waiting. */
static bool
open_terminal(vb_session *s, unsigned columns, unsigned rows, vb_error *err)
{
    struct winsize size = {.ws_col = (unsigned short)columns,
                           .ws_row = (unsigned short)rows};
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios modes;
    char name[64];

    s->out = master;
    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
        ptsname_r(master, name, sizeof name) != 0)
        return vb_fail_errno(err, "cannot create a terminal");
    s->tty = vb_open(name, O_RDWR | O_NOCTTY, 0, err);
    if (s->tty < 0)
        return false;
    if (tcgetattr(s->tty, &modes) < 0)
        return vb_fail_errno(err, "cannot set up the terminal");
    modes.c_oflag &= ~(tcflag_t)OPOST;
    modes.c_iflag &= ~(tcflag_t)IXON;
    modes.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    modes.c_cc[VMIN] = modes.c_cc[VTIME] = 0;
    if (tcsetattr(s->tty, TCSANOW, &modes) < 0 ||
        ioctl(s->tty, TIOCSWINSZ, &size) < 0 ||
        fcntl(master, F_SETFL, O_NONBLOCK) < 0)
        return vb_fail_errno(err, "cannot set up the terminal");
    return true;
}

/* What the shell prints to: two pipes, or a terminal for both. */
static bool
open_output(vb_session *s, const vb_session_opts *opts, int child[4],
            vb_error *err)
{
    int out[2] = {-1, -1}, errs[2] = {-1, -1};
    bool ok;

    if (opts->columns) {
        if (!open_terminal(s, opts->columns, opts->rows, err))
            return false;
        child[1] = fcntl(s->tty, F_DUPFD_CLOEXEC, 0);
        child[2] = fcntl(s->tty, F_DUPFD_CLOEXEC, 0);
        return (child[1] >= 0 && child[2] >= 0) ||
               vb_fail_errno(err, "cannot set up the terminal");
    }
    ok = output_pipe(out, err) && output_pipe(errs, err);
    s->out = out[0];
    s->err = errs[0];
    child[1] = out[1];
    child[2] = errs[1];
    return ok;
}

static bool
open_input(const vb_session *s, const vb_session_opts *opts, int child[4],
           vb_error *err)
{
    if (opts->in >= 0 || opts->columns)
        child[3] = fcntl(opts->in >= 0 ? opts->in : s->tty, F_DUPFD_CLOEXEC, 0);
    else
        child[3] = vb_open("/dev/null", O_RDONLY, 0, err);
    return child[3] >= 0;
}

static bool
channel_pair(int ends[2], vb_error *err)
{
    int on = 1;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ||
        setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 ||
        fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
        return vb_fail_errno(err, "cannot create the shell's channel");
    return true;
}

static bool
start(vb_session *s, const vb_session_opts *opts, const int child[4],
      vb_error *err)
{
    static const char *const words[] = {
        "bash", "--noprofile", "--norc", "-c", driver_text, "bash", NULL};
    const char *argv[256];
    size_t n = 0;
    vb_fd_map fds[] = {{child[3], 0},
                       {child[1], 1},
                       {child[2], 2},
                       {child[0], FD_CHANNEL},
                       {s->text, FD_TEXT},
                       {s->snapshot, FD_SNAPSHOT},
                       {s->code, FD_SNAPSHOT_CODE}};
    vb_child spawn = {.argv = argv,
                      .env = opts->env,
                      .cwd = opts->cwd,
                      .fds = fds,
                      .nfds = VB_COUNT(fds),
                      .session = true,
                      .terminal = opts->columns > 0};

    for (size_t i = 0; opts->prefix && opts->prefix[i]; i++) {
        if (n + VB_COUNT(words) >= VB_COUNT(argv))
            return vb_fail(err, "too many words before the shell");
        argv[n++] = opts->prefix[i];
    }
    for (size_t i = 0; i < VB_COUNT(words); i++)
        argv[n++] = words[i];
    return vb_guardian_open(&s->guardian, &spawn, err);
}

static bool
close_ends(int fds[4], bool ok)
{
    for (int i = 0; i < 4; i++)
        ok = vb_close(&fds[i], "pipe", NULL) && ok;
    return ok;
}

vb_session *
vb_session_open(const vb_session_opts *opts, vb_error *err)
{
    vb_session *s = vb_heap_alloc(sizeof *s);
    int channel[2] = {-1, -1};
    int child[4] = {-1, -1, -1, -1}; /* channel, out, err, in */
    bool ok;

    *s = (vb_session){.guardian = {.pid = -1, .life = -1, .report = -1},
                      .out = -1,
                      .err = -1,
                      .tty = -1};
    s->chunk = vb_heap_alloc(VB_SESSION_CHUNK);
    vb_buf_init(&s->message, VB_MESSAGE_MAX);
    s->text = memfd("verbatim-text", err);
    s->snapshot = memfd("verbatim-snapshot", err);
    s->code = memfd("verbatim-code", err);
    ok = s->text >= 0 && s->snapshot >= 0 && s->code >= 0 &&
         channel_pair(channel, err) && open_output(s, opts, child, err) &&
         vb_write_all(s->code, snapshot_text, sizeof snapshot_text - 1,
                      "memory file", err);
    s->channel = channel[0];
    child[0] = channel[1];
    ok = ok && open_input(s, opts, child, err) && start(s, opts, child, err);
    ok = close_ends(child, ok);
    ok = ok && vb_session_hello(s, err);
    if (!ok && !vb_session_close(s, NULL))
        errno = 0; /* the first error is the one to report */
    return ok ? s : NULL;
}

/* A shell that is told of the end by its closed channel may still run the
 * reader's EXIT trap. */
static void
leave(vb_session *s)
{
    int64_t deadline = vb_clock_mono_ns() + LEAVE_NS;

    if (vb_session_lost(s) || s->running || !s->shell ||
        !vb_close(&s->channel, "channel", NULL))
        return;
    while (!s->guardian.ended) {
        struct pollfd fds[] = {{s->guardian.report, POLLIN, 0},
                               {s->out, POLLIN, 0},
                               {s->err, POLLIN, 0}};
        int64_t left = (deadline - vb_clock_mono_ns()) / 1000000;

        if (left <= 0 || poll(fds, 3, (int)left) <= 0)
            return;
        for (int i = 1; i < 3; i++)
            if (fds[i].revents &&
                vb_read(fds[i].fd, s->chunk, VB_SESSION_CHUNK) < 0)
                return;
        if (fds[0].revents)
            vb_guardian_hear(&s->guardian);
    }
}

bool
vb_session_close(vb_session *s, vb_error *err)
{
    bool ok;

    if (!s)
        return true;
    leave(s);
    ok = vb_guardian_close(&s->guardian, err);
    ok = vb_close(&s->channel, "channel", err) && ok;
    ok = vb_close(&s->out, "pipe", err) && ok;
    ok = vb_close(&s->err, "pipe", err) && ok;
    ok = vb_close(&s->tty, "terminal", err) && ok;
    ok = vb_close(&s->text, "memory file", err) && ok;
    ok = vb_close(&s->snapshot, "memory file", err) && ok;
    ok = vb_close(&s->code, "memory file", err) && ok;
    vb_buf_release(&s->message);
    vb_heap_free(s->chunk);
    vb_heap_free(s);
    return ok;
}

pid_t
vb_session_shell(const vb_session *s)
{
    return s->shell;
}

pid_t
vb_session_guardian(const vb_session *s)
{
    return s->guardian.pid;
}

bool
vb_session_lost(const vb_session *s)
{
    return s->guardian.ended || s->channel < 0;
}

uint64_t
vb_session_forged(const vb_session *s)
{
    return s->forged;
}

void
vb_session_interrupt(vb_session *s)
{
    s->interrupted = true;
    /* A shell that is gone is found out about elsewhere. */
    if (s->shell > 0 && !s->guardian.ended && kill(s->shell, SIGRTMAX - 3) < 0)
        errno = 0;
}

bool
vb_session_put_text(vb_session *s, vb_str text, vb_error *err)
{
    ssize_t n = 0;

    if (text.len != s->text_len && ftruncate(s->text, (off_t)text.len) < 0)
        return vb_fail_errno(err, "cannot write the step's text");
    s->text_len = text.len;
    for (size_t at = 0; at < text.len; at += (size_t)n) {
        n = pwrite(s->text, text.ptr + at, text.len - at, (off_t)at);
        if (n < 0 && errno == EINTR)
            n = 0;
        if (n < 0)
            return vb_fail_errno(err, "cannot write the step's text");
    }
    return true;
}

bool
vb_session_snapshot(vb_session *s, vb_buf *out, vb_error *err)
{
    off_t size = lseek(s->snapshot, 0, SEEK_END);
    char *room;
    ssize_t n = 0;

    if (size < 0)
        return vb_fail_errno(err, "cannot read the snapshot");
    room = size ? vb_buf_room(out, (size_t)size) : NULL;
    if (room)
        n = pread(s->snapshot, room, (size_t)size, 0);
    if (n > 0)
        vb_buf_grew(out, (size_t)n);
    if (n < 0 || ftruncate(s->snapshot, 0) < 0 ||
        lseek(s->snapshot, 0, SEEK_SET) < 0)
        return vb_fail_errno(err, "cannot read the snapshot");
    return n == size || vb_fail(err, "the snapshot is too large");
}
