/* What steps print: redacted, cut into events, hashed. */
#include "record/writer.h"

#include "base/text.h"

#include "base/banned.h"

static const char *const stream_names[] = {"out", "err"};

static void
out_event(vb_record *record, vb_stream stream, vb_str bytes)
{
    vb_channel *channel = &record->channel[stream];
    vb_json json = {.out = &record->line, .depth = 1, .filled = {true, true}};

    vb_record_header(record, VB_EVENT_OUT, channel->mono);
    vb_json_str(&json, "step", vb_buf_view(&record->step));
    vb_json_int(&json, "attempt", record->attempt);
    vb_json_c(&json, "stream", stream_names[stream]);
    vb_json_int(&json, "offset", (int64_t)channel->offset);
    vb_json_bytes(&json, "text", bytes);
    record->totals.output[stream] += bytes.len;
    record->pending_output += bytes.len;
    vb_record_chain(record);
}

/* How many bytes at the end are a UTF-8 character that has only begun. */
static size_t
half_character(vb_str s)
{
    for (size_t n = 1; n <= 3 && n <= s.len; n++) {
        unsigned char c = (unsigned char)s.ptr[s.len - n];

        if (c < 0x80)
            return 0;
        if (c >= 0xc0)
            return n < (c < 0xe0 ? 2u : c < 0xf0 ? 3u : 4u) ? n : 0;
    }
    return 0;
}

/* Makes events of the channel's bytes, whole chunks first. */
static bool
drain_channel(vb_record *record, vb_stream stream, bool all, vb_error *err)
{
    vb_channel *channel = &record->channel[stream];
    vb_str left = vb_buf_view(&channel->bytes);

    while (left.len) {
        vb_str chunk = vb_str_sub(left, 0, VB_CHUNK_BYTES);

        if (!all || chunk.len < left.len)
            chunk.len -= half_character(chunk);
        if (chunk.len == 0)
            break;
        if (record->full)
            record->unreported += chunk.len;
        else
            out_event(record, stream, chunk);
        channel->offset += chunk.len;
        left = vb_str_from(left, chunk.len);
        if (record->pending.len >= VB_PENDING_BYTES &&
            !vb_record_write(record, err) && !record->full)
            return false;
    }
    vb_buf_drop(&channel->bytes, channel->bytes.len - left.len);
    return true;
}

bool
vb_record_drain(vb_record *record, bool all, vb_error *err)
{
    return drain_channel(record, VB_STREAM_OUT, all, err) &&
           drain_channel(record, VB_STREAM_ERR, all, err);
}

/* What redaction has let through becomes part of the stream. */
static void
took(vb_record *record, vb_channel *channel, size_t before)
{
    vb_str fresh = vb_str_from(vb_buf_view(&channel->bytes), before);

    if (fresh.len && before == 0)
        channel->mono = vb_record_mono(record);
    vb_hash_add(&channel->hash, fresh.ptr, fresh.len);
    if (fresh.len && record->heard)
        record->heard(
            record->heard_user,
            channel == record->channel ? VB_STREAM_OUT : VB_STREAM_ERR, fresh);
}

void
vb_record_listen(vb_record *record, vb_record_heard *heard, void *user)
{
    record->heard = heard;
    record->heard_user = user;
}

bool
vb_record_output_begin(vb_record *record, vb_str step, uint32_t attempt,
                       vb_error *err)
{
    vb_output_sum forgotten;

    if (record->running && !vb_record_output_end(record, &forgotten, err))
        return false;
    record->running = true;
    record->attempt = attempt;
    vb_buf_clear(&record->step);
    vb_buf_str(&record->step, step);
    for (size_t i = 0; i < VB_COUNT(record->channel); i++) {
        vb_hash_reset(&record->channel[i].hash);
        record->channel[i].offset = 0;
    }
    return true;
}

bool
vb_record_output(vb_record *record, vb_stream stream, vb_str bytes,
                 vb_error *err)
{
    vb_channel *channel = &record->channel[stream];
    vb_stream other = stream == VB_STREAM_OUT ? VB_STREAM_ERR : VB_STREAM_OUT;

    if (record->broken.message[0])
        return vb_record_break(record, err);
    /* The record keeps the order in which the streams were read. */
    if (record->channel[other].bytes.len &&
        !drain_channel(record, other, false, err))
        return false;
    while (bytes.len) {
        vb_str piece = vb_str_sub(bytes, 0, VB_CHUNK_BYTES);
        size_t before = channel->bytes.len;

        vb_redact_feed(channel->redact, piece, &channel->bytes);
        took(record, channel, before);
        bytes = vb_str_from(bytes, piece.len);
        if (channel->bytes.len >= VB_CHUNK_BYTES &&
            !drain_channel(record, stream, false, err))
            return false;
    }
    return true;
}

bool
vb_record_output_end(vb_record *record, vb_output_sum *sum, vb_error *err)
{
    for (size_t i = 0; i < VB_COUNT(record->channel); i++) {
        vb_channel *channel = &record->channel[i];
        size_t before = channel->bytes.len;

        vb_redact_finish(channel->redact, &channel->bytes);
        took(record, channel, before);
        sum->bytes[i] = channel->offset + channel->bytes.len;
        sum->digest[i] = vb_hash_peek(&channel->hash);
    }
    record->running = false;
    return vb_record_drain(record, true, err);
}
