#include "report/report.h"

#include "base/io.h"

#include "sample_run.h"

#include <string.h>

static vb_arena arena;
static const char *dir;
static vb_buf got;

static void
setup(void)
{
    dir = sample_dir(&arena);
    vb_buf_init(&got, VB_BUF_NO_MAX);
}

static void
teardown(void)
{
    ck_assert(vb_remove_tree(dir, NULL));
    vb_buf_release(&got);
    vb_arena_release(&arena);
}

static bool
keep(void *user, vb_str bytes, vb_error *err)
{
    (void)err;
    vb_buf_str(user, bytes);
    return true;
}

static bool
report(vb_report_format format, vb_error *err)
{
    const vb_report_opts opts = {.format = format};

    vb_buf_clear(&got);
    return vb_report_write(dir, &opts, (vb_sink){keep, &got}, NULL, err);
}

/* A step whose every text tries to act. */
static void
write_hostile(void)
{
    static const sample_step step = {
        "s/<script>",
        "<script>alert(1)</script>\033]0;x\a",
        "\"><img src=x onerror=alert(1)>",
        "echo '</pre><script>'",
        "\033[2J\033]52;c;x\a</script>\xe2\x80\xae txt ]]>\n",
        "\xef\xbf\xbf]]>\x9b\n",
        VB_VERDICT_FAILED,
        1,
        "</title>&<b>",
        7};
    vb_error err = {.message = ""};
    vb_record *record = vb_record_create(dir, VB_SYNC_AUTO, &err);
    vb_ev_end end = sample_end();

    ck_assert_ptr_nonnull(record);
    SAMPLE_OK(vb_event_run_start(
        record,
        &(vb_ev_run){.title = VB_STR("<script>\033[31m"),
                     .document = VB_STR("\"'><a href=javascript:x>")},
        &err));
    sample_write_step(record, &step, 1, 1);
    SAMPLE_OK(vb_event_end(record, &end, &err));
}

START_TEST(nothing_of_a_transcript_acts)
{
    vb_error err = {.message = ""};
    vb_str view;

    write_hostile();
    SAMPLE_OK(report((vb_report_format)_i, &err));
    view = vb_buf_view(&got);
    ck_assert_uint_gt(view.len, 0);
    ck_assert(!vb_str_has(view, "\033]"));
    ck_assert(!vb_str_has(view, "\033[2J"));
    ck_assert(!vb_str_has(view, "\xe2\x80\xae") || _i == VB_REPORT_JSON);
    if (_i == VB_REPORT_HTML || _i == VB_REPORT_MARKDOWN) {
        ck_assert(!vb_str_has(view, "<script>alert"));
        ck_assert(!vb_str_has(view, "<img"));
        ck_assert(!vb_str_has(view, "<a href=java"));
    }
    if (_i == VB_REPORT_JUNIT)
        ck_assert(!vb_str_has(view, "]]>"));
}
END_TEST

START_TEST(rehearsals_say_so)
{
    vb_error err = {.message = ""};

    sample_write(dir, &arena, true);
    SAMPLE_OK(report((vb_report_format)_i, &err));
    ck_assert(vb_str_ihas(vb_buf_view(&got), "rehearsal"));
}
END_TEST

START_TEST(faults_are_located)
{
    vb_error err = {.message = ""};
    vb_str path = sample_path(&arena, dir, "transcript.jsonl"), text;

    ck_assert(!report((vb_report_format)_i, &err));
    sample_write(dir, &arena, true);
    SAMPLE_OK(vb_read_file_arena(path.ptr, 1 << 20, &arena, &text, &err));
    ((char *)text.ptr)[vb_str_chr(text, '\n') + 1] = '!';
    SAMPLE_OK(vb_write_file(path.ptr, text, 0644, &err));
    ck_assert(!report((vb_report_format)_i, &err));
    ck_assert_msg(strstr(err.message, "line 2") != NULL, "%s", err.message);
}
END_TEST

START_TEST(unfinished_runs_are_reported)
{
    vb_error err = {.message = ""};

    sample_write(dir, &arena, false);
    SAMPLE_OK(report(VB_REPORT_TEXT, &err));
    ck_assert(vb_str_has(vb_buf_view(&got), "incomplete"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("report");
    TCase *tc = tcase_create("report");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, nothing_of_a_transcript_acts, VB_REPORT_TEXT,
                        VB_REPORT_TYPESCRIPT + 1);
    tcase_add_loop_test(tc, rehearsals_say_so, VB_REPORT_TEXT,
                        VB_REPORT_TYPESCRIPT + 1);
    tcase_add_loop_test(tc, faults_are_located, VB_REPORT_TEXT,
                        VB_REPORT_TYPESCRIPT + 1);
    tcase_add_test(tc, unfinished_runs_are_reported);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
