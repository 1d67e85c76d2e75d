/*
 * One file's bytes: read, checked to be text, and cut into lines. A line ends
 * in LF, CRLF or CR, as in CommonMark, so that line numbers agree with it.
 */
#ifndef VB_DOC_SOURCE_H
#define VB_DOC_SOURCE_H

#include "doc/doc.h"

/* NULL and err, with a located diagnostic where there is a place, when the
 * bytes cannot be read or are no text. 'text' replaces reading 'path' when it
 * is not NULL; its bytes are copied. */
vb_source *vb_source_read(vb_arena *arena, const char *path, const vb_str *text,
                          vb_diags *diags, vb_error *err);

/* The same for a file that many documents include: its bytes are read once for
 * all of them and shared. 'real' identifies the file; 'shared' may be NULL. */
vb_source *vb_source_include(vb_arena *arena, const char *path, vb_str real,
                             vb_cache *shared, vb_diags *diags, vb_error *err);

/* Number of lines; an empty source has none. */
uint32_t vb_source_count(const vb_source *source);

/* Line 'n' with its line end. */
vb_str vb_source_raw(const vb_source *source, uint32_t n);

#endif
