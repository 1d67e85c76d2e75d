/* verbatim push: a run's evidence, sent to where it is kept. */
#include "cli/cmds.h"

#include "base/json.h"
#include "base/text.h"
#include "record/push.h"
#include "record/runs.h"
#include "report/summary.h"

#include "base/banned.h"

typedef struct push_args {
    const char *dir, *to, *webhook, *keys, *retries, *format;
    bool replace;
    int64_t timeout_ms;
} push_args;

static const char *const formats[] = {"text", "json", NULL};

static const vb_opt push_opts[] = {
    {0, "to", VB_OPT_STRING, offsetof(push_args, to), "TARGET",
     "s3://BUCKET/PREFIX, https://HOST/PATH (PUT, WebDAV), or env:NAME for an "
     "address in a variable",
     NULL, NULL},
    {0, "webhook", VB_OPT_STRING, offsetof(push_args, webhook), "URL",
     "post the run's summary as JSON to URL, or to env:NAME", NULL, NULL},
    {0, "credentials", VB_OPT_STRING, offsetof(push_args, keys), "FILE",
     "NAME=VALUE lines that go before the environment", NULL, NULL},
    {0, "replace", VB_OPT_FLAG, offsetof(push_args, replace), NULL,
     "replace other versions of the files at the target", NULL, NULL},
    {0, "retries", VB_OPT_STRING, offsetof(push_args, retries), "N",
     "tries after a transient failure (default: 4)", NULL, NULL},
    {0, "timeout", VB_OPT_DURATION, offsetof(push_args, timeout_ms), "TIME",
     "for one request (default: 10m)", NULL, NULL},
    {0, "dir", VB_OPT_STRING, offsetof(push_args, dir), "DIR",
     "the folder of runs (default: " VB_RUNS_DIR ")", NULL, NULL},
    {'f', "format", VB_OPT_STRING, offsetof(push_args, format), "FORMAT",
     "text (default) or json", formats, NULL},
    {0},
};

static void
put_json(vb_buf *out, const push_args *args, const vb_pushed_files *files,
         bool posted)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.push/1");
    if (args->to)
        vb_json_c(&json, "target", args->to);
    vb_json_array(&json, "files");
    for (size_t i = 0; i < files->len; i++) {
        vb_json_object(&json, NULL);
        vb_json_str(&json, "name", files->at[i].name);
        vb_json_int(&json, "bytes", (int64_t)files->at[i].bytes);
        vb_json_c(&json, "sha256", files->at[i].sha256.hex);
        vb_json_bool(&json, "sent", files->at[i].sent);
        vb_json_end(&json, '}');
    }
    vb_json_end(&json, ']');
    vb_json_bool(&json, "posted", posted);
    vb_json_end(&json, '}');
    vb_buf_ch(out, '\n');
}

static void
put_text(vb_buf *out, const push_args *args, const vb_pushed_files *files,
         bool posted)
{
    size_t sent = 0;

    for (size_t i = 0; i < files->len; i++) {
        sent += files->at[i].sent;
        vb_buf_c(out, files->at[i].sent ? "sent    " : "there   ");
        vb_text_mask_line(out, files->at[i].name);
        vb_buf_ch(out, '\n');
    }
    if (args->to)
        vb_buf_fmt(out, "%zu files at '%s', %zu sent now, all compared\n",
                   files->len, args->to, sent);
    if (posted)
        vb_buf_c(out, "summary posted\n");
}

static bool
post(vb_cli *cli, const char *run, const push_args *args,
     const vb_push_opts *opts, vb_error *err)
{
    vb_push_opts hook = *opts;
    vb_run *summary = vb_run_load(run, &cli->arena, err);
    vb_buf json;
    bool ok;

    hook.target = args->webhook;
    vb_buf_init(&json, VB_BUF_NO_MAX);
    ok = summary && vb_summary_json(&json, summary, err) &&
         vb_push_post(&hook, vb_buf_view(&json),
                      vb_str_c(summary->check.head.hex), &cli->arena, err);
    vb_run_close(summary);
    vb_buf_release(&json);
    return ok;
}

static int
push(vb_cli *cli, const char *run, const push_args *args,
     const vb_push_opts *opts)
{
    vb_pushed_files files = {0};
    vb_error err = {.message = ""};
    bool ok = !args->to || vb_push_run(run, opts, &cli->arena, &files, &err);
    bool posted = ok && args->webhook && post(cli, run, args, opts, &err);
    vb_buf out;

    ok = ok && (posted || !args->webhook);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (vb_str_eqc(vb_str_c(args->format), "json"))
        put_json(&out, args, &files, posted);
    else if (ok)
        put_text(&out, args, &files, posted);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
    if (ok)
        return VB_EXIT_OK;
    vb_cli_error(cli, "%s", err.message);
    return VB_EXIT_SYSTEM;
}

static int
run_push(vb_cli *cli, int argc, char **argv)
{
    push_args args = {.dir = VB_RUNS_DIR,
                      .format = "text",
                      .retries = "4",
                      .timeout_ms = 600000};
    vb_push_keys keys;
    vb_push_opts opts = {.keys = &keys};
    vb_strs rest = {0};
    vb_error err = {.message = ""};
    uint64_t retries;
    const char *run;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_push, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_push, "%s",
                            rest.len ? "one run at a time" : "which run?");
    if (!args.to && !args.webhook)
        return vb_cli_usage(cli, &vb_cmd_push, "where to? --to or --webhook");
    if (!vb_str_u64(vb_str_c(args.retries), &retries) || retries > 100)
        return vb_cli_usage(cli, &vb_cmd_push, "--retries takes 0 to 100");
    opts.target = args.to;
    opts.replace = args.replace;
    opts.retries = (int)retries;
    opts.timeout_ms = args.timeout_ms;
    run = vb_runs_find(args.dir, rest.at[0], &cli->arena, &err);
    if (run && vb_push_keys_read(&keys, args.keys, &cli->arena, &err))
        return push(cli, run, &args, &opts);
    vb_cli_error(cli, "%s", err.message);
    return VB_EXIT_SYSTEM;
}

const vb_cmd vb_cmd_push = {
    "push",
    "RUN --to TARGET | --webhook URL",
    "send a run's evidence to a bucket, a server or a webhook",
    "Sends the transcript of RUN with its documents, plan, signature and time "
    "stamp.\nWhat is there already is not sent again, what was sent is read "
    "back and compared,\nand the run itself is only read. Credentials come "
    "from the environment or from\n--credentials: AWS_ACCESS_KEY_ID, "
    "AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,\nAWS_REGION, AWS_ENDPOINT_URL; "
    "VERBATIM_PUSH_USER, VERBATIM_PUSH_PASSWORD or\nVERBATIM_PUSH_TOKEN; "
    "VERBATIM_WEBHOOK_TOKEN, VERBATIM_WEBHOOK_SECRET.",
    push_opts,
    run_push,
};
