/*
 * Values that a reader copies by hand: a token of an expected output that
 * stands again in a later step, and placeholders that an output shows.
 */
#include "plan/planner.h"

#include "plan/placeholder.h"

#include "base/map.h"

#include <stdlib.h>

#include "base/banned.h"

/* Beyond these nobody copies by hand. LENGTHS_MAX: different lengths of
 * tokens, each of which costs a look at every word. */
enum {
    TOKENS_MAX = 2000,
    STEP_TOKENS_MAX = 500,
    LENGTHS_MAX = 64,
    LINKS_MAX = 500,
    TEXT_MIN = 6,
    NAMES_TRIED = 1000
};

/* A token of an output that a later step may hold. */
typedef struct candidate {
    vb_str text;
    const char *cls;
    uint32_t step;
    vb_loc loc;
    bool dead; /* stood in a step before its output: the guide's own */
    uint32_t link;
} candidate;

typedef struct linker {
    vb_planner *p;
    VB_VEC(candidate) list;
    vb_map by_text; /* text -> num: index */
    size_t lengths[LENGTHS_MAX], nlengths;
    vb_arena scratch; /* one expectation */
} linker;

const vb_carry *
vb_plan_carry(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->links.len; i++)
        if (vb_str_eq(plan->links.at[i].name, name))
            return &plan->links.at[i];
    return NULL;
}

bool
vb_step_takes(const vb_plan *plan, uint32_t s, const vb_carry *link,
              vb_loc *loc)
{
    const vb_step *step = &plan->steps.at[s];

    for (size_t i = 0; i < step->slots.len; i++)
        if (vb_str_eq(step->slots.at[i].name, link->name)) {
            if (loc)
                *loc = vb_step_loc(step, step->slots.at[i].start);
            return true;
        }
    for (size_t i = 0; link->sample && i < plan->samples.len; i++)
        if (plan->samples.at[i].step == s && s > link->step &&
            vb_str_eq(plan->samples.at[i].name, link->name)) {
            if (loc)
                *loc = plan->samples.at[i].loc;
            return true;
        }
    return false;
}

/* ------------------------------------------------------------ candidates -- */

static void
add_length(linker *l, size_t len)
{
    for (size_t i = 0; i < l->nlengths; i++)
        if (l->lengths[i] == len)
            return;
    if (l->nlengths < LENGTHS_MAX)
        l->lengths[l->nlengths++] = len;
}

static void
add_candidate(linker *l, vb_str text, const vb_expect_token *token,
              const candidate *from)
{
    vb_map_entry *entry;
    candidate c = *from;

    if (text.len < (token->placeholder ? 3 : TEXT_MIN) ||
        l->list.len >= TOKENS_MAX)
        return;
    if (vb_map_find(&l->by_text, text))
        return;
    text = vb_str_copy(&l->p->work, text);
    entry = vb_map_add(&l->by_text, text, NULL);
    c.text = text;
    c.cls = token->cls;
    c.link = VB_NONE;
    c.loc.line += token->line - 1;
    entry->num = l->list.len;
    vb_vec_push(&l->p->work, &l->list, c);
    add_length(l, text.len);
}

/* The names of one expected output; what its command asked for is none. */
static void
collect(linker *l, uint32_t s, const vb_expectation *e)
{
    vb_expect_opts opts = {.manner = e->manner,
                           .lang = e->lang,
                           .similar = e->similar,
                           .asked = l->p->plan->steps.at[s].body};
    candidate from = {.step = s, .loc = e->loc};
    vb_expect_token *tokens;
    vb_expect *expect;
    size_t n;

    if (l->list.len >= TOKENS_MAX ||
        (e->manner != VB_MANNER_READER && e->manner != VB_MANNER_SUBSET))
        return;
    expect = vb_expect_compile(&l->scratch, e->text, e->loc, &opts, NULL);
    if (!expect)
        return;
    n = vb_expect_tokens(expect, &l->scratch, STEP_TOKENS_MAX, &tokens);
    for (size_t i = 0; i < n; i++) {
        add_candidate(l, tokens[i].text, &tokens[i], &from);
        if (tokens[i].part.len)
            add_candidate(l, tokens[i].part, &tokens[i], &from);
    }
}

/* ----------------------------------------------------------------- names -- */

static bool
is_name(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->inputs.len; i++)
        if (vb_str_eq(plan->inputs.at[i].name, name))
            return true;
    for (size_t i = 0; i < plan->samples.len; i++)
        if (vb_str_eq(plan->samples.at[i].name, name))
            return true;
    for (size_t s = 0; s < plan->steps.len; s++) {
        const vb_step *step = &plan->steps.at[s];

        for (size_t i = 0; i < step->sets.len; i++)
            if (vb_str_eq(step->sets.at[i], name))
                return true;
        for (size_t i = 0; i < step->uses.len; i++)
            if (vb_str_eq(step->uses.at[i], name))
                return true;
    }
    return vb_plan_carry(plan, name) != NULL || vb_shell_ambient(name);
}

/* "vpc-09f8" is VPC_ID, "coredns-5947f47f5f-79vqv" COREDNS_NAME. */
static vb_str
own_name(linker *l, const candidate *c)
{
    bool id = vb_str_eqc(vb_str_c(c->cls), "hash") ||
              vb_str_eqc(vb_str_c(c->cls), "id");
    size_t n = 0;

    while (n < c->text.len &&
           (vb_is_alpha(c->text.ptr[n]) ||
            (n && c->text.ptr[n] == '-' && n + 1 < c->text.len &&
             vb_is_alpha(c->text.ptr[n + 1]))))
        n++;
    while (n && !(n < c->text.len && c->text.ptr[n] == '-'))
        n--;
    if (n < 1)
        return vb_hole_name(l->p->arena, vb_str_c(c->cls));
    return vb_str_fmt(
        l->p->arena, "%.*s_%s",
        VB_ARG(vb_hole_name(l->p->arena, vb_str_sub(c->text, 0, n))),
        id ? "ID" : "NAME");
}

/* Is it the value of "--option" or "NAME="? */
static bool
is_option(vb_str body, size_t at)
{
    size_t i = at, end;

    while (i > 0 && vb_str_chr(VB_STR("\"'"), body.ptr[i - 1]) != VB_NPOS)
        i--;
    if (i > 0 && body.ptr[i - 1] == '=')
        return true;
    while (i > 0 && body.ptr[i - 1] == ' ')
        i--;
    end = i;
    while (i > 0 && (vb_is_word(body.ptr[i - 1]) || body.ptr[i - 1] == '-'))
        i--;
    return end > i + 3 && body.ptr[i] == '-' && body.ptr[i + 1] == '-';
}

static vb_str
name_for(linker *l, const candidate *c, vb_str body, size_t at)
{
    vb_str base = {0}, name;

    if (is_option(body, at))
        base = vb_option_name(l->p, body, at);
    if (!base.len)
        base = own_name(l, c);
    name = base;
    for (int i = 2; is_name(l->p->plan, name) && i < NAMES_TRIED; i++)
        name = vb_str_fmt(l->p->arena, "%.*s_%d", VB_ARG(base), i);
    return name;
}

/* ---------------------------------------------------------------- places -- */

static vb_carry *
link_of(linker *l, candidate *c, uint32_t s, vb_str name)
{
    vb_carry link = {.name = name,
                     .text = vb_str_copy(l->p->arena, c->text),
                     .cls = c->cls,
                     .step = c->step,
                     .loc = c->loc,
                     .first = s};

    link.spelled = link.text;
    if (l->p->plan->links.len >= LINKS_MAX)
        return NULL;
    c->link = (uint32_t)l->p->plan->links.len;
    vb_vec_push(l->p->arena, &l->p->plan->links, link);
    return &l->p->plan->links.at[c->link];
}

/* The guide's own assignment of just this text: X=vpc-09f8. */
static const vb_sample *
sample_at(const vb_plan *plan, uint32_t s, size_t at, vb_str text)
{
    for (size_t i = 0; i < plan->samples.len; i++) {
        const vb_sample *m = &plan->samples.at[i];

        if (m->step == s && m->start <= at &&
            at + text.len <= (size_t)m->start + m->len &&
            vb_str_eq(m->value, text))
            return m;
    }
    return NULL;
}

static bool
in_slot(const vb_step *step, size_t at, size_t len)
{
    for (size_t i = 0; i < step->slots.len; i++)
        if (at < (size_t)step->slots.at[i].start + step->slots.at[i].len &&
            step->slots.at[i].start < at + len)
            return true;
    return false;
}

static void
use(linker *l, uint32_t s, candidate *c, size_t at)
{
    vb_plan *plan = l->p->plan;
    vb_step *step = &plan->steps.at[s];
    const vb_sample *sample = sample_at(plan, s, at, c->text);
    vb_slot slot = {.start = (uint32_t)at, .len = (uint32_t)c->text.len};

    if (sample && c->link == VB_NONE && !vb_plan_carry(plan, sample->name)) {
        vb_carry *link = link_of(l, c, s, sample->name);

        if (link)
            link->sample = true;
        return;
    }
    if (sample && c->link != VB_NONE &&
        vb_str_eq(plan->links.at[c->link].name, sample->name))
        return;
    if (in_slot(step, at, c->text.len) ||
        !vb_slot_place(l->p, s, slot.start, &slot.context))
        return;
    if (c->link == VB_NONE && !link_of(l, c, s, name_for(l, c, step->body, at)))
        return;
    slot.name = plan->links.at[c->link].name;
    slot.spelled = vb_str_sub(step->body, at, c->text.len);
    vb_vec_push(l->p->arena, &step->slots, slot);
}

static bool
is_inside(char c)
{
    return vb_is_word(c) || (c & 0x80);
}

/* The longest token that stands at 'at' as a whole. */
static candidate *
token_at(linker *l, vb_str body, size_t at)
{
    candidate *best = NULL;

    for (size_t i = 0; i < l->nlengths; i++) {
        size_t n = l->lengths[i];
        const vb_map_entry *entry;

        if (at + n > body.len || (best && best->text.len > n) ||
            (at + n < body.len && is_inside(body.ptr[at + n])))
            continue;
        entry = vb_map_find(&l->by_text, vb_str_sub(body, at, n));
        if (entry)
            best = &l->list.at[entry->num];
    }
    return best;
}

static int
by_start(const void *a, const void *b)
{
    const vb_slot *x = a, *y = b;

    return x->start < y->start ? -1 : x->start > y->start;
}

static void
look_at_body(linker *l, uint32_t s)
{
    vb_step *step = &l->p->plan->steps.at[s];
    vb_str body = step->body;
    size_t before = step->slots.len;

    for (size_t at = 0; at < body.len; at++) {
        candidate *c;

        if (at > 0 && is_inside(body.ptr[at - 1]))
            continue;
        c = token_at(l, body, at);
        if (!c)
            continue;
        if (s <= c->step)
            c->dead = true;
        else if (!c->dead && step->kind != VB_KIND_MANUAL)
            use(l, s, c, at);
        at += c->text.len - 1;
    }
    if (step->slots.len > before)
        qsort(step->slots.at, step->slots.len, sizeof *step->slots.at,
              by_start);
}

/* ---------------------------------------------------------- placeholders -- */

/* "vpc-09" of "<VPC ID similar to: vpc-09...>". */
static vb_str
hint_of(vb_str spelled)
{
    static const char *const words[] = {"similar to", "such as", "e.g.",
                                        "like"};
    size_t at = VB_NPOS, end = 0;

    for (size_t i = 0; at == VB_NPOS && i < VB_COUNT(words); i++) {
        at = vb_str_find(spelled, vb_str_c(words[i]));
        if (at != VB_NPOS)
            at += vb_str_c(words[i]).len;
    }
    if (at == VB_NPOS)
        return (vb_str){0};
    spelled = vb_str_ltrim(vb_str_from(spelled, at));
    if (spelled.len && spelled.ptr[0] == ':')
        spelled = vb_str_ltrim(vb_str_from(spelled, 1));
    while (end < spelled.len &&
           (vb_is_word(spelled.ptr[end]) || spelled.ptr[end] == '-'))
        end++;
    return vb_str_sub(spelled, 0, end >= 4 ? end : 0);
}

/* The output before step 's' that shows the placeholder, or a token of the
 * form that it describes. */
static candidate *
source_of(linker *l, uint32_t s, const vb_slot *slot)
{
    vb_str hint = hint_of(slot->spelled);

    for (size_t i = 0; i < l->list.len; i++) {
        candidate *c = &l->list.at[i];

        if (c->step >= s)
            continue;
        if (c->text.ptr[0] == '<' || vb_str_starts(c->text, "YOUR")) {
            if (vb_str_eq(vb_hole_name(&l->p->work, c->text), slot->name))
                return c;
        } else if (hint.len && !c->dead && c->text.len > hint.len &&
                   vb_str_eq(vb_str_sub(c->text, 0, hint.len), hint)) {
            return c;
        }
    }
    return NULL;
}

static void
link_placeholders(linker *l, uint32_t s)
{
    const vb_step *step = &l->p->plan->steps.at[s];

    for (size_t i = 0; i < step->slots.len; i++) {
        const vb_slot *slot = &step->slots.at[i];
        const vb_overlay_input *said =
            vb_overlay_input_of(l->p->overlay, slot->name);
        vb_carry *link;
        candidate *c;

        if (vb_plan_carry(l->p->plan, slot->name) ||
            (said && said->has_fallback))
            continue;
        c = source_of(l, s, slot);
        if (!c || !(link = link_of(l, c, s, slot->name)))
            continue;
        link->placeholder = true;
        link->spelled = slot->spelled;
    }
}

void
vb_carries(vb_planner *p)
{
    linker l = {.p = p};

    vb_map_init(&l.by_text, &p->work);
    for (uint32_t s = 0; s < p->plan->steps.len; s++) {
        const vb_step *step = &p->plan->steps.at[s];

        for (size_t i = 0; step->chosen && i < step->expects.len; i++)
            collect(&l, s, &step->expects.at[i]);
        vb_arena_reset(&l.scratch);
    }
    vb_arena_release(&l.scratch);
    if (l.list.len == 0)
        return;
    for (uint32_t s = 0; s < p->plan->steps.len; s++) {
        link_placeholders(&l, s);
        look_at_body(&l, s);
    }
}
