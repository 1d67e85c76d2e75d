/* verbatim coverage: what of a guide runs have exercised, and what none has. */
#include "cli/cmds.h"

#include "cli/sink.h"
#include "report/cover.h"

#include "base/banned.h"

typedef struct coverage_args {
    const char *format, *out, *least;
} coverage_args;

static const char *const formats[] = {
#define X(name, text) text,
    VB_COVER_FORMATS(X)
#undef X
        NULL,
};

static const vb_opt coverage_opts[] = {
    {'f', "format", VB_OPT_STRING, offsetof(coverage_args, format), "FORMAT",
     "text (default), html, markdown or json", formats, NULL},
    {'o', "output", VB_OPT_STRING, offsetof(coverage_args, out), "FILE",
     "write to FILE instead of standard output", NULL, NULL},
    {0, "fail-under", VB_OPT_STRING, offsetof(coverage_args, least), "PERCENT",
     "exit 1 when less than PERCENT of the commands, files, outputs and manual "
     "steps were exercised",
     NULL, NULL},
    {0},
};

static bool
write_all(const vb_strs *runs, const vb_cover_opts *opts, const char *path,
          vb_cover_sum *sum, vb_error *err)
{
    vb_cover *cover = vb_cover_open();
    bool ok = vb_cover_good(cover, err);
    vb_cli_sink out;

    for (size_t i = 0; ok && i < runs->len; i++)
        ok = vb_cover_add(cover, runs->at[i].ptr, err);
    if (ok) {
        ok = vb_cli_sink_open(&out, path, err) &&
             vb_cover_write(cover, opts, out.sink, sum, err);
        ok = vb_cli_sink_close(&out, ok, err);
    }
    vb_cover_close(cover);
    return ok;
}

static int
run_coverage(vb_cli *cli, int argc, char **argv)
{
    coverage_args args = {.format = "text", .least = "0"};
    vb_cover_opts opts = {.columns = cli->columns};
    vb_cover_sum sum = {0};
    vb_strs rest = {0};
    vb_error err = {.message = ""};
    uint64_t least = 0;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_coverage, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len == 0)
        return vb_cli_usage(cli, &vb_cmd_coverage, "which runs?");
    if (!vb_cover_format_parse(vb_str_c(args.format), &opts.format))
        return vb_cli_usage(cli, &vb_cmd_coverage, "unknown format '%s'",
                            args.format);
    if (!vb_str_u64(vb_str_c(args.least), &least) || least > 100)
        return vb_cli_usage(cli, &vb_cmd_coverage, "'%s' is no percentage",
                            args.least);
    if (!vb_cli_runs(cli, &rest))
        return VB_EXIT_SYSTEM;
    opts.color = cli->color_out && !args.out;
    if (!write_all(&rest, &opts, args.out, &sum, &err)) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    if (sum.exercised * 100 >= least * sum.parts)
        return VB_EXIT_OK;
    vb_cli_error(cli,
                 "%zu of %zu parts were exercised, which is less than "
                 "%ju %%",
                 sum.exercised, sum.parts, (uintmax_t)least);
    return VB_EXIT_FAILED;
}

const vb_cmd vb_cmd_coverage = {
    "coverage",
    "RUN... [--format FORMAT] [-o FILE] [--fail-under PERCENT]",
    "what of a guide the runs have exercised together, and what none has",
    "Puts the runs of a guide together, from their records alone: blocks that "
    "never ran,\noutputs that were never compared, manual steps nobody did, "
    "providers no run has chosen.\nA block that has moved is still the same "
    "block; the newest run says which there are.",
    coverage_opts,
    run_coverage,
};
