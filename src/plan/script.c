#include "plan/script.h"

#include "base/io.h"
#include "base/text.h"

#include <string.h>

#include "base/banned.h"

typedef struct writer {
    const vb_plan *plan;
    const vb_script_opts *opts;
    vb_arena *arena;
    vb_buf *out;
    vb_line_map *map; /* or NULL */
} writer;

/* Notes where the lines appended since 'from' came from: the body's own
 * lines when 'step' is given, ours otherwise. */
static void
note_lines(writer *w, size_t from, const vb_step *step)
{
    vb_str rest = vb_str_from(vb_buf_view(w->out), from), line;
    size_t n = 0;

    if (!w->map)
        return;
    for (; vb_str_line(&rest, &line); n++) {
        vb_loc loc = {0};

        if (step && n < step->body_lines.len)
            loc = (vb_loc){step->loc.file, step->body_lines.at[n], 1};
        vb_vec_push(w->arena, w->map, loc);
    }
}

/* Text of the document as a comment: one line, no control characters. */
static void
put_comment(writer *w, vb_str text)
{
    vb_buf_c(w->out, "# ");
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if ((unsigned char)c < ' ' || c == 0x7f)
            c = ' ';
        vb_buf_ch(w->out, c);
    }
    vb_buf_ch(w->out, '\n');
}

/* A here-document's delimiter that is no line of 'content'. */
static vb_str
delimiter_for(vb_arena *arena, vb_str content)
{
    vb_str word = VB_STR("END_OF_FILE");

    for (unsigned n = 2;; n++) {
        vb_str rest = content, line;
        bool taken = false;

        while (!taken && vb_str_line(&rest, &line))
            taken = vb_str_eq(line, word);
        if (!taken)
            return word;
        word = vb_str_fmt(arena, "END_OF_FILE_%u", n);
    }
}

static bool
starts_name(vb_str text, const vb_step *step)
{
    bool brace = vb_str_starts(text, "{");
    vb_str rest = vb_str_from(text, brace);
    size_t n = 0;

    while (n < rest.len && vb_is_word(rest.ptr[n]))
        n++;
    for (size_t i = 0; i < step->uses.len; i++)
        if (vb_str_eq(vb_str_sub(rest, 0, n), step->uses.at[i]))
            return !brace || (n < rest.len && rest.ptr[n] == '}');
    return false;
}

/* A file whose $NAMEs the reader fills in: an expanding here-document in
 * which everything else is escaped. */
static void
put_filled(writer *w, const vb_step *step, vb_str content)
{
    for (size_t i = 0; i < content.len; i++) {
        char c = content.ptr[i];

        if (c == '\\' || c == '`' ||
            (c == '$' && !starts_name(vb_str_from(content, i + 1), step)))
            vb_buf_ch(w->out, '\\');
        vb_buf_ch(w->out, c);
    }
}

static void
put_file(writer *w, const vb_step *step, vb_str content)
{
    vb_str dir = vb_path_dir(step->name);
    vb_str end = delimiter_for(w->arena, content);
    bool append = vb_str_eqc(step->mode, "append");

    if (!vb_str_eqc(dir, ".")) {
        vb_buf_c(w->out, "mkdir -p -- ");
        vb_shell_quote(w->out, dir);
        vb_buf_ch(w->out, '\n');
    }
    vb_buf_fmt(w->out, "cat %s ", append ? ">>" : ">");
    vb_shell_quote(w->out, step->name);
    vb_buf_fmt(w->out, step->fill_vars ? " <<%.*s\n" : " <<'%.*s'\n",
               VB_ARG(end));
    if (step->fill_vars)
        put_filled(w, step, content);
    else
        vb_buf_str(w->out, content);
    if (!vb_str_ends(content, "\n"))
        vb_buf_ch(w->out, '\n');
    vb_buf_fmt(w->out, "%.*s\n", VB_ARG(end));
}

vb_str
vb_script_filled(vb_arena *arena, const vb_step *step)
{
    vb_str text = step->body;
    char *bytes;

    if (step->slots.len == 0)
        return text;
    text = vb_str_copy(arena, text);
    bytes = (char *)text.ptr;
    for (size_t i = 0; i < step->slots.len; i++) {
        const vb_slot *slot = &step->slots.at[i];

        for (uint32_t k = 0; k < slot->len && slot->start + k < text.len; k++)
            bytes[slot->start + k] = 'x';
    }
    return text;
}

static bool
render(writer *w, const vb_step *step, vb_buf *text, vb_error *err)
{
    vb_buf_init(text, VB_BUF_NO_MAX);
    if (w->opts->bare) {
        vb_buf_str(text, vb_script_filled(w->arena, step));
    } else if (!vb_step_render(w->plan, step, w->opts->values, w->opts->nvalues,
                               text, err)) {
        vb_buf_release(text);
        return false;
    }
    if (text->len == 0 || text->ptr[text->len - 1] != '\n')
        vb_buf_ch(text, '\n');
    return true;
}

static void
put_step_comments(writer *w, const vb_step *step)
{
    vb_buf_ch(w->out, '\n');
    put_comment(w, vb_str_fmt(w->arena, "%.*s (%s:%u)", VB_ARG(step->id),
                              step->loc.file, step->loc.line));
    if (step->title.len)
        put_comment(w, step->title);
}

/* A step for a person, or one that is not chosen: all of it as comments. */
static void
put_as_comment(writer *w, const vb_step *step, const char *why)
{
    vb_str rest = step->body, line;

    put_comment(w, vb_str_c(why));
    while (vb_str_line(&rest, &line))
        put_comment(w, vb_str_fmt(w->arena, "    %.*s", VB_ARG(line)));
}

static bool
put_step(writer *w, const vb_step *step, vb_error *err)
{
    size_t from = w->out->len;
    bool command = step->kind == VB_KIND_COMMAND;
    vb_buf text;

    if (!w->opts->bare)
        put_step_comments(w, step);
    if (step->kind == VB_KIND_MANUAL || !step->chosen || step->foreign.len) {
        if (!w->opts->bare)
            put_as_comment(w, step,
                           step->kind == VB_KIND_MANUAL ? "for you to do:"
                           : step->foreign.len          ? "for another shell:"
                                               : "optional, left out:");
        note_lines(w, from, NULL);
        return true;
    }
    if (w->opts->bare && !command)
        return true;
    if (!render(w, step, &text, err))
        return false;
    if (command) {
        note_lines(w, from, NULL);
        from = w->out->len;
        vb_buf_str(w->out, vb_buf_view(&text));
    } else {
        put_file(w, step, vb_buf_view(&text));
    }
    note_lines(w, from, command ? step : NULL);
    vb_buf_release(&text);
    return true;
}

static void
put_head(writer *w)
{
    const vb_plan *plan = w->plan;
    size_t from = w->out->len;

    vb_buf_c(w->out, "#!/usr/bin/env bash\n");
    put_comment(w, plan->doc->title);
    put_comment(w, vb_str_fmt(w->arena, "from %s%s%.*s",
                              plan->doc->sources.at[0]->path,
                              plan->provider.len ? ", for " : "",
                              VB_ARG(plan->provider)));
    put_comment(w, vb_str_fmt(w->arena, "sha256 of the document: %s",
                              plan->doc->sources.at[0]->digest.hex));
    vb_buf_c(w->out, "set -e\n");
    for (size_t i = 0; i < plan->inputs.len; i++) {
        const vb_input *in = &plan->inputs.at[i];

        if (in->placeholder)
            continue;
        if (in->has_fallback) {
            vb_buf_fmt(w->out, ": \"${%.*s:=", VB_ARG(in->name));
            vb_shell_quote(w->out, in->fallback);
            vb_buf_c(w->out, "}\"\n");
        } else {
            vb_buf_fmt(w->out,
                       ": \"${%.*s:?the guide needs it and never "
                       "sets it}\"\n",
                       VB_ARG(in->name));
        }
    }
    note_lines(w, from, NULL);
}

bool
vb_plan_script(const vb_plan *plan, const vb_script_opts *opts, vb_arena *arena,
               vb_buf *out, vb_line_map *map, vb_error *err)
{
    writer w = {plan, opts, arena, out, map};
    bool teardown = false;

    if (!opts->bare)
        put_head(&w);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];

        if (!opts->bare && !teardown && step->phase == VB_PHASE_TEARDOWN) {
            size_t from = out->len;

            vb_buf_c(out, "\n# the teardown, only when asked for\n"
                          "if [ \"${1:-}\" != --teardown ]; then\n"
                          "    exit 0\nfi\n");
            note_lines(&w, from, NULL);
            teardown = true;
        }
        if (!put_step(&w, step, err))
            return false;
    }
    return true;
}
