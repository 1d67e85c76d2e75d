/* What the end event claims and verification counts again. */
#ifndef VB_RECORD_TOTALS_H
#define VB_RECORD_TOTALS_H

#include "base/json.h"
#include "base/node.h"
#include "record/record.h"

#include <stdint.h>

typedef struct vb_totals {
    uint64_t events;
    uint64_t steps; /* step-end events */
    uint64_t skips;
    uint64_t commands;
    uint64_t output[2]; /* bytes of 'out' events */
    uint64_t lost;      /* bytes of 'lost' events */
    uint64_t verdicts[VB_VERDICT_COUNT];
} vb_totals;

/* "totals": {"events", "steps", "skips", "commands", "out_bytes", "err_bytes",
 * "lost_bytes", and for each verdict that occurred its name}. */
void vb_totals_json(vb_json *json, const vb_totals *totals);
/* The first member of the node that disagrees, or NULL. */
const char *vb_totals_differ(const vb_totals *totals, const vb_node *claimed);

#endif
