/* Links that lead out of their documents, once all documents are read. */
#include "check/links.h"

#include "base/http.h"
#include "base/io.h"
#include "check/link_cache.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

enum {
    LINK_MS = 20 * 1000,
    RETRIES = 2,
    PAGE_MAX = 4 * 1024 * 1024, /* of a page whose anchors are wanted */
};

static const char *const ids[] = {
#define X(id) #id,
    VB_LINK_RULES(X)
#undef X
};

vb_link
vb_link_copy(vb_arena *arena, const vb_link *link)
{
    vb_link copy = *link;

    copy.target = vb_str_copy(arena, link->target);
    copy.anchor = vb_str_copy(arena, link->anchor);
    copy.excerpt = vb_str_copy(arena, link->excerpt);
    copy.loc.file = vb_str_dup(arena, vb_str_c(link->loc.file));
    return copy;
}

typedef struct after {
    const vb_check_opts *opts;
    vb_findings *findings;
} after;

static vb_finding *find(const after *a, const vb_link *link, vb_link_rule id,
                        const char *fmt, ...) VB_PRINTF(4, 5);

static vb_finding *
find(const after *a, const vb_link *link, vb_link_rule id, const char *fmt, ...)
{
    const vb_rule *rule = vb_rule_find(vb_str_c(ids[id]));
    vb_finding finding = {.rule = rule,
                          .severity = rule->severity,
                          .loc = link->loc,
                          .width = link->width,
                          .excerpt = link->excerpt};
    char text[VB_HTTP_URL_MAX + 512];
    va_list args;

    if (!vb_check_wants(a->opts, rule))
        return NULL;
    if (link->silent & (1U << id)) {
        a->findings->silenced++;
        return NULL;
    }
    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) < 0)
        text[0] = '\0';
    va_end(args);
    finding.message = vb_str_copy(a->findings->arena, vb_str_c(text));
    return vb_findings_add(a->findings, &finding);
}

/* ----------------------------------------------------- the other pages -- */

/* The anchors of one page; NULL when it cannot be read. */
static vb_map *
read_anchors(vb_arena *arena, vb_str path)
{
    vb_arena scratch = {0};
    vb_map found, *anchors = NULL;
    vb_diags diags;
    const vb_doc *doc;

    vb_diags_init(&diags, &scratch);
    doc = vb_doc_read(&scratch, vb_str_dup(&scratch, path), NULL, &diags, NULL);
    if (doc) {
        anchors = VB_NEW(arena, vb_map);
        vb_map_init(anchors, arena);
        vb_anchors_collect(&scratch, doc, &found);
        for (size_t i = 0; i < found.entries.len; i++)
            vb_map_add(anchors, vb_str_copy(arena, found.entries.at[i].key),
                       NULL);
    }
    vb_arena_release(&scratch);
    return anchors;
}

void
vb_links_pages(const vb_links *links, const vb_check_opts *opts,
               vb_findings *findings)
{
    after a = {opts, findings};
    vb_arena scratch = {0};
    vb_map pages;

    vb_map_init(&pages, &scratch);
    for (size_t i = 0; i < links->list.len; i++) {
        const vb_link *link = &links->list.at[i];
        vb_map_entry *page;
        bool added;

        if (link->remote)
            continue;
        page =
            vb_map_add(&pages, vb_path_clean(&scratch, link->target), &added);
        if (added)
            page->ptr = read_anchors(&scratch, link->target);
        if (page->ptr && !vb_anchors_have(&scratch, page->ptr, link->anchor))
            find(&a, link, VB_LINK_L002,
                 "no heading of '%.*s' makes the anchor '#%.*s'",
                 VB_ARG(vb_path_base(link->target)), VB_ARG(link->anchor));
    }
    vb_arena_release(&scratch);
}

/* --------------------------------------------------------- the network -- */

/* One address and all places that link to it. */
typedef struct remote {
    const char *url;
    VB_VEC(size_t) uses; /* indices into the links */
    bool anchors;        /* some of them want a part of the page */
    vb_buf body;
    vb_http_answer answer;
} remote;

typedef struct remotes {
    after a;
    const vb_links *links;
    vb_link_cache *cache;
    vb_arena arena;
    vb_map seen; /* address -> remote */
    VB_VEC(remote *) list;
    bool *missing; /* of each link: the page has no such anchor */
} remotes;

/* '#L10' of a source view, '#/route' and '#!...' of a program in the browser,
 * '#:~:text=' of a search: nothing that stands in the page. */
static bool
is_heading_anchor(const vb_link *link)
{
    vb_str a = link->anchor;

    return a.len && !vb_str_starts(a, "/") && !vb_str_starts(a, "!") &&
           !vb_str_starts(a, ":~:") && vb_str_chr(a, '=') == VB_NPOS &&
           !(a.ptr[0] == 'L' && a.len > 1 && vb_is_digit(a.ptr[1]));
}

static void
collect(remotes *r)
{
    vb_map_init(&r->seen, &r->arena);
    r->missing = VB_NEW_N(&r->arena, bool, r->links->list.len);
    for (size_t i = 0; i < r->links->list.len; i++) {
        const vb_link *link = &r->links->list.at[i];
        vb_map_entry *entry;
        remote *one;

        if (!link->remote || vb_link_cache_knows(r->cache, link))
            continue;
        entry = vb_map_add(&r->seen, link->target, NULL);
        one = entry->ptr;
        if (!one) {
            one = entry->ptr = VB_NEW(&r->arena, remote);
            one->url = link->target.ptr;
            vb_buf_init(&one->body, PAGE_MAX);
            vb_vec_push(&r->arena, &r->list, one);
        }
        vb_vec_push(&r->arena, &one->uses, i);
        one->anchors = one->anchors || is_heading_anchor(link);
    }
}

/* As soon as a page is there its anchors are looked up and it is dropped, so
 * that no more pages are in memory than are being asked for. */
static void
on_answer(vb_http_job *job, void *user)
{
    remotes *r = user;
    remote *one = job->user;
    vb_arena scratch = {0};
    vb_map anchors;

    if (one->anchors && one->answer.fault == VB_HTTP_OK &&
        one->answer.status < 300 &&
        vb_str_istarts(vb_str_c(one->answer.type), "text/html")) {
        vb_anchors_html(&scratch, vb_buf_view(&one->body), &anchors);
        for (size_t i = 0; i < one->uses.len; i++) {
            const vb_link *link = &r->links->list.at[one->uses.at[i]];

            r->missing[one->uses.at[i]] =
                is_heading_anchor(link) &&
                !vb_anchors_have(&scratch, &anchors, link->anchor);
        }
    }
    vb_arena_release(&scratch);
    vb_buf_release(&one->body);
}

static void
report_moved(const after *a, const vb_link *link, const char *to)
{
    vb_finding *f = find(a, link, VB_LINK_L011, "'%.*s' has moved for good",
                         VB_ARG(link->target));

    if (!f)
        return;
    f->hint = vb_str_fmt(a->findings->arena, "it is at '%s' now", to);
    if (link->width && !vb_str_has(vb_str_c(to), " ") &&
        !vb_str_has(vb_str_c(to), ")"))
        f->fix =
            (vb_fix){true,          link->loc.file, link->loc.line,
                     link->loc.col, link->width,    vb_str_from(f->hint, 10)};
    if (f->fix.present) /* the address within the hint */
        f->fix.text.len = vb_str_c(to).len;
}

static vb_link_rule
rule_of_fault(vb_http_fault fault)
{
    switch (fault) {
    case VB_HTTP_LOOP:
        return VB_LINK_L013;
    case VB_HTTP_TLS:
        return VB_LINK_L014;
    case VB_HTTP_RESOLVE:
        return VB_LINK_L010;
    default:
        return VB_LINK_L012;
    }
}

static void
report(const remotes *r, const remote *one, size_t use)
{
    const vb_http_answer *answer = &one->answer;
    const vb_link *link = &r->links->list.at[use];
    const after *a = &r->a;

    if (answer->fault == VB_HTTP_PRIVATE)
        find(a, link, VB_LINK_L012,
             "'%s' is no public address; it is not asked", one->url);
    else if (answer->fault != VB_HTTP_OK && answer->fault != VB_HTTP_TOO_LARGE)
        find(a, link, rule_of_fault(answer->fault), "'%s': %s", one->url,
             answer->why);
    else if (answer->status == 404 || answer->status == 410)
        find(a, link, VB_LINK_L010, "'%s' is gone: status %ld", one->url,
             answer->status);
    else if (answer->status >= 400)
        find(a, link, VB_LINK_L012, "'%s' answers with status %ld", one->url,
             answer->status);
    else if (r->missing[use])
        find(a, link, VB_LINK_L015, "'%s' has no part '#%.*s'", one->url,
             VB_ARG(link->anchor));
    else if (answer->redirects && answer->moved)
        report_moved(a, link, answer->url);
    else
        vb_link_cache_keep(r->cache, link);
}

static bool
ask(remotes *r, vb_error *err)
{
    vb_http_many many = {.each = {.timeout_ms = LINK_MS,
                                  .max_bytes = PAGE_MAX,
                                  .retries = RETRIES,
                                  .allow_private = r->a.opts->allow_private},
                         .done = on_answer,
                         .user = r};
    vb_http_job *jobs = VB_NEW_N(&r->arena, vb_http_job, r->list.len);

    for (size_t i = 0; i < r->list.len; i++) {
        remote *one = r->list.at[i];

        jobs[i] = (vb_http_job){.url = one->url,
                                .body = one->anchors ? &one->body : NULL,
                                .user = one,
                                .answer = &one->answer};
    }
    return vb_http_multi(jobs, r->list.len, &many, err);
}

bool
vb_links_network(const vb_links *links, const vb_check_opts *opts,
                 vb_findings *findings, vb_error *err)
{
    remotes r = {.a = {opts, findings}, .links = links};
    bool ok = true;

    r.cache = vb_link_cache_open(&r.arena, opts->link_cache, err);
    if (!r.cache) {
        vb_arena_release(&r.arena);
        return false;
    }
    collect(&r);
    if (r.list.len)
        ok = ask(&r, err);
    for (size_t i = 0; ok && i < r.list.len; i++)
        for (size_t k = 0; k < r.list.at[i]->uses.len; k++)
            report(&r, r.list.at[i], r.list.at[i]->uses.at[k]);
    ok = ok && vb_link_cache_save(r.cache, err);
    vb_arena_release(&r.arena);
    return ok;
}
