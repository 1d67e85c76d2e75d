/* The report as a comment on a pull request. */
#include "report/out.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#include "base/banned.h"

enum { SHOWN = 4000 };

void
vb_md_words(vb_buf *out, vb_str s)
{
    vb_buf masked;

    vb_buf_init(&masked, VB_BUF_NO_MAX);
    vb_text_mask_line(&masked, s);
    for (size_t i = 0; i < masked.len; i++) {
        char c = masked.ptr[i];

        if (c == '<')
            vb_buf_c(out, "&lt;");
        else if (c == '@')
            vb_buf_c(out, "&#64;"); /* notifies nobody */
        else {
            if (strchr("\\`*_{}[]()#+!|~>&", c))
                vb_buf_ch(out, '\\');
            vb_buf_ch(out, c);
        }
    }
    vb_buf_release(&masked);
}

/* A fence longer than any run of backticks inside. */
static void
fence(vb_buf *out, const char *lang, vb_str text)
{
    size_t run = 0, longest = 2;
    vb_buf masked;

    text = vb_str_rtrim(text);
    for (size_t i = 0; i < text.len; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    vb_buf_init(&masked, VB_BUF_NO_MAX);
    vb_text_mask(&masked, vb_str_sub(text, 0, SHOWN));
    vb_buf_fill(out, '`', longest + 1);
    vb_buf_fmt(out, "%s\n", lang);
    vb_buf_str(out, vb_buf_view(&masked));
    vb_buf_c(out, text.len > SHOWN ? "\n...\n" : "\n");
    vb_buf_fill(out, '`', longest + 1);
    vb_buf_c(out, "\n\n");
    vb_buf_release(&masked);
}

static void
head(vb_buf *out, const vb_run *run)
{
    bool good = vb_str_eqc(run->verdict, "passed");

    vb_buf_fmt(out, "### %s ", good ? ":white_check_mark:" : ":x:");
    vb_md_words(out, run->title.len ? run->title : run->document);
    vb_buf_c(out, ": ");
    vb_md_words(out, run->verdict);
    vb_buf_c(out, "\n\n");
    if (run->rehearsal)
        vb_buf_c(out, "> **Rehearsal**: a simulated cloud answered, nothing "
                      "real was touched.\n\n");
    if (!run->check.intact) {
        vb_buf_c(out, "> **The record was changed.** ");
        vb_md_words(out, run->fault);
        vb_buf_c(out, "\n\n");
    }
    if (run->reason.len) {
        vb_md_words(out, run->reason);
        vb_buf_c(out, "\n\n");
    }
    vb_buf_c(out, "| steps |");
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        if (run->counts[v])
            vb_buf_fmt(out, " %s |", vb_verdict_name((vb_verdict)v));
    vb_buf_c(out, " outputs compared | took | record |\n| --- |");
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        if (run->counts[v])
            vb_buf_c(out, " --- |");
    vb_buf_fmt(out, " --- | --- | --- |\n| %zu |", run->total);
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        if (run->counts[v])
            vb_buf_fmt(out, " %zu |", run->counts[v]);
    vb_buf_fmt(out, " %zu of %zu | %s | %s `%.12s` |\n\n",
               run->coverage.expects_checked, run->coverage.expects,
               vb_clock_span(run->duration_ns).text, vb_record_word(run),
               run->check.head.hex);
}

static void
difference(vb_buf *out, const vb_compare_ref *c)
{
    vb_buf text;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    for (size_t i = 0; i < c->lines.len; i++) {
        const vb_line_ref *line = &c->lines.at[i];
        bool changed = vb_str_eqc(line->kind, "changed");

        if (changed || vb_str_eqc(line->kind, "missing"))
            vb_buf_fmt(&text, "-%.*s\n", VB_ARG(line->expected));
        if (changed || vb_str_eqc(line->kind, "extra"))
            vb_buf_fmt(&text, "+%.*s\n", VB_ARG(line->actual));
    }
    fence(out, "diff", vb_buf_view(&text));
    vb_buf_release(&text);
}

static bool
step(void *user, const vb_run *run, const vb_step_view *view, vb_error *err)
{
    vb_out *out = user;
    vb_buf *buf = &out->buf;
    vb_arena scratch = {0};
    bool compared = false;

    (void)run;
    if (!vb_step_bad(view->ref))
        return true;
    vb_buf_fmt(buf, "#### %zu. ", view->index + 1);
    vb_md_words(buf, view->ref->title.len ? view->ref->title : view->ref->id);
    vb_buf_fmt(buf, ": %s\n\n", vb_step_word(view->ref));
    vb_md_words(buf, view->ref->why);
    if (view->file.len) {
        vb_buf_c(buf, " (");
        vb_md_words(buf, view->file);
        vb_buf_fmt(buf, ":%u)",
                   view->failed_line ? view->failed_line : view->line);
    }
    vb_buf_c(buf, "\n\n");
    for (size_t i = 0; i < view->compares.len; i++) {
        compared = compared || !view->compares.at[i].match;
        if (!view->compares.at[i].match)
            difference(buf, &view->compares.at[i]);
    }
    if (!compared && view->out_bytes)
        fence(buf, "",
              vb_text_strip_ansi(&scratch, vb_step_output(view, &scratch)));
    vb_arena_release(&scratch);
    return vb_out_flush(out, false, err);
}

bool
vb_report_markdown(vb_out *out, const vb_run *run, vb_error *err)
{
    const vb_coverage *c = &run->coverage;

    head(&out->buf, run);
    if (!vb_run_steps(out->path, run, step, out, err))
        return false;
    if (run->coverage.blocks)
        vb_buf_fmt(&out->buf,
                   "<sub>%zu of %zu commands and files ran, %zu of %zu "
                   "outputs were compared, %zu of %zu manual steps were done; "
                   "%zu blocks are for other readers.</sub>\n",
                   c->commands_run, c->commands, c->expects_checked, c->expects,
                   c->manual_done, c->manual, c->other);
    return true;
}
