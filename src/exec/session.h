/*
 * One live bash. Texts are sourced at top level from a memfd; the order to do
 * so and everything the shell says travel on a private Unix socket, where
 * only messages from the shell's own process id count. Output comes through
 * two pipes and is never mistaken for dialogue.
 */
#ifndef VB_EXEC_SESSION_H
#define VB_EXEC_SESSION_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "record/record.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct vb_session vb_session; /* opaque */

typedef struct vb_session_opts {
    const char *const *prefix; /* NULL-ended words before the shell, or NULL */
    const char *shell;         /* path of bash; NULL: looked up */
    char *const *env;
    const char *cwd;
    int in;                 /* standard input; -1: /dev/null, or the terminal */
    unsigned columns, rows; /* of a terminal for the steps; 0: none */
} vb_session_opts;

vb_session *vb_session_open(const vb_session_opts *opts, vb_error *err);
/* Ends the shell and everything it started. NULL is fine. */
bool vb_session_close(vb_session *session, vb_error *err);
/* Ids of the shell and of the guardian above it. */
pid_t vb_session_shell(const vb_session *session);
pid_t vb_session_guardian(const vb_session *session);
bool vb_session_lost(const vb_session *session);

/* What the shell says about a command of a watched text. */
typedef struct vb_seen {
    int status;    /* of what ran before it; "failed": of the command */
    uint32_t line; /* of the text given, as bash counts: where it ends */
    vb_str guards; /* a digit for each guarded variable: 1 set, 0 empty */
    vb_str flags;  /* "ended": the shell's $- */
    vb_str text;   /* as bash shows it; "ended": its $_ */
} vb_seen;

typedef enum vb_reply {
    VB_REPLY_GO = 'y',
    VB_REPLY_SNAPSHOT = 's', /* write a snapshot, then ask again */
    VB_REPLY_QUIET = 'q',    /* go on and show no more commands */
    VB_REPLY_STOP = 'n',     /* do not run it: the text ends here */
} vb_reply;

/* The next time at which 'timer' wants to be called: never, or stop. */
#define VB_TIMER_NEVER INT64_MAX
#define VB_TIMER_STOP INT64_MIN

/* Who listens while a text runs. Every member but 'output' may be NULL. */
typedef struct vb_watch {
    void *user;
    /* False ends the dialogue with the error. */
    bool (*output)(void *user, vb_stream stream, vb_str bytes, vb_error *err);
    /* All output of what ran before has been delivered. */
    vb_reply (*command)(void *user, const vb_seen *seen);
    /* The snapshot asked for is there; what now? */
    vb_reply (*snapshot)(void *user);
    void (*failed)(void *user, const vb_seen *seen);
    void (*ended)(void *user, const vb_seen *seen);
    /* Further descriptors to poll. */
    size_t (*fds)(void *user, struct pollfd *fds, size_t max);
    bool (*service)(void *user, const struct pollfd *fds, size_t nfds,
                    vb_error *err);
    /* Called at its own time and now and then; monotonic nanoseconds. */
    int64_t (*timer)(void *user, int64_t now);
} vb_watch;

typedef struct vb_end {
    int status;
    bool lost;    /* the shell is gone; 'status' is how it ended */
    bool stopped; /* the timer said so; the text may still be running */
} vb_end;

/* Runs one text to its end. False when the dialogue itself broke. */
VB_MUST_USE bool vb_session_run(vb_session *session, vb_str text,
                                const vb_watch *watch, vb_end *end,
                                vb_error *err);
/* Goes on listening without giving a text, until the timer stops it or, when
 * a text is still running, until its end. */
VB_MUST_USE bool vb_session_listen(vb_session *session, const vb_watch *watch,
                                   vb_end *end, vb_error *err);

/* Makes the running text return, if bash is in it and not in a child. */
void vb_session_interrupt(vb_session *session);
/* What the last snapshot wrote: sections ended by NUL. Empties it. */
VB_MUST_USE bool vb_session_snapshot(vb_session *session, vb_buf *out,
                                     vb_error *err);
/* Source text that makes the shell write a snapshot. */
#define VB_SNAPSHOT_TEXT "\\builtin . /proc/self/fd/253"

/* Bytes that came on the channel from other processes: forgeries. */
uint64_t vb_session_forged(const vb_session *session);

#endif
