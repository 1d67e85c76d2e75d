/* A part of a file: lines by number, or what stands between two marks. */
#ifndef VB_DOC_PART_H
#define VB_DOC_PART_H

#include "doc/doc.h"

/* The lines that 'part' means: "2:5" by number; a name by the marks that
 * MkDocs ([start:name]), mdBook (ANCHOR: name) and VitePress (#region name)
 * put around it. False when the file has no such part. */
bool vb_part_find(const vb_source *source, vb_str part, uint32_t *first,
                  uint32_t *last);

/* The text of lines 'first' to 'last' with LF line ends. */
vb_str vb_part_text(vb_arena *arena, const vb_source *source, uint32_t first,
                    uint32_t last);

/* The lines of a list like "1-3,7,9-"; *first is the first of them. */
vb_str vb_part_lines(vb_arena *arena, const vb_source *source, vb_str ranges,
                     uint32_t *first);

#endif
