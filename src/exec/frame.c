#include "exec/frame.h"

#include "base/text.h"

#include "base/banned.h"

/* Everything of ours begins with "\\builtin": a function of that name must go
 * before it is used. */
static const char unhide[] = "\\unset -f builtin;";

/* At the first failing command: say so, put our traps away, and leave the
 * text. The status is 0 because 'set -e' would end the shell otherwise. The
 * reader's own trap on ERR runs first and sees the status it would see; the
 * whole action stays on one line, or $LINENO would count its lines. */
static void
put_err_trap(const vb_frame *frame, vb_buf *out)
{
    vb_buf action, once;

    vb_buf_init(&action, VB_BUF_NO_MAX);
    vb_buf_init(&once, VB_BUF_NO_MAX);
    if (frame->unhide)
        vb_buf_fmt(&action, "__vb_e=$?;%s(\\builtin exit \"$__vb_e\");",
                   unhide);
    if (frame->err_trap.len) {
        vb_shell_quote(&once, frame->err_trap);
        vb_buf_c(&action, "__vb_e=$? __vb_l=$LINENO;(\\builtin exit "
                          "\"$__vb_e\");\\builtin eval ");
        vb_buf_str(&action, vb_buf_view(&once));
        vb_buf_c(&action, ";(\\builtin exit \"$__vb_e\");");
    }
    vb_buf_fmt(&action,
               "{ \\builtin printf 'F%%d %%d - %%s\\0' \"$?\" \"$%s\" ",
               frame->err_trap.len ? "__vb_l" : "LINENO");
    vb_buf_c(&action, "\"$BASH_COMMAND\" >&250;\\builtin trap - DEBUG ERR;");
    vb_buf_c(&action, "\\builtin set +x; } 2>/dev/null;\\builtin return 0");
    vb_buf_c(out, "\\builtin trap ");
    vb_shell_quote(out, vb_buf_view(&action));
    vb_buf_c(out, " ERR;");
    vb_buf_release(&once);
    vb_buf_release(&action);
}

/* Before each command: say which, with the status of the one before, and
 * wait for leave to go on. "$_" is as it was afterwards. */
static void
put_debug_trap(const vb_frame *frame, vb_buf *out)
{
    vb_buf_c(out, "\\builtin trap '__vb_s=$? __vb_u=$_;");
    if (frame->unhide)
        vb_buf_c(out, unhide);
    vb_buf_c(out, "\\builtin printf '\\''D%d %d ");
    for (size_t i = 0; i < frame->nguarded; i++)
        vb_buf_c(out, "%d");
    vb_buf_c(out, "- %s\\0'\\'' \"$__vb_s\" \"$LINENO\" ");
    for (size_t i = 0; i < frame->nguarded; i++) {
        vb_buf_c(out, "\"${");
        vb_buf_str(out, frame->guarded[i]);
        vb_buf_c(out, ":+1}\" ");
    }
    vb_buf_c(out, "\"$BASH_COMMAND\" >&250;"
                  "while \\builtin read -r -N 1 -u 250 __vb_c;do "
                  "[[ $__vb_c == s ]]||break;\\builtin . /proc/self/fd/253;"
                  "\\builtin printf '\\''P\\0'\\'' >&250;done;"
                  "case $__vb_c in y);;q) \\builtin trap - DEBUG;;"
                  "*) \\builtin trap - DEBUG ERR;\\builtin return 0;;esac;"
                  ": \"$__vb_u\"' DEBUG;");
}

/* The order matters: "$_" is set behind the traps and "$?" last of all. A
 * status on the left of && neither runs the ERR trap nor ends a 'set -e'
 * shell. */
static void
put_head(const vb_frame *frame, vb_buf *out)
{
    put_err_trap(frame, out);
    if (frame->debug_trap.len) {
        vb_buf_c(out, "\\builtin trap -- ");
        vb_shell_quote(out, frame->debug_trap);
        vb_buf_c(out, " DEBUG;");
    } else if (frame->watch) {
        put_debug_trap(frame, out);
    }
    if (frame->last_arg.len) {
        vb_buf_c(out, ": ");
        vb_shell_quote(out, frame->last_arg);
        vb_buf_ch(out, ';');
    }
    if (frame->xtrace)
        vb_buf_c(out, "{ \\builtin set -x; } 2>/dev/null");
    else if (frame->last_status > 0)
        vb_buf_fmt(out, "(\\builtin exit %d) && :", frame->last_status);
}

uint32_t
vb_frame_write(const vb_frame *frame, vb_buf *out)
{
    size_t from = out->len;
    uint32_t head = 1;

    if (frame->bare) {
        vb_buf_str(out, frame->body);
        return 0;
    }
    put_head(frame, out);
    for (size_t i = from; i < out->len; i++)
        head += out->ptr[i] == '\n';
    vb_buf_ch(out, '\n');
    vb_buf_str(out, frame->body);
    if (!vb_str_ends(frame->body, "\n"))
        vb_buf_ch(out, '\n');
    if (frame->unhide)
        vb_buf_fmt(out, "__vb_s=$?;%s(\\builtin exit \"$__vb_s\") && :\n",
                   unhide);
    vb_buf_c(out, "{ \\builtin printf 'S%d %s %s\\0' \"$?\" \"$-\" \"$_\" "
                  ">&250;");
    if (frame->traps)
        vb_buf_c(out, "\\builtin trap -p DEBUG ERR >&252;");
    vb_buf_c(out, "\\builtin trap - DEBUG ERR;\\builtin set +x; } "
                  "2>/dev/null\n");
    return head;
}
