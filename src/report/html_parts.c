/* The parts of the HTML report beside the steps: chart, coverage, evidence. */
#include "report/html.h"

#include "base/clock.h"

#include "base/banned.h"

/* ----------------------------------------------------------------- chart -- */

enum { ROWS_MAX = 80, PER_MILLE = 100000, COLUMNS = 1000 };

typedef struct place {
    int64_t from, width; /* thousandths of a per cent */
} place;

static place
place_of(const vb_run *run, const vb_step_ref *ref, int64_t waited)
{
    int64_t whole = run->last_ns + run->waited_ns;
    int64_t unit = (whole > 0 ? whole : 0) / PER_MILLE + 1;
    int64_t start = ref->start_ns + waited;
    int64_t end = ref->end_ns + waited + ref->simulated_ms * 1000000;
    place p = {start / unit, 0};

    p.width = (end < start ? start : end) / unit - p.from;
    if (p.width < PER_MILLE / 250) /* wide enough to be seen */
        p.width = PER_MILLE / 250;
    if (p.width > PER_MILLE)
        p.width = PER_MILLE;
    if (p.from < 0 || p.from + p.width > PER_MILLE)
        p.from = PER_MILLE - p.width;
    return p;
}

static void
bar(vb_buf *out, const char *class, place p, const char *more)
{
    vb_buf_fmt(out,
               "<rect class=\"b-%s\" x=\"%jd.%03jd%%\" width=\"%jd.%03jd%%\" "
               "%s/>",
               class, (intmax_t)(p.from / 1000), (intmax_t)(p.from % 1000),
               (intmax_t)(p.width / 1000), (intmax_t)(p.width % 1000), more);
}

/* In a rehearsal waiting costs no time; the chart shows it all the same, as
 * the run would have taken it. */
typedef struct chart {
    vb_buf *out;
    const vb_run *run;
    int64_t waited; /* before the step, in nanoseconds */
    size_t i;
    unsigned char worst[COLUMNS]; /* of a strip: index into 'ranks' + 1 */
} chart;

static void
row(void *user, const vb_step_ref *ref)
{
    chart *c = user;
    vb_buf *out = c->out;
    int64_t took = ref->duration_ns + ref->simulated_ms * 1000000;

    vb_buf_fmt(out, "<li><a href=\"#s%zu\"><span class=\"n\">", ++c->i);
    vb_h_text(out, ref->title.len ? ref->title : ref->id);
    vb_h(out, "</span><svg aria-hidden=\"true\">");
    if (!ref->skipped) {
        vb_h(out, "<rect class=\"track\" width=\"100%\" height=\"14\" "
                  "rx=\"4\"/>");
        bar(out, vb_h_class(ref), place_of(c->run, ref, c->waited),
            "height=\"14\" rx=\"4\"");
    }
    vb_buf_fmt(out, "</svg><span class=\"d\">%s</span></a></li>\n",
               ref->skipped ? "skipped" : vb_clock_span(took).text);
    c->waited += ref->simulated_ms * 1000000;
}

/* From the best to the worst: what a column of the strip shows. */
static const char *const ranks[] = {
    "pass",    "unverified", "interrupted", "unfinished",
    "differs", "timeout",    "failed",
};

static void
mark(void *user, const vb_step_ref *ref)
{
    chart *c = user;
    place p = place_of(c->run, ref, c->waited);
    int64_t last = (p.from + p.width - 1) * COLUMNS / PER_MILLE;
    size_t rank =
        vb_str_index(vb_str_c(vb_h_class(ref)), ranks, VB_COUNT(ranks));

    c->waited += ref->simulated_ms * 1000000;
    if (ref->skipped || rank == VB_NPOS)
        return;
    for (int64_t at = p.from * COLUMNS / PER_MILLE; at <= last; at++)
        if (c->worst[at] < rank + 1)
            c->worst[at] = (unsigned char)(rank + 1);
}

static void
strip(chart *c)
{
    const int64_t width = PER_MILLE / COLUMNS;

    vb_h(c->out, "<div class=\"strip\"><svg role=\"img\" aria-label=\"Steps "
                 "over time, coloured by verdict\">"
                 "<rect class=\"track\" width=\"100%\" height=\"44\" "
                 "rx=\"6\"/>");
    for (size_t from = 0, to; from < COLUMNS; from = to) {
        for (to = from + 1; to < COLUMNS && c->worst[to] == c->worst[from];)
            to++;
        if (c->worst[from])
            bar(c->out, ranks[c->worst[from] - 1],
                (place){(int64_t)from * width, (int64_t)(to - from) * width},
                "height=\"44\"");
    }
    vb_h(c->out, "</svg></div>\n");
}

bool
vb_html_chart(vb_buf *out, const vb_run *run, vb_error *err)
{
    chart c = {.out = out, .run = run};
    bool ok;

    if (run->rows == 0)
        return true;
    vb_buf_fmt(
        out,
        "<section class=\"card\" aria-labelledby=\"time\"><h2 "
        "id=\"time\">Time<small>%s%s</small></h2>\n",
        vb_clock_span(run->duration_ns + run->simulated_ms * 1000000).text,
        run->simulated_ms ? ", simulated waiting included" : " in all");
    if (run->rows > ROWS_MAX) {
        ok = vb_run_refs(run, mark, &c, err);
        strip(&c);
    } else {
        vb_h(out, "<ol class=\"gantt\">\n");
        ok = vb_run_refs(run, row, &c, err);
        vb_h(out, "</ol>\n");
    }
    vb_h(out, "</section>\n");
    return ok;
}

/* -------------------------------------------------------------- coverage -- */

void
vb_h_meter(vb_buf *out, const char *what, size_t part, size_t whole)
{
    place p = {0, whole ? (int64_t)part * PER_MILLE / (int64_t)whole : 0};

    if (whole == 0)
        return;
    vb_buf_fmt(out,
               "<div><p><span>%s</span><b>%zu of %zu</b></p>"
               "<svg aria-hidden=\"true\"><rect class=\"track\" width=\"100%%\""
               " height=\"8\" rx=\"4\"/>",
               what, part, whole);
    if (part)
        bar(out, part == whole ? "pass" : "unverified", p,
            "height=\"8\" rx=\"4\"");
    vb_h(out, "</svg></div>\n");
}

static bool
gap(void *user, const vb_block_ref *block, vb_error *err)
{
    vb_out *page = user;
    vb_buf *out = &page->buf;
    vb_str why = vb_block_gap(block), text = block->text, line = {0};

    if (why.len == 0)
        return true;
    vb_h(out, "<tr><td class=\"mono\">");
    vb_h_text(out, block->file);
    vb_buf_fmt(out, ":%u</td><td><code>", block->line);
    (void)!vb_str_line(&text, &line);
    vb_h_text(out, line.len ? line : block->kind);
    vb_h(out, "</code></td><td>");
    vb_h_text(out, why);
    vb_h(out, "</td></tr>\n");
    return vb_out_flush(page, false, err);
}

static bool
gaps(vb_out *page, const vb_run *run, vb_error *err)
{
    bool ok;

    if (run->coverage.gaps == 0)
        return true;
    vb_buf_fmt(&page->buf,
               "<details class=\"more\"><summary>%zu blocks of the guide that "
               "this run says nothing about</summary>\n<div class=\"facts "
               "tight\"><table><thead><tr><th scope=\"col\">Place</th>"
               "<th scope=\"col\">Block</th><th scope=\"col\">Why</th></tr>"
               "</thead><tbody>\n",
               run->coverage.gaps);
    ok = vb_run_blocks(run, gap, page, err);
    vb_h(&page->buf, "</tbody></table></div></details>\n");
    return ok;
}

bool
vb_html_coverage(vb_out *page, const vb_run *run, vb_error *err)
{
    const vb_coverage *c = &run->coverage;
    vb_buf *out = &page->buf;

    if (c->blocks == 0)
        return true;
    vb_buf_fmt(out,
               "<section class=\"card\" aria-labelledby=\"cover\"><h2 "
               "id=\"cover\">Coverage<small>%zu blocks of the guide, %zu of "
               "them for other readers</small></h2>\n<div class=\"cover\">\n",
               c->blocks, c->other);
    vb_h_meter(out, "Commands and files that ran", c->commands_run,
               c->commands);
    vb_h_meter(out, "Outputs compared", c->expects_checked, c->expects);
    vb_h_meter(out, "Manual steps done", c->manual_done, c->manual);
    vb_h(out, "</div>\n");
    if (!gaps(page, run, err))
        return false;
    vb_h(out, "</section>\n");
    return true;
}

/* -------------------------------------------------------------- evidence -- */

static void
pairs(vb_buf *out, const char *title, const vb_pair *at, size_t n,
      const char *flag)
{
    if (n == 0)
        return;
    vb_buf_fmt(out, "<h3>%s</h3>\n<table><tbody>\n", title);
    for (size_t i = 0; i < n; i++) {
        vb_h(out, "<tr><th scope=\"row\">");
        vb_h_text(out, at[i].name);
        vb_h(out, "</th><td class=\"mono\">");
        vb_h_text(out, at[i].value);
        if (at[i].flag)
            vb_h(out, flag);
        vb_h(out, "</td><td>");
        vb_h_text(out, at[i].from);
        vb_h(out, "</td></tr>\n");
    }
    vb_h(out, "</tbody></table>\n");
}

static vb_str
joined(const vb_run *run)
{
    vb_str all = {0};

    for (size_t i = 0; i < run->argv.len; i++)
        all = vb_str_fmt(run->arena, "%.*s%s%.*s", VB_ARG(all), i ? " " : "",
                         VB_ARG(run->argv.at[i]));
    return all;
}

static void
documents(vb_buf *out, const vb_run *run)
{
    vb_h(out, "<h3>Documents</h3>\n<table><tbody>\n");
    for (size_t i = 0; i < run->documents.len; i++) {
        const vb_doc_ref *doc = &run->documents.at[i];

        vb_h(out, "<tr><th scope=\"row\">");
        vb_h_text(out, doc->role);
        vb_h(out, "</th><td class=\"mono\">");
        vb_h_text(out, doc->path);
        vb_h(out, "</td><td class=\"mono\">");
        vb_h_text(out, doc->sha256);
        vb_h(out, "</td></tr>\n");
    }
    if (run->plan_sha256.len) {
        vb_h(out,
             "<tr><th scope=\"row\">plan</th><td></td><td class=\"mono\">");
        vb_h_text(out, run->plan_sha256);
        vb_h(out, "</td></tr>\n");
    }
    vb_h(out, "</tbody></table>\n");
}

void
vb_html_evidence(vb_buf *out, const vb_run *run)
{
    vb_h(out, "<section class=\"card\" aria-labelledby=\"evidence\"><h2 "
              "id=\"evidence\">Evidence</h2>\n<div class=\"facts\"><table>"
              "<tbody>\n");
    vb_h_row(out, "Started", run->started);
    vb_h_row(out, "Ended", run->ended_at);
    vb_h_row(out, "Command line", joined(run));
    vb_h_row(out, "Host", run->host);
    vb_h_row(out, "User", run->user);
    vb_h_row(out, "Directory", run->cwd);
    vb_h_row(out, "System", run->os);
    vb_h_row(out, "Shell", run->shell);
    vb_h_row(out, "Locale", run->locale);
    if (run->git_commit.len)
        vb_h_row(out, "Commit",
                 vb_str_fmt(run->arena, "%.*s%s", VB_ARG(run->git_commit),
                            run->git_dirty ? ", with changes" : ""));
    if (run->resumes)
        vb_h_row(out, "Resumed",
                 vb_str_fmt(run->arena, "%zu times", run->resumes));
    vb_h_row(out, "Record", vb_str_c(vb_record_word(run)));
    vb_h_row(out, "Head", vb_str_c(run->check.head.hex));
    vb_h(out, "</tbody></table>\n");
    documents(out, run);
    pairs(out, "Where", run->places.at, run->places.len, "");
    pairs(out, "Consent", run->consents.at, run->consents.len, "");
    pairs(out, "Inputs", run->inputs.at, run->inputs.len,
          "<span class=\"none\">withheld: a secret</span>");
    pairs(out, "Programs", run->programs.at, run->programs.len,
          " <span class=\"none\">simulated</span>");
    pairs(out, "Notes", run->notes.at, run->notes.len, "");
    pairs(out, "Processes that were left", run->leftovers.at,
          run->leftovers.len, "");
    if (run->lists_left)
        vb_buf_fmt(out,
                   "<p class=\"none\">%zu more entries are in the "
                   "transcript.</p>\n",
                   run->lists_left);
    vb_h(out, "</div></section>\n");
}
