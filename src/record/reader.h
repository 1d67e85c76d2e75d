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

enum { VB_EVENT_BYTES_MAX = 1024 * 1024 };

typedef struct vb_reader vb_reader; /* opaque */

/* 'path' is a run's directory or a transcript file. */
vb_reader *vb_reader_open(const char *path, vb_error *err);
void vb_reader_close(vb_reader *reader);
const char *vb_reader_path(const vb_reader *reader);

typedef struct vb_event {
    uint64_t line; /* 1-based */
    uint64_t seq;
    vb_str type;
    const vb_node *body; /* the whole object */
} vb_event;

typedef enum vb_read_status {
    VB_READ_EVENT,
    VB_READ_END,  /* end of file on a whole line */
    VB_READ_TORN, /* the last line is cut */
    VB_READ_BAD,  /* not an event; diag says where and why */
} vb_read_status;

/* The event's body lives in 'arena', which the caller may reset between
 * events. */
vb_read_status vb_reader_next(vb_reader *reader, vb_arena *arena,
                              vb_event *event, vb_diags *diags);

/* An out event's exact bytes (text or base64), appended to 'out'. */
bool vb_event_bytes(const vb_event *event, vb_buf *out);

typedef struct vb_check_result {
    uint64_t events;
    bool intact;     /* chain, digests, totals, outputs, documents agree */
    bool incomplete; /* no end event, or a torn last line */
    bool rehearsal;
    bool signed_;   /* a signature is there and was checked */
    vb_str verdict; /* of the run, from the end event; or empty */
    vb_digest head; /* digest of the last whole line */
} vb_check_result;

/* The whole verification: every line, totals, digests of outputs, document
 * and plan beside it. What is wrong goes to 'diags' with its line. False only
 * when the file cannot be read. */
bool vb_record_verify(const char *path, vb_check_result *result,
                      vb_arena *arena, vb_diags *diags, vb_error *err);

#endif
