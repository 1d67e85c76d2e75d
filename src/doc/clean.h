/* What cmark reads: the text without what the scanner took out. */
#ifndef VB_DOC_CLEAN_H
#define VB_DOC_CLEAN_H

#include "doc/scan.h"

/* Makes unit->clean and unit->origin: each line of the source is kept (and
 * dedented), empty, or a placeholder "___", which cmark takes for a rule.
 * Where a tab or box begins or ends in the middle of text, an empty line parts
 * what stands before from what stands behind. 's->shift' is summed up. */
void vb_clean_text(vb_scan *s);

/* The place in the source of a place (from 1) in the clean text. */
vb_loc vb_clean_loc(const vb_unit *unit, uint32_t line, uint32_t col);

#endif
