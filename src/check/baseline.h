/*
 * Findings that are known already: those of a baseline file, or of an earlier
 * revision. One is recognised by its rule, its file, its message and the text
 * it quotes, not by its line, so that it stays known when lines are added above
 * it. Two equal ones count twice.
 */
#ifndef VB_CHECK_BASELINE_H
#define VB_CHECK_BASELINE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/map.h"
#include "check/finding.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_baseline {
    vb_arena *arena;
    vb_str base;  /* real path of the folder that files are relative to */
    vb_map known; /* key -> how many */
    vb_map files; /* file as named -> relative */
} vb_baseline;

/* 'base' is a folder. */
void vb_baseline_init(vb_baseline *baseline, vb_arena *arena, vb_str base);
/* The file's path relative to the base, or as it is when it is elsewhere. */
vb_str vb_baseline_file(vb_baseline *baseline, const char *file);
/* 'file' NULL: the finding's own. */
void vb_baseline_add(vb_baseline *baseline, const vb_finding *finding,
                     const vb_str *file);
/* Takes the known ones out of the list; returns how many. */
size_t vb_baseline_apply(vb_baseline *baseline, vb_findings *findings);

/* A file of such findings; paths in it are relative to its own folder. */
VB_MUST_USE bool vb_baseline_read(vb_arena *arena, const char *path,
                                  vb_baseline *baseline, vb_error *err);
VB_MUST_USE bool vb_baseline_write(vb_arena *arena, const char *path,
                                   const vb_findings *findings, vb_error *err);

#endif
