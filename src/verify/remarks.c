/* Lines that report a fault, and lines that nobody minds. */
#include "verify/context.h"

#include <string.h>

#include "base/banned.h"

enum { FAULT_SCAN = 2048 };

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
