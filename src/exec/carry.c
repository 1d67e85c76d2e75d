/*
 * Values that later steps take from an output: a reader copies the id that
 * today's output shows, not the one in the guide. What an output holds is
 * data: it is spelled for its place like any other value.
 */
#include "exec/runner.h"

#include "base/banned.h"

/* Stands for a value that is not known yet where texts are made ready. */
#define LATER VB_STR("not-yet-known")

static size_t
given_index(const vb_runner *run, vb_str name)
{
    for (size_t i = 0; i < run->given.len; i++)
        if (vb_str_eq(run->given.at[i].name, name))
            return i;
    return VB_NPOS;
}

bool
vb_carry_pending(const vb_runner *run, vb_str name)
{
    for (size_t i = 0; i < run->plan->links.len; i++)
        if (run->links[i] == VB_CARRY_LATER &&
            vb_str_eq(run->plan->links.at[i].name, name))
            return true;
    return false;
}

/* By the user, for this part of the run. */
static bool
is_set(const vb_runner *run, vb_str name)
{
    for (size_t i = 0; i < run->opts->nvalues; i++)
        if (vb_str_eq(run->opts->values[i].name, name))
            return true;
    return false;
}

/* What the user gave stays; a placeholder whose output comes in this run is
 * no missing input. */
void
vb_carry_begin(vb_runner *run)
{
    const vb_plan *plan = run->plan;

    run->links = VB_NEW_N(run->arena, uint8_t, plan->links.len + 1);
    for (size_t i = 0; i < plan->links.len; i++) {
        const vb_carry *link = &plan->links.at[i];
        bool given = given_index(run, link->name) != VB_NPOS;

        if (!run->steps[link->step].runs) {
            run->links[i] = VB_CARRY_KEPT;
        } else if (given) {
            run->links[i] =
                is_set(run, link->name) ? VB_CARRY_GIVEN : VB_CARRY_OPEN;
        } else if (link->placeholder) {
            run->links[i] = VB_CARRY_LATER;
            vb_vec_push(run->arena, &run->given, (vb_given){link->name, LATER});
        }
    }
}

void
vb_carry_resume(vb_runner *run)
{
    const vb_plan *plan = run->plan;

    for (size_t i = 0; i < plan->links.len; i++) {
        const vb_carry *link = &plan->links.at[i];

        if (run->steps[link->step].done &&
            given_index(run, link->name) != VB_NPOS &&
            (run->links[i] == VB_CARRY_OPEN || run->links[i] == VB_CARRY_GIVEN))
            run->links[i] = VB_CARRY_TAKEN;
    }
    vb_carry_substs(run);
}

static const vb_subst *
bound_of(const vb_step_result *result, size_t expects, vb_str text)
{
    for (size_t i = 0; i < expects; i++) {
        const vb_compare *c = result->compare[i];

        for (size_t k = 0; k < c->bound.len; k++)
            if (vb_str_eq(c->bound.at[k].sample, text))
                return &c->bound.at[k];
    }
    return NULL;
}

/* Only text that one line of an ordinary output can hold is a value. */
static bool
is_value(vb_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return false;
    return text.len > 0 && text.len <= VB_TEXT_MAX &&
           !vb_str_has(text, "[redacted:");
}

static bool
take(vb_runner *run, size_t i, vb_str value, vb_error *err)
{
    const vb_carry *link = &run->plan->links.at[i];
    size_t at = given_index(run, link->name);
    vb_ev_input ev = {.name = link->name,
                      .value = value,
                      .from = vb_str_fmt(&run->scratch, "output of step %.*s",
                                         VB_ARG(run->now.step->id))};

    if (at == VB_NPOS)
        vb_vec_push(run->arena, &run->given, (vb_given){link->name, value});
    else
        run->given.at[at].value = value;
    run->links[i] = VB_CARRY_TAKEN;
    if (!vb_event_input(run->record, &ev, err))
        return false;
    vb_show(run, VB_PROGRESS_NOTE,
            vb_str_fmt(&run->scratch,
                       "%.*s is '%.*s' from here on: the output says so where "
                       "the guide has '%.*s'",
                       VB_ARG(link->name), VB_ARG(value), VB_ARG(link->text)));
    return true;
}

void
vb_carry_substs(vb_runner *run)
{
    const vb_plan *plan = run->plan;
    vb_given *known = VB_NEW_N(run->arena, vb_given, run->given.len + 1);
    size_t n = 0, substs;
    vb_subst *list, *all;

    for (size_t i = 0; i < run->given.len; i++)
        if (!vb_carry_pending(run, run->given.at[i].name))
            known[n++] = run->given.at[i];
    substs = vb_plan_substs(plan, run->arena, known, n, &list);
    all = VB_NEW_N(run->arena, vb_subst, substs + plan->links.len + 1);
    for (size_t i = 0; i < substs; i++)
        all[i] = list[i];
    /* What an output said is what the next ones have to say. */
    for (size_t i = 0; i < plan->links.len; i++) {
        const vb_carry *link = &plan->links.at[i];
        size_t at = given_index(run, link->name);

        if ((run->links[i] == VB_CARRY_TAKEN ||
             run->links[i] == VB_CARRY_USED) &&
            at != VB_NPOS && !vb_str_eq(link->text, run->given.at[at].value))
            all[substs++] = (vb_subst){link->text, run->given.at[at].value};
    }
    run->substs = all;
    run->nsubsts = substs;
}

/* What the texts hold for the link now. */
static vb_str
value_of(const vb_runner *run, const vb_carry *link)
{
    size_t at = given_index(run, link->name);

    return at != VB_NPOS       ? run->given.at[at].value
           : link->placeholder ? (vb_str){0}
                               : link->text;
}

/* The texts of the steps to come, with the new values. */
static bool
write_again(vb_runner *run, size_t from, vb_error *err)
{
    size_t before = run->diags->errors;

    for (size_t s = from; s < run->plan->steps.len; s++)
        for (size_t i = 0; i < run->plan->links.len; i++)
            if (run->steps[s].runs &&
                vb_step_takes(run->plan, (uint32_t)s, &run->plan->links.at[i],
                              NULL)) {
                vb_prepare_step(run, s);
                break;
            }
    vb_carry_substs(run);
    if (run->diags->errors > before)
        return vb_fail(err, "a value from an output cannot stand in a later "
                            "step");
    return true;
}

bool
vb_carry_take(vb_runner *run, const vb_step_result *result, vb_error *err)
{
    bool any = false;

    for (size_t i = 0; result->compare && i < run->plan->links.len; i++) {
        const vb_carry *link = &run->plan->links.at[i];
        const vb_subst *bound;

        if (link->step == run->now.index && run->links[i] == VB_CARRY_GIVEN) {
            run->links[i] = VB_CARRY_USED;
            any = true;
        }
        if (link->step != run->now.index || run->links[i] == VB_CARRY_USED ||
            run->links[i] == VB_CARRY_KEPT)
            continue;
        bound = bound_of(result, run->now.step->expects.len, link->text);
        if (!bound || !is_value(bound->actual) ||
            vb_str_eq(bound->actual, value_of(run, link)))
            continue;
        if (!take(run, i, vb_str_copy(run->arena, bound->actual), err))
            return false;
        any = true;
    }
    return !any || write_again(run, run->now.index + 1, err);
}

/* A link without a value that the step needs, or NULL. */
static const vb_carry *
missing(const vb_runner *run, size_t index)
{
    for (size_t i = 0; i < run->plan->links.len; i++)
        if (run->links[i] == VB_CARRY_LATER &&
            vb_step_takes(run->plan, (uint32_t)index, &run->plan->links.at[i],
                          NULL))
            return &run->plan->links.at[i];
    return NULL;
}

bool
vb_carry_lacks(vb_runner *run, size_t index, vb_step_result *result)
{
    const vb_carry *link = missing(run, index);

    if (!link)
        return false;
    result->verdict = VB_VERDICT_FAILED;
    result->explanation = vb_str_fmt(
        run->arena,
        "stopped before it ran: '%.*s' was to come from the output "
        "of step %.*s, which did not show it (--set %.*s=)",
        VB_ARG(link->spelled), VB_ARG(run->plan->steps.at[link->step].id),
        VB_ARG(link->name));
    result->failed_line = run->now.step->loc.line;
    return true;
}
