/* Loading scenario files: includes first, then programs, then what refers to
 * macros. */
#include "rehearse/scenario.h"

#include "base/io.h"
#include "rehearse/load.h"
#include "rehearse/recorded.h"
#include "rehearse/value.h"

#include "base/banned.h"

typedef struct loader {
    vb_scenario *s;
    vb_arena *arena;
    vb_diags *diags;
    VB_VEC(const vb_node *) files; /* in the order rules are tried */
    vb_map seen;                   /* clean paths */
    const vb_rule *last_exact;
    bool by_state; /* of the file whose rules are loaded */
    size_t bytes;
} loader;

static const char *const top_keys[] = {
    "version",  "about",  "include", "constants", "state",  "flagsets",
    "programs", "macros", "rules",   "tools",     "replay", NULL};

typedef VB_VEC(vb_str) path_vec;

/* The include lines of one file, in front of what is still to be read. */
static bool
push_includes(loader *l, const vb_node *file, vb_str path, path_vec *todo)
{
    const vb_node *include = vb_node_get(file, "include");
    vb_str *names = NULL;
    size_t len = 0;

    if (!include)
        return true;
    if (!vb_load_names(include, l->arena, &names, &len, "'include'", l->diags))
        return false;
    for (size_t i = 0; i < len; i++)
        vb_vec_push(
            l->arena, todo,
            vb_path_clean(l->arena,
                          vb_path_join(l->arena, vb_path_dir(path), names[i])));
    return true;
}

static bool
read_one(loader *l, vb_str path, path_vec *todo, vb_error *err)
{
    const char *name = vb_str_dup(l->arena, path);
    const vb_node *file, *version;
    vb_str text;
    bool added;

    vb_map_add(&l->seen, path, &added);
    if (!added)
        return true;
    if (l->files.len >= VB_SCENARIO_FILES_MAX)
        return vb_fail(err, "a scenario has at most %d files",
                       VB_SCENARIO_FILES_MAX);
    if (!vb_read_file_arena(name, VB_SCENARIO_BYTES_MAX, l->arena, &text, err))
        return false;
    l->bytes += text.len;
    if (l->bytes > VB_SCENARIO_BYTES_MAX)
        return vb_fail(err, "the scenario is larger than %d bytes",
                       VB_SCENARIO_BYTES_MAX);
    file = vb_str_starts(vb_str_ltrim(text), "{")
               ? vb_json_read(text, name, l->arena, l->diags)
               : vb_yaml_read(text, name, l->arena, l->diags);
    if (!file || !vb_load_keys(file, top_keys, "a scenario", l->diags))
        return vb_fail(err, "'%s' is no scenario", name);
    version = vb_node_get(file, "version");
    if (!version || version->kind != VB_NODE_INT || version->num != 1) {
        vb_load_fault(l->diags, version ? version : file,
                      "a scenario says 'version: 1'");
        return vb_fail(err, "'%s' is no scenario", name);
    }
    vb_vec_push(l->arena, &l->files, file);
    return push_includes(l, file, path, todo);
}

static bool
read_all(loader *l, const char *const *paths, size_t npaths, vb_error *err)
{
    path_vec todo = {0};

    for (size_t i = 0; i < npaths; i++)
        vb_vec_push(l->arena, &todo,
                    vb_path_clean(l->arena, vb_str_c(paths[i])));
    for (size_t i = 0; i < todo.len; i++)
        if (!read_one(l, todo.at[i], &todo, err))
            return false;
    return true;
}

static vb_program *
get_program(loader *l, vb_str name)
{
    vb_program *p;

    for (size_t i = 0; i < l->s->programs.len; i++)
        if (vb_str_eq(l->s->programs.at[i]->name, name))
            return l->s->programs.at[i];
    p = VB_NEW(l->arena, vb_program);
    p->name = name;
    vb_map_init(&p->paths, l->arena);
    vb_map_init(&p->globals.names, l->arena);
    vb_vec_push(l->arena, &l->s->programs, p);
    vb_vec_push(l->arena, &l->s->names, name);
    return p;
}

static bool
load_programs(loader *l, const vb_node *file)
{
    const vb_node *programs = vb_node_get(file, "programs");
    bool ok = true;

    if (!programs)
        return true;
    if (!vb_load_kind(programs, VB_NODE_MAP, "'programs'", l->diags))
        return false;
    for (size_t i = 0; i < programs->len; i++) {
        vb_str name = programs->keys[i]->str;
        vb_program *p;

        if (!name.len || name.len > 64 || vb_str_chr(name, '/') != VB_NPOS ||
            name.ptr[0] == '.') {
            ok = vb_load_fault(l->diags, programs->keys[i],
                               "'%.*s' is no name for a program", VB_ARG(name));
            continue;
        }
        p = get_program(l, name);
        p->loc = programs->keys[i]->loc;
        ok = vb_program_load(p, programs->items[i],
                             vb_node_get(file, "flagsets"), l->arena,
                             l->diags) &&
             ok;
    }
    return ok;
}

static bool
name_macros(loader *l, const vb_node *file)
{
    static const char *const keys[] = {"params", "do", NULL};
    const vb_node *macros = vb_node_get(file, "macros");
    bool ok = true;

    if (!macros)
        return true;
    if (!vb_load_kind(macros, VB_NODE_MAP, "'macros'", l->diags))
        return false;
    for (size_t i = 0; i < macros->len; i++) {
        const vb_node *node = macros->items[i], *params;
        vb_macro *macro = VB_NEW(l->arena, vb_macro);
        vb_str *names = NULL;
        bool added;
        vb_map_entry *entry;

        macro->name = macros->keys[i]->str;
        macro->loc = macros->keys[i]->loc;
        if (!vb_load_keys(node, keys, "a macro", l->diags) ||
            !vb_node_get(node, "do")) {
            ok = vb_load_fault(l->diags, macros->keys[i], "a macro needs 'do'");
            continue;
        }
        macro->node = vb_node_get(node, "do");
        params = vb_node_get(node, "params");
        if (params && !vb_load_names(params, l->arena, &names, &macro->nparams,
                                     "'params'", l->diags))
            ok = false;
        macro->params = names;
        entry = vb_map_add(&l->s->macros, macro->name, &added);
        /* The first one stands: a file that includes others may replace
         * what they define. */
        if (added)
            entry->ptr = macro;
    }
    return ok;
}

static bool
load_macros(loader *l)
{
    bool ok = true;

    for (size_t i = 0; i < l->s->macros.entries.len; i++) {
        vb_macro *macro = l->s->macros.entries.at[i].ptr;

        macro->body =
            vb_actions_load(macro->node, &l->s->macros, l->arena, l->diags);
        ok = macro->body && ok;
    }
    return ok;
}

static bool
load_hooks(loader *l, const vb_node *file)
{
    static const char *const faults[] = {"fail", "timeout", "throttle",
                                         "partial", NULL};
    const vb_node *programs = vb_node_get(file, "programs");

    for (size_t i = 0; programs && i < programs->len; i++) {
        vb_program *p = get_program(l, programs->keys[i]->str);
        const vb_node *before = vb_node_get(programs->items[i], "before");
        const vb_node *texts = vb_node_get(programs->items[i], "faults");

        if (before && !(p->before = vb_actions_load(before, &l->s->macros,
                                                    l->arena, l->diags)))
            return false;
        if (texts && !vb_load_keys(texts, faults, "'faults'", l->diags))
            return false;
        for (size_t k = 0; texts && faults[k]; k++) {
            const vb_node *body = vb_node_get(texts, faults[k]);

            if (body && !(p->fault_texts[k] = vb_actions_load(
                              body, &l->s->macros, l->arena, l->diags)))
                return false;
        }
    }
    return true;
}

vb_str
vb_argv_key(vb_arena *arena, vb_str program, const vb_str *argv, size_t argc)
{
    size_t len = program.len;
    char *out;
    size_t n = 0;

    for (size_t i = 0; i < argc; i++)
        len += argv[i].len + 1;
    out = vb_arena_alloc(arena, len + 1);
    for (size_t i = 0; i < program.len; i++)
        out[n++] = program.ptr[i];
    for (size_t i = 0; i < argc; i++) {
        out[n++] = '\x1f';
        for (size_t k = 0; k < argv[i].len; k++)
            out[n++] = argv[i].ptr[k];
    }
    return vb_str_n(out, n);
}

static void
index_rule(loader *l, vb_map *map, vb_str key, const vb_rule *rule)
{
    bool added;
    vb_map_entry *entry = vb_map_add(map, key, &added);

    if (added)
        entry->ptr = VB_NEW(l->arena, vb_rule_list);
    vb_vec_push(l->arena, (vb_rule_list *)entry->ptr, rule);
}

/* 'run' names a program and one of its commands. */
static bool
check_run(loader *l, const vb_node *run)
{
    size_t space = vb_str_chr(run->str, ' ');
    vb_str name =
        vb_str_sub(run->str, 0, space == VB_NPOS ? run->str.len : space);
    vb_str path =
        vb_str_from(run->str, space == VB_NPOS ? run->str.len : space + 1);
    const vb_program *p = vb_scenario_program(l->s, name);
    const vb_map_entry *entry = p ? vb_map_find(&p->paths, path) : NULL;

    if (!p)
        return vb_load_fault(l->diags, run, "there is no program '%.*s'",
                             VB_ARG(name));
    if (!entry || !((const vb_command *)entry->ptr)->runs)
        return vb_load_fault(l->diags, run,
                             "program '%.*s' has no command '%.*s'",
                             VB_ARG(name), VB_ARG(path));
    return true;
}

static bool
check_argv(loader *l, const vb_node *argv)
{
    if (!vb_load_kind(argv, VB_NODE_LIST, "'argv'", l->diags))
        return false;
    if (!argv->len)
        return vb_load_fault(l->diags, argv, "'argv' begins with a program");
    for (size_t i = 0; i < argv->len; i++)
        if (argv->items[i]->kind == VB_NODE_LIST ||
            (argv->items[i]->kind == VB_NODE_MAP && i == 0))
            return vb_load_fault(l->diags, argv->items[i],
                                 "'argv' holds texts");
    get_program(l, argv->items[0]->str);
    return true;
}

static vb_str
argv_node_key(vb_arena *arena, const vb_node *argv)
{
    vb_str *words = VB_NEW_N(arena, vb_str, argv->len);

    for (size_t i = 0; i < argv->len; i++)
        words[i] = vb_recorded_word(argv->items[i]);
    return vb_argv_key(arena, words[0], words + 1, argv->len - 1);
}

static bool
same_words(const vb_node *a, const vb_node *b)
{
    bool same = a->len == b->len;

    for (size_t i = 0; same && i < a->len; i++)
        same = vb_str_eq(vb_recorded_word(a->items[i]),
                         vb_recorded_word(b->items[i]));
    return same;
}

static bool
load_exact(loader *l, const vb_node *node, vb_rule *rule)
{
    const vb_rule *before = l->last_exact;

    rule->given = vb_recorded_load(node, rule->argv, l->arena, l->diags);
    if (!rule->given)
        return false;
    rule->by_state = l->by_state;
    rule->ordinal = ++l->s->exact;
    rule->run_from = before && same_words(before->argv, rule->argv)
                         ? before->run_from
                         : rule->ordinal;
    l->last_exact = rule;
    return true;
}

/* What belongs to recorded rules alone. */
static bool
check_keys(loader *l, const vb_node *node, const vb_rule *rule)
{
    static const char *const keys[] = {"id",    "run",      "argv", "when",
                                       "do",    "times",    "env",  "stdin",
                                       "given", "recorded", NULL};
    static const char *const exact[] = {"env", "stdin", "given"};

    if (!vb_load_keys(node, keys, "a rule", l->diags))
        return false;
    for (size_t i = 0; !rule->argv && i < VB_COUNT(exact); i++) {
        const vb_node *odd = vb_node_get(node, exact[i]);

        if (odd)
            return vb_load_fault(l->diags, odd, "'%s' needs 'argv'", exact[i]);
    }
    return true;
}

static bool
load_rule(loader *l, const vb_node *node)
{
    vb_rule *rule = VB_NEW(l->arena, vb_rule);
    const vb_node *run, *when, *body;

    run = vb_node_get(node, "run");
    rule->argv = vb_node_get(node, "argv");
    if (!check_keys(l, node, rule))
        return false;
    if (!run == !rule->argv)
        return vb_load_fault(l->diags, node,
                             "a rule needs either 'run' or 'argv'");
    if (run ? !check_run(l, run) : !check_argv(l, rule->argv))
        return false;
    if (!run && !load_exact(l, node, rule))
        return false;
    rule->loc = node->loc;
    rule->node = node;
    rule->run = run ? run->str : VB_STR("");
    rule->times = (size_t)vb_node_int(node, "times", -1);
    when = vb_node_get(node, "when");
    if (when && !(rule->when = vb_expr_at(when, l->arena, l->diags)))
        return false;
    body = vb_node_get(node, "do");
    if (!body)
        return vb_load_fault(l->diags, node, "a rule needs 'do'");
    rule->body = vb_actions_load(body, &l->s->macros, l->arena, l->diags);
    if (!rule->body)
        return false;
    rule->id = vb_node_str(
        node, "id",
        vb_str_fmt(l->arena, "%s:%u",
                   vb_str_dup(l->arena, vb_path_base(vb_str_c(rule->loc.file))),
                   rule->loc.line));
    vb_vec_push(l->arena, &l->s->rules, rule);
    if (run)
        index_rule(l, &l->s->by_command, rule->run, rule);
    else if (rule->given->words.len)
        index_rule(l, &l->s->loose, rule->argv->items[0]->str, rule);
    else
        index_rule(l, &l->s->by_argv, argv_node_key(l->arena, rule->argv),
                   rule);
    return true;
}

static bool
load_rules(loader *l, const vb_node *file)
{
    const vb_node *rules = vb_node_get(file, "rules");
    const vb_node *replay = vb_node_get(file, "replay");
    bool ok = true;

    l->by_state = replay && vb_str_eqc(replay->str, "state");
    if (replay && !l->by_state && !vb_str_eqc(replay->str, "order"))
        return vb_load_fault(l->diags, replay, "'replay' is order or state");
    if (!rules || rules->kind == VB_NODE_NULL)
        return true;
    if (!vb_load_kind(rules, VB_NODE_LIST, "'rules'", l->diags))
        return false;
    if (rules->len > VB_SCENARIO_RULES_MAX)
        return vb_load_fault(l->diags, rules, "more than %d rules",
                             VB_SCENARIO_RULES_MAX);
    for (size_t i = 0; i < rules->len; i++)
        ok = load_rule(l, rules->items[i]) && ok;
    return ok;
}

/* Constants, first state and tools: earlier files win over later ones. */
static bool
load_values(loader *l, const vb_node *file)
{
    const vb_node *constants = vb_node_get(file, "constants");
    const vb_node *state = vb_node_get(file, "state");
    const vb_node *tools = vb_node_get(file, "tools");
    vb_str *names = NULL;
    size_t len = 0;

    if (constants &&
        !vb_load_kind(constants, VB_NODE_MAP, "'constants'", l->diags))
        return false;
    if (state && !vb_load_kind(state, VB_NODE_MAP, "'state'", l->diags))
        return false;
    for (size_t i = 0; constants && i < constants->len; i++)
        if (!vb_node_get_str(l->s->constants, constants->keys[i]->str))
            vb_val_put(l->arena, l->s->constants, constants->keys[i]->str,
                       constants->items[i]);
    if (state)
        l->s->state =
            l->s->state ? vb_val_patch(l->arena, state, l->s->state) : state;
    if (tools &&
        !vb_load_names(tools, l->arena, &names, &len, "'tools'", l->diags))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (vb_str_chr(names[i], '/') != VB_NPOS)
            return vb_load_fault(l->diags, tools,
                                 "a tool is a name without '/'");
        vb_vec_push(l->arena, &l->s->tools, names[i]);
    }
    return true;
}

static bool
build(loader *l)
{
    bool ok = true;

    for (size_t i = l->files.len; i-- > 0;)
        ok = load_programs(l, l->files.at[i]) && ok;
    for (size_t i = 0; i < l->s->programs.len; i++)
        vb_program_finish(l->s->programs.at[i], l->arena);
    for (size_t i = 0; i < l->files.len; i++)
        ok = load_values(l, l->files.at[i]) && name_macros(l, l->files.at[i]) &&
             ok;
    if (!ok)
        return false;
    ok = load_macros(l);
    for (size_t i = l->files.len; i-- > 0;)
        ok = load_hooks(l, l->files.at[i]) && ok;
    for (size_t i = 0; i < l->files.len; i++)
        ok = load_rules(l, l->files.at[i]) && ok;
    return ok;
}

vb_scenario *
vb_scenario_load(vb_arena *arena, const char *const *paths, size_t npaths,
                 vb_diags *diags, vb_error *err)
{
    vb_scenario *s = VB_NEW(arena, vb_scenario);
    loader l = {.s = s, .arena = arena, .diags = diags};

    s->arena = arena;
    s->constants = vb_val_map(arena);
    vb_map_init(&s->macros, arena);
    vb_map_init(&s->by_command, arena);
    vb_map_init(&s->by_argv, arena);
    vb_map_init(&s->loose, arena);
    vb_map_init(&l.seen, arena);
    if (!read_all(&l, paths, npaths, err))
        return NULL;
    if (!build(&l)) {
        vb_fail(err, "the scenario '%s' has faults", paths[0]);
        return NULL;
    }
    return s;
}

size_t
vb_scenario_programs(const vb_scenario *scenario, const vb_str **names)
{
    *names = scenario->names.at;
    return scenario->names.len;
}

const vb_program *
vb_scenario_program(const vb_scenario *scenario, vb_str name)
{
    for (size_t i = 0; i < scenario->programs.len; i++)
        if (vb_str_eq(scenario->programs.at[i]->name, name))
            return scenario->programs.at[i];
    return NULL;
}

vb_candidates
vb_scenario_candidates(const vb_scenario *scenario, vb_str program, vb_str path,
                       const vb_str *argv, size_t argc, vb_arena *scratch)
{
    vb_str run = path.len ? vb_str_fmt(scratch, "%.*s %.*s", VB_ARG(program),
                                       VB_ARG(path))
                          : program;
    const vb_map_entry *general = vb_map_find(&scenario->by_command, run);
    const vb_map_entry *exact = NULL, *loose = NULL;

    if (scenario->by_argv.entries.len)
        exact = vb_map_find(&scenario->by_argv,
                            vb_argv_key(scratch, program, argv, argc));
    if (scenario->loose.entries.len)
        loose = vb_map_find(&scenario->loose, program);
    return (vb_candidates){exact ? exact->ptr : NULL, loose ? loose->ptr : NULL,
                           general ? general->ptr : NULL};
}
