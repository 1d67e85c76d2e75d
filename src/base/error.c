#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* Through a copy: the arguments may point into the old message. */
static void
set_message(vb_error *err, const char *fmt, va_list args)
{
    char text[sizeof err->message];

    if (vsnprintf(text, sizeof text, fmt, args) < 0)
        text[0] = '\0';
    memcpy(err->message, text, strlen(text) + 1);
}

bool
vb_fail(vb_error *err, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return false;
    va_start(args, fmt);
    set_message(err, fmt, args);
    va_end(args);
    err->sys = 0;
    return false;
}

bool
vb_fail_errno(vb_error *err, const char *fmt, ...)
{
    int sys = errno;
    char why[128];
    size_t len;
    va_list args;

    if (!err)
        return false;
    va_start(args, fmt);
    set_message(err, fmt, args);
    va_end(args);
    len = strlen(err->message);
    if (snprintf(err->message + len, sizeof err->message - len, ": %s",
                 strerror_r(sys, why, sizeof why)) < 0)
        err->message[len] = '\0';
    err->sys = sys;
    errno = sys;
    return false;
}

bool
vb_fail_in(vb_error *err, const char *fmt, ...)
{
    char was[sizeof err->message];
    size_t len;
    va_list args;

    if (!err)
        return false;
    memcpy(was, err->message, strlen(err->message) + 1);
    va_start(args, fmt);
    set_message(err, fmt, args);
    va_end(args);
    len = strlen(err->message);
    if (snprintf(err->message + len, sizeof err->message - len, ": %s", was) <
        0)
        err->message[len] = '\0';
    return false;
}
