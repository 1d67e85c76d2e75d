/*
 * Reading a transcript back: hostile input, one line at a time, memory
 * bounded by the longest allowed line.
 */
#ifndef VB_RECORD_READER_H
#define VB_RECORD_READER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/node.h"
#include "record/events.h"

enum { VB_EVENT_BYTES_MAX = 1024 * 1024 };

typedef struct vb_reader vb_reader; /* opaque */

/* 'path' is a run's directory or a transcript file. */
vb_reader *vb_reader_open(const char *path, vb_error *err);
/* The same over bytes in memory, which live as long as the reader. */
vb_reader *vb_reader_over(vb_str bytes);
void vb_reader_close(vb_reader *reader);
/* Of the transcript; and of the directory it stands in. */
const char *vb_reader_path(const vb_reader *reader);
const char *vb_reader_dir(const vb_reader *reader);

typedef struct vb_event {
    uint64_t line; /* 1-based */
    uint64_t seq;
    vb_str type; /* as written */
    vb_event_type kind;
    vb_str time;
    int64_t mono;
    const vb_node *body; /* the whole object */
} vb_event;

typedef enum vb_read_status {
    VB_READ_EVENT,
    VB_READ_END,  /* end of file on a whole line */
    VB_READ_TORN, /* the last line is cut; diag */
    VB_READ_BAD,  /* not an event; diag says where and why. The next call goes
                     on behind it */
    VB_READ_FAIL, /* the file cannot be read; diag */
} vb_read_status;

/* The event's body lives in 'arena', which the caller may reset between
 * events. Diagnostics, here and below, may outlive the reader. */
vb_read_status vb_reader_next(vb_reader *reader, vb_arena *arena,
                              vb_event *event, vb_diags *diags);

/* For the chain: the next line's bytes without its line feed, valid until the
 * next call. A torn line's bytes are given too, an overlong line's are not
 * (VB_READ_BAD). */
vb_read_status vb_reader_line(vb_reader *reader, vb_str *line, vb_diags *diags);
/* Of the line given last. */
uint64_t vb_reader_line_number(const vb_reader *reader);
/* Makes an event of a line; false with a diagnostic when it is none. */
bool vb_event_parse(vb_str line, vb_loc loc, vb_arena *arena, vb_event *event,
                    vb_diags *diags);

/* An out event's exact bytes (text or base64), appended to 'out'. */
bool vb_event_bytes(const vb_event *event, vb_buf *out);

/* What is wrong: rule ids of the diagnostics. */
#define VB_RULE_LINE "T001"   /* not an event of the format */
#define VB_RULE_CHANGE "T002" /* changed */
#define VB_RULE_GONE "T003"   /* removed */
#define VB_RULE_ORDER "T004"  /* reordered or repeated */
#define VB_RULE_CUT "T005"    /* cut: torn last line, no end event */
#define VB_RULE_TOTALS "T006" /* totals disagree */
#define VB_RULE_OUTPUT "T007" /* a step's output has another digest */
#define VB_RULE_FILE "T008"   /* document or plan beside it differs */
#define VB_RULE_SIGN "T009"   /* signature */

typedef struct vb_check_result {
    uint64_t events;
    bool intact;     /* chain, digests, totals, outputs, documents agree */
    bool incomplete; /* no end event, or a torn last line */
    bool rehearsal;
    bool signed_;     /* a signature is there and is good (record/sign.h) */
    vb_str signer;    /* by whom */
    vb_str verdict;   /* of the run, from the end event; or empty */
    vb_digest head;   /* digest of the last whole line */
    uint64_t outputs; /* steps whose outputs' digests were compared */
    uint64_t files;   /* documents and plans compared with their copies */
    uint64_t lost;    /* bytes of output a full disk has cost */
} vb_check_result;

/* The whole verification: every line, totals, digests of outputs, document
 * and plan beside it. What is wrong goes to 'diags' with its line. False only
 * when the file cannot be read. Signatures: record/sign.h. */
bool vb_record_verify(const char *path, vb_check_result *result,
                      vb_arena *arena, vb_diags *diags, vb_error *err);

#endif
