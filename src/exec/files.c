#include "exec/files.h"

#include "base/arena.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* Enters 'name' below *dir, making it when it is not there. */
static bool
enter(int *dir, bool own, const char *name, vb_error *err)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int below;

    if (mkdirat(*dir, name, 0777) < 0 && errno != EEXIST)
        return vb_fail_errno(err, "cannot create directory '%s'", name);
    below = openat(*dir, name, flags);
    if (below < 0 && (errno == ELOOP || errno == ENOTDIR))
        return vb_fail(err,
                       "'%s' is a symbolic link or no directory; nothing is "
                       "written through it",
                       name);
    if (below < 0)
        return vb_fail_errno(err, "cannot open directory '%s'", name);
    if (own && !vb_close(dir, "directory", err)) {
        close(below);
        return false;
    }
    *dir = below;
    return true;
}

static bool
write_at(int dir, const char *name, vb_str content, bool append, vb_error *err)
{
    int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
                O_NOCTTY | (append ? O_APPEND : 0);
    int fd = openat(dir, name, flags, 0666);
    struct stat st;
    bool ok;

    if (fd < 0 && errno == ELOOP)
        return vb_fail(err,
                       "'%s' is a symbolic link; nothing is written "
                       "through it",
                       name);
    if (fd < 0)
        return vb_fail_errno(err, "cannot write '%s'", name);
    ok = fstat(fd, &st) == 0 || vb_fail_errno(err, "cannot write '%s'", name);
    if (ok && !S_ISREG(st.st_mode))
        ok = vb_fail(err, "'%s' is not a regular file", name);
    if (ok && !append && ftruncate(fd, 0) < 0)
        ok = vb_fail_errno(err, "cannot write '%s'", name);
    ok = ok && vb_write_all(fd, content.ptr, content.len, name, err);
    return vb_close(&fd, name, ok ? err : NULL) && ok;
}

bool
vb_file_put(int dir_fd, vb_str name, vb_str content, bool append, vb_error *err)
{
    vb_arena scratch = {0};
    vb_str rest = name, part, next;
    int dir = dir_fd;
    bool own = false, ok;

    if (vb_str_starts(name, "/") || vb_str_starts(name, "~"))
        return vb_fail(err, "'%.*s' is not below the working directory",
                       VB_ARG(name));
    ok = vb_str_field(&rest, '/', &part);
    while (ok && vb_str_field(&rest, '/', &next)) {
        if (vb_str_eqc(part, ".."))
            ok = vb_fail(err, "'%.*s' leaves the working directory",
                         VB_ARG(name));
        else if (part.len && !vb_str_eqc(part, ".")) {
            ok = enter(&dir, own, vb_str_dup(&scratch, part), err);
            own = own || ok;
        }
        part = next;
    }
    if (ok &&
        (part.len == 0 || vb_str_eqc(part, "..") || vb_str_eqc(part, ".")))
        ok = vb_fail(err, "'%.*s' is no name for a file", VB_ARG(name));
    ok = ok && write_at(dir, vb_str_dup(&scratch, part), content, append, err);
    if (own)
        ok = vb_close(&dir, "directory", ok ? err : NULL) && ok;
    vb_arena_release(&scratch);
    return ok;
}
