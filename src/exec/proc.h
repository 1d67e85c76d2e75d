/*
 * The processes below one process, from /proc. A process is named by its id
 * and its start time, so that a reused id is never taken for it.
 */
#ifndef VB_EXEC_PROC_H
#define VB_EXEC_PROC_H

#include "base/arena.h"
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct vb_proc {
    pid_t pid, ppid;
    uint64_t start; /* clock ticks since boot */
    char state;     /* as in /proc/PID/stat */
    bool below;     /* of the root asked for */
    char name[16];
} vb_proc;

/* All living processes below 'root' (without it), parents before children as
 * far as their order in /proc allows. Zombies are left out. */
size_t vb_proc_below(pid_t root, vb_arena *arena, vb_proc **out);

/* The same by walking down from the root: quick where there are few, but a
 * process whose parent ends at this moment may be missed. */
size_t vb_proc_quick(pid_t root, vb_arena *arena, vb_proc **out);

/* False when there is no such process any more. */
bool vb_proc_read(pid_t pid, vb_proc *out);
/* Clock ticks since boot, comparable with vb_proc.start. */
uint64_t vb_proc_now(void);

/* Signals exactly this process; false when it is gone. */
bool vb_proc_signal(const vb_proc *proc, int sig);

/* Kills and, where they are the caller's children, reaps everything below
 * the calling process that began at 'since' or later. False when something
 * still lives after 'limit_ms'. */
bool vb_proc_end_all(int limit_ms, uint64_t since);

/* Command line of a process for people, blanks between arguments. */
vb_str vb_proc_cmdline(pid_t pid, vb_arena *arena);

#endif
