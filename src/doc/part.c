#include "doc/part.h"

#include "base/buf.h"
#include "doc/source.h"

#include "base/banned.h"

/* The number at the start of *s, 0 when there is none. */
static uint32_t
number(vb_str *s)
{
    uint32_t n = 0;
    size_t i = 0;

    for (; i < s->len && vb_is_digit(s->ptr[i]); i++) {
        if (n < 100000000)
            n = n * 10 + (uint32_t)(s->ptr[i] - '0');
    }
    *s = vb_str_from(*s, i);
    return n;
}

/* "2:5", ":5", "2:", "2" */
static bool
by_number(const vb_source *source, vb_str part, uint32_t *first, uint32_t *last)
{
    uint32_t count = vb_source_count(source);

    if (part.len == 0 || (!vb_is_digit(part.ptr[0]) && part.ptr[0] != ':'))
        return false;
    *first = number(&part);
    *last = *first;
    if (vb_str_starts(part, ":")) {
        part = vb_str_from(part, 1);
        *last = number(&part);
        if (*last == 0)
            *last = count;
    }
    if (*first == 0)
        *first = 1;
    if (*last > count)
        *last = count;
    return part.len == 0 && *first <= *last;
}

/* Does the line hold "before name", with nothing of a name behind it? */
static bool
marks(vb_str line, const char *before, vb_str name)
{
    size_t at = vb_str_find(line, vb_str_c(before));

    if (at == VB_NPOS)
        return false;
    line = vb_str_ltrim(vb_str_from(line, at + vb_str_c(before).len));
    if (line.len < name.len || !vb_str_eq(vb_str_sub(line, 0, name.len), name))
        return false;
    line = vb_str_from(line, name.len);
    return line.len == 0 || (!vb_is_word(line.ptr[0]) && line.ptr[0] != '-');
}

bool
vb_part_find(const vb_source *source, vb_str part, uint32_t *first,
             uint32_t *last)
{
    static const char *const opening[] = {"[start:", "ANCHOR:", "#region",
                                          "region "};
    static const char *const closing[] = {"[end:", "ANCHOR_END:", "#endregion",
                                          "endregion "};
    bool open = false;

    if (by_number(source, part, first, last))
        return true;
    for (uint32_t n = 1; n <= vb_source_count(source); n++) {
        vb_str line = vb_source_line(source, n);

        for (size_t i = 0; i < VB_COUNT(opening); i++) {
            if (!open && marks(line, opening[i], part)) {
                open = true;
                *first = n + 1;
                break;
            }
            if (open && marks(line, closing[i], part)) {
                *last = n - 1;
                return true;
            }
        }
    }
    return false;
}

static void
add_lines(vb_buf *buf, const vb_source *source, uint32_t first, uint32_t last)
{
    for (uint32_t n = first; n <= last && n <= vb_source_count(source); n++) {
        vb_buf_str(buf, vb_source_line(source, n));
        vb_buf_ch(buf, '\n');
    }
}

vb_str
vb_part_text(vb_arena *arena, const vb_source *source, uint32_t first,
             uint32_t last)
{
    vb_buf buf;
    vb_str text;

    if (first == 1 && last >= vb_source_count(source) &&
        vb_str_chr(source->text, '\r') == VB_NPOS)
        return source->text;
    vb_buf_init(&buf, VB_DOC_BYTES_MAX);
    add_lines(&buf, source, first, last);
    text = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return text;
}

vb_str
vb_part_lines(vb_arena *arena, const vb_source *source, vb_str ranges,
              uint32_t *first)
{
    vb_buf buf;
    vb_str range, text;

    vb_buf_init(&buf, VB_DOC_BYTES_MAX);
    *first = 0;
    while (vb_str_field(&ranges, ',', &range)) {
        uint32_t from, to;

        range = vb_str_trim(range);
        from = number(&range);
        to = from;
        if (vb_str_starts(range, "-")) {
            range = vb_str_from(range, 1);
            to = number(&range);
            if (to == 0)
                to = vb_source_count(source);
        }
        if (from == 0)
            from = 1;
        if (*first == 0)
            *first = from;
        add_lines(&buf, source, from, to);
    }
    text = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return text;
}
