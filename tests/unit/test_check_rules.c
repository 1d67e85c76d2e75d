/* Each rule's own examples: the bad one breaks it, the good one does not. */
#include "check/check.h"
#include "check/programs.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

typedef struct result {
    vb_arena arena;
    vb_findings findings;
} result;

/* Checks 'text' along each provider's path, as the command does. */
static void
check_text(const char *text, const char *path, result *r)
{
    vb_str bytes = vb_str_c(text);
    vb_doc_opts doc_opts = {.text = &bytes};
    vb_check_opts check_opts = {0};
    vb_programs_opts asking = {.surfaces = "fixtures/scenarios"};
    vb_plan_opts plan_opts = {0};
    const vb_plan *plans[16];
    vb_check_doc doc = {.plans = plans};
    vb_diags diags, again;
    vb_error err;

    vb_arena_init(&r->arena);
    vb_findings_init(&r->findings, &r->arena);
    vb_diags_init(&diags, &r->arena);
    vb_diags_init(&again, &r->arena);
    doc.doc = vb_doc_read(&r->arena, path, &doc_opts, &diags, &err);
    if (doc.doc) {
        plans[0] = vb_plan_make(&r->arena, doc.doc, &plan_opts, &diags);
        ck_assert_ptr_nonnull(plans[0]);
        doc.nplans = 1;
        for (size_t i = 0; i < plans[0]->providers.len && i < 15; i++) {
            plan_opts.provider = plans[0]->providers.at[i].name;
            plans[i + 1] = vb_plan_make(&r->arena, doc.doc, &plan_opts, &again);
            doc.nplans = i + 2;
        }
        if (doc.nplans > 1) {
            doc.plans = plans + 1;
            doc.nplans--;
        }
    }
    doc.diags = &diags;
    ck_assert(vb_programs_open(&asking, &check_opts.programs, &err));
    if (doc.doc)
        vb_check_document(&r->arena, &doc, &check_opts, &r->findings);
    vb_programs_close(check_opts.programs);
}

static size_t
count(const result *r, const char *id)
{
    size_t n = 0;

    for (size_t i = 0; i < r->findings.list.len; i++)
        n += strcmp(r->findings.list.at[i].rule->id, id) == 0;
    return n;
}

static const vb_rule *
rule_number(int number)
{
    for (size_t f = 0; f < vb_rule_family_count; f++) {
        if ((size_t)number < vb_rule_families[f]->count)
            return &vb_rule_families[f]->rules[number];
        number -= (int)vb_rule_families[f]->count;
    }
    return NULL;
}

START_TEST(examples_hold)
{
    const vb_rule *rule = rule_number(_i);
    result r;

    if (!rule->bad)
        return;
    check_text(rule->bad, "guide.md", &r);
    ck_assert_msg(count(&r, rule->id) >= 1, "%s: the bad example is clean",
                  rule->id);
    vb_arena_release(&r.arena);
    if (!rule->good)
        return;
    check_text(rule->good, "guide.md", &r);
    ck_assert_msg(count(&r, rule->id) == 0, "%s: the good example breaks it",
                  rule->id);
    vb_arena_release(&r.arena);
}
END_TEST

START_TEST(rules_are_told_apart)
{
    const vb_rule *rule = rule_number(_i);

    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(rule_number(i)->id, rule->id);
    ck_assert_uint_eq(strlen(rule->id), 4);
    ck_assert_ptr_eq(vb_rule_find(vb_str_c(rule->id)), rule);
    ck_assert(!vb_str_ends(vb_str_c(rule->title), "."));
}
END_TEST

START_TEST(comments_silence)
{
    result r;

    check_text("<!-- verbatim: ignore V001 the reader's shell has it -->\n\n"
               "```bash\necho \"${ZONE}\"\n```\n",
               "guide.md", &r);
    ck_assert_uint_eq(count(&r, "V001"), 0);
    ck_assert_uint_eq(r.findings.silenced, 1);
    vb_arena_release(&r.arena);
    /* without a reason it does not count */
    check_text("<!-- verbatim: ignore V001 -->\n\n"
               "```bash\necho \"${ZONE}\"\n```\n",
               "guide.md", &r);
    ck_assert_uint_eq(count(&r, "V001"), 1);
    vb_arena_release(&r.arena);
}
END_TEST

START_TEST(findings_are_sorted_and_merged)
{
    result r;

    check_text("<Tabs>\n<TabItem value=\"gcp\" label=\"GCP\">\n\none\n\n"
               "</TabItem>\n<TabItem value=\"aws\" label=\"AWS\">\n\ntwo\n\n"
               "</TabItem>\n</Tabs>\n\n```bash\necho \"${B}\" \"${A}\"\n```\n",
               "guide.md", &r);
    vb_findings_sort(&r.findings);
    ck_assert_uint_eq(count(&r, "V001"), 2);
    for (size_t i = 1; i < r.findings.list.len; i++)
        ck_assert_uint_ge(r.findings.list.at[i].loc.line,
                          r.findings.list.at[i - 1].loc.line);
    /* on both paths: no provider is named */
    for (size_t i = 0; i < r.findings.list.len; i++)
        if (strcmp(r.findings.list.at[i].rule->id, "V001") == 0)
            ck_assert_uint_eq(r.findings.list.at[i].providers.len, 0);
    vb_arena_release(&r.arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("check rules");
    TCase *tc = tcase_create("rules");
    int rules = 0;

    while (rule_number(rules))
        rules++;
    tcase_add_loop_test(tc, examples_hold, 0, rules);
    tcase_add_loop_test(tc, rules_are_told_apart, 0, rules);
    tcase_add_test(tc, comments_silence);
    tcase_add_test(tc, findings_are_sorted_and_merged);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
