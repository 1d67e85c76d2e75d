/*
 * `verbatim check`: reads documents as a reader would and says where one
 * would stumble. Nothing of a document is executed; helper programs get its
 * text as data and have time limits.
 */
#ifndef VB_CHECK_CHECK_H
#define VB_CHECK_CHECK_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/cache.h"
#include "base/diag.h"
#include "check/finding.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stddef.h>

struct vb_calls;    /* check/calls.h */
struct vb_links;    /* check/links.h */
struct vb_programs; /* check/programs.h */

typedef struct vb_check_opts {
    const vb_str *rules; /* only these ids or families; none: all */
    size_t nrules;
    bool no_programs;       /* no helper program is started */
    bool allow_private;     /* links to loopback and private addresses, too */
    const char *link_cache; /* file of good links, or NULL */
    const char *schemas;    /* folder of JSON Schemas, or NULL */
    vb_cache *schema_cache; /* with 'schemas' */
    struct vb_programs *programs; /* check/programs.h; NULL: none is asked */
} vb_check_opts;

/* One document with the plan of each path through it. */
typedef struct vb_check_doc {
    const vb_doc *doc;           /* NULL: it could not be read, see 'diags' */
    const vb_plan *const *plans; /* one a provider; one when there is none */
    size_t nplans;
    const vb_diags *diags;  /* of reading and planning, all of them */
    struct vb_links *links; /* collects what leads elsewhere; or NULL */
} vb_check_doc;

/* What a family's code gets. */
typedef struct vb_checker {
    vb_arena *arena;
    const vb_check_doc *doc;
    const vb_check_opts *opts;
    vb_findings *findings;
    struct vb_links *links; /* or NULL */
    struct vb_calls *calls; /* of each plan; vb_calls_of() fills them */
} vb_checker;

/* Adds a finding under rule 'id' (which must exist) unless it is silenced by
 * the overlay or by an inline comment, or not asked for. 'plan' is the path it
 * was seen on, or NULL for the whole document. The result can be filled in
 * further; it is never NULL. */
vb_finding *vb_find(vb_checker *checker, const char *id, const vb_plan *plan,
                    vb_loc loc, const char *fmt, ...) VB_PRINTF(5, 6);

/* Is the rule silent at this place? */
bool vb_find_silenced(const vb_checker *checker, const char *id, vb_loc loc);
/* Was the rule asked for? */
bool vb_check_wants(const vb_check_opts *opts, const vb_rule *rule);

/* Source lines for the findings from index 'from' on that have none yet, and
 * no provider where a fault is on every path. */
void vb_find_complete(vb_checker *checker, size_t from);

/* All rules that need no network, on one document. */
void vb_check_document(vb_arena *arena, const vb_check_doc *doc,
                       const vb_check_opts *opts, vb_findings *findings);

/* The families; each in its own file. */
void vb_check_diagnostics(vb_checker *checker); /* what doc and plan said */
void vb_check_silences(vb_checker *checker);
void vb_check_path(vb_checker *checker);
void vb_check_variables(vb_checker *checker);
void vb_check_agreement(vb_checker *checker);
void vb_check_shell(vb_checker *checker);
void vb_check_commands(vb_checker *checker);
void vb_check_files(vb_checker *checker);
void vb_check_local_links(vb_checker *checker);

#endif
