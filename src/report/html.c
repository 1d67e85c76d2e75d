/* The HTML report: one file that needs nothing else. */
#include "report/html.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "report/history_write.h"
#include "report/html_assets.h"

#include <string.h>

#include "base/banned.h"

void
vb_h_text(vb_buf *out, vb_str s)
{
    vb_text_html(out, s);
}

void
vb_h(vb_buf *out, const char *markup)
{
    vb_buf_c(out, markup);
}

void
vb_h_output(vb_buf *out, vb_str s)
{
    vb_arena scratch = {0};

    vb_h_text(out, vb_text_strip_ansi(&scratch, s));
    vb_arena_release(&scratch);
}

const char *
vb_h_class(const vb_step_ref *ref)
{
    return ref->ended ? vb_verdict_name(ref->verdict) : "unfinished";
}

static const char *
sign(const char *class)
{
    static const struct {
        const char *class, *sign;
    } signs[] = {
        {"pass", "&#10003;"},      {"passed", "&#10003;"},
        {"unverified", "&#9675;"}, {"differs", "&#8800;"},
        {"failed", "&#10007;"},    {"timeout", "&#9201;"},
        {"skipped", "&#8211;"},    {"interrupted", "&#9632;"},
    };

    for (size_t i = 0; i < VB_COUNT(signs); i++)
        if (strcmp(signs[i].class, class) == 0)
            return signs[i].sign;
    return "&#8230;";
}

void
vb_h_verdict(vb_buf *out, const char *class, const char *word)
{
    vb_buf_fmt(out,
               "<span class=\"verdict v-%s\"><span aria-hidden=\"true\">%s"
               "</span>",
               class, sign(class));
    vb_h_text(out, vb_str_c(word));
    vb_h(out, "</span>");
}

void
vb_h_row(vb_buf *out, const char *name, vb_str value)
{
    if (value.len == 0)
        return;
    vb_buf_fmt(out, "<tr><th scope=\"row\">%s</th><td>", name);
    vb_h_text(out, value);
    vb_h(out, "</td></tr>\n");
}

/* -------------------------------------------------------------- the head -- */

/* "sha256-..." of an asset, as a content security policy wants it. */
static void
policy_hash(vb_buf *out, const char *const *pieces)
{
    vb_hash hash;
    vb_digest digest;
    char raw[VB_SHA256_LEN];

    vb_hash_init(&hash);
    for (; *pieces; pieces++)
        vb_hash_add(&hash, *pieces, strlen(*pieces));
    digest = vb_hash_final(&hash);
    for (size_t i = 0; i < sizeof raw; i++) {
        const char *hex = digest.hex + 2 * i;
        int high = hex[0] <= '9' ? hex[0] - '0' : hex[0] - 'a' + 10;
        int low = hex[1] <= '9' ? hex[1] - '0' : hex[1] - 'a' + 10;

        raw[i] = (char)(high * 16 + low);
    }
    vb_h(out, "'sha256-");
    vb_base64(out, vb_str_n(raw, sizeof raw));
    vb_h(out, "'");
}

static void
pieces(vb_buf *out, const char *const *asset)
{
    for (; *asset; asset++)
        vb_h(out, *asset);
}

void
vb_h_begin(vb_buf *out, vb_str word, vb_str title)
{
    vb_h(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
              "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
              "content=\"width=device-width, initial-scale=1\">\n"
              "<meta http-equiv=\"Content-Security-Policy\" "
              "content=\"default-src 'none'; img-src data:; style-src ");
    policy_hash(out, vb_html_style);
    vb_h(out, "; script-src ");
    policy_hash(out, vb_html_script);
    vb_h(out, "; base-uri 'none'; form-action 'none'\">\n"
              "<meta name=\"referrer\" content=\"no-referrer\">\n"
              "<link rel=\"icon\" href=\"data:,\">\n<title>");
    vb_h_text(out, word);
    vb_h(out, ": ");
    vb_h_text(out, title);
    vb_h(out, "</title>\n<style>");
    pieces(out, vb_html_style);
    vb_h(out, "</style>\n</head>\n<body>\n");
}

void
vb_h_end(vb_buf *out)
{
    vb_h(out, "<script>");
    pieces(out, vb_html_script);
    vb_h(out, "</script>\n</body>\n</html>\n");
}

/* ------------------------------------------------------------- the top -- */

static vb_str
title_of(const vb_run *run)
{
    return run->title.len ? run->title : run->document;
}

static void
banners(vb_buf *out, const vb_run *run)
{
    if (run->rehearsal)
        vb_h(out, "<div class=\"rehearsal\" role=\"note\">Rehearsal "
                  "<span>&mdash; a simulated cloud answered; nothing real was "
                  "touched</span></div>\n");
    if (!run->check.intact) {
        vb_h(out, "<div class=\"banner\" role=\"alert\"><strong>The record was "
                  "changed.</strong> ");
        vb_h_text(out, run->fault);
        vb_h(out, "</div>\n");
    } else if (run->check.incomplete) {
        vb_h(out, "<div class=\"banner part\" role=\"note\"><strong>The record "
                  "is incomplete.</strong> The run was stopped before its end; "
                  "what is here is intact.</div>\n");
    }
    if (run->lost)
        vb_buf_fmt(out,
                   "<div class=\"banner part\" role=\"note\">A full disk has "
                   "cost %ju bytes of output.</div>\n",
                   (uintmax_t)run->lost);
}

static void
tile(vb_buf *out, const char *name, vb_str value, vb_str small)
{
    vb_buf_fmt(out, "<div><dt>%s</dt><dd>", name);
    vb_h_text(out, value);
    if (small.len) {
        vb_h(out, "<small>");
        vb_h_text(out, small);
        vb_h(out, "</small>");
    }
    vb_h(out, "</dd></div>\n");
}

/* "12 pass, 1 differs" */
static vb_str
counts_in_words(const vb_run *run)
{
    vb_str words = {0};

    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        if (run->counts[v])
            words = vb_str_fmt(run->arena, "%.*s%s%zu %s", VB_ARG(words),
                               words.len ? ", " : "", run->counts[v],
                               vb_verdict_name((vb_verdict)v));
    if (run->unfinished)
        words = vb_str_fmt(run->arena, "%.*s%s%zu not finished", VB_ARG(words),
                           words.len ? ", " : "", run->unfinished);
    return words;
}

static void
tiles(vb_buf *out, const vb_run *run)
{
    vb_arena *a = run->arena;
    const vb_coverage *c = &run->coverage;
    vb_span waited = vb_clock_span(run->simulated_ms * 1000000);

    vb_h(out, "<dl class=\"tiles\">\n");
    tile(out, "Steps", vb_str_fmt(a, "%zu", run->total), counts_in_words(run));
    tile(out, "Promised outputs",
         vb_str_fmt(a, "%zu of %zu", c->expects_checked, c->expects),
         VB_STR("compared with what was printed"));
    tile(out, "Took", vb_str_c(vb_clock_span(run->duration_ns).text),
         run->simulated_ms
             ? vb_str_fmt(a, "and %s of simulated waiting", waited.text)
             : (vb_str){0});
    tile(out, "Provider",
         run->provider.len ? run->provider : VB_STR("none chosen"),
         run->choices.len &&
                 !vb_str_ieq(run->choices.at[0].value, run->provider)
             ? run->choices.at[0].value
             : (vb_str){0});
    tile(out, "Record", vb_str_c(vb_record_word(run)),
         vb_str_fmt(a, "%ju events, head %.12s", (uintmax_t)run->check.events,
                    run->check.head.hex));
    vb_h(out, "</dl>\n");
}

static void
top(vb_buf *out, const vb_run *run)
{
    vb_h(out, "<div class=\"wrap top\">\n<div class=\"brand\"><span><b>"
              "verbatim</b> ");
    vb_h_text(out, run->verbatim);
    vb_h(out, "</span><span class=\"mono\">");
    vb_h_text(out, run->id);
    vb_h(out, "</span></div>\n<h1>");
    vb_h_text(out, title_of(run));
    vb_h(out, "</h1>\n<p class=\"sub\">");
    vb_h_verdict(out,
                 vb_str_eqc(run->verdict, "passed")        ? "passed"
                 : vb_str_eqc(run->verdict, "unverified")  ? "unverified"
                 : vb_str_eqc(run->verdict, "interrupted") ? "interrupted"
                 : vb_str_eqc(run->verdict, "incomplete")  ? "incomplete"
                                                           : "failed",
                 run->verdict.ptr);
    vb_h(out, " ");
    vb_h_text(out, run->reason);
    vb_h(out, run->reason.len ? " &middot; " : "");
    vb_h_text(out, run->document);
    if (run->started.len >= 16) {
        vb_h(out, " &middot; ");
        vb_h_text(out, vb_str_sub(run->started, 0, 10));
        vb_h(out, " ");
        vb_h_text(out, vb_str_sub(run->started, 11, 5));
        vb_h(out, " UTC");
    }
    if (run->user.len) {
        vb_h(out, " &middot; ");
        vb_h_text(out, run->user);
        vb_h(out, "@");
        vb_h_text(out, run->host);
    }
    vb_h(out, "</p>\n");
    tiles(out, run);
    vb_h(out, "</div>\n");
}

/* ------------------------------------------------------------- the bar -- */

static void
filter_button(vb_buf *out, const char *class, const char *word, size_t count)
{
    if (count)
        vb_buf_fmt(out,
                   "<button type=\"button\" data-v=\"%s\" "
                   "aria-pressed=\"true\"><span aria-hidden=\"true\">%s</span> "
                   "%s %zu</button>\n",
                   class, sign(class), word, count);
}

static void
bar(vb_buf *out, const vb_run *run)
{
    vb_h(out, "<div class=\"bar\" id=\"bar\" role=\"toolbar\" "
              "aria-label=\"Find steps\" hidden>\n"
              "<input id=\"q\" type=\"search\" placeholder=\"Search commands, "
              "output, guide\" aria-label=\"Search the steps\">\n");
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        filter_button(out, vb_verdict_name((vb_verdict)v),
                      vb_verdict_name((vb_verdict)v), run->counts[v]);
    filter_button(out, "unfinished", "not finished", run->unfinished);
    filter_button(out, "replaced", "replaced", run->replaced);
    vb_h(out, "<output id=\"shown\" aria-live=\"polite\"></output>\n"
              "<button type=\"button\" id=\"all\">Open or close all</button>\n"
              "<button type=\"button\" id=\"theme\">Light or dark</button>\n"
              "<button type=\"button\" id=\"keys\" aria-haspopup=\"dialog\">"
              "Keys</button>\n</div>\n");
}

static void
help(vb_buf *out)
{
    vb_h(out,
         "<dialog id=\"help\" aria-labelledby=\"help-title\">"
         "<h2 id=\"help-title\">Keys</h2>\n<dl>"
         "<dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next and previous step</dd>"
         "<dt><kbd>n</kbd> <kbd>p</kbd></dt><dd>next and previous step that "
         "needs a look</dd>"
         "<dt><kbd>o</kbd></dt><dd>open or close the step</dd>"
         "<dt><kbd>e</kbd></dt><dd>open or close all</dd>"
         "<dt><kbd>/</kbd></dt><dd>search</dd>"
         "<dt><kbd>t</kbd></dt><dd>light or dark</dd>"
         "<dt><kbd>?</kbd></dt><dd>this list</dd></dl>\n"
         "<p>Shift and click on a verdict shows that one alone.</p>\n"
         "<p><button type=\"button\" id=\"close\">Close</button></p>"
         "</dialog>\n");
}

static bool
history(vb_out *out, const vb_run *run, vb_error *err)
{
    vb_history history;
    bool ok = vb_history_open(&history, out->opts->index, run->document, err) &&
              vb_history_chart(out, &history, err);

    vb_history_close(&history);
    return ok;
}

bool
vb_report_html(vb_out *out, const vb_run *run, vb_error *err)
{
    vb_buf *buf = &out->buf;
    vb_html page = {.out = out};
    bool ok;

    vb_buf_init(&page.group, VB_BUF_NO_MAX);
    vb_h_begin(buf, run->verdict, title_of(run));
    vb_h(buf, "<a class=\"skip\" href=\"#steps\">Skip to the steps</a>\n"
              "<header>\n");
    banners(buf, run);
    top(buf, run);
    vb_h(buf, "</header>\n");
    vb_h(buf, "<main class=\"wrap\">\n");
    if (!vb_html_chart(buf, run, err) || !vb_html_coverage(out, run, err))
        return false;
    if (out->opts->index && !history(out, run, err))
        return false;
    vb_h(buf, "<section id=\"steps\" aria-label=\"Steps\">\n");
    bar(buf, run);
    ok = vb_run_steps(out->path, run, vb_html_step, &page, err);
    vb_buf_release(&page.group);
    if (!ok)
        return false;
    vb_h(buf, "</section>\n");
    vb_html_evidence(buf, run);
    vb_h(buf, "</main>\n<footer class=\"wrap\"><p>Made from the run&#39;s "
              "transcript alone. ");
    vb_h(buf, "<span class=\"mono\">verbatim verify</span> checks that "
              "transcript; runbooks/transcript.md says how to check it "
              "without verbatim.</p></footer>\n");
    help(buf);
    vb_h_end(buf);
    return true;
}
