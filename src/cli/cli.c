#include "cli/cli.h"

#include "base/io.h"
#include "base/text.h"
#include "record/runs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const char *const style_codes[] = {
    "",         "\033[1m",  "\033[2m",  "\033[31m", "\033[32m",
    "\033[33m", "\033[34m", "\033[36m", "\033[35m",
};

const char *
vb_style_on(bool color, vb_style style)
{
    return color ? style_codes[style] : "";
}

const char *
vb_style_off(bool color, vb_style style)
{
    return color && style != VB_STYLE_NONE ? "\033[0m" : "";
}

void
vb_styled(vb_buf *out, bool color, vb_style style, vb_str text)
{
    vb_buf_c(out, vb_style_on(color, style));
    vb_text_mask(out, text);
    vb_buf_c(out, vb_style_off(color, style));
}

static void
to_stderr(vb_str text)
{
    /* Both streams may be one terminal: keep their order. Nobody is left to be
     * told when standard error fails; standard output's failure is sticky. */
    if (fflush(stdout) != 0)
        errno = 0;
    if (!vb_write_all(STDERR_FILENO, text.ptr, text.len, "standard error",
                      NULL))
        errno = 0;
}

void
vb_cli_out(vb_str text)
{
    /* A failure is sticky and is looked at in vb_cli_finish(). */
    if (text.len && fwrite(text.ptr, 1, text.len, stdout) != text.len)
        errno = 0;
}

static void
say(const vb_cli *cli, vb_style style, const char *what, const char *fmt,
    va_list args)
{
    vb_buf message, line;

    vb_buf_init(&message, VB_BUF_NO_MAX);
    vb_buf_init(&line, VB_BUF_NO_MAX);
    vb_buf_vfmt(&message, fmt, args);
    vb_buf_c(&line, "verbatim: ");
    vb_styled(&line, cli->color_err, style, vb_str_c(what));
    vb_buf_c(&line, ": ");
    vb_text_mask(&line, vb_buf_view(&message));
    vb_buf_ch(&line, '\n');
    to_stderr(vb_buf_view(&line));
    vb_buf_release(&message);
    vb_buf_release(&line);
}

void
vb_cli_error(const vb_cli *cli, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(cli, VB_STYLE_RED, "error", fmt, args);
    va_end(args);
}

void
vb_cli_note(const vb_cli *cli, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(cli, VB_STYLE_CYAN, "note", fmt, args);
    va_end(args);
}

int
vb_cli_usage(const vb_cli *cli, const vb_cmd *cmd, const char *fmt, ...)
{
    va_list args;
    vb_str hint;
    vb_arena scratch = {0};

    va_start(args, fmt);
    say(cli, VB_STYLE_RED, "error", fmt, args);
    va_end(args);
    hint = vb_str_fmt(&scratch, "try 'verbatim %s%s--help'\n",
                      cmd ? cmd->name : "", cmd ? " " : "");
    to_stderr(hint);
    vb_arena_release(&scratch);
    return VB_EXIT_USAGE;
}

/* The source line and a caret line below it; tabs are kept so that the caret
 * stands right at any tab width. */
static void
render_excerpt(vb_buf *out, const vb_diag *diag, bool color)
{
    enum { LINE_MAX_BYTES = 200 };
    vb_str line = diag->excerpt;
    size_t col = diag->loc.col ? diag->loc.col - 1 : 0, from = 0;
    size_t width = diag->width ? diag->width : 1;

    if (line.len == 0 || col > line.len)
        return;
    if (col > LINE_MAX_BYTES / 2)
        from = col - LINE_MAX_BYTES / 2;
    while (from && from < line.len && (line.ptr[from] & 0xc0) == 0x80)
        from--;
    line = vb_str_sub(line, from, LINE_MAX_BYTES);
    vb_buf_c(out, "    ");
    vb_text_mask_line(out, line);
    vb_buf_c(out, "\n    ");
    vb_buf_fill(out, ' ', vb_text_width(vb_str_sub(line, 0, col - from)));
    if (width > line.len - (col - from))
        width = line.len - (col - from);
    vb_buf_c(out, vb_style_on(color, VB_STYLE_GREEN));
    vb_buf_ch(out, '^');
    if (width > 1)
        vb_buf_fill(out, '~', width - 1);
    vb_buf_c(out, vb_style_off(color, VB_STYLE_GREEN));
    vb_buf_ch(out, '\n');
}

void
vb_diag_render(vb_buf *out, const vb_diag *diag, bool color)
{
    static const vb_style styles[] = {VB_STYLE_CYAN, VB_STYLE_YELLOW,
                                      VB_STYLE_RED};

    if (diag->loc.file) {
        vb_buf_c(out, vb_style_on(color, VB_STYLE_BOLD));
        vb_text_mask_line(out, vb_str_c(diag->loc.file));
        if (diag->loc.line)
            vb_buf_fmt(out, ":%u", diag->loc.line);
        if (diag->loc.line && diag->loc.col)
            vb_buf_fmt(out, ":%u", diag->loc.col);
        vb_buf_c(out, vb_style_off(color, VB_STYLE_BOLD));
        vb_buf_c(out, ": ");
    }
    vb_buf_c(out, vb_style_on(color, styles[diag->severity]));
    vb_buf_c(out, vb_severity_name(diag->severity));
    if (diag->rule)
        vb_buf_fmt(out, "[%s]", diag->rule);
    vb_buf_c(out, vb_style_off(color, styles[diag->severity]));
    vb_buf_c(out, ": ");
    vb_text_mask_line(out, diag->message);
    vb_buf_ch(out, '\n');
    render_excerpt(out, diag, color);
    if (diag->hint.len) {
        vb_buf_c(out, "    hint: ");
        vb_text_mask_line(out, diag->hint);
        vb_buf_ch(out, '\n');
    }
}

void
vb_cli_diags(const vb_cli *cli, const vb_diags *diags)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < diags->list.len; i++)
        vb_diag_render(&out, &diags->list.at[i], cli->color_err);
    if (diags->dropped)
        vb_buf_fmt(&out, "verbatim: note: %zu more left out\n", diags->dropped);
    to_stderr(vb_buf_view(&out));
    vb_buf_release(&out);
}

void
vb_cli_usage_text(vb_buf *out)
{
    vb_buf_c(out, "usage: verbatim COMMAND [options]\n"
                  "       verbatim COMMAND --help\n\n"
                  "Runs documentation as it is written.\n\ncommands:\n");
    for (const vb_cmd *const *cmd = vb_cmds; *cmd; cmd++)
        vb_buf_fmt(out, "  %-10s %s\n", (*cmd)->name, (*cmd)->summary);
    vb_buf_c(out,
             "\nexit codes: 0 all well; 1 a step failed, an output differed or "
             "check found\nerrors; 2 usage; 3 the document or its inputs; 4 "
             "the system or the record;\n5 the run is incomplete; 130 "
             "interrupted\n");
}

static void
print_help(const vb_cli *cli, const vb_cmd *cmd)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_fmt(&out, "usage: verbatim %s %s\n\n%s\n\noptions:\n", cmd->name,
               cmd->usage, cmd->about);
    vb_opt_help(cmd->opts, cli->columns, &out);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

bool
vb_cli_args(vb_cli *cli, const vb_cmd *cmd, vb_argv words, void *args,
            vb_strs *rest, int *exit_code)
{
    vb_error err;

    for (int i = 0; i < words.argc && strcmp(words.argv[i], "--") != 0; i++)
        if (strcmp(words.argv[i], "--help") == 0 ||
            strcmp(words.argv[i], "-h") == 0) {
            print_help(cli, cmd);
            *exit_code = VB_EXIT_OK;
            return false;
        }
    if (vb_opt_parse(cmd->opts, words, args, &cli->arena, rest, &err))
        return true;
    *exit_code = vb_cli_usage(cli, cmd, "%s", err.message);
    return false;
}

int
vb_cli_finish(const vb_cli *cli, int exit_code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return exit_code;
    if (errno == EPIPE)
        return exit_code;
    vb_cli_error(cli, "cannot write standard output: %s",
                 errno ? strerrordesc_np(errno) : "write error");
    return exit_code == VB_EXIT_OK ? VB_EXIT_SYSTEM : exit_code;
}

void
vb_cli_shorten(vb_buf *out, vb_str text, size_t room)
{
    vb_buf line;
    vb_str all, before;
    size_t width, tail;

    vb_buf_init(&line, VB_BUF_NO_MAX);
    vb_text_mask_line(&line, text);
    all = vb_buf_view(&line);
    width = vb_text_width(all);
    if (width <= room) {
        vb_buf_str(out, all);
    } else if (room > 0) {
        tail = (room - 1) / 2;
        before = vb_text_fit(all, width - tail);
        if (width - vb_text_width(before) > tail) /* a wide one in between */
            before = vb_text_fit(all, width - tail + 1);
        vb_buf_str(out, vb_text_fit(all, room - 1 - tail));
        vb_buf_c(out, "…");
        vb_buf_str(out, vb_str_from(all, before.len));
    }
    vb_buf_release(&line);
}

bool
vb_cli_runs(vb_cli *cli, vb_strs *words)
{
    vb_error err = {.message = ""};

    for (size_t i = 0; i < words->len; i++) {
        const char *path = vb_runs_named(words->at[i], &cli->arena, &err);

        if (!path) {
            vb_cli_error(cli, "%s", err.message);
            return false;
        }
        words->at[i] = vb_str_c(path);
    }
    return true;
}
