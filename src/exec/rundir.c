#include "exec/rundir.h"

#include "base/clock.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* A name that sorts by time and that nobody else has. */
static vb_str
fresh_name(vb_arena *arena)
{
    vb_stamp stamp = vb_clock_stamp(vb_clock_utc_ms());
    char digits[16];
    unsigned char random[3] = {0};
    char hex[2 * sizeof random + 1];
    size_t n = 0;

    for (const char *c = stamp.text; *c && *c != '.' && n < 15; c++)
        if (vb_is_digit(*c))
            digits[n++] = *c;
        else if (*c == 'T')
            digits[n++] = '-';
    if (getrandom(random, sizeof random, 0) < 0)
        random[0] = (unsigned char)getpid();
    vb_hex(random, sizeof random, hex);
    return vb_str_fmt(arena, "%.*s-%s", (int)n, digits, hex);
}

static char *
absolute(const char *path, vb_arena *arena, vb_error *err)
{
    char full[PATH_MAX];

    if (!realpath(path, full)) {
        vb_fail_errno(err, "cannot find '%s'", path);
        return NULL;
    }
    return vb_str_dup(arena, vb_str_c(full));
}

static bool
fill(vb_rundir *dir, const char *path, const char *workdir, vb_arena *arena,
     vb_error *err)
{
    dir->work_fd = -1;
    dir->path = absolute(path, arena, err);
    if (!dir->path)
        return false;
    dir->id = vb_path_base(vb_str_c(dir->path));
    dir->own = vb_str_dup(arena, vb_str_fmt(arena, "%s/work", dir->path));
    dir->sim = vb_str_dup(arena, vb_str_fmt(arena, "%s/sim", dir->path));
    dir->home = vb_str_dup(arena, vb_str_fmt(arena, "%s/home", dir->path));
    dir->state = vb_str_dup(arena, vb_str_fmt(arena, "%s/state", dir->path));
    if (!vb_mkdirs(dir->own, 0777, err) || !vb_mkdirs(dir->state, 0700, err))
        return false;
    dir->work = workdir ? absolute(workdir, arena, err) : dir->own;
    if (!dir->work)
        return false;
    dir->work_fd = vb_open(dir->work, O_RDONLY | O_DIRECTORY, 0, err);
    return dir->work_fd >= 0;
}

bool
vb_rundir_create(vb_rundir *dir, const char *out, const char *workdir,
                 vb_arena *arena, vb_error *err)
{
    vb_str path = vb_str_c(out);

    *dir = (vb_rundir){.work_fd = -1};
    if (!out)
        path =
            vb_str_fmt(arena, ".verbatim/runs/%.*s", VB_ARG(fresh_name(arena)));
    if (!vb_mkdirs(vb_str_dup(arena, vb_path_dir(path)), 0777, err))
        return false;
    /* Whoever may read the run may read what the steps printed. */
    if (mkdir(path.ptr, 0700) < 0 && errno != EEXIST)
        return vb_fail_errno(err, "cannot create directory '%s'", path.ptr);
    if (vb_exists(vb_str_fmt(arena, "%s/transcript.jsonl", path.ptr).ptr))
        return vb_fail(err, "'%s' holds a run already", path.ptr);
    return fill(dir, path.ptr, workdir, arena, err);
}

bool
vb_rundir_open(vb_rundir *dir, const char *path, const char *workdir,
               vb_arena *arena, vb_error *err)
{
    *dir = (vb_rundir){.work_fd = -1};
    if (!vb_is_dir(path))
        return vb_fail(err, "'%s' is not a run's directory", path);
    if (!vb_exists(vb_str_fmt(arena, "%s/transcript.jsonl", path).ptr))
        return vb_fail(err, "'%s' has no transcript", path);
    return fill(dir, path, workdir, arena, err);
}

void
vb_rundir_close(vb_rundir *dir)
{
    if (!vb_close(&dir->work_fd, "working directory", NULL))
        dir->work_fd = -1;
}

bool
vb_rundir_put(const vb_rundir *dir, const char *name, vb_str content,
              vb_digest *sha256, vb_error *err)
{
    vb_arena scratch = {0};
    vb_str path = vb_str_fmt(&scratch, "%s/%s", dir->path, name);
    char *parent = vb_str_dup(&scratch, vb_path_dir(path));
    bool ok = vb_mkdirs(parent, 0777, err) &&
              vb_write_file(path.ptr, content, 0644, err);

    if (sha256)
        *sha256 = vb_sha256(content);
    vb_arena_release(&scratch);
    return ok;
}
