/* Lines, classes, identities, streams, manners and limits of comparing. */
#include "unit.h"

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "verify/accept.h"
#include "verify/classes.h"
#include "verify/expect.h"

static const vb_loc here = {"expected", 1, 1};

static const vb_compare *
compare_with(vb_arena *arena, const char *expected, const char *out,
             const char *err, const vb_expect_opts *opts)
{
    vb_expect *x =
        vb_expect_compile(arena, vb_str_c(expected), here, opts, NULL);

    ck_assert_ptr_nonnull(x);
    return vb_expect_compare(x, vb_str_c(out), vb_str_c(err), arena);
}

/* What the finder takes at the start of a text, in brackets. */
static const struct {
    const char *text, *token;
    vb_class cls;
} finds[] = {
    {"2022-08-11 22:10:23 x", "2022-08-11 22:10:23", VB_CLASS_TIMESTAMP},
    {"2022-08-11T22:10:23.123Z,", "2022-08-11T22:10:23.123Z",
     VB_CLASS_TIMESTAMP},
    {"2022-08-11T22:10:23+02:00", "2022-08-11T22:10:23+02:00",
     VB_CLASS_TIMESTAMP},
    {"Thu, 11 Aug 2022 22:10:23 GMT", "Thu, 11 Aug 2022 22:10:23 GMT",
     VB_CLASS_TIMESTAMP},
    {"Thu Aug 11 22:10:23 UTC 2022", "Thu Aug 11 22:10:23 UTC 2022",
     VB_CLASS_TIMESTAMP},
    {"Aug 11 22:10:23 host", "Aug 11 22:10:23", VB_CLASS_TIMESTAMP},
    {"2022-08-11 22:10:23 INFO", "2022-08-11 22:10:23", VB_CLASS_TIMESTAMP},
    {"11/Aug/2022:22:10:23 +0000]", "11/Aug/2022:22:10:23 +0000",
     VB_CLASS_TIMESTAMP},
    {"2022-08-11", "2022-08-11", VB_CLASS_DATE},
    {"22:10:23 up", "22:10:23", VB_CLASS_TIME},
    {"22m", "22m", VB_CLASS_DURATION},
    {"5d3h", "5d3h", VB_CLASS_DURATION},
    {"3 minutes ago", "3 minutes ago", VB_CLASS_DURATION},
    {"About an hour ago", "About an hour ago", VB_CLASS_DURATION},
    {"1 day 3h ago", "1 day 3h ago", VB_CLASS_DURATION},
    {"250m", "", VB_CLASS_NONE},
    {"7 days", "", VB_CLASS_NONE},
    {"c43f5dfd-87d9-45fc-bb1f-33bf35d8244b",
     "c43f5dfd-87d9-45fc-bb1f-33bf35d8244b", VB_CLASS_UUID},
    {"0733d755ed2c97a4d\"", "0733d755ed2c97a4d", VB_CLASS_HEX},
    {"deadbeef", "", VB_CLASS_NONE},
    {"effaced", "", VB_CLASS_NONE},
    {"3287d775d4590d8d", "3287d775d4590d8d", VB_CLASS_HEX},
    {"Z1230498123094", "Z1230498123094", VB_CLASS_UPPER_ID},
    {"AmazonEC2ContainerRegistryReadOnly", "", VB_CLASS_NONE},
    {"112233445566:", "112233445566", VB_CLASS_NUMBER_ID},
    {"1684140011", "1684140011", VB_CLASS_EPOCH},
    {"10.96.34.7", "10.96.34.7", VB_CLASS_IPV4},
    {"127.0.0.1", "", VB_CLASS_NONE},
    {"0.0.0.0/0", "", VB_CLASS_NONE},
    {"192.168.32.0/19", "192.168.32.0/19", VB_CLASS_CIDR},
    {"192-168-104-44.eu", "192-168-104-44", VB_CLASS_HOST},
    {"fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a", VB_CLASS_IPV6},
    {"v1.22.9-eks-810597c", "v1.22.9-eks-810597c", VB_CLASS_VERSION},
    {"0.107.0", "0.107.0", VB_CLASS_VERSION},
    {"1.22", "", VB_CLASS_NONE},
    {"45%", "45%", VB_CLASS_PERCENT},
    {"0% packet loss", "", VB_CLASS_NONE},
    {"100%", "", VB_CLASS_NONE},
    {"52.1 KiB", "52.1 KiB", VB_CLASS_SIZE},
    {"3.40 MiB/s", "3.40 MiB/s", VB_CLASS_RATE},
    {"100GB", "", VB_CLASS_NONE},
    {"8Gi", "", VB_CLASS_NONE},
    {"2/2", "", VB_CLASS_NONE},
    {"Running", "", VB_CLASS_NONE},
    {"/tmp/tmp.x7Kq2Lp0aB", "/tmp/tmp.x7Kq2Lp0aB", VB_CLASS_TEMP},
    {"/home/alice/.kube", "/home/alice", VB_CLASS_HOME},
};

START_TEST(classes_are_found)
{
    vb_class cls = VB_CLASS_NONE;
    size_t n = vb_class_find(vb_str_c(finds[_i].text), 0, &cls);

    ck_assert_vbstr(vb_str_sub(vb_str_c(finds[_i].text), 0, n),
                    finds[_i].token);
    if (n)
        ck_assert_str_eq(vb_class_name(cls), vb_class_name(finds[_i].cls));
}
END_TEST

static const struct {
    const char *expected, *out, *err, *asked;
    bool match;
} rows[] = {
    {"hello\n", "hello\n", "", "", true},
    {"hello", "hello\n\n", "", "", true},
    {"hello\n", "", "", "", false},
    {"...\n", "", "", "", false},
    {"...\n", "anything\n", "", "", true},
    {"a\n...\nz\n", "a\nb\nc\nz\n", "", "", true},
    {"a\n...\nz\n", "a\nz\n", "", "", true},
    {"a\n...\nz\n", "a\nb\nc\n", "", "", false},
    {"a\n...\nz\n", "a\nError: it broke\nz\n", "", "", false},
    {"a\n...\nb\nc\n", "a\nb\nx\nb\nc\n", "", "", true},
    {"a\nb\n", "a\nx\nb\n", "", "", false},
    {"a\nb\n", "a\nWARNING: old\nb\n", "", "", true},
    {"a\nb\n", "a\nb\n", "something to know\n", "", true},
    {"a\nb\n", "a\nb\n", "error: no\n", "", false},
    {"a\nb\n", "a\n", "b\n", "", true},
    {"a\nb\nc\nd\n", "a\nc\n", "b\nd\n", "", true},
    {"node is Ready\n", "node is NotReady\n", "", "", false},
    {"created 1 of 2\n", "created 2 of 2\n", "", "", false},
    {"it  took 3s\n", "it took 1m2s\n", "", "", true},
    {"tool version 0.107.0\n", "tool version 0.120.3\n", "", "", true},
    {"using version 1.22\n", "using version 1.22\n", "", "version: \"1.22\"",
     true},
    {"using version 1.22\n", "using version 1.24\n", "", "version: \"1.22\"",
     false},
    {"v1.22.4\n", "v1.22.9\n", "", "--version=1.22.4", true},
    {"range 10.0.0.0/16\n", "range 10.1.0.0/16\n", "", "", true},
    {"range 10.0.0.0/16\n", "range 10.1.0.0/24\n", "", "", false},
    {"range 10.0.0.0/16\n", "range 10.1.0.0/16\n", "", "--cidr 10.0.0.0/16",
     false},
    {"from 10.0.0.4\nto 10.0.0.5\nfrom 10.0.0.4\n",
     "from 10.9.9.1\nto 10.9.9.2\nfrom 10.9.9.1\n", "", "", true},
    {"from 10.0.0.4\nto 10.0.0.5\nfrom 10.0.0.4\n",
     "from 10.9.9.1\nto 10.9.9.2\nfrom 10.9.9.2\n", "", "", false},
    {"one 10.0.0.4\ntwo 10.0.0.5\n", "one 10.9.9.1\ntwo 10.9.9.1\n", "", "",
     false},
    {"at 10:00:01\nat 10:00:01\n", "at 10:00:01\nat 10:00:02\n", "", "", true},
    {"id: <your id>\n", "id: x-1\n", "", "", true},
    {"id: <your id>\n", "name: x-1\n", "", "", false},
    {"address <none>\n", "address 1.2.3.4\n", "", "", false},
    {"zones [eu-west-1b eu-west-1a]\n", "zones [eu-west-1a eu-west-1b]\n", "",
     "", true},
    {"zones [eu-west-1b eu-west-1a]\n", "zones [eu-west-1a eu-west-1c]\n", "",
     "", false},
    {"Waiting...done.\n", "Waiting.......done.\n", "", "", true},
    {"Waiting...done.\n", "Waiting...failed.\n", "", "", false},
    {"token eyJhbGciOi...\n", "token eyJhbGciOiJSUzI1NiJ9.x.y\n", "", "", true},
    {"\x1b[32mok\x1b[0m\n", "ok\n", "", "", true},
    {"100% done\n", "10% done\r50% done\r100% done\n", "", "", true},
    {"a \xe2\x80\x9cquoted\xe2\x80\x9d word\n", "a \"quoted\" word\n", "", "",
     true},
    {"disk 512MB\n", "disk 512GB\n", "", "", false},
    {"fetched 988 kB\n", "fetched 1.02 MB\n", "", "", true},
    {"fetched 988 kB\n", "fetched 988 MB\n", "", "", false},
    {"key arn:aws:iam::112233445566:role/a\n",
     "key arn:aws:iam::998877665544:role/a\n", "", "", true},
    {"key arn:aws:iam::112233445566:role/a\n",
     "key arn:aws:iam::998877665544:role/b\n", "", "", false},
    {"{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1,2],\"a\":1}", "", "", true},
    {"{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[2,1],\"a\":1}", "", "", false},
    {"{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1,2,3],\"a\":1}", "", "", false},
    {"{\"a\": \"1\"}", "{\"a\": \"2\"}", "", "", false},
    {"{\"a\": 1}", "{\"a\": 1, \"new\": true}", "", "", true},
    {"{\"a\": 1}", "{\"a\": 1, \"error\": \"bad\"}", "", "", false},
    {"{\"a\": null}", "{\"a\": false}", "", "", false},
    {"[1, ..., 9]", "[1, 2, 3, 9]", "", "", true},
    {"[1, ..., 9]", "[1, 2, 3, 8]", "", "", false},
    {"{\"a\": 1}", "{\"a\": 1", "", "", false},
    {"Step one\n", "Step [redacted:TOKEN]\n", "", "", false},
};

START_TEST(texts_compare)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {.asked = vb_str_c(rows[_i].asked)};
    const vb_compare *got = compare_with(&arena, rows[_i].expected,
                                         rows[_i].out, rows[_i].err, &opts);

    ck_assert_msg(got->match == rows[_i].match, "'%s' and '%s': %.*s",
                  rows[_i].expected, rows[_i].out, VB_ARG(got->summary));
    ck_assert(!got->fault);
    ck_assert_uint_gt(got->summary.len, 0);
    vb_arena_release(&arena);
}
END_TEST

static const struct {
    vb_manner manner;
    const char *expected, *out;
    bool match;
} manners[] = {
    {VB_MANNER_EXACT, "a  b\n", "a  b", true},
    {VB_MANNER_EXACT, "a  b\n", "a b\n", false},
    {VB_MANNER_EXACT, "at 10:00:01\n", "at 10:00:02\n", false},
    {VB_MANNER_EXACT, "a\n\n", "a\n", false},
    {VB_MANNER_EXACT, "...\n", "x\n", false},
    {VB_MANNER_SUBSET, "b\nd\n", "a\nb\nc\nd\ne\n", true},
    {VB_MANNER_SUBSET, "d\nb\n", "a\nb\nc\nd\ne\n", false},
    {VB_MANNER_SUBSET, "at 10:00:01\n", "x\nat 22:11:00\n", true},
    {VB_MANNER_CONTAINS, "b c\n", "a b c d\n", true},
    {VB_MANNER_CONTAINS, "b c\n", "a b  c d\n", false},
    {VB_MANNER_CONTAINS, "x\n", "", false},
    {VB_MANNER_CONTAINS, "ok\n", "\x1b[1mok\x1b[0m\r\n", true},
    {VB_MANNER_REGEX, "^a.c$\n", "xx\nabc\n", true},
    {VB_MANNER_REGEX, "^a.c$\n", "xabc\n", false},
    {VB_MANNER_REGEX, "a\\s+b", "a\nb", true},
    {VB_MANNER_REGEX, "b", "abc\n", true},
    {VB_MANNER_REGEX, "\\Ab\\Z", "a\nb\n", false},
    {VB_MANNER_REGEX, "^$", "", true},
};

START_TEST(manners_differ)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {.manner = manners[_i].manner};
    const vb_compare *got =
        compare_with(&arena, manners[_i].expected, manners[_i].out, "", &opts);

    ck_assert_msg(got->match == manners[_i].match, "%s '%s': %.*s",
                  vb_manner_name(manners[_i].manner), manners[_i].expected,
                  VB_ARG(got->summary));
    vb_arena_release(&arena);
}
END_TEST

START_TEST(bad_pattern_is_located)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_expect_opts opts = {.manner = VB_MANNER_REGEX};
    vb_loc where = {"guide.md", 10, 1};

    vb_diags_init(&diags, &arena);
    ck_assert_ptr_null(
        vb_expect_compile(&arena, VB_STR("one\ntw(o\n"), where, &opts, &diags));
    ck_assert_uint_eq(diags.errors, 1);
    ck_assert_uint_eq(diags.list.at[0].loc.line, 11);
    vb_arena_release(&arena);
}
END_TEST

/* A pattern that goes back and forth for ever is a fault, not a verdict. */
START_TEST(limit_is_a_fault)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {.manner = VB_MANNER_REGEX};
    const vb_compare *got =
        compare_with(&arena, "^(a+)+(b+)*\\1$",
                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "", &opts);

    ck_assert(!got->match);
    ck_assert(got->fault);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(samples_follow_the_run)
{
    vb_arena arena = {0};
    vb_subst substs[] = {{VB_STR("shop"), VB_STR("acme")},
                         {VB_STR("shop"), VB_STR("cluster-7")}};
    vb_expect_opts opts = {.substs = substs, .nsubsts = 2};

    ck_assert(compare_with(&arena, "project shop, cluster shop\n",
                           "project acme, cluster cluster-7\n", "", &opts)
                  ->match);
    ck_assert(
        !compare_with(&arena, "project shop\n", "project shop\n", "", &opts)
             ->match);
    ck_assert(
        compare_with(&arena, "shop-web runs\n", "shop-web runs\n", "", &opts)
            ->match);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(redactions_stand_for_text)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {.redacted = true};

    ck_assert(compare_with(&arena, "10:00:01 login with s3cr3t done\n",
                           "11:30:00 login with [redacted:PASS] done\n", "",
                           &opts)
                  ->match);
    ck_assert(!compare_with(&arena, "10:00:01 login with s3cr3t done\n",
                            "11:30:00 login with [redacted:PASS] failed\n", "",
                            &opts)
                   ->match);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(placeholders_and_ids_are_bound)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {0};
    const vb_compare *got =
        compare_with(&arena, "pod web-5947f47f5f-79vqv in <VPC ID>\n",
                     "pod web-7f5b8d6c4-bcdfg in vpc-1\n", "", &opts);
    bool pod = false, vpc = false;

    ck_assert(got->match);
    for (size_t i = 0; i < got->bound.len; i++) {
        const vb_subst *b = &got->bound.at[i];

        pod = pod || (vb_str_eqc(b->sample, "web-5947f47f5f-79vqv") &&
                      vb_str_eqc(b->actual, "web-7f5b8d6c4-bcdfg"));
        vpc = vpc || (vb_str_eqc(b->sample, "<VPC ID>") &&
                      vb_str_eqc(b->actual, "vpc-1"));
    }
    ck_assert(pod && vpc);
    vb_arena_release(&arena);
}
END_TEST

START_TEST(differences_are_told_in_words)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {0};
    const vb_compare *got = compare_with(
        &arena, "NAME    READY   STATUS\nweb-0   0/1     Pending\n",
        "NAME    READY   STATUS\nweb-0   0/1     Running\n", "", &opts);

    ck_assert(!got->match);
    ck_assert_vbstr(got->summary, "line 2: STATUS of row web-0: the guide "
                                  "says Pending, the output says Running");
    vb_arena_release(&arena);
}
END_TEST

static const struct {
    const char *expected, *out, *accepted;
    size_t changed;
} accepts[] = {
    {"at 10:00:01 state Pending\n", "at 23:59:59 state Running\n",
     "at 10:00:01 state Running\n", 1},
    {"  one\n  ...\n  two is done\n", "one\nx\nthree is done\n",
     "  one\n  ...\n  three is done\n", 1},
    {"a\nb\nc\n", "a\nc\n", "a\nc\n", 1},
    {"a\n\nc\n", "a\nb\nc\n", "a\nb\n\nc\n", 1},
    {"NAME    STATUS    AGE\nweb-0   Pending   3m\n",
     "NAME    STATUS    AGE\nweb-0   Running   9d\n",
     "NAME    STATUS    AGE\nweb-0   Running   3m\n", 1},
    {"{\n  \"id\": \"vpc-0a1b2c3d4e5f60718\",\n  \"state\": \"pending\"\n}\n",
     "{\"state\":\"ready\",\"id\":\"vpc-0f9e8d7c6b5a41302\"}",
     "{\n  \"id\": \"vpc-0a1b2c3d4e5f60718\",\n  \"state\": \"ready\"\n}\n", 1},
    {"same at 10:00:01\n", "same at 11:11:11\n", "same at 10:00:01\n", 0},
};

START_TEST(accepting_touches_what_differs)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {0};
    vb_expect *x = vb_expect_compile(&arena, vb_str_c(accepts[_i].expected),
                                     here, &opts, NULL);
    vb_accepted got =
        vb_accept(x, vb_str_c(accepts[_i].out), (vb_str){0}, &arena);

    ck_assert_vbstr(got.text, accepts[_i].accepted);
    ck_assert_uint_eq(got.changed, accepts[_i].changed);
    ck_assert(compare_with(&arena, vb_str_dup(&arena, got.text),
                           accepts[_i].out, "", &opts)
                  ->match);
    vb_arena_release(&arena);
}
END_TEST

static const char *const promises[] = {
    "NAME   STATUS   AGE\npump   Ready    3m\nvalve  Ready    4m\n",
    "{\"state\": \"up\", \"pumps\": [1, 2]}\n",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n",
    "start\n...\nend\n",
    "pump is <state>\n",
    "ready: ... pumps\n",
    "2023-01-02T03:04:05Z INFO started\n2023-01-02T03:04:06Z INFO ready\n",
    "Still creating... [10s elapsed]\n",
    "Warning: old\n",
    "...\n",
    "\xe2\x80\xa6\n",
    "[...]\n",
    "<snip>\n",
    "# ...\n",
    "<output>\n",
    ".*\n",
};

static const char *const frauds[] = {
    "",
    "\n\n",
    "\x1b[0m\r\n",
    " \t\n",
    "Error: the server could not find the requested resource\n",
    "error: unknown command\n\nRun 'tool --help' for usage.\n",
    "pump is error: permission denied\n",
    "ready: error: timed out waiting for pumps\n",
    "bash: tool: command not found\n",
    "An error occurred (AccessDenied) when calling the operation\n",
};

/* No manner and no elision lets an empty output or an error pass; only one
 * that looks for text within the output may have an error around it. */
START_TEST(nobody_is_fooled)
{
    vb_str text = vb_str_c(promises[_i]);

    for (int m = VB_MANNER_READER; m <= VB_MANNER_CONTAINS; m++)
        for (size_t k = 0; k < VB_COUNT(frauds); k++) {
            vb_arena arena = {0};
            vb_expect_opts opts = {.manner = (vb_manner)m};
            bool pattern = m == VB_MANNER_REGEX;

            /* which is no pattern, or one that means any text */
            if (pattern && (k >= 4 || text.ptr[0] == '['))
                continue;
            /* a subset does not look at the other lines */
            if (m == VB_MANNER_SUBSET && text.ptr[0] == '<' && k == 5)
                continue;
            for (int err = 0; err < 2; err++) {
                const vb_compare *got =
                    compare_with(&arena, text.ptr, err ? "" : frauds[k],
                                 err ? frauds[k] : "", &opts);

                ck_assert_msg(!got || !got->match, "%s '%s' and '%s': %.*s",
                              vb_manner_name((vb_manner)m), text.ptr, frauds[k],
                              VB_ARG(got->summary));
            }
            vb_arena_release(&arena);
        }
}
END_TEST

/* The text cut short anywhere between two lines. */
START_TEST(half_an_output_is_none)
{
    vb_str text = vb_str_c(promises[_i]), rest = text, line;

    while (vb_str_line(&rest, &line) && rest.len) {
        vb_arena arena = {0};
        vb_expect_opts opts = {0};
        char *half = vb_str_dup(
            &arena, vb_str_sub(text, 0, (size_t)(rest.ptr - text.ptr)));

        ck_assert_msg(!compare_with(&arena, text.ptr, half, "", &opts)->match,
                      "'%s' and '%s'", text.ptr, half);
        vb_arena_release(&arena);
    }
}
END_TEST

/* Rows of other things, other kinds, other columns. */
START_TEST(another_table_is_another)
{
    static const char *const others[] = {
        "NAME   STATUS   AGE\nhose   Ready    3m\ntap    Ready    4m\n",
        "NAME   TYPE     AGE\npump   Ready    3m\nvalve  Ready    4m\n",
        "NAME   STATUS   AGE\npump   Ready    3m\n",
        "NAME   STATUS   AGE\npump   Ready    3m\nvalve  Ready    4m\n"
        "third  Ready    4m\n",
        "NAME   STATUS\npump   Ready\nvalve  Ready\n",
        "No resources found in default namespace.\n",
    };

    for (int m = VB_MANNER_READER; m <= VB_MANNER_CONTAINS; m++) {
        vb_arena arena = {0};
        vb_expect_opts opts = {.manner = (vb_manner)m};

        /* a row more is what a subset is for */
        if (_i != 3 || (m != VB_MANNER_SUBSET && m != VB_MANNER_REGEX &&
                        m != VB_MANNER_CONTAINS))
            ck_assert_msg(
                !compare_with(&arena, promises[0], others[_i], "", &opts)
                     ->match,
                "%s: '%s'", vb_manner_name((vb_manner)m), others[_i]);
        vb_arena_release(&arena);
    }
}
END_TEST

/* Lines of things that run side by side, in any order. */
START_TEST(logs_may_be_shuffled)
{
    enum { LINES = 6000 };
    vb_arena arena = {0};
    vb_expect_opts opts = {0};
    vb_buf e = {0}, a = {0};

    vb_buf_init(&e, VB_BUF_NO_MAX);
    vb_buf_init(&a, VB_BUF_NO_MAX);
    for (unsigned i = 0; i < LINES; i++) {
        unsigned k = i * 2477u % LINES; /* has no factor of LINES */

        vb_buf_fmt(&e, "2023-01-02T03:04:%02uZ job-%u began\n", i % 60, i);
        vb_buf_fmt(&a, "2024-05-06T07:08:%02uZ job-%u began\n", k % 60, k);
    }
    ck_assert(compare_with(&arena, vb_buf_cstr(&e), vb_buf_cstr(&a), "", &opts)
                  ->match);
    vb_buf_c(&e, "2023-01-02T03:05:00Z job-7 ended\n");
    ck_assert(!compare_with(&arena, vb_buf_cstr(&e), vb_buf_cstr(&a), "", &opts)
                   ->match);
    vb_buf_release(&e);
    vb_buf_release(&a);
    vb_arena_release(&arena);
}
END_TEST

/* Looking for what is not there ends, and says that the texts differ. */
START_TEST(searches_behind_elisions_end)
{
    enum { LINES = 20000 };
    vb_arena arena = {0};
    vb_expect_opts opts = {0};
    const vb_compare *got;
    vb_buf e = {0}, a = {0};

    vb_buf_init(&e, VB_BUF_NO_MAX);
    vb_buf_init(&a, VB_BUF_NO_MAX);
    for (int i = 0; i < LINES; i++) {
        vb_buf_fmt(&e, "line %d of text\n...\n", i);
        vb_buf_fmt(&a, "line %d of text\n", i + 1000000);
    }
    got = compare_with(&arena, vb_buf_cstr(&e), vb_buf_cstr(&a), "", &opts);
    ck_assert(!got->match);
    ck_assert(!got->fault);
    vb_buf_release(&e);
    vb_buf_release(&a);
    vb_arena_release(&arena);
}
END_TEST

/* An elision over more lines than the table of the alignment holds. */
START_TEST(long_elisions_are_crossed)
{
    vb_arena arena = {0};
    vb_expect_opts opts = {0};
    vb_buf e = {0}, a = {0};

    vb_buf_init(&e, VB_BUF_NO_MAX);
    vb_buf_init(&a, VB_BUF_NO_MAX);
    vb_buf_c(&e, "start\n...\n");
    vb_buf_c(&a, "start\n");
    for (int i = 0; i < 60000; i++)
        vb_buf_fmt(&a, "noise %d\n", i % 7);
    for (int i = 0; i < 40; i++) {
        vb_buf_fmt(&e, "step %d is done\n", i);
        vb_buf_fmt(&a, "step %d is done\n", i);
    }
    vb_buf_c(&e, "...\nend\n");
    for (int i = 0; i < 60000; i++)
        vb_buf_fmt(&a, "noise %d\n", i % 7);
    vb_buf_c(&a, "end\n");
    ck_assert(compare_with(&arena, vb_buf_cstr(&e), vb_buf_cstr(&a), "", &opts)
                  ->match);
    vb_buf_release(&e);
    vb_buf_release(&a);
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("verify_match");
    TCase *tcase = tcase_create("compare");

    tcase_add_loop_test(tcase, classes_are_found, 0, VB_COUNT(finds));
    tcase_add_loop_test(tcase, texts_compare, 0, VB_COUNT(rows));
    tcase_add_loop_test(tcase, manners_differ, 0, VB_COUNT(manners));
    tcase_add_test(tcase, bad_pattern_is_located);
    tcase_add_test(tcase, limit_is_a_fault);
    tcase_add_test(tcase, samples_follow_the_run);
    tcase_add_test(tcase, redactions_stand_for_text);
    tcase_add_test(tcase, placeholders_and_ids_are_bound);
    tcase_add_test(tcase, differences_are_told_in_words);
    tcase_add_loop_test(tcase, accepting_touches_what_differs, 0,
                        VB_COUNT(accepts));
    tcase_add_test(tcase, long_elisions_are_crossed);
    tcase_add_loop_test(tcase, nobody_is_fooled, 0, VB_COUNT(promises));
    tcase_add_loop_test(tcase, half_an_output_is_none, 0, VB_COUNT(promises));
    tcase_add_loop_test(tcase, another_table_is_another, 0, 6);
    tcase_add_test(tcase, logs_may_be_shuffled);
    tcase_add_test(tcase, searches_behind_elisions_end);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
