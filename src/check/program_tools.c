/*
 * Programs that come with a tool of their own for this: a completer that lists
 * what may stand next (aws), or a linter (gcloud). Both take text as data.
 */
#include "check/programs.h"

#include "base/node.h"

#include "base/banned.h"

/* ------------------------------------------------------------- completer -- */

typedef VB_VEC(vb_str) names;

/* What the completer offers behind 'line'. */
static names
complete(vb_programs *programs, const vb_probe *probe, vb_arena *arena,
         vb_str line)
{
    const char *const argv[] = {probe->with, NULL};
    const vb_said *said =
        vb_programs_start(programs, argv, vb_str_dup(arena, line));
    vb_str rest = said->out, word;
    names out = {0};

    while (said->answered && said->status == 0 && vb_str_word(&rest, &word))
        vb_vec_push(arena, &out, word);
    return out;
}

static bool
has(const names *list, vb_str name)
{
    for (size_t i = 0; i < list->len; i++)
        if (vb_str_eq(list->at[i], name))
            return true;
    return false;
}

/* argparse accepts the beginning of an option that no other begins with. */
static bool
accepts(const names *list, vb_str option)
{
    size_t n = 0;

    for (size_t i = 0; i < list->len; i++)
        n += list->at[i].len > option.len &&
             vb_str_eq(vb_str_sub(list->at[i], 0, option.len), option);
    return n == 1 || has(list, option);
}

static vb_asked
complete_options(vb_programs *programs, const vb_probe *probe, vb_arena *arena,
                 const vb_call *call, vb_str line)
{
    names list = complete(programs, probe, arena,
                          vb_str_fmt(arena, "%.*s--", VB_ARG(line)));

    for (size_t i = 1; list.len && i < call->parts.len; i++) {
        vb_str text = call->parts.at[i].text;

        text = vb_str_sub(text, 0, vb_str_chr(text, '='));
        if (vb_str_eqc(text, "--") || !vb_str_starts(text, "--") ||
            !vb_plain_word(vb_str_from(text, 2)) || accepts(&list, text))
            continue;
        return (vb_asked){VB_REFUSES_OPTION,
                          i,
                          text,
                          {0},
                          vb_near_name(text, list.at, list.len)};
    }
    return (vb_asked){.kind = VB_REFUSES_NOTHING};
}

vb_asked
vb_ask_completer(vb_programs *programs, const vb_probe *probe, vb_arena *arena,
                 const vb_call *call)
{
    vb_str line = vb_str_fmt(arena, "%s ", probe->name);
    names list = complete(programs, probe, arena, line);
    size_t depth = 0;

    if (list.len == 0)
        return (vb_asked){.kind = VB_REFUSES_TO_TELL, .word = call->program};
    for (size_t i = 1; i < call->parts.len && list.len; i++) {
        const vb_call_part *part = &call->parts.at[i];

        /* An option before the subcommand may take the next word. */
        if (!part->known || !vb_plain_word(part->text))
            break;
        if (vb_str_starts(list.at[0], "-"))
            break;
        if (!has(&list, part->text)) {
            if (depth >= 2)
                break;
            return (vb_asked){VB_REFUSES_COMMAND,
                              i,
                              part->text,
                              {0},
                              vb_near_name(part->text, list.at, list.len)};
        }
        line = vb_str_fmt(arena, "%.*s%.*s ", VB_ARG(line), VB_ARG(part->text));
        depth++;
        /* Each question costs half a second: below the operation only where
         * another word stands that may be one. */
        if (depth >= 2 && (i + 1 >= call->parts.len ||
                           !vb_plain_word(call->parts.at[i + 1].text)))
            break;
        list = complete(programs, probe, arena, line);
    }
    if (depth == 0)
        return (vb_asked){.kind = VB_REFUSES_NOTHING};
    return complete_options(programs, probe, arena, call, line);
}

/* ---------------------------------------------------------------- gcloud -- */

/* May the linter see it? It reads files that some options name. */
static bool
is_harmless(vb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!vb_is_word(c) && c != '-' && c != '.' && c != ',' && c != '=' &&
            c != ':' && c != '@' && c != '+')
            return false;
    }
    return text.len > 0 && !vb_str_has(text, "..");
}

/* The command with 'x' for what is not known or must not be seen. */
vb_str
vb_gcloud_string(vb_arena *arena, const vb_call *call, bool *open)
{
    vb_buf out;
    vb_str text;

    *open = false;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_c(&out, "gcloud");
    for (size_t i = 1; i < call->parts.len; i++) {
        const vb_call_part *part = &call->parts.at[i];
        size_t equals = vb_str_chr(part->text, '=');
        vb_str name = vb_str_sub(part->text, 0, equals);

        if (vb_str_starts(name, "--flags-file"))
            continue;
        vb_buf_ch(&out, ' ');
        if (part->known && is_harmless(part->text))
            vb_buf_str(&out, part->text);
        else if (vb_str_starts(name, "--") && equals != VB_NPOS &&
                 vb_plain_word(vb_str_from(name, 2)))
            vb_buf_fmt(&out, "%.*s=x", VB_ARG(name));
        else
            vb_buf_ch(&out, 'x');
        *open = *open || (!part->known && !part->quoted &&
                          !vb_str_starts(part->text, "-"));
    }
    text = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}

/* The first of the call's words that the message names. */
static size_t
named_in(const vb_call *call, vb_str message, bool options)
{
    for (size_t i = 1; i < call->parts.len; i++) {
        vb_str text = call->parts.at[i].text;

        if (!call->parts.at[i].known && !vb_str_starts(text, "--"))
            continue;
        if (vb_str_starts(text, "--"))
            text = vb_str_sub(text, 0, vb_str_chr(text, '='));
        else if (options)
            continue;
        if (text.len > 1 && vb_str_find(message, text) != VB_NPOS &&
            !(options && vb_str_eqc(text, "--")))
            return i;
    }
    return 0;
}

static vb_asked
judge_gcloud(const vb_call *call, vb_str type, vb_str message, bool open)
{
    vb_asked asked = {.kind = VB_REFUSES_NOTHING};
    size_t end = vb_str_find(message, VB_STR("\n\n"));

    asked.quote = vb_str_trim(vb_str_sub(message, 0, end));
    if (vb_str_eqc(type, "UnrecognizedArgumentsError")) {
        asked.part = named_in(call, message, true);
        asked.kind = asked.part ? VB_REFUSES_OPTION : VB_REFUSES_NOTHING;
    } else if (vb_str_eqc(type, "UnrecognizedCommandError")) {
        asked.part = named_in(call, message, false);
        if (vb_str_has(message, "expected") && !open)
            asked.kind = VB_REFUSES_MISSING;
        else if (asked.part)
            asked.kind = VB_REFUSES_COMMAND;
    } else if (vb_str_eqc(type, "RequiredError")) {
        asked.kind = open ? VB_REFUSES_NOTHING : VB_REFUSES_MISSING;
    } else if (vb_str_has(message, "argument --")) {
        size_t part = named_in(call, message, true);

        /* ... about a value that the guide gives, not one of ours */
        if (part &&
            (call->parts.at[part].known ||
             vb_str_has(message, "expected one argument")) &&
            is_harmless(call->parts.at[part].text) && !open &&
            (vb_str_chr(call->parts.at[part].text, '=') != VB_NPOS ||
             part + 1 >= call->parts.len || call->parts.at[part + 1].known)) {
            asked.part = part;
            asked.kind = VB_REFUSES_VALUE;
        }
    }
    if (asked.part)
        asked.word =
            vb_str_sub(call->parts.at[asked.part].text, 0,
                       asked.kind == VB_REFUSES_OPTION
                           ? vb_str_chr(call->parts.at[asked.part].text, '=')
                           : VB_NPOS);
    return asked;
}

vb_asked
vb_ask_gcloud(vb_arena *arena, const vb_map *prepared, const vb_call *call)
{
    bool open;
    vb_str command = vb_gcloud_string(arena, call, &open);
    const vb_map_entry *entry =
        prepared ? vb_map_find(prepared, command) : NULL;
    const vb_node *result = entry ? entry->ptr : NULL;

    if (!result || !vb_node_get(result, "success"))
        return (vb_asked){.kind = VB_REFUSES_TO_TELL, .word = call->program};
    /* Not every installation has the commands of the other release tracks. */
    if (vb_node_bool(result, "success", true) ||
        (call->parts.len > 1 &&
         (vb_str_eqc(call->parts.at[1].text, "alpha") ||
          vb_str_eqc(call->parts.at[1].text, "beta") ||
          vb_str_eqc(call->parts.at[1].text, "preview"))))
        return (vb_asked){.kind = VB_REFUSES_NOTHING};
    return judge_gcloud(call, vb_node_str(result, "error_type", (vb_str){0}),
                        vb_node_str(result, "error_message", (vb_str){0}),
                        open);
}
