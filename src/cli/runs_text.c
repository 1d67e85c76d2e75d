#include "cli/runs_text.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "report/out.h"

#include "base/banned.h"

static vb_style
style_of(vb_str verdict)
{
    static const char *const good[] = {"passed", "pass"};
    static const char *const fair[] = {"unverified", "skipped", "running",
                                       "incomplete", "not finished"};

    if (VB_STR_AMONG(verdict, good))
        return VB_STYLE_GREEN;
    return VB_STR_AMONG(verdict, fair) ? VB_STYLE_YELLOW : VB_STYLE_RED;
}

/* 'text' in 'style', filled with spaces to 'width' columns. */
static void
put_cell(vb_buf *out, const vb_cli *cli, vb_style style, vb_str text,
         size_t width)
{
    size_t wide = vb_text_width(text);

    vb_styled(out, cli->color_out, style, text);
    if (wide < width)
        vb_buf_fill(out, ' ', width - wide);
}

static void
put_verdict(vb_buf *out, const vb_cli *cli, vb_str verdict, size_t width)
{
    put_cell(out, cli, style_of(verdict), verdict, width);
}

/* ----------------------------------------------------------------- list -- */

static size_t
longest_name(const vb_kept_runs *runs, size_t most)
{
    size_t longest = 4;

    for (size_t i = 0; i < runs->len; i++)
        if (vb_text_width(runs->at[i].name) > longest)
            longest = vb_text_width(runs->at[i].name);
    return longest < most ? longest : most;
}

void
vb_runs_text(vb_buf *out, const vb_cli *cli, const vb_kept_runs *runs)
{
    enum { VERDICT = 12, SPAN = 8, GAPS = 6, NAME_MOST = 40 };
    size_t name = longest_name(runs, NAME_MOST);
    size_t used = name + VERDICT + SPAN + GAPS;

    for (size_t i = 0; i < runs->len; i++) {
        const vb_kept_run *run = &runs->at[i];
        size_t from = out->len;

        vb_cli_shorten(out, run->name, name);
        vb_buf_fill(out, ' ',
                    name + 2 -
                        vb_text_width(vb_str_from(vb_buf_view(out), from)));
        put_verdict(out, cli, run->verdict, VERDICT);
        vb_buf_c(out, "  ");
        put_cell(out, cli, VB_STYLE_NONE,
                 vb_str_c(vb_clock_span(run->duration_ns).text), SPAN);
        vb_buf_c(out, "  ");
        vb_cli_shorten(out, run->document,
                       cli->columns > used + 20 ? cli->columns - used : 20);
        if (run->provider.len) {
            vb_buf_c(out, " ");
            vb_text_mask_line(out, run->provider);
        }
        vb_buf_c(out, run->rehearsal ? " (rehearsal)\n" : "\n");
    }
}

static void
put_kept(vb_json *json, const vb_kept_run *run)
{
    vb_json_object(json, NULL);
    vb_json_str(json, "run", run->name);
    vb_json_str(json, "path", run->path);
    vb_json_str(json, "verdict", run->verdict);
    if (run->readable) {
        vb_json_c(json, "mode", run->rehearsal ? "rehearsal" : "live");
        vb_json_str(json, "document", run->document);
        vb_json_str(json, "title", run->title);
        vb_json_str(json, "provider", run->provider);
        vb_json_str(json, "started", run->started);
        vb_json_int(json, "duration_ns", run->duration_ns);
    }
    vb_json_bool(json, "running", run->running);
    vb_json_bool(json, "ended", run->ended);
    if (run->ended) {
        vb_json_object(json, "counts");
        vb_json_int(json, "steps", (int64_t)run->steps);
        for (int v = 0; v < VB_VERDICT_COUNT; v++)
            vb_json_int(json, vb_verdict_name((vb_verdict)v),
                        (int64_t)run->counts[v]);
        vb_json_end(json, '}');
    }
    vb_json_int(json, "bytes", (int64_t)run->bytes);
    vb_json_end(json, '}');
}

static void
put_all(vb_json *json, const char *key, const vb_kept_runs *runs)
{
    vb_json_array(json, key);
    for (size_t i = 0; i < runs->len; i++)
        put_kept(json, &runs->at[i]);
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    vb_buf_ch(json->out, '\n');
}

void
vb_runs_json(vb_buf *out, const char *dir, const vb_kept_runs *runs)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.runs/1");
    vb_json_c(&json, "dir", dir);
    put_all(&json, "runs", runs);
}

/* -------------------------------------------------------------- one run -- */

static void
put_field(vb_buf *out, const char *name, vb_str value)
{
    if (!value.len)
        return;
    vb_buf_fmt(out, "%-10s ", name);
    vb_text_mask_line(out, value);
    vb_buf_ch(out, '\n');
}

typedef struct step_lines {
    vb_buf *out;
    const vb_cli *cli;
} step_lines;

static void
put_step(void *user, const vb_step_ref *step)
{
    const step_lines *lines = user;

    if (step->replaced)
        return;
    put_verdict(lines->out, lines->cli, vb_str_c(vb_step_word(step)), 12);
    vb_buf_fmt(lines->out, "  %-8s  ", vb_clock_span(step->duration_ns).text);
    vb_text_mask_line(lines->out, step->id);
    vb_buf_ch(lines->out, '\n');
}

bool
vb_run_text(vb_buf *out, const vb_cli *cli, const vb_run *run, vb_error *err)
{
    step_lines lines = {out, cli};

    put_field(out, "run", run->id);
    put_field(out, "document", run->document);
    put_field(out, "title", run->title);
    put_field(out, "provider", run->provider);
    put_field(out, "mode",
              run->rehearsal ? VB_STR("rehearsal") : VB_STR("live"));
    put_field(out, "by", run->user);
    put_field(out, "on", run->host);
    put_field(out, "commit", run->git_commit);
    if (run->git_dirty)
        put_field(out, "", VB_STR("with changes that were not committed"));
    put_field(out, "started", run->started);
    put_field(out, "took", vb_str_c(vb_clock_span(run->duration_ns).text));
    put_field(out, "record", vb_str_c(vb_record_word(run)));
    put_field(out, "head", vb_str_c(run->check.head.hex));
    vb_buf_fmt(out, "%-10s ", "verdict");
    put_verdict(out, cli, run->verdict, 0);
    if (run->reason.len) {
        vb_buf_c(out, ": ");
        vb_text_mask_line(out, run->reason);
    }
    vb_buf_c(out, "\n\n");
    return vb_run_refs(run, put_step, &lines, err) && vb_run_good(run, err);
}

/* ----------------------------------------------------------- comparison -- */

static void
put_sides(vb_buf *out, const char *name, vb_str a, vb_str b)
{
    if (vb_str_eq(a, b))
        return;
    vb_buf_fmt(out, "%-10s ", name);
    vb_text_mask_line(out, a.len ? a : VB_STR("none"));
    vb_buf_c(out, " -> ");
    vb_text_mask_line(out, b.len ? b : VB_STR("none"));
    vb_buf_ch(out, '\n');
}

static vb_str
side_word(const vb_step_side *side)
{
    return side->word ? vb_str_c(side->word) : VB_STR("absent");
}

void
vb_run_pair_text(vb_buf *out, const vb_cli *cli, const vb_run_pair *pair)
{
    const vb_run *a = pair->run[0], *b = pair->run[1];

    put_sides(out, "run", a->id, b->id);
    put_sides(out, "document", a->document, b->document);
    if (!pair->same_document)
        put_field(out, "", VB_STR("the guide's text is not the same"));
    if (!pair->same_plan)
        put_field(out, "", VB_STR("the plan is not the same"));
    put_sides(out, "provider", a->provider, b->provider);
    put_sides(out, "commit", a->git_commit, b->git_commit);
    put_sides(out, "host", a->host, b->host);
    put_sides(out, "verdict", a->verdict, b->verdict);
    put_sides(out, "took", vb_str_c(vb_clock_span(a->duration_ns).text),
              vb_str_c(vb_clock_span(b->duration_ns).text));
    for (size_t i = 0; i < pair->steps.len; i++) {
        const vb_step_pair *step = &pair->steps.at[i];

        if (!step->differs)
            continue;
        put_verdict(out, cli, side_word(&step->side[0]), 12);
        vb_buf_c(out, " -> ");
        put_verdict(out, cli, side_word(&step->side[1]), 12);
        vb_buf_c(out, "  ");
        vb_text_mask_line(out, step->id);
        vb_buf_ch(out, '\n');
    }
    vb_buf_fmt(out, "%zu of %zu steps differ\n", pair->differ, pair->steps.len);
}

/* ---------------------------------------------------------------- prune -- */

void
vb_pruned_text(vb_buf *out, const vb_kept_runs *gone, bool dry, size_t kept)
{
    for (size_t i = 0; i < gone->len; i++) {
        vb_buf_c(out, dry ? "would remove " : "removed ");
        vb_text_mask_line(out, gone->at[i].path);
        vb_buf_ch(out, '\n');
    }
    vb_buf_fmt(out, "%zu %s, %zu kept\n", gone->len,
               dry ? "would be removed" : "removed", kept);
}

void
vb_pruned_json(vb_buf *out, const vb_kept_runs *gone, bool dry, size_t kept)
{
    vb_json json;

    vb_json_init(&json, out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.prune/1");
    vb_json_bool(&json, "dry_run", dry);
    vb_json_int(&json, "kept", (int64_t)kept);
    put_all(&json, "removed", gone);
}
