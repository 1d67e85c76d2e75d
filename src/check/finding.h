/*
 * Findings: what `check` has to say about a document, located like a
 * compiler's diagnostics. The same fault on the paths of several providers is
 * one finding that names them.
 */
#ifndef VB_CHECK_FINDING_H
#define VB_CHECK_FINDING_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/str.h"
#include "check/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A change of the source text that mends a finding. */
typedef struct vb_fix {
    bool present;
    const char *file;
    uint32_t line, col, len; /* bytes of that line, to be replaced ... */
    vb_str text;             /* ... by this */
} vb_fix;

typedef struct vb_finding {
    const vb_rule *rule;
    vb_severity severity;
    vb_loc loc;
    uint32_t width; /* bytes under the caret line */
    vb_str message; /* one sentence without a full stop */
    vb_str hint;
    vb_str excerpt;   /* the source line */
    vb_str providers; /* "aws, gcp"; empty: on every path */
    vb_loc other;     /* the place that contradicts; line 0: none */
    vb_str other_excerpt;
    vb_str other_message; /* "the table says" */
    vb_fix fix;
} vb_finding;

enum { VB_FINDINGS_MAX = 10000 };

typedef struct vb_findings {
    vb_arena *arena;
    VB_VEC(vb_finding) list;
    vb_map seen; /* rule, place and message -> index in 'list' */
    size_t dropped, silenced;
} vb_findings;

void vb_findings_init(vb_findings *findings, vb_arena *arena);
/* NULL when the same finding (rule, place, message) is there already or there
 * is no more room. What 'finding' points at must live as long as the list. */
vb_finding *vb_findings_add(vb_findings *findings, const vb_finding *finding);
/* The one that is there already, or NULL. */
vb_finding *vb_findings_same(const vb_findings *findings,
                             const vb_finding *finding);
/* A copy that points at nothing outside 'arena'; file names are shared. */
vb_finding vb_finding_copy(vb_arena *arena, vb_map *names,
                           const vb_finding *finding);
/* By file, line, column and rule: the order of every output. */
void vb_findings_sort(vb_findings *findings);
size_t vb_findings_count(const vb_findings *findings, vb_severity severity);

#endif
