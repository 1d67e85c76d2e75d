/* The conversation with a shell: its messages, its output, the time. */
#include "exec/parts.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    FDS_MAX = 64,
    FDS_OWN = 4,
    TIMER_MAX_MS = 1000,
    PIPE_BYTES = 1024 * 1024,
    BRIEF_NS = 200000,
    MARK_MS = 500,
};

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
        ssize_t n =
            vb_read(fd, t->s->chunk,
                    limit < VB_SESSION_CHUNK ? limit : VB_SESSION_CHUNK);

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

/* A terminal hands bytes on when it pleases. A mark written behind them, which
 * is taken out again, shows when all have come. */
static bool
drain_terminal(talk *t)
{
    int64_t deadline = vb_clock_mono_ns() + INT64_C(1000000) * MARK_MS;
    unsigned char noise[8] = {0};
    char hex[2 * sizeof noise + 1], mark[64];
    vb_buf seen;
    int len;
    bool ok = true, written = false;
    size_t at = VB_NPOS;

    if (getrandom(noise, sizeof noise, GRND_NONBLOCK) < 0)
        errno = 0; /* the process id does as well */
    vb_hex(noise, sizeof noise, hex);
    len = snprintf(mark, sizeof mark, "\033_%s-%d\033\\", hex, (int)getpid());
    vb_buf_init(&seen, VB_BUF_NO_MAX);
    while (ok && at == VB_NPOS && vb_clock_mono_ns() < deadline) {
        struct pollfd fd = {t->s->out, POLLIN, 0};
        ssize_t n;

        written = written || write(t->s->tty, mark, (size_t)len) == len;
        if (poll(&fd, 1, 10) <= 0)
            continue;
        n = vb_read(t->s->out, t->s->chunk, VB_SESSION_CHUNK);
        if (n <= 0)
            continue;
        vb_buf_add(&seen, t->s->chunk, (size_t)n);
        at = vb_str_find(vb_buf_view(&seen), vb_str_n(mark, (size_t)len));
        /* All but what may be the beginning of the mark. */
        n = (ssize_t)(at != VB_NPOS            ? at
                      : seen.len > (size_t)len ? seen.len - (size_t)len
                                               : 0);
        ok = !n || t->watch->output(t->watch->user, VB_STREAM_OUT,
                                    vb_str_n(seen.ptr, (size_t)n), t->err);
        vb_buf_drop(&seen, (size_t)n);
    }
    if (at != VB_NPOS)
        vb_buf_drop(&seen, (size_t)len);
    if (ok && seen.len)
        ok = t->watch->output(t->watch->user, VB_STREAM_OUT, vb_buf_view(&seen),
                              t->err);
    vb_buf_release(&seen);
    return ok;
}

/* Everything that was printed before now. What a child in the background
 * goes on printing has no end, so the amount is taken once. */
static bool
drain_both(talk *t)
{
    int out = 0, errs = 0;

    if (t->s->tty >= 0)
        return drain_terminal(t);
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
    if (buf->full || buf->len > VB_MESSAGE_MAX / 2) {
        buf->full = false;
        if (buf->len > VB_MESSAGE_MAX / 2)
            buf->len = VB_MESSAGE_MAX / 2;
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

bool
vb_session_hello(vb_session *s, vb_error *err)
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
    if (!vb_session_put_text(s, text, err) || !send_byte(s, 'g', err))
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
