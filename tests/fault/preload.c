/*
 * Loaded before the C library by the fault tests: a wall clock that can be set
 * (seconds to add stand in the file that CLOCK_SHIFT names), and a log of what
 * is synced (a line "sync BYTES" in the file that SYNC_LOG names, with the size
 * of a transcript when it was synced).
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long
shift(void)
{
    const char *path = getenv("CLOCK_SHIFT");
    char text[32] = "";
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return 0;
    if (read(fd, text, sizeof text - 1) < 0)
        text[0] = '\0';
    close(fd);
    return strtol(text, NULL, 10);
}

int
clock_gettime(clockid_t clock, struct timespec *ts)
{
    int result = (int)syscall(SYS_clock_gettime, clock, ts);

    if (result == 0 && clock == CLOCK_REALTIME)
        ts->tv_sec += shift();
    return result;
}

static void
note(int fd)
{
    const char *path = getenv("SYNC_LOG");
    char link[64], name[4096], line[64];
    struct stat st;
    ssize_t len;
    int out;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, name, sizeof name - 1);
    if (!path || len < 0 || fstat(fd, &st) < 0)
        return;
    name[len] = '\0';
    if (!strstr(name, "transcript.jsonl"))
        return;
    len = snprintf(line, sizeof line, "sync %jd\n", (intmax_t)st.st_size);
    out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (out < 0 || write(out, line, (size_t)len) != len)
        abort();
    close(out);
}

int
fdatasync(int fd)
{
    note(fd);
    return (int)syscall(SYS_fdatasync, fd);
}
