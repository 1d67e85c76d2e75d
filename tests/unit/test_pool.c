/* Work on all cores, and what its items share. */
#include "base/cache.h"
#include "base/pool.h"

#include "unit.h"

#include <stdatomic.h>

enum { ITEMS = 5000, KEYS = 7 };

typedef struct shared {
    vb_cache *cache;
    atomic_uint made;
    unsigned done[ITEMS];
    vb_str *got[ITEMS];
} shared;

static void *
make(vb_arena *arena, vb_str key, void *user)
{
    shared *s = user;
    vb_str *value = VB_NEW(arena, vb_str);

    atomic_fetch_add(&s->made, 1);
    *value = vb_str_fmt(arena, "value of %.*s", VB_ARG(key));
    return value;
}

static void
work(size_t item, unsigned worker, void *user)
{
    shared *s = user;
    char key[] = {(char)('a' + item % KEYS), '\0'};

    ck_assert_uint_lt(worker, VB_POOL_MAX);
    s->done[item]++;
    s->got[item] = vb_cache_get(s->cache, vb_str_c(key), make, s);
}

START_TEST(each_item_once)
{
    static const unsigned workers[] = {1, 2, 8, 1000};
    shared *s = vb_heap_alloc(sizeof *s);
    vb_pool_work job = {
        .count = ITEMS, .workers = workers[_i], .work = work, .user = s};

    *s = (shared){.cache = vb_cache_new()};
    vb_pool_run(&job);
    for (size_t i = 0; i < ITEMS; i++) {
        ck_assert_uint_eq(s->done[i], 1);
        ck_assert_ptr_eq(s->got[i], s->got[i % KEYS]);
        ck_assert_int_eq(s->got[i]->ptr[9], "abcdefg"[i % KEYS]);
    }
    ck_assert_uint_eq(atomic_load(&s->made), KEYS);
    ck_assert_uint_eq(vb_cache_count(s->cache), KEYS);
    vb_cache_free(s->cache);
    vb_heap_free(s);
}
END_TEST

START_TEST(workers_are_counted)
{
    vb_pool_work job = {.count = 3, .workers = 8};

    ck_assert_uint_eq(vb_pool_workers(&job), 3);
    job.count = 0;
    ck_assert_uint_eq(vb_pool_workers(&job), 1);
    job = (vb_pool_work){.count = 1000000, .workers = 1000000};
    ck_assert_uint_eq(vb_pool_workers(&job), VB_POOL_MAX);
    job.workers = 0;
    ck_assert_uint_ge(vb_pool_workers(&job), 1);
    vb_cache_free(NULL);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pool");
    TCase *tc = tcase_create("pool");

    tcase_add_loop_test(tc, each_item_once, 0, 4);
    tcase_add_test(tc, workers_are_counted);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
