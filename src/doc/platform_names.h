/* What stands beside a provider in headings: local and own platforms. */
#ifndef VB_DOC_PLATFORM_NAMES_H
#define VB_DOC_PLATFORM_NAMES_H

#include "base/arena.h"
#include "base/str.h"

/* As vb_provider_only(), for platforms that are no providers: "minikube",
 * "kind", "On-premises". */
const char *vb_platform_only(vb_str text);

/* The words that are left when the provider's name and fillers are taken
 * away: equal for "Create the GKE cluster" and "Create an EKS cluster". */
vb_str vb_provider_frame(vb_arena *arena, vb_str text);

#endif
