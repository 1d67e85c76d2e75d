/*
 * Running a plan: one live shell, steps in the reader's order, outputs
 * compared and everything recorded before the next step begins.
 */
#ifndef VB_EXEC_RUN_H
#define VB_EXEC_RUN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "plan/plan.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vb_teardown {
    VB_TEARDOWN_NO,
    VB_TEARDOWN_YES,    /* after a main path that passed */
    VB_TEARDOWN_ALWAYS, /* also after a failure */
    VB_TEARDOWN_ONLY,   /* with a resume */
} vb_teardown;

typedef enum vb_manual {
    VB_MANUAL_AUTO, /* ask on a terminal, else record as not done */
    VB_MANUAL_ASK,
    VB_MANUAL_SKIP,
    VB_MANUAL_FAIL,
} vb_manual;

typedef struct vb_value {
    vb_str name, value;
    const char *from; /* "--set", "--env", "overlay"; static */
} vb_value;

typedef struct vb_run_opts {
    const char *out;     /* run directory; NULL: .verbatim/runs/<stamp>-<id> */
    const char *resume;  /* a run directory, or NULL */
    const char *workdir; /* NULL: RUN/work; else the directory steps start in */
    const vb_value *values;
    size_t nvalues;
    const vb_str *env; /* names passed on besides the allow-list */
    size_t nenv;
    vb_teardown teardown;
    vb_manual manual;
    bool without_chunks, strict, interactive, yes, sandbox, sandbox_net;
    bool keep_going;  /* past a step that did its work and printed something
                         else; past no other failure */
    bool unisolated;  /* rehearse even where isolation is forbidden */
    bool tty;         /* a terminal for the steps ... */
    unsigned columns; /* ... of this width; 0: 80 */
    int rerun, assume_done; /* resume: what to do with an unknown outcome */
    const char *stdin_path; /* NULL: /dev/null */
    const char *const *scenarios; /* --rehearse; nscenarios 0: for real */
    size_t nscenarios;
    const vb_str *faults;
    size_t nfaults;
    const char *record_path; /* --record FILE.yaml, or NULL */
    vb_sync sync;
    int64_t step_timeout_ms, run_timeout_ms; /* 0: defaults */
    const vb_str *only, *skip;
    size_t nonly, nskip;
    vb_str from, until;
    const vb_str *require; /* account=..., project=..., context=... */
    size_t nrequire;
    const vb_manner *manner; /* --expect: overrides all, or NULL */
} vb_run_opts;

typedef enum vb_progress_kind {
    VB_PROGRESS_RUN_START,
    VB_PROGRESS_STEP_START,
    VB_PROGRESS_OUTPUT, /* redacted bytes of the running step */
    VB_PROGRESS_ATTEMPT,
    VB_PROGRESS_SILENT, /* nothing printed for long */
    VB_PROGRESS_TICK,   /* now and then while a step runs */
    VB_PROGRESS_STEP_END,
    VB_PROGRESS_NOTE, /* a sentence for the user in 'text' */
    VB_PROGRESS_RUN_END,
} vb_progress_kind;

typedef struct vb_step_result {
    vb_verdict verdict;
    bool ran;
    int status; /* of the step's last command; 128+n for signals */
    int64_t duration_ns, simulated_ms;
    uint32_t attempts;
    vb_str explanation;               /* one sentence */
    const vb_compare *const *compare; /* one an expectation, or NULL */
    uint32_t failed_line; /* source line of the failing command, or 0 */
} vb_step_result;

typedef struct vb_progress {
    vb_progress_kind kind;
    size_t index, count; /* of the step among those that run; from 0 */
    const vb_step *step;
    const vb_step_result *result; /* STEP_END */
    vb_stream stream;             /* OUTPUT */
    vb_str text;
    int64_t elapsed_ns;
} vb_progress;

/* The questions a run may have; cli/ asks them. */
typedef struct vb_hooks {
    void *user;
    void (*progress)(void *user, const vb_progress *progress);
    /* All output is wanted; else the last lines, now and then. */
    bool all_output;
    /* Shows 'text', which ends with a question, and waits for a line. False
     * when the input has ended or 'wake' (a descriptor) is readable. A NULL
     * hook means that there is no terminal. */
    bool (*ask)(void *user, vb_str text, int wake, vb_arena *arena,
                vb_str *answer);
    /* Shows bytes that a command typed by the person printed. */
    void (*say)(void *user, vb_str bytes);
} vb_hooks;

typedef struct vb_run_result {
    vb_str dir;     /* of the run */
    vb_str verdict; /* "passed", "unverified", "failed", "interrupted" */
    size_t counts[VB_VERDICT_INTERRUPTED + 1];
    size_t manual_not_done, checked, steps;
    int64_t duration_ns, simulated_ms;
    vb_step_result *results; /* [plan->steps.len] */
    bool interrupted;
} vb_run_result;

/* What --dry-run shows: renders each step as it would run, starts nothing
 * but 'bash -n'. */
VB_MUST_USE bool vb_run_preview(const vb_plan *plan, const vb_run_opts *opts,
                                vb_arena *arena, vb_diags *diags, vb_buf *out,
                                vb_error *err);

/*
 * Runs the plan. False when it could not be run or recorded (err; exit code
 * 3 when 'diags' has errors about the document or its inputs, else 4); true
 * with a result otherwise, failures of steps included.
 */
VB_MUST_USE bool vb_run(const vb_plan *plan, const vb_run_opts *opts,
                        const vb_hooks *hooks, vb_arena *arena,
                        vb_run_result *result, vb_diags *diags, vb_error *err);

#endif
