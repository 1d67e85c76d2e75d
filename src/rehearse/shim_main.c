/*
 * The shim: what runs when a guide calls a simulated program. It finds its
 * server's socket beside itself, says what it was asked, and does what it is
 * told: reads and writes files (inside the sandbox, as the reader's program
 * would), prints, exits. It links the C library alone and allocates little,
 * because it starts once for each simulated command.
 */
#include "rehearse/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

static char program[PATH_MAX]; /* the path of this file */
static const char *name = "shim";
static char **command;

_Noreturn void
shim_broken(const char *what)
{
    dprintf(STDERR_FILENO,
            "verbatim: the stand-in for '%s' is broken: %s: %s\n", name, what,
            strerror(errno));
    _exit(SHIM_EXIT_BROKEN);
}

bool
shim_put(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        /* Somebody made a pipe that we share non-blocking. */
        if (n < 0 && errno == EAGAIN) {
            struct pollfd ready = {fd, POLLOUT, 0};

            if (poll(&ready, 1, -1) >= 0 || errno == EINTR)
                continue;
        }
        if (n < 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool
get(int fd, void *data, size_t len)
{
    char *at = data;

    while (len) {
        ssize_t n = read(fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n ? errno : ECONNRESET;
            return false;
        }
        at += n;
        len -= (size_t)n;
    }
    return true;
}

char *
shim_room(size_t len)
{
    char *data = malloc(len ? len : 1);

    if (!data)
        shim_broken("memory");
    return data;
}

/* DIR/bin/NAME -> a socket connected to DIR/sock. The path of a socket is
 * short by nature, so it is reached through a descriptor of DIR. */
static int
connect_server(void)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;
    int dir, fd;

    if (len <= 0)
        shim_broken("/proc/self/exe");
    program[len] = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        shim_broken(program);
    name = slash + 1;
    *slash = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        shim_broken(program);
    *slash = '\0';
    dir = open(program, O_PATH | O_CLOEXEC);
    if (dir < 0)
        shim_broken(program);
    if (snprintf(addr.sun_path, sizeof addr.sun_path, "/proc/self/fd/%d/sock",
                 dir) < 0)
        shim_broken("socket");
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof addr))
        shim_broken("no server answers");
    close(dir);
    return fd;
}

static char *
add(char *at, const char *text)
{
    size_t len = strlen(text) + 1;

    memcpy(at, text, len);
    return at + len;
}

static void
say_hello(int fd, int argc, char **argv)
{
    char cwd[PATH_MAX];
    size_t len;
    uint32_t count = (uint32_t)argc;
    vb_wire_head head = {VB_WIRE_HELLO, 0};
    char *data, *at;

    if (!getcwd(cwd, sizeof cwd))
        cwd[0] = '\0';
    len = sizeof count + strlen(cwd) + 1 + strlen(name) + 1;
    for (int i = 1; i < argc; i++)
        len += strlen(argv[i]) + 1;
    for (char **e = environ; *e; e++)
        len += strlen(*e) + 1;
    if (len > VB_WIRE_MAX) {
        errno = E2BIG;
        shim_broken("arguments and environment");
    }
    data = shim_room(len + sizeof head);
    head.len = (uint32_t)len;
    memcpy(data, &head, sizeof head);
    memcpy(data + sizeof head, &count, sizeof count);
    at = add(data + sizeof head + sizeof count, cwd);
    at = add(at, name);
    for (int i = 1; i < argc; i++)
        at = add(at, argv[i]);
    for (char **e = environ; *e; e++)
        at = add(at, *e);
    if (!shim_put(fd, data, len + sizeof head))
        shim_broken("the server left");
    free(data);
}

/* "-" or "-123": standard input, as far as that. */
static bool
is_standard(const char *path, size_t *most)
{
    char *end;

    if (path[0] != '-')
        return false;
    if (path[1])
        *most = (size_t)strtoull(path + 1, &end, 10);
    return !path[1] || *end == '\0';
}

/* The whole of a file, or of standard input. Returns errno. */
static uint32_t
slurp(const char *path, char **data, size_t *len)
{
    size_t most = SIZE_MAX, cap = 65536;
    bool standard = is_standard(path, &most);
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    uint32_t error = 0;

    *data = shim_room(cap);
    *len = 0;
    if (fd < 0)
        return (uint32_t)errno;
    while (*len < most) {
        size_t want = cap - *len < most - *len ? cap - *len : most - *len;
        ssize_t n = read(fd, *data + *len, want);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            error = (uint32_t)errno;
        if (n <= 0)
            break;
        *len += (size_t)n;
        if (*len < cap)
            continue;
        if (cap >= VB_WIRE_FILE_MAX) {
            error = EFBIG;
            break;
        }
        cap *= 2;
        *data = realloc(*data, cap);
        if (!*data)
            shim_broken("memory");
    }
    if (!standard)
        close(fd);
    if (error)
        *len = 0;
    return error;
}

static void
send_file(int fd, const char *path)
{
    vb_wire_head head = {VB_WIRE_FILE, 0};
    char *data;
    size_t len;
    uint32_t error = slurp(path, &data, &len);

    head.len = (uint32_t)(sizeof error + len);
    if (!shim_put(fd, &head, sizeof head) ||
        !shim_put(fd, &error, sizeof error) || !shim_put(fd, data, len))
        shim_broken("the server left");
    free(data);
}

/* Directories above the file are made, as kubectl and gcloud do for theirs. */
static void
make_parents(const char *path)
{
    char copy[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof copy)
        return;
    memcpy(copy, path, len + 1);
    for (char *slash = strchr(copy + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST)
            return;
        *slash = '/';
    }
}

static void
write_file(const char *frame, size_t len)
{
    uint32_t mode, append;
    const char *path = frame + sizeof mode + sizeof append;
    const char *content;
    int fd, flags;

    if (len < sizeof mode + sizeof append + 1 ||
        !memchr(path, '\0', len - sizeof mode - sizeof append)) {
        errno = EPROTO;
        shim_broken("a file to write");
    }
    memcpy(&mode, frame, sizeof mode);
    memcpy(&append, frame + sizeof mode, sizeof append);
    content = path + strlen(path) + 1;
    flags = O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
    fd = open(path, flags, mode ? mode : 0666);
    if (fd < 0 && errno == ENOENT) {
        make_parents(path);
        fd = open(path, flags, mode ? mode : 0666);
    }
    if (fd < 0 || !shim_put(fd, content, (size_t)(frame + len - content)) ||
        close(fd)) {
        dprintf(STDERR_FILENO, "%s: cannot write '%s': %s\n", name, path,
                strerror(errno));
        _exit(1);
    }
}

static uint32_t
number(const char *frame, size_t len)
{
    uint32_t n = SHIM_EXIT_BROKEN;

    if (len == sizeof n)
        memcpy(&n, frame, sizeof n);
    return n;
}

static void
die_of(int signal)
{
    const struct rlimit none = {0, 0};

    /* The program has dumped its own core, if anybody wanted one. */
    if (setrlimit(RLIMIT_CORE, &none))
        errno = 0;
    if (raise(signal) != 0 || raise(SIGKILL) != 0)
        _exit(128 + signal);
}

/* A reader that stopped listening ends us the way it ends any program: by
 * SIGPIPE, unless that is ignored. */
static void
print(int to, const char *frame, size_t len)
{
    if (!shim_put(to, frame, len))
        _exit(1);
}

static void
obey(int fd, const vb_wire_head *head, char *frame)
{
    switch (head->type) {
    case VB_WIRE_READ:
        send_file(fd, frame);
        break;
    case VB_WIRE_WRITE:
        write_file(frame, head->len);
        break;
    case VB_WIRE_OUT:
        print(STDOUT_FILENO, frame, head->len);
        break;
    case VB_WIRE_ERR:
        print(STDERR_FILENO, frame, head->len);
        break;
    case VB_WIRE_EXIT:
        _exit((int)number(frame, head->len));
    case VB_WIRE_KILL:
        die_of((int)number(frame, head->len));
        break;
    case VB_WIRE_RUN:
        shim_run(&(shim_job){fd, program, name, command, frame, head->len});
        break;
    default:
        errno = EPROTO;
        shim_broken("the server");
    }
}

int
main(int argc, char **argv)
{
    int fd = connect_server();

    command = argv;
    say_hello(fd, argc, argv);
    for (;;) {
        vb_wire_head head;
        char *frame;

        if (!get(fd, &head, sizeof head) || head.len > VB_WIRE_MAX)
            shim_broken("the server left");
        frame = shim_room((size_t)head.len + 1);
        if (!get(fd, frame, head.len))
            shim_broken("the server left");
        frame[head.len] = '\0';
        obey(fd, &head, frame);
        free(frame);
    }
}
