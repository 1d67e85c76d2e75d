#include "cli/documents.h"

#include "base/io.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { DOCUMENTS_MAX = 100000 };

static bool
is_guide(vb_str name)
{
    return vb_str_ends(name, ".md") || vb_str_ends(name, ".mdx") ||
           vb_str_ends(name, ".markdown");
}

static bool
is_skipped(vb_str name)
{
    return vb_str_starts(name, ".") || vb_str_starts(name, "_") ||
           vb_str_eqc(name, "node_modules");
}

static int
by_name(const void *a, const void *b)
{
    return vb_str_cmp(*(const vb_str *)a, *(const vb_str *)b);
}

/* The guides of one folder into 'out', its folders into 'todo'. */
static bool
read_folder(vb_arena *arena, vb_str folder, vb_strs *out, vb_strs *todo,
            vb_error *err)
{
    DIR *dir = opendir(vb_str_dup(arena, folder));
    const struct dirent *entry;

    if (!dir)
        return vb_fail_errno(err, "cannot read '%.*s'", VB_ARG(folder));
    while ((entry = readdir(dir)) != NULL) {
        vb_str name = vb_str_c(entry->d_name);
        vb_str path;

        if (is_skipped(name))
            continue;
        path = vb_path_join(arena, folder, vb_str_copy(arena, name));
        /* Links to folders could lead in a circle. */
        if (entry->d_type == DT_DIR)
            vb_vec_push(arena, todo, path);
        else if (is_guide(name) && !vb_is_dir(path.ptr))
            vb_vec_push(arena, out, path);
    }
    return closedir(dir) == 0 ||
           vb_fail_errno(err, "cannot read '%.*s'", VB_ARG(folder));
}

static bool
find_in_folder(vb_arena *arena, vb_str path, vb_strs *out, vb_error *err)
{
    vb_strs todo = {0};
    size_t from = out->len;

    vb_vec_push(arena, &todo, path);
    for (size_t i = 0; i < todo.len; i++) {
        if (!read_folder(arena, todo.at[i], out, &todo, err))
            return false;
        if (out->len > DOCUMENTS_MAX || todo.len > DOCUMENTS_MAX)
            return vb_fail(err, "'%.*s' holds more than %d documents",
                           VB_ARG(path), DOCUMENTS_MAX);
    }
    if (out->len == from)
        return vb_fail(err, "'%.*s' holds no Markdown documents", VB_ARG(path));
    qsort(out->at + from, out->len - from, sizeof *out->at, by_name);
    return true;
}

static bool
is_pattern(vb_str path)
{
    return vb_str_chr(path, '*') != VB_NPOS || vb_str_chr(path, '?') != VB_NPOS;
}

/* '?' is one character and '*' any number of them, within a path's part; "**"
 * goes over parts. Goes back to the last star alone, and past that to the last
 * double one, so that it takes no more than length times length steps. */
static bool
matches(vb_str pattern, vb_str path)
{
    size_t p = 0, s = 0;
    size_t star = VB_NPOS, star_at = 0, all = VB_NPOS, all_at = 0;

    for (;;) {
        bool end = s == path.len;

        if (p + 1 < pattern.len && pattern.ptr[p] == '*' &&
            pattern.ptr[p + 1] == '*') {
            p += p + 2 < pattern.len && pattern.ptr[p + 2] == '/' ? 3 : 2;
            all = p;
            all_at = s;
            star = VB_NPOS;
        } else if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            star_at = s;
        } else if (end && p == pattern.len) {
            return true;
        } else if (!end && p < pattern.len &&
                   (pattern.ptr[p] == path.ptr[s] ||
                    (pattern.ptr[p] == '?' && path.ptr[s] != '/'))) {
            p++;
            s++;
        } else if (star != VB_NPOS && star_at < path.len &&
                   path.ptr[star_at] != '/') {
            p = star;
            s = ++star_at;
        } else if (all != VB_NPOS && all_at < path.len) {
            p = all;
            s = ++all_at;
            star = VB_NPOS;
        } else {
            return false;
        }
    }
}

/* The guides below the part of the pattern that has no star, as far as they
 * match. */
static bool
find_pattern(vb_arena *arena, vb_str pattern, vb_strs *out, vb_error *err)
{
    size_t fixed = 0, n = out->len, from = out->len;
    vb_str folder;

    while (fixed < pattern.len && !strchr("*?", pattern.ptr[fixed]))
        fixed++;
    folder = vb_path_dir(vb_str_sub(pattern, 0, fixed + 1));
    if (!find_in_folder(arena, folder, out, err))
        return false;
    for (size_t i = from; i < out->len; i++) {
        vb_str path = out->at[i];

        if (vb_str_eqc(folder, ".") && !vb_str_starts(pattern, "./"))
            while (vb_str_starts(path, "./"))
                path = vb_str_from(path, 2);
        if (matches(pattern, path))
            out->at[n++] = path;
    }
    out->len = n;
    return n > from ||
           vb_fail(err, "no document matches '%.*s'", VB_ARG(pattern));
}

bool
vb_documents_find(vb_arena *arena, vb_str path, vb_strs *out, vb_error *err)
{
    const char *name = vb_str_dup(arena, path);

    if (vb_is_dir(name))
        return find_in_folder(arena, path, out, err);
    if (!vb_exists(name) && is_pattern(path) && !vb_str_has(path, "://"))
        return find_pattern(arena, path, out, err);
    vb_vec_push(arena, out, path);
    return true;
}
