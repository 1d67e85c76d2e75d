/*
 * A run as it happens. On a terminal one live line for the running step, the
 * finished ones above it; plain lines otherwise; or JSON Lines for programs.
 */
#ifndef VB_CLI_PROGRESS_H
#define VB_CLI_PROGRESS_H

#include "cli/cli.h"
#include "exec/run.h"

typedef enum vb_progress_style {
    VB_PROGRESS_PLAIN,
    VB_PROGRESS_LIVE,
    VB_PROGRESS_QUIET, /* failures only */
    VB_PROGRESS_JSON,  /* events on standard output */
} vb_progress_style;

typedef struct vb_progress_view {
    const vb_cli *cli;
    vb_progress_style style;
    bool verbose; /* the steps' output too */
    bool rehearsal;
    bool live_shown;    /* a live line stands on the terminal */
    bool at_line_start; /* verbose: where the output left the cursor */
    char last[256];     /* last whole output line of the step, masked */
    size_t last_len;
    bool last_done;   /* 'last' ended with a newline; the next byte restarts */
    int64_t drawn_ns; /* when the live line was drawn last */
} vb_progress_view;

/* The hook for vb_hooks.progress; 'user' is a vb_progress_view. */
void vb_progress_show(void *user, const vb_progress *progress);

/* A question to the person at the terminal; the live line makes room. */
void vb_progress_prompt(vb_progress_view *view, vb_str text);

/* Bytes that the person asked for, masked, as they come. */
void vb_progress_say(vb_progress_view *view, vb_str bytes);

/* The closing summary, on standard error (plain, live) or as an event. */
void vb_progress_summary(vb_progress_view *view, const vb_plan *plan,
                         const vb_run_result *result);

#endif
