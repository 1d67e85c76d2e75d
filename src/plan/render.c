/* Values into texts: samples and placeholders replaced, each spelled for the
 * place it stands in. */
#include "plan/plan.h"

#include "base/text.h"

#include "base/banned.h"

/* One replacement of a stretch of the body. */
typedef struct vb_edit {
    uint32_t start, len;
    vb_str value, name;
    vb_slot_context context;
} vb_edit;

static const vb_given *
given(const vb_given *values, size_t n, vb_str name)
{
    /* the last one wins, as on a command line */
    for (size_t i = n; i-- > 0;)
        if (vb_str_eq(values[i].name, name))
            return &values[i];
    return NULL;
}

static bool
plain_value(vb_str v)
{
    for (size_t i = 0; i < v.len; i++)
        if (!vb_is_alnum(v.ptr[i]) &&
            vb_str_chr(VB_STR("_-./:@%+=,"), v.ptr[i]) == VB_NPOS)
            return false;
    return v.len > 0;
}

static void
escaped(vb_buf *out, vb_str v, const char *which)
{
    for (size_t i = 0; i < v.len; i++) {
        if (vb_str_chr(vb_str_c(which), v.ptr[i]) != VB_NPOS)
            vb_buf_ch(out, '\\');
        vb_buf_ch(out, v.ptr[i]);
    }
}

static bool
spell(vb_buf *out, const vb_edit *e, vb_error *err)
{
    vb_str v = e->value;

    if (vb_str_chr(v, '\0') != VB_NPOS)
        return vb_fail(err, "the value of '%.*s' holds a NUL byte",
                       VB_ARG(e->name));
    switch (e->context) {
    case VB_SLOT_RAW:
        vb_buf_str(out, v);
        return true;
    case VB_SLOT_BARE:
        if (plain_value(v))
            vb_buf_str(out, v);
        else
            vb_shell_quote(out, v);
        return true;
    case VB_SLOT_DQUOTE:
        escaped(out, v, "\\\"$`");
        return true;
    case VB_SLOT_SQUOTE:
        vb_shell_single(out, v);
        return true;
    case VB_SLOT_HEREDOC:
    case VB_SLOT_HEREDOC_EXPAND:
        /* a line of the value could be the document's end */
        if (vb_str_chr(v, '\n') != VB_NPOS)
            return vb_fail(err,
                           "the value of '%.*s' has several lines and stands "
                           "in a here-document",
                           VB_ARG(e->name));
        escaped(out, v, e->context == VB_SLOT_HEREDOC ? "" : "\\$`");
        return true;
    default:
        if (!plain_value(v))
            return vb_fail(err,
                           "the value of '%.*s' stands where the shell reads "
                           "it a second time; only letters, digits and "
                           "_-./:@%%+=, are accepted there",
                           VB_ARG(e->name));
        vb_buf_str(out, v);
        return true;
    }
}

static size_t
step_index(const vb_plan *plan, const vb_step *step)
{
    return step >= plan->steps.at && step < plan->steps.at + plan->steps.len
               ? (size_t)(step - plan->steps.at)
               : plan->steps.len;
}

/* The next edit at or behind 'pos'. Slots and samples are each sorted by
 * their place; a slot inside a replaced sample is passed over. */
typedef struct vb_cursor {
    const vb_plan *plan;
    const vb_step *step;
    const vb_given *values;
    size_t nvalues, slot, sample, index;
} vb_cursor;

/* Samples are sorted by step, then place. */
static size_t
first_sample(const vb_plan *plan, size_t step)
{
    size_t low = 0, high = plan->samples.len;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (plan->samples.at[mid].step < step)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool
next_sample(vb_cursor *c, vb_edit *edit)
{
    for (; c->sample < c->plan->samples.len; c->sample++) {
        const vb_sample *s = &c->plan->samples.at[c->sample];
        const vb_given *v;

        if (s->step != c->index)
            return false;
        v = given(c->values, c->nvalues, s->name);
        if (!v)
            continue;
        *edit = (vb_edit){s->start, s->len, v->value, s->name, VB_SLOT_BARE};
        return true;
    }
    return false;
}

static const vb_input *
input_of(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->inputs.len; i++)
        if (vb_str_eq(plan->inputs.at[i].name, name))
            return &plan->inputs.at[i];
    return NULL;
}

static bool
slot_edit(vb_cursor *c, const vb_slot *slot, vb_edit *edit, vb_error *err)
{
    const vb_given *v = given(c->values, c->nvalues, slot->name);
    const vb_input *input = input_of(c->plan, slot->name);
    const vb_carry *link;

    *edit = (vb_edit){slot->start, slot->len, {0}, slot->name, slot->context};
    if (v)
        edit->value = v->value;
    else if (input && input->has_fallback)
        edit->value = input->fallback;
    else if (!input && (link = vb_plan_carry(c->plan, slot->name)) != NULL)
        edit->value = link->spelled;
    else
        return vb_fail(err, "the placeholder '%.*s' has no value (--set %.*s=)",
                       VB_ARG(slot->spelled), VB_ARG(slot->name));
    return true;
}

bool
vb_step_render(const vb_plan *plan, const vb_step *step, const vb_given *values,
               size_t nvalues, vb_buf *out, vb_error *err)
{
    vb_cursor c = {plan, step, values, nvalues, 0, 0, 0};
    uint32_t pos = 0;
    vb_edit sample;
    bool has_sample;

    c.index = step_index(plan, step);
    c.sample = first_sample(plan, c.index);
    has_sample = next_sample(&c, &sample);
    for (;;) {
        const vb_slot *slot =
            c.slot < step->slots.len ? &step->slots.at[c.slot] : NULL;
        vb_edit edit;

        if (!slot && !has_sample)
            break;
        if (has_sample && (!slot || sample.start <= slot->start)) {
            edit = sample;
            c.sample++;
            has_sample = next_sample(&c, &sample);
        } else {
            c.slot++;
            if (slot->start < pos)
                continue;
            if (!slot_edit(&c, slot, &edit, err))
                return false;
        }
        if (edit.start < pos)
            continue;
        vb_buf_str(out, vb_str_sub(step->body, pos, edit.start - pos));
        if (!spell(out, &edit, err))
            return false;
        pos = edit.start + edit.len;
    }
    vb_buf_str(out, vb_str_from(step->body, pos));
    return true;
}

static void
add_subst(vb_subst *list, size_t *n, vb_str sample, vb_str actual)
{
    if (sample.len == 0 || vb_str_eq(sample, actual))
        return;
    for (size_t i = 0; i < *n; i++)
        if (vb_str_eq(list[i].sample, sample))
            return;
    list[(*n)++] = (vb_subst){sample, actual};
}

size_t
vb_plan_substs(const vb_plan *plan, vb_arena *arena, const vb_given *values,
               size_t nvalues, vb_subst **out)
{
    size_t room = plan->samples.len + plan->inputs.len + 1, n = 0;
    vb_subst *list = VB_NEW_N(arena, vb_subst, room);

    for (size_t i = 0; i < plan->samples.len; i++) {
        const vb_given *v = given(values, nvalues, plan->samples.at[i].name);

        if (v)
            add_subst(list, &n, plan->samples.at[i].value, v->value);
    }
    for (size_t i = 0; i < plan->inputs.len; i++) {
        const vb_input *input = &plan->inputs.at[i];
        const vb_given *v = given(values, nvalues, input->name);

        if (v && input->placeholder)
            add_subst(list, &n, input->spelled, v->value);
    }
    *out = list;
    return n;
}
