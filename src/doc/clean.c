#include "doc/clean.h"

#include "base/buf.h"
#include "doc/source.h"

#include "base/banned.h"

typedef struct vb_cleaner {
    const vb_scan *s;
    vb_buf out;
    VB_VEC(uint32_t) lists; /* content columns, as emitted */
    vb_arena scratch;
} vb_cleaner;

static size_t
blanks(vb_str line)
{
    size_t i = 0;

    while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'))
        i++;
    return i;
}

static uint32_t
moved(int32_t shift, uint32_t column)
{
    if (shift <= 0)
        return column;
    return column > (uint32_t)shift ? column - (uint32_t)shift : 0;
}

/* Follows which list items are open, so that a placeholder can be put at a
 * column where it is no indented code. */
static void
track(vb_cleaner *c, vb_str line, size_t at, uint32_t column)
{
    size_t content;
    uint32_t n = 0, wide, base = vb_scan_column(line, at);

    while (c->lists.len && c->lists.at[c->lists.len - 1] > column)
        c->lists.len--;
    while (n++ < VB_MARKERS_MAX &&
           (wide = vb_list_marker(line, at, &content)) != 0) {
        vb_vec_push(&c->scratch, &c->lists, wide - base + column);
        if (content == at)
            break;
        at = content;
    }
}

/* Quote marks and list markers in front of a placeholder stay. */
static void
place(vb_cleaner *c, vb_str line, int32_t shift)
{
    size_t start = blanks(line), at = start, content;
    uint32_t column = moved(shift, vb_scan_column(line, start));
    uint32_t list, n = 0;

    while (at < line.len &&
           (line.ptr[at] == '>' || line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    while (n++ < VB_MARKERS_MAX && vb_list_marker(line, at, &content) != 0 &&
           content > at)
        at = content;
    while (c->lists.len && c->lists.at[c->lists.len - 1] > column)
        c->lists.len--;
    list = c->lists.len ? c->lists.at[c->lists.len - 1] : 0;
    if (column >= list + 4)
        column = list;
    vb_buf_fill(&c->out, ' ', column);
    vb_buf_str(&c->out, vb_str_sub(line, start, at - start));
    if (at > start)
        track(c, line, start, column);
    vb_buf_c(&c->out, "___");
}

static void
keep(vb_cleaner *c, vb_str line, int32_t shift)
{
    size_t at = blanks(line);
    uint32_t column;

    if (at == line.len)
        return;
    column = moved(shift, vb_scan_column(line, at));
    track(c, line, at, column);
    if (shift <= 0) {
        vb_buf_str(&c->out, line);
        return;
    }
    vb_buf_fill(&c->out, ' ', column);
    vb_buf_str(&c->out, vb_str_from(line, at));
}

/* An empty line inside a quote keeps the quote open. */
static void
empty(vb_cleaner *c, vb_str line)
{
    size_t i = 0, quote = 0;

    for (; i < line.len; i++) {
        if (line.ptr[i] == '>')
            quote = i + 1;
        else if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
            break;
    }
    vb_buf_str(&c->out, vb_str_sub(line, 0, quote));
}

vb_str
vb_clean_text(vb_scan *s)
{
    vb_cleaner c = {.s = s};
    vb_str text;

    vb_buf_init(&c.out, VB_BUF_NO_MAX);
    for (uint32_t n = 1; n <= s->count; n++) {
        vb_str source = vb_source_line(s->source, n);
        vb_str line =
            vb_str_n(s->work + s->source->lines.at[n - 1], source.len);

        switch ((vb_line_op)s->ops[n - 1]) {
        case VB_LINE_KEEP:
            keep(&c, line, s->shift[n - 1]);
            break;
        case VB_LINE_PLACE:
            place(&c, source, s->shift[n - 1]);
            break;
        case VB_LINE_BLANK:
            empty(&c, source);
            break;
        }
        vb_buf_ch(&c.out, '\n');
    }
    text = vb_str_copy(s->arena, vb_buf_view(&c.out));
    vb_buf_release(&c.out);
    vb_arena_release(&c.scratch);
    return text;
}

uint32_t
vb_clean_column(const vb_unit *unit, uint32_t line, uint32_t col)
{
    int32_t shift;
    vb_str text = vb_source_line(unit->source, line);
    size_t at = blanks(text);
    uint32_t column;

    if (line == 0 || line > unit->source->lines.len)
        return col;
    shift = unit->shift[line - 1];
    if (shift <= 0)
        return col;
    column = moved(shift, vb_scan_column(text, at));
    if (col <= column)
        return (uint32_t)at + 1;
    return col - column + (uint32_t)at;
}
