/* For the readers of trees alone: faults at a byte of the text. */
#ifndef VB_BASE_NODE_FAULT_H
#define VB_BASE_NODE_FAULT_H

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

#include <stddef.h>

/* What is being read, and who hears of its faults. */
typedef struct vb_node_text {
    vb_str text;
    const char *file;
    vb_diags *diags;
} vb_node_text;

/* Line and column of byte 'offset', which is clamped to the text. */
vb_loc vb_node_loc(const vb_node_text *in, size_t offset);
/* One error with the source line as its excerpt. */
void vb_node_fault(const vb_node_text *in, size_t offset, const char *fmt, ...)
    VB_PRINTF(3, 4);

#endif
