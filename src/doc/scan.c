#include "doc/scan.h"

#include "doc/clean.h"
#include "doc/rules.h"
#include "doc/source.h"

#include <string.h>

#include "base/banned.h"

const vb_dialect *const vb_dialects[] = {
    &vb_dialect_slots,
    &vb_dialect_mdx,
    &vb_dialect_hugo,
    &vb_dialect_mkdocs,
    &vb_dialect_docfx,
    &vb_dialect_pivot,
    &vb_dialect_colons,
    &vb_dialect_code_group,
    &vb_dialect_gitbook,
    &vb_dialect_myst,
    &vb_dialect_mdbook,
    &vb_dialect_boxes,
    NULL,
};

vb_str
vb_scan_line(const vb_scan *s, uint32_t line)
{
    return vb_source_line(s->source, line);
}

vb_str
vb_scan_rest(const vb_scan *s)
{
    return vb_str_from(s->text, s->at);
}

vb_loc
vb_scan_loc(const vb_scan *s, size_t at)
{
    return (vb_loc){s->source->path, s->line, (uint32_t)at + 1};
}

uint32_t
vb_scan_column(vb_str text, size_t at)
{
    uint32_t column = 0;

    for (size_t i = 0; i < at && i < text.len; i++)
        column = text.ptr[i] == '\t' ? column / 4 * 4 + 4 : column + 1;
    return column;
}

void
vb_scan_blank(vb_scan *s, uint32_t line)
{
    if (line >= 1 && line <= s->count)
        s->ops[line - 1] = VB_LINE_BLANK;
}

static size_t
offset(const vb_scan *s, size_t at)
{
    return s->source->lines.at[s->line - 1] + at;
}

void
vb_scan_cut(vb_scan *s, size_t at, size_t len)
{
    if (at > s->text.len)
        return;
    if (len > s->text.len - at)
        len = s->text.len - at;
    memset(s->work + offset(s, at), ' ', len);
}

void
vb_scan_take(vb_scan *s, size_t at, size_t len)
{
    size_t from = offset(s, at), to = from + len;
    uint32_t line = s->line;

    s->taken = at + len;
    if (to > s->source->text.len)
        to = s->source->text.len;
    for (size_t i = from; i < to; i++) {
        if (s->work[i] != '\n' && s->work[i] != '\r')
            s->work[i] = ' ';
    }
    while (line < s->count && s->source->lines.at[line] <= to)
        line++;
    if (line == s->line)
        return;
    /* the rest of the last line is still to be read */
    s->next = line;
    s->skip = to - s->source->lines.at[line - 1];
    if (s->skip >= vb_scan_line(s, line).len) {
        s->next = line + 1;
        s->skip = 0;
    }
}

vb_str
vb_scan_ahead(vb_scan *s, size_t at, size_t max)
{
    vb_str rest = vb_str_from(s->source->text, offset(s, at));
    size_t len = rest.len < max ? rest.len : max;

    if (len > s->budget)
        return vb_str_from(s->text, at);
    s->budget -= len;
    return vb_str_sub(rest, 0, len);
}

vb_item *
vb_scan_item(vb_scan *s, vb_item_kind kind, size_t at)
{
    vb_item item = {.kind = kind,
                    .line = s->line,
                    .col = (uint32_t)at + 1,
                    .end_line = s->line,
                    .ctx = vb_ctx_index(s)};

    item.label = vb_ctx_now(s)->label;
    vb_vec_push(s->arena, &s->unit->items, item);
    return &s->unit->items.at[s->unit->items.len - 1];
}

uint32_t
vb_list_marker(vb_str text, size_t at, size_t *content)
{
    size_t i = at;
    uint32_t column, spaces;

    if (i >= text.len)
        return 0;
    if (text.ptr[i] == '-' || text.ptr[i] == '*' || text.ptr[i] == '+') {
        i++;
    } else {
        while (i < text.len && i - at < 9 && vb_is_digit(text.ptr[i]))
            i++;
        if (i == at || i >= text.len ||
            (text.ptr[i] != '.' && text.ptr[i] != ')'))
            return 0;
        i++;
    }
    if (i < text.len && text.ptr[i] != ' ' && text.ptr[i] != '\t')
        return 0;
    column = vb_scan_column(text, i);
    *content = i;
    while (*content < text.len &&
           (text.ptr[*content] == ' ' || text.ptr[*content] == '\t'))
        ++*content;
    spaces = vb_scan_column(text, *content) - column;
    if (*content == text.len || spaces > 4)
        spaces = 1; /* an empty item, or one that starts with indented code */
    return column + spaces;
}

bool
vb_line_lazy(vb_str line, size_t at)
{
    size_t content;
    char c = '\n';

    if (at < line.len)
        c = line.ptr[at];
    if (vb_is_digit(c))
        return vb_list_marker(line, at, &content) == 0;
    if (c == '`')
        return !vb_str_starts(vb_str_from(line, at), "```");
    return vb_is_alpha(c) || c == '(' || c == '"' || (unsigned char)c >= 0x80;
}

void
vb_scan_goto(vb_scan *s, uint32_t line)
{
    size_t i = s->skip;

    s->line = line;
    s->next = line + 1;
    s->resumed = s->skip > 0;
    s->text = vb_scan_line(s, line);
    s->skip = 0;
    s->quotes = 0;
    s->items = (uint32_t)s->unit->items.len;
    for (; i < s->text.len; i++) {
        char c = s->text.ptr[i];

        if (c == '>')
            s->quotes++;
        else if (c != ' ' && c != '\t')
            break;
    }
    s->at = i;
    s->blank = i >= s->text.len;
    s->indent = s->blank ? 0 : vb_scan_column(s->text, i);
}

/* The column at which text inside the innermost frame begins; VB_NONE where
 * indentation has no meaning. */
static uint32_t
frame_base(const vb_scan *s)
{
    const vb_frame *top =
        s->frames.len ? &s->frames.at[s->frames.len - 1] : NULL;

    if (!top)
        return 0;
    if (top->jsx || s->jsx_depth)
        return VB_NONE;
    if (top->by_indent)
        return top->least == VB_NONE ? VB_NONE : top->least;
    return top->indent;
}

static void
leave_lists(vb_scan *s)
{
    if (!s->prev_blank && !s->in_code && vb_line_lazy(s->text, s->at))
        return;
    while (s->lists.len && s->lists.at[s->lists.len - 1] > s->indent)
        s->lists.len--;
}

static bool
indented_code(const vb_scan *s)
{
    uint32_t base = frame_base(s);
    uint32_t list = s->lists.len ? s->lists.at[s->lists.len - 1] : 0;

    if (base == VB_NONE || s->quotes)
        return false;
    if (list > base)
        base = list;
    return s->indent >= base + 4 && (s->prev_blank || s->in_code);
}

static void
enter_lists(vb_scan *s)
{
    size_t at = s->at, content;
    uint32_t column, n = 0;

    while (n++ < VB_MARKERS_MAX &&
           (column = vb_list_marker(s->text, at, &content)) != 0) {
        vb_vec_push(&s->unit->scratch, &s->lists, column);
        if (content == at)
            break;
        at = content;
    }
}

static void
note_starts(vb_scan *s)
{
    for (size_t i = 0; vb_dialects[i]; i++) {
        const vb_dialect *d = vb_dialects[i];

        for (const char *c = d->line ? d->starts : ""; *c; c++)
            s->starts[(unsigned char)*c] |= (uint16_t)(1u << i);
    }
}

static bool
line_dialects(vb_scan *s)
{
    unsigned offered = s->starts[(unsigned char)s->text.ptr[s->at]];

    for (size_t i = 0; offered >> i; i++) {
        if ((offered >> i & 1) && vb_dialects[i]->line(s))
            return true;
    }
    return false;
}

/* First byte of the work copy of the line that is not blank, list markers
 * skipped; the line's length when nothing is left. */
static size_t
leftover(const vb_scan *s)
{
    vb_str work = vb_str_n(s->work + offset(s, 0), s->text.len);
    size_t at = 0, content;
    uint32_t n = 0;

    for (; at < work.len; at++) {
        char c = work.ptr[at];

        if (c != ' ' && c != '\t' && c != '>')
            break;
    }
    while (n++ < VB_MARKERS_MAX && s->unit->items.len > s->items &&
           vb_list_marker(work, at, &content) != 0)
        at = content;
    return at;
}

/* After something was cut out: is the line still text? */
static void
settle_line(vb_scan *s)
{
    size_t at = leftover(s);
    uint32_t column;

    if (at >= s->text.len) {
        s->ops[s->line - 1] =
            s->unit->items.len > s->items ? VB_LINE_PLACE : VB_LINE_BLANK;
        return;
    }
    column = vb_scan_column(s->text, at);
    if (s->resumed) { /* behind a comment that began on an earlier line */
        s->shift[s->line - 1] += (int32_t)column;
        s->shift[s->line] -= (int32_t)column;
        return;
    }
    if (at <= s->at || s->quotes || s->unit->items.len > s->items)
        return;
    /* what stands behind a tag stands where the tag stood */
    s->shift[s->line - 1] += (int32_t)(column - s->indent);
    s->shift[s->line] -= (int32_t)(column - s->indent);
}

static void
note_indent(vb_scan *s)
{
    vb_frame *top = vb_frame_top(s);

    if (top && s->indent < top->least)
        top->least = s->indent;
}

static void
scan_text(vb_scan *s)
{
    uint32_t line = s->line;
    size_t frames = s->frames.len;
    bool special = memchr(s->text.ptr + s->at, '{', s->text.len - s->at) ||
                   memchr(s->text.ptr + s->at, '<', s->text.len - s->at) ||
                   memchr(s->text.ptr + s->at, '[', s->text.len - s->at);

    if (special)
        vb_scan_inside(s);
    if (s->ops[line - 1] == VB_LINE_KEEP && (special || s->resumed))
        settle_line(s);
    if (s->ops[line - 1] != VB_LINE_BLANK) {
        if (frames == s->frames.len)
            note_indent(s);
        enter_lists(s);
        if (s->ops[line - 1] == VB_LINE_KEEP && s->line == line)
            vb_heading_note(s);
        s->prev_blank = false;
    } else {
        s->prev_blank = true;
    }
}

static void
scan_one(vb_scan *s)
{
    if (s->blank) {
        s->prev_blank = true;
        return;
    }
    if (s->indent_depth)
        vb_frames_dedent(s);
    leave_lists(s);
    if (s->frames.len)
        vb_neighbours_end(s);
    if (vb_fence_take(s)) {
        s->prev_blank = true;
        s->in_code = false;
        return;
    }
    s->in_code = indented_code(s);
    if (!s->in_code && line_dialects(s)) {
        s->prev_blank = true;
        return;
    }
    scan_text(s);
}

static void
finish(vb_scan *s)
{
    s->line = s->count + 1;
    s->text = vb_str_n(NULL, 0);
    vb_contain(s);
    vb_frames_pop_to(s, 0, 0);
    for (uint32_t i = 1; i <= s->count; i++)
        s->shift[i] += s->shift[i - 1];
    vb_clean_text(s);
}

/* Only these lines are there. */
static void
keep_part(vb_scan *s, uint32_t first, uint32_t last)
{
    for (uint32_t n = s->next; n < first; n++)
        vb_scan_blank(s, n);
    if (s->next < first)
        s->next = first;
    if (last < s->count)
        s->count = last;
}

vb_unit *
vb_scan_source(vb_arena *arena, vb_source *source, uint32_t first,
               uint32_t last, vb_diags *diags)
{
    uint32_t count = vb_source_count(source);
    vb_scan s = {.arena = arena,
                 .source = source,
                 .diags = diags,
                 .count = count,
                 .budget = source->text.len * 4 + 65536,
                 .zones = VB_NONE,
                 .prev_blank = true};
    vb_ctx none = {.pane = VB_NONE, .end = VB_NONE};

    s.unit = VB_NEW(arena, vb_unit);
    s.unit->source = source;
    vb_vec_push(arena, &s.unit->ctxs, none);
    vb_map_init(&s.imports, arena);
    s.work = vb_str_dup(&s.unit->scratch, source->text);
    s.ops = vb_arena_alloc(&s.unit->scratch, (size_t)count + 1);
    s.shift = VB_NEW_N(&s.unit->scratch, int32_t, (size_t)count + 2);
    note_starts(&s);
    s.next = vb_front_read(&s) + 1;
    keep_part(&s, first, last);
    while (s.next <= s.count) {
        vb_scan_goto(&s, s.next);
        scan_one(&s);
    }
    finish(&s);
    return s.unit;
}
