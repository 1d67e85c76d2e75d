/* The history of a guide as text and JSON. */
#include "report/history_write.h"

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

static const char *const names[] = {
#define X(name, text) text,
    VB_HISTORY_FORMATS(X)
#undef X
};

bool
vb_history_format_parse(vb_str name, vb_history_format *out)
{
    size_t i = vb_str_index(name, names, VB_COUNT(names));

    if (i == VB_NPOS)
        return false;
    *out = (vb_history_format)i;
    return true;
}

vb_str
vb_history_words(const vb_history_step *step, vb_arena *arena)
{
    if (step->flaky)
        return vb_str_fmt(arena, "flaky: %zu changes in %zu runs",
                          step->changes, step->good + step->bad);
    if (step->since.len)
        return vb_str_fmt(arena, "since %.*s", VB_ARG(step->since));
    if (step->slow)
        return vb_str_fmt(arena, "slow: usually %s",
                          vb_clock_span(step->median_ns).text);
    return step->gone ? VB_STR("no longer there") : VB_STR("");
}

/* ------------------------------------------------------------------ text -- */

static void
styled(vb_history_page *p, const char *code, vb_str text)
{
    if (p->opts->color)
        vb_buf_fmt(&p->out.buf, "\033[%sm", code);
    vb_text_mask_line(&p->out.buf, text);
    if (p->opts->color)
        vb_buf_c(&p->out.buf, "\033[0m");
}

typedef struct look {
    const char *verdict, *sign, *color;
} look;

static const look looks[] = {
    {"pass", ".", "32"},       {"passed", ".", "32"},
    {"unverified", "o", "36"}, {"differs", "d", "33"},
    {"failed", "F", "31"},     {"timeout", "T", "31"},
    {"skipped", "-", "2"},     {"interrupted", "i", "33"},
    {"unfinished", "u", "33"}, {"incomplete", "u", "33"},
};

static look
look_of(vb_str verdict)
{
    for (size_t i = 0; i < VB_COUNT(looks); i++)
        if (vb_str_eqc(verdict, looks[i].verdict))
            return looks[i];
    return (look){"", " ", "2"};
}

static void
sign(vb_history_page *p, vb_str verdict)
{
    look l = look_of(verdict);

    styled(p, l.color, vb_str_c(l.sign));
}

static void
padded(vb_buf *buf, vb_str text, size_t room)
{
    vb_str fit = vb_text_fit(text, room);
    size_t width = vb_text_width(fit);

    vb_text_mask_line(buf, fit);
    vb_buf_fill(buf, ' ', room > width ? room - width : 0);
}

static bool
text_step(void *user, const vb_history_step *step, vb_error *err)
{
    vb_history_page *p = user;
    vb_buf *buf = &p->out.buf;
    size_t runs = p->history->runs.len;
    size_t columns = p->opts->columns > 40 ? p->opts->columns : 80;
    size_t room = columns > runs + 36 ? columns - runs - 36 : 24;
    vb_arena scratch = {0};
    vb_str words = vb_history_words(step, &scratch);

    vb_buf_c(buf, "  ");
    padded(buf, step->id, room);
    vb_buf_c(buf, "  ");
    for (size_t i = 0; i < runs; i++)
        sign(p, step->points[i].verdict);
    vb_buf_fmt(buf, "  %7s  ",
               vb_str_eqc(step->now, "skipped")
                   ? ""
                   : vb_clock_span(step->took_ns).text);
    styled(p, look_of(step->now).color, step->now);
    if (words.len) {
        vb_buf_c(buf, "  ");
        styled(p, "33", words);
    }
    vb_buf_ch(buf, '\n');
    vb_arena_release(&scratch);
    return vb_out_flush(&p->out, false, err);
}

static bool
write_text(vb_history_page *p, vb_error *err)
{
    vb_history *h = p->history;
    vb_buf *buf = &p->out.buf;
    const vb_history_run *newest;

    if (h->runs.len == 0) {
        vb_buf_c(buf, "no run of '");
        vb_text_mask_line(buf, h->document);
        vb_buf_c(buf, "' is kept\n");
        return true;
    }
    newest = &h->runs.at[h->runs.len - 1];
    styled(p, "1", newest->title.len ? newest->title : h->document);
    vb_buf_fmt(buf, "\n  %zu run%s", h->all, h->all == 1 ? "" : "s");
    if (h->all > h->runs.len)
        vb_buf_fmt(buf, ", the newest %zu below", h->runs.len);
    vb_buf_c(buf, "; the last ");
    vb_text_mask_line(buf, vb_str_sub(newest->started, 0, 10));
    vb_buf_ch(buf, ' ');
    vb_text_mask_line(buf, vb_str_sub(newest->started, 11, 5));
    vb_buf_c(buf, ": ");
    styled(p, look_of(newest->verdict).color, newest->verdict);
    vb_buf_c(buf, "\n\n");
    if (!vb_history_steps(h, text_step, p, err))
        return false;
    vb_buf_c(buf, "\n  . pass  o unverified  d differs  F failed  T timeout  "
                  "- skipped\n  u not finished  i interrupted; the newest run "
                  "on the right\n");
    return true;
}

/* ------------------------------------------------------------------ JSON -- */

static bool
json_step(void *user, const vb_history_step *step, vb_error *err)
{
    vb_history_page *p = user;
    vb_json *json = &p->json;

    vb_json_object(json, NULL);
    vb_json_str(json, "step", step->id);
    vb_json_str(json, "title", step->title);
    vb_json_str(json, "file", step->file);
    vb_json_int(json, "line", step->line);
    vb_json_str(json, "verdict", step->now);
    vb_json_str(json, "explanation", step->why);
    if (step->since.len)
        vb_json_str(json, "bad_since", step->since);
    vb_json_bool(json, "flaky", step->flaky);
    vb_json_bool(json, "slow", step->slow);
    vb_json_bool(json, "gone", step->gone);
    vb_json_int(json, "good", (int64_t)step->good);
    vb_json_int(json, "bad", (int64_t)step->bad);
    vb_json_int(json, "changes", (int64_t)step->changes);
    vb_json_int(json, "duration_ns", step->took_ns);
    vb_json_int(json, "median_ns", step->median_ns);
    vb_json_array(json, "runs");
    for (size_t i = 0; i < p->history->runs.len; i++) {
        vb_json_object(json, NULL);
        vb_json_str(json, "verdict", step->points[i].verdict);
        vb_json_int(json, "duration_ns", step->points[i].took_ns);
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    return vb_out_flush(&p->out, false, err);
}

static bool
write_json(vb_history_page *p, vb_error *err)
{
    vb_history *h = p->history;
    vb_json *json = &p->json;

    vb_json_init(json, &p->out.buf);
    vb_json_object(json, NULL);
    vb_json_c(json, "schema", "verbatim.history/1");
    vb_json_str(json, "document", h->document);
    vb_json_int(json, "all_runs", (int64_t)h->all);
    vb_json_array(json, "runs");
    for (size_t i = 0; i < h->runs.len; i++) {
        const vb_history_run *run = &h->runs.at[i];

        vb_json_object(json, NULL);
        vb_json_str(json, "run", run->name);
        vb_json_str(json, "started", run->started);
        vb_json_str(json, "verdict", run->verdict);
        vb_json_str(json, "provider", run->provider);
        vb_json_c(json, "mode", run->rehearsal ? "rehearsal" : "live");
        vb_json_str(json, "record", run->record);
        vb_json_int(json, "duration_ns", run->took_ns);
        vb_json_end(json, '}');
    }
    vb_json_end(json, ']');
    vb_json_array(json, "steps");
    if (!vb_history_steps(h, json_step, p, err))
        return false;
    vb_json_end(json, ']');
    vb_json_end(json, '}');
    vb_buf_ch(&p->out.buf, '\n');
    return true;
}

bool
vb_history_write(vb_history *history, const vb_history_opts *opts, vb_sink sink,
                 vb_error *err)
{
    vb_history_page p = {.history = history, .opts = opts, .out.sink = sink};
    bool ok;

    vb_buf_init(&p.out.buf, VB_BUF_NO_MAX);
    ok = opts->format == VB_HISTORY_JSON   ? write_json(&p, err)
         : opts->format == VB_HISTORY_HTML ? vb_history_html(&p, err)
                                           : write_text(&p, err);
    ok = ok && vb_out_flush(&p.out, true, err);
    vb_buf_release(&p.out.buf);
    return ok;
}
