/*
 * The simulated world: the tree of what exists, a clock that only simulated
 * waiting moves, and chance that a seed makes repeatable. The whole of it can
 * be copied by assignment: a command works on a copy and the copy becomes the
 * world when the command has been answered.
 */
#ifndef VB_REHEARSE_WORLD_H
#define VB_REHEARSE_WORLD_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_world {
    const vb_node *root;  /* a map */
    const vb_node *turns; /* how often each "eventually" was looked at */
    int64_t clock_ms;     /* UTC, in the simulated world */
    int64_t waited_ms;    /* simulated waiting so far */
    uint64_t seed, serial;
    /* Recorded rules: how often each has answered, by its ordinal less one;
     * and the furthest that was reached. NULL: none has. */
    const uint32_t *used;
    size_t nused, position;
} vb_world;

/* A new world at a time that the seed chooses. 'root' may be NULL. */
void vb_world_init(vb_world *world, vb_str seed, const vb_node *root);

/* The next 64 random bits. */
uint64_t vb_world_random(vb_world *world);
/* 'n' characters out of 'alphabet', which is not empty. */
vb_str vb_world_id(vb_world *world, vb_arena *arena, vb_str alphabet, size_t n);

/* Moves everything into 'to', so that what was forgotten can be freed. */
VB_MUST_USE bool vb_world_copy(vb_world *world, vb_arena *to, vb_error *err);

/* As JSON, and back; 'arena' holds the trees. */
void vb_world_save(const vb_world *world, vb_buf *out);
VB_MUST_USE bool vb_world_load(vb_world *world, vb_str json, vb_arena *arena,
                               vb_error *err);

#endif
