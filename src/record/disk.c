#include "record/disk.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/banned.h"

/* ---------------------------------------------------------------- lock -- */

/* A POSIX lock: it dies with the process and no child inherits it. */
static bool
lock(int fd, const char *path, const char *dir, vb_error *err)
{
    struct flock want = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct flock held = want;

    if (fcntl(fd, F_SETLK, &want) == 0)
        return true;
    if (errno != EACCES && errno != EAGAIN)
        return vb_fail_errno(err, "cannot lock '%s'", path);
    if (fcntl(fd, F_GETLK, &held) == 0 && held.l_type != F_UNLCK)
        return vb_fail(err, "run '%s' is in use by process %ld", dir,
                       (long)held.l_pid);
    return vb_fail(err, "run '%s' is in use by another process", dir);
}

int
vb_run_lock(const char *dir, vb_error *err)
{
    vb_arena arena = {0};
    const char *path =
        vb_path_join(&arena, vb_str_c(dir), VB_STR(VB_LOCK_NAME)).ptr;
    int fd = vb_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0666, err);

    if (fd >= 0 && !lock(fd, path, dir, err))
        vb_close(&fd, path, NULL);
    vb_arena_release(&arena);
    return fd;
}

bool
vb_run_in_use(const char *dir)
{
    struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    vb_arena arena = {0};
    const char *path =
        vb_path_join(&arena, vb_str_c(dir), VB_STR(VB_LOCK_NAME)).ptr;
    int fd = vb_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, NULL);
    bool used =
        fd >= 0 && fcntl(fd, F_GETLK, &held) == 0 && held.l_type != F_UNLCK;

    vb_close(&fd, path, NULL);
    vb_arena_release(&arena);
    return used;
}

/* Space for the closing events, kept in a file of its own. */
static bool
reserve(vb_disk *disk, vb_error *err)
{
    int fd = vb_open(disk->reserve_path, O_RDWR | O_CREAT | O_TRUNC, 0666, err);
    int failed;
    bool ok = fd >= 0;

    if (!ok)
        return false;
    do
        failed = posix_fallocate(fd, 0, VB_RESERVE_BYTES);
    while (failed == EINTR);
    if (failed) {
        errno = failed;
        ok = vb_fail_errno(err, "cannot reserve space at '%s'",
                           disk->reserve_path);
    }
    ok = vb_close(&fd, disk->reserve_path, ok ? err : NULL) && ok;
    disk->reserved = true;
    return ok;
}

bool
vb_disk_spend(vb_disk *disk)
{
    bool was = disk->reserved;

    disk->reserved = false;
    return was && unlink(disk->reserve_path) == 0;
}

/* ---------------------------------------------------------- open, close -- */

static bool
start(vb_disk *disk, const char *dir, int flags, vb_error *err)
{
    vb_str in = vb_str_c(dir);

    *disk = (vb_disk){.fd = -1, .lock_fd = -1};
    disk->path = vb_path_join(&disk->arena, in, VB_STR(VB_TRANSCRIPT_NAME)).ptr;
    disk->lock_path = vb_path_join(&disk->arena, in, VB_STR(VB_LOCK_NAME)).ptr;
    disk->reserve_path =
        vb_path_join(&disk->arena, in, VB_STR(VB_RESERVE_NAME)).ptr;
    disk->lock_fd = vb_run_lock(dir, err);
    if (disk->lock_fd >= 0 && reserve(disk, err)) {
        disk->fd = vb_open(disk->path, flags, 0666, err);
        if (disk->fd >= 0)
            return true;
    }
    if (!vb_disk_close(disk, NULL))
        errno = 0; /* the first error is the one to report */
    return false;
}

bool
vb_disk_create(vb_disk *disk, const char *dir, vb_error *err)
{
    return vb_mkdirs(dir, 0777, err) &&
           start(disk, dir, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, err);
}

bool
vb_disk_open(vb_disk *disk, const char *dir, vb_error *err)
{
    return start(disk, dir, O_RDWR | O_NOFOLLOW, err);
}

/* Ends the thread; gives its failure. */
static int
syncer_stop(vb_syncer *syncer)
{
    if (!syncer->started)
        return 0;
    pthread_mutex_lock(&syncer->mutex);
    syncer->stop = true;
    pthread_cond_signal(&syncer->wake);
    pthread_mutex_unlock(&syncer->mutex);
    pthread_join(syncer->thread, NULL);
    pthread_mutex_destroy(&syncer->mutex);
    pthread_cond_destroy(&syncer->wake);
    syncer->started = false;
    return syncer->failed;
}

bool
vb_disk_close(vb_disk *disk, vb_error *err)
{
    int failed = syncer_stop(&disk->syncer);
    bool ok = failed == 0;

    if (!ok) {
        errno = failed;
        vb_fail_errno(err, "cannot sync '%s'", disk->path);
    }
    if (disk->reserved && !vb_disk_spend(disk) && errno != ENOENT)
        ok = vb_fail_errno(ok ? err : NULL, "cannot remove '%s'",
                           disk->reserve_path);
    ok = vb_close(&disk->fd, disk->path, ok ? err : NULL) && ok;
    ok = vb_close(&disk->lock_fd, disk->lock_path, ok ? err : NULL) && ok;
    vb_arena_release(&disk->arena);
    return ok;
}

/* -------------------------------------------------------------- writing -- */

bool
vb_disk_cut(vb_disk *disk, uint64_t size, vb_error *err)
{
    if (ftruncate(disk->fd, (off_t)size) < 0 ||
        lseek(disk->fd, (off_t)size, SEEK_SET) < 0)
        return vb_fail_errno(err, "cannot cut '%s'", disk->path);
    disk->size = size;
    return true;
}

bool
vb_disk_append(vb_disk *disk, vb_str lines, vb_error *err)
{
    vb_error why = {.sys = 0};

    if (vb_write_all(disk->fd, lines.ptr, lines.len, disk->path, &why)) {
        disk->size += lines.len;
        disk->dirty = true;
        return true;
    }
    /* Half a line is no evidence: back to the last whole one. */
    if (vb_disk_cut(disk, disk->size, NULL) && err)
        *err = why;
    else if (err)
        vb_fail(err, "%s; the last line is torn", why.message);
    return false;
}

/* -------------------------------------------------------------- syncing -- */

bool
vb_disk_sync(vb_disk *disk, vb_error *err)
{
    disk->dirty = false;
    return fdatasync(disk->fd) == 0 ||
           vb_fail_errno(err, "cannot sync '%s'", disk->path);
}

static void *
syncer_main(void *arg)
{
    vb_syncer *syncer = arg;

    pthread_mutex_lock(&syncer->mutex);
    while (!syncer->stop) {
        int failed;

        if (!syncer->asked) {
            pthread_cond_wait(&syncer->wake, &syncer->mutex);
            continue;
        }
        syncer->asked = false;
        pthread_mutex_unlock(&syncer->mutex);
        failed = fdatasync(syncer->fd) == 0 ? 0 : errno;
        pthread_mutex_lock(&syncer->mutex);
        if (failed)
            syncer->failed = failed;
    }
    pthread_mutex_unlock(&syncer->mutex);
    return NULL;
}

/* Signals belong to the main thread: this one blocks all of them. */
static bool
syncer_start(vb_syncer *syncer, int fd)
{
    sigset_t all, before;

    syncer->fd = fd;
    if (pthread_mutex_init(&syncer->mutex, NULL) ||
        pthread_cond_init(&syncer->wake, NULL))
        return false;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before))
        return false;
    syncer->started =
        pthread_create(&syncer->thread, NULL, syncer_main, syncer) == 0;
    return pthread_sigmask(SIG_SETMASK, &before, NULL) == 0 && syncer->started;
}

bool
vb_disk_sync_soon(vb_disk *disk, vb_error *err)
{
    vb_syncer *syncer = &disk->syncer;
    int failed;

    if (!syncer->started && !syncer_start(syncer, disk->fd))
        return vb_disk_sync(disk, err);
    disk->dirty = false;
    pthread_mutex_lock(&syncer->mutex);
    failed = syncer->failed;
    syncer->asked = true;
    pthread_cond_signal(&syncer->wake);
    pthread_mutex_unlock(&syncer->mutex);
    errno = failed;
    return failed == 0 || vb_fail_errno(err, "cannot sync '%s'", disk->path);
}
