/*
 * Rules with an exact command line: what a recording is made of. Beside its
 * words such a rule may say which environment, standard input and files the
 * program was given; all of it must be there again for the rule to answer.
 */
#ifndef VB_REHEARSE_RECORDED_H
#define VB_REHEARSE_RECORDED_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/answer.h"
#include "rehearse/expr.h"
#include "rehearse/template.h"

#include <stdbool.h>
#include <stddef.h>

/* A text that must be the same, a template, or a text of which only the form
 * is known. */
typedef struct vb_pattern {
    vb_str name;             /* of the variable or file; empty for words */
    vb_str text;             /* as written */
    const vb_template *tmpl; /* or NULL */
    bool is_volatile;
    bool unset;  /* a variable that was not set */
    bool digest; /* 'text' is the SHA-256 of a file */
    vb_str like; /* a glob; empty: anything */
} vb_pattern;

typedef struct vb_patterns {
    const vb_pattern *at;
    size_t len;
} vb_patterns;

/* What an exact rule has beside its words. */
typedef struct vb_given_rule {
    vb_patterns words; /* without the program; empty: all are plain */
    vb_patterns env, files;
    const vb_pattern *input; /* or NULL */
} vb_given_rule;

/* 'argv' is a list that begins with the program. NULL with diagnostics. */
const vb_given_rule *vb_recorded_load(const vb_node *rule, const vb_node *argv,
                                      vb_arena *arena, vb_diags *diags);

/* The text of a recorded word as people see it. */
vb_str vb_recorded_word(const vb_node *word);

/* Do the words fit the command? (For rules whose words are not all plain.) */
VB_MUST_USE bool vb_recorded_words_fit(const vb_given_rule *rule,
                                       const vb_request *request,
                                       vb_expr_env *env, bool *fit,
                                       vb_error *err);

typedef enum vb_fit {
    VB_FIT_YES,
    VB_FIT_NO,    /* *why says what differs */
    VB_FIT_WANTS, /* a file: *why is its path */
    VB_FIT_BROKEN,
} vb_fit;
/* Are environment, files and standard input those of the rule? */
vb_fit vb_recorded_fits(const vb_given_rule *rule, const vb_request *request,
                        vb_expr_env *env, vb_str *why, vb_error *err);

#endif
