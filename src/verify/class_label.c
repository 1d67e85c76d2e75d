/* Labels that a cloud put into a host name, and pictures of keys. */
#include "verify/classes.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

enum { LABEL_MIN = 6, LABEL_MAX = 63, HOST_MAX = 253, PICTURE_LEN = 19 };

/* Hosts under these domains are named by the cloud, not by the author. */
static const char *const domains[] = {
    ".run.app",     ".amazonaws.com",      ".cloudfront.net",
    ".azure.com",   ".cloudapp.net",       ".azurewebsites.net",
    ".ngrok.io",    ".ngrok-free.app",     ".windows.net",
    ".on.aws",      ".cloudfunctions.net", ".azmk8s.io",
    ".vercel.app",  ".awsapprunner.com",   ".elb.amazonaws.com.cn",
    ".appspot.com",
};

static bool
is_label_char(char c)
{
    return vb_is_lower(c) || vb_is_digit(c);
}

static size_t
label_len(vb_str line, size_t at)
{
    size_t n = 0;

    while (n < LABEL_MAX && is_label_char(vb_at(line, at + n)))
        n++;
    return vb_ends_at(line, at + n) ? n : 0;
}

/* The rest of the host name is that of a cloud. A bucket's name stands before
 * ".s3" and was chosen by a person. */
static bool
in_cloud(vb_str line, size_t at)
{
    size_t n = 0;
    vb_str rest;

    while (n < HOST_MAX &&
           (is_label_char(vb_at(line, at + n)) ||
            (vb_at(line, at + n) && vb_one_of(".-", line.ptr[at + n]))))
        n++;
    rest = vb_str_sub(line, at, n);
    if (vb_str_starts(rest, ".s3.") || vb_str_starts(rest, ".s3-"))
        return false;
    for (size_t i = 0; i < VB_COUNT(domains); i++)
        if (vb_str_ends(rest, domains[i]))
            return true;
    return false;
}

size_t
vb_label_find(vb_str line, size_t at)
{
    size_t n = label_len(line, at), digits = 0, runs = 0;
    char next = vb_at(line, at + n);

    if (n < LABEL_MIN || (next != '.' && next != '-'))
        return 0;
    for (size_t i = 0; i < n; i++) {
        bool digit = vb_is_digit(line.ptr[at + i]);

        digits += digit;
        runs += digit && (i == 0 || !vb_is_digit(line.ptr[at + i - 1]));
    }
    if (runs < 2 || digits == n || !in_cloud(line, at + n))
        return 0;
    return n;
}

size_t
vb_label_take(vb_str line, size_t at)
{
    size_t n = label_len(line, at);

    return n >= LABEL_MIN ? n : 0;
}

size_t
vb_picture_len(vb_str line, size_t at)
{
    if (vb_at(line, at) != '|' || vb_at(line, at + PICTURE_LEN - 1) != '|' ||
        line.len < at + PICTURE_LEN)
        return 0;
    for (size_t i = 1; i + 1 < PICTURE_LEN; i++)
        if (!vb_one_of(" .o+=*BOX@%&#/^SE", line.ptr[at + i]))
            return 0;
    return PICTURE_LEN;
}
