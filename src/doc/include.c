#include "doc/include.h"

#include "base/io.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

enum { CLIMB_MAX = 32 };

vb_str
vb_include_real(vb_arena *arena, vb_str path)
{
    char out[PATH_MAX];

    if (!realpath(vb_str_dup(arena, path), out))
        return vb_str_n(NULL, 0);
    return vb_str_copy(arena, vb_str_c(out));
}

static bool
inside(vb_str root, vb_str real)
{
    if (root.len == 0)
        return false;
    if (vb_str_eqc(root, "/"))
        return true;
    return real.len > root.len && memcmp(real.ptr, root.ptr, root.len) == 0 &&
           real.ptr[root.len] == '/';
}

vb_str
vb_include_root(vb_arena *arena, const char *path, const char *root)
{
    vb_str dir, up;

    if (root) {
        dir = vb_include_real(arena, vb_str_c(root));
        return dir.len ? dir : vb_str_copy(arena, vb_str_c(root));
    }
    dir = vb_include_real(arena, vb_path_dir(vb_str_c(path)));
    if (dir.len == 0)
        return vb_str_copy(arena, vb_path_dir(vb_str_c(path)));
    for (up = dir; up.len > 1; up = vb_path_dir(up)) {
        vb_str git = vb_path_join(arena, up, VB_STR(".git"));

        if (vb_exists(git.ptr))
            return vb_str_copy(arena, up);
    }
    return dir;
}

/* Targets that say "from the site's root" in one way or another. */
static bool
rooted(vb_str *target)
{
    static const char *const prefixes[] = {"@site/", "~/", "@/",
                                           "$lib/",  "/",  "<rootDir>/"};

    for (size_t i = 0; i < VB_COUNT(prefixes); i++) {
        if (vb_str_starts(*target, prefixes[i])) {
            *target = vb_str_from(*target, strlen(prefixes[i]));
            return true;
        }
    }
    return false;
}

typedef struct vb_finder {
    vb_arena *arena;
    vb_str root, *path, *real;
    bool outside;
} vb_finder;

static bool
try_path(vb_finder *f, vb_str path)
{
    vb_str real = vb_include_real(f->arena, path);
    struct stat st;

    if (real.len == 0 || stat(real.ptr, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    if (!inside(f->root, real)) {
        f->outside = true;
        return false;
    }
    *f->path = vb_path_clean(f->arena, path);
    *f->real = real;
    return true;
}

/* From the including file's folder upwards, as far as the root goes. */
static bool
climb(vb_finder *f, vb_str dir, vb_str target, const char *folder, bool direct)
{
    for (unsigned n = 0; n < CLIMB_MAX; n++) {
        vb_str real = vb_include_real(f->arena, dir);
        vb_str in;

        if (real.len == 0 ||
            (!vb_str_eq(real, f->root) && !inside(f->root, real)))
            return false;
        if (folder) {
            in = vb_path_join(f->arena, dir, vb_str_c(folder));
            if (try_path(f, vb_path_join(f->arena, in, target)))
                return true;
        }
        if ((n > 0 || direct) &&
            try_path(f, vb_path_join(f->arena, dir, target)))
            return true;
        dir = vb_path_join(f->arena, dir, VB_STR(".."));
    }
    return false;
}

vb_found
vb_include_find(vb_arena *arena, vb_str root, const vb_source *from,
                const vb_item *item, vb_str *path, vb_str *real)
{
    vb_finder f = {.arena = arena, .root = root, .path = path, .real = real};
    vb_str dir = vb_path_dir(vb_str_c(from->path)), target = item->target;
    bool from_root = rooted(&target);

    if (target.len == 0 || target.len >= PATH_MAX || vb_str_has(target, "://"))
        return VB_FOUND_NOTHING;
    if (!from_root && try_path(&f, vb_path_join(arena, dir, target)))
        return VB_FOUND;
    if (!vb_str_starts(target, "../") &&
        climb(&f, dir, target, item->folder, from_root))
        return VB_FOUND;
    return f.outside ? VB_FOUND_OUTSIDE : VB_FOUND_NOTHING;
}
