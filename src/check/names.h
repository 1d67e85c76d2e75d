/* Names of what is created, used and deleted along a path. */
#ifndef VB_CHECK_NAMES_H
#define VB_CHECK_NAMES_H

#include "check/check.h"
#include "check/manifest.h"

/* Rules A005, A008 and A009. */
void vb_check_names(vb_checker *checker, vb_calls *calls,
                    const vb_manifests *manifests);

/* Do two names differ by a slip: a letter or two that are no numbers, or
 * nothing but their joints? */
bool vb_names_near(vb_str a, vb_str b);

/* "deploy", "Deployments", "deployment.apps" -> "deployment". */
vb_str vb_names_kind(vb_arena *arena, vb_str kind);

#endif
