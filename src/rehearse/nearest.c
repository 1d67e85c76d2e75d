/* What a recording has that comes closest to a command it never saw. */
#include "rehearse/scenario.h"

#include "base/buf.h"
#include "rehearse/recorded.h"

#include "base/banned.h"

enum { SHOWN_MAX = 2000 };

/* The words of a command line without its program. */
typedef struct words {
    const vb_str *at;
    size_t len;
} words;

static words
recorded_words(const vb_rule *rule, vb_arena *arena)
{
    vb_str *at = VB_NEW_N(arena, vb_str, rule->argv->len);

    for (size_t i = 1; i < rule->argv->len; i++)
        at[i - 1] = vb_recorded_word(rule->argv->items[i]);
    return (words){at, rule->argv->len - 1};
}

static bool
has_word(const words *w, vb_str word)
{
    for (size_t i = 0; i < w->len; i++)
        if (vb_str_eq(w->at[i], word))
            return true;
    return false;
}

/* Words on one side alone; those at the beginning, which name the command,
 * weigh more. */
static size_t
distance(const vb_rule *rule, const words *now)
{
    const vb_node *recorded = rule->argv;
    size_t sum = 0;

    for (size_t i = 0; i < now->len; i++) {
        size_t k = 1;

        while (k < recorded->len &&
               !vb_str_eq(vb_recorded_word(recorded->items[k]), now->at[i]))
            k++;
        if (k == recorded->len)
            sum += i < 2 ? 8 : 2;
    }
    for (size_t i = 1; i < recorded->len; i++)
        if (!has_word(now, vb_recorded_word(recorded->items[i])))
            sum += i <= 2 ? 8 : 2;
    /* The same words in another order are near, but not the same. */
    for (size_t i = 0; i < now->len && i + 1 < recorded->len; i++)
        sum += !vb_str_eq(now->at[i], vb_recorded_word(recorded->items[i + 1]));
    return sum;
}

/* The flag whose value the word is, or that it gives one to ("--x=v"); empty
 * for words that belong to none. */
static vb_str
flag_of(const words *w, size_t i, vb_str *value)
{
    vb_str rest = w->at[i], name;

    *value = rest;
    if (vb_str_starts(rest, "-") && vb_str_chr(rest, '=') != VB_NPOS) {
        vb_str_field(&rest, '=', &name);
        *value = rest;
        return name;
    }
    if (!vb_str_starts(rest, "-") && i > 0 &&
        vb_str_starts(w->at[i - 1], "-") &&
        vb_str_chr(w->at[i - 1], '=') == VB_NPOS)
        return w->at[i - 1];
    return VB_STR("");
}

/* The value that the flag has there. */
static bool
value_of(const words *w, vb_str flag, vb_str *value)
{
    for (size_t i = 0; i < w->len; i++)
        if (vb_str_eq(flag_of(w, i, value), flag))
            return true;
    return false;
}

/* Flags that both have, with another value. */
static void
list_values(vb_buf *out, const words *was, const words *now)
{
    for (size_t i = 0; i < now->len; i++) {
        vb_str here, there, flag = flag_of(now, i, &here);

        if (!flag.len || !value_of(was, flag, &there) ||
            vb_str_eq(here, there) || has_word(was, now->at[i]))
            continue;
        vb_buf_fmt(out, "; its '%.*s' is '%.*s', and here '%.*s'", VB_ARG(flag),
                   VB_ARG(there), VB_ARG(here));
    }
}

/* Words that only one of the two has, but for the values above. */
static void
list_words(vb_buf *out, const char *what, const words *of, const words *other)
{
    bool first = true;

    for (size_t i = 0; i < of->len; i++) {
        vb_str value, flag = flag_of(of, i, &value), there;

        if (has_word(other, of->at[i]) ||
            (flag.len && value_of(other, flag, &there)))
            continue;
        vb_buf_fmt(out, "%s'%.*s'", first ? what : ", ", VB_ARG(of->at[i]));
        first = false;
    }
}

vb_str
vb_scenario_nearest(const vb_scenario *scenario, vb_str program,
                    const vb_str *argv, size_t argc, vb_arena *arena)
{
    const words now = {argv, argc};
    const vb_rule *best = NULL;
    size_t least = 0;
    words was;
    vb_buf out;
    vb_str text;

    for (size_t i = 0; i < scenario->rules.len; i++) {
        const vb_rule *rule = scenario->rules.at[i];
        size_t d;

        if (!rule->argv || !vb_str_eq(rule->argv->items[0]->str, program))
            continue;
        d = distance(rule, &now);
        if (!best || d < least) {
            best = rule;
            least = d;
        }
    }
    if (!best)
        return VB_STR("");
    was = recorded_words(best, arena);
    vb_buf_init(&out, SHOWN_MAX);
    vb_buf_fmt(&out, "the nearest recorded command is '%.*s", VB_ARG(program));
    for (size_t i = 0; i < was.len; i++) {
        vb_buf_ch(&out, ' ');
        vb_buf_str(&out, was.at[i]);
    }
    vb_buf_fmt(&out, "' (%s:%u)", best->loc.file ? best->loc.file : "",
               best->loc.line);
    if (least == 0)
        vb_buf_c(&out, ", which has been answered as often as it was "
                       "recorded");
    list_values(&out, &was, &now);
    list_words(&out, "; it has ", &was, &now);
    list_words(&out, "; this one has ", &now, &was);
    text = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}
