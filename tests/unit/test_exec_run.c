/* Whole runs of small guides. */
#include "exec_guide.h"

#include "base/spawn.h"
#include "record/reader.h"

#include <signal.h>
#include <unistd.h>

#include "base/banned.h"

static guide g;

static void
setup(void)
{
    guide_init(&g);
}

static void
teardown(void)
{
    guide_release(&g);
}

static const vb_step_result *
result_of(size_t step)
{
    ck_assert_uint_lt(step, g.plan->steps.len);
    return &g.result.results[step];
}

#define ck_verdict(step, name)                                                 \
    ck_assert_msg(strcmp(vb_verdict_name(result_of(step)->verdict), name) ==   \
                      0,                                                       \
                  "step %zu: %s (%.*s), want %s", (size_t)(step),              \
                  vb_verdict_name(result_of(step)->verdict),                   \
                  VB_ARG(result_of(step)->explanation), name)

static void
ck_intact(bool incomplete)
{
    vb_check_result check;
    vb_diags diags;

    vb_diags_init(&diags, &g.arena);
    ck_assert(vb_record_verify(guide_path(&g, "run"), &check, &g.arena, &diags,
                               &g.err));
    ck_assert_msg(check.intact, "%.*s",
                  VB_ARG(diags.list.len ? diags.list.at[0].message
                                        : VB_STR("not intact")));
    ck_assert_int_eq(check.incomplete, incomplete);
}

START_TEST(state_and_outputs)
{
    guide_plan(&g,
               "# G\n\n```bash\nNAME=world\nmkdir sub\ncd sub\n```\n\n"
               "```bash\necho hello $NAME in ${PWD##*/}\n```\n\n"
               "The output is:\n\n```\nhello world in sub\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_assert_vbstr(g.result.verdict, "passed");
    ck_verdict(0, "unverified");
    ck_verdict(1, "pass");
    ck_intact(false);
}
END_TEST

START_TEST(differs_stops_the_run)
{
    guide_plan(&g,
               "# G\n\n```bash\necho one\n```\n\nThe output is:\n\n"
               "```\ntwo\n```\n\nThen:\n\n```bash\necho later\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_assert_vbstr(g.result.verdict, "failed");
    ck_verdict(0, "differs");
    ck_verdict(1, "skipped");
    ck_intact(false);
}
END_TEST

START_TEST(failure_names_its_line)
{
    guide_plan(&g, "# G\n\n```bash\ntrue\nls /nonexistent\necho never\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "failed");
    ck_assert_int_eq(result_of(0)->status, 2);
    ck_assert_uint_eq(result_of(0)->failed_line, 5);
    ck_assert(!vb_str_has(guide_file(&g, "run/transcript.jsonl"),
                          "\"text\":\"never"));
}
END_TEST

START_TEST(syntax_error_runs_nothing)
{
    vb_str path = vb_str_fmt(&g.arena, "%s/ran", g.dir);

    guide_plan(&g,
               vb_str_fmt(&g.arena,
                          "# G\n\n```bash\ntouch %s\n```\n\nThen:\n\n"
                          "```bash\necho a\nif true; then\n  echo b\n```\n",
                          path.ptr)
                   .ptr,
               NULL);
    guide_run(&g);
    ck_assert(!g.ok);
    ck_assert_uint_gt(g.diags.errors, 0);
    ck_assert(!vb_exists(path.ptr));
    ck_assert(!vb_exists(guide_path(&g, "run")));
}
END_TEST

START_TEST(open_quote_is_not_closed_by_another_step)
{
    guide_plan(&g,
               "# G\n\n```bash\necho \"abc\n```\n\nThen:\n\n```bash\necho "
               "def\"\n```\n",
               NULL);
    guide_run(&g);
    ck_assert(!g.ok);
    ck_assert_uint_gt(g.diags.errors, 0);
}
END_TEST

START_TEST(missing_input_runs_nothing)
{
    guide_plan(&g,
               "# G\n\n```bash\necho ran\n```\n\n```bash\necho $EMAIL\n"
               "```\n",
               NULL);
    guide_run(&g);
    ck_assert(!g.ok);
    ck_assert_uint_gt(g.diags.errors, 0);
    ck_assert(!vb_exists(guide_path(&g, "run")));
}
END_TEST

START_TEST(values_replace_samples)
{
    const vb_value values[] = {
        {VB_STR_INIT("PROJECT"), VB_STR_INIT("it's $(touch x) \"q\""), "--set"},
        {VB_STR_INIT("EMAIL"), VB_STR_INIT("a@b.example"), "--set"}};

    guide_plan(&g,
               "# G\n\n```bash\nPROJECT=sample\necho \"$PROJECT $EMAIL\"\n"
               "ls | grep -c . || true\n```\n\nThe output is:\n\n"
               "```\nit's $(touch x) \"q\" a@b.example\n0\n```\n",
               NULL);
    g.opts.values = values;
    g.opts.nvalues = 2;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "pass");
}
END_TEST

START_TEST(empty_guarded_variable_stops_before_the_command)
{
    guide_plan(&g,
               "# G\n\n```bash\nBUCKET=$(true)\necho before\n"
               "[ -z \"$BUCKET\" ] && ls s3://${BUCKET} --recursive\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "failed");
    ck_assert(vb_str_has(result_of(0)->explanation, "BUCKET"));
    ck_assert(!vb_str_has(guide_file(&g, "run/transcript.jsonl"),
                          "recursive\",\"status"));
}
END_TEST

START_TEST(files_stay_inside)
{
    guide_plan(&g,
               "# G\n\nCreate a file named `conf/a.yaml`:\n\n```yaml\n"
               "a: 1\n```\n\nThen:\n\n```bash\ncat conf/a.yaml\n```\n\n"
               "The output is:\n\n```yaml\na: 1\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_assert_vbstr(guide_file(&g, "run/work/conf/a.yaml"), "a: 1\n");
    ck_assert_vbstr(g.result.verdict, "passed");
}
END_TEST

START_TEST(time_limit_ends_the_step_and_keeps_the_shell)
{
    guide_plan(&g,
               "# G\n\n```bash\nKEPT=yes\nsleep 10000 & sleep 10001\n```\n\n"
               "## Clean up\n\n```bash\necho \"kept $KEPT\"\n```\n\n"
               "The output is:\n\n```\nkept yes\n```\n",
               NULL);
    g.opts.step_timeout_ms = 400;
    g.opts.teardown = VB_TEARDOWN_ALWAYS;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "timeout");
    ck_verdict(1, "pass");
    ck_assert_vbstr(g.result.verdict, "failed");
    ck_intact(false);
}
END_TEST

START_TEST(stubborn_step_is_killed)
{
    guide_plan(&g,
               "# G\n\n```bash\ntrap '' TERM\n"
               "setsid sh -c 'trap \"\" TERM INT HUP; sleep 3000' & \n"
               "while :; do sleep 50; done\n```\n",
               NULL);
    g.opts.step_timeout_ms = 300;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "timeout");
}
END_TEST

START_TEST(exit_is_survived)
{
    guide_plan(&g,
               "# G\n\n```bash\nA=1; f() { echo \"f $A\"; }; cd /usr\n"
               "declare -a LIST=(x 'y z')\n```\n\n"
               "Then:\n\n```bash\necho leaving; exit 0\n```\n\nThen:\n\n"
               "```bash\necho on; f; pwd; echo \"${LIST[1]}\"\n```\n\n"
               "The output is:\n\n```\non\nf 1\n/usr\ny z\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(2, "pass");
    ck_assert(vb_str_has(guide_file(&g, "run/transcript.jsonl"),
                         "\"state\":\"restored\""));
}
END_TEST

START_TEST(killed_shell_fails_its_step)
{
    guide_plan(&g, "# G\n\n```bash\nkill -9 $$\n```\n", NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "failed");
    ck_assert_int_eq(result_of(0)->status, 137);
}
END_TEST

START_TEST(killed_guardian_leaves_nothing)
{
    guide_plan(&g, "# G\n\n```bash\nsleep 987 &\nkill -9 $PPID; sleep 1\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    {
        const char *argv[] = {"pgrep", "-fx", "sleep 987", NULL};
        vb_spawned said = {0};

        ck_assert(vb_spawn(&(vb_spawn_opts){.argv = argv}, &said, &g.err));
        ck_assert_int_eq(said.status, 1);
        vb_spawned_release(&said);
    }
}
END_TEST

START_TEST(teardown_runs_last_and_only_when_asked)
{
    static const char text[] =
        "# G\n\n```bash\necho main\n```\n\n## Clean up\n\n"
        "```bash\necho down\n```\n\n## More\n\n```bash\necho more\n```\n";

    guide_plan(&g, text, NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_assert(
        !vb_str_has(guide_file(&g, "run/transcript.jsonl"), "\"text\":\"down"));
}
END_TEST

START_TEST(secrets_stay_out)
{
    const vb_value values[] = {
        {VB_STR_INIT("DB_TOKEN"), VB_STR_INIT("s3cr3t-value-77"), "--set"}};

    guide_plan(&g,
               "# G\n\n```bash\necho \"token $DB_TOKEN\"\nX=\"a$DB_TOKEN\"\n"
               "```\n",
               "version: 1\ninputs:\n  DB_TOKEN:\n    secret: true\n");
    g.opts.values = values;
    g.opts.nvalues = 1;
    guide_run(&g);
    ck_ran(&g);
    ck_assert(
        !vb_str_has(guide_file(&g, "run/transcript.jsonl"), "s3cr3t-value"));
    ck_assert(!vb_str_has(guide_file(&g, "run/state/shell"), "s3cr3t-value"));
    ck_assert(vb_str_has(guide_file(&g, "run/transcript.jsonl"),
                         "[redacted:DB_TOKEN]"));
}
END_TEST

START_TEST(manual_steps_are_not_done_without_a_person)
{
    guide_plan(&g,
               "# G\n\n```bash\necho a\n```\n\nThe output is:\n\n```\na\n```\n",
               "version: 1\nsteps:\n  \"line 3\":\n    kind: manual\n");
    guide_run(&g);
    ck_ran(&g);
    ck_assert_uint_eq(g.result.manual_not_done, 1);
    ck_assert_vbstr(g.result.verdict, "unverified");
}
END_TEST

START_TEST(hostile_output)
{
    guide_plan(&g,
               "# G\n\n```bash\nhead -c 30000000 /dev/zero\n"
               "printf '\\377\\376\\n'; exec 5>&1; exec >/dev/null 2>&1\n"
               "echo into nothing\nexec >&5 2>&5\n```\n\n"
               "```bash\necho here\n```\n\nThe output is:\n\n```\nhere\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_intact(false);
}
END_TEST

START_TEST(hostile_shell_settings)
{
    guide_plan(&g,
               "# G\n\n```bash\nIFS=0123456789\nset -o nounset\n"
               "cd() { :; }\ntrap() { :; }\necho() { :; }\n"
               "OLD=$PATH\nPATH=\n```\n\n"
               "```bash\nPATH=$OLD\nunset -f echo\necho here\n```\n\n"
               "The output is:\n\n```\nhere\n```\n\n"
               "```bash\nbuiltin trap 'builtin echo bye' EXIT\n"
               "builtin trap 'x=1' DEBUG\nmkdir d; builtin cd d; rmdir ../d\n"
               "```\n\n```bash\necho there\n```\n\n"
               "The output is:\n\n```\nthere\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_verdict(3, "pass");
}
END_TEST

START_TEST(hostile_channel)
{
    guide_plan(&g,
               "# G\n\n```bash\nA=kept\nexec 250>&-; echo closed\n```\n\n"
               "Then:\n\n```bash\necho $A\n```\n\nThe output is:\n\n"
               "```\nkept\n```\n\nThen:\n\n"
               "```bash\necho hide; function builtin { :; }\n```\n\nThen:\n\n"
               "```bash\necho again\n```\n\nThe output is:\n\n```\nagain\n"
               "```\n",
               NULL);
    g.opts.run_timeout_ms = 300000;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_verdict(3, "pass");
}
END_TEST

START_TEST(hidden_builtin_does_not_hide_a_failure)
{
    guide_plan(&g,
               "# G\n\n```bash\necho hide; function builtin { :; }\n"
               "ls nothing\ntouch never\n```\n",
               NULL);
    g.opts.run_timeout_ms = 300000;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "failed");
    ck_assert(!vb_exists(guide_path(&g, "run/work/never")));
}
END_TEST

START_TEST(many_children)
{
    guide_plan(&g,
               "# G\n\n```bash\nfor i in $(seq 400); do sleep 300 & done\n"
               "```\n\n```bash\necho ok\n```\n\nThe output is:\n\n"
               "```\nok\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_intact(false);
}
END_TEST

/* Sends a signal when the step has begun to print. */
typedef struct sender {
    int signal;
    bool sent;
} sender;

static void
send_signal(void *user, const vb_progress *p)
{
    sender *s = user;

    if (p->kind != VB_PROGRESS_TICK || s->sent)
        return;
    s->sent = true;
    ck_assert_int_eq(kill(getpid(), s->signal), 0);
}

START_TEST(interrupt_once_stops_the_step)
{
    sender s = {.signal = SIGINT};

    guide_plan(&g,
               "# G\n\n```bash\necho begun\nsleep 300\n```\n\n"
               "## Clean up\n\n```bash\necho down\n```\n",
               NULL);
    g.hooks = (vb_hooks){.user = &s, .progress = send_signal};
    g.opts.teardown = VB_TEARDOWN_ALWAYS;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "interrupted");
    ck_verdict(1, "unverified");
    ck_assert(g.result.interrupted);
    ck_intact(false);
}
END_TEST

START_TEST(sigterm_stops_the_run)
{
    sender s = {.signal = SIGTERM};

    guide_plan(&g,
               "# G\n\n```bash\nwhile :; do :; done\n```\n\n"
               "## Clean up\n\n```bash\necho down\n```\n",
               NULL);
    g.hooks = (vb_hooks){.user = &s, .progress = send_signal};
    g.opts.teardown = VB_TEARDOWN_ALWAYS;
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "interrupted");
    ck_verdict(1, "skipped");
    ck_assert(vb_str_has(guide_file(&g, "run/transcript.jsonl"), "SIGTERM"));
}
END_TEST

START_TEST(python_block)
{
    guide_plan(&g,
               "# G\n\n```bash\nexport WHO=you\n```\n\nRun:\n\n"
               "```python\nimport os\nprint('hi', os.environ['WHO'])\n```\n\n"
               "The output is:\n\n```\nhi you\n```\n",
               "version: 1\nsteps:\n  \"line 9\":\n    kind: command\n"
               "    shell: python\n");
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
}
END_TEST

START_TEST(eventually_polls)
{
    guide_plan(&g,
               "# G\n\n```bash\necho Pending > flag\n"
               "(sleep 0.5; echo Running > flag) &\n```\n\nThen:\n\n"
               "```bash\ncat flag\n```\n\n"
               "Repeat until the output looks like:\n\n```\nRunning\n```\n",
               "version: 1\nsteps:\n  \"line 10\":\n    expect: eventually\n"
               "    poll: 30s\n    kind: command\n");
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_assert_uint_eq(result_of(1)->attempts, 2);
    ck_assert(vb_str_has(guide_file(&g, "run/transcript.jsonl"),
                         "\"type\":\"attempt\""));
}
END_TEST

static void
again(void)
{
    g.opts.out = NULL;
    g.opts.resume = guide_path(&g, "run");
    vb_diags_init(&g.diags, &g.arena);
    guide_run(&g);
}

START_TEST(resume_at_the_failed_command)
{
    guide_plan(&g,
               "# G\n\n```bash\nA=kept; B=(1 2)\n```\n\nThen:\n\n"
               "```bash\nC=$A-too\necho once >> log; cat log\n"
               "ls ok\ncat log; echo $C ${B[1]}\n```\n\n"
               "The output is:\n\n```\nonce\nok\nonce\nkept-too 2\n```\n",
               NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "failed");
    ck_assert(
        vb_write_file(guide_path(&g, "run/work/ok"), VB_STR(""), 0644, &g.err));
    again();
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_assert_vbstr(guide_file(&g, "run/work/log"), "once\n");
    ck_assert_vbstr(g.result.verdict, "passed");
    ck_intact(false);
}
END_TEST

START_TEST(resume_refuses_a_changed_step)
{
    static const char one[] = "# G\n\n```bash\necho a\n```\n\nThen:\n\n"
                              "```bash\nls nothing\n```\n";
    static const char two[] = "# G\n\n```bash\necho b\n```\n\nThen:\n\n"
                              "```bash\nls nothing\n```\n";

    guide_plan(&g, one, NULL);
    guide_run(&g);
    ck_ran(&g);
    guide_plan(&g, two, NULL);
    again();
    ck_assert(!g.ok);
    ck_assert_uint_gt(g.diags.errors, 0);
}
END_TEST

START_TEST(resume_goes_on_after_an_interrupt)
{
    sender s = {.signal = SIGTERM};

    guide_plan(&g,
               "# G\n\n```bash\nX=here\n```\n\nThen:\n\n"
               "```bash\ntest -e ok || sleep 300\n```\n\nThen:\n\n"
               "```bash\necho $X\n```\n\nThe output is:\n\n```\nhere\n```\n",
               NULL);
    g.hooks = (vb_hooks){.user = &s, .progress = send_signal};
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "interrupted");
    ck_assert(
        vb_write_file(guide_path(&g, "run/work/ok"), VB_STR(""), 0644, &g.err));
    g.opts.rerun = 1;
    again();
    ck_ran(&g);
    ck_verdict(2, "pass");
    ck_assert_vbstr(g.result.verdict, "passed");
}
END_TEST

START_TEST(one_run_one_process)
{
    int ready[2];
    char byte;
    pid_t pid;

    guide_plan(&g, "# G\n\n```bash\nls nothing\n```\n", NULL);
    guide_run(&g);
    ck_ran(&g);
    ck_assert_int_eq(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        if (vb_record_resume(guide_path(&g, "run"), VB_SYNC_AUTO, &g.err) &&
            write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    again();
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert(!g.ok);
}
END_TEST

START_TEST(background_step_is_waited_for)
{
    guide_plan(&g,
               "# G\n\n```bash\nsleep 0.4; touch up; echo serving; sleep 300\n"
               "```\n\nThen:\n\n```bash\nls up\n```\n\nThe output is:\n\n"
               "```\nup\n```\n",
               "version: 1\nsteps:\n  \"line 3\":\n    background: true\n"
               "    ready:\n      file: up\n      output: serving\n");
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(1, "pass");
    ck_assert(vb_str_has(guide_file(&g, "run/transcript.jsonl"),
                         "\"type\":\"leftover\""));
}
END_TEST

START_TEST(background_step_that_dies_fails)
{
    guide_plan(&g, "# G\n\n```bash\nsleep 0.3; exit 4\n```\n",
               "version: 1\nsteps:\n  \"line 3\":\n    background: true\n"
               "    ready:\n      file: up\n");
    guide_run(&g);
    ck_ran(&g);
    ck_verdict(0, "failed");
    ck_assert_int_eq(result_of(0)->status, 4);
}
END_TEST

START_TEST(destruction_needs_consent)
{
    guide_plan(&g, "# G\n\n```bash\necho ran > ran\nrm -rf data\n```\n",
               "version: 1\nsteps:\n  \"line 3\":\n"
               "    destructive: true\n");
    g.opts.yes = false;
    guide_run(&g);
    ck_ran(&g);
    ck_assert_vbstr(g.result.verdict, "failed");
    ck_verdict(0, "skipped");
    ck_assert(!vb_exists(guide_path(&g, "run/work/ran")));
    ck_intact(false);
}
END_TEST

START_TEST(required_place)
{
    const vb_str wanted[] = {VB_STR_INIT("context=staging")};

    guide_plan(&g, "# G\n\n```bash\nkubectl get pods\necho ran > ran\n```\n",
               NULL);
    g.opts.require = wanted;
    g.opts.nrequire = 1;
    guide_run(&g);
    ck_assert(!g.ok);
    ck_assert_uint_gt(g.diags.errors, 0);
    ck_assert(!vb_exists(guide_path(&g, "run/work/ran")));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("exec run");
    TCase *tc = tcase_create("run");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, state_and_outputs);
    tcase_add_test(tc, differs_stops_the_run);
    tcase_add_test(tc, failure_names_its_line);
    tcase_add_test(tc, syntax_error_runs_nothing);
    tcase_add_test(tc, open_quote_is_not_closed_by_another_step);
    tcase_add_test(tc, missing_input_runs_nothing);
    tcase_add_test(tc, values_replace_samples);
    tcase_add_test(tc, empty_guarded_variable_stops_before_the_command);
    tcase_add_test(tc, files_stay_inside);
    tcase_add_test(tc, time_limit_ends_the_step_and_keeps_the_shell);
    tcase_add_test(tc, stubborn_step_is_killed);
    tcase_add_test(tc, exit_is_survived);
    tcase_add_test(tc, killed_shell_fails_its_step);
    tcase_add_test(tc, killed_guardian_leaves_nothing);
    tcase_add_test(tc, teardown_runs_last_and_only_when_asked);
    tcase_add_test(tc, secrets_stay_out);
    tcase_add_test(tc, manual_steps_are_not_done_without_a_person);
    tcase_add_test(tc, hostile_output);
    tcase_add_test(tc, hostile_shell_settings);
    tcase_add_test(tc, hostile_channel);
    tcase_add_test(tc, hidden_builtin_does_not_hide_a_failure);
    tcase_add_test(tc, many_children);
    tcase_add_test(tc, interrupt_once_stops_the_step);
    tcase_add_test(tc, sigterm_stops_the_run);
    tcase_add_test(tc, python_block);
    tcase_add_test(tc, eventually_polls);
    tcase_add_test(tc, resume_at_the_failed_command);
    tcase_add_test(tc, resume_refuses_a_changed_step);
    tcase_add_test(tc, resume_goes_on_after_an_interrupt);
    tcase_add_test(tc, one_run_one_process);
    tcase_add_test(tc, background_step_is_waited_for);
    tcase_add_test(tc, background_step_that_dies_fails);
    tcase_add_test(tc, destruction_needs_consent);
    tcase_add_test(tc, required_place);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
