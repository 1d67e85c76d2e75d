#include "check/since.h"

#include "base/io.h"
#include "base/spawn.h"
#include "check/baseline.h"

#include <stdlib.h>

#include "base/banned.h"

enum { GIT_MS = 120 * 1000, GIT_OUTPUT = 64 * 1024 * 1024, WORDS = 16 };

typedef struct since {
    vb_arena *arena;
    const vb_batch_opts *opts;
    vb_str top;    /* real path of the working tree */
    vb_str commit; /* the revision that is compared with */
    const char *temp;
    vb_str tree;     /* TEMP/tree: the files of that revision */
    vb_map old_name; /* of renamed files, relative to the top */
    vb_map new_name;
} since;

/* Runs git in the working tree; what it prints, without the last line end. */
static bool
git(since *s, const char *const *words, vb_str *out, vb_error *err)
{
    const char *argv[WORDS] = {"git", "-C", s->top.len ? s->top.ptr : "."};
    vb_spawn_opts opts = {
        .argv = argv, .timeout_ms = GIT_MS, .max_output = GIT_OUTPUT};
    vb_spawned r;
    size_t n = 3;
    bool ok;

    while (*words && n + 1 < WORDS)
        argv[n++] = *words++;
    argv[n] = NULL;
    ok = vb_spawn(&opts, &r, err);
    if (ok && r.status != 0) {
        vb_str why = vb_str_trim(vb_buf_view(&r.err));

        ok = vb_fail(err, "git %s: %.*s", argv[3],
                     VB_ARG(r.timed_out ? VB_STR("it took too long") : why));
    } else if (ok && out) {
        *out = vb_str_copy(s->arena, vb_buf_view(&r.out));
        while (vb_str_ends(*out, "\n"))
            out->len--;
        vb_str_dup(s->arena, *out);
    }
    vb_spawned_release(&r);
    return ok;
}

static bool
find_commit(since *s, const char *rev, vb_error *err)
{
    const char *const top[] = {"rev-parse", "--show-toplevel", NULL};
    const char *spec = vb_str_fmt(s->arena, "%s^{commit}", rev).ptr;
    const char *const verify[] = {"rev-parse",        "--verify", "--quiet",
                                  "--end-of-options", spec,       NULL};
    vb_str base;

    if (!git(s, top, &s->top, err))
        return false;
    s->top = vb_str_copy(s->arena, s->top);
    if (!git(s, verify, &s->commit, NULL))
        return vb_fail(err,
                       "there is no revision '%s' here; a shallow clone needs "
                       "more history (fetch-depth: 0)",
                       rev);
    s->commit = vb_str_copy(s->arena, s->commit);
    {
        const char *const merge[] = {"merge-base", s->commit.ptr, "HEAD", NULL};

        /* without a common one the revision itself is meant */
        if (git(s, merge, &base, NULL) && base.len)
            s->commit = vb_str_copy(s->arena, base);
    }
    return true;
}

/* git with an index of our own, which says what checkout-index writes. */
static bool
write_tree(since *s, vb_error *err)
{
    const char *index =
        vb_str_fmt(s->arena, "GIT_INDEX_FILE=%s/index", s->temp).ptr;
    const char *prefix = vb_str_fmt(s->arena, "--prefix=%s/tree/", s->temp).ptr;
    const char *const read[] = {"env",      index,       "git",         "-C",
                                s->top.ptr, "read-tree", s->commit.ptr, NULL};
    const char *const write[] = {
        "env",   index,     "git",  "-C", s->top.ptr, "checkout-index",
        "--all", "--force", prefix, NULL};
    const char *const *const both[] = {read, write};
    bool ok = true;

    for (size_t i = 0; i < VB_COUNT(both) && ok; i++) {
        vb_spawn_opts opts = {.argv = both[i], .timeout_ms = GIT_MS};
        vb_spawned r;

        ok = vb_spawn(&opts, &r, err);
        if (ok && r.status != 0)
            ok = vb_fail(err, "git %s: %.*s", both[i][5],
                         VB_ARG(vb_str_trim(vb_buf_view(&r.err))));
        vb_spawned_release(&r);
    }
    return ok;
}

/* "R100\0old\0new\0" ... */
static bool
find_renames(since *s, vb_error *err)
{
    const char *const words[] = {
        "diff", "-z", "--name-status", "-M", "--diff-filter=R", s->commit.ptr,
        "--",   NULL};
    vb_str rest, what, from, to;

    vb_map_init(&s->old_name, s->arena);
    vb_map_init(&s->new_name, s->arena);
    if (!git(s, words, &rest, err))
        return false;
    while (vb_str_field(&rest, '\0', &what) &&
           vb_str_field(&rest, '\0', &from) && vb_str_field(&rest, '\0', &to)) {
        vb_str *pair = VB_NEW_N(s->arena, vb_str, 2);

        pair[0] = from;
        pair[1] = to;
        vb_map_add(&s->old_name, to, NULL)->ptr = &pair[0];
        vb_map_add(&s->new_name, from, NULL)->ptr = &pair[1];
    }
    return true;
}

static vb_str
renamed(const vb_map *names, vb_str name)
{
    const vb_map_entry *entry = vb_map_find(names, name);

    return entry ? *(const vb_str *)entry->ptr : name;
}

/* The old findings under the names that their files have now. */
static void
add_old(since *s, vb_baseline *known, const vb_batch *old)
{
    vb_baseline there;

    vb_baseline_init(&there, s->arena, s->tree);
    for (size_t i = 0; i < old->findings.list.len; i++) {
        const vb_finding *f = &old->findings.list.at[i];
        vb_str name =
            renamed(&s->new_name, vb_baseline_file(&there, f->loc.file));

        vb_baseline_add(known, f, &name);
    }
}

static vb_str
link_key(vb_arena *arena, vb_str file, const vb_link *link)
{
    return vb_str_fmt(arena, "%.*s %.*s#%.*s", VB_ARG(file),
                      VB_ARG(link->target), VB_ARG(link->anchor));
}

static void
drop_old_links(since *s, vb_baseline *names, const vb_batch *old,
               vb_links *links)
{
    vb_baseline there;
    vb_map had;
    size_t n = 0;

    vb_baseline_init(&there, s->arena, s->tree);
    vb_map_init(&had, s->arena);
    for (size_t i = 0; i < old->links.list.len; i++) {
        const vb_link *link = &old->links.list.at[i];
        vb_str file =
            renamed(&s->new_name, vb_baseline_file(&there, link->loc.file));

        vb_map_add(&had, link_key(s->arena, file, link), NULL);
    }
    for (size_t i = 0; i < links->list.len; i++) {
        const vb_link *link = &links->list.at[i];
        vb_str file = vb_baseline_file(names, link->loc.file);

        if (!vb_map_find(&had, link_key(s->arena, file, link)))
            links->list.at[n++] = *link;
    }
    links->list.len = n;
}

static void
compare(since *s, vb_batch *batch, size_t *known)
{
    vb_batch_opts opts = *s->opts;
    VB_VEC(vb_str) old_paths = {0};
    vb_baseline names;
    vb_batch old;

    vb_baseline_init(&names, s->arena, s->top);
    for (size_t i = 0; i < s->opts->count; i++) {
        vb_str rel =
            vb_baseline_file(&names, vb_str_dup(s->arena, s->opts->paths[i]));
        vb_str path =
            vb_path_join(s->arena, s->tree, renamed(&s->old_name, rel));

        if (!vb_str_starts(rel, "/") && vb_exists(path.ptr))
            vb_vec_push(s->arena, &old_paths, path);
    }
    opts.root = s->tree.ptr;
    if (s->opts->root) {
        vb_str rel = vb_baseline_file(&names, s->opts->root);

        if (!vb_str_starts(rel, "/"))
            opts.root = vb_path_join(s->arena, s->tree, rel).ptr;
    }
    opts.paths = old_paths.at;
    opts.count = old_paths.len;
    vb_batch_check(s->arena, &opts, &old);
    add_old(s, &names, &old);
    *known = vb_baseline_apply(&names, &batch->findings);
    drop_old_links(s, &names, &old, &batch->links);
}

bool
vb_since(vb_arena *arena, const char *rev, const vb_batch_opts *opts,
         vb_batch *batch, size_t *known, vb_error *err)
{
    since s = {.arena = arena, .opts = opts};
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char *dir = getenv("TMPDIR");
    char *temp =
        vb_str_dup(arena, vb_str_fmt(arena, "%s/verbatim-since-XXXXXX",
                                     dir && dir[0] == '/' ? dir : "/tmp"));
    bool ok;

    if (!find_commit(&s, rev, err))
        return false;
    if (!mkdtemp(temp))
        return vb_fail_errno(err, "cannot make '%s'", temp);
    s.temp = temp;
    s.tree = vb_str_fmt(arena, "%s/tree", temp);
    ok = vb_mkdirs(s.tree.ptr, 0700, err) && write_tree(&s, err) &&
         find_renames(&s, err);
    if (ok)
        compare(&s, batch, known);
    if (!vb_remove_tree(temp, ok ? err : NULL))
        ok = false;
    return ok;
}
