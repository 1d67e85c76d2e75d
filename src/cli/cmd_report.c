/* verbatim report: a run's record in the form that somebody needs. */
#include "cli/cmds.h"

#include "base/io.h"
#include "report/report.h"

#include <fcntl.h>
#include <string.h>

#include "base/banned.h"

typedef struct report_args {
    const char *format, *out;
} report_args;

static const char *const formats[] = {
#define X(name, text) text,
    VB_REPORT_FORMATS(X)
#undef X
        NULL,
};

static const vb_opt report_opts[] = {
    {'f', "format", VB_OPT_STRING, offsetof(report_args, format), "FORMAT",
     "text (default), html, markdown, junit, tap, json, asciicast or "
     "typescript",
     formats, NULL},
    {'o', "output", VB_OPT_STRING, offsetof(report_args, out), "FILE",
     "write to FILE instead of standard output", NULL, NULL},
    {0},
};

static bool
sink_stdout(void *user, vb_str bytes, vb_error *err)
{
    (void)user;
    (void)err;
    vb_cli_out(bytes);
    return true;
}

typedef struct file_sink {
    int fd;
    const char *path;
} file_sink;

static bool
sink_file(void *user, vb_str bytes, vb_error *err)
{
    const file_sink *file = user;

    return vb_write_all(file->fd, bytes.ptr, bytes.len, file->path, err);
}

static bool
write_to_file(const char *run, const vb_report_opts *opts, const char *path,
              vb_error *err)
{
    file_sink file = {.path = path};
    bool ok;

    file.fd = vb_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644, err);
    if (file.fd < 0)
        return false;
    ok = vb_report_write(run, opts, (vb_sink){sink_file, &file}, err);
    return vb_close(&file.fd, path, ok ? err : NULL) && ok;
}

static int
run_report(vb_cli *cli, int argc, char **argv)
{
    report_args args = {.format = "text"};
    vb_report_opts opts = {.columns = cli->columns};
    vb_strs rest = {0};
    vb_error err = {.message = ""};
    int exit_code;
    bool ok;

    if (!vb_cli_args(cli, &vb_cmd_report, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_report, "%s",
                            rest.len ? "one run at a time" : "which run?");
    if (!vb_report_format_parse(vb_str_c(args.format), &opts.format))
        return vb_cli_usage(cli, &vb_cmd_report, "unknown format '%s'",
                            args.format);
    opts.color = cli->color_out && !args.out;
    ok = args.out ? write_to_file(rest.at[0].ptr, &opts, args.out, &err)
                  : vb_report_write(rest.at[0].ptr, &opts,
                                    (vb_sink){sink_stdout, NULL}, &err);
    if (ok)
        return VB_EXIT_OK;
    vb_cli_error(cli, "%s", err.message);
    return VB_EXIT_SYSTEM;
}

const vb_cmd vb_cmd_report = {
    "report",
    "RUN [--format FORMAT] [-o FILE]",
    "show a run's record as text, HTML, JUnit and more",
    "Makes a report of RUN (a run's directory or a transcript) from its record "
    "alone.",
    report_opts,
    run_report,
};
