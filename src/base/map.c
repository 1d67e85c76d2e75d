#include "base/map.h"

#include <string.h>
#include <sys/random.h>

#include "base/banned.h"

/* Below this many entries a look at each is faster than a table. */
enum { SMALL = 8 };

void
vb_map_init(vb_map *map, vb_arena *arena)
{
    *map = (vb_map){.arena = arena};
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t
seeded_hash(uint64_t seed, vb_str key)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h = seed ^ mix(key.len + odd, seed | 1), word;
    size_t at = 0;

    for (; key.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, key.ptr + at, sizeof word);
        h = mix(h ^ word, seed ^ odd);
    }
    word = 0;
    if (key.len > at)
        memcpy(&word, key.ptr + at, key.len - at);
    return mix(h ^ word, seed ^ odd) ^ h;
}

/* The slot that holds 'key', or the empty one where it belongs. */
static uint32_t *
probe(const vb_map *map, vb_str key)
{
    size_t at = seeded_hash(map->seed, key) & (map->slots - 1);

    while (map->table[at] &&
           !vb_str_eq(map->entries.at[map->table[at] - 1].key, key))
        at = (at + 1) & (map->slots - 1);
    return &map->table[at];
}

vb_map_entry *
vb_map_find(const vb_map *map, vb_str key)
{
    if (map->table) {
        uint32_t number = *probe(map, key);

        return number ? &map->entries.at[number - 1] : NULL;
    }
    for (size_t i = 0; i < map->entries.len; i++)
        if (vb_str_eq(map->entries.at[i].key, key))
            return &map->entries.at[i];
    return NULL;
}

static void
make_table(vb_map *map)
{
    /* Without the kernel's randomness addresses have to do. */
    if (!map->table && getrandom(&map->seed, sizeof map->seed, GRND_NONBLOCK) !=
                           (ssize_t)sizeof map->seed)
        map->seed = (uint64_t)(uintptr_t)map * UINT64_C(0xd6e8feb86659fd93);
    map->slots = map->slots ? map->slots * 2 : (size_t)SMALL * 4;
    map->table = VB_NEW_N(map->arena, uint32_t, map->slots);
    for (size_t i = 0; map->entries.at && i < map->entries.len; i++)
        *probe(map, map->entries.at[i].key) = (uint32_t)i + 1;
}

vb_map_entry *
vb_map_add(vb_map *map, vb_str key, bool *added)
{
    vb_map_entry *found = vb_map_find(map, key);

    if (added)
        *added = !found;
    if (found)
        return found;
    if (map->entries.len >= (map->table ? map->slots / 2 : SMALL))
        make_table(map);
    if (map->table)
        *probe(map, key) = (uint32_t)map->entries.len + 1;
    vb_vec_push(map->arena, &map->entries, (vb_map_entry){.key = key});
    return &map->entries.at[map->entries.len - 1];
}
