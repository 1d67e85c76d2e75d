/*
 * Links that were found well a short while ago need not be asked for again: a
 * file that a CI job keeps between its runs. Only good answers are kept; what
 * was wrong is asked for each time.
 */
#ifndef VB_CHECK_LINK_CACHE_H
#define VB_CHECK_LINK_CACHE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "check/links.h"

#include <stdbool.h>

enum { VB_LINK_CACHE_HOURS = 24 };

typedef struct vb_link_cache vb_link_cache;

/* 'path' NULL gives a cache that knows nothing and is not saved. A file that
 * is not there is empty; one that is something else is an error. */
vb_link_cache *vb_link_cache_open(vb_arena *arena, const char *path,
                                  vb_error *err);
bool vb_link_cache_knows(const vb_link_cache *cache, const vb_link *link);
void vb_link_cache_keep(vb_link_cache *cache, const vb_link *link);
/* With what it knew and what was kept. */
VB_MUST_USE bool vb_link_cache_save(const vb_link_cache *cache, vb_error *err);

#endif
