/* A guide from text, run in a directory of its own: for tests of exec/. */
#ifndef VB_TESTS_EXEC_GUIDE_H
#define VB_TESTS_EXEC_GUIDE_H

#include "base/io.h"
#include "exec/run.h"
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

typedef struct guide {
    vb_arena arena;
    vb_diags diags;
    char dir[64]; /* made by guide_init, removed by guide_release */
    const vb_plan *plan;
    vb_run_opts opts;
    vb_hooks hooks;
    vb_run_result result;
    vb_error err;
    bool ok;
} guide;

static inline void
guide_init(guide *g)
{
    *g = (guide){.opts = {.yes = true}};
    vb_arena_init(&g->arena);
    vb_diags_init(&g->diags, &g->arena);
    ck_assert(snprintf(g->dir, sizeof g->dir, "/tmp/vb-exec-XXXXXX") > 0);
    ck_assert_ptr_nonnull(mkdtemp(g->dir));
}

static inline void
guide_release(guide *g)
{
    ck_assert(vb_remove_tree(g->dir, &g->err));
    vb_arena_release(&g->arena);
}

static inline const char *
guide_path(guide *g, const char *name)
{
    return vb_str_fmt(&g->arena, "%s/%s", g->dir, name).ptr;
}

/* Reads 'text' as a guide, with an overlay that may be NULL. */
static inline void
guide_plan(guide *g, const char *text, const char *overlay)
{
    const char *path = guide_path(g, "guide.md");
    vb_plan_opts opts = {.overlay_path = NULL};
    const vb_doc *doc;

    ck_assert(vb_write_file(path, vb_str_c(text), 0644, &g->err));
    if (overlay)
        ck_assert(vb_write_file(guide_path(g, "guide.verbatim.yaml"),
                                vb_str_c(overlay), 0644, &g->err));
    doc = vb_doc_read(&g->arena, path, &(vb_doc_opts){.root = g->dir},
                      &g->diags, &g->err);
    ck_assert_ptr_nonnull(doc);
    g->plan = vb_plan_make(&g->arena, doc, &opts, &g->diags);
    ck_assert_ptr_nonnull(g->plan);
}

static inline void
guide_run(guide *g)
{
    if (!g->opts.out && !g->opts.resume)
        g->opts.out = guide_path(g, "run");
    g->ok = vb_run(g->plan, &g->opts, &g->hooks, &g->arena, &g->result,
                   &g->diags, &g->err);
}

/* The whole of a file below the guide's directory. */
static inline vb_str
guide_file(guide *g, const char *name)
{
    vb_str text = {0};

    if (!vb_read_file_arena(guide_path(g, name), 64 * 1024 * 1024, &g->arena,
                            &text, &g->err))
        return (vb_str){0};
    return text;
}

#define ck_ran(g)                                                              \
    ck_assert_msg(                                                             \
        (g)->ok, "%s / %.*s", (g)->err.message,                                \
        (g)->diags.list.len ? (int)(g)->diags.list.at[0].message.len : 0,      \
        (g)->diags.list.len ? (g)->diags.list.at[0].message.ptr : "")

#endif
