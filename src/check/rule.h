/*
 * The rules of `verbatim check`: what each one finds, why it matters, and a
 * small guide that breaks it beside one that does not. `verbatim rules` and
 * the tests read the same table.
 */
#ifndef VB_CHECK_RULE_H
#define VB_CHECK_RULE_H

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_rule {
    const char *id; /* stable: letter of its family and three digits */
    vb_severity severity;
    const char *title; /* one sentence that states what is right */
    const char *why;   /* what a reader would stumble over */
    /* A guide that breaks the rule, and one that does not. NULL for rules
     * whose example needs more than one file or a network. */
    const char *bad, *good;
} vb_rule;

/* One family: its rules in the order of their ids. */
typedef struct vb_rule_family {
    const char *name;    /* "variables" */
    const char *summary; /* one line */
    const vb_rule *rules;
    size_t count;
} vb_rule_family;

/* All families, in the order in which `verbatim rules` shows them. */
extern const vb_rule_family *const vb_rule_families[];
extern const size_t vb_rule_family_count;

/* Each family's own table, in its own file. */
extern const vb_rule_family vb_rules_document;
extern const vb_rule_family vb_rules_path;
extern const vb_rule_family vb_rules_variables;
extern const vb_rule_family vb_rules_agreement;
extern const vb_rule_family vb_rules_shell;
extern const vb_rule_family vb_rules_commands;
extern const vb_rule_family vb_rules_files;
extern const vb_rule_family vb_rules_links;

/* NULL when there is no such rule. */
const vb_rule *vb_rule_find(vb_str id);
/* Is it the id of a rule or the name of a family? */
bool vb_rule_named(vb_str name);
const vb_rule_family *vb_rule_family_of(const vb_rule *rule);

#endif
