/* One entry a subcommand; each lives in its own cmd_*.c. */
#ifndef VB_CLI_CMDS_H
#define VB_CLI_CMDS_H

#include "cli/cli.h"

extern const vb_cmd vb_cmd_plan;
extern const vb_cmd vb_cmd_explain;
extern const vb_cmd vb_cmd_run;
extern const vb_cmd vb_cmd_export;
extern const vb_cmd vb_cmd_verify;
extern const vb_cmd vb_cmd_report;
extern const vb_cmd vb_cmd_coverage;
extern const vb_cmd vb_cmd_history;
extern const vb_cmd vb_cmd_sign;
extern const vb_cmd vb_cmd_runs;
extern const vb_cmd vb_cmd_push;
extern const vb_cmd vb_cmd_accept;
extern const vb_cmd vb_cmd_match;
extern const vb_cmd vb_cmd_check;
extern const vb_cmd vb_cmd_rules;
extern const vb_cmd vb_cmd_help;

#endif
