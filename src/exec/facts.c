/* Facts for the record about what the run uses: the shell, the guide's
 * repository, the versions of programs. */
#include "exec/child.h"
#include "exec/runner.h"

#include "base/io.h"

#include <limits.h>
#include <stdlib.h>

#include "base/banned.h"

enum { HELPER_MS = 10000, VERSION_MAX = 200 };

/* The first line of what a program prints. */
static vb_str
first_line(vb_runner *run, const char *const *argv)
{
    vb_spawn_opts opts = {.argv = argv, .timeout_ms = HELPER_MS};
    vb_spawned said = {0};
    vb_str rest, line = {0};

    if (vb_spawn(&opts, &said, NULL) && said.status == 0) {
        rest = vb_str_copy(run->arena, vb_buf_view(&said.out));
        if (!vb_str_line(&rest, &line))
            line = (vb_str){0};
    }
    vb_spawned_release(&said);
    return vb_str_trim(line);
}

vb_str
vb_fact_shell(vb_runner *run)
{
    const char *const argv[] = {run->bash, "--version", NULL};

    return first_line(run, argv);
}

static const char *
real_path(vb_runner *run, const char *path)
{
    char full[PATH_MAX];

    return realpath(path, full) ? vb_str_dup(run->arena, vb_str_c(full)) : NULL;
}

/* Asking git costs a process: only where there is a repository. */
static bool
in_repository(vb_runner *run, vb_str dir)
{
    for (int up = 0; up < 64; up++) {
        vb_str parent = vb_path_dir(dir);

        if (vb_exists(vb_str_fmt(run->arena, "%.*s/.git", VB_ARG(dir)).ptr))
            return true;
        if (vb_str_eq(parent, dir) || dir.len == 0)
            return false;
        dir = parent;
    }
    return false;
}

void
vb_fact_git(vb_runner *run, vb_str *commit, bool *dirty)
{
    const vb_doc *doc = run->plan->doc;
    const char **argv =
        VB_NEW_N(run->arena, const char *, doc->sources.len + 16);
    const char *guide = real_path(run, doc->sources.at[0]->path);
    vb_spawn_opts opts = {.argv = argv, .timeout_ms = HELPER_MS};
    vb_spawned said = {0};
    vb_str rest, line;
    size_t n = 0;

    if (!guide || !in_repository(run, vb_path_dir(vb_str_c(guide))))
        return;
    opts.dir = vb_str_dup(run->arena, vb_path_dir(vb_str_c(guide)));
    argv[n++] = "git";
    argv[n++] = "status";
    argv[n++] = "--porcelain=v2";
    argv[n++] = "--branch";
    argv[n++] = "--untracked-files=all";
    argv[n++] = "--";
    for (size_t i = 0; i < doc->sources.len; i++) {
        const char *path = real_path(run, doc->sources.at[i]->path);

        if (path)
            argv[n++] = path;
    }
    if (vb_spawn(&opts, &said, NULL) && said.status == 0) {
        rest = vb_str_copy(run->arena, vb_buf_view(&said.out));
        while (vb_str_line(&rest, &line))
            if (vb_str_starts(line, "# branch.oid "))
                *commit = vb_str_trim(vb_str_from(line, 13));
            else if (!vb_str_starts(line, "#"))
                *dirty = true;
    }
    vb_spawned_release(&said);
}

/* -------------------------------------------------------------- versions -- */

/* How programs are asked for their version, without asking a server. */
static const struct {
    const char *program, *arguments;
} table[] = {
    {"gcloud", "version"},
    {"gsutil", "version"},
    {"bq", "version"},
    {"kubectl", "version --client"},
    {"helm", "version --short"},
    {"aws", "--version"},
    {"eksctl", "version"},
    {"az", "version --output tsv"},
    {"terraform", "version"},
    {"tofu", "version"},
    {"docker", "--version"},
    {"podman", "--version"},
    {"kustomize", "version"},
    {"istioctl", "version --remote=false"},
    {"flux", "--version"},
    {"argocd", "version --client --short"},
    {"cmctl", "version --client --short"},
    {"jq", "--version"},
    {"yq", "--version"},
    {"curl", "--version"},
    {"wget", "--version"},
    {"git", "--version"},
    {"openssl", "version"},
    {"make", "--version"},
    {"gcc", "--version"},
    {"go", "version"},
    {"cargo", "--version"},
    {"node", "--version"},
    {"npm", "--version"},
    {"python", "--version"},
    {"python3", "--version"},
    {"pip", "--version"},
    {"ruby", "--version"},
    {"perl", "-e 'print $^V'"},
    {"zsh", "--version"},
    {"ansible", "--version"},
    {"ansible-playbook", "--version"},
    {"psql", "--version"},
    {"sqlite3", "--version"},
    {"dig", "-v"},
};

static const char *
arguments_of(vb_str program)
{
    for (size_t i = 0; i < VB_COUNT(table); i++)
        if (vb_str_eqc(program, table[i].program))
            return table[i].arguments;
    return NULL;
}

bool
vb_fact_has_version(vb_str program)
{
    return arguments_of(program) != NULL;
}

/* Asked in the steps' own shell: its PATH may have changed, and the program
 * may have been installed by a step. The first line that is not empty. */
static bool
ask(vb_runner *run, vb_str program, const char *arguments, vb_ev_program *ev,
    vb_error *err)
{
    vb_str text = vb_str_fmt(
        run->arena,
        "{ \\builtin type -P %.*s && \\builtin command timeout 10 %.*s %s "
        "</dev/null 2>&1; } >&252 2>/dev/null || :\n",
        VB_ARG(program), VB_ARG(program), arguments);
    vb_buf answer;
    vb_str rest, line;
    bool ok;

    vb_buf_init(&answer, VB_BUF_NO_MAX);
    ok = vb_shell_quiet(run, text, &answer, err);
    rest = vb_str_copy(run->arena, vb_buf_view(&answer));
    vb_buf_release(&answer);
    if (ok && vb_str_line(&rest, &line))
        ev->path = vb_str_trim(line);
    while (ok && !ev->version.len && vb_str_line(&rest, &line))
        ev->version = vb_str_sub(vb_str_trim(line), 0, VERSION_MAX);
    return ok;
}

bool
vb_fact_programs(vb_runner *run, const vb_step *step, vb_error *err)
{
    for (size_t i = 0; !run->sim && i < step->programs.len; i++) {
        vb_ev_program ev = {.name = step->programs.at[i]};
        const char *arguments = arguments_of(ev.name);
        bool added;

        if (!arguments || vb_session_lost(run->session))
            continue;
        vb_map_add(&run->versions, ev.name, &added);
        if (!added)
            continue;
        if (!ask(run, ev.name, arguments, &ev, err) ||
            (ev.path.len && !vb_event_program(run->record, &ev, err)))
            return false;
    }
    return true;
}
