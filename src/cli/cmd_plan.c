/* verbatim plan: the steps of one reader's path, for people and programs. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/many.h"
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

/* A path that nobody offers is no path: the error says which there are. */
static bool
unknown_provider(const vb_diags *diags)
{
    for (size_t i = 0; i < diags->list.len; i++)
        if (vb_str_eqc(vb_str_c(diags->list.at[i].rule), "P001"))
            return true;
    return false;
}

static void
put_plan(vb_cli *cli, const vb_plan *plan, const plan_args *args, vb_buf *out)
{
    vb_plan_text_opts opts = {
        .color = cli->color_out, .columns = cli->columns, .full = args->full};

    if (vb_str_eqc(vb_str_c(args->format), "json"))
        vb_plan_json(plan, &cli->diags, out);
    else if (!unknown_provider(&cli->diags))
        vb_plan_text(plan, &opts, out);
}

static int
run_plan(vb_cli *cli, int argc, char **argv)
{
    plan_args args = {.format = "text"};
    vb_strs rest = {0};
    vb_many many = {.schema = "verbatim.plans/1"};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_plan, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len == 0)
        return vb_cli_usage(cli, &vb_cmd_plan, "which document?");
    many.json = vb_str_eqc(vb_str_c(args.format), "json");
    if (!vb_many_begin(cli, &rest, &many))
        return VB_EXIT_DOCUMENT;
    while (vb_many_next(cli, &many, &args.doc)) {
        put_plan(cli, many.plan, &args, &many.out);
        vb_many_done(cli, &many);
    }
    return vb_many_end(&many);
}

const vb_cmd vb_cmd_plan = {
    "plan",
    "DOC|DIR ... [--provider NAME] [options]",
    "show the steps of one reader's path; runs nothing",
    "Reads DOC and shows what a reader would do, in order: commands, files, "
    "steps for\na person, the outputs that are promised, the inputs that are "
    "needed and the\nteardown. '-' reads standard input; DOC may be a URL. "
    "Nothing of the document is\nexecuted.",
    plan_opts,
    run_plan,
};
