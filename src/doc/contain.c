/*
 * A group of tabs that is never closed must not swallow the rest of the page:
 * it is taken to end before the first heading behind the fault that stands
 * no lower than the heading under which the group was opened, or, where it
 * stands under none but the page's title, before the first of the highest
 * rank that follows. A
 * <details> that is never closed is treated alike. Which heading
 * that is shows only at the end of the page, so headings are noted while
 * scanning, and what was placed behind them is moved out at the end, in one
 * pass. Pages whose groups all end are not touched.
 */
#include "doc/scan.h"

#include "base/banned.h"

enum { LEVELS = 6 };

static void
add_heading(vb_scan *s, uint32_t line, uint32_t level)
{
    vb_head head = {.line = line, .level = level};

    s->level = level;
    if (s->frames.len)
        vb_vec_push(s->arena, &s->heads, head);
}

/* Level of the heading in "## text"; 0 when it is none. */
static uint32_t
atx_level(vb_str text)
{
    uint32_t n = 0;

    while (n < text.len && text.ptr[n] == '#')
        n++;
    if (n == 0 || n > LEVELS)
        return 0;
    return n == text.len || text.ptr[n] == ' ' || text.ptr[n] == '\t' ? n : 0;
}

/* Level of the heading in "<h2 ...>text"; 0 when it is none. */
static uint32_t
html_level(vb_str text)
{
    text = vb_str_ltrim(text);
    if (text.len < 4 || text.ptr[0] != '<' ||
        (text.ptr[1] != 'h' && text.ptr[1] != 'H') || text.ptr[2] < '1' ||
        text.ptr[2] > '6' || (text.ptr[3] != '>' && text.ptr[3] != ' '))
        return 0;
    return (uint32_t)(text.ptr[2] - '0');
}

/* Level of the heading that a line of "===" or "---" underlines, or 0. */
static uint32_t
underlined_level(vb_str text)
{
    char mark;

    text = vb_str_trim(text);
    if (text.len == 0)
        return 0;
    mark = text.ptr[0];
    if (mark != '=' && mark != '-')
        return 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] != mark)
            return 0;
    }
    return mark == '=' ? 1 : 2;
}

void
vb_heading_note(vb_scan *s)
{
    uint32_t level;
    bool text_above = s->line > 1 && s->text_line == s->line - 1;

    if (s->quotes || s->in_code || s->resumed)
        return;
    level = atx_level(vb_scan_rest(s));
    if (!level)
        level = html_level(vb_scan_rest(s));
    if (level) {
        add_heading(s, s->line, level);
        return;
    }
    if (text_above && s->lists.len == 0) {
        level = underlined_level(vb_scan_rest(s));
        if (level) {
            add_heading(s, s->line - 1, level);
            return;
        }
    }
    s->text_line = s->line;
}

static bool
ends_early(const vb_scan *s, const vb_frame *frame)
{
    if (frame->folds)
        return true;
    if (!frame->dialect || frame->kind == VB_FRAME_BOX)
        return false;
    if (!frame->loose || frame->kind == VB_FRAME_GROUP)
        return !frame->loose;
    /* a tab that ends by itself does so with its group */
    return frame > s->frames.at && frame[-1].kind == VB_FRAME_GROUP &&
           !frame[-1].loose;
}

/* Finds for each frame still open where it is taken to end. One pass from
 * the last heading to the first: 'first' holds the nearest of each level. */
static bool
find_ends(vb_scan *s)
{
    size_t first[LEVELS + 1] = {0}; /* index + 1 into heads */
    size_t h = s->heads.len;
    bool any = false;

    for (size_t i = s->frames.len; i-- > 0;) {
        vb_frame *f = &s->frames.at[i];
        size_t found = 0;

        while (h > f->heads) {
            h--;
            first[s->heads.at[h].level] = h + 1;
        }
        if (!ends_early(s, f))
            continue;
        for (uint32_t level = 1; level <= LEVELS; level++) {
            if (level > f->level && (f->level > 1 || found))
                break;
            if (first[level] && (!found || first[level] < found))
                found = first[level];
        }
        if (!found)
            continue;
        any = true;
        f->end = s->heads.at[found - 1].line;
        s->heads.at[found - 1].ends = true;
        if (f->kind == VB_FRAME_PANE || f->folds)
            s->unit->ctxs.at[f->ctx].end = f->end;
    }
    return any;
}

/* What holds at 'line' instead of 'ctx'. Ends grow outwards and are headings
 * of ever higher level, so the climb has at most seven steps. */
static uint32_t
holds(const vb_scan *s, uint32_t ctx, uint32_t line)
{
    while (ctx && s->unit->ctxs.at[ctx].end <= line)
        ctx = s->unit->ctxs.at[ctx].outer;
    return ctx;
}

/* What was opened behind an end stands in what is around the ended group.
 * 'old' are the contexts as they were copied from each other. */
static void
move_out(vb_scan *s, const vb_ctx *old, uint32_t i)
{
    vb_ctx *c = &s->unit->ctxs.at[i];
    const vb_ctx *was = &old[c->outer];
    uint32_t to = holds(s, c->outer, c->line);
    const vb_ctx *now = &s->unit->ctxs.at[to];

    if (c->pane == was->pane)
        c->pane = now->pane;
    else
        s->unit->panes.at[c->pane].parent = now->pane;
    if (c->details == was->details)
        c->details = now->details;
    else if (c->details > was->details)
        c->details = now->details + 1;
    if (c->container.ptr == was->container.ptr)
        c->container = now->container;
    if (c->label.ptr == was->label.ptr)
        c->label = now->label;
    if (c->end >= now->end) { /* nothing outlives what is around it */
        c->end = now->end;
        to = to ? now->outer : 0;
    }
    c->outer = to;
}

static void
move_marks(vb_scan *s)
{
    VB_VEC(vb_ctx_mark) moved = {0};
    vb_unit *u = s->unit;
    uint32_t ctx = 0;
    size_t h = 0;

    for (size_t i = 0; i <= u->marks.len; i++) {
        uint32_t upto = i < u->marks.len ? u->marks.at[i].line : UINT32_MAX;

        for (; h < s->heads.len && s->heads.at[h].line <= upto; h++) {
            uint32_t line = s->heads.at[h].line;
            vb_ctx_mark end = {line, 1, holds(s, ctx, line)};

            if (s->heads.at[h].ends)
                vb_vec_push(s->arena, &moved, end);
        }
        if (i == u->marks.len)
            break;
        ctx = u->marks.at[i].ctx;
        vb_vec_push(s->arena, &moved, u->marks.at[i]);
        moved.at[moved.len - 1].ctx = holds(s, ctx, upto);
    }
    u->marks.at = moved.at;
    u->marks.len = moved.len;
    u->marks.cap = moved.cap;
}

void
vb_contain(vb_scan *s)
{
    vb_unit *u = s->unit;
    vb_ctx *old;

    if (s->heads.len == 0 || !find_ends(s))
        return;
    old = VB_NEW_N(s->arena, vb_ctx, u->ctxs.len);
    for (size_t i = 0; i < u->ctxs.len; i++)
        old[i] = u->ctxs.at[i];
    for (uint32_t i = 1; i < u->ctxs.len; i++)
        move_out(s, old, i);
    move_marks(s);
    for (size_t i = 0; i < u->items.len; i++) {
        vb_item *item = &u->items.at[i];
        uint32_t to = holds(s, item->ctx, item->line);

        if (to != item->ctx && item->label.ptr == old[item->ctx].label.ptr)
            item->label = u->ctxs.at[to].label;
        item->ctx = to;
    }
    for (size_t i = 0; i < u->notes.len; i++)
        u->notes.at[i].ctx = holds(s, u->notes.at[i].ctx, u->notes.at[i].line);
}
