/* What several runs cover, as text, Markdown and JSON. */
#include "report/cover_write.h"

#include "base/json.h"
#include "base/text.h"

#include "base/banned.h"

static const char *const names[] = {
#define X(name, text) text,
    VB_COVER_FORMATS(X)
#undef X
};

bool
vb_cover_format_parse(vb_str name, vb_cover_format *out)
{
    size_t i = vb_str_index(name, names, VB_COUNT(names));

    if (i == VB_NPOS)
        return false;
    *out = (vb_cover_format)i;
    return true;
}

vb_str
vb_cover_title(const vb_cover_doc *doc)
{
    return doc->title.len ? doc->title : doc->name;
}

vb_str
vb_cover_first_line(const vb_cover_block *block)
{
    vb_str text = vb_str_ltrim(block->text), line = {0};

    (void)!vb_str_line(&text, &line);
    return line;
}

/* ------------------------------------------------------------------ text -- */

static void
styled(vb_cover_page *p, const char *code, vb_str text)
{
    vb_buf *buf = &p->out.buf;

    if (p->opts->color)
        vb_buf_fmt(buf, "\033[%sm", code);
    vb_text_mask_line(buf, text);
    if (p->opts->color)
        vb_buf_c(buf, "\033[0m");
}

static void
text_count(vb_buf *buf, const char *what, size_t part, size_t whole,
           const char *done)
{
    if (whole)
        vb_buf_fmt(buf, "  %-20s %4zu of %-4zu %3zu%%  %s\n", what, part, whole,
                   part * 100 / whole, done);
}

static bool
text_run(void *user, const vb_cover_run *run, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *buf = &p->out.buf;

    vb_buf_c(buf, "  ");
    vb_text_mask_line(buf, vb_str_sub(run->started, 0, 16));
    vb_buf_c(buf, "  ");
    vb_text_mask_line(buf, run->verdict);
    if (run->provider.len) {
        vb_buf_c(buf, ", ");
        vb_text_mask_line(buf, run->provider);
    }
    vb_buf_c(buf, run->rehearsal ? ", rehearsal  " : "  ");
    styled(p, "2", run->id);
    vb_buf_ch(buf, '\n');
    return vb_out_flush(&p->out, false, err);
}

static bool
text_scope(void *user, vb_str scope, size_t blocks, vb_error *err)
{
    vb_cover_page *p = user;

    vb_buf_c(&p->out.buf, "  ");
    styled(p, "33", scope.len ? scope : VB_STR("another choice"));
    vb_buf_fmt(&p->out.buf, ": no run has chosen it; %zu blocks are for it\n",
               blocks);
    return vb_out_flush(&p->out, false, err);
}

static bool
text_block(void *user, const vb_cover_block *block, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *buf = &p->out.buf;
    const char *gap = vb_cover_gap(block);
    vb_str line = vb_cover_first_line(block);

    if (!*gap || block->selected == 0)
        return true;
    vb_buf_c(buf, "  ");
    vb_text_mask_line(buf, block->file);
    vb_buf_fmt(buf, ":%u: ", block->line);
    vb_text_mask_line(buf, vb_cover_kind(block));
    vb_buf_c(buf, " ");
    styled(p, "33", vb_str_c(gap));
    if (block->why.len && vb_str_eqc(block->kind, "ignore")) {
        vb_buf_c(buf, ": ");
        vb_text_mask_line(buf, block->why);
    }
    vb_buf_c(buf, "\n      ");
    styled(
        p, "2",
        vb_text_fit(line, p->opts->columns > 20 ? p->opts->columns - 8 : 72));
    vb_buf_ch(buf, '\n');
    return vb_out_flush(&p->out, false, err);
}

static bool
text_doc(void *user, const vb_cover_doc *doc, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *buf = &p->out.buf;

    vb_buf_c(buf, p->docs++ ? "\n" : "");
    vb_cover_count(p, doc);
    styled(p, "1", vb_cover_title(doc));
    vb_buf_c(buf, " (");
    vb_text_mask_line(buf, doc->name);
    vb_buf_fmt(buf, "), %zu run%s\n", doc->runs, doc->runs == 1 ? "" : "s");
    if (!vb_cover_runs(p->cover, doc, &p->reader, err))
        return false;
    vb_buf_ch(buf, '\n');
    text_count(buf, "commands and files", doc->commands_run, doc->commands,
               "ran");
    text_count(buf, "promised outputs", doc->expects_checked, doc->expects,
               "compared");
    text_count(buf, "manual steps", doc->manual_done, doc->manual,
               "done by a person");
    if (doc->ignored)
        vb_buf_fmt(buf, "  %-20s %4zu          no step, with a reason\n",
                   "other blocks", doc->ignored);
    vb_buf_ch(buf, '\n');
    return vb_cover_scopes(p->cover, doc, &p->reader, err) &&
           vb_cover_blocks(p->cover, doc, &p->reader, err) &&
           vb_out_flush(&p->out, false, err);
}

/* -------------------------------------------------------------- Markdown -- */

static bool
md_scope(void *user, vb_str scope, size_t blocks, vb_error *err)
{
    vb_cover_page *p = user;

    vb_buf_c(&p->out.buf, "- **");
    vb_md_words(&p->out.buf, scope.len ? scope : VB_STR("another choice"));
    vb_buf_fmt(&p->out.buf, "**: no run has chosen it; %zu blocks are for it\n",
               blocks);
    return vb_out_flush(&p->out, false, err);
}

static bool
md_block(void *user, const vb_cover_block *block, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *buf = &p->out.buf;
    const char *gap = vb_cover_gap(block);

    if (!*gap || block->selected == 0 || vb_str_eqc(block->kind, "ignore"))
        return true;
    vb_buf_c(buf, "- ");
    vb_md_words(buf, block->file);
    vb_buf_fmt(buf, ":%u: ", block->line);
    vb_md_words(buf, vb_cover_kind(block));
    vb_buf_fmt(buf, " %s: ", gap);
    vb_md_words(buf, vb_str_sub(vb_cover_first_line(block), 0, 100));
    vb_buf_ch(buf, '\n');
    return vb_out_flush(&p->out, false, err);
}

static void
md_count(vb_buf *buf, const char *what, size_t part, size_t whole)
{
    if (whole)
        vb_buf_fmt(buf, "| %s | %zu | %zu | %zu %% |\n", what, part, whole,
                   part * 100 / whole);
}

static bool
md_doc(void *user, const vb_cover_doc *doc, vb_error *err)
{
    vb_cover_page *p = user;
    vb_buf *buf = &p->out.buf;

    vb_buf_c(buf, p->docs++ ? "\n### " : "### ");
    vb_cover_count(p, doc);
    vb_md_words(buf, vb_cover_title(doc));
    vb_buf_fmt(buf,
               ": what %zu run%s exercised\n\n| | done | of | |\n"
               "| --- | ---: | ---: | ---: |\n",
               doc->runs, doc->runs == 1 ? "" : "s");
    md_count(buf, "commands and files that ran", doc->commands_run,
             doc->commands);
    md_count(buf, "outputs compared", doc->expects_checked, doc->expects);
    md_count(buf, "manual steps done", doc->manual_done, doc->manual);
    vb_buf_ch(buf, '\n');
    return vb_cover_scopes(p->cover, doc, &p->reader, err) &&
           vb_cover_blocks(p->cover, doc, &p->reader, err);
}

/* ------------------------------------------------------------------ JSON -- */

static bool
json_run(void *user, const vb_cover_run *run, vb_error *err)
{
    vb_cover_page *p = user;

    vb_json_object(&p->json, NULL);
    vb_json_str(&p->json, "run", run->id);
    vb_json_str(&p->json, "started", run->started);
    vb_json_str(&p->json, "verdict", run->verdict);
    vb_json_str(&p->json, "provider", run->provider);
    vb_json_c(&p->json, "mode", run->rehearsal ? "rehearsal" : "live");
    vb_json_end(&p->json, '}');
    return vb_out_flush(&p->out, false, err);
}

static bool
json_scope(void *user, vb_str scope, size_t blocks, vb_error *err)
{
    vb_cover_page *p = user;

    vb_json_object(&p->json, NULL);
    vb_json_str(&p->json, "scope", scope);
    vb_json_int(&p->json, "blocks", (int64_t)blocks);
    vb_json_end(&p->json, '}');
    return vb_out_flush(&p->out, false, err);
}

static bool
json_block(void *user, const vb_cover_block *block, vb_error *err)
{
    vb_cover_page *p = user;
    vb_json *json = &p->json;

    vb_json_object(json, NULL);
    vb_json_str(json, "file", block->file);
    vb_json_int(json, "line", block->line);
    vb_json_str(json, "kind", block->kind);
    vb_json_str(json, "step", block->step);
    vb_json_str(json, "scope", block->scope);
    vb_json_int(json, "runs", (int64_t)block->runs);
    vb_json_int(json, "selected", (int64_t)block->selected);
    vb_json_int(json, "ran", (int64_t)block->ran);
    vb_json_int(json, "ran_live", (int64_t)block->ran_live);
    vb_json_int(json, "checked", (int64_t)block->checked);
    vb_json_c(json, "gap", vb_cover_gap(block));
    vb_json_end(json, '}');
    return vb_out_flush(&p->out, false, err);
}

static void
json_counts(vb_json *json, const vb_cover_doc *doc)
{
    vb_json_int(json, "commands", (int64_t)doc->commands);
    vb_json_int(json, "commands_run", (int64_t)doc->commands_run);
    vb_json_int(json, "expects", (int64_t)doc->expects);
    vb_json_int(json, "expects_checked", (int64_t)doc->expects_checked);
    vb_json_int(json, "manual", (int64_t)doc->manual);
    vb_json_int(json, "manual_done", (int64_t)doc->manual_done);
    vb_json_int(json, "no_step", (int64_t)doc->ignored);
    vb_json_int(json, "unchosen", (int64_t)doc->unchosen);
}

static bool
json_doc(void *user, const vb_cover_doc *doc, vb_error *err)
{
    vb_cover_page *p = user;
    vb_json *json = &p->json;

    vb_cover_count(p, doc);
    vb_json_object(json, NULL);
    vb_json_str(json, "document", doc->name);
    vb_json_str(json, "title", doc->title);
    json_counts(json, doc);
    vb_json_array(json, "runs");
    if (!vb_cover_runs(p->cover, doc, &p->reader, err))
        return false;
    vb_json_end(json, ']');
    vb_json_array(json, "never_chosen");
    if (!vb_cover_scopes(p->cover, doc, &p->reader, err))
        return false;
    vb_json_end(json, ']');
    vb_json_array(json, "blocks");
    if (!vb_cover_blocks(p->cover, doc, &p->reader, err))
        return false;
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    return vb_out_flush(&p->out, false, err);
}

/* ------------------------------------------------------------------- all -- */

void
vb_cover_count(vb_cover_page *page, const vb_cover_doc *doc)
{
    page->sum.parts += doc->commands + doc->expects + doc->manual;
    page->sum.exercised +=
        doc->commands_run + doc->expects_checked + doc->manual_done;
}

static bool
write_json(vb_cover_page *p, vb_error *err)
{
    vb_json_init(&p->json, &p->out.buf);
    vb_json_object(&p->json, NULL);
    vb_json_c(&p->json, "schema", "verbatim.coverage/1");
    vb_json_array(&p->json, "documents");
    if (!vb_cover_docs(p->cover, &p->reader, err))
        return false;
    vb_json_end(&p->json, ']');
    vb_json_end(&p->json, '}');
    vb_buf_ch(&p->out.buf, '\n');
    return true;
}

bool
vb_cover_write(vb_cover *cover, const vb_cover_opts *opts, vb_sink sink,
               vb_cover_sum *sum, vb_error *err)
{
    static const vb_cover_reader readers[] = {
        [VB_COVER_TEXT] = {text_doc, text_run, text_block, text_scope, NULL},
        [VB_COVER_MARKDOWN] = {md_doc, NULL, md_block, md_scope, NULL},
        [VB_COVER_JSON] = {json_doc, json_run, json_block, json_scope, NULL},
        [VB_COVER_HTML] = {vb_cover_html_doc, vb_cover_html_run,
                           vb_cover_html_block, vb_cover_html_scope, NULL},
    };
    vb_cover_page p = {.cover = cover,
                       .opts = opts,
                       .out.sink = sink,
                       .reader = readers[opts->format]};
    bool ok;

    p.reader.user = &p;
    vb_buf_init(&p.out.buf, VB_BUF_NO_MAX);
    if (opts->format == VB_COVER_JSON)
        ok = write_json(&p, err);
    else if (opts->format == VB_COVER_HTML)
        ok = vb_cover_html(&p, err);
    else
        ok = vb_cover_docs(cover, &p.reader, err);
    ok = ok && vb_out_flush(&p.out, true, err);
    vb_buf_release(&p.out.buf);
    *sum = p.sum;
    return ok;
}
