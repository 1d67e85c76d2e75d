/*
 * kubectl's way to pick parts of an object: -o jsonpath templates and the
 * specifications of -o custom-columns.
 */
#ifndef VB_REHEARSE_JSONPATH_H
#define VB_REHEARSE_JSONPATH_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>

/* A template such as '{.items[*].metadata.name}{"\n"}', with range/end. */
VB_MUST_USE bool vb_jsonpath(vb_str tmpl, const vb_node *of, vb_arena *arena,
                             vb_buf *out, vb_error *err);

/* One path without braces, '.metadata.name' or 'spec.x[*].y'; matches are
 * joined with ','; "<none>" when there are none. */
VB_MUST_USE bool vb_jsonpath_column(vb_str path, const vb_node *of,
                                    vb_arena *arena, vb_str *out,
                                    vb_error *err);

#endif
