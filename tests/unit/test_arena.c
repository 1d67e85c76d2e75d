#include "base/arena.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/error.h"
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static const size_t sizes[] = {0,    1,     15,    16,      17,
                               4096, 16384, 70000, 1048576, 5000000};

START_TEST(memory_is_zeroed_and_apart)
{
    vb_arena arena = {0};
    size_t size = sizes[_i];
    unsigned char *got[8];

    for (int round = 0; round < 2; round++) {
        for (size_t k = 0; k < VB_COUNT(got); k++) {
            got[k] = vb_arena_alloc(&arena, size);
            ck_assert_uint_eq((uintptr_t)got[k] % _Alignof(max_align_t), 0);
            for (size_t b = 0; b < size; b++)
                if (got[k][b])
                    ck_abort_msg("byte %zu of %zu is not zero", b, size);
            memset(got[k], (int)k + 1, size);
        }
        for (size_t k = 0; size && k < VB_COUNT(got); k++)
            ck_assert(got[k][0] == k + 1 && got[k][size - 1] == k + 1);
        vb_arena_reset(&arena); /* the second round gets dirty memory */
        ck_assert_uint_eq(arena.used, 0);
    }
    vb_arena_release(&arena);
    ck_assert_ptr_null(arena.head);
    vb_arena_release(&arena);
    vb_arena_reset(&arena);
}
END_TEST

START_TEST(large_allocations_leave_the_chunk_in_use)
{
    vb_arena arena;
    char *small, *next;

    vb_arena_init(&arena);
    small = vb_arena_alloc(&arena, 16);
    ck_assert_ptr_nonnull(vb_arena_alloc(&arena, 4 << 20));
    next = vb_arena_alloc(&arena, 16);
    ck_assert(next > small && next - small < 1024);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(vectors_grow)
{
    vb_arena arena = {0};
    VB_VEC(int) numbers = {0};

    for (int i = 0; i < 100000; i++)
        vb_vec_push(&arena, &numbers, i);
    ck_assert_uint_eq(numbers.len, 100000);
    for (int i = 0; i < 100000; i++)
        if (numbers.at[i] != i)
            ck_abort_msg("element %d is %d", i, numbers.at[i]);
    vb_arena_release(&arena);
}
END_TEST

/* In place, into another chunk and into memory used before: always zeroed. */
START_TEST(memory_grows)
{
    vb_arena arena = {0};

    for (int round = 0; round < 2; round++) {
        unsigned char *at = vb_arena_alloc(&arena, 10), *was = at;
        size_t had = 10;

        memset(at, 7, had);
        at = vb_arena_grow(&arena, at, had, 500);
        ck_assert_ptr_eq(at, was);
        for (had = 500; had < 6000000; had *= 3) {
            for (size_t i = 0; i < had; i++)
                if (at[i] != (i < 10 ? 7 : 0))
                    ck_abort_msg("byte %zu of %zu is %d", i, had, at[i]);
            if (had > 5000) /* something behind it: it moves */
                memset(vb_arena_alloc(&arena, 1), 1, 1);
            at = vb_arena_grow(&arena, at, had, had * 3);
        }
        memset(at, 9, had);
        vb_arena_reset(&arena);
        memset(vb_arena_alloc(&arena, 1000), 3, 1000);
        vb_arena_reset(&arena);
    }
    vb_arena_release(&arena);
}
END_TEST

START_TEST(strings_are_copied)
{
    vb_arena arena = {0};
    vb_str none = {NULL, 0};
    char big[3000];

    ck_assert(vb_str_eq(vb_str_copy(&arena, VB_STR("a\0b")), VB_STR("a\0b")));
    ck_assert_str_eq(vb_str_dup(&arena, none), "");
    ck_assert_vbstr(vb_str_join(&arena, VB_STR("ab"), VB_STR("cd")), "abcd");
    ck_assert_vbstr(vb_str_join(&arena, none, none), "");
    ck_assert_vbstr(vb_str_fmt(&arena, "%d-%s", 7, "x"), "7-x");
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = '\0';
    ck_assert_uint_eq(vb_str_fmt(&arena, "%s%s", big, big).len,
                      2 * (sizeof big - 1));
    vb_arena_release(&arena);
}
END_TEST

START_TEST(impossible_sizes_end_the_program)
{
    vb_arena arena = {0};

    vb_arena_array(&arena, SIZE_MAX / 2, 4);
}
END_TEST

START_TEST(buffers_grow_and_stop)
{
    vb_buf buf;

    vb_buf_init(&buf, 10);
    ck_assert_str_eq(vb_buf_cstr(&buf), "");
    ck_assert_uint_eq(vb_buf_view(&buf).len, 0);
    vb_buf_c(&buf, "hello");
    vb_buf_ch(&buf, ' ');
    vb_buf_add(&buf, NULL, 0);
    ck_assert(!buf.full);
    vb_buf_str(&buf, VB_STR("world"));
    ck_assert(buf.full);
    ck_assert_str_eq(vb_buf_cstr(&buf), "hello worl");
    vb_buf_ch(&buf, 'd');
    ck_assert_uint_eq(buf.len, 10);
    vb_buf_clear(&buf);
    ck_assert(!buf.full);
    vb_buf_fmt(&buf, "%011d", 1); /* a formatted text is dropped whole */
    ck_assert(buf.full);
    ck_assert_str_eq(vb_buf_cstr(&buf), "");
    vb_buf_clear(&buf);
    vb_buf_fmt(&buf, "%010d", 1);
    ck_assert_str_eq(vb_buf_cstr(&buf), "0000000001");
    ck_assert_ptr_null(vb_buf_room(&buf, 1));
    vb_buf_release(&buf);
    vb_buf_release(&buf);
    vb_buf_c(&buf, "again");
    ck_assert_str_eq(vb_buf_cstr(&buf), "again");
    vb_buf_release(&buf);
}
END_TEST

START_TEST(buffers_are_terminated_even_when_nothing_came)
{
    vb_buf buf;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    ck_assert_ptr_nonnull(vb_buf_room(&buf, 4000));
    ck_assert_str_eq(vb_buf_cstr(&buf), "");
    memset(vb_buf_room(&buf, 4000), 'x', 4000);
    vb_buf_grew(&buf, 3);
    ck_assert_str_eq(vb_buf_cstr(&buf), "xxx");
    vb_buf_fill(&buf, '-', 2);
    ck_assert_str_eq(vb_buf_cstr(&buf), "xxx--");
    vb_buf_drop(&buf, 2);
    ck_assert_str_eq(vb_buf_cstr(&buf), "x--");
    vb_buf_drop(&buf, 99);
    ck_assert_str_eq(vb_buf_cstr(&buf), "");
    vb_buf_release(&buf);
    vb_buf_drop(&buf, 1);
}
END_TEST

START_TEST(an_unlimited_buffer_takes_single_bytes)
{
    vb_buf buf;

    vb_buf_init(&buf, SIZE_MAX); /* clamped */
    for (int i = 0; i < 100000; i++)
        vb_buf_ch(&buf, (char)('a' + i % 26));
    ck_assert_uint_eq(buf.len, 100000);
    ck_assert_uint_eq(strlen(vb_buf_cstr(&buf)), 100000);
    ck_assert_int_eq(buf.ptr[99999], 'a' + 99999 % 26);
    vb_buf_release(&buf);
}
END_TEST

START_TEST(errors_keep_their_cause)
{
    vb_error err;

    errno = ENOENT;
    ck_assert(!vb_fail_errno(&err, "cannot open '%s'", "x"));
    ck_assert_str_eq(err.message, "cannot open 'x': No such file or directory");
    ck_assert_int_eq(err.sys, ENOENT);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert(!vb_fail_in(&err, "step %d", 3));
    ck_assert_str_eq(err.message,
                     "step 3: cannot open 'x': No such file or directory");
    ck_assert_int_eq(err.sys, ENOENT);
    ck_assert(!vb_fail(&err, "again: %s", err.message));
    ck_assert_str_eq(
        err.message,
        "again: step 3: cannot open 'x': No such file or directory");
    ck_assert_int_eq(err.sys, 0);
    ck_assert(!vb_fail(NULL, "x"));
    ck_assert(!vb_fail_errno(NULL, "x"));
    ck_assert(!vb_fail_in(NULL, "x"));
}
END_TEST

START_TEST(long_errors_are_cut)
{
    vb_error err;
    char big[5000];

    memset(big, 'y', sizeof big);
    big[sizeof big - 1] = '\0';
    vb_fail(&err, "%s", big);
    ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
    errno = EIO;
    vb_fail_errno(&err, "%s", big);
    vb_fail_in(&err, "%s", big);
    ck_assert_uint_eq(strlen(err.message), sizeof err.message - 1);
}
END_TEST

START_TEST(diagnostics_are_counted_beyond_the_cap)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_loc at = {"guide.md", 3, 5};
    vb_diag *last = NULL;

    vb_diags_init(&diags, &arena);
    vb_diag_add(&diags, VB_NOTE, NULL, at, "a note")->hint = VB_STR("do it");
    ck_assert_vbstr(diags.list.at[0].message, "a note");
    ck_assert_vbstr(diags.list.at[0].hint, "do it");
    ck_assert_uint_eq(diags.list.at[0].width, 1);
    for (int i = 0; i < VB_DIAGS_MAX + 5; i++)
        last = vb_diag_add(&diags, i % 2 ? VB_ERROR : VB_WARNING, "D001", at,
                           "number %d", i);
    last->hint = VB_STR("goes nowhere");
    ck_assert_uint_eq(diags.list.len, VB_DIAGS_MAX);
    ck_assert_uint_eq(diags.dropped, 6);
    ck_assert_uint_eq(diags.errors + diags.warnings, VB_DIAGS_MAX + 5);
    ck_assert_vbstr(diags.list.at[7].message, "number 6");
    ck_assert_ptr_nonnull(vb_diag_add(NULL, VB_ERROR, NULL, at, "unheard"));
    ck_assert_str_eq(vb_severity_name(VB_WARNING), "warning");
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tc = tcase_create("arena");

    tcase_add_loop_test(tc, memory_is_zeroed_and_apart, 0, VB_COUNT(sizes));
    tcase_add_test(tc, large_allocations_leave_the_chunk_in_use);
    tcase_add_test(tc, vectors_grow);
    tcase_add_test(tc, memory_grows);
    tcase_add_test(tc, strings_are_copied);
    tcase_add_test(tc, buffers_grow_and_stop);
    tcase_add_test(tc, buffers_are_terminated_even_when_nothing_came);
    tcase_add_test(tc, an_unlimited_buffer_takes_single_bytes);
    tcase_add_test(tc, errors_keep_their_cause);
    tcase_add_test(tc, long_errors_are_cut);
    tcase_add_test(tc, diagnostics_are_counted_beyond_the_cap);
    if (!getenv("CK_FORK")) /* it needs a process of its own */
        tcase_add_test_raise_signal(tc, impossible_sizes_end_the_program,
                                    SIGABRT);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
