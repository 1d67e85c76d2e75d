/* The live shell: state, output, statuses, commands, interrupts, losses. */
#include "exec/frame.h"
#include "exec/session.h"

#include "base/clock.h"
#include "exec/proc.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "base/banned.h"

/* What a test collects. */
typedef struct heard {
    vb_buf out, err, commands, failed;
    int ended; /* status from the end of the text; -1: none */
    vb_reply reply;
    int64_t interrupt_at, stop_at;
    vb_session *session;
    size_t ncommands;
} heard;

static vb_session *session;
static heard got;
static uint32_t head; /* lines before the body of the last text */

static bool
on_output(void *user, vb_stream stream, vb_str bytes, vb_error *err)
{
    heard *h = user;

    (void)err;
    vb_buf_str(stream == VB_STREAM_OUT ? &h->out : &h->err, bytes);
    return true;
}

static vb_reply
on_command(void *user, const vb_seen *seen)
{
    heard *h = user;

    h->ncommands++;
    vb_buf_fmt(&h->commands, "%d@%u[%.*s]%.*s|", seen->status, seen->line,
               VB_ARG(seen->guards), VB_ARG(seen->text));
    return h->reply;
}

static void
on_failed(void *user, const vb_seen *seen)
{
    heard *h = user;

    vb_buf_fmt(&h->failed, "%d@%u %.*s", seen->status, seen->line,
               VB_ARG(seen->text));
}

static void
on_ended(void *user, const vb_seen *seen)
{
    heard *h = user;

    h->ended = seen->status;
}

static int64_t
on_timer(void *user, int64_t now)
{
    heard *h = user;

    if (h->stop_at && now >= h->stop_at)
        return VB_TIMER_STOP;
    if (h->interrupt_at && now >= h->interrupt_at) {
        h->interrupt_at = now + 20 * 1000000;
        vb_session_interrupt(h->session);
    }
    return h->interrupt_at ? h->interrupt_at : VB_TIMER_NEVER;
}

static const vb_watch watch = {.user = &got,
                               .output = on_output,
                               .command = on_command,
                               .failed = on_failed,
                               .ended = on_ended,
                               .timer = on_timer};

static void
clear(void)
{
    vb_buf_clear(&got.out);
    vb_buf_clear(&got.err);
    vb_buf_clear(&got.commands);
    vb_buf_clear(&got.failed);
    got.ended = -1;
    got.ncommands = 0;
}

static void
setup(void)
{
    vb_session_opts opts = {.cwd = "/", .in = -1};
    vb_error err = {.message = ""};

    got = (heard){.reply = VB_REPLY_GO, .ended = -1};
    vb_buf_init(&got.out, VB_BUF_NO_MAX);
    vb_buf_init(&got.err, VB_BUF_NO_MAX);
    vb_buf_init(&got.commands, VB_BUF_NO_MAX);
    vb_buf_init(&got.failed, VB_BUF_NO_MAX);
    session = vb_session_open(&opts, &err);
    ck_assert_msg(session != NULL, "%s", err.message);
    got.session = session;
}

static void
teardown(void)
{
    vb_error err = {.message = ""};

    ck_assert_msg(vb_session_close(session, &err), "%s", err.message);
    vb_buf_release(&got.out);
    vb_buf_release(&got.err);
    vb_buf_release(&got.commands);
    vb_buf_release(&got.failed);
}

static vb_end
run_script(vb_frame script)
{
    vb_error err = {.message = ""};
    vb_end end;
    vb_buf text;

    clear();
    vb_buf_init(&text, VB_BUF_NO_MAX);
    head = vb_frame_write(&script, &text);
    ck_assert_msg(
        vb_session_run(session, vb_buf_view(&text), &watch, &end, &err), "%s",
        err.message);
    vb_buf_release(&text);
    return end;
}

static vb_end
run(const char *body)
{
    return run_script((vb_frame){.body = vb_str_c(body), .watch = true});
}

#define ck_out(text) ck_assert_vbstr(vb_buf_view(&got.out), text)
#define ck_err(text) ck_assert_vbstr(vb_buf_view(&got.err), text)
#define ck_failed(text) ck_assert_vbstr(vb_buf_view(&got.failed), text)

START_TEST(bare_command)
{
    vb_end end = run_script(
        (vb_frame){.body = VB_STR("echo hi; echo no >&2"), .bare = true});

    ck_assert_int_eq(end.status, 0);
    ck_out("hi\n");
    ck_err("no\n");
    end = run_script((vb_frame){.body = VB_STR("false"), .bare = true});
    ck_assert_int_eq(end.status, 1);
}
END_TEST

START_TEST(state_carries_over)
{
    run("x=1; export y=2; a=(1 '2 3'); f() { echo \"f $1\"; }\n"
        "shopt -s expand_aliases\nalias g='echo galias'\ncd /tmp\n"
        "declare -A m=([k]=v); set -o pipefail; umask 027; sleep 30 & bg=$!");
    run("echo $x $y \"${a[1]}\" ${m[k]} $PWD; f z; g; set -o | grep pipefail; "
        "umask; kill $bg && echo killed");
    ck_out("1 2 2 3 v /tmp\nf z\ngalias\npipefail       \ton\n0027\nkilled\n");
}
END_TEST

START_TEST(stops_at_first_failure)
{
    vb_end end = run("echo a\nfalse || echo b\nif false; then :; fi\n"
                     "! true\nls /nonexistent 2>/dev/null\necho never\n");

    ck_out("a\nb\n");
    ck_assert_int_eq(end.status, 0);
    ck_failed("2@6 ls /nonexistent 2> /dev/null");
    ck_assert_int_eq(got.ended, -1);
    run("echo alive");
    ck_out("alive\n");
    ck_assert_int_eq(got.ended, 0);
}
END_TEST

START_TEST(last_status_without_failure)
{
    run("false && echo x");
    ck_failed("");
    ck_assert_int_eq(got.ended, 1);
}
END_TEST

START_TEST(declare_is_global_and_functions_run_whole)
{
    run("declare v=global\nf() { false; echo after; }\nf");
    ck_out("after\n");
    run("echo $v");
    ck_out("global\n");
}
END_TEST

START_TEST(last_argument_survives)
{
    run("d=$(mktemp -d)\nmkdir $d/sub\ncd $_ && basename \"$PWD\"\ncd /");
    ck_out("sub\n");
    run_script((vb_frame){.body = VB_STR("echo $? $_"),
                          .watch = true,
                          .last_status = 7,
                          .last_arg = VB_STR("it's")});
    ck_out("7 it's\n");
}
END_TEST

START_TEST(each_command_is_seen)
{
    static const vb_str guarded[] = {VB_STR_INIT("SET_ONE"),
                                     VB_STR_INIT("EMPTY_ONE")};

    run("SET_ONE=1");
    run_script((vb_frame){.body = VB_STR("echo a |\n  cat\necho b\n"),
                          .watch = true,
                          .guarded = guarded,
                          .nguarded = 2});
    ck_out("a\nb\n");
    ck_assert_ptr_nonnull(strstr(vb_buf_cstr(&got.commands),
                                 "0@2[10]echo a|0@3[10]cat|0@4[10]echo b|"));
}
END_TEST

START_TEST(stop_before_command)
{
    vb_end end;

    got.reply = VB_REPLY_STOP;
    end = run("echo never");
    ck_out("");
    ck_assert_int_eq(end.status, 0);
    got.reply = VB_REPLY_GO;
    run("echo again");
    ck_out("again\n");
}
END_TEST

START_TEST(quiet_loop)
{
    got.reply = VB_REPLY_QUIET;
    run("for i in 1 2 3 4 5 6; do x=$i; done; echo $x");
    ck_out("6\n");
    ck_assert_uint_le(got.ncommands, 2);
}
END_TEST

START_TEST(interrupt_keeps_state)
{
    got.interrupt_at = vb_clock_mono_ns() + 100 * 1000000;
    run("kept=yes\nwhile :; do :; done\necho never\n");
    ck_out("");
    got.interrupt_at = 0;
    run("echo $kept");
    ck_out("yes\n");
}
END_TEST

START_TEST(exit_is_a_loss)
{
    vb_end end = run("echo bye; exit 3");

    ck_assert(end.lost);
    ck_assert_int_eq(end.status, 3);
    ck_out("bye\n");
    ck_assert(vb_session_lost(session));
}
END_TEST

START_TEST(killed_is_a_loss)
{
    vb_end end = run("kill -9 $$");

    ck_assert(end.lost);
    ck_assert_int_eq(end.status, 137);
}
END_TEST

START_TEST(children_cannot_forge)
{
    run("(printf 'E0\\0' >&250; printf 'F1 1 - x\\0' >&250); echo real; "
        "bash -c 'printf \"E0\\0\" >&250'; echo real2");
    ck_out("real\nreal2\n");
    ck_failed("");
    ck_assert_uint_gt(vb_session_forged(session), 0);
}
END_TEST

START_TEST(background_child_holds_stdout)
{
    run("sleep 3000 &\necho done; held=$!");
    ck_out("done\n");
    run("kill $held && echo it was still there");
    ck_out("it was still there\n");
}
END_TEST

START_TEST(large_output_arrives_whole)
{
    run("head -c 5000000 /dev/zero; echo end >&2");
    ck_assert_uint_eq(got.out.len, 5000000);
    ck_err("end\n");
}
END_TEST

START_TEST(no_terminal_and_no_stdin)
{
    run("read x || echo eof; cat </dev/tty || echo notty");
    ck_assert_ptr_nonnull(strstr(vb_buf_cstr(&got.out), "eof\nnotty"));
}
END_TEST

START_TEST(default_signals)
{
    run("set -o pipefail; yes | head -1 >/dev/null || echo $?");
    ck_out("141\n");
}
END_TEST

START_TEST(xtrace_shows_only_the_steps_lines)
{
    run_script((vb_frame){.body = VB_STR("set -x\necho a")});
    ck_err("++ echo a\n");
    run_script((vb_frame){.body = VB_STR("echo b"), .xtrace = true});
    ck_out("b\n");
    ck_err("++ echo b\n");
}
END_TEST

START_TEST(hostile_settings)
{
    run("IFS=0123456789\nPATH=\nset -o nounset\ncd() { :; }\ntrap() { :; }\n"
        "echo() { :; }\nprintf() { :; }\nread() { :; }\nset -C; set -f\n"
        "shopt -s expand_aliases; alias builtin=false; TMOUT=1\n");
    ck_failed("");
    run("\\builtin echo alive");
    ck_out("alive\n");
    run("/nonexistent; \\builtin echo never");
    ck_out("");
    ck_assert_ptr_nonnull(strstr(vb_buf_cstr(&got.failed), "127@"));
}
END_TEST

START_TEST(set_e_ends_nothing_by_itself)
{
    vb_end end = run("set -e");

    ck_assert(!end.lost);
    end = run("false");
    ck_failed("1@2 false");
    ck_assert(!end.lost);
    run("echo still");
    ck_out("still\n");
}
END_TEST

START_TEST(readers_own_traps)
{
    run("trap 'echo err $?' ERR; trap 'echo bye' EXIT");
    run_script((vb_frame){.body = VB_STR("(exit 5)\necho never"),
                          .watch = true,
                          .err_trap = VB_STR("echo err $? #\n")});
    ck_out("err 5\n");
    ck_assert_uint_eq(head, 2);
    ck_failed("5@3 ( exit 5 )");
}
END_TEST

START_TEST(nothing_is_left_running)
{
    char line[64];
    pid_t pid;
    vb_proc proc;

    run("setsid sh -c 'trap \"\" TERM HUP; (sleep 300 & echo $!; wait) &'; "
        "sleep 0.3");
    ck_assert(sscanf(vb_buf_cstr(&got.out), "%63s", line) == 1);
    pid = (pid_t)strtol(line, NULL, 10);
    ck_assert(vb_proc_read(pid, &proc));
    teardown();
    ck_assert_msg(!vb_proc_read(pid, &proc) || proc.state == 'Z',
                  "process %d lives", (int)pid);
    setup();
}
END_TEST

START_TEST(exit_trap_runs_at_the_end)
{
    char path[] = "/tmp/vb-exit-XXXXXX", command[128];
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_gt(
        snprintf(command, sizeof command, "trap 'rm %s' EXIT", path), 0);
    run(command);
    teardown();
    ck_assert_int_ne(access(path, F_OK), 0);
    setup();
}
END_TEST

START_TEST(snapshot_is_written)
{
    vb_error err = {.message = ""};
    vb_end end;
    vb_buf snap;

    run("x='a b'");
    ck_assert(
        vb_session_run(session, VB_STR(VB_SNAPSHOT_TEXT), &watch, &end, &err));
    vb_buf_init(&snap, VB_BUF_NO_MAX);
    ck_assert(vb_session_snapshot(session, &snap, &err));
    ck_assert(vb_str_has(vb_buf_view(&snap), "declare -- x=\"a b\"\n"));
    ck_assert(vb_str_has(vb_buf_view(&snap), "umask 0022\n"));
    vb_buf_release(&snap);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("exec session");
    TCase *tc = tcase_create("session");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, bare_command);
    tcase_add_test(tc, state_carries_over);
    tcase_add_test(tc, stops_at_first_failure);
    tcase_add_test(tc, last_status_without_failure);
    tcase_add_test(tc, declare_is_global_and_functions_run_whole);
    tcase_add_test(tc, last_argument_survives);
    tcase_add_test(tc, each_command_is_seen);
    tcase_add_test(tc, stop_before_command);
    tcase_add_test(tc, quiet_loop);
    tcase_add_test(tc, interrupt_keeps_state);
    tcase_add_test(tc, exit_is_a_loss);
    tcase_add_test(tc, killed_is_a_loss);
    tcase_add_test(tc, children_cannot_forge);
    tcase_add_test(tc, background_child_holds_stdout);
    tcase_add_test(tc, large_output_arrives_whole);
    tcase_add_test(tc, no_terminal_and_no_stdin);
    tcase_add_test(tc, default_signals);
    tcase_add_test(tc, xtrace_shows_only_the_steps_lines);
    tcase_add_test(tc, hostile_settings);
    tcase_add_test(tc, set_e_ends_nothing_by_itself);
    tcase_add_test(tc, readers_own_traps);
    tcase_add_test(tc, nothing_is_left_running);
    tcase_add_test(tc, exit_trap_runs_at_the_end);
    tcase_add_test(tc, snapshot_is_written);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
