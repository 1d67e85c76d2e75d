/*
 * From groups of tabs to axes and scopes: which groups move together, which
 * are no alternatives at all, and what each pane asks of the reader.
 */
#ifndef VB_DOC_AXES_H
#define VB_DOC_AXES_H

#include "doc/unit.h"

typedef struct vb_axes {
    VB_VEC(vb_group) groups; /* of the whole document */
    VB_VEC(vb_pane) panes;   /* parents come before their children */
} vb_axes;

/* Makes doc->axes and doc->scopes. Until then block.scope and comment.scope
 * are a pane's index plus one, or 0. */
void vb_axes_resolve(vb_doc *doc, const vb_axes *axes, vb_diags *diags);

/* The option of 'axis' with that id or label; made if there is none. */
uint32_t vb_axis_option(vb_doc *doc, uint32_t axis, vb_str label, vb_str id);

/* Headings that name providers beside each other become an axis. */
void vb_headings_split(vb_doc *doc);

#endif
