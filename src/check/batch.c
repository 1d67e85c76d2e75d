#include "check/batch.h"

#include "base/pool.h"
#include "doc/include.h"
#include "plan/overlay.h"

#include <sys/stat.h>

#include "base/banned.h"

/* What is left of a document once it was checked. */
typedef struct result {
    VB_VEC(vb_finding) findings;
    vb_links links;
    size_t silenced, dropped;
    vb_str unread; /* why it was not read; empty: it was */
} result;

typedef struct worker {
    vb_arena kept;    /* results */
    vb_arena scratch; /* one document */
    vb_map names;     /* of files, in 'kept' */
} worker;

typedef struct job {
    const vb_batch_opts *opts;
    vb_cache *included;
    result *results;
    worker workers[VB_POOL_MAX];
} job;

/* The paths through a document: one for each provider it offers. */
static bool
plan_paths(vb_arena *arena, const vb_doc *doc, const char *overlay,
           vb_diags *diags, vb_check_doc *out)
{
    VB_VEC(const vb_plan *) plans = {0};
    /* Of a document with a choice the first plan only says what is offered. */
    vb_plan_opts opts = {.overlay_path = overlay,
                         .unsealed = true,
                         .unlinked = doc->axes.len > 0};
    const vb_plan *first = vb_plan_make(arena, doc, &opts, diags);
    vb_diags again;

    if (!first)
        return false;
    opts.unlinked = false;
    vb_diags_init(&again, arena);
    if (first->providers.len == 0 && doc->axes.len)
        first = vb_plan_make(arena, doc, &opts, &again);
    if (first->providers.len == 0)
        vb_vec_push(arena, &plans, first);
    for (size_t i = 0; i < first->providers.len; i++) {
        const vb_plan *plan;

        /* What is wrong with the document as a whole has been said. */
        vb_diags_init(&again, arena);
        opts.provider = first->providers.at[i].name;
        plan = vb_plan_make(arena, doc, &opts, &again);
        if (plan)
            vb_vec_push(arena, &plans, plan);
    }
    out->plans = plans.at;
    out->nplans = plans.len;
    return true;
}

/* A symbolic link out of the document's root: what stands there is none of the
 * documents, and its lines would be shown in the findings. */
static bool
leads_out(const job *b, vb_arena *arena, const char *path)
{
    struct stat info;
    vb_str root, real;

    if (lstat(path, &info) != 0 || !S_ISLNK(info.st_mode))
        return false;
    root = vb_include_root(arena, path, b->opts->root);
    real = vb_include_real(arena, vb_str_c(path));
    return !(vb_str_starts(real, root.ptr) && real.len > root.len &&
             real.ptr[root.len] == '/');
}

/* Reads one document into 'out'; false when there is none, or no plan of it:
 * then the diagnostics say why, and 'err' in a sentence. */
static bool
read_document(const job *b, vb_str path, vb_arena *arena, vb_diags *diags,
              vb_check_doc *out, vb_error *err)
{
    vb_doc_opts opts = {.root = b->opts->root, .shared = b->included};

    const char *name = vb_str_dup(arena, path);
    const char *beside =
        b->opts->overlay ? b->opts->overlay : vb_overlay_beside(arena, name);

    if (leads_out(b, arena, name) || (beside && leads_out(b, arena, beside)))
        return vb_fail(err, "'%s' or its overlay leads out of the root", name);
    out->doc = vb_doc_read(arena, name, &opts, diags, err);
    if (!out->doc)
        return false;
    if (plan_paths(arena, out->doc, b->opts->overlay, diags, out))
        return true;
    out->doc = NULL;
    return vb_fail(err, "'%.*s' makes no plan", VB_ARG(path));
}

static void
keep(worker *w, const vb_findings *from, result *to)
{
    to->silenced = from->silenced;
    to->dropped = from->dropped;
    for (size_t i = 0; i < from->list.len; i++)
        vb_vec_push(&w->kept, &to->findings,
                    vb_finding_copy(&w->kept, &w->names, &from->list.at[i]));
}

static void
check_one(size_t item, unsigned number, void *user)
{
    job *b = user;
    worker *w = &b->workers[number];
    result *r = &b->results[item];
    vb_check_doc doc = {.links = &r->links};
    vb_findings findings;
    vb_diags diags;
    vb_error err = {.message = ""};

    r->links.arena = &w->kept;
    vb_diags_init(&diags, &w->scratch);
    vb_findings_init(&findings, &w->scratch);
    doc.diags = &diags;
    if (!read_document(b, b->opts->paths[item], &w->scratch, &diags, &doc,
                       &err))
        r->unread = vb_str_copy(&w->kept, vb_str_c(err.message));
    vb_check_document(&w->scratch, &doc, b->opts->check, &findings);
    keep(w, &findings, r);
    vb_arena_reset(&w->scratch);
}

/* In the documents' order, so that of two equal findings (in a chunk that both
 * include) the first one stays. */
static void
merge(const job *b, size_t count, vb_arena *arena, vb_batch *out)
{
    vb_map names;

    vb_map_init(&names, arena);
    for (size_t i = 0; i < count; i++) {
        const result *r = &b->results[i];

        out->findings.silenced += r->silenced;
        out->findings.dropped += r->dropped;
        for (size_t k = 0; k < r->findings.len; k++) {
            vb_finding copy =
                vb_finding_copy(arena, &names, &r->findings.at[k]);

            vb_findings_add(&out->findings, &copy);
        }
        for (size_t k = 0; k < r->links.list.len; k++)
            vb_vec_push(arena, &out->links.list,
                        vb_link_copy(arena, &r->links.list.at[k]));
        if (r->unread.len)
            vb_vec_push(arena, &out->unread, vb_str_copy(arena, r->unread));
    }
    out->documents = count - out->unread.len;
}

void
vb_batch_check(vb_arena *arena, const vb_batch_opts *opts, vb_batch *out)
{
    job *b = VB_NEW(arena, job);
    vb_pool_work work = {.count = opts->count,
                         .workers = opts->workers,
                         .work = check_one,
                         .user = b};

    *out = (vb_batch){.links = {.arena = arena}};
    vb_findings_init(&out->findings, arena);
    b->opts = opts;
    b->included = vb_cache_new();
    b->results = VB_NEW_N(arena, result, opts->count);
    for (unsigned i = 0; i < VB_POOL_MAX; i++)
        vb_map_init(&b->workers[i].names, &b->workers[i].kept);
    vb_pool_run(&work);
    merge(b, opts->count, arena, out);
    for (unsigned i = 0; i < VB_POOL_MAX; i++) {
        vb_arena_release(&b->workers[i].kept);
        vb_arena_release(&b->workers[i].scratch);
    }
    vb_cache_free(b->included);
    vb_links_pages(&out->links, opts->check, &out->findings);
    vb_findings_sort(&out->findings);
}

bool
vb_batch_network(const vb_batch_opts *opts, vb_batch *batch, vb_error *err)
{
    bool ok =
        vb_links_network(&batch->links, opts->check, &batch->findings, err);

    vb_findings_sort(&batch->findings);
    return ok;
}
