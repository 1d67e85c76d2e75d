/*
 * What the subcommands share: where to print, how, and the exit codes. Only
 * cli/ prints and exits.
 */
#ifndef VB_CLI_CLI_H
#define VB_CLI_CLI_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/str.h"
#include "cli/opt.h"

#include <stdbool.h>
#include <stddef.h>

enum vb_exit {
    VB_EXIT_OK = 0,
    VB_EXIT_FAILED = 1,     /* a step failed, an output differed, findings */
    VB_EXIT_USAGE = 2,      /* the command line */
    VB_EXIT_DOCUMENT = 3,   /* the document or its inputs */
    VB_EXIT_SYSTEM = 4,     /* the system or the record */
    VB_EXIT_INCOMPLETE = 5, /* verify, report: the run has no end event */
    VB_EXIT_INTERRUPTED = 130,
};

typedef struct vb_cli {
    vb_arena arena; /* everything of this invocation */
    vb_diags diags;
    bool color_out, color_err; /* terminal, and NO_COLOR is not set */
    bool tty_err;
    size_t columns; /* of the terminal, else 80 */
} vb_cli;

typedef struct vb_cmd {
    const char *name;
    const char *usage;   /* behind "verbatim NAME" */
    const char *summary; /* one line */
    const char *about;   /* paragraphs for --help and the man page */
    const vb_opt *opts;
    int (*run)(vb_cli *cli, int argc, char **argv); /* exit code */
} vb_cmd;

/* All subcommands, ended by a NULL name. */
extern const vb_cmd *const vb_cmds[];

/* What `verbatim --help` says. */
void vb_cli_usage_text(vb_buf *out);

/* Parses a subcommand's options. False when the command is over: *exit_code
 * says how (--help was printed, or the command line was wrong). */
bool vb_cli_args(vb_cli *cli, const vb_cmd *cmd, vb_argv words, void *args,
                 vb_strs *rest, int *exit_code);

/* To standard output; bytes as they are. */
void vb_cli_out(vb_str text);
/* "verbatim: error: ..." on standard error; control characters masked. */
void vb_cli_error(const vb_cli *cli, const char *fmt, ...) VB_PRINTF(2, 3);
void vb_cli_note(const vb_cli *cli, const char *fmt, ...) VB_PRINTF(2, 3);
/* Wrong use of 'cmd': the message and where help is. VB_EXIT_USAGE. */
int vb_cli_usage(const vb_cli *cli, const vb_cmd *cmd, const char *fmt, ...)
    VB_PRINTF(3, 4);
/* All diagnostics like a compiler's, on standard error. */
void vb_cli_diags(const vb_cli *cli, const vb_diags *diags);
/* The same for one, into a buffer. */
void vb_diag_render(vb_buf *out, const vb_diag *diag, bool color);

/* Flushes standard output; a full disk must not look like success. */
int vb_cli_finish(const vb_cli *cli, int exit_code);

/* 'text' on one line of at most 'room' columns: a longer one loses its middle,
 * since ids differ at their ends. Control characters are masked. */
void vb_cli_shorten(vb_buf *out, vb_str text, size_t room);

/* ANSI attributes, or "" without colour. */
typedef enum vb_style {
    VB_STYLE_NONE,
    VB_STYLE_BOLD,
    VB_STYLE_DIM,
    VB_STYLE_RED,
    VB_STYLE_GREEN,
    VB_STYLE_YELLOW,
    VB_STYLE_BLUE,
    VB_STYLE_CYAN,
    VB_STYLE_MAGENTA,
} vb_style;
const char *vb_style_on(bool color, vb_style style);
const char *vb_style_off(bool color, vb_style style);
/* 'text' masked and in 'style'. */
void vb_styled(vb_buf *out, bool color, vb_style style, vb_str text);

/* Each word becomes the path of the run it means: a path, the name of a run
 * that is kept, a beginning of it, or "last". False when it said why not. */
bool vb_cli_runs(vb_cli *cli, vb_strs *words);

#endif
