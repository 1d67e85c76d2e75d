/*
 * Input and output that cannot lie: EINTR, short reads and writes and failing
 * close are handled here and nowhere else. Descriptors are close-on-exec.
 */
#ifndef VB_BASE_IO_H
#define VB_BASE_IO_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Fills descriptors 0 to 2 where the caller left them closed, so that no file
 * of ours gets such a number and is taken for standard output. Using them
 * still fails. To be called before anything is opened. */
bool vb_hold_stdio(vb_error *err);

/* -1 and a message on failure. 'flags' as open(2); O_CLOEXEC is added. */
int vb_open(const char *path, int flags, mode_t mode, vb_error *err);
/* Closes *fd if it is not -1 and sets it to -1. */
bool vb_close(int *fd, const char *path, vb_error *err);

/* Waits when a non-blocking descriptor takes no more. */
bool vb_write_all(int fd, const void *ptr, size_t len, const char *path,
                  vb_error *err);
/* Up to 'len' bytes; 0 at the end of file; -1 on error (errno; EAGAIN on a
 * non-blocking descriptor without data). Only EINTR is hidden. */
ssize_t vb_read(int fd, void *ptr, size_t len);

/* The whole of a regular file or, for "-", of standard input. More than
 * 'max' bytes, a directory or any other kind of file is an error. */
bool vb_read_file(const char *path, size_t max, vb_buf *out, vb_error *err);
/* The same, into an arena. */
bool vb_read_file_arena(const char *path, size_t max, vb_arena *arena,
                        vb_str *out, vb_error *err);
/* Creates or replaces 'path' atomically: temporary file beside it, fsync,
 * rename. A symbolic link of that name is replaced, not followed. */
bool vb_write_file(const char *path, vb_str content, mode_t mode,
                   vb_error *err);

/* mkdir -p. */
bool vb_mkdirs(const char *path, mode_t mode, vb_error *err);
/* Removes a file or a tree of any depth; nothing there is fine, too. It does
 * not follow symbolic links. */
bool vb_remove_tree(const char *path, vb_error *err);
bool vb_exists(const char *path);
bool vb_is_dir(const char *path);

/* Pure text operations on paths; results are in the arena. */
vb_str vb_path_join(vb_arena *arena, vb_str dir, vb_str name);
/* "." for a name without slash; borrowed from 'path' otherwise. */
vb_str vb_path_dir(vb_str path);
vb_str vb_path_base(vb_str path);
/* Removes "." and ".." lexically; a leading ".." that leaves stays. */
vb_str vb_path_clean(vb_arena *arena, vb_str path);

#endif
