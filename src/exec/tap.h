/* --record: shims before the programs of the plan, and what they tell. */
#ifndef VB_EXEC_TAP_H
#define VB_EXEC_TAP_H

#include "exec/runner.h"

/* Does nothing unless the run is to be recorded. */
VB_MUST_USE bool vb_tap_open(vb_runner *run, vb_error *err);
/* PATH for the steps: the shims first; NULL when nothing is recorded. */
const char *vb_tap_path(const vb_runner *run);
/* The recording is on disk; says where it is. */
VB_MUST_USE bool vb_tap_finish(vb_runner *run, vb_error *err);
void vb_tap_release(vb_runner *run);

#endif
