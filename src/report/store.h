/*
 * What a report keeps of each step and block of a run, outside of memory: a
 * private database that SQLite keeps in its cache while it is small and moves
 * to an unlinked temporary file when it grows. A run of a million events is
 * reported with the memory of a small one.
 *
 * Failures (a full disk) are kept by the store and told once, at the end.
 */
#ifndef VB_REPORT_STORE_H
#define VB_REPORT_STORE_H

#include "base/attr.h"
#include "base/error.h"
#include "report/model.h"

#include <stdbool.h>
#include <stdint.h>

vb_store *vb_store_open(void);
void vb_store_close(vb_store *store);
/* False when anything could not be kept or read back. */
VB_MUST_USE bool vb_store_good(const vb_store *store, vb_error *err);

/* Steps and skips in the order of their events. 'lines' are those of the
 * guide's outputs that were compared with what the step printed. */
void vb_store_step(vb_store *store, const vb_step_ref *ref);
void vb_store_compared(vb_store *store, uint32_t line); /* by the next step */
void vb_store_block(vb_store *store, const vb_block_ref *block);
/* After the last: which steps stand, and which a later one has replaced or
 * never were. */
void vb_store_settle(vb_store *store);

/* Reading: slices live until the next call on the same rows. */
typedef struct vb_rows vb_rows; /* opaque */
vb_rows *vb_store_steps(vb_store *store);
/* NULL after the last. A skip that does not count ('dropped') is given too:
 * there is one for each event. */
const vb_step_ref *vb_rows_step(vb_rows *rows);
vb_rows *vb_store_blocks(vb_store *store);
const vb_block_ref *vb_rows_block(vb_rows *rows);
void vb_rows_end(vb_rows *rows); /* NULL is fine */

#endif
