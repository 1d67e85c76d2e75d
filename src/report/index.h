/*
 * An index of the runs in a folder, for what takes all of them into view. It
 * is made from the transcripts and nothing but them: whatever is missing, old
 * or broken is read again, and removing the file loses nothing.
 */
#ifndef VB_REPORT_INDEX_H
#define VB_REPORT_INDEX_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "report/sql.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_index {
    vb_arena arena;
    vb_sql sql;
    const char *dir, *path; /* of the runs; of the index */
    int lock;               /* one process at a time; -1: nowhere to lock */
    size_t read, gone;      /* runs that were read again, or are no more */
    size_t unreadable;      /* runs whose record cannot be read */
    /* "the index was damaged ...", "... is kept in memory only"; or empty */
    vb_str note;
} vb_index;

/* Opens the index of the runs in 'dir' and brings it up to date; 'rebuild'
 * forgets what it knows. Where no file can be written it lives in memory. */
VB_MUST_USE bool vb_index_open(vb_index *index, const char *dir, bool rebuild,
                               vb_error *err);
void vb_index_close(vb_index *index);

#endif
