#include "base/json.h"

#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void
vb_json_init(vb_json *json, vb_buf *out)
{
    *json = (vb_json){.out = out};
}

static void
newline(vb_json *json)
{
    vb_buf_ch(json->out, '\n');
    vb_buf_fill(json->out, ' ', 2 * (size_t)json->depth);
}

/*
 * Bytes that stand for themselves in a JSON string are copied in runs. The
 * test looks at eight bytes at once: the high bit of a lane is set when the
 * byte is a control, a quote, a backslash or not ASCII. A borrow can only
 * mark a lane too many, which the byte loop behind it then looks at again.
 */
static bool
plain8(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t v, quote, slash;

    memcpy(&v, at, sizeof v);
    quote = v ^ (ones * '"');
    slash = v ^ (ones * '\\');
    return !((v | (v - ones * 0x20) | (quote - ones) | (slash - ones)) &
             (ones * 0x80));
}

static bool
plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' &&
           c != '\\';
}

/* Length of the longest prefix that needs no escape. */
static size_t
plain_run(vb_str s)
{
    size_t n = 0;
    uint32_t code;

    for (;;) {
        size_t len;

        while (s.len - n >= 8 && plain8(s.ptr + n))
            n += 8;
        if (n == s.len)
            return n;
        if (plain(s.ptr[n])) {
            n++;
            continue;
        }
        if ((unsigned char)s.ptr[n] < 0x80)
            return n;
        len = vb_utf8_next(vb_str_from(s, n), &code);
        if (len == 0)
            return n;
        n += len;
    }
}

/* Writes the escape for 'c' to 'to', which has room for six; returns its
 * length. */
static size_t
escape(char *to, char c)
{
    static const char hex[] = "0123456789abcdef";
    /* what follows the backslash, for the controls that have a short form */
    static const char letters[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    unsigned char u = (unsigned char)c;

    if (u >= 0x80) {
        to[0] = '\xef';
        to[1] = '\xbf';
        to[2] = '\xbd';
        return 3;
    }
    to[0] = '\\';
    to[1] = c;
    if (u < sizeof letters)
        to[1] = letters[u];
    if (to[1])
        return 2;
    to[1] = 'u';
    to[2] = to[3] = '0';
    to[4] = hex[u >> 4];
    to[5] = hex[u & 15];
    return 6;
}

/* The lanes of 'v' that hold a control, a quote or a backslash have their
 * high bit set. A borrow may mark lanes above such a lane too, never one
 * below the lowest. */
static uint64_t
special8(uint64_t v)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = v ^ (ones * '"'), slash = v ^ (ones * '\\');

    return (((v - ones * 0x20) & ~v) | ((quote - ones) & ~quote) |
            ((slash - ones) & ~slash)) &
           (ones * 0x80);
}

/* Valid UTF-8 to 'to', which has room for six times as much. Eight bytes are
 * copied before it is known how many of them stay: program output has an
 * escape, the line feed, every few bytes. */
static char *
write_valid(char *to, vb_str s)
{
    const char *at = s.ptr, *end = s.ptr + s.len;

    while (end - at >= 8) {
        uint64_t v, special;

        memcpy(&v, at, sizeof v);
        memcpy(to, &v, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        v = __builtin_bswap64(v);
#endif
        special = special8(v);
        if (special) {
            unsigned n = (unsigned)__builtin_ctzll(special) / 8;

            to += n;
            if (at[n] == '\n') {
                *to++ = '\\';
                *to++ = 'n';
            } else {
                to += escape(to, at[n]);
            }
            at += n + 1;
        } else {
            to += 8;
            at += 8;
        }
    }
    for (; at < end; at++)
        if (plain(*at) || (unsigned char)*at >= 0x80)
            *to++ = *at;
        else
            to += escape(to, *at);
    return to;
}

/* In pieces, so that the room for six times as much stays small. False when
 * the buffer's maximum does not allow it. */
static bool
write_pieces(vb_buf *out, vb_str s)
{
    enum { PIECE = 4096 };

    while (s.len) {
        vb_str piece = vb_str_sub(s, 0, PIECE);
        char *room = vb_buf_room(out, 6 * piece.len + 8);

        if (!room)
            return false;
        vb_buf_grew(out, (size_t)(write_valid(room, piece) - room));
        s = vb_str_from(s, piece.len);
    }
    return true;
}

static void
write_string(vb_buf *out, vb_str s)
{
    const size_t few = 64;

    vb_buf_ch(out, '"');
    if (s.len > few && out->max == VB_BUF_NO_MAX && vb_utf8_valid(s) &&
        write_pieces(out, s))
        s.len = 0;
    while (s.len) {
        size_t n = plain_run(s);
        char escaped[6];

        if (n)
            vb_buf_add(out, s.ptr, n);
        if (n < s.len)
            vb_buf_add(out, escaped, escape(escaped, s.ptr[n++]));
        s = vb_str_from(s, n);
    }
    vb_buf_ch(out, '"');
}

/* What stands before any value: comma, indentation and name. */
static void
begin(vb_json *json, vb_str key, bool named)
{
    if (json->keyed) {
        json->keyed = false;
        return;
    }
    if (json->depth) {
        if (json->filled[json->depth])
            vb_buf_ch(json->out, ',');
        if (json->pretty)
            newline(json);
    }
    json->filled[json->depth] = true;
    if (!named)
        return;
    write_string(json->out, key);
    vb_buf_add(json->out, ": ", json->pretty ? 2 : 1);
}

static void
begin_c(vb_json *json, const char *key)
{
    begin(json, vb_str_c(key), key != NULL);
}

static void
open_level(vb_json *json, const char *key, char bracket)
{
    begin_c(json, key);
    vb_buf_ch(json->out, bracket);
    assert(json->depth + 1 < VB_JSON_DEPTH_MAX);
    json->filled[++json->depth] = false;
}

void
vb_json_object(vb_json *json, const char *key)
{
    open_level(json, key, '{');
}

void
vb_json_array(vb_json *json, const char *key)
{
    open_level(json, key, '[');
}

void
vb_json_end(vb_json *json, char bracket)
{
    bool filled = json->filled[json->depth];

    assert(json->depth > 0);
    json->depth--;
    if (filled && json->pretty)
        newline(json);
    vb_buf_ch(json->out, bracket);
}

void
vb_json_str(vb_json *json, const char *key, vb_str value)
{
    begin_c(json, key);
    write_string(json->out, value);
}

void
vb_json_opt(vb_json *json, const char *key, vb_str value)
{
    if (value.len)
        vb_json_str(json, key, value);
}

void
vb_json_c(vb_json *json, const char *key, const char *value)
{
    if (value)
        vb_json_str(json, key, vb_str_c(value));
    else
        vb_json_null(json, key);
}

void
vb_json_int(vb_json *json, const char *key, int64_t value)
{
    char digits[20], *at = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    begin_c(json, key);
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--at = '-';
    vb_buf_add(json->out, at, (size_t)(digits + sizeof digits - at));
}

void
vb_json_size(vb_json *json, const char *key, size_t value)
{
    vb_json_int(json, key, (int64_t)value);
}

void
vb_json_bool(vb_json *json, const char *key, bool value)
{
    begin_c(json, key);
    vb_buf_c(json->out, value ? "true" : "false");
}

void
vb_json_null(vb_json *json, const char *key)
{
    begin_c(json, key);
    vb_buf_str(json->out, VB_STR("null"));
}

void
vb_json_raw(vb_json *json, const char *key, vb_str value)
{
    begin_c(json, key);
    vb_buf_str(json->out, value);
}

void
vb_json_key(vb_json *json, vb_str key)
{
    begin(json, key, true);
    json->keyed = true;
}

void
vb_json_bytes(vb_json *json, const char *key, vb_str value)
{
    if (vb_utf8_valid(value) && vb_str_chr(value, '\0') == VB_NPOS) {
        vb_json_str(json, key, value);
        return;
    }
    {
        vb_buf name;

        vb_buf_init(&name, VB_BUF_NO_MAX);
        vb_buf_fmt(&name, "%s_base64", key);
        vb_json_key(json, vb_buf_view(&name));
        vb_buf_release(&name);
    }
    begin_c(json, NULL);
    vb_buf_ch(json->out, '"');
    vb_base64(json->out, value);
    vb_buf_ch(json->out, '"');
}
