/*
 * Redaction: known values in whatever way they are printed, and the shapes of
 * well-known credentials, become [redacted:NAME]. Targeted, never blanket: a
 * name alone decides nothing. Linear in the input, whatever it is.
 *
 * Values are found raw, across line ends, URL-encoded, in base64 at each of
 * its three alignments, in JSON strings, and as the shell quotes them.
 */
#ifndef VB_RECORD_REDACT_H
#define VB_RECORD_REDACT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_redactor vb_redactor; /* opaque: what is looked for */

vb_redactor *vb_redactor_new(void);
void vb_redactor_free(vb_redactor *redactor);

/* False when the value is too short or too common to be searched for. Streams
 * made before know the new value from their next byte on. */
bool vb_redactor_add(vb_redactor *redactor, vb_str name, vb_str value);

/* One stream of bytes, fed in pieces of any size. */
typedef struct vb_redact_stream vb_redact_stream; /* opaque */

vb_redact_stream *vb_redact_open(vb_redactor *redactor);
void vb_redact_close(vb_redact_stream *stream);
/* Appends what is decided; at most VB_REDACT_HELD_MAX bytes wait. */
void vb_redact_feed(vb_redact_stream *stream, vb_str bytes, vb_buf *out);
/* Appends what waited; the stream may start again. */
void vb_redact_finish(vb_redact_stream *stream, vb_buf *out);

/* A whole text at once. True when something was replaced. */
bool vb_redact_text(vb_redactor *redactor, vb_str text, vb_buf *out);

/* Whether a value looks generated rather than written: see record.h. */
bool vb_secret_random(vb_str value);

#endif
