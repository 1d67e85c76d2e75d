#include "base/text.h"

#include <string.h>

#include "base/banned.h"

/* -------------------------------------------------------------- UTF-8 -- */

size_t
vb_utf8_next(vb_str s, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s.ptr;
    uint32_t value;
    size_t len;

    if (s.len == 0)
        return 0;
    if (p[0] < 0x80) {
        *code = p[0];
        return 1;
    }
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (s.len < len)
        return 0;
    value = p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (p[i] & 0x3f);
    }
    if (value < least[len] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return len;
}

size_t
vb_utf8_bad(vb_str s)
{
    size_t at = 0;
    uint32_t code;

    while (at < s.len) {
        uint64_t eight;
        size_t n;

        while (s.len - at >= sizeof eight) {
            memcpy(&eight, s.ptr + at, sizeof eight);
            if (eight & UINT64_C(0x8080808080808080))
                break;
            at += sizeof eight;
        }
        if (at == s.len)
            break;
        n = vb_utf8_next(vb_str_from(s, at), &code);
        if (n == 0)
            return at;
        at += n;
    }
    return VB_NPOS;
}

bool
vb_utf8_valid(vb_str s)
{
    return vb_utf8_bad(s) == VB_NPOS;
}

/* ------------------------------------------------- terminals and HTML -- */

static bool
is_bidi(uint32_t code)
{
    return code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

static bool
is_safe(uint32_t code, bool lines)
{
    if (code == '\t' || code == '\n')
        return lines;
    return code >= 0x20 && (code < 0x7f || code > 0x9f) && !is_bidi(code);
}

static void
show_byte(vb_buf *out, char byte)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char u = (unsigned char)byte;
    const char shown[4] = {'\\', 'x', hex[u >> 4], hex[u & 15]};

    vb_buf_add(out, shown, sizeof shown);
}

/* Length of the longest prefix that may be shown as it is. */
static size_t
safe_run(vb_str s, bool lines)
{
    size_t at = 0, n;
    uint32_t code;

    for (;;) {
        while (at < s.len && s.ptr[at] >= 0x20 && s.ptr[at] < 0x7f)
            at++;
        n = vb_utf8_next(vb_str_from(s, at), &code);
        if (n == 0 || !is_safe(code, lines))
            return at;
        at += n;
    }
}

static void
mask(vb_buf *out, vb_str s, bool lines)
{
    while (s.len) {
        size_t n = safe_run(s, lines);
        uint32_t code;

        if (n)
            vb_buf_add(out, s.ptr, n);
        s = vb_str_from(s, n);
        if (s.len == 0)
            break;
        n = vb_utf8_next(s, &code);
        if (n > 1)
            vb_buf_fmt(out, "\\u%04x", code);
        else
            show_byte(out, s.ptr[0]);
        s = vb_str_from(s, n ? n : 1);
    }
}

void
vb_text_mask(vb_buf *out, vb_str s)
{
    mask(out, s, true);
}

void
vb_text_mask_line(vb_buf *out, vb_str s)
{
    mask(out, s, false);
}

static const char *
html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void
vb_text_html(vb_buf *out, vb_str s)
{
    while (s.len) {
        const char *entity = NULL;
        size_t n = 0;

        while (n < s.len && !(entity = html_entity(s.ptr[n])))
            n++;
        mask(out, vb_str_sub(s, 0, n), true);
        if (entity)
            vb_buf_c(out, entity);
        s = vb_str_from(s, n + 1);
    }
}

void
vb_shell_single(vb_buf *out, vb_str s)
{
    while (s.len) {
        size_t quote = vb_str_chr(s, '\'');

        vb_buf_str(out, vb_str_sub(s, 0, quote));
        if (quote == VB_NPOS)
            break;
        vb_buf_str(out, VB_STR("'\\''"));
        s = vb_str_from(s, quote + 1);
    }
}

void
vb_shell_quote(vb_buf *out, vb_str s)
{
    vb_buf_ch(out, '\'');
    vb_shell_single(out, s);
    vb_buf_ch(out, '\'');
}

/* ------------------------------------------------------------- escapes -- */

static size_t
skip_class(vb_str s, size_t at, char first, char last)
{
    while (at < s.len && s.ptr[at] >= first && s.ptr[at] <= last)
        at++;
    return at;
}

/* OSC, DCS, SOS, PM and APC run to BEL or ST. Any other ESC cancels them, and
 * a line that ends first gets its text back on the next line. */
static size_t
skip_string(vb_str s, size_t at)
{
    while (at < s.len && s.ptr[at] != '\a' && s.ptr[at] != '\x1b' &&
           s.ptr[at] != '\n')
        at++;
    if (at == s.len || s.ptr[at] == '\n')
        return at;
    if (s.ptr[at] == '\a')
        return at + 1;
    return at + 1 < s.len && s.ptr[at + 1] == '\\' ? at + 2 : at;
}

/* The position behind the escape sequence whose ESC stands at 'at'. */
static size_t
skip_escape(vb_str s, size_t at)
{
    const char kind = (char)(at + 1 < s.len ? s.ptr[at + 1] : '\0');

    if (kind == '[') {
        at = skip_class(s, at + 2, 0x30, 0x3f);
        at = skip_class(s, at, 0x20, 0x2f);
        return at < s.len && s.ptr[at] >= 0x40 && s.ptr[at] <= 0x7e ? at + 1
                                                                    : at;
    }
    if (kind && strchr("]PX^_", kind))
        return skip_string(s, at + 2);
    at = skip_class(s, at + 1, 0x20, 0x2f);
    return at < s.len && s.ptr[at] >= 0x30 && s.ptr[at] <= 0x7e ? at + 1 : at;
}

vb_str
vb_text_strip_ansi(vb_arena *arena, vb_str s)
{
    char *copy = vb_arena_alloc(arena, s.len + 1);
    size_t at = 0, len = 0;

    while (at < s.len) {
        size_t esc = vb_str_chr(vb_str_from(s, at), '\x1b');
        size_t n = esc == VB_NPOS ? s.len - at : esc;

        memcpy(copy + len, s.ptr + at, n);
        len += n;
        at += n;
        if (at < s.len)
            at = skip_escape(s, at);
    }
    return (vb_str){copy, len};
}

/* --------------------------------------------------------------- slugs -- */

enum { SLUG_MAX = 80 };

/* Letters and digits beyond ASCII, roughly: everything that is not in a block
 * of punctuation, symbols or emoji. */
static bool
is_letter_beyond(uint32_t code)
{
    return code == 0xaa || code == 0xb5 || code == 0xba ||
           (code >= 0xc0 && code < 0x2000 && code != 0xd7 && code != 0xf7) ||
           (code >= 0x2c00 && code < 0x2e00) ||
           (code >= 0x3040 && code < 0xd800) ||
           (code >= 0xf900 && code < 0xfe00) ||
           (code >= 0xff10 && code < 0xffe0) ||
           (code >= 0x10000 && code < 0x1d000) ||
           (code >= 0x20000 && code < 0xe0000);
}

/* Lower case where upper and lower case are at a fixed distance: Latin-1,
 * Greek and Cyrillic. */
static uint32_t
lower_beyond(uint32_t code)
{
    if ((code >= 0xc0 && code <= 0xde) || (code >= 0x391 && code <= 0x3a9) ||
        (code >= 0x410 && code <= 0x42f))
        return code + 0x20;
    return code >= 0x400 && code <= 0x40f ? code + 0x50 : code;
}

static size_t
put_utf8(char *out, uint32_t code)
{
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    if (len == 1) {
        out[0] = (char)code;
        return 1;
    }
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)((0xf00u >> len & 0xff) | code);
    return len;
}

/* The bytes 'code' contributes to a slug; 0 for what separates words. */
static size_t
slug_letter(char *out, uint32_t code)
{
    if (code < 0x80 && vb_is_alnum((char)code)) {
        out[0] = vb_lower((char)code);
        return 1;
    }
    return is_letter_beyond(code) ? put_utf8(out, lower_beyond(code)) : 0;
}

vb_str
vb_text_slug(vb_arena *arena, vb_str s)
{
    char slug[SLUG_MAX], letter[4];
    size_t len = 0, n, width;
    bool gap = false;

    for (; s.len; s = vb_str_from(s, n ? n : 1)) {
        uint32_t code = ' ';

        n = vb_utf8_next(s, &code);
        if (code == '\'' || code == 0x2019)
            continue;
        width = n ? slug_letter(letter, code) : 0;
        if (width == 0) {
            gap = len > 0;
            continue;
        }
        if (len + gap + width > sizeof slug)
            break;
        if (gap)
            slug[len++] = '-';
        gap = false;
        memcpy(slug + len, letter, width);
        len += width;
    }
    return vb_str_copy(arena, len ? vb_str_n(slug, len) : VB_STR("section"));
}

/* -------------------------------------------------------------- base64 -- */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

void
vb_base64(vb_buf *out, vb_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t want = (bytes.len + 2) / 3 * 4;
    char *to = vb_buf_room(out, want);

    if (!to)
        return;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t three = (uint32_t)p[i] << 16;

        three |= left > 1 ? (uint32_t)p[i + 1] << 8 : 0;
        three |= left > 2 ? (uint32_t)p[i + 2] : 0;
        *to++ = base64_digits[three >> 18];
        *to++ = base64_digits[three >> 12 & 63];
        *to++ = base64_digits[left > 1 ? three >> 6 & 63 : 64];
        *to++ = base64_digits[left > 2 ? three & 63 : 64];
    }
    vb_buf_grew(out, want);
}

static uint32_t
base64_value(char c)
{
    if (vb_is_upper(c))
        return (uint32_t)(c - 'A');
    if (vb_is_lower(c))
        return (uint32_t)(c - 'a') + 26;
    if (vb_is_digit(c))
        return (uint32_t)(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Fills 'room' with the bytes of 'text', whose last 'pad' characters are not
 * looked at. False on a character that is no digit. */
static bool
decode(vb_str text, size_t pad, char *room, size_t want)
{
    uint32_t bits = 0;
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        uint32_t value = i < text.len - pad ? base64_value(text.ptr[i]) : 0;

        if (value > 63)
            return false;
        bits = bits << 6 | value;
        if (i % 4 != 3)
            continue;
        for (int shift = 16; shift >= 0 && len < want; shift -= 8)
            room[len++] = (char)(bits >> shift & 0xff);
    }
    /* Bits that belong to no byte are zero, or two texts mean the same. */
    return !pad || !(bits & (pad == 1 ? 0xffu : 0xffffu));
}

bool
vb_base64_decode(vb_buf *out, vb_str text)
{
    size_t pad = vb_str_ends(text, "==") ? 2 : vb_str_ends(text, "=") ? 1 : 0;
    size_t want = text.len / 4 * 3 - (text.len ? pad : 0);
    char *room;
    bool ok;

    if (text.len % 4 || !(room = vb_buf_room(out, want)))
        return false;
    ok = decode(text, pad, room, want);
    vb_buf_grew(out, ok ? want : 0); /* also puts the NUL back */
    return ok;
}
