/*
 * Programs that print help: "NAME WORDS --help" lists the subcommands below
 * WORDS and the options they take. Words of the document are passed on only
 * as plain names of subcommands, and options only as "--name=x" before the
 * option that asks for help, so nothing but help can come of it.
 */
#include "check/programs.h"

#include "base/map.h"

#include "base/banned.h"

enum { DEPTH_MAX = 8 };

/* What one page of help says. */
typedef struct page {
    vb_str text, usage;
    bool ok;
    VB_VEC(vb_str) commands;
    vb_map options; /* name -> num 1 when it takes a value */
    vb_map letters; /* the same by its letter */
} page;

/* ------------------------------------------------------ reading a page -- */

/* "-f, --filename=[]:" and "  --name string   text" */
static void
read_option(page *p, vb_str line)
{
    size_t at = vb_str_find(line, VB_STR("--")), n = 0;
    vb_str rest, letter = {0};
    size_t value;

    if (at == 4)
        letter = vb_str_sub(line, 1, 1);
    if (at == VB_NPOS || (at != 0 && !(at == 4 && line.ptr[0] == '-')))
        return;
    rest = vb_str_from(line, at + 2);
    while (n < rest.len && (vb_is_alnum(rest.ptr[n]) || rest.ptr[n] == '-' ||
                            rest.ptr[n] == '_' || rest.ptr[n] == '.'))
        n++;
    if (n == 0)
        return;
    line = vb_str_from(rest, n);
    value =
        (vb_str_starts(line, "=") && !vb_str_starts(line, "=false") &&
         !vb_str_starts(line, "=true")) ||
        (vb_str_starts(line, " ") && line.len > 1 && vb_is_alpha(line.ptr[1]));
    vb_map_add(&p->options, vb_str_sub(rest, 0, n), NULL)->num = value;
    if (letter.len)
        vb_map_add(&p->letters, letter, NULL)->num = value;
}

/* "  create          Create a resource" */
static void
read_command(vb_arena *arena, page *p, vb_str line)
{
    vb_str rest = line, name;

    if (vb_str_word(&rest, &name) && vb_str_ends(name, ","))
        name.len--;
    if (vb_plain_word(name))
        vb_vec_push(arena, &p->commands, name);
}

static void
read_page(vb_arena *arena, page *p)
{
    vb_str rest = p->text, line;
    bool commands = false, usage = false;

    vb_map_init(&p->options, arena);
    vb_map_init(&p->letters, arena);
    while (vb_str_line(&rest, &line)) {
        bool indented = line.len && vb_is_space(line.ptr[0]);
        vb_str text = vb_str_trim(line);

        if (text.len == 0)
            continue;
        if (!indented && (vb_str_ends(text, ":") || vb_str_has(text, "):"))) {
            commands = vb_str_ihas(text, "commands");
            usage = vb_str_istarts(text, "usage");
            continue;
        }
        if (!indented)
            commands = usage = false;
        if (vb_str_istarts(text, "usage:") || (usage && p->usage.len == 0))
            p->usage = text;
        if (commands && vb_str_starts(line, "  ") && line.len > 2 &&
            !vb_is_space(line.ptr[2]))
            read_command(arena, p, line);
        if (indented)
            read_option(p, text);
    }
    p->ok = p->options.entries.len > 0 || p->commands.len > 0;
}

typedef struct asker {
    vb_programs *programs;
    const vb_probe *probe;
    vb_arena *arena;
    const vb_call *call;
    const char *words[DEPTH_MAX + 4]; /* the program and its subcommands */
    size_t depth;
} asker;

/* The page of the words so far with 'more' behind them, or of 'more' alone. */
static page *
ask(asker *a, const char *more, const char *last)
{
    const char *argv[DEPTH_MAX + 8];
    const vb_said *said;
    page *p = VB_NEW(a->arena, page);
    size_t n = 0;

    for (; n < a->depth; n++)
        argv[n] = a->words[n];
    if (more)
        argv[n++] = more;
    if (last)
        argv[n++] = last;
    argv[n] = NULL;
    said = vb_programs_start(a->programs, argv, NULL);
    p->text = said->out;
    if (said->answered && said->status == 0)
        read_page(a->arena, p);
    else
        p->text = said->err.len ? said->err : said->out;
    return p;
}

/* The program's own words about 'word': the first line that has it. */
static vb_str
quote(vb_str text, vb_str word)
{
    vb_str rest = text, line;

    while (vb_str_line(&rest, &line))
        if (vb_str_find(line, word) != VB_NPOS)
            return vb_str_trim(line);
    return (vb_str){0};
}

/* --------------------------------------------------------------- judging -- */

/* A page of subcommands alone: whatever stands there must be one. */
static bool
only_commands(const page *p)
{
    static const char *const marks[] = {"[command]", "COMMAND", "<command>",
                                        "[cmd]", "subcommand"};

    for (size_t i = 0; i < VB_COUNT(marks); i++)
        if (vb_str_has(p->usage, marks[i]))
            return true;
    return p->usage.len == 0;
}

static bool
lists(const page *p, vb_str word)
{
    for (size_t i = 0; i < p->commands.len; i++)
        if (vb_str_eq(p->commands.at[i], word))
            return true;
    return false;
}

/* 'word' is not among the subcommands: a hidden one, an argument, or none? */
static vb_asked
judge_command(asker *a, const page *here, size_t part, page **below)
{
    vb_str word = a->call->parts.at[part].text;
    vb_asked asked = {.kind = VB_REFUSES_NOTHING, .part = part, .word = word};
    page *p = ask(a, vb_str_dup(a->arena, word), a->probe->with);

    *below = NULL;
    asked.near = vb_near_name(word, here->commands.at, here->commands.len);
    if (p->ok && !vb_str_eq(p->text, here->text)) {
        *below = p; /* hidden, or another name of one */
        return asked;
    }
    if (!p->ok)
        asked.quote = quote(p->text, word);
    if (asked.quote.len || only_commands(here) || asked.near.len)
        asked.kind = VB_REFUSES_COMMAND;
    return asked;
}

/* How many words the option at 'part' is; 0 when nobody knows it. */
static size_t
words_of(const asker *a, const page *here, const page *globals, size_t part)
{
    vb_str text = a->call->parts.at[part].text;
    bool letter = !vb_str_starts(text, "--");
    size_t equals = vb_str_chr(text, '=');
    vb_str name =
        letter ? vb_str_sub(text, 1, 1)
               : vb_str_sub(text, 2, equals == VB_NPOS ? VB_NPOS : equals - 2);
    const vb_map_entry *entry =
        vb_map_find(letter ? &here->letters : &here->options, name);

    if (!entry && globals && globals->ok)
        entry =
            vb_map_find(letter ? &globals->letters : &globals->options, name);
    if (!letter && equals != VB_NPOS)
        return 1;
    if (!entry)
        return 0;
    return entry->num && !(letter && text.len > 2) ? 2 : 1;
}

/* Goes down the subcommands; *found when what is behind them is known to be
 * theirs. */
static vb_asked
find_page(asker *a, page **here, const page *globals, bool *found)
{
    vb_asked vague = {.kind = VB_REFUSES_NOTHING};
    size_t i = 1;

    *found = false;
    while (i < a->call->parts.len && (*here)->commands.len) {
        const vb_call_part *part = &a->call->parts.at[i];
        vb_str name = part->text;
        page *below;

        if (vb_str_starts(name, "-")) {
            size_t words = words_of(a, *here, globals, i);

            if (words == 0)
                return vague;
            i += words;
            continue;
        }
        if (!part->known || !vb_plain_word(name) || a->depth >= DEPTH_MAX)
            return vague;
        if (lists(*here, name)) {
            below = ask(a, vb_str_dup(a->arena, name), a->probe->with);
        } else {
            vb_asked asked = judge_command(a, *here, i, &below);

            if (asked.kind != VB_REFUSES_NOTHING)
                return asked;
            if (!below)
                break; /* an argument */
        }
        if (!below->ok)
            return (vb_asked){.kind = VB_REFUSES_TO_TELL};
        a->words[a->depth++] = vb_str_dup(a->arena, name);
        *here = below;
        i++;
    }
    *found = true;
    return vague;
}

static vb_asked
judge_option(asker *a, const page *here, size_t part)
{
    vb_str text = a->call->parts.at[part].text;
    vb_str option = vb_str_sub(text, 0, vb_str_chr(text, '='));
    vb_asked asked = {.kind = VB_REFUSES_OPTION, .part = part, .word = option};
    VB_VEC(vb_str) names = {0};
    page *p;

    /* Hidden options are in no list: the program is asked. */
    p = ask(a, vb_str_fmt(a->arena, "%.*s=x", VB_ARG(option)).ptr,
            a->probe->with);
    if (p->ok)
        return (vb_asked){.kind = VB_REFUSES_NOTHING};
    asked.quote = quote(p->text, option);
    if (!vb_str_ihas(asked.quote, "unknown") &&
        !vb_str_ihas(asked.quote, "unrecognized") &&
        !vb_str_ihas(asked.quote, "not defined") &&
        !vb_str_ihas(asked.quote, "no such"))
        return (vb_asked){.kind = VB_REFUSES_NOTHING};
    for (size_t i = 0; i < here->options.entries.len; i++)
        vb_vec_push(a->arena, &names, here->options.entries.at[i].key);
    asked.near = vb_near_name(vb_str_from(option, 2), names.at, names.len);
    if (asked.near.len)
        asked.near = vb_str_fmt(a->arena, "--%.*s", VB_ARG(asked.near));
    return asked;
}

static vb_asked
check_options(asker *a, const page *here, const page *globals)
{
    for (size_t i = 1; i < a->call->parts.len; i++) {
        const vb_call_part *part = &a->call->parts.at[i];
        vb_str name = vb_str_sub(part->text, 0, vb_str_chr(part->text, '='));
        vb_asked asked;

        if (vb_str_eqc(part->text, "--"))
            break; /* what follows is another program's */
        if (!vb_str_starts(name, "--") || !vb_plain_word(vb_str_from(name, 2)))
            continue;
        name = vb_str_from(name, 2);
        if (vb_map_find(&here->options, name) ||
            (globals && globals->ok && vb_map_find(&globals->options, name)))
            continue;
        asked = judge_option(a, here, i);
        if (asked.kind != VB_REFUSES_NOTHING)
            return asked;
    }
    return (vb_asked){.kind = VB_REFUSES_NOTHING};
}

vb_asked
vb_ask_help(vb_programs *programs, const vb_probe *probe, vb_arena *arena,
            const vb_call *call)
{
    asker a = {.programs = programs,
               .probe = probe,
               .arena = arena,
               .call = call,
               .words = {probe->name},
               .depth = 1};
    page *here = ask(&a, NULL, probe->with);
    const page *globals = probe->globals ? ask(&a, probe->globals, NULL) : NULL;
    vb_asked asked;
    bool found;

    if (!here->ok)
        return (vb_asked){.kind = VB_REFUSES_TO_TELL, .word = call->program};
    asked = find_page(&a, &here, globals, &found);
    return found ? check_options(&a, here, globals) : asked;
}
