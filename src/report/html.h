/* Pieces of the HTML report, shared by its files. */
#ifndef VB_REPORT_HTML_H
#define VB_REPORT_HTML_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "report/model.h"
#include "report/out.h"

/* A page of ours from its doctype to <body>, and from </main> to its end. */
void vb_h_begin(vb_buf *out, vb_str word, vb_str title);
void vb_h_end(vb_buf *out);

/* Text, escaped; controls and bidi marks made visible. */
void vb_h_text(vb_buf *out, vb_str s);
/* Markup of ours. */
void vb_h(vb_buf *out, const char *markup);
/* Program output: colours and other escapes are dropped, the rest is text. */
void vb_h_output(vb_buf *out, vb_str s);

/* "pass", "unfinished", ...: classes and filters. */
const char *vb_h_class(const vb_step_ref *ref);
/* The verdict with its sign, coloured. */
void vb_h_verdict(vb_buf *out, const char *class, const char *word);
/* A table of names and values; rows begin between the two. */
void vb_h_row(vb_buf *out, const char *name, vb_str value);

/* "12 of 20" over a bar. */
void vb_h_meter(vb_buf *out, const char *what, size_t part, size_t whole);

typedef struct vb_html {
    vb_out *out;
    vb_buf group; /* the guide's heading that the last step stood under */
} vb_html;

/* One step, for vb_run_steps; 'user' is a vb_html. */
bool vb_html_step(void *user, const vb_run *run, const vb_step_view *step,
                  vb_error *err);
VB_MUST_USE bool vb_html_chart(vb_buf *out, const vb_run *run, vb_error *err);
VB_MUST_USE bool vb_html_coverage(vb_out *out, const vb_run *run,
                                  vb_error *err);
void vb_html_evidence(vb_buf *out, const vb_run *run);

#endif
