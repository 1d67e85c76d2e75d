/* One step of the HTML report: the guide's words and what happened. */
#include "report/html.h"

#include "base/clock.h"
#include "report/line_words.h"

#include <string.h>

#include "base/banned.h"

static void
summary(vb_buf *out, const vb_step_view *step)
{
    const vb_step_ref *ref = step->ref;
    size_t index = step->index + 1;
    bool open = vb_step_bad(ref);

    vb_buf_fmt(out, "<details class=\"step%s\" id=\"s%zu\" data-v=\"%s\"%s>",
               ref->replaced ? " old" : "", index,
               ref->replaced ? "replaced" : vb_h_class(ref),
               open ? " open" : "");
    vb_buf_fmt(out, "<summary><span class=\"num\">%zu</span>", index);
    vb_h_verdict(out, vb_h_class(ref), vb_step_word(ref));
    vb_h(out, "<h3>");
    vb_h_text(out, ref->title.len ? ref->title : ref->id);
    vb_h(out, "</h3><span class=\"meta\">");
    if (vb_str_eqc(ref->phase, "teardown"))
        vb_h(out, "teardown &middot; ");
    if (ref->destructive)
        vb_h(out, "destructive &middot; ");
    if (step->attempts_made > 1)
        vb_buf_fmt(out, "%u attempts &middot; ", step->attempts_made);
    if (!ref->skipped)
        vb_h(out, vb_clock_span(ref->duration_ns).text);
    if (ref->simulated_ms)
        vb_buf_fmt(out, " + %s simulated",
                   vb_clock_span(ref->simulated_ms * 1000000).text);
    vb_h(out, "</span></summary>\n");
}

/* ---------------------------------------------------------- the guide's side
 * -- */

static void
code(vb_buf *out, const char *caption, vb_str right, vb_str text)
{
    vb_h(out, "<figure><figcaption><span>");
    vb_h(out, caption);
    vb_h(out, "</span><span class=\"mono\">");
    vb_h_text(out, right);
    vb_h(out, "</span></figcaption><pre tabindex=\"0\">");
    vb_h_text(out, vb_str_rtrim(text));
    vb_h(out, "</pre></figure>\n");
}

static vb_str
place(vb_arena *arena, vb_str file, uint32_t line, uint32_t end)
{
    if (file.len == 0 || line == 0)
        return file;
    return end > line ? vb_str_fmt(arena, "%.*s:%u\xe2\x80\x93%u", VB_ARG(file),
                                   line, end)
                      : vb_str_fmt(arena, "%.*s:%u", VB_ARG(file), line);
}

static void
guide(vb_buf *out, const vb_step_view *step)
{
    if (step->headings.len == 0 && step->lead.len == 0 &&
        step->source.len == 0 && step->expects.len == 0)
        return; /* a skip: the record has no words of the guide */
    vb_h(out, "<section><h4>The guide says</h4>\n");
    if (step->headings.len) {
        vb_h(out, "<p class=\"path\">");
        for (size_t i = 0; i < step->headings.len; i++) {
            vb_h(out, i ? " &rsaquo; " : "");
            vb_h_text(out, step->headings.at[i]);
        }
        vb_h(out, "</p>\n");
    }
    if (step->lead.len) {
        vb_h(out, "<p class=\"lead\">");
        vb_h_text(out, step->lead);
        vb_h(out, "</p>\n");
    }
    if (step->source.len)
        code(out, step->name.len ? "Write this file" : "Run this",
             place(step->arena, step->file, step->line, step->end_line),
             step->source);
    for (size_t i = 0; i < step->expects.len; i++)
        code(out, "Expect this output",
             place(step->arena, step->file, step->expects.at[i].line, 0),
             step->expects.at[i].text);
    vb_h(out, "</section>\n");
}

/* --------------------------------------------------------- what happened -- */

static void
pieces(vb_buf *out, const vb_out_piece *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool err = at[i].stream == VB_STREAM_ERR;

        vb_h(out, err ? "<span class=\"e\">" : "");
        vb_h_output(out, at[i].bytes);
        vb_h(out, err ? "</span>" : "");
    }
}

/* Whether a comparison shows the output already. */
static bool
is_shown(const vb_step_view *step)
{
    return step->compares.len == 1 && step->compares.at[0].lines.len &&
           !step->compares.at[0].left_out;
}

static void
output(vb_buf *out, const vb_step_view *step)
{
    bool shown = is_shown(step);

    if (step->out_bytes == 0) {
        if (!step->manual && !step->ref->skipped && !step->written.len)
            vb_h(out, "<p class=\"none\">It printed nothing.</p>\n");
        return;
    }
    if (shown)
        vb_h(out, "<details class=\"plain\"><summary>The output as it was "
                  "printed</summary>\n");
    vb_buf_fmt(out,
               "<figure><figcaption><span>It printed</span><span>%ju bytes"
               "</span></figcaption><pre class=\"wrapped\" tabindex=\"0\">",
               (uintmax_t)step->out_bytes);
    pieces(out, step->head.at, step->head.len);
    if (step->left_out)
        vb_buf_fmt(out,
                   "<span class=\"gap\">%ju bytes are left out here; the "
                   "transcript has them</span>",
                   (uintmax_t)step->left_out);
    pieces(out, step->tail.at, step->tail.len);
    vb_h(out, "</pre></figure>\n");
    vb_h(out, shown ? "</details>\n" : "");
}

/* A line beside its partner, with what differs set apart. */
static void
cell(vb_buf *out, vb_str line, vb_str other, const char *class)
{
    vb_line_word word;
    vb_line_split mine = vb_line_words(line), theirs = vb_line_words(other);
    bool aligned = class && mine.count == theirs.count;

    vb_h(out, "<td class=\"mono\">");
    while (vb_line_next(&mine, &word)) {
        vb_line_word partner = {0};
        bool same;

        (void)!vb_line_next(&theirs, &partner);
        same = !aligned || vb_str_eq(word.text, partner.text);
        vb_h_text(out, word.space);
        if (!same)
            vb_buf_fmt(out, "<span class=\"%s\">", class);
        vb_h_output(out, word.text);
        vb_h(out, same ? "" : "</span>");
    }
    vb_h(out, "</td>");
}

static void
diff_line(vb_buf *out, const vb_line_ref *line)
{
    bool both = line->e && line->a;
    const char *mark = vb_str_eqc(line->kind, "varied")    ? "vol"
                       : vb_str_eqc(line->kind, "changed") ? "chg"
                                                           : NULL;

    vb_h(out, "<tr class=\"");
    vb_h_text(out, line->kind);
    vb_h(out, "\"><td class=\"l\">");
    if (line->e)
        vb_buf_fmt(out, "%u", line->e);
    vb_h(out, "</td>");
    cell(out, line->expected, line->actual, both ? mark : NULL);
    vb_h(out, "<td class=\"l\">");
    if (line->a)
        vb_buf_fmt(out, "%u", line->a);
    vb_h(out, "</td>");
    cell(out, line->actual, line->expected, both ? mark : NULL);
    vb_h(out, "</tr>\n");
    if (line->note.len && mark && *mark == 'c') {
        vb_h(out, "<tr class=\"note\"><td class=\"l\"></td><td colspan=\"3\">");
        vb_h_text(out, line->note);
        vb_h(out, "</td></tr>\n");
    }
}

static void
compare(vb_buf *out, const vb_compare_ref *c)
{
    vb_h(out, "<p class=\"say\">");
    vb_h_verdict(out,
                 c->match   ? "pass"
                 : c->fault ? "unverified"
                            : "differs",
                 c->match   ? "as promised"
                 : c->fault ? "no statement"
                            : "differs");
    vb_h(out, " ");
    vb_h_text(out, c->summary);
    vb_h(out, "</p>\n");
    if (c->lines.len == 0)
        return;
    vb_h(out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
              "aria-label=\"The guide's output beside the real one\">"
              "<table class=\"diff\"><thead><tr><th scope=\"col\">Line</th>"
              "<th scope=\"col\">The guide promises</th><th scope=\"col\">Line"
              "</th><th scope=\"col\">It printed</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < c->lines.len; i++)
        diff_line(out, &c->lines.at[i]);
    vb_h(out, "</tbody></table></div>\n");
    if (c->left_out)
        vb_buf_fmt(out, "<p class=\"none\">%ju more lines.</p>\n",
                   (uintmax_t)c->left_out);
}

static void
commands(vb_buf *out, const vb_step_view *step)
{
    if (step->commands.len < 2)
        return;
    vb_buf_fmt(out,
               "<details class=\"more facts tight\"><summary>%zu commands, one "
               "by one</summary><table><thead><tr><th scope=\"col\">Line</th>"
               "<th scope=\"col\">Command</th><th scope=\"col\">Status</th>"
               "<th scope=\"col\">Took</th></tr></thead><tbody>\n",
               step->commands.len + step->commands_left);
    for (size_t i = 0; i < step->commands.len; i++) {
        const vb_command_ref *c = &step->commands.at[i];

        vb_buf_fmt(out, "<tr><td>%u</td><td><code>", c->line);
        vb_h_text(out, c->text);
        vb_h(out, "</code></td><td>");
        if (c->known)
            vb_buf_fmt(out, "%d", c->status);
        else
            vb_h(out, "unknown");
        vb_buf_fmt(out, "</td><td>%s</td></tr>\n",
                   vb_clock_span(c->duration_ns).text);
    }
    vb_h(out, "</tbody></table></details>\n");
}

static void
calls(vb_buf *out, const vb_step_view *step)
{
    if (step->calls.len == 0)
        return;
    vb_buf_fmt(out,
               "<details class=\"more facts tight\"><summary>%zu answers of "
               "the simulated cloud</summary><table><thead><tr>"
               "<th scope=\"col\">Call</th><th scope=\"col\">Status</th>"
               "<th scope=\"col\">Rule</th></tr></thead><tbody>\n",
               step->calls.len + step->calls_left);
    for (size_t i = 0; i < step->calls.len; i++) {
        const vb_call_ref *c = &step->calls.at[i];

        vb_h(out, "<tr><td><code>");
        vb_h_text(out, c->command);
        vb_buf_fmt(out, "</code></td><td>%d</td><td>", c->status);
        vb_h_text(out, c->rule);
        vb_h(out, c->why.len ? ": " : "");
        vb_h_text(out, c->why);
        vb_h(out, "</td></tr>\n");
    }
    vb_h(out, "</tbody></table></details>\n");
}

/* A comparison may say the same in its own words. */
static bool
is_said(const vb_step_view *step)
{
    for (size_t i = 0; i < step->compares.len; i++)
        if (vb_str_eq(step->compares.at[i].summary, step->ref->why))
            return true;
    return false;
}

static void
said(vb_buf *out, const vb_step_view *step)
{
    if (step->ref->why.len && !is_said(step)) {
        vb_h(out, "<p class=\"say\">");
        vb_h_text(out, step->ref->why);
        vb_h(out, "</p>\n");
    }
    if (step->manual) {
        vb_h(out, "<p class=\"say\">");
        vb_h(out, step->manual_done ? "Done by " : "Not done: ");
        vb_h_text(out, step->manual_done ? step->manual_by : step->manual_how);
        if (step->manual_remark.len) {
            vb_h(out, ", who said: ");
            vb_h_text(out, step->manual_remark);
        }
        vb_h(out, "</p>\n");
    }
    if (step->written.len) {
        vb_h(out, "<p class=\"say\">Wrote <code>");
        vb_h_text(out, step->written);
        vb_buf_fmt(out, "</code>, %ju bytes.</p>\n",
                   (uintmax_t)step->written_bytes);
    }
}

static void
happened(vb_buf *out, const vb_step_view *step)
{
    vb_h(out, "<section><h4>What happened</h4>\n");
    said(out, step);
    if (step->body.len)
        code(out, "With this run's values", (vb_str){0}, step->body);
    for (size_t i = 0; i < step->compares.len; i++)
        compare(out, &step->compares.at[i]);
    output(out, step);
    for (size_t i = 0; i < step->attempts.len; i++) {
        vb_buf_fmt(out, "<p class=\"none\">Attempt %zu: ", i + 1);
        vb_h_text(out, step->attempts.at[i].value);
        vb_h(out, "</p>\n");
    }
    for (size_t i = 0; i < step->notes.len; i++) {
        vb_h(out, "<p class=\"say\">");
        vb_h_text(out, step->notes.at[i].value);
        vb_h(out, "</p>\n");
    }
    commands(out, step);
    calls(out, step);
    vb_h(out, "</section>\n");
}

/* A heading of the guide over the steps below it. */
static void
group(vb_html *page, const vb_step_view *step)
{
    vb_buf *out = &page->out->buf;
    size_t n = step->headings.len;
    vb_str before = vb_buf_view(&page->group);
    vb_str heading = n ? step->headings.at[n - 1] : before;

    if (vb_str_eqc(step->ref->phase, "teardown"))
        heading = VB_STR("Teardown");
    if (heading.len == 0 || vb_str_eq(heading, before))
        return;
    vb_buf_clear(&page->group);
    vb_buf_str(&page->group, heading);
    vb_h(out, "<h2 class=\"group\">");
    vb_h_text(out, heading);
    vb_h(out, "</h2>\n");
}

bool
vb_html_step(void *user, const vb_run *run, const vb_step_view *step,
             vb_error *err)
{
    vb_html *page = user;
    vb_buf *out = &page->out->buf;

    (void)run;
    group(page, step);
    summary(out, step);
    vb_h(out, "<div class=\"two\">\n");
    guide(out, step);
    happened(out, step);
    vb_h(out, "</div></details>\n");
    return vb_out_flush(page->out, false, err);
}
