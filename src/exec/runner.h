/* What the parts of a run share; for files of exec/ only. */
#ifndef VB_EXEC_RUNNER_H
#define VB_EXEC_RUNNER_H

#include "base/map.h"
#include "exec/capture.h"
#include "exec/run.h"
#include "exec/rundir.h"
#include "exec/session.h"
#include "exec/state.h"
#include "plan/overlay.h"
#include "plan/shell.h"
#include "record/events.h"
#include "rehearse/sim.h"

#include <signal.h>
#include <stdbool.h>

enum {
    VB_STEP_LIMIT_MS = 30 * 60 * 1000, /* when nobody says otherwise */
    VB_POLL_LIMIT_MS = 10 * 60 * 1000,
    VB_SILENT_MS = 60 * 1000,
    VB_TICK_MS = 100,
    VB_TTY_ROWS = 24,
};

/* A step made ready before the first one runs. */
typedef struct vb_ready_step {
    bool runs;              /* this run wants to do it */
    bool done;              /* an earlier part of this run did it (resume) */
    const char *why_not;    /* else: why; static */
    size_t number;          /* 1-based, among those that run */
    vb_str text;            /* what runs or is written */
    vb_shell *shell;        /* COMMAND: what the text says; else NULL */
    VB_VEC(vb_str) guarded; /* must not be empty when a command reads it */
    size_t nplan_guarded;   /* of these the plan's; the rest it sets itself */
    VB_VEC(vb_str) depths;  /* of these: read in a subshell or function */
    bool bare;              /* needs no trap */
    bool changes;           /* may change the shell */
    bool traps;             /* speaks of traps or options like -x */
    size_t from;            /* resume: continue at this simple command */
    vb_str prior[2];        /* resume: what the part before it had printed */
    bool assumed;           /* resume: taken as done */
    bool unchecked; /* it printed before the resume; nothing verified it */
    bool by_hand;   /* a person has done it */
} vb_ready_step;

/* Why a step is being stopped. */
typedef enum vb_stop {
    VB_STOP_NONE,
    VB_STOP_TIMEOUT,
    VB_STOP_RUN_TIMEOUT,
    VB_STOP_INTERRUPT,
    VB_STOP_SCOPE, /* a background step at the end of its scope */
} vb_stop;

/* A process that a step left behind on purpose or not. */
typedef struct vb_kept {
    pid_t pid;
    uint64_t start;
    size_t step; /* whose it is */
} vb_kept;

/* The step that runs now. */
typedef struct vb_now {
    size_t index;
    const vb_step *step;
    vb_ready_step *ready;
    uint32_t attempt;
    int64_t started, deadline; /* monotonic nanoseconds */
    uint64_t start_ticks;      /* as /proc counts */
    int64_t heard, said_silent, ticked, flushed;
    bool unflushed;
    vb_output output;
    /* Stopping it. */
    vb_stop stop;
    int64_t stop_at, stop_next;
    int stop_phase;
    /* Its commands, where bash shows them. */
    uint32_t head; /* lines of the text before the body */
    uint32_t tail; /* its first line behind the body */
    size_t simple; /* index of the running command; VB_NPOS before any */
    uint32_t ncommands;
    bool command_open; /* command-start is written, command is not */
    uint32_t command_line;
    vb_str command_text;
    int64_t command_started;
    bool failed, guarded, ended, full;
    int failed_status, ended_status;
    uint32_t failed_line;
    vb_str guard_name;
    bool up, died;     /* a step in the background: is ready; is gone */
    int64_t waited_ms; /* between attempts, in a rehearsal */
    bool broken;       /* the record failed within a callback */
    vb_error broken_error;
    size_t shown; /* bytes of output given to the hooks */
    int64_t shown_at;
    vb_buf line; /* output not yet shown: an open line */
} vb_now;

/* Where the value of a plan's link stands. */
typedef enum vb_carry_state {
    VB_CARRY_OPEN,  /* the guide's sample until the output is there */
    VB_CARRY_LATER, /* there is no value until the output is there */
    VB_CARRY_GIVEN, /* the user's, which counts behind the output */
    VB_CARRY_USED,  /* the user's, and the output was there */
    VB_CARRY_TAKEN, /* the output's */
    VB_CARRY_KEPT,  /* the guide's: the output does not come */
} vb_carry_state;

typedef struct vb_past vb_past; /* what a transcript says; resume.c */

typedef struct vb_runner {
    const vb_plan *plan;
    const vb_run_opts *opts;
    const vb_hooks *hooks;
    vb_arena *arena;  /* results */
    vb_arena scratch; /* one step */
    vb_diags *diags;
    vb_run_result *result;
    VB_VEC(vb_given) given;
    vb_subst *substs;
    size_t nsubsts;
    vb_ready_step *steps; /* [plan->steps.len] */
    uint8_t *links;       /* [plan->links.len] vb_carry_state */
    size_t selected;
    VB_VEC(size_t) files;  /* FILE steps that were written */
    vb_map functions;      /* names that steps define */
    vb_map function_reads; /* variables; num 1: they set it themselves */
    vb_map doubtful;       /* what steps set; guard.c says how surely */
    vb_map versions;       /* programs that were asked for theirs */
    bool keeps_last;       /* some step reads $_ or $? of the one before */
    vb_past *past_run;     /* --resume; else NULL */
    vb_rundir dir;
    vb_record *record;
    vb_scenario *scenario;
    vb_sim *sim;
    struct vb_recorder *recorder; /* --record */
    vb_sim *tap;                  /* where its shims are served; or NULL */
    vb_session *session;
    VB_VEC(vb_session *) past; /* lost ones; their children live on */
    const char *const *prefix; /* words of the isolation before bash */
    bool isolated;
    const char *bash; /* its full path */
    char **env;
    vb_state state;
    vb_buf last_arg;
    int last_status;
    VB_VEC(vb_kept) kept;
    int signals; /* signalfd; -1 */
    sigset_t old_mask;
    unsigned interrupts;
    int signal;    /* the last one */
    bool stop_run; /* after this step nothing more starts */
    int64_t started, deadline;
    uint64_t start_ticks;    /* as /proc counts */
    int64_t simulated_ms;    /* of the sim, as far as drained */
    VB_VEC(vb_given) places; /* where.c */
    size_t ndocuments;       /* copied */
    size_t unchecked;        /* steps that printed what nothing verified */
    bool bad;                /* a step went wrong: the run fails */
    bool bad_main; /* one of the main path: no teardown but 'always' */
    bool stop_main, stop_teardown; /* nothing more of it starts */
    bool in_teardown, refused;
    bool asks;           /* --interactive, and a person is there */
    bool quit;           /* the person has had enough */
    bool pass_over;      /* go on although this step went wrong */
    bool passed_over;    /* that has happened */
    int64_t quiet_until; /* for our own texts */
    vb_now now;
} vb_runner;

/* prepare.c: selection, values, texts, syntax. False with diagnostics. */
bool vb_prepare(vb_runner *run);
/* Makes the text of a step ready again, for values that are new. */
void vb_prepare_step(vb_runner *run, size_t index);

/* carry.c: what later steps take from outputs. */
void vb_carry_begin(vb_runner *run);
/* What expected outputs must follow now. */
void vb_carry_substs(vb_runner *run);
bool vb_carry_pending(const vb_runner *run, vb_str name);
/* After it is known which steps an earlier part of the run has done. */
void vb_carry_resume(vb_runner *run);
VB_MUST_USE bool vb_carry_take(vb_runner *run, const vb_step_result *result,
                               vb_error *err);
/* Fails the step when the output that was to give it a value did not. */
bool vb_carry_lacks(vb_runner *run, size_t index, vb_step_result *result);

/* check.c: 'bash -n' over all texts at once. */
bool vb_check_syntax(vb_runner *run, vb_error *err);
/* Can bash read a text? What it says goes to 'said'. */
bool vb_check_text(vb_str text, vb_buf *said, vb_error *err);
/* Does it end within a quote, a here-document or a compound command? */
bool vb_check_unfinished(vb_str text);
/* Another text for a step, from a person or from the run that is resumed. */
void vb_ready_text(vb_runner *run, size_t index, vb_str text);
/* The source line of a line (0-based) of a step's body. */
uint32_t vb_source_line_of(const vb_step *step, uint32_t line);

/* shell.c: the session of a run. */
VB_MUST_USE bool vb_shell_open(vb_runner *run, vb_error *err);
/* Takes and keeps a snapshot; 'keep' when the shell has written one. */
VB_MUST_USE bool vb_shell_after(vb_runner *run, vb_error *err);
VB_MUST_USE bool vb_shell_keep(vb_runner *run, vb_error *err);
VB_MUST_USE bool vb_shell_gone(vb_runner *run, int status, vb_error *err);
void vb_shell_close(vb_runner *run);
/* A process of ours: a guardian, a shell, what isolates it. */
bool vb_is_ours(const vb_runner *run, pid_t pid);
/* Runs a text of ours; its output goes to 'out', which may be NULL. */
VB_MUST_USE bool vb_shell_quiet(vb_runner *run, vb_str text, vb_buf *out,
                                vb_error *err);

/* guard.c: variables that must not be empty. Which they are (after the steps
 * before this one); asks the shell before a step; says whether this command
 * would read one that is empty, and notes it in 'now'. */
void vb_guard_collect(vb_runner *run, const vb_step *step,
                      vb_ready_step *ready);
VB_MUST_USE bool vb_guard_start(vb_runner *run, vb_error *err);
bool vb_guard_stops(vb_runner *run, const vb_seen *seen);

/* watch.c: what happens while a text runs. */
extern const vb_watch vb_watch_step;
/* For vb_record_listen: shows what the record has let through; 'user' is the
 * runner. */
void vb_watch_heard(void *user, vb_stream stream, vb_str bytes);
void vb_now_begin(vb_runner *run, size_t index);
void vb_now_end(vb_runner *run);
VB_MUST_USE bool vb_now_attempt(vb_runner *run, uint32_t attempt,
                                vb_error *err);
/* Writes the event of the running command, with a status if it is known. */
VB_MUST_USE bool vb_now_command_end(vb_runner *run, bool known, int status,
                                    vb_error *err);
VB_MUST_USE bool vb_sim_record(vb_runner *run, vb_error *err);
void vb_show(vb_runner *run, vb_progress_kind kind, vb_str text);

/* stop.c: ending what a step started, and nothing else. */
void vb_stop_begin(vb_runner *run, vb_stop why);
int64_t vb_stop_timer(vb_runner *run, int64_t now);
/* Remembers the processes that live now as this step's. */
void vb_keep_children(vb_runner *run, size_t step);

bool vb_verdict_bad(vb_verdict verdict);

/* command.c, judge.c: one step. */
VB_MUST_USE bool vb_run_command(vb_runner *run, vb_step_result *result,
                                vb_output_sum *sums, vb_error *err);
VB_MUST_USE bool vb_run_file(vb_runner *run, vb_step_result *result,
                             vb_error *err);
VB_MUST_USE bool vb_run_manual(vb_runner *run, vb_step_result *result,
                               vb_error *err);
VB_MUST_USE bool vb_judge(vb_runner *run, vb_step_result *result,
                          vb_error *err);

/* again.c: milliseconds until the next attempt, after 'done' of them, or -1:
 * no more; records that it is made, and waits. */
int64_t vb_again_wait(const vb_runner *run, const vb_step_result *result,
                      uint32_t done);
VB_MUST_USE bool vb_again(vb_runner *run, const vb_step_result *result,
                          const vb_output_sum *sums, int64_t wait,
                          vb_error *err);

/* background.c: must the text be put in the background; wait until it is
 * ready. */
bool vb_background_wrap(const vb_runner *run);
VB_MUST_USE bool vb_background_wait(vb_runner *run, vb_step_result *result,
                                    vb_error *err);

/* The phase is over: ends what background steps have started. */
VB_MUST_USE bool vb_background_end(vb_runner *run, vb_error *err);

/* consent.c: true in *given when the run may go on. */
VB_MUST_USE bool vb_consent(vb_runner *run, bool *given, vb_error *err);

/* where.c: asks the programs, records, and holds --require against it. */
VB_MUST_USE bool vb_where(vb_runner *run, vb_error *err);

/* resume.c, in the order of the calls: before anything; when the user's
 * values are known; when the record is open; before the shell begins. */
VB_MUST_USE bool vb_resume_read(vb_runner *run, vb_error *err);
void vb_resume_values(vb_runner *run);
bool vb_resume_steps(vb_runner *run);
VB_MUST_USE bool vb_resume_state(vb_runner *run, vb_error *err);
VB_MUST_USE bool vb_story_resume(vb_runner *run, vb_error *err);
void vb_resume_release(vb_runner *run);
/* Where the steps of that run start. */
const char *vb_resume_cwd(const vb_runner *run);
/* Tells the record what it must keep out. */
void vb_learn_secrets(vb_runner *run);
/* Whether the value of an input is one: as declared, or as it looks. */
bool vb_given_secret(const vb_runner *run, const vb_given *given);

/* signals.c */
VB_MUST_USE bool vb_signals_open(vb_runner *run, vb_error *err);
void vb_signals_close(vb_runner *run);
void vb_signals_read(vb_runner *run);

/* run.c: the small program that stands in for others. */
char *vb_shim_path(vb_arena *arena);
vb_str vb_user_name(vb_arena *arena);
bool vb_simulates(const vb_runner *run, vb_str program);

/* story.c: the events before the first step, and those of a step. */
VB_MUST_USE bool vb_story_begin(vb_runner *run, vb_error *err);
VB_MUST_USE bool vb_story_step(vb_runner *run, size_t index, vb_error *err);
VB_MUST_USE bool vb_story_skip(vb_runner *run, size_t index, const char *why,
                               vb_error *err);

/* facts.c: what bash says it is; the commit of the guide's repository, and
 * whether the guide differs from it; the programs of a step that say their
 * version, each before its first use. */
vb_str vb_fact_shell(vb_runner *run);
void vb_fact_git(vb_runner *run, vb_str *commit, bool *dirty);
bool vb_fact_has_version(vb_str program);
VB_MUST_USE bool vb_fact_programs(vb_runner *run, const vb_step *step,
                                  vb_error *err);

/* isolate.c */
VB_MUST_USE bool vb_isolate(vb_runner *run, vb_error *err);

#endif
