#include "rehearse/world.h"

#include "base/hash.h"
#include "base/json.h"
#include "rehearse/print.h"
#include "rehearse/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

/* 2026-01-05T08:00:00Z, and the days a seed may add to it. */
static const int64_t EPOCH_MS = 1767600000000;
enum { EPOCH_DAYS = 300, DAY_MS = 86400000 };

void
vb_world_init(vb_world *world, vb_str seed, const vb_node *root)
{
    vb_digest digest = vb_sha256(seed);
    char hex[17];
    uint64_t bits;

    /* The digest and not vb_str_hash: the same on every machine. */
    for (size_t i = 0; i < 16; i++)
        hex[i] = digest.hex[i];
    hex[16] = '\0';
    bits = strtoull(hex, NULL, 16);
    *world = (vb_world){.seed = bits, .root = root};
    if (!root || root->kind != VB_NODE_MAP) {
        static const vb_node empty = {.kind = VB_NODE_MAP};

        world->root = &empty;
    }
    world->turns = NULL;
    world->clock_ms = EPOCH_MS + (int64_t)(bits % EPOCH_DAYS) * DAY_MS +
                      (int64_t)(bits / EPOCH_DAYS % (DAY_MS / 3));
}

/* SplitMix64 over seed and serial: any state is two numbers. */
uint64_t
vb_world_random(vb_world *world)
{
    uint64_t z = world->seed + ++world->serial * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

vb_str
vb_world_id(vb_world *world, vb_arena *arena, vb_str alphabet, size_t n)
{
    char *id = vb_arena_alloc(arena, n + 1);

    for (size_t i = 0; i < n; i++)
        id[i] = alphabet.ptr[vb_world_random(world) % alphabet.len];
    return vb_str_n(id, n);
}

bool
vb_world_copy(vb_world *world, vb_arena *to, vb_error *err)
{
    size_t nodes = VB_VAL_NODES_MAX;
    uint32_t *used;

    if (world->used) {
        used = VB_NEW_N(to, uint32_t, world->nused);
        for (size_t i = 0; i < world->nused; i++)
            used[i] = world->used[i];
        world->used = used;
    }
    if (!vb_val_copy(to, world->root, &nodes, &world->root, err))
        return vb_fail_in(err, "the simulated state cannot be kept");
    if (world->turns &&
        !vb_val_copy(to, world->turns, &nodes, &world->turns, err))
        return vb_fail_in(err, "the simulated state cannot be kept");
    return true;
}

void
vb_world_save(const vb_world *world, vb_buf *out)
{
    vb_buf_fmt(out,
               "{\"verbatim\": \"rehearsal-state/1\", \"seed\": \"%" PRIx64
               "\", \"serial\": %" PRIu64 ", \"clock_ms\": %" PRId64
               ", \"waited_ms\": %" PRId64 ", \"turns\": ",
               world->seed, world->serial, world->clock_ms, world->waited_ms);
    vb_print_json(out, world->turns ? world->turns : vb_val_null(), 0);
    vb_buf_fmt(out, ", \"position\": %zu, \"used\": [", world->position);
    for (size_t i = 0; i < world->nused; i++)
        vb_buf_fmt(out, "%s%" PRIu32, i ? ", " : "", world->used[i]);
    vb_buf_ch(out, ']');
    vb_buf_c(out, ", \"state\": ");
    vb_print_json(out, world->root, 0);
    vb_buf_c(out, "}\n");
}

static void
load_used(vb_world *world, const vb_node *list, vb_arena *arena)
{
    uint32_t *used;

    if (!list || list->kind != VB_NODE_LIST || !list->len)
        return;
    used = VB_NEW_N(arena, uint32_t, list->len);
    for (size_t i = 0; i < list->len; i++)
        if (list->items[i]->kind == VB_NODE_INT)
            used[i] = (uint32_t)list->items[i]->num;
    world->used = used;
    world->nused = list->len;
}

bool
vb_world_load(vb_world *world, vb_str json, vb_arena *arena, vb_error *err)
{
    const vb_node *doc = vb_json_read(json, "saved state", arena, NULL);
    const vb_node *state = vb_node_get(doc, "state");
    const vb_node *turns = vb_node_get(doc, "turns");
    vb_str seed = vb_node_str(doc, "seed", VB_STR(""));
    char *end = NULL;
    const char *text = vb_str_dup(arena, seed);

    if (!vb_str_eqc(vb_node_str(doc, "verbatim", VB_STR("")),
                    "rehearsal-state/1") ||
        !state || state->kind != VB_NODE_MAP || !seed.len)
        return vb_fail(err, "the saved state is not a rehearsal's");
    world->seed = strtoull(text, &end, 16);
    if (*end)
        return vb_fail(err, "the saved state has no seed");
    world->serial = (uint64_t)vb_node_int(doc, "serial", 0);
    world->clock_ms = vb_node_int(doc, "clock_ms", EPOCH_MS);
    world->waited_ms = vb_node_int(doc, "waited_ms", 0);
    world->root = state;
    world->turns = turns && turns->kind == VB_NODE_MAP ? turns : NULL;
    world->position = (size_t)vb_node_int(doc, "position", 0);
    load_used(world, vb_node_get(doc, "used"), arena);
    return true;
}
