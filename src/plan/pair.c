#include "plan/planner.h"

#include "base/banned.h"

enum { PAIR_BACK_MAX = 40 };

/* The command whose output 'r' shows: the nearest before it that the same
 * reader sees. */
static uint32_t
command_of(const vb_planner *p, uint32_t r)
{
    const vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);
    uint32_t c = r;

    for (size_t looked = 0; c > 0 && looked < PAIR_BACK_MAX; looked++) {
        const vb_reading *other = &p->plan->readings.at[--c];

        if (other->kind == VB_KIND_COMMAND && other->selected == rd->selected &&
            vb_scopes_meet(p->doc, vb_reading_block(p, c)->scope, b->scope))
            return c;
    }
    return VB_NONE;
}

void
vb_pair(vb_planner *p)
{
    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        vb_reading *rd = &p->plan->readings.at[r];

        if (rd->kind != VB_KIND_EXPECT)
            continue;
        rd->of = command_of(p, r);
        if (rd->of == VB_NONE && rd->selected) {
            vb_diag *d = vb_diag_add(
                p->diags, VB_NOTE, "P010", vb_reading_block(p, r)->loc,
                "this output belongs to no command of the path");
            d->hint = VB_STR("it is left out of the run");
        }
    }
}

const vb_block *
vb_heading_of(const vb_doc *doc, uint32_t heading)
{
    return heading == VB_NONE ? NULL : &doc->blocks.at[heading];
}

vb_str
vb_heading_text(const vb_planner *p, const vb_block *h)
{
    if (vb_str_trim(h->text).len > 0 || h->source >= p->doc->sources.len)
        return h->text;
    return vb_source_line(p->doc->sources.at[h->source], h->loc.line);
}

/* Numbering and pictographs before a title's first word. */
vb_str
vb_bare_title(vb_str t)
{
    size_t i = 0;

    t = vb_str_trim(t);
    if (vb_str_istarts(t, "step ") || vb_str_istarts(t, "part ") ||
        vb_str_istarts(t, "task ")) {
        i = 5;
        while (i < t.len && (vb_is_digit(t.ptr[i]) || t.ptr[i] == '.'))
            i++;
    }
    while (i < t.len && !vb_is_alpha(t.ptr[i]) && t.ptr[i] != '[' &&
           t.ptr[i] != '(')
        i++;
    return vb_str_from(t, i);
}

/* Phase of one heading and all above it; the nearest that speaks decides. */
static void
phase_of(vb_planner *p, uint32_t r, bool page)
{
    vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *h = vb_heading_of(p->doc, vb_reading_block(p, r)->heading);

    while (h) {
        if (vb_title_teardown(vb_bare_title(vb_heading_text(p, h)))) {
            rd->phase = VB_PHASE_TEARDOWN;
            return;
        }
        h = vb_heading_of(p->doc, h->heading);
    }
    if (page)
        rd->phase = VB_PHASE_TEARDOWN;
}

void
vb_phases(vb_planner *p)
{
    /* a heading speaks for what stands below it, and needs no help here */
    bool page =
        p->doc->front_title && vb_title_teardown(vb_bare_title(p->doc->title));

    for (uint32_t r = 0; r < p->plan->readings.len; r++)
        phase_of(p, r, page);
}
