#include "base/io.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { READ_STEP = 64 * 1024 };

bool
vb_hold_stdio(vb_error *err)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        /* the wrong way round: reading standard input must fail */
        int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        // NOLINTNEXTLINE(android-cloexec-open): children inherit these three
        if (open("/dev/null", flags) != fd)
            return vb_fail_errno(err, "cannot open '/dev/null'");
    }
    return true;
}

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

/* A terminal or pipe shared with another program may have been made
 * non-blocking by it. False, with errno as it was, for any other error. */
static bool
wait_ready(int fd, short events)
{
    struct pollfd wait = {.fd = fd, .events = events};

    if (errno != EAGAIN && errno != EWOULDBLOCK)
        return false;
    return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

bool
vb_write_all(int fd, const void *ptr, size_t len, const char *path,
             vb_error *err)
{
    const char *at = ptr;

    while (len) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && (errno == EINTR || wait_ready(fd, POLLOUT)))
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

/* 'path' NULL is standard input, which may be a pipe or a terminal. */
static bool
read_fd(int fd, const char *path, size_t max, vb_buf *out, vb_error *err)
{
    const bool piped = path == NULL;
    struct stat st;

    path = piped ? "standard input" : path;
    if (fstat(fd, &st) < 0)
        return vb_fail_errno(err, "cannot read '%s'", path);
    if (S_ISDIR(st.st_mode))
        return vb_fail(err, "'%s' is a directory", path);
    if (!piped && !S_ISREG(st.st_mode))
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
        if (n < 0 && wait_ready(fd, POLLIN))
            continue;
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
        ok = read_fd(STDIN_FILENO, NULL, max, out, err);
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

/* A regular file of a size that is known is read to where it stays. False,
 * with nothing said, when it is anything else or does not hold still. */
static bool
read_whole(const char *path, size_t max, vb_arena *arena, vb_str *out)
{
    size_t len = 0, size = 0;
    vb_error unheard;
    struct stat st;
    char *text = NULL;
    ssize_t n = -1;
    int fd = vb_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, &unheard);

    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (uint64_t)st.st_size <= max) {
        size = (size_t)st.st_size;
        text = vb_arena_alloc(arena, size + 1);
        while ((n = vb_read(fd, text + len, size + 1 - len)) > 0)
            len += (size_t)n;
    }
    if (!vb_close(&fd, path, &unheard) || n != 0 || len != size)
        return false;
    text[len] = '\0';
    *out = vb_str_n(text, len);
    return true;
}

bool
vb_read_file_arena(const char *path, size_t max, vb_arena *arena, vb_str *out,
                   vb_error *err)
{
    vb_buf buf;

    if (strcmp(path, "-") != 0 && read_whole(path, max, arena, out))
        return true;
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

/* A new file in the folder of 'path', open for writing; its name is left in
 * *name. -1 on failure. */
static int
open_beside(const char *path, mode_t mode, vb_arena *arena, vb_str *name,
            vb_error *err)
{
    uint64_t salt = (uint64_t)vb_clock_mono_ns();

    for (int tries = 0; tries < 16; tries++) {
        vb_str dir = vb_path_dir(vb_str_c(path));
        int fd;

        if (getrandom(&salt, sizeof salt, GRND_NONBLOCK) < 0)
            salt += (uint64_t)getpid() << 32 | (uint64_t)tries;
        *name = vb_path_join(
            arena, dir, vb_str_fmt(arena, ".verbatim-%016jx", (uintmax_t)salt));
        fd = open(name->ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0)
            return fd;
        if (errno != EEXIST && errno != EINTR)
            break;
    }
    vb_fail_errno(err, "cannot write '%s'", path);
    return -1;
}

bool
vb_write_file(const char *path, vb_str content, mode_t mode, vb_error *err)
{
    vb_arena scratch = {0};
    vb_str tmp;
    int fd = open_beside(path, mode, &scratch, &tmp, err);
    bool made = fd >= 0, ok = made;

    ok = ok && vb_write_all(fd, content.ptr, content.len, path, err);
    if (ok && fsync(fd) < 0)
        ok = vb_fail_errno(err, "cannot sync '%s'", path);
    ok = vb_close(&fd, path, ok ? err : NULL) && ok;
    if (ok && rename(tmp.ptr, path) < 0)
        ok = vb_fail_errno(err, "cannot write '%s'", path);
    else if (ok)
        made = false; /* it is 'path' now */
    ok = ok && sync_dir_of(path, err);
    if (made && unlink(tmp.ptr) < 0)
        errno = 0; /* the first error is the one to report */
    vb_arena_release(&scratch);
    return ok;
}

/* mkdir's reasons differ between file systems when the directory is there
 * already, so what counts is that it is one afterwards. */
static bool
make_dir(const char *path, mode_t mode, vb_error *err)
{
    int why;

    if (mkdir(path, mode) == 0)
        return true;
    why = errno;
    if (vb_is_dir(path))
        return true;
    if (why == EEXIST)
        return vb_fail(err, "'%s' is not a directory", path);
    errno = why;
    return vb_fail_errno(err, "cannot create directory '%s'", path);
}

bool
vb_mkdirs(const char *path, mode_t mode, vb_error *err)
{
    vb_arena scratch = {0};
    char *copy = vb_str_dup(&scratch, vb_str_c(path)), *at = copy;
    bool ok = true;

    while (ok) {
        char was;

        at += strspn(at, "/");
        at += strcspn(at, "/");
        was = *at;
        *at = '\0';
        ok = make_dir(copy, mode, err);
        *at = was;
        if (at[strspn(at, "/")] == '\0')
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
