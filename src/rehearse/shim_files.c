/* The files of a recorded command: those its words name, and those that its
 * program is known to write. */
#include "rehearse/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct watched {
    const char *path;
    bool there; /* before the program ran */
    struct stat before;
} watched;

static watched files[SHIM_FILES_MAX];
static size_t nfiles;

void
shim_tell(int server, vb_wire_type type, const void *head, size_t head_len,
          const void *body, size_t len)
{
    vb_wire_head h = {(uint32_t)type, (uint32_t)(head_len + len)};

    if (!shim_put(server, &h, sizeof h) || !shim_put(server, head, head_len) ||
        !shim_put(server, body, len))
        shim_broken("the server left");
}

static bool
is_file(const struct stat *st)
{
    return S_ISREG(st->st_mode);
}

/* The content of a regular file that is not too large; NULL otherwise. */
static char *
content(const char *path, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    char *data = NULL;

    if (fd < 0)
        return NULL;
    *len = 0;
    if (fstat(fd, &st) == 0 && is_file(&st) && st.st_size >= 0 &&
        st.st_size <= VB_WIRE_GIVEN_MAX) {
        data = shim_room((size_t)st.st_size);
        while (*len < (size_t)st.st_size) {
            ssize_t n = read(fd, data + *len, (size_t)st.st_size - *len);

            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                break;
            *len += (size_t)n;
        }
    }
    close(fd);
    return data;
}

static void
tell_given(int server, const watched *w)
{
    size_t len;
    char *data = content(w->path, &len);

    if (data)
        shim_tell(server, VB_WIRE_GIVEN, w->path, strlen(w->path) + 1, data,
                  len);
    free(data);
}

static watched *
watch(const char *path)
{
    watched *w;

    for (size_t i = 0; i < nfiles; i++)
        if (strcmp(files[i].path, path) == 0)
            return NULL;
    if (nfiles == SHIM_FILES_MAX || !path[0])
        return NULL;
    w = &files[nfiles++];
    w->path = path;
    w->there = stat(path, &w->before) == 0;
    return w;
}

/* --flag=FILE, key=FILE, @FILE, file://FILE: what stands behind the sign. A
 * word alone names a file to be written as well as one that is there. */
static void
watch_word(int server, const char *word)
{
    static const char *const signs[] = {"file://", "fileb://", "@"};
    const char *path = word, *equals;
    const watched *w;

    if (word[0] == '-' && (equals = strchr(word, '=')))
        path = equals + 1;
    else if (word[0] == '-')
        return;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
            if (strncmp(path, signs[i], strlen(signs[i])) == 0)
                path += strlen(signs[i]);
        w = watch(path);
        if (w && w->there && is_file(&w->before))
            tell_given(server, w);
        equals = strchr(path, '=');
        if (!equals)
            return;
        path = equals + 1;
    }
}

void
shim_files_before(const shim_job *job)
{
    const char *end = job->order + job->len;
    const char *at = job->order + strlen(job->order) + 1;

    for (char **word = job->argv + 1; *word; word++)
        watch_word(job->server, *word);
    for (; at < end; at += strlen(at) + 1)
        watch(at);
}

static bool
changed(const watched *w, const struct stat *now)
{
    return !w->there || w->before.st_ino != now->st_ino ||
           w->before.st_dev != now->st_dev ||
           w->before.st_size != now->st_size ||
           w->before.st_mtim.tv_sec != now->st_mtim.tv_sec ||
           w->before.st_mtim.tv_nsec != now->st_mtim.tv_nsec;
}

bool
shim_files_after(const shim_job *job)
{
    bool cut = false;

    for (size_t i = 0; i < nfiles; i++) {
        const watched *w = &files[i];
        struct stat now;
        char head[sizeof(uint32_t) + PATH_MAX];
        size_t len, path_len = strlen(w->path) + 1;
        uint32_t mode;
        char *data;

        if (stat(w->path, &now) || !is_file(&now) || !changed(w, &now) ||
            path_len > PATH_MAX)
            continue;
        data = content(w->path, &len);
        cut = cut || !data;
        if (!data)
            continue;
        mode = now.st_mode & 07777;
        memcpy(head, &mode, sizeof mode);
        memcpy(head + sizeof mode, w->path, path_len);
        shim_tell(job->server, VB_WIRE_WROTE, head, sizeof mode + path_len,
                  data, len);
        free(data);
    }
    return cut;
}
