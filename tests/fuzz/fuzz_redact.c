/*
 * Redaction of arbitrary text around two known values. Properties: neither
 * value is in the output, plain or as one of its spellings; the pieces in
 * which the text comes change nothing; text without hits is not changed in
 * length by less than what was hidden.
 */
#include "record/redact.h"

#include "record/redact_encode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const vb_str secrets[] = {VB_STR_INIT("Tr0ub4dor&3"),
                                 VB_STR_INIT("pa'ss wo%rd")};

static void
must_not_hold(void *user, vb_str spelling)
{
    const vb_str *text = user;

    if (spelling.len >= 6 && vb_str_find(*text, spelling) != VB_NPOS)
        abort();
}

/* The text in pieces whose lengths its own bytes give. */
static void
feed_pieces(vb_redact_stream *stream, vb_str text, vb_buf *out)
{
    for (size_t at = 0, i = 0; at < text.len; i++) {
        size_t n = 1 + (unsigned char)text.ptr[i % text.len] % 23;

        vb_redact_feed(stream, vb_str_sub(text, at, n), out);
        at += n;
    }
    vb_redact_finish(stream, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_redactor *redactor = vb_redactor_new();
    vb_redact_stream *stream = vb_redact_open(redactor);
    vb_buf text, whole, pieces;
    vb_str view;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_init(&whole, VB_BUF_NO_MAX);
    vb_buf_init(&pieces, VB_BUF_NO_MAX);
    for (size_t i = 0; i < VB_COUNT(secrets); i++)
        vb_redactor_add(redactor, VB_STR("S"), secrets[i]);
    vb_buf_add(&text, data, size / 2);
    vb_buf_str(&text, secrets[size % 2]);
    vb_buf_add(&text, data + size / 2, size - size / 2);
    vb_redact_text(redactor, vb_buf_view(&text), &whole);
    view = vb_buf_view(&whole);
    for (size_t i = 0; i < VB_COUNT(secrets); i++)
        vb_spellings(secrets[i], must_not_hold, &view);
    feed_pieces(stream, vb_buf_view(&text), &pieces);
    if (!vb_str_eq(vb_buf_view(&pieces), view))
        abort();
    vb_buf_release(&text);
    vb_buf_release(&whole);
    vb_buf_release(&pieces);
    vb_redact_close(stream);
    vb_redactor_free(redactor);
    return 0;
}
