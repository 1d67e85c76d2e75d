/*
 * Microsoft Learn's zones: :::zone pivot="a,b" ... :::zone-end. All zones of
 * a page belong to one choice.
 */
#include "doc/scan.h"

#include "doc/rules.h"

#include "base/banned.h"

static void
open_zone(vb_scan *s, vb_str attrs)
{
    vb_str ids = vb_attr_get(attrs, "pivot"), first;
    vb_pane_opts opts = {.loose = true};
    vb_group_opts g = {.tie = VB_TIE_KEY};

    if (ids.len == 0)
        ids = vb_attr_get(attrs, "target");
    g.key = vb_node_str(s->unit->front, "zone_pivot_groups", VB_STR("pivot"));
    if (vb_group_of(s, &vb_dialect_pivot)) { /* the last one had no end */
        vb_frame *group = vb_group_of(s, &vb_dialect_pivot);

        vb_frames_pop_to(s, (size_t)(group - s->frames.at), s->at);
    }
    vb_group_open(s, &vb_dialect_pivot, s->at, s->at, &g);
    ids = vb_str_copy(s->arena, ids);
    opts.others = ids;
    if (vb_str_field(&opts.others, ',', &first))
        opts.id = vb_str_trim(first);
    opts.label = opts.id;
    vb_pane_open(s, &vb_dialect_pivot, s->at, s->text.len, &opts);
}

static bool
pivot_line(vb_scan *s)
{
    vb_str text = vb_scan_rest(s);

    if (!vb_str_starts(text, ":::"))
        return false;
    text = vb_str_trim(vb_str_from(text, 3));
    if (vb_str_istarts(text, "zone-end")) {
        vb_group_close(s, &vb_dialect_pivot, s->at, s->text.len);
    } else if (vb_str_istarts(text, "zone ")) {
        open_zone(s, vb_str_from(text, 5));
    } else if (vb_str_istarts(text, "moniker") ||
               vb_str_istarts(text, "image") || vb_str_istarts(text, "row") ||
               vb_str_istarts(text, "column")) {
        /* layout and versions: the text inside is for every reader */
    } else {
        return false;
    }
    vb_scan_blank(s, s->line);
    return true;
}

const vb_dialect vb_dialect_pivot = {
    .name = "learn-pivots",
    .number = 6,
    .starts = ":",
    .line = pivot_line,
};
