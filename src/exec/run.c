#include "exec/run.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "exec/child.h"
#include "exec/environment.h"
#include "exec/interact.h"
#include "exec/proc.h"
#include "exec/runner.h"
#include "exec/tap.h"

#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/banned.h"

enum { SIM_STATE_MAX = 64 * 1024 * 1024 };

/* ------------------------------------------------------ begin and finish -- */

static void
init(vb_runner *run, const vb_plan *plan, const vb_run_opts *opts,
     vb_arena *arena, vb_diags *diags)
{
    *run = (vb_runner){.plan = plan,
                       .opts = opts,
                       .arena = arena,
                       .diags = diags,
                       .signals = -1,
                       .dir = {.work_fd = -1},
                       .started = vb_clock_mono_ns(),
                       .start_ticks = vb_proc_now(),
                       .deadline = INT64_MAX};
    if (opts->run_timeout_ms)
        run->deadline = run->started + opts->run_timeout_ms * 1000000;
    vb_arena_init(&run->scratch);
    vb_state_init(&run->state);
    vb_buf_init(&run->last_arg, VB_BUF_NO_MAX);
    vb_buf_init(&run->now.line, VB_BUF_NO_MAX);
    vb_output_init(&run->now.output);
}

static void
release(vb_runner *run)
{
    vb_shell_close(run);
    vb_resume_release(run);
    vb_sim_close(run->sim);
    vb_tap_release(run);
    vb_record_abandon(run->record);
    vb_signals_close(run);
    vb_rundir_close(&run->dir);
    vb_state_release(&run->state);
    vb_buf_release(&run->last_arg);
    vb_buf_release(&run->now.line);
    vb_output_release(&run->now.output);
    vb_arena_release(&run->scratch);
}

/* The small program that stands in for the simulated ones: beside this one,
 * or where it is installed. */
char *
vb_shim_path(vb_arena *arena)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    vb_str path;

    if (n > 0) {
        vb_str dir = vb_path_dir(vb_str_n(self, (size_t)n));

        path = vb_str_fmt(arena, "%.*s/verbatim-shim", VB_ARG(dir));
        if (access(path.ptr, X_OK) == 0)
            return vb_str_dup(arena, path);
        path = vb_str_fmt(arena, "%.*s/../verbatim-shim", VB_ARG(dir));
        if (access(path.ptr, X_OK) == 0)
            return vb_str_dup(arena, path);
    }
    return vb_str_dup(arena,
                      VB_STR(VB_PREFIX "/libexec/verbatim/verbatim-shim"));
}

static bool
open_sim(vb_runner *run, vb_error *err)
{
    vb_sim_opts opts = {.dir = run->dir.sim,
                        .shim = vb_shim_path(run->arena),
                        .seed = vb_str_dup(run->arena, run->dir.id),
                        .work = run->dir.work,
                        .faults = run->opts->faults,
                        .nfaults = run->opts->nfaults};
    vb_str saved = vb_str_fmt(run->arena, "%s/sim", run->dir.state);

    if (!run->scenario)
        return true;
    if (!vb_mkdirs(run->dir.sim, 0700, err))
        return false;
    if (run->opts->resume && vb_exists(saved.ptr) &&
        !vb_read_file_arena(saved.ptr, SIM_STATE_MAX, run->arena, &opts.state,
                            err))
        return false;
    run->sim = vb_sim_open(run->scenario, &opts, err);
    return run->sim != NULL;
}

static void
set_environment(vb_runner *run)
{
    const vb_overlay *overlay = run->plan->overlay;
    vb_environment_opts opts = {.run = run->opts,
                                .fixed = overlay->environment.at,
                                .nfixed = overlay->environment.len,
                                .no_credentials = run->sim != NULL};

    if (run->sim)
        opts.path = vb_sim_path(run->sim);
    else
        opts.path = vb_tap_path(run);
    if (run->sim || run->opts->sandbox)
        opts.home = run->dir.home;
    run->env = vb_environment(&opts, run->arena);
}

/* The directory and the transcript, new or taken up again. */
static bool
open_record(vb_runner *run, vb_error *err)
{
    const vb_run_opts *opts = run->opts;

    if (opts->resume) {
        if (!vb_rundir_open(&run->dir, opts->resume, vb_resume_cwd(run),
                            run->arena, err))
            return false;
        run->record = vb_record_resume(run->dir.path, opts->sync, err);
    } else {
        if (!vb_rundir_create(&run->dir, opts->out, opts->workdir, run->arena,
                              err))
            return false;
        run->record = vb_record_create(run->dir.path, opts->sync, err);
    }
    if (run->record)
        vb_record_listen(run->record, vb_watch_heard, run);
    return run->record != NULL;
}

/* Everything up to the first step. */
static bool
begin(vb_runner *run, vb_error *err)
{
    const vb_run_opts *opts = run->opts;

    run->bash = vb_program_find(run->arena, "bash", NULL).ptr;
    if (!run->bash)
        return vb_fail(err, "bash is not installed");
    if (opts->nscenarios) {
        run->scenario = vb_scenario_load(run->arena, opts->scenarios,
                                         opts->nscenarios, run->diags, err);
        if (!run->scenario)
            return false;
    }
    if (!open_record(run, err) || !open_sim(run, err) ||
        !vb_tap_open(run, err) || !vb_isolate(run, err))
        return false;
    set_environment(run);
    /* Orphans of a guardian that a step has killed come to us. */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        return vb_fail_errno(err, "cannot become a reaper");
    return vb_signals_open(run, err);
}

/* ------------------------------------------------------------- the steps -- */

static bool
end_step(vb_runner *run, const vb_step_result *result,
         const vb_output_sum *sums, vb_error *err)
{
    vb_ev_step_end ev = {.step = run->now.step->id,
                         .verdict = result->verdict,
                         .ran = result->ran,
                         .status = result->status,
                         .duration_ns = result->duration_ns,
                         .simulated_ms = result->simulated_ms,
                         .attempts = result->attempts,
                         .explanation = result->explanation,
                         .checked = result->compare != NULL,
                         .failed_line = result->failed_line,
                         .sums = *sums};

    /* The next step's start takes it to the kernel; see record.h. */
    return vb_event_step_end(run->record, &ev, err);
}

static bool
record_interrupt(vb_runner *run, vb_error *err)
{
    vb_ev_interrupt ev = {.action =
                              run->stop_run ? VB_STR("run") : VB_STR("step")};

    if (run->now.stop != VB_STOP_INTERRUPT || !run->interrupts)
        return true;
    ev.step = run->now.step->id;
    ev.signal = run->signal == SIGTERM  ? VB_STR("SIGTERM")
                : run->signal == SIGHUP ? VB_STR("SIGHUP")
                                        : VB_STR("SIGINT");
    return vb_event_interrupt(run->record, &ev, err);
}

static void
count(vb_runner *run, const vb_step_result *result)
{
    const vb_output *output = &run->now.output;
    const vb_ready_step *ready = run->now.ready;
    bool printed = output->bytes[0] + output->bytes[1] > 0 ||
                   ready->prior[0].len + ready->prior[1].len > 0;
    bool unseen =
        run->now.step->kind == VB_KIND_COMMAND && result->ran && printed;

    run->result->counts[result->verdict]++;
    run->result->steps++;
    if (result->compare)
        run->result->checked++;
    else if (unseen || (ready->assumed &&
                        (ready->unchecked || run->now.step->expects.len)))
        run->unchecked++; /* nobody has seen what the guide promises */
}

/* What ran before the resume is as good, or as unverified, as it was then. */
static void
count_done(vb_runner *run, size_t index)
{
    const vb_step *step = &run->plan->steps.at[index];

    run->result->counts[run->result->results[index].verdict]++;
    run->result->steps++;
    if (step->kind == VB_KIND_COMMAND && run->steps[index].unchecked)
        run->unchecked++;
}

static bool
run_linked(vb_runner *run, size_t index, vb_step_result *result,
           vb_output_sum *sums, vb_error *err)
{
    return vb_carry_lacks(run, index, result) ||
           (vb_run_command(run, result, sums, err) &&
            vb_carry_take(run, result, err));
}

static bool
do_step(vb_runner *run, size_t index, vb_error *err)
{
    vb_step_result *result = &run->result->results[index];
    vb_output_sum sums = {.bytes = {0, 0}};
    int64_t simulated = run->simulated_ms;
    bool ok;

    vb_now_begin(run, index);
    if (!vb_fact_programs(run, run->now.step, err))
        return false;
    if (!vb_story_step(run, index, err))
        return false;
    vb_show(run, VB_PROGRESS_STEP_START, (vb_str){0});
    switch (run->now.step->kind) {
    case VB_KIND_FILE:
        if (run->steps[index].by_hand) {
            result->verdict = VB_VERDICT_UNVERIFIED;
            result->explanation = VB_STR("a person says it is done");
            ok = true;
            break;
        }
        ok =
            vb_carry_lacks(run, index, result) || vb_run_file(run, result, err);
        break;
    case VB_KIND_MANUAL:
        ok = vb_run_manual(run, result, err);
        break;
    default:
        if (run->steps[index].assumed || run->steps[index].by_hand) {
            result->verdict = VB_VERDICT_UNVERIFIED;
            result->explanation = run->steps[index].by_hand
                                      ? VB_STR("a person says it is done")
                                      : VB_STR("taken as done (--assume-done)");
            ok = true;
            break;
        }
        ok = run_linked(run, index, result, &sums, err);
        break;
    }
    if (!ok)
        return false;
    result->duration_ns = vb_clock_mono_ns() - run->now.started;
    result->simulated_ms = run->simulated_ms - simulated;
    count(run, result);
    ok = record_interrupt(run, err) && end_step(run, result, &sums, err);
    vb_now_end(run);
    return ok;
}

static bool
skip_step(vb_runner *run, size_t index, const char *why, vb_error *err)
{
    vb_step_result *result = &run->result->results[index];

    result->verdict = VB_VERDICT_SKIPPED;
    result->explanation = vb_str_c(why);
    return vb_story_skip(run, index, why, err);
}

/* Why the rest of the run does not happen, or NULL. */
static const char *
no_more(const vb_runner *run, vb_phase phase)
{
    if (run->quit)
        return "the person at the terminal stopped here";
    if (run->stop_run)
        return "the run was stopped";
    if (vb_clock_mono_ns() >= run->deadline)
        return "the time for the whole run is over";
    if (vb_record_full(run->record))
        return "the disk is full";
    if (phase != VB_PHASE_TEARDOWN)
        return run->stop_main ? "an earlier step failed" : NULL;
    return run->stop_teardown ||
                   (run->bad_main && run->opts->teardown != VB_TEARDOWN_ALWAYS)
               ? "an earlier step failed"
               : NULL;
}

/* Does the step, unless the person at the terminal wants something else. */
static bool
decided_step(vb_runner *run, size_t index, vb_error *err)
{
    vb_decision what;

    if (!vb_interact_before(run, index, &what, err))
        return false;
    if (what == VB_DECIDE_SKIP)
        return skip_step(run, index, "left out by the person at the terminal",
                         err);
    if (what == VB_DECIDE_QUIT) {
        run->quit = run->stop_run = true;
        return skip_step(run, index, no_more(run, VB_PHASE_MAIN), err);
    }
    run->steps[index].by_hand = what == VB_DECIDE_DONE;
    return do_step(run, index, err);
}

static bool
begin_teardown(vb_runner *run, vb_error *err)
{
    run->in_teardown = true;
    /* A port-forward of the main path must not outlive what it leads to. */
    return vb_background_end(run, err) &&
           vb_event_phase(run->record, VB_STR("teardown"),
                          run->bad_main ? VB_STR("after a failure")
                                        : VB_STR("the main path is done"),
                          err);
}

/* What a step's verdict means for those behind it. */
static void
take_verdict(vb_runner *run, vb_verdict verdict)
{
    bool stop = !(run->opts->keep_going && verdict == VB_VERDICT_DIFFERS);

    if (!vb_verdict_bad(verdict))
        return;
    run->bad = true;
    if (run->in_teardown) {
        run->stop_teardown = run->stop_teardown || stop;
    } else {
        run->bad_main = true;
        run->stop_main = run->stop_main || stop;
    }
}

static bool
walk(vb_runner *run, vb_error *err)
{
    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];
        const char *why = run->steps[i].why_not;

        if (run->steps[i].done) {
            count_done(run, i);
            continue;
        }
        if (!why)
            why = no_more(run, step->phase);
        if (why) {
            if (!skip_step(run, i, why, err))
                return false;
            continue;
        }
        if (step->phase == VB_PHASE_TEARDOWN && !run->in_teardown &&
            !begin_teardown(run, err))
            return false;
        if (!decided_step(run, i, err))
            return false;
        if (run->pass_over && vb_verdict_bad(run->result->results[i].verdict))
            run->passed_over = true;
        else
            take_verdict(run, run->result->results[i].verdict);
        run->pass_over = false;
    }
    return true;
}

/* ------------------------------------------------------------------- end -- */

/* What the steps have left running is listed, then ended. */
static bool
leftovers(vb_runner *run, vb_error *err)
{
    vb_arena arena = {0};
    vb_proc *list;
    size_t n = vb_proc_quick(getpid(), &arena, &list);
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++) {
        vb_ev_leftover ev = {.pid = list[i].pid, .fate = VB_STR("ended")};

        if (list[i].start < run->start_ticks || vb_is_ours(run, list[i].pid))
            continue;
        ev.command = vb_proc_cmdline(list[i].pid, &arena);
        if (vb_str_has(ev.command, "The loop that lives in the shell"))
            ev.command = VB_STR("(a subshell of the step)");
        for (size_t k = 0; k < run->kept.len; k++)
            if (run->kept.at[k].pid == list[i].pid &&
                run->kept.at[k].start == list[i].start)
                ev.step = run->plan->steps.at[run->kept.at[k].step].id;
        ok = vb_event_leftover(run->record, &ev, err);
    }
    vb_arena_release(&arena);
    return ok;
}

static vb_str
reason(const vb_runner *run)
{
    for (size_t i = 0; i < run->plan->steps.len; i++)
        if (run->steps[i].runs &&
            vb_verdict_bad(run->result->results[i].verdict))
            return vb_str_fmt(run->arena, "step %.*s: %.*s",
                              VB_ARG(run->plan->steps.at[i].id),
                              VB_ARG(run->result->results[i].explanation));
    if (run->quit)
        return VB_STR("the person at the terminal stopped it");
    if (run->result->manual_not_done)
        return vb_str_fmt(run->arena, "%zu step%s for a person not done",
                          run->result->manual_not_done,
                          run->result->manual_not_done == 1 ? "" : "s");
    if (run->unchecked)
        return vb_str_fmt(run->arena,
                          "nothing verified what %zu step%s printed",
                          run->unchecked, run->unchecked == 1 ? "" : "s");
    return VB_STR("everything the guide promises was seen");
}

static void
conclude(vb_runner *run)
{
    vb_run_result *result = run->result;

    result->interrupted = run->interrupts > 0 || run->quit ||
                          result->counts[VB_VERDICT_INTERRUPTED];
    if (result->interrupted)
        result->verdict = VB_STR("interrupted");
    else if (run->bad || run->passed_over || vb_record_full(run->record) ||
             run->refused || vb_clock_mono_ns() >= run->deadline)
        result->verdict = VB_STR("failed");
    else if (result->manual_not_done || run->unchecked)
        result->verdict = VB_STR("unverified");
    else
        result->verdict = VB_STR("passed");
    result->duration_ns = vb_clock_mono_ns() - run->started;
    result->simulated_ms = run->simulated_ms;
}

static bool
finish(vb_runner *run, vb_error *err)
{
    vb_record *record = run->record;
    vb_ev_end ev;
    bool ok;

    ok = leftovers(run, err) && vb_record_flush(record, err);
    vb_shell_close(run);
    conclude(run);
    ev = (vb_ev_end){.verdict = run->result->verdict,
                     .reason = run->refused ? VB_STR("nobody agreed to it")
                                            : reason(run),
                     .duration_ns = run->result->duration_ns,
                     .simulated_ms = run->result->simulated_ms,
                     .manual_not_done = run->result->manual_not_done,
                     .unchecked = run->unchecked};
    if (!ok)
        return false;
    run->record = NULL;
    return vb_event_end(record, &ev, err);
}

static bool
carry_out(vb_runner *run, vb_error *err)
{
    bool given = false;

    if (!begin(run, err))
        return false;
    if (run->opts->resume ? !vb_story_resume(run, err)
                          : !vb_story_begin(run, err))
        return false;
    if (!vb_shell_open(run, err) || !vb_where(run, err) ||
        !vb_consent(run, &given, err))
        return false;
    run->result->dir = vb_str_c(run->dir.path);
    vb_show(run, VB_PROGRESS_RUN_START, run->result->dir);
    if (!given) {
        run->refused = run->stop_run = true;
        vb_show(run, VB_PROGRESS_NOTE,
                run->hooks && run->hooks->ask
                    ? VB_STR("not agreed: nothing is run")
                    : VB_STR("some steps destroy something and nobody is "
                             "there to agree (--yes does): nothing is run"));
    }
    if (!walk(run, err) || !finish(run, err) || !vb_tap_finish(run, err))
        return false;
    vb_show(run, VB_PROGRESS_RUN_END, run->result->verdict);
    return true;
}

bool
/* NOLINTNEXTLINE(readability-function-size): one call is a whole run */
vb_run(const vb_plan *plan, const vb_run_opts *opts, const vb_hooks *hooks,
       vb_arena *arena, vb_run_result *result, vb_diags *diags, vb_error *err)
{
    vb_runner run;
    bool ok;

    init(&run, plan, opts, arena, diags);
    run.hooks = hooks;
    run.asks = opts->interactive && hooks && hooks->ask;
    run.result = result;
    *result = (vb_run_result){.verdict = {0}};
    result->results = VB_NEW_N(arena, vb_step_result, plan->steps.len);
    ok = (!opts->resume || vb_resume_read(&run, err)) && vb_prepare(&run) &&
         vb_check_syntax(&run, err) && carry_out(&run, err);
    release(&run);
    return ok;
}

/* --------------------------------------------------------------- dry run -- */

static void
preview_step(const vb_runner *run, size_t index, vb_buf *out)
{
    const vb_step *step = &run->plan->steps.at[index];
    const vb_ready_step *ready = &run->steps[index];
    vb_str rest = ready->text, line;

    vb_buf_fmt(out, "# %zu/%zu %.*s: %s", ready->number, run->selected,
               VB_ARG(step->id), vb_kind_name(step->kind));
    if (step->kind == VB_KIND_FILE)
        vb_buf_fmt(out, " %.*s", VB_ARG(step->name));
    vb_buf_fmt(out, " (%s:%u)%s\n", step->loc.file, step->loc.line,
               step->destructive ? ", destructive" : "");
    while (vb_str_line(&rest, &line)) {
        vb_buf_c(out, step->kind == VB_KIND_COMMAND ? "" : "  ");
        vb_buf_str(out, line);
        vb_buf_ch(out, '\n');
    }
    for (size_t i = 0; i < step->expects.len; i++)
        vb_buf_fmt(out, "# then the output is compared with %s:%u\n",
                   step->expects.at[i].loc.file, step->expects.at[i].loc.line);
    vb_buf_ch(out, '\n');
}

/* The values that commands, and files that take them from the shell, get. */
static void
preview_values(const vb_runner *run, vb_buf *out)
{
    for (size_t i = 0; i < run->given.len; i++) {
        const vb_given *given = &run->given.at[i];

        vb_buf_fmt(out, "# with %.*s=", VB_ARG(given->name));
        if (vb_given_secret(run, given))
            vb_buf_c(out, "[withheld]");
        else
            vb_text_mask_line(out, given->value);
        vb_buf_ch(out, '\n');
    }
    if (run->given.len)
        vb_buf_ch(out, '\n');
}

bool
vb_run_preview(const vb_plan *plan, const vb_run_opts *opts, vb_arena *arena,
               vb_diags *diags, vb_buf *out, vb_error *err)
{
    vb_runner run;
    bool ok;

    init(&run, plan, opts, arena, diags);
    ok = vb_prepare(&run) && vb_check_syntax(&run, err);
    if (ok)
        preview_values(&run, out);
    for (size_t i = 0; ok && i < plan->steps.len; i++)
        if (run.steps[i].runs)
            preview_step(&run, i, out);
    release(&run);
    return ok;
}
