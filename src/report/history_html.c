/* The history of a guide as charts: its runs, and a line of squares for each
 * of its steps. */
#include "report/history_write.h"

#include "base/clock.h"
#include "report/html.h"

#include "base/banned.h"

enum { SIDE = 12, PITCH = 15, TALL = 72 };

static const char *
class_of(vb_str verdict)
{
    static const char *const known[] = {
        "pass",    "unverified", "differs",     "failed",
        "timeout", "skipped",    "interrupted", "unfinished",
    };
    size_t i = vb_str_index(verdict, known, VB_COUNT(known));

    if (i != VB_NPOS)
        return known[i];
    return vb_str_eqc(verdict, "passed")       ? "pass"
           : vb_str_eqc(verdict, "incomplete") ? "unfinished"
                                               : "interrupted";
}

/* A bar for each run: as tall as it took long, in the colour of its verdict. */
static void
runs_chart(vb_buf *out, const vb_history *h)
{
    int64_t longest = 1;

    for (size_t i = 0; i < h->runs.len; i++)
        if (h->runs.at[i].took_ns > longest)
            longest = h->runs.at[i].took_ns;
    vb_buf_fmt(out,
               "<figure class=\"past\"><svg role=\"img\" aria-label=\"The last "
               "%zu runs: how long each took, coloured by verdict\" "
               "width=\"%zu\" height=\"%d\">",
               h->runs.len, h->runs.len * PITCH, TALL);
    for (size_t i = 0; i < h->runs.len; i++) {
        const vb_history_run *run = &h->runs.at[i];
        int64_t tall = run->took_ns > 0
                           ? run->took_ns / (longest / (TALL - 4) + 1) + 4
                           : 4;

        vb_buf_fmt(out,
                   "<rect class=\"b-%s\" x=\"%zu\" y=\"%jd\" width=\"%d\" "
                   "height=\"%jd\" rx=\"2\"><title>",
                   class_of(run->verdict), i * PITCH, (intmax_t)(TALL - tall),
                   SIDE, (intmax_t)tall);
        vb_h_text(out, vb_str_sub(run->started, 0, 10));
        vb_h(out, " ");
        vb_h_text(out, vb_str_sub(run->started, 11, 5));
        vb_h(out, run->rehearsal ? ", rehearsal, " : ", live, ");
        if (run->provider.len) {
            vb_h_text(out, run->provider);
            vb_h(out, ", ");
        }
        vb_h_text(out, run->verdict);
        vb_buf_fmt(out, ", %s</title></rect>",
                   vb_clock_span(run->took_ns).text);
    }
    vb_h(out, "</svg><figcaption>how long each run took; the newest on the "
              "right</figcaption></figure>\n");
}

static void
squares(vb_buf *out, const vb_history *h, const vb_history_step *step)
{
    vb_buf_fmt(out,
               "<svg role=\"img\" aria-label=\"%zu good and %zu bad runs\" "
               "width=\"%zu\" height=\"%d\">",
               step->good, step->bad, h->runs.len * PITCH, SIDE);
    for (size_t i = 0; i < h->runs.len; i++) {
        const vb_history_point *point = &step->points[i];

        if (point->verdict.len == 0)
            continue;
        vb_buf_fmt(out,
                   "<rect class=\"b-%s\" x=\"%zu\" width=\"%d\" height=\"%d\" "
                   "rx=\"2\"><title>",
                   class_of(point->verdict), i * PITCH, SIDE, SIDE);
        vb_h_text(out, vb_str_sub(h->runs.at[i].started, 0, 10));
        vb_h(out, ": ");
        vb_h_text(out, point->verdict);
        vb_buf_fmt(out, ", %s</title></rect>",
                   vb_clock_span(point->took_ns).text);
    }
    vb_h(out, "</svg>");
}

static bool
step_row(void *user, const vb_history_step *step, vb_error *err)
{
    vb_history_page *p = user;
    vb_buf *out = &p->out.buf;
    vb_arena scratch = {0};
    vb_str words = vb_history_words(step, &scratch);

    vb_h(out, "<tr><td>");
    vb_h_text(out, step->title.len ? step->title : step->id);
    vb_h(out, "<small class=\"mono\">");
    vb_h_text(out, step->id);
    vb_h(out, "</small></td><td>");
    squares(out, p->history, step);
    vb_h(out, "</td><td>");
    vb_h_verdict(out, class_of(step->now), vb_str_dup(&scratch, step->now));
    vb_buf_fmt(out, "</td><td class=\"d\">%s</td><td>",
               vb_str_eqc(step->now, "skipped")
                   ? ""
                   : vb_clock_span(step->took_ns).text);
    vb_h_text(out, words);
    vb_h(out, "</td></tr>\n");
    vb_arena_release(&scratch);
    return vb_out_flush(&p->out, false, err);
}

static bool
section(vb_history_page *p, vb_error *err)
{
    vb_buf *out = &p->out.buf;
    vb_history *h = p->history;

    vb_buf_fmt(out,
               "<section class=\"card\" aria-labelledby=\"past\"><h2 "
               "id=\"past\">Over time<small>%zu run%s of this guide</small>"
               "</h2>\n",
               h->all, h->all == 1 ? "" : "s");
    runs_chart(out, h);
    vb_h(out, "<div class=\"facts past\" tabindex=\"0\" role=\"group\" "
              "aria-label=\"Steps over time\"><table><thead><tr>"
              "<th scope=\"col\">Step</th><th scope=\"col\">Runs</th>"
              "<th scope=\"col\">Now</th><th scope=\"col\">Took</th>"
              "<th scope=\"col\">Worth a look</th></tr></thead><tbody>\n");
    if (!vb_history_steps(h, step_row, p, err))
        return false;
    vb_h(out, "</tbody></table></div></section>\n");
    return true;
}

bool
vb_history_chart(vb_out *out, vb_history *history, vb_error *err)
{
    vb_history_page p = {.history = history, .out = *out};
    bool ok = history->runs.len == 0 || section(&p, err);

    *out = p.out; /* the buffer may have moved */
    return ok;
}

bool
vb_history_html(vb_history_page *page, vb_error *err)
{
    vb_history *h = page->history;
    vb_buf *out = &page->out.buf;
    vb_str title = h->runs.len ? h->runs.at[h->runs.len - 1].title : VB_STR("");

    if (title.len == 0)
        title = h->document;
    vb_h_begin(out, VB_STR("history"), title);
    vb_h(out, "<header class=\"wrap top\"><div class=\"brand\"><span><b>"
              "verbatim</b> history</span><button type=\"button\" "
              "id=\"theme\">Light or dark</button></div>\n<h1>");
    vb_h_text(out, title);
    vb_h(out, "</h1>\n<p class=\"sub\">");
    vb_h_text(out, h->document);
    vb_h(out, "</p></header>\n<main class=\"wrap\">\n");
    if (h->runs.len == 0)
        vb_h(out, "<p>No run of this guide is kept.</p>\n");
    else if (!section(page, err))
        return false;
    vb_h(out, "</main>\n<footer class=\"wrap\"><p>Made from an index of the "
              "runs&#39; transcripts.</p></footer>\n");
    vb_h_end(out);
    return true;
}
