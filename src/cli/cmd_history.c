/* verbatim history: the runs of a guide over time. */
#include "cli/cmds.h"

#include "base/text.h"
#include "cli/sink.h"
#include "record/runs.h"
#include "report/history.h"

#include "base/banned.h"

typedef struct history_args {
    const char *dir, *format, *out;
    bool rebuild;
} history_args;

static const char *const formats[] = {
#define X(name, text) text,
    VB_HISTORY_FORMATS(X)
#undef X
        NULL,
};

static const vb_opt history_opts[] = {
    {0, "dir", VB_OPT_STRING, offsetof(history_args, dir), "DIR",
     "the folder of runs (default: " VB_RUNS_DIR ")", NULL, NULL},
    {'f', "format", VB_OPT_STRING, offsetof(history_args, format), "FORMAT",
     "text (default), html or json", formats, NULL},
    {'o', "output", VB_OPT_STRING, offsetof(history_args, out), "FILE",
     "write to FILE instead of standard output", NULL, NULL},
    {0, "rebuild", VB_OPT_FLAG, offsetof(history_args, rebuild), NULL,
     "read all transcripts again instead of trusting the index", NULL, NULL},
    {0},
};

static bool
list_document(void *user, vb_str document, size_t runs,
              const vb_history_run *newest, vb_error *err)
{
    vb_buf out;

    (void)user;
    (void)err;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_text_mask_line(&out, document);
    vb_buf_fmt(&out, "  %zu run%s, the last ", runs, runs == 1 ? "" : "s");
    vb_text_mask_line(&out, vb_str_sub(newest->started, 0, 10));
    vb_buf_c(&out, ": ");
    vb_text_mask_line(&out, newest->verdict);
    vb_buf_ch(&out, '\n');
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
    return true;
}

static bool
write_history(vb_index *index, vb_str document, const vb_history_opts *opts,
              const char *path, vb_error *err)
{
    vb_cli_sink out;
    vb_history history;
    bool ok = vb_history_open(&history, index, document, err);

    if (ok) {
        ok = vb_cli_sink_open(&out, path, err) &&
             vb_history_write(&history, opts, out.sink, err);
        ok = vb_cli_sink_close(&out, ok, err);
    }
    vb_history_close(&history);
    return ok;
}

static int
run_history(vb_cli *cli, int argc, char **argv)
{
    history_args args = {.dir = VB_RUNS_DIR, .format = "text"};
    vb_history_opts opts = {.columns = cli->columns};
    vb_error err = {.message = ""};
    vb_strs rest = {0};
    vb_index index;
    int exit_code;
    bool ok;

    if (!vb_cli_args(cli, &vb_cmd_history, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len > 1)
        return vb_cli_usage(cli, &vb_cmd_history, "one document at a time");
    if (!vb_history_format_parse(vb_str_c(args.format), &opts.format))
        return vb_cli_usage(cli, &vb_cmd_history, "unknown format '%s'",
                            args.format);
    if (rest.len == 0 && opts.format != VB_HISTORY_TEXT)
        return vb_cli_usage(cli, &vb_cmd_history, "of which document?");
    opts.color = cli->color_out && !args.out;
    ok = vb_index_open(&index, args.dir, args.rebuild, &err);
    if (ok && index.note.len)
        vb_cli_note(cli, "%.*s", VB_ARG(index.note));
    if (ok && index.unreadable)
        vb_cli_note(cli, "%zu run%s in '%s' cannot be read", index.unreadable,
                    index.unreadable == 1 ? "" : "s", args.dir);
    if (ok)
        ok = rest.len ? write_history(&index, rest.at[0], &opts, args.out, &err)
                      : vb_history_documents(&index, list_document, NULL, &err);
    vb_index_close(&index);
    if (ok)
        return VB_EXIT_OK;
    vb_cli_error(cli, "%s", err.message);
    return VB_EXIT_SYSTEM;
}

const vb_cmd vb_cmd_history = {
    "history",
    "[DOC] [--dir DIR] [--format FORMAT] [-o FILE] [--rebuild]",
    "which steps of a guide pass, differ, are slow or flaky over time",
    "Shows the runs of DOC that are kept, step by step, the newest on the "
    "right; without\nDOC, which documents have runs. An index beside the runs "
    "makes it quick; it is made\nfrom the transcripts alone, and one that is "
    "missing, old or damaged is made anew.",
    history_opts,
    run_history,
};
