/*
 * Work on all cores: the same function for many items, each item once. What
 * the items share must be read only, or be a vb_cache.
 */
#ifndef VB_BASE_POOL_H
#define VB_BASE_POOL_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { VB_POOL_MAX = 64 };

typedef struct vb_pool_work {
    size_t count;     /* items 0 .. count - 1, begun in this order */
    unsigned workers; /* 0: as many as there are cores for this process */
    /* 'worker' is below the number of workers: for storage of its own. */
    void (*work)(size_t item, unsigned worker, void *user);
    void *user;
} vb_pool_work;

/* How many workers vb_pool_run would use: 1 to VB_POOL_MAX. */
unsigned vb_pool_workers(const vb_pool_work *work);
/* Returns when all items are done. When no thread can be had the caller's own
 * does all of it. */
void vb_pool_run(const vb_pool_work *work);

#endif
