/*
 * The transcript reader over arbitrary bytes. Property: it ends, what it
 * calls an event is one (parsed again from its line it is the same), and no
 * event's bytes are longer than its line.
 */
#include "record/chain.h"
#include "record/reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_event(const vb_event *event, vb_str whole)
{
    vb_buf bytes;

    if (event->seq == 0 && event->mono < 0)
        abort();
    if (!event->body || !vb_node_get(event->body, "self"))
        abort();
    vb_buf_init(&bytes, VB_BUF_NO_MAX);
    if (vb_event_bytes(event, &bytes) && bytes.len > whole.len)
        abort();
    vb_buf_release(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_str whole = {(const char *)data, size};
    vb_reader *reader = vb_reader_over(whole);
    vb_arena arena = {0};
    vb_read_status status;
    uint64_t lines = 0;

    do {
        vb_event event;
        vb_diags diags;

        vb_arena_reset(&arena);
        vb_diags_init(&diags, &arena);
        status = vb_reader_next(reader, &arena, &event, &diags);
        if (status == VB_READ_EVENT)
            check_event(&event, whole);
        else if (status != VB_READ_END && diags.list.len == 0)
            abort();
        if (++lines > size + 2)
            abort();
    } while (status == VB_READ_EVENT || status == VB_READ_BAD);
    vb_reader_close(reader);
    vb_arena_release(&arena);
    return 0;
}
