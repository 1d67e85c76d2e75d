/*
 * From a unit to its blocks: cmark reads the clean text, and what it finds is
 * put in one row with the items the scanner took out.
 */
#ifndef VB_DOC_BLOCKS_H
#define VB_DOC_BLOCKS_H

#include "doc/unit.h"

/* A block as its unit knows it. 'source', 'scope' and 'heading' of the block
 * are not set yet. */
typedef struct vb_piece {
    vb_block block;
    uint32_t ctx;  /* of the unit */
    uint32_t item; /* of the unit: an include, or code read from a file;
                      VB_NONE otherwise */
} vb_piece;

typedef struct vb_pieces {
    vb_piece *at; /* heap: they live only until the document is put together */
    size_t len, cap;
    uint32_t list_items; /* how many list items the unit has */
} vb_pieces;

/* Blocks in reading order; release them when they are copied. Releases what
 * the unit holds for this only. */
void vb_blocks_read(vb_arena *arena, vb_unit *unit, vb_pieces *out,
                    vb_diags *diags);

void vb_pieces_release(vb_pieces *pieces);

/* The content of a code item that stands in the unit's own lines. */
vb_str vb_code_text(vb_arena *arena, const vb_source *source,
                    const vb_item *item);

#endif
