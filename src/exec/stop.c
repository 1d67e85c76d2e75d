/* Ending what a step started: its processes, then the text it runs in, then,
 * last of all, the shell. Neither the shell's earlier children nor the shell
 * itself are hurt while anything milder may still work. */
#include "exec/runner.h"

#include "base/clock.h"
#include "exec/proc.h"

#include "base/banned.h"

/* Nanoseconds: between TERM and KILL, and until the shell is killed. */
#define GRACE_NS INT64_C(2000000000)
#define LAST_NS INT64_C(4000000000)
#define AGAIN_NS INT64_C(50000000)

void
vb_stop_begin(vb_runner *run, vb_stop why)
{
    if (run->now.stop != VB_STOP_NONE)
        return;
    run->now.stop = why;
    run->now.stop_at = run->now.stop_next = vb_clock_mono_ns();
}

static const vb_kept *
kept_as(const vb_runner *run, const vb_proc *proc)
{
    for (size_t i = 0; i < run->kept.len; i++)
        if (run->kept.at[i].pid == proc->pid &&
            run->kept.at[i].start == proc->start)
            return &run->kept.at[i];
    return NULL;
}

/* It belongs to an earlier step. */
static bool
is_kept(const vb_runner *run, const vb_proc *proc)
{
    const vb_kept *kept = kept_as(run, proc);

    return kept && kept->step != run->now.index;
}

static const vb_proc *
find(const vb_proc *list, size_t n, pid_t pid)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].pid == pid)
            return &list[i];
    return NULL;
}

/* Everything between it and the shell (or the guardian, for orphans) began
 * with this step. */
static bool
of_this_step(const vb_runner *run, const vb_proc *list, size_t n,
             const vb_proc *proc)
{
    pid_t shell = vb_session_shell(run->session);

    for (size_t hops = 0; proc && hops <= n; hops++) {
        if (proc->pid == shell)
            return hops > 0;
        if (proc->start < run->now.start_ticks || is_kept(run, proc))
            return false;
        proc = find(list, n, proc->ppid);
    }
    return true;
}

static void
signal_step(vb_runner *run, int sig)
{
    vb_arena arena = {0};
    vb_proc *list;
    size_t n = vb_proc_below(vb_session_guardian(run->session), &arena, &list);
    pid_t shell = vb_session_shell(run->session);

    for (size_t i = 0; i < n; i++)
        if (list[i].pid != shell && of_this_step(run, list, n, &list[i]) &&
            !vb_proc_signal(&list[i], sig))
            continue; /* it ended by itself */
    vb_arena_release(&arena);
}

static void
kill_shell(vb_runner *run)
{
    vb_proc shell;

    if (vb_proc_read(vb_session_shell(run->session), &shell) &&
        !vb_proc_signal(&shell, SIGKILL))
        return; /* it ended by itself */
}

int64_t
vb_stop_timer(vb_runner *run, int64_t now)
{
    vb_now *n = &run->now;
    int64_t since = now - n->stop_at;
    bool hurry = run->interrupts > 1;

    if (n->stop == VB_STOP_NONE)
        return VB_TIMER_NEVER;
    if (now < n->stop_next)
        return n->stop_next;
    n->stop_next = now + AGAIN_NS;
    if (n->stop_phase == 0) {
        if (n->stop == VB_STOP_INTERRUPT)
            signal_step(run, SIGINT);
        signal_step(run, SIGTERM);
        n->stop_phase = 1;
    } else if (hurry || since > GRACE_NS) {
        signal_step(run, SIGKILL);
        n->stop_phase = 2;
    }
    if (n->stop_phase == 2 && since > LAST_NS)
        kill_shell(run);
    vb_session_interrupt(run->session);
    return n->stop_next;
}

void
vb_keep_children(vb_runner *run, size_t step)
{
    vb_arena arena = {0};
    vb_proc *list;
    pid_t shell = vb_session_shell(run->session);
    size_t n = vb_proc_quick(vb_session_guardian(run->session), &arena, &list);

    for (size_t i = 0; i < n; i++)
        if (list[i].pid != shell && !kept_as(run, &list[i]) &&
            of_this_step(run, list, n, &list[i]))
            vb_vec_push(run->arena, &run->kept,
                        (vb_kept){list[i].pid, list[i].start, step});
    vb_arena_release(&arena);
}
