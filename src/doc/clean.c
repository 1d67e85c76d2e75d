#include "doc/clean.h"

#include "base/buf.h"
#include "doc/source.h"

#include "base/banned.h"

typedef struct vb_cleaner {
    vb_scan *s;
    vb_buf out;
    VB_VEC(uint32_t) lists; /* content columns, as emitted */
    size_t mark;            /* cursor over the unit's marks */
    uint32_t line;          /* of the source */
    bool broken;            /* the next text begins a new paragraph */
    bool empty;             /* the last line that was emitted */
    bool text;              /* ... is text that may go on */
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

/* Ends the clean line; byte i of it is byte i + delta of the source's. */
static void
end_line(vb_cleaner *c, int32_t delta, bool empty)
{
    vb_origin origin = {c->line, delta};

    vb_buf_ch(&c->out, '\n');
    vb_vec_push(&c->s->unit->scratch, &c->s->unit->origin, origin);
    c->empty = empty;
    c->text = false;
}

/* Follows which list items are open, so that a placeholder can be put at a
 * column where it is no indented code. */
static void
track(vb_cleaner *c, vb_str line, size_t at, uint32_t column)
{
    size_t content;
    uint32_t n = 0, wide, base = vb_scan_column(line, at);

    while (c->lists.len && c->lists.at[c->lists.len - 1] > column &&
           !(c->text && vb_line_lazy(line, at)))
        c->lists.len--;
    while (n++ < VB_MARKERS_MAX &&
           (wide = vb_list_marker(line, at, &content)) != 0) {
        vb_vec_push(&c->s->unit->scratch, &c->lists, wide - base + column);
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
    end_line(c, 0, false);
}

/* Text from byte 'from' of the line on, as a line of its own. */
static void
segment(vb_cleaner *c, vb_str line, size_t from, int32_t shift)
{
    vb_str rest = vb_str_from(line, from);
    size_t at = from + blanks(rest);
    uint32_t column;

    if (at == line.len)
        return;
    if (c->broken && !c->empty)
        end_line(c, 0, true);
    c->broken = false;
    column = moved(shift, vb_scan_column(line, at));
    track(c, line, at, column);
    if (shift <= 0 && from == 0) {
        vb_buf_str(&c->out, line);
        end_line(c, 0, false);
    } else {
        if (from > 0)
            column = 0;
        vb_buf_fill(&c->out, ' ', column);
        vb_buf_str(&c->out, vb_str_from(line, at));
        end_line(c, (int32_t)at - (int32_t)column, false);
    }
    c->text = true;
}

/* A mark inside the text parts it: what stands before and behind it is seen
 * by different readers. */
static void
keep(vb_cleaner *c, vb_str line, int32_t shift)
{
    const vb_unit *u = c->s->unit;
    size_t from = 0, lines = u->origin.len;

    for (; c->mark < u->marks.len && u->marks.at[c->mark].line == c->line;
         c->mark++) {
        size_t at = u->marks.at[c->mark].col - 1;

        if (at > from && at <= line.len &&
            blanks(vb_str_sub(line, from, at - from)) < at - from) {
            segment(c, vb_str_sub(line, 0, at), from, shift);
            from = at;
        }
        c->broken = true;
    }
    segment(c, line, from, from ? 0 : shift);
    if (u->origin.len == lines)
        end_line(c, 0, true);
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
    end_line(c, 0, true);
}

/* Marks of lines that are empty now need no break of their own. */
static void
skip_marks(vb_cleaner *c)
{
    const vb_unit *u = c->s->unit;

    while (c->mark < u->marks.len && u->marks.at[c->mark].line < c->line)
        c->mark++;
}

void
vb_clean_text(vb_scan *s)
{
    vb_cleaner c = {.s = s, .empty = true};
    vb_unit *u = s->unit;

    vb_buf_init(&c.out, VB_BUF_NO_MAX);
    vb_buf_room(&c.out, s->source->text.len + s->source->text.len / 8);
    u->origin.at = VB_NEW_N(&u->scratch, vb_origin, (size_t)s->count + 1);
    u->origin.cap = (size_t)s->count + 1;
    for (c.line = 1; c.line <= s->count; c.line++) {
        vb_str source = vb_source_line(s->source, c.line);
        vb_str line =
            vb_str_n(s->work + s->source->lines.at[c.line - 1], source.len);

        skip_marks(&c);
        switch ((vb_line_op)s->ops[c.line - 1]) {
        case VB_LINE_KEEP:
            keep(&c, line, s->shift[c.line - 1]);
            break;
        case VB_LINE_PLACE:
            place(&c, source, s->shift[c.line - 1]);
            break;
        case VB_LINE_BLANK:
            empty(&c, source);
            break;
        }
    }
    u->clean = c.out;
}

vb_loc
vb_clean_loc(const vb_unit *unit, uint32_t line, uint32_t col)
{
    vb_loc loc = {unit->source->path, line, col};
    const vb_origin *origin;

    if (line == 0 || line > unit->origin.len)
        return loc;
    origin = &unit->origin.at[line - 1];
    loc.line = origin->line;
    loc.col = (uint32_t)((int32_t)col + origin->delta);
    return loc;
}
