/*
 * Descriptions of command lines: the 'programs' of scenario files
 * (runbooks/scenarios.md), read by the same code that simulates them.
 */
#include "check/programs.h"

#include "base/io.h"
#include "base/node.h"
#include "rehearse/grammar.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/banned.h"

enum { FILE_MAX = 4 * 1024 * 1024, FILES_MAX = 64 };

struct vb_surfaces {
    vb_arena *arena;
    vb_map programs; /* name -> vb_program */
};

static bool
read_file(vb_surfaces *s, vb_str path, vb_error *err)
{
    vb_diags diags;
    const vb_node *top, *programs;
    vb_str text;

    if (!vb_read_file_arena(path.ptr, FILE_MAX, s->arena, &text, err))
        return false;
    vb_diags_init(&diags, s->arena);
    top = vb_yaml_read(text, path.ptr, s->arena, &diags);
    programs = vb_node_get(top, "programs");
    for (size_t i = 0; programs && i < programs->len; i++) {
        bool added;
        vb_map_entry *entry =
            vb_map_add(&s->programs, programs->keys[i]->str, &added);
        vb_program *program = entry->ptr;

        if (added) {
            program = entry->ptr = VB_NEW(s->arena, vb_program);
            program->name = entry->key;
            vb_map_init(&program->paths, s->arena);
            vb_map_init(&program->globals.names, s->arena);
        }
        if (!vb_program_load(program, programs->items[i],
                             vb_node_get(top, "flagsets"), s->arena, &diags))
            break;
    }
    if (diags.errors == 0)
        return true;
    return vb_fail(err, "'%.*s' describes no programs: %.*s", VB_ARG(path),
                   VB_ARG(diags.list.at[0].message));
}

static int
by_name(const void *a, const void *b)
{
    return vb_str_cmp(*(const vb_str *)a, *(const vb_str *)b);
}

vb_surfaces *
vb_surfaces_read(vb_arena *arena, const char *folder, vb_error *err)
{
    vb_surfaces *s = VB_NEW(arena, vb_surfaces);
    VB_VEC(vb_str) files = {0};
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool ok = dir != NULL;

    s->arena = arena;
    vb_map_init(&s->programs, arena);
    while (dir && (entry = readdir(dir)) != NULL && files.len < FILES_MAX) {
        vb_str name = vb_str_c(entry->d_name);

        if (vb_str_ends(name, ".yaml") || vb_str_ends(name, ".yml"))
            vb_vec_push(arena, &files,
                        vb_path_join(arena, vb_str_c(folder),
                                     vb_str_copy(arena, name)));
    }
    if (dir && closedir(dir) != 0)
        ok = false;
    if (files.len)
        qsort(files.at, files.len, sizeof *files.at, by_name);
    for (size_t i = 0; i < files.len && ok; i++)
        ok = read_file(s, files.at[i], err);
    if (!ok)
        return NULL;
    for (size_t i = 0; i < s->programs.entries.len; i++)
        vb_program_finish(s->programs.entries.at[i].ptr, arena);
    return s;
}

/* Which word of the call a fault speaks of. */
static size_t
part_of(const vb_call *call, vb_str word)
{
    for (size_t i = 1; i < call->parts.len; i++) {
        vb_str text = call->parts.at[i].text;

        if (vb_str_eq(vb_str_sub(text, 0, vb_str_chr(text, '=')), word))
            return i;
    }
    for (size_t i = 1; i < call->parts.len; i++)
        if (vb_str_has(call->parts.at[i].text, word.ptr))
            return i;
    return 0;
}

static vb_str
missing_of(vb_arena *arena, const vb_parsed *parsed)
{
    const vb_node *list = vb_node_get(parsed->fault, "missing");
    vb_buf out;
    vb_str text;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; list && i < list->len; i++)
        vb_buf_fmt(&out, "%s%s%.*s", i ? ", " : "",
                   parsed->usage == VB_USAGE_MISSING_ARGS ? "" : "--",
                   VB_ARG(list->items[i]->str));
    if (list && list->len == 0)
        vb_buf_str(&out, list->str);
    text = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}

/* A misspelt name of a command beside the ones that are described. A name like
 * none of them may well be one: not everything is described. */
static vb_asked
unknown_command(const vb_call *call, const vb_parsed *parsed)
{
    vb_str word = vb_node_str(parsed->fault, "word", (vb_str){0});
    vb_str near = vb_near_name(word, parsed->command->children.at,
                               parsed->command->children.len);

    if (word.len == 0 || near.len == 0)
        return (vb_asked){.kind = VB_REFUSES_NOTHING};
    return (vb_asked){VB_REFUSES_COMMAND, part_of(call, word), word, {0}, near};
}

static vb_asked
unknown_option(const vb_call *call, const vb_parsed *parsed)
{
    const vb_node *unknown = vb_node_get(parsed->fault, "unknown");
    vb_str word = vb_node_str(parsed->fault, "flag", (vb_str){0});

    if (unknown && unknown->len)
        word = unknown->items[0]->str;
    if (word.len == 0)
        word = vb_node_str(parsed->fault, "word", (vb_str){0});
    word = vb_str_sub(word, 0, vb_str_chr(word, '='));
    for (size_t i = 1; word.len && i < call->parts.len; i++) {
        vb_str text = call->parts.at[i].text, bare;

        text = vb_str_sub(text, 0, vb_str_chr(text, '='));
        bare = text;
        while (vb_str_starts(bare, "-"))
            bare = vb_str_from(bare, 1);
        if (vb_str_starts(text, "--") && call->parts.at[i].known &&
            (vb_str_eq(text, word) || vb_str_eq(bare, word)))
            return (vb_asked){VB_REFUSES_OPTION, i, text, {0}, {0}};
    }
    return (vb_asked){.kind = VB_REFUSES_NOTHING};
}

static vb_asked
bad_value(const vb_call *call, const vb_parsed *parsed)
{
    vb_str value = vb_node_str(parsed->fault, "value", (vb_str){0});

    for (size_t i = 1; value.len && i < call->parts.len; i++)
        if (call->parts.at[i].known &&
            (vb_str_eq(call->parts.at[i].text, value) ||
             vb_str_ends(call->parts.at[i].text,
                         vb_str_fmt(parsed->command->flags.names.arena, "=%.*s",
                                    VB_ARG(value))
                             .ptr)))
            return (vb_asked){VB_REFUSES_VALUE, i, value, {0}, {0}};
    return (vb_asked){.kind = VB_REFUSES_NOTHING};
}

/* A variable outside quotes may hold any number of words, options too. */
static bool
is_open(const vb_call *call)
{
    for (size_t i = 1; i < call->parts.len; i++)
        if (!call->parts.at[i].known && !call->parts.at[i].quoted &&
            !vb_str_starts(call->parts.at[i].text, "-"))
            return true;
    return false;
}

static vb_asked
judge(const vb_call *call, const vb_parsed *parsed, vb_arena *arena)
{
    switch (parsed->usage) {
    case VB_USAGE_UNKNOWN_COMMAND:
        return unknown_command(call, parsed);
    case VB_USAGE_UNKNOWN_FLAG:
        return parsed->command->runs ? unknown_option(call, parsed)
                                     : (vb_asked){.kind = VB_REFUSES_NOTHING};
    case VB_USAGE_BAD_CHOICE:
    case VB_USAGE_BAD_INT:
        return bad_value(call, parsed);
    case VB_USAGE_MISSING_FLAGS:
    case VB_USAGE_MISSING_ONE_OF:
    case VB_USAGE_MISSING_ARGS:
        if (is_open(call) || !parsed->command->runs)
            break;
        return (vb_asked){
            VB_REFUSES_MISSING, 0, missing_of(arena, parsed), {0}, {0}};
    default:
        break;
    }
    return (vb_asked){.kind = VB_REFUSES_NOTHING};
}

vb_asked
vb_ask_surface(const vb_surfaces *s, vb_arena *arena, const vb_call *call,
               bool missing)
{
    const vb_map_entry *entry = vb_map_find(&s->programs, call->program);
    vb_str *argv = VB_NEW_N(arena, vb_str, call->parts.len + 1);
    vb_parsed parsed;
    vb_asked asked;

    if (!entry)
        return (vb_asked){.kind = VB_REFUSES_TO_TELL, .word = call->program};
    for (size_t i = 1; i < call->parts.len; i++) {
        const vb_call_part *part = &call->parts.at[i];

        size_t equals = vb_str_chr(part->text, '=');

        /* "--nodes=$N" is some value; what else is not known is some word. */
        argv[i - 1] = part->text;
        if (!part->known)
            argv[i - 1] =
                vb_str_starts(part->text, "-") && equals != VB_NPOS
                    ? vb_str_fmt(arena, "%.*s=1", (int)equals, part->text.ptr)
                    : VB_STR("1");
    }
    parsed = vb_program_parse(entry->ptr, argv, call->parts.len - 1, arena);
    asked = judge(call, &parsed, arena);
    if (missing && asked.kind != VB_REFUSES_MISSING)
        asked = (vb_asked){.kind = VB_REFUSES_NOTHING};
    return asked;
}
