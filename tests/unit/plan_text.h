/* A plan from a text in memory, for the tests of plan/. */
#ifndef VB_TESTS_UNIT_PLAN_TEXT_H
#define VB_TESTS_UNIT_PLAN_TEXT_H

#include "base/arena.h"
#include "base/diag.h"
#include "doc/doc.h"
#include "plan/plan.h"
#include "unit.h"

typedef struct plan_text {
    vb_arena arena;
    vb_diags diags;
    vb_doc *doc;
    vb_plan *plan;
} plan_text;

/* 'provider' and 'with' may be NULL. */
static inline void
plan_text_init(plan_text *t, const char *text, const char *provider,
               const char *with)
{
    vb_str source = vb_str_c(text), id = vb_str_c(with);
    vb_doc_opts doc = {.text = &source, .root = "/nowhere"};
    vb_plan_opts opts = {
        .provider = vb_str_c(provider), .with = &id, .nwith = with ? 1 : 0};
    vb_error err = {0};

    vb_arena_init(&t->arena);
    vb_diags_init(&t->diags, &t->arena);
    t->doc = vb_doc_read(&t->arena, "guide.md", &doc, &t->diags, &err);
    ck_assert_msg(t->doc, "%s", err.message);
    t->plan = vb_plan_make(&t->arena, t->doc, &opts, &t->diags);
    ck_assert_ptr_nonnull(t->plan);
}

static inline void
plan_text_release(plan_text *t)
{
    vb_arena_release(&t->arena);
}

#endif
