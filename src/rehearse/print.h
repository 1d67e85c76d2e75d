/* Trees of vb_node as text, the ways command lines print them. */
#ifndef VB_REHEARSE_PRINT_H
#define VB_REHEARSE_PRINT_H

#include "base/buf.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* JSON; 'indent' spaces a level, 0 for one compact line. No final newline. */
void vb_print_json(vb_buf *out, const vb_node *v, unsigned indent);
/* Block YAML with a final newline, keys in their order. */
void vb_print_yaml(vb_buf *out, const vb_node *v);
/* Tab-separated lines as aws --output text prints them. */
void vb_print_text(vb_buf *out, const vb_node *v);

enum { VB_PRINT_COLUMNS_MAX = 64 };

/* Rows of cells in aligned columns, 'gap' spaces apart. 'cells' has rows *
 * cols elements, a header row included; at most VB_PRINT_COLUMNS_MAX cols. */
void vb_print_table(vb_buf *out, const vb_str *cells, size_t rows, size_t cols,
                    unsigned gap, bool pad_last);

#endif
