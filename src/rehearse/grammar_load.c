/* Reading the grammars of programs from scenario files. */
#include "rehearse/grammar.h"

#include "rehearse/load.h"

#include "base/banned.h"

typedef struct loader {
    vb_program *program;
    const vb_node *flagsets;
    vb_arena *arena;
    vb_diags *diags;
} loader;

static const char *const flag_kinds[] = {
#define X(name, text) text,
    VB_FLAG_KINDS(X)
#undef X
};

static const char *const flag_keys[] = {"type", "short",   "default", "choices",
                                        "bare", "aliases", NULL};

static bool
flag_kind(loader *l, const vb_node *node, vb_flag *flag)
{
    for (size_t i = 0; i < VB_COUNT(flag_kinds); i++) {
        if (vb_str_eqc(node->str, flag_kinds[i])) {
            flag->kind = (vb_flag_kind)i;
            return true;
        }
    }
    return vb_load_fault(l->diags, node, "unknown type of flag '%.*s'",
                         VB_ARG(node->str));
}

static void
add_flag(loader *l, vb_flags *flags, vb_flag *flag, const vb_node *aliases)
{
    bool added;
    vb_map_entry *entry = vb_map_add(&flags->names, flag->name, &added);

    entry->ptr = flag;
    vb_vec_push(l->arena, &flags->list, flag);
    for (size_t i = 0; aliases && i < aliases->len; i++)
        vb_map_add(&flags->names, aliases->items[i]->str, NULL)->ptr = flag;
}

/* name: string, name: [a, b] or name: {type: ..., short: ...}. */
static bool
load_flag(loader *l, vb_flags *flags, const vb_node *key, const vb_node *node)
{
    vb_flag *flag = VB_NEW(l->arena, vb_flag);
    const vb_node *type = vb_node_get(node, "type");
    const vb_node *aliases = vb_node_get(node, "aliases");
    const vb_node *bare = vb_node_get(node, "bare");

    flag->name = key->str;
    flag->key = vb_load_ident(l->arena, key->str);
    if (vb_map_find(&flags->names, flag->name))
        return vb_load_fault(l->diags, key, "flag '%.*s' is there already",
                             VB_ARG(key->str));
    if (node->kind == VB_NODE_LIST) {
        flag->kind = VB_FLAG_ENUM;
        flag->choices = node;
    } else if (node->kind == VB_NODE_MAP) {
        if (!vb_load_keys(node, flag_keys, "a flag", l->diags) ||
            (type && !flag_kind(l, type, flag)))
            return false;
        flag->small = vb_node_str(node, "short", VB_STR(""));
        flag->fallback = vb_node_get(node, "default");
        flag->choices = vb_node_get(node, "choices");
        flag->has_bare = bare != NULL;
        flag->bare = bare ? bare->str : VB_STR("");
    } else if (!flag_kind(l, node, flag)) {
        return false;
    }
    if (flag->choices &&
        !vb_load_kind(flag->choices, VB_NODE_LIST, "the choices", l->diags))
        return false;
    if (aliases &&
        !vb_load_kind(aliases, VB_NODE_LIST, "the aliases", l->diags))
        return false;
    if (flag->small.len > 1)
        return vb_load_fault(l->diags, node, "a short flag is one letter");
    add_flag(l, flags, flag, aliases);
    return true;
}

static bool
load_flags(loader *l, vb_flags *flags, const vb_node *node)
{
    bool ok = true;

    if (!vb_load_kind(node, VB_NODE_MAP, "flags", l->diags))
        return false;
    for (size_t i = 0; i < node->len; i++)
        ok = load_flag(l, flags, node->keys[i], node->items[i]) && ok;
    return ok;
}

/* 'use': names of flag sets. */
static bool
load_use(loader *l, vb_flags *flags, const vb_node *node)
{
    vb_str *names = NULL;
    size_t len = 0;
    bool ok = true;

    if (!vb_load_names(node, l->arena, &names, &len, "'use'", l->diags))
        return false;
    for (size_t i = 0; i < len; i++) {
        const vb_node *set = vb_node_get_str(l->flagsets, names[i]);

        if (!set)
            ok = vb_load_fault(l->diags, node, "there is no flag set '%.*s'",
                               VB_ARG(names[i]));
        else
            ok = load_flags(l, flags, set) && ok;
    }
    return ok;
}

/* "NAME", "NAME?", "NAME...", "NAME*". */
static bool
load_args(loader *l, vb_command *c, const vb_node *node)
{
    vb_str *names = NULL;
    size_t len = 0;

    if (!vb_load_names(node, l->arena, &names, &len, "'args'", l->diags))
        return false;
    for (size_t i = 0; i < len; i++) {
        vb_arg arg = {.name = names[i]};

        if (vb_str_ends(arg.name, "...")) {
            arg.many = true;
            arg.name.len -= 3;
        } else if (vb_str_ends(arg.name, "*")) {
            arg.many = arg.optional = true;
            arg.name.len--;
        } else if (vb_str_ends(arg.name, "?")) {
            arg.optional = true;
            arg.name.len--;
        }
        arg.key = vb_load_ident(l->arena, arg.name);
        vb_vec_push(l->arena, &c->args, arg);
    }
    return true;
}

static bool
load_group(loader *l, const vb_node *node, vb_name_group *out)
{
    vb_str *names = NULL;

    if (!vb_load_names(node, l->arena, &names, &out->len, "a group of flags",
                       l->diags))
        return false;
    out->names = names;
    return true;
}

static bool
load_groups(loader *l, vb_command *c, const vb_node *node, bool one_of)
{
    if (!vb_load_kind(node, VB_NODE_LIST, "groups of flags", l->diags))
        return false;
    for (size_t i = 0; i < node->len; i++) {
        vb_name_group group = {0};

        if (!load_group(l, node->items[i], &group))
            return false;
        if (one_of)
            vb_vec_push(l->arena, &c->one_of, group);
        else
            vb_vec_push(l->arena, &c->exclusive, group);
    }
    return true;
}

static vb_command *
get_command(loader *l, vb_str path)
{
    bool added;
    vb_map_entry *entry = vb_map_add(&l->program->paths, path, &added);
    vb_command *c;

    if (!added)
        return entry->ptr;
    c = VB_NEW(l->arena, vb_command);
    c->path = path;
    vb_map_init(&c->flags.names, l->arena);
    entry->ptr = c;
    vb_vec_push(l->arena, &l->program->commands, c);
    return c;
}

/* The command and the groups above it. */
static vb_command *
place_command(loader *l, vb_str path)
{
    vb_command *c = get_command(l, path);
    vb_str below = path;

    while (below.len) {
        size_t space = vb_str_rchr(below, ' ');
        vb_str above = vb_str_sub(below, 0, space == VB_NPOS ? 0 : space);
        vb_str last = vb_str_from(below, space == VB_NPOS ? 0 : space + 1);
        vb_command *parent = get_command(l, above);
        size_t i = 0;

        while (i < parent->children.len &&
               !vb_str_eq(parent->children.at[i], last))
            i++;
        if (i == parent->children.len)
            vb_vec_push(l->arena, &parent->children, last);
        below = above;
    }
    return c;
}

static bool
flags_exist(loader *l, const vb_command *c, const vb_name_group *group,
            const vb_node *at)
{
    for (size_t i = 0; i < group->len; i++)
        if (!vb_map_find(&c->flags.names, group->names[i]) &&
            !vb_map_find(&l->program->globals.names, group->names[i]))
            return vb_load_fault(l->diags, at, "there is no flag '%.*s' here",
                                 VB_ARG(group->names[i]));
    return true;
}

static bool
load_command(loader *l, const vb_node *key, const vb_node *node)
{
    static const char *const keys[] = {"args",   "flags",     "use", "required",
                                       "one-of", "exclusive", NULL};
    vb_command *c = place_command(l, key->str);
    const vb_node *part;

    if (node->kind != VB_NODE_NULL &&
        !vb_load_keys(node, keys, "a command", l->diags))
        return false;
    if (c->runs)
        return vb_load_fault(l->diags, key, "command '%.*s' is there already",
                             VB_ARG(key->str));
    c->runs = true;
    l->program->has_grammar = true;
    c->known = false;
    if (((part = vb_node_get(node, "args")) && !load_args(l, c, part)) ||
        ((part = vb_node_get(node, "flags")) &&
         !load_flags(l, &c->flags, part)) ||
        ((part = vb_node_get(node, "use")) && !load_use(l, &c->flags, part)) ||
        ((part = vb_node_get(node, "required")) &&
         (!load_group(l, part, &c->required) ||
          !flags_exist(l, c, &c->required, part))) ||
        ((part = vb_node_get(node, "one-of")) &&
         !load_groups(l, c, part, true)) ||
        ((part = vb_node_get(node, "exclusive")) &&
         !load_groups(l, c, part, false)))
        return false;
    for (size_t i = 0; i < c->one_of.len; i++)
        if (!flags_exist(l, c, &c->one_of.at[i], node))
            return false;
    for (size_t i = 0; i < c->exclusive.len; i++)
        if (!flags_exist(l, c, &c->exclusive.at[i], node))
            return false;
    return true;
}

/* Commands the real program has and the scenario does not simulate. */
static bool
load_known(loader *l, const vb_node *node)
{
    if (!vb_load_kind(node, VB_NODE_LIST, "'known'", l->diags))
        return false;
    for (size_t i = 0; i < node->len; i++) {
        vb_command *c = place_command(l, node->items[i]->str);

        l->program->has_grammar = true;
        c->known = !c->runs && !c->children.len;
    }
    return true;
}

static bool
load_message(loader *l, const vb_node *key, const vb_node *node)
{
    static const char *const keys[] = {"text", "status", "stdout", NULL};
    const vb_node *text = node;
    size_t i = 1;
    vb_usage_message *m;

    while (i < VB_USAGE_COUNT &&
           !vb_str_eqc(key->str, vb_usage_name((vb_usage)i)))
        i++;
    if (i == VB_USAGE_COUNT)
        return vb_load_fault(l->diags, key, "unknown kind of message '%.*s'",
                             VB_ARG(key->str));
    m = &l->program->messages[i];
    if (node->kind == VB_NODE_MAP) {
        if (!vb_load_keys(node, keys, "a message", l->diags))
            return false;
        text = vb_node_get(node, "text");
        m->status = (int)vb_node_int(node, "status", -1);
        m->to_stdout = vb_node_bool(node, "stdout", false);
    } else {
        m->status = -1;
    }
    if (!text)
        return vb_load_fault(l->diags, node, "a message needs 'text'");
    m->text = vb_template_compile(text->str, text->loc, l->arena, l->diags);
    return m->text != NULL;
}

static bool
load_map(loader *l, const vb_node *map, const char *what,
         bool (*load)(loader *, const vb_node *, const vb_node *))
{
    bool ok = true;

    if (!map)
        return true;
    if (!vb_load_kind(map, VB_NODE_MAP, what, l->diags))
        return false;
    for (size_t i = 0; i < map->len; i++)
        ok = load(l, map->keys[i], map->items[i]) && ok;
    return ok;
}

static bool
load_env(loader *l, const vb_node *node)
{
    vb_str *names = NULL;
    size_t len = 0;

    if (!vb_load_names(node, l->arena, &names, &len, "'env'", l->diags))
        return false;
    for (size_t i = 0; i < len; i++)
        vb_vec_push(l->arena, &l->program->env, vb_str_dup(l->arena, names[i]));
    return true;
}

bool
vb_program_load(vb_program *program, const vb_node *node,
                const vb_node *flagsets, vb_arena *arena, vb_diags *diags)
{
    static const char *const keys[] = {
        "abbreviations", "negatable", "argparse", "status", "env",    "flags",
        "commands",      "known",     "messages", "before", "faults", NULL};
    loader l = {program, flagsets, arena, diags};
    const vb_node *part;

    if (!vb_load_keys(node, keys, "a program", diags))
        return false;
    get_command(&l, VB_STR(""));
    program->abbreviations =
        vb_node_bool(node, "abbreviations", program->abbreviations);
    program->negatable = vb_node_bool(node, "negatable", program->negatable);
    program->collect = vb_node_bool(node, "argparse", program->collect);
    program->status =
        (int)vb_node_int(node, "status", program->status ? program->status : 1);
    if ((part = vb_node_get(node, "flags")) &&
        !load_flags(&l, &program->globals, part))
        return false;
    if ((part = vb_node_get(node, "env")) && !load_env(&l, part))
        return false;
    if (!load_map(&l, vb_node_get(node, "commands"), "'commands'",
                  load_command))
        return false;
    if ((part = vb_node_get(node, "known")) && !load_known(&l, part))
        return false;
    return load_map(&l, vb_node_get(node, "messages"), "'messages'",
                    load_message);
}

void
vb_program_finish(vb_program *program, vb_arena *arena)
{
    for (size_t i = 0; i < program->commands.len; i++) {
        vb_flags *flags = &program->commands.at[i]->flags;

        for (size_t k = 0; k < program->globals.list.len; k++) {
            const vb_flag *flag = program->globals.list.at[k];

            if (!vb_map_find(&flags->names, flag->name))
                vb_vec_push(arena, &flags->list, flag);
        }
        for (size_t k = 0; k < program->globals.names.entries.len; k++) {
            const vb_map_entry *e = &program->globals.names.entries.at[k];
            bool added;
            vb_map_entry *mine = vb_map_add(&flags->names, e->key, &added);

            if (added)
                mine->ptr = e->ptr;
        }
    }
}
