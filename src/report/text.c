/* The report for a terminal. */
#include "report/out.h"

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

enum { COLUMNS = 80, LINES_SHOWN = 20 };

typedef struct pen {
    vb_out *out;
    bool color;
    size_t columns;
} pen;

static void
paint(pen *p, const char *code, vb_str text)
{
    vb_buf *buf = &p->out->buf;

    if (p->color)
        vb_buf_fmt(buf, "\033[%sm", code);
    vb_text_mask_line(buf, text);
    if (p->color)
        vb_buf_c(buf, "\033[0m");
}

static const char *
color_of(const vb_step_ref *ref)
{
    if (!ref->ended)
        return "33";
    switch (ref->verdict) {
    case VB_VERDICT_PASS:
        return "32";
    case VB_VERDICT_UNVERIFIED:
        return "36";
    case VB_VERDICT_SKIPPED:
        return "2";
    case VB_VERDICT_INTERRUPTED:
    case VB_VERDICT_DIFFERS:
        return "33";
    default:
        return "31";
    }
}

static void
fact(pen *p, const char *name, vb_str value)
{
    if (value.len == 0)
        return;
    vb_buf_fmt(&p->out->buf, "  %-10s ", name);
    vb_text_mask_line(&p->out->buf, value);
    vb_buf_ch(&p->out->buf, '\n');
}

static void
head(pen *p, const vb_run *run)
{
    vb_buf *buf = &p->out->buf;

    if (run->rehearsal) {
        paint(p, "1;35",
              VB_STR("REHEARSAL: a simulated cloud answered, "
                     "nothing real was touched"));
        vb_buf_ch(buf, '\n');
    }
    if (!run->check.intact) {
        paint(p, "1;31", VB_STR("THE RECORD WAS CHANGED: "));
        paint(p, "31", run->fault);
        vb_buf_ch(buf, '\n');
    }
    paint(p, "1", run->title.len ? run->title : run->document);
    vb_buf_c(buf, "\n\n");
    fact(p, "document", run->document);
    fact(p, "provider", run->provider);
    fact(p, "started", run->started);
    if (run->user.len)
        fact(p, "by",
             vb_str_fmt(run->arena, "%.*s on %.*s", VB_ARG(run->user),
                        VB_ARG(run->host)));
    for (size_t i = 0; i < run->places.len; i++)
        fact(p, run->places.at[i].name.ptr, run->places.at[i].value);
    fact(p, "record",
         vb_str_fmt(run->arena, "%s, %ju events, head %.16s",
                    vb_record_word(run), (uintmax_t)run->check.events,
                    run->check.head.hex));
    vb_buf_ch(buf, '\n');
}

/* Verdict, number, title, time; the title takes what is left. */
static void
step_line(pen *p, const vb_step_view *step)
{
    const vb_step_ref *ref = step->ref;
    vb_buf *buf = &p->out->buf;
    vb_str title = ref->title.len ? ref->title : ref->id;
    vb_span span = vb_clock_span(ref->duration_ns);
    size_t room = p->columns > 40 ? p->columns - 30 : 10, width;

    vb_buf_fmt(buf, "%4zu  ", step->index + 1);
    paint(p, color_of(ref), vb_str_c(vb_step_word(ref)));
    vb_buf_fill(buf, ' ', 14 - vb_text_width(vb_str_c(vb_step_word(ref))));
    title = vb_text_fit(title, room);
    width = vb_text_width(title);
    vb_text_mask_line(buf, title);
    if (!ref->skipped) {
        vb_buf_fill(buf, ' ', room > width ? room - width : 0);
        vb_buf_fmt(buf, " %8s", span.text);
    }
    vb_buf_c(buf, ref->replaced ? "  replaced\n" : "\n");
}

static void
indented(pen *p, const char *code, const char *mark, vb_str text)
{
    vb_str line;
    size_t n = 0;

    while (n++ < LINES_SHOWN && vb_str_line(&text, &line)) {
        vb_buf_c(&p->out->buf, "        ");
        vb_buf_c(&p->out->buf, mark);
        paint(p, code, line);
        vb_buf_ch(&p->out->buf, '\n');
    }
    if (text.len)
        vb_buf_c(&p->out->buf, "        ...\n");
}

static void
difference(pen *p, const vb_compare_ref *c)
{
    vb_buf *buf = &p->out->buf;

    for (size_t i = 0; i < c->lines.len; i++) {
        const vb_line_ref *line = &c->lines.at[i];
        bool changed = vb_str_eqc(line->kind, "changed");

        if (changed || vb_str_eqc(line->kind, "missing"))
            indented(p, "32", "- ", line->expected);
        if (changed || vb_str_eqc(line->kind, "extra"))
            indented(p, "31", "+ ", line->actual);
        if (changed && line->note.len) {
            vb_buf_c(buf, "          ");
            vb_text_mask_line(buf, line->note);
            vb_buf_ch(buf, '\n');
        }
    }
}

/* The last lines of the output. */
static vb_str
last_lines(vb_str text)
{
    size_t at, lines = 0;

    text = vb_str_rtrim(text);
    at = text.len;
    while (at && lines < LINES_SHOWN)
        lines += text.ptr[--at] == '\n';
    return at ? vb_str_from(text, at + 1) : text;
}

static void
details(pen *p, const vb_step_view *step)
{
    vb_buf *buf = &p->out->buf;
    bool compared = false;
    vb_arena scratch = {0};
    vb_str output = vb_step_output(step, &scratch);

    if (step->ref->why.len) {
        vb_buf_c(buf, "        ");
        paint(p, "1", step->ref->why);
        vb_buf_ch(buf, '\n');
    }
    if (step->file.len) {
        vb_str place =
            vb_str_fmt(step->arena, "%.*s:%u", VB_ARG(step->file),
                       step->failed_line ? step->failed_line : step->line);

        vb_buf_c(buf, "        at ");
        vb_text_mask_line(buf, place);
        vb_buf_ch(buf, '\n');
    }
    for (size_t i = 0; i < step->compares.len; i++) {
        compared = compared || !step->compares.at[i].match;
        if (!step->compares.at[i].match)
            difference(p, &step->compares.at[i]);
    }
    if (!compared)
        indented(p, "2", "| ",
                 last_lines(vb_text_strip_ansi(&scratch, output)));
    vb_arena_release(&scratch);
}

static bool
step(void *user, const vb_run *run, const vb_step_view *view, vb_error *err)
{
    pen *p = user;

    (void)run;
    step_line(p, view);
    if (vb_step_bad(view->ref))
        details(p, view);
    return vb_out_flush(p->out, false, err);
}

static void
coverage(pen *p, const vb_run *run)
{
    const vb_coverage *c = &run->coverage;
    vb_buf *buf = &p->out->buf;

    if (run->coverage.blocks == 0)
        return;
    vb_buf_fmt(buf,
               "\n  coverage   %zu of %zu commands and files ran, %zu of %zu "
               "outputs compared",
               c->commands_run, c->commands, c->expects_checked, c->expects);
    if (c->manual)
        vb_buf_fmt(buf, ",\n             %zu of %zu manual steps done",
                   c->manual_done, c->manual);
    if (c->other)
        vb_buf_fmt(buf, "; %zu blocks are for other readers", c->other);
    vb_buf_ch(buf, '\n');
}

static void
foot(pen *p, const vb_run *run)
{
    vb_buf *buf = &p->out->buf;
    bool good = vb_str_eqc(run->verdict, "passed");

    coverage(p, run);
    vb_buf_c(buf, "\n  ");
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        if (run->counts[v])
            vb_buf_fmt(buf, "%zu %s, ", run->counts[v],
                       vb_verdict_name((vb_verdict)v));
    if (run->unfinished)
        vb_buf_fmt(buf, "%zu not finished, ", run->unfinished);
    vb_buf_fmt(buf, "%s", vb_clock_span(run->duration_ns).text);
    if (run->simulated_ms)
        vb_buf_fmt(buf, " and %s of simulated waiting",
                   vb_clock_span(run->simulated_ms * 1000000).text);
    vb_buf_c(buf, "\n  ");
    paint(p, good ? "1;32" : "1;31", run->verdict);
    if (run->reason.len) {
        vb_buf_c(buf, ": ");
        vb_text_mask_line(buf, run->reason);
    }
    vb_buf_ch(buf, '\n');
}

bool
vb_report_text(vb_out *out, const vb_run *run, vb_error *err)
{
    pen p = {.out = out,
             .color = out->opts->color,
             .columns = out->opts->columns ? out->opts->columns : COLUMNS};

    head(&p, run);
    if (!vb_run_steps(out->path, run, step, &p, err))
        return false;
    foot(&p, run);
    return true;
}
