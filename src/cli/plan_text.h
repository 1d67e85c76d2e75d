/* A plan and its readings as text for people. */
#ifndef VB_CLI_PLAN_TEXT_H
#define VB_CLI_PLAN_TEXT_H

#include "base/buf.h"
#include "plan/plan.h"

typedef struct vb_plan_text_opts {
    bool color, full;
    size_t columns;
} vb_plan_text_opts;

void vb_plan_text(const vb_plan *plan, const vb_plan_text_opts *opts,
                  vb_buf *out);
/* Every block of the document and what it was taken for. */
void vb_explain_text(const vb_plan *plan, const vb_plan_text_opts *opts,
                     vb_buf *out);

#endif
