/*
 * What a change introduced: the findings of the documents as they are now,
 * less those that an earlier revision has, too. git is asked for that
 * revision's files; they are checked beside, in a folder of their own, and
 * neither the repository nor its index is touched.
 */
#ifndef VB_CHECK_SINCE_H
#define VB_CHECK_SINCE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "check/batch.h"

#include <stdbool.h>
#include <stddef.h>

/* Takes what was there at 'rev' (where HEAD left its history, when it has gone
 * on since) out of 'batch', the result for the same documents and options.
 * *known says how many. Called before the network is asked: links that were
 * there at 'rev' leave the batch's list, too. */
VB_MUST_USE bool vb_since(vb_arena *arena, const char *rev,
                          const vb_batch_opts *opts, vb_batch *batch,
                          size_t *known, vb_error *err);

#endif
