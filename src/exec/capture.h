/* What a step printed, kept in memory up to a limit for comparisons. */
#ifndef VB_EXEC_CAPTURE_H
#define VB_EXEC_CAPTURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "record/record.h"

#include <stdbool.h>
#include <stdint.h>

enum { VB_CAPTURE_MAX = 4 * 1024 * 1024 };

/* Where a command's output begins. */
typedef struct vb_mark {
    uint32_t line; /* of the source */
    size_t out, err;
} vb_mark;

typedef struct vb_output {
    vb_buf text[2]; /* by vb_stream; what goes past the limit is left out */
    uint64_t bytes[2];
    VB_VEC(vb_mark) marks;
} vb_output;

void vb_output_init(vb_output *output);
void vb_output_clear(vb_output *output);
void vb_output_release(vb_output *output);
void vb_output_add(vb_output *output, vb_stream stream, vb_str bytes);
/* Something was printed that is not here. */
bool vb_output_clipped(const vb_output *output);

#endif
