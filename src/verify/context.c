#include "verify/context.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

enum { ASKED_MAX = 4 * 1024 * 1024, FAULT_SCAN = 2048 };

static bool
is_asked_char(char c)
{
    return vb_is_word(c) || (c && vb_one_of("-./:%+@", c)) || (c & 0x80);
}

static bool
is_octets(vb_str s)
{
    size_t dots = 0, i;

    for (i = 0; i < s.len && (vb_is_digit(s.ptr[i]) || s.ptr[i] == '.'); i++)
        dots += s.ptr[i] == '.';
    return dots == 3 && (i == s.len || s.ptr[i] == '/' || s.ptr[i] == ':');
}

/* "1.22" of "v1.22.9-eks"; empty when there is no minor. */
static vb_str
minor_of(vb_str version)
{
    size_t start = vb_version_prefix(version, 0), n, m;

    n = vb_digits(version, start, 9);
    if (n == 0 || vb_at(version, start + n) != '.')
        return (vb_str){0};
    m = vb_digits(version, start + n + 1, 9);
    return m ? vb_str_sub(version, start, n + 1 + m) : (vb_str){0};
}

/* The word itself, and its parts between separators. */
static void
add_word(vb_context *ctx, vb_str word)
{
    vb_str rest = word, minor;
    size_t cut;

    while (rest.len && vb_one_of(".:-", rest.ptr[rest.len - 1]))
        rest.len--;
    word = rest;
    if (word.len == 0 || word.len > 512)
        return;
    vb_map_add(&ctx->asked, word, NULL);
    for (rest = word; (cut = vb_str_chr(rest, '/')) != VB_NPOS ||
                      (cut = vb_str_chr(rest, ':')) != VB_NPOS ||
                      (cut = vb_str_chr(rest, '@')) != VB_NPOS;
         rest = vb_str_from(rest, cut + 1)) {
        vb_map_add(&ctx->asked, vb_str_sub(rest, 0, cut), NULL);
        vb_map_add(&ctx->asked, vb_str_from(rest, cut + 1), NULL);
        if (!is_octets(word) &&
            (minor = minor_of(vb_str_from(rest, cut + 1))).len)
            vb_map_add(&ctx->versions, minor, NULL);
    }
    if (!is_octets(word) && (minor = minor_of(word)).len)
        vb_map_add(&ctx->versions, minor, NULL);
}

static void
read_asked(vb_context *ctx, vb_str text)
{
    size_t at = 0;

    text = vb_str_sub(text, 0, ASKED_MAX);
    while (at < text.len) {
        size_t n = 0;

        while (at + n < text.len && is_asked_char(text.ptr[at + n]))
            n++;
        if (n)
            add_word(ctx, vb_str_sub(text, at, n));
        at += n + 1;
    }
}

vb_context *
vb_context_make(vb_arena *arena, const vb_expect_opts *opts, vb_str text)
{
    vb_context *ctx = VB_NEW(arena, vb_context);

    vb_map_init(&ctx->asked, arena);
    vb_map_init(&ctx->versions, arena);
    ctx->substs = opts->substs;
    ctx->nsubsts = opts->nsubsts;
    ctx->similar = opts->similar;
    ctx->redacted = opts->redacted;
    read_asked(ctx, opts->asked);
    ctx->markup = vb_str_has(text, "</") || vb_str_ihas(text, "<!doctype") ||
                  vb_str_has(text, "<?xml") ||
                  vb_str_ieqc(opts->lang, "html") ||
                  vb_str_ieqc(opts->lang, "xml");
    ctx->sorted =
        vb_str_has(opts->asked, "sort") || vb_str_ihas(opts->asked, "order by");
    return ctx;
}

static bool
is_asked(const vb_context *ctx, vb_str token)
{
    return vb_map_find(&ctx->asked, token) != NULL;
}

vb_hold
vb_context_hold(const vb_context *ctx, vb_class cls, vb_str token, vb_str word)
{
    vb_str minor;

    switch (cls) {
    case VB_CLASS_TIMESTAMP:
    case VB_CLASS_DATE:
    case VB_CLASS_TIME:
    case VB_CLASS_AGE:
    case VB_CLASS_RESTARTS:
    case VB_CLASS_RATE:
    case VB_CLASS_CELL:
    case VB_CLASS_PLACEHOLDER:
    case VB_CLASS_MASK:
    case VB_CLASS_NUMBER:
    case VB_CLASS_PROGRESS:
    case VB_CLASS_SECRET:
        return VB_HOLD_FREE;
    case VB_CLASS_VERSION:
        minor = minor_of(token);
        return minor.len && vb_map_find(&ctx->versions, minor) ? VB_HOLD_MINOR
                                                               : VB_HOLD_FREE;
    case VB_CLASS_PERCENT:
        if (is_asked(ctx, vb_str_sub(token, 0, token.len - 1)))
            return VB_HOLD_FIXED;
        break;
    case VB_CLASS_KUBE_HASH:
    case VB_CLASS_KUBE_SUFFIX:
    case VB_CLASS_NODE_SUFFIX:
    case VB_CLASS_HEX:
    case VB_CLASS_HOST:
        if (is_asked(ctx, word))
            return VB_HOLD_FIXED;
        break;
    default:
        break;
    }
    return is_asked(ctx, token) ? VB_HOLD_FIXED : VB_HOLD_FREE;
}

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
};
static const char *const after_number[] = {
    "packages are looking",  "not upgraded",  "packages in",
    "packages, and audited", "packages from", "files and directories",
    "packages can be",       "users",
};
/* Lines whose every number is progress. */
static const char *const progress_lines[] = {
    "Enumerating objects:",   "Counting objects:",  "Compressing objects:",
    "Receiving objects:",     "Writing objects:",   "Resolving deltas:",
    "Unpacking objects:",     "Delta compression ", "Total ",
    "Updating files:",        "(Reading database",  "rtt min/avg/max",
    "round-trip min/avg/max",
};

static bool
is_progress_line(vb_str line)
{
    if (vb_str_has(line, "load average:"))
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

size_t
vb_context_number(vb_str line, size_t at, vb_class *cls)
{
    vb_str before = vb_str_sub(line, 0, at), after;
    size_t n = secret_len(line, at);

    if (n) {
        *cls = VB_CLASS_SECRET;
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
    n = vb_digits(line, at, 32);
    if (n == 0 || !vb_ends_at(line, at + n))
        return 0;
    if (is_progress_line(line)) {
        *cls = VB_CLASS_PROGRESS;
        return vb_at(line, at + n) == '%' ? 0 : vb_number_len(line, at);
    }
    *cls = VB_CLASS_NUMBER;
    /* "sshd[812]:" */
    if (n >= 2 && at >= 2 && line.ptr[at - 1] == '[' &&
        vb_is_word(line.ptr[at - 2]) && vb_at(line, at + n) == ']' &&
        vb_at(line, at + n + 1) == ':')
        return n;
    if ((at > 0 && line.ptr[at - 1] == '#' && vb_str_has(line, " SMP ")) ||
        (follows(vb_str_rtrim(before), "size:") && vb_str_has(line, "digest:")))
        return n;
    before = vb_str_rtrim(
        vb_str_sub(before, before.len > 40 ? before.len - 40 : 0, 40));
    for (size_t i = 0; i < VB_COUNT(before_number); i++)
        if (follows(before, before_number[i]))
            return n;
    after = vb_str_ltrim(vb_str_sub(line, at + n, 64));
    for (size_t i = 0; i < VB_COUNT(after_number); i++)
        if (vb_str_starts(after, after_number[i]))
            return n;
    return 0;
}

static const char *const fault_starts[] = {
    "error:",
    "error ",
    "error[",
    "fatal:",
    "fatal error",
    "panic:",
    "traceback",
    "exception",
    "failed:",
    "failure:",
    "failed to ",
    "unable to ",
    "cannot ",
    "could not ",
    "couldn't ",
    "e: ",
    "err:",
    "err!",
    "npm err!",
    "npm error",
    "critical:",
    "abort:",
    "aborted",
    "denied",
    "unauthorized",
    "forbidden",
    "access denied",
    "permission denied",
    "no such ",
    "connection refused",
    "segmentation fault",
    "command not found",
    "[error]",
    "[fatal]",
    "[err]",
    "x509:",
    "curl: (",
    "ssh: ",
    "usage:",
    "an error ",
    "error",
    "fatal",
    "[failed]",
    "unhandled",
    "oops",
    "killed",
    "timed out",
    "\xe2\x9c\x96",
    "\xe2\x9c\x97",
    "\xe2\x9d\x8c",
    "[\xe2\x9c\x96]",
};
/* Anywhere in the line, with a word's ends around. */
static const char *const fault_words[] = {
    ": error:",
    " error: ",
    ": fatal:",
    "command not found",
    "no such file or directory",
    "permission denied",
    "access denied",
    "connection refused",
    "level=error",
    "level=fatal",
    "\"level\":\"error\"",
    "severity=error",
    "[\xe2\x9c\x96]",
    " error ",
    "[error]",
    "] error",
    "accessdenied",
    "unauthorized",
    "crashloopbackoff",
    "imagepullbackoff",
    "errimagepull",
    "oomkilled",
    "exception:",
    "error: ",
    " failed",
    "failed ",
    "fatal ",
    " error:",
    "timed out",
};

/* The words of a fault anywhere in a lower-case line. */
static bool
has_fault_word(vb_str line)
{
    for (size_t i = 0; i < VB_COUNT(fault_words); i++)
        if (vb_str_has(line, fault_words[i]))
            return true;
    return false;
}

/* "0 errors", "no error": there is none. */
static bool
denies_fault(vb_str line)
{
    return vb_str_has(line, "no error") || vb_str_has(line, "0 error") ||
           vb_str_has(line, "0 failed") || vb_str_has(line, "without error");
}

bool
vb_line_is_error(vb_str line)
{
    char lower[FAULT_SCAN];

    line = vb_str_sub(vb_str_trim(line), 0, FAULT_SCAN);
    /* klog's E0811 */
    if (line.len > 6 && (line.ptr[0] == 'E' || line.ptr[0] == 'F') &&
        vb_digits(line, 1, 5) == 4 && line.ptr[5] == ' ')
        return true;
    for (size_t i = 0; i < line.len; i++)
        lower[i] = vb_lower(line.ptr[i]);
    line.ptr = lower;
    for (size_t i = 0; i < VB_COUNT(fault_starts); i++) {
        size_t n = strlen(fault_starts[i]);

        if (vb_str_starts(line, fault_starts[i]) &&
            (!vb_is_alpha(fault_starts[i][n - 1]) || vb_ends_at(line, n)))
            return true;
    }
    return has_fault_word(line) && !denies_fault(line);
}

static const char *const notices[] = {
    "warning:",
    "warning ",
    "[warning]",
    "[warn]",
    "warn:",
    "npm warn",
    "npm notice",
    "npm fund",
    "deprecationwarning",
    "deprecated:",
    "notice:",
    "[notice]",
    "note:",
    "hint:",
    "tip:",
    "info: ",
    "updates are available for some",
    "to take a quick anonymous survey",
    "  $ gcloud ",
    "$ gcloud components update",
    "$ gcloud survey",
    "you can update",
    "a new release of ",
    "to update, run: pip",
    "your version of terraform is out of date",
    "a newer version of ",
    "there is a new version of ",
    "test suite: none",
};

bool
vb_line_is_progress(vb_str line)
{
    return vb_str_ihas(line, "still ") && vb_str_has(line, "elapsed");
}

bool
vb_line_is_notice(vb_str line)
{
    line = vb_str_trim(line);
    if (line.len == 0 || vb_line_is_progress(line))
        return true;
    if (line.len > 6 && (line.ptr[0] == 'W' || line.ptr[0] == 'I') &&
        vb_digits(line, 1, 5) == 4 && line.ptr[5] == ' ')
        return true;
    for (size_t i = 0; i < VB_COUNT(notices); i++)
        if (vb_str_istarts(line, notices[i]))
            return true;
    return false;
}
