/*
 * DocFX and Microsoft Learn: a heading that is a link to #tab/id opens a tab,
 * a rule ends the group.
 */
#include "doc/scan.h"

#include "doc/rules.h"

#include "base/banned.h"

static uint32_t
heading_level(vb_str text)
{
    uint32_t n = 0;

    while (n < text.len && text.ptr[n] == '#')
        n++;
    return n >= 1 && n <= 6 && n < text.len &&
                   (text.ptr[n] == ' ' || text.ptr[n] == '\t')
               ? n
               : 0;
}

/* # [Title](#tab/id) or (#tab/id/condition) */
static bool
tab_heading(vb_scan *s, vb_str text, uint32_t level)
{
    vb_str rest = vb_str_trim(vb_str_from(text, level)), label, id;
    size_t link;
    vb_frame *group = vb_group_of(s, &vb_dialect_docfx);
    vb_pane_opts opts = {.loose = true, .number = level};

    if (!vb_str_starts(rest, "["))
        return false;
    link = vb_str_find(rest, VB_STR("](#tab/"));
    if (link == VB_NPOS)
        return false;
    label = vb_str_sub(rest, 1, link - 1);
    id = vb_str_from(rest, link + 7);
    id = vb_str_sub(id, 0, vb_str_chr(id, ')'));
    if (vb_str_chr(id, '/') != VB_NPOS)
        id = vb_str_sub(id, 0, vb_str_chr(id, '/'));
    if (group && group->number != level) {
        vb_frames_pop_to(s, (size_t)(group - s->frames.at), s->at);
        group = NULL;
    }
    if (!group) {
        vb_group_opts g = {.tie = VB_TIE_IDS, .number = level};

        vb_group_open(s, &vb_dialect_docfx, s->at, s->at, &g);
    }
    opts.label = vb_label_clean(s->arena, label);
    opts.id = vb_str_copy(s->arena, id);
    vb_pane_open(s, &vb_dialect_docfx, s->at, s->text.len, &opts);
    vb_scan_blank(s, s->line);
    return true;
}

static bool
is_rule(vb_str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == text.ptr[0])
            n++;
        else if (!vb_is_space(text.ptr[i]))
            return false;
    }
    return n >= 3 && (text.ptr[0] == '-' || text.ptr[0] == '*');
}

static bool
docfx_line(vb_scan *s)
{
    vb_str text = vb_scan_rest(s);
    uint32_t level = heading_level(text);
    const vb_frame *group;

    if (level && tab_heading(s, text, level))
        return true;
    if (s->open_groups[vb_dialect_docfx.number] == 0)
        return false;
    if (is_rule(text)) {
        vb_group_close(s, &vb_dialect_docfx, s->at, s->text.len);
        vb_scan_blank(s, s->line);
        return true;
    }
    group = vb_group_of(s, &vb_dialect_docfx);
    /* headings inside a tab are below it */
    if (level && level <= group->number)
        vb_frames_pop_to(s, (size_t)(group - s->frames.at), s->at);
    return false;
}

const vb_dialect vb_dialect_docfx = {
    .name = "docfx-tabs",
    .number = 5,
    .starts = "#-*",
    .line = docfx_line,
};
