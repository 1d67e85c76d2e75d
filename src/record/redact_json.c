/* Redaction of an event that is already JSON: string by string, so that no
 * value is taken for the name beside it and the format stays whole. */
#include "record/writer.h"

#include <string.h>

#include "base/banned.h"

/* Members whose values belong to the format or are digests: a secret that
 * happens to be spelled "pass" or "main" must not unmake the record. */
static bool
is_format(vb_str key)
{
    static const char *const keys[] = {
        "step",     "kind",   "phase",  "verdict", "stream", "mode",
        "k",        "sha256", "copy",   "role",    "state",  "action",
        "severity", "signal", "format", "manner",  "when",   "git",
    };

    return VB_STR_AMONG(key, keys);
}

/* Length of the string literal at the start of 's', quotes included. */
static size_t
literal(vb_str s)
{
    size_t at = 1;

    while (at < s.len && s.ptr[at] != '"')
        at += s.ptr[at] == '\\' ? 2 : 1;
    return at < s.len ? at + 1 : s.len;
}

static uint32_t
hex4(const char *p)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        char c = vb_lower(p[i]);

        value =
            value * 16 + (uint32_t)(vb_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return value;
}

/* The writer makes \u escapes only of control characters. */
static void
unescape(vb_str inner, vb_buf *out)
{
    static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";

    while (inner.len) {
        size_t run = vb_str_chr(inner, '\\');
        const char *hit;
        char c;

        if (run == VB_NPOS || run + 1 >= inner.len)
            run = inner.len;
        vb_buf_str(out, vb_str_sub(inner, 0, run));
        inner = vb_str_from(inner, run);
        if (inner.len == 0)
            return;
        c = inner.ptr[1];
        if (c == 'u' && inner.len >= 6) {
            vb_buf_ch(out, (char)hex4(inner.ptr + 2));
            inner = vb_str_from(inner, 6);
            continue;
        }
        hit = strchr(letters, c);
        if (hit)
            c = bytes[hit - letters];
        vb_buf_ch(out, c);
        inner = vb_str_from(inner, 2);
    }
}

static void
redact_value(vb_record *record, vb_str token, vb_buf *out)
{
    vb_str inner = vb_str_sub(token, 1, token.len - 2);
    vb_buf plain, clean;
    vb_json json;

    vb_buf_init(&plain, VB_BUF_NO_MAX);
    vb_buf_init(&clean, VB_BUF_NO_MAX);
    if (vb_str_chr(inner, '\\') != VB_NPOS) {
        unescape(inner, &plain);
        inner = vb_buf_view(&plain);
    }
    if (vb_redact_text(record->redactor, inner, &clean)) {
        vb_json_init(&json, out);
        vb_json_str(&json, NULL, vb_buf_view(&clean));
    } else {
        vb_buf_str(out, token);
    }
    vb_buf_release(&plain);
    vb_buf_release(&clean);
}

void
vb_record_redact_json(vb_record *record, vb_str in, vb_buf *out)
{
    vb_str key = {0};

    while (in.len) {
        size_t quote = vb_str_chr(in, '"');
        vb_str token;

        if (quote == VB_NPOS)
            quote = in.len;
        vb_buf_str(out, vb_str_sub(in, 0, quote));
        in = vb_str_from(in, quote);
        if (in.len == 0)
            return;
        token = vb_str_sub(in, 0, literal(in));
        in = vb_str_from(in, token.len);
        if (in.len && in.ptr[0] == ':') {
            key = vb_str_sub(token, 1, token.len - 2);
            vb_buf_str(out, token);
        } else if (token.len < 4 + 2 || is_format(key)) {
            vb_buf_str(out, token);
        } else {
            redact_value(record, token, out);
        }
    }
}
