#include "rehearse/recorder_text.h"

#include "base/text.h"

#include "base/banned.h"

/* ------------------------------------------------------------ characters -- */

/* What a YAML reader takes as it stands within a line. */
static bool
is_printable(uint32_t c)
{
    return (c >= 0x20 && c < 0x7f) ||
           (c >= 0xa0 && c < 0xd800 && c != 0x2028 && c != 0x2029) ||
           (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) ||
           (c >= 0x10000 && c <= 0x10ffff);
}

static bool
is_plain(vb_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!vb_is_word(s.ptr[i]) && s.ptr[i] != '-' && s.ptr[i] != '.' &&
            s.ptr[i] != '/')
            return false;
    return s.len && s.len < 200 &&
           (vb_is_word(s.ptr[0]) || s.ptr[0] == '/' ||
            (s.len > 2 && s.ptr[0] == '-' &&
             (vb_is_alpha(s.ptr[1]) || vb_is_alpha(s.ptr[2]))));
}

/* ------------------------------------------------------------------ YAML -- */

static void
put_quoted(vb_buf *out, vb_str text)
{
    size_t at = 0;

    vb_buf_ch(out, '"');
    while (at < text.len) {
        uint32_t c;
        size_t n = vb_utf8_next(vb_str_from(text, at), &c);

        if (n == 0)
            break;
        if (c == '"' || c == '\\')
            vb_buf_fmt(out, "\\%c", (char)c);
        else if (c == '\n')
            vb_buf_c(out, "\\n");
        else if (c == '\t')
            vb_buf_c(out, "\\t");
        else if (is_printable(c))
            vb_buf_str(out, vb_str_sub(text, at, n));
        else
            vb_buf_fmt(out, "\\u%04x", (unsigned)c);
        at += n;
    }
    vb_buf_ch(out, '"');
}

void
vb_recorder_flow(vb_buf *out, vb_str text)
{
    if (is_plain(text))
        vb_buf_str(out, text);
    else
        put_quoted(out, text);
}

/* Can it be a literal block? Lines of blanks alone, and odd characters,
 * cannot. */
static bool
is_block(vb_str text)
{
    vb_str rest = text, line;

    if (vb_str_chr(text, '\n') == VB_NPOS || text.ptr[0] == '\n')
        return false;
    for (size_t at = 0; at < text.len;) {
        uint32_t c;
        size_t n = vb_utf8_next(vb_str_from(text, at), &c);

        if (n == 0 || (c != '\n' && !is_printable(c)))
            return false;
        at += n;
    }
    while (vb_str_field(&rest, '\n', &line))
        if (line.len && !vb_str_trim(line).len)
            return false;
    return true;
}

static void
put_block(vb_buf *out, vb_str text, size_t indent)
{
    bool ended = vb_str_ends(text, "\n");
    vb_str rest = ended ? vb_str_sub(text, 0, text.len - 1) : text, line;

    vb_buf_c(out, "|2");
    if (!ended)
        vb_buf_ch(out, '-');
    else if (vb_str_ends(rest, "\n"))
        vb_buf_ch(out, '+');
    for (;;) {
        size_t end = vb_str_chr(rest, '\n');

        line = vb_str_sub(rest, 0, end == VB_NPOS ? rest.len : end);
        vb_buf_ch(out, '\n');
        if (line.len)
            vb_buf_fill(out, ' ', indent);
        vb_buf_str(out, line);
        if (end == VB_NPOS)
            break;
        rest = vb_str_from(rest, end + 1);
    }
}

void
vb_recorder_scalar(vb_buf *out, vb_str text, size_t indent)
{
    if (is_block(text))
        put_block(out, text, indent);
    else
        vb_recorder_flow(out, text);
}

/* ------------------------------------------------------------- templates -- */

/* Does the path begin here, as a whole? */
static bool
place_at(vb_str text, size_t at, vb_str place)
{
    char before = ' ', after = ' ';

    if (place.len < 2 || text.len - at < place.len ||
        !vb_str_eq(vb_str_sub(text, at, place.len), place))
        return false;
    if (at)
        before = text.ptr[at - 1];
    if (at + place.len < text.len)
        after = text.ptr[at + place.len];
    return !vb_is_word(before) && before != '.' && before != '-' &&
           !vb_is_word(after) && after != '-';
}

/* Bytes of 'text' that become an expression at 'at', which is put; 0: none
 * do. A brace beside an expression would belong to it. */
static size_t
put_expression(vb_buf *out, vb_str text, size_t at,
               const vb_recorder_places *places, bool behind)
{
    bool brace = text.ptr[at] == '{', next = at + 1 < text.len;

    if (place_at(text, at, places->work)) {
        vb_buf_c(out, "{{work}}");
        return places->work.len;
    }
    if (place_at(text, at, places->home)) {
        vb_buf_c(out, "{{home}}");
        return places->home.len;
    }
    if (brace && next && text.ptr[at + 1] == '{') {
        vb_buf_c(out, "{{'{{'}}");
        return 2;
    }
    if (brace && next &&
        (place_at(text, at + 1, places->work) ||
         place_at(text, at + 1, places->home))) {
        vb_buf_c(out, "{{'{'}}");
        return 1;
    }
    if (behind && text.ptr[at] == '}') {
        vb_buf_c(out, "{{'}'}}");
        return 1;
    }
    return 0;
}

size_t
vb_recorder_place(vb_str text, size_t at, const vb_recorder_places *places)
{
    if (place_at(text, at, places->work))
        return places->work.len;
    return place_at(text, at, places->home) ? places->home.len : 0;
}

vb_str
vb_recorder_template(vb_arena *arena, vb_str text,
                     const vb_recorder_places *places, bool *changed)
{
    vb_buf out;
    vb_str done;
    bool behind = false, found = false;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (!vb_utf8_valid(text)) {
        vb_buf_c(&out, "{{unbase64('");
        vb_base64(&out, text);
        vb_buf_c(&out, "')}}");
        text.len = 0;
    }
    for (size_t at = 0; at < text.len;) {
        size_t n = put_expression(&out, text, at, places, behind);

        behind = n > 0;
        found = found || n > 2;
        if (!n) {
            vb_buf_ch(&out, text.ptr[at]);
            n = 1;
        }
        at += n;
    }
    done = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    if (changed)
        *changed = found;
    return done;
}
