/*
 * Running text: cmark's inline nodes to plain text and spans. Feed it the
 * events between entering and leaving a paragraph or heading.
 */
#ifndef VB_DOC_INLINE_H
#define VB_DOC_INLINE_H

#include "base/buf.h"
#include "doc/doc.h"

#include <cmark.h>

typedef struct vb_texter {
    vb_arena *arena; /* of the results */
    vb_buf text;
    vb_inlines spans;
    VB_VEC(uint32_t) open; /* spans not yet ended */
    const char *file;
    uint32_t line_moved, col_moved; /* added to cmark's places */
} vb_texter;

void vb_texter_init(vb_texter *t, vb_arena *arena, const char *file);
void vb_texter_release(vb_texter *t);
/* Starts a new text. */
void vb_texter_start(vb_texter *t);
/* False for events of nodes that are no inlines. */
bool vb_texter_event(vb_texter *t, cmark_event_type event, cmark_node *node);
/* Ends it: trimmed text and its spans, in the arena. */
vb_str vb_texter_end(vb_texter *t, vb_inlines *spans);

#endif
