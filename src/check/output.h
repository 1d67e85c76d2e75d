/* Findings in the forms that CI systems and people read. Text for a terminal
 * is cli/'s. */
#ifndef VB_CHECK_OUTPUT_H
#define VB_CHECK_OUTPUT_H

#include "base/buf.h"
#include "check/finding.h"

#define VB_CHECK_FORMATS(X)                                                    \
    X(TEXT, "text")                                                            \
    X(JSON, "json")                                                            \
    X(SARIF, "sarif")                                                          \
    X(GITHUB, "github")                                                        \
    X(JUNIT, "junit")                                                          \
    X(MARKDOWN, "markdown")
typedef enum vb_check_format {
#define X(name, text) VB_CHECK_##name,
    VB_CHECK_FORMATS(X)
#undef X
} vb_check_format;

bool vb_check_format_parse(vb_str name, vb_check_format *out);

/* {"schema": "verbatim.check/1", "findings": [...]} */
void vb_findings_json(const vb_findings *findings, vb_buf *out);
/* SARIF 2.1.0, with the rules that have findings. */
void vb_findings_sarif(const vb_findings *findings, vb_buf *out);
/* Workflow commands: ::error file=...,line=...::... */
void vb_findings_github(const vb_findings *findings, vb_buf *out);
void vb_findings_junit(const vb_findings *findings, vb_buf *out);
void vb_findings_markdown(const vb_findings *findings, vb_buf *out);

#endif
