#include "exec/session.h"

#include "base/clock.h"
#include "base/io.h"
#include "exec/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
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
    CHUNK = 256 * 1024,
    PIPE_BYTES = 1024 * 1024,
    MESSAGE_MAX = 256 * 1024,
    FDS_MAX = 64,
    FDS_OWN = 4,
    TIMER_MAX_MS = 1000,
    BRIEF_NS = 200000,
};

struct vb_session {
    vb_guardian guardian;
    pid_t shell; /* as the kernel names it on the channel; 0 before hello */
    int channel, out, err, text, snapshot, code;
    size_t text_len;
    bool running;     /* a text was given and has not ended */
    bool interrupted; /* a signal may still wait for its turn */
    uint64_t forged;
    vb_buf message; /* of the shell, not yet whole */
    char *chunk;
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
                      .session = true};

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

static bool wait_hello(vb_session *s, vb_error *err);

vb_session *
vb_session_open(const vb_session_opts *opts, vb_error *err)
{
    vb_session *s = vb_heap_alloc(sizeof *s);
    int channel[2] = {-1, -1}, out[2] = {-1, -1}, errs[2] = {-1, -1};
    int child[4] = {-1, -1, -1, -1}; /* channel, out, err, in */
    bool ok;

    *s = (vb_session){.guardian = {.pid = -1, .life = -1, .report = -1}};
    s->chunk = vb_heap_alloc(CHUNK);
    vb_buf_init(&s->message, MESSAGE_MAX);
    s->text = memfd("verbatim-text", err);
    s->snapshot = memfd("verbatim-snapshot", err);
    s->code = memfd("verbatim-code", err);
    ok = s->text >= 0 && s->snapshot >= 0 && s->code >= 0 &&
         channel_pair(channel, err) && output_pipe(out, err) &&
         output_pipe(errs, err) &&
         vb_write_all(s->code, snapshot_text, sizeof snapshot_text - 1,
                      "memory file", err);
    s->channel = channel[0];
    s->out = out[0];
    s->err = errs[0];
    child[0] = channel[1];
    child[1] = out[1];
    child[2] = errs[1];
    if (ok && opts->in >= 0)
        child[3] = fcntl(opts->in, F_DUPFD_CLOEXEC, 0);
    else if (ok)
        child[3] = vb_open("/dev/null", O_RDONLY, 0, err);
    ok = ok && child[3] >= 0 && start(s, opts, child, err);
    ok = close_ends(child, ok);
    ok = ok && wait_hello(s, err);
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
            if (fds[i].revents && vb_read(fds[i].fd, s->chunk, CHUNK) < 0)
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

static bool
put_text(vb_session *s, vb_str text, vb_error *err)
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

/* One conversation. */
typedef struct talk {
    vb_session *s;
    const vb_watch *watch;
    vb_end *end;
    vb_error *err;
    bool done;
    bool fresh; /* the shell has just been given something to do */
} talk;

/* Delivers what is in one pipe, at most 'limit' bytes. False on an error. */
static bool
drain(talk *t, int fd, vb_stream stream, size_t limit)
{
    while (limit) {
        ssize_t n = vb_read(fd, t->s->chunk, limit < CHUNK ? limit : CHUNK);

        if (n == 0 || (n < 0 && errno == EAGAIN))
            return true;
        if (n < 0)
            return vb_fail_errno(t->err, "cannot read the step's output");
        limit -= (size_t)n;
        if (!t->watch->output(t->watch->user, stream,
                              vb_str_n(t->s->chunk, (size_t)n), t->err))
            return false;
    }
    return true;
}

/* Everything that was printed before now. What a child in the background
 * goes on printing has no end, so the amount is taken once. */
static bool
drain_both(talk *t)
{
    int out = 0, errs = 0;

    if (ioctl(t->s->out, FIONREAD, &out) < 0 ||
        ioctl(t->s->err, FIONREAD, &errs) < 0)
        return vb_fail_errno(t->err, "cannot read the step's output");
    return drain(t, t->s->out, VB_STREAM_OUT, (size_t)out) &&
           drain(t, t->s->err, VB_STREAM_ERR, (size_t)errs);
}

static bool
send_byte(vb_session *s, char byte, vb_error *err)
{
    ssize_t n;

    do
        n = send(s->channel, &byte, 1, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    /* A closed channel shows as the end of the session right after. */
    if (n < 0 && errno != EPIPE && errno != ECONNRESET)
        return vb_fail_errno(err, "cannot speak to the shell");
    return true;
}

/* Takes a number and the blank behind it off a message. */
static int64_t
take_number(vb_str *text)
{
    vb_str word = {0};
    int64_t value = 0;

    if (!vb_str_field(text, ' ', &word) || !vb_str_i64(word, &value))
        return 0;
    return value;
}

/* "STATUS LINE GUARDS TEXT" of D and F. */
static vb_seen
read_seen(vb_str rest)
{
    vb_seen seen = {.status = (int)take_number(&rest),
                    .line = (uint32_t)take_number(&rest)};

    /* A dash stands behind the digits, so that the field is never empty. */
    if (vb_str_field(&rest, ' ', &seen.guards) && seen.guards.len)
        seen.guards.len--;
    seen.text = rest;
    return seen;
}

static bool
on_command(talk *t, vb_str rest)
{
    vb_seen seen = read_seen(rest);
    vb_reply reply = VB_REPLY_GO;

    if (!drain_both(t))
        return false;
    if (t->watch->command)
        reply = t->watch->command(t->watch->user, &seen);
    return send_byte(t->s, (char)reply, t->err);
}

/* One whole message of the shell. */
static bool
on_message(talk *t, vb_str text)
{
    vb_str rest = vb_str_from(text, 1);
    vb_seen seen;

    switch (text.len ? text.ptr[0] : 0) {
    case 'D':
        return on_command(t, rest);
    case 'P':
        return send_byte(t->s,
                         (char)(t->watch->snapshot
                                    ? t->watch->snapshot(t->watch->user)
                                    : VB_REPLY_GO),
                         t->err);
    case 'F':
        seen = read_seen(rest);
        if (t->watch->failed)
            t->watch->failed(t->watch->user, &seen);
        return true;
    case 'S':
        seen = (vb_seen){.status = (int)take_number(&rest)};
        if (vb_str_field(&rest, ' ', &seen.flags))
            seen.text = rest;
        if (t->watch->ended)
            t->watch->ended(t->watch->user, &seen);
        return true;
    case 'E':
        t->end->status = (int)take_number(&rest);
        t->s->running = false;
        t->done = true;
        return drain_both(t);
    case 'H':
        t->done = true;
        return true;
    default:
        return true;
    }
}

/* Takes whole messages out of the buffer. */
static bool
take_messages(talk *t)
{
    vb_buf *buf = &t->s->message;
    size_t at = 0;
    bool ok = true;

    while (ok && at < buf->len) {
        vb_str left = vb_str_n(buf->ptr + at, buf->len - at);
        size_t nul = vb_str_chr(left, '\0');

        if (nul == VB_NPOS)
            break;
        ok = on_message(t, vb_str_sub(left, 0, nul));
        at += nul + 1;
    }
    vb_buf_drop(buf, at);
    /* A command longer than the buffer: its head is enough. The end of the
     * message still arrives and must be found. */
    if (buf->full || buf->len > MESSAGE_MAX / 2) {
        buf->full = false;
        if (buf->len > MESSAGE_MAX / 2)
            buf->len = MESSAGE_MAX / 2;
    }
    return ok;
}

/* Who wrote these bytes? The kernel says so and never mixes two writers. */
static pid_t
sender_of(struct msghdr *msg)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        struct ucred who;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
            continue;
        memcpy(&who, CMSG_DATA(c), sizeof who);
        return who.pid;
    }
    return 0;
}

static bool
hear(talk *t)
{
    vb_session *s = t->s;

    while (!t->done) {
        char bytes[8192];
        union {
            char space[CMSG_SPACE(sizeof(struct ucred))];
            struct cmsghdr align;
        } control;
        struct iovec iov = {bytes, sizeof bytes};
        struct msghdr msg = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
        ssize_t n = recvmsg(s->channel, &msg, MSG_CMSG_CLOEXEC);
        pid_t from;

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return true;
        if (n <= 0) {
            /* The shell has closed its side; its end will be reported. */
            return vb_close(&s->channel, "channel", t->err);
        }
        from = sender_of(&msg);
        if (!s->shell)
            s->shell = from;
        if (from != s->shell) {
            s->forged += (uint64_t)n;
            continue;
        }
        vb_buf_add(&s->message, bytes, (size_t)n);
        if (!take_messages(t))
            return false;
    }
    return true;
}

static bool
lose(talk *t)
{
    vb_guardian_hear(&t->s->guardian);
    t->s->running = false;
    t->end->lost = true;
    t->end->status = t->s->guardian.status;
    t->done = true;
    return drain_both(t);
}

/* How long poll may sleep. */
static int
timer(talk *t)
{
    int64_t now = vb_clock_mono_ns(), next = VB_TIMER_NEVER;

    if (t->watch->timer)
        next = t->watch->timer(t->watch->user, now);
    if (next == VB_TIMER_STOP) {
        t->end->stopped = true;
        t->done = true;
        return 0;
    }
    if (next == VB_TIMER_NEVER)
        return -1;
    next = (next - now + 999999) / 1000000;
    return next < 0 ? 0 : next > TIMER_MAX_MS ? TIMER_MAX_MS : (int)next;
}

static bool
serve(talk *t, const struct pollfd *fds, size_t nfds)
{
    if (fds[0].revents && !hear(t))
        return false;
    if (t->done)
        return true;
    if (fds[1].revents && !drain(t, t->s->out, VB_STREAM_OUT, PIPE_BYTES))
        return false;
    if (fds[2].revents && !drain(t, t->s->err, VB_STREAM_ERR, PIPE_BYTES))
        return false;
    if (nfds > FDS_OWN && t->watch->service &&
        !t->watch->service(t->watch->user, fds + FDS_OWN, nfds - FDS_OWN,
                           t->err))
        return false;
    return !fds[3].revents || lose(t);
}

/* A short command has ended before anybody could look at its output: for a
 * moment only the shell itself is listened to, and one look takes both. What
 * is not read yet waits in its pipe. */
static bool
brief(talk *t)
{
    const struct timespec moment = {0, BRIEF_NS};
    struct pollfd fds[] = {
        {t->s->channel, POLLIN, 0},
        {t->s->guardian.ended ? -1 : t->s->guardian.report, POLLIN, 0}};

    t->fresh = false;
    if (!t->s->running || ppoll(fds, VB_COUNT(fds), &moment, NULL) <= 0 ||
        !fds[0].revents)
        return true;
    t->fresh = true;
    return hear(t);
}

static bool
converse(talk *t)
{
    while (!t->done) {
        struct pollfd fds[FDS_MAX] = {
            {t->s->channel, POLLIN, 0},
            {t->s->out, POLLIN, 0},
            {t->s->err, POLLIN, 0},
            {t->s->guardian.ended ? -1 : t->s->guardian.report, POLLIN, 0}};
        size_t nfds = FDS_OWN;
        int wait_ms;

        if (t->fresh && !brief(t))
            return false;
        if (t->fresh && !t->done)
            continue;
        wait_ms = t->done ? 0 : timer(t);
        if (t->done)
            break;
        if (t->watch->fds)
            nfds +=
                t->watch->fds(t->watch->user, fds + FDS_OWN, FDS_MAX - FDS_OWN);
        if (poll(fds, nfds, wait_ms) < 0) {
            if (errno == EINTR)
                continue;
            return vb_fail_errno(t->err, "cannot wait for the shell");
        }
        if (!serve(t, fds, nfds))
            return false;
    }
    return true;
}

static bool
no_output(void *user, vb_stream stream, vb_str bytes, vb_error *err)
{
    (void)user;
    (void)stream;
    (void)bytes;
    (void)err;
    return true;
}

static int64_t
hello_timer(void *user, int64_t now)
{
    const int64_t *deadline = user;

    return now > *deadline ? VB_TIMER_STOP : *deadline;
}

static bool
wait_hello(vb_session *s, vb_error *err)
{
    int64_t deadline = vb_clock_mono_ns() + INT64_C(30000000000);
    vb_watch watch = {
        .user = &deadline, .output = no_output, .timer = hello_timer};
    vb_end end = {0};
    talk t = {.s = s, .watch = &watch, .end = &end, .err = err};

    if (!converse(&t))
        return false;
    if (end.lost)
        return vb_fail(err, "the shell ended with status %d before it began",
                       end.status);
    return !end.stopped || vb_fail(err, "the shell does not answer");
}

static bool
run_text(vb_session *s, vb_str text, const vb_watch *watch, vb_end *end,
         vb_error *err)
{
    talk t = {.s = s, .watch = watch, .end = end, .err = err};

    *end = (vb_end){0};
    if (vb_session_lost(s))
        return vb_fail(err, "the shell is gone");
    if (!put_text(s, text, err) || !send_byte(s, 'g', err))
        return false;
    s->running = true;
    t.fresh = true;
    return converse(&t);
}

bool
vb_session_run(vb_session *s, vb_str text, const vb_watch *watch, vb_end *end,
               vb_error *err)
{
    /* An interrupt that came when its text had just ended would make the
     * next one return: give it a text of no meaning. */
    if (s->interrupted) {
        s->interrupted = false;
        if (!vb_session_lost(s) &&
            !run_text(s, VB_STR(":\n:\n:\n"), watch, end, err))
            return false;
    }
    return run_text(s, text, watch, end, err);
}

bool
vb_session_listen(vb_session *s, const vb_watch *watch, vb_end *end,
                  vb_error *err)
{
    talk t = {.s = s, .watch = watch, .end = end, .err = err};

    *end = (vb_end){0};
    return converse(&t);
}
