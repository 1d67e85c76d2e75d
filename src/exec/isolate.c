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

/* The real ones of the programs that a rehearsal simulates cannot be started:
 * an empty file lies over each, whatever name leads to it. What is a link is
 * followed; a file that several names share (busybox, snap) stays. */
static void
hide_programs(const vb_runner *run, words *w)
{
    const vb_scenario *scenario = run->scenario;

    for (size_t i = 0; i < scenario->names.len; i++)
        for (size_t k = 0; k < VB_COUNT(program_dirs); k++) {
            vb_str path = vb_path_join(run->arena, vb_str_c(program_dirs[k]),
                                       scenario->names.at[i]);
            char real[PATH_MAX];

            if (!realpath(path.ptr, real) || access(real, X_OK) ||
                vb_is_dir(real) ||
                !vb_str_eq(vb_path_base(vb_str_c(real)), scenario->names.at[i]))
                continue;
            add3(w, "--ro-bind", "/dev/null",
                 vb_str_dup(run->arena, vb_str_c(real)));
        }
}

/* Sees the system read-only, writes to the working directory and to what is
 * private. The order counts: later mounts hide earlier ones. */
static void
bwrap_words(const vb_runner *run, words *w, const char *bwrap)
{
    const vb_run_opts *opts = run->opts;

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
    /* Sockets of daemons (containers, agents, desktops) live below these. */
    add(w, "--tmpfs");
    add(w, "/tmp");
    add(w, "--tmpfs");
    add(w, "/run");
    add(w, "--tmpfs");
    add(w, "/var/tmp");
    if (opts->sandbox) {
        add(w, "--tmpfs");
        add(w, "/root");
        add(w, "--tmpfs");
        add(w, "/home");
    }
    if (vb_str_starts(vb_str_c(run->dir.path), "/tmp/") || opts->sandbox)
        add3(w, "--ro-bind", run->dir.path, run->dir.path);
    if (run->sim)
        hide_programs(run, w);
    if (run->sim || run->tap)
        add3(w, "--bind", run->dir.sim, run->dir.sim);
    add3(w, "--bind", run->dir.home, run->dir.home);
    add3(w, "--bind", run->dir.work, run->dir.work);
    add(w, "--chdir");
    add(w, run->dir.work);
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

    add(&probe, "true");
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

/* Without bubblewrap: no network, and nothing more. */
static bool
try_unshare(vb_runner *run, vb_str *why)
{
    words w = {.n = 0};

    if (!vb_on_path("unshare"))
        return false;
    add3(&w, "unshare", "--user", "--map-root-user");
    add3(&w, "--net", "--ipc", "--");
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
    vb_str why = {0}, ignored = {0};

    if (!run->sim && !run->opts->sandbox)
        return true;
    if (!vb_mkdirs(run->dir.home, 0700, err))
        return false;
    if (run->opts->unisolated && !run->opts->sandbox)
        return true;
    if (try_bwrap(run, &why))
        return true;
    if (!run->opts->sandbox && try_unshare(run, &ignored))
        return true;
    if (run->opts->sandbox)
        return vb_fail(err,
                       "the system forbids the sandbox: %.*s; nothing has "
                       "been run",
                       VB_ARG(why));
    return vb_fail(err,
                   "the system forbids a rehearsal without network: %.*s; "
                   "--unisolated rehearses all the same",
                   VB_ARG(why));
}
