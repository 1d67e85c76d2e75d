#include "plan/plan.h"

#include "base/map.h"
#include "plan/planner.h"

#include "base/banned.h"

const char *
vb_kind_name(vb_kind kind)
{
    static const char *const names[] = {"ignore", "command", "file",
                                        "expect", "manual",  "table"};

    return (size_t)kind < VB_COUNT(names) ? names[kind] : "ignore";
}

const char *
vb_phase_name(vb_phase phase)
{
    return phase == VB_PHASE_TEARDOWN ? "teardown" : "main";
}

const vb_step *
vb_plan_step(const vb_plan *plan, vb_str id)
{
    for (size_t i = 0; i < plan->steps.len; i++)
        if (vb_str_eq(plan->steps.at[i].id, id))
            return &plan->steps.at[i];
    return NULL;
}

bool
vb_reading_unused(const vb_plan *plan, const vb_reading *r)
{
    return r->selected &&
           plan->doc->blocks.at[r->block].kind == VB_BLOCK_CODE &&
           (r->kind == VB_KIND_IGNORE ||
            (r->kind == VB_KIND_EXPECT && r->of == VB_NONE));
}

/* A file with a generated name: who uses it, or that nobody does. */
static void
unnamed_files(vb_planner *p)
{
    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        const vb_reading *rd = &p->plan->readings.at[r];
        vb_diag *d;

        if (rd->kind != VB_KIND_FILE || !rd->generated || !rd->selected)
            continue;
        d = vb_diag_add(p->diags, VB_WARNING, "P022",
                        vb_reading_block(p, r)->loc,
                        "the guide names no file for this manifest; it is "
                        "written as '%.*s'",
                        VB_ARG(rd->name));
        d->hint = VB_STR("no command of the path reads it: a name or a "
                         "command can be given in the overlay");
    }
}

static void
foreign_steps(vb_planner *p)
{
    for (size_t s = 0; s < p->plan->steps.len; s++) {
        const vb_step *step = &p->plan->steps.at[s];
        vb_diag *d;

        if (!step->foreign.len || !step->chosen)
            continue;
        d = vb_diag_add(p->diags, VB_WARNING, "P023", step->loc,
                        "this is meant for the inside of %.*s",
                        VB_ARG(step->foreign));
        d->hint = VB_STR("it is refused unless the overlay declares its "
                         "shell");
    }
}

static vb_str
place(vb_planner *p, vb_loc loc)
{
    return vb_str_fmt(&p->work, "%s:%u:%u", loc.file ? loc.file : "", loc.line,
                      loc.col);
}

/* An include that was reported where it stands is said once. */
static void
gaps(vb_planner *p)
{
    vb_map said;

    if (p->plan->gaps == 0)
        return;
    vb_map_init(&said, &p->work);
    for (size_t i = 0; p->diags && i < p->diags->list.len; i++)
        if (vb_str_starts(vb_str_c(p->diags->list.at[i].rule), "D02"))
            vb_map_add(&said, place(p, p->diags->list.at[i].loc), NULL);
    for (size_t i = 0; i < p->doc->blocks.len; i++) {
        const vb_block *b = &p->doc->blocks.at[i];

        if (b->kind == VB_BLOCK_GAP &&
            vb_scope_visible(p->doc, b->scope, p->chosen) &&
            !vb_map_find(&said, place(p, b->loc)))
            vb_diag_add(p->diags, VB_NOTE, "P024", b->loc,
                        "'%.*s' is not there: what it holds is missing from "
                        "the plan",
                        VB_ARG(b->text));
    }
}

vb_plan *
vb_plan_make(vb_arena *arena, const vb_doc *doc, const vb_plan_opts *opts,
             vb_diags *diags)
{
    static const vb_plan_opts none = {0};
    vb_planner p = {.doc = doc,
                    .arena = arena,
                    .opts = opts ? opts : &none,
                    .diags = diags};
    const char *guide = doc->sources.len ? doc->sources.at[0]->path : NULL;

    p.overlay = vb_overlay_read(arena, p.opts->overlay_path, guide, diags);
    if (!p.overlay)
        return NULL;
    p.plan = VB_NEW(arena, vb_plan);
    p.plan->arena = arena;
    p.plan->doc = doc;
    p.plan->overlay = p.overlay;
    vb_contexts(&p);
    vb_select(&p);
    vb_classify(&p);
    vb_phases(&p);
    vb_overlay_readings(&p);
    vb_pair(&p);
    vb_optionals(&p);
    vb_facts(&p);
    vb_steps(&p);
    vb_variables(&p);
    vb_placeholders(&p);
    vb_failures(&p);
    if (!p.opts->unlinked)
        vb_carries(&p);
    unnamed_files(&p);
    foreign_steps(&p);
    gaps(&p);
    vb_arena_release(&p.work);
    vb_split_release(&p.split_work);
    if (!p.opts->unsealed)
        vb_plan_seal(p.plan);
    return p.plan;
}
