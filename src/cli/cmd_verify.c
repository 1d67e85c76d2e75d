/* verbatim verify: is a run's record whole and unchanged? */
#include "cli/cmds.h"

#include "base/text.h"
#include "record/reader.h"
#include "record/sign.h"

#include "base/banned.h"

typedef struct verify_args {
    bool quiet;
    vb_signers signers;
} verify_args;

static const vb_opt verify_opts[] = {
    {'q', "quiet", VB_OPT_FLAG, offsetof(verify_args, quiet), NULL,
     "say nothing when all is well", NULL, NULL},
    {0, "signers", VB_OPT_STRING, offsetof(verify_args, signers.allowed),
     "FILE",
     "allowed signers (ssh-keygen): the record must be signed by one of them",
     NULL, NULL},
    {0, "signer", VB_OPT_STRING, offsetof(verify_args, signers.signer), "NAME",
     "with --signers: it must be this one", NULL, NULL},
    {0},
};

static void
print_result(const vb_cli *cli, vb_str path, const vb_check_result *r)
{
    vb_buf out;
    vb_style style = !r->intact      ? VB_STYLE_RED
                     : r->incomplete ? VB_STYLE_YELLOW
                                     : VB_STYLE_GREEN;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_text_mask_line(&out, path);
    vb_buf_c(&out, ": ");
    vb_styled(&out, cli->color_out, style,
              !r->intact      ? VB_STR("changed")
              : r->incomplete ? VB_STR("intact but incomplete")
                              : VB_STR("intact"));
    vb_buf_fmt(&out, ", %ju events", (uintmax_t)r->events);
    if (r->verdict.len) {
        vb_buf_c(&out, ", verdict ");
        vb_text_mask_line(&out, r->verdict);
    }
    if (r->rehearsal)
        vb_buf_c(&out, ", a rehearsal");
    vb_buf_fmt(&out, "\nhead %s\n", r->head.hex);
    if (r->signed_) {
        vb_buf_c(&out, "signed by ");
        vb_text_mask_line(&out, r->signer);
        vb_buf_ch(&out, '\n');
    } else if (r->intact)
        vb_buf_c(&out, "not signed: this shows that nothing was changed since "
                       "the head was noted,\nnot who made the record\n");
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

static int
run_verify(vb_cli *cli, int argc, char **argv)
{
    verify_args args = {0};
    vb_strs rest = {0};
    vb_check_result result = {0};
    vb_error err = {.message = ""};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_verify, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_verify, "%s",
                            rest.len ? "one run at a time" : "which run?");
    if (args.signers.signer && !args.signers.allowed)
        return vb_cli_usage(cli, &vb_cmd_verify, "--signer needs --signers");
    if (!vb_record_verify(rest.at[0].ptr, &result, &cli->arena, &cli->diags,
                          &err) ||
        (args.signers.allowed &&
         !vb_record_verify_signature(rest.at[0].ptr, &args.signers, &result,
                                     &cli->arena, &cli->diags, &err))) {
        vb_cli_diags(cli, &cli->diags);
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    vb_cli_diags(cli, &cli->diags);
    if (!args.quiet || !result.intact || result.incomplete)
        print_result(cli, rest.at[0], &result);
    if (!result.intact)
        return VB_EXIT_FAILED;
    return result.incomplete ? VB_EXIT_INCOMPLETE : VB_EXIT_OK;
}

const vb_cmd vb_cmd_verify = {
    "verify",
    "RUN",
    "check that a run's record is whole and unchanged",
    "Checks the hash chain of RUN (a run's directory or a transcript), its "
    "totals, and\nthe digests of the outputs, of the document and of the plan. "
    "Says which line is\nwrong and how. Exit 1 when something was changed, 5 "
    "when the run has no end.",
    verify_opts,
    run_verify,
};
