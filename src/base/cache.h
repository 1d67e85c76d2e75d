/*
 * Values that are made once and shared by all workers: an included file's
 * bytes, what a program says about itself. The first to ask makes the value;
 * who asks meanwhile waits for it. Values never change and live as long as
 * the cache.
 */
#ifndef VB_BASE_CACHE_H
#define VB_BASE_CACHE_H

#include "base/arena.h"
#include "base/str.h"

#include <stddef.h>

typedef struct vb_cache vb_cache;

vb_cache *vb_cache_new(void);
/* NULL is fine. */
void vb_cache_free(vb_cache *cache);

/* Makes the value of 'key' in 'arena', which is the value's own. */
typedef void *vb_cache_make(vb_arena *arena, vb_str key, void *user);

/* The value of 'key'; NULL is a value, too. 'make' may ask for other keys, but
 * not, however indirectly, for its own. */
void *vb_cache_get(vb_cache *cache, vb_str key, vb_cache_make *make,
                   void *user);
/* How many values were made. */
size_t vb_cache_count(vb_cache *cache);

#endif
