/* Numbers that are volatile for the words around them. */
#include "verify/context.h"

#include <string.h>

#include "base/banned.h"

/* What says of which kind a whole line is stands near its start; a line of
 * megabytes is not searched again for each of its numbers. */
enum { LINE_LOOK = 1024 };

/* Words before and after a number that make it drift from day to day. */
static const char *const before_number[] = {
    "pid",
    "process",
    "pid=",
    "pid:",
    "resourceversion",
    "tasks:",
    "limit:",
    "objects:",
    "delta",
    "reused",
    "pack-reused",
    "serial",
    "main pid:",
    "uptime",
    "ttl=",
    "icmp_seq=",
    "content-length:",
    "reading database ...",
    "uptime_in_seconds:",
    "uptime_in_days:",
    "xact",
    "generation:",
    "process:",
    "inode:",
    "noerror, id:",
    "nxdomain, id:",
    "tps =",
    "actual time=",
};
static const char *const after_number[] = {
    "packages are looking",
    "not upgraded",
    "packages in",
    "packages, and audited",
    "packages from",
    "files and directories",
    "packages can be",
    "users",
    "[#/sec]",
    "[ms]",
    "[Kbytes/sec]",
    "requests/sec",
    "ops/sec",
    "bytes/sec",
    "req/s",
};
/* Lines whose every number is progress. */
static const char *const progress_lines[] = {
    "Enumerating objects:",
    "Counting objects:",
    "Compressing objects:",
    "Receiving objects:",
    "Writing objects:",
    "Resolving deltas:",
    "Unpacking objects:",
    "Delta compression ",
    "Total ",
    "Updating files:",
    "(Reading database",
    "rtt min/avg/max",
    "round-trip min/avg/max",
    "Mem:",
    "Swap:",
};

static bool
is_progress_line(vb_str line)
{
    line = vb_str_sub(line, 0, LINE_LOOK);
    if (vb_str_has(line, "load average:"))
        return true;
    /* a transfer: "report.pdf  100% 1204KB  9.8MB/s  00:00" */
    if (vb_str_has(line, "B/s") &&
        (vb_str_has(line, "% ") || vb_str_has(line, " eta ")))
        return true;
    if (vb_str_starts(line, "remote: "))
        line = vb_str_from(line, 8);
    for (size_t i = 0; i < VB_COUNT(progress_lines); i++)
        if (vb_str_starts(line, progress_lines[i]))
            return !vb_str_starts(line, "Total ") || vb_str_has(line, "delta");
    return false;
}

static bool
follows(vb_str before, const char *word)
{
    size_t n = strlen(word);
    vb_str tail;

    if (before.len < n)
        return false;
    tail = vb_str_from(before, before.len - n);
    return vb_str_ieqc(tail, word) &&
           (before.len == n || !vb_is_word(before.ptr[before.len - n - 1]));
}

static bool
is_versioned(vb_str before)
{
    size_t n = 0;

    if (before.len && before.ptr[before.len - 1] == '/') {
        while (n + 1 < before.len && vb_is_word(before.ptr[before.len - 2 - n]))
            n++;
        return n > 0 && !vb_str_ends(before, "HTTP/");
    }
    before = vb_str_rtrim(before);
    while (before.len && vb_one_of(":=\"'", before.ptr[before.len - 1]))
        before = vb_str_rtrim(vb_str_sub(before, 0, before.len - 1));
    return follows(before, "version") || follows(before, "release");
}

/* What stands behind these is never twice the same. */
static const char *const before_token[] = {
    "etag:",       "token:", "password:", "access_key:",
    "secret_key:", "etag",   "token",     "password",
};

static size_t
secret_len(vb_str line, size_t at)
{
    vb_str before = vb_str_rtrim(vb_str_sub(line, 0, at));
    size_t n = 0;

    if (!before.len || !vb_one_of(":=\"'", before.ptr[before.len - 1]))
        return 0;
    while (at + n < line.len && !vb_is_space(line.ptr[at + n]) &&
           !vb_one_of("\"',;)", line.ptr[at + n]))
        n++;
    /* In a sentence "token" is followed by ordinary words. */
    if (n < 8 || vb_str_chr(vb_str_sub(line, at, n), '/') == 0)
        return 0;
    while (before.len && vb_one_of("\"'=", before.ptr[before.len - 1]))
        before.len--;
    for (size_t i = 0; i < VB_COUNT(before_token); i++)
        if (follows(before, before_token[i]) &&
            (before_token[i][strlen(before_token[i]) - 1] == ':' ||
             vb_at(line, before.len) == '=' || vb_at(line, before.len) == ':'))
            return n;
    return 0;
}

/* "-rw-r--r-- 1 alice users 399 Nov 22 22:01 f": what `ls -l` says of a file
 * begins with its mode. */
static bool
is_mode(vb_str line)
{
    if (line.len < 12 || !vb_one_of("-dlbcps", line.ptr[0]))
        return false;
    for (size_t i = 1; i < 10; i++)
        if (!vb_one_of("rwxsStT-", line.ptr[i]))
            return false;
    return vb_one_of(" .+@", line.ptr[10]);
}

/* The size of a file: a number right before its date. */
static bool
is_file_size(vb_str line, size_t at, size_t n)
{
    vb_class cls;

    return is_mode(line) && vb_at(line, at + n) == ' ' &&
           vb_time_find(line, at + n + 1, &cls) > 0 &&
           (cls == VB_CLASS_DATE || cls == VB_CLASS_TIMESTAMP);
}

/* Numbers with a place of their own in what a program prints. */
static bool
has_own_place(vb_str line, size_t at, size_t n)
{
    vb_str before = vb_str_sub(line, 0, at), after = vb_str_from(line, at + n);
    vb_str near = vb_str_from(before, at > LINE_LOOK ? at - LINE_LOOK : 0);
    vb_str head = vb_str_sub(line, 0, LINE_LOOK);

    /* "sshd[812]:" */
    if (n >= 2 && at >= 2 && line.ptr[at - 1] == '[' &&
        vb_is_word(line.ptr[at - 2]) && vb_str_starts(after, "]:"))
        return true;
    /* "==5901== " */
    if (at == 2 && vb_str_eqc(before, "==") && vb_str_starts(after, "=="))
        return true;
    /* the branch of a process tree */
    if (vb_str_ends(before, "\xe2\x94\x80") && vb_str_starts(after, " "))
        return true;
    /* a record's time to live: "shop.example.com.  300  IN  A" */
    if (vb_str_starts(after, "\tIN\t") || vb_str_starts(after, " IN "))
        return true;
    if (is_file_size(line, at, n))
        return true;
    return (at > 0 && line.ptr[at - 1] == '#' && vb_str_has(head, " SMP ")) ||
           (follows(vb_str_rtrim(before), "size:") &&
            vb_str_has(head, "digest:")) ||
           (vb_str_ends(before, "..") && vb_str_has(near, "actual time="));
}

/* What a random provider made: "random_pet.name: ... [id=loving-marmot]". */
static size_t
random_id_len(vb_str line, size_t at)
{
    size_t n = 0;

    if (!vb_str_starts(line, "random_") ||
        !vb_str_ends(vb_str_sub(line, 0, at), "[id="))
        return 0;
    while (at + n < line.len && line.ptr[at + n] != ']')
        n++;
    return n;
}

/* A version among nothing else: "gsutil 5.11", "x86_64.ubuntu.20". */
static size_t
banner_len(vb_str line, size_t at, vb_class *cls)
{
    size_t n = vb_version_len(line, at);

    *cls = VB_CLASS_VERSION;
    if (n)
        return n;
    n = vb_digits(line, at, 9);
    *cls = VB_CLASS_NUMBER;
    return at >= 2 && line.ptr[at - 1] == '.' &&
                   vb_is_alpha(line.ptr[at - 2]) && vb_ends_at(line, at + n)
               ? n
               : 0;
}

static bool
is_among_words(vb_str line, size_t at, size_t n)
{
    vb_str before = vb_str_sub(line, 0, at), after;

    before = vb_str_rtrim(
        vb_str_sub(before, before.len > 40 ? before.len - 40 : 0, 40));
    for (size_t i = 0; i < VB_COUNT(before_number); i++)
        if (follows(before, before_number[i]))
            return true;
    after = vb_str_ltrim(vb_str_sub(line, at + n, 64));
    for (size_t i = 0; i < VB_COUNT(after_number); i++)
        if (vb_str_starts(after, after_number[i]))
            return true;
    return false;
}

size_t
vb_context_number(const vb_context *ctx, vb_str line, size_t at, vb_class *cls)
{
    vb_str before = vb_str_sub(line, 0, at);
    size_t n = secret_len(line, at);

    if (n) {
        *cls = VB_CLASS_SECRET;
        return n;
    }
    n = random_id_len(line, at);
    if (n) {
        *cls = VB_CLASS_RANDOM_NAME;
        return n;
    }
    n = vb_version_len(line, at);

    /* "PostgreSQL 14.7 (": a program's name, its version, its build */
    if (n && (is_versioned(before) ||
              (at >= 2 && vb_is_alpha(line.ptr[at - 2]) &&
               vb_str_starts(vb_str_from(line, at + n), " (")))) {
        *cls = VB_CLASS_VERSION;
        return n;
    }
    if (ctx->banner && (n = banner_len(line, at, cls)) > 0)
        return n;
    n = vb_digits(line, at, 32);
    if (n == 0 || !vb_ends_at(line, at + n))
        return 0;
    if (ctx->measures || is_progress_line(line)) {
        *cls = VB_CLASS_PROGRESS;
        return vb_at(line, at + n) == '%' ? 0 : vb_number_len(line, at);
    }
    *cls = VB_CLASS_NUMBER;
    n = vb_number_len(line, at);
    return has_own_place(line, at, n) || is_among_words(line, at, n) ? n : 0;
}
