#include "record/record.h"

#include "base/arena.h"
#include "base/io.h"
#include "record/chain.h"
#include "record/disk.h"
#include "record/events.h"
#include "record/reader.h"

#include "sample_run.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static vb_arena arena;
static const char *dir;

static void
setup(void)
{
    vb_arena_init(&arena);
    dir = sample_dir(&arena);
}

static void
teardown(void)
{
    ck_assert(vb_remove_tree(dir, NULL));
    vb_arena_release(&arena);
}

static vb_check_result
verify(vb_diags *diags)
{
    vb_check_result result;
    vb_error err = {.message = ""};

    vb_diags_init(diags, &arena);
    SAMPLE_OK(vb_record_verify(dir, &result, &arena, diags, &err));
    return result;
}

static vb_str
content(void)
{
    vb_error err = {.message = ""};
    vb_str text;

    SAMPLE_OK(
        vb_read_file_arena(sample_path(&arena, dir, VB_TRANSCRIPT_NAME).ptr,
                           1 << 26, &arena, &text, &err));
    return text;
}

static void
put_content(vb_str text)
{
    vb_error err = {.message = ""};

    SAMPLE_OK(vb_write_file(sample_path(&arena, dir, VB_TRANSCRIPT_NAME).ptr,
                            text, 0644, &err));
}

/* The text with lines 'a' and 'b' (1-based) exchanged, or 'a' left out when
 * 'b' is 0, or there twice when they are the same. */
static vb_str
rearranged(vb_str text, size_t a, size_t b)
{
    VB_VEC(vb_str) lines = {0};
    vb_buf out;
    vb_str line, result;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    while (vb_str_line(&text, &line))
        vb_vec_push(&arena, &lines, line);
    for (size_t i = 1; i <= lines.len; i++) {
        if (i == a && b == 0)
            continue;
        line = lines.at[(i == a ? b : i == b ? a : i) - 1];
        vb_buf_fmt(&out, "%.*s\n", VB_ARG(line));
        if (i == a && a == b)
            vb_buf_fmt(&out, "%.*s\n", VB_ARG(line));
    }
    result = vb_str_copy(&arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

static void
expect_diag(const vb_diags *diags, const char *rule, uint32_t line,
            const char *words)
{
    for (size_t i = 0; i < diags->list.len; i++) {
        const vb_diag *d = &diags->list.at[i];

        if (strcmp(d->rule, rule) == 0 && d->loc.line == line &&
            vb_str_has(d->message, words))
            return;
    }
    for (size_t i = 0; i < diags->list.len; i++)
        fprintf(stderr, "%s %u: %.*s\n", diags->list.at[i].rule,
                diags->list.at[i].loc.line, VB_ARG(diags->list.at[i].message));
    ck_abort_msg("no %s on line %u with '%s'", rule, line, words);
}

START_TEST(whole_run_is_intact)
{
    vb_diags diags;
    vb_check_result result;

    sample_write(dir, &arena, true);
    result = verify(&diags);
    ck_assert_uint_eq(diags.list.len, 0);
    ck_assert(result.intact && !result.incomplete && result.rehearsal);
    ck_assert_vbstr(result.verdict, "failed");
    ck_assert_uint_eq(result.outputs, SAMPLE_STEPS);
    ck_assert_uint_eq(result.files, 2);
    ck_assert(!vb_exists(sample_path(&arena, dir, VB_RESERVE_NAME).ptr));
}
END_TEST

START_TEST(outputs_stay_exact)
{
    vb_reader *reader;
    vb_event event;
    vb_buf bytes;
    vb_error err;
    bool seen = false;

    sample_write(dir, &arena, true);
    vb_buf_init(&bytes, VB_BUF_NO_MAX);
    reader = vb_reader_open(dir, &err);
    while (vb_reader_next(reader, &arena, &event, NULL) == VB_READ_EVENT) {
        if (event.kind != VB_EVENT_OUT ||
            !vb_node_get(event.body, "text_base64"))
            continue;
        ck_assert(vb_event_bytes(&event, &bytes));
        seen = true;
    }
    ck_assert(seen);
    ck_assert_vbstr(vb_buf_view(&bytes), "filling \xff\xfe\x01 done\n");
    vb_buf_release(&bytes);
    vb_reader_close(reader);
}
END_TEST

START_TEST(diagnostics_outlive_their_reader)
{
    const char *path = sample_path(&arena, dir, "bad.jsonl").ptr;
    vb_reader *reader;
    vb_diags diags;
    vb_event event;
    vb_error err;
    vb_buf bytes;

    vb_buf_init(&bytes, VB_BUF_NO_MAX);
    vb_buf_fill(&bytes, 'x', VB_EVENT_BYTES_MAX + 1);
    vb_buf_str(&bytes, VB_STR("\nno event\n{"));
    ck_assert(vb_write_file(path, vb_buf_view(&bytes), 0600, &err));
    vb_buf_release(&bytes);
    vb_diags_init(&diags, &arena);
    reader = vb_reader_open(path, &err);
    ck_assert(vb_reader_next(reader, &arena, &event, &diags) == VB_READ_BAD);
    ck_assert(vb_reader_next(reader, &arena, &event, &diags) == VB_READ_BAD);
    ck_assert(vb_reader_next(reader, &arena, &event, &diags) == VB_READ_TORN);
    vb_reader_close(reader);
    ck_assert_uint_eq(diags.list.len, 3);
    for (uint32_t i = 0; i < diags.list.len; i++) {
        ck_assert_uint_eq(diags.list.at[i].loc.line, i + 1);
        ck_assert_str_eq(diags.list.at[i].loc.file, path);
        /* One copy for all of them, not one each. */
        ck_assert_ptr_eq(diags.list.at[i].loc.file, diags.list.at[0].loc.file);
    }
}
END_TEST

START_TEST(no_end_is_incomplete)
{
    vb_diags diags;
    vb_check_result result;

    sample_write(dir, &arena, false);
    result = verify(&diags);
    ck_assert(result.intact && result.incomplete);
    ck_assert_uint_eq(result.verdict.len, 0);
    ck_assert_uint_eq(diags.errors, 0);
    ck_assert_uint_eq(diags.warnings, 1);
}
END_TEST

START_TEST(verification_says_which_line_and_how)
{
    vb_diags diags;
    vb_str whole, edited;
    char *at;

    sample_write(dir, &arena, true);
    whole = content();

    put_content(rearranged(whole, 7, 0));
    ck_assert(!verify(&diags).intact);
    expect_diag(&diags, VB_RULE_GONE, 7, "removed before line 7: event 7");

    put_content(rearranged(whole, 9, 11));
    ck_assert(!verify(&diags).intact);
    expect_diag(&diags, VB_RULE_ORDER, 11, "event 9 belongs before line 9");

    put_content(rearranged(whole, 5, 5));
    ck_assert(!verify(&diags).intact);
    expect_diag(&diags, VB_RULE_ORDER, 6, "event 5 was there before");

    edited = vb_str_copy(&arena, whole);
    at = (char *)edited.ptr + vb_str_find(edited, VB_STR("pump fill"));
    *at = 'P';
    put_content(edited);
    ck_assert(!verify(&diags).intact);
    ck_assert(diags.errors >= 1);
    ck_assert_str_eq(diags.list.at[0].rule, VB_RULE_CHANGE);

    put_content(vb_str_sub(whole, 0, whole.len - 5));
    ck_assert(verify(&diags).incomplete);
    ck_assert_str_eq(diags.list.at[0].rule, VB_RULE_CUT);
    put_content(vb_str_sub(whole, 0, whole.len - 1));
    ck_assert(verify(&diags).incomplete);
}
END_TEST

/* A forger who knows the rule and mends the digest of one line is caught by
 * the line behind it. */
START_TEST(mended_line_is_caught)
{
    vb_diags diags;
    vb_str whole, line, rest, forged;
    vb_digest self, old;
    size_t skip = 9;

    sample_write(dir, &arena, true);
    whole = rest = content();
    while (skip--)
        ck_assert(vb_str_line(&rest, &line));
    forged = vb_str_copy(&arena, line);
    ((char *)forged.ptr)[forged.len - VB_SELF_LEN - 2] ^= 1;
    vb_line_digests(forged, &self, &old);
    memcpy((char *)forged.ptr + forged.len - 2 - VB_SHA256_HEX, self.hex,
           VB_SHA256_HEX);
    memcpy((char *)line.ptr, forged.ptr, forged.len);
    put_content(whole);
    ck_assert(!verify(&diags).intact);
    expect_diag(&diags, VB_RULE_CHANGE, 9, "line 9 was changed");
}
END_TEST

START_TEST(files_beside_it_count)
{
    vb_diags diags;
    vb_error err;
    vb_str copy = sample_path(&arena, dir, "document/workshop.md");

    sample_write(dir, &arena, true);
    ck_assert(vb_write_file(copy.ptr, VB_STR("# Other\n"), 0644, &err));
    ck_assert(!verify(&diags).intact);
    ck_assert_str_eq(diags.list.at[0].rule, VB_RULE_FILE);
    ck_assert_int_eq(unlink(copy.ptr), 0);
    ck_assert(!verify(&diags).intact);
    ck_assert_int_eq(symlink("/etc/passwd", copy.ptr), 0);
    ck_assert(!verify(&diags).intact);
}
END_TEST

START_TEST(resume_goes_on_behind_a_torn_line)
{
    vb_error err = {.message = ""};
    vb_ev_end end = sample_end();
    vb_diags diags;
    vb_check_result result;
    vb_record *record;
    vb_str text;

    sample_write(dir, &arena, false);
    text = content();
    put_content(vb_str_sub(text, 0, text.len - 40));
    record = vb_record_resume(dir, VB_SYNC_STEP, &err);
    ck_assert_msg(record != NULL, "%s", err.message);
    SAMPLE_OK(vb_event_resume(
        record, &(vb_ev_resume){.step = VB_STR("first-steps/drain")}, &err));
    sample_write_step(record, &sample_steps[0], 1, 1);
    SAMPLE_OK(vb_event_end(record, &end, &err));
    result = verify(&diags);
    ck_assert_uint_eq(diags.list.len, 0);
    ck_assert(result.intact && !result.incomplete);
    ck_assert(vb_str_has(content(), "\"cut\":"));
}
END_TEST

START_TEST(resume_follows_an_end)
{
    vb_error err = {.message = ""};
    vb_ev_end end = sample_end();
    vb_diags diags;
    vb_record *record;

    sample_write(dir, &arena, true);
    record = vb_record_resume(dir, VB_SYNC_AUTO, &err);
    ck_assert_msg(record != NULL, "%s", err.message);
    SAMPLE_OK(
        vb_event_resume(record, &(vb_ev_resume){.why = VB_STR("again")}, &err));
    vb_record_abandon(record);
    ck_assert(verify(&diags).incomplete);
    record = vb_record_resume(dir, VB_SYNC_AUTO, &err);
    SAMPLE_OK(
        vb_event_resume(record, &(vb_ev_resume){.why = VB_STR("third")}, &err));
    SAMPLE_OK(vb_event_end(record, &end, &err));
    ck_assert(verify(&diags).intact);
    ck_assert(!verify(&diags).incomplete);
}
END_TEST

START_TEST(resume_refuses_a_damaged_run)
{
    vb_error err = {.message = ""};

    sample_write(dir, &arena, false);
    put_content(rearranged(content(), 4, 0));
    ck_assert_ptr_null(vb_record_resume(dir, VB_SYNC_AUTO, &err));
    ck_assert_msg(strstr(err.message, "line 4") != NULL, "%s", err.message);
}
END_TEST

START_TEST(one_process_a_run)
{
    vb_error err = {.message = ""};
    vb_record *record = vb_record_create(dir, VB_SYNC_AUTO, &err);
    pid_t child;
    int status;

    ck_assert_ptr_nonnull(record);
    child = fork();
    if (child == 0) {
        vb_error why = {.message = ""};

        _exit(vb_record_resume(dir, VB_SYNC_AUTO, &why) == NULL &&
                      strstr(why.message, "in use by process")
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    vb_record_abandon(record);
    ck_assert_ptr_null(vb_record_create(dir, VB_SYNC_AUTO, &err));
}
END_TEST

/* Killed at a random moment while it writes: what is there is a valid record
 * of everything that was flushed, and the run can go on. */
START_TEST(kill_while_writing)
{
    for (unsigned round = 0; round < 10; round++) {
        vb_error err = {.message = ""};
        vb_diags diags;
        vb_check_result result;
        vb_record *record;
        pid_t child;
        int status;

        ck_assert(vb_remove_tree(dir, NULL));
        child = fork();
        if (child == 0) {
            record = vb_record_create(dir, VB_SYNC_AUTO, &err);
            sample_write_start(record, dir, &arena);
            for (uint64_t n = 1;; n++)
                sample_write_step(record, &sample_steps[n % SAMPLE_STEPS], n,
                                  n);
        }
        usleep(3000 + 1700 * round);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        if (!vb_exists(sample_path(&arena, dir, VB_TRANSCRIPT_NAME).ptr) ||
            content().len == 0)
            continue;
        result = verify(&diags);
        ck_assert(result.incomplete);
        if (result.events == 0)
            continue;
        ck_assert_uint_eq(diags.errors, 0);
        record = vb_record_resume(dir, VB_SYNC_AUTO, &err);
        ck_assert_msg(record != NULL, "%s", err.message);
        vb_record_abandon(record);
    }
}
END_TEST

/* A disk that is full, played by a limit on the file's size. */
START_TEST(full_disk_keeps_the_closing_events)
{
    const struct rlimit limit = {40 * 1024, RLIM_INFINITY},
                        none = {RLIM_INFINITY, RLIM_INFINITY};
    vb_error err = {.message = ""};
    vb_ev_end end = sample_end();
    vb_output_sum sum;
    vb_diags diags;
    vb_check_result result;
    vb_record *record = vb_record_create(dir, VB_SYNC_AUTO, &err);
    char noise[8192];

    memset(noise, 'n', sizeof noise);
    signal(SIGXFSZ, SIG_IGN);
    sample_write_start(record, dir, &arena);
    sample_write_step(record, &sample_steps[0], 1, 2);
    SAMPLE_OK(vb_event_step_start(record, &(vb_ev_step){.step = VB_STR("loud")},
                                  &err));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    SAMPLE_OK(vb_record_output_begin(record, VB_STR("loud"), 1, &err));
    for (int i = 0; i < 20; i++) {
        SAMPLE_OK(vb_record_output(record, VB_STREAM_OUT,
                                   vb_str_n(noise, sizeof noise), &err));
        SAMPLE_OK(vb_record_flush(record, &err));
    }
    ck_assert(vb_record_full(record));
    /* The reserve was given back. */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    SAMPLE_OK(vb_record_output_end(record, &sum, &err));
    ck_assert_uint_eq(sum.bytes[0], 20 * sizeof noise);
    SAMPLE_OK(vb_event_step_end(
        record,
        &(vb_ev_step_end){.step = VB_STR("loud"),
                          .verdict = VB_VERDICT_FAILED,
                          .explanation = VB_STR("the disk is full"),
                          .sums = sum},
        &err));
    ck_assert(
        !vb_event_step_start(record, &(vb_ev_step){.step = VB_STR("n")}, &err));
    SAMPLE_OK(vb_event_end(record, &end, &err));
    result = verify(&diags);
    ck_assert_uint_eq(diags.list.len, 0);
    ck_assert(result.intact && !result.incomplete);
    ck_assert(result.lost >= 16 * sizeof noise &&
              result.lost < 20 * sizeof noise);
}
END_TEST

START_TEST(write_error_is_final)
{
    const struct rlimit limit = {4 * 1024, RLIM_INFINITY};
    vb_error err = {.message = ""};
    vb_record *record = vb_record_create(dir, VB_SYNC_AUTO, &err);
    vb_ev_end end = sample_end();

    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < 40 && err.message[0] == '\0'; i++)
        if (!vb_event_note(record, "note", VB_STR(""),
                           VB_STR("a sentence that takes some room"), &err))
            break;
    ck_assert(err.message[0]);
    ck_assert(!vb_event_note(record, "note", VB_STR(""), VB_STR("x"), &err));
    ck_assert(
        !vb_event_step_start(record, &(vb_ev_step){.step = VB_STR("n")}, &err));
    ck_assert(!vb_event_end(record, &end, &err));
}
END_TEST

START_TEST(long_texts_are_clipped)
{
    vb_error err = {.message = ""};
    vb_record *record = vb_record_create(dir, VB_SYNC_AUTO, &err);
    char *big = vb_arena_alloc(&arena, 3 << 20);
    vb_str text = {big, 3 << 20};
    vb_ev_end end = sample_end();
    vb_diags diags;

    memset(big, 1, text.len);
    SAMPLE_OK(vb_event_step_start(record,
                                  &(vb_ev_step){.step = VB_STR("s"),
                                                .lead = text,
                                                .source = vb_str_from(text, 1),
                                                .body = text},
                                  &err));
    SAMPLE_OK(vb_event_note(record, "note", VB_STR("s"), text, &err));
    SAMPLE_OK(vb_event_end(record, &end, &err));
    ck_assert(verify(&diags).intact);
    ck_assert(vb_str_has(content(), "\"text_bytes\":3145728"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("record");
    TCase *tc = tcase_create("record");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, whole_run_is_intact);
    tcase_add_test(tc, outputs_stay_exact);
    tcase_add_test(tc, diagnostics_outlive_their_reader);
    tcase_add_test(tc, no_end_is_incomplete);
    tcase_add_test(tc, verification_says_which_line_and_how);
    tcase_add_test(tc, mended_line_is_caught);
    tcase_add_test(tc, files_beside_it_count);
    tcase_add_test(tc, resume_goes_on_behind_a_torn_line);
    tcase_add_test(tc, resume_follows_an_end);
    tcase_add_test(tc, resume_refuses_a_damaged_run);
    tcase_add_test(tc, one_process_a_run);
    tcase_add_test(tc, kill_while_writing);
    tcase_add_test(tc, full_disk_keeps_the_closing_events);
    tcase_add_test(tc, write_error_is_final);
    tcase_add_test(tc, long_texts_are_clipped);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
