/* The table of subcommands, in the order of `verbatim --help`. */
#include "cli/cmds.h"

#include "base/banned.h"

/* One a line, so that two new ones do not meet. */
/* clang-format off */
const vb_cmd *const vb_cmds[] = {
    &vb_cmd_plan,
    &vb_cmd_explain,
    &vb_cmd_run,
    &vb_cmd_check,
    &vb_cmd_rules,
    &vb_cmd_verify,
    &vb_cmd_report,
    &vb_cmd_coverage,
    &vb_cmd_history,
    &vb_cmd_sign,
    &vb_cmd_runs,
    &vb_cmd_push,
    &vb_cmd_accept,
    &vb_cmd_export,
    &vb_cmd_match,
    &vb_cmd_help,
    NULL,
};
/* clang-format on */
