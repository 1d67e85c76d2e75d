#include "plan/planner.h"

#include "base/buf.h"
#include "base/text.h"
#include "doc/provider_names.h"

#include "base/banned.h"

/* Canonical name of what a label or the user calls a provider; NULL for
 * words that name none. */
const char *
vb_planner_provider(const vb_planner *p, vb_str name)
{
    vb_str t = vb_str_trim(name);
    const char *known;

    for (size_t i = 0; i < p->overlay->providers.len; i++)
        if (vb_str_ieq(p->overlay->providers.at[i].name, t))
            return vb_str_dup(p->arena, p->overlay->providers.at[i].value);
    known = vb_provider_named(t);
    return known ? known : vb_provider_only(t);
}

/* The provider each option of an axis stands for; all NULL when the axis is
 * none of providers (two options of one provider are tools of it). */
static const char **
axis_providers(vb_planner *p, const vb_axis *axis)
{
    const char **names = VB_NEW_N(p->arena, const char *, axis->options.len);

    for (size_t i = 0; i < axis->options.len; i++) {
        const vb_option *o = &axis->options.at[i];

        names[i] = vb_planner_provider(p, o->label);
        if (!names[i])
            names[i] = vb_planner_provider(p, o->id);
        for (size_t k = 0; k < i && names[i]; k++) {
            if (names[k] && vb_str_eqc(vb_str_c(names[k]), names[i])) {
                for (size_t n = 0; n < axis->options.len; n++)
                    names[n] = NULL;
                return names;
            }
        }
    }
    return names;
}

static void
offer(vb_planner *p, const char *name, vb_str label)
{
    vb_plan *plan = p->plan;

    for (size_t i = 0; i < plan->providers.len; i++)
        if (vb_str_eqc(plan->providers.at[i].name, name))
            return;
    vb_vec_push(p->arena, &plan->providers,
                (vb_provider_offer){vb_str_c(name), label});
}

static bool
option_is(const vb_option *o, vb_str label)
{
    return vb_str_ieq(o->label, label) || vb_str_ieq(o->id, label);
}

static uint32_t
option_of(const vb_axis *axis, vb_str label)
{
    for (uint32_t i = 0; i < axis->options.len; i++)
        if (option_is(&axis->options.at[i], label))
            return i;
    return VB_NONE;
}

/* "LABEL" or "AXIS=LABEL" for this axis. */
static uint32_t
asked_tab(const vb_axis *axis, vb_str tab)
{
    size_t eq = vb_str_chr(tab, '=');
    uint32_t whole = option_of(axis, vb_str_trim(tab));

    if (whole != VB_NONE || eq == VB_NPOS)
        return whole;
    if (!vb_str_ieq(vb_str_trim(vb_str_sub(tab, 0, eq)), axis->id))
        return VB_NONE;
    return option_of(axis, vb_str_trim(vb_str_from(tab, eq + 1)));
}

static uint32_t
explicit_choice(vb_planner *p, const vb_axis *axis, bool *used)
{
    uint32_t found = VB_NONE;

    for (size_t i = 0; i < p->overlay->tabs.len; i++) {
        const vb_overlay_pair *t = &p->overlay->tabs.at[i];

        if (vb_str_ieq(t->name, axis->id) || vb_str_eqc(t->name, "*"))
            found = option_of(axis, t->value);
    }
    for (size_t i = 0; i < p->opts->ntabs; i++) {
        uint32_t o = asked_tab(axis, p->opts->tabs[i]);

        if (o != VB_NONE) {
            used[i] = true;
            found = o;
        }
    }
    return found;
}

static bool
any(const char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (names[i])
            return true;
    return false;
}

/* Which option of a provider's axis: the chosen one, all when none was
 * chosen, and where it is not offered none of the other providers'. */
static uint32_t
provider_choice(vb_planner *p, const vb_axis *axis, const char **names)
{
    if (p->plan->provider.len == 0)
        return VB_NONE;
    for (uint32_t i = 0; i < axis->options.len; i++)
        if (names[i] && vb_str_eqc(p->plan->provider, names[i]))
            return i;
    for (uint32_t i = 0; i < axis->options.len; i++)
        if (option_is(&axis->options.at[i], p->opts->provider))
            return i;
    for (uint32_t i = 0; i < axis->options.len; i++)
        if (!names[i])
            return i;
    vb_diag_add(p->diags, VB_NOTE, "P003", axis->loc,
                "these tabs do not offer '%.*s'; none of them is taken",
                VB_ARG(p->plan->provider));
    return (uint32_t)axis->options.len;
}

static void
choose_axis(vb_planner *p, uint32_t a, const char **names, bool *used)
{
    const vb_axis *axis = &p->doc->axes.at[a];
    bool provider = any(names, axis->options.len);
    uint32_t option = explicit_choice(p, axis, used);
    vb_choice choice = {
        .axis = axis->id, .explicit_ = option != VB_NONE, .provider = provider};

    if (axis->options.len == 0)
        return;
    if (option == VB_NONE && provider) {
        option = provider_choice(p, axis, names);
        choice.explicit_ = option < axis->options.len && names[option];
    } else if (option == VB_NONE) {
        option = option_of(axis, p->opts->provider);
        choice.explicit_ = p->opts->provider.len && option != VB_NONE;
        option = choice.explicit_ ? option : 0;
    }
    p->chosen[a] = option;
    if (option < axis->options.len) {
        choice.label = axis->options.at[option].label;
        vb_vec_push(p->arena, &p->plan->choices, choice);
    }
}

static void
list_providers(vb_planner *p, vb_diag *d)
{
    vb_buf buf;

    vb_buf_init(&buf, 2000);
    vb_buf_c(&buf, "the guide offers ");
    for (size_t i = 0; i < p->plan->providers.len; i++) {
        vb_buf_c(&buf, i ? ", " : "");
        vb_buf_str(&buf, p->plan->providers.at[i].name);
    }
    d->hint = vb_str_copy(p->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
}

static vb_loc
whole_file(const vb_planner *p)
{
    return (vb_loc){p->doc->sources.len ? p->doc->sources.at[0]->path : NULL, 0,
                    0};
}

/* The user's provider, as the guide's labels have it. */
static void
take_provider(vb_planner *p)
{
    const char *name;
    vb_str given = vb_str_trim(p->opts->provider);
    bool offered = false;

    if (given.len == 0)
        return;
    name = vb_planner_provider(p, given);
    p->plan->provider = name ? vb_str_c(name) : vb_text_slug(p->arena, given);
    for (size_t i = 0; i < p->plan->providers.len; i++)
        offered = offered ||
                  vb_str_eq(p->plan->providers.at[i].name, p->plan->provider);
    for (size_t a = 0; a < p->doc->axes.len && !offered; a++)
        offered = option_of(&p->doc->axes.at[a], given) != VB_NONE;
    if (offered)
        return;
    if (p->plan->providers.len == 0) {
        vb_diag_add(p->diags, VB_WARNING, "P002", whole_file(p),
                    "the guide has no choice of providers; '%.*s' changes "
                    "nothing",
                    VB_ARG(given));
        return;
    }
    list_providers(p, vb_diag_add(p->diags, VB_ERROR, "P001", whole_file(p),
                                  "unknown provider '%.*s'", VB_ARG(given)));
}

static void
unused_tabs(vb_planner *p, const bool *used)
{
    for (size_t i = 0; i < p->opts->ntabs; i++)
        if (!used[i])
            vb_diag_add(p->diags, VB_ERROR, "P004", whole_file(p),
                        "no group of tabs offers '%.*s'",
                        VB_ARG(p->opts->tabs[i]));
}

void
vb_select(vb_planner *p)
{
    const vb_doc *doc = p->doc;
    const char ***names = VB_NEW_N(p->arena, const char **, doc->axes.len + 1);
    bool *used = VB_NEW_N(p->arena, bool, p->opts->ntabs + 1);

    p->chosen = VB_NEW_N(p->arena, uint32_t, doc->axes.len + 1);
    for (size_t a = 0; a < doc->axes.len; a++) {
        const vb_axis *axis = &doc->axes.at[a];

        names[a] = axis_providers(p, axis);
        p->chosen[a] = VB_NONE;
        for (size_t i = 0; i < axis->options.len; i++)
            if (names[a][i])
                offer(p, names[a][i], axis->options.at[i].label);
    }
    take_provider(p);
    for (uint32_t a = 0; a < doc->axes.len; a++)
        choose_axis(p, a, names[a], used);
    unused_tabs(p, used);
    for (size_t i = 0; i < doc->blocks.len; i++)
        if (doc->blocks.at[i].kind == VB_BLOCK_GAP &&
            vb_scope_visible(doc, doc->blocks.at[i].scope, p->chosen))
            p->plan->gaps++;
    for (uint32_t r = 0; r < p->plan->readings.len; r++)
        p->plan->readings.at[r].selected =
            vb_scope_visible(doc, vb_reading_block(p, r)->scope, p->chosen);
}
