/* What the files of the shim share. It is a program of its own that links the
 * C library alone: nothing here is part of verbatim itself. */
#ifndef VB_REHEARSE_SHIM_H
#define VB_REHEARSE_SHIM_H

#include "rehearse/wire.h"

#include <stdbool.h>
#include <stddef.h>

enum { SHIM_EXIT_BROKEN = 125 };

/* Says why, with errno, and ends the shim. */
_Noreturn void shim_broken(const char *what);
bool shim_put(int fd, const void *data, size_t len);
/* Never NULL. */
char *shim_room(size_t len);

typedef struct shim_job {
    int server;
    const char *dir; /* the programs stand in DIR/bin */
    const char *name;
    char **argv;
    const char *order; /* the RUN frame */
    size_t len;
} shim_job;

/* shim_run.c: runs the real program and tells the server everything about it,
 * its end included. */
void shim_run(const shim_job *job);

/* shim_files.c: the files a command line names and those the server asks to
 * watch. */
enum { SHIM_FILES_MAX = 64 };
/* Before the program starts: tells what it was given. */
void shim_files_before(const shim_job *job);
/* After its end: tells what it wrote. True when something was too large. */
bool shim_files_after(const shim_job *job);

/* A frame to the server; the parts are put one after another. */
void shim_tell(int server, vb_wire_type type, const void *head, size_t head_len,
               const void *body, size_t len);

#endif
