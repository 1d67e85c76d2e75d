/* Bad input, limits, and includes in a folder of their own. */
#include "unit.h"

#include "base/io.h"
#include "doc/doc.h"
#include "doc/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static vb_arena arena;
static vb_diags diags;
static vb_error err;
static char dir[] = "/tmp/vb-doc-XXXXXX";

static void
setup(void)
{
    vb_arena_init(&arena);
    vb_diags_init(&diags, &arena);
    memset(&err, 0, sizeof err);
    strncpy(dir, "/tmp/vb-doc-XXXXXX", sizeof dir);
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
teardown(void)
{
    vb_remove_tree(dir, NULL);
    vb_arena_release(&arena);
}

static const char *
path_of(const char *name)
{
    return vb_str_fmt(&arena, "%s/%s", dir, name).ptr;
}

static void
put(const char *name, vb_str text)
{
    const char *path = path_of(name);
    char *folder = vb_str_dup(&arena, vb_path_dir(vb_str_c(path)));

    ck_assert(vb_mkdirs(folder, 0755, &err));
    ck_assert_msg(vb_write_file(path, text, 0644, &err), "%s", err.message);
}

static vb_doc *
read_text(vb_str text)
{
    vb_doc_opts opts = {.text = &text, .root = dir};

    return vb_doc_read(&arena, path_of("page.md"), &opts, &diags, &err);
}

static vb_doc *
read_page(const char *name)
{
    vb_doc_opts opts = {.root = dir};

    return vb_doc_read(&arena, path_of(name), &opts, &diags, &err);
}

static size_t
count_rule(const char *rule)
{
    size_t n = 0;

    for (size_t i = 0; i < diags.list.len; i++)
        n += strcmp(diags.list.at[i].rule, rule) == 0;
    return n;
}

START_TEST(refuses_nul)
{
    ck_assert_ptr_null(read_text(VB_STR("# a\nb\0c\n")));
    ck_assert_uint_eq(diags.list.len, 1);
    ck_assert_str_eq(diags.list.at[0].rule, "D001");
    ck_assert_uint_eq(diags.list.at[0].loc.line, 2);
    ck_assert_uint_eq(diags.list.at[0].loc.col, 2);
    ck_assert_ptr_nonnull(strstr(err.message, "NUL byte in line 2"));
}
END_TEST

START_TEST(refuses_bad_utf8)
{
    ck_assert_ptr_null(read_text(VB_STR("ok \xc3\xa4\r\nx\xff\n")));
    ck_assert_str_eq(diags.list.at[0].rule, "D002");
    ck_assert_uint_eq(diags.list.at[0].loc.line, 2);
    ck_assert_uint_eq(diags.list.at[0].loc.col, 2);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
    ck_assert_ptr_null(read_page("missing.md"));
    ck_assert_ptr_nonnull(strstr(err.message, "missing.md"));
    memset(&err, 0, sizeof err);
    ck_assert_ptr_null(read_page("."));
    ck_assert_uint_gt(strlen(err.message), 0);
    ck_assert_uint_eq(diags.list.len, 0);
}
END_TEST

START_TEST(refuses_200_megabytes)
{
    int fd = open(path_of("big.md"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, 200 * 1024 * 1024), 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_ptr_null(read_page("big.md"));
    ck_assert_ptr_nonnull(strstr(err.message, "big.md"));
}
END_TEST

START_TEST(counts_lines)
{
    static const struct {
        const char *text;
        uint32_t lines;
    } rows[] = {
        {"", 0},     {"a", 1},      {"a\n", 1},    {"a\nb", 2},
        {"\n\n", 2}, {"a\r\nb", 2}, {"a\rb\n", 2}, {"\r\r\n\n", 3},
        {"a\r", 1},  {"a\r\n", 1},
    };

    for (size_t i = 0; i < VB_COUNT(rows); i++) {
        vb_str text = vb_str_c(rows[i].text);
        vb_source *s = vb_source_read(&arena, "x.md", &text, &diags, &err);

        ck_assert_ptr_nonnull(s);
        ck_assert_uint_eq(vb_source_count(s), rows[i].lines);
    }
}
END_TEST

START_TEST(gives_lines)
{
    vb_str text = VB_STR("\xef\xbb\xbfone\r\ntwo\rthree\nfour");
    vb_source *s = vb_source_read(&arena, "x.md", &text, &diags, &err);

    ck_assert_vbstr(vb_source_line(s, 1), "one");
    ck_assert_vbstr(vb_source_line(s, 2), "two");
    ck_assert_vbstr(vb_source_line(s, 3), "three");
    ck_assert_vbstr(vb_source_line(s, 4), "four");
    ck_assert_uint_eq(vb_source_line(s, 0).len, 0);
    ck_assert_uint_eq(vb_source_line(s, 5).len, 0);
}
END_TEST

START_TEST(nests_eight_deep)
{
    vb_doc *doc;

    for (int i = 0; i < 12; i++)
        put(vb_str_fmt(&arena, "n%d.md", i).ptr,
            vb_str_fmt(&arena, "Level %d.\n\n[!INCLUDE [x](n%d.md)]\n", i,
                       i + 1));
    put("n12.md", VB_STR("The end.\n"));
    doc = read_page("n0.md");
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(count_rule("D023"), 1);
    ck_assert_uint_eq(doc->gaps, 1);
    ck_assert_uint_eq(doc->blocks.len, 1 + VB_INCLUDE_DEPTH_MAX + 1);
    ck_assert_vbstr(doc->blocks.at[8].text, "Level 8.");
}
END_TEST

START_TEST(stops_cycles)
{
    vb_doc *doc;

    put("a.md", VB_STR("a\n\n[!INCLUDE [b](sub/b.md)]\n\na2\n"));
    put("sub/b.md", VB_STR("b\n\n[!INCLUDE [a](../a.md)]\n\nb2\n"));
    doc = read_page("a.md");
    ck_assert_uint_eq(count_rule("D022"), 1);
    ck_assert_uint_eq(doc->blocks.len, 5);
    ck_assert_vbstr(doc->blocks.at[1].text, "b");
    ck_assert_int_eq(doc->blocks.at[2].kind, VB_BLOCK_GAP);
    ck_assert_uint_eq(doc->blocks.at[2].loc.line, 3);
    ck_assert_ptr_nonnull(strstr(doc->blocks.at[2].loc.file, "sub/b.md"));
    ck_assert_vbstr(doc->blocks.at[4].text, "a2");
    ck_assert_uint_eq(doc->sources.at[1]->included_by, 0);
    ck_assert_uint_eq(doc->sources.at[1]->included_at.line, 3);
    ck_assert_vbstr(doc->sources.at[1]->rel, "sub/b.md");
}
END_TEST

/* Each file includes the next one ten times: 10^8 blocks if nothing stopped
 * it. */
START_TEST(stops_growth)
{
    vb_str ten = {0};
    vb_doc *doc;

    for (int i = 0; i < 7; i++) {
        ten = vb_str_n(NULL, 0);
        for (int k = 0; k < 10; k++)
            ten = vb_str_fmt(&arena, "%.*s[!INCLUDE [x](g%d.md)]\n\n",
                             VB_ARG(ten), i + 1);
        put(vb_str_fmt(&arena, "g%d.md", i).ptr, ten);
    }
    put("g7.md", VB_STR("leaf\n"));
    doc = read_page("g0.md");
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_gt(count_rule("D024"), 0);
    ck_assert_uint_lt(doc->blocks.len, 20000);
}
END_TEST

START_TEST(stays_in_its_root)
{
    vb_doc *doc;
    vb_doc_opts opts = {0};
    const char *root = path_of("docs");

    put("secret.md", VB_STR("secret\n"));
    put("docs/page.md", VB_STR("[!INCLUDE [x](../secret.md)]\n\n"
                               "[!INCLUDE [y](link.md)]\n\n"
                               "[!INCLUDE [z](inside.md)]\n\n"
                               "{{< readfile file=\"/etc/hostname\" >}}\n"));
    put("docs/real.md", VB_STR("inside\n"));
    ck_assert_int_eq(symlink("../secret.md", path_of("docs/link.md")), 0);
    ck_assert_int_eq(symlink("real.md", path_of("docs/inside.md")), 0);
    opts.root = root;
    doc = vb_doc_read(&arena, path_of("docs/page.md"), &opts, &diags, &err);
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(doc->gaps, 3);
    ck_assert_uint_eq(count_rule("D021"), 2);
    ck_assert_vbstr(doc->blocks.at[2].text, "inside");
}
END_TEST

START_TEST(finds_its_root)
{
    vb_doc *doc;
    vb_doc_opts opts = {0};

    put(".git/HEAD", VB_STR("ref\n"));
    put("site/includes/note.md", VB_STR("from the site\n"));
    put("site/docs/deep/page.md",
        VB_STR(
            "{{< include \"note.md\" >}}\n\n[!INCLUDE [x](~/shared/s.md)]\n"));
    put("shared/s.md", VB_STR("shared\n"));
    doc = vb_doc_read(&arena, path_of("site/docs/deep/page.md"), &opts, &diags,
                      &err);
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(doc->gaps, 0);
    ck_assert_vbstr(doc->blocks.at[0].text, "from the site");
    ck_assert_vbstr(doc->blocks.at[1].text, "shared");
}
END_TEST

START_TEST(tells_what_an_include_is_no_text)
{
    vb_doc *doc;

    put("page.md", VB_STR("before\n\n[!INCLUDE [x](bin.md)]\n\nafter\n"));
    put("bin.md", VB_STR("a\0b"));
    doc = read_page("page.md");
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(count_rule("D025"), 1);
    ck_assert_uint_eq(count_rule("D001"), 1);
    ck_assert_uint_eq(doc->gaps, 1);
    ck_assert_uint_eq(doc->blocks.len, 3);
}
END_TEST

START_TEST(leaves_gaps_when_told)
{
    vb_doc *doc;
    vb_doc_opts opts = {.root = dir, .no_includes = true};

    put("page.md", VB_STR("[!INCLUDE [x](part.md)]\n"));
    put("part.md", VB_STR("part\n"));
    doc = vb_doc_read(&arena, path_of("page.md"), &opts, &diags, &err);
    ck_assert_uint_eq(doc->gaps, 1);
    ck_assert_int_eq(doc->blocks.at[0].kind, VB_BLOCK_GAP);
}
END_TEST

/* Shapes that make readers slow or deep. Each is read whole; what they hold
 * is counted where that says something. */
typedef struct shape {
    const char *before, *unit, *after;
    int times;
    size_t blocks; /* 0: any number */
} shape;

static const shape shapes[] = {
    {"", ">", " x\n", 100000, 1},
    {"", "- ", "x\n", 20000, 1},
    {"", "[", "\n", 50000, 1},
    {"", "[a](", "\n", 20000, 0},
    {"", "*a ", "\n", 50000, 1},
    {"", "<a ", "\n", 100000, 1},
    {"", "<Tabs {", "\n", 50000, 0},
    {"", "{{< \"", "\n", 100000, 1},
    {"", "{{< tab codelang=x >}}\n", "", 20000, 0},
    {"", "{{< text bash >}}\n", "", 20000, 0},
    {"", "<!--\n", "", 50000, 0},
    {"", "<script>\n", "", 50000, 0},
    {"", "{/*\n", "", 50000, 0},
    {"", "<Foo>\n", "</Bar>\n", 50000, 0},
    {"", ":::: note\n", "", 50000, 0},
    {"", "```{note}\n", "", 50000, 0},
    {"", "```{literalinclude} x\n", "", 20000, 0},
    {"", "<Tabs>\n<Tab title=\"a\">\n", "x\n", 1000, 1},
    {"", "{{< tabs >}}\n{{% tab \"a\" %}}\n", "x\n", 1000, 1},
    {"", "{% tabs %}\n{% tab title=\"a\" %}\n", "x\n", 1000, 1},
    {"", "<Tabs>\n<Tab title=\"a\">\n", "x\n", 5000, 1},
    {"", "{{#tabs }}\n{{#tab name=\"a\" }}\n", "x\n", 1000, 1},
    {"", "{{< tabset >}}\n{{< tab name=\"a\" >}}\n", "x\n", 1000, 1},
    {"", "<div slot=\"gcp\">\n", "x\n", 1000, 1},
    {"", "::: tabs\n== a\n", "x\n", 1000, 1},
    {"", "::: tabs\n@tab a\n", "x\n", 1000, 1},
    {"", ":::{tab-set}\n:::{tab-item} a\n", "x\n", 1000, 1},
    {"", "::: code-group\n", "x\n", 1000, 1},
    {"", "=== \"a\"\n=== \"b\"\n", "x\n", 1000, 1},
    {"", "{% tabs %}\n", "x\n", 1000, 1},
    {"", "{{< tabs >}}\n", "x\n", 1000, 1},
    {"", "#### AWS\n\n#### GCP\n\n", "x\n", 1000, 2001},
    {"", "# [A](#tab/a)\n", "", 20000, 0},
    {"", ":::zone pivot=\"a\"\n", "", 20000, 0},
    {"", "1. a\n   ```bash\n   x\n", "", 20000, 0},
    {"", "=== \"a\"\n    !!! note\n", "", 20000, 0},
    {"|a|b|\n|-|-|\n", "|x|\n", "", 200000, 1},
    {"", "import {\n", "", 20000, 0},
    {"<Foo>\n", "{`\n", "", 20000, 0},
    {"", "\n", "", 1000000, 0},
    {"", "\r", "x", 100000, 1},
};

START_TEST(stays_linear)
{
    const shape *s = &shapes[_i];
    vb_buf buf;
    vb_doc *doc;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    vb_buf_c(&buf, s->before);
    for (int i = 0; i < s->times; i++)
        vb_buf_c(&buf, s->unit);
    vb_buf_c(&buf, s->after);
    doc = read_text(vb_buf_view(&buf));
    ck_assert_ptr_nonnull(doc);
    if (s->blocks)
        ck_assert_uint_eq(doc->blocks.len, s->blocks);
    vb_buf_release(&buf);
}
END_TEST

START_TEST(reads_ten_thousand_tabs)
{
    vb_buf buf;
    vb_doc *doc;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    vb_buf_c(&buf, "<Tabs>\n");
    for (int i = 0; i < 10000; i++)
        vb_buf_fmt(&buf, "<TabItem value=\"t%d\">\n\n%d\n\n</TabItem>\n", i, i);
    vb_buf_c(&buf, "</Tabs>\n");
    doc = read_text(vb_buf_view(&buf));
    ck_assert_uint_eq(doc->axes.len, 1);
    ck_assert_uint_eq(doc->axes.at[0].options.len, 10000);
    ck_assert_uint_eq(doc->blocks.len, 10000);
    ck_assert_uint_eq(diags.list.len, 0);
    vb_buf_release(&buf);
}
END_TEST

START_TEST(answers_for_scopes)
{
    vb_doc *doc = read_text(VB_STR(":::zone pivot=\"cli,ps\"\n\nboth\n\n"
                                   ":::zone-end\n\n:::zone pivot=\"web\"\n\n"
                                   "web\n\n:::zone-end\n\nall\n"));
    uint32_t chosen[1];

    ck_assert_uint_eq(doc->blocks.len, 3);
    ck_assert_uint_eq(doc->axes.at[0].options.len, 3);
    for (uint32_t option = 0; option < 3; option++) {
        chosen[0] = option;
        ck_assert_int_eq(vb_scope_visible(doc, doc->blocks.at[0].scope, chosen),
                         option < 2);
        ck_assert_int_eq(vb_scope_visible(doc, doc->blocks.at[1].scope, chosen),
                         option == 2);
        ck_assert(vb_scope_visible(doc, doc->blocks.at[2].scope, chosen));
        ck_assert_int_eq(vb_scope_has(doc, doc->blocks.at[0].scope, 0, option),
                         option < 2);
    }
    chosen[0] = VB_NONE;
    ck_assert(vb_scope_visible(doc, doc->blocks.at[1].scope, chosen));
    ck_assert_uint_eq(vb_scope_option(doc, doc->blocks.at[1].scope, 0), 2);
    ck_assert_uint_eq(vb_scope_option(doc, doc->blocks.at[2].scope, 0),
                      VB_NONE);
}
END_TEST

START_TEST(shows_excerpts)
{
    vb_doc *doc = read_text(VB_STR("one\n\n{% endtab %}\n"));

    ck_assert_uint_eq(diags.list.len, 1);
    vb_doc_excerpt(doc, &diags.list.at[0]);
    ck_assert_vbstr(diags.list.at[0].excerpt, "{% endtab %}");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("doc_source");
    TCase *t = tcase_create("source");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, refuses_nul);
    tcase_add_test(t, refuses_bad_utf8);
    tcase_add_test(t, refuses_what_is_no_file);
    tcase_add_test(t, refuses_200_megabytes);
    tcase_add_test(t, counts_lines);
    tcase_add_test(t, gives_lines);
    tcase_add_test(t, nests_eight_deep);
    tcase_add_test(t, stops_cycles);
    tcase_add_test(t, stops_growth);
    tcase_add_test(t, stays_in_its_root);
    tcase_add_test(t, finds_its_root);
    tcase_add_test(t, tells_what_an_include_is_no_text);
    tcase_add_test(t, leaves_gaps_when_told);
    tcase_add_loop_test(t, stays_linear, 0, VB_COUNT(shapes));
    tcase_add_test(t, reads_ten_thousand_tabs);
    tcase_add_test(t, answers_for_scopes);
    tcase_add_test(t, shows_excerpts);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
