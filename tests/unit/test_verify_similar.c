/* verify/expect.h: what "similar" loosens in trees, and what it does not. */
#include "verify/expect.h"

#include "unit.h"

static const struct {
    const char *expected, *actual;
    bool plain, similar; /* do they match? */
} rows[] = {
    {"{\"Comment\": \"\", \"Name\": \"a\"}",
     "{\"Comment\": \"made by hand\", \"Name\": \"a\"}", false, true},
    {"{\"RecordCount\": 10, \"Name\": \"a\"}",
     "{\"RecordCount\": 2, \"Name\": \"a\"}", false, true},
    {"{\"replicas\": 3, \"Name\": \"a\"}", "{\"replicas\": 2, \"Name\": \"a\"}",
     false, false},
    {"{\"RecordCount\": 10, \"Name\": \"a\"}",
     "{\"RecordCount\": \"many\", \"Name\": \"a\"}", false, false},
    {"{\"Comment\": \"\", \"Name\": \"a\"}", "{\"Name\": \"a\"}", false, false},
    {"{\"RecordCount\": 2, \"Name\": \"a\"}",
     "{\"RecordCount\": 2, \"Name\": \"b\"}", false, false},
};

static bool
matches(const char *expected, const char *actual, bool similar)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_expect_opts opts = {.lang = VB_STR("json"), .similar = similar};
    vb_loc where = {"guide.md", 1, 1};
    const vb_expect *expect;
    bool match;

    vb_diags_init(&diags, &arena);
    expect =
        vb_expect_compile(&arena, vb_str_c(expected), where, &opts, &diags);
    ck_assert_ptr_nonnull(expect);
    match =
        vb_expect_compare(expect, vb_str_c(actual), VB_STR(""), &arena)->match;
    vb_arena_release(&arena);
    return match;
}

START_TEST(similar_is_an_example)
{
    ck_assert_int_eq(matches(rows[_i].expected, rows[_i].actual, false),
                     rows[_i].plain);
    ck_assert_int_eq(matches(rows[_i].expected, rows[_i].actual, true),
                     rows[_i].similar);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("verify similar");
    TCase *tc = tcase_create("trees");

    tcase_add_loop_test(tc, similar_is_an_example, 0, (int)VB_COUNT(rows));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
