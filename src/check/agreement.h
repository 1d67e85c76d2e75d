/* What the parts of the agreement family share. */
#ifndef VB_CHECK_AGREEMENT_H
#define VB_CHECK_AGREEMENT_H

#include "check/calls.h"
#include "check/check.h"
#include "check/manifest.h"

/* One path. */
typedef struct vb_agreement {
    vb_checker *checker;
    const vb_plan *plan;
    vb_arena *arena; /* the checker's */
    vb_calls *calls;
    vb_manifests manifests;
} vb_agreement;

/* Rules A001 to A004, A006 and A012: tables and lists. */
void vb_check_tables(vb_agreement *a);
/* Rule A007: expected outputs. */
void vb_check_promises(vb_agreement *a);
/* Rule A010: code in prose. */
void vb_check_prose(vb_agreement *a);
/* Rule A011, on the whole document. */
void vb_check_link_texts(vb_checker *checker);

/* The words of a key, in small letters: "Node Labels", "node-labels" and
 * "nodeLabels" are "node labels". */
vb_str vb_agreement_words(vb_arena *arena, vb_str key);
/* Is it one word for a machine? */
bool vb_agreement_plain(vb_str value);
/* Do two values agree: equal, one among the other's list, or one a version of
 * which the other is a release? */
bool vb_agreement_same(vb_str a, vb_str b);
void vb_agreement_other(vb_finding *f, vb_loc other, const char *message);

#endif
