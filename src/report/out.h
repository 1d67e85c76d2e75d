/* What every report writes through: a buffer before the sink. */
#ifndef VB_REPORT_OUT_H
#define VB_REPORT_OUT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "report/model.h"
#include "report/report.h"

typedef struct vb_out {
    vb_buf buf;
    vb_sink sink;
    const char *path; /* of the run */
    const vb_report_opts *opts;
} vb_out;

/* Hands over what has gathered, when it is much or 'all'. */
VB_MUST_USE bool vb_out_flush(vb_out *out, bool all, vb_error *err);

/* One for each format. */
VB_MUST_USE bool vb_report_text(vb_out *out, const vb_run *run, vb_error *err);
VB_MUST_USE bool vb_report_html(vb_out *out, const vb_run *run, vb_error *err);
VB_MUST_USE bool vb_report_markdown(vb_out *out, const vb_run *run,
                                    vb_error *err);
VB_MUST_USE bool vb_report_junit(vb_out *out, const vb_run *run, vb_error *err);
VB_MUST_USE bool vb_report_tap(vb_out *out, const vb_run *run, vb_error *err);
VB_MUST_USE bool vb_report_json(vb_out *out, const vb_run *run, vb_error *err);
VB_MUST_USE bool vb_report_asciicast(vb_out *out, const vb_run *run,
                                     vb_error *err);
VB_MUST_USE bool vb_report_timing(vb_out *out, const vb_run *run,
                                  vb_error *err);
VB_MUST_USE bool vb_report_typescript(vb_out *out, const vb_run *run,
                                      vb_error *err);

/* One line of text in which nothing means anything to Markdown. */
void vb_md_words(vb_buf *out, vb_str s);

/* For people: "passed", "record changed", ... and the record's own state. */
const char *vb_record_word(const vb_run *run);
/* What a format that only counts failures has to count besides the steps:
 * a record that proves nothing must not look green. Empty when there is
 * nothing, or when an unfinished step says it already. */
vb_str vb_record_trouble(const vb_run *run);
/* Whether a step is worth a look: neither pass nor skipped nor replaced. */
bool vb_step_bad(const vb_step_ref *ref);
/* The member "counts": how many steps came to which verdict. */
void vb_run_counts_json(vb_json *json, const vb_run *run);

#endif
