#include "verify/normalise.h"

#include "base/attr.h"
#include "base/text.h"

#include <string.h>

#include "base/banned.h"

/* Sequences that only look different: what they become. */
static const struct {
    const char *from, *to;
} plain[] = {
    {"\xc2\xa0", " "},      {"\xe2\x80\x98", "'"},  {"\xe2\x80\x99", "'"},
    {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""}, {"\xef\xb8\x8f", ""},
    {"\xe2\x80\x8b", ""},   {"\xef\xbb\xbf", ""},   {"\xe2\x80\xaf", " "},
};

static size_t
plain_at(vb_str s, const char **to)
{
    /* Braille patterns are the frames of a spinner. */
    if (s.len >= 3 && s.ptr[0] == '\xe2' && (unsigned char)s.ptr[1] >= 0xa0 &&
        (unsigned char)s.ptr[1] <= 0xa3) {
        *to = "";
        return 3;
    }
    for (size_t i = 0; i < VB_COUNT(plain); i++)
        if (vb_str_starts(s, plain[i].from)) {
            *to = plain[i].to;
            return strlen(plain[i].from);
        }
    return 0;
}

static vb_str
make_plain(vb_arena *arena, vb_str s)
{
    char *out;
    size_t n = 0;

    if (!s.len ||
        (!memchr(s.ptr, '\xe2', s.len) && !memchr(s.ptr, '\xc2', s.len) &&
         !memchr(s.ptr, '\xef', s.len)))
        return s;
    out = vb_arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len;) {
        const char *to = "";
        size_t skip = (s.ptr[i] & 0x80) ? plain_at(vb_str_from(s, i), &to) : 0;

        if (skip == 0) {
            out[n++] = s.ptr[i++];
            continue;
        }
        if (*to)
            out[n++] = *to;
        i += skip;
    }
    return vb_str_n(out, n);
}

/* What stays on the screen of "10%\r50%\r100%\n": each part overwrites the
 * one before; an erasing or empty one leaves what was there. */
static vb_str
apply_returns(vb_str s)
{
    for (;;) {
        size_t cr = vb_str_rchr(s, '\r');

        if (cr == VB_NPOS)
            return s;
        if (vb_str_trim(vb_str_from(s, cr + 1)).len)
            return vb_str_from(s, cr + 1);
        s = vb_str_sub(s, 0, cr);
    }
}

/* "a\bb" shows "b". */
static vb_str
apply_backspaces(vb_arena *arena, vb_str s)
{
    char *out;
    size_t n = 0;

    if (vb_str_chr(s, '\b') == VB_NPOS)
        return s;
    out = vb_arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '\b')
            out[n++] = s.ptr[i];
        else if (n)
            n--;
    }
    return vb_str_n(out, n);
}

static uint32_t
indent_of(vb_str s)
{
    uint32_t columns = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\t')
            columns = columns / 8 * 8 + 8;
        else if (s.ptr[i] == ' ')
            columns++;
        else
            break;
    }
    return columns;
}

/* "vendor preset: enabled": newer releases of systemd say "preset:". */
static vb_str
one_preset(vb_arena *arena, vb_str s)
{
    static const char old[] = "; vendor preset: ";
    size_t at;

    if (!vb_str_starts(vb_str_ltrim(s), "Loaded: "))
        return s;
    at = vb_str_find(s, vb_str_c(old));
    if (at == VB_NPOS)
        return s;
    return vb_str_fmt(arena, "%.*s; preset: %.*s", VB_ARG(vb_str_sub(s, 0, at)),
                      VB_ARG(vb_str_from(s, at + sizeof old - 1)));
}

static void
fill_line(vb_arena *arena, vb_str raw, vb_nline *line)
{
    vb_str s = raw;

    if (vb_str_chr(s, '\x1b') != VB_NPOS)
        s = vb_text_strip_ansi(arena, s);
    s = apply_backspaces(arena, apply_returns(s));
    s = one_preset(arena, vb_str_rtrim(make_plain(arena, s)));
    line->indent = indent_of(s);
    line->text = vb_str_ltrim(s);
    line->lead = (uint32_t)(s.len - line->text.len);
}

static vb_nlines
split(vb_arena *arena, vb_str text, bool normalise)
{
    vb_nlines lines = {0};
    size_t room = vb_str_lines(text);
    vb_str line, rest = text;

    lines.at = VB_NEW_N(arena, vb_nline, room);
    while (lines.len < room && vb_str_line(&rest, &line)) {
        vb_nline *l = &lines.at[lines.len++];

        l->raw = line;
        l->text = line;
        l->number = (uint32_t)lines.len;
        if (normalise)
            fill_line(arena, line, l);
    }
    return lines;
}

vb_nlines
vb_normalise(vb_arena *arena, vb_str text)
{
    return split(arena, text, true);
}

vb_nlines
vb_split_lines(vb_arena *arena, vb_str text)
{
    return split(arena, text, false);
}
