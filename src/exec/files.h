/* Writing the files that a guide tells its reader to save. */
#ifndef VB_EXEC_FILES_H
#define VB_EXEC_FILES_H

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

/*
 * Writes 'content' to 'name' below the directory 'dir_fd', making folders on
 * the way. A name that is absolute, leaves the directory or passes through a
 * symbolic link is refused. 'append' adds to what is there.
 */
VB_MUST_USE bool vb_file_put(int dir_fd, vb_str name, vb_str content,
                             bool append, vb_error *err);

#endif
