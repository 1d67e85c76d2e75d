/*
 * Writing a recording: a scenario file with one exact rule for each command
 * that a real program carried out. What is secret is taken out, what differs
 * from run to run is marked, paths of the run and of the home directory are
 * written as templates, so that the file answers in any other run.
 */
#ifndef VB_REHEARSE_RECORDER_H
#define VB_REHEARSE_RECORDER_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "rehearse/answer.h"
#include "rehearse/wire.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_recorder vb_recorder; /* opaque */

/* What is recorded of a program beside its command line. */
typedef struct vb_recorded_program {
    vb_str name, real; /* and where it is */
    const vb_str *env; /* names of variables it looks at; "X*" too */
    size_t nenv;
    const vb_str *paths; /* files it may write: "$KUBECONFIG", "~/.kube/x" */
    size_t npaths;
} vb_recorded_program;

/* The variables and files of programs that guides use; all members are empty
 * for others. */
vb_recorded_program vb_recorded_program_known(vb_arena *arena, vb_str name);
/* File tools, which a rehearsal runs for real, are not recorded. */
bool vb_recorded_tool(vb_str name);

typedef struct vb_recorder_opts {
    const char *path; /* of the file, which must not exist */
    vb_str about;     /* one line */
    vb_str work;      /* where the run's steps start */
    vb_str home;
    char *const *env; /* the steps' at their start: what has a value of it is
                         told, and not asked for by a replay */
    const vb_recorded_program *programs;
    size_t nprograms;
    void *user;
    /* Appends the text without its secrets. */
    void (*redact)(void *user, vb_str text, vb_buf *out);
    /* Bytes of the volatile token that starts at 'at', or 0. 'fleeting':
     * only times and the like, which no two runs share. */
    size_t (*token)(void *user, vb_str text, size_t at, bool fleeting,
                    const char **kind);
    /* The step that is running. */
    vb_str (*step)(void *user);
} vb_recorder_opts;

vb_recorder *vb_recorder_open(const vb_recorder_opts *opts, vb_error *err);
/* Writes what is left and closes. The file is whole after each command, too. */
VB_MUST_USE bool vb_recorder_close(vb_recorder *recorder, vb_error *err);
/* How many commands were written. */
size_t vb_recorder_count(const vb_recorder *recorder);
const vb_recorded_program *vb_recorder_programs(const vb_recorder *recorder,
                                                size_t *n);

/* One command, collected from the frames of its shim. */
typedef struct vb_taken_file {
    vb_str path, content;
    uint32_t mode;
} vb_taken_file;
typedef struct vb_taken {
    const vb_request *request;
    VB_VEC(vb_taken_file) given;
    VB_VEC(vb_taken_file) wrote;
    VB_VEC(vb_effect) said; /* OUT and ERR in their order */
    VB_VEC(vb_str) input;
    vb_wire_end end;
} vb_taken;

/* The body of the RUN order. */
void vb_recorder_order(const vb_recorder *recorder, const vb_request *request,
                       vb_buf *out);
/* A frame of a running shim; false when it is none. Bytes are copied. */
VB_MUST_USE bool vb_taken_frame(vb_taken *taken, vb_wire_type type,
                                vb_str body);
/* Writes the command. */
VB_MUST_USE bool vb_recorder_add(vb_recorder *recorder, const vb_taken *taken,
                                 vb_error *err);

#endif
