#include "rehearse/install.h"

#include "base/io.h"
#include "base/spawn.h"
#include "rehearse/recorder.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { SHIM_MAX = 64 << 20 };

/* Programs that read and write files and talk to nobody. Those with a network
 * side (curl) find none in a rehearsal's namespaces. */
static const char *const file_tools[] = {
    "[",       "awk",      "base64",   "basename", "bash",      "cat",
    "chmod",   "cksum",    "cmp",      "column",   "comm",      "cp",
    "curl",    "cut",      "date",     "dd",       "df",        "diff",
    "dirname", "du",       "echo",     "egrep",    "env",       "envsubst",
    "expand",  "expr",     "false",    "fgrep",    "file",      "find",
    "fmt",     "fold",     "gawk",     "getopt",   "grep",      "gunzip",
    "gzip",    "head",     "hostname", "iconv",    "id",        "install",
    "join",    "jq",       "ln",       "logname",  "ls",        "mawk",
    "md5sum",  "mkdir",    "mkfifo",   "mktemp",   "more",      "mv",
    "nice",    "nl",       "nohup",    "nproc",    "od",        "openssl",
    "paste",   "patch",    "pr",       "printenv", "printf",    "ps",
    "pwd",     "readlink", "realpath", "rev",      "rm",        "rmdir",
    "sed",     "seq",      "sh",       "sha1sum",  "sha256sum", "sha512sum",
    "shuf",    "sleep",    "sort",     "split",    "stat",      "stty",
    "tac",     "tail",     "tar",      "tee",      "test",      "timeout",
    "touch",   "tput",     "tr",       "true",     "truncate",  "tty",
    "tsort",   "uname",    "unexpand", "uniq",     "unlink",    "unzip",
    "uuidgen", "wc",       "wget",     "which",    "who",       "whoami",
    "xargs",   "xxd",      "xz",       "yes",      "zcat",      "zip",
};

static bool
put_shim(const char *from, const char *to, vb_arena *arena, vb_error *err)
{
    vb_str content;

    if (link(from, to) == 0)
        return true;
    /* Another file system, or somebody else's file: a copy does as well. */
    return vb_read_file_arena(from, SHIM_MAX, arena, &content, err) &&
           vb_write_file(to, content, 0755, err);
}

/* A tool that the machine does not have is not there in a rehearsal either. */
static bool
put_tool(const char *name, const char *bin, const char *path, vb_arena *arena,
         vb_error *err)
{
    vb_str from = vb_program_find(arena, name, path);
    char real[PATH_MAX];
    const char *to;

    if (!from.len)
        return true;
    to = vb_str_dup(arena, vb_path_join(arena, vb_str_c(bin), vb_str_c(name)));
    /* What links lead through may be hidden in the rehearsal. */
    if (symlink(realpath(from.ptr, real) ? real : from.ptr, to) &&
        errno != EEXIST)
        return vb_fail_errno(err, "cannot link '%s'", to);
    return true;
}

bool
vb_is_file_tool(vb_str name)
{
    return VB_STR_AMONG(name, file_tools);
}

/* DIR/bin, empty. */
static const char *
fresh_bin(const vb_sim_opts *opts, vb_arena *arena, vb_error *err)
{
    const char *bin = vb_str_dup(
        arena, vb_path_join(arena, vb_str_c(opts->dir), VB_STR("bin")));

    if ((vb_exists(bin) && !vb_remove_tree(bin, err)) ||
        !vb_mkdirs(bin, 0700, err))
        return NULL;
    return bin;
}

bool
vb_install_recorder(const vb_sim_opts *opts, vb_arena *arena, const char **path,
                    vb_error *err)
{
    const char *bin = fresh_bin(opts, arena, err);
    size_t n;
    const vb_recorded_program *programs =
        vb_recorder_programs(opts->recorder, &n);

    for (size_t i = 0; bin && i < n; i++)
        if (!put_shim(opts->shim,
                      vb_str_dup(arena, vb_path_join(arena, vb_str_c(bin),
                                                     programs[i].name)),
                      arena, err))
            return false;
    *path = bin;
    return bin != NULL;
}

bool
vb_install(const vb_scenario *scenario, const vb_sim_opts *opts,
           vb_arena *arena, const char **path, vb_error *err)
{
    const char *bin = fresh_bin(opts, arena, err);
    const char *path_now = getenv("PATH");
    const char *tools = opts->tools_path ? opts->tools_path
                        : path_now       ? path_now
                                         : "/usr/local/bin:/usr/bin:/bin";

    if (!bin)
        return false;
    for (size_t i = 0; i < scenario->names.len; i++)
        if (!put_shim(opts->shim,
                      vb_str_dup(arena, vb_path_join(arena, vb_str_c(bin),
                                                     scenario->names.at[i])),
                      arena, err))
            return false;
    for (size_t i = 0; i < VB_COUNT(file_tools); i++)
        if (!put_tool(file_tools[i], bin, tools, arena, err))
            return false;
    for (size_t i = 0; i < scenario->tools.len; i++)
        if (!put_tool(vb_str_dup(arena, scenario->tools.at[i]), bin, tools,
                      arena, err))
            return false;
    *path = bin;
    return true;
}
