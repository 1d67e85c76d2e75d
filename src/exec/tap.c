#include "exec/tap.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/spawn.h"
#include "plan/overlay.h"
#include "rehearse/recorder.h"
#include "verify/classes.h"

#include <stdlib.h>

#include "base/banned.h"

/* -------------------------------------------------- what it asks the run -- */

static void
redact(void *user, vb_str text, vb_buf *out)
{
    vb_runner *run = user;

    vb_record_redact(run->record, text, out);
}

/* What no two runs share; ids, which the programs themselves hand out, come
 * back from the recording. */
static bool
is_fleeting(vb_class cls)
{
    return cls == VB_CLASS_TIMESTAMP || cls == VB_CLASS_DATE ||
           cls == VB_CLASS_TIME || cls == VB_CLASS_EPOCH ||
           cls == VB_CLASS_TEMP;
}

/* The finders take one line. */
static size_t
token(void *user, vb_str text, size_t at, bool fleeting, const char **kind)
{
    vb_str rest = vb_str_from(text, at);
    size_t end = vb_str_chr(rest, '\n');
    size_t begin = at ? vb_str_rchr(vb_str_sub(text, 0, at), '\n') : VB_NPOS;
    vb_class cls = VB_CLASS_NONE;
    size_t n;

    (void)user;
    begin = begin == VB_NPOS ? 0 : begin + 1;
    if (end == VB_NPOS)
        end = rest.len;
    n = vb_class_find(vb_str_sub(text, begin, at - begin + end), at - begin,
                      &cls);
    if (!n || (fleeting && !is_fleeting(cls)))
        return 0;
    *kind = vb_class_name(cls);
    return n;
}

static vb_str
step(void *user)
{
    const vb_runner *run = user;

    return run->now.step ? run->now.step->id : VB_STR("");
}

/* ------------------------------------------------------------- beginning -- */

static bool
is_listed(const vb_recorded_program *list, size_t n, vb_str name)
{
    for (size_t i = 0; i < n; i++)
        if (vb_str_eq(list[i].name, name))
            return true;
    return false;
}

static void
ask_overlay(const vb_overlay *overlay, vb_recorded_program *program)
{
    for (size_t i = 0; i < overlay->record.len; i++) {
        const vb_overlay_record *said = &overlay->record.at[i];

        if (!vb_str_eq(said->program, program->name))
            continue;
        program->env = said->env;
        program->nenv = said->nenv;
        program->paths = said->paths;
        program->npaths = said->npaths;
    }
}

/* The programs of the steps that run, as far as they are there and are no
 * file tools. */
static size_t
collect(vb_runner *run, vb_recorded_program **out)
{
    VB_VEC(vb_recorded_program) list = {0};

    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *s = &run->plan->steps.at[i];

        for (size_t k = 0; run->steps[i].runs && k < s->programs.len; k++) {
            vb_str name = s->programs.at[k], real;
            vb_recorded_program program;

            if (vb_str_chr(name, '/') != VB_NPOS || vb_recorded_tool(name) ||
                is_listed(list.at, list.len, name))
                continue;
            real =
                vb_program_find(run->arena, vb_str_dup(run->arena, name), NULL);
            if (!real.len)
                continue;
            program = vb_recorded_program_known(run->arena, name);
            program.real = real;
            ask_overlay(run->plan->overlay, &program);
            vb_vec_push(run->arena, &list, program);
        }
    }
    *out = list.at;
    return list.len;
}

static vb_str
about(vb_runner *run)
{
    vb_stamp now = vb_clock_stamp(vb_clock_utc_ms());
    vb_str doc = vb_path_base(vb_str_c(run->plan->doc->sources.at[0]->path));

    return vb_str_fmt(
        run->arena,
        "Recorded by verbatim " VB_VERSION " at %s from %.*s%s%.*s%s", now.text,
        VB_ARG(doc), run->plan->provider.len ? " (" : "",
        VB_ARG(run->plan->provider), run->plan->provider.len ? ")" : "");
}

bool
vb_tap_open(vb_runner *run, vb_error *err)
{
    vb_recorder_opts opts = {.path = run->opts->record_path,
                             .user = run,
                             .redact = redact,
                             .token = token,
                             .step = step};
    vb_sim_opts sim = {.dir = run->dir.sim, .work = run->dir.work};
    vb_recorded_program *programs;

    if (!run->opts->record_path)
        return true;
    opts.nprograms = collect(run, &programs);
    opts.programs = programs;
    opts.about = about(run);
    opts.work = vb_str_c(run->dir.work);
    opts.home =
        run->opts->sandbox ? vb_str_c(run->dir.home) : vb_str_c(getenv("HOME"));
    opts.env = environ;
    run->recorder = vb_recorder_open(&opts, err);
    if (!run->recorder || !vb_mkdirs(run->dir.sim, 0700, err))
        return false;
    sim.recorder = run->recorder;
    sim.shim = vb_shim_path(run->arena);
    run->tap = vb_sim_open(NULL, &sim, err);
    return run->tap != NULL;
}

const char *
vb_tap_path(const vb_runner *run)
{
    const char *path = getenv("PATH");

    if (!run->tap)
        return NULL;
    return vb_str_dup(run->arena,
                      vb_str_fmt(run->arena, "%s:%s", vb_sim_path(run->tap),
                                 path ? path : "/usr/local/bin:/usr/bin:/bin"));
}

bool
vb_tap_finish(vb_runner *run, vb_error *err)
{
    vb_recorder *recorder = run->recorder;
    size_t n;

    if (!recorder)
        return true;
    n = vb_recorder_count(recorder);
    run->recorder = NULL;
    vb_sim_close(run->tap);
    run->tap = NULL;
    if (!vb_recorder_close(recorder, err))
        return false;
    vb_show(run, VB_PROGRESS_NOTE,
            vb_str_fmt(run->arena, "%zu command%s recorded in %s", n,
                       n == 1 ? "" : "s", run->opts->record_path));
    return true;
}

void
vb_tap_release(vb_runner *run)
{
    vb_sim_close(run->tap);
    run->tap = NULL;
    if (!vb_recorder_close(run->recorder, NULL))
        vb_show(run, VB_PROGRESS_NOTE,
                VB_STR("the recording could not be closed"));
    run->recorder = NULL;
}
