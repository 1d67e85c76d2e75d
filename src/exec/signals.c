#include "exec/runner.h"

#include "base/clock.h"
#include "base/io.h"

#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/banned.h"

static const int ours[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

bool
vb_signals_open(vb_runner *run, vb_error *err)
{
    sigset_t set;

    if (sigemptyset(&set) < 0)
        return vb_fail_errno(err, "cannot set signals");
    for (size_t i = 0; i < VB_COUNT(ours); i++)
        if (sigaddset(&set, ours[i]) < 0)
            return vb_fail_errno(err, "cannot set signals");
    if (sigprocmask(SIG_BLOCK, &set, &run->old_mask) < 0)
        return vb_fail_errno(err, "cannot set signals");
    run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return run->signals >= 0 || vb_fail_errno(err, "cannot watch for signals");
}

void
vb_signals_close(vb_runner *run)
{
    if (run->signals < 0)
        return;
    /* Signals that came meanwhile have been answered for. */
    vb_signals_read(run);
    if (!vb_close(&run->signals, "signals", NULL))
        run->signals = -1;
    if (sigprocmask(SIG_SETMASK, &run->old_mask, NULL) < 0)
        return;
}

/* SIGUSR1: where are we? */
static void
say_where(vb_runner *run)
{
    const vb_now *now = &run->now;
    vb_str text;

    if (!now->step)
        return;
    text =
        vb_str_fmt(run->arena, "%s:%u: step %.*s has been running for %s",
                   now->step->loc.file,
                   now->command_line ? now->command_line : now->step->loc.line,
                   VB_ARG(now->step->id),
                   vb_clock_span(vb_clock_mono_ns() - now->started).text);
    vb_show(run, VB_PROGRESS_NOTE, text);
}

void
vb_signals_read(vb_runner *run)
{
    struct signalfd_siginfo info;

    while (read(run->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGUSR1) {
            say_where(run);
            continue;
        }
        run->interrupts++;
        run->signal = (int)info.ssi_signo;
        if (run->signal != SIGINT || run->interrupts > 1)
            run->stop_run = true;
        if (run->now.step)
            vb_stop_begin(run, VB_STOP_INTERRUPT);
        else
            run->stop_run = true;
    }
}
