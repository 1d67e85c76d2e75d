#include "doc/scan.h"

#include "doc/rules.h"

#include "base/banned.h"

/* How far a closing tag looks for its opening one through other boxes. */
enum { BOX_REACH = 64 };

vb_frame *
vb_frame_top(vb_scan *s)
{
    return s->frames.len && s->frames.at ? &s->frames.at[s->frames.len - 1]
                                         : NULL;
}

uint32_t
vb_ctx_index(const vb_scan *s)
{
    size_t n = s->frames.len;

    return n && s->frames.at ? s->frames.at[n - 1].ctx : 0;
}

const vb_ctx *
vb_ctx_now(const vb_scan *s)
{
    return &s->unit->ctxs.at[vb_ctx_index(s)];
}

static void
mark(vb_scan *s, size_t at)
{
    vb_ctx_mark m = {s->line, (uint32_t)at + 1, vb_ctx_index(s)};

    vb_vec_push(s->arena, &s->unit->marks, m);
}

static uint32_t
new_ctx(vb_scan *s, vb_ctx ctx)
{
    ctx.outer = vb_ctx_index(s);
    ctx.line = s->line;
    ctx.end = VB_NONE;
    vb_vec_push(s->arena, &s->unit->ctxs, ctx);
    return (uint32_t)s->unit->ctxs.len - 1;
}

static void
push(vb_scan *s, vb_frame frame, size_t at, size_t end)
{
    vb_frame *top = vb_frame_top(s);
    uint32_t column = vb_scan_column(s->text, at);

    if (top && column < top->least)
        top->least = column;
    if (top)
        top->solid = true;
    frame.line = s->line;
    frame.filled = vb_str_trim(vb_str_from(s->text, end)).len > 0;
    frame.col = (uint32_t)at + 1;
    frame.indent = column;
    frame.least = VB_NONE;
    frame.heads = (uint32_t)s->heads.len;
    frame.level = frame.kind == VB_FRAME_PANE && top ? top->level : s->level;
    if (frame.dialect && frame.kind == VB_FRAME_GROUP)
        s->open_groups[frame.dialect->number]++;
    if (frame.dialect && frame.kind == VB_FRAME_PANE)
        s->open_panes[frame.dialect->number]++;
    s->jsx_depth += frame.jsx;
    s->indent_depth += frame.by_indent;
    vb_vec_push(s->arena, &s->frames, frame);
    mark(s, end);
}

/* Moves the frame's inner lines to the column of its marker, so that tabs
 * nested in tabs do not become indented code. */
static void
dedent(vb_scan *s, const vb_frame *frame)
{
    int32_t by;

    if (frame->least == VB_NONE || frame->least <= frame->indent ||
        s->line <= frame->line + 1)
        return;
    by = (int32_t)(frame->least - frame->indent);
    if (by >= 4 && !frame->solid && !frame->jsx && !frame->by_indent)
        return; /* nothing but indented code */
    s->shift[frame->line] += by;
    s->shift[s->line - 1] -= by;
}

static void
tell_unclosed(vb_scan *s, const vb_frame *frame)
{
    vb_loc loc = {s->source->path, frame->line, frame->col};
    vb_diag *diag;

    if (frame->folds)
        diag = vb_diag_add(s->diags, VB_WARNING, "D017", loc,
                           "<%.*s> has no end", VB_ARG(frame->name));
    else if (frame->kind == VB_FRAME_BOX || !frame->dialect)
        return;
    else if (frame->kind == VB_FRAME_GROUP)
        diag =
            vb_diag_add(s->diags, VB_WARNING, "D010", loc,
                        "group of tabs has no end (%s)", frame->dialect->name);
    else
        diag = vb_diag_add(
            s->diags, VB_WARNING, "D011", loc, "tab '%.*s' has no end (%s)",
            VB_ARG(s->unit->panes.at[frame->pane].label), frame->dialect->name);
    diag->hint = vb_str_fmt(s->arena, "taken to end at line %u",
                            frame->end ? frame->end : s->line);
}

static void
tell_empty(vb_scan *s, const vb_frame *frame)
{
    vb_loc loc = {s->source->path, frame->line, frame->col};

    vb_diag_add(s->diags, VB_WARNING, "D015", loc,
                "group of tabs has no tab (%s)", frame->dialect->name);
}

/* A tab whose lines up to this one are all blank. */
static void
tell_blank(vb_scan *s, const vb_frame *frame, size_t at)
{
    vb_loc loc = {s->source->path, frame->line, frame->col};

    if (frame->kind != VB_FRAME_PANE || !frame->dialect ||
        s->line <= frame->line || frame->filled ||
        vb_str_trim(vb_str_sub(s->text, 0, at)).len)
        return;
    for (uint32_t n = frame->line + 1; n < s->line; n++)
        if (vb_str_trim(vb_scan_line(s, n)).len)
            return;
    vb_diag_add(s->diags, VB_WARNING, "P107", loc, "tab '%.*s' is empty",
                VB_ARG(s->unit->panes.at[frame->pane].label));
}

void
vb_frame_pop(vb_scan *s, size_t at, bool told)
{
    vb_frame frame = s->frames.at[--s->frames.len];
    vb_frame *top = vb_frame_top(s);

    tell_blank(s, &frame, at);
    dedent(s, &frame);
    s->heads.len = frame.heads;
    if (frame.kind == VB_FRAME_PANE)
        s->level = frame.level;
    if (top && frame.least < top->least && frame.kind == VB_FRAME_BOX)
        top->least = frame.least < frame.indent ? frame.least : frame.indent;
    if (top)
        top->solid |= frame.solid;
    if (frame.dialect && frame.kind == VB_FRAME_GROUP) {
        s->open_groups[frame.dialect->number]--;
        if (frame.tabs == 0)
            tell_empty(s, &frame);
    }
    if (frame.dialect && frame.kind == VB_FRAME_PANE)
        s->open_panes[frame.dialect->number]--;
    s->jsx_depth -= frame.jsx;
    s->indent_depth -= frame.by_indent;
    if (!told && (!frame.loose || frame.folds))
        tell_unclosed(s, &frame);
    mark(s, at);
}

/* Pops a pane, and the group that was made for it alone. */
static void
pop_pane(vb_scan *s, size_t at, bool told)
{
    vb_frame *top;

    vb_frame_pop(s, at, told);
    top = vb_frame_top(s);
    if (top && top->implied)
        vb_frame_pop(s, at, true);
}

void
vb_frames_pop_to(vb_scan *s, size_t n, size_t at)
{
    while (s->frames.len > n)
        vb_frame_pop(s, at, false);
}

/* Index + 1 of the innermost frame of that kind and dialect; 0 for none. The
 * counters make asking for what is not open cheap. */
static size_t
innermost(const vb_scan *s, const vb_dialect *d, vb_frame_kind kind)
{
    const uint32_t *open =
        kind == VB_FRAME_GROUP ? s->open_groups : s->open_panes;
    size_t i = s->frames.len;

    if (open[d->number] == 0)
        return 0;
    while (i && (s->frames.at[i - 1].dialect != d ||
                 s->frames.at[i - 1].kind != kind))
        i--;
    return i;
}

vb_frame *
vb_group_of(vb_scan *s, const vb_dialect *d)
{
    size_t i = innermost(s, d, VB_FRAME_GROUP);

    return i ? &s->frames.at[i - 1] : NULL;
}

void
vb_group_open(vb_scan *s, const vb_dialect *d, size_t at, size_t end,
              const vb_group_opts *opts)
{
    vb_group group = {.dialect = d->name,
                      .tie = opts->tie,
                      .key = opts->key,
                      .loc = vb_scan_loc(s, at)};
    vb_frame frame = {.kind = VB_FRAME_GROUP,
                      .dialect = d,
                      .name = opts->name,
                      .number = opts->number,
                      .labels = opts->labels,
                      .loose = opts->loose,
                      .jsx = opts->jsx,
                      .by_indent = opts->by_indent};
    vb_frame *top = vb_frame_top(s);

    if (s->frames.len + 2 > VB_FRAMES_MAX) {
        vb_diag_add(s->diags, VB_WARNING, "D024", group.loc,
                    "group of tabs is nested too deep (%s)", d->name);
        return;
    }
    if (top && top->kind == VB_FRAME_GROUP && top->dialect == d) {
        vb_diag *diag =
            vb_diag_add(s->diags, VB_WARNING, "D013", group.loc,
                        "group of tabs is opened twice (%s)", d->name);

        diag->hint = vb_str_fmt(
            s->arena, "line %u opened it; both are taken as one", top->line);
        return;
    }
    vb_vec_push(s->arena, &s->unit->groups, group);
    frame.group = (uint32_t)s->unit->groups.len - 1;
    frame.ctx = vb_ctx_index(s);
    frame.pane = VB_NONE;
    push(s, frame, at, end);
}

/* Pops down to the innermost group of the dialect, if only boxes and one of
 * its panes are above it. NULL when there is no group to stand in. */
static vb_frame *
settle(vb_scan *s, const vb_dialect *d, size_t at)
{
    size_t group = innermost(s, d, VB_FRAME_GROUP);

    if (group == 0)
        return NULL;
    vb_frames_pop_to(s, group, at);
    return &s->frames.at[group - 1];
}

static vb_str
given_label(const vb_frame *group)
{
    vb_str rest = group->labels, label = {0};

    for (uint32_t i = 0; i <= group->tabs; i++) {
        if (!vb_str_field(&rest, ',', &label))
            return vb_str_n(NULL, 0);
    }
    return vb_str_trim(label);
}

void
vb_pane_open(vb_scan *s, const vb_dialect *d, size_t at, size_t end,
             const vb_pane_opts *opts)
{
    vb_frame *group = settle(s, d, at);
    vb_pane pane = {.label = opts->label,
                    .id = opts->id,
                    .others = opts->others,
                    .loc = vb_scan_loc(s, at)};
    vb_frame frame = {.kind = VB_FRAME_PANE,
                      .dialect = d,
                      .name = opts->name,
                      .number = opts->number,
                      .loose = opts->loose,
                      .jsx = opts->jsx,
                      .by_indent = opts->by_indent};
    vb_ctx ctx;

    if (!group) {
        vb_diag_add(s->diags, VB_WARNING, "D014", pane.loc,
                    "tab '%.*s' stands in no group (%s)",
                    VB_ARG(opts->label.len ? opts->label : opts->id), d->name);
        vb_group_open(s, d, at, at, &(vb_group_opts){.loose = true});
        group = vb_group_of(s, d);
        if (group)
            group->implied = true;
    }
    if (!group || s->frames.len >= VB_FRAMES_MAX)
        return; /* told already */
    if (pane.label.len == 0)
        pane.label = given_label(group);
    if (pane.label.len == 0 && pane.id.len == 0) {
        pane.label = vb_str_fmt(s->arena, "tab %u", group->tabs + 1);
        vb_diag_add(s->diags, VB_WARNING, "D016", pane.loc,
                    "tab has no label (%s)", d->name);
    }
    if (pane.label.len == 0)
        pane.label = pane.id;
    pane.group = group->group;
    ctx = *vb_ctx_now(s);
    pane.parent = ctx.pane;
    group->tabs++;
    s->unit->groups.at[pane.group].panes++;
    vb_vec_push(s->arena, &s->unit->panes, pane);
    frame.group = pane.group;
    frame.pane = ctx.pane = (uint32_t)s->unit->panes.len - 1;
    frame.ctx = new_ctx(s, ctx);
    push(s, frame, at, end);
}

static bool
nothing_open(vb_scan *s, const vb_dialect *d, size_t at, const char *what)
{
    vb_diag_add(s->diags, VB_WARNING, "D012", vb_scan_loc(s, at),
                "end of %s that is not open (%s)", what, d->name);
    return false;
}

bool
vb_pane_close(vb_scan *s, const vb_dialect *d, size_t at, size_t end)
{
    size_t pane = innermost(s, d, VB_FRAME_PANE);
    size_t group = innermost(s, d, VB_FRAME_GROUP);

    if (pane == 0 || pane < group)
        return nothing_open(s, d, at, "a tab");
    vb_frames_pop_to(s, pane, at);
    pop_pane(s, at, true);
    (void)end;
    return true;
}

bool
vb_group_close(vb_scan *s, const vb_dialect *d, size_t at, size_t end)
{
    size_t group = innermost(s, d, VB_FRAME_GROUP);

    (void)end;
    if (group == 0)
        return nothing_open(s, d, at, "a group of tabs");
    vb_frames_pop_to(s, group, at);
    vb_frame_pop(s, at, true);
    return true;
}

vb_frame *
vb_box_open(vb_scan *s, size_t at, size_t end, vb_str name, const vb_ctx *ctx,
            uint32_t number)
{
    vb_frame frame = {.kind = VB_FRAME_BOX,
                      .name = name,
                      .number = number,
                      .loose = true,
                      .pane = VB_NONE,
                      .group = VB_NONE};

    if (s->frames.len >= VB_FRAMES_MAX)
        return NULL;
    frame.ctx = ctx ? new_ctx(s, *ctx) : vb_ctx_index(s);
    push(s, frame, at, end);
    return vb_frame_top(s);
}

bool
vb_box_close(vb_scan *s, size_t at, size_t end, vb_str name, uint32_t number)
{
    size_t i = s->frames.len;

    (void)end;
    for (unsigned reach = 0; i && reach < BOX_REACH; i--, reach++) {
        const vb_frame *frame = &s->frames.at[i - 1];

        if (frame->kind != VB_FRAME_BOX)
            return false;
        if (frame->number == number && vb_str_ieq(frame->name, name)) {
            vb_frames_pop_to(s, i, at);
            vb_frame_pop(s, at, true);
            return true;
        }
    }
    return false;
}

void
vb_frames_dedent(vb_scan *s)
{
    size_t i;

    while (s->indent_depth) {
        for (i = s->frames.len; i && !s->frames.at[i - 1].by_indent;)
            i--;
        if (s->indent > s->frames.at[i - 1].indent)
            break;
        /* a group waits for its next tab at the same column */
        if (s->frames.at[i - 1].kind == VB_FRAME_GROUP &&
            s->indent == s->frames.at[i - 1].indent &&
            s->text.ptr[s->at] == '=')
            break;
        vb_frames_pop_to(s, i - 1, 0);
    }
}
