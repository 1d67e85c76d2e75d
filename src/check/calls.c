#include "check/calls.h"

#include "base/buf.h"
#include "plan/script.h"
#include "plan/shell.h"

#include "base/banned.h"

enum { EXPANSIONS_MAX = 32 * 1024 * 1024 };

/* Takes "$NAME" or "${NAME}" off the front; 0 when it is none. */
static size_t
variable(vb_str text, vb_str *name)
{
    bool brace = text.len > 1 && text.ptr[1] == '{';
    size_t from = brace ? 2 : 1, n = 0;

    while (from + n < text.len && vb_is_word(text.ptr[from + n]))
        n++;
    *name = vb_str_sub(text, from, n);
    if (n == 0 || vb_is_digit(name->ptr[0]))
        return 0;
    if (!brace)
        return from + n;
    return from + n < text.len && text.ptr[from + n] == '}' ? from + n + 1 : 0;
}

static const vb_sample *
last_sample(const vb_calls *calls, vb_str name)
{
    const vb_map_entry *entry = vb_map_find(&calls->samples, name);

    return entry ? &calls->plan->samples.at[entry->num] : NULL;
}

vb_str
vb_calls_expand(vb_calls *calls, vb_str text, bool *known)
{
    vb_buf out;
    vb_str result, name;
    size_t i = 0;

    *known = true;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    while (i < text.len) {
        size_t n =
            text.ptr[i] == '$' ? variable(vb_str_from(text, i), &name) : 0;
        const vb_sample *sample = n ? last_sample(calls, name) : NULL;

        if (sample && calls->spent + sample->value.len < EXPANSIONS_MAX) {
            vb_buf_str(&out, sample->value);
            calls->spent += sample->value.len;
            i += n;
            continue;
        }
        if (text.ptr[i] == '$' || text.ptr[i] == '`')
            *known = false;
        if (text.ptr[i] != '"' && text.ptr[i] != '\'')
            vb_buf_ch(&out, text.ptr[i]);
        i++;
    }
    result = vb_str_copy(calls->arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

vb_str
vb_call_option(const vb_call *call, const char *name, const char *or_name)
{
    for (size_t i = 1; i < call->words.len; i++) {
        vb_str word = call->words.at[i];
        size_t equals = vb_str_chr(word, '=');
        vb_str option =
            vb_str_sub(word, 0, equals == VB_NPOS ? word.len : equals);

        if (!vb_str_eqc(option, name) &&
            !(or_name && vb_str_eqc(option, or_name)))
            continue;
        if (equals != VB_NPOS)
            return vb_str_from(word, equals + 1);
        return i + 1 < call->words.len ? call->words.at[i + 1] : (vb_str){0};
    }
    return (vb_str){0};
}

size_t
vb_call_plain(const vb_call *call, vb_str *out, size_t max)
{
    static const char *const switches[] = {
        "-A",          "--all-namespaces",
        "--quiet",     "-q",
        "--force",     "-w",
        "--watch",     "--wait",
        "-it",         "-i",
        "-t",          "-f",
        "-y",          "--yes",
        "-v",          "-d",
        "--rm",        "--follow",
        "--tail",      "--all",
        "-p",          "--previous",
        "--debug",     "--spot",
        "--overwrite", "-R",
        "--recursive", "--purge",
        "--force",     "--dangerous",
    };
    size_t n = 0;

    for (size_t i = 0; i < call->words.len; i++) {
        vb_str word = call->words.at[i];

        if (vb_str_eqc(word, "--"))
            break;
        if (vb_str_starts(word, "-")) {
            bool file = vb_str_eqc(word, "-f") && i + 1 < call->words.len &&
                        vb_str_chr(call->words.at[i + 1], '.') != VB_NPOS;

            if (vb_str_chr(word, '=') == VB_NPOS &&
                (file || !VB_STR_AMONG(word, switches)) &&
                i + 1 < call->words.len &&
                !vb_str_starts(call->words.at[i + 1], "-"))
                i++;
            continue;
        }
        if (n < max)
            out[n] = word;
        n++;
    }
    return n;
}

typedef struct collector {
    vb_arena *arena;
    const vb_plan *plan;
    uint32_t step;
    const vb_step *body;
    vb_calls *out;
    vb_arena *scratch; /* the shell trees of one step */
} collector;

/* The place of offset 'at' of the step's body; 'line' is its 0-based line,
 * looked for from a line that is not behind it. */
static vb_loc
place(const collector *c, uint32_t at, uint32_t *line, uint32_t *start)
{
    vb_loc loc = c->body->loc;

    for (uint32_t i = *start; i < at && i < c->body->body.len; i++)
        if (c->body->body.ptr[i] == '\n') {
            ++*line;
            *start = i + 1;
        }
    if (*line < c->body->body_lines.len) {
        loc.line = c->body->body_lines.at[*line];
        loc.col = at - *start + 1;
    }
    return loc;
}

/* Does the guide leave something in it to be filled in? */
static bool
is_placeholder(const vb_step *step, const vb_word *word)
{
    for (size_t i = 0; i < step->slots.len; i++) {
        const vb_slot *slot = &step->slots.at[i];

        if (slot->start < word->start + word->len &&
            word->start < slot->start + slot->len)
            return true;
    }
    return false;
}

static void
add_flag(collector *c, const vb_word *whole, const vb_word *next, vb_loc loc)
{
    vb_str word = whole->text;
    size_t equals = vb_str_chr(word, '=');
    vb_call_flag flag = {.step = c->step,
                         .command = (uint32_t)c->out->list.len,
                         .loc = loc,
                         .known = true};
    vb_str value = {0};

    while (vb_str_starts(word, "-")) {
        word = vb_str_from(word, 1);
        equals = equals == VB_NPOS ? equals : equals - 1;
    }
    flag.name = vb_str_copy(
        c->arena, vb_str_sub(word, 0, equals == VB_NPOS ? word.len : equals));
    if (equals != VB_NPOS) {
        value = vb_str_from(word, equals + 1);
        flag.has_value = true;
    } else if (next && !vb_str_starts(next->text, "-")) {
        value = next->text;
        flag.has_value = true;
    }
    if (flag.has_value) {
        flag.raw = vb_str_copy(c->arena, value);
        flag.value = vb_calls_expand(c->out, value, &flag.known);
        flag.known = flag.known && !is_placeholder(c->body, whole) &&
                     (equals != VB_NPOS || !is_placeholder(c->body, next));
    }
    vb_vec_push(c->arena, &c->out->flags, flag);
}

static void
add_command(collector *c, const vb_simple *simple, uint32_t *line,
            uint32_t *start)
{
    size_t program = vb_simple_program(simple);
    vb_call call = {.step = c->step};
    bool known;

    if (program == VB_NPOS || program >= simple->words.len)
        return;
    call.loc = place(c, simple->words.at[program].start, line, start);
    call.program = vb_str_copy(c->arena, simple->words.at[program].text);
    for (size_t i = program; i < simple->words.len; i++) {
        const vb_word *word = &simple->words.at[i];
        vb_loc loc = place(c, word->start, line, start);

        vb_call_part part = {.loc = loc, .len = word->len};

        part.text = vb_calls_expand(c->out, word->text, &known);
        part.known = known && !is_placeholder(c->body, word);
        part.quoted = word->quoted;
        /* no name of anything, whatever its letters are */
        vb_vec_push(c->arena, &call.words,
                    is_placeholder(c->body, word) ? VB_STR("<placeholder>")
                                                  : part.text);
        vb_vec_push(c->arena, &call.parts, part);
        if (vb_str_starts(word->text, "--"))
            add_flag(c, word, i + 1 < simple->words.len ? word + 1 : NULL, loc);
    }
    vb_vec_push(c->arena, &c->out->list, call);
}

void
vb_calls_collect(vb_arena *arena, const vb_plan *plan, vb_calls *out)
{
    vb_arena scratch = {0};

    *out = (vb_calls){.arena = arena, .plan = plan};
    vb_map_init(&out->samples, arena);
    for (size_t i = 0; i < plan->samples.len; i++)
        vb_map_add(&out->samples, plan->samples.at[i].name, NULL)->num = i;
    for (uint32_t i = 0; i < plan->steps.len; i++) {
        collector c = {arena, plan, i, &plan->steps.at[i], out, &scratch};
        uint32_t line = 0, start = 0;
        const vb_shell *shell;

        if (c.body->kind != VB_KIND_COMMAND)
            continue;
        shell = vb_shell_read(&scratch, vb_script_filled(&scratch, c.body));
        for (size_t k = 0; k < shell->simples.len; k++) {
            /* Commands begin in order; their words stay within them, but a
             * substitution's words begin before the outer ones end. */
            uint32_t l = line, s = start;

            if (shell->simples.at[k].words.len &&
                shell->simples.at[k].words.at[0].start >= start)
                place(&c, shell->simples.at[k].start, &line, &start);
            l = line;
            s = start;
            add_command(&c, &shell->simples.at[k], &l, &s);
        }
        vb_arena_reset(&scratch);
    }
    vb_arena_release(&scratch);
}

vb_calls *
vb_calls_of(vb_checker *checker, const vb_plan *plan)
{
    const vb_check_doc *doc = checker->doc;
    size_t i = 0;

    while (i + 1 < doc->nplans && doc->plans[i] != plan)
        i++;
    if (!checker->calls)
        checker->calls = VB_NEW_N(checker->arena, vb_calls, doc->nplans);
    if (!checker->calls[i].plan)
        vb_calls_collect(checker->arena, plan, &checker->calls[i]);
    return &checker->calls[i];
}
