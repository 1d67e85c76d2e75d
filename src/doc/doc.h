/*
 * A document: the bytes of a guide and of what it includes, as a flat list of
 * blocks in reading order. Nothing here decides what a block means (that is
 * plan/); it says what is there, where it stands, and which choices of the
 * reader make it visible.
 */
#ifndef VB_DOC_DOC_H
#define VB_DOC_DOC_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/cache.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/node.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VB_NONE UINT32_MAX

/* Limits; beyond them a located diagnostic, never a crash. */
enum {
    VB_DOC_BYTES_MAX = 16 * 1024 * 1024, /* one source */
    VB_DOC_TOTAL_MAX = 64 * 1024 * 1024, /* with all it includes */
    VB_INCLUDE_DEPTH_MAX = 8,
    VB_INCLUDES_MAX = 1000,
};

/* One file. */
typedef struct vb_source {
    const char *path;       /* as given or joined; what diagnostics show */
    vb_str rel;             /* relative to the document's root */
    vb_str text;            /* whole, as read, without a BOM */
    vb_digest digest;       /* of the bytes as read */
    VB_VEC(uint32_t) lines; /* offset of each line's first byte */
    uint32_t included_by;   /* source index, VB_NONE for the guide itself */
    vb_loc included_at;
} vb_source;

/* Line 'n' (1-based) without its line end; empty when there is none. */
vb_str vb_source_line(const vb_source *source, uint32_t n);

/* One way in which a reader's choice shows or hides text. */
typedef struct vb_option {
    vb_str label;  /* as shown: "Google Cloud", "gcp" */
    vb_str id;     /* value/id/sync key when the dialect has one, else slug */
    uint32_t uses; /* panes that carry it */
} vb_option;

typedef struct vb_axis {
    vb_str id;           /* stable: group id when given, else "tabs-3" */
    const char *dialect; /* "svelte-slots", "hugo-tabs", ... static */
    VB_VEC(vb_option) options;
    vb_loc loc; /* of the first group */
} vb_axis;

/* One condition: the reader chose 'option' on 'axis'. */
typedef struct vb_cond {
    uint32_t axis, option;
} vb_cond;

/* Conditions that all hold; scope 0 is "always visible". Tabs that are no
 * alternatives (file names, "Command"/"Output") make no scope: their label is
 * in vb_block.label of the code blocks inside. */
typedef struct vb_scope {
    uint32_t parent; /* scope index, smaller than its own; 0 for scope 0 */
    vb_cond cond;    /* the innermost one; unused in scope 0 */
    VB_VEC(uint32_t)
    also; /* other options of cond.axis that show it, too (pivot="a,b") */
} vb_scope;

typedef enum vb_block_kind {
    VB_BLOCK_HEADING,
    VB_BLOCK_PROSE, /* paragraph */
    VB_BLOCK_CODE,
    VB_BLOCK_TABLE,
    VB_BLOCK_HTML, /* what is left of HTML; comments too */
    VB_BLOCK_GAP,  /* an include whose content is not there; 'form' is
                      INCLUDED and 'lang' set when it would be code */
    VB_BLOCK_RULE, /* thematic break */
} vb_block_kind;

typedef enum vb_code_form {
    VB_CODE_FENCED, /* ``` or ~~~ */
    VB_CODE_INDENTED,
    VB_CODE_SHORTCODE, /* {{< text bash >}} ..., raw code in a tab */
    VB_CODE_INCLUDED,  /* the block is a file: literalinclude, code_sample */
} vb_code_form;

/* A span inside prose, a heading or a cell. Offsets are into vb_block.text
 * or vb_cell.text. */
typedef enum vb_span_kind {
    VB_SPAN_CODE,
    VB_SPAN_STRONG,
    VB_SPAN_EMPH,
    VB_SPAN_LINK,
    VB_SPAN_IMAGE,
} vb_span_kind;

typedef struct vb_inline {
    vb_span_kind kind;
    uint32_t start, len; /* bytes of the rendered text */
    vb_str url;          /* LINK, IMAGE */
    vb_loc loc;          /* start of the markup */
} vb_inline;

typedef VB_VEC(vb_inline) vb_inlines;

/* A table cell: text without markup; <br> splits items. */
typedef struct vb_cell {
    vb_str text; /* markup removed, entities resolved, trimmed */
    vb_inlines spans;
    VB_VEC(vb_str) items; /* the cell split at <br/> and leading "- " */
    vb_loc loc;
} vb_cell;

typedef struct vb_table {
    uint32_t columns, rows; /* rows without the header */
    vb_cell *header;        /* [columns] */
    vb_cell *cells;         /* [rows * columns], row by row */
} vb_table;

typedef struct vb_block {
    vb_block_kind kind;
    uint32_t source; /* index into doc->sources */
    vb_loc loc;      /* opening fence, first line of text or table */
    uint32_t end_line;
    uint32_t scope;   /* index into doc->scopes */
    uint32_t heading; /* index of the heading block above, VB_NONE before any;
                         for a heading: its parent heading */
    /* Container the block stands in. */
    uint16_t list_depth, quote_depth;
    bool ordered;     /* innermost list is numbered */
    bool item_start;  /* first block of its list item */
    bool in_details;  /* <details> or a collapsible admonition */
    vb_str container; /* admonition kind ("note", "warning"), or details'
                         summary; may be empty */
    uint32_t item;    /* number of the list item in the document, VB_NONE */
    /* HEADING, PROSE: rendered text; CODE: content without fence, indentation
     * and container prefixes, lines end in LF; HTML: raw text; GAP: the
     * include's target. */
    vb_str text;
    vb_inlines spans; /* HEADING, PROSE */
    uint8_t level;    /* HEADING: 1..6; 7 for a bold line standing alone */
    /* CODE */
    vb_code_form form;
    vb_str info, lang;   /* whole info string; its first word, lower case */
    vb_str label;        /* title="", [label], label of a tab that is no
                            alternative (file name, "Output"); or empty */
    uint32_t first_line; /* line of the content's first line ... */
    uint32_t from;       /* ... in this source: 'source' itself, except for
                            INCLUDED, whose 'loc' is the place of use */
    uint32_t indent;     /* columns removed from each content line */
    vb_table *table;     /* TABLE */
    bool unclosed;       /* a fence or shortcode without its end */
} vb_block;

/* A comment that tools read: expected_similarity, verbatim markers. */
typedef struct vb_comment {
    vb_str text; /* inside <!-- -->, trimmed */
    vb_loc loc;
    uint32_t before; /* index of the next block */
    uint32_t scope;
} vb_comment;

typedef struct vb_doc {
    vb_arena *arena;      /* owns everything below */
    vb_str root;          /* directory that includes must stay in */
    const vb_node *front; /* front matter or NULL */
    vb_str title;         /* front matter's title, else the first heading */
    bool front_title;     /* it is the front matter's: about the whole page */
    VB_VEC(vb_source *) sources; /* [0] is the guide */
    VB_VEC(vb_axis) axes;
    VB_VEC(vb_scope) scopes; /* [0] is "always" */
    VB_VEC(vb_block) blocks;
    VB_VEC(vb_comment) comments;
    size_t gaps; /* includes whose content is not there */
} vb_doc;

typedef struct vb_doc_opts {
    const char *root; /* NULL: the nearest ancestor of the guide that holds
                         .git, else the guide's directory */
    bool no_includes; /* leave gaps for all */
    /* Documents to work through before the guide, in this order; their blocks
     * stand before the guide's. */
    const char *const *first;
    size_t nfirst;
    vb_cache *shared; /* of included files, for many documents; or NULL */
    /* Instead of reading 'path' (tests, standard input, fetched documents). */
    const vb_str *text;
} vb_doc_opts;

/* Reads and understands 'path'. NULL and err when the file itself cannot be
 * read or is no text (binary, NUL bytes, invalid UTF-8: located diagnostics).
 * Everything else that is wrong with it is in 'diags'. Linear in the input. */
vb_doc *vb_doc_read(vb_arena *arena, const char *path, const vb_doc_opts *opts,
                    vb_diags *diags, vb_error *err);

/* Does a reader who made 'chosen' (one option index an axis, VB_NONE for no
 * choice) see this scope? An unchosen axis shows all its options. */
bool vb_scope_visible(const vb_doc *doc, uint32_t scope,
                      const uint32_t *chosen);
/* Does the scope show 'option' of 'axis'? False when the scope says nothing
 * about that axis. */
bool vb_scope_has(const vb_doc *doc, uint32_t scope, uint32_t axis,
                  uint32_t option);
/* The scope's condition on 'axis' (its first option), or VB_NONE. */
uint32_t vb_scope_option(const vb_doc *doc, uint32_t scope, uint32_t axis);

/* Fills in diag->excerpt with the source line at its place. */
void vb_doc_excerpt(const vb_doc *doc, vb_diag *diag);

const char *vb_block_kind_name(vb_block_kind kind);

#endif
