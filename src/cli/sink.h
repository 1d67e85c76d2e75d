/* Where a report goes: standard output, or the file of --output. */
#ifndef VB_CLI_SINK_H
#define VB_CLI_SINK_H

#include "base/attr.h"
#include "base/error.h"
#include "report/report.h"

#include <stdbool.h>

typedef struct vb_cli_sink {
    int fd; /* -1: standard output */
    const char *path;
    vb_sink sink; /* refers to this struct: it stays where it is */
} vb_cli_sink;

/* 'path' is NULL for standard output. */
VB_MUST_USE bool vb_cli_sink_open(vb_cli_sink *out, const char *path,
                                  vb_error *err);
/* 'ok' is whether all went well so far; returns that, unless closing fails. */
VB_MUST_USE bool vb_cli_sink_close(vb_cli_sink *out, bool ok, vb_error *err);

#endif
