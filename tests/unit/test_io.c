#include "base/io.h"

#include "base/clock.h"
#include "base/hash.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static vb_arena arena;
static char top[64];

/* Each test works in a folder of its own. */
static void
setup(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(top, sizeof top, "%.40s/vb-io-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(top));
    ck_assert_int_eq(chdir(top), 0);
}

static void
teardown(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert(vb_remove_tree(top, NULL));
    vb_arena_release(&arena);
}

START_TEST(files_are_replaced_whole)
{
    vb_error err;
    vb_str got;
    struct stat st;

    ck_assert_msg(vb_write_file("a", VB_STR("one"), 0600, &err), "%s",
                  err.message);
    ck_assert(vb_write_file("a", VB_STR("three"), 0640, &err));
    ck_assert(vb_read_file_arena("a", 5, &arena, &got, &err));
    ck_assert_vbstr(got, "three");
    ck_assert_int_eq(stat("a", &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    ck_assert_int_eq(symlink("a", "link"), 0);
    ck_assert(vb_write_file("link", VB_STR("own"), 0600, &err));
    ck_assert(vb_read_file_arena("a", 5, &arena, &got, &err));
    ck_assert_vbstr(got, "three");
    ck_assert(vb_write_file("empty", (vb_str){NULL, 0}, 0600, &err));
    ck_assert(vb_read_file_arena("empty", 0, &arena, &got, &err));
    ck_assert_uint_eq(got.len, 0);
}
END_TEST

START_TEST(failed_writes_leave_nothing_behind)
{
    vb_error err;
    char name[300];

    ck_assert(!vb_write_file("none/a", VB_STR("x"), 0600, &err));
    ck_assert_str_eq(err.message,
                     "cannot write 'none/a': No such file or directory");
    ck_assert_int_eq(mkdir("dir", 0700), 0);
    ck_assert(!vb_write_file("dir", VB_STR("x"), 0600, &err));
    ck_assert_int_eq(err.sys, EISDIR);
    memset(name, 'n', 255);
    name[255] = '\0';
    ck_assert(vb_write_file(name, VB_STR("x"), 0600, &err));
    ck_assert(vb_remove_tree(name, &err));
    ck_assert_int_eq(rmdir("dir"), 0);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(top), 0); /* it is empty */
    ck_assert_int_eq(mkdir(top, 0700), 0);
}
END_TEST

START_TEST(what_is_no_file_cannot_be_read)
{
    vb_error err;
    vb_buf buf;

    ck_assert_int_eq(mkdir("dir", 0700), 0);
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    ck_assert(!vb_read_file("dir", 10, &buf, &err));
    ck_assert_str_eq(err.message, "'dir' is a directory");
    ck_assert(!vb_read_file("fifo", 10, &buf, &err));
    ck_assert_str_eq(err.message, "'fifo' is not a regular file");
    ck_assert(!vb_read_file("none", 10, &buf, &err));
    ck_assert_int_eq(err.sys, ENOENT);
    ck_assert(vb_write_file("a", VB_STR("12345"), 0600, &err));
    ck_assert(!vb_read_file("a", 4, &buf, &err));
    ck_assert_str_eq(err.message, "'a' is too large: 5 bytes, the limit is 4");
    ck_assert(!vb_read_file("/proc/self/status", 100, &buf, &err));
    ck_assert(strstr(err.message, "too large"));
    ck_assert(vb_read_file("/proc/self/status", 1 << 20, &buf, &err));
    ck_assert_uint_gt(buf.len, 100);
    vb_buf_release(&buf);
}
END_TEST

START_TEST(an_empty_file_is_an_empty_string)
{
    vb_buf buf;

    ck_assert(vb_write_file("empty", VB_STR(""), 0600, NULL));
    ck_assert(vb_read_file("empty", 100, &buf, NULL));
    ck_assert_str_eq(vb_buf_cstr(&buf), "");
    vb_buf_release(&buf);
}
END_TEST

START_TEST(standard_input_may_be_a_slow_pipe)
{
    vb_error err;
    vb_buf buf;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], 0), 0);
    ck_assert(vb_write_all(ends[1], "hello", 5, "pipe", &err));
    ck_assert(vb_close(&ends[1], "pipe", &err));
    ck_assert_int_eq(ends[1], -1);
    ck_assert(vb_close(&ends[1], "pipe", &err));
    ck_assert_msg(vb_read_file("-", 5, &buf, &err), "%s", err.message);
    ck_assert_str_eq(vb_buf_cstr(&buf), "hello");
    vb_buf_release(&buf);
}
END_TEST

START_TEST(closed_standard_streams_are_held)
{
    int saved[3], fd;
    bool ok, heard, silent;

    for (int i = 0; i < 3; i++) {
        saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
        ck_assert_int_ge(saved[i], 10);
    }
    close(0);
    close(1);
    ok = vb_hold_stdio(NULL);
    fd = vb_open("/dev/null", O_RDONLY, 0, NULL);
    heard = vb_write_all(1, "x", 1, "stdout", NULL);
    silent = vb_read(0, &heard, 1) >= 0;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(dup2(saved[i], i), i);
    ck_assert(ok && !heard && !silent);
    ck_assert_int_ge(fd, 3);
    close(fd);
    for (int i = 0; i < 3; i++)
        close(saved[i]);
}
END_TEST

START_TEST(failing_devices_are_heard)
{
    vb_error err;
    int fd = vb_open("/dev/full", O_WRONLY, 0, &err);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    ck_assert(!vb_write_all(fd, "x", 1, "/dev/full", &err));
    ck_assert_int_eq(err.sys, ENOSPC);
    ck_assert_int_eq(close(fd), 0);
    ck_assert(!vb_close(&fd, "/dev/full", &err));
    ck_assert_int_eq(err.sys, EBADF);
    ck_assert_int_eq(vb_open("none", O_RDONLY, 0, &err), -1);
    ck_assert_str_eq(err.message,
                     "cannot open 'none': No such file or directory");
}
END_TEST

static const struct {
    const char *path;
    const char *message; /* NULL when it works */
} dirs[] = {
    {"a", NULL},
    {"a/b/c", NULL},
    {"a//b/./c/../d/", NULL},
    {".", NULL},
    {"/", NULL},
    {"//", NULL},
    {"there", NULL},
    {"there/x", NULL},
    {"file", "'file' is not a directory"},
    {"file/x", "'file' is not a directory"},
    {"dangling", "'dangling' is not a directory"},
    {"", "cannot create directory '': No such file or directory"},
};

START_TEST(directories_are_made)
{
    vb_error err = {.message = ""};
    bool ok;

    ck_assert_int_eq(mkdir("there", 0700), 0);
    ck_assert(vb_write_file("file", VB_STR("x"), 0600, &err));
    ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
    errno = EEXIST; /* an old one must not matter */
    ok = vb_mkdirs(dirs[_i].path, 0755, &err);
    ck_assert_str_eq(err.message, dirs[_i].message ? dirs[_i].message : "");
    ck_assert(ok == (dirs[_i].message == NULL));
    ck_assert(!ok || vb_is_dir(dirs[_i].path));
}
END_TEST

START_TEST(trees_of_any_depth_are_removed)
{
    struct rlimit before, few;
    int fd, top_fd = open(".", O_RDONLY | O_DIRECTORY);

    ck_assert_int_eq(mkdir("tree", 0700), 0);
    ck_assert_int_eq(chdir("tree"), 0);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(mkdir(".verbatim-gone-0", 0700), 0);
        ck_assert_int_eq(mkdir("d", 0700), 0);
        ck_assert_int_eq(symlink("/etc", "l"), 0);
        fd = open("f", O_WRONLY | O_CREAT, 0600);
        ck_assert_int_ge(fd, 0);
        close(fd);
        ck_assert_int_eq(chdir("d"), 0);
    }
    ck_assert_int_eq(fchdir(top_fd), 0);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){40, before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    {
        vb_error err;

        ck_assert_msg(vb_remove_tree("tree", &err), "%s", err.message);
    }
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_int_eq(close(top_fd), 0);
    ck_assert(!vb_exists("tree"));
    ck_assert(vb_is_dir("/etc"));
    ck_assert(vb_remove_tree("tree", NULL));
}
END_TEST

START_TEST(removing_stays_on_this_side_of_links)
{
    vb_error err;

    ck_assert(vb_mkdirs("keep/x", 0700, &err));
    ck_assert_int_eq(symlink("keep", "link"), 0);
    ck_assert(vb_remove_tree("link", &err));
    ck_assert(!vb_exists("link") && vb_is_dir("keep/x"));
    ck_assert(vb_mkdirs("tree/closed/x", 0700, &err));
    ck_assert_int_eq(chmod("tree/closed/x", 0500), 0);
    ck_assert_int_eq(chmod("tree/closed", 0500), 0);
    ck_assert_msg(vb_remove_tree("tree", &err), "%s", err.message);
    ck_assert(vb_write_file("file", VB_STR(""), 0600, &err));
    ck_assert(!vb_remove_tree("file/x", &err));
    ck_assert_str_eq(err.message, "cannot remove 'file/x': Not a directory");
}
END_TEST

static const struct {
    const char *path, *dir, *base, *clean;
} paths[] = {
    {"", ".", "", "."},
    {"/", "/", "", "/"},
    {"a", ".", "a", "a"},
    {"/a", "/", "a", "/a"},
    {"a/b.md", "a", "b.md", "a/b.md"},
    {"./a/./b/", "./a/./b", "", "a/b"},
    {"a/../..", "a/..", "..", ".."},
    {"../../a", "../..", "a", "../../a"},
    {"a/b/../../..//c", "a/b/../../../", "c", "../c"},
    {"/../../a", "/../..", "a", "/a"},
    {"a//b", "a/", "b", "a/b"},
};

START_TEST(path_texts)
{
    vb_str path = vb_str_c(paths[_i].path);

    ck_assert_vbstr(vb_path_dir(path), paths[_i].dir);
    ck_assert_vbstr(vb_path_base(path), paths[_i].base);
    ck_assert_vbstr(vb_path_clean(&arena, path), paths[_i].clean);
}
END_TEST

START_TEST(paths_are_joined)
{
    ck_assert_vbstr(vb_path_join(&arena, VB_STR("a"), VB_STR("b")), "a/b");
    ck_assert_vbstr(vb_path_join(&arena, VB_STR("a/"), VB_STR("b")), "a/b");
    ck_assert_vbstr(vb_path_join(&arena, VB_STR("."), VB_STR("b")), "b");
    ck_assert_vbstr(vb_path_join(&arena, VB_STR("a"), VB_STR("/b")), "/b");
    ck_assert_vbstr(vb_path_join(&arena, (vb_str){NULL, 0}, VB_STR("b")), "b");
}
END_TEST

/* From FIPS 180-2 and its relatives; the long one is a million times 'a'. */
static const struct {
    const char *text, *hex;
} digests[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {NULL, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

START_TEST(digest_values)
{
    vb_hash hash;
    vb_str all = vb_str_c(digests[_i].text);

    if (!all.ptr) {
        all.len = 1000000;
        all.ptr = memset(vb_arena_alloc(&arena, all.len), 'a', all.len);
    }
    ck_assert_str_eq(vb_sha256(all).hex, digests[_i].hex);
    vb_hash_init(&hash);
    for (size_t at = 0; at < all.len; at += 4093)
        vb_hash_add(&hash, all.ptr + at, vb_str_sub(all, at, 4093).len);
    vb_hash_add(&hash, NULL, 0);
    ck_assert_str_eq(vb_hash_final(&hash).hex, digests[_i].hex);
    ck_assert_str_eq(vb_sha256((vb_str){NULL, 0}).hex, digests[0].hex);
}
END_TEST

static const struct {
    int64_t ms;
    const char *text;
} stamps[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {1660255823123, "2022-08-11T22:10:23.123Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {951782400000, "2000-02-29T00:00:00.000Z"},
};

START_TEST(stamp_texts)
{
    ck_assert_str_eq(vb_clock_stamp(stamps[_i].ms).text, stamps[_i].text);
}
END_TEST

static const struct {
    int64_t ms;
    const char *text;
} spans[] = {
    {0, "0ms"},          {999, "999ms"},     {1000, "1.0s"},
    {59999, "59.9s"},    {60000, "1m00s"},   {245000, "4m05s"},
    {3599999, "59m59s"}, {3600000, "1h00m"}, {360000000, "100h00m"},
};

START_TEST(span_texts)
{
    ck_assert_str_eq(vb_clock_span(spans[_i].ms * 1000000).text,
                     spans[_i].text);
}
END_TEST

static const struct {
    const char *text;
    int64_t ms; /* -1: no duration */
} durations[] = {
    {"90", 90000},      {"90s", 90000},
    {"250ms", 250},     {"5m", 300000},
    {"1h30m", 5400000}, {"0", 0},
    {"", -1},           {"s", -1},
    {"5 m", -1},        {"-1s", -1},
    {"1d", -1},         {"9999999999s", -1},
    {"8785h", -1},      {"8784h", 31622400000},
};

START_TEST(reads_durations)
{
    int64_t ms = -1;
    bool ok = vb_duration_parse(vb_str_c(durations[_i].text), &ms);

    ck_assert_int_eq(ok, durations[_i].ms >= 0);
    ck_assert_int_eq(ms, durations[_i].ms);
}
END_TEST

START_TEST(clocks_go_forward)
{
    int64_t before = vb_clock_mono_ns();

    ck_assert_int_ge(vb_clock_mono_ns(), before);
    ck_assert_int_gt(vb_clock_utc_ms(), 1600000000000);
    ck_assert_str_ne(vb_clock_stamp(INT64_MAX).text, "x");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("io");
    TCase *tc = tcase_create("io");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, files_are_replaced_whole);
    tcase_add_test(tc, failed_writes_leave_nothing_behind);
    tcase_add_test(tc, what_is_no_file_cannot_be_read);
    tcase_add_test(tc, an_empty_file_is_an_empty_string);
    tcase_add_test(tc, standard_input_may_be_a_slow_pipe);
    tcase_add_test(tc, closed_standard_streams_are_held);
    tcase_add_test(tc, failing_devices_are_heard);
    tcase_add_loop_test(tc, directories_are_made, 0, VB_COUNT(dirs));
    tcase_add_test(tc, removing_stays_on_this_side_of_links);
    tcase_add_test(tc, trees_of_any_depth_are_removed);
    tcase_add_loop_test(tc, path_texts, 0, VB_COUNT(paths));
    tcase_add_test(tc, paths_are_joined);
    tcase_add_loop_test(tc, digest_values, 0, VB_COUNT(digests));
    tcase_add_loop_test(tc, stamp_texts, 0, VB_COUNT(stamps));
    tcase_add_loop_test(tc, span_texts, 0, VB_COUNT(spans));
    tcase_add_loop_test(tc, reads_durations, 0, (int)VB_COUNT(durations));
    tcase_add_test(tc, clocks_go_forward);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
