/* Texts of a recording as YAML and as templates. */
#ifndef VB_REHEARSE_RECORDER_TEXT_H
#define VB_REHEARSE_RECORDER_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* Where the paths that change from run to run are. */
typedef struct vb_recorder_places {
    vb_str work, home; /* empty: not replaced */
} vb_recorder_places;

/* The length of the place whose path stands at 'at', or 0. */
size_t vb_recorder_place(vb_str text, size_t at,
                         const vb_recorder_places *places);

/* The text as a template that gives it back: places become {{work}} and
 * {{home}}, braces are quoted, what is no UTF-8 goes through unbase64().
 * *changed, which may be NULL: is a place in it? */
vb_str vb_recorder_template(vb_arena *arena, vb_str text,
                            const vb_recorder_places *places, bool *changed);

/* A YAML scalar that reads back as exactly these bytes, which are UTF-8. A
 * text of several lines is a block, 'indent' blanks deep, where it can be. */
void vb_recorder_scalar(vb_buf *out, vb_str text, size_t indent);
/* The same for a flow collection: always within one line. */
void vb_recorder_flow(vb_buf *out, vb_str text);

#endif
