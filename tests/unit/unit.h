/* What every unit test shares: one suite, forked cases, an exit code. */
#ifndef VB_TESTS_UNIT_H
#define VB_TESTS_UNIT_H

#include "base/str.h"

#include <check.h>
#include <stdlib.h>

#define ck_assert_vbstr(slice, text)                                           \
    do {                                                                       \
        vb_str got_ = (slice);                                                 \
        ck_assert_msg(vb_str_eqc(got_, (text)), "got '%.*s', want '%s'",       \
                      VB_ARG(got_), (text));                                   \
    } while (0)

/* Check ends a test after four seconds unless told otherwise: too few on a busy
 * machine, under a sanitizer or valgrind. No test is timed; this ends only one
 * that hangs. A loop's rows are tests of their own. */
__attribute__((constructor)) static void
unit_hang_guard(void)
{
    setenv("CK_DEFAULT_TIMEOUT", "600", 0);
}

/* Runs the suite and returns main's exit status. */
static inline int
unit_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
