#include "record/runs.h"

#include "base/clock.h"
#include "base/io.h"
#include "record/disk.h"
#include "record/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

#define GONE_PREFIX ".pruned-"

enum { TAIL_BYTES = 256 * 1024 };

/* ------------------------------------------------------------- one run -- */

/* The start of the run stands in the first line. */
static void
read_start(vb_kept_run *run, vb_arena *arena)
{
    vb_reader *reader = vb_reader_open(run->path.ptr, NULL);
    vb_arena scratch = {0};
    vb_event event;

    if (reader &&
        vb_reader_next(reader, &scratch, &event, NULL) == VB_READ_EVENT &&
        event.kind == VB_EVENT_RUN_START) {
        vb_str none = VB_STR("");

        run->readable = true;
        run->document =
            vb_str_copy(arena, vb_node_str(event.body, "document", none));
        run->title = vb_str_copy(arena, vb_node_str(event.body, "title", none));
        run->provider =
            vb_str_copy(arena, vb_node_str(event.body, "provider", none));
        run->rehearsal =
            vb_str_eqc(vb_node_str(event.body, "mode", none), "rehearsal");
        if (vb_stamp_parse(event.time, &run->started_ms))
            run->started = vb_str_copy(arena, event.time);
    }
    vb_arena_release(&scratch);
    vb_reader_close(reader);
}

static void
take_last(vb_kept_run *run, vb_str line, vb_arena *arena)
{
    vb_arena scratch = {0};
    const vb_node *totals;
    vb_event event;

    if (vb_event_parse(line, (vb_loc){0}, &scratch, &event, NULL)) {
        run->duration_ns = event.mono;
        run->ended = event.kind == VB_EVENT_END;
    }
    if (run->ended) {
        run->verdict =
            vb_str_copy(arena, vb_node_str(event.body, "verdict", VB_STR("")));
        run->duration_ns =
            vb_node_int(event.body, "duration_ns", run->duration_ns);
        totals = vb_node_get(event.body, "totals");
        run->steps = (uint64_t)vb_node_int(totals, "steps", 0);
        for (int v = 0; v < VB_VERDICT_COUNT; v++)
            run->counts[v] = (uint64_t)vb_node_int(
                totals, vb_verdict_name((vb_verdict)v), 0);
    }
    vb_arena_release(&scratch);
}

/* The last whole line; one that is longer than TAIL_BYTES is no end. */
static void
read_end(vb_kept_run *run, int fd, vb_arena *arena)
{
    size_t want = run->bytes < TAIL_BYTES ? (size_t)run->bytes : TAIL_BYTES;
    char *tail = vb_heap_alloc(want + 1);
    ssize_t n = pread(fd, tail, want, (off_t)(run->bytes - want));
    vb_str text = vb_str_n(tail, n > 0 ? (size_t)n : 0);
    bool torn = text.len == 0 || text.ptr[text.len - 1] != '\n';
    size_t end = vb_str_rchr(text, '\n'), start;

    if (end != VB_NPOS) {
        text.len = end;
        start = vb_str_rchr(text, '\n');
        take_last(run, vb_str_from(text, start == VB_NPOS ? 0 : start + 1),
                  arena);
        run->ended = run->ended && !torn;
    }
    vb_heap_free(tail);
}

/* False when the directory holds no transcript. */
static bool
read_run(vb_kept_run *run, vb_str dir, const char *name, vb_arena *arena)
{
    const char *path =
        vb_str_dup(arena, vb_path_join(arena, dir, vb_str_c(name)));
    const char *transcript;
    struct stat st;
    bool ok;
    int fd;

    *run = (vb_kept_run){.name = vb_str_copy(arena, vb_str_c(name)),
                         .path = vb_str_c(path),
                         .started_ms = -1};
    if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return false;
    transcript = vb_path_join(arena, run->path, VB_STR(VB_TRANSCRIPT_NAME)).ptr;
    fd = vb_open(transcript, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0,
                 NULL);
    if (fd < 0)
        return false;
    ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (ok) {
        run->bytes = (uint64_t)st.st_size;
        run->running = vb_run_in_use(run->path.ptr);
        read_start(run, arena);
        read_end(run, fd, arena);
        if (!run->readable)
            run->verdict = VB_STR("unreadable");
        else if (run->running)
            run->verdict = VB_STR("running");
        else if (!run->ended)
            run->verdict = VB_STR("incomplete");
    }
    return vb_close(&fd, transcript, NULL) && ok;
}

/* ------------------------------------------------------------ the folder -- */

/* A stream of our own, so no other thread reads it. */
static const struct dirent *
next_entry(DIR *dir)
{
    errno = 0;
    return readdir(dir); // NOLINT(concurrency-mt-unsafe)
}

/* *folder is NULL when there is none. */
static bool
open_folder(const char *dir, DIR **folder, vb_error *err)
{
    *folder = opendir(dir);
    return *folder || errno == ENOENT ||
           vb_fail_errno(err, "cannot read '%s'", dir);
}

static int
newest_first(const void *a, const void *b)
{
    const vb_kept_run *x = a, *y = b;

    if (x->started_ms != y->started_ms)
        return x->started_ms < y->started_ms ? 1 : -1;
    return vb_str_cmp(y->name, x->name);
}

bool
vb_runs_list(const char *dir, vb_arena *arena, vb_kept_runs *runs,
             vb_error *err)
{
    const struct dirent *entry;
    bool ok = true;
    DIR *folder;

    *runs = (vb_kept_runs){0};
    if (!open_folder(dir, &folder, err))
        return false;
    if (!folder)
        return true;
    while ((entry = next_entry(folder))) {
        vb_kept_run run;

        if (entry->d_name[0] != '.' &&
            read_run(&run, vb_str_c(dir), entry->d_name, arena))
            vb_vec_push(arena, runs, run);
    }
    if (errno)
        ok = vb_fail_errno(err, "cannot read '%s'", dir);
    closedir(folder);
    if (runs->len)
        qsort(runs->at, runs->len, sizeof *runs->at, newest_first);
    return ok;
}

static bool
holds_transcript(vb_str path, vb_arena *arena)
{
    return vb_exists(vb_path_join(arena, path, VB_STR(VB_TRANSCRIPT_NAME)).ptr);
}

const char *
vb_runs_find(const char *dir, vb_str name, vb_arena *arena, vb_error *err)
{
    vb_kept_runs runs;
    const vb_kept_run *found = NULL;
    size_t hits = 0;

    if (name.len && holds_transcript(name, arena))
        return vb_str_dup(arena, name);
    if (!vb_runs_list(dir, arena, &runs, err))
        return NULL;
    if (vb_str_eqc(name, "last") && runs.len)
        return runs.at[0].path.ptr;
    for (size_t i = 0; i < runs.len; i++) {
        const vb_kept_run *run = &runs.at[i];

        if (vb_str_eq(run->name, name))
            return run->path.ptr;
        if (name.len && vb_str_starts(run->name, vb_str_dup(arena, name))) {
            found = run;
            hits++;
        }
    }
    if (hits == 1)
        return found->path.ptr;
    if (hits > 1)
        vb_fail(err, "'%.*s' could be %zu runs in '%s'", VB_ARG(name), hits,
                dir);
    else
        vb_fail(err, "no run '%.*s', neither here nor in '%s'", VB_ARG(name),
                dir);
    return NULL;
}

const char *
vb_runs_named(vb_str name, vb_arena *arena, vb_error *err)
{
    const char *path = vb_str_dup(arena, name);

    if (vb_str_chr(name, '/') != VB_NPOS || vb_exists(path))
        return path;
    return vb_runs_find(VB_RUNS_DIR, name, arena, err);
}

/* -------------------------------------------------------------- pruning -- */

bool
vb_run_may_go(const vb_prune *prune, const vb_kept_run *run, size_t index)
{
    if (run->running || !run->readable)
        return false;
    if (prune->by_count && index < prune->keep)
        return false;
    if (prune->by_age &&
        (run->started_ms < 0 || run->started_ms >= prune->older_ms))
        return false;
    return prune->by_count || prune->by_age;
}

bool
vb_run_remove(const vb_kept_run *run, vb_error *err)
{
    vb_arena arena = {0};
    int lock = vb_run_lock(run->path.ptr, err);
    const char *gone =
        vb_str_fmt(&arena, "%.*s/" GONE_PREFIX "%.*s",
                   VB_ARG(vb_path_dir(run->path)), VB_ARG(run->name))
            .ptr;
    bool ok = lock >= 0;

    if (ok && rename(run->path.ptr, gone) < 0)
        ok = vb_fail_errno(err, "cannot remove '%s'", run->path.ptr);
    ok = ok && vb_remove_tree(gone, err);
    vb_close(&lock, run->path.ptr, NULL);
    vb_arena_release(&arena);
    return ok;
}

bool
vb_runs_sweep(const char *dir, vb_error *err)
{
    const struct dirent *entry;
    vb_arena arena = {0};
    VB_VEC(vb_str) found = {0};
    bool ok = true;
    DIR *folder;

    if (!open_folder(dir, &folder, err))
        return false;
    while (folder && (entry = next_entry(folder)))
        if (vb_str_starts(vb_str_c(entry->d_name), GONE_PREFIX))
            vb_vec_push(
                &arena, &found,
                vb_path_join(&arena, vb_str_c(dir), vb_str_c(entry->d_name)));
    if (folder)
        closedir(folder);
    for (size_t i = 0; ok && i < found.len; i++)
        ok = vb_remove_tree(found.at[i].ptr, err);
    vb_arena_release(&arena);
    return ok;
}
