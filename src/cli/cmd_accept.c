/* verbatim accept: the guide's expected outputs as a run printed them. */
#include "cli/cmds.h"

#include "base/hash.h"
#include "base/io.h"
#include "report/update.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/banned.h"

enum { GUIDE_MAX = 256 * 1024 * 1024 };

typedef struct accept_args {
    bool in_place;
} accept_args;

static const vb_opt accept_opts[] = {
    {0, "in-place", VB_OPT_FLAG, offsetof(accept_args, in_place), NULL,
     "write the guide itself, if it is still the one that ran", NULL, NULL},
    {0},
};

/* Where a file to be written is, what it holds, and its mode. */
typedef struct target {
    const vb_edited *file;
    char *path;
    mode_t mode;
    bool bom;
} target;

static bool
find_target(vb_arena *arena, const vb_edited *file, target *to, vb_error *err)
{
    const char *name = vb_str_dup(arena, file->path);
    char full[PATH_MAX];
    struct stat st;
    vb_str text;
    vb_digest digest;

    if (!realpath(name, full) || stat(full, &st) < 0)
        return vb_fail_errno(err, "cannot find '%s'", name);
    *to = (target){file, vb_str_dup(arena, vb_str_c(full)), st.st_mode & 07777,
                   false};
    if (!vb_read_file_arena(full, GUIDE_MAX, arena, &text, err))
        return false;
    /* The record's copy is the text behind a byte order mark. */
    to->bom = vb_str_starts(text, "\xef\xbb\xbf");
    digest = vb_sha256(vb_str_from(text, to->bom ? 3 : 0));
    if (!vb_str_eqc(file->sha256, digest.hex))
        return vb_fail(err, "'%s' has changed since the run; nothing written",
                       name);
    return true;
}

static bool
write_target(const target *to, vb_error *err)
{
    vb_buf text;
    bool ok;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    if (to->bom)
        vb_buf_c(&text, "\xef\xbb\xbf");
    vb_edited_text(to->file, &text);
    ok = vb_write_file(to->path, vb_buf_view(&text), to->mode, err);
    vb_buf_release(&text);
    return ok;
}

/* All are looked at before the first is written. */
static bool
write_in_place(vb_cli *cli, const vb_update *update, vb_error *err)
{
    target *to = VB_NEW_N(&cli->arena, target, update->files.len);
    size_t n = 0;

    for (size_t i = 0; i < update->files.len; i++)
        if (update->files.at[i].changes.len &&
            !find_target(&cli->arena, &update->files.at[i], &to[n++], err))
            return false;
    for (size_t i = 0; i < n; i++)
        if (!write_target(&to[i], err))
            return false;
    return true;
}

static void
print_patch(const vb_update *update)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < update->files.len; i++)
        vb_edited_patch(&update->files.at[i], &out);
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

static int
run_accept(vb_cli *cli, int argc, char **argv)
{
    accept_args args = {0};
    vb_strs rest = {0};
    vb_error err = {.message = ""};
    vb_update *update;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_accept, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len != 1)
        return vb_cli_usage(cli, &vb_cmd_accept, "%s",
                            rest.len ? "one run at a time" : "which run?");
    if (!vb_cli_runs(cli, &rest))
        return VB_EXIT_SYSTEM;
    update = vb_update_of(rest.at[0].ptr, &cli->arena, &err);
    if (!update || (args.in_place && !write_in_place(cli, update, &err))) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    if (!args.in_place)
        print_patch(update);
    for (size_t i = 0; i < update->left.len; i++) {
        const vb_left *left = &update->left.at[i];

        vb_cli_note(cli, "%.*s:%u: left as it is: %.*s", VB_ARG(left->path),
                    left->line, VB_ARG(left->why));
    }
    return update->left.len ? VB_EXIT_FAILED : VB_EXIT_OK;
}

const vb_cmd vb_cmd_accept = {
    "accept",
    "RUN [--in-place]",
    "bring a guide's expected outputs up to date",
    "Writes a patch (for patch -p0 or git apply -p0) that makes the guide's "
    "expected outputs those that RUN (a run's directory) printed. Only lines "
    "that differ change: elisions, indentation and the samples of what varies "
    "from run to run stay. What a failed step printed is never taken. Exits "
    "with 1 when an output differs and has to be changed by hand.",
    accept_opts,
    run_accept,
};
