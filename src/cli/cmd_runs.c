/* verbatim runs: the runs that are kept, and which of them may go. */
#include "cli/cmds.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/runs_text.h"
#include "record/runs.h"
#include "report/summary.h"

#include "base/banned.h"

typedef struct runs_args {
    const char *dir, *format, *keep, *older;
    bool dry;
} runs_args;

static const char *const formats[] = {"text", "json", NULL};

static const vb_opt runs_opts[] = {
    {0, "dir", VB_OPT_STRING, offsetof(runs_args, dir), "DIR",
     "the folder of runs (default: " VB_RUNS_DIR ")", NULL, NULL},
    {'f', "format", VB_OPT_STRING, offsetof(runs_args, format), "FORMAT",
     "text (default) or json", formats, NULL},
    {0, "keep", VB_OPT_STRING, offsetof(runs_args, keep), "N",
     "prune: keep the newest N runs", NULL, NULL},
    {0, "older", VB_OPT_STRING, offsetof(runs_args, older), "DAYS",
     "prune: only runs that began more than DAYS days ago", NULL, NULL},
    {'n', "dry-run", VB_OPT_FLAG, offsetof(runs_args, dry), NULL,
     "prune: say what would go, remove nothing", NULL, NULL},
    {0},
};

/* One call of the command. */
typedef struct runs_call {
    vb_cli *cli;
    const runs_args *args;
    const vb_strs *words; /* behind the verb */
    size_t first;
    bool json;
} runs_call;

static int
failed(const runs_call *call, const vb_error *err)
{
    vb_cli_error(call->cli, "%s", err->message);
    return VB_EXIT_SYSTEM;
}

static void
print(vb_buf *out)
{
    vb_cli_out(vb_buf_view(out));
    vb_buf_release(out);
}

/* ----------------------------------------------------------------- list -- */

static int
list_runs(const runs_call *call)
{
    vb_error err = {.message = ""};
    vb_kept_runs runs;
    vb_buf out;

    if (call->words->len > call->first)
        return vb_cli_usage(call->cli, &vb_cmd_runs, "unknown word '%s'",
                            call->words->at[call->first].ptr);
    if (!vb_runs_list(call->args->dir, &call->cli->arena, &runs, &err))
        return failed(call, &err);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (call->json)
        vb_runs_json(&out, call->args->dir, &runs);
    else if (runs.len)
        vb_runs_text(&out, call->cli, &runs);
    else
        vb_cli_note(call->cli, "no runs in '%s'", call->args->dir);
    print(&out);
    return VB_EXIT_OK;
}

/* -------------------------------------------------------- show, compare -- */

/* The run that word 'index' behind the verb means; "last" without one. */
static vb_run *
load_run(const runs_call *call, size_t index, vb_error *err)
{
    size_t at = call->first + index;
    vb_str name = at < call->words->len ? call->words->at[at] : VB_STR("last");
    const char *path =
        vb_runs_find(call->args->dir, name, &call->cli->arena, err);

    return path ? vb_run_load(path, &call->cli->arena, err) : NULL;
}

static int
show_run(const runs_call *call)
{
    vb_error err = {.message = ""};
    vb_run *run;
    vb_buf out;
    bool ok;

    if (call->words->len > call->first + 1)
        return vb_cli_usage(call->cli, &vb_cmd_runs, "one run at a time");
    run = load_run(call, 0, &err);
    if (!run)
        return failed(call, &err);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    ok = call->json ? vb_summary_json(&out, run, &err)
                    : vb_run_text(&out, call->cli, run, &err);
    vb_run_close(run);
    print(&out);
    return ok ? VB_EXIT_OK : failed(call, &err);
}

static int
compare_runs(const runs_call *call)
{
    vb_error err = {.message = ""};
    vb_run *a, *b;
    vb_run_pair pair;
    vb_buf out;
    bool ok;

    if (call->words->len != call->first + 2)
        return vb_cli_usage(call->cli, &vb_cmd_runs, "compare which two runs?");
    a = load_run(call, 0, &err);
    b = a ? load_run(call, 1, &err) : NULL;
    ok = b && vb_runs_compare(a, b, &call->cli->arena, &pair, &err);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (ok && call->json)
        vb_run_pair_json(&out, &pair);
    else if (ok)
        vb_run_pair_text(&out, call->cli, &pair);
    vb_run_close(a);
    vb_run_close(b);
    print(&out);
    if (!ok)
        return failed(call, &err);
    return pair.differ ? VB_EXIT_FAILED : VB_EXIT_OK;
}

/* ---------------------------------------------------------------- prune -- */

static bool
conditions(const runs_args *args, vb_prune *prune)
{
    const uint64_t most = 1000000;
    uint64_t days = 0;

    *prune = (vb_prune){.by_count = args->keep, .by_age = args->older};
    if (args->keep && !vb_str_u64(vb_str_c(args->keep), &prune->keep))
        return false;
    if (args->older &&
        (!vb_str_u64(vb_str_c(args->older), &days) || days > most))
        return false;
    prune->older_ms = vb_clock_utc_ms() - (int64_t)days * 24 * 3600 * 1000;
    return true;
}

/* Leaves in 'runs' what went or would go. */
static bool
prune_these(const runs_call *call, const vb_prune *prune, vb_kept_runs *runs,
            size_t *kept, vb_error *err)
{
    size_t gone = 0, all = runs->len;

    for (size_t i = 0; i < all; i++) {
        if (!vb_run_may_go(prune, &runs->at[i], i))
            continue;
        if (!call->args->dry && !vb_run_remove(&runs->at[i], err))
            return false;
        runs->at[gone++] = runs->at[i];
    }
    runs->len = gone;
    *kept = all - gone;
    return true;
}

static int
prune_runs(const runs_call *call)
{
    const runs_args *args = call->args;
    vb_error err = {.message = ""};
    vb_kept_runs runs;
    vb_prune prune;
    size_t kept;
    vb_buf out;

    if (call->words->len > call->first)
        return vb_cli_usage(call->cli, &vb_cmd_runs,
                            "prune takes conditions, not runs");
    if (!args->keep && !args->older)
        return vb_cli_usage(call->cli, &vb_cmd_runs,
                            "prune which runs? --keep or --older");
    if (!conditions(args, &prune))
        return vb_cli_usage(call->cli, &vb_cmd_runs,
                            "--keep and --older take whole numbers");
    if ((!args->dry && !vb_runs_sweep(args->dir, &err)) ||
        !vb_runs_list(args->dir, &call->cli->arena, &runs, &err) ||
        !prune_these(call, &prune, &runs, &kept, &err))
        return failed(call, &err);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (call->json)
        vb_pruned_json(&out, &runs, args->dry, kept);
    else
        vb_pruned_text(&out, &runs, args->dry, kept);
    print(&out);
    return VB_EXIT_OK;
}

/* ----------------------------------------------------------- the command -- */

static int
run_runs(vb_cli *cli, int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const runs_call *call);
    } verbs[] = {{"list", list_runs},
                 {"show", show_run},
                 {"compare", compare_runs},
                 {"prune", prune_runs}};
    runs_args args = {.dir = VB_RUNS_DIR, .format = "text"};
    vb_strs rest = {0};
    runs_call call = {cli, &args, &rest, 0, false};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_runs, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    call.json = vb_str_eqc(vb_str_c(args.format), "json");
    if (rest.len == 0)
        return list_runs(&call);
    call.first = 1;
    for (size_t i = 0; i < VB_COUNT(verbs); i++)
        if (vb_str_eqc(rest.at[0], verbs[i].name))
            return verbs[i].run(&call);
    return vb_cli_usage(cli, &vb_cmd_runs,
                        "'%s' is not list, show, compare or prune",
                        rest.at[0].ptr);
}

const vb_cmd vb_cmd_runs = {
    "runs",
    "[list | show [RUN] | compare RUN RUN | prune --keep N --older DAYS]",
    "list, show, compare and prune the runs that are kept",
    "Looks after the runs in " VB_RUNS_DIR ". RUN is a run's directory, its "
    "name there, a\nbeginning of the name that only one has, or 'last'. "
    "Compare exits with 1 when the\nverdict of a step differs. Prune removes "
    "the runs that fulfil each condition given;\na run that is going on is "
    "never removed.",
    runs_opts,
    run_runs,
};
