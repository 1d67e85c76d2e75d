/* verbatim verify: is a run's record whole and unchanged? */
#include "cli/cmds.h"

#include "base/io.h"
#include "base/json.h"
#include "base/text.h"
#include "record/reader.h"
#include "record/sign.h"
#include "record/stamp.h"
#include "report/attest.h"

#include "base/banned.h"

typedef struct verify_args {
    bool quiet;
    vb_signers signers;
    const char *ca, *attest, *format;
} verify_args;

static const char *const formats[] = {"text", "json", NULL};

static const vb_opt verify_opts[] = {
    {'q', "quiet", VB_OPT_FLAG, offsetof(verify_args, quiet), NULL,
     "say nothing when all is well", NULL, NULL},
    {0, "signers", VB_OPT_STRING, offsetof(verify_args, signers.allowed),
     "FILE",
     "allowed signers (ssh-keygen): the record must be signed by one of them",
     NULL, NULL},
    {0, "signer", VB_OPT_STRING, offsetof(verify_args, signers.signer), "NAME",
     "with --signers: it must be this one", NULL, NULL},
    {0, "tsa-cert", VB_OPT_STRING, offsetof(verify_args, ca), "FILE",
     "certificates (PEM) that vouch for a time stamp authority: the record "
     "must have a time stamp that they stand for",
     NULL, NULL},
    {0, "attest-key", VB_OPT_STRING, offsetof(verify_args, attest), "FILE",
     "public key in PEM form: the run must have an attestation signed with it",
     NULL, NULL},
    {'f', "format", VB_OPT_STRING, offsetof(verify_args, format), "FORMAT",
     "text (default) or json", formats, NULL},
    {0},
};

/* What was found out about one run. */
typedef struct verified {
    vb_check_result check;
    vb_stamped stamped;
    vb_stamp_info stamp;
    bool whole;   /* the record itself, whoever vouches for it */
    bool has_sig; /* a signature is beside it */
    bool attested;
} verified;

static const char *
state_of(const vb_check_result *r)
{
    return !r->intact ? "changed" : r->incomplete ? "incomplete" : "intact";
}

/* ----------------------------------------------------------------- text -- */

static void
put_signature(vb_buf *out, const verified *v)
{
    if (v->check.signed_) {
        vb_buf_c(out, "signed by ");
        vb_text_mask_line(out, v->check.signer);
        vb_buf_ch(out, '\n');
    } else if (v->check.intact) {
        vb_buf_c(out, v->has_sig
                          ? "its signature was not checked (--signers): this "
                            "shows that nothing was changed\nsince the head "
                            "was noted, not who made the record\n"
                          : "not signed: this shows that nothing was changed "
                            "since the head was noted,\nnot who made the "
                            "record\n");
    }
}

static void
put_stamp(vb_buf *out, const verified *v)
{
    if (v->stamped != VB_STAMP_ABOUT && v->stamped != VB_STAMP_TRUSTED)
        return;
    vb_buf_fmt(out, "time stamp %s", v->stamp.time);
    if (v->stamp.authority[0]) {
        vb_buf_c(out, " by ");
        vb_text_mask_line(out, vb_str_c(v->stamp.authority));
    }
    vb_buf_c(out, v->stamped == VB_STAMP_TRUSTED
                      ? "\n"
                      : ", whose signature was not checked (--tsa-cert)\n");
}

static void
put_text(vb_buf *out, const vb_cli *cli, vb_str path, const verified *v)
{
    const vb_check_result *r = &v->check;
    vb_style style = !r->intact      ? VB_STYLE_RED
                     : r->incomplete ? VB_STYLE_YELLOW
                                     : VB_STYLE_GREEN;

    vb_text_mask_line(out, path);
    vb_buf_c(out, ": ");
    vb_styled(out, cli->color_out, style,
              r->intact && r->incomplete ? VB_STR("intact but incomplete")
              : !r->intact && v->whole   ? VB_STR("not vouched for")
                                         : vb_str_c(state_of(r)));
    vb_buf_fmt(out, ", %ju events", (uintmax_t)r->events);
    if (r->verdict.len) {
        vb_buf_c(out, ", verdict ");
        vb_text_mask_line(out, r->verdict);
    }
    if (r->rehearsal)
        vb_buf_c(out, ", a rehearsal");
    vb_buf_fmt(out, "\nhead %s\n", r->head.hex);
    put_signature(out, v);
    if (v->attested)
        vb_buf_c(out, "attested with that key\n");
    put_stamp(out, v);
}

/* ----------------------------------------------------------------- json -- */

static void
put_faults(vb_json *json, const vb_diags *diags)
{
    vb_json_array(json, "faults");
    for (size_t i = 0; i < diags->list.len; i++) {
        const vb_diag *diag = &diags->list.at[i];

        vb_json_object(json, NULL);
        vb_json_c(json, "rule", diag->rule);
        vb_json_c(json, "severity", vb_severity_name(diag->severity));
        vb_json_c(json, "file", diag->loc.file);
        if (diag->loc.line)
            vb_json_int(json, "line", diag->loc.line);
        vb_json_str(json, "message", diag->message);
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
}

static void
put_json(vb_buf *out, const vb_cli *cli, vb_str path, const verified *v)
{
    static const char *const stamps[] = {
        [VB_STAMP_NONE] = "none",
        [VB_STAMP_ABOUT] = "unchecked",
        [VB_STAMP_TRUSTED] = "good",
        [VB_STAMP_BAD] = "bad",
    };
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.verify/1");
    vb_json_str(&json, "run", path);
    vb_json_c(&json, "state", state_of(&v->check));
    vb_json_int(&json, "events", (int64_t)v->check.events);
    vb_json_c(&json, "head", v->check.head.hex);
    vb_json_str(&json, "verdict", v->check.verdict);
    vb_json_bool(&json, "rehearsal", v->check.rehearsal);
    vb_json_int(&json, "lost_bytes", (int64_t)v->check.lost);
    if (v->check.signed_)
        vb_json_str(&json, "signer", v->check.signer);
    else
        vb_json_null(&json, "signer");
    vb_json_bool(&json, "attested", v->attested);
    vb_json_object(&json, "time_stamp");
    vb_json_c(&json, "state", stamps[v->stamped]);
    if (v->stamp.time[0]) {
        vb_json_c(&json, "time", v->stamp.time);
        vb_json_c(&json, "authority", v->stamp.authority);
    }
    vb_json_end(&json, '}');
    put_faults(&json, &cli->diags);
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}

/* ---------------------------------------------------------- the command -- */

static bool
has_signature(vb_cli *cli, const char *run)
{
    vb_str at = vb_str_c(run);

    if (vb_is_dir(run))
        at = vb_path_join(&cli->arena, at, VB_STR("transcript.jsonl"));
    return vb_exists(vb_str_join(&cli->arena, at, VB_STR(".sig")).ptr);
}

static bool
verify_all(vb_cli *cli, const char *run, const verify_args *args, verified *v,
           vb_error *err)
{
    if (!vb_record_verify(run, &v->check, &cli->arena, &cli->diags, err))
        return false;
    v->whole = v->check.intact;
    v->has_sig = has_signature(cli, run);
    if (args->signers.allowed &&
        !vb_record_verify_signature(run, &args->signers, &v->check, &cli->arena,
                                    &cli->diags, err))
        return false;
    v->stamped = vb_record_verify_stamp(run, args->ca, &v->check, &cli->arena,
                                        &v->stamp, &cli->diags);
    v->attested = args->attest && vb_attest_check(run, args->attest, &v->check,
                                                  &cli->arena, &cli->diags);
    return true;
}

static void
print_result(const vb_cli *cli, vb_str path, const verify_args *args,
             const verified *v)
{
    bool json = vb_str_eqc(vb_str_c(args->format), "json");
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (json)
        put_json(&out, cli, path, v);
    else
        vb_cli_diags(cli, &cli->diags);
    if (!json && (!args->quiet || !v->check.intact || v->check.incomplete))
        put_text(&out, cli, path, v);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

static int
run_verify(vb_cli *cli, int argc, char **argv)
{
    verify_args args = {.format = "text"};
    verified v = {.stamped = VB_STAMP_NONE};
    vb_strs rest = {0};
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
    if (!vb_cli_runs(cli, &rest))
        return VB_EXIT_SYSTEM;
    if (!verify_all(cli, rest.at[0].ptr, &args, &v, &err)) {
        vb_cli_diags(cli, &cli->diags);
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    print_result(cli, rest.at[0], &args, &v);
    if (!v.check.intact)
        return VB_EXIT_FAILED;
    return v.check.incomplete ? VB_EXIT_INCOMPLETE : VB_EXIT_OK;
}

const vb_cmd vb_cmd_verify = {
    "verify",
    "RUN",
    "check that a run's record is whole and unchanged",
    "Checks the hash chain of RUN (a run's directory or a transcript), its "
    "totals, and\nthe digests of the outputs, of the document and of the plan; "
    "and, when asked for,\nits signature, attestation and time stamp. Says "
    "which line is wrong and how. Exit 1\nwhen something was changed, 5 when "
    "the run has no end.",
    verify_opts,
    run_verify,
};
