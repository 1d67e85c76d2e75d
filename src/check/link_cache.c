#include "check/link_cache.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "base/node.h"

#include "base/banned.h"

enum { CACHE_MAX = 32 * 1024 * 1024 };

struct vb_link_cache {
    vb_arena *arena;
    const char *path;
    vb_map known; /* "address#anchor" -> when, in seconds */
    int64_t now;
};

static vb_str
key_of(vb_arena *arena, const vb_link *link)
{
    return vb_str_fmt(arena, "%.*s#%.*s", VB_ARG(link->target),
                      VB_ARG(link->anchor));
}

static bool
load(vb_link_cache *cache, vb_error *err)
{
    vb_diags diags;
    const vb_node *top, *links;
    vb_str text;

    if (!vb_read_file_arena(cache->path, CACHE_MAX, cache->arena, &text, err))
        return false;
    vb_diags_init(&diags, cache->arena);
    top = vb_json_read(text, cache->path, cache->arena, &diags);
    links = vb_node_get(top, "links");
    if (!vb_str_eqc(vb_node_str(top, "schema", (vb_str){0}),
                    "verbatim.links/1") ||
        !links || links->kind != VB_NODE_MAP)
        return vb_fail(err, "'%s' is no cache of links", cache->path);
    for (size_t i = 0; i < links->len; i++) {
        int64_t age = cache->now - links->items[i]->num;

        if (links->items[i]->kind == VB_NODE_INT && age >= 0 &&
            age < INT64_C(3600) * VB_LINK_CACHE_HOURS)
            vb_map_add(&cache->known, links->keys[i]->str, NULL)->num =
                (size_t)links->items[i]->num;
    }
    return true;
}

vb_link_cache *
vb_link_cache_open(vb_arena *arena, const char *path, vb_error *err)
{
    vb_link_cache *cache = VB_NEW(arena, vb_link_cache);

    cache->arena = arena;
    cache->path = path;
    cache->now = vb_clock_utc_ms() / 1000;
    vb_map_init(&cache->known, arena);
    if (path && vb_exists(path) && !load(cache, err))
        return NULL;
    return cache;
}

bool
vb_link_cache_knows(const vb_link_cache *cache, const vb_link *link)
{
    return cache->path &&
           vb_map_find(&cache->known, key_of(cache->arena, link)) != NULL;
}

void
vb_link_cache_keep(vb_link_cache *cache, const vb_link *link)
{
    if (cache->path)
        vb_map_add(&cache->known, key_of(cache->arena, link), NULL)->num =
            (size_t)cache->now;
}

bool
vb_link_cache_save(const vb_link_cache *cache, vb_error *err)
{
    vb_json json;
    vb_buf out;
    bool ok;

    if (!cache->path)
        return true;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_json_init(&json, &out);
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", "verbatim.links/1");
    vb_json_object(&json, "links");
    for (size_t i = 0; i < cache->known.entries.len; i++) {
        vb_json_key(&json, cache->known.entries.at[i].key);
        vb_json_int(&json, NULL, (int64_t)cache->known.entries.at[i].num);
    }
    vb_json_end(&json, '}');
    vb_json_end(&json, '}');
    vb_buf_ch(&out, '\n');
    ok = vb_write_file(cache->path, vb_buf_view(&out), 0644, err);
    vb_buf_release(&out);
    return ok;
}
