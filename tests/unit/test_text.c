#include "base/text.h"

#include "unit.h"

#include <string.h>

static vb_arena arena;
static vb_buf out;

static void
setup(void)
{
    vb_buf_init(&out, VB_BUF_NO_MAX);
}

static void
teardown(void)
{
    vb_buf_release(&out);
    vb_arena_release(&arena);
}

/* The edges of RFC 3629's table. */
static const struct {
    vb_str text;
    size_t len;
    uint32_t code;
} sequences[] = {
    {VB_STR_INIT(""), 0, 0},
    {VB_STR_INIT("\0"), 1, 0},
    {VB_STR_INIT("\x7f"), 1, 0x7f},
    {VB_STR_INIT("\x80"), 0, 0},
    {VB_STR_INIT("\xbf"), 0, 0},
    {VB_STR_INIT("\xc0\x80"), 0, 0},
    {VB_STR_INIT("\xc1\xbf"), 0, 0},
    {VB_STR_INIT("\xc2\x80"), 2, 0x80},
    {VB_STR_INIT("\xdf\xbf"), 2, 0x7ff},
    {VB_STR_INIT("\xe0\x9f\xbf"), 0, 0},
    {VB_STR_INIT("\xe0\xa0\x80"), 3, 0x800},
    {VB_STR_INIT("\xed\x9f\xbf"), 3, 0xd7ff},
    {VB_STR_INIT("\xed\xa0\x80"), 0, 0},
    {VB_STR_INIT("\xed\xbf\xbf"), 0, 0},
    {VB_STR_INIT("\xee\x80\x80"), 3, 0xe000},
    {VB_STR_INIT("\xef\xbf\xbf"), 3, 0xffff},
    {VB_STR_INIT("\xf0\x8f\xbf\xbf"), 0, 0},
    {VB_STR_INIT("\xf0\x90\x80\x80"), 4, 0x10000},
    {VB_STR_INIT("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
    {VB_STR_INIT("\xf4\x90\x80\x80"), 0, 0},
    {VB_STR_INIT("\xf5\x80\x80\x80"), 0, 0},
    {VB_STR_INIT("\xff"), 0, 0},
    {VB_STR_INIT("\xc3"), 0, 0},
    {VB_STR_INIT("\xe2\x82"), 0, 0},
    {VB_STR_INIT("\xc3\x28"), 0, 0},
    {VB_STR_INIT("\xe2\x82\xacx"), 3, 0x20ac},
};

START_TEST(utf8_sequences)
{
    uint32_t code = 0;

    ck_assert_uint_eq(vb_utf8_next(sequences[_i].text, &code),
                      sequences[_i].len);
    ck_assert_uint_eq(code, sequences[_i].code);
}
END_TEST

START_TEST(the_first_bad_byte_is_found_anywhere)
{
    char text[40];

    for (size_t bad = 0; bad < sizeof text; bad++) {
        memset(text, 'a', sizeof text);
        text[bad] = '\xff';
        ck_assert_uint_eq(vb_utf8_bad(vb_str_n(text, sizeof text)), bad);
        text[bad] = 'a';
        if (bad + 1 < sizeof text)
            memcpy(text + bad, "\xc3\xa9", 2);
        ck_assert(vb_utf8_valid(vb_str_n(text, sizeof text)));
    }
    ck_assert(vb_utf8_valid((vb_str){NULL, 0}));
}
END_TEST

static const struct {
    vb_str text;
    const char *lines, *line, *html;
} masks[] = {
    {VB_STR_INIT("plain"), "plain", "plain", "plain"},
    {VB_STR_INIT("a\tb\nc"), "a\tb\nc", "a\\x09b\\x0ac", "a\tb\nc"},
    {VB_STR_INIT("\x1b[2Jx\r\x7f"), "\\x1b[2Jx\\x0d\\x7f",
     "\\x1b[2Jx\\x0d\\x7f", "\\x1b[2Jx\\x0d\\x7f"},
    {VB_STR_INIT("\0"), "\\x00", "\\x00", "\\x00"},
    {VB_STR_INIT("\xc2\x9b"
                 "31m"),
     "\\u009b31m", "\\u009b31m", "\\u009b31m"},
    {VB_STR_INIT("\xe2\x80\xaeol\xe2\x81\xa6"), "\\u202eol\\u2066",
     "\\u202eol\\u2066", "\\u202eol\\u2066"},
    {VB_STR_INIT("\xe2\x80\xa8"), "\\u2028", "\\u2028", "\\u2028"},
    {VB_STR_INIT("\xff\xc3"), "\\xff\\xc3", "\\xff\\xc3", "\\xff\\xc3"},
    {VB_STR_INIT("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f",
     "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
    {VB_STR_INIT("<a href=\"x\">'&'</a>"), "<a href=\"x\">'&'</a>",
     "<a href=\"x\">'&'</a>",
     "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"},
    {VB_STR_INIT("<"), "<", "<", "&lt;"},
    {VB_STR_INIT(""), "", "", ""},
};

START_TEST(masked)
{
    vb_text_mask(&out, masks[_i].text);
    ck_assert_str_eq(vb_buf_cstr(&out), masks[_i].lines);
    vb_buf_clear(&out);
    vb_text_mask_line(&out, masks[_i].text);
    ck_assert_str_eq(vb_buf_cstr(&out), masks[_i].line);
    vb_buf_clear(&out);
    vb_text_html(&out, masks[_i].text);
    ck_assert_str_eq(vb_buf_cstr(&out), masks[_i].html);
}
END_TEST

static const struct {
    const char *text;
    size_t width;
} widths[] = {
    {"", 0},
    {"abc", 3},
    {"a\tb", 9},
    {"12345678\tb", 17},
    {"\x1b", 0},
    {"\xff\xfe", 2},
    {"gr\xc3\xbc\xc3\x9f", 4},
    {"\xc2\xad", 1},                             /* soft hyphen */
    {"e\xcc\x81", 1},                            /* combining acute */
    {"\xe6\x97\xa5\xe6\x9c\xac", 4},             /* two ideographs */
    {"\xef\xbc\xa1", 2},                         /* full-width A */
    {"\xef\xbd\xb1", 1},                         /* half-width kana */
    {"\xf0\x9f\x98\x80", 2},                     /* emoji */
    {"\xe2\x80\x8b", 0},                         /* zero width space */
    {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2}, /* a syllable of jamo */
    {"\xe2\x9c\x93 ok", 4},                      /* check mark */
    {"\xf0\xa0\x80\x80", 2},                     /* ideograph, plane 2 */
};

START_TEST(terminal_widths)
{
    ck_assert_uint_eq(vb_text_width(vb_str_c(widths[_i].text)),
                      widths[_i].width);
}
END_TEST

static const struct {
    const char *text;
    size_t columns;
    const char *want;
} fits[] = {
    {"abc", 0, ""},          {"abc", 2, "ab"},
    {"abc", 99, "abc"},      {"\xe6\x97\xa5\xe6\x9c\xac", 3, "\xe6\x97\xa5"},
    {"\xe6\x97\xa5", 1, ""}, {"e\xcc\x81z", 1, "e\xcc\x81"},
    {"a\tb", 7, "a"},
};

START_TEST(fitting)
{
    vb_str got = vb_text_fit(vb_str_c(fits[_i].text), fits[_i].columns);

    ck_assert_vbstr(got, fits[_i].want);
    ck_assert_uint_le(vb_text_width(got), fits[_i].columns);
}
END_TEST

static const struct {
    const char *text, *want;
} escapes[] = {
    {"", ""},
    {"plain", "plain"},
    {"\x1b[1;31mred\x1b[0m", "red"},
    {"\x1b[38:2::1:2:3mx\x1b[?25h", "x"},
    {"\x1b[ qx", "x"},
    {"\x1b]0;title\ax", "x"},
    {"\x1b]8;;http://e\x1b\\link\x1b]8;;\x1b\\", "link"},
    {"\x1bPq#0\x1b\\x\x1b^p\x1b\\y\x1b_a\x1b\\z", "xyz"},
    {"\x1b(Bx\x1b"
     "7y\x1b=z\x1b"
     "cw",
     "xyzw"},
    {"a\x1b", "a"},
    {"a\x1b[", "a"},
    {"a\x1b[31", "a"},
    {"a\x1b[31\nb", "a\nb"},
    {"a\x1b]never ended\nb", "a\nb"},
    {"\x1b]0;x\x1b[31mred", "red"},
    {"\x1b\x1b[0mx", "x"},
    {"\x1b\xc3\xbcx", "\xc3\xbcx"},
};

START_TEST(escapes_are_stripped)
{
    ck_assert_vbstr(vb_text_strip_ansi(&arena, vb_str_c(escapes[_i].text)),
                    escapes[_i].want);
}
END_TEST

#define TEN "0123456789"

static const struct {
    const char *text, *want;
} slugs[] = {
    {"Kubernetes Cluster!", "kubernetes-cluster"},
    {"  --a  b--  ", "a-b"},
    {"Don't stop", "dont-stop"},
    {"", "section"},
    {"!?", "section"},
    {"\xff\xff", "section"},
    {"a\xff"
     "b",
     "a-b"},
    {"1. First step", "1-first-step"},
    {"\xc3\x9c"
     "ber Gr\xc3\xb6\xc3\x9f"
     "e",
     "\xc3\xbc"
     "ber-gr\xc3\xb6\xc3\x9f"
     "e"},
    {"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
     "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
    {"\xd0\x9a\xd0\x83", "\xd0\xba\xd1\x93"},
    {"go \xf0\x9f\x9a\x80 now", "go-now"},
    {"a \xe2\x80\x94 b", "a-b"},
    {TEN TEN TEN TEN TEN TEN TEN " " TEN TEN,
     TEN TEN TEN TEN TEN TEN TEN "-012345678"},
};

START_TEST(slug_texts)
{
    ck_assert_vbstr(vb_text_slug(&arena, vb_str_c(slugs[_i].text)),
                    slugs[_i].want);
}
END_TEST

static const struct {
    const char *bytes, *text;
} base64s[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xfb\xbf", "//u/"},
    {"\xfb\xef", "++8="},
};

static const struct {
    const char *text, *want;
} quotes[] = {
    {"", "''"},
    {"plain", "'plain'"},
    {"$HOME `x` \"y\" \\", "'$HOME `x` \"y\" \\'"},
    {"it's", "'it'\\''s'"},
    {"''", "''\\'''\\'''"},
    {"two\nlines", "'two\nlines'"},
};

START_TEST(shell_words)
{
    vb_shell_quote(&out, vb_str_c(quotes[_i].text));
    ck_assert_str_eq(vb_buf_cstr(&out), quotes[_i].want);
}
END_TEST

START_TEST(base64_both_ways)
{
    vb_base64(&out, vb_str_c(base64s[_i].bytes));
    ck_assert_vbstr(vb_buf_view(&out), base64s[_i].text);
    vb_buf_clear(&out);
    ck_assert(vb_base64_decode(&out, vb_str_c(base64s[_i].text)));
    ck_assert_vbstr(vb_buf_view(&out), base64s[_i].bytes);
}
END_TEST

static const char *const not_base64[] = {
    "Z",
    "Zg",
    "Zg=",
    "Zh==",
    "Zm9=",
    "Z===",
    "====",
    "=Zg=",
    "Zg==Zg==",
    "Zm 9v",
    "Zm9v\n",
    "Zm-_",
    "\xff\xff\xff\xff",
};

START_TEST(base64_is_strict)
{
    vb_buf_c(&out, "kept");
    ck_assert(!vb_base64_decode(&out, vb_str_c(not_base64[_i])));
    ck_assert_str_eq(vb_buf_cstr(&out), "kept");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("text");
    TCase *tc = tcase_create("text");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, utf8_sequences, 0, VB_COUNT(sequences));
    tcase_add_test(tc, the_first_bad_byte_is_found_anywhere);
    tcase_add_loop_test(tc, masked, 0, VB_COUNT(masks));
    tcase_add_loop_test(tc, terminal_widths, 0, VB_COUNT(widths));
    tcase_add_loop_test(tc, fitting, 0, VB_COUNT(fits));
    tcase_add_loop_test(tc, escapes_are_stripped, 0, VB_COUNT(escapes));
    tcase_add_loop_test(tc, slug_texts, 0, VB_COUNT(slugs));
    tcase_add_loop_test(tc, shell_words, 0, VB_COUNT(quotes));
    tcase_add_loop_test(tc, base64_both_ways, 0, VB_COUNT(base64s));
    tcase_add_loop_test(tc, base64_is_strict, 0, VB_COUNT(not_base64));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
