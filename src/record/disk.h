/*
 * The transcript's file: lock, whole lines appended or nothing, a reserve for
 * the day the disk is full, and syncing that does not stop the writer. Used by
 * the record alone.
 */
#ifndef VB_RECORD_DISK_H
#define VB_RECORD_DISK_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define VB_TRANSCRIPT_NAME "transcript.jsonl"
#define VB_LOCK_NAME ".lock"
#define VB_RESERVE_NAME ".reserve"

enum { VB_RESERVE_BYTES = 256 * 1024 };

/* The thread behind vb_disk_sync_soon; only disk.c looks inside. */
typedef struct vb_syncer {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool started, asked, stop;
    int fd;
    int failed; /* errno of a sync that failed, or 0 */
} vb_syncer;

typedef struct vb_disk {
    vb_arena arena; /* holds the paths */
    const char *path, *lock_path, *reserve_path;
    int fd, lock_fd;
    uint64_t size; /* bytes of whole lines */
    bool reserved; /* the reserve is still there */
    bool dirty;    /* written since the last sync was asked for */
    vb_syncer syncer;
} vb_disk;

/* Takes the lock of the run in 'dir': its descriptor, which keeps it until it
 * is closed, or -1 when another process has it. */
int vb_run_lock(const char *dir, vb_error *err);
/* Does another process hold it? */
bool vb_run_in_use(const char *dir);

/* Makes 'dir' when it is missing. The transcript must not exist. */
VB_MUST_USE bool vb_disk_create(vb_disk *disk, const char *dir, vb_error *err);
/* The transcript must exist; nothing is cut yet. */
VB_MUST_USE bool vb_disk_open(vb_disk *disk, const char *dir, vb_error *err);

/* Keeps the first 'size' bytes and appends behind them. */
VB_MUST_USE bool vb_disk_cut(vb_disk *disk, uint64_t size, vb_error *err);
/* All of 'lines' or nothing; err->sys is ENOSPC or EDQUOT on a full disk. */
VB_MUST_USE bool vb_disk_append(vb_disk *disk, vb_str lines, vb_error *err);
/* Frees the reserve's space. False when it is gone already. */
bool vb_disk_spend(vb_disk *disk);

VB_MUST_USE bool vb_disk_sync(vb_disk *disk, vb_error *err);
/* Starts a sync beside the writer; a failure shows at the next call. */
VB_MUST_USE bool vb_disk_sync_soon(vb_disk *disk, vb_error *err);

/* Everything is released, also on failure. */
bool vb_disk_close(vb_disk *disk, vb_error *err);

#endif
