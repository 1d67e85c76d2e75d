#include "base/node.h"

#include "base/json.h"
#include "base/node_quick.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static vb_arena arena;
static vb_diags diags;
static vb_buf out;

static void
setup(void)
{
    vb_diags_init(&diags, &arena);
    vb_buf_init(&out, VB_BUF_NO_MAX);
}

static void
teardown(void)
{
    vb_buf_release(&out);
    vb_arena_release(&arena);
}

/* Kinds become visible: strings as JSON strings, other scalars by a letter. */
static void
show(vb_json *json, const vb_node *node)
{
    switch (node->kind) {
    case VB_NODE_LIST:
        vb_json_array(json, NULL);
        for (size_t i = 0; i < node->len; i++)
            show(json, node->items[i]);
        vb_json_end(json, ']');
        break;
    case VB_NODE_MAP:
        vb_json_object(json, NULL);
        for (size_t i = 0; i < node->len; i++) {
            vb_json_key(json, node->keys[i]->str);
            show(json, node->items[i]);
        }
        vb_json_end(json, '}');
        break;
    case VB_NODE_STR:
        vb_json_str(json, NULL, node->str);
        break;
    case VB_NODE_INT:
        vb_json_int(json, NULL, node->num);
        break;
    case VB_NODE_REAL:
        vb_json_raw(json, NULL, vb_str_fmt(&arena, "R%g", node->real));
        break;
    case VB_NODE_BOOL:
        vb_json_raw(json, NULL, node->num ? VB_STR("T") : VB_STR("F"));
        break;
    case VB_NODE_NULL:
        vb_json_raw(json, NULL, VB_STR("N"));
    }
}

/* The tree as text or, when reading failed, its diagnostics. */
static void
check_tree(const vb_node *node, const char *want)
{
    vb_json json;

    vb_json_init(&json, &out);
    ck_assert((node == NULL) == (diags.errors > 0));
    if (node)
        show(&json, node);
    for (size_t i = 0; i < diags.list.len; i++)
        vb_buf_fmt(&out, "%s%s:%u:%u: %.*s", i ? "; " : "",
                   diags.list.at[i].loc.file, diags.list.at[i].loc.line,
                   diags.list.at[i].loc.col, VB_ARG(diags.list.at[i].message));
    ck_assert_str_eq(vb_buf_cstr(&out), want);
}

static const struct {
    const char *text, *want;
} jsons[] = {
    {"{}", "{}"},
    {" [1, -2.5e1, true, false, null, \"x\"] ", "[1,R-25,T,F,N,\"x\"]"},
    {"\"x\"", "\"x\""},
    {"{\"b\":{\"a\":[]},\"a\":1}", "{\"b\":{\"a\":[]},\"a\":1}"},
    {"\"\\u00fc\\ud83d\\ude00\"", "\"\xc3\xbc\xf0\x9f\x98\x80\""},
    {"9223372036854775807", "9223372036854775807"},
    {"[9223372036854775808, 3]", "[R9.22337e+18,R3]"},
    {"", "f:1:1: invalid JSON: unexpected token near end of file"},
    {"[1,\n 2 3]", "f:2:4: invalid JSON: ']' expected near '3'"},
    {"{} x", "f:1:4: invalid JSON: end of file expected near 'x'"},
    {"\"\xff\"", "f:1:1: invalid JSON: unable to decode byte 0xff near '\"'"},
};

START_TEST(json_trees)
{
    check_tree(vb_json_read(vb_str_c(jsons[_i].text), "f", &arena, &diags),
               jsons[_i].want);
}
END_TEST

static const struct {
    const char *text, *want;
} yamls[] = {
    {"", "N"},
    {"# only a comment\n", "N"},
    {"a: 1\nb:\n  - x\n  - {c: d}\n", "{\"a\":1,\"b\":[\"x\",{\"c\":\"d\"}]}"},
    {"[~, null, Null, NULL, , nUll]", NULL},
    {"[~, null, Null, NULL, nUll]", "[N,N,N,N,\"nUll\"]"},
    {"a:\nb: ''\n? c\n", "{\"a\":N,\"b\":\"\",\"c\":N}"},
    {"[true, True, FALSE, tRue, yes, no, on, off, y]",
     "[T,T,F,\"tRue\",\"yes\",\"no\",\"on\",\"off\",\"y\"]"},
    {"[0, -7, +7, 007, 0o17, 0x1F, 0o8, 0xg, 0x, -0x1, 1_000]",
     "[0,-7,7,7,15,31,\"0o8\",\"0xg\",\"0x\",\"-0x1\",\"1_000\"]"},
    {"[1., .5, -1.5e3, 1e+2, .inf, -.INF, +.Inf, ., e1, 1e, 1.2.3, -.nan]",
     "[R1,R0.5,R-1500,R100,Rinf,R-inf,Rinf,\".\",\"e1\",\"1e\",\"1.2.3\","
     "\"-.nan\"]"},
    {"[9223372036854775807, 9223372036854775808, -9223372036854775808]",
     "[9223372036854775807,R9.22337e+18,-9223372036854775808]"},
    {"[0x7fffffffffffffff, 0x8000000000000000]",
     "[9223372036854775807,\"0x8000000000000000\"]"},
    {"['1', \"2\", !!str 3, !!int '4', !!bool 'true', !Ref a, !Ref 5]",
     "[\"1\",\"2\",\"3\",4,T,\"a\",\"5\"]"},
    {"a: |\n  1\n  2\nb: >-\n  3\n  4\n", "{\"a\":\"1\\n2\\n\",\"b\":\"3 4\"}"},
    {"a: &x [1]\nb: *x\n<<: *x\n", "{\"a\":[1],\"b\":[1],\"<<\":[1]}"},
    {"[&x 1, *x, &x 2, *x]", "[1,1,2,2]"},
    {"{1: a, true: b, ~: c}", "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\"}"},
    {"---\na\n...\n", "\"a\""},
    {"a: 1\na: 2\n", "f:2:1: duplicate key 'a'"},
    {"{a: 1, 'a': 2, \"a\": 3}",
     "f:1:8: duplicate key 'a'; f:1:16: duplicate key 'a'"},
    {"a: *no\nb: 1\nb: 2",
     "f:1:4: unknown alias 'no' (an anchor counts once its value is "
     "complete); f:3:1: duplicate key 'b'"},
    {"&x [*x]", "f:1:5: unknown alias 'x' (an anchor counts once its value "
                "is complete)"},
    {"? [a]\n: b\n",
     "f:1:5: a key must be a plain word or a string, not a list"},
    {"a\n---\nb\n", "f:3:1: a second YAML document where one is expected"},
    {"a: b: c",
     "f:1:5: invalid YAML: mapping values are not allowed in this context"},
    {"\xc3\xbc: [1\nb: 2",
     "f:2:2: invalid YAML: did not find expected ',' or ']' while parsing a "
     "flow sequence"},
    {"\xc3\xbc: {\xc3\xbc: *no}",
     "f:1:10: unknown alias 'no' (an anchor counts once its value is "
     "complete)"},
    {"a: \xff", "f:1:4: invalid YAML: invalid leading UTF-8 octet"},
    {"a: \x01", "f:1:4: invalid YAML: control characters are not allowed"},
    {"%YAML 9.9\n---\na", "f:1:1: invalid YAML: found incompatible YAML "
                          "document"},
    {"\xef\xbb\xbf"
     "a: 1\n",
     "{\"a\":1}"},
    {"a: 1\r\nb: *no\r\n",
     "f:2:4: unknown alias 'no' (an anchor counts once its value is "
     "complete)"},
};

START_TEST(yaml_trees)
{
    const vb_node *node =
        vb_yaml_read(vb_str_c(yamls[_i].text), "f", &arena, &diags);

    if (yamls[_i].want)
        check_tree(node, yamls[_i].want);
    else
        ck_assert(!node && diags.errors == 1);
}
END_TEST

/* Which of the two readers takes it: the quick one, or it is left. */
static const struct {
    const char *text, *want; /* NULL: left to the general reader */
} quicks[] = {
    {"{}", "{}"},
    {"[]", "[]"},
    {" { \"a\" : [ 1 , -20 , true , false , null ] , \"b\" : \"\" } \r\n",
     "{\"a\":[1,-20,T,F,N],\"b\":\"\"}"},
    {"[[[]],{\"a\":{}}]", "[[[]],{\"a\":{}}]"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00fc\\u20ac\"",
     "\"\\\"\\\\/\\b\\f\\n\\r\\tA\xc3\xbc\xe2\x82\xac\""},
    {"\"long enough for eight at once: \xc3\xbc, and on\"",
     "\"long enough for eight at once: \xc3\xbc, and on\""},
    {"123456789012345678", "123456789012345678"},
    {"1234567890123456789", NULL},
    {"-0", NULL},
    {"01", NULL},
    {"1.5", NULL},
    {"1e3", NULL},
    {"\"\\ud83d\\ude00\"", NULL},
    {"\"\\u0000\"", NULL},
    {"\"\\x\"", NULL},
    {"\"\t\"", NULL},
    {"\"\xed\xa0\x80\"", NULL},
    {"\"\xc0\xaf\"", NULL},
    {"\"open", NULL},
    {"\"open\\", NULL},
    {"\"open\\u12", NULL},
    {"{\"a\":1,\"a\":2}", NULL},
    {"{\"a\":{\"b\":1,\"\\u0062\":2}}", NULL},
    {"{\"a\"}", NULL},
    {"{\"a\":}", NULL},
    {"{\"a\":1,}", NULL},
    {"{a:1}", NULL},
    {"[1,]", NULL},
    {"[1 2]", NULL},
    {"[1}", NULL},
    {"[", NULL},
    {"]", NULL},
    {"truth", NULL},
    {"tru", NULL},
    {"1 2", NULL},
    {"", NULL},
    {"\xef\xbb\xbf{}", NULL},
};

START_TEST(quick_reader)
{
    vb_str text = vb_str_c(quicks[_i].text);
    const vb_node_text in = {text, "f", NULL};
    const vb_node *node = vb_json_quick(text, "f", &arena);

    if (quicks[_i].want) {
        ck_assert_ptr_nonnull(node);
        check_tree(node, quicks[_i].want);
        vb_buf_clear(&out);
        check_tree(vb_json_general(&in, &arena), quicks[_i].want);
    } else {
        ck_assert_ptr_null(node);
    }
}
END_TEST

/* Many members are compared by the reader that has a table for it. */
START_TEST(quick_reader_leaves_large_objects)
{
    for (size_t n = VB_QUICK_KEYS_MAX; n <= VB_QUICK_KEYS_MAX + 1; n++) {
        vb_buf_clear(&out);
        for (size_t i = 0; i < n; i++)
            vb_buf_fmt(&out, "%s\"k%zu\":%zu", i ? "," : "{", i, i);
        vb_buf_ch(&out, '}');
        ck_assert((vb_json_quick(vb_buf_view(&out), "f", &arena) != NULL) ==
                  (n == VB_QUICK_KEYS_MAX));
        ck_assert_uint_eq(
            vb_json_read(vb_buf_view(&out), "f", &arena, &diags)->len, n);
    }
}
END_TEST

START_TEST(json_has_no_nul)
{
    ck_assert_ptr_null(vb_json_read(VB_STR("[1,\n2\0]"), "f", &arena, &diags));
    ck_assert_uint_eq(diags.list.at[0].loc.line, 2);
    ck_assert_uint_eq(diags.list.at[0].loc.col, 2);
    ck_assert_ptr_null(vb_json_read(VB_STR("{}\0"), "f", &arena, &diags));
}
END_TEST

START_TEST(json_numbers_keep_their_text)
{
    const vb_node *node = vb_json_read(
        VB_STR("[1.1, 0.30000000000000004, 1e300, -2.5, 18446744073709551616]"),
        "f", &arena, &diags);

    ck_assert_vbstr(node->items[0]->str, "1.1");
    ck_assert_vbstr(node->items[1]->str, "0.30000000000000004");
    ck_assert_vbstr(node->items[2]->str, "1e+300");
    ck_assert_vbstr(node->items[3]->str, "-2.5");
    ck_assert_vbstr(node->items[4]->str, "1.8446744073709552e+19");
    ck_assert_int_eq(node->items[4]->kind, VB_NODE_REAL);
}
END_TEST

START_TEST(duplicate_json_keys_are_refused)
{
    ck_assert_ptr_null(
        vb_json_read(VB_STR("{\"a\":1,\n\"a\":2}"), "f", &arena, &diags));
    ck_assert_uint_eq(diags.errors, 1);
    ck_assert_uint_eq(diags.list.at[0].loc.line, 2);
    ck_assert_vbstr(diags.list.at[0].excerpt, "\"a\":2}");
}
END_TEST

START_TEST(places_count_bytes)
{
    const vb_node *node =
        vb_yaml_read(VB_STR("# \xe2\x82\xac\n\xc3\xbc: {\xc3\xbc: x, b: 'y'}\n"
                            "c:\n  - 1\n  - '2'\n"),
                     "f", &arena, &diags);
    const vb_node *inner = node->items[0], *list = vb_node_get(node, "c");

    ck_assert_uint_eq(node->loc.line, 2);
    ck_assert_uint_eq(inner->loc.col, 5);
    ck_assert_uint_eq(inner->items[0]->loc.col, 10);
    ck_assert_uint_eq(inner->items[1]->loc.col, 16);
    ck_assert_uint_eq(list->items[1]->loc.line, 5);
    ck_assert_uint_eq(list->items[1]->loc.col, 5);
    ck_assert(list->items[1]->quoted && !list->items[0]->quoted);
    ck_assert_str_eq(list->loc.file, "f");
}
END_TEST

START_TEST(accessors)
{
    const vb_node *map =
        vb_yaml_read(VB_STR("s: text\ni: 5\nr: 1.5\nb: true\nn: ~\nl: [1]\n"),
                     "f", &arena, &diags);

    ck_assert_vbstr(vb_node_str(map, "s", VB_STR("-")), "text");
    ck_assert_vbstr(vb_node_str(map, "i", VB_STR("-")), "5");
    ck_assert_vbstr(vb_node_str(map, "n", VB_STR("-")), "-");
    ck_assert_vbstr(vb_node_str(map, "l", VB_STR("-")), "-");
    ck_assert_vbstr(vb_node_str(map, "none", VB_STR("-")), "-");
    ck_assert_int_eq(vb_node_int(map, "i", 9), 5);
    ck_assert_int_eq(vb_node_int(map, "r", 9), 9);
    ck_assert_int_eq(vb_node_int(map, "s", 9), 9);
    ck_assert(vb_node_bool(map, "b", false));
    ck_assert(vb_node_bool(map, "i", true) && !vb_node_bool(map, "s", false));
    ck_assert_ptr_null(vb_node_get(NULL, "s"));
    ck_assert_ptr_null(vb_node_get(vb_node_get(map, "l"), "s"));
    ck_assert_str_eq(vb_node_kind_name(vb_node_get(map, "l")->kind), "list");
    ck_assert_double_eq(vb_node_get(map, "r")->real, 1.5);
}
END_TEST

START_TEST(nan_is_a_number)
{
    const vb_node *node = vb_yaml_read(VB_STR(".nan"), "f", &arena, &diags);

    ck_assert_int_eq(node->kind, VB_NODE_REAL);
    ck_assert(isnan(node->real));
}
END_TEST

START_TEST(streams_have_documents)
{
    size_t count;
    const vb_node **all = vb_yaml_read_all(
        VB_STR("a: &x 1\n---\nb\n---\n---\n"), "f", &arena, &diags, &count);

    ck_assert_uint_eq(count, 4);
    ck_assert_int_eq(vb_node_int(all[0], "a", 0), 1);
    ck_assert_vbstr(all[1]->str, "b");
    ck_assert_int_eq(all[2]->kind, VB_NODE_NULL);
    ck_assert_ptr_nonnull(
        vb_yaml_read_all(VB_STR(""), "f", &arena, &diags, &count));
    ck_assert_uint_eq(count, 0);
    /* an anchor ends with its document */
    ck_assert_ptr_null(vb_yaml_read_all(VB_STR("&x a\n---\n*x\n"), "f", &arena,
                                        &diags, &count));
}
END_TEST

/* 'open' n times, and 'close' n times behind it. */
static vb_str
nested(const char *open, const char *close, size_t n)
{
    vb_buf_clear(&out);
    for (size_t i = 0; i < n; i++)
        vb_buf_c(&out, open);
    for (size_t i = 0; i < n; i++)
        vb_buf_c(&out, close);
    return vb_str_copy(&arena, vb_buf_view(&out));
}

static const struct {
    bool yaml;
    const char *open, *close;
} nests[] = {
    {false, "[", "]"},
    {true, "[", "]"},
    {true, "- ", ""},
    {true, "? ", ""},
};

START_TEST(depth_is_limited)
{
    for (size_t n = VB_NODE_DEPTH_MAX - 1; n < 400; n *= 2) {
        vb_str text = nested(nests[_i].open, nests[_i].close, n);
        const vb_node *node = nests[_i].yaml
                                  ? vb_yaml_read(text, "f", &arena, NULL)
                                  : vb_json_read(text, "f", &arena, NULL);

        if (n > VB_NODE_DEPTH_MAX)
            ck_assert_ptr_null(node);
        else if (nests[_i].open[0] != '?')
            ck_assert_ptr_nonnull(node);
    }
    ck_assert_ptr_null(
        vb_json_read(nested("[", "", 100000), "f", &arena, NULL));
    ck_assert_ptr_null(
        vb_yaml_read(nested(nests[_i].open, "", 100000), "f", &arena, NULL));
}
END_TEST

START_TEST(alias_bombs_are_refused)
{
    vb_buf_c(&out, "- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        vb_buf_fmt(&out, "- &a%d [", i);
        for (int k = 0; k < 10; k++)
            vb_buf_fmt(&out, "%s*a%d", k ? ", " : "", i - 1);
        vb_buf_c(&out, "]\n");
    }
    ck_assert_ptr_null(vb_yaml_read(vb_buf_view(&out), "f", &arena, &diags));
    ck_assert_vbstr(diags.list.at[0].message,
                    "the YAML has more than 1000000 values");
}
END_TEST

START_TEST(aliases_do_not_hide_depth)
{
    vb_buf_c(&out, "- &a0 [x]\n");
    for (int i = 1; i < 100; i++)
        vb_buf_fmt(&out, "- &a%d [*a%d]\n", i, i - 1);
    ck_assert_ptr_null(vb_yaml_read(vb_buf_view(&out), "f", &arena, &diags));
    ck_assert_vbstr(diags.list.at[0].message,
                    "alias 'a62' nests deeper than 64 levels");
}
END_TEST

START_TEST(long_texts_count_behind_aliases)
{
    vb_buf_c(&out, "- &long ");
    vb_buf_fill(&out, 'x', 1 << 20);
    for (int i = 0; i < 400; i++)
        vb_buf_c(&out, "\n- *long");
    ck_assert_ptr_null(vb_yaml_read(vb_buf_view(&out), "f", &arena, &diags));
}
END_TEST

START_TEST(faults_are_few_enough)
{
    vb_buf_c(&out, "[");
    for (int i = 0; i < 100000; i++)
        vb_buf_c(&out, "*no,");
    vb_buf_c(&out, "]");
    ck_assert_ptr_null(vb_yaml_read(vb_buf_view(&out), "f", &arena, &diags));
    ck_assert_uint_le(diags.errors, 20);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("node");
    TCase *tc = tcase_create("node");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, json_trees, 0, VB_COUNT(jsons));
    tcase_add_loop_test(tc, yaml_trees, 0, VB_COUNT(yamls));
    tcase_add_loop_test(tc, quick_reader, 0, VB_COUNT(quicks));
    tcase_add_test(tc, quick_reader_leaves_large_objects);
    tcase_add_test(tc, json_has_no_nul);
    tcase_add_test(tc, json_numbers_keep_their_text);
    tcase_add_test(tc, duplicate_json_keys_are_refused);
    tcase_add_test(tc, places_count_bytes);
    tcase_add_test(tc, accessors);
    tcase_add_test(tc, nan_is_a_number);
    tcase_add_test(tc, streams_have_documents);
    tcase_add_loop_test(tc, depth_is_limited, 0, VB_COUNT(nests));
    tcase_add_test(tc, alias_bombs_are_refused);
    tcase_add_test(tc, aliases_do_not_hide_depth);
    tcase_add_test(tc, long_texts_count_behind_aliases);
    tcase_add_test(tc, faults_are_few_enough);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
