#include "report/report.h"

#include "report/out.h"

#include "base/banned.h"

static const char *const names[] = {
#define X(name, text) text,
    VB_REPORT_FORMATS(X)
#undef X
};

bool
vb_report_format_parse(vb_str name, vb_report_format *out)
{
    for (size_t i = 0; i < VB_COUNT(names); i++)
        if (vb_str_eqc(name, names[i])) {
            *out = (vb_report_format)i;
            return true;
        }
    return false;
}

bool
vb_out_flush(vb_out *out, bool all, vb_error *err)
{
    const size_t much = (size_t)64 * 1024;
    bool ok = true;

    if (out->buf.len && (all || out->buf.len >= much)) {
        ok = out->sink.write(out->sink.user, vb_buf_view(&out->buf), err);
        vb_buf_clear(&out->buf);
    }
    return ok;
}

const char *
vb_record_word(const vb_run *run)
{
    return !run->check.intact      ? "changed"
           : run->check.incomplete ? "incomplete"
                                   : "intact";
}

vb_str
vb_record_trouble(const vb_run *run)
{
    if (!run->check.intact)
        return VB_STR("the record was changed");
    return run->check.incomplete && run->unfinished == 0
               ? VB_STR("the record has no end")
               : VB_STR("");
}

bool
vb_step_bad(const vb_step_ref *ref)
{
    return !ref->replaced &&
           (!ref->ended || (ref->verdict != VB_VERDICT_PASS &&
                            ref->verdict != VB_VERDICT_SKIPPED &&
                            ref->verdict != VB_VERDICT_UNVERIFIED));
}

bool
vb_report_write(const char *path, const vb_report_opts *opts, vb_sink sink,
                vb_report_record *record, vb_error *err)
{
    static bool (*const writers[])(vb_out *, const vb_run *, vb_error *) = {
        [VB_REPORT_TEXT] = vb_report_text,
        [VB_REPORT_HTML] = vb_report_html,
        [VB_REPORT_MARKDOWN] = vb_report_markdown,
        [VB_REPORT_JUNIT] = vb_report_junit,
        [VB_REPORT_TAP] = vb_report_tap,
        [VB_REPORT_JSON] = vb_report_json,
        [VB_REPORT_ASCIICAST] = vb_report_asciicast,
        [VB_REPORT_TYPESCRIPT] = vb_report_typescript,
        [VB_REPORT_TIMING] = vb_report_timing,
    };
    vb_out out = {.sink = sink, .path = path, .opts = opts};
    vb_arena arena = {0};
    vb_run *run = vb_run_load(path, &arena, err);
    bool ok = run != NULL;

    vb_buf_init(&out.buf, VB_BUF_NO_MAX);
    ok = ok && writers[opts->format](&out, run, err);
    ok = ok && vb_out_flush(&out, true, err);
    if (ok && record)
        *record = !run->check.intact      ? VB_REPORT_CHANGED
                  : run->check.incomplete ? VB_REPORT_INCOMPLETE
                                          : VB_REPORT_INTACT;
    vb_buf_release(&out.buf);
    vb_run_close(run);
    vb_arena_release(&arena);
    return ok;
}
