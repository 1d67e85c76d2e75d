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

/* "1" when the variable holds something; of "!X" the one that X names. */
static void
put_guarded(vb_str name, vb_buf *out)
{
    vb_str plain = vb_str_starts(name, "!") ? vb_str_from(name, 1) : name;

    if (plain.len < name.len)
        vb_buf_fmt(out, "${%.*s:+${!%.*s:+1}}", VB_ARG(plain), VB_ARG(plain));
    else
        vb_buf_fmt(out, "${%.*s:+1}", VB_ARG(plain));
}

/* Sets __vb_g to an empty variable that this program reads, by the command's
 * text. No pattern needs a quote, as all of it stands in quotes. */
static void
put_text_look(const vb_str *names, size_t n, vb_buf *out)
{
    vb_buf_c(out, "__vb_g=;case $BASH_COMMAND in \\[*|test\\ *|echo\\ *|"
                  "printf\\ *|local\\ *|export\\ *|declare\\ *|for\\ *|"
                  "case\\ *);;*[[:blank:]]*) ");
    for (size_t i = 0; i < n; i++) {
        vb_str name = names[i];

        vb_buf_c(out, "[[ ");
        put_guarded(name, out);
        vb_buf_c(out, " ]]||case $BASH_COMMAND in ");
        if (name.ptr[0] != '!')
            vb_buf_fmt(out, "*\\$%.*s[!A-Za-z0-9_]*|*\\$%.*s|", VB_ARG(name),
                       VB_ARG(name));
        vb_buf_fmt(out,
                   "*\\$\\{%.*s\\}*|*\\$\\{%.*s[][%%#/^,@]*) __vb_g=%.*s;;"
                   "esac;",
                   VB_ARG(name), VB_ARG(name), VB_ARG(name));
    }
    vb_buf_c(out, "\\builtin :;;esac;");
}

/* What stops it where verbatim is not asked: 'to' is the step's stderr. */
static void
put_refusal(const char *to, vb_buf *out)
{
    vb_buf_fmt(out,
               "\\builtin printf \"verbatim: %%s is empty or not set, so this "
               "was not run: %%s\\n\" \"$__vb_g\" \"$BASH_COMMAND\" >&%s;"
               "[[ $BASHPID != \"$$\" ]]&&\\builtin exit 1;",
               to);
}

/* In a subshell, a function or a sourced file nobody asks verbatim. */
static void
put_deep_look(const vb_frame *frame, vb_buf *out)
{
    vb_buf_c(out, "if [[ $BASHPID != \"$$\" || "
                  "${#BASH_SOURCE[@]} != \"$__vb_d\" ]];then ");
    put_text_look(frame->depths, frame->ndepths, out);
    vb_buf_c(out, "if [[ $__vb_g ]];then ");
    put_refusal("2", out);
    vb_buf_c(out, "\\builtin return 1;fi;else ");
}

static void
put_functrace(const vb_frame *frame, vb_buf *out)
{
    if (frame->ndepths)
        vb_buf_c(out, "__vb_d=${#BASH_SOURCE[@]} __vb_t=T;"
                      "[[ $- == *T* ]]&&__vb_t=-;\\builtin set -T;");
}

/* A trace would show the dialogue, and nothing of ours may stand in it: the
 * shell looks by itself. */
static void
put_traced_trap(const vb_frame *frame, vb_buf *out)
{
    vb_buf_c(out, "__vb_d=${#BASH_SOURCE[@]};");
    put_functrace(frame, out);
    vb_buf_c(out, "\\builtin trap '{ __vb_u=$_;");
    put_text_look(frame->guarded, frame->nguarded, out);
    vb_buf_c(out, "if [[ $__vb_g ]];then ");
    put_refusal("249", out);
    vb_buf_c(out, "[[ ${#BASH_SOURCE[@]} != \"$__vb_d\" ]]&&\\builtin return 1;"
                  "\\builtin printf '\\''F1 %d - %s\\0'\\'' \"$LINENO\" "
                  "\"$BASH_COMMAND\" >&250;\\builtin trap - DEBUG ERR;"
                  "\\builtin set +x;\\builtin return 0;fi;: \"$__vb_u\";} "
                  "249>&2 2>/dev/null' DEBUG;");
}

/* Before each command: say which, with the status of the one before, and
 * wait for leave to go on. "$_" is as it was afterwards. */
static void
put_debug_trap(const vb_frame *frame, vb_buf *out)
{
    put_functrace(frame, out);
    vb_buf_c(out, "\\builtin trap '__vb_s=$? __vb_u=$_;");
    if (frame->unhide)
        vb_buf_c(out, unhide);
    if (frame->ndepths)
        put_deep_look(frame, out);
    vb_buf_c(out, "\\builtin printf '\\''D%d %d ");
    for (size_t i = 0; i < frame->nguarded; i++)
        vb_buf_c(out, "%d");
    vb_buf_c(out, "- %s\\0'\\'' \"$__vb_s\" \"$LINENO\" ");
    for (size_t i = 0; i < frame->nguarded; i++) {
        vb_buf_ch(out, '"');
        put_guarded(frame->guarded[i], out);
        vb_buf_c(out, "\" ");
    }
    vb_buf_c(out, "\"$BASH_COMMAND\" >&250;"
                  "while \\builtin read -r -N 1 -u 250 __vb_c;do "
                  "[[ $__vb_c == s ]]||break;\\builtin . /proc/self/fd/253;"
                  "\\builtin printf '\\''P\\0'\\'' >&250;done;"
                  "case $__vb_c in y);;q) \\builtin trap - DEBUG;;"
                  "*) \\builtin trap - DEBUG ERR;\\builtin return 0;;esac;");
    if (frame->ndepths)
        vb_buf_c(out, "fi;");
    vb_buf_c(out, ": \"$__vb_u\"' DEBUG;");
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
    } else if (frame->traced && frame->nguarded) {
        put_traced_trap(frame, out);
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
    vb_buf_fmt(out,
               "{ \\builtin printf 'S%%d %%s %%s\\0' \"$?\" \"%s\" \"$_\" "
               ">&250;",
               (frame->watch || frame->traced) && frame->ndepths
                   ? "${-//$__vb_t}"
                   : "$-");
    if (frame->traps)
        vb_buf_c(out, "\\builtin trap -p DEBUG ERR >&252;");
    vb_buf_c(out, "\\builtin trap - DEBUG ERR;\\builtin set +x; } "
                  "2>/dev/null\n");
    return head;
}
