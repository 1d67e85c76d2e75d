/* Links and images: what they point at is there. */
#include "check/links.h"

#include "base/io.h"

#include <stdlib.h>

#include "base/banned.h"

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
    {"L013", VB_ERROR, "a link's redirections come to an end",
     "The browser gives up: each page sends the reader to the next.", NULL,
     NULL},
    {"L014", VB_ERROR, "a link's server proves who it is",
     "The browser shows a warning instead of the page, and a download in a "
     "script fails.",
     NULL, NULL},
    {"L015", VB_WARNING,
     "a link into a page of the network leads to a part "
     "of it",
     "The browser stays at the top of the page; the reader looks for a "
     "section that has another name now.",
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

/* Does a relative target exist? Site generators leave extensions out and put
 * pages into folders. */
static vb_str
find_target(vb_arena *arena, vb_str dir, vb_str target)
{
    static const char *const endings[] = {
        "", ".md", ".mdx", "/index.md", "/README.md", "/_index.md"};
    vb_str path, found;

    while (vb_str_ends(target, "/"))
        target.len--;
    path = vb_path_join(arena, dir, target);
    if (vb_str_ends(path, ".html") && !vb_exists(path.ptr))
        path = vb_str_fmt(arena, "%.*s.md", (int)(path.len - 5), path.ptr);
    for (size_t i = 0; i < VB_COUNT(endings); i++) {
        found = vb_str_fmt(arena, "%.*s%s", VB_ARG(path), endings[i]);
        if (vb_exists(found.ptr))
            return found;
    }
    return (vb_str){0};
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

/* Where the link's target stands as it is written, which need not be in the
 * line where its markup starts. */
static void
locate(const vb_source *source, const vb_inline *span, vb_link *link)
{
    vb_str line = vb_source_line(source, span->loc.line);
    size_t from = span->loc.col ? span->loc.col - 1 : 0;
    size_t at = vb_str_find(vb_str_from(line, from), link->target);

    link->loc = span->loc;
    link->excerpt = line;
    if (at == VB_NPOS)
        return;
    link->loc.col = (uint32_t)(from + at) + 1;
    link->width = (uint32_t)link->target.len;
}

static void
collect(const linker *l, const vb_source *source, const vb_inline *span,
        vb_link link)
{
    static const char *const ids[] = {
#define X(id) #id,
        VB_LINK_RULES(X)
#undef X
    };
    vb_links *links = l->checker->links;

    if (!links)
        return;
    locate(source, span, &link);
    for (size_t i = 0; i < VB_COUNT(ids); i++)
        if (vb_find_silenced(l->checker, ids[i], link.loc))
            link.silent |= 1U << i;
    vb_vec_push(links->arena, &links->list, vb_link_copy(links->arena, &link));
}

/* Written by somebody's template or script: no link yet. */
static bool
is_unfinished(vb_str url)
{
    return vb_str_has(url, "{{") || vb_str_has(url, "$") ||
           vb_str_starts(url, "@") || vb_str_starts(url, "<");
}

static void
check_page(linker *l, const vb_source *source, const vb_inline *span,
           vb_link link)
{
    vb_arena *arena = l->checker->arena;
    vb_str dir = vb_path_dir(vb_str_c(source->path));
    vb_str path = vb_str_sub(link.target, 0, vb_str_chr(link.target, '?'));
    vb_finding *f;

    if (!inside_root(l, dir, path))
        return;
    link.target = find_target(arena, dir, path);
    if (link.target.len == 0) {
        f = vb_find(l->checker, "L001", NULL, span->loc, "'%.*s' is not there",
                    VB_ARG(path));
        f->width = (uint32_t)span->url.len;
    } else if (link.anchor.len && (vb_str_ends(link.target, ".md") ||
                                   vb_str_ends(link.target, ".mdx"))) {
        collect(l, source, span, link);
    }
}

static void
check_link(linker *l, const vb_block *block, const vb_inline *span)
{
    const vb_doc *doc = l->checker->doc->doc;
    const vb_source *source = doc->sources.at[block->source];
    size_t hash = vb_str_chr(span->url, '#');
    vb_link link = {.target = vb_str_sub(span->url, 0, hash),
                    .remote = is_remote(span->url)};

    if (hash != VB_NPOS)
        link.anchor = vb_str_from(span->url, hash + 1);
    if (span->url.len == 0 || is_unfinished(span->url))
        return;
    if (link.remote)
        collect(l, source, span, link);
    else if (has_scheme(span->url) || vb_str_starts(span->url, "/") || !l->root)
        return;
    else if (link.target.len)
        check_page(l, source, span, link);
    else if (link.anchor.len &&
             !vb_anchors_have(l->checker->arena, &l->anchors, link.anchor))
        vb_find(l->checker, "L002", NULL, span->loc,
                "no heading of this page makes the anchor '#%.*s'",
                VB_ARG(link.anchor));
}

void
vb_check_local_links(vb_checker *checker)
{
    const vb_doc *doc = checker->doc->doc;
    linker l = {.checker = checker};
    char *root = realpath(vb_str_dup(checker->arena, doc->root), NULL);

    /* No root: a document without a place, standard input or a URL. */
    if (root)
        l.root = vb_str_dup(checker->arena, vb_str_c(root));
    vb_heap_free(root);
    vb_anchors_collect(checker->arena, doc, &l.anchors);
    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *block = &doc->blocks.at[i];

        for (size_t k = 0; k < block->spans.len; k++) {
            const vb_inline *span = &block->spans.at[k];

            if (span->kind == VB_SPAN_LINK || span->kind == VB_SPAN_IMAGE)
                check_link(&l, block, span);
        }
    }
}
