/* JUnit's XML, as CI servers read it. */
#include "report/out.h"

#include "base/text.h"

#include <inttypes.h>

#include "base/banned.h"

/* XML has no U+FFFE and U+FFFF; everything else that it forbids is masked. */
static void
xml(vb_buf *out, vb_str s)
{
    while (s.len) {
        size_t bad = 0;

        while (bad + 2 < s.len &&
               !((unsigned char)s.ptr[bad] == 0xef &&
                 (unsigned char)s.ptr[bad + 1] == 0xbf &&
                 ((unsigned char)s.ptr[bad + 2] & 0xfe) == 0xbe))
            bad++;
        if (bad + 2 >= s.len)
            bad = s.len;
        vb_text_html(out, vb_str_sub(s, 0, bad));
        s = vb_str_from(s, bad);
        if (s.len == 0)
            return;
        vb_buf_c(out, "\\uffff");
        s = vb_str_from(s, 3);
    }
}

/* Attribute values lose their line ends to XML's rules: one line then. */
static void
attribute(vb_buf *out, const char *name, vb_str value)
{
    vb_buf line;

    vb_buf_init(&line, VB_BUF_NO_MAX);
    vb_text_mask_line(&line, value);
    vb_buf_fmt(out, " %s=\"", name);
    xml(out, vb_buf_view(&line));
    vb_buf_ch(out, '"');
    vb_buf_release(&line);
}

static void
seconds(vb_buf *out, int64_t ns)
{
    int64_t ms = ns > 0 ? ns / 1000000 : 0;

    vb_buf_fmt(out, " time=\"%" PRId64 ".%03" PRId64 "\"", ms / 1000,
               ms % 1000);
}

static void
property(vb_buf *out, const char *name, vb_str value)
{
    vb_buf_fmt(out, "      <property name=\"%s\"", name);
    attribute(out, "value", value);
    vb_buf_c(out, "/>\n");
}

static size_t
failures(const vb_run *run)
{
    return run->counts[VB_VERDICT_DIFFERS] + run->counts[VB_VERDICT_FAILED];
}

static size_t
errors(const vb_run *run)
{
    return run->counts[VB_VERDICT_TIMEOUT] +
           run->counts[VB_VERDICT_INTERRUPTED] + run->unfinished +
           (vb_record_trouble(run).len > 0);
}

static void
head(vb_buf *out, const vb_run *run)
{
    const vb_coverage *c = &run->coverage;
    vb_str stamp = vb_str_sub(run->started, 0, 19);

    vb_buf_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                  "  <testsuite id=\"0\" package=\"verbatim\"");
    attribute(out, "name", run->title.len ? run->title : run->document);
    attribute(out, "timestamp",
              stamp.len == 19 ? stamp : VB_STR("1970-01-01T00:00:00"));
    attribute(out, "hostname", run->host.len ? run->host : VB_STR("unknown"));
    vb_buf_fmt(out,
               " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
               "skipped=\"%zu\"",
               run->total + (vb_record_trouble(run).len > 0), failures(run),
               errors(run), run->counts[VB_VERDICT_SKIPPED]);
    seconds(out, run->duration_ns);
    vb_buf_c(out, ">\n    <properties>\n");
    property(out, "verdict", run->verdict);
    property(out, "mode",
             run->rehearsal ? VB_STR("rehearsal") : VB_STR("live"));
    property(out, "document", run->document);
    property(out, "provider", run->provider);
    property(out, "record", vb_str_c(vb_record_word(run)));
    property(out, "head", vb_str_c(run->check.head.hex));
    property(
        out, "commands",
        vb_str_fmt(run->arena, "%zu of %zu", c->commands_run, c->commands));
    property(
        out, "outputs-compared",
        vb_str_fmt(run->arena, "%zu of %zu", c->expects_checked, c->expects));
    property(out, "manual-steps",
             vb_str_fmt(run->arena, "%zu of %zu", c->manual_done, c->manual));
    vb_buf_c(out, "    </properties>\n");
}

static void
difference(vb_buf *out, const vb_step_view *view)
{
    for (size_t i = 0; i < view->compares.len; i++) {
        const vb_compare_ref *c = &view->compares.at[i];

        for (size_t k = 0; k < c->lines.len && !c->match; k++) {
            const vb_line_ref *line = &c->lines.at[k];
            bool changed = vb_str_eqc(line->kind, "changed");

            if (changed || vb_str_eqc(line->kind, "missing")) {
                vb_buf_ch(out, '-');
                xml(out, line->expected);
                vb_buf_ch(out, '\n');
            }
            if (changed || vb_str_eqc(line->kind, "extra")) {
                vb_buf_ch(out, '+');
                xml(out, line->actual);
                vb_buf_ch(out, '\n');
            }
        }
    }
}

static void
trouble(vb_buf *out, const vb_step_view *view)
{
    const vb_step_ref *ref = view->ref;
    bool failure = ref->ended && (ref->verdict == VB_VERDICT_DIFFERS ||
                                  ref->verdict == VB_VERDICT_FAILED);
    vb_arena scratch = {0};

    vb_buf_fmt(out, "      <%s type=\"%s\"", failure ? "failure" : "error",
               ref->ended ? vb_verdict_name(ref->verdict) : "unfinished");
    attribute(out, "message",
              ref->why.len ? ref->why : VB_STR("the step has no end"));
    vb_buf_c(out, ">");
    if (view->file.len) {
        xml(out, view->file);
        vb_buf_fmt(out, ":%u\n",
                   view->failed_line ? view->failed_line : view->line);
    }
    difference(out, view);
    xml(out, vb_text_strip_ansi(&scratch, vb_step_output(view, &scratch)));
    vb_buf_fmt(out, "</%s>\n", failure ? "failure" : "error");
    vb_arena_release(&scratch);
}

/* CI servers read test cases only: a changed record is one that fails. */
static void
record(vb_buf *out, const vb_run *run)
{
    vb_str trouble = vb_record_trouble(run);

    if (trouble.len == 0)
        return;
    vb_buf_c(out, "    <testcase name=\"record\"");
    attribute(out, "classname", run->document);
    seconds(out, 0);
    vb_buf_fmt(out, ">\n      <error type=\"%s\"", vb_record_word(run));
    attribute(out, "message", trouble);
    vb_buf_ch(out, '>');
    xml(out, run->fault);
    vb_buf_c(out, "</error>\n    </testcase>\n");
}

static bool
step(void *user, const vb_run *run, const vb_step_view *view, vb_error *err)
{
    vb_out *out = user;
    vb_buf *buf = &out->buf;
    const vb_step_ref *ref = view->ref;

    if (ref->replaced)
        return true;
    vb_buf_c(buf, "    <testcase");
    attribute(buf, "name",
              vb_str_fmt(view->arena, "%.*s: %.*s", VB_ARG(ref->id),
                         VB_ARG(ref->title)));
    attribute(buf, "classname", run->document);
    seconds(buf, ref->duration_ns);
    vb_buf_c(buf, ">\n");
    if (ref->ended && ref->verdict == VB_VERDICT_SKIPPED) {
        vb_buf_c(buf, "      <skipped");
        attribute(buf, "message", ref->why);
        vb_buf_c(buf, "/>\n");
    } else if (vb_step_bad(ref)) {
        trouble(buf, view);
    }
    vb_buf_c(buf, "    </testcase>\n");
    return vb_out_flush(out, false, err);
}

bool
vb_report_junit(vb_out *out, const vb_run *run, vb_error *err)
{
    head(&out->buf, run);
    record(&out->buf, run);
    if (!vb_run_steps(out->path, run, step, out, err))
        return false;
    vb_buf_c(&out->buf, "    <system-out>");
    if (run->rehearsal)
        vb_buf_c(&out->buf, "A rehearsal: a simulated cloud answered.\n");
    xml(&out->buf, run->reason);
    vb_buf_c(&out->buf, "</system-out>\n    <system-err></system-err>\n"
                        "  </testsuite>\n</testsuites>\n");
    return true;
}
