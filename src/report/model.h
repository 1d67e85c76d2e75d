/*
 * A run as its transcript tells it: an overview that is small, and the steps
 * and blocks one after another, so that a report needs memory for one of them
 * only, however long the run was (report/store.h).
 */
#ifndef VB_REPORT_MODEL_H
#define VB_REPORT_MODEL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "record/events.h"
#include "record/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is kept of a step's output: this many bytes at each end. */
enum {
    VB_OUTPUT_KEPT = 64 * 1024,
    VB_CALLS_KEPT = 500, /* also commands, attempts and notes */
    VB_COMPARES_KEPT = 64,
};

typedef struct vb_doc_ref {
    vb_str role, path, copy, sha256;
} vb_doc_ref;

typedef struct vb_pair {
    vb_str name, value, from;
    bool flag; /* secret, simulated, given */
} vb_pair;

/* One code block or table of the document, for coverage. */
typedef struct vb_block_ref {
    vb_str file, kind, step, title, why, phase, scope, text;
    uint32_t line, end_line;
    bool selected, chosen;
    bool ran;     /* a step of it has run in this run */
    bool checked; /* an expectation: its output was compared */
} vb_block_ref;

/* One step in the overview. A step that a resume has run again stands there
 * twice; the earlier one is 'replaced' and counts no more. */
typedef struct vb_step_ref {
    vb_str id, title, kind, phase;
    vb_verdict verdict;
    bool ended;   /* has a verdict */
    bool skipped; /* never started; 'why' says why not */
    bool checked, replaced, destructive;
    bool dropped; /* the skip of a step that has run; never given to a report */
    vb_str why;   /* explanation */
    int64_t start_ns, end_ns, duration_ns, simulated_ms;
    uint64_t number;
    vb_str file;
    uint32_t line;
    vb_digest source; /* of the guide's text; empty for a skip */
} vb_step_ref;

typedef struct vb_coverage {
    size_t commands, commands_run;   /* command and file blocks the reader
                                        sees, and those that ran */
    size_t expects, expects_checked; /* outputs the guide shows, compared */
    size_t manual, manual_done;
    size_t other;   /* blocks of other choices, never exercised here */
    size_t ignored; /* no step, with a reason */
    size_t blocks;  /* all of them */
    size_t gaps;    /* those of which vb_block_gap() has something to say */
} vb_coverage;

typedef struct vb_store vb_store; /* opaque */

typedef struct vb_run {
    vb_arena *arena;
    vb_store *store; /* of steps and blocks */
    vb_str id, document, title, provider, host, user, cwd, os, shell, locale,
        verbatim, git_commit, started;
    bool rehearsal, isolated, sandbox, git_dirty;
    VB_VEC(vb_pair) choices;
    VB_VEC(vb_str) argv;
    VB_VEC(vb_doc_ref) documents;
    vb_str plan_sha256;
    VB_VEC(vb_pair) inputs, programs, places, consents;
    VB_VEC(vb_pair) notes;     /* name: severity, value: text */
    VB_VEC(vb_pair) leftovers; /* name: pid, value: command, from: fate */
    size_t lists_left; /* entries of the lists above that were too many */
    size_t resumes;
    vb_str interrupt; /* signal, or empty */
    bool ended;
    vb_str verdict, reason; /* "incomplete" when there is no end */
    vb_str ended_at;
    int64_t duration_ns, simulated_ms, last_ns; /* last_ns: mono of the end */
    int64_t waited_ns; /* simulated waiting of all steps */
    uint64_t lost;
    size_t counts[VB_VERDICT_COUNT];
    size_t rows; /* steps that vb_run_steps() gives */
    size_t total, unfinished, manual_not_done, replaced;
    vb_coverage coverage;
    vb_check_result check; /* the record's verification */
    vb_str fault;          /* its first fault in words, or empty */
} vb_run;

/* Reads and verifies. NULL when the transcript cannot be read or a line of it
 * is no event: err says which. */
vb_run *vb_run_load(const char *path, vb_arena *arena, vb_error *err);
void vb_run_close(vb_run *run); /* NULL is fine */
/* False when the store has failed since: what was read is not all. */
VB_MUST_USE bool vb_run_good(const vb_run *run, vb_error *err);

/* The overview's steps in order; slices live for the call. */
VB_MUST_USE bool vb_run_refs(const vb_run *run,
                             void (*each)(void *user, const vb_step_ref *ref),
                             void *user, vb_error *err);
/* The blocks of the guide, in the order of the plan. */
VB_MUST_USE bool vb_run_blocks(const vb_run *run,
                               bool (*each)(void *user,
                                            const vb_block_ref *block,
                                            vb_error *err),
                               void *user, vb_error *err);
/* Why nothing is known about a block after this run: "never ran", the scope of
 * other readers ...; empty when it was exercised. */
vb_str vb_block_gap(const vb_block_ref *block);

/* ----------------------------------------------------------------- steps -- */

typedef struct vb_out_piece {
    vb_stream stream;
    uint32_t attempt;
    vb_str bytes;
} vb_out_piece;

typedef struct vb_command_ref {
    uint32_t n, line, attempt;
    vb_str text;
    bool known;
    int status;
    int64_t duration_ns;
} vb_command_ref;

typedef struct vb_expect_ref {
    uint32_t line;
    vb_str text, manner;
} vb_expect_ref;

typedef struct vb_line_ref {
    vb_str kind, expected, actual, note;
    uint32_t e, a;
} vb_line_ref;

typedef struct vb_compare_ref {
    uint32_t expect, attempt;
    bool match, fault;
    vb_str summary;
    VB_VEC(vb_line_ref) lines;
    uint64_t left_out;
} vb_compare_ref;

typedef struct vb_call_ref {
    vb_str command, rule, why;
    int status;
    int64_t simulated_ms;
} vb_call_ref;

typedef struct vb_step_view {
    vb_arena *arena;        /* lives as long as the view */
    const vb_step_ref *ref; /* its line in the overview */
    size_t index;           /* of it */
    VB_VEC(vb_str) headings;
    vb_str lead, lang, source, body, name, file;
    uint32_t line, end_line;
    bool optional, background;
    VB_VEC(vb_expect_ref) expects;
    VB_VEC(vb_out_piece) head, tail; /* of the output, both streams */
    uint64_t out_bytes, left_out;    /* between head and tail */
    VB_VEC(vb_command_ref) commands;
    VB_VEC(vb_compare_ref) compares; /* of the last attempt that has some */
    VB_VEC(vb_call_ref) calls;
    VB_VEC(vb_pair) attempts; /* value: why */
    VB_VEC(vb_pair) notes;
    size_t commands_left, calls_left, compares_left, attempts_left, notes_left;
    vb_str written; /* path of a file step */
    uint64_t written_bytes;
    vb_str manual_by, manual_how, manual_remark;
    bool manual, manual_done;
    bool has_status;
    int status;
    uint32_t attempts_made, failed_line;
} vb_step_view;

/* Calls 'each' for every step of the overview, in order; the view lives for the
 * call. False stops and is passed on. */
VB_MUST_USE bool vb_run_steps(const char *path, const vb_run *run,
                              bool (*each)(void *user, const vb_run *run,
                                           const vb_step_view *step,
                                           vb_error *err),
                              void *user, vb_error *err);

/* The rules of several reports. */
const char *vb_step_word(const vb_step_ref *ref); /* "pass", "not finished" */
/* The output as one text, with a line for what was left out. */
vb_str vb_step_output(const vb_step_view *step, vb_arena *arena);

#endif
