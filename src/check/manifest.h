/*
 * What the YAML of a path says: the files it has its reader write and the
 * here-documents of its commands, each document with its scalars' places.
 */
#ifndef VB_CHECK_MANIFEST_H
#define VB_CHECK_MANIFEST_H

#include "check/calls.h"

#include "base/node.h"

/* One document of one file or here-document. */
typedef struct vb_manifest {
    const vb_node *tree;
    vb_str file;            /* its name; empty for a here-document */
    vb_str kind;            /* "Deployment"; may be empty */
    vb_str name, namespace; /* of 'metadata', variables replaced; or empty */
    uint32_t step;
    uint32_t first; /* lines of the step's body before the document */
} vb_manifest;

typedef struct vb_manifests {
    VB_VEC(vb_manifest) list; /* in the order of the steps */
    vb_map by_file;           /* file -> index of its first document */
} vb_manifests;

void vb_manifests_collect(vb_calls *calls, vb_manifests *out);

/* The source place of a node of the manifest. */
vb_loc vb_manifest_place(const vb_plan *plan, const vb_manifest *manifest,
                         const vb_node *node);

#endif
