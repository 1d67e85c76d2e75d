#include "cli/progress.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/compare_text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { REDRAW_NS = 80 * 1000 * 1000 };

static void
emit(const vb_buf *text)
{
    if (!vb_write_all(STDERR_FILENO, text->ptr, text->len, "standard error",
                      NULL))
        errno = 0; /* nobody is left to be told */
}

static const struct mark {
    const char *sign, *word;
    vb_style style;
} marks[] = {
    [VB_VERDICT_PASS] = {"✓", "ok", VB_STYLE_GREEN},
    [VB_VERDICT_UNVERIFIED] = {"·", "ran", VB_STYLE_CYAN},
    [VB_VERDICT_DIFFERS] = {"≠", "differs", VB_STYLE_RED},
    [VB_VERDICT_FAILED] = {"✗", "failed", VB_STYLE_RED},
    [VB_VERDICT_TIMEOUT] = {"✗", "timeout", VB_STYLE_RED},
    [VB_VERDICT_SKIPPED] = {"-", "skipped", VB_STYLE_YELLOW},
    [VB_VERDICT_INTERRUPTED] = {"✗", "interrupted", VB_STYLE_RED},
};

static bool
is_bad(vb_verdict verdict)
{
    return verdict == VB_VERDICT_DIFFERS || verdict == VB_VERDICT_FAILED ||
           verdict == VB_VERDICT_TIMEOUT || verdict == VB_VERDICT_INTERRUPTED;
}

/* Takes the live line away; what follows starts on a clean line. */
static void
wipe(vb_progress_view *view, vb_buf *out)
{
    if (view->live_shown)
        vb_buf_c(out, "\r\033[K");
    view->live_shown = false;
    if (!view->at_line_start)
        vb_buf_ch(out, '\n');
    view->at_line_start = true;
}

static void
keep_last_line(vb_progress_view *view, vb_str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];

        if (c == '\n' || c == '\r') {
            view->last_done = true;
            continue;
        }
        if (view->last_done)
            view->last_len = 0;
        view->last_done = false;
        if (view->last_len < sizeof view->last)
            view->last[view->last_len++] = c;
    }
}

static void
draw_live(vb_progress_view *view, const vb_progress *p)
{
    vb_buf line, out;
    vb_span span = vb_clock_span(p->elapsed_ns);
    size_t columns = view->cli->columns - 1;

    view->drawn_ns = vb_clock_mono_ns();
    vb_buf_init(&line, VB_BUF_NO_MAX);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_fmt(&line, "  … %s%zu/%zu ", view->rehearsal ? "rehearsal " : "",
               p->index + 1, p->count);
    vb_text_mask_line(&line, p->step->id);
    vb_buf_fmt(&line, "  %s  ", span.text);
    vb_text_mask_line(&line, vb_str_n(view->last, view->last_len));
    vb_buf_c(&out, "\r\033[K");
    vb_buf_c(&out, vb_style_on(view->cli->color_err, VB_STYLE_DIM));
    vb_buf_str(&out, vb_text_fit(vb_buf_view(&line), columns));
    vb_buf_c(&out, vb_style_off(view->cli->color_err, VB_STYLE_DIM));
    emit(&out);
    view->live_shown = true;
    vb_buf_release(&line);
    vb_buf_release(&out);
}

/* What went wrong with a step, below its line. */
static void
put_trouble(vb_progress_view *view, const vb_progress *p, vb_buf *out)
{
    const vb_step_result *r = p->result;
    bool color = view->cli->color_err;

    vb_buf_c(out, "      ");
    vb_text_mask_line(out, vb_str_c(p->step->loc.file));
    vb_buf_fmt(out,
               ":%u: ", r->failed_line ? r->failed_line : p->step->loc.line);
    vb_styled(out, color, VB_STYLE_RED, r->explanation);
    vb_buf_ch(out, '\n');
    if (r->verdict == VB_VERDICT_DIFFERS && r->compare)
        for (size_t i = 0; i < p->step->expects.len; i++)
            if (r->compare[i] && !r->compare[i]->match)
                vb_compare_text(out, color, r->compare[i], false, "      ");
    if (r->verdict != VB_VERDICT_DIFFERS && view->last_len && !view->verbose) {
        vb_buf_c(out, "      last line: ");
        vb_text_mask_line(out, vb_str_n(view->last, view->last_len));
        vb_buf_ch(out, '\n');
    }
}

/* What stands behind a finished step's id: how long it took, or why it did not
 * run. */
static void
put_remark(vb_buf *out, const vb_step_result *r)
{
    if (r->ran) {
        vb_buf_fmt(out, "  %s", vb_clock_span(r->duration_ns).text);
        if (r->simulated_ms)
            vb_buf_fmt(out, " (+%s simulated)",
                       vb_clock_span(r->simulated_ms * 1000000).text);
        if (r->attempts > 1)
            vb_buf_fmt(out, ", %u attempts", r->attempts);
    } else if (r->verdict == VB_VERDICT_SKIPPED && r->explanation.len) {
        vb_buf_c(out, "  ");
        vb_text_mask_line(out, r->explanation);
    }
}

/* The id and the remark. A terminal would break them in the middle of a word:
 * there the id gives way, and a long reason goes to a line of its own. */
static void
put_id(const vb_progress_view *view, const vb_progress *p, size_t used,
       vb_buf *out)
{
    enum { ID_MIN = 16 };
    bool color = view->cli->color_err;
    vb_buf remark;
    size_t room, width;

    vb_buf_init(&remark, VB_BUF_NO_MAX);
    put_remark(&remark, p->result);
    if (view->style == VB_PROGRESS_LIVE) {
        room = view->cli->columns > used + ID_MIN ? view->cli->columns - used
                                                  : ID_MIN;
        width = vb_text_width(vb_buf_view(&remark));
        if (width + ID_MIN <= room) {
            vb_cli_shorten(out, p->step->id, room - width);
        } else {
            vb_cli_shorten(out, p->step->id, room);
            vb_buf_c(out, "\n    ");
        }
    } else {
        vb_text_mask_line(out, p->step->id);
    }
    vb_buf_c(out, vb_style_on(color, VB_STYLE_DIM));
    vb_buf_str(out, vb_buf_view(&remark));
    vb_buf_c(out, vb_style_off(color, VB_STYLE_DIM));
    vb_buf_release(&remark);
}

static void
step_end(vb_progress_view *view, const vb_progress *p)
{
    const vb_step_result *r = p->result;
    const struct mark *mark = &marks[r->verdict];
    bool color = view->cli->color_err;
    vb_buf out, place;

    if (view->style == VB_PROGRESS_QUIET && !is_bad(r->verdict))
        return;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    wipe(view, &out);
    vb_buf_init(&place, VB_BUF_NO_MAX);
    vb_buf_fmt(&place, "%s %-8s", mark->sign, mark->word);
    vb_styled(&out, color, mark->style, vb_buf_view(&place));
    /* No line that is quoted alone may pass for a real run's. */
    if (view->rehearsal)
        vb_styled(&out, color, VB_STYLE_MAGENTA, VB_STR(" rehearsed"));
    vb_buf_fmt(&place, "%s %2zu/%zu ", view->rehearsal ? " rehearsed" : "",
               p->index + 1, p->count);
    vb_buf_fmt(&out, " %2zu/%zu ", p->index + 1, p->count);
    put_id(view, p, vb_text_width(vb_buf_view(&place)), &out);
    vb_buf_release(&place);
    vb_buf_ch(&out, '\n');
    if (is_bad(r->verdict))
        put_trouble(view, p, &out);
    emit(&out);
    vb_buf_release(&out);
}

void
vb_progress_say(vb_progress_view *view, vb_str bytes)
{
    vb_buf out;

    if (!bytes.len)
        return;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (view->live_shown)
        wipe(view, &out);
    vb_text_mask(&out, bytes);
    view->at_line_start = bytes.ptr[bytes.len - 1] == '\n';
    emit(&out);
    vb_buf_release(&out);
}

static void
step_output(vb_progress_view *view, const vb_progress *p)
{
    keep_last_line(view, p->text);
    if (view->style == VB_PROGRESS_LIVE && !view->verbose &&
        vb_clock_mono_ns() - view->drawn_ns > REDRAW_NS)
        draw_live(view, p);
    if (view->verbose)
        vb_progress_say(view, p->text);
}

static void
note(vb_progress_view *view, vb_str text)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    wipe(view, &out);
    vb_buf_c(&out, "  ");
    vb_styled(&out, view->cli->color_err, VB_STYLE_CYAN, text);
    vb_buf_ch(&out, '\n');
    emit(&out);
    vb_buf_release(&out);
}

static const char *
event_name(vb_progress_kind kind)
{
    switch (kind) {
    case VB_PROGRESS_RUN_START:
        return "run-start";
    case VB_PROGRESS_STEP_START:
        return "step-start";
    case VB_PROGRESS_OUTPUT:
        return "output";
    case VB_PROGRESS_ATTEMPT:
        return "attempt";
    case VB_PROGRESS_SILENT:
        return "silent";
    case VB_PROGRESS_TICK:
        return NULL;
    case VB_PROGRESS_STEP_END:
        return "step-end";
    case VB_PROGRESS_NOTE:
        return "note";
    case VB_PROGRESS_RUN_END:
        return "run-end";
    }
    return NULL;
}

static void
json_event(const vb_progress *p)
{
    const char *name = event_name(p->kind);
    vb_json json;
    vb_buf out;

    if (!name)
        return;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_json_init(&json, &out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "event", name);
    if (p->step) {
        vb_json_str(&json, "step", p->step->id);
        vb_json_int(&json, "index", (int64_t)p->index);
        vb_json_int(&json, "count", (int64_t)p->count);
        vb_json_int(&json, "elapsed_ms", p->elapsed_ns / 1000000);
    }
    if (p->kind == VB_PROGRESS_OUTPUT) {
        vb_json_c(&json, "stream",
                  p->stream == VB_STREAM_OUT ? "stdout" : "stderr");
        vb_json_bytes(&json, "text", p->text);
    } else if (p->text.len) {
        vb_json_str(&json, "text", p->text);
    }
    if (p->result) {
        vb_json_c(&json, "verdict", vb_verdict_name(p->result->verdict));
        vb_json_int(&json, "status", p->result->status);
        vb_json_str(&json, "explanation", p->result->explanation);
    }
    vb_json_end(&json, '}');
    vb_buf_ch(&out, '\n');
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

static void
show_line(vb_progress_view *view, const vb_progress *p)
{
    switch (p->kind) {
    case VB_PROGRESS_STEP_START:
        view->last_len = 0;
        view->last_done = false;
        if (view->style == VB_PROGRESS_LIVE)
            draw_live(view, p);
        break;
    case VB_PROGRESS_TICK:
        if (view->style == VB_PROGRESS_LIVE && !view->verbose)
            draw_live(view, p);
        break;
    case VB_PROGRESS_OUTPUT:
        step_output(view, p);
        break;
    case VB_PROGRESS_STEP_END:
        step_end(view, p);
        break;
    case VB_PROGRESS_NOTE:
    case VB_PROGRESS_ATTEMPT:
    case VB_PROGRESS_SILENT:
        if (view->style != VB_PROGRESS_QUIET && p->text.len)
            note(view, p->text);
        break;
    case VB_PROGRESS_RUN_START:
    case VB_PROGRESS_RUN_END:
        break;
    }
}

void
vb_progress_show(void *user, const vb_progress *progress)
{
    vb_progress_view *view = user;

    if (view->style == VB_PROGRESS_JSON)
        json_event(progress);
    else
        show_line(view, progress);
}

void
vb_progress_prompt(vb_progress_view *view, vb_str text)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    wipe(view, &out);
    vb_buf_str(&out, text);
    emit(&out);
    vb_buf_release(&out);
}

static void
put_counts(vb_buf *out, const vb_run_result *result)
{
    static const char *const words[] = {
        [VB_VERDICT_PASS] = "verified",
        [VB_VERDICT_UNVERIFIED] = "ran, nothing promised to compare",
        [VB_VERDICT_DIFFERS] = "printed something else",
        [VB_VERDICT_FAILED] = "failed",
        [VB_VERDICT_TIMEOUT] = "ran out of time",
        [VB_VERDICT_SKIPPED] = "skipped",
        [VB_VERDICT_INTERRUPTED] = "interrupted",
    };
    bool any = false;

    for (size_t i = 0; i < VB_COUNT(words); i++) {
        if (result->counts[i] == 0)
            continue;
        vb_buf_fmt(out, "%s%zu %s", any ? "; " : "", result->counts[i],
                   words[i]);
        any = true;
    }
}

void
vb_progress_summary(vb_progress_view *view, const vb_plan *plan,
                    const vb_run_result *result)
{
    bool color = view->cli->color_err;
    bool passed = vb_str_eqc(result->verdict, "passed");
    bool unverified = vb_str_eqc(result->verdict, "unverified");
    vb_style style = passed       ? VB_STYLE_GREEN
                     : unverified ? VB_STYLE_YELLOW
                                  : VB_STYLE_RED;
    vb_buf out;

    (void)plan;
    if (view->style == VB_PROGRESS_JSON)
        return;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    wipe(view, &out);
    vb_buf_c(&out, "\n");
    if (view->rehearsal)
        vb_styled(&out, color, VB_STYLE_MAGENTA, VB_STR("rehearsal "));
    vb_styled(&out, color, style, result->verdict);
    vb_buf_fmt(&out, ": %zu step%s in %s", result->steps,
               result->steps == 1 ? "" : "s",
               vb_clock_span(result->duration_ns).text);
    if (result->simulated_ms)
        vb_buf_fmt(&out, " (and %s of simulated waiting)",
                   vb_clock_span(result->simulated_ms * 1000000).text);
    vb_buf_c(&out, "\n  ");
    put_counts(&out, result);
    vb_buf_ch(&out, '\n');
    if (result->manual_not_done)
        vb_buf_fmt(&out, "  %zu step%s for a person not done\n",
                   result->manual_not_done,
                   result->manual_not_done == 1 ? "" : "s");
    vb_buf_c(&out, "  transcript: ");
    vb_text_mask_line(&out, result->dir);
    vb_buf_c(&out, "/transcript.jsonl\n");
    emit(&out);
    vb_buf_release(&out);
}
