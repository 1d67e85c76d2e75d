/* What a recording has that comes closest to a command it never saw. */
#include "rehearse/scenario.h"

#include "base/buf.h"

#include "base/banned.h"

enum { SHOWN_MAX = 2000 };

static bool
has_word(const vb_str *words, size_t len, vb_str word)
{
    for (size_t i = 0; i < len; i++)
        if (vb_str_eq(words[i], word))
            return true;
    return false;
}

static bool
recorded_word(const vb_node *recorded, vb_str word)
{
    for (size_t i = 1; i < recorded->len; i++)
        if (vb_str_eq(recorded->items[i]->str, word))
            return true;
    return false;
}

/* Words on one side alone; those at the beginning, which name the command,
 * weigh more. */
static size_t
distance(const vb_node *recorded, const vb_str *argv, size_t argc)
{
    size_t sum = 0;

    for (size_t i = 0; i < argc; i++)
        if (!recorded_word(recorded, argv[i]))
            sum += i < 2 ? 8 : 2;
    for (size_t i = 1; i < recorded->len; i++)
        if (!has_word(argv, argc, recorded->items[i]->str))
            sum += i <= 2 ? 8 : 2;
    /* The same words in another order are near, but not the same. */
    for (size_t i = 0; i < argc && i + 1 < recorded->len; i++)
        sum += !vb_str_eq(argv[i], recorded->items[i + 1]->str);
    return sum;
}

static void
list_missing(vb_buf *out, const char *what, const vb_node *recorded,
             const vb_str *argv, size_t argc)
{
    bool first = true;

    for (size_t i = 1; i < recorded->len; i++) {
        vb_str word = recorded->items[i]->str;

        if (has_word(argv, argc, word))
            continue;
        vb_buf_fmt(out, "%s'%.*s'", first ? what : ", ", VB_ARG(word));
        first = false;
    }
}

static void
list_extra(vb_buf *out, const char *what, const vb_node *recorded,
           const vb_str *argv, size_t argc)
{
    bool first = true;

    for (size_t i = 0; i < argc; i++) {
        if (recorded_word(recorded, argv[i]))
            continue;
        vb_buf_fmt(out, "%s'%.*s'", first ? what : ", ", VB_ARG(argv[i]));
        first = false;
    }
}

vb_str
vb_scenario_nearest(const vb_scenario *scenario, vb_str program,
                    const vb_str *argv, size_t argc, vb_arena *arena)
{
    const vb_rule *best = NULL;
    size_t least = 0;
    vb_buf out;
    vb_str text;

    for (size_t i = 0; i < scenario->rules.len; i++) {
        const vb_rule *rule = scenario->rules.at[i];
        size_t d;

        if (!rule->argv || !vb_str_eq(rule->argv->items[0]->str, program))
            continue;
        d = distance(rule->argv, argv, argc);
        if (!best || d < least) {
            best = rule;
            least = d;
        }
    }
    if (!best)
        return VB_STR("");
    vb_buf_init(&out, SHOWN_MAX);
    vb_buf_c(&out, "the nearest recorded command is '");
    for (size_t i = 0; i < best->argv->len; i++) {
        if (i)
            vb_buf_ch(&out, ' ');
        vb_buf_str(&out, best->argv->items[i]->str);
    }
    vb_buf_fmt(&out, "' (%s:%u)", best->loc.file ? best->loc.file : "",
               best->loc.line);
    if (least == 0)
        vb_buf_c(&out, ", which has been answered as often as it was "
                       "recorded");
    list_missing(&out, "; it has ", best->argv, argv, argc);
    list_extra(&out, "; this one has ", best->argv, argv, argc);
    text = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}
