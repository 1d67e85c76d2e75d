/* The variables of the path: what each step reads and sets, what is needed
 * and never set, and which literal values --set may replace. */
#include "plan/planner.h"

#include "plan/placeholder.h"

#include "base/banned.h"

/* Beyond these, a guide is no guide: the rest is found at run time. */
enum { DESCRIBED_MAX = 64, INPUTS_MAX = 1000, SAMPLES_MAX = 1000 };

/* A set of names, open addressing. */
typedef struct vb_entry {
    vb_str name;
    uint32_t value; /* offset or index, by use */
    bool used;
} vb_entry;

typedef struct vb_map {
    vb_entry *at;
    size_t mask, len;
} vb_map;

static void
map_init(vb_map *m, vb_arena *arena, size_t expected)
{
    size_t size = 16;

    while (size < expected * 2 + 16)
        size *= 2;
    m->at = VB_NEW_N(arena, vb_entry, size);
    m->mask = size - 1;
    m->len = 0;
}

static vb_entry *
map_slot(vb_map *m, vb_str name)
{
    size_t i = (size_t)vb_str_hash(name) & m->mask;

    while (m->at[i].used && !vb_str_eq(m->at[i].name, name))
        i = (i + 1) & m->mask;
    return &m->at[i];
}

static bool
map_has(vb_map *m, vb_str name)
{
    return map_slot(m, name)->used;
}

/* First value given stays. */
static vb_entry *
map_add(vb_map *m, vb_str name, uint32_t value)
{
    vb_entry *e = map_slot(m, name);

    if (!e->used) {
        *e = (vb_entry){name, value, true};
        m->len++;
    }
    return e;
}

/* A read that only asks whether there is a value: [ -z "$X" ]. */
static bool
only_tests(const vb_shell *sh, const vb_var_use *use)
{
    const vb_simple *s;

    if (use->simple >= sh->simples.len)
        return false;
    s = &sh->simples.at[use->simple];
    if (s->words.len == 0)
        return false;
    return vb_str_eqc(s->words.at[0].text, "[") ||
           vb_str_eqc(s->words.at[0].text, "[[") ||
           vb_str_eqc(s->words.at[0].text, "test");
}

/* Is this assignment one that outlives its command? */
static bool
lasting(const vb_var_set *set)
{
    return set->kind != VB_SET_PREFIX && set->kind != VB_SET_LOCAL &&
           set->depth == 0 && !(set->kind == VB_SET_EXPORT && !set->has_value);
}

/* Local state of one step's scan: which names are set where. */
typedef struct vb_scan {
    vb_planner *p;
    vb_step *step;
    const vb_shell *sh;
    vb_map set_at; /* name -> smallest offset from which it holds */
    vb_map seen;   /* names in 'uses' -> index */
    vb_map lasts;  /* names in 'sets' */
    vb_map hard;   /* names in 'guarded' */
} vb_scan;

static void
scan_sets(vb_scan *sc)
{
    for (size_t i = 0; i < sc->sh->sets.len; i++) {
        const vb_var_set *set = &sc->sh->sets.at[i];
        vb_entry *e;

        if (set->kind == VB_SET_PREFIX ||
            (set->kind == VB_SET_EXPORT && !set->has_value))
            continue;
        e = map_add(&sc->set_at, set->name, set->effect);
        if (set->effect < e->value)
            e->value = set->effect;
        if (lasting(set) && !map_has(&sc->lasts, set->name)) {
            map_add(&sc->lasts, set->name, 0);
            vb_vec_push(sc->p->arena, &sc->step->sets, set->name);
        }
    }
}

enum { SOURCED_MAX = 64 }; /* names taken from one sourced file */

/* The file that 'source FILE' or '. FILE' names; empty for other commands. */
static vb_str
sourced_file(const vb_simple *s)
{
    vb_str file;

    if (s->words.len < 2 || s->depth > 0 || !s->words.at[1].is_static ||
        (!vb_str_eqc(s->words.at[0].text, "source") &&
         !vb_str_eqc(s->words.at[0].text, ".")))
        return (vb_str){0};
    file = s->words.at[1].text;
    return vb_str_starts(file, "./") ? vb_str_from(file, 2) : file;
}

static size_t
count_sourced(const vb_shell *sh)
{
    size_t n = 0;

    for (size_t i = 0; i < sh->simples.len; i++)
        n += sourced_file(&sh->simples.at[i]).len > 0;
    return n;
}

/* A file of the guide that the step sources sets its variables, too. */
static void
scan_sourced(vb_scan *sc, vb_map *files, vb_shell **read)
{
    for (size_t i = 0; i < sc->sh->simples.len; i++) {
        const vb_simple *s = &sc->sh->simples.at[i];
        const vb_entry *file = map_slot(files, sourced_file(s));
        const vb_shell *in;

        if (!file->used)
            continue;
        if (!read[file->value])
            read[file->value] = vb_shell_read(
                sc->p->arena, sc->p->plan->steps.at[file->value].body);
        in = read[file->value];
        for (size_t k = 0; k < in->sets.len && k < SOURCED_MAX; k++) {
            vb_str name = in->sets.at[k].name;

            if (!lasting(&in->sets.at[k]) || map_has(&sc->set_at, name))
                continue;
            map_add(&sc->set_at, name, s->start + s->len);
            vb_vec_push(sc->p->arena, &sc->step->sets, name);
        }
    }
}

static bool
in_function(const vb_shell *sh, const vb_var_use *use)
{
    return use->simple < sh->simples.len &&
           sh->simples.at[use->simple].in_function;
}

static void
scan_uses(vb_scan *sc)
{
    for (size_t i = 0; i < sc->sh->uses.len; i++) {
        const vb_var_use *use = &sc->sh->uses.at[i];
        vb_entry *set = map_slot(&sc->set_at, use->name);
        bool soft = use->has_default || use->arith || use->indirect ||
                    only_tests(sc->sh, use);

        /* a function's body runs when it is called */
        if ((set->used &&
             (set->value <= use->at || in_function(sc->sh, use))) ||
            vb_shell_ambient(use->name))
            continue;
        if (!map_has(&sc->seen, use->name)) {
            map_add(&sc->seen, use->name, use->at);
            vb_vec_push(sc->p->arena, &sc->step->uses, use->name);
        }
        if (!soft && !map_has(&sc->hard, use->name)) {
            map_add(&sc->hard, use->name, 0);
            vb_vec_push(sc->p->arena, &sc->step->guarded, use->name);
        }
    }
}

/* As the guide spells it when there is a placeholder in it. */
static vb_str
sample_value(vb_arena *arena, const vb_step *step, const vb_var_set *set)
{
    if (vb_str_chr(set->value, VB_HOLE_BYTE) == VB_NPOS)
        return vb_str_copy(arena, set->value);
    return vb_str_sub(step->body, set->start, set->len);
}

/* Literal assignments at the top of the step. */
static void
scan_samples(vb_scan *sc, uint32_t index)
{
    size_t before = sc->p->plan->samples.len;

    for (size_t i = 0; i < sc->sh->sets.len &&
                       sc->p->plan->samples.len - before < SAMPLES_MAX;
         i++) {
        const vb_var_set *set = &sc->sh->sets.at[i];
        vb_sample sample;

        if (!lasting(set) || !set->has_value || !set->is_static ||
            set->append || set->nest > 0 || set->in_function || set->len == 0 ||
            set->kind == VB_SET_READ || set->kind == VB_SET_LOOP)
            continue;
        sample = (vb_sample){.name = set->name,
                             .value = sample_value(sc->p->arena, sc->step, set),
                             .step = index,
                             .start = set->start,
                             .len = set->len,
                             .loc = vb_step_loc(sc->step, set->start)};
        vb_vec_push(sc->p->arena, &sc->p->plan->samples, sample);
    }
}

static uint32_t
first_use_at(const vb_shell *sh, vb_str name)
{
    for (size_t i = 0; i < sh->uses.len; i++)
        if (vb_str_eq(sh->uses.at[i].name, name))
            return sh->uses.at[i].at;
    return 0;
}

/* What the guide says about a variable: the first sentence that names it as
 * code. */
static vb_str
described(const vb_planner *p, vb_str name)
{
    for (size_t i = 0; i < p->doc->blocks.len; i++) {
        const vb_block *b = &p->doc->blocks.at[i];

        if (b->kind != VB_BLOCK_PROSE)
            continue;
        for (size_t k = 0; k < b->spans.len; k++) {
            const vb_inline *s = &b->spans.at[k];
            vb_str t = vb_str_sub(b->text, s->start, s->len);

            if (vb_str_starts(t, "$"))
                t = vb_str_from(t, 1);
            if (s->kind == VB_SPAN_CODE && vb_str_eq(t, name)) {
                size_t from = s->start, to = s->start + s->len;

                while (from > 0 && b->text.ptr[from - 1] != '\n' &&
                       !(from > 1 && b->text.ptr[from - 1] == ' ' &&
                         b->text.ptr[from - 2] == '.'))
                    from--;
                while (to < b->text.len && b->text.ptr[to] != '\n' &&
                       b->text.ptr[to] != '.')
                    to++;
                return vb_str_trim(vb_str_sub(b->text, from, to - from));
            }
        }
    }
    return (vb_str){0};
}

/* The last part of a name that says it is to be kept secret. */
static bool
secret_name(vb_str name)
{
    static const char *const words[] = {
        "PASSWORD", "PASSWD",      "SECRET",     "TOKEN",     "API_KEY",
        "APIKEY",   "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIAL"};

    for (size_t i = 0; i < VB_COUNT(words); i++)
        if (vb_str_ihas(name, words[i]) && !vb_str_ihas(name, "SECRET_NAME") &&
            !vb_str_ihas(name, "_NAME") && !vb_str_ihas(name, "_FILE") &&
            !vb_str_ihas(name, "_ID"))
            return true;
    return false;
}

static void
need(vb_planner *p, vb_map *needed, uint32_t s, vb_str name)
{
    const vb_step *step = &p->plan->steps.at[s];
    const vb_overlay_input *o = vb_overlay_input_of(p->overlay, name);
    vb_input input = {.name = name, .step = s, .secret = secret_name(name)};

    if (map_has(needed, name))
        return;
    if (p->plan->inputs.len >= INPUTS_MAX) {
        if (p->plan->inputs.len == INPUTS_MAX && needed->len == INPUTS_MAX)
            vb_diag_add(p->diags, VB_ERROR, "P006", step->loc,
                        "more than %d variables are never set", INPUTS_MAX);
        map_add(needed, name, s);
        return;
    }
    map_add(needed, name, s);
    input.spelled = vb_str_fmt(p->arena, "$%.*s", VB_ARG(name));
    input.loc = p->shells[s]
                    ? vb_step_loc(step, first_use_at(p->shells[s], name))
                    : step->loc;
    if (p->plan->inputs.len < DESCRIBED_MAX)
        input.description = described(p, name);
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

static size_t
all_names(const vb_planner *p)
{
    size_t n = p->overlay->environment.len;

    for (size_t s = 0; s < p->plan->steps.len; s++)
        if (p->shells[s])
            n += p->shells[s]->sets.len + p->shells[s]->uses.len;
    for (size_t s = 0; s < p->plan->steps.len; s++)
        n += p->plan->steps.at[s].uses.len + p->plan->steps.at[s].sets.len +
             p->plan->steps.at[s].reads.len;
    return n;
}

static void
path_inputs(vb_planner *p)
{
    vb_map set, needed;
    size_t expected = all_names(p);

    map_init(&set, &p->work, expected);
    map_init(&needed, &p->work, expected);
    for (size_t i = 0; i < p->overlay->environment.len; i++)
        map_add(&set, p->overlay->environment.at[i].name, 0);
    for (uint32_t s = 0; s < p->plan->steps.len; s++) {
        vb_step *step = &p->plan->steps.at[s];

        if (!step->chosen)
            continue;
        /* a default in the guide makes the value the reader's choice, so
         * only the guarded names are needed */
        for (size_t i = 0; i < step->guarded.len; i++)
            if (!map_has(&set, step->guarded.at[i]))
                need(p, &needed, s, step->guarded.at[i]);
        for (size_t i = 0; i < step->sets.len; i++)
            map_add(&set, step->sets.at[i], s);
    }
}

static bool
any_wanted(vb_map *wanted, const vb_str *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (map_has(wanted, names[i]))
            return true;
    return false;
}

/* An "If ..." block that sets or writes what a later step of the main
 * path needs is part of that path for a reader who starts from nothing. */
static void
keep_needed(vb_planner *p)
{
    vb_map wanted;

    map_init(&wanted, &p->work, all_names(p));
    for (uint32_t s = (uint32_t)p->plan->steps.len; s-- > 0;) {
        vb_step *step = &p->plan->steps.at[s];

        if (step->optional && step->phase == VB_PHASE_MAIN &&
            vb_str_has(step->condition, "condition")) {
            if (any_wanted(&wanted, step->sets.at, step->sets.len) ||
                any_wanted(&wanted, step->writes.at, step->writes.len)) {
                step->optional = false;
                step->chosen = true;
                p->plan->readings.at[step->reading].optional = false;
            }
        }
        if (step->optional)
            continue;
        /* what this step sets itself is wanted no further up */
        for (size_t i = 0; i < step->sets.len; i++) {
            vb_entry *e = map_slot(&wanted, step->sets.at[i]);

            if (e->used)
                e->name = VB_STR("\n"); /* tombstone: no variable's name */
        }
        for (size_t i = 0; i < step->uses.len; i++)
            map_add(&wanted, step->uses.at[i], s);
        for (size_t i = 0; i < step->reads.len; i++)
            map_add(&wanted, step->reads.at[i], s);
    }
}

void
vb_variables(vb_planner *p)
{
    vb_shell **read = VB_NEW_N(p->arena, vb_shell *, p->plan->steps.len + 1);
    vb_map files; /* name -> latest step that writes it */
    vb_arena scratch = {0};

    map_init(&files, p->arena, p->plan->steps.len);
    for (uint32_t s = 0; s < p->plan->steps.len; s++) {
        vb_scan sc = {
            .p = p, .step = &p->plan->steps.at[s], .sh = p->shells[s]};

        if (sc.step->kind == VB_KIND_FILE && sc.step->name.len)
            map_add(&files, sc.step->name, s)->value = s;
        if (!sc.sh)
            continue;
        vb_arena_reset(&scratch);
        map_init(&sc.set_at, &scratch,
                 sc.sh->sets.len + count_sourced(sc.sh) * SOURCED_MAX);
        map_init(&sc.seen, &scratch, sc.sh->uses.len);
        map_init(&sc.hard, &scratch, sc.sh->uses.len);
        map_init(&sc.lasts, &scratch, sc.sh->sets.len);
        scan_sets(&sc);
        scan_sourced(&sc, &files, read);
        scan_uses(&sc);
        scan_samples(&sc, s);
    }
    vb_arena_release(&scratch);
    keep_needed(p);
    path_inputs(p);
}
