/*
 * The transcript: JSON Lines, one event a line, each holding the SHA-256 of
 * the line before it ("prev") and a digest of its own ("self"), so that
 * change, removal, reordering and cutting show. The events and their typed
 * writers are in record/events.h, the format for auditors in
 * runbooks/transcript.md. This is the only writer of evidence; redaction
 * happens here, before anything is hashed.
 *
 * The rule of the house: the record of a step is handed to the kernel before
 * the next step starts. A write that fails makes every later call fail, so no
 * step runs without its record. A full disk is the exception: a reserve kept
 * beside the transcript pays for the closing events; see vb_record_full.
 */
#ifndef VB_RECORD_RECORD_H
#define VB_RECORD_RECORD_H

#include "base/attr.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum vb_sync {
    VB_SYNC_AUTO, /* before destructive steps, each second, at the end */
    VB_SYNC_STEP, /* after every step too */
} vb_sync;

typedef enum vb_stream {
    VB_STREAM_OUT,
    VB_STREAM_ERR,
} vb_stream;

/* The verdicts; frozen by the transcript format. */
#define VB_VERDICTS(X)                                                         \
    X(PASS, "pass")                                                            \
    X(UNVERIFIED, "unverified")                                                \
    X(DIFFERS, "differs")                                                      \
    X(FAILED, "failed")                                                        \
    X(TIMEOUT, "timeout")                                                      \
    X(SKIPPED, "skipped")                                                      \
    X(INTERRUPTED, "interrupted")
typedef enum vb_verdict {
#define X(name, text) VB_VERDICT_##name,
    VB_VERDICTS(X)
#undef X
} vb_verdict;
enum { VB_VERDICT_COUNT = VB_VERDICT_INTERRUPTED + 1 };
const char *vb_verdict_name(vb_verdict verdict);
bool vb_verdict_parse(vb_str name, vb_verdict *out);

typedef struct vb_record vb_record; /* opaque */

/* Creates DIR/transcript.jsonl (fails if it exists) or, for a resume,
 * verifies the chain so far, cuts a torn last line and appends. An end event
 * that is there stays: 'resume' may follow it. Takes an exclusive lock on the
 * run: a second process gets a clear error. Write 'run-start' (or 'resume')
 * first. */
vb_record *vb_record_create(const char *dir, vb_sync sync, vb_error *err);
vb_record *vb_record_resume(const char *dir, vb_sync sync, vb_error *err);

/* A value that must never be written; 'name' goes into [redacted:NAME].
 * Shapes of well-known credentials are recognised without being told. False
 * when the value is too short or too common to be searched for (fewer than 4
 * bytes, "true", "null" ...): worth a warning. */
bool vb_record_secret(vb_record *record, vb_str name, vb_str value);
/* Whether name and value look like a secret that nobody declared: names such
 * as TOKEN, SECRET, PASSWORD, KEY together with a value of some length and
 * entropy, or a value with a well-known shape. */
bool vb_secret_likely(vb_str name, vb_str value);
/* Whether a person who hands over an input of this name hands over a secret,
 * whatever its value looks like: PGPASSWORD, GITHUB_TOKEN, DB_SECRET. A name
 * that only may mean one (KEY, PWD, a file of credentials) does not. */
bool vb_secret_by_name(vb_str name, vb_str value);

/*
 * One event by hand, for the writers in events.h: begin gives a JSON writer
 * inside the event's object, to which the caller adds members; commit redacts
 * its strings, chains the line and writes it. Members named by the format
 * itself (seq, prev, self, type, time, mono) are the record's. Between begin
 * and commit no other call is allowed.
 */
vb_json *vb_record_begin(vb_record *record, const char *type);
VB_MUST_USE bool vb_record_commit(vb_record *record, vb_error *err);

/*
 * Output of a running step, in any pieces: exact bytes, redacted across piece
 * boundaries. 'out' events appear as they fill up, and before any other event
 * of the step. 'step' is the id, 'attempt' counts from 1.
 *
 * Whoever reads a step's pipes calls vb_record_flush before it waits for more
 * (and at least once a second meanwhile): it hands everything to the kernel,
 * so kill -9 loses nothing that was read, but for the few bytes which may be
 * the start of a secret and wait for what follows.
 */
VB_MUST_USE bool vb_record_output_begin(vb_record *record, vb_str step,
                                        uint32_t attempt, vb_error *err);
VB_MUST_USE bool vb_record_output(vb_record *record, vb_stream stream,
                                  vb_str bytes, vb_error *err);
VB_MUST_USE bool vb_record_flush(vb_record *record, vb_error *err);
/* Flushes both streams and gives their sizes and digests (of the redacted
 * bytes), which the caller's step-end or attempt event repeats. */
typedef struct vb_output_sum {
    uint64_t bytes[2];
    vb_digest digest[2];
} vb_output_sum;
VB_MUST_USE bool vb_record_output_end(vb_record *record, vb_output_sum *sum,
                                      vb_error *err);

/* Who else wants what steps print, as the record has it: each piece that
 * redaction has let through, in order. Nothing is redacted better afterwards:
 * a value may be broken over lines and pieces. */
typedef void vb_record_heard(void *user, vb_stream stream, vb_str bytes);
void vb_record_listen(vb_record *record, vb_record_heard *heard, void *user);

/* The text as it will appear in the record: for progress lines, comparisons
 * and reports. Appends to 'out'. */
void vb_record_redact(vb_record *record, vb_str text, vb_buf *out);

/* To disk, now: before a destructive step. */
VB_MUST_USE bool vb_record_sync(vb_record *record, vb_error *err);
/* The disk is full: output is counted as lost instead of written, closing
 * events (all but step-start and command-start) still are. No step may start;
 * vb_event_step_start fails. */
bool vb_record_full(const vb_record *record);
/* Nanoseconds since the run began, as "mono" counts them. */
int64_t vb_record_mono(const vb_record *record);

/* Commits a begun 'end' event with its totals; synced, closed and unlocked.
 * 'record' is freed, also on failure. vb_event_end is the caller's way. */
VB_MUST_USE bool vb_record_finish(vb_record *record, vb_error *err);
/* Closes without an end event: the run stays incomplete. NULL is fine. */
void vb_record_abandon(vb_record *record);

#endif
