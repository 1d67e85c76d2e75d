/*
 * What is known about programs: which words are commands, which verbs of the
 * cloud command lines change or destroy something, and which start a shell
 * of their own.
 */
#ifndef VB_PLAN_KNOWN_H
#define VB_PLAN_KNOWN_H

#include "base/str.h"
#include "plan/shell.h"

#include <stdbool.h>

typedef enum vb_known {
    VB_KNOWN_NO,
    VB_KNOWN_WORD, /* a command, and an English word too: "make", "test" */
    VB_KNOWN_YES,
} vb_known;

/* 'word' is a first word as written, without quotes or paths. */
vb_known vb_known_command(vb_str word);

typedef enum vb_effect {
    VB_EFFECT_READ,  /* only looks */
    VB_EFFECT_SHELL, /* changes the shell or working directory only */
    VB_EFFECT_CHANGE,
    VB_EFFECT_DESTROY,
} vb_effect;

/* What the command does, from its program and verb; CHANGE when unknown. */
vb_effect vb_effect_of(const vb_simple *simple);

/* It does not end by itself: "watch", "kubectl port-forward", "tail -f". */
bool vb_runs_on(const vb_simple *simple);

/* The interactive shell or prompt it opens ("ssh", "docker exec", "mysql"),
 * as static text, or NULL. What follows is meant for that prompt. */
const char *vb_opens_shell(const vb_simple *simple);

#endif
