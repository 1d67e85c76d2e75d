/*
 * The transcript: JSON Lines, one event a line, each holding the SHA-256 of
 * the line before it ("prev") and a digest of its own ("self"), so that
 * change, removal, reordering and cutting show. The format is documented in
 * runbooks/transcript.md. This is the only writer of evidence; redaction
 * happens here, before anything is hashed.
 *
 * The rule of the house: the record of a step is on its way to the disk
 * before the next step starts. A write that fails makes every later call
 * fail, so no step runs without its record.
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
const char *vb_verdict_name(vb_verdict verdict);
bool vb_verdict_parse(vb_str name, vb_verdict *out);

typedef struct vb_record vb_record; /* opaque */

/* Creates DIR/transcript.jsonl (fails if it exists) or, for a resume,
 * verifies the chain so far, cuts a torn last line and appends. Takes an
 * exclusive lock on the run: a second process gets a clear error. */
vb_record *vb_record_create(const char *dir, vb_sync sync, vb_error *err);
vb_record *vb_record_resume(const char *dir, vb_sync sync, vb_error *err);

/* A value that must never be written; 'name' goes into [redacted:NAME].
 * Shapes of well-known credentials are recognised without being told. */
void vb_record_secret(vb_record *record, vb_str name, vb_str value);

/*
 * One event: begin gives a JSON writer inside the event's object, to which
 * the caller adds members; commit redacts its strings, chains and writes the
 * line. Members named by the format itself (seq, prev, self, type, time,
 * mono) are the record's. Between begin and commit no other call is allowed.
 */
vb_json *vb_record_begin(vb_record *record, const char *type);
VB_MUST_USE bool vb_record_commit(vb_record *record, vb_error *err);

/* Output of a running step, in any pieces: exact bytes, chunked, redacted
 * across piece boundaries; 'out' events appear as they fill up or when
 * vb_record_output_end flushes. 'step' and 'attempt' name whose it is. */
VB_MUST_USE bool vb_record_output(vb_record *record, vb_stream stream,
                                  vb_str bytes, vb_error *err);
VB_MUST_USE bool vb_record_output_begin(vb_record *record, vb_str step,
                                        uint32_t attempt, vb_error *err);
/* Flushes both streams and gives their sizes and digests (of the redacted
 * bytes), which the caller's step-end event repeats. */
typedef struct vb_output_sum {
    uint64_t bytes[2];
    vb_digest digest[2];
} vb_output_sum;
VB_MUST_USE bool vb_record_output_end(vb_record *record, vb_output_sum *sum,
                                      vb_error *err);

/* The text as it will appear in the record: for progress lines, comparisons
 * and reports. Appends to 'out'. */
void vb_record_redact(vb_record *record, vb_str text, vb_buf *out);

VB_MUST_USE bool vb_record_sync(vb_record *record, vb_error *err);
/* Totals are added to the members the caller gave; then synced, closed and
 * unlocked. After it the run is complete. */
VB_MUST_USE bool vb_record_finish(vb_record *record, vb_error *err);
/* Closes without an end event: the run stays incomplete. NULL is fine. */
void vb_record_abandon(vb_record *record);

#endif
