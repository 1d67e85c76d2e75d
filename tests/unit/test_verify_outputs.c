/* The labelled set: at most one pair in a hundred may be judged wrong,
 * either way. VERBOSE=1 lists every wrong one with its explanation. */
#include "unit.h"

#include "../bench/labelled.h"

enum { MIN_PAIRS = 300 };

static void
show(const labelled *pair, const vb_compare *got)
{
    fprintf(stderr, "%.*s: %.*s (%.*s): judged %s: %.*s\n", VB_ARG(pair->file),
            VB_ARG(pair->name), VB_ARG(pair->what),
            got && got->match ? "match" : "differ",
            VB_ARG(got ? got->summary : VB_STR("does not compile")));
    if (!got || !getenv("VERBOSE"))
        return;
    for (size_t i = 0; i < got->lines.len; i++) {
        const vb_compare_line *l = &got->lines.at[i];

        fprintf(stderr, "    %c %3u %3u  %.*s | %.*s  %.*s\n",
                "=~.!-+"[l->kind], l -> expected, l -> actual,
                VB_ARG(l->expected_text), VB_ARG(l->actual_text),
                VB_ARG(l->note));
    }
}

START_TEST(labelled_pairs)
{
    vb_arena arena = {0};
    labelled_set set = labelled_read(&arena, "fixtures/outputs");
    size_t missed = 0, alarms = 0, same = 0;

    ck_assert_msg(!set.fault, "%s", set.fault);
    for (size_t i = 0; i < set.pairs.len; i++) {
        const labelled *pair = &set.pairs.at[i];
        const vb_compare *got = labelled_compare(&arena, pair);
        bool match = got && got->match;

        same += pair->match;
        if (match == pair->match && got && !got->fault)
            continue;
        show(pair, got);
        if (pair->match)
            alarms++;
        else
            missed++;
    }
    fprintf(stderr,
            "labelled outputs: %zu pairs, %zu true matches; %zu false alarms, "
            "%zu differences missed\n",
            set.pairs.len, same, alarms, missed);
    ck_assert_uint_ge(set.pairs.len, MIN_PAIRS);
    ck_assert_uint_le(alarms * 100, same);
    ck_assert_uint_le(missed * 100, set.pairs.len - same);
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("verify_outputs");
    TCase *tcase = tcase_create("labelled");

    tcase_add_test(tcase, labelled_pairs);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
