/* verbatim export: a path in a form that other tools run. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/values.h"

#include "plan/script.h"

#include "base/banned.h"

typedef struct export_args {
    vb_doc_args doc;
    vb_strs set;
    const char *to;
} export_args;

static const char *const targets[] = {"script", NULL};

static const vb_opt export_opts[] = {
    VB_DOC_OPTS(export_args),
    {'s', "set", VB_OPT_LIST, offsetof(export_args, set), "NAME=VALUE",
     "fill in a placeholder or replace a sample value", NULL, NULL},
    {0, "to", VB_OPT_STRING, offsetof(export_args, to), "FORM",
     "script (default): one commented bash script", targets, NULL},
    {0},
};

static int
write_script(vb_cli *cli, const vb_plan *plan, const export_args *args)
{
    vb_script_opts opts = {0};
    vb_givens givens = {0};
    vb_error err = {.message = ""};
    vb_buf out;
    bool ok;

    if (!vb_values_parse(&args->set, &cli->arena, &givens, &err))
        return vb_cli_usage(cli, &vb_cmd_export, "%s", err.message);
    opts.values = givens.at;
    opts.nvalues = givens.len;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    ok = vb_plan_script(plan, &opts, &cli->arena, &out, NULL, &err);
    if (ok)
        vb_cli_out(vb_buf_view(&out));
    else
        vb_cli_error(cli, "%s", err.message);
    vb_buf_release(&out);
    return ok ? VB_EXIT_OK : VB_EXIT_DOCUMENT;
}

static int
run_export(vb_cli *cli, int argc, char **argv)
{
    export_args args = {.to = "script"};
    vb_strs rest = {0};
    const vb_plan *plan;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_export, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_export, "%s",
                            rest.len ? "one document at a time"
                                     : "which document?");
    plan = vb_cli_plan(cli, rest.at[0], &args.doc, &exit_code);
    if (!plan)
        return exit_code;
    if (cli->diags.errors) {
        vb_cli_diags(cli, &cli->diags);
        return VB_EXIT_DOCUMENT;
    }
    return write_script(cli, plan, &args);
}

const vb_cmd vb_cmd_export = {
    "export",
    "DOC [--provider NAME] [--to script]",
    "write one reader's path as a bash script",
    "Writes the steps of one path as one commented bash script to standard "
    "output, for\nthose who want to read or keep it. The teardown runs only "
    "with --teardown.",
    export_opts,
    run_export,
};
