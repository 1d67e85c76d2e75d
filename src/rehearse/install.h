/* Putting the shims and the file tools where a rehearsal's PATH points. */
#ifndef VB_REHEARSE_INSTALL_H
#define VB_REHEARSE_INSTALL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "rehearse/scenario.h"

#include <stdbool.h>

/* Makes DIR/bin anew; *path is its name, in 'arena'. */
VB_MUST_USE bool vb_install(const vb_scenario *scenario,
                            const vb_sim_opts *opts, vb_arena *arena,
                            const char **path, vb_error *err);

/* A shim for each program that is recorded. */
VB_MUST_USE bool vb_install_recorder(const vb_sim_opts *opts, vb_arena *arena,
                                     const char **path, vb_error *err);

/* Programs that a rehearsal runs for real. */
bool vb_is_file_tool(vb_str name);

#endif
