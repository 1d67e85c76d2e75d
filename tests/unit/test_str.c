#include "base/str.h"

#include "unit.h"

#include <string.h>

static const struct {
    const char *text, *needle;
    size_t find, ifind;
} finds[] = {
    {"", "", 0, 0},
    {"", "a", VB_NPOS, VB_NPOS},
    {"abc", "", 0, 0},
    {"abc", "c", 2, 2},
    {"abc", "abcd", VB_NPOS, VB_NPOS},
    {"aXbX", "Xb", 1, 1},
    {"one TWO two", "two", 8, 4},
    {"aab", "ab", 1, 1},
};

START_TEST(finding)
{
    vb_str s = vb_str_c(finds[_i].text), n = vb_str_c(finds[_i].needle);

    ck_assert_uint_eq(vb_str_find(s, n), finds[_i].find);
    ck_assert_uint_eq(vb_str_ifind(s, n), finds[_i].ifind);
}
END_TEST

START_TEST(names_are_found_in_lists)
{
    static const char *const names[] = {"alpha", "", "Beta", "alp"};

    ck_assert_uint_eq(vb_str_index(VB_STR("alp"), names, 4), 3);
    ck_assert_uint_eq(vb_str_index(VB_STR("alpha"), names, 4), 0);
    ck_assert_uint_eq(vb_str_index(VB_STR(""), names, 4), 1);
    ck_assert_uint_eq(vb_str_index((vb_str){NULL, 0}, names, 4), 1);
    ck_assert_uint_eq(vb_str_index(VB_STR("\0"), names, 4), VB_NPOS);
    ck_assert_uint_eq(vb_str_index(VB_STR("beta"), names, 4), VB_NPOS);
    ck_assert_uint_eq(vb_str_iindex(VB_STR("bETA"), names, 4), 2);
    ck_assert_uint_eq(vb_str_iindex(VB_STR("al"), names, 4), VB_NPOS);
    ck_assert(VB_STR_AMONG(VB_STR("Beta"), names));
    ck_assert(!VB_STR_AMONG(VB_STR("gamma"), names));
    ck_assert(VB_STR_IAMONG(VB_STR("ALPHA"), names));
}
END_TEST

START_TEST(null_slices)
{
    vb_str none = {NULL, 0}, rest = none, part;

    ck_assert(vb_str_eq(none, VB_STR("")));
    ck_assert(vb_str_ieq(none, none));
    ck_assert(vb_str_eqc(none, NULL));
    ck_assert_int_eq(vb_str_cmp(none, VB_STR("a")), -1);
    ck_assert_uint_eq(vb_str_find(none, VB_STR("a")), VB_NPOS);
    ck_assert_uint_eq(vb_str_chr(none, 'a'), VB_NPOS);
    ck_assert_uint_eq(vb_str_rchr(none, 'a'), VB_NPOS);
    ck_assert(vb_str_starts(none, ""));
    ck_assert(!vb_str_starts(none, "x"));
    ck_assert(vb_str_ends(none, ""));
    ck_assert_uint_eq(vb_str_sub(none, 3, 4).len, 0);
    ck_assert_uint_eq(vb_str_trim(none).len, 0);
    ck_assert(!vb_str_line(&rest, &part));
    ck_assert(!vb_str_field(&rest, ',', &part));
    ck_assert(!vb_str_word(&rest, &part));
    ck_assert_uint_eq(vb_str_hash(none), vb_str_hash(VB_STR("")));
}
END_TEST

START_TEST(subs_are_clamped)
{
    vb_str s = VB_STR("hello");

    ck_assert_vbstr(vb_str_sub(s, 1, 3), "ell");
    ck_assert_vbstr(vb_str_sub(s, 4, (size_t)-1), "o");
    ck_assert_vbstr(vb_str_sub(s, (size_t)-1, (size_t)-1), "");
    ck_assert_vbstr(vb_str_from(s, 5), "");
    ck_assert_vbstr(vb_str_from(s, 2), "llo");
}
END_TEST

START_TEST(prefixes_and_order)
{
    ck_assert(vb_str_starts(VB_STR("abc"), "ab"));
    ck_assert(!vb_str_starts(VB_STR("a"), "ab"));
    ck_assert(vb_str_istarts(VB_STR("ABc"), "ab"));
    ck_assert(vb_str_ends(VB_STR("abc"), "bc"));
    ck_assert(!vb_str_ends(VB_STR("c"), "bc"));
    ck_assert(vb_str_ieqc(VB_STR("TrUe"), "true"));
    ck_assert(!vb_str_ieqc(VB_STR("true "), "true"));
    ck_assert_int_lt(vb_str_cmp(VB_STR("ab"), VB_STR("abc")), 0);
    ck_assert_int_gt(vb_str_cmp(VB_STR("b"), VB_STR("abc")), 0);
    ck_assert_int_gt(vb_str_cmp(VB_STR("\xff"), VB_STR("a")), 0);
    ck_assert_int_eq(vb_str_cmp(VB_STR("ab"), VB_STR("ab")), 0);
}
END_TEST

/* Each piece is followed by '|' in 'want'. */
static void
collect(char *out, vb_str piece)
{
    strncat(out, piece.ptr, piece.len);
    strncat(out, "|", 2);
}

static const struct {
    const char *text, *lines, *fields, *words;
} splits[] = {
    {"", "", "|", ""},
    {"a", "a|", "a|", "a|"},
    {"a\n", "a|", "a\n|", "a|"},
    {"a\r\nb\r\n", "a|b|", "a\r\nb\r\n|", "a|b|"},
    {"a\r", "a\r|", "a\r|", "a|"},
    {"\n\n", "||", "\n\n|", ""},
    {"a,b,,c", "a,b,,c|", "a|b||c|", "a,b,,c|"},
    {",", ",|", "||", ",|"},
    {"  x \t y ", "  x \t y |", "  x \t y |", "x|y|"},
};

START_TEST(splitting)
{
    char lines[64] = "", fields[64] = "", words[64] = "";
    vb_str rest, piece;
    size_t n = 0;

    for (rest = vb_str_c(splits[_i].text); vb_str_line(&rest, &piece); n++)
        collect(lines, piece);
    ck_assert_uint_eq(vb_str_lines(vb_str_c(splits[_i].text)), n);
    for (rest = vb_str_c(splits[_i].text); vb_str_field(&rest, ',', &piece);)
        collect(fields, piece);
    for (rest = vb_str_c(splits[_i].text); vb_str_word(&rest, &piece);)
        collect(words, piece);
    ck_assert_str_eq(lines, splits[_i].lines);
    ck_assert_str_eq(fields, splits[_i].fields);
    ck_assert_str_eq(words, splits[_i].words);
}
END_TEST

static const struct {
    const char *text;
    bool is_u64, is_i64;
    uint64_t u64;
    int64_t i64;
} numbers[] = {
    {"0", true, true, 0, 0},
    {"007", true, true, 7, 7},
    {"18446744073709551615", true, false, UINT64_MAX, 0},
    {"18446744073709551616", false, false, 0, 0},
    {"99999999999999999999", false, false, 0, 0},
    {"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
    {"9223372036854775808", true, false, 9223372036854775808u, 0},
    {"-9223372036854775808", false, true, 0, INT64_MIN},
    {"-9223372036854775809", false, false, 0, 0},
    {"-1", false, true, 0, -1},
    {"", false, false, 0, 0},
    {"-", false, false, 0, 0},
    {"+1", false, false, 0, 0},
    {"--1", false, false, 0, 0},
    {"1 ", false, false, 0, 0},
    {"1e3", false, false, 0, 0},
    {"000000000000000000001", false, false, 0, 0},
};

START_TEST(number_texts)
{
    vb_str s = vb_str_c(numbers[_i].text);
    uint64_t u = 77;
    int64_t i = 77;

    ck_assert_int_eq(vb_str_u64(s, &u), numbers[_i].is_u64);
    ck_assert_int_eq(vb_str_i64(s, &i), numbers[_i].is_i64);
    ck_assert_uint_eq(u, numbers[_i].is_u64 ? numbers[_i].u64 : 77);
    ck_assert_int_eq(i, numbers[_i].is_i64 ? numbers[_i].i64 : 77);
}
END_TEST

START_TEST(classes_ignore_the_locale_and_sign)
{
    for (int i = -128; i < 128; i++) {
        char c = (char)i;
        bool ascii = i >= 0;

        ck_assert(vb_is_space(c) == (ascii && i && strchr(" \t\n\v\f\r", i)));
        ck_assert(vb_is_digit(c) == (i >= '0' && i <= '9'));
        ck_assert(vb_is_alnum(c) == (vb_is_alpha(c) || vb_is_digit(c)));
        ck_assert(vb_is_word(c) == (vb_is_alnum(c) || c == '_'));
        ck_assert(!ascii || i != 'g' || !vb_is_xdigit(c));
        ck_assert(vb_lower(c) == (vb_is_upper(c) ? c + 32 : c));
    }
    ck_assert(vb_is_xdigit('f') && vb_is_xdigit('F') && vb_is_xdigit('9'));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("str");
    TCase *tc = tcase_create("str");

    tcase_add_loop_test(tc, finding, 0, VB_COUNT(finds));
    tcase_add_test(tc, names_are_found_in_lists);
    tcase_add_test(tc, null_slices);
    tcase_add_test(tc, subs_are_clamped);
    tcase_add_test(tc, prefixes_and_order);
    tcase_add_loop_test(tc, splitting, 0, VB_COUNT(splits));
    tcase_add_loop_test(tc, number_texts, 0, VB_COUNT(numbers));
    tcase_add_test(tc, classes_ignore_the_locale_and_sign);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
