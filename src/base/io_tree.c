#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/*
 * Removing a tree must neither recurse nor hold a descriptor for each level,
 * as a hostile step can nest directories as deep as it likes. So directories
 * below the second level are first moved up into the top one, under names of
 * our own, and are emptied there in their turn.
 */
typedef struct tree {
    int top; /* the directory that is emptied */
    unsigned long moved;
} tree;

/* Opens directory 'name' in 'parent', made writable if it is not. */
static DIR *
enter(int parent, const char *name)
{
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    DIR *dir;

    if (fd < 0)
        return NULL;
    dir = fstat(fd, &st) == 0 &&
                  ((st.st_mode & S_IRWXU) == S_IRWXU || fchmod(fd, 0700) == 0)
              ? fdopendir(fd)
              : NULL;
    if (!dir) {
        int why = errno;

        close(fd);
        errno = why;
    }
    return dir;
}

/* Moves directory 'name', which is not empty, from 'dir' to the top. */
static bool
move_up(tree *t, int dir, const char *name)
{
    char fresh[64];
    DIR *check = enter(dir, name); /* moving needs the right to write */

    if (!check || closedir(check) < 0)
        return false;
    do {
        if (snprintf(fresh, sizeof fresh, ".verbatim-gone-%lu", t->moved++) < 0)
            return false;
        if (renameat(dir, name, t->top, fresh) == 0)
            return true;
        /* the tree may have such names itself */
    } while (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR);
    return false;
}

/* A stream of our own, so no other thread reads it. */
static const struct dirent *
next_entry(DIR *dir)
{
    errno = 0;
    return readdir(dir); // NOLINT(concurrency-mt-unsafe)
}

static bool
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes the files and empty directories in 'dir' and moves the others up. */
static bool
empty_moving(tree *t, DIR *dir)
{
    const struct dirent *entry;
    int fd = dirfd(dir);

    while ((entry = next_entry(dir))) {
        if (is_dots(entry->d_name) || unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        if (errno != EISDIR && errno != EPERM)
            return false;
        if (unlinkat(fd, entry->d_name, AT_REMOVEDIR) < 0 &&
            !move_up(t, fd, entry->d_name))
            return false;
    }
    return errno == 0;
}

/* The same for an entry of the top directory, which is gone afterwards. */
static bool
remove_entry(tree *t, const char *name)
{
    DIR *dir;
    bool ok;

    if (unlinkat(t->top, name, 0) == 0)
        return true;
    if (errno != EISDIR && errno != EPERM)
        return false;
    dir = enter(t->top, name);
    if (!dir)
        return false;
    do {
        rewinddir(dir);
        ok = empty_moving(t, dir);
    } while (ok && unlinkat(t->top, name, AT_REMOVEDIR) < 0 &&
             (ok = errno == ENOTEMPTY || errno == EEXIST));
    return closedir(dir) == 0 && ok;
}

static bool
empty_top(DIR *dir)
{
    tree t = {.top = dirfd(dir)};
    size_t seen;

    do {
        const struct dirent *entry;

        seen = 0;
        rewinddir(dir);
        while ((entry = next_entry(dir))) {
            if (is_dots(entry->d_name))
                continue;
            seen++;
            if (!remove_entry(&t, entry->d_name))
                return false;
        }
        if (errno)
            return false;
    } while (seen);
    return true;
}

bool
vb_remove_tree(const char *path, vb_error *err)
{
    DIR *dir;
    bool ok;

    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    if (errno != EISDIR && errno != EPERM)
        return vb_fail_errno(err, "cannot remove '%s'", path);
    dir = enter(AT_FDCWD, path);
    if (!dir)
        return vb_fail_errno(err, "cannot remove '%s'", path);
    ok = empty_top(dir) || vb_fail_errno(err, "cannot empty '%s'", path);
    if (closedir(dir) < 0 && ok)
        ok = vb_fail_errno(err, "cannot remove '%s'", path);
    if (ok && rmdir(path) < 0)
        ok = vb_fail_errno(err, "cannot remove '%s'", path);
    return ok;
}
