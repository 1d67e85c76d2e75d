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

static const vb_block *
heading_of(const vb_doc *doc, uint32_t heading)
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
static vb_str
bare_title(vb_str t)
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
    const vb_block *h = heading_of(p->doc, vb_reading_block(p, r)->heading);

    while (h) {
        if (vb_title_teardown(bare_title(vb_heading_text(p, h)))) {
            rd->phase = VB_PHASE_TEARDOWN;
            return;
        }
        h = heading_of(p->doc, h->heading);
    }
    if (page)
        rd->phase = VB_PHASE_TEARDOWN;
}

void
vb_phases(vb_planner *p)
{
    /* a heading speaks for what stands below it, and needs no help here */
    bool page = p->doc->front_title &&
                vb_title_teardown(bare_title(p->doc->title));

    for (uint32_t r = 0; r < p->plan->readings.len; r++)
        phase_of(p, r, page);
}

/* A box beside the text: what stands in it is said for some readers only. */
static bool
admonition(const vb_block *b)
{
    static const char *const kinds[] = {
        "note",  "tip",       "hint",   "info",      "warning", "caution",
        "alert", "important", "danger", "attention", "seealso", "question"};

    for (size_t i = 0; i < VB_COUNT(kinds); i++)
        if (vb_str_ieqc(b->container, kinds[i]))
            return true;
    return false;
}

static vb_str
condition_of_headings(const vb_planner *p, const vb_block *b)
{
    const vb_block *h = heading_of(p->doc, b->heading);

    while (h) {
        vb_str t = bare_title(vb_heading_text(p, h));

        if (vb_title_trouble(t) || vb_title_optional(t))
            return vb_heading_text(p, h);
        h = heading_of(p->doc, h->heading);
    }
    return (vb_str){0};
}

/* Why a reader may leave this block out; empty when nothing says so. */
static const char *
optional_cue(const vb_planner *p, uint32_t r, vb_str *words)
{
    const vb_context *c = &p->contexts[r];
    const vb_block *b = &p->doc->blocks.at[c->block];
    uint32_t cues = c->cues;

    *words = condition_of_headings(p, b);
    if (words->len)
        return vb_title_trouble(bare_title(*words))
                   ? "under a heading about trouble"
                   : "in a section that a reader may leave out";
    *words = b->in_details || admonition(b) ? b->container : c->lead;
    if (b->in_details && !vb_is_filename(vb_str_trim(b->container)))
        return "inside details that a reader opens on purpose";
    if (!b->in_details && admonition(b))
        return "inside a note beside the guide's thread";
    if ((cues & VB_CUE_IF) && !(cues & VB_CUE_OUTPUT) &&
        (!(cues & VB_CUE_BEFORE) || vb_str_ihas(c->lead, "install")))
        return "the sentence before it sets a condition";
    if (cues & VB_CUE_OR)
        return "the sentence before it offers an alternative";
    if (cues & VB_CUE_OPTIONAL)
        return "the sentence before it says so";
    if (cues & VB_CUE_TROUBLE)
        return "the sentence before it speaks of trouble";
    return NULL;
}

void
vb_optionals(vb_planner *p)
{
    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        vb_reading *rd = &p->plan->readings.at[r];
        const char *why = NULL;
        vb_str words = {0};

        if (rd->kind == VB_KIND_EXPECT && rd->of != VB_NONE) {
            rd->optional = p->plan->readings.at[rd->of].optional;
            rd->why_optional = p->plan->readings.at[rd->of].why_optional;
            continue;
        }
        if (rd->optional || rd->kind == VB_KIND_IGNORE ||
            rd->kind == VB_KIND_TABLE)
            continue;
        why = optional_cue(p, r, &words);
        if (why) {
            rd->optional = true;
            rd->why_optional = vb_str_c(why);
        }
    }
}
