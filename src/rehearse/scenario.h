/* What a loaded scenario is made of: for the engine alone. The public face is
 * in rehearse/sim.h. */
#ifndef VB_REHEARSE_SCENARIO_H
#define VB_REHEARSE_SCENARIO_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/action.h"
#include "rehearse/grammar.h"
#include "rehearse/sim.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    VB_SCENARIO_FILES_MAX = 64,
    VB_SCENARIO_BYTES_MAX = 64 << 20,
    VB_SCENARIO_RULES_MAX = 200000,
};

typedef struct vb_rule {
    vb_str id;
    vb_loc loc;
    vb_str run;          /* program and command path; empty for exact rules */
    const vb_node *argv; /* an exact command line, program first, or NULL */
    const vb_expr *when; /* or NULL */
    const vb_actions *body;
    const vb_node *node;
    size_t times; /* how often it answers; SIZE_MAX: always */
    /* Exact rules: */
    const struct vb_given_rule *given;
    size_t ordinal;  /* from 1, over all files */
    size_t run_from; /* the first of the rules in a row with these words */
    bool by_state;   /* 'replay: state' of its file */
} vb_rule;

typedef VB_VEC(const vb_rule *) vb_rule_list;

struct vb_scenario {
    vb_arena *arena;
    VB_VEC(vb_program *) programs;
    VB_VEC(vb_str) names;
    VB_VEC(vb_str) tools;
    vb_map macros; /* name -> vb_macro */
    VB_VEC(vb_rule *) rules;
    vb_map by_command; /* "program path" -> vb_rule_list */
    vb_map by_argv;    /* words joined by \x1f -> vb_rule_list */
    vb_map loose;      /* program -> vb_rule_list: not all words are plain */
    size_t exact;      /* how many exact rules there are */
    vb_node *constants;
    const vb_node *state; /* before the first command */
};

const vb_program *vb_scenario_program(const vb_scenario *scenario, vb_str name);

/* Rules that may answer, in order; each may be NULL. */
typedef struct vb_candidates {
    const vb_rule_list *exact, *loose, *general;
} vb_candidates;
vb_candidates vb_scenario_candidates(const vb_scenario *scenario,
                                     vb_str program, vb_str path,
                                     const vb_str *argv, size_t argc,
                                     vb_arena *scratch);

/* The exact command line nearest to one that nothing answers: what differs,
 * in words, in 'arena'; empty when the program has no exact rules. */
vb_str vb_scenario_nearest(const vb_scenario *scenario, vb_str program,
                           const vb_str *argv, size_t argc, vb_arena *arena);

/* Used by the loader. */
vb_str vb_argv_key(vb_arena *arena, vb_str program, const vb_str *argv,
                   size_t argc);

#endif
