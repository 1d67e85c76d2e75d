/* verbatim match: compare two files as a reader would. */
#include "cli/cmds.h"
#include "cli/compare_text.h"

#include "base/io.h"
#include "verify/expect.h"

#include "base/banned.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

typedef struct match_args {
    const char *expect, *lang;
    bool explain;
} match_args;

static const char *const manners[] = {"reader", "exact",    "subset",
                                      "regex",  "contains", NULL};

static const vb_opt match_opts[] = {
    {0, "expect", VB_OPT_STRING, offsetof(match_args, expect), "MANNER",
     "reader (default), exact, subset, regex or contains", manners, NULL},
    {0, "lang", VB_OPT_STRING, offsetof(match_args, lang), "TAG",
     "read EXPECTED as the content of a code block with this tag", NULL, NULL},
    {0, "explain", VB_OPT_FLAG, offsetof(match_args, explain), NULL,
     "show what matched as what, line by line", NULL, NULL},
    {0},
};

static int
compare_files(vb_cli *cli, const match_args *args, const vb_strs *files)
{
    vb_expect_opts opts = {.lang = vb_str_c(args->lang)};
    vb_error err = {.message = ""};
    vb_str expected, actual;
    const vb_expect *expect;
    const vb_compare *compare;
    vb_loc where = {files->at[0].ptr, 1, 1};

    if (!vb_manner_parse(vb_str_c(args->expect), &opts.manner))
        return vb_cli_usage(cli, &vb_cmd_match, "unknown manner '%s'",
                            args->expect);
    if (!vb_read_file_arena(files->at[0].ptr, FILE_BYTES_MAX, &cli->arena,
                            &expected, &err) ||
        !vb_read_file_arena(files->at[1].ptr, FILE_BYTES_MAX, &cli->arena,
                            &actual, &err)) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_DOCUMENT;
    }
    expect =
        vb_expect_compile(&cli->arena, expected, where, &opts, &cli->diags);
    vb_cli_diags(cli, &cli->diags);
    if (!expect)
        return VB_EXIT_DOCUMENT;
    compare = vb_expect_compare(expect, actual, (vb_str){0}, &cli->arena);
    vb_compare_print(cli, compare, args->explain);
    if (compare->fault)
        return VB_EXIT_SYSTEM;
    return compare->match ? VB_EXIT_OK : VB_EXIT_FAILED;
}

static int
run_match(vb_cli *cli, int argc, char **argv)
{
    match_args args = {.expect = "reader"};
    vb_strs rest = {0};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_match, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 2)
        return vb_cli_usage(cli, &vb_cmd_match, "give EXPECTED and ACTUAL");
    return compare_files(cli, &args, &rest);
}

const vb_cmd vb_cmd_match = {
    "match",
    "EXPECTED ACTUAL [--expect MANNER] [--explain]",
    "compare two files as outputs are compared",
    "Compares the text in ACTUAL with the one in EXPECTED, as a guide's "
    "promised output\nis compared with what a step printed. Exit 0 when they "
    "match, 1 when they differ.\n'-' reads standard input.",
    match_opts,
    run_match,
};
