/* Labels, providers, attributes, tags and shortcodes: the small readers. */
#include "unit.h"

#include "base/arena.h"
#include "doc/attrs.h"
#include "doc/labels.h"
#include "doc/platform_names.h"
#include "doc/provider_names.h"

#include <string.h>

static const struct {
    const char *text;
    const char *named, *in, *only;
} providers[] = {
    {"gcp", "gcp", "gcp", "gcp"},
    {"GKE", "gcp", "gcp", "gcp"},
    {"Google Cloud Platform", "gcp", "gcp", "gcp"},
    {"Google Cloud (GKE)", NULL, "gcp", "gcp"},
    {"Amazon EKS", "aws", "aws", "aws"},
    {"on AWS", NULL, "aws", "aws"},
    {"Azure Kubernetes Service", "azure", "azure", "azure"},
    {"Create a GKE cluster", NULL, "gcp", NULL},
    {"AWS and Azure", NULL, NULL, NULL},
    {"laws of thermodynamics", NULL, NULL, NULL},
    {"awsome", NULL, NULL, NULL},
    {"minikube", NULL, NULL, NULL},
    {"IBM Cloud", "ibm", "ibm", "ibm"},
    {"EKS Anywhere", NULL, "aws", NULL},
    {"", NULL, NULL, NULL},
};

static void
same(const char *got, const char *want, const char *text)
{
    ck_assert_msg((got == NULL) == (want == NULL) &&
                      (!got || strcmp(got, want) == 0),
                  "'%s': got %s, want %s", text, got ? got : "none",
                  want ? want : "none");
}

START_TEST(provider)
{
    vb_str text = vb_str_c(providers[_i].text);

    same(vb_provider_named(text), providers[_i].named, providers[_i].text);
    same(vb_provider_in(text), providers[_i].in, providers[_i].text);
    same(vb_provider_only(text), providers[_i].only, providers[_i].text);
}
END_TEST

START_TEST(platform)
{
    vb_arena arena = {0};

    same(vb_platform_only(VB_STR("minikube")), "minikube", "minikube");
    same(vb_platform_only(VB_STR("Using kind")), "kind", "Using kind");
    same(vb_platform_only(VB_STR("What kind of cluster")), NULL, "kind of");
    ck_assert(vb_str_eq(
        vb_provider_frame(&arena, VB_STR("Create the GKE cluster")),
        vb_provider_frame(&arena, VB_STR("Create an Amazon EKS cluster"))));
    ck_assert(!vb_str_eq(vb_provider_frame(&arena, VB_STR("Delete GKE")),
                         vb_provider_frame(&arena, VB_STR("Create EKS"))));
    vb_arena_release(&arena);
}
END_TEST

static const struct {
    const char *text;
    bool file;
} files[] = {
    {"values.yaml", true},
    {"src/app.py", true},
    {"Dockerfile", true},
    {".env", true},
    {"main.tf", true},
    {"Node.js", false},
    {"v1.2", false},
    {"1.2.3", false},
    {"apps.emqx.io", false},
    {"Linux", false},
    {"see a.yaml", false},
    {"example.com", false},
    {"apps/v1beta1.2", false},
    {"run.sh", true},
    {"a.", false},
    {"", false},
};

START_TEST(file_label)
{
    ck_assert_msg(vb_label_file(vb_str_c(files[_i].text)) == files[_i].file,
                  "'%s'", files[_i].text);
}
END_TEST

START_TEST(shown_together)
{
    const vb_str both[] = {VB_STR("Command"), VB_STR("Output")};
    const vb_str two[] = {VB_STR("a.yaml"), VB_STR("b.yaml")};
    const vb_str forms[] = {VB_STR("a.yaml"), VB_STR("a.json")};
    const vb_str twice[] = {VB_STR("a.yaml"), VB_STR("a.yaml")};
    const vb_str os[] = {VB_STR("Linux"), VB_STR("Output")};
    const vb_str shells[] = {VB_STR("Terminal"), VB_STR("Console")};

    ck_assert(vb_labels_all_shown(both, 2));
    ck_assert(vb_labels_all_shown(two, 2));
    ck_assert(!vb_labels_all_shown(forms, 2));
    ck_assert(vb_labels_all_shown(twice, 2));
    ck_assert(!vb_labels_all_shown(os, 2));
    ck_assert(!vb_labels_all_shown(shells, 2));
    ck_assert(!vb_labels_all_shown(os, 0));
}
END_TEST

static const struct {
    const char *attrs, *name, *value;
} attrs[] = {
    {"a=\"x y\" b='z'", "b", "z"},
    {"label={\"Mac OS\"} v", "label", "Mac OS"},
    {"items={['a', 'b']}", "items", "['a', 'b']"},
    {"a = \"1\"", "a", "1"},
    {"title=plain rest", "title", "plain"},
    {"bash linenums=\"1\" title=\"x.sh\"", "title", "x.sh"},
    {"a=\"\\\"q\\\"\" b=2", "b", "2"},
    {"a=\"unclosed", "a", "unclosed"},
    {"a={unclosed", "a", "unclosed"},
    {"{.bash title='t'}", "title", ""},
    {"TITLE=up", "title", "up"},
    {"", "x", ""},
};

START_TEST(attribute)
{
    vb_str got = vb_attr_get(vb_str_c(attrs[_i].attrs), attrs[_i].name);

    ck_assert_vbstr(got, attrs[_i].value);
}
END_TEST

START_TEST(words)
{
    vb_str args = VB_STR("bash \"two words\" n=1 last");

    ck_assert_vbstr(vb_attr_word(args, 0), "bash");
    ck_assert_vbstr(vb_attr_word(args, 1), "two words");
    ck_assert_vbstr(vb_attr_word(args, 2), "last");
    ck_assert_uint_eq(vb_attr_word(args, 3).len, 0);
}
END_TEST

static const struct {
    const char *text, *name, *attrs;
    size_t len; /* 0: no tag */
    bool close, self;
} tags[] = {
    {"<div slot=\"gcp\">x", "div", "slot=\"gcp\"", 16, false, false},
    {"</Tabs> x", "Tabs", "", 7, true, false},
    {"<X />", "X", "", 5, false, true},
    {"<A b={x > 1} c='>'>", "A", "b={x > 1} c='>'", 19, false, false},
    {"<Tabs.Tab>", "Tabs.Tab", "", 10, false, false},
    {"<svelte:fragment slot=a>", "svelte:fragment", "slot=a", 24, false, false},
    {"<YOUR_NAME>", NULL, NULL, 0, false, false},
    {"<a <b>", NULL, NULL, 0, false, false},
    {"<1>", NULL, NULL, 0, false, false},
    {"< a>", NULL, NULL, 0, false, false},
    {"<a href=\"x", NULL, NULL, 0, false, false},
};

START_TEST(tag)
{
    vb_tag t;
    bool ok = vb_tag_read(vb_str_c(tags[_i].text), &t);

    ck_assert_msg(ok == (tags[_i].len > 0), "'%s'", tags[_i].text);
    if (!ok)
        return;
    ck_assert_vbstr(t.name, tags[_i].name);
    ck_assert_vbstr(t.attrs, tags[_i].attrs);
    ck_assert_uint_eq(t.len, tags[_i].len);
    ck_assert_int_eq(t.close, tags[_i].close);
    ck_assert_int_eq(t.self, tags[_i].self);
}
END_TEST

static const struct {
    const char *text, *name, *args;
    char bracket; /* 0: none */
    bool close, self;
} codes[] = {
    {"{{< tab name=\"a\" >}}", "tab", "name=\"a\"", '<', false, false},
    {"{{% /tab %}}", "tab", "", '%', true, false},
    {"{{</tabs>}}", "tabs", "", '<', true, false},
    {"{{% tab header=\"x\" /%}}", "tab", "header=\"x\"", '%', false, true},
    {"{% tab title=\"a %} b\" %}", "tab", "title=\"a %} b\"", '{', false,
     false},
    {"{{#include x.md}}", "include", "x.md", '#', false, false},
    {"{{< a \"unbalanced >}}", "a", "\"unbalanced", '<', false, false},
    {"{{ .Values.x }}", NULL, NULL, 0, false, false},
    {"{{< >}}", NULL, NULL, 0, false, false},
    {"{{< open", NULL, NULL, 0, false, false},
};

START_TEST(shortcode)
{
    vb_shortcode sc;
    bool ok = vb_shortcode_read(vb_str_c(codes[_i].text), &sc);

    ck_assert_msg(ok == (codes[_i].bracket != 0), "'%s'", codes[_i].text);
    if (!ok)
        return;
    ck_assert_vbstr(sc.name, codes[_i].name);
    ck_assert_vbstr(sc.args, codes[_i].args);
    ck_assert_int_eq(sc.bracket, codes[_i].bracket);
    ck_assert_int_eq(sc.close, codes[_i].close);
    ck_assert_int_eq(sc.self, codes[_i].self);
    ck_assert_uint_eq(sc.len, strlen(codes[_i].text));
}
END_TEST

START_TEST(labels)
{
    vb_arena arena = {0};

    ck_assert_vbstr(vb_label_clean(&arena, VB_STR(" **Google  Cloud** ")),
                    "Google Cloud");
    ck_assert_vbstr(vb_label_clean(&arena, VB_STR("\"`a.yaml`\"")), "a.yaml");
    ck_assert_vbstr(vb_label_clean(&arena, VB_STR("a\\_b")), "a_b");
    ck_assert_vbstr(vb_label_clean(&arena, VB_STR("")), "");
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("doc_names");
    TCase *t = tcase_create("names");

    tcase_add_loop_test(t, provider, 0, VB_COUNT(providers));
    tcase_add_test(t, platform);
    tcase_add_loop_test(t, file_label, 0, VB_COUNT(files));
    tcase_add_test(t, shown_together);
    tcase_add_loop_test(t, attribute, 0, VB_COUNT(attrs));
    tcase_add_test(t, words);
    tcase_add_loop_test(t, tag, 0, VB_COUNT(tags));
    tcase_add_loop_test(t, shortcode, 0, VB_COUNT(codes));
    tcase_add_test(t, labels);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
