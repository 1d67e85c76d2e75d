#include "base/hash.h"

#include "base/io.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/banned.h"

bool
vb_hash_file(const char *path, vb_digest *digest, uint64_t *bytes,
             vb_error *err)
{
    char piece[64 * 1024];
    int fd =
        vb_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, 0, err);
    uint64_t total = 0;
    struct stat st;
    vb_hash hash;
    ssize_t n = 1;

    if (fd < 0)
        return false;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        vb_close(&fd, path, NULL);
        return vb_fail(err, "'%s' is not a regular file", path);
    }
    vb_hash_init(&hash);
    while (n > 0 && (n = vb_read(fd, piece, sizeof piece)) > 0) {
        vb_hash_add(&hash, piece, (size_t)n);
        total += (uint64_t)n;
    }
    if (n < 0)
        vb_fail_errno(err, "cannot read '%s'", path);
    *digest = vb_hash_final(&hash);
    if (bytes)
        *bytes = total;
    return vb_close(&fd, path, n < 0 ? NULL : err) && n == 0;
}
