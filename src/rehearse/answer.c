#include "rehearse/answer.h"

#include "rehearse/grammar.h"
#include "rehearse/recorded.h"
#include "rehearse/value.h"

#include <signal.h>

#include "base/banned.h"

/* Every command takes a moment, so that ages and times go on. */
enum { MOMENT_MS = 1200 };

typedef struct asking {
    const vb_scenario *scenario;
    const vb_program *program;
    const vb_request *request;
    vb_parsed parsed;
    vb_play play;
    vb_answer answer;
    vb_error err;
    bool broken;    /* the scenario is; see err */
    vb_str differs; /* why a recorded rule with these words did not answer */
} asking;

static vb_arena *
arena_of(const asking *a)
{
    return a->request->arena;
}

static const vb_node *
texts(const asking *a, const vb_str *items, size_t len)
{
    vb_node *list = vb_val_list(arena_of(a));

    for (size_t i = 0; i < len; i++)
        vb_val_push(arena_of(a), list, vb_val_str(arena_of(a), items[i]));
    return list;
}

/* Only the variables the program is said to look at. */
static const vb_node *
environment(const asking *a)
{
    vb_node *map = vb_val_map(arena_of(a));

    for (size_t i = 0; i < a->program->env.len; i++) {
        vb_str name = vb_str_c(a->program->env.at[i]);

        for (size_t k = 0; k < a->request->nenv; k++) {
            vb_str entry = a->request->env[k];

            if (entry.len <= name.len || entry.ptr[name.len] != '=' ||
                !vb_str_eq(vb_str_sub(entry, 0, name.len), name))
                continue;
            vb_val_replace(
                arena_of(a), map, name,
                vb_val_str(arena_of(a), vb_str_from(entry, name.len + 1)));
        }
    }
    return map;
}

static const vb_node *
home(const asking *a)
{
    for (size_t i = 0; i < a->request->nenv; i++)
        if (vb_str_starts(a->request->env[i], "HOME="))
            return vb_val_str(arena_of(a), vb_str_from(a->request->env[i], 5));
    return vb_val_str(arena_of(a), VB_STR(""));
}

static const vb_node *
path_words(const asking *a, vb_str path)
{
    vb_node *list = vb_val_list(arena_of(a));
    vb_str word;

    while (vb_str_word(&path, &word))
        vb_val_push(arena_of(a), list, vb_val_str(arena_of(a), word));
    return list;
}

static void
start_play(asking *a, const vb_world *world)
{
    vb_arena *arena = arena_of(a);
    vb_node *top = vb_val_map(arena);
    const vb_parsed *p = &a->parsed;

    a->play = (vb_play){.arena = arena, .world = *world, .top = top};
    a->play.files = a->request->files;
    a->play.nfiles = a->request->nfiles;
    a->play.world.clock_ms += MOMENT_MS;
    vb_val_putc(arena, top, "program", vb_val_str(arena, a->request->program));
    vb_val_putc(arena, top, "command",
                vb_val_str(arena, p->command ? p->command->path : VB_STR("")));
    vb_val_putc(arena, top, "words",
                path_words(a, p->command ? p->command->path : VB_STR("")));
    vb_val_putc(arena, top, "argv",
                texts(a, a->request->argv, a->request->argc));
    vb_val_putc(arena, top, "flags", p->flags ? p->flags : vb_val_map(arena));
    vb_val_putc(arena, top, "given", p->given ? p->given : vb_val_list(arena));
    vb_val_putc(arena, top, "pos", p->pos ? p->pos : vb_val_list(arena));
    vb_val_putc(arena, top, "args", p->args ? p->args : vb_val_map(arena));
    vb_val_putc(arena, top, "fault", p->fault ? p->fault : vb_val_null());
    vb_val_putc(arena, top, "env", environment(a));
    vb_val_putc(arena, top, "cwd", vb_val_str(arena, a->request->cwd));
    vb_val_putc(arena, top, "work", vb_val_str(arena, a->request->work));
    vb_val_putc(arena, top, "home", home(a));
    vb_val_putc(arena, top, "const", a->scenario->constants);
    vb_play_init(&a->play);
}

static vb_str
command_line(const asking *a)
{
    vb_buf buf;
    vb_str line;

    vb_buf_init(&buf, 400);
    vb_buf_str(&buf, a->request->program);
    for (size_t i = 0; i < a->request->argc; i++) {
        vb_buf_ch(&buf, ' ');
        vb_buf_str(&buf, a->request->argv[i]);
    }
    line = vb_str_copy(arena_of(a), vb_buf_view(&buf));
    vb_buf_release(&buf);
    return line;
}

/* Prints to standard error and ends with a status, without any rule. */
static void
end_with(asking *a, int status, const char *rule, vb_str message)
{
    vb_effect effect = {.kind = VB_EFFECT_ERR, .bytes = message};

    a->play.effects.len = 0;
    if (message.len)
        vb_vec_push(arena_of(a), &a->play.effects, effect);
    a->answer.rule = vb_str_c(rule);
    a->play.status = status;
    a->play.ended = true;
}

static void
refuse(asking *a, vb_str why, const vb_world *world)
{
    a->answer.why = why;
    a->play.world = *world;
    end_with(
        a, VB_STATUS_REFUSED, "refused",
        vb_str_fmt(arena_of(a), "verbatim: rehearsal: %.*s\n", VB_ARG(why)));
}

/* False when the play stopped: for a file, or as a refusal. */
static bool
play(asking *a, const vb_actions *actions, const vb_world *world)
{
    switch (vb_play_run(&a->play, actions, &a->err)) {
    case VB_PLAY_DONE:
        if (a->play.refused.len)
            refuse(a, a->play.refused, world);
        return !a->play.ended;
    case VB_PLAY_WANTS:
        a->answer.want = a->play.want;
        return false;
    case VB_PLAY_BROKEN:
        refuse(a,
               vb_str_fmt(arena_of(a), "the scenario is at fault: %s",
                          a->err.message),
               world);
        break;
    }
    return false;
}

/* What the program says to a command line it does not understand. */
static void
usage(asking *a, const vb_world *world)
{
    const vb_usage_message *m = &a->program->messages[a->parsed.usage];
    int status = m->status >= 0 && m->text ? m->status : a->program->status;
    vb_effect effect = {.kind = m->to_stdout ? VB_EFFECT_OUT : VB_EFFECT_ERR};

    if (a->parsed.usage == VB_USAGE_HELP && !m->text) {
        refuse(a,
               vb_str_fmt(arena_of(a), "help of '%.*s' is not simulated",
                          VB_ARG(a->request->program)),
               world);
        return;
    }
    if (m->text &&
        !vb_template_text(m->text, &a->play.env, &effect.bytes, &a->err)) {
        refuse(a,
               vb_str_fmt(arena_of(a), "a message of the scenario: %s",
                          a->err.message),
               world);
        return;
    }
    if (!m->text)
        effect.bytes =
            vb_str_fmt(arena_of(a), "%.*s: %s\n", VB_ARG(a->request->program),
                       vb_usage_name(a->parsed.usage));
    vb_vec_push(arena_of(a), &a->play.effects, effect);
    a->play.status = status;
    a->answer.rule = VB_STR("usage");
    a->answer.why =
        vb_str_fmt(arena_of(a), "%s: %.*s", vb_usage_name(a->parsed.usage),
                   VB_ARG(vb_str_rtrim(effect.bytes)));
}

/* A rule that may answer only so often counts in the world's turns. */
static bool
has_turn(asking *a, const vb_rule *rule)
{
    vb_str key = vb_str_fmt(arena_of(a), "rule/%.*s", VB_ARG(rule->id));
    const vb_node *n = vb_node_get_str(a->play.world.turns, key);
    const vb_node *turns = a->play.world.turns;
    int64_t before = n ? n->num : 0;

    if (rule->times == SIZE_MAX)
        return true;
    if ((uint64_t)before >= rule->times)
        return false;
    return vb_val_set(arena_of(a), turns ? turns : vb_val_map(arena_of(a)),
                      (vb_val_path){&key, 1},
                      vb_val_int(arena_of(a), before + 1), &a->play.world.turns,
                      &a->err);
}

/* The first rule whose condition holds; *broken when one cannot be read. */
static const vb_rule *
choose(asking *a, const vb_rule_list *list, bool *broken)
{
    for (size_t i = 0; list && i < list->len; i++) {
        const vb_rule *rule = list->at[i];
        const vb_node *holds;

        if (rule->when) {
            holds = vb_expr_eval(rule->when, NULL, &a->play.env, &a->err);
            if (!holds) {
                vb_fail_in(&a->err, "%s:%u", rule->loc.file, rule->loc.line);
                *broken = true;
                return NULL;
            }
            if (!vb_val_true(holds))
                continue;
        }
        if (has_turn(a, rule))
            return rule;
    }
    return NULL;
}

/* -------------------------------------------------------- recorded rules -- */

static uint32_t
used(const asking *a, const vb_rule *rule)
{
    const vb_world *w = &a->play.world;

    return rule->ordinal <= w->nused ? w->used[rule->ordinal - 1] : 0;
}

static void
count_use(asking *a, const vb_rule *rule)
{
    vb_world *w = &a->play.world;
    size_t n = a->scenario->exact;
    uint32_t *counts = VB_NEW_N(arena_of(a), uint32_t, n);

    for (size_t i = 0; i < n && i < w->nused; i++)
        counts[i] = w->used[i];
    counts[rule->ordinal - 1]++;
    w->used = counts;
    w->nused = n;
    if (w->position < rule->ordinal)
        w->position = rule->ordinal;
}

/* Everything about it but its turn. Stops the search (true in *stop) for a
 * file that is needed, or because the scenario is broken. */
static bool
could_answer(asking *a, const vb_rule *rule, bool *stop)
{
    const vb_node *holds;
    vb_str why = {0};
    bool fit = true;

    if (rule->given->words.len &&
        !vb_recorded_words_fit(rule->given, a->request, &a->play.env, &fit,
                               &a->err))
        goto broken;
    if (!fit)
        return false;
    if (rule->when) {
        holds = vb_expr_eval(rule->when, NULL, &a->play.env, &a->err);
        if (!holds)
            goto broken;
        if (!vb_val_true(holds))
            return false;
    }
    switch (vb_recorded_fits(rule->given, a->request, &a->play.env, &why,
                             &a->err)) {
    case VB_FIT_YES:
        return true;
    case VB_FIT_NO:
        if (!a->differs.len)
            a->differs = vb_str_fmt(arena_of(a), "%.*s (%s:%u)", VB_ARG(why),
                                    rule->loc.file, rule->loc.line);
        return false;
    case VB_FIT_WANTS:
        if (a->request->nfiles < VB_PLAY_FILES_MAX) {
            a->answer.want = why;
            *stop = true;
            return false;
        }
        vb_fail(&a->err, "more than %d files are read", VB_PLAY_FILES_MAX);
        break;
    case VB_FIT_BROKEN:
        break;
    }
broken:
    vb_fail_in(&a->err, "%s:%u", rule->loc.file, rule->loc.line);
    a->broken = *stop = true;
    return false;
}

/*
 * In order: the first that has not yet answered. By state: what stands in the
 * recording behind the furthest point reached, before anything else happens
 * there; else the last answer before it again; else, when the document asks
 * earlier than was recorded, the first that follows.
 */
static const vb_rule *
choose_recorded(asking *a, const vb_rule_list *list, bool *stop)
{
    size_t position = a->play.world.position;
    const vb_rule *past = NULL, *future = NULL;

    for (size_t i = 0; list && i < list->len && !*stop; i++) {
        const vb_rule *rule = list->at[i];
        bool left = used(a, rule) < rule->times;

        if ((!left && !rule->by_state) || !could_answer(a, rule, stop))
            continue;
        if (!rule->by_state || (left && rule->ordinal > position &&
                                rule->run_from <= position + 1))
            return rule;
        if (rule->ordinal <= position)
            past = rule;
        else if (!future)
            future = rule;
    }
    return *stop ? NULL : past ? past : future;
}

/* True when a recorded rule answers, or nothing more is to be tried. */
static bool
by_recording(asking *a, const vb_candidates *c, const vb_world *world)
{
    bool stop = false;
    const vb_rule *rule = choose_recorded(a, c->exact, &stop);

    if (!rule && !stop)
        rule = choose_recorded(a, c->loose, &stop);
    if (a->broken)
        refuse(a,
               vb_str_fmt(arena_of(a), "the scenario is at fault: %s",
                          a->err.message),
               world);
    if (!rule)
        return stop;
    count_use(a, rule);
    a->answer.rule = rule->id;
    play(a, rule->body, world);
    return true;
}

/* ------------------------------------------------------------- all rules -- */

static void
no_rule(asking *a, bool broken, const vb_world *world)
{
    vb_str line = command_line(a);
    vb_str near = a->differs.len
                      ? a->differs
                      : vb_scenario_nearest(a->scenario, a->request->program,
                                            a->request->argv, a->request->argc,
                                            arena_of(a));

    if (broken)
        refuse(a,
               vb_str_fmt(arena_of(a), "the scenario is at fault: %s",
                          a->err.message),
               world);
    else if (a->parsed.command && a->parsed.command->known)
        refuse(a,
               vb_str_fmt(arena_of(a),
                          "'%.*s' exists in the real program, but the "
                          "scenario does not simulate it: '%.*s'",
                          VB_ARG(a->parsed.command->path), VB_ARG(line)),
               world);
    else
        refuse(a,
               vb_str_fmt(arena_of(a), "no rule answers '%.*s'%s%.*s",
                          VB_ARG(line), near.len ? "; " : "", VB_ARG(near)),
               world);
}

static void
by_rules(asking *a, const vb_world *world)
{
    vb_candidates c = vb_scenario_candidates(
        a->scenario, a->request->program,
        a->parsed.command ? a->parsed.command->path : VB_STR(""),
        a->request->argv, a->request->argc, arena_of(a));
    bool broken = false;
    const vb_rule *rule = NULL;

    if (by_recording(a, &c, world))
        return;
    if (a->program->has_grammar && a->parsed.usage != VB_USAGE_NONE) {
        usage(a, world);
        return;
    }
    if (a->parsed.command && !a->parsed.command->known) {
        if (a->program->before && !play(a, a->program->before, world)) {
            if (!a->answer.rule.len)
                a->answer.rule = VB_STR("before");
            return;
        }
        rule = choose(a, c.general, &broken);
    }
    if (!rule) {
        no_rule(a, broken, world);
        return;
    }
    a->answer.rule = rule->id;
    play(a, rule->body, world);
}

/* The program's own words for a fault, or plain ones. */
static void
fault_text(asking *a, const vb_fault *fault, const vb_world *world)
{
    const vb_actions *text = (int)fault->kind < VB_FAULT_TEXTS
                                 ? a->program->fault_texts[fault->kind]
                                 : NULL;

    a->play.ended = false;
    a->play.returned = false;
    a->play.status = 1;
    if (text) {
        play(a, text, world);
    } else {
        vb_effect effect = {
            .kind = VB_EFFECT_ERR,
            .bytes = vb_str_fmt(
                arena_of(a), "%.*s: %s (a fault of the rehearsal)\n",
                VB_ARG(a->request->program), vb_fault_name(fault->kind))};

        vb_vec_push(arena_of(a), &a->play.effects, effect);
    }
    if (fault->status)
        a->play.status = fault->status;
    a->answer.rule = VB_STR("fault");
    a->answer.why =
        vb_str_fmt(arena_of(a), "fault: %s", vb_fault_name(fault->kind));
}

/* Faults instead of the command, or before it. True when that was all. */
static bool
fault_before(asking *a, const vb_fault *fault, const vb_world *world)
{
    if (!fault || fault->kind == VB_FAULT_PARTIAL)
        return false;
    if (fault->kind == VB_FAULT_SLOW || fault->kind == VB_FAULT_TIMEOUT) {
        a->play.world.clock_ms += fault->wait_ms;
        a->play.world.waited_ms += fault->wait_ms;
    }
    if (fault->kind == VB_FAULT_SLOW)
        return false;
    a->answer.hang = fault->kind == VB_FAULT_HANG;
    if (fault->kind == VB_FAULT_KILL)
        a->answer.signal = SIGKILL;
    if (a->answer.hang || a->answer.signal) {
        end_with(a, 128 + SIGKILL, "fault", VB_STR(""));
        a->answer.why =
            vb_str_fmt(arena_of(a), "fault: %s", vb_fault_name(fault->kind));
    } else {
        fault_text(a, fault, world);
    }
    return true;
}

/* It all happened, half of it was said, and then it failed. */
static void
fault_after(asking *a, const vb_fault *fault, const vb_world *world)
{
    size_t kept = 0;

    if (!fault || fault->kind != VB_FAULT_PARTIAL || a->answer.want.len)
        return;
    for (size_t i = 0; i < a->play.effects.len; i++) {
        vb_effect *e = &a->play.effects.at[i];

        if (e->kind != VB_EFFECT_WRITE && i >= (a->play.effects.len + 1) / 2)
            continue;
        a->play.effects.at[kept++] = *e;
    }
    a->play.effects.len = kept;
    fault_text(a, fault, world);
}

vb_answer
vb_answer_make(const vb_scenario *scenario, const vb_world *world,
               const vb_request *request)
{
    asking a = {.scenario = scenario, .request = request};

    a.program = vb_scenario_program(scenario, request->program);
    if (a.program && vb_map_find(&a.program->paths, VB_STR("")))
        a.parsed = vb_program_parse(a.program, request->argv, request->argc,
                                    request->arena);
    if (!a.program) {
        static const vb_program none = {0};

        a.program = &none;
    }
    start_play(&a, world);
    if (!fault_before(&a, request->fault, world)) {
        by_rules(&a, world);
        fault_after(&a, request->fault, world);
    }
    a.answer.effects = a.play.effects.at;
    a.answer.neffects = a.play.effects.len;
    a.answer.status = a.play.status;
    if (a.play.signal)
        a.answer.signal = a.play.signal;
    a.answer.world = a.play.world;
    return a.answer;
}
