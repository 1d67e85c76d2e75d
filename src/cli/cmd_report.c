/* verbatim report: a run's record in the form that somebody needs. */
#include "cli/cmds.h"

#include "cli/sink.h"
#include "record/runs.h"
#include "report/index.h"
#include "report/report.h"

#include "base/banned.h"

typedef struct report_args {
    const char *format, *out, *history;
} report_args;

static const char *const formats[] = {
#define X(name, text) text,
    VB_REPORT_FORMATS(X)
#undef X
        NULL,
};

static const vb_opt report_opts[] = {
    {'f', "format", VB_OPT_STRING, offsetof(report_args, format), "FORMAT",
     "text (default), html, markdown, junit, tap, json, asciicast, "
     "typescript or timing (of the typescript, for scriptreplay)",
     formats, NULL},
    {0, "history", VB_OPT_OPTIONAL, offsetof(report_args, history), "DIR",
     "html: add the guide's runs in DIR over time (default: " VB_RUNS_DIR ")",
     NULL, VB_RUNS_DIR},
    {'o', "output", VB_OPT_STRING, offsetof(report_args, out), "FILE",
     "write to FILE instead of standard output", NULL, NULL},
    {0},
};

/* The report is written all the same; the exit code is for whoever only looks
 * at that. */
static int
record_exit(const vb_cli *cli, vb_report_record record)
{
    switch (record) {
    case VB_REPORT_CHANGED:
        vb_cli_error(cli, "the record was changed; 'verbatim verify' says "
                          "where");
        return VB_EXIT_FAILED;
    case VB_REPORT_INCOMPLETE:
        vb_cli_note(cli, "the record is incomplete: the run has no end");
        return VB_EXIT_INCOMPLETE;
    case VB_REPORT_INTACT:
        break;
    }
    return VB_EXIT_OK;
}

static bool
open_index(const vb_cli *cli, vb_index *index, const char *dir, vb_error *err)
{
    if (!vb_index_open(index, dir, false, err))
        return false;
    if (index->note.len)
        vb_cli_note(cli, "%.*s", VB_ARG(index->note));
    return true;
}

static int
run_report(vb_cli *cli, int argc, char **argv)
{
    report_args args = {.format = "text"};
    vb_report_record record = VB_REPORT_INTACT;
    vb_report_opts opts = {.columns = cli->columns};
    vb_strs rest = {0};
    vb_error err = {.message = ""};
    vb_cli_sink out;
    vb_index index;
    int exit_code;
    bool ok;

    if (!vb_cli_args(cli, &vb_cmd_report, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_report, "%s",
                            rest.len ? "one run at a time" : "which run?");
    if (!vb_cli_runs(cli, &rest))
        return VB_EXIT_SYSTEM;
    if (!vb_report_format_parse(vb_str_c(args.format), &opts.format))
        return vb_cli_usage(cli, &vb_cmd_report, "unknown format '%s'",
                            args.format);
    if (args.history && opts.format != VB_REPORT_HTML)
        return vb_cli_usage(cli, &vb_cmd_report,
                            "--history is for --format html");
    opts.color = cli->color_out && !args.out;
    ok = !args.history || open_index(cli, &index, args.history, &err);
    if (args.history)
        opts.index = &index;
    if (ok) {
        ok = vb_cli_sink_open(&out, args.out, &err) &&
             vb_report_write(rest.at[0].ptr, &opts, out.sink, &record, &err);
        ok = vb_cli_sink_close(&out, ok, &err);
    }
    if (args.history)
        vb_index_close(&index);
    if (ok)
        return record_exit(cli, record);
    vb_cli_error(cli, "%s", err.message);
    return VB_EXIT_SYSTEM;
}

const vb_cmd vb_cmd_report = {
    "report",
    "RUN [--format FORMAT] [--history[=DIR]] [-o FILE]",
    "show a run's record as text, HTML, JUnit and more",
    "Makes a report of RUN (a run's directory or a transcript) from its record "
    "alone.\nExit 0 when the record is whole, whatever the run's verdict; 1 "
    "when the record was\nchanged, 5 when the run has no end: the report is "
    "written all the same and says so.",
    report_opts,
    run_report,
};
