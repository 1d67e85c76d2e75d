#include "record/record.h"

#include "base/clock.h"
#include "base/io.h"
#include "record/chain.h"
#include "record/events.h"
#include "record/reader.h"
#include "record/writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { SYNC_NS = 1000000000 };

/* ------------------------------------------------------- open and close -- */

static void
channel_init(vb_channel *channel, vb_redactor *redactor)
{
    channel->redact = vb_redact_open(redactor);
    vb_buf_init(&channel->bytes, VB_BUF_NO_MAX);
    vb_hash_init(&channel->hash);
}

static vb_record *
new_record(vb_sync sync)
{
    vb_record *record = vb_heap_alloc(sizeof *record);

    *record = (vb_record){.sync = sync, .stamp_s = INT64_MIN};
    record->redactor = vb_redactor_new();
    vb_buf_init(&record->line, VB_BUF_NO_MAX);
    vb_buf_init(&record->members, VB_BUF_NO_MAX);
    vb_buf_init(&record->scratch, VB_BUF_NO_MAX);
    vb_buf_init(&record->pending, VB_BUF_NO_MAX);
    vb_buf_init(&record->step, VB_BUF_NO_MAX);
    vb_hash_init(&record->hash);
    channel_init(&record->channel[0], record->redactor);
    channel_init(&record->channel[1], record->redactor);
    record->opened_ns = record->synced_ns = vb_clock_mono_ns();
    record->last.prev = vb_chain_start();
    record->written = record->last;
    return record;
}

/* Everything but the file. */
static void
free_record(vb_record *record)
{
    for (size_t i = 0; i < VB_COUNT(record->channel); i++) {
        vb_redact_close(record->channel[i].redact);
        vb_buf_release(&record->channel[i].bytes);
        vb_hash_release(&record->channel[i].hash);
    }
    vb_hash_release(&record->hash);
    vb_buf_release(&record->line);
    vb_buf_release(&record->members);
    vb_buf_release(&record->scratch);
    vb_buf_release(&record->pending);
    vb_buf_release(&record->step);
    vb_redactor_free(record->redactor);
    vb_heap_free(record);
}

vb_record *
vb_record_create(const char *dir, vb_sync sync, vb_error *err)
{
    vb_record *record = new_record(sync);

    if (vb_disk_create(&record->disk, dir, err))
        return record;
    free_record(record);
    return NULL;
}

/* Takes over the state behind the last whole line. */
static bool
take_over(vb_record *record, const char *dir, vb_error *err)
{
    vb_chain_state state;

    if (!vb_chain_replay(record->disk.path, &state, err))
        return vb_fail_in(err, "run '%s' cannot be resumed", dir);
    record->last = (vb_link){state.seq, state.head};
    record->written = record->last;
    record->totals = record->written_totals = state.totals;
    record->base_ns = record->mono = state.mono;
    record->torn = state.torn;
    return vb_disk_cut(&record->disk, state.size, err);
}

vb_record *
vb_record_resume(const char *dir, vb_sync sync, vb_error *err)
{
    vb_record *record = new_record(sync);

    if (!vb_disk_open(&record->disk, dir, err)) {
        free_record(record);
        return NULL;
    }
    if (take_over(record, dir, err))
        return record;
    vb_record_abandon(record);
    return NULL;
}

void
vb_record_abandon(vb_record *record)
{
    if (!record)
        return;
    /* What was read is kept if it can be; nobody is left to tell. */
    if (!vb_record_drain(record, true, NULL) || !vb_record_write(record, NULL))
        record->full = true;
    vb_disk_close(&record->disk, NULL);
    free_record(record);
}

/* ------------------------------------------------------------- the chain -- */

int64_t
vb_record_mono(const vb_record *record)
{
    return record->base_ns + vb_clock_mono_ns() - record->opened_ns;
}

/* The stamp is made once a second; only its milliseconds change between. */
static const char *
stamp_now(vb_record *record)
{
    int64_t ms = vb_clock_utc_ms(), rest = ms % 1000;

    if (rest < 0 || ms / 1000 != record->stamp_s) {
        record->stamp = vb_clock_stamp(ms);
        record->stamp_s = rest < 0 ? INT64_MIN : ms / 1000;
        return record->stamp.text;
    }
    {
        char *digits = record->stamp.text + strlen(record->stamp.text) - 4;

        digits[0] = (char)('0' + rest / 100);
        digits[1] = (char)('0' + rest / 10 % 10);
        digits[2] = (char)('0' + rest % 10);
    }
    return record->stamp.text;
}

void
vb_record_header(vb_record *record, vb_event_type type, int64_t mono)
{
    vb_json json;

    if (mono > record->mono)
        record->mono = mono;
    vb_buf_clear(&record->line);
    vb_json_init(&json, &record->line);
    vb_json_object(&json, NULL);
    vb_json_int(&json, "seq", (int64_t)record->last.seq + 1);
    vb_json_c(&json, "prev", record->last.prev.hex);
    vb_json_c(&json, "type", vb_event_type_name(type));
    vb_json_c(&json, "time", stamp_now(record));
    vb_json_int(&json, "mono", record->mono);
}

/* The line up to its digest is hashed once, for "self" and for the "prev" of
 * the line behind it. */
void
vb_record_chain(vb_record *record)
{
    vb_buf *line = &record->line;
    size_t from = line->len;
    vb_hash whole;
    vb_digest self;

    vb_hash_reset(&record->hash);
    vb_hash_add(&record->hash, line->ptr, line->len);
    vb_hash_init(&whole);
    vb_hash_copy(&whole, &record->hash);
    vb_hash_add(&whole, "}", 1);
    self = vb_hash_peek(&whole);
    vb_hash_release(&whole);

    vb_buf_c(line, ",\"self\":\"");
    vb_buf_add(line, self.hex, VB_SHA256_HEX);
    vb_buf_c(line, "\"}");
    vb_hash_add(&record->hash, line->ptr + from, line->len - from);
    record->last.prev = vb_hash_peek(&record->hash);
    record->last.seq++;
    record->totals.events++;
    vb_buf_ch(line, '\n');
    vb_buf_str(&record->pending, vb_buf_view(line));
}

/* ------------------------------------------------------------- to a file -- */

bool
vb_record_break(vb_record *record, vb_error *err)
{
    if (!record->broken.message[0])
        vb_fail(&record->broken, "the record failed");
    if (err)
        *err = record->broken;
    return false;
}

static bool
is_full(const vb_error *err)
{
    return err->sys == ENOSPC || err->sys == EDQUOT || err->sys == EFBIG;
}

bool
vb_record_write(vb_record *record, vb_error *err)
{
    vb_error why = {.sys = 0};

    if (record->broken.message[0])
        return vb_record_break(record, err);
    if (record->pending.len == 0)
        return true;
    if (vb_disk_append(&record->disk, vb_buf_view(&record->pending), &why)) {
        record->written = record->last;
        record->written_totals = record->totals;
    } else if (is_full(&why) && vb_disk_spend(&record->disk)) {
        record->full = true;
        record->unreported += record->pending_output;
        record->last = record->written;
        record->totals = record->written_totals;
    } else {
        record->broken = why;
    }
    vb_buf_clear(&record->pending);
    record->pending_output = 0;
    if (record->broken.message[0])
        return vb_record_break(record, err);
    if (err)
        *err = why;
    return why.message[0] == '\0';
}

static bool
sync_when_due(vb_record *record, vb_error *err)
{
    int64_t now = vb_clock_mono_ns();

    if (!record->disk.dirty || now - record->synced_ns < SYNC_NS)
        return true;
    record->synced_ns = now;
    return vb_disk_sync_soon(&record->disk, &record->broken) ||
           vb_record_break(record, err);
}

bool
vb_record_flush(vb_record *record, vb_error *err)
{
    if (!vb_record_drain(record, false, err))
        return false;
    if (!vb_record_write(record, err) && !record->full)
        return false;
    return sync_when_due(record, err);
}

bool
vb_record_sync(vb_record *record, vb_error *err)
{
    if (!vb_record_flush(record, err))
        return false;
    record->synced_ns = vb_clock_mono_ns();
    return vb_disk_sync(&record->disk, &record->broken) ||
           vb_record_break(record, err);
}

bool
vb_record_full(const vb_record *record)
{
    return record->full;
}

/* ---------------------------------------------------------------- events -- */

/* What a full disk still has room for. */
static bool
closes(vb_event_type type)
{
    switch (type) {
    case VB_EVENT_COMMAND:
    case VB_EVENT_ATTEMPT:
    case VB_EVENT_MANUAL:
    case VB_EVENT_DECISION:
    case VB_EVENT_STEP_END:
    case VB_EVENT_INTERRUPT:
    case VB_EVENT_LEFTOVER:
    case VB_EVENT_LOST:
    case VB_EVENT_NOTE:
    case VB_EVENT_END:
        return true;
    default:
        return false;
    }
}

vb_json *
vb_record_begin(vb_record *record, const char *type)
{
    record->type = vb_event_type_parse(vb_str_c(type));
    vb_buf_clear(&record->members);
    vb_json_init(&record->json, &record->members);
    vb_json_object(&record->json, NULL);
    return &record->json;
}

static void
count(vb_record *record, vb_event_type type)
{
    vb_totals *totals = &record->totals;

    totals->skips += type == VB_EVENT_SKIP;
    totals->commands += type == VB_EVENT_COMMAND;
    if (type == VB_EVENT_STEP_END) {
        totals->steps++;
        totals->verdicts[record->verdict]++;
    }
}

/* 'members' is "{...}", already redacted. */
static void
put_event(vb_record *record, vb_event_type type, vb_str members)
{
    vb_record_header(record, type, vb_record_mono(record));
    if (members.len > 2) {
        vb_buf_ch(&record->line, ',');
        vb_buf_str(&record->line, vb_str_sub(members, 1, members.len - 2));
    }
    count(record, type);
    vb_record_chain(record);
}

/* Says how much output a full disk has cost since it was last said. */
static bool
report_loss(vb_record *record, vb_error *err)
{
    char members[64];
    int n = snprintf(members, sizeof members, "{\"bytes\":%ju}",
                     (uintmax_t)record->unreported);

    if (!record->unreported || n < 0)
        return true;
    record->totals.lost += record->unreported;
    record->unreported = 0;
    put_event(record, VB_EVENT_LOST, vb_str_n(members, (size_t)n));
    return vb_record_write(record, err);
}

/* With a full disk, perhaps since a moment ago: closing events get the
 * reserve, others are left out, and nothing may start. */
static bool
put_when_full(vb_record *record, vb_str members, vb_error *err)
{
    if (!closes(record->type)) {
        errno = ENOSPC;
        vb_fail_errno(err, "cannot write '%s'", record->disk.path);
        return record->type != VB_EVENT_STEP_START &&
               record->type != VB_EVENT_COMMAND_START;
    }
    if (!report_loss(record, err))
        return false;
    put_event(record, record->type, members);
    return vb_record_write(record, err);
}

static bool
put_and_write(vb_record *record, vb_error *err)
{
    vb_str members = vb_buf_view(&record->scratch);

    if (members.len > VB_EVENT_BYTES_MAX - 1024)
        return vb_fail(err, "a '%s' event is too large for the record",
                       vb_event_type_name(record->type));
    if (!record->full) {
        put_event(record, record->type, members);
        /* The end of its step comes right after it, with the write. */
        if (record->type == VB_EVENT_COMPARE || vb_record_write(record, err))
            return true;
    }
    return record->full && put_when_full(record, members, err);
}

/* Closes the object and leaves it redacted in 'scratch'. */
static void
close_members(vb_record *record)
{
    vb_json_end(&record->json, '}');
    vb_buf_clear(&record->scratch);
    vb_record_redact_json(record, vb_buf_view(&record->members),
                          &record->scratch);
}

bool
vb_record_commit(vb_record *record, vb_error *err)
{
    if (record->broken.message[0])
        return vb_record_break(record, err);
    if (!vb_record_drain(record, false, err))
        return false;
    close_members(record);
    if (!put_and_write(record, err))
        return false;
    if (record->type == VB_EVENT_STEP_END && record->sync == VB_SYNC_STEP)
        return vb_record_sync(record, err);
    return sync_when_due(record, err);
}

/* The totals count the end event too, so everything before it is written
 * first: what a full disk costs is known then. */
static bool
put_end(vb_record *record, vb_error *err)
{
    vb_totals totals;

    if (record->broken.message[0])
        return vb_record_break(record, err);
    if (!vb_record_drain(record, true, err) ||
        (!vb_record_write(record, err) && !record->full) ||
        !report_loss(record, err))
        return false;
    totals = record->totals;
    totals.events++;
    vb_totals_json(&record->json, &totals);
    close_members(record);
    return put_and_write(record, err) && vb_disk_sync(&record->disk, err);
}

bool
vb_record_finish(vb_record *record, vb_error *err)
{
    bool ok = put_end(record, err);

    ok = vb_disk_close(&record->disk, ok ? err : NULL) && ok;
    free_record(record);
    return ok;
}
