#include "cli/fetch.h"

#include "base/hash.h"
#include "base/http.h"
#include "base/io.h"

#include <string.h>

#include "base/banned.h"

enum { FETCH_MS = 30 * 1000, REDIRECTS = 5, ROUNDS = VB_INCLUDE_DEPTH_MAX };

bool
vb_is_url(vb_str text)
{
    return vb_str_istarts(text, "https://") || vb_str_istarts(text, "http://");
}

typedef struct fetcher {
    vb_arena *arena;
    bool allow_private;
    vb_str origin; /* "https://host:port" */
    vb_str mirror; /* folder of that origin */
    size_t count;
} fetcher;

/* The part of the URL behind the origin, without query and fragment, as a
 * path that stays in the mirror; empty when it cannot be one. */
static vb_str
path_of(vb_arena *arena, vb_str rest)
{
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i] == '?' || rest.ptr[i] == '#')
            rest = vb_str_sub(rest, 0, i);
    rest = vb_path_clean(arena, vb_str_from(rest, vb_str_starts(rest, "/")));
    if (vb_str_starts(rest, "..") || vb_str_starts(rest, "/") ||
        vb_str_eqc(rest, ".") || vb_str_chr(rest, '\0') != VB_NPOS)
        return (vb_str){0};
    return rest;
}

static bool
fetch_one(fetcher *f, vb_str url, vb_str path, vb_str *final, vb_error *err)
{
    vb_http_opts opts = {.max_bytes = VB_DOC_BYTES_MAX,
                         .timeout_ms = FETCH_MS,
                         .redirects = REDIRECTS,
                         .retries = 1,
                         .allow_private = f->allow_private};
    vb_http_answer *answer = VB_NEW(f->arena, vb_http_answer);
    vb_str file = vb_path_join(f->arena, f->mirror, path);
    vb_buf body;
    bool ok;

    vb_buf_init(&body, VB_DOC_BYTES_MAX);
    ok = vb_http_get(vb_str_dup(f->arena, url), &opts, &body, answer, err);
    *final = vb_str_c(answer->url);
    ok = ok && vb_mkdirs(vb_str_dup(f->arena, vb_path_dir(file)), 0755, err) &&
         vb_write_file(file.ptr, vb_buf_view(&body), 0644, err);
    vb_buf_release(&body);
    f->count++;
    return ok;
}

/* Fetches the gaps of the document as it is now; says whether any came. */
static bool
fetch_gaps(fetcher *f, const vb_doc *doc)
{
    bool any = false;

    for (size_t i = 0; i < doc->blocks.len && f->count < VB_INCLUDES_MAX; i++) {
        const vb_block *block = &doc->blocks.at[i];
        vb_str from, dir, path, final;

        if (block->kind != VB_BLOCK_GAP || vb_is_url(block->text))
            continue;
        from = vb_str_c(doc->sources.at[block->source]->path);
        if (!vb_str_starts(from, f->mirror.ptr))
            continue;
        dir = vb_path_dir(vb_str_from(from, f->mirror.len + 1));
        path = path_of(f->arena, vb_path_join(f->arena, dir, block->text));
        if (path.len == 0 ||
            vb_exists(vb_path_join(f->arena, f->mirror, path).ptr))
            continue;
        any |= fetch_one(
            f,
            vb_str_fmt(f->arena, "%.*s/%.*s", VB_ARG(f->origin), VB_ARG(path)),
            path, &final, NULL);
    }
    return any;
}

/* What the document includes, then what that includes, and so on. */
static bool
fetch_includes(fetcher *f, const vb_fetched *out, vb_error *err)
{
    for (int round = 0; round < ROUNDS; round++) {
        vb_arena scratch = {0};
        vb_doc_opts opts = {.root = out->root};
        const vb_doc *doc = vb_doc_read(&scratch, out->path, &opts, NULL, err);
        bool more = doc && fetch_gaps(f, doc);

        vb_arena_release(&scratch);
        if (!doc)
            return true; /* no text: whoever reads it says why */
        if (!more)
            break;
    }
    return true;
}

/* "https://host:port" of a URL; empty when it is none. */
static vb_str
origin_of(vb_str url)
{
    size_t at = vb_str_find(url, VB_STR("://"));
    size_t end = at == VB_NPOS ? VB_NPOS : at + 3;

    while (end < url.len && url.ptr[end] != '/' && url.ptr[end] != '?' &&
           url.ptr[end] != '#')
        end++;
    return end == VB_NPOS || end == at + 3 ? (vb_str){0}
                                           : vb_str_sub(url, 0, end);
}

/* A folder name for an origin: what could act in a path becomes '_'. */
static vb_str
mirror_of(vb_arena *arena, vb_str origin)
{
    char *name = vb_str_dup(
        arena, vb_str_from(origin, vb_str_find(origin, VB_STR("://")) + 3));

    for (char *c = name; *c; c++)
        if (!vb_is_alnum(*c) && *c != '.' && *c != '-')
            *c = '_';
    if (name[0] == '.')
        name[0] = '_';
    return vb_str_fmt(arena, ".verbatim/fetched/%s", name);
}

bool
vb_fetch_document(vb_arena *arena, vb_str url, bool allow_private,
                  vb_fetched *out, vb_error *err)
{
    fetcher f = {.arena = arena, .allow_private = allow_private};
    vb_str path, final = {0};

    f.origin = origin_of(url);
    if (f.origin.len == 0)
        return vb_fail(err, "'%.*s' is no URL of a document", VB_ARG(url));
    f.mirror = mirror_of(arena, f.origin);
    path = path_of(arena, vb_str_from(url, f.origin.len));
    if (path.len == 0)
        path = VB_STR("index.md");
    /* What an earlier fetch brought is not this document's. */
    if (!vb_remove_tree(f.mirror.ptr, err) ||
        !fetch_one(&f, url, path, &final, err))
        return false;
    /* After a redirect the includes stand beside the page's new address. */
    if (origin_of(final).len && vb_str_eq(origin_of(final), f.origin) == false)
        f.origin = vb_str_copy(arena, origin_of(final));
    out->path = vb_path_join(arena, f.mirror, path).ptr;
    out->root = f.mirror.ptr;
    return fetch_includes(&f, out, err);
}
