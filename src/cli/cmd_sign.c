/* verbatim sign: who made this record. */
#include "cli/cmds.h"

#include "base/io.h"
#include "record/sign.h"
#include "report/attest.h"

#include "base/banned.h"

typedef struct sign_args {
    const char *key, *pem, *out;
} sign_args;

static const vb_opt sign_opts[] = {
    {'k', "key", VB_OPT_STRING, offsetof(sign_args, key), "FILE",
     "SSH key: a private key file, or a public one that an agent has", NULL,
     NULL},
    {0, "attest", VB_OPT_STRING, offsetof(sign_args, pem), "FILE",
     "private key in PEM form (Ed25519, ECDSA): writes an in-toto "
     "attestation",
     NULL, NULL},
    {'o', "output", VB_OPT_STRING, offsetof(sign_args, out), "FILE",
     "where the attestation goes; default: attestation.json in the run", NULL,
     NULL},
    {0},
};

static bool
attest(vb_cli *cli, const sign_args *args, vb_str run, vb_error *err)
{
    vb_str path =
        args->out ? vb_str_c(args->out)
                  : vb_path_join(&cli->arena, run, VB_STR("attestation.json"));
    vb_buf envelope;
    bool ok;

    vb_buf_init(&envelope, VB_BUF_NO_MAX);
    ok = vb_attest_sign(run.ptr, args->pem, &envelope, err) &&
         vb_write_file(path.ptr, vb_buf_view(&envelope), 0644, err);
    vb_buf_release(&envelope);
    return ok;
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
    if (!args.key && !args.pem)
        return vb_cli_usage(cli, &vb_cmd_sign,
                            "with which key? --key or --attest");
    if ((args.key &&
         !vb_record_sign(rest.at[0].ptr, args.key, &cli->arena, &err)) ||
        (args.pem && !attest(cli, &args, rest.at[0], &err))) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    return VB_EXIT_OK;
}

const vb_cmd vb_cmd_sign = {
    "sign",
    "RUN --key FILE | --attest FILE",
    "sign a run's record",
    "Signs the transcript of RUN with ssh-keygen (transcript.jsonl.sig beside "
    "it,\nnamespace 'verbatim'), or writes an in-toto attestation of its "
    "result. Records\nthat are changed or incomplete are not signed.",
    sign_opts,
    run_sign,
};
