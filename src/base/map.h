/*
 * vb_map: from strings to a pointer and a number, in an arena. Entries are
 * kept in the order of their insertion, so walking a map is deterministic; none
 * is ever removed. The hash is seeded for each map: hostile keys cannot make
 * it slow.
 */
#ifndef VB_BASE_MAP_H
#define VB_BASE_MAP_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_map_entry {
    vb_str key; /* borrowed from whoever added it */
    void *ptr;  /* the value, as the user of the map likes; starts as NULL */
    size_t num; /* and starts as 0 */
} vb_map_entry;

typedef struct vb_map {
    vb_arena *arena; /* borrowed */
    VB_VEC(vb_map_entry) entries;
    uint32_t *table; /* entry number + 1 or 0; NULL while the map is small */
    size_t slots;    /* of 'table'; a power of two */
    uint64_t seed;
} vb_map;

void vb_map_init(vb_map *map, vb_arena *arena);

/* NULL when there is none. Valid until the next vb_map_add. */
vb_map_entry *vb_map_find(const vb_map *map, vb_str key);
/* The entry of that name, made if there is none; *added, which may be NULL,
 * says which. 'key' must live as long as the map. */
vb_map_entry *vb_map_add(vb_map *map, vb_str key, bool *added);

#endif
