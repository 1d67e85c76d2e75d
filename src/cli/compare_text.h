/* A comparison as text for people. */
#ifndef VB_CLI_COMPARE_TEXT_H
#define VB_CLI_COMPARE_TEXT_H

#include "cli/cli.h"
#include "verify/expect.h"

/* The differing lines (with 'all' every line) as a unified difference, each
 * behind 'margin'. */
void vb_compare_text(vb_buf *out, bool color, const vb_compare *compare,
                     bool all, const char *margin);
/* On standard output: the difference and its summary; with 'explain' every
 * line, too. Says nothing for a plain match. */
void vb_compare_print(const vb_cli *cli, const vb_compare *compare,
                      bool explain);

#endif
