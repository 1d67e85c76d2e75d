/* verbatim run: carry out one reader's path. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/values.h"

#include "base/io.h"
#include "base/text.h"
#include "exec/run.h"
#include "record/runs.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

typedef struct run_args {
    vb_doc_args doc;
    vb_strs set, env, rehearse, fault, only, skip, require;
    const char *out, *resume, *cwd, *teardown, *manual, *format, *expect;
    const char *from, *until, *stdin_path, *record, *sync, *sandbox;
    int64_t timeout_ms, run_timeout_ms;
    bool dry_run, without_chunks, strict, interactive, yes, unisolated, tty;
    bool keep_going, quiet, verbose, rerun, assume_done, only_teardown;
} run_args;

static const char *const teardowns[] = {"yes", "always", "no", NULL};
static const char *const manuals[] = {"ask", "skip", "fail", NULL};
static const char *const formats[] = {"text", "json", NULL};
static const char *const syncs[] = {"auto", "step", NULL};
static const char *const sandboxes[] = {"no-net", "net", NULL};

#define OPT(letter, name, kind, member, arg, help)                             \
    {                                                                          \
        letter, name, kind, offsetof(run_args, member), arg, help, NULL, NULL  \
    }

static const vb_opt run_opts[] = {
    VB_DOC_OPTS(run_args),
    OPT('s', "set", VB_OPT_LIST, set, "NAME=VALUE",
        "give an input, or replace the guide's own sample value; NAME=@FILE "
        "reads the value from a file"),
    OPT('e', "env", VB_OPT_LIST, env, "NAME",
        "pass this variable of the environment on to the steps"),
    OPT('n', "dry-run", VB_OPT_FLAG, dry_run, NULL,
        "show exactly what would run; run nothing"),
    OPT('o', "out", VB_OPT_STRING, out, "DIR",
        "the run's directory (default: a new one in .verbatim/runs)"),
    OPT('C', "cwd", VB_OPT_STRING, cwd, "run|doc|DIR",
        "where the steps start: in the run's own directory (default), beside "
        "the document, or in DIR"),
    {0, "teardown", VB_OPT_OPTIONAL, offsetof(run_args, teardown), "always",
     "run the teardown after the main path; 'always' also after a failure",
     teardowns, "yes"},
    OPT(0, "only-teardown", VB_OPT_FLAG, only_teardown, NULL,
        "with --resume: run only the teardown"),
    OPT(0, "without-chunks", VB_OPT_FLAG, without_chunks, NULL,
        "run although included files are missing"),
    OPT('r', "rehearse", VB_OPT_LIST, rehearse, "SCENARIO",
        "run against the simulated programs of this scenario file"),
    OPT(0, "record", VB_OPT_STRING, record, "FILE",
        "record what the real programs do, as a scenario that --rehearse "
        "replays"),
    OPT(0, "fault", VB_OPT_LIST, fault, "RULE",
        "with --rehearse: inject a fault, such as 'eksctl create nodegroup: "
        "fail once'"),
    OPT(0, "unisolated", VB_OPT_FLAG, unisolated, NULL,
        "rehearse even where the system forbids isolation"),
    {0, "sandbox", VB_OPT_OPTIONAL, offsetof(run_args, sandbox), "net",
     "run the steps in a sandbox: read-only system, private home, no network "
     "unless 'net'",
     sandboxes, "no-net"},
    OPT(0, "resume", VB_OPT_STRING, resume, "RUN",
        "go on where this run stopped"),
    OPT(0, "rerun", VB_OPT_FLAG, rerun, NULL,
        "with --resume: run the interrupted command again"),
    OPT(0, "assume-done", VB_OPT_FLAG, assume_done, NULL,
        "with --resume: take the interrupted command as done"),
    OPT(0, "from", VB_OPT_STRING, from, "STEP", "start at this step"),
    OPT(0, "until", VB_OPT_STRING, until, "STEP", "stop after this step"),
    OPT(0, "only", VB_OPT_LIST, only, "STEP", "run only this step"),
    OPT(0, "skip", VB_OPT_LIST, skip, "STEP", "leave this step out"),
    {0, "manual", VB_OPT_STRING, offsetof(run_args, manual), "HOW",
     "steps for a person: ask, skip or fail (default: ask on a terminal, "
     "else record as not done)",
     manuals, NULL},
    OPT('k', "keep-going", VB_OPT_FLAG, keep_going, NULL,
        "go on behind a step that ran well but printed something else; the run "
        "has failed all the same"),
    OPT(0, "strict", VB_OPT_FLAG, strict, NULL,
        "exit 1 also for an unverified run"),
    OPT('i', "interactive", VB_OPT_FLAG, interactive, NULL,
        "ask before each step and after a fault: run, edit, skip, retry, open "
        "a shell in the session, mark as done, quit"),
    OPT('y', "yes", VB_OPT_FLAG, yes, NULL, "do not ask before starting"),
    OPT(0, "require", VB_OPT_LIST, require, "WHAT=VALUE",
        "stop unless account, project, region or context is VALUE"),
    OPT(0, "timeout", VB_OPT_DURATION, timeout_ms, "TIME",
        "limit for each step (default 30m)"),
    OPT(0, "run-timeout", VB_OPT_DURATION, run_timeout_ms, "TIME",
        "limit for the whole run (default none)"),
    OPT(0, "expect", VB_OPT_STRING, expect, "MANNER",
        "compare all outputs this way: reader, exact, subset, regex, "
        "contains"),
    OPT(0, "stdin", VB_OPT_STRING, stdin_path, "FILE",
        "the steps' standard input (default: empty)"),
    OPT(0, "tty", VB_OPT_FLAG, tty, NULL,
        "give the steps a terminal of their own"),
    {0, "sync", VB_OPT_STRING, offsetof(run_args, sync), "WHEN",
     "auto (default) or step: sync the transcript after every step", syncs,
     NULL},
    OPT('q', "quiet", VB_OPT_FLAG, quiet, NULL, "show failures only"),
    OPT('v', "verbose", VB_OPT_FLAG, verbose, NULL,
        "show the steps' output, too"),
    {'f', "format", VB_OPT_STRING, offsetof(run_args, format), "FORMAT",
     "text (default) or json: an event stream", formats, NULL},
    {0},
};

static bool
collect_values(vb_cli *cli, const run_args *args, vb_run_opts *opts,
               vb_error *err)
{
    VB_VEC(vb_value) values = {0};
    vb_givens givens = {0};

    if (!vb_values_parse(&args->set, &cli->arena, &givens, err))
        return false;
    for (size_t i = 0; i < givens.len; i++)
        vb_vec_push(&cli->arena, &values,
                    (vb_value){givens.at[i].name, givens.at[i].value, "--set"});
    for (size_t i = 0; i < args->env.len; i++) {
        const char *text = getenv(args->env.at[i].ptr);

        if (!text)
            return vb_fail(err, "'--env %s': it is not set here",
                           args->env.at[i].ptr);
        vb_vec_push(&cli->arena, &values,
                    (vb_value){args->env.at[i], vb_str_c(text), "--env"});
    }
    opts->values = values.at;
    opts->nvalues = values.len;
    return true;
}

static vb_teardown
teardown_of(const run_args *args)
{
    if (args->only_teardown)
        return VB_TEARDOWN_ONLY;
    if (!args->teardown || strcmp(args->teardown, "no") == 0)
        return VB_TEARDOWN_NO;
    return strcmp(args->teardown, "always") == 0 ? VB_TEARDOWN_ALWAYS
                                                 : VB_TEARDOWN_YES;
}

static vb_manual
manual_of(const char *name)
{
    if (!name)
        return VB_MANUAL_AUTO;
    if (strcmp(name, "ask") == 0)
        return VB_MANUAL_ASK;
    return strcmp(name, "skip") == 0 ? VB_MANUAL_SKIP : VB_MANUAL_FAIL;
}

static const char **
c_strings(vb_arena *arena, const vb_strs *list)
{
    const char **out = VB_NEW_N(arena, const char *, list->len + 1);

    for (size_t i = 0; i < list->len; i++)
        out[i] = list->at[i].ptr;
    return out;
}

static bool
fill_opts(vb_cli *cli, const run_args *args, const vb_plan *plan,
          vb_run_opts *opts, vb_error *err)
{
    static vb_manner manner;

    *opts = (vb_run_opts){
        .out = args->out,
        .resume = args->resume,
        .env = args->env.at,
        .nenv = args->env.len,
        .teardown = teardown_of(args),
        .manual = manual_of(args->manual),
        .without_chunks = args->without_chunks,
        .strict = args->strict,
        .interactive = args->interactive,
        .keep_going = args->keep_going,
        .yes = args->yes,
        .sandbox = args->sandbox != NULL,
        .sandbox_net = args->sandbox && strcmp(args->sandbox, "net") == 0,
        .unisolated = args->unisolated,
        .tty = args->tty,
        .columns = cli->tty_err ? (unsigned)cli->columns : 0,
        .rerun = args->rerun,
        .assume_done = args->assume_done,
        .stdin_path = args->stdin_path,
        .scenarios = c_strings(&cli->arena, &args->rehearse),
        .nscenarios = args->rehearse.len,
        .record_path = args->record,
        .faults = args->fault.at,
        .nfaults = args->fault.len,
        .sync = args->sync && strcmp(args->sync, "step") == 0 ? VB_SYNC_STEP
                                                              : VB_SYNC_AUTO,
        .step_timeout_ms = args->timeout_ms,
        .run_timeout_ms = args->run_timeout_ms,
        .only = args->only.at,
        .nonly = args->only.len,
        .skip = args->skip.at,
        .nskip = args->skip.len,
        .from = vb_str_c(args->from),
        .until = vb_str_c(args->until),
        .require = args->require.at,
        .nrequire = args->require.len,
    };
    if (args->resume) {
        opts->resume = vb_runs_named(vb_str_c(args->resume), &cli->arena, err);
        if (!opts->resume)
            return false;
    }
    if (args->cwd && strcmp(args->cwd, "doc") == 0)
        opts->workdir = vb_str_dup(
            &cli->arena, vb_path_dir(vb_str_c(plan->doc->sources.at[0]->path)));
    else if (args->cwd && strcmp(args->cwd, "run") != 0)
        opts->workdir = args->cwd;
    if (args->expect) {
        if (!vb_manner_parse(vb_str_c(args->expect), &manner))
            return vb_fail(err,
                           "'--expect' cannot be '%s'; it is one of "
                           "reader, exact, subset, regex, contains",
                           args->expect);
        opts->manner = &manner;
    }
    return collect_values(cli, args, opts, err);
}

/* What the hooks of a run get. */
typedef struct run_user {
    const vb_cli *cli;
    vb_progress_view *view;
} run_user;

static void
say_warnings(const vb_cli *cli)
{
    for (size_t i = 0; i < cli->diags.list.len; i++) {
        vb_diags one = {0};

        one.list.at = &cli->diags.list.at[i];
        one.list.len = one.list.cap = 1;
        if (one.list.at->severity != VB_NOTE)
            vb_cli_diags(cli, &one);
    }
}

static void
on_progress(void *user, const vb_progress *progress)
{
    const run_user *run = user;

    /* What reading and preparing had to say comes before the first step. */
    if (progress->kind == VB_PROGRESS_RUN_START)
        say_warnings(run->cli);
    vb_progress_show(run->view, progress);
}

/* One line of the terminal, which is in its canonical mode: a read gives one
 * line. False at its end, and when 'wake' has something to say. */
static bool
on_ask(void *user, vb_str text, int wake, vb_arena *arena, vb_str *answer)
{
    const run_user *run = user;
    struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {wake, POLLIN, 0}};
    char line[4096];
    ssize_t n;
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_text_mask(&out, text);
    vb_progress_prompt(run->view, vb_buf_view(&out));
    vb_buf_release(&out);
    while (poll(fds, VB_COUNT(fds), -1) < 0)
        if (errno != EINTR)
            return false;
    run->view->at_line_start = !fds[1].revents;
    if (fds[1].revents)
        return false;
    n = vb_read(STDIN_FILENO, line, sizeof line);
    if (n <= 0)
        return false;
    *answer = vb_str_copy(arena, vb_str_rtrim(vb_str_n(line, (size_t)n)));
    return true;
}

/* What a command typed by the person prints, as it comes. */
static void
on_say(void *user, vb_str bytes)
{
    const run_user *run = user;

    vb_progress_say(run->view, bytes);
}

static int
exit_of(const vb_run_result *result, const run_args *args)
{
    if (result->interrupted)
        return VB_EXIT_INTERRUPTED;
    if (vb_str_eqc(result->verdict, "passed"))
        return VB_EXIT_OK;
    if (vb_str_eqc(result->verdict, "unverified"))
        return args->strict ? VB_EXIT_FAILED : VB_EXIT_OK;
    return VB_EXIT_FAILED;
}

static int
preview(vb_cli *cli, const vb_plan *plan, const vb_run_opts *opts)
{
    vb_error err = {.message = ""};
    vb_buf out;
    bool ok;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    ok = vb_run_preview(plan, opts, &cli->arena, &cli->diags, &out, &err);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
    vb_cli_diags(cli, &cli->diags);
    if (!ok && err.message[0])
        vb_cli_error(cli, "%s", err.message);
    return ok && !cli->diags.errors ? VB_EXIT_OK : VB_EXIT_DOCUMENT;
}

static vb_progress_style
style_of(const vb_cli *cli, const run_args *args)
{
    if (strcmp(args->format, "json") == 0)
        return VB_PROGRESS_JSON;
    if (args->quiet)
        return VB_PROGRESS_QUIET;
    return cli->tty_err ? VB_PROGRESS_LIVE : VB_PROGRESS_PLAIN;
}

static bool
has_terminal(const vb_cli *cli)
{
    return isatty(STDIN_FILENO) && cli->tty_err;
}

static int
carry_out(vb_cli *cli, const vb_plan *plan, const vb_run_opts *opts,
          const run_args *args)
{
    vb_progress_view view = {.cli = cli,
                             .style = style_of(cli, args),
                             .verbose = args->verbose,
                             .rehearsal = opts->nscenarios > 0,
                             .at_line_start = true};
    bool terminal = has_terminal(cli);
    run_user user = {cli, &view};
    vb_hooks hooks = {.user = &user,
                      .progress = on_progress,
                      .all_output =
                          view.verbose || view.style == VB_PROGRESS_JSON,
                      .ask = terminal ? on_ask : NULL,
                      .say = terminal ? on_say : NULL};
    vb_run_result result = {0};
    vb_error err = {.message = ""};

    if (!vb_run(plan, opts, &hooks, &cli->arena, &result, &cli->diags, &err)) {
        vb_cli_diags(cli, &cli->diags);
        if (err.message[0])
            vb_cli_error(cli, "%s", err.message);
        return cli->diags.errors ? VB_EXIT_DOCUMENT : VB_EXIT_SYSTEM;
    }
    vb_progress_summary(&view, plan, &result);
    return exit_of(&result, args);
}

/* Options that do not go together, or NULL. */
static const char *
contradiction(const run_args *args)
{
    if (!args->rehearse.len && args->fault.len)
        return "'--fault' needs '--rehearse'";
    if (!args->rehearse.len && args->unisolated)
        return "'--unisolated' needs '--rehearse'";
    if (args->rehearse.len && args->record)
        return "'--record' records real programs, and '--rehearse' starts "
               "none";
    return NULL;
}

static int
run_run(vb_cli *cli, int argc, char **argv)
{
    run_args args = {.format = "text"};
    const char *wrong;
    vb_strs rest = {0};
    const vb_plan *plan;
    vb_run_opts opts;
    vb_error err;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_run, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_run, "%s",
                            rest.len ? "one document at a time"
                                     : "which document?");
    plan = vb_cli_plan(cli, rest.at[0], &args.doc, &exit_code);
    if (!plan)
        return exit_code;
    if (!fill_opts(cli, &args, plan, &opts, &err))
        return vb_cli_usage(cli, &vb_cmd_run, "%s", err.message);
    if (args.interactive && !args.dry_run && !has_terminal(cli))
        return vb_cli_usage(cli, &vb_cmd_run, "%s",
                            "'--interactive' needs a terminal");
    if ((wrong = contradiction(&args)))
        return vb_cli_usage(cli, &vb_cmd_run, "%s", wrong);
    if (args.dry_run)
        return preview(cli, plan, &opts);
    return carry_out(cli, plan, &opts, &args);
}

const vb_cmd vb_cmd_run = {
    "run",
    "DOC [--provider NAME] [--set NAME=VALUE ...] [options]",
    "carry out one reader's path and record it",
    "Executes the steps of DOC in one live bash, in the reader's order, "
    "compares what\nthey print with what the guide promises, stops at the "
    "first failure, and leaves a\ntamper-evident transcript. With --rehearse "
    "nothing outside is touched: the programs\nare simulated by a scenario.",
    run_opts,
    run_run,
};
