/*
 * --interactive: a person decides about each step before it runs and after it
 * went wrong, may change its text, and may type into the session. Every
 * decision is recorded before it takes effect.
 */
#ifndef VB_EXEC_INTERACT_H
#define VB_EXEC_INTERACT_H

#include "exec/runner.h"

typedef enum vb_decision {
    VB_DECIDE_RUN,
    VB_DECIDE_SKIP,
    VB_DECIDE_DONE, /* the person has done it */
    VB_DECIDE_QUIT,
    VB_DECIDE_RETRY, /* at the command that failed */
    VB_DECIDE_AGAIN, /* from the beginning */
} vb_decision;

/* Before a step. VB_DECIDE_RUN where nobody is to be asked. */
VB_MUST_USE bool vb_interact_before(vb_runner *run, size_t index,
                                    vb_decision *out, vb_error *err);
/* The step that runs now went wrong: VB_DECIDE_RETRY or VB_DECIDE_AGAIN when
 * another attempt follows. */
VB_MUST_USE bool vb_interact_after(vb_runner *run, const vb_step_result *result,
                                   vb_decision *out, vb_error *err);

/* terminal.c */

/* Asks; false when there is nobody, the input has ended or a signal came. */
bool vb_ask(vb_runner *run, vb_str text, vb_str *answer);
/* Commands typed by the person, run in the session one by one. */
VB_MUST_USE bool vb_session_typed(vb_runner *run, vb_error *err);
/* Lets the person change a text; false with a reason to show when it stays as
 * it was. */
bool vb_edit_text(vb_runner *run, vb_str text, vb_str *out, vb_str *why);

#endif
