/* verbatim sign: who made this record. */
#include "cli/cmds.h"

#include "base/io.h"
#include "record/sign.h"
#include "record/stamp.h"
#include "report/attest.h"

#include "base/banned.h"

typedef struct sign_args {
    const char *key, *pem, *out, *tsa, *ca;
} sign_args;

static const vb_opt sign_opts[] = {
    {'k', "key", VB_OPT_STRING, offsetof(sign_args, key), "FILE",
     "SSH key: a private key file, or a public one that an agent has", NULL,
     NULL},
    {0, "attest", VB_OPT_STRING, offsetof(sign_args, pem), "FILE",
     "private key in PEM form (Ed25519, ECDSA): writes an in-toto "
     "attestation",
     NULL, NULL},
    {0, "tsa", VB_OPT_STRING, offsetof(sign_args, tsa), "URL",
     "ask this time stamp authority (RFC 3161) for a stamp on the transcript",
     NULL, NULL},
    {0, "tsa-cert", VB_OPT_STRING, offsetof(sign_args, ca), "FILE",
     "certificates (PEM) that vouch for the authority: its signature is "
     "checked before the stamp is kept",
     NULL, NULL},
    {'o', "output", VB_OPT_STRING, offsetof(sign_args, out), "FILE",
     "where the attestation goes; default: " VB_ATTEST_NAME " in the run", NULL,
     NULL},
    {0},
};

static bool
attest(vb_cli *cli, const sign_args *args, vb_str run, vb_error *err)
{
    vb_str path = args->out
                      ? vb_str_c(args->out)
                      : vb_path_join(&cli->arena, run, VB_STR(VB_ATTEST_NAME));
    vb_buf envelope;
    bool ok;

    vb_buf_init(&envelope, VB_BUF_NO_MAX);
    ok = vb_attest_sign(run.ptr, args->pem, &envelope, err) &&
         vb_write_file(path.ptr, vb_buf_view(&envelope), 0644, err);
    vb_buf_release(&envelope);
    return ok;
}

static bool
stamp(vb_cli *cli, const sign_args *args, vb_str run, vb_error *err)
{
    vb_stamp_info info;

    if (!vb_record_stamp(run.ptr, args->tsa, args->ca, &cli->arena, &info, err))
        return false;
    if (!args->ca)
        vb_cli_note(cli,
                    "stamped %s; the authority's signature was not "
                    "checked: --tsa-cert",
                    info.time);
    return true;
}

/* The signature first: the stamp says when the record was there, and whoever
 * keeps both wants them of one moment. */
static bool
sign_all(vb_cli *cli, const sign_args *args, vb_str run, vb_error *err)
{
    return (!args->key ||
            vb_record_sign(run.ptr, args->key, &cli->arena, err)) &&
           (!args->pem || attest(cli, args, run, err)) &&
           (!args->tsa || stamp(cli, args, run, err));
}

static int
run_sign(vb_cli *cli, int argc, char **argv)
{
    sign_args args = {0};
    vb_strs rest = {0};
    vb_error err = {.message = ""};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_sign, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_sign, "%s",
                            rest.len ? "one run at a time" : "which run?");
    if (!args.key && !args.pem && !args.tsa)
        return vb_cli_usage(cli, &vb_cmd_sign,
                            "with what? --key, --attest or --tsa");
    if (args.ca && !args.tsa)
        return vb_cli_usage(cli, &vb_cmd_sign, "--tsa-cert needs --tsa");
    if (!vb_cli_runs(cli, &rest))
        return VB_EXIT_SYSTEM;
    if (!sign_all(cli, &args, rest.at[0], &err)) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    return VB_EXIT_OK;
}

const vb_cmd vb_cmd_sign = {
    "sign",
    "RUN --key FILE | --attest FILE | --tsa URL",
    "sign a run's record",
    "Signs the transcript of RUN with ssh-keygen (transcript.jsonl.sig beside "
    "it,\nnamespace 'verbatim'), writes an in-toto attestation of its "
    "result, or asks a time\nstamp authority to confirm that the transcript "
    "is there now (transcript.jsonl.tsr).\nRecords that are changed or "
    "incomplete are not signed.",
    sign_opts,
    run_sign,
};
