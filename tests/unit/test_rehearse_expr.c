/* Expressions, templates, JSONPath and the small texts around them. */
#include "base/node.h"
#include "rehearse/expr.h"
#include "rehearse/jsonpath.h"
#include "rehearse/template.h"
#include "rehearse/text.h"
#include "rehearse/value.h"
#include "unit.h"

#include <string.h>

static vb_arena arena;
static vb_world world;

static void
setup(void)
{
    vb_arena_init(&arena);
    vb_world_init(&world, VB_STR("test"), NULL);
}

static void
teardown(void)
{
    vb_arena_release(&arena);
}

static vb_str
evaluated(const char *text, const char *data, vb_expr_mode mode)
{
    vb_error err = {0};
    const vb_expr *x = vb_expr_compile(vb_str_c(text), mode, &arena, &err);
    const vb_node *in = vb_json_read(vb_str_c(data), "data", &arena, NULL);
    vb_expr_env env = {
        .arena = &arena, .top = in, .world = &world, .budget = VB_EXPR_BUDGET};
    const vb_node *v;

    if (!x)
        return vb_str_fmt(&arena, "cannot compile: %s", err.message);
    v = vb_expr_eval(x, mode == VB_EXPR_QUERY ? in : NULL, &env, &err);
    if (!v)
        return vb_str_fmt(&arena, "cannot evaluate: %s", err.message);
    if (v->kind == VB_NODE_NULL)
        return VB_STR("null");
    return vb_val_text(&arena, v);
}

typedef struct row {
    const char *expr, *data, *want;
} row;

/* The expected results are the JMESPath specification's. */
static const row query_rows[] = {
    {"a", "{\"a\": 1}", "1"},
    {"a.b.c", "{\"a\": {\"b\": {\"c\": \"x\"}}}", "x"},
    {"a.b", "{\"a\": []}", "null"},
    {"a[0]", "{\"a\": [5, 6]}", "5"},
    {"a[-1]", "{\"a\": [5, 6]}", "6"},
    {"a[7]", "{\"a\": [5, 6]}", "null"},
    {"a[1:]", "{\"a\": [5, 6, 7]}", "[6, 7]"},
    {"a[::-1]", "{\"a\": [5, 6, 7]}", "[7, 6, 5]"},
    {"a[*].b", "{\"a\": [{\"b\": 1}, {\"c\": 2}, {\"b\": 3}]}", "[1, 3]"},
    {"*.b", "{\"x\": {\"b\": 1}, \"y\": {\"b\": 2}}", "[1, 2]"},
    {"a[]", "{\"a\": [[1, 2], 3, [4]]}", "[1, 2, 3, 4]"},
    {"a[?b=='x'].c", "{\"a\": [{\"b\": \"x\", \"c\": 1}, {\"b\": \"y\"}]}",
     "[1]"},
    {"a[?b==`x.`].c", "{\"a\": [{\"b\": \"x.\", \"c\": 1}]}", "[1]"},
    {"a[?b > `1`].b", "{\"a\": [{\"b\": 1}, {\"b\": 2}]}", "[2]"},
    {"a[?b=='x'].c | [0]", "{\"a\": [{\"b\": \"x\", \"c\": 7}]}", "7"},
    {"[a, b]", "{\"a\": 1, \"b\": 2}", "[1, 2]"},
    {"{x: a, y: b}", "{\"a\": 1, \"b\": 2}", "{\"x\": 1, \"y\": 2}"},
    {"a || b", "{\"b\": 2}", "2"},
    {"a && b", "{\"a\": 1, \"b\": 2}", "2"},
    {"!a", "{\"a\": []}", "true"},
    {"length(a)", "{\"a\": [1, 2]}", "2"},
    {"sort_by(a, &n)[].n", "{\"a\": [{\"n\": 3}, {\"n\": 1}]}", "[1, 3]"},
    {"join(',', a)", "{\"a\": [\"x\", \"y\"]}", "x,y"},
    {"contains(a, 'y')", "{\"a\": [\"x\", \"y\"]}", "true"},
    {"\"a-b\"", "{\"a-b\": 4}", "4"},
    {"max_by(a, &n).n", "{\"a\": [{\"n\": 3}, {\"n\": 9}]}", "9"},
    {"a[", "{}",
     "cannot compile: a number or '*' is expected at column 3 of "
     "expression 'a['"},
    {"now()", "{}", "cannot compile: Unknown function: now()"},
    {"$a", "{}",
     "cannot compile: unknown character at column 1 of expression '$a'"},
    {"length(a)", "{\"a\": 1}",
     "cannot evaluate: length() needs a text, a list or a map"},
};

START_TEST(query)
{
    const row *r = &query_rows[_i];

    ck_assert_vbstr(evaluated(r->expr, r->data, VB_EXPR_QUERY), r->want);
}
END_TEST

static const row scenario_rows[] = {
    {"1 + 2 * 3", "{}", "7"},
    {"(1 + 2) * 3 - 4", "{}", "5"},
    {"7 / 2 + 7 % 2", "{}", "4"},
    {"'a' + 1 + 'b'", "{}", "a1b"},
    {"$x.y", "{\"x\": {\"y\": 5}}", "5"},
    {"x[?n == $want].n", "{\"x\": [{\"n\": 1}, {\"n\": 2}], \"want\": 2}",
     "[2]"},
    {"!x.y", "{\"x\": {\"y\": false}}", "true"},
    {"if(x, 'yes', 1 / 0)", "{\"x\": 1}", "yes"},
    {"1 / 0", "{}", "cannot evaluate: arithmetic out of range"},
    {"9223372036854775807 + 1", "{}",
     "cannot compile: a number is out of range at column 1 of expression "
     "'9223372036854775807 + 1'"},
    {"split('a,b,,c', ',')", "{}", "[\"a\", \"b\", \"\", \"c\"]"},
    {"replace('a.b.c', '.', '')", "{}", "abc"},
    {"upper(sub('hello', 1, 3))", "{}", "ELL"},
    {"glob('us-central1-b', '*-[a-f]')", "{}", "true"},
    {"glob('abc', ['x*', 'a?c'])", "{}", "true"},
    {"chars('abc-1', 'a-z0-9-')", "{}", "true"},
    {"chars('', 'a-z')", "{}", "false"},
    {"date('%Y-%m-%d %H:%M:%S', 86400)", "{}", "1970-01-02 00:00:00"},
    {"duration('1h2m3s')", "{}", "3723"},
    {"duration('soon')", "{}", "null"},
    {"with(x, 'k.l', 2)", "{\"x\": {\"a\": 1}}", "{\"a\": 1, \"k.l\": 2}"},
    {"with(x, 'a')", "{\"x\": {\"a\": 1}}", "{}"},
    {"patch(x, y)",
     "{\"x\": {\"a\": 1, \"b\": {\"c\": 2}}, "
     "\"y\": {\"a\": null, \"b\": {\"d\": 3}}}",
     "{\"b\": {\"c\": 2, \"d\": 3}}"},
    {"pairs(x).b", "{\"x\": [\"a=1\", \"b=2=3\", \"c\"]}", "2=3"},
    {"entries(x)[0].key", "{\"x\": {\"k\": 1}}", "k"},
    {"selects('a=b,c!=d', x)", "{\"x\": {\"a\": \"b\"}}", "true"},
    {"selects('a in (x, b),!z', x)", "{\"x\": {\"a\": \"b\"}}", "true"},
    {"selects('a', x)", "{\"x\": {}}", "false"},
    {"query(x, 'a[').error != ''", "{\"x\": 1}", "true"},
    {"query(x, 'a').value", "{\"x\": {\"a\": 3}}", "3"},
    {"length(id('hex', 12))", "{}", "12"},
    {"length(uuid())", "{}", "36"},
    {"turn('k') + turn('k')", "{}", "3"},
    {"parse('a: [1, 2]').a[1]", "{}", "2"},
    {"length(parse_all('a: 1\n---\nb: 2\n---\n'))", "{}", "2"},
    {"parse('a: [')", "{}", "null"},
    {"nope(1)", "{}", "cannot compile: Unknown function: nope()"},
    {"if(1)", "{}",
     "cannot compile: function 'if' takes 2 to 3 arguments, not 1"},
    {"range(20000)", "{}",
     "cannot evaluate: range() needs a count up to 10000"},
};

START_TEST(scenario)
{
    const row *r = &scenario_rows[_i];

    ck_assert_vbstr(evaluated(r->expr, r->data, VB_EXPR_SCENARIO), r->want);
}
END_TEST

/* Nesting and work are bounded, whatever is written. */
START_TEST(bounded)
{
    static char deep[20000];
    vb_error err = {0};
    size_t n = 0;

    for (int i = 0; i < 5000; i++)
        deep[n++] = '(';
    deep[n] = '\0';
    ck_assert_ptr_null(
        vb_expr_compile(vb_str_c(deep), VB_EXPR_QUERY, &arena, &err));
    for (n = 0; n + 2 < 10000; n += 2)
        memcpy(deep + n, n ? ".a" : "aa", 3);
    err = (vb_error){0};
    ck_assert_ptr_null(
        vb_expr_compile(vb_str_c(deep), VB_EXPR_QUERY, &arena, &err));
    ck_assert_vbstr(
        evaluated("map(&map(&map(&map(&range(9000), range(9000)), "
                  "range(9000)), range(9000)), range(9000))",
                  "{}", VB_EXPR_SCENARIO),
        "cannot evaluate: the scenario's expressions take too much work");
}
END_TEST

START_TEST(templates)
{
    vb_diags diags;
    vb_loc at = {"t.yaml", 3, 7};
    vb_expr_env env = {.arena = &arena, .world = &world, .budget = 1000};
    const vb_template *t;
    vb_str text;

    vb_diags_init(&diags, &arena);
    env.top = vb_json_read(VB_STR("{\"n\": 2, \"l\": {\"a\": 1}}"), "d", &arena,
                           NULL);
    t = vb_template_compile(VB_STR("<{{n}}> {{ '}}' }} {{l}}{{nope}}."), at,
                            &arena, &diags);
    ck_assert_ptr_nonnull(t);
    ck_assert(vb_template_text(t, &env, &text, NULL));
    ck_assert_vbstr(text, "<2> }} {\"a\": 1}.");
    ck_assert_ptr_null(
        vb_template_compile(VB_STR("a {{n"), at, &arena, &diags));
    ck_assert_ptr_null(
        vb_template_compile(VB_STR("{{n +}}"), at, &arena, &diags));
    ck_assert_uint_eq(diags.errors, 2);
    ck_assert_uint_eq(diags.list.at[0].loc.line, 3);
    ck_assert_vbstr(diags.list.at[0].message, "'{{' without '}}'");
}
END_TEST

static const char nodes[] =
    "{\"items\": [{\"metadata\": {\"name\": \"n1\", \"labels\": "
    "{\"a.b/c\": \"x\"}}, \"status\": {\"conditions\": [{\"type\": "
    "\"Ready\", \"status\": \"True\"}], \"n\": 3}}, {\"metadata\": "
    "{\"name\": \"n2\"}, \"status\": {}}]}";

/* What the real kubectl prints for the same templates. */
static const row jsonpath_rows[] = {
    {"{.items[0].metadata.name}", nodes, "n1"},
    {"{.items[*].metadata.name}", nodes, "n1 n2"},
    {"{range .items[*]}{.metadata.name}{\"\\n\"}{end}", nodes, "n1\nn2\n"},
    {"{.items[?(@.metadata.name==\"n1\")].status.n}", nodes, "3"},
    {"{.items[0].metadata.labels.a\\.b/c}", nodes, "x"},
    {"{.items[0].status.conditions[?(@.type=='Ready')].status}", nodes, "True"},
    {"{.items[-1].metadata.name}", nodes, "n2"},
    {"x={..name}", nodes, "x=n1 n2"},
    {"{.items[0}", nodes, "fault: unterminated array"},
    {"{end}", nodes, "fault: not in range, nothing to end"},
};

START_TEST(jsonpaths)
{
    const row *r = &jsonpath_rows[_i];
    const vb_node *of = vb_json_read(vb_str_c(r->data), "d", &arena, NULL);
    vb_error err = {0};
    vb_buf out;
    vb_str got;

    vb_buf_init(&out, 4096);
    if (vb_jsonpath(vb_str_c(r->expr), of, &arena, &out, &err))
        got = vb_str_copy(&arena, vb_buf_view(&out));
    else
        got = vb_str_fmt(&arena, "fault: %s", err.message);
    vb_buf_release(&out);
    ck_assert_vbstr(got, r->want);
}
END_TEST

typedef struct age_row {
    int64_t seconds;
    const char *want;
} age_row;

static const age_row ages[] = {
    {0, "0s"},        {96, "96s"},     {120, "2m"},      {185, "3m5s"},
    {600, "10m"},     {1320, "22m"},   {11640, "3h14m"}, {36000, "10h"},
    {180000, "2d2h"}, {900000, "10d"},
};

START_TEST(age)
{
    ck_assert_vbstr(vb_sim_age(&arena, ages[_i].seconds), ages[_i].want);
}
END_TEST

/* The same seed gives the same world; another gives another. */
START_TEST(chance)
{
    vb_world a, b, c;

    vb_world_init(&a, VB_STR("one"), NULL);
    vb_world_init(&b, VB_STR("one"), NULL);
    vb_world_init(&c, VB_STR("two"), NULL);
    ck_assert_int_eq(a.clock_ms, b.clock_ms);
    ck_assert_int_ne(a.clock_ms, c.clock_ms);
    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(vb_world_random(&a), vb_world_random(&b));
    ck_assert_uint_ne(vb_world_random(&a), vb_world_random(&c));
}
END_TEST

START_TEST(saved)
{
    vb_world a, b;
    vb_buf out;
    const vb_node *root =
        vb_json_read(VB_STR("{\"x\": {\"y\": [1, \"z\"]}}"), "d", &arena, NULL);

    vb_world_init(&a, VB_STR("s"), root);
    vb_world_random(&a);
    a.waited_ms = 5000;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_world_save(&a, &out);
    ck_assert(vb_world_load(&b, vb_buf_view(&out), &arena, NULL));
    ck_assert(vb_val_eq(a.root, b.root));
    ck_assert_int_eq(b.waited_ms, 5000);
    ck_assert_uint_eq(vb_world_random(&a), vb_world_random(&b));
    vb_buf_release(&out);
    ck_assert(!vb_world_load(&b, VB_STR("{}"), &arena, NULL));
    ck_assert(!vb_world_load(&b, VB_STR("no json"), &arena, NULL));
}
END_TEST

/* A state that is put into itself grows; it must not grow for ever. */
START_TEST(self_nesting)
{
    const vb_node *root =
        vb_json_read(VB_STR("{\"a\": {\"b\": 1}}"), "d", &arena, NULL);
    vb_str path = VB_STR("a");
    bool refused = false;

    for (int i = 0; i < 200 && !refused; i++) {
        size_t budget = VB_VAL_NODES_MAX;
        const vb_node *copy;

        ck_assert(vb_val_set(&arena, root, (vb_val_path){&path, 1},
                             vb_val_patch(&arena, NULL, root), &root, NULL));
        refused = !vb_val_copy(&arena, root, &budget, &copy, NULL);
    }
    ck_assert(refused);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rehearse_expr");
    TCase *tc = tcase_create("all");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, query, 0, VB_COUNT(query_rows));
    tcase_add_loop_test(tc, scenario, 0, VB_COUNT(scenario_rows));
    tcase_add_test(tc, bounded);
    tcase_add_test(tc, templates);
    tcase_add_loop_test(tc, jsonpaths, 0, VB_COUNT(jsonpath_rows));
    tcase_add_loop_test(tc, age, 0, VB_COUNT(ages));
    tcase_add_test(tc, chance);
    tcase_add_test(tc, saved);
    tcase_add_test(tc, self_nesting);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
