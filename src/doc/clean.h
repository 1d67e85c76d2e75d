/* What cmark reads: the text without what the scanner took out. */
#ifndef VB_DOC_CLEAN_H
#define VB_DOC_CLEAN_H

#include "doc/scan.h"

/* One line for each line of the source: kept (and dedented), empty, or a
 * placeholder "___", which cmark takes for a rule. 's->shift' is summed up
 * already. */
vb_str vb_clean_text(vb_scan *s);

/* The source column of column 'col' (both from 1) of a line of the clean
 * text. */
uint32_t vb_clean_column(const vb_unit *unit, uint32_t line, uint32_t col);

#endif
