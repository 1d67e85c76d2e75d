/* verify/expect.h: a value that this run replaced, where the guide's output
 * holds its sample. */
#include "verify/expect.h"

#include "unit.h"

static const struct {
    const char *sample, *value, *expected, *actual;
    bool match;
} rows[] = {
    {"gitpod-pov", "harbour", "cluster gitpod-pov is up",
     "cluster harbour is up", true},
    {"gitpod-pov", "harbour", "cluster gitpod-pov is up",
     "cluster gitpod-pov is up", false},
    {"gitpod-pov", "harbour", "cluster gitpod-pov is up",
     "cluster harbor is up", false},
    /* part of a longer name */
    {"gitpod-pov", "harbour", "pool gke-gitpod-pov-default is up",
     "pool gke-harbour-default is up", true},
    {"gitpod-pov", "harbour", "pool gke-gitpod-pov-default is up",
     "pool gke-meadow-default is up", false},
    /* which may also be a name of its own that only looks like it */
    {"gitpod", "harbour", "Created service account [gitpod-gke].",
     "Created service account [gitpod-gke].", true},
    {"gitpod", "harbour", "Created service account [gitpod-gke].",
     "Created service account [meadow-gke].", false},
    /* letters within a word are no sample */
    {"gitpod", "harbour", "gitpods are here", "harbours are here", false},
    /* nor are short ones and numbers within a name */
    {"dev", "prod", "the dev-tools are here", "the prod-tools are here", false},
};

START_TEST(samples_follow_their_values)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_subst subst = {vb_str_c(rows[_i].sample), vb_str_c(rows[_i].value)};
    vb_expect_opts opts = {.substs = &subst, .nsubsts = 1};
    vb_loc where = {"guide.md", 1, 1};
    const vb_expect *expect;

    vb_diags_init(&diags, &arena);
    expect = vb_expect_compile(&arena, vb_str_c(rows[_i].expected), where,
                               &opts, &diags);
    ck_assert_ptr_nonnull(expect);
    ck_assert_msg(
        vb_expect_compare(expect, vb_str_c(rows[_i].actual), VB_STR(""), &arena)
                ->match == rows[_i].match,
        "'%s' for '%s'", rows[_i].actual, rows[_i].expected);
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("verify subst");
    TCase *tc = tcase_create("samples");

    tcase_add_loop_test(tc, samples_follow_their_values, 0,
                        (int)VB_COUNT(rows));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
