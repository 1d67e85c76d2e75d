/* What the writers of a history share. */
#ifndef VB_REPORT_HISTORY_WRITE_H
#define VB_REPORT_HISTORY_WRITE_H

#include "base/json.h"
#include "report/history.h"
#include "report/out.h"

typedef struct vb_history_page {
    vb_history *history;
    const vb_history_opts *opts;
    vb_out out;
    vb_json json;
    size_t steps;
} vb_history_page;

/* "flaky: 3 changes in 12 runs", "slow: 8.0s, usually 1.2s" ...; the most
 * important, or empty. */
vb_str vb_history_words(const vb_history_step *step, vb_arena *arena);

VB_MUST_USE bool vb_history_html(vb_history_page *page, vb_error *err);
/* The chart alone, for another page. */
VB_MUST_USE bool vb_history_chart(vb_out *out, vb_history *history,
                                  vb_error *err);

#endif
