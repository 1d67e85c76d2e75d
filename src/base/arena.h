/*
 * Arenas and the arrays that live in them. One allocation lives as long as
 * its arena: nothing is freed one by one. Allocation failure ends the program
 * with a message; limits on sizes are the callers' and are ordinary errors.
 */
#ifndef VB_BASE_ARENA_H
#define VB_BASE_ARENA_H

#include "base/attr.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

typedef struct vb_arena {
    struct vb_arena_chunk *head; /* the chunk allocated from */
    size_t used;                 /* bytes handed out since init or reset */
} vb_arena;

/* {0} is an empty arena too. */
void vb_arena_init(vb_arena *arena);
void vb_arena_release(vb_arena *arena);
/* Forgets everything but keeps one chunk for reuse. */
void vb_arena_reset(vb_arena *arena);

/* Zeroed, aligned for any type; size 0 gives a unique valid pointer. */
void *vb_arena_alloc(vb_arena *arena, size_t size);
#define VB_NEW(arena, type) ((type *)vb_arena_alloc((arena), sizeof(type)))
#define VB_NEW_N(arena, type, n)                                               \
    ((type *)vb_arena_array((arena), (n), sizeof(type)))
/* Overflow-checked n * size. */
void *vb_arena_array(vb_arena *arena, size_t n, size_t size);

/* The same bytes with room for 'size', which is more than the 'old' they had:
 * in their place where nothing was allocated behind them. What is new is
 * zeroed. */
void *vb_arena_grow(vb_arena *arena, void *ptr, size_t old, size_t size);

/* NUL-terminated copies; the slice's len excludes the NUL. */
vb_str vb_str_copy(vb_arena *arena, vb_str s);
char *vb_str_dup(vb_arena *arena, vb_str s);
vb_str vb_str_fmt(vb_arena *arena, const char *fmt, ...) VB_PRINTF(2, 3);
vb_str vb_str_join(vb_arena *arena, vb_str a, vb_str b);

/*
 * A growing array in an arena: declare as VB_VEC(type) name; zero it; push
 * with vb_vec_push(arena, &name, value). Element addresses change on growth.
 */
#define VB_VEC(type)                                                           \
    struct {                                                                   \
        type *at;                                                              \
        size_t len;                                                            \
        size_t cap;                                                            \
    }
#define vb_vec_push(arena, vec, ...)                                           \
    ((vec)->at = vb_vec_room((arena), (vec)->at, (vec)->len, &(vec)->cap,      \
                             sizeof(*(vec)->at)),                              \
     (void)((vec)->at[(vec)->len++] = __VA_ARGS__))
/* Used by vb_vec_push alone: room for one element more. */
void *vb_vec_room(vb_arena *arena, void *at, size_t len, size_t *cap,
                  size_t size);

/* Plain heap memory for the few things an arena does not fit. They abort on
 * failure like the arena does. */
void *vb_heap_alloc(size_t size);
void *vb_heap_grow(void *ptr, size_t size);
void vb_heap_free(void *ptr);

#endif
