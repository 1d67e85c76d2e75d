/*
 * Tables by GitHub's rules, in one pass over a paragraph's lines: a header
 * row, a delimiter row with as many cells, rows until the paragraph ends.
 * Escaped pipes are text, also in code spans; missing cells are empty.
 */
#ifndef VB_DOC_TABLE_H
#define VB_DOC_TABLE_H

#include "doc/doc.h"

/* One line of a paragraph, without its container's prefix. */
typedef struct vb_row {
    vb_str text;
    vb_loc loc; /* of the text's first byte */
    bool stays; /* the text lives as long as the document */
} vb_row;

enum { VB_TABLE_COLUMNS_MAX = 1000, VB_TABLE_CELLS_MAX = 200000 };

/* The index of the header row, or 'n' when the lines hold no table. */
size_t vb_table_find(const vb_row *rows, size_t n);

/* Reads the table whose header is rows[0] and whose delimiter is rows[1].
 * Beyond the limits there is a diagnostic and what fits. */
vb_table *vb_table_read(vb_arena *arena, const vb_row *rows, size_t n,
                        vb_diags *diags);

#endif
