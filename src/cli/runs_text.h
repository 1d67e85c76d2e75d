/* Runs as text and JSON, for `verbatim runs`. */
#ifndef VB_CLI_RUNS_TEXT_H
#define VB_CLI_RUNS_TEXT_H

#include "cli/cli.h"
#include "record/runs.h"
#include "report/summary.h"

/* One line a run; {"schema": "verbatim.runs/1", ...}. */
void vb_runs_text(vb_buf *out, const vb_cli *cli, const vb_kept_runs *runs);
void vb_runs_json(vb_buf *out, const char *dir, const vb_kept_runs *runs);

/* What a run was, and its steps. */
VB_MUST_USE bool vb_run_text(vb_buf *out, const vb_cli *cli, const vb_run *run,
                             vb_error *err);
/* Only what differs. */
void vb_run_pair_text(vb_buf *out, const vb_cli *cli, const vb_run_pair *pair);

/* 'gone' are the runs that went or, with 'dry', would go. */
void vb_pruned_text(vb_buf *out, const vb_kept_runs *gone, bool dry,
                    size_t kept);
void vb_pruned_json(vb_buf *out, const vb_kept_runs *gone, bool dry,
                    size_t kept);

#endif
