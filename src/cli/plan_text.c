#include "cli/plan_text.h"

#include "base/io.h"
#include "base/text.h"
#include "cli/cli.h"

#include <string.h>

#include "base/banned.h"

/* Where a text is being built, and how. */
typedef struct pen {
    vb_buf *out;
    bool color;
    size_t columns;
} pen;

/* 'text' on one line, cut at the terminal's edge. */
static void
put_fit(const pen *p, vb_style style, vb_str text, size_t used)
{
    size_t room = p->columns > used + 8 ? p->columns - used : 8;
    vb_buf line;
    vb_str fit;

    vb_buf_init(&line, VB_BUF_NO_MAX);
    vb_text_mask_line(&line, text);
    fit = vb_text_fit(vb_buf_view(&line), room);
    if (fit.len < line.len)
        fit = vb_text_fit(vb_buf_view(&line), room - 1);
    vb_buf_c(p->out, vb_style_on(p->color, style));
    vb_buf_str(p->out, fit);
    if (fit.len < line.len)
        vb_buf_c(p->out, "…");
    vb_buf_c(p->out, vb_style_off(p->color, style));
    vb_buf_release(&line);
}

static void
put_styled(const pen *p, vb_style style, const char *text)
{
    vb_styled(p->out, p->color, style, vb_str_c(text));
}

static vb_str
first_line(vb_str text)
{
    vb_str line = {0};

    while (vb_str_line(&text, &line))
        if (vb_str_trim(line).len)
            return vb_str_trim(line);
    return line;
}

static void
put_header(const pen *p, const vb_plan *plan)
{
    vb_styled(p->out, p->color, VB_STYLE_BOLD,
              plan->doc->title.len ? plan->doc->title
                                   : vb_str_c(plan->doc->sources.at[0]->path));
    if (plan->provider.len) {
        vb_buf_c(p->out, " · ");
        vb_styled(p->out, p->color, VB_STYLE_CYAN, plan->provider);
    }
    vb_buf_ch(p->out, '\n');
    if (plan->provider.len == 0 && plan->providers.len) {
        vb_buf_c(p->out, "  no provider chosen; --provider is one of:");
        for (size_t i = 0; i < plan->providers.len; i++) {
            vb_buf_ch(p->out, i ? ',' : ' ');
            vb_buf_c(p->out, i ? " " : "");
            vb_text_mask_line(p->out, plan->providers.at[i].name);
        }
        vb_buf_ch(p->out, '\n');
    }
    for (size_t i = 0; i < plan->choices.len; i++) {
        const vb_choice *c = &plan->choices.at[i];

        if (c->provider)
            continue;
        vb_buf_c(p->out, "  tab ");
        vb_text_mask_line(p->out, c->axis);
        vb_buf_c(p->out, ": ");
        vb_text_mask_line(p->out, c->label);
        vb_buf_c(p->out, c->explicit_ ? "\n" : " (the first one)\n");
    }
}

static void
put_place(const pen *p, const vb_step *step, const vb_plan *plan)
{
    const char *file = step->loc.file;

    vb_buf_c(p->out, vb_style_on(p->color, VB_STYLE_DIM));
    if (file && strcmp(file, plan->doc->sources.at[0]->path) != 0) {
        vb_text_mask_line(p->out, vb_path_base(vb_str_c(file)));
        vb_buf_ch(p->out, ':');
    } else {
        vb_buf_c(p->out, "line ");
    }
    vb_buf_fmt(p->out, "%u", step->loc.line);
    vb_buf_c(p->out, vb_style_off(p->color, VB_STYLE_DIM));
}

static void
put_flags(const pen *p, const vb_step *step)
{
    if (step->destructive) {
        vb_buf_ch(p->out, ' ');
        put_styled(p, VB_STYLE_RED, "destructive");
    }
    if (step->optional) {
        vb_buf_ch(p->out, ' ');
        put_styled(p, VB_STYLE_YELLOW,
                   step->chosen ? "optional, chosen" : "optional, not run");
    }
    if (step->background) {
        vb_buf_ch(p->out, ' ');
        put_styled(p, VB_STYLE_MAGENTA, "background");
    }
    if (step->foreign.len) {
        vb_buf_c(p->out, vb_style_on(p->color, VB_STYLE_RED));
        vb_buf_c(p->out, " for the inside of ");
        vb_text_mask_line(p->out, step->foreign);
        vb_buf_c(p->out, vb_style_off(p->color, VB_STYLE_RED));
    }
}

static void
put_names(const pen *p, const char *label, const vb_str *names, size_t n)
{
    if (n == 0)
        return;
    vb_buf_fmt(p->out, "%s", label);
    for (size_t i = 0; i < n; i++) {
        vb_buf_c(p->out, i ? ", " : " ");
        vb_text_mask_line(p->out, names[i]);
    }
}

static void
put_body(const pen *p, vb_str text, const char *margin, vb_style style)
{
    vb_str line;

    while (vb_str_line(&text, &line)) {
        vb_buf_c(p->out, margin);
        vb_buf_c(p->out, vb_style_on(p->color, style));
        vb_text_mask_line(p->out, line);
        vb_buf_c(p->out, vb_style_off(p->color, style));
        vb_buf_ch(p->out, '\n');
    }
}

static void
put_short_body(const pen *p, const vb_step *step)
{
    size_t lines = vb_str_lines(step->body);

    if (step->kind == VB_KIND_FILE) {
        vb_buf_c(p->out, "       write ");
        vb_styled(p->out, p->color, VB_STYLE_BOLD, step->name);
        vb_buf_fmt(p->out, " (%zu lines)\n", lines);
        return;
    }
    vb_buf_c(p->out, step->kind == VB_KIND_COMMAND ? "       $ " : "       ");
    put_fit(p, VB_STYLE_BOLD, first_line(step->body), 20);
    if (lines > 1)
        vb_buf_fmt(p->out, " +%zu line%s", lines - 1, lines == 2 ? "" : "s");
    vb_buf_ch(p->out, '\n');
}

static const char *
manner_words(const vb_expectation *e)
{
    switch (e->manner) {
    case VB_MANNER_EXACT:
        return "prints exactly";
    case VB_MANNER_SUBSET:
        return "prints at least";
    case VB_MANNER_REGEX:
        return "prints text matching";
    case VB_MANNER_CONTAINS:
        return "prints text with";
    case VB_MANNER_READER:
        break;
    }
    return e->when == VB_WHEN_EVENTUALLY ? "prints in the end" : "prints";
}

static void
put_expects(const pen *p, const vb_step *step, bool full)
{
    for (size_t i = 0; i < step->expects.len; i++) {
        const vb_expectation *e = &step->expects.at[i];
        size_t lines = vb_str_lines(e->text);

        vb_buf_c(p->out, "       → ");
        put_styled(p, VB_STYLE_GREEN, manner_words(e));
        vb_buf_ch(p->out, ' ');
        if (full) {
            vb_buf_ch(p->out, '\n');
            put_body(p, e->text, "         ", VB_STYLE_DIM);
            continue;
        }
        put_fit(p, VB_STYLE_DIM, first_line(e->text), 34);
        if (lines > 1)
            vb_buf_fmt(p->out, " +%zu line%s", lines - 1,
                       lines == 2 ? "" : "s");
        vb_buf_ch(p->out, '\n');
    }
}

/* The id, its place and what is special about it. On a terminal the id gives
 * way where the line would be broken in the middle of a word; what is piped
 * stays complete. */
static void
put_title(const pen *p, const vb_plan *plan, const vb_step *step, size_t used)
{
    enum { ID_MIN = 16 };
    vb_buf rest;
    pen plain = {&rest, false, p->columns};

    if (p->color) {
        vb_buf_init(&rest, VB_BUF_NO_MAX);
        put_place(&plain, step, plan);
        put_flags(&plain, step);
        used += vb_text_width(vb_buf_view(&rest)) + 2;
        vb_cli_shorten(p->out, step->id,
                       p->columns > used + ID_MIN ? p->columns - used : ID_MIN);
        vb_buf_release(&rest);
    } else {
        vb_text_mask_line(p->out, step->id);
    }
    vb_buf_c(p->out, "  ");
    put_place(p, step, plan);
    put_flags(p, step);
    vb_buf_ch(p->out, '\n');
}

static void
put_step(const pen *p, const vb_plan *plan, size_t index, bool full)
{
    static const char *const kinds[] = {"", "run", "file", "", "manual", ""};
    const vb_step *step = &plan->steps.at[index];

    vb_buf_fmt(p->out, "  %3zu  ", index + 1);
    put_styled(p,
               step->kind == VB_KIND_MANUAL ? VB_STYLE_YELLOW : VB_STYLE_BLUE,
               kinds[step->kind]);
    vb_buf_ch(p->out, ' ');
    put_title(p, plan, step, 8 + strlen(kinds[step->kind]));
    if (full && step->kind != VB_KIND_MANUAL) {
        if (step->kind == VB_KIND_FILE)
            put_short_body(p, step);
        put_body(p, step->body, "       | ", VB_STYLE_NONE);
    } else if (step->kind == VB_KIND_MANUAL) {
        put_body(p, step->body, "       ", VB_STYLE_NONE);
    } else {
        put_short_body(p, step);
    }
    if (step->uses.len || step->sets.len) {
        vb_buf_c(p->out, vb_style_on(p->color, VB_STYLE_DIM));
        vb_buf_c(p->out, "      ");
        put_names(p, " uses", step->uses.at, step->uses.len);
        put_names(p, step->uses.len ? "; sets" : " sets", step->sets.at,
                  step->sets.len);
        vb_buf_c(p->out, vb_style_off(p->color, VB_STYLE_DIM));
        vb_buf_ch(p->out, '\n');
    }
    put_expects(p, step, full);
}

static void
put_phase(const pen *p, const vb_plan *plan, vb_phase phase, bool full)
{
    uint32_t heading = VB_NONE;

    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];
        const vb_reading *reading = &plan->readings.at[step->reading];
        uint32_t above = plan->doc->blocks.at[reading->block].heading;

        if (step->phase != phase)
            continue;
        if (above != heading && above != VB_NONE) {
            vb_buf_ch(p->out, '\n');
            vb_styled(p->out, p->color, VB_STYLE_BOLD,
                      plan->doc->blocks.at[above].text);
            vb_buf_ch(p->out, '\n');
        }
        heading = above;
        put_step(p, plan, i, full);
    }
}

static void
put_inputs(const pen *p, const vb_plan *plan)
{
    bool first = true;

    for (size_t i = 0; i < plan->inputs.len; i++) {
        const vb_input *in = &plan->inputs.at[i];

        if (vb_plan_carry(plan, in->name))
            continue;
        if (first) {
            vb_buf_c(p->out, "\n");
            put_styled(p, VB_STYLE_BOLD, "needed and never set");
            vb_buf_c(p->out, " (--set NAME=VALUE)\n");
        }
        first = false;
        vb_buf_c(p->out, "  ");
        vb_styled(p->out, p->color, VB_STYLE_YELLOW, in->name);
        if (in->placeholder) {
            vb_buf_c(p->out, " for ");
            vb_text_mask_line(p->out, in->spelled);
        }
        if (in->loc.file) {
            vb_buf_c(p->out, "  ");
            vb_text_mask_line(p->out, vb_path_base(vb_str_c(in->loc.file)));
            vb_buf_fmt(p->out, ":%u", in->loc.line);
        }
        if (in->secret)
            vb_buf_c(p->out, "  secret");
        if (in->has_fallback) {
            vb_buf_c(p->out, "  default ");
            vb_text_mask_line(p->out, in->fallback);
        }
        if (in->description.len) {
            vb_buf_c(p->out, "  ");
            vb_text_mask_line(p->out, in->description);
        }
        vb_buf_ch(p->out, '\n');
    }
}

static void
put_line_of(const pen *p, const vb_plan *plan, vb_loc loc)
{
    if (loc.file && strcmp(loc.file, plan->doc->sources.at[0]->path) != 0) {
        vb_text_mask_line(p->out, vb_path_base(vb_str_c(loc.file)));
        vb_buf_ch(p->out, ':');
    }
    vb_buf_fmt(p->out, "%u", loc.line);
}

static void
put_links(const pen *p, const vb_plan *plan)
{
    if (plan->links.len == 0)
        return;
    vb_buf_c(p->out, "\n");
    put_styled(p, VB_STYLE_BOLD, "taken from outputs");
    vb_buf_c(p->out, " (--set gives another value)\n");
    for (size_t i = 0; i < plan->links.len; i++) {
        const vb_carry *link = &plan->links.at[i];
        const char *mark = " -> line ";

        vb_buf_c(p->out, "  ");
        vb_styled(p->out, p->color, VB_STYLE_YELLOW, link->name);
        vb_buf_c(p->out, "  ");
        put_fit(p, VB_STYLE_CYAN, link->text, 40);
        vb_buf_fmt(p->out, "  %s of line ", link->cls);
        put_line_of(p, plan, link->loc);
        for (uint32_t s = link->first; s < plan->steps.len; s++) {
            vb_loc loc;

            if (!vb_step_takes(plan, s, link, &loc))
                continue;
            vb_buf_c(p->out, mark);
            put_line_of(p, plan, loc);
            mark = ", ";
        }
        vb_buf_ch(p->out, '\n');
    }
}

static void
put_samples(const pen *p, const vb_plan *plan)
{
    if (plan->samples.len == 0)
        return;
    vb_buf_c(p->out, "\n");
    put_styled(p, VB_STYLE_BOLD, "the guide's own values");
    vb_buf_c(p->out, " (--set replaces them)\n");
    for (size_t i = 0; i < plan->samples.len; i++) {
        const vb_sample *s = &plan->samples.at[i];

        vb_buf_c(p->out, "  ");
        vb_text_mask_line(p->out, s->name);
        vb_buf_ch(p->out, '=');
        put_fit(p, VB_STYLE_DIM, s->value, s->name.len + 4);
        vb_buf_ch(p->out, '\n');
    }
}

/* What the reader sees and the plan does nothing with: the code blocks, since
 * nothing may be dropped in silence. */
static void
put_unused(const pen *p, const vb_plan *plan)
{
    bool any = false;

    for (size_t i = 0; i < plan->readings.len; i++) {
        const vb_reading *r = &plan->readings.at[i];
        const vb_block *block = &plan->doc->blocks.at[r->block];

        if (!vb_reading_unused(plan, r))
            continue;
        if (!any) {
            vb_buf_ch(p->out, '\n');
            put_styled(p, VB_STYLE_BOLD, "code that is not used");
            vb_buf_c(p->out, " ('verbatim explain' has the rest)\n");
        }
        any = true;
        vb_buf_c(p->out, "  ");
        vb_text_mask_line(p->out, vb_path_base(vb_str_c(block->loc.file)));
        vb_buf_fmt(p->out, ":%u: ", block->loc.line);
        vb_text_mask_line(p->out, r->why);
        vb_buf_ch(p->out, '\n');
    }
}

static void
put_totals(const pen *p, const vb_plan *plan)
{
    size_t kinds[VB_KIND_TABLE + 1] = {0}, optional = 0, checked = 0;

    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];

        kinds[step->kind]++;
        optional += step->optional && !step->chosen;
        checked += step->expects.len > 0;
    }
    vb_buf_fmt(
        p->out,
        "\n%zu steps: %zu commands, %zu files, %zu for a person; %zu with "
        "a promised output",
        plan->steps.len, kinds[VB_KIND_COMMAND], kinds[VB_KIND_FILE],
        kinds[VB_KIND_MANUAL], checked);
    if (optional)
        vb_buf_fmt(p->out, "; %zu optional, not run", optional);
    if (plan->teardown_steps)
        vb_buf_fmt(p->out, "; %zu in the teardown", plan->teardown_steps);
    if (plan->gaps)
        vb_buf_fmt(p->out, "; %zu missing include%s", plan->gaps,
                   plan->gaps == 1 ? "" : "s");
    vb_buf_ch(p->out, '\n');
}

void
vb_plan_text(const vb_plan *plan, const vb_plan_text_opts *opts, vb_buf *out)
{
    pen p = {out, opts->color, opts->columns};

    put_header(&p, plan);
    put_phase(&p, plan, VB_PHASE_MAIN, opts->full);
    if (plan->teardown_steps) {
        vb_buf_c(out, "\n");
        put_styled(&p, VB_STYLE_RED, "teardown");
        vb_buf_c(out, " (runs last, and only with --teardown)\n");
        put_phase(&p, plan, VB_PHASE_TEARDOWN, opts->full);
    }
    put_inputs(&p, plan);
    put_links(&p, plan);
    put_samples(&p, plan);
    put_unused(&p, plan);
    put_totals(&p, plan);
}

static void
put_reading(const pen *p, const vb_plan *plan, const vb_reading *r)
{
    static const vb_style styles[] = {
        [VB_KIND_IGNORE] = VB_STYLE_DIM,    [VB_KIND_COMMAND] = VB_STYLE_BLUE,
        [VB_KIND_FILE] = VB_STYLE_CYAN,     [VB_KIND_EXPECT] = VB_STYLE_GREEN,
        [VB_KIND_MANUAL] = VB_STYLE_YELLOW, [VB_KIND_TABLE] = VB_STYLE_MAGENTA,
    };
    const vb_block *block = &plan->doc->blocks.at[r->block];
    const char *kind = vb_kind_name(r->kind);

    vb_text_mask_line(p->out, vb_str_c(block->loc.file));
    vb_buf_fmt(p->out, ":%u: ", block->loc.line);
    put_styled(p, styles[r->kind], kind);
    if (r->name.len) {
        vb_buf_ch(p->out, ' ');
        vb_styled(p->out, p->color, VB_STYLE_BOLD, r->name);
    }
    if (r->phase == VB_PHASE_TEARDOWN)
        put_styled(p, VB_STYLE_RED, " teardown");
    if (r->optional)
        put_styled(p, VB_STYLE_YELLOW, " optional");
    if (r->inline_output)
        put_styled(p, VB_STYLE_GREEN, " with its output");
    if (!r->selected)
        put_styled(p, VB_STYLE_DIM, " (not on this path)");
    vb_buf_c(p->out, "\n    ");
    vb_text_mask_line(p->out, r->why);
    if (r->why_optional.len) {
        vb_buf_c(p->out, "; optional: ");
        vb_text_mask_line(p->out, r->why_optional);
    }
    vb_buf_c(p->out, "\n    | ");
    put_fit(p, VB_STYLE_DIM,
            block->kind == VB_BLOCK_CODE
                ? first_line(block->text)
                : vb_source_line(plan->doc->sources.at[block->source],
                                 block->loc.line),
            6);
    vb_buf_ch(p->out, '\n');
}

void
vb_explain_text(const vb_plan *plan, const vb_plan_text_opts *opts, vb_buf *out)
{
    pen p = {out, opts->color, opts->columns};
    size_t kinds[VB_KIND_TABLE + 1] = {0};

    for (size_t i = 0; i < plan->readings.len; i++) {
        put_reading(&p, plan, &plan->readings.at[i]);
        kinds[plan->readings.at[i].kind]++;
    }
    vb_buf_fmt(out,
               "\n%zu blocks: %zu commands, %zu outputs, %zu files, %zu for a "
               "person, %zu tables, %zu not used\n",
               plan->readings.len, kinds[VB_KIND_COMMAND],
               kinds[VB_KIND_EXPECT], kinds[VB_KIND_FILE],
               kinds[VB_KIND_MANUAL], kinds[VB_KIND_TABLE],
               kinds[VB_KIND_IGNORE]);
}
