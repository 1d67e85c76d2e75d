#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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

/* An arena that has grown past MANY bytes goes on in chunks of whole huge
 * pages: taking memory 4 KiB at a time, one fault each, would be a quarter of
 * the time in which a large document is read. */
enum {
    FIRST_CHUNK = 16 * 1024,
    LARGEST_CHUNK = 1024 * 1024,
    HUGE_PAGE = 2 * 1024 * 1024,
    HUGE_CHUNK = 2 * HUGE_PAGE,
    MANY = 4 * 1024 * 1024,
    PAGE = 4096,
};

typedef struct vb_arena_chunk {
    struct vb_arena_chunk *next;
    size_t size, used;
    size_t dirty;  /* bytes from the start on that may not be zero */
    size_t mapped; /* bytes got from the system directly, 0: from the heap */
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

/* Asks for huge pages where whole ones fit; nothing is lost when there are
 * none. */
static void
prefer_huge(void *ptr, size_t size)
{
    uintptr_t from = (uintptr_t)ptr, to = from + size;

    from = (from + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    to = to / HUGE_PAGE * HUGE_PAGE;
    if (from < to && madvise((char *)ptr + (from - (uintptr_t)ptr), to - from,
                             MADV_HUGEPAGE) != 0)
        return;
}

/* Zeroed pages on a huge page's boundary, NULL when there are none. */
static void *
map_pages(size_t size)
{
    size_t room = size + HUGE_PAGE, head, tail;
    char *ptr = mmap(NULL, room, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (ptr == MAP_FAILED)
        return NULL;
    head = (HUGE_PAGE - (uintptr_t)ptr % HUGE_PAGE) % HUGE_PAGE;
    tail = room - head - size;
    if ((head && munmap(ptr, head) != 0) ||
        (tail && munmap(ptr + head + size, tail) != 0))
        out_of_memory();
    prefer_huge(ptr + head, size);
    return ptr + head;
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
    if (size >= MANY)
        prefer_huge(ptr, size);
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

static void
free_chunk(chunk *c)
{
    UNPOISON(c->data, c->size);
    if (c->mapped == 0)
        free(c);
    else if (munmap(c, c->mapped) != 0)
        abort(); /* no address of ours */
}

void
vb_arena_release(vb_arena *arena)
{
    chunk *c = arena->head;

    while (c) {
        chunk *next = c->next;

        free_chunk(c);
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

/* A zeroed chunk for 'size' bytes. */
static chunk *
get_chunk(size_t size)
{
    size_t whole = sizeof(chunk) + size, mapped = 0;
    chunk *c = NULL;

    if (whole >= HUGE_PAGE) {
        mapped = (whole + PAGE - 1) / PAGE * PAGE;
        c = map_pages(mapped);
    }
    if (!c) {
        mapped = 0;
        /* Fresh pages of the system are zero; calloc knows which are. */
        c = calloc(1, whole);
    }
    if (!c)
        out_of_memory();
    c->size = size;
    c->mapped = mapped;
    return c;
}

static size_t
next_size(const vb_arena *arena)
{
    size_t want = arena->head ? arena->head->size * 2 : FIRST_CHUNK;

    if (arena->used >= MANY)
        return HUGE_CHUNK - sizeof(chunk);
    return want > LARGEST_CHUNK ? LARGEST_CHUNK : want;
}

/* A chunk with room for 'size' bytes. One that is made for a large allocation
 * goes behind the head, whose free rest stays in use. */
static chunk *
new_chunk(vb_arena *arena, size_t size)
{
    size_t want = next_size(arena);
    bool large = size > want / 4;
    chunk *c = get_chunk(large ? size : want);

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

static size_t
room_of(size_t size)
{
    const size_t align = _Alignof(max_align_t);
    size_t room = (size + GAP + align - 1) / align * align;

    return room ? room : align;
}

/* *clean says whether the bytes are zero already. */
static void *
take(vb_arena *arena, size_t size, bool *clean)
{
    chunk *c = arena->head;
    size_t room;
    void *ptr;

    if (size > SIZE_MAX / 4)
        out_of_memory();
    room = room_of(size);
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

void *
vb_arena_grow(vb_arena *arena, void *ptr, size_t old, size_t size)
{
    chunk *c = arena->head;
    size_t had = room_of(old), room;
    bool clean;
    void *bigger;

    if (size > SIZE_MAX / 4)
        out_of_memory();
    room = room_of(size);
    if (c && c->used >= had && c->data + c->used - had == (char *)ptr &&
        c->size - c->used >= room - had) {
        c->used += room - had;
        arena->used += room - had;
        UNPOISON(ptr, size);
        if (c->used - room < c->dirty)
            memset((char *)ptr + old, 0, size - old);
        return ptr;
    }
    bigger = take(arena, size, &clean);
    memcpy(bigger, ptr, old);
    if (!clean)
        memset((char *)bigger + old, 0, size - old);
    return bigger;
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
    size_t want, bytes;
    void *bigger;

    if (len < *cap)
        return at;
    /* Most arrays of large elements stay short: thousands of steps each have
     * a few, and zeroing what nobody uses would be most of the work. */
    want = *cap ? *cap * 2 : size > 96 ? 1 : size > 32 ? 4 : 8;
    if (__builtin_mul_overflow(want, size, &bytes))
        out_of_memory();
    if (*cap)
        bigger = vb_arena_grow(arena, at, *cap * size, bytes);
    else
        bigger = vb_arena_alloc(arena, bytes);
    *cap = want;
    return bigger;
}
