/* verbatim explain: every block of a document and what it was taken for. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/many.h"
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

static void
put_explanation(vb_cli *cli, const vb_plan *plan, const explain_args *args,
                vb_buf *out)
{
    vb_plan_text_opts opts = {.color = cli->color_out, .columns = cli->columns};

    if (vb_str_eqc(vb_str_c(args->format), "json"))
        vb_explain_json(plan, &cli->diags, out);
    else
        vb_explain_text(plan, &opts, out);
}

static int
run_explain(vb_cli *cli, int argc, char **argv)
{
    explain_args args = {.format = "text", .doc.unsealed = true};
    vb_strs rest = {0};
    vb_many many = {.schema = "verbatim.explains/1"};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_explain, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len == 0)
        return vb_cli_usage(cli, &vb_cmd_explain, "which document?");
    many.json = vb_str_eqc(vb_str_c(args.format), "json");
    if (!vb_many_begin(cli, &rest, &many))
        return VB_EXIT_DOCUMENT;
    while (vb_many_next(cli, &many, &args.doc)) {
        put_explanation(cli, many.plan, &args, &many.out);
        vb_many_done(cli, &many);
    }
    return vb_many_end(&many);
}

const vb_cmd vb_cmd_explain = {
    "explain",
    "DOC|DIR ... [--provider NAME] [options]",
    "show how each block of a document was understood, and why",
    "Lists every code block and table of DOC with what it was taken for "
    "(command,\nfile, expected output, table of facts, step for a person, or "
    "nothing) and the cue\nthat decided. With --provider, blocks on other "
    "paths are marked.",
    explain_opts,
    run_explain,
};
