/*
 * Options as data: the parser, `--help`, the man page and completion all read
 * the same tables.
 */
#ifndef VB_CLI_OPT_H
#define VB_CLI_OPT_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

typedef VB_VEC(vb_str) vb_strs;

typedef enum vb_opt_kind {
    VB_OPT_FLAG,     /* bool */
    VB_OPT_STRING,   /* const char *, the last one wins */
    VB_OPT_LIST,     /* vb_strs, each one added */
    VB_OPT_DURATION, /* int64_t milliseconds: 500ms, 90s, 30m, 2h */
    VB_OPT_OPTIONAL, /* const char *; "--name" alone stores 'arg_default' */
} vb_opt_kind;

typedef struct vb_opt {
    char letter; /* 0: none */
    const char *name;
    vb_opt_kind kind;
    size_t offset;   /* of the member in the command's args struct */
    const char *arg; /* what help calls the value */
    const char *help;
    const char *const *values; /* NULL-ended: the only ones allowed */
    const char *arg_default;   /* OPTIONAL */
} vb_opt;

/* The words of a command line. */
typedef struct vb_argv {
    int argc;
    char **argv;
} vb_argv;

/* Fills 'args' and collects what is no option in 'rest'. "--" ends options;
 * "--name=value" and "--name value" are the same; single letters combine. A
 * near miss names the option that was probably meant. */
bool vb_opt_parse(const vb_opt *opts, vb_argv words, void *args,
                  vb_arena *arena, vb_strs *rest, vb_error *err);

/* The table for `--help`, wrapped to 'columns'. */
void vb_opt_help(const vb_opt *opts, size_t columns, vb_buf *out);

/* The entry of 'names' (NULL-ended) nearest to 'name', or NULL when none is
 * near enough to be worth a hint. */
const char *vb_near(vb_str name, const char *const *names);

#endif
