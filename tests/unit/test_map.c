#include "base/map.h"

#include "unit.h"

#include <stdio.h>

START_TEST(what_was_added_is_found)
{
    vb_arena arena = {0};
    vb_map map;
    bool added;

    vb_map_init(&map, &arena);
    ck_assert_ptr_null(vb_map_find(&map, VB_STR("a")));
    for (size_t i = 0; i < 20000; i++) {
        vb_str key = vb_str_fmt(&arena, "%zu-%s", i, i % 2 ? "long name" : "");
        vb_map_entry *entry = vb_map_add(&map, key, &added);

        ck_assert(added && !entry->ptr && entry->num == 0);
        entry->num = i;
    }
    for (size_t i = 0; i < 20000; i++) {
        char key[32];
        vb_map_entry *entry;

        snprintf(key, sizeof key, "%zu-%s", i, i % 2 ? "long name" : "");
        entry = vb_map_find(&map, vb_str_c(key));
        ck_assert(entry && entry->num == i);
        ck_assert_ptr_eq(vb_map_add(&map, vb_str_c(key), &added), entry);
        ck_assert(!added);
        ck_assert_uint_eq(map.entries.at[i].num, i); /* in order */
        snprintf(key, sizeof key, "%zu+", i);
        ck_assert_ptr_null(vb_map_find(&map, vb_str_c(key)));
    }
    ck_assert_uint_eq(map.entries.len, 20000);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(keys_are_bytes)
{
    vb_arena arena = {0};
    vb_map map;
    char many[64];

    vb_map_init(&map, &arena);
    vb_map_add(&map, (vb_str){NULL, 0}, NULL)->num = 1;
    vb_map_add(&map, VB_STR("\0"), NULL)->num = 2;
    vb_map_add(&map, VB_STR("\0\0"), NULL)->num = 3;
    for (size_t i = 0; i < sizeof many; i++) {
        many[i] = 'x';
        vb_map_add(&map, vb_str_copy(&arena, vb_str_n(many, i + 1)), NULL);
    }
    ck_assert_uint_eq(map.entries.len, 3 + sizeof many);
    ck_assert_uint_eq(vb_map_find(&map, VB_STR(""))->num, 1);
    ck_assert_uint_eq(vb_map_find(&map, VB_STR("\0"))->num, 2);
    ck_assert_uint_eq(vb_map_find(&map, VB_STR("\0\0"))->num, 3);
    ck_assert_ptr_null(vb_map_find(&map, VB_STR("\0\0\0")));
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("map");
    TCase *tc = tcase_create("map");

    tcase_add_test(tc, what_was_added_is_found);
    tcase_add_test(tc, keys_are_bytes);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
