/*
 * Documents from the network. A URL's document, and what it includes beside
 * it, are fetched into a mirror below .verbatim/fetched that has the shape of
 * the server's paths; from there they are read like any other, so what a plan
 * pins by digest and a run copies is what was fetched.
 */
#ifndef VB_CLI_FETCH_H
#define VB_CLI_FETCH_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "doc/doc.h"

#include <stdbool.h>

bool vb_is_url(vb_str text);

typedef struct vb_fetched {
    const char *path; /* of the document in the mirror */
    const char *root; /* what it includes must stay below it */
} vb_fetched;

/* Fetches 'url' anew, with its includes. Size, time and redirects are
 * limited, certificates verified; loopback and private addresses are refused
 * unless 'allow_private'. An include that the server does not have is left
 * out: reading the document reports it. */
bool vb_fetch_document(vb_arena *arena, vb_str url, bool allow_private,
                       vb_fetched *out, vb_error *err);

#endif
