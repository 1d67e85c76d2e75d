#include "base/cache.h"

#include "base/map.h"

#include <pthread.h>

#include "base/banned.h"

typedef struct cached {
    pthread_mutex_t lock; /* held while the value is made */
    vb_arena arena;
    void *value;
    bool made;
} cached;

struct vb_cache {
    pthread_mutex_t lock; /* of the map and its arena */
    vb_arena arena;
    vb_map values; /* key -> cached */
};

vb_cache *
vb_cache_new(void)
{
    vb_cache *cache = vb_heap_alloc(sizeof *cache);

    *cache = (vb_cache){.lock = PTHREAD_MUTEX_INITIALIZER};
    vb_map_init(&cache->values, &cache->arena);
    return cache;
}

void
vb_cache_free(vb_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < cache->values.entries.len; i++) {
        cached *c = cache->values.entries.at[i].ptr;

        vb_arena_release(&c->arena);
        pthread_mutex_destroy(&c->lock);
    }
    vb_arena_release(&cache->arena);
    pthread_mutex_destroy(&cache->lock);
    vb_heap_free(cache);
}

static cached *
find(vb_cache *cache, vb_str key)
{
    vb_map_entry *entry;
    cached *c;

    pthread_mutex_lock(&cache->lock);
    entry = vb_map_find(&cache->values, key);
    if (!entry) {
        entry =
            vb_map_add(&cache->values, vb_str_copy(&cache->arena, key), NULL);
        c = VB_NEW(&cache->arena, cached);
        pthread_mutex_init(&c->lock, NULL);
        entry->ptr = c;
    }
    c = entry->ptr;
    pthread_mutex_unlock(&cache->lock);
    return c;
}

void *
vb_cache_get(vb_cache *cache, vb_str key, vb_cache_make *make, void *user)
{
    cached *c = find(cache, key);
    void *value;

    pthread_mutex_lock(&c->lock);
    if (!c->made) {
        c->value = make(&c->arena, key, user);
        c->made = true;
    }
    value = c->value;
    pthread_mutex_unlock(&c->lock);
    return value;
}

size_t
vb_cache_count(vb_cache *cache)
{
    size_t n;

    pthread_mutex_lock(&cache->lock);
    n = cache->values.entries.len;
    pthread_mutex_unlock(&cache->lock);
    return n;
}
