#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { READ_STEP = 64 * 1024 };

int
vb_open(const char *path, int flags, mode_t mode, vb_error *err)
{
    int fd;

    do
        fd = open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        vb_fail_errno(err, "cannot open '%s'", path);
    return fd;
}

bool
vb_close(int *fd, const char *path, vb_error *err)
{
    int was = *fd;

    *fd = -1;
    if (was < 0)
        return true;
    /* Linux has released the descriptor even when close is interrupted. */
    if (close(was) < 0 && errno != EINTR)
        return vb_fail_errno(err, "cannot close '%s'", path);
    return true;
}

bool
vb_write_all(int fd, const void *ptr, size_t len, const char *path,
             vb_error *err)
{
    const char *at = ptr;

    while (len) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return vb_fail_errno(err, "cannot write '%s'", path);
        at += n;
        len -= (size_t)n;
    }
    return true;
}

ssize_t
vb_read(int fd, void *ptr, size_t len)
{
    ssize_t n;

    do
        n = read(fd, ptr, len);
    while (n < 0 && errno == EINTR);
    return n;
}

static bool
read_fd(int fd, const char *path, size_t max, vb_buf *out, vb_error *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return vb_fail_errno(err, "cannot read '%s'", path);
    if (S_ISDIR(st.st_mode))
        return vb_fail(err, "'%s' is a directory", path);
    if (fd != STDIN_FILENO && !S_ISREG(st.st_mode))
        return vb_fail(err, "'%s' is not a regular file", path);
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > max)
        return vb_fail(err, "'%s' is too large: %jd bytes, the limit is %zu",
                       path, (intmax_t)st.st_size, max);
    for (;;) {
        char *room = vb_buf_room(out, READ_STEP);
        ssize_t n;

        if (!room)
            return vb_fail(err, "'%s' is too large: the limit is %zu bytes",
                           path, max);
        n = vb_read(fd, room, READ_STEP);
        if (n < 0)
            return vb_fail_errno(err, "cannot read '%s'", path);
        if (n == 0)
            break;
        vb_buf_grew(out, (size_t)n);
    }
    if (out->len > max)
        return vb_fail(err, "'%s' is too large: the limit is %zu bytes", path,
                       max);
    return true;
}

bool
vb_read_file(const char *path, size_t max, vb_buf *out, vb_error *err)
{
    int fd;
    bool ok;

    vb_buf_init(out, max < VB_BUF_NO_MAX ? max + READ_STEP : VB_BUF_NO_MAX);
    if (strcmp(path, "-") == 0) {
        ok = read_fd(STDIN_FILENO, "standard input", max, out, err);
    } else {
        /* O_NONBLOCK: opening a FIFO must not hang. */
        fd = vb_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);
        if (fd < 0)
            return false;
        ok = read_fd(fd, path, max, out, err);
        ok = vb_close(&fd, path, ok ? err : NULL) && ok;
    }
    if (!ok)
        vb_buf_release(out);
    return ok;
}

bool
vb_read_file_arena(const char *path, size_t max, vb_arena *arena, vb_str *out,
                   vb_error *err)
{
    vb_buf buf;

    if (!vb_read_file(path, max, &buf, err))
        return false;
    *out = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return true;
}

/* The rename itself is only durable once the directory is synced. */
static bool
sync_dir_of(const char *path, vb_error *err)
{
    vb_arena scratch = {0};
    char *dir = vb_str_dup(&scratch, vb_path_dir(vb_str_c(path)));
    int fd = vb_open(dir, O_RDONLY | O_DIRECTORY, 0, err);
    bool ok = fd >= 0;

    if (ok && fsync(fd) < 0 && errno != EINVAL)
        ok = vb_fail_errno(err, "cannot sync '%s'", dir);
    ok = vb_close(&fd, dir, ok ? err : NULL) && ok;
    vb_arena_release(&scratch);
    return ok;
}

bool
vb_write_file(const char *path, vb_str content, mode_t mode, vb_error *err)
{
    vb_arena scratch = {0};
    vb_str tmp = vb_str_fmt(&scratch, "%s.tmp.%ld", path, (long)getpid());
    int fd =
        vb_open(tmp.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode, err);
    bool ok = fd >= 0;

    ok = ok && vb_write_all(fd, content.ptr, content.len, path, err);
    if (ok && fsync(fd) < 0)
        ok = vb_fail_errno(err, "cannot sync '%s'", path);
    ok = vb_close(&fd, path, ok ? err : NULL) && ok;
    if (ok && rename(tmp.ptr, path) < 0)
        ok = vb_fail_errno(err, "cannot rename '%s'", path);
    ok = ok && sync_dir_of(path, err);
    if (!ok && unlink(tmp.ptr) < 0 && errno != ENOENT)
        errno = 0; /* the first error is the one to report */
    vb_arena_release(&scratch);
    return ok;
}

bool
vb_mkdirs(const char *path, mode_t mode, vb_error *err)
{
    vb_arena scratch = {0};
    char *copy = vb_str_dup(&scratch, vb_str_c(path));
    bool ok = true;

    for (char *at = copy + (*copy == '/'); ok; at++) {
        char was = *at;

        if (was != '/' && was != '\0')
            continue;
        *at = '\0';
        if (mkdir(copy, mode) < 0 && errno != EEXIST)
            ok = vb_fail_errno(err, "cannot create directory '%s'", copy);
        else if (errno == EEXIST && was == '\0' && !vb_is_dir(copy))
            ok = vb_fail(err, "'%s' is not a directory", copy);
        *at = was;
        if (was == '\0')
            break;
    }
    vb_arena_release(&scratch);
    return ok;
}

bool
vb_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

bool
vb_is_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum { TREE_DEPTH_MAX = 512 };

typedef struct tree_level {
    DIR *dir;
    char name[256]; /* in the level above; to be removed when emptied */
} tree_level;

/* Opens directory 'name' below 'parent' as the next level. */
static bool
tree_enter(tree_level *level, int parent, const char *name)
{
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return false;
    level->dir = fdopendir(fd);
    if (!level->dir) {
        close(fd);
        return false;
    }
    if (snprintf(level->name, sizeof level->name, "%s", name) < 0)
        level->name[0] = '\0';
    return true;
}

/* Empties the directories from the deepest level up; 'levels' has room for
 * TREE_DEPTH_MAX. */
static bool
tree_empty(tree_level *levels)
{
    size_t depth = 0;

    for (;;) {
        int fd = dirfd(levels[depth].dir);
        const struct dirent *entry = readdir(levels[depth].dir);

        if (!entry) {
            if (closedir(levels[depth].dir) < 0 || depth == 0)
                return depth == 0;
            depth--;
            if (unlinkat(dirfd(levels[depth].dir), levels[depth + 1].name,
                         AT_REMOVEDIR) < 0)
                break;
            continue;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        if ((errno != EISDIR && errno != EPERM) ||
            depth + 1 == TREE_DEPTH_MAX ||
            !tree_enter(&levels[depth + 1], fd, entry->d_name))
            break;
        depth++;
    }
    for (size_t i = 0; i <= depth; i++)
        if (closedir(levels[i].dir) < 0)
            errno = EIO;
    return false;
}

bool
vb_remove_tree(const char *path, vb_error *err)
{
    tree_level *levels;
    bool ok;

    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    levels = vb_heap_alloc(TREE_DEPTH_MAX * sizeof *levels);
    ok = tree_enter(&levels[0], AT_FDCWD, path) && tree_empty(levels) &&
         rmdir(path) == 0;
    vb_heap_free(levels);
    return ok || vb_fail_errno(err, "cannot remove '%s'", path);
}

vb_str
vb_path_join(vb_arena *arena, vb_str dir, vb_str name)
{
    if (dir.len == 0 || vb_str_eqc(dir, ".") || vb_str_starts(name, "/"))
        return vb_str_copy(arena, name);
    return vb_str_fmt(arena, "%.*s%s%.*s", VB_ARG(dir),
                      vb_str_ends(dir, "/") ? "" : "/", VB_ARG(name));
}

vb_str
vb_path_dir(vb_str path)
{
    size_t slash = vb_str_rchr(path, '/');

    if (slash == VB_NPOS)
        return VB_STR(".");
    return vb_str_sub(path, 0, slash ? slash : 1);
}

vb_str
vb_path_base(vb_str path)
{
    size_t slash = vb_str_rchr(path, '/');

    return slash == VB_NPOS ? path : vb_str_from(path, slash + 1);
}

vb_str
vb_path_clean(vb_arena *arena, vb_str path)
{
    VB_VEC(vb_str) parts = {0};
    bool absolute = vb_str_starts(path, "/");
    vb_str rest = path, part, out = {0};

    while (vb_str_field(&rest, '/', &part)) {
        if (part.len == 0 || vb_str_eqc(part, "."))
            continue;
        if (!vb_str_eqc(part, ".."))
            vb_vec_push(arena, &parts, part);
        else if (parts.len && !vb_str_eqc(parts.at[parts.len - 1], ".."))
            parts.len--;
        else if (!absolute)
            vb_vec_push(arena, &parts, part);
    }
    {
        vb_buf buf;

        vb_buf_init(&buf, VB_BUF_NO_MAX);
        for (size_t i = 0; i < parts.len; i++) {
            if (i || absolute)
                vb_buf_ch(&buf, '/');
            vb_buf_str(&buf, parts.at[i]);
        }
        if (buf.len == 0)
            vb_buf_ch(&buf, absolute ? '/' : '.');
        out = vb_str_copy(arena, vb_buf_view(&buf));
        vb_buf_release(&buf);
    }
    return out;
}
