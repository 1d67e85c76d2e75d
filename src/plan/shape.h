/*
 * The shape of a piece of text, seen from its first lines: is it a command, a
 * table a program printed, JSON, a manifest, a log? Shapes are evidence, not
 * verdicts: classify.c weighs them. All linear, most look at few lines.
 */
#ifndef VB_PLAN_SHAPE_H
#define VB_PLAN_SHAPE_H

#include "base/str.h"
#include "plan/known.h"

#include <stdbool.h>

typedef enum vb_shape {
    VB_SHAPE_EMPTY,
    VB_SHAPE_PLAIN,   /* nothing recognised */
    VB_SHAPE_COMMAND, /* first line is surely a command */
    VB_SHAPE_JSON,
    VB_SHAPE_YAML,
    VB_SHAPE_MANIFEST, /* YAML or JSON with apiVersion and kind */
    VB_SHAPE_TABLE,    /* columns with a header, or a drawn box */
    VB_SHAPE_LOG,      /* time stamps, levels, "x/y created", check marks */
    VB_SHAPE_MARKUP,   /* HTML, XML */
    VB_SHAPE_TREE,     /* a drawn directory tree */
    VB_SHAPE_KEYS,     /* dotted.keys: value, ini, HCL, .properties */
} vb_shape;

vb_shape vb_shape_of(vb_str text);
const char *vb_shape_name(vb_shape shape);

/* How sure is it that this line is a shell command? Comments and prompts are
 * not looked behind. */
typedef enum vb_surety { VB_NOT, VB_MAYBE, VB_SURE } vb_surety;
vb_surety vb_line_command(vb_str line);

/* First line that is neither empty nor a '#' comment; empty when none. */
vb_str vb_first_code_line(vb_str text);
/* The line reads like something a program printed: a table's header, a log
 * line, "namespace/x created". */
bool vb_line_output(vb_str line);
/* A header row of a printed table: NAME  READY  STATUS. */
bool vb_line_header(vb_str line);
bool vb_line_blank(vb_str line);

#endif
