/* TAP 13 with its YAML blocks. */
#include "report/out.h"

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

/* One line in which no '#' begins a directive. */
static void
words(vb_buf *out, vb_str s)
{
    vb_buf masked;

    vb_buf_init(&masked, VB_BUF_NO_MAX);
    vb_text_mask_line(&masked, s);
    for (size_t i = 0; i < masked.len; i++) {
        if (masked.ptr[i] == '#' || masked.ptr[i] == '\\')
            vb_buf_ch(out, '\\');
        vb_buf_ch(out, masked.ptr[i]);
    }
    vb_buf_release(&masked);
}

/* A string in double quotes is YAML when it is JSON; people read it on
 * terminals, so nothing in it may act. */
static void
yaml(vb_buf *out, const char *key, vb_str value)
{
    vb_json json;
    vb_buf masked;

    if (value.len == 0)
        return;
    vb_buf_init(&masked, VB_BUF_NO_MAX);
    vb_text_mask(&masked, value);
    vb_buf_fmt(out, "  %s: ", key);
    vb_json_init(&json, out);
    vb_json_str(&json, NULL, vb_buf_view(&masked));
    vb_buf_ch(out, '\n');
    vb_buf_release(&masked);
}

static void
details(vb_buf *out, const vb_step_view *view)
{
    const vb_step_ref *ref = view->ref;
    vb_arena scratch = {0};
    vb_str output =
        vb_text_strip_ansi(&scratch, vb_step_output(view, &scratch));

    vb_buf_c(out, "  ---\n");
    yaml(out, "step", ref->id);
    yaml(out, "verdict", vb_str_c(vb_step_word(ref)));
    yaml(out, "message", ref->why);
    if (view->file.len)
        yaml(out, "at",
             vb_str_fmt(view->arena, "%.*s:%u", VB_ARG(view->file),
                        view->failed_line ? view->failed_line : view->line));
    if (view->has_status)
        vb_buf_fmt(out, "  status: %d\n", view->status);
    vb_buf_fmt(out, "  duration_ms: %jd\n",
               (intmax_t)(ref->duration_ns / 1000000));
    if (vb_step_bad(ref))
        yaml(out, "output",
             vb_str_from(output, output.len > 4096 ? output.len - 4096 : 0));
    vb_buf_c(out, "  ...\n");
    vb_arena_release(&scratch);
}

typedef struct tap {
    vb_out *out;
    size_t n;
} tap;

static bool
step(void *user, const vb_run *run, const vb_step_view *view, vb_error *err)
{
    tap *t = user;
    vb_buf *buf = &t->out->buf;
    const vb_step_ref *ref = view->ref;

    (void)run;
    if (ref->replaced)
        return true;
    vb_buf_fmt(buf, "%sok %zu - ", vb_step_bad(ref) ? "not " : "", ++t->n);
    words(buf, ref->title.len ? ref->title : ref->id);
    if (ref->ended && ref->verdict == VB_VERDICT_SKIPPED) {
        vb_buf_c(buf, " # SKIP ");
        words(buf, ref->why);
    }
    vb_buf_ch(buf, '\n');
    if (vb_step_bad(ref) || (ref->ended && !ref->skipped && !ref->checked))
        details(buf, view);
    return vb_out_flush(t->out, false, err);
}

/* Harnesses read no comments: a changed record is a point that fails. */
static void
record(tap *t, const vb_run *run)
{
    vb_buf *buf = &t->out->buf;
    vb_str trouble = vb_record_trouble(run);

    if (trouble.len == 0)
        return;
    vb_buf_fmt(buf, "not ok %zu - ", ++t->n);
    words(buf, trouble);
    vb_buf_c(buf, "\n  ---\n");
    yaml(buf, "record", vb_str_c(vb_record_word(run)));
    yaml(buf, "message", run->fault);
    vb_buf_c(buf, "  ...\n");
}

bool
vb_report_tap(vb_out *out, const vb_run *run, vb_error *err)
{
    tap t = {.out = out};
    const vb_coverage *c = &run->coverage;

    vb_buf_fmt(&out->buf, "TAP version 13\n1..%zu\n",
               run->total + (vb_record_trouble(run).len > 0));
    if (run->rehearsal)
        vb_buf_c(&out->buf, "# rehearsal: a simulated cloud answered\n");
    vb_buf_fmt(&out->buf, "# record: %s, head %s\n", vb_record_word(run),
               run->check.head.hex);
    record(&t, run);
    if (!vb_run_steps(out->path, run, step, &t, err))
        return false;
    vb_buf_fmt(&out->buf,
               "# coverage: %zu of %zu commands and files ran, %zu of %zu "
               "outputs compared, %zu of %zu manual steps done, %zu blocks "
               "for other readers\n# verdict: ",
               c->commands_run, c->commands, c->expects_checked, c->expects,
               c->manual_done, c->manual, c->other);
    words(&out->buf, run->verdict);
    vb_buf_ch(&out->buf, '\n');
    return true;
}
