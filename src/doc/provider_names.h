/*
 * The cloud providers that guides name, with the ways they spell them. doc/
 * needs them to see that "## GKE" beside "## EKS" is a choice; plan/ matches
 * --provider and tab labels with them.
 */
#ifndef VB_DOC_PROVIDER_NAMES_H
#define VB_DOC_PROVIDER_NAMES_H

#include "base/str.h"

#include <stddef.h>

/* The canonical name ("gcp") when 'name' as a whole is a provider's name or
 * alias ("Google Cloud", "gke", "AWS EKS"), compared without case; else NULL.
 * Static storage. */
const char *vb_provider_named(vb_str name);

/* The one provider that 'text' (a label, a heading) mentions as a word of its
 * own: "Create a GKE cluster" is gcp. NULL for none or for several. */
const char *vb_provider_in(vb_str text);

/* The text is nothing but a provider's name and words that say no more
 * ("Google Cloud (GKE)", "on AWS", "Amazon EKS cluster"): the provider, else
 * NULL. */
const char *vb_provider_only(vb_str text);

#endif
