/* The placeholders of the path's steps: slots in their bodies, and inputs. */
#include "plan/planner.h"

#include "plan/placeholder.h"
#include "plan/told.h"

#include "base/banned.h"

/* More ranges than that are taken for the whole text: the safe side. */
enum { SLOTS_MAX = 2000, INPUTS_MAX = 1000, RANGES_MAX = 1000 };

/* Programs that read their argument, or their input, as shell text again. */
static bool
interprets(const vb_simple *s)
{
    static const char *const programs[] = {"eval",   "bash",   "sh",  "zsh",
                                           "ssh",    "su",     "awk", "perl",
                                           "python", "python3"};
    size_t p = vb_simple_program(s);

    if (p == VB_NPOS)
        return false;
    if (VB_STR_AMONG(s->words.at[p].text, programs))
        return true;
    for (size_t i = p; i + 1 < s->words.len; i++)
        if ((vb_str_eqc(s->words.at[i].text, "sh") ||
             vb_str_eqc(s->words.at[i].text, "bash")) &&
            vb_str_eqc(s->words.at[i + 1].text, "-c"))
            return true;
    return false;
}

/* Stretches of the text that are interpreted twice, sorted by start. */
typedef struct vb_range {
    uint32_t from, to;
} vb_range;

typedef struct vb_twice {
    VB_VEC(vb_range) ranges;
} vb_twice;

static void
find_twice(vb_planner *p, const vb_shell *sh, vb_twice *out)
{
    for (size_t i = 0; i < sh->simples.len; i++) {
        const vb_simple *s = &sh->simples.at[i];

        if (!interprets(s))
            continue;
        vb_vec_push(p->arena, &out->ranges,
                    (vb_range){s->start, s->start + s->len});
        for (size_t k = 0; k < s->redirs.len; k++) {
            const vb_heredoc *doc;

            if (s->redirs.at[k].kind != VB_REDIR_HEREDOC)
                continue;
            doc = &sh->heredocs.at[s->redirs.at[k].doc];
            vb_vec_push(p->arena, &out->ranges,
                        (vb_range){doc->start, doc->start + doc->len});
        }
    }
}

static bool
read_twice(const vb_twice *twice, uint32_t at)
{
    if (twice->ranges.len > RANGES_MAX)
        return true;
    for (size_t i = 0; i < twice->ranges.len; i++)
        if (at >= twice->ranges.at[i].from && at < twice->ranges.at[i].to)
            return true;
    return false;
}

static bool
slot_context(const vb_shell *sh, const vb_twice *twice, uint32_t at,
             vb_slot_context *out)
{
    vb_ctx_kind kind = vb_shell_context(sh, at);

    if (kind == VB_CTX_COMMENT)
        return false;
    if (read_twice(twice, at)) {
        *out = VB_SLOT_PLAIN;
        return true;
    }
    switch (kind) {
    case VB_CTX_BARE:
        *out = VB_SLOT_BARE;
        break;
    case VB_CTX_DQUOTE:
        *out = VB_SLOT_DQUOTE;
        break;
    case VB_CTX_SQUOTE:
        *out = VB_SLOT_SQUOTE;
        break;
    case VB_CTX_HEREDOC:
        *out = VB_SLOT_HEREDOC;
        break;
    case VB_CTX_HEREDOC_EXPAND:
        *out = VB_SLOT_HEREDOC_EXPAND;
        break;
    default:
        *out = VB_SLOT_PLAIN;
    }
    return true;
}

bool
vb_slot_place(vb_planner *p, uint32_t step, uint32_t at, vb_slot_context *out)
{
    vb_twice twice = {0};

    if (!p->shells[step]) {
        *out = VB_SLOT_RAW;
        return true;
    }
    find_twice(p, p->shells[step], &twice);
    return slot_context(p->shells[step], &twice, at, out);
}

vb_str
vb_option_name(vb_planner *p, vb_str body, size_t at)
{
    size_t i = at, end;

    while (i > 0 && vb_str_chr(VB_STR(" =\"'"), body.ptr[i - 1]) != VB_NPOS)
        i--;
    end = i;
    while (i > 0 && (vb_is_word(body.ptr[i - 1]) || body.ptr[i - 1] == '-'))
        i--;
    while (i < end && body.ptr[i] == '-')
        i++;
    return end > i + 1 && end < at
               ? vb_hole_name(p->arena, vb_str_sub(body, i, end - i))
               : (vb_str){0};
}

/* "--subnet-id subnet-xxxx" is asked for as SUBNET_ID: the option says more
 * than the crosses. */
static vb_str
crosses_name(vb_planner *p, vb_str body, const vb_hole *h)
{
    vb_str name = vb_option_name(p, body, h->start);

    return name.len
               ? name
               : vb_hole_name(p->arena, vb_str_sub(body, h->start, h->len));
}

static const vb_sample *
sample_around(const vb_planner *p, uint32_t step, const vb_hole *h)
{
    size_t low = 0, high = p->plan->samples.len;

    while (low < high) {
        size_t mid = (low + high) / 2;
        const vb_sample *s = &p->plan->samples.at[mid];

        if (s->step < step ||
            (s->step == step && (size_t)s->start + s->len <= h->start))
            low = mid + 1;
        else
            high = mid;
    }
    if (low < p->plan->samples.len) {
        const vb_sample *s = &p->plan->samples.at[low];

        if (s->step == step && s->start <= h->start &&
            h->start + h->len <= (size_t)s->start + s->len)
            return s;
    }
    return NULL;
}

static void
add_input(vb_planner *p, uint32_t s, const vb_slot *slot, const vb_told *told)
{
    const vb_step *step = &p->plan->steps.at[s];
    const vb_overlay_input *o = vb_overlay_input_of(p->overlay, slot->name);
    vb_input input = {.name = slot->name,
                      .placeholder = true,
                      .spelled = slot->spelled,
                      .step = s};

    if (!step->chosen || p->plan->inputs.len >= INPUTS_MAX)
        return;
    for (size_t i = 0; i < p->plan->inputs.len; i++)
        if (vb_str_eq(p->plan->inputs.at[i].name, slot->name))
            return;
    input.loc = vb_step_loc(step, slot->start);
    input.secret = vb_str_ihas(slot->name, "TOKEN") ||
                   vb_str_ihas(slot->name, "PASSWORD") ||
                   vb_str_ihas(slot->name, "SECRET_KEY") ||
                   vb_str_ihas(slot->name, "API_KEY");
    if (told)
        input.description = told->sentence;
    if (o) {
        input.description =
            o->description.len ? o->description : input.description;
        input.example = o->example;
        input.fallback = o->fallback;
        input.has_fallback = o->has_fallback;
        input.secret = input.secret || o->secret;
    }
    vb_vec_push(p->arena, &p->plan->inputs, input);
}

static bool
markup(const vb_planner *p, const vb_step *step)
{
    const vb_block *b = vb_reading_block(p, step->reading);

    return p->contexts[step->reading].shape == VB_SHAPE_MARKUP ||
           vb_str_eqc(b->lang, "html") || vb_str_eqc(b->lang, "xml") ||
           vb_str_eqc(b->lang, "jsx") || vb_str_eqc(b->lang, "tsx");
}

/* Does a printed format stand around it: --format '{{ Name }}'? */
static bool
in_format(vb_str body, size_t at)
{
    size_t from = at;
    vb_str line;

    while (from > 0 && body.ptr[from - 1] != '\n')
        from--;
    line = vb_str_sub(body, from, at - from);
    return vb_str_has(line, "--format") || vb_str_has(line, "template") ||
           vb_str_has(line, " -f '{{") || vb_str_has(line, " -f \"{{");
}

/* A comment line of a file: it speaks to the reader. */
static bool
in_comment(vb_str body, size_t at)
{
    size_t from = at;
    vb_str line;

    while (from > 0 && body.ptr[from - 1] != '\n')
        from--;
    line = vb_str_trim(vb_str_sub(body, from, at - from));
    return vb_str_starts(line, "#") || vb_str_starts(line, "//") ||
           vb_str_starts(line, "--") || vb_str_starts(line, ";");
}

/* The next hole or literal at or behind 'from'. A literal that a hole holds,
 * or begins in, is the hole. */
static vb_hole
next_hole(vb_told_cursor *c, vb_hole *ahead, size_t from, const vb_told **told)
{
    const vb_step *step = &c->p->plan->steps.at[c->step];
    size_t at;

    if (ahead->kind && ahead->start < from)
        *ahead = vb_hole_next(step->body, from, step->kind == VB_KIND_COMMAND,
                              markup(c->p, step));
    *told = vb_told_next(c, from, &at);
    if (*told && (!ahead->kind || at < ahead->start))
        return (vb_hole){VB_HOLE_TOLD, at, (*told)->text.len};
    *told = NULL;
    return *ahead;
}

static void
step_slots(vb_planner *p, uint32_t s)
{
    vb_step *step = &p->plan->steps.at[s];
    bool shell = step->kind == VB_KIND_COMMAND;
    vb_hole h, ahead = vb_hole_next(step->body, 0, shell, markup(p, step));
    const vb_told *told;
    vb_told_cursor cursor;
    vb_twice twice = {0};
    size_t from = 0;

    vb_told_start(p, s, &cursor);
    if (p->shells[s])
        find_twice(p, p->shells[s], &twice);
    while (step->slots.len < SLOTS_MAX &&
           (h = next_hole(&cursor, &ahead, from, &told)).kind) {
        vb_slot slot = {.start = (uint32_t)h.start,
                        .len = (uint32_t)h.len,
                        .spelled = vb_str_sub(step->body, h.start, h.len),
                        .context = shell ? VB_SLOT_PLAIN : VB_SLOT_RAW};
        const vb_sample *sample = sample_around(p, s, &h);

        from = h.start + h.len;
        if ((!shell && in_comment(step->body, h.start)) ||
            (h.kind == VB_HOLE_BRACES && in_format(step->body, h.start)) ||
            (h.kind == VB_HOLE_BRACKET && !shell))
            continue;
        if (p->shells[s] &&
            !slot_context(p->shells[s], &twice, slot.start, &slot.context))
            continue;
        /* X="<your value>": asked for under the variable's own name */
        slot.name = sample ? sample->name
                    : told ? told->name
                    : h.kind == VB_HOLE_CROSSES
                        ? crosses_name(p, step->body, &h)
                        : vb_hole_name(p->arena, slot.spelled);
        vb_vec_push(p->arena, &step->slots, slot);
        add_input(p, s, &slot, told);
    }
}

void
vb_placeholders(vb_planner *p)
{
    vb_told_find(p);
    for (uint32_t s = 0; s < p->plan->steps.len; s++)
        if (p->plan->steps.at[s].kind != VB_KIND_MANUAL)
            step_slots(p, s);
}
