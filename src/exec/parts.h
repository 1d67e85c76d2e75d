/* What session.c (a shell's beginning and end) and talk.c (the conversation
 * with it) share; for these two only. */
#ifndef VB_EXEC_PARTS_H
#define VB_EXEC_PARTS_H

#include "exec/guardian.h"
#include "exec/session.h"

enum { VB_SESSION_CHUNK = 256 * 1024, VB_MESSAGE_MAX = 256 * 1024 };

struct vb_session {
    vb_guardian guardian;
    pid_t shell; /* as the kernel names it on the channel; 0 before hello */
    int channel, out, err, text, snapshot, code;
    int tty; /* our end for writing to the steps' terminal; -1: none */
    size_t text_len;
    bool running;     /* a text was given and has not ended */
    bool interrupted; /* a signal may still wait for its turn */
    uint64_t forged;
    vb_buf message; /* of the shell, not yet whole */
    char *chunk;
};

/* Waits for the shell's first word. */
VB_MUST_USE bool vb_session_hello(vb_session *session, vb_error *err);
/* The text that the shell sources next. */
VB_MUST_USE bool vb_session_put_text(vb_session *session, vb_str text,
                                     vb_error *err);

#endif
