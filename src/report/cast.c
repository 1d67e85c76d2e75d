/* The run as it looked: asciicast version 2, which plays at the run's own
 * pace, and a plain typescript with the timing file of scriptreplay(1). All
 * are read straight off the events. */
#include "report/out.h"

#include "base/json.h"
#include "base/text.h"
#include "report/read.h"

#include <inttypes.h>

#include "base/banned.h"

typedef struct player {
    vb_out *out;
    bool cast, timing;
    int64_t shown; /* TIMING: when the last bytes were */
    vb_buf line;   /* of one event */
    bool failed;
    vb_error err;
} player;

/* Length of a colour sequence, ESC [ 1 ; 3 1 m, at the start; else 0. */
static size_t
color(vb_str s)
{
    size_t at = 2;

    if (s.len < 3 || s.ptr[0] != '\033' || s.ptr[1] != '[')
        return 0;
    while (at < s.len && at < 24 &&
           (vb_is_digit(s.ptr[at]) || s.ptr[at] == ';' || s.ptr[at] == ':'))
        at++;
    return at < s.len && s.ptr[at] == 'm' ? at + 1 : 0;
}

/* Colours and carriage returns pass; nothing else may act on a terminal. */
static void
show(player *p, vb_str s)
{
    while (s.len) {
        size_t n = 0, len;

        while (n < s.len && s.ptr[n] != '\n' && s.ptr[n] != '\r' &&
               s.ptr[n] != '\033')
            n++;
        vb_text_mask(&p->line, vb_str_sub(s, 0, n));
        s = vb_str_from(s, n);
        if (s.len == 0)
            return;
        len = color(s);
        if (len && p->cast)
            vb_buf_str(&p->line, vb_str_sub(s, 0, len));
        else if (s.ptr[0] == '\n')
            vb_buf_c(&p->line, p->cast ? "\r\n" : "\n");
        else if (s.ptr[0] == '\r' && p->cast)
            vb_buf_ch(&p->line, '\r');
        else if (s.ptr[0] == '\033' && !len)
            vb_buf_c(&p->line, "\\x1b");
        s = vb_str_from(s, len ? len : 1);
    }
}

static void
styled(player *p, const char *code, vb_str s)
{
    if (p->cast)
        vb_buf_fmt(&p->line, "\033[%sm", code);
    show(p, s);
    if (p->cast)
        vb_buf_c(&p->line, "\033[0m");
}

/* Seconds since the bytes before, and how many bytes follow. */
static void
put_timing(player *p, int64_t mono)
{
    int64_t gap = mono > p->shown ? mono - p->shown : 0;

    vb_buf_fmt(&p->out->buf, "%" PRId64 ".%06" PRId64 " %zu\n",
               gap / 1000000000, gap / 1000 % 1000000, p->line.len);
    p->shown += gap;
}

/* [seconds, "o", "..."] or the text itself. */
static void
put(player *p, int64_t mono)
{
    vb_buf *buf = &p->out->buf;
    vb_json json;

    if (p->line.len && p->cast) {
        vb_buf_fmt(buf, "[%" PRId64 ".%06" PRId64 ",\"o\",", mono / 1000000000,
                   mono / 1000 % 1000000);
        vb_json_init(&json, buf);
        vb_json_str(&json, NULL, vb_buf_view(&p->line));
        vb_buf_c(buf, "]\n");
    } else if (p->line.len && p->timing) {
        put_timing(p, mono);
    } else {
        vb_buf_str(buf, vb_buf_view(&p->line));
    }
    vb_buf_clear(&p->line);
    if (!p->failed)
        p->failed = !vb_out_flush(p->out, false, &p->err);
}

/* The step's text behind a prompt, as a reader would have typed it. */
static void
prompt(player *p, const vb_node *body)
{
    vb_str text = vb_node_str(body, "body", (vb_str){0}), line;
    const char *mark = "$ ";

    if (text.len == 0)
        text = vb_node_str(body, "source", (vb_str){0});
    styled(p, "1;36", VB_STR("# "));
    styled(p, "1;36",
           vb_node_str(body, "title", vb_node_str(body, "step", (vb_str){0})));
    vb_buf_c(&p->line, p->cast ? "\r\n" : "\n");
    while (vb_str_line(&text, &line)) {
        styled(p, "1", vb_str_c(mark));
        show(p, line);
        vb_buf_c(&p->line, p->cast ? "\r\n" : "\n");
        mark = "> ";
    }
}

static void
verdict(player *p, const vb_node *body)
{
    vb_str name = vb_node_str(body, "verdict", (vb_str){0});
    bool good = vb_str_eqc(name, "pass") || vb_str_eqc(name, "unverified");

    styled(p, good ? "32" : "31", name);
    vb_buf_c(&p->line, ": ");
    show(p, vb_node_str(body, "explanation", (vb_str){0}));
    vb_buf_c(&p->line, p->cast ? "\r\n\r\n" : "\n\n");
}

static void
play(void *user, const vb_event *event)
{
    player *p = user;
    vb_buf bytes;

    switch (event->kind) {
    case VB_EVENT_STEP_START:
        prompt(p, event->body);
        break;
    case VB_EVENT_OUT:
        vb_buf_init(&bytes, VB_BUF_NO_MAX);
        if (vb_event_bytes(event, &bytes))
            show(p, vb_buf_view(&bytes));
        vb_buf_release(&bytes);
        break;
    case VB_EVENT_STEP_END:
        verdict(p, event->body);
        break;
    default:
        return;
    }
    put(p, event->mono);
}

static bool
run_through(vb_out *out, const vb_run *run, vb_error *err)
{
    bool cast = out->opts->format == VB_REPORT_ASCIICAST;
    player p = {.out = out,
                .cast = cast,
                .timing = out->opts->format == VB_REPORT_TIMING};
    bool ok;

    vb_buf_init(&p.line, VB_BUF_NO_MAX);
    if (!run->check.intact) {
        styled(&p, "1;31", VB_STR("THE RECORD WAS CHANGED: "));
        styled(&p, "31", run->fault);
        vb_buf_c(&p.line, cast ? "\r\n\r\n" : "\n\n");
        put(&p, 0);
    }
    ok = vb_read_each(out->path, play, &p, err);
    vb_buf_release(&p.line);
    if (p.failed && err)
        *err = p.err;
    return ok && !p.failed;
}

static uint32_t
digits(vb_str s, size_t from, size_t len)
{
    uint64_t value = 0;

    return vb_str_u64(vb_str_sub(s, from, len), &value) ? (uint32_t)value : 0;
}

/* Seconds since 1970 of 2022-08-11T22:10:23.123Z; 0 for anything else. */
static int64_t
unix_time(vb_str stamp)
{
    int64_t y = digits(stamp, 0, 4), m = digits(stamp, 5, 2),
            d = digits(stamp, 8, 2), days;

    if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31)
        return 0;
    /* Years that begin in March have the leap day last. */
    y -= m <= 2;
    days = 365 * y + y / 4 - y / 100 + y / 400 +
           (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1 - 719468;
    return days * 86400 + (int64_t)digits(stamp, 11, 2) * 3600 +
           (int64_t)digits(stamp, 14, 2) * 60 + digits(stamp, 17, 2);
}

bool
vb_report_asciicast(vb_out *out, const vb_run *run, vb_error *err)
{
    vb_json json;
    vb_str title = run->title.len ? run->title : run->document;
    vb_buf shown; /* players put it into the terminal's title */

    if (run->rehearsal)
        title = vb_str_fmt(run->arena, "%.*s (rehearsal)", VB_ARG(title));
    vb_buf_init(&shown, VB_BUF_NO_MAX);
    vb_text_mask_line(&shown, title);
    vb_json_init(&json, &out->buf);
    vb_json_object(&json, NULL);
    vb_json_int(&json, "version", 2);
    vb_json_int(&json, "width", 100);
    vb_json_int(&json, "height", 30);
    vb_json_int(&json, "timestamp", unix_time(run->started));
    vb_json_str(&json, "title", vb_buf_view(&shown));
    vb_buf_release(&shown);
    vb_json_object(&json, "env");
    vb_json_c(&json, "TERM", "xterm-256color");
    vb_json_c(&json, "SHELL", "/bin/bash");
    vb_json_end(&json, '}');
    vb_json_end(&json, '}');
    vb_buf_ch(&out->buf, '\n');
    return run_through(out, run, err);
}

bool
vb_report_timing(vb_out *out, const vb_run *run, vb_error *err)
{
    return run_through(out, run, err);
}

bool
vb_report_typescript(vb_out *out, const vb_run *run, vb_error *err)
{
    vb_buf *buf = &out->buf;

    vb_buf_c(buf, "Script started on ");
    vb_text_mask_line(buf, run->started);
    vb_buf_c(buf, run->rehearsal ? " [REHEARSAL]\n" : "\n");
    if (!run_through(out, run, err))
        return false;
    vb_buf_c(buf, "Script done on ");
    vb_text_mask_line(buf, run->ended_at);
    vb_buf_c(buf, " [VERDICT=\"");
    vb_text_mask_line(buf, run->verdict);
    vb_buf_fmt(buf, "\" COVERAGE=\"%zu of %zu run, %zu of %zu compared\"]\n",
               run->coverage.commands_run, run->coverage.commands,
               run->coverage.expects_checked, run->coverage.expects);
    return true;
}
