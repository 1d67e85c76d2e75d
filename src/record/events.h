/*
 * The events of a transcript, format "verbatim.transcript/1", and one typed
 * writer for each, so that nobody spells a member by hand. Described for
 * auditors in runbooks/transcript.md and
 * fixtures/schema/transcript.schema.json.
 *
 * Every line is one JSON object with these members first, in this order,
 * written by the record:
 *
 *   seq   1, 2, 3, ... without gaps
 *   prev  SHA-256 of the line before, without its line feed; 64 zeros first
 *   type  one of the types below
 *   time  UTC, 2022-08-11T22:10:23.123Z
 *   mono  nanoseconds since the run began, from the monotonic clock; it goes on
 *         across a resume and never decreases
 *
 * and this one last: self, the SHA-256 of the line with the trailing
 * ,"self":"..."} replaced by }.
 *
 * Empty strings, zero counts marked (opt) and false flags are left out. An
 * unknown type or member is to be ignored by readers. Strings are clipped to
 * VB_TEXT_MAX bytes; a clipped 'x' is followed by "x_bytes", its true length.
 *
 * The order of a run: run-start, document..., plan, blocks..., input...,
 * program..., place, consent, then for each step step-start, {command-start,
 * command, out, attempt, sim-call, file, manual, compare}..., step-end; note,
 * decision, session, interrupt, resume, phase and lost anywhere; leftover...;
 * end.
 * A step that never starts has one 'skip' event instead.
 */
#ifndef VB_RECORD_EVENTS_H
#define VB_RECORD_EVENTS_H

#include "base/attr.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VB_TRANSCRIPT_FORMAT "verbatim.transcript/1"
enum { VB_TEXT_MAX = 128 * 1024 };

/* type, what it says */
#define VB_EVENT_TYPES(X)                                                      \
    X(RUN_START, "run-start")                                                  \
    X(DOCUMENT, "document")                                                    \
    X(PLAN, "plan")                                                            \
    X(BLOCKS, "blocks")                                                        \
    X(INPUT, "input")                                                          \
    X(PROGRAM, "program")                                                      \
    X(PLACE, "place")                                                          \
    X(CONSENT, "consent")                                                      \
    X(PHASE, "phase")                                                          \
    X(STEP_START, "step-start")                                                \
    X(COMMAND_START, "command-start")                                          \
    X(COMMAND, "command")                                                      \
    X(OUT, "out")                                                              \
    X(ATTEMPT, "attempt")                                                      \
    X(SIM_CALL, "sim-call")                                                    \
    X(FILE, "file")                                                            \
    X(MANUAL, "manual")                                                        \
    X(DECISION, "decision")                                                    \
    X(COMPARE, "compare")                                                      \
    X(STEP_END, "step-end")                                                    \
    X(SKIP, "skip")                                                            \
    X(NOTE, "note")                                                            \
    X(SESSION, "session")                                                      \
    X(INTERRUPT, "interrupt")                                                  \
    X(RESUME, "resume")                                                        \
    X(LEFTOVER, "leftover")                                                    \
    X(LOST, "lost")                                                            \
    X(END, "end")
typedef enum vb_event_type {
#define X(name, text) VB_EVENT_##name,
    VB_EVENT_TYPES(X)
#undef X
        VB_EVENT_UNKNOWN,
} vb_event_type;
const char *vb_event_type_name(vb_event_type type);
vb_event_type vb_event_type_parse(vb_str name);

/*
 * Writers. Each fills in one event and commits it: false with 'err' when the
 * record cannot be written (see record.h: then nothing more may run). Slices
 * are borrowed for the call. A zeroed member is left out unless the comment
 * says otherwise.
 */

/* A choice of tabs: {"axis", "label", "explicit"}. */
typedef struct vb_ev_choice {
    vb_str axis, label;
    bool explicit_;
} vb_ev_choice;

/* run-start: the first event. "choices" and "argv" are arrays; "git" is an
 * object {"commit", "dirty"} when 'git_commit' is set. */
typedef struct vb_ev_run {
    vb_str run;      /* "run": the run's id, its directory's name */
    bool rehearsal;  /* "mode": "rehearsal" or "live" */
    bool isolated;   /* "isolated": a rehearsal without network */
    bool sandbox;    /* "sandbox" */
    vb_str document; /* "document": path as given */
    vb_str title;    /* "title": of the guide */
    vb_str provider; /* "provider": canonical name, or empty */
    const vb_ev_choice *choices;
    size_t nchoices;
    vb_str host, user, cwd; /* cwd: where steps start */
    vb_str os;              /* "os": uname -srm */
    vb_str shell;           /* "shell": "GNU bash, version ..." */
    vb_str locale, umask;
    unsigned columns, rows; /* "tty": {"columns", "rows"}; 0: no terminal */
    vb_str git_commit;      /* of the document's repository */
    bool git_dirty;
    const vb_str *argv; /* of verbatim */
    size_t nargv;
    uint64_t steps;    /* "steps": how many the plan has */
    uint64_t selected; /* "selected": how many this run wants to do */
} vb_ev_run;
VB_MUST_USE bool vb_event_run_start(vb_record *record, const vb_ev_run *ev,
                                    vb_error *err);

/* document: one source file. */
typedef struct vb_ev_document {
    vb_str role; /* "guide", "chunk", "overlay", "scenario" */
    vb_str path; /* as the run found it */
    vb_str copy; /* its copy, relative to the run directory; vb_record_verify
                    compares the copy's digest */
    vb_digest sha256;
    uint64_t bytes;
} vb_ev_document;
VB_MUST_USE bool vb_event_document(vb_record *record, const vb_ev_document *ev,
                                   vb_error *err);

/* plan: its canonical JSON. */
typedef struct vb_ev_plan {
    vb_digest sha256; /* of the copy's bytes */
    vb_str copy;      /* "plan.json" */
    uint64_t steps;
} vb_ev_plan;
VB_MUST_USE bool vb_event_plan(vb_record *record, const vb_ev_plan *ev,
                               vb_error *err);

/*
 * blocks: what each code block and table of the document was taken for, for
 * the report's coverage; also those of other providers. Call with any number;
 * several events are written when they do not fit one. Members of an item as
 * in the struct; "text" is the block's first lines, at most VB_BLOCK_TEXT_MAX
 * bytes.
 */
enum { VB_BLOCK_TEXT_MAX = 400 };
typedef struct vb_ev_block {
    vb_str file;
    uint32_t line, end_line;
    vb_str kind;  /* "command", "file", "expect", "manual", "table", "ignore" */
    vb_str step;  /* id of the step it became or, for "expect", belongs to */
    vb_str title; /* of that step */
    vb_str why;   /* the cue that decided */
    bool selected; /* the chosen reader sees it; always written */
    bool chosen;   /* this run wants to do it; always written */
    vb_str phase;  /* "main", "teardown" */
    vb_str scope;  /* toggle values that show it, in words: "gcp" */
    vb_str text;
} vb_ev_block;
VB_MUST_USE bool vb_event_blocks(vb_record *record, const vb_ev_block *items,
                                 size_t n, vb_error *err);

/* input: a value of the run. A secret's value is never written (nor a digest
 * of it, which could be guessed), and the writer makes it known as a secret
 * (vb_record_secret). */
typedef struct vb_ev_input {
    vb_str name, value;
    bool secret;
    vb_str from; /* "--set", "--env", "overlay", "guide" */
} vb_ev_input;
VB_MUST_USE bool vb_event_input(vb_record *record, const vb_ev_input *ev,
                                vb_error *err);

/* program: a program the steps use. */
typedef struct vb_ev_program {
    vb_str name, path, version;
    bool simulated;
} vb_ev_program;
VB_MUST_USE bool vb_event_program(vb_record *record, const vb_ev_program *ev,
                                  vb_error *err);

/* place: where the deeds happen, as the programs report it: "account",
 * "project", "region", "context" ... */
typedef struct vb_ev_place {
    vb_str what, value, from; /* from: the command that said so */
} vb_ev_place;
VB_MUST_USE bool vb_event_place(vb_record *record, const vb_ev_place *ev,
                                vb_error *err);

/* consent: who agreed to what, and how. */
typedef struct vb_ev_consent {
    bool given; /* always written */
    vb_str by;  /* user */
    vb_str how; /* "terminal", "--yes", "rehearsal" */
    vb_str text;
} vb_ev_consent;
VB_MUST_USE bool vb_event_consent(vb_record *record, const vb_ev_consent *ev,
                                  vb_error *err);

/* phase: a part of the run begins. */
VB_MUST_USE bool vb_event_phase(vb_record *record,
                                vb_str phase, /* "teardown" */
                                vb_str why, vb_error *err);

/* One expectation of a step: {"line", "text", "manner", "when"}. */
typedef struct vb_ev_expect {
    uint32_t line;
    vb_str text, manner, when;
} vb_ev_expect;

/* step-start: written and handed to the kernel before anything of the step
 * runs. */
typedef struct vb_ev_step {
    vb_str step;            /* id */
    uint64_t number, of;    /* 1-based, among those this run does */
    vb_str kind;            /* "command", "file", "manual" */
    vb_str phase;           /* "main", "teardown" */
    vb_str title;           /* one line for people */
    const vb_str *headings; /* "headings": heading path, outermost first */
    size_t nheadings;
    vb_str lead; /* the guide's words directly before the block */
    vb_str file; /* of the block */
    uint32_t line, end_line;
    vb_str lang;   /* "bash", "yaml", ... */
    vb_str source; /* the block as the guide has it */
    vb_str body;   /* what runs or is written; left out when equal to source */
    vb_str name;   /* of a file step: what it writes */
    const vb_ev_expect *expects;
    size_t nexpects;
    bool destructive, optional, background;
    int64_t timeout_ms;
} vb_ev_step;
VB_MUST_USE bool vb_event_step_start(vb_record *record, const vb_ev_step *ev,
                                     vb_error *err);

/* command-start: a command whose outcome a resume must know is about to run.
 * command: it ended; without "status" its outcome is unknown. Commands of one
 * attempt count from 1. */
typedef struct vb_ev_command {
    vb_str step;
    uint32_t attempt, n;
    uint32_t line; /* of the source */
    vb_str text;   /* as bash shows it */
    bool known;    /* there is a status */
    int status;    /* 0 to 255; 128+n for signals */
    int64_t duration_ns;
} vb_ev_command;
VB_MUST_USE bool vb_event_command_start(vb_record *record,
                                        const vb_ev_command *ev, vb_error *err);
VB_MUST_USE bool vb_event_command(vb_record *record, const vb_ev_command *ev,
                                  vb_error *err);

/*
 * out: bytes that the step printed: {"step", "attempt", "stream": "out" or
 * "err", "offset": in this attempt's stream, "text" or, when the bytes are not
 * UTF-8, "text_base64"}. Written by vb_record_output; there is no writer here.
 */

/* attempt: one attempt of a polled or retried step ended without success and
 * another follows after 'wait_ms'. */
typedef struct vb_ev_attempt {
    vb_str step;
    uint32_t attempt; /* from 1 */
    int status;       /* always written */
    int64_t duration_ns, wait_ms;
    vb_str why; /* "it did not match yet: ..." */
    vb_output_sum sums;
} vb_ev_attempt;
VB_MUST_USE bool vb_event_attempt(vb_record *record, const vb_ev_attempt *ev,
                                  vb_error *err);

/* sim-call: a simulated program answered. */
typedef struct vb_ev_sim_call {
    vb_str step;
    const vb_str *argv; /* with the program's name first */
    size_t argc;
    int status;  /* always written */
    vb_str rule; /* that answered, or "refused" */
    vb_str why;  /* of a refusal */
    int64_t simulated_ms;
} vb_ev_sim_call;
VB_MUST_USE bool vb_event_sim_call(vb_record *record, const vb_ev_sim_call *ev,
                                   vb_error *err);

/* file: a file step wrote this. */
typedef struct vb_ev_file {
    vb_str step, path;
    uint64_t bytes;
    vb_digest sha256; /* of the content; empty where it holds a secret */
    vb_str mode;      /* "write", "append" */
} vb_ev_file;
VB_MUST_USE bool vb_event_file(vb_record *record, const vb_ev_file *ev,
                               vb_error *err);

/* manual: what a person said about a manual step. */
typedef struct vb_ev_manual {
    vb_str step;
    bool done;      /* always written */
    vb_str by, how; /* how: "terminal", "no-terminal", "--manual=skip" */
    vb_str remark;
} vb_ev_manual;
VB_MUST_USE bool vb_event_manual(vb_record *record, const vb_ev_manual *ev,
                                 vb_error *err);

/* decision: what the person at the terminal chose (--interactive). One for
 * each command typed into the session's shell, too. */
typedef struct vb_ev_decision {
    vb_str step;
    vb_str choice; /* "run", "all", "edit", "skip", "done", "retry", "again",
                      "shell", "quit" */
    vb_str by;     /* user */
    vb_str was;    /* edit: the text before */
    vb_str text;   /* edit: the text from now on; shell: the command */
    bool known;    /* there is a status: a command of the shell */
    int status;
    vb_str printed; /* by a command of the shell, its first bytes */
} vb_ev_decision;
VB_MUST_USE bool vb_event_decision(vb_record *record, const vb_ev_decision *ev,
                                   vb_error *err);

/*
 * compare: how an output stands beside one expectation of the step: begin, a
 * line each, end. Lines past what one event holds are counted as left out.
 * "lines" is an array of {"k", "e", "a", "es", "as", "n"}: kind ("same",
 * "varied", "skipped", "changed", "missing", "extra"), line numbers in the
 * expected text and in the output (0 left out), both texts ("as" is left out
 * when equal to "es"), note.
 */
typedef struct vb_ev_compare {
    vb_str step;
    uint32_t attempt;
    uint32_t expect; /* index into the step's expects; always written */
    bool match;      /* always written */
    bool fault;      /* a limit was hit */
    vb_str summary;
    uint64_t left_out; /* lines not given */
} vb_ev_compare;
typedef struct vb_ev_line {
    const char *kind; /* static */
    uint32_t expected, actual;
    vb_str expected_text, actual_text, note;
} vb_ev_line;
void vb_event_compare_begin(vb_record *record, const vb_ev_compare *ev);
void vb_event_compare_line(vb_record *record, const vb_ev_line *line);
VB_MUST_USE bool vb_event_compare_end(vb_record *record, vb_error *err);

/* step-end: the verdict. "out" and "err" are {"bytes", "sha256"} of what the
 * last attempt printed, as recorded (after redaction). */
typedef struct vb_ev_step_end {
    vb_str step;
    vb_verdict verdict; /* always written */
    bool ran;           /* there is a status */
    int status;
    int64_t duration_ns, simulated_ms;
    uint32_t attempts;
    vb_str explanation; /* one sentence; always written */
    bool checked;       /* an expectation was compared; always written */
    uint32_t failed_line;
    vb_output_sum sums; /* from vb_record_output_end */
} vb_ev_step_end;
VB_MUST_USE bool vb_event_step_end(vb_record *record, const vb_ev_step_end *ev,
                                   vb_error *err);

/* skip: a step of the plan that this run does not do, and why. */
typedef struct vb_ev_skip {
    vb_str step, kind, phase, title, file;
    uint32_t line;
    vb_str why;
} vb_ev_skip;
VB_MUST_USE bool vb_event_skip(vb_record *record, const vb_ev_skip *ev,
                               vb_error *err);

/* note: a sentence for people. 'severity': "note", "warning", "error". */
VB_MUST_USE bool vb_event_note(vb_record *record, const char *severity,
                               vb_str step, vb_str text, vb_error *err);

/* session: the shell began, was lost, was restored. */
typedef struct vb_ev_session {
    vb_str state; /* "started", "ended", "restored" */
    vb_str why;
    int64_t pid;
} vb_ev_session;
VB_MUST_USE bool vb_event_session(vb_record *record, const vb_ev_session *ev,
                                  vb_error *err);

/* interrupt: someone stopped the step or the run. */
typedef struct vb_ev_interrupt {
    vb_str step;
    vb_str signal; /* "SIGINT", "SIGTERM", "SIGHUP" */
    vb_str action; /* "step", "run" */
} vb_ev_interrupt;
VB_MUST_USE bool vb_event_interrupt(vb_record *record,
                                    const vb_ev_interrupt *ev, vb_error *err);

/* resume: the run goes on; "cut" (bytes of a torn last line that were cut) is
 * the record's. */
typedef struct vb_ev_resume {
    vb_str step;      /* where it continues */
    uint32_t command; /* n of the command within the step; 0: its first */
    vb_str host, user, why;
    const vb_str *argv;
    size_t nargv;
} vb_ev_resume;
VB_MUST_USE bool vb_event_resume(vb_record *record, const vb_ev_resume *ev,
                                 vb_error *err);

/* leftover: a process of a step that was still there at the end. */
typedef struct vb_ev_leftover {
    int64_t pid;
    vb_str command, step;
    vb_str fate; /* "ended", "killed" */
} vb_ev_leftover;
VB_MUST_USE bool vb_event_leftover(vb_record *record, const vb_ev_leftover *ev,
                                   vb_error *err);

/*
 * lost: written by the record itself when the disk was full: {"bytes"} of
 * output that could not be kept.
 */

/* end: the last event. The record adds "events" (this one included),
 * "steps" and "counts" by verdict, "commands", "out_bytes", "err_bytes",
 * "lost_bytes", which vb_record_verify counts again. Then everything is
 * synced, closed and unlocked: 'record' is gone, also when it fails. */
typedef struct vb_ev_end {
    vb_str verdict; /* "passed", "unverified", "failed", "interrupted" */
    vb_str reason;  /* one sentence */
    int64_t duration_ns, simulated_ms;
    uint64_t manual_not_done; /* (opt) */
    uint64_t unchecked;       /* steps whose output nothing verified (opt) */
} vb_ev_end;
VB_MUST_USE bool vb_event_end(vb_record *record, const vb_ev_end *ev,
                              vb_error *err);

#endif
