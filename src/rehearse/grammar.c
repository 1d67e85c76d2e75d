/* Reading a command line the way the simulated program would. */
#include "rehearse/grammar.h"

#include "rehearse/text.h"
#include "rehearse/value.h"

#include "base/banned.h"

const char *
vb_usage_name(vb_usage usage)
{
    static const char *const names[] = {
#define X(name, text) text,
        VB_USAGES(X)
#undef X
    };

    return names[usage];
}

typedef struct reader {
    const vb_program *program;
    const vb_str *argv;
    size_t argc, at;
    vb_arena *arena;
    vb_parsed *out;
    vb_node *flags, *given, *pos, *unknown;
    bool literal; /* "--" was read */
} reader;

/* The first fault wins. */
static vb_node *
fault(reader *r, vb_usage usage)
{
    vb_node *map = vb_val_map(r->arena);

    if (r->out->usage != VB_USAGE_NONE)
        return map;
    r->out->usage = usage;
    r->out->fault = map;
    return map;
}

static void
put(reader *r, vb_node *map, const char *key, vb_str value)
{
    vb_val_putc(r->arena, map, key, vb_val_str(r->arena, value));
}

static void
flag_fault(reader *r, vb_usage usage, const vb_flag *flag, vb_str typed,
           vb_str value)
{
    vb_node *map = fault(r, usage);
    vb_str spec;

    put(r, map, "flag", typed);
    put(r, map, "name", flag->name);
    put(r, map, "short", flag->small);
    put(r, map, "value", value);
    spec = flag->small.len ? vb_str_fmt(r->arena, "-%.*s, --%.*s",
                                        VB_ARG(flag->small), VB_ARG(flag->name))
                           : vb_str_fmt(r->arena, "--%.*s", VB_ARG(flag->name));
    put(r, map, "spec", spec);
    if (flag->choices)
        vb_val_putc(r->arena, map, "choices", flag->choices);
}

static vb_str
nearest_flag(reader *r, vb_str name)
{
    const vb_flags *flags = &r->out->command->flags;
    vb_str *names = VB_NEW_N(r->arena, vb_str, flags->list.len + 1);

    for (size_t i = 0; i < flags->list.len; i++)
        names[i] = flags->list.at[i]->name;
    return vb_sim_nearest(name, names, flags->list.len);
}

static void
unknown_flag(reader *r, vb_usage usage, vb_str typed, vb_str name)
{
    vb_node *map;

    vb_val_push(r->arena, r->unknown, vb_val_str(r->arena, typed));
    if (r->program->collect && r->unknown->len > 1)
        return;
    map = fault(r, usage);
    put(r, map, "flag", typed);
    put(r, map, "name", name);
    put(r, map, "suggestion", nearest_flag(r, name));
}

/* The only long flag that begins with 'name', when abbreviations are used. */
static const vb_flag *
abbreviated(reader *r, vb_str name)
{
    const vb_flags *flags = &r->out->command->flags;
    const vb_flag *found = NULL;
    vb_node *matches = vb_val_list(r->arena);

    for (size_t i = 0; r->program->abbreviations && i < flags->list.len; i++) {
        const vb_flag *flag = flags->list.at[i];

        if (!vb_str_eq(vb_str_sub(flag->name, 0, name.len), name))
            continue;
        found = flag;
        vb_val_push(r->arena, matches, vb_val_str(r->arena, flag->name));
    }
    if (matches->len > 1) {
        vb_node *map = fault(r, VB_USAGE_AMBIGUOUS);

        put(r, map, "name", name);
        vb_val_putc(r->arena, map, "choices", matches);
        return NULL;
    }
    return found;
}

static void
append(reader *r, const vb_flag *flag, const vb_node *item)
{
    const vb_node *old = vb_node_get_str(r->flags, flag->key);
    vb_node *list;

    list = old ? vb_val_fresh(r->arena, old) : vb_val_list(r->arena);
    vb_val_push(r->arena, list, item);
    vb_val_replace(r->arena, r->flags, flag->key, list);
}

static void
add_list(reader *r, const vb_flag *flag, vb_str value)
{
    vb_str item;

    while (vb_str_field(&value, ',', &item))
        append(r, flag, vb_val_str(r->arena, item));
}

static void
add_pairs(reader *r, const vb_flag *flag, vb_str typed, vb_str value)
{
    const vb_node *old = vb_node_get_str(r->flags, flag->key);
    vb_node *map = old && old->kind == VB_NODE_MAP ? vb_val_fresh(r->arena, old)
                                                   : vb_val_map(r->arena);
    vb_str rest = value, pair;

    while (vb_str_field(&rest, ',', &pair)) {
        size_t eq = vb_str_chr(pair, '=');

        if (eq == VB_NPOS || eq == 0) {
            flag_fault(r, VB_USAGE_BAD_KEYVALUE, flag, typed, value);
            return;
        }
        vb_val_replace(r->arena, map, vb_str_sub(pair, 0, eq),
                       vb_val_str(r->arena, vb_str_from(pair, eq + 1)));
    }
    vb_val_replace(r->arena, r->flags, flag->key, map);
}

static bool
is_choice(const vb_flag *flag, vb_str value)
{
    if (!flag->choices)
        return true;
    for (size_t i = 0; i < flag->choices->len; i++)
        if (vb_str_eq(flag->choices->items[i]->str, value))
            return true;
    return false;
}

static void
set_bool(reader *r, const vb_flag *flag, vb_str typed, vb_str value)
{
    bool yes = vb_str_ieqc(value, "true") || vb_str_eqc(value, "1") ||
               vb_str_ieqc(value, "t");

    if (!yes && !vb_str_ieqc(value, "false") && !vb_str_eqc(value, "0") &&
        !vb_str_ieqc(value, "f")) {
        flag_fault(r, VB_USAGE_BAD_BOOL, flag, typed, value);
        return;
    }
    vb_val_replace(r->arena, r->flags, flag->key, vb_val_bool(yes));
}

static void
set_value(reader *r, const vb_flag *flag, vb_str typed, vb_str value)
{
    int64_t n;

    switch (flag->kind) {
    case VB_FLAG_STRING:
    case VB_FLAG_ENUM:
        if (!is_choice(flag, value))
            flag_fault(r, VB_USAGE_BAD_CHOICE, flag, typed, value);
        vb_val_replace(r->arena, r->flags, flag->key,
                       vb_val_str(r->arena, value));
        break;
    case VB_FLAG_INT:
        if (!vb_str_i64(value, &n)) {
            flag_fault(r, VB_USAGE_BAD_INT, flag, typed, value);
            n = 0;
        }
        vb_val_replace(r->arena, r->flags, flag->key, vb_val_int(r->arena, n));
        break;
    case VB_FLAG_BOOL:
        set_bool(r, flag, typed, value);
        break;
    case VB_FLAG_LIST:
        add_list(r, flag, value);
        break;
    case VB_FLAG_STRINGS:
    case VB_FLAG_WORDS:
        append(r, flag, vb_val_str(r->arena, value));
        break;
    case VB_FLAG_KEYVALUE:
        add_pairs(r, flag, typed, value);
        break;
    }
    vb_val_push(r->arena, r->given, vb_val_str(r->arena, flag->key));
}

static bool
more(const reader *r)
{
    return r->at < r->argc;
}

/* The value of 'flag' is in the next words. argparse takes no word for a
 * value that looks like a flag; Go's pflag takes any. */
static void
next_value(reader *r, const vb_flag *flag, vb_str typed, vb_usage missing)
{
    bool argparse = r->program->collect;

    if (!more(r) || (argparse && r->argv[r->at].len > 1 &&
                     vb_str_starts(r->argv[r->at], "-") &&
                     !vb_is_digit(r->argv[r->at].ptr[1]))) {
        flag_fault(r, missing, flag, typed, VB_STR(""));
        return;
    }
    set_value(r, flag, typed, r->argv[r->at++]);
    while (flag->kind == VB_FLAG_WORDS && more(r) &&
           !vb_str_starts(r->argv[r->at], "--"))
        set_value(r, flag, typed, r->argv[r->at++]);
}

static const vb_flag *
find_flag(reader *r, vb_str name)
{
    const vb_map_entry *entry =
        vb_map_find(&r->out->command->flags.names, name);

    return entry ? entry->ptr : NULL;
}

static void
long_flag(reader *r, vb_str word)
{
    size_t eq = vb_str_chr(word, '=');
    vb_str typed = vb_str_sub(word, 0, eq == VB_NPOS ? word.len : eq);
    vb_str name = vb_str_from(typed, 2);
    const vb_flag *flag = find_flag(r, name);

    if (!flag && r->program->negatable && vb_str_starts(name, "no-")) {
        flag = find_flag(r, vb_str_from(name, 3));
        if (flag && flag->kind == VB_FLAG_BOOL && eq == VB_NPOS) {
            set_bool(r, flag, typed, VB_STR("false"));
            vb_val_push(r->arena, r->given, vb_val_str(r->arena, flag->key));
            return;
        }
        flag = NULL;
    }
    if (!flag)
        flag = abbreviated(r, name);
    if (!flag) {
        if (r->out->usage != VB_USAGE_AMBIGUOUS)
            unknown_flag(r, VB_USAGE_UNKNOWN_FLAG,
                         r->program->collect ? word : typed, name);
        return;
    }
    if (eq != VB_NPOS)
        set_value(r, flag, typed, vb_str_from(word, eq + 1));
    else if (flag->kind == VB_FLAG_BOOL)
        set_value(r, flag, typed, VB_STR("true"));
    else if (flag->has_bare)
        set_value(r, flag, typed, flag->bare);
    else
        next_value(r, flag, typed, VB_USAGE_MISSING_VALUE);
}

static const vb_flag *
find_small(reader *r, char letter)
{
    const vb_flags *flags = &r->out->command->flags;

    for (size_t i = 0; i < flags->list.len; i++)
        if (flags->list.at[i]->small.len &&
            flags->list.at[i]->small.ptr[0] == letter)
            return flags->list.at[i];
    return NULL;
}

/* -n value, -nvalue, -n=value, -ab. */
static void
short_flags(reader *r, vb_str word)
{
    for (size_t i = 1; i < word.len; i++) {
        const vb_flag *flag = find_small(r, word.ptr[i]);
        vb_str typed = vb_str_fmt(r->arena, "-%c", word.ptr[i]);
        vb_str rest = vb_str_from(word, i + 1);

        if (!flag) {
            vb_node *map;

            unknown_flag(r, VB_USAGE_UNKNOWN_SHORT,
                         r->program->collect ? word : typed,
                         vb_str_sub(word, i, 1));
            map = (vb_node *)r->out->fault;
            if (r->out->usage == VB_USAGE_UNKNOWN_SHORT &&
                !vb_node_get(map, "word"))
                put(r, map, "word", word);
            return;
        }
        if (flag->kind == VB_FLAG_BOOL && !vb_str_starts(rest, "=")) {
            set_value(r, flag, typed, VB_STR("true"));
            continue;
        }
        if (rest.len)
            set_value(r, flag, typed,
                      vb_str_from(rest, vb_str_starts(rest, "=")));
        else if (flag->has_bare)
            set_value(r, flag, typed, flag->bare);
        else
            next_value(r, flag, word, VB_USAGE_MISSING_VALUE_SHORT);
        return;
    }
}

static bool
has_child(const vb_command *command, vb_str word)
{
    for (size_t i = 0; i < command->children.len; i++)
        if (vb_str_eq(command->children.at[i], word))
            return true;
    return false;
}

/* A word that is no flag: deeper into the tree, or an argument. */
static void
word(reader *r, vb_str w)
{
    const vb_command *here = r->out->command;
    vb_node *map;

    if (!r->literal && !r->pos->len && has_child(here, w)) {
        vb_str path = here->path.len ? vb_str_fmt(r->arena, "%.*s %.*s",
                                                  VB_ARG(here->path), VB_ARG(w))
                                     : w;
        const vb_map_entry *entry = vb_map_find(&r->program->paths, path);

        r->out->command = entry->ptr;
        return;
    }
    if (!here->runs && !here->known) {
        map = fault(r, VB_USAGE_UNKNOWN_COMMAND);
        put(r, map, "word", w);
        put(r, map, "suggestion",
            vb_sim_nearest(w, here->children.at, here->children.len));
        return;
    }
    vb_val_push(r->arena, r->pos, vb_val_str(r->arena, w));
}

static bool
is_given(const reader *r, vb_str name)
{
    const vb_map_entry *entry =
        vb_map_find(&r->out->command->flags.names, name);
    const vb_flag *flag = entry ? entry->ptr : NULL;

    for (size_t i = 0; flag && i < r->given->len; i++)
        if (vb_str_eq(r->given->items[i]->str, flag->key))
            return true;
    return false;
}

static vb_node *
names_list(reader *r, const vb_name_group *group)
{
    vb_node *list = vb_val_list(r->arena);

    for (size_t i = 0; i < group->len; i++)
        vb_val_push(r->arena, list, vb_val_str(r->arena, group->names[i]));
    return list;
}

static void
check_flags(reader *r)
{
    const vb_command *c = r->out->command;
    vb_node *missing = vb_val_list(r->arena);

    for (size_t i = 0; i < c->required.len; i++)
        if (!is_given(r, c->required.names[i]))
            vb_val_push(r->arena, missing,
                        vb_val_str(r->arena, c->required.names[i]));
    if (missing->len)
        vb_val_putc(r->arena, fault(r, VB_USAGE_MISSING_FLAGS), "missing",
                    missing);
    for (size_t g = 0; g < c->exclusive.len; g++) {
        vb_node *given = vb_val_list(r->arena);

        for (size_t i = 0; i < c->exclusive.at[g].len; i++)
            if (is_given(r, c->exclusive.at[g].names[i]))
                vb_val_push(r->arena, given,
                            vb_val_str(r->arena, c->exclusive.at[g].names[i]));
        if (given->len > 1) {
            vb_node *map = fault(r, VB_USAGE_EXCLUSIVE);

            vb_val_putc(r->arena, map, "given", given);
            vb_val_putc(r->arena, map, "choices",
                        names_list(r, &c->exclusive.at[g]));
        }
    }
    for (size_t g = 0; g < c->one_of.len; g++) {
        bool any = false;

        for (size_t i = 0; i < c->one_of.at[g].len; i++)
            any = any || is_given(r, c->one_of.at[g].names[i]);
        if (!any)
            vb_val_putc(r->arena, fault(r, VB_USAGE_MISSING_ONE_OF), "choices",
                        names_list(r, &c->one_of.at[g]));
    }
}

/* Gives each positional argument its name; counts too few and too many. */
static void
check_args(reader *r)
{
    const vb_command *c = r->out->command;
    vb_node *args = vb_val_map(r->arena), *missing = vb_val_list(r->arena);
    size_t at = 0;

    for (size_t i = 0; i < c->args.len; i++) {
        const vb_arg *arg = &c->args.at[i];
        vb_node *list = vb_val_list(r->arena);
        /* Arguments behind this one that must get something. */
        size_t reserve = c->args.len - i - 1;

        while (at < r->pos->len && (arg->many || !list->len) &&
               (!list->len || at + reserve < r->pos->len))
            vb_val_push(r->arena, list, r->pos->items[at++]);
        if (!list->len && !arg->optional)
            vb_val_push(r->arena, missing, vb_val_str(r->arena, arg->name));
        if (arg->many)
            vb_val_put(r->arena, args, arg->key, list);
        else if (list->len)
            vb_val_put(r->arena, args, arg->key, list->items[0]);
    }
    r->out->args = args;
    if (missing->len)
        vb_val_putc(r->arena, fault(r, VB_USAGE_MISSING_ARGS), "missing",
                    missing);
    if (at < r->pos->len) {
        vb_node *extra = vb_val_list(r->arena);
        vb_node *map = fault(r, VB_USAGE_EXTRA_ARGS);

        put(r, map, "word", r->pos->items[at]->str);
        for (; at < r->pos->len; at++)
            vb_val_push(r->arena, extra, r->pos->items[at]);
        vb_val_putc(r->arena, map, "extra", extra);
    }
}

static void
defaults(reader *r)
{
    const vb_flags *flags = &r->out->command->flags;

    for (size_t i = 0; i < flags->list.len; i++) {
        const vb_flag *flag = flags->list.at[i];

        if (flag->fallback && !vb_node_get_str(r->flags, flag->key))
            vb_val_put(r->arena, r->flags, flag->key, flag->fallback);
    }
}

static void
complete(reader *r)
{
    const vb_command *c = r->out->command;

    if (c->known)
        return;
    if (!c->runs && r->out->usage == VB_USAGE_NONE) {
        fault(r, VB_USAGE_MISSING_COMMAND);
        return;
    }
    /* argparse looks for what is required before it complains of what is
     * too much. */
    if (r->program->collect && (r->out->usage == VB_USAGE_UNKNOWN_FLAG ||
                                r->out->usage == VB_USAGE_UNKNOWN_SHORT)) {
        const vb_node *fault_map = r->out->fault;
        vb_usage usage = r->out->usage;

        r->out->usage = VB_USAGE_NONE;
        check_flags(r);
        check_args(r);
        if (r->out->usage == VB_USAGE_EXTRA_ARGS) {
            const vb_node *extra = vb_node_get(r->out->fault, "extra");

            for (size_t i = 0; i < extra->len; i++)
                vb_val_push(r->arena, r->unknown, extra->items[i]);
            r->out->usage = VB_USAGE_NONE;
        }
        if (r->out->usage == VB_USAGE_NONE) {
            r->out->usage = usage;
            r->out->fault = fault_map;
        }
        return;
    }
    check_args(r);
    check_flags(r);
}

static vb_node *
command_words(reader *r)
{
    vb_node *list = vb_val_list(r->arena);
    vb_str path = r->out->command->path, w;

    while (vb_str_word(&path, &w))
        vb_val_push(r->arena, list, vb_val_str(r->arena, w));
    return list;
}

vb_parsed
vb_program_parse(const vb_program *program, const vb_str *argv, size_t argc,
                 vb_arena *arena)
{
    vb_parsed out = {.usage = VB_USAGE_NONE, .fault = vb_val_null()};
    reader r = {.program = program,
                .argv = argv,
                .argc = argc,
                .arena = arena,
                .out = &out};
    vb_node *map;

    out.command = vb_map_find(&program->paths, VB_STR(""))->ptr;
    out.args = vb_val_map(arena);
    r.flags = vb_val_map(arena);
    r.given = vb_val_list(arena);
    r.pos = vb_val_list(arena);
    r.unknown = vb_val_list(arena);
    while (more(&r)) {
        vb_str w = argv[r.at++];

        if (out.command->known)
            break;
        if (!r.literal && vb_str_eqc(w, "--"))
            r.literal = true;
        else if (!r.literal && (vb_str_eqc(w, "--help") ||
                                (vb_str_eqc(w, "-h") && !find_small(&r, 'h'))))
            fault(&r, VB_USAGE_HELP);
        else if (!r.literal && vb_str_starts(w, "--"))
            long_flag(&r, w);
        else if (!r.literal && w.len > 1 && w.ptr[0] == '-')
            short_flags(&r, w);
        else
            word(&r, w);
        if (out.usage != VB_USAGE_NONE && !program->collect)
            break;
        if (out.usage == VB_USAGE_UNKNOWN_COMMAND || out.usage == VB_USAGE_HELP)
            break;
    }
    if (out.usage == VB_USAGE_NONE || program->collect)
        if (out.usage != VB_USAGE_UNKNOWN_COMMAND && out.usage != VB_USAGE_HELP)
            complete(&r);
    defaults(&r);
    out.flags = r.flags;
    out.given = r.given;
    out.pos = r.pos;
    if (out.usage != VB_USAGE_NONE) {
        map = (vb_node *)out.fault;
        vb_val_putc(arena, map, "unknown", r.unknown);
        vb_val_putc(arena, map, "path", vb_val_str(arena, out.command->path));
        vb_val_putc(arena, map, "words", command_words(&r));
        vb_val_putc(arena, map, "usage",
                    vb_val_str(arena, vb_str_c(vb_usage_name(out.usage))));
    }
    return out;
}
