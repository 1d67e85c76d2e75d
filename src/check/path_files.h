/* Files along a path: written before they are read, or at least named. */
#ifndef VB_CHECK_PATH_FILES_H
#define VB_CHECK_PATH_FILES_H

#include "check/check.h"

/* Rules P105 and P109. */
void vb_check_path_files(vb_checker *checker, const vb_plan *plan);

/* The line of the step that has 'text'; the step's own place when none has. */
vb_loc vb_path_place(const vb_plan *plan, const vb_step *step, vb_str text);

#endif
