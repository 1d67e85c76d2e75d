/* What several runs cover, as a page: a map of the guide, then what is
 * missing. */
#include "report/cover_write.h"

#include "base/text.h"
#include "report/html.h"

#include "base/banned.h"

enum { MAP_ROW = 60 };

/* Colours are those of verdicts: checked, ran, never. */
static const char *
class_of(const vb_cover_block *block)
{
    if (!*vb_cover_gap(block))
        return block->checked ? "pass" : "unverified";
    return block->selected == 0 ? "skipped" : "differs";
}

static const char *
state_of(const vb_cover_block *block)
{
    const char *gap = vb_cover_gap(block);

    if (*gap)
        return gap;
    return block->checked ? "checked" : "ran";
}

/* A square for each block, in the order of the guide. */
static void
map_block(vb_cover_page *p, const vb_cover_block *block)
{
    vb_buf *out = &p->out.buf;

    if (vb_str_eqc(block->kind, "table") || vb_str_eqc(block->kind, "ignore"))
        return;
    vb_buf_fmt(out,
               "<rect class=\"b-%s\" x=\"%zu\" y=\"%zu\" width=\"10\" "
               "height=\"10\" rx=\"2\"><title>",
               class_of(block), p->at % MAP_ROW * 13, p->at / MAP_ROW * 13);
    vb_h_text(out, block->file);
    vb_buf_fmt(out, ":%u: %s", block->line, state_of(block));
    vb_h(out, "</title></rect>");
    p->at++;
}

bool
vb_cover_html_block(void *user, const vb_cover_block *block, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *out = &p->out.buf;
    const char *gap = vb_cover_gap(block);

    if (p->map) {
        map_block(p, block);
        return vb_out_flush(&p->out, false, err);
    }
    if (!*gap)
        return true;
    vb_h(out, "<tr><td class=\"mono\">");
    vb_h_text(out, block->file);
    vb_buf_fmt(out, ":%u</td><td class=\"k\">", block->line);
    vb_h_text(out, vb_cover_kind(block));
    vb_h(out, "</td><td><code>");
    vb_h_text(out, vb_cover_first_line(block));
    vb_buf_fmt(out, "</code></td><td>%s", gap);
    if (block->selected == 0 && block->scope.len) {
        vb_h(out, ": ");
        vb_h_text(out, block->scope);
    } else if (block->why.len && vb_str_eqc(block->kind, "ignore")) {
        vb_h(out, ": ");
        vb_h_text(out, block->why);
    }
    vb_h(out, "</td></tr>\n");
    return vb_out_flush(&p->out, false, err);
}

bool
vb_cover_html_run(void *user, const vb_cover_run *run, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *out = &p->out.buf;
    const char *class = vb_str_eqc(run->verdict, "passed")       ? "passed"
                        : vb_str_eqc(run->verdict, "unverified") ? "unverified"
                        : run->incomplete                        ? "incomplete"
                                                                 : "failed";

    vb_h(out, "<tr><td>");
    vb_h_text(out, vb_str_sub(run->started, 0, 10));
    vb_h(out, " ");
    vb_h_text(out, vb_str_sub(run->started, 11, 5));
    vb_buf_fmt(out, "</td><td><span class=\"verdict v-%s\">", class);
    vb_h_text(out, run->verdict);
    vb_h(out, "</span></td><td>");
    vb_h_text(out, run->provider);
    vb_buf_fmt(out, "</td><td>%s</td><td class=\"mono\">",
               run->rehearsal ? "rehearsal" : "live");
    vb_h_text(out, run->id);
    vb_h(out, "</td></tr>\n");
    return vb_out_flush(&p->out, false, err);
}

bool
vb_cover_html_scope(void *user, vb_str scope, size_t blocks, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *out = &p->out.buf;

    vb_h(out, "<li><strong>");
    vb_h_text(out, scope.len ? scope : VB_STR("another choice"));
    vb_buf_fmt(out,
               "</strong>: no run has chosen it; %zu blocks are for it"
               "</li>\n",
               blocks);
    return vb_out_flush(&p->out, false, err);
}

static bool
map(vb_cover_page *p, const vb_cover_doc *doc, vb_error *err)
{
    vb_buf *out = &p->out.buf;
    size_t blocks = doc->commands + doc->expects + doc->manual;
    size_t rows = (blocks + MAP_ROW - 1) / MAP_ROW;
    bool ok;

    if (blocks == 0)
        return true;
    p->map = true;
    p->at = 0;
    vb_buf_fmt(
        out,
        "<figure class=\"map\"><svg role=\"img\" aria-label=\"The blocks "
        "of the guide in order, coloured by what is known about them\" "
        "viewBox=\"0 0 %d %zu\">",
        MAP_ROW * 13, rows * 13);
    ok = vb_cover_blocks(p->cover, doc, &p->reader, err);
    p->map = false;
    vb_h(out, "</svg><figcaption><span><i class=\"k-pass\"></i>checked</span>"
              "<span><i class=\"k-unverified\"></i>ran</span>"
              "<span><i class=\"k-differs\"></i>never ran or never compared"
              "</span><span><i class=\"k-skipped\"></i>no run has chosen it"
              "</span></figcaption></figure>\n");
    return ok;
}

static bool
tables(vb_cover_page *p, const vb_cover_doc *doc, vb_error *err)
{
    vb_buf *out = &p->out.buf;

    vb_h(out, "<div class=\"facts\"><ul>\n");
    if (!vb_cover_scopes(p->cover, doc, &p->reader, err))
        return false;
    vb_h(out, "</ul><h3>Runs</h3><table><thead><tr><th scope=\"col\">Started"
              "</th><th scope=\"col\">Verdict</th><th scope=\"col\">Provider"
              "</th><th scope=\"col\">Mode</th><th scope=\"col\">Run</th></tr>"
              "</thead><tbody>\n");
    if (!vb_cover_runs(p->cover, doc, &p->reader, err))
        return false;
    vb_h(out, "</tbody></table>\n<h3>What is missing</h3><table><thead><tr>"
              "<th scope=\"col\">Place</th><th scope=\"col\">Kind</th>"
              "<th scope=\"col\">Block</th><th scope=\"col\">Why</th></tr>"
              "</thead><tbody>\n");
    if (!vb_cover_blocks(p->cover, doc, &p->reader, err))
        return false;
    vb_h(out, "</tbody></table></div>\n");
    return true;
}

bool
vb_cover_html_doc(void *user, const vb_cover_doc *doc, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *out = &p->out.buf;

    p->docs++;
    vb_cover_count(p, doc);
    vb_buf_fmt(out,
               "<section class=\"card\" aria-labelledby=\"d%zu\"><h2 "
               "id=\"d%zu\"><span>",
               p->docs, p->docs);
    vb_h_text(out, vb_cover_title(doc));
    vb_buf_fmt(out,
               "</span><small>%zu run%s, %zu blocks</small></h2>\n"
               "<div class=\"cover\">\n",
               doc->runs, doc->runs == 1 ? "" : "s", doc->blocks);
    vb_h_meter(out, "Commands and files that ran", doc->commands_run,
               doc->commands);
    vb_h_meter(out, "Outputs compared", doc->expects_checked, doc->expects);
    vb_h_meter(out, "Manual steps done", doc->manual_done, doc->manual);
    vb_h(out, "</div>\n");
    if (!map(p, doc, err) || !tables(p, doc, err))
        return false;
    vb_h(out, "</section>\n");
    return vb_out_flush(&p->out, false, err);
}

bool
vb_cover_html(vb_cover_page *page, vb_error *err)
{
    vb_buf *out = &page->out.buf;

    vb_h_begin(out, VB_STR("coverage"), VB_STR("what the runs exercised"));
    vb_h(out, "<header class=\"wrap top\"><div class=\"brand\"><span><b>"
              "verbatim</b> coverage</span></div>\n<h1>What the runs exercised"
              "</h1></header>\n<main class=\"wrap\">\n");
    if (!vb_cover_docs(page->cover, &page->reader, err))
        return false;
    vb_h(out, "</main>\n<footer class=\"wrap\"><p>Made from the runs&#39; "
              "transcripts alone.</p></footer>\n");
    vb_h_end(out);
    return true;
}
