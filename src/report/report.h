/*
 * Reports: records in, text out. A report is made from the transcript alone,
 * so a live run and a replayed one cannot disagree.
 */
#ifndef VB_REPORT_REPORT_H
#define VB_REPORT_REPORT_H

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define VB_REPORT_FORMATS(X)                                                   \
    X(TEXT, "text")                                                            \
    X(HTML, "html")                                                            \
    X(MARKDOWN, "markdown")                                                    \
    X(JUNIT, "junit")                                                          \
    X(TAP, "tap")                                                              \
    X(JSON, "json")                                                            \
    X(ASCIICAST, "asciicast")                                                  \
    X(TYPESCRIPT, "typescript")                                                \
    X(TIMING, "timing")
typedef enum vb_report_format {
#define X(name, text) VB_REPORT_##name,
    VB_REPORT_FORMATS(X)
#undef X
} vb_report_format;

bool vb_report_format_parse(vb_str name, vb_report_format *out);

typedef struct vb_report_opts {
    vb_report_format format;
    bool color;     /* TEXT: ANSI colours */
    size_t columns; /* TEXT: width; 0 means 80 */
    /* HTML: with the guide's history from this index; NULL: none */
    struct vb_index *index;
} vb_report_opts;

/* Where a report goes: a function, so that cli/ may print it and tests may
 * keep it. False stops the report with the error the function set. */
typedef struct vb_sink {
    bool (*write)(void *user, vb_str bytes, vb_error *err);
    void *user;
} vb_sink;

/* What the record behind a report is worth. */
typedef enum vb_report_record {
    VB_REPORT_INTACT,
    VB_REPORT_CHANGED,    /* wins over INCOMPLETE */
    VB_REPORT_INCOMPLETE, /* the run has no end */
} vb_report_record;

/* 'run' is a run's directory or a transcript. A changed or incomplete record
 * still makes a report, which says so; *record, which may be NULL, says it to
 * the caller. It is set only when the answer is true. */
VB_MUST_USE bool vb_report_write(const char *run, const vb_report_opts *opts,
                                 vb_sink sink, vb_report_record *record,
                                 vb_error *err);

#endif
