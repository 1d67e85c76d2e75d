/* verbatim help: the manual page and completion, from the option tables. */
#include "cli/cmds.h"

#include "base/text.h"

#include "base/banned.h"

typedef struct help_args {
    bool man, bash;
} help_args;

static const vb_opt help_opts[] = {
    {0, "man", VB_OPT_FLAG, offsetof(help_args, man), NULL,
     "print the manual page in mdoc", NULL, NULL},
    {0, "bash-completion", VB_OPT_FLAG, offsetof(help_args, bash), NULL,
     "print a completion script for bash", NULL, NULL},
    {0},
};

/* Text for roff: no line may start with a control character and a backslash
 * stands for itself. */
static void
put_roff(vb_buf *out, const char *text)
{
    bool start = true, sentence = false;

    for (; *text; text++) {
        /* mdoc wants each sentence on a line of its own */
        char c = *text;

        if (c == ' ' && sentence)
            c = '\n';
        if (start && (c == '.' || c == '\''))
            vb_buf_c(out, "\\&");
        if (c == '\\')
            vb_buf_c(out, "\\e");
        else if (c == '-')
            vb_buf_c(out, "\\-");
        else
            vb_buf_ch(out, c);
        sentence = c == '.';
        start = c == '\n';
    }
}

static void
put_man_option(vb_buf *out, const vb_opt *opt)
{
    vb_buf_c(out, ".It ");
    if (opt->letter)
        vb_buf_fmt(out, "Fl %c , ", opt->letter);
    vb_buf_fmt(out, "Fl Fl %s", opt->name);
    if (opt->arg)
        vb_buf_fmt(out,
                   opt->kind == VB_OPT_OPTIONAL ? " Ns Oo = Ns Ar %s Oc"
                                                : " Ar %s",
                   opt->arg);
    vb_buf_ch(out, '\n');
    put_roff(out, opt->help);
    vb_buf_ch(out, '\n');
}

static void
put_man_command(vb_buf *out, const vb_cmd *cmd)
{
    vb_buf_fmt(out, ".Ss verbatim %s ", cmd->name);
    put_roff(out, cmd->usage);
    vb_buf_ch(out, '\n');
    put_roff(out, cmd->about);
    vb_buf_ch(out, '\n');
    if (!cmd->opts->name)
        return;
    vb_buf_c(out, ".Bl -tag -width Ds\n");
    for (const vb_opt *opt = cmd->opts; opt->name; opt++)
        put_man_option(out, opt);
    vb_buf_c(out, ".El\n");
}

static void
put_man(vb_buf *out)
{
    vb_buf_c(out,
             ".Dd November 22, 2026\n.Dt VERBATIM 1\n.Os\n.Sh NAME\n"
             ".Nm verbatim\n.Nd run documentation as it is written\n"
             ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n"
             ".Sh DESCRIPTION\n"
             "Reads an ordinary Markdown guide, chooses one reader's path "
             "through it, turns it\ninto steps, executes them in a real shell, "
             "compares what they print with what the\nguide promises, and "
             "records a tamper-evident transcript.\n.Sh COMMANDS\n");
    for (const vb_cmd *const *cmd = vb_cmds; *cmd; cmd++)
        put_man_command(out, *cmd);
    vb_buf_c(out,
             ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
             ".It Ev NO_COLOR\nWhen set and not empty: no colours.\n"
             ".It Ev SSL_CERT_FILE\nCertificate authorities to trust for https "
             "instead of the system's.\n"
             ".It Ev http_proxy , https_proxy , no_proxy\nThe proxy for "
             "documents, links and uploads, as curl reads them.\n.El\n"
             ".Sh FILES\n.Bl -tag -width Ds\n"
             ".It Pa GUIDE.verbatim.yaml\nThe overlay beside GUIDE.md: what "
             "the guide itself cannot say.\n"
             ".It Pa .verbatim/runs/\nWhere runs are kept, below the directory "
             "that\n.Nm\nwas started in.\n.El\n"
             ".Sh EXIT STATUS\n.Bl -tag -width Ds\n"
             ".It 0\nAll well.\n.It 1\nA step failed, an output differed, a "
             "record was changed, or check found errors.\n.It 2\nThe command "
             "line is wrong.\n.It 3\nThe document or its inputs are wrong.\n"
             ".It 4\nThe system or the record failed.\n.It 5\nThe run is "
             "incomplete.\n.It 130\nInterrupted.\n.El\n");
}

static void
put_bash_completion(vb_buf *out)
{
    vb_buf_c(out, "_verbatim() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
                  "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"");
    for (const vb_cmd *const *cmd = vb_cmds; *cmd; cmd++)
        vb_buf_fmt(out, "%s%s", cmd == vb_cmds ? "" : " ", (*cmd)->name);
    vb_buf_c(out, "\"\n    else\n        case ${COMP_WORDS[1]} in\n");
    for (const vb_cmd *const *cmd = vb_cmds; *cmd; cmd++) {
        vb_buf_fmt(out, "        %s) words=\"--help", (*cmd)->name);
        for (const vb_opt *opt = (*cmd)->opts; opt->name; opt++)
            vb_buf_fmt(out, " --%s", opt->name);
        vb_buf_c(out, "\" ;;\n");
    }
    vb_buf_c(out, "        esac\n    fi\n"
                  "    mapfile -t COMPREPLY < "
                  "<(compgen -W \"$words\" -- \"$cur\")\n"
                  "    [ \"$COMP_CWORD\" -gt 1 ] && mapfile -O "
                  "${#COMPREPLY[@]} -t COMPREPLY < "
                  "<(compgen -f -- \"$cur\")\n"
                  "}\ncomplete -o filenames -F _verbatim verbatim\n");
}

static int
help_about(vb_cli *cli, vb_str name)
{
    static char flag[] = "--help";
    char *argv[] = {flag, NULL};

    for (const vb_cmd *const *cmd = vb_cmds; *cmd; cmd++)
        if (vb_str_eqc(name, (*cmd)->name))
            return (*cmd)->run(cli, 1, argv);
    return vb_cli_usage(cli, NULL, "unknown command '%.*s'", VB_ARG(name));
}

static int
run_help(vb_cli *cli, int argc, char **argv)
{
    help_args args = {0};
    vb_strs rest = {0};
    vb_buf out;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_help, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len == 1)
        return help_about(cli, rest.at[0]);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (args.man)
        put_man(&out);
    else if (args.bash)
        put_bash_completion(&out);
    else
        vb_cli_usage_text(&out);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
    return VB_EXIT_OK;
}

const vb_cmd vb_cmd_help = {
    "help",
    "[COMMAND | --man | --bash-completion]",
    "help about a command; the manual page",
    "Shows the help of COMMAND, or writes the manual page or a completion "
    "script to\nstandard output; both come from the tables that the parser "
    "uses.",
    help_opts,
    run_help,
};
