/* From one command line to what the shim has to do. */
#ifndef VB_REHEARSE_ANSWER_H
#define VB_REHEARSE_ANSWER_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/action.h"
#include "rehearse/faults.h"
#include "rehearse/scenario.h"
#include "rehearse/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_STATUS_REFUSED = 125 };

typedef struct vb_request {
    vb_arena *arena; /* everything below, and the answer */
    vb_str program;
    const vb_str *argv; /* without the program */
    size_t argc;
    vb_str cwd;
    vb_str work;       /* where the steps of the run start */
    const vb_str *env; /* NAME=VALUE, the whole environment */
    size_t nenv;
    const vb_fetched *files;
    size_t nfiles;
    const vb_fault *fault; /* that strikes this command, or NULL */
} vb_request;

typedef struct vb_answer {
    vb_str want; /* a file is needed first; nothing else is filled in */
    const vb_effect *effects;
    size_t neffects;
    int status;
    int signal; /* dies of it instead of exiting */
    bool hang;
    vb_str rule; /* its id, or "refused", "usage", "fault" */
    vb_str why;
    vb_world world; /* after the command */
} vb_answer;

/* Never fails: a fault of the scenario becomes a refusal. */
vb_answer vb_answer_make(const vb_scenario *scenario, const vb_world *world,
                         const vb_request *request);

#endif
