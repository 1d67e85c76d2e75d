#include "cli/documents.h"

#include "base/io.h"

#include <dirent.h>
#include <stdlib.h>

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

bool
vb_documents_find(vb_arena *arena, vb_str path, vb_strs *out, vb_error *err)
{
    vb_strs todo = {0};
    size_t from = out->len;
    const char *name = vb_str_dup(arena, path);

    if (!vb_is_dir(name)) {
        vb_vec_push(arena, out, path);
        return true;
    }
    vb_vec_push(arena, &todo, path);
    for (size_t i = 0; i < todo.len; i++) {
        if (!read_folder(arena, todo.at[i], out, &todo, err))
            return false;
        if (out->len > DOCUMENTS_MAX || todo.len > DOCUMENTS_MAX)
            return vb_fail(err, "'%s' holds more than %d documents", name,
                           DOCUMENTS_MAX);
    }
    if (out->len == from)
        return vb_fail(err, "'%s' holds no Markdown documents", name);
    qsort(out->at + from, out->len - from, sizeof *out->at, by_name);
    return true;
}
