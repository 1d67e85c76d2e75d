/* Which documents an argument means: a file, or all guides of a folder. */
#ifndef VB_CLI_DOCUMENTS_H
#define VB_CLI_DOCUMENTS_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/opt.h"

/* Appends the documents in the order of their names. Folders whose name
 * starts with '.' or '_', and node_modules, are left out: they hold chunks and
 * tools, not guides. */
bool vb_documents_find(vb_arena *arena, vb_str path, vb_strs *out,
                       vb_error *err);

#endif
