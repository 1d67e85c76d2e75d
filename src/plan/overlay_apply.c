/* What the overlay says wins over what the words suggest. */
#include "plan/planner.h"

#include "base/banned.h"

static bool
path_ends(vb_str path, vb_str tail)
{
    return vb_str_eq(path, tail) ||
           (path.len > tail.len && path.ptr[path.len - tail.len - 1] == '/' &&
            vb_str_eq(vb_str_from(path, path.len - tail.len), tail));
}

/* The overlay's line stands inside this block: the guide's own file when no
 * file is named. */
static bool
covers(const vb_planner *p, const vb_overlay_step *o, const vb_block *b)
{
    if (o->line == 0 || o->line < b->loc.line || o->line > b->end_line)
        return false;
    if (o->file.len == 0)
        return b->source == 0;
    return path_ends(vb_str_c(p->doc->sources.at[b->source]->path), o->file);
}

/* What runs a block that the overlay makes a command: the interpreter of its
 * language where exec/ knows one. */
static vb_str
interpreter(vb_str lang)
{
    static const char *const known[] = {"python", "python3",   "py",   "node",
                                        "js",     "ruby",      "perl", "lua",
                                        "php",    "javascript"};

    for (size_t i = 0; i < VB_COUNT(known); i++)
        if (vb_str_eqc(lang, known[i]))
            return lang;
    return VB_STR("bash");
}

static void
change_reading(vb_planner *p, uint32_t r, vb_overlay_step *o)
{
    vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);

    o->used = true;
    if (o->has_kind && o->kind != rd->kind && b->kind == VB_BLOCK_CODE) {
        rd->kind = o->kind;
        rd->why = VB_STR("the overlay says so");
        rd->parts.len = 0;
        rd->inline_output = false;
        if (o->kind == VB_KIND_COMMAND)
            rd->shell = interpreter(b->lang);
        if (o->kind == VB_KIND_FILE && rd->name.len == 0) {
            rd->name = vb_name_generate(p, r);
            rd->generated = true;
        }
    }
    if (o->has_phase)
        rd->phase = o->phase;
    if (o->name.len) {
        rd->name = o->name;
        rd->generated = false;
    }
    if (o->shell.len) {
        rd->shell = o->shell;
        rd->foreign = (vb_str){0};
    }
    if (o->optional != VB_UNSET) {
        rd->optional = o->optional == VB_ON;
        rd->why_optional =
            rd->optional ? VB_STR("the overlay says so") : (vb_str){0};
    }
}

/* By place: before steps exist, so that a kind can change. */
void
vb_overlay_readings(vb_planner *p)
{
    for (size_t i = 0; i < p->overlay->steps.len; i++) {
        vb_overlay_step *o = &p->overlay->steps.at[i];

        if (o->line == 0)
            continue;
        for (uint32_t r = 0; r < p->plan->readings.len; r++)
            if (covers(p, o, vb_reading_block(p, r)))
                change_reading(p, r, o);
    }
}

static void
change_expectations(vb_planner *p, vb_step *step, const vb_overlay_expect *e)
{
    if (!e->present)
        return;
    if (e->off) {
        step->expects.len = 0;
        return;
    }
    if (e->has_text) {
        vb_expectation made = {.text = e->text,
                               .loc = {p->overlay->path, 0, 0},
                               .exit_status = -1};

        step->expects.len = 0;
        vb_vec_push(p->arena, &step->expects, made);
    }
    if (step->expects.len == 0 && e->exit_status >= 0) {
        vb_expectation made = {
            .loc = step->loc, .manner = VB_MANNER_SUBSET, .exit_status = -1};

        vb_vec_push(p->arena, &step->expects, made);
    }
    for (size_t i = 0; i < step->expects.len; i++) {
        vb_expectation *x = &step->expects.at[i];

        x->manner = e->has_manner ? e->manner : x->manner;
        x->when = e->has_when ? e->when : x->when;
        x->exit_status = e->exit_status >= 0 ? e->exit_status : x->exit_status;
    }
}

static void
change_flags(vb_step *step, const vb_overlay_step *o)
{
    if (o->destructive != VB_UNSET)
        step->destructive = o->destructive == VB_ON;
    if (o->background != VB_UNSET)
        step->background = o->background == VB_ON;
    if (o->fill != VB_UNSET)
        step->fill_vars = o->fill == VB_ON;
    if (o->optional != VB_UNSET)
        step->optional = o->optional == VB_ON;
    if (o->has_phase)
        step->phase = o->phase;
}

static void
change_step(vb_planner *p, vb_step *step, vb_overlay_step *o)
{
    o->used = true;
    if (o->has_kind && o->kind != step->kind && o->line == 0)
        vb_diag_add(p->diags, VB_ERROR, "O004", o->loc,
                    "a step's kind is changed by its place ('line %u'), not "
                    "by its id",
                    step->loc.line);
    change_flags(step, o);
    step->timeout_ms = o->timeout_ms ? o->timeout_ms : step->timeout_ms;
    step->poll_ms = o->poll_ms ? o->poll_ms : step->poll_ms;
    if (o->retries >= 0)
        step->retries = (uint32_t)o->retries;
    if (o->name.len && step->kind == VB_KIND_FILE)
        step->name = o->name;
    if (o->mode.len)
        step->mode = o->mode;
    if (o->title.len)
        step->title = o->title;
    if (o->shell.len) {
        step->shell = o->shell;
        step->foreign = (vb_str){0};
        step->shell_given = true;
    }
    if (o->ready.port.len || o->ready.http.len || o->ready.output.len ||
        o->ready.file.len)
        step->ready = o->ready;
    for (size_t i = 0; i < o->sets.len; i++)
        vb_vec_push(p->arena, &step->sets, o->sets.at[i]);
    change_expectations(p, step, &o->expect);
}

static bool
listed(const vb_str *list, size_t n, vb_str id)
{
    for (size_t i = 0; i < n; i++)
        if (vb_str_eq(list[i], id) || vb_str_eqc(list[i], "all"))
            return true;
    return false;
}

/* Asked for, by name. */
static bool
wanted(const vb_planner *p, const vb_step *step)
{
    return listed(p->opts->with, p->opts->nwith, step->id) ||
           listed(p->overlay->with.at, p->overlay->with.len, step->id);
}

static void
with_exists(vb_planner *p)
{
    for (size_t i = 0; i < p->opts->nwith; i++) {
        bool found = vb_str_eqc(p->opts->with[i], "all");

        for (size_t s = 0; s < p->plan->steps.len && !found; s++)
            found = vb_str_eq(p->plan->steps.at[s].id, p->opts->with[i]);
        if (!found)
            vb_diag_add(p->diags, VB_ERROR, "P005",
                        (vb_loc){p->doc->sources.at[0]->path, 0, 0},
                        "no step of this path is named '%.*s'",
                        VB_ARG(p->opts->with[i]));
    }
}

/* Does any block of the document, seen or not, carry this id or place? */
static void
unused(vb_planner *p, const vb_str *ids)
{
    for (size_t i = 0; i < p->overlay->steps.len; i++) {
        vb_overlay_step *o = &p->overlay->steps.at[i];
        bool elsewhere = o->used;

        for (uint32_t r = 0; r < p->plan->readings.len && !elsewhere; r++)
            elsewhere = ids[r].ptr && vb_str_eq(ids[r], o->key);
        if (!elsewhere)
            vb_diag_add(p->diags, VB_ERROR, "O005", o->loc,
                        "no step of the guide is '%.*s'", VB_ARG(o->key));
    }
}

void
vb_overlay_steps(vb_planner *p, const vb_str *ids)
{
    bool *skipped = VB_NEW_N(p->arena, bool, p->plan->steps.len + 1);

    for (size_t i = 0; i < p->overlay->steps.len; i++) {
        vb_overlay_step *o = &p->overlay->steps.at[i];

        for (size_t s = 0; s < p->plan->steps.len; s++) {
            vb_step *step = &p->plan->steps.at[s];
            bool here = o->line
                            ? covers(p, o, vb_reading_block(p, step->reading))
                            : vb_str_eq(o->key, step->id);

            if (!here)
                continue;
            change_step(p, step, o);
            skipped[s] = skipped[s] || o->skip == VB_ON;
        }
    }
    for (size_t s = 0; s < p->plan->steps.len; s++) {
        vb_step *step = &p->plan->steps.at[s];

        if (skipped[s]) {
            step->optional = true;
            step->condition = VB_STR("the overlay leaves it out");
        }
        step->chosen = !skipped[s] && (!step->optional || wanted(p, step));
    }
    with_exists(p);
    unused(p, ids);
}
