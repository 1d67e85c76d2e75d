/* verbatim plan: the steps of one reader's path, for people and programs. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/plan_text.h"

#include "base/banned.h"

typedef struct plan_args {
    vb_doc_args doc;
    const char *format;
    bool full;
} plan_args;

static const char *const formats[] = {"text", "json", NULL};

static const vb_opt plan_opts[] = {
    VB_DOC_OPTS(plan_args),
    {'f', "format", VB_OPT_STRING, offsetof(plan_args, format), "FORMAT",
     "text (default) or json", formats, NULL},
    {0, "full", VB_OPT_FLAG, offsetof(plan_args, full), NULL,
     "show each step's whole text and expected output", NULL, NULL},
    {0},
};

static void
print_json(const vb_plan *plan, const vb_diags *diags)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_plan_json(plan, diags, &out);
    vb_cli_out(vb_buf_view(&out));
    vb_cli_out(VB_STR("\n"));
    vb_buf_release(&out);
}

static int
plan_one(vb_cli *cli, vb_str path, const plan_args *args)
{
    int exit_code;
    const vb_plan *plan = vb_cli_plan(cli, path, &args->doc, &exit_code);

    if (!plan)
        return exit_code;
    if (vb_str_eqc(vb_str_c(args->format), "json")) {
        print_json(plan, &cli->diags);
    } else {
        vb_plan_text_opts opts = {.color = cli->color_out,
                                  .columns = cli->columns,
                                  .full = args->full};
        vb_buf out;

        vb_buf_init(&out, VB_BUF_NO_MAX);
        vb_plan_text(plan, &opts, &out);
        vb_cli_out(vb_buf_view(&out));
        vb_buf_release(&out);
        vb_cli_diags(cli, &cli->diags);
    }
    return cli->diags.errors ? VB_EXIT_DOCUMENT : VB_EXIT_OK;
}

static int
run_plan(vb_cli *cli, int argc, char **argv)
{
    plan_args args = {.format = "text"};
    vb_strs rest = {0};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_plan, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_plan, "%s",
                            rest.len ? "one document at a time"
                                     : "which document?");
    return plan_one(cli, rest.at[0], &args);
}

const vb_cmd vb_cmd_plan = {
    "plan",
    "DOC [--provider NAME] [options]",
    "show the steps of one reader's path; runs nothing",
    "Reads DOC and shows what a reader would do, in order: commands, files, "
    "steps for\na person, the outputs that are promised, the inputs that are "
    "needed and the\nteardown. '-' reads standard input. Nothing of the "
    "document is executed.",
    plan_opts,
    run_plan,
};
