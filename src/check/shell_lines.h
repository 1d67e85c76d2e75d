/* Rules about the single lines of command blocks, and about the text of a
 * document as a whole. */
#ifndef VB_CHECK_SHELL_LINES_H
#define VB_CHECK_SHELL_LINES_H

#include "check/check.h"

/* S010 to S017, S020 and S021 on one step. */
void vb_check_shell_lines(vb_checker *checker, const vb_plan *plan,
                          const vb_step *step);

/* S022, on every line of the document and of what it includes. */
void vb_check_secrets(vb_checker *checker);

#endif
