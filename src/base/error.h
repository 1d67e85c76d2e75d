/*
 * vb_error: why one operation failed. Functions that can fail return false
 * and fill the caller's vb_error, which may be NULL when nobody cares. The
 * first failure wins; a message names its subject in single quotes.
 */
#ifndef VB_BASE_ERROR_H
#define VB_BASE_ERROR_H

#include "base/attr.h"

#include <stdbool.h>

typedef struct vb_error {
    char message[1024];
    int sys; /* errno of the cause, or 0 */
} vb_error;

/* Always false, so that a function can 'return vb_fail(err, ...)'. */
bool vb_fail(vb_error *err, const char *fmt, ...) VB_PRINTF(2, 3);
/* The same with ": strerror(errno)" behind it; keeps errno in err->sys. */
bool vb_fail_errno(vb_error *err, const char *fmt, ...) VB_PRINTF(2, 3);
/* Puts "prefix: " before the message that is there. Always false. */
bool vb_fail_in(vb_error *err, const char *fmt, ...) VB_PRINTF(2, 3);

#endif
