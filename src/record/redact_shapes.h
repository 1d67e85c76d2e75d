/*
 * The shapes of credentials that nobody declared, in a stream: tokens with
 * well-known beginnings, PEM private keys, authorization headers, passwords in
 * URLs, and NAME=VALUE where the name says secret and the value looks
 * generated.
 */
#ifndef VB_RECORD_REDACT_SHAPES_H
#define VB_RECORD_REDACT_SHAPES_H

#include "base/buf.h"
#include "base/str.h"
#include "record/redact_filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_SHAPE_LOOK = 4096 }; /* bytes after which a shape is decided */

/* The bytes that a credential goes on with, once it was recognised. */
typedef enum vb_swallow {
    VB_SWALLOW_NONE,
    VB_SWALLOW_NAME,   /* letters, digits, - and _ */
    VB_SWALLOW_TOKEN,  /* those and .~+/=% */
    VB_SWALLOW_WORD,   /* up to white space or punctuation that ends a value */
    VB_SWALLOW_SINGLE, /* up to the quote or the line's end */
    VB_SWALLOW_DOUBLE,
    VB_SWALLOW_PEM,
    VB_SWALLOW_BASE64, /* and the lines of it that follow */
} vb_swallow;

typedef struct vb_shapes {
    vb_filter filter;
    uint8_t first[256]; /* of the anchors beginning with that byte, + 1 */
    uint8_t next[128];  /* the next one with the same first byte, + 1 */
} vb_shapes;
void vb_shapes_init(vb_shapes *shapes);

typedef struct vb_shapes_stream {
    vb_buf work;    /* some bytes of context, then what is not decided */
    size_t given;   /* of 'work': already given away */
    size_t scan;    /* of 'work': nothing begins before it */
    size_t wait;    /* look again only when 'work' is this long */
    vb_swallow eat; /* of the credential that was recognised last */
    bool line;      /* PEM: the line has a character that is no space */
    char last;      /* PEM: the byte before */
} vb_shapes_stream;
void vb_shapes_stream_init(vb_shapes_stream *stream);
void vb_shapes_stream_release(vb_shapes_stream *stream);

/* Works on what was appended to stream->work; gives what is decided, or all
 * of it when 'final'. Counts what was replaced. */
size_t vb_shapes_run(const vb_shapes *shapes, vb_shapes_stream *stream,
                     bool final, vb_buf *out);

/* A recognised credential: bytes [from, to) of the text are replaced, then
 * what 'eat' covers. */
typedef struct vb_shape_hit {
    size_t from, to;
    vb_swallow eat;
    const char *name;
} vb_shape_hit;

typedef enum vb_shape_answer {
    VB_SHAPE_NO,
    VB_SHAPE_MORE, /* not decided with the bytes there are */
    VB_SHAPE_YES,
} vb_shape_answer;

/* What a matcher sees: the text from its anchor on, what stands before, and
 * whether more may come. Positions of a hit count from the anchor. */
typedef struct vb_shape_text {
    vb_str before, at;
    bool final;
} vb_shape_text;

/* One way to begin: 'literal' in lower case when case does not matter. */
typedef struct vb_anchor {
    const char *literal;
    bool fold;
    vb_shape_answer (*match)(const struct vb_anchor *anchor,
                             const vb_shape_text *text, vb_shape_hit *hit);
    const char *name;
    uint8_t least;      /* TOKEN: bytes behind the literal */
    const char *others; /* TOKEN: bytes besides letters and digits */
    bool keep;          /* TOKEN: the literal is no part of the secret */
} vb_anchor;

/* NAME=VALUE, in redact_names.c. */
vb_shape_answer vb_shape_named(const vb_anchor *anchor,
                               const vb_shape_text *text, vb_shape_hit *hit);
/* Whether 'name' is one whose value may be a secret. */
bool vb_name_secret(vb_str name);
/* Whether the value is a placeholder rather than a value. */
bool vb_value_blank(vb_str value);

#endif
