/* The record's inside, shared by the files that make it up. */
#ifndef VB_RECORD_WRITER_H
#define VB_RECORD_WRITER_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "record/disk.h"
#include "record/events.h"
#include "record/record.h"
#include "record/redact.h"
#include "record/totals.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    VB_CHUNK_BYTES = 64 * 1024,    /* of output in one event, at most */
    VB_PENDING_BYTES = 256 * 1024, /* of lines before they are written */
};

/* What a chain needs to go on behind a line. */
typedef struct vb_link {
    uint64_t seq;
    vb_digest prev;
} vb_link;

/* One stream of the running step. */
typedef struct vb_channel {
    vb_redact_stream *redact;
    vb_buf bytes;    /* redacted, not yet in an event */
    uint64_t offset; /* of bytes[0] in the attempt's stream */
    int64_t mono;    /* when bytes[0] came */
    vb_hash hash;    /* of everything redacted */
} vb_channel;

struct vb_record {
    vb_disk disk;
    vb_sync sync;
    vb_redactor *redactor;
    vb_error broken; /* message is not empty once writing has failed */
    bool full;
    uint64_t unreported; /* lost bytes that no event names yet */

    vb_link last, written; /* end of 'pending', end of the file */
    vb_buf line, members, scratch, pending;
    uint64_t pending_output; /* bytes of output inside 'pending' */
    vb_json json;
    vb_event_type type; /* of the open event */
    vb_verdict verdict; /* of the open step-end event */
    vb_hash hash;
    vb_totals totals, written_totals;

    int64_t base_ns, opened_ns; /* mono = base + now - opened */
    int64_t mono;               /* of the last event */
    int64_t synced_ns;
    int64_t stamp_s; /* the second that 'stamp' was made for */
    vb_stamp stamp;
    uint64_t torn; /* bytes cut on a resume */

    vb_record_heard *heard; /* or NULL */
    void *heard_user;

    bool running; /* between output_begin and output_end */
    vb_buf step;
    uint32_t attempt;
    vb_channel channel[2];
    uint64_t compare_left; /* lines of the open compare event left out */
};

/* Starts record->line with the members every event has. */
void vb_record_header(vb_record *record, vb_event_type type, int64_t mono);
/* Ends record->line with its digest and puts it behind 'pending'. */
void vb_record_chain(vb_record *record);
/* Hands 'pending' to the kernel. On a full disk: false, record->full is set
 * and everything is as it was after the last whole line. */
bool vb_record_write(vb_record *record, vb_error *err);
/* Makes events of what the channels hold; 'all' includes half characters. */
bool vb_record_drain(vb_record *record, bool all, vb_error *err);
/* Fails once and for all. */
bool vb_record_break(vb_record *record, vb_error *err);
/* The redactor over each string of the JSON object 'in', which then stands in
 * 'out'; members whose names belong to the format are left alone. */
void vb_record_redact_json(vb_record *record, vb_str in, vb_buf *out);

#endif
