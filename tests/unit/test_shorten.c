#include "cli/cli.h"

#include "base/text.h"

#include <check.h>
#include <stdlib.h>

#include "base/banned.h"

static const struct shortened {
    const char *text;
    size_t room;
    const char *want;
} cases[] = {
    {"setup/gcloud", 12, "setup/gcloud"},
    {"setup/gcloud", 11, "setup…cloud"},
    {"setup/gcloud", 4, "se…d"},
    {"setup/gcloud", 1, "…"},
    {"setup/gcloud", 0, ""},
    {"", 5, ""},
    {"日本語の手順", 12, "日本語の手順"},
    {"日本語の手順", 9, "日本…手順"},
    {"日本語の手順", 8, "日本…順"},
};

START_TEST(loses_the_middle)
{
    const struct shortened *c = &cases[_i];
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_cli_shorten(&out, vb_str_c(c->text), c->room);
    ck_assert_str_eq(vb_buf_cstr(&out), c->want);
    ck_assert(vb_text_width(vb_buf_view(&out)) <= c->room);
    vb_buf_release(&out);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("shorten");
    TCase *tcase = tcase_create("core");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, loses_the_middle, 0, VB_COUNT(cases));
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
