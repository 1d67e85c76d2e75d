/* verbatim explain: every block of a document and what it was taken for. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/plan_text.h"

#include "base/banned.h"

typedef struct explain_args {
    vb_doc_args doc;
    const char *format;
} explain_args;

static const char *const formats[] = {"text", "json", NULL};

static const vb_opt explain_opts[] = {
    VB_DOC_OPTS(explain_args),
    {'f', "format", VB_OPT_STRING, offsetof(explain_args, format), "FORMAT",
     "text (default) or json", formats, NULL},
    {0},
};

static int
run_explain(vb_cli *cli, int argc, char **argv)
{
    explain_args args = {.format = "text"};
    vb_strs rest = {0};
    const vb_plan *plan;
    vb_buf out;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_explain, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_explain, "%s",
                            rest.len ? "one document at a time"
                                     : "which document?");
    plan = vb_cli_plan(cli, rest.at[0], &args.doc, &exit_code);
    if (!plan)
        return exit_code;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (vb_str_eqc(vb_str_c(args.format), "json")) {
        vb_explain_json(plan, &cli->diags, &out);
        vb_buf_ch(&out, '\n');
    } else {
        vb_plan_text_opts opts = {.color = cli->color_out,
                                  .columns = cli->columns};

        vb_explain_text(plan, &opts, &out);
        vb_cli_diags(cli, &cli->diags);
    }
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
    return cli->diags.errors ? VB_EXIT_DOCUMENT : VB_EXIT_OK;
}

const vb_cmd vb_cmd_explain = {
    "explain",
    "DOC [--provider NAME] [options]",
    "show how each block of a document was understood, and why",
    "Lists every code block and table of DOC with what it was taken for "
    "(command,\nfile, expected output, table of facts, step for a person, or "
    "nothing) and the cue\nthat decided. With --provider, blocks on other "
    "paths are marked.",
    explain_opts,
    run_explain,
};
