/* Is it worth another attempt, and when? A step that changes nothing is
 * repeated while what it shows is on its way; others only when somebody has
 * said so. */
#include "exec/runner.h"

#include "base/clock.h"

#include "base/banned.h"

enum { MS = 1000000, WAIT_FIRST_MS = 1000, WAIT_MAX_MS = 15000 };

/* What programs print about a thing that is not there yet. */
static const char *const unfinished[] = {
    "pending",     "<pending>",         "containercreating", "podinitializing",
    "terminating", "notready",          "creating",          "updating",
    "deleting",    "provisioning",      "reconciling",       "staging",
    "starting",    "inprogress",        "in-progress",       "in_progress",
    "progressing", "waiting",           "initializing",      "<none>",
    "scheduling",  "pending-install",   "validating",        "repairing",
    "<unknown>",   "pendingvalidation", "propagating"};

/* "1/3": some of them. */
static bool
is_part(vb_str word)
{
    size_t slash = vb_str_chr(word, '/');
    uint64_t have, all;

    return slash != VB_NPOS && vb_str_u64(vb_str_sub(word, 0, slash), &have) &&
           vb_str_u64(vb_str_from(word, slash + 1), &all) && have < all;
}

static bool
is_unfinished(vb_str word)
{
    while (word.len && vb_str_chr(VB_STR(",;:.\"'()"), word.ptr[0]) != VB_NPOS)
        word = vb_str_from(word, 1);
    while (word.len &&
           vb_str_chr(VB_STR(",;:.\"'()"), word.ptr[word.len - 1]) != VB_NPOS)
        word.len--;
    for (size_t i = 0; i < VB_COUNT(unfinished); i++)
        if (vb_str_ieqc(word, unfinished[i]))
            return true;
    return vb_str_istarts(word, "init:") || is_part(word);
}

/* Does the line say that something is on its way, where the guide's does
 * not? */
static bool
on_its_way(const vb_compare_line *line)
{
    vb_str rest = line->actual_text, word;

    if (line->kind != VB_LINE_CHANGED && line->kind != VB_LINE_EXTRA)
        return false;
    if (vb_str_find(rest, VB_STR("No resources found")) != VB_NPOS)
        return true;
    while (vb_str_word(&rest, &word))
        if (is_unfinished(word) &&
            vb_str_find(line->expected_text, word) == VB_NPOS)
            return true;
    return false;
}

/* The guide need not say "wait until" where the output itself does. What the
 * shell says all by itself does not change. */
static bool
still_pending(const vb_step *step, const vb_step_result *result)
{
    if (step->mutating || !step->programs.len ||
        result->verdict != VB_VERDICT_DIFFERS)
        return false;
    for (size_t i = 0; result->compare && i < step->expects.len; i++) {
        const vb_compare *c = result->compare[i];

        for (size_t k = 0; !c->match && k < c->lines.len; k++)
            if (on_its_way(&c->lines.at[k]))
                return true;
    }
    return false;
}

static bool
is_eventual(const vb_step *step)
{
    if (step->mutating)
        return false;
    for (size_t i = 0; i < step->expects.len; i++)
        if (step->expects.at[i].when == VB_WHEN_EVENTUALLY)
            return true;
    return step->poll_ms > 0;
}

/* Milliseconds to wait before the next attempt, or -1: no more. */
int64_t
vb_again_wait(const vb_runner *run, const vb_step_result *result, uint32_t done)
{
    const vb_step *step = run->now.step;
    int64_t limit = step->poll_ms ? step->poll_ms : VB_POLL_LIMIT_MS;
    int64_t wait = WAIT_FIRST_MS;
    int64_t spent = (vb_clock_mono_ns() - run->now.started) / MS;

    if (result->verdict != VB_VERDICT_DIFFERS &&
        result->verdict != VB_VERDICT_FAILED)
        return -1;
    if (run->now.guarded || run->now.stop != VB_STOP_NONE || run->stop_run)
        return -1;
    if (!is_eventual(step) && !still_pending(step, result) &&
        done > step->retries)
        return -1;
    for (uint32_t i = 1; i < done && wait < WAIT_MAX_MS; i++)
        wait *= 2;
    if (wait > WAIT_MAX_MS)
        wait = WAIT_MAX_MS;
    /* In a rehearsal waiting is simulated, too. */
    if (run->sim) {
        spent += run->now.waited_ms;
        return spent + wait > limit ? -1 : wait;
    }
    return spent + wait > limit ? -1 : wait;
}

static int64_t
wait_timer(void *user, int64_t now)
{
    vb_runner *run = user;

    if (run->now.stop != VB_STOP_NONE || now >= run->quiet_until)
        return VB_TIMER_STOP;
    if (now - run->now.ticked > (int64_t)VB_TICK_MS * MS) {
        run->now.ticked = now;
        vb_show(run, VB_PROGRESS_TICK, (vb_str){0});
    }
    return now + (int64_t)VB_TICK_MS * MS;
}

static bool
sleep_between(vb_runner *run, int64_t ms, vb_error *err)
{
    vb_watch watch = vb_watch_step;
    vb_end end;

    if (run->sim) {
        run->now.waited_ms += ms;
        run->simulated_ms += ms;
        return true;
    }
    watch.user = run;
    watch.timer = wait_timer;
    run->quiet_until = vb_clock_mono_ns() + ms * MS;
    return vb_session_lost(run->session) ||
           vb_session_listen(run->session, &watch, &end, err);
}

bool
vb_again(vb_runner *run, const vb_step_result *result,
         const vb_output_sum *sums, int64_t wait, vb_error *err)
{
    vb_ev_attempt ev = {.step = run->now.step->id,
                        .attempt = run->now.attempt,
                        .status = result->status,
                        .wait_ms = wait,
                        .why = result->explanation,
                        .sums = *sums};

    ev.duration_ns = vb_clock_mono_ns() - run->now.started;
    if (!vb_event_attempt(run->record, &ev, err))
        return false;
    if (!wait)
        return true;
    vb_show(run, VB_PROGRESS_ATTEMPT,
            vb_str_fmt(&run->scratch, "attempt %u: %.*s; again in %s",
                       run->now.attempt, VB_ARG(result->explanation),
                       vb_clock_span(wait * MS).text));
    return sleep_between(run, wait, err);
}
