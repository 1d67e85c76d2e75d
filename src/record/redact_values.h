/*
 * Known values in a stream: an Aho-Corasick automaton over every way a value
 * may be printed. A line end inside a value, and the indentation behind it,
 * are looked through: tools wrap. Where no value can begin, which a bitmap of
 * the first three bytes tells, bytes are copied without a look at the
 * automaton.
 */
#ifndef VB_RECORD_REDACT_VALUES_H
#define VB_RECORD_REDACT_VALUES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "record/redact_filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_values vb_values; /* opaque */

vb_values *vb_values_new(void);
void vb_values_free(vb_values *values);
/* One way to print it; short ones (under 4 bytes) are refused. */
bool vb_values_add(vb_values *values, vb_str name, vb_str pattern);

/* Zeroed is a fresh stream. */
typedef struct vb_values_stream {
    uint32_t state;    /* node of the automaton */
    vb_buf hold;       /* bytes not decided yet */
    uint64_t base;     /* position of hold's first byte */
    uint64_t *counted; /* positions of bytes that the automaton has seen */
    size_t ncounted, cap;
    unsigned gap; /* bytes of the line end that is being looked through */
    bool marked;
    uint64_t mark_from, mark_to;
    uint32_t mark; /* pattern */
} vb_values_stream;

void vb_values_feed(vb_values *values, vb_values_stream *stream, vb_str bytes,
                    vb_buf *out);
/* Appends what waited and starts again. */
void vb_values_finish(vb_values *values, vb_values_stream *stream, vb_buf *out);
void vb_values_stream_release(vb_values_stream *stream);

#endif
