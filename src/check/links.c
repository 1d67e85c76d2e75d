/* Links and images: what they point at is there. */
#include "check/check.h"

#include "base/http.h"
#include "base/io.h"
#include "base/text.h"

#include <stdlib.h>

#include "base/banned.h"

enum { LINK_MS = 20 * 1000 };

static const vb_rule rules[] = {
    {"L001", VB_ERROR, "a relative link leads to a file that is there",
     "The reader lands on an error page, and the step that the link explains "
     "stays unexplained.",
     "See [the other page](./no-such-page.md).\n",
     "See [the first section](#top-of-page).\n\n# Top of page\n"},
    {"L002", VB_WARNING, "a link into a page leads to a heading of it",
     "The browser stays at the top of the page; the reader looks for a "
     "section that has another name now.",
     "# Set-up\n\nSee [below](#instalation).\n\n## Installation\n",
     "# Set-up\n\nSee [below](#installation).\n\n## Installation\n"},
    {"L010", VB_ERROR, "a link into the network is answered",
     "The page that the guide relies on is gone.", NULL, NULL},
    {"L011", VB_WARNING, "a link goes where its page lives now",
     "The page has moved for good; one day the redirection goes away.", NULL,
     NULL},
    {"L012", VB_WARNING, "a link into the network can be checked",
     "The server could not be reached, or answered with a fault of its own.",
     NULL, NULL},
};

const vb_rule_family vb_rules_links = {
    "links", "links and images lead somewhere", rules, VB_COUNT(rules)};

static bool
is_remote(vb_str url)
{
    return vb_str_istarts(url, "http://") || vb_str_istarts(url, "https://");
}

/* "mailto:", "tel:", "//host": nothing that stands in the repository. */
static bool
has_scheme(vb_str url)
{
    size_t n = 0;

    if (vb_str_starts(url, "//"))
        return true;
    while (n < url.len && (vb_is_alnum(url.ptr[n]) || url.ptr[n] == '+' ||
                           url.ptr[n] == '-' || url.ptr[n] == '.'))
        n++;
    return n > 1 && n < url.len && url.ptr[n] == ':';
}

/* "My heading" -> "my-heading", as the common renderers make anchors. */
static vb_str
anchor_of(vb_arena *arena, vb_str heading)
{
    vb_buf out;
    vb_str result;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < heading.len; i++) {
        char c = heading.ptr[i];

        if (vb_is_word(c) || c == '-' || (unsigned char)c >= 0x80)
            vb_buf_ch(&out, vb_lower(c));
        else if (c == ' ')
            vb_buf_ch(&out, '-');
    }
    result = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

static void
collect_anchors(vb_arena *arena, const vb_doc *doc, vb_map *anchors)
{
    vb_map_init(anchors, arena);
    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *block = &doc->blocks.at[i];
        vb_str rest;
        size_t at;

        if (block->kind == VB_BLOCK_HEADING) {
            vb_map_add(anchors, anchor_of(arena, block->text), NULL);
            /* "Title {#own-id}" */
            at = vb_str_find(block->text, VB_STR("{#"));
            if (at != VB_NPOS) {
                rest = vb_str_from(block->text, at + 2);
                vb_map_add(anchors, vb_str_sub(rest, 0, vb_str_chr(rest, '}')),
                           NULL);
            }
        }
    }
    /* id="..." and name="..." in raw HTML, wherever it stands. */
    for (size_t s = 0; s < doc->sources.len; s++) {
        vb_str rest = doc->sources.at[s]->text;

        for (;;) {
            size_t id = vb_str_find(rest, VB_STR("id=\""));
            size_t name = vb_str_find(rest, VB_STR("name=\""));
            size_t at = id < name ? id + 4 : name + 6;

            if (id == VB_NPOS && name == VB_NPOS)
                break;
            rest = vb_str_from(rest, at);
            vb_map_add(anchors, vb_str_sub(rest, 0, vb_str_chr(rest, '"')),
                       NULL);
        }
    }
}

/* Does a relative target exist? Site generators leave extensions out and put
 * pages into folders. */
static bool
target_exists(vb_arena *arena, vb_str dir, vb_str target)
{
    static const char *const endings[] = {
        "", ".md", ".mdx", "/index.md", "/README.md", "/_index.md"};
    vb_str path;

    while (vb_str_ends(target, "/"))
        target.len--;
    path = vb_path_join(arena, dir, target);
    if (vb_str_ends(path, ".html"))
        path = vb_str_fmt(arena, "%.*s.md", (int)(path.len - 5), path.ptr);
    for (size_t i = 0; i < VB_COUNT(endings); i++)
        if (vb_exists(
                vb_str_fmt(arena, "%.*s%s", VB_ARG(path), endings[i]).ptr))
            return true;
    return false;
}

typedef struct linker {
    vb_checker *checker;
    vb_map anchors;
    const char *root; /* real path of the document's root */
} linker;

/* A relative target below the root? What leads out of it is not ours to look
 * at. */
static bool
inside_root(const linker *l, vb_str dir, vb_str target)
{
    vb_arena *arena = l->checker->arena;
    vb_str path = vb_path_clean(arena, vb_path_join(arena, dir, target));
    vb_str parent = vb_path_dir(path);
    char *real = realpath(vb_str_dup(arena, parent), NULL);
    vb_str root = vb_str_c(l->root), have;
    bool inside;

    if (!real)
        return true; /* it is not there at all: the caller says so */
    have = vb_str_copy(arena, vb_str_c(real));
    vb_heap_free(real);
    inside = vb_str_starts(have, l->root) &&
             (have.len == root.len || have.ptr[root.len] == '/');
    return inside;
}

static void
check_local(linker *l, const vb_block *block, const vb_inline *span)
{
    const vb_doc *doc = l->checker->doc->doc;
    const vb_source *source = doc->sources.at[block->source];
    vb_arena *arena = l->checker->arena;
    vb_str url = span->url, path, anchor = {0};
    size_t hash = vb_str_chr(url, '#'), query;
    vb_str dir = vb_path_dir(vb_str_c(source->path));
    vb_finding *f;

    if (url.len == 0 || is_remote(url) || has_scheme(url) ||
        vb_str_has(url, "{{") || vb_str_has(url, "$") ||
        vb_str_starts(url, "/") || vb_str_starts(url, "@") ||
        vb_str_starts(url, "<"))
        return;
    path = hash == VB_NPOS ? url : vb_str_sub(url, 0, hash);
    if (hash != VB_NPOS)
        anchor = vb_str_from(url, hash + 1);
    query = vb_str_chr(path, '?');
    path = vb_str_sub(path, 0, query);
    if (path.len == 0) {
        if (anchor.len && !vb_map_find(&l->anchors, anchor) &&
            !vb_map_find(&l->anchors, anchor_of(arena, anchor)))
            vb_find(l->checker, "L002", NULL, span->loc,
                    "no heading of this page makes the anchor '#%.*s'",
                    VB_ARG(anchor));
        return;
    }
    if (!inside_root(l, dir, path) || target_exists(arena, dir, path))
        return;
    f = vb_find(l->checker, "L001", NULL, span->loc, "'%.*s' is not there",
                VB_ARG(path));
    f->width = (uint32_t)url.len;
}

void
vb_check_local_links(vb_checker *checker)
{
    const vb_doc *doc = checker->doc->doc;
    linker l = {.checker = checker};
    char *root = realpath(vb_str_dup(checker->arena, doc->root), NULL);

    if (!root)
        return; /* a document without a place: standard input, a URL */
    l.root = vb_str_dup(checker->arena, vb_str_c(root));
    vb_heap_free(root);
    collect_anchors(checker->arena, doc, &l.anchors);
    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *block = &doc->blocks.at[i];

        for (size_t k = 0; k < block->spans.len; k++) {
            const vb_inline *span = &block->spans.at[k];

            if (span->kind == VB_SPAN_LINK || span->kind == VB_SPAN_IMAGE)
                check_local(&l, block, span);
        }
    }
}

/* One address and the first place of each document that has it. */
typedef struct remote {
    const char *url;
    VB_VEC(size_t) docs;
    VB_VEC(vb_loc) places;
} remote;

typedef struct remotes {
    vb_arena *arena;
    vb_map seen; /* address without anchor -> index */
    VB_VEC(remote) list;
} remotes;

static void
collect_remote(remotes *r, size_t index, const vb_doc *doc)
{
    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *block = &doc->blocks.at[i];

        for (size_t k = 0; k < block->spans.len; k++) {
            const vb_inline *span = &block->spans.at[k];
            vb_str url = span->url;
            vb_map_entry *entry;
            remote *one;
            bool added;

            if ((span->kind != VB_SPAN_LINK && span->kind != VB_SPAN_IMAGE) ||
                !is_remote(url) || vb_str_has(url, "$") ||
                vb_str_has(url, "{{"))
                continue;
            url =
                vb_str_copy(r->arena, vb_str_sub(url, 0, vb_str_chr(url, '#')));
            entry = vb_map_add(&r->seen, url, &added);
            if (added) {
                entry->num = r->list.len;
                vb_vec_push(r->arena, &r->list, (remote){.url = url.ptr});
            }
            one = &r->list.at[entry->num];
            if (one->docs.len && one->docs.at[one->docs.len - 1] == index)
                continue;
            vb_vec_push(r->arena, &one->docs, index);
            vb_vec_push(r->arena, &one->places, span->loc);
        }
    }
}

static void
report_answer(vb_checker *checker, vb_loc place, const char *url,
              const vb_http_answer *answer)
{
    vb_finding *f;

    if (answer->fault == VB_HTTP_PRIVATE) {
        vb_find(checker, "L012", NULL, place,
                "'%s' is no public address; it is not asked", url);
    } else if (answer->fault != VB_HTTP_OK) {
        vb_find(checker,
                answer->fault == VB_HTTP_LOOP || answer->fault == VB_HTTP_TLS ||
                        answer->fault == VB_HTTP_RESOLVE
                    ? "L010"
                    : "L012",
                NULL, place, "'%s': %s", url, answer->why);
    } else if (answer->status == 404 || answer->status == 410) {
        vb_find(checker, "L010", NULL, place, "'%s' is gone: status %ld", url,
                answer->status);
    } else if (answer->status >= 400) {
        vb_find(checker, "L012", NULL, place, "'%s' answers with status %ld",
                url, answer->status);
    } else if (answer->redirects && answer->moved) {
        f = vb_find(checker, "L011", NULL, place, "'%s' has moved for good",
                    url);
        f->hint = vb_str_fmt(checker->arena, "it is at '%s' now", answer->url);
    }
}

bool
vb_check_remote_links(vb_arena *arena, const vb_check_doc *docs, size_t ndocs,
                      const vb_check_opts *opts, vb_findings *findings,
                      vb_error *err)
{
    remotes r = {.arena = arena};
    vb_http_many many = {.each = {.timeout_ms = LINK_MS,
                                  .retries = 2,
                                  .allow_private = opts->allow_private}};
    vb_http_job *jobs;
    vb_http_answer *answers;

    vb_map_init(&r.seen, arena);
    for (size_t i = 0; i < ndocs; i++)
        collect_remote(&r, i, docs[i].doc);
    if (r.list.len == 0)
        return true;
    jobs = VB_NEW_N(arena, vb_http_job, r.list.len);
    answers = VB_NEW_N(arena, vb_http_answer, r.list.len);
    for (size_t i = 0; i < r.list.len; i++)
        jobs[i] = (vb_http_job){.url = r.list.at[i].url, .answer = &answers[i]};
    if (!vb_http_multi(jobs, r.list.len, &many, err))
        return false;
    for (size_t i = 0; i < r.list.len; i++) {
        const remote *one = &r.list.at[i];

        for (size_t k = 0; k < one->docs.len; k++) {
            vb_checker checker = {arena, &docs[one->docs.at[k]], opts,
                                  findings};
            size_t from = findings->list.len;

            report_answer(&checker, one->places.at[k], one->url, &answers[i]);
            vb_find_complete(&checker, from);
        }
    }
    return true;
}
