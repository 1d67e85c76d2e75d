#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define POISON(ptr, len) ASAN_POISON_MEMORY_REGION((ptr), (len))
#define UNPOISON(ptr, len) ASAN_UNPOISON_MEMORY_REGION((ptr), (len))
enum { GAP = 16 }; /* poisoned bytes behind each allocation */
#else
#define POISON(ptr, len) ((void)(ptr), (void)(len))
#define UNPOISON(ptr, len) ((void)(ptr), (void)(len))
enum { GAP = 0 };
#endif

enum { FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 1024 * 1024 };

typedef struct vb_arena_chunk {
    struct vb_arena_chunk *next;
    size_t size, used;
    size_t dirty; /* bytes from the start on that may not be zero */
    _Alignas(max_align_t) char data[];
} chunk;

static _Noreturn void
out_of_memory(void)
{
    static const char message[] = "verbatim: fatal: out of memory\n";

    if (fwrite(message, 1, sizeof message - 1, stderr) == 0)
        abort();
    abort();
}

void *
vb_heap_alloc(size_t size)
{
    void *ptr = malloc(size ? size : 1);

    if (!ptr)
        out_of_memory();
    return ptr;
}

void *
vb_heap_grow(void *ptr, size_t size)
{
    ptr = realloc(ptr, size ? size : 1);
    if (!ptr)
        out_of_memory();
    return ptr;
}

void
vb_heap_free(void *ptr)
{
    free(ptr);
}

void
vb_arena_init(vb_arena *arena)
{
    *arena = (vb_arena){0};
}

void
vb_arena_release(vb_arena *arena)
{
    chunk *c = arena->head;

    while (c) {
        chunk *next = c->next;

        UNPOISON(c->data, c->size);
        free(c);
        c = next;
    }
    *arena = (vb_arena){0};
}

void
vb_arena_reset(vb_arena *arena)
{
    chunk *keep = arena->head;
    vb_arena rest;

    if (!keep)
        return;
    if (keep->size > LARGEST_CHUNK) {
        vb_arena_release(arena);
        return;
    }
    rest = (vb_arena){keep->next, 0};
    vb_arena_release(&rest);
    keep->next = NULL;
    if (keep->dirty < keep->used)
        keep->dirty = keep->used;
    keep->used = 0;
    POISON(keep->data, keep->size);
    arena->used = 0;
}

/* A chunk with room for 'size' bytes. One that is made for a large allocation
 * goes behind the head, whose free rest stays in use. */
static chunk *
new_chunk(vb_arena *arena, size_t size)
{
    size_t want = arena->head ? arena->head->size * 2 : FIRST_CHUNK;
    bool large;
    chunk *c;

    if (want > LARGEST_CHUNK)
        want = LARGEST_CHUNK;
    large = size > want / 4;
    if (large)
        want = size;
    /* Fresh pages of the system are zero; calloc knows which are. */
    c = calloc(1, sizeof(chunk) + want);
    if (!c)
        out_of_memory();
    c->size = want;
    POISON(c->data, c->size);
    if (large && arena->head) {
        c->next = arena->head->next;
        arena->head->next = c;
    } else {
        c->next = arena->head;
        arena->head = c;
    }
    return c;
}

/* *clean says whether the bytes are zero already. */
static void *
take(vb_arena *arena, size_t size, bool *clean)
{
    const size_t align = _Alignof(max_align_t);
    chunk *c = arena->head;
    size_t room;
    void *ptr;

    if (size > SIZE_MAX / 4)
        out_of_memory();
    room = (size + GAP + align - 1) / align * align;
    if (room == 0)
        room = align;
    if (!c || c->size - c->used < room)
        c = new_chunk(arena, room);
    ptr = c->data + c->used;
    *clean = c->used >= c->dirty;
    c->used += room;
    arena->used += room;
    UNPOISON(ptr, size);
    return ptr;
}

void *
vb_arena_alloc(vb_arena *arena, size_t size)
{
    bool clean;
    void *ptr = take(arena, size, &clean);

    return clean ? ptr : memset(ptr, 0, size);
}

void *
vb_arena_array(vb_arena *arena, size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        out_of_memory();
    return vb_arena_alloc(arena, total);
}

char *
vb_str_dup(vb_arena *arena, vb_str s)
{
    char *copy;
    bool clean;

    if (s.len >= SIZE_MAX / 4)
        out_of_memory();
    copy = take(arena, s.len + 1, &clean);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

vb_str
vb_str_copy(vb_arena *arena, vb_str s)
{
    return (vb_str){vb_str_dup(arena, s), s.len};
}

vb_str
vb_str_fmt(vb_arena *arena, const char *fmt, ...)
{
    va_list args;
    char *text;
    bool clean;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        return (vb_str){"", 0};
    text = take(arena, (size_t)len + 1, &clean);
    va_start(args, fmt);
    len = vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    return (vb_str){text, len < 0 ? 0 : (size_t)len};
}

vb_str
vb_str_join(vb_arena *arena, vb_str a, vb_str b)
{
    char *text;
    bool clean;
    size_t len;

    if (__builtin_add_overflow(a.len, b.len, &len) || len >= SIZE_MAX / 4)
        out_of_memory();
    text = take(arena, len + 1, &clean);
    if (a.len)
        memcpy(text, a.ptr, a.len);
    if (b.len)
        memcpy(text + a.len, b.ptr, b.len);
    text[len] = '\0';
    return (vb_str){text, len};
}

void *
vb_vec_room(vb_arena *arena, void *at, size_t len, size_t *cap, size_t size)
{
    size_t want;
    void *bigger;

    if (len < *cap)
        return at;
    /* Most arrays of large elements stay short: thousands of steps each have
     * a few, and zeroing what nobody uses would be most of the work. */
    want = *cap ? *cap * 2 : size > 96 ? 1 : size > 32 ? 4 : 8;
    bigger = vb_arena_array(arena, want, size);
    if (len)
        memcpy(bigger, at, len * size);
    *cap = want;
    return bigger;
}
