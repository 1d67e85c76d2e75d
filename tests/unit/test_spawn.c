/* base/spawn.h: helper programs run to their end, within limits. */
#include "base/spawn.h"

#include "unit.h"

static bool
sh(const char *script, vb_spawn_opts opts, vb_spawned *r, vb_error *err)
{
    const char *const argv[] = {"sh", "-c", script, NULL};

    opts.argv = argv;
    return vb_spawn(&opts, r, err);
}

START_TEST(gives_output_and_status)
{
    vb_spawned r;
    vb_error err;

    ck_assert(
        sh("echo out; echo err >&2; exit 3", (vb_spawn_opts){0}, &r, &err));
    ck_assert_vbstr(vb_buf_view(&r.out), "out\n");
    ck_assert_vbstr(vb_buf_view(&r.err), "err\n");
    ck_assert_int_eq(r.status, 3);
    ck_assert(!r.timed_out);
    vb_spawned_release(&r);
}
END_TEST

START_TEST(feeds_more_than_a_pipe_holds)
{
    size_t size = 3 * 1024 * 1024;
    char *text = malloc(size);
    vb_spawned r;
    vb_error err;

    for (size_t i = 0; i < size; i++)
        text[i] = i % 61 == 60 ? '\n' : 'x';
    ck_assert(sh("cat",
                 (vb_spawn_opts){.input = {text, size}, .max_output = size}, &r,
                 &err));
    ck_assert(vb_str_eq(vb_buf_view(&r.out), vb_str_n(text, size)));
    vb_spawned_release(&r);
    free(text);
}
END_TEST

START_TEST(survives_a_program_that_reads_nothing)
{
    vb_str big = {calloc(1, 1024 * 1024), 1024 * 1024};
    vb_spawned r;
    vb_error err;

    ck_assert(sh("exit 0", (vb_spawn_opts){.input = big}, &r, &err));
    ck_assert_int_eq(r.status, 0);
    vb_spawned_release(&r);
    free((void *)(uintptr_t)big.ptr);
}
END_TEST

START_TEST(caps_the_output)
{
    vb_spawned r;
    vb_error err;

    ck_assert(sh("head -c 500000 /dev/zero; exit 0",
                 (vb_spawn_opts){.max_output = 1000}, &r, &err));
    ck_assert_uint_eq(r.out.len, 1000);
    ck_assert_int_eq(r.status, 0);
    vb_spawned_release(&r);
}
END_TEST

START_TEST(ends_what_takes_too_long)
{
    vb_spawned r;
    vb_error err;

    ck_assert(sh("trap '' TERM; echo here; sleep 3000 & sleep 3000",
                 (vb_spawn_opts){.timeout_ms = 200}, &r, &err));
    ck_assert(r.timed_out);
    ck_assert_vbstr(vb_buf_view(&r.out), "here\n");
    ck_assert_int_eq(r.status, 128 + 9);
    vb_spawned_release(&r);
}
END_TEST

START_TEST(ends_what_goes_on_in_silence)
{
    vb_spawned r;
    vb_error err;

    ck_assert(sh("exec >&- 2>&-; sleep 3000",
                 (vb_spawn_opts){.timeout_ms = 200}, &r, &err));
    ck_assert(r.timed_out);
    vb_spawned_release(&r);
}
END_TEST

START_TEST(a_missing_folder_is_no_missing_program)
{
    vb_spawned r;
    vb_error err;

    ck_assert(!sh("true", (vb_spawn_opts){.dir = "/no/such"}, &r, &err));
    ck_assert(!r.missing);
    ck_assert_str_eq(err.message,
                     "cannot enter '/no/such': No such file or directory");
    vb_spawned_release(&r);
}
END_TEST

START_TEST(names_a_missing_program)
{
    const char *const argv[] = {"no-such-program-here", NULL};
    vb_spawn_opts opts = {.argv = argv};
    vb_arena arena = {0};
    vb_spawned r;
    vb_error err;

    ck_assert(!vb_spawn(&opts, &r, &err));
    ck_assert(r.missing);
    ck_assert_str_eq(err.message, "cannot start 'no-such-program-here': No "
                                  "such file or directory");
    vb_spawned_release(&r);
    ck_assert(vb_on_path("sh"));
    ck_assert_vbstr(vb_program_find(&arena, "sh", ".:bin::/nowhere:/bin"),
                    "/bin/sh");
    ck_assert_vbstr(vb_program_find(&arena, "/bin/sh", ""), "/bin/sh");
    ck_assert_uint_eq(vb_program_find(&arena, "sh", ".:bin:").len, 0);
    ck_assert_uint_eq(vb_program_find(&arena, "etc", "/").len, 0);
    vb_arena_release(&arena);
    ck_assert(!vb_on_path("no-such-program-here"));
}
END_TEST

START_TEST(passes_arguments_as_data)
{
    const char *const argv[] = {"printf", "%s|", "a b", "$(id)", "*", NULL};
    vb_spawn_opts opts = {.argv = argv};
    vb_spawned r;
    vb_error err;

    ck_assert(vb_spawn(&opts, &r, &err));
    ck_assert_vbstr(vb_buf_view(&r.out), "a b|$(id)|*|");
    vb_spawned_release(&r);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("spawn");
    TCase *tc = tcase_create("spawn");

    tcase_add_test(tc, gives_output_and_status);
    tcase_add_test(tc, feeds_more_than_a_pipe_holds);
    tcase_add_test(tc, survives_a_program_that_reads_nothing);
    tcase_add_test(tc, caps_the_output);
    tcase_add_test(tc, ends_what_takes_too_long);
    tcase_add_test(tc, ends_what_goes_on_in_silence);
    tcase_add_test(tc, a_missing_folder_is_no_missing_program);
    tcase_add_test(tc, names_a_missing_program);
    tcase_add_test(tc, passes_arguments_as_data);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
