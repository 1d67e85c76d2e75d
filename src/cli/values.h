/* NAME=VALUE and NAME=@FILE from the command line. */
#ifndef VB_CLI_VALUES_H
#define VB_CLI_VALUES_H

#include "cli/opt.h"
#include "plan/plan.h"

typedef VB_VEC(vb_given) vb_givens;

/* Each element of 'texts' into a name and a value. A file's last newline is
 * not part of the value. */
bool vb_values_parse(const vb_strs *texts, vb_arena *arena, vb_givens *out,
                     vb_error *err);

#endif
