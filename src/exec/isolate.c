/*
 * Rehearsals and sandboxes. A rehearsal must not reach a real cloud, whatever
 * path or socket its steps try, so it has no network at all; a sandbox keeps
 * the steps of an untrusted guide from the system and the user's home, too.
 */
#include "exec/child.h"
#include "exec/runner.h"
#include "rehearse/scenario.h"

#include "base/io.h"
#include "base/spawn.h"
#include "base/text.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { PROBE_MS = 10000, WORDS_MAX = 1024 };

typedef struct words {
    const char *at[WORDS_MAX];
    size_t n;
} words;

static void
add(words *w, const char *word)
{
    if (w->n + 1 < WORDS_MAX)
        w->at[w->n++] = word;
}

static void
add3(words *w, const char *a, const char *b, const char *c)
{
    add(w, a);
    add(w, b);
    add(w, c);
}

/* Where a step finds a program without asking PATH. */
static const char *const program_dirs[] = {
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin",
    "/sbin",           "/bin",           "/snap/bin", "/opt/bin",
};

/* Sockets of daemons (containers, agents, desktops) live below the first
 * ones; homes and whatever people install beside the system below the others,
 * which are there for a guide that runs for real. */
static const char *const private_dirs[] = {"/tmp", "/run", "/var/tmp"};
static const char *const foreign_dirs[] = {"/root", "/home",  "/opt", "/srv",
                                           "/mnt",  "/media", "/snap"};

typedef VB_VEC(const char *) paths;

static void
hide(const vb_runner *run, paths *out, vb_str dir, vb_str name)
{
    vb_str path = vb_path_join(run->arena, dir, name);
    char real[PATH_MAX];

    if (!vb_str_starts(dir, "/") || !realpath(path.ptr, real) ||
        access(real, X_OK) || vb_is_dir(real) ||
        !vb_str_eq(vb_path_base(vb_str_c(real)), name))
        return;
    for (size_t i = 0; i < out->len; i++)
        if (vb_str_eqc(vb_str_c(real), out->at[i]))
            return;
    vb_vec_push(run->arena, out, vb_str_dup(run->arena, vb_str_c(real)));
}

/* The real ones of the programs that a rehearsal simulates cannot be started:
 * an empty file lies over each, whatever name leads to it. What is a link is
 * followed; a file that several names share (busybox, snap) stays. */
static void
hidden_programs(const vb_runner *run, paths *out)
{
    const vb_scenario *scenario = run->scenario;

    for (size_t i = 0; i < scenario->names.len; i++) {
        vb_str rest = vb_str_c(getenv("PATH")), dir;

        for (size_t k = 0; k < VB_COUNT(program_dirs); k++)
            hide(run, out, vb_str_c(program_dirs[k]), scenario->names.at[i]);
        while (vb_str_field(&rest, ':', &dir))
            if (!vb_str_eqc(dir, vb_sim_path(run->sim)))
                hide(run, out, dir, scenario->names.at[i]);
    }
}

static bool
is_below(const char *path, const char *dir)
{
    vb_str p = vb_str_c(path), d = vb_str_c(dir);

    return p.len > d.len && vb_str_starts(p, dir) && p.ptr[d.len] == '/';
}

/* Folders over which an empty one lies. Nobody's root may be its own home. */
static void
hidden_dirs(const vb_runner *run, paths *out)
{
    const char *home = getenv("HOME");
    bool covered = !home || home[0] != '/' || !vb_is_dir(home) ||
                   vb_str_eqc(vb_path_clean(run->arena, vb_str_c(home)), "/");

    for (size_t i = 0; i < VB_COUNT(private_dirs); i++)
        if (vb_is_dir(private_dirs[i]))
            vb_vec_push(run->arena, out, private_dirs[i]);
    for (size_t i = 0; i < VB_COUNT(foreign_dirs); i++)
        if (vb_is_dir(foreign_dirs[i]))
            vb_vec_push(run->arena, out, foreign_dirs[i]);
    for (size_t i = 0; i < out->len; i++)
        covered = covered || vb_str_eqc(vb_str_c(home), out->at[i]) ||
                  is_below(home, out->at[i]);
    if (!covered)
        vb_vec_push(run->arena, out, home);
}

static bool
is_hidden(const paths *dirs, const char *path)
{
    for (size_t i = 0; i < dirs->len; i++)
        if (is_below(path, dirs->at[i]))
            return true;
    return false;
}

/* Real files behind the rehearsal's file tools, and bash, that would be
 * covered. */
static void
kept_files(const vb_runner *run, const paths *dirs, paths *out)
{
    static const char *const always[] = {"bash", "jq", "curl", "openssl"};
    const vb_scenario *scenario = run->scenario;
    char real[PATH_MAX];

    if (run->bash && realpath(run->bash, real) && is_hidden(dirs, real))
        vb_vec_push(run->arena, out, vb_str_dup(run->arena, vb_str_c(real)));
    for (size_t i = 0; i < VB_COUNT(always) + scenario->tools.len; i++) {
        vb_str name = i < VB_COUNT(always)
                          ? vb_str_c(always[i])
                          : scenario->tools.at[i - VB_COUNT(always)];
        vb_str path =
            vb_path_join(run->arena, vb_str_c(vb_sim_path(run->sim)), name);

        if (realpath(path.ptr, real) && is_hidden(dirs, real))
            vb_vec_push(run->arena, out,
                        vb_str_dup(run->arena, vb_str_c(real)));
    }
}

/* Sees the system read-only, writes to the working directory and to what is
 * private. The order counts: later mounts hide earlier ones. */
static void
bwrap_words(const vb_runner *run, words *w, const char *bwrap)
{
    const vb_run_opts *opts = run->opts;
    paths dirs = {0}, programs = {0}, kept = {0};

    hidden_dirs(run, &dirs);
    add(w, bwrap);
    add(w, "--die-with-parent");
    add(w, "--unshare-pid");
    add(w, "--unshare-ipc");
    if (!opts->sandbox_net || run->sim)
        add(w, "--unshare-net");
    add3(w, "--ro-bind", "/", "/");
    add(w, "--dev");
    add(w, "/dev");
    add(w, "--proc");
    add(w, "/proc");
    if (run->sim) {
        hidden_programs(run, &programs);
        kept_files(run, &dirs, &kept);
    }
    for (size_t i = 0; i < programs.len; i++)
        if (!is_hidden(&dirs, programs.at[i]))
            add3(w, "--ro-bind", "/dev/null", programs.at[i]);
    for (size_t i = 0; i < dirs.len; i++) {
        add(w, "--tmpfs");
        add(w, dirs.at[i]);
    }
    for (size_t i = 0; i < kept.len; i++)
        add3(w, "--ro-bind", kept.at[i], kept.at[i]);
    add3(w, "--ro-bind", run->dir.path, run->dir.path);
    if (run->sim || run->tap)
        add3(w, "--bind", run->dir.sim, run->dir.sim);
    add3(w, "--bind", run->dir.home, run->dir.home);
    add3(w, "--bind", run->dir.work, run->dir.work);
    add(w, "--chdir");
    add(w, run->dir.work);
}

/* ---------------------------------------------------- without bubblewrap -- */

static void
line(vb_buf *out, const char *before, const char *path, const char *after)
{
    vb_buf_c(out, before);
    vb_shell_quote(out, vb_str_c(path));
    vb_buf_c(out, after);
}

/* A folder that is to stay is held open while its parent is covered. */
static void
hold(vb_buf *out, size_t n, const char *path)
{
    vb_buf_fmt(out, "exec {fd%zu}<", n);
    line(out, "", path, "\n");
}

static void
bring_back(vb_buf *out, size_t n, const char *path)
{
    line(out, "mkdir -p ", path, " && ");
    vb_buf_fmt(out, "mount -c --bind \"/proc/self/fd/$fd%zu\" ", n);
    line(out, "", path, "\n");
    vb_buf_fmt(out, "exec {fd%zu}<&-\n", n);
}

/*
 * The same with unshare and mount. The second user namespace owns none of the
 * mounts, so no step can take them away again.
 */
static vb_str
unshare_script(const vb_runner *run)
{
    const char *held[] = {run->dir.path, run->dir.work};
    paths dirs = {0}, programs = {0};
    vb_buf out;
    vb_str script;

    hidden_dirs(run, &dirs);
    hidden_programs(run, &programs);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_c(&out, "set -e\npath=$PATH\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n"
                   "unshare=$(command -v unshare)\n"
                   "mount --make-rprivate /\n");
    for (size_t i = 0; i < programs.len; i++)
        if (!is_hidden(&dirs, programs.at[i]))
            line(&out, "mount --bind /dev/null ", programs.at[i], "\n");
    for (size_t i = 0; i < VB_COUNT(held); i++)
        hold(&out, i, held[i]);
    for (size_t i = 0; i < dirs.len; i++)
        line(&out, "mount -t tmpfs tmpfs ", dirs.at[i], "\n");
    for (size_t i = 0; i < VB_COUNT(held); i++)
        if (is_hidden(&dirs, held[i]))
            bring_back(&out, i, held[i]);
    line(&out, "cd ", run->dir.work, "\n");
    vb_buf_c(&out, "PATH=$path\nexec \"$unshare\" --user --mount "
                   "--map-root-user -- \"$@\"\n");
    script = vb_str_copy(run->arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return script;
}

/* The whole system bound read-only means that what the guide's steps may
 * write has to be there before. */
static bool
works(const words *w, vb_arena *arena, vb_str *why)
{
    words probe = *w;
    vb_spawn_opts opts = {.argv = probe.at, .timeout_ms = PROBE_MS};
    vb_spawned said = {0};
    vb_error err = {.message = ""};
    bool ok;

    add3(&probe, "/bin/sh", "-c", ":");
    probe.at[probe.n] = NULL;
    ok = vb_spawn(&opts, &said, &err) && said.status == 0;
    if (!ok)
        *why = vb_str_copy(arena, err.message[0]
                                      ? vb_str_c(err.message)
                                      : vb_str_trim(vb_buf_view(&said.err)));
    vb_spawned_release(&said);
    return ok;
}

static bool
use(vb_runner *run, const words *w)
{
    const char **prefix = VB_NEW_N(run->arena, const char *, w->n + 1);

    for (size_t i = 0; i < w->n; i++)
        prefix[i] = w->at[i];
    run->prefix = prefix;
    run->isolated = true;
    return true;
}

static bool
try_unshare(vb_runner *run, vb_str *why)
{
    words w = {.n = 0};
    char *bash = vb_arena_alloc(run->arena, PATH_MAX);

    if (!vb_on_path("unshare"))
        return false;
    add3(&w, "unshare", "--user", "--map-root-user");
    add3(&w, "--net", "--ipc", "--mount");
    add3(&w, "--", realpath(run->bash, bash) ? bash : run->bash, "--norc");
    add3(&w, "-c", unshare_script(run).ptr, "verbatim");
    return works(&w, run->arena, why) && use(run, &w);
}

static bool
try_bwrap(vb_runner *run, vb_str *why)
{
    words w = {.n = 0};

    if (!vb_on_path("bwrap")) {
        *why = VB_STR("bubblewrap is not installed");
        return false;
    }
    bwrap_words(run, &w, "bwrap");
    add(&w, "--");
    return works(&w, run->arena, why) && use(run, &w);
}

bool
vb_isolate(vb_runner *run, vb_error *err)
{
    vb_str why = {0}, other = {0};

    if (!run->sim && !run->opts->sandbox)
        return true;
    if (!vb_mkdirs(run->dir.home, 0700, err))
        return false;
    if (run->opts->unisolated && !run->opts->sandbox)
        return true;
    if (try_bwrap(run, &why))
        return true;
    if (!run->opts->sandbox && try_unshare(run, &other))
        return true;
    if (run->opts->sandbox)
        return vb_fail(err,
                       "the system forbids the sandbox: %.*s; nothing has "
                       "been run",
                       VB_ARG(why));
    return vb_fail(
        err,
        "the system forbids a rehearsal without network: %.*s%s%.*s; "
        "--unisolated rehearses all the same",
        VB_ARG(why), other.len ? "; " : "", VB_ARG(other));
}
