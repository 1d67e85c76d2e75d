/*
 * The runs of one guide over time, from the index: which of its steps pass,
 * differ, are slow or come and go.
 *
 * Steps are known by their ids. A step is *flaky* when, with the same text in
 * the guide, the same provider and the same kind of run (live or rehearsed),
 * it went from good to bad or back at least twice. It is *slow* when its last
 * good run took more than twice as long as the median of the good ones before
 * (three at least), and a second more.
 */
#ifndef VB_REPORT_HISTORY_H
#define VB_REPORT_HISTORY_H

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"
#include "report/index.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_HISTORY_MAX = 30 }; /* runs in view: the newest so many */

typedef struct vb_history_run {
    vb_str name, title, provider, verdict, started, record;
    bool rehearsal;
    int64_t took_ns;
} vb_history_run;

/* A step in one run of the view; 'verdict' is empty where it was not. */
typedef struct vb_history_point {
    vb_str verdict;
    int64_t took_ns;
} vb_history_point;

typedef struct vb_history_step {
    vb_str id, title, why, file; /* 'why' of its last run */
    uint32_t line;
    const vb_history_point *points; /* one for each run of the view */
    vb_str now;                     /* its last verdict */
    vb_str since; /* name of the run since which it is bad; or empty */
    size_t good, bad, changes;
    bool flaky, slow, gone; /* gone: not in the newest run of its provider */
    int64_t took_ns, median_ns;
} vb_history_step;

typedef struct vb_history {
    vb_index *index;
    vb_arena arena;
    vb_str document; /* as asked */
    bool exact;      /* runs of that very path; else of that file name */
    size_t all;      /* runs there are */
    VB_VEC(vb_history_run) runs; /* in view, the oldest first */
    VB_VEC(int64_t) numbers;     /* of them in the index */
} vb_history;

/* 'document' is a guide's path: runs of that path count or, when there are
 * none, runs of files of that name. None at all is no failure. */
VB_MUST_USE bool vb_history_open(vb_history *history, vb_index *index,
                                 vb_str document, vb_error *err);
void vb_history_close(vb_history *history);

/* The steps, as the newest run lists them, then those it does not have. What
 * 'each' is given lives for the call. */
VB_MUST_USE bool vb_history_steps(vb_history *history,
                                  bool (*each)(void *user,
                                               const vb_history_step *step,
                                               vb_error *err),
                                  void *user, vb_error *err);

/* Each document that has runs, with how many and the newest. */
VB_MUST_USE bool
vb_history_documents(vb_index *index,
                     bool (*each)(void *user, vb_str document, size_t runs,
                                  const vb_history_run *newest, vb_error *err),
                     void *user, vb_error *err);

#define VB_HISTORY_FORMATS(X)                                                  \
    X(TEXT, "text")                                                            \
    X(HTML, "html")                                                            \
    X(JSON, "json")
typedef enum vb_history_format {
#define X(name, text) VB_HISTORY_##name,
    VB_HISTORY_FORMATS(X)
#undef X
} vb_history_format;
bool vb_history_format_parse(vb_str name, vb_history_format *out);

typedef struct vb_history_opts {
    vb_history_format format;
    bool color;
    size_t columns;
} vb_history_opts;

VB_MUST_USE bool vb_history_write(vb_history *history,
                                  const vb_history_opts *opts, vb_sink sink,
                                  vb_error *err);

#endif
