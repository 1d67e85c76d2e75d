/* The command line's entry: finds the subcommand and runs it. */
#include "cli/cli.h"

#include "base/io.h"
#include "base/text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/banned.h"

static bool
wants_color(int fd)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static size_t
terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return 80;
}

static void
print_usage(void)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_cli_usage_text(&out);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

static int
unknown_command(const vb_cli *cli, const char *name)
{
    const char *names[64];
    const char *near;
    size_t n = 0;

    for (const vb_cmd *const *cmd = vb_cmds; *cmd && n + 1 < VB_COUNT(names);
         cmd++)
        names[n++] = (*cmd)->name;
    names[n] = NULL;
    near = vb_near(vb_str_c(name), names);
    if (near)
        return vb_cli_usage(
            cli, NULL, "unknown command '%s'; did you mean '%s'?", name, near);
    return vb_cli_usage(cli, NULL, "unknown command '%s'", name);
}

static int
dispatch(vb_cli *cli, int argc, char **argv)
{
    if (argc < 2) {
        print_usage();
        return VB_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage();
        return VB_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        vb_cli_out(VB_STR("verbatim " VB_VERSION "\n"));
        return VB_EXIT_OK;
    }
    for (const vb_cmd *const *cmd = vb_cmds; *cmd; cmd++)
        if (strcmp(argv[1], (*cmd)->name) == 0)
            return (*cmd)->run(cli, argc - 2, argv + 2);
    return unknown_command(cli, argv[1]);
}

int
main(int argc, char **argv)
{
    vb_cli cli = {.columns = terminal_columns(),
                  .color_out = wants_color(STDOUT_FILENO),
                  .color_err = wants_color(STDERR_FILENO),
                  .tty_err = isatty(STDERR_FILENO)};
    vb_error err;
    int exit_code;

    if (!vb_hold_stdio(&err))
        return VB_EXIT_SYSTEM;
    vb_diags_init(&cli.diags, &cli.arena);
    exit_code = vb_cli_finish(&cli, dispatch(&cli, argc, argv));
    vb_arena_release(&cli.arena);
    return exit_code;
}
