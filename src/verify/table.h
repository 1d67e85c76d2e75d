/*
 * Column tables as command lines print them: a header line, rows below it.
 * Cells are found by the header's columns, else by runs of spaces, so that
 * widths do not matter.
 */
#ifndef VB_VERIFY_TABLE_H
#define VB_VERIFY_TABLE_H

#include "base/arena.h"
#include "base/str.h"
#include "verify/classes.h"
#include "verify/normalise.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_COLUMNS_MAX = 64 };

typedef struct vb_table {
    uint32_t id;
    uint32_t columns;
    vb_str *names;
    uint32_t *starts; /* byte columns of the header's cells */
    bool words;       /* the header's cells are single words */
} vb_table;

/* What a line is within a table; table NULL: it is in none. */
typedef struct vb_row {
    const vb_table *table;
    vb_str *cells; /* [table->columns]; NULL for the header */
} vb_row;

/* One entry for each line. */
vb_row *vb_tables_find(vb_arena *arena, const vb_nlines *lines);

/* The column of that name, or VB_NPOS. */
size_t vb_table_column(const vb_table *table, vb_str name);

/* The class of everything in a column by its name (AGE, RESTARTS), or NONE
 * when the cells speak for themselves. */
vb_class vb_column_class(vb_str name);

#endif
