#include "base/clock.h"

#include "unit.h"

START_TEST(stamps_read_back)
{
    const int64_t step = INT64_C(86399999) * 13;

    for (int64_t ms = 0; ms < INT64_C(253402300800000); ms += step) {
        vb_stamp stamp = vb_clock_stamp(ms);
        int64_t back = -1;

        ck_assert_msg(vb_stamp_parse(vb_str_c(stamp.text), &back), "%s",
                      stamp.text);
        ck_assert_msg(back == ms, "%s: %jd", stamp.text, (intmax_t)back);
    }
}
END_TEST

static const char *const odd[] = {
    "",
    "2022-08-11T22:10:23.123",
    "2022-08-11 22:10:23.123Z",
    "2022-08-11T22:10:23.12 Z",
    "2022-13-11T22:10:23.123Z",
    "2022-00-11T22:10:23.123Z",
    "2022-08-32T22:10:23.123Z",
    "2022-08-11T24:10:23.123Z",
    "1969-08-11T22:10:23.123Z",
    "2022-08-11T22:10:23.123ZZ",
    "-022-08-11T22:10:23.123Z",
};

START_TEST(odd_stamps)
{
    int64_t ms = 7;

    ck_assert(!vb_stamp_parse(vb_str_c(odd[_i]), &ms));
    ck_assert_int_eq(ms, 7);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("clock");
    TCase *tc = tcase_create("clock");

    tcase_add_test(tc, stamps_read_back);
    tcase_add_loop_test(tc, odd_stamps, 0, VB_COUNT(odd));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
