#include "base/json.h"

#include "base/node.h"
#include "base/text.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

static vb_buf out;
static vb_json json;

static void
setup(void)
{
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_json_init(&json, &out);
}

static void
teardown(void)
{
    vb_buf_release(&out);
}

/* One value of each kind, and the three places a comma can go. */
static void
write_all_kinds(void)
{
    vb_json_object(&json, NULL);
    vb_json_str(&json, "s", VB_STR("x"));
    vb_json_array(&json, "list");
    vb_json_int(&json, NULL, 0);
    vb_json_int(&json, NULL, INT64_MIN);
    vb_json_int(&json, NULL, INT64_MAX);
    vb_json_object(&json, NULL);
    vb_json_end(&json, '}');
    vb_json_array(&json, NULL);
    vb_json_end(&json, ']');
    vb_json_end(&json, ']');
    vb_json_key(&json, VB_STR("k\"ey"));
    vb_json_object(&json, NULL);
    vb_json_bool(&json, "yes", true);
    vb_json_bool(&json, "no", false);
    vb_json_end(&json, '}');
    vb_json_null(&json, "null");
    vb_json_c(&json, "c", NULL);
    vb_json_raw(&json, "raw", VB_STR("[1]"));
    vb_json_end(&json, '}');
}

START_TEST(compact)
{
    write_all_kinds();
    ck_assert_str_eq(
        vb_buf_cstr(&out),
        "{\"s\":\"x\",\"list\":[0,-9223372036854775808,9223372036854775807,"
        "{},[]],\"k\\\"ey\":{\"yes\":true,\"no\":false},\"null\":null,"
        "\"c\":null,\"raw\":[1]}");
}
END_TEST

START_TEST(pretty)
{
    json.pretty = true;
    write_all_kinds();
    ck_assert_str_eq(vb_buf_cstr(&out), "{\n"
                                        "  \"s\": \"x\",\n"
                                        "  \"list\": [\n"
                                        "    0,\n"
                                        "    -9223372036854775808,\n"
                                        "    9223372036854775807,\n"
                                        "    {},\n"
                                        "    []\n"
                                        "  ],\n"
                                        "  \"k\\\"ey\": {\n"
                                        "    \"yes\": true,\n"
                                        "    \"no\": false\n"
                                        "  },\n"
                                        "  \"null\": null,\n"
                                        "  \"c\": null,\n"
                                        "  \"raw\": [1]\n"
                                        "}");
}
END_TEST

#define FFFD "\xef\xbf\xbd"

static const struct {
    vb_str text;
    const char *want;
} strings[] = {
    {VB_STR_INIT(""), "\"\""},
    {VB_STR_INIT("plain"), "\"plain\""},
    {VB_STR_INIT("\"\\/"), "\"\\\"\\\\/\""},
    {VB_STR_INIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
    {VB_STR_INIT("\0\x01\x1f\x20\x7f"), "\"\\u0000\\u0001\\u001f \x7f\""},
    {VB_STR_INIT("0123456789abcde\"0123456789"),
     "\"0123456789abcde\\\"0123456789\""},
    {VB_STR_INIT("12345678\x1f"), "\"12345678\\u001f\""},
    {VB_STR_INIT("gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x98\x80!"),
     "\"gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x98\x80!\""},
    {VB_STR_INIT("\xc3"), "\"" FFFD "\""},
    {VB_STR_INIT("a\xffz"), "\"a" FFFD "z\""},
    {VB_STR_INIT("\xed\xa0\x80"), "\"" FFFD FFFD FFFD "\""},
    {VB_STR_INIT("\xf0\x9f\x98"), "\"" FFFD FFFD FFFD "\""},
};

START_TEST(string_texts)
{
    vb_json_str(&json, NULL, strings[_i].text);
    ck_assert_str_eq(vb_buf_cstr(&out), strings[_i].want);
}
END_TEST

/* Every byte at every place of a word: the fast path looks at eight at once.
 * What was written is read back to the same string. */
START_TEST(every_byte_everywhere)
{
    vb_arena arena = {0};

    for (int byte = 0; byte < 128; byte++) {
        for (size_t place = 0; place < 20; place++) {
            char text[20];
            const vb_node *node;

            memset(text, 'a', sizeof text);
            text[place] = (char)byte;
            vb_buf_clear(&out);
            vb_json_str(&json, NULL, vb_str_n(text, sizeof text));
            node = vb_json_read(vb_buf_view(&out), "t", &arena, NULL);
            ck_assert_msg(node &&
                              vb_str_eq(node->str, vb_str_n(text, sizeof text)),
                          "byte %d at %zu: %s", byte, place, vb_buf_cstr(&out));
        }
    }
    vb_arena_release(&arena);
}
END_TEST

static const struct {
    vb_str bytes;
    const char *want;
} exact[] = {
    {VB_STR_INIT(""), "{\"out\":\"\"}"},
    {VB_STR_INIT("a\n"), "{\"out\":\"a\\n\"}"},
    {VB_STR_INIT("a\0"), "{\"out_base64\":\"YQA=\"}"},
    {VB_STR_INIT("\xff\xfe"), "{\"out_base64\":\"//4=\"}"},
};

START_TEST(exact_bytes)
{
    vb_json_object(&json, NULL);
    vb_json_bytes(&json, "out", exact[_i].bytes);
    vb_json_end(&json, '}');
    ck_assert_str_eq(vb_buf_cstr(&out), exact[_i].want);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("json");
    TCase *tc = tcase_create("json");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, compact);
    tcase_add_test(tc, pretty);
    tcase_add_loop_test(tc, string_texts, 0, VB_COUNT(strings));
    tcase_add_test(tc, every_byte_everywhere);
    tcase_add_loop_test(tc, exact_bytes, 0, VB_COUNT(exact));
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
