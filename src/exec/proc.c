#include "exec/proc.h"

#include "base/clock.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

/* Reads a small file of /proc; the length, or 0 when it is not there. */
static size_t
slurp(pid_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    int n = snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd;
    ssize_t got;

    if (n < 0 || (size_t)n >= sizeof path)
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    got = vb_read(fd, out, size - 1);
    if (!vb_close(&fd, path, NULL) || got <= 0)
        return 0;
    out[got] = '\0';
    return (size_t)got;
}

bool
vb_proc_read(pid_t pid, vb_proc *out)
{
    char text[1024];
    size_t len = slurp(pid, "stat", text, sizeof text);
    char *open, *close_;
    vb_str rest, word;
    uint64_t ppid = 0, start = 0;

    if (!len)
        return false;
    /* The name stands in parentheses and may hold anything, ')' included. */
    open = strchr(text, '(');
    close_ = strrchr(text, ')');
    if (!open || !close_ || close_ < open || !close_[1])
        return false;
    *out = (vb_proc){.pid = pid};
    *close_ = '\0';
    if (snprintf(out->name, sizeof out->name, "%.15s", open + 1) < 0)
        return false;
    rest = vb_str_c(close_ + 1);
    for (int field = 3; vb_str_word(&rest, &word); field++) {
        if (field == 3)
            out->state = word.ptr[0];
        else if (field == 4 && !vb_str_u64(word, &ppid))
            return false;
        else if (field == 22)
            return vb_str_u64(word, &start) &&
                   (out->ppid = (pid_t)ppid, out->start = start, true);
    }
    return false;
}

uint64_t
vb_proc_now(void)
{
    struct timespec now;
    long hz = sysconf(_SC_CLK_TCK);

    if (hz <= 0 || clock_gettime(CLOCK_BOOTTIME, &now) < 0)
        return 0;
    return (uint64_t)now.tv_sec * (uint64_t)hz +
           (uint64_t)now.tv_nsec / (1000000000u / (uint64_t)hz);
}

typedef VB_VEC(vb_proc) proc_list;

static void
list_all(vb_arena *arena, proc_list *list)
{
    DIR *dir = opendir("/proc");
    const struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir))) {
        uint64_t pid;
        vb_proc proc;

        if (vb_str_u64(vb_str_c(entry->d_name), &pid) &&
            vb_proc_read((pid_t)pid, &proc))
            vb_vec_push(arena, list, proc);
    }
    if (closedir(dir) < 0)
        list->len = 0;
}

/* Position of the process in a list sorted by id, or VB_NPOS. */
static size_t
find(const proc_list *list, pid_t pid)
{
    size_t low = 0, high = list->len;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (list->at[mid].pid == pid)
            return mid;
        if (list->at[mid].pid < pid)
            low = mid + 1;
        else
            high = mid;
    }
    return VB_NPOS;
}

/* readdir gives /proc in order of ids, but nothing promises it. */
static void
sort(proc_list *list)
{
    for (size_t i = 1; i < list->len; i++) {
        vb_proc moved = list->at[i];
        size_t at = i;

        for (; at > 0 && list->at[at - 1].pid > moved.pid; at--)
            list->at[at] = list->at[at - 1];
        list->at[at] = moved;
    }
}

/* Walks up from one process; everything passed on a way that ends at the
 * root is below it. */
static bool
leads_to(const proc_list *list, size_t from, pid_t root)
{
    size_t at = from;

    for (size_t steps = 0; steps <= list->len; steps++) {
        if (list->at[at].below || list->at[at].ppid == root)
            return true;
        at = find(list, list->at[at].ppid);
        if (at == VB_NPOS)
            return false;
    }
    return false;
}

size_t
vb_proc_below(pid_t root, vb_arena *arena, vb_proc **out)
{
    proc_list list = {0};
    size_t kept = 0;

    list_all(arena, &list);
    sort(&list);
    for (size_t i = 0; i < list.len; i++)
        list.at[i].below = leads_to(&list, i, root);
    for (size_t i = 0; i < list.len; i++)
        if (list.at[i].below && list.at[i].state != 'Z' &&
            list.at[i].state != 'X')
            list.at[kept++] = list.at[i];
    *out = list.at;
    return kept;
}

/* Adds the children of one process. False when the kernel does not list
 * them. */
static bool
add_children(pid_t pid, vb_arena *arena, proc_list *list)
{
    char text[32 * 1024], name[64];
    int n = snprintf(name, sizeof name, "task/%d/children", (int)pid);
    vb_str rest, word;
    size_t len;

    if (n < 0)
        return false;
    len = slurp(pid, name, text, sizeof text);
    if (len + 1 == sizeof text)
        return false;
    rest = vb_str_n(text, len);
    while (vb_str_word(&rest, &word)) {
        uint64_t child;
        vb_proc proc;

        if (vb_str_u64(word, &child) && vb_proc_read((pid_t)child, &proc))
            vb_vec_push(arena, list, proc);
    }
    return true;
}

size_t
vb_proc_quick(pid_t root, vb_arena *arena, vb_proc **out)
{
    proc_list list = {0};
    size_t kept = 0;

    if (access("/proc/thread-self/children", R_OK) < 0 ||
        !add_children(root, arena, &list))
        return vb_proc_below(root, arena, out);
    for (size_t i = 0; i < list.len; i++)
        if (!add_children(list.at[i].pid, arena, &list))
            return vb_proc_below(root, arena, out);
    for (size_t i = 0; i < list.len; i++)
        if (list.at[i].state != 'Z' && list.at[i].state != 'X')
            list.at[kept++] = list.at[i];
    *out = list.at;
    return kept;
}

/* Whoever has the id now may be another one: look once more. */
static bool
is_still(const vb_proc *proc)
{
    vb_proc again;

    return vb_proc_read(proc->pid, &again) && again.start == proc->start;
}

bool
vb_proc_signal(const vb_proc *proc, int sig)
{
    int fd = (int)syscall(SYS_pidfd_open, proc->pid, 0);
    bool sent;

    /* A kernel before 5.3, and valgrind, have no such descriptors. */
    if (fd < 0 && errno == ENOSYS)
        return is_still(proc) && kill(proc->pid, sig) == 0;
    if (fd < 0)
        return false;
    sent = is_still(proc);
    if (sent && syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) < 0)
        sent = errno == ENOSYS && kill(proc->pid, sig) == 0;
    return vb_close(&fd, "pidfd", NULL) && sent;
}

/* False when there are no children left at all, and so, for a reaper, no
 * descendants. */
static bool
reap(void)
{
    pid_t pid;

    do
        pid = waitpid(-1, NULL, WNOHANG);
    while (pid > 0);
    return pid == 0;
}

bool
vb_proc_end_all(int limit_ms, uint64_t since)
{
    int64_t deadline = vb_clock_mono_ns() + (int64_t)limit_ms * 1000000;
    vb_arena arena = {0};
    bool done = false;

    bool thorough = false;

    for (int wait_ms = 1; !done; wait_ms = wait_ms < 50 ? wait_ms * 2 : 50) {
        vb_proc *list;
        size_t n, kept = 0;

        vb_arena_reset(&arena);
        if (!reap()) {
            done = true;
            break;
        }
        n = thorough ? vb_proc_below(getpid(), &arena, &list)
                     : vb_proc_quick(getpid(), &arena, &list);
        for (size_t i = 0; i < n; i++)
            if (list[i].start >= since)
                list[kept++] = list[i];
        n = kept;
        done = thorough && n == 0;
        thorough = true;
        /* Stopping all first keeps them from forking while being killed. */
        for (size_t i = 0; i < n; i++)
            if (!vb_proc_signal(&list[i], SIGSTOP))
                list[i].pid = 0;
        for (size_t i = 0; i < n; i++)
            if (list[i].pid && !vb_proc_signal(&list[i], SIGKILL))
                list[i].pid = 0;
        if (!done && vb_clock_mono_ns() > deadline)
            break;
        if (!done && poll(NULL, 0, wait_ms) < 0)
            continue;
    }
    if (!reap())
        done = true;
    vb_arena_release(&arena);
    return done;
}

vb_str
vb_proc_cmdline(pid_t pid, vb_arena *arena)
{
    char text[4096];
    size_t len = slurp(pid, "cmdline", text, sizeof text);

    while (len && text[len - 1] == '\0')
        len--;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\0' || text[i] == '\n')
            text[i] = ' ';
    return vb_str_copy(arena, vb_str_n(text, len));
}
