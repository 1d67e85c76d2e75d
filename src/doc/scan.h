/*
 * The scanner's state, shared by the scanner itself, by toggle.c which keeps
 * the stack of what is open, and by the dialects. Internal to doc/.
 */
#ifndef VB_DOC_SCAN_H
#define VB_DOC_SCAN_H

#include "base/map.h"
#include "doc/attrs.h"
#include "doc/unit.h"

/* What is done with a line on its way to cmark. */
typedef enum vb_line_op {
    VB_LINE_KEEP,  /* the work copy of the line, dedented */
    VB_LINE_BLANK, /* an empty line */
    VB_LINE_PLACE, /* a placeholder for the items that stand there */
} vb_line_op;

typedef enum vb_frame_kind {
    VB_FRAME_GROUP,
    VB_FRAME_PANE,
    VB_FRAME_BOX, /* admonition, details, wrapper */
} vb_frame_kind;

enum {
    VB_DIALECTS_MAX = 16,
    VB_FRAMES_MAX = 2048,
    VB_TAG_MAX = 8192,
    VB_MARKERS_MAX = 64
};

struct vb_dialect;

/* Something open. */
typedef struct vb_frame {
    vb_frame_kind kind;
    const struct vb_dialect *dialect; /* NULL for boxes of no dialect */
    vb_str name;                      /* of the tag or shortcode */
    uint32_t group, pane, ctx;
    uint32_t line, col;
    uint32_t indent; /* column (from 0) of the opening marker */
    uint32_t least;  /* smallest indentation inside; VB_NONE: none seen */
    uint32_t number; /* dialect's own: colons, backticks, heading level */
    uint32_t tabs;   /* GROUP: panes so far */
    vb_str labels;   /* GROUP: list of labels given with it, or empty */
    vb_str lang;     /* BOX: language of the code inside, or empty */
    bool implied;    /* GROUP: made for a tab that stood alone; ends with it */
    bool waits;      /* GROUP: of tabs that follow each other, in no set */
    bool filled;     /* text stands behind its marker */
    bool loose;      /* ends by itself: no diagnostic when it is popped */
    bool folds;      /* BOX: a details element, which has an end tag */
    bool jsx;        /* indentation inside means nothing */
    bool by_indent;  /* ends where indentation falls back to 'indent' */
    bool solid;      /* fences or markers were seen inside */
    uint32_t level;  /* of the heading in force where it was opened; or 0 */
    uint32_t heads;  /* headings that were noted before it */
    uint32_t end;    /* unclosed: the heading it ends before, or 0 */
} vb_frame;

/* A heading inside something open. */
typedef struct vb_head {
    uint32_t line, level;
    bool ends; /* an unclosed group ends before it */
} vb_head;

typedef struct vb_scan {
    vb_arena *arena;
    vb_source *source;
    vb_unit *unit;
    vb_diags *diags;
    vb_map imports; /* component name -> vb_str path (ptr) */
    size_t budget;  /* bytes that looking ahead over lines may still cost */

    uint16_t starts[256]; /* dialects, a bit each, by a line's first byte */
    char *work;     /* copy of the text; what is taken out becomes spaces */
    uint8_t *ops;   /* vb_line_op per line */
    int32_t *shift; /* differences; summed up at the end */

    /* The current line. */
    uint32_t count, line; /* lines in all; this one, from 1 */
    uint32_t next;        /* where to go on */
    vb_str text;          /* without line end */
    size_t skip;          /* bytes of the line that were taken before */
    size_t at;            /* first byte that is neither quote mark nor blank */
    uint32_t items;       /* items the unit had when the line began */
    uint32_t indent;      /* its column from 0, tabs expanded */
    uint32_t quotes;
    bool blank, prev_blank, in_code;
    bool resumed; /* the line\'s beginning was taken before */

    VB_VEC(vb_frame) frames;
    VB_VEC(vb_head) heads; /* in frames that are still open */
    uint32_t level;        /* of the heading in force, or 0 */
    uint32_t text_line;    /* last line of plain text */
    uint32_t open_groups[VB_DIALECTS_MAX], open_panes[VB_DIALECTS_MAX];
    uint32_t jsx_depth, indent_depth; /* frames of that kind */
    VB_VEC(uint32_t) lists;           /* content columns of open list items */
    bool slots_seen;         /* the page has slots: its divs are counted */
    bool lead;               /* the tag or shortcode begins the line */
    size_t taken;            /* byte of the line that vb_scan_take() came to */
    bool raw_less;           /* a <script> had no end: none is looked for */
    uint32_t comment_less;   /* the same for comments */
    bool pre_less;           /* and for <pre> */
    bool jsx_less;           /* and for those of MDX */
    uint32_t directive_less; /* run of a directive that had no end */
    uint32_t code_less;      /* and for code in shortcodes, a bit per name */
    uint32_t no_rescan;      /* lines before it were gone back over */
    uint32_t zones;          /* group of the page's pivots, VB_NONE */
} vb_scan;

/* One dialect. Each hook looks at one thing and says whether it took it. */
typedef struct vb_dialect {
    const char *name;
    uint32_t number; /* index into vb_scan.open_groups */
    /* A line whose first byte is in 'starts'. */
    const char *starts;
    bool (*line)(vb_scan *s);
    /* A tag or shortcode at byte 'at' of the line; it is cut out if taken. */
    bool (*tag)(vb_scan *s, const vb_tag *tag, size_t at);
    bool (*shortcode)(vb_scan *s, const vb_shortcode *sc, size_t at);
    /* A fence's opening line with an info string that starts with '{'. */
    bool (*fence)(vb_scan *s, vb_str info, char mark, uint32_t run);
} vb_dialect;

/* The table, ended by NULL. */
extern const vb_dialect *const vb_dialects[];

extern const vb_dialect vb_dialect_slots, vb_dialect_mdx, vb_dialect_hugo,
    vb_dialect_mkdocs, vb_dialect_docfx, vb_dialect_pivot, vb_dialect_colons,
    vb_dialect_code_group, vb_dialect_gitbook, vb_dialect_myst,
    vb_dialect_mdbook, vb_dialect_boxes;

/* --- scan.c --- */

/* Scans lines 'first' to 'last' of 'source' into a unit; 1 and UINT32_MAX for
 * all of it. */
vb_unit *vb_scan_source(vb_arena *arena, vb_source *source, uint32_t first,
                        uint32_t last, vb_diags *diags);

/* Sets line, text, indent and so on. */
void vb_scan_goto(vb_scan *s, uint32_t line);
/* Text of another line without its line end. */
vb_str vb_scan_line(const vb_scan *s, uint32_t line);
/* The current line from its first byte on. */
vb_str vb_scan_rest(const vb_scan *s);
vb_loc vb_scan_loc(const vb_scan *s, size_t at);
/* Blanks the current line. */
void vb_scan_blank(vb_scan *s, uint32_t line);
/* Overwrites bytes of the current line with spaces. */
void vb_scan_cut(vb_scan *s, size_t at, size_t len);
/* Blanks from byte 'at' of the current line over 'len' bytes, which may span
 * lines; scanning goes on behind them. */
void vb_scan_take(vb_scan *s, size_t at, size_t len);
/* The text from byte 'at' of the current line on, as much as may be looked
 * at. Costs budget. */
vb_str vb_scan_ahead(vb_scan *s, size_t at, size_t max);
/* Adds an item with line, col and ctx set. */
vb_item *vb_scan_item(vb_scan *s, vb_item_kind kind, size_t at);
/* The column of byte 'at' of 'text', from 0, tabs expanded. */
uint32_t vb_scan_column(vb_str text, size_t at);

/* --- toggle.c --- */

const vb_ctx *vb_ctx_now(const vb_scan *s);
uint32_t vb_ctx_index(const vb_scan *s);

typedef struct vb_group_opts {
    vb_tie tie;
    vb_str key, name, labels;
    uint32_t number;
    bool loose, jsx, by_indent;
} vb_group_opts;

typedef struct vb_pane_opts {
    vb_str label, id, others, name;
    uint32_t number;
    bool loose, jsx, by_indent;
} vb_pane_opts;

/* Opens a group whose marker is bytes 'at' to 'end' of the current line. A
 * group of that dialect that is open without a pane is meant to be the same
 * one. */
void vb_group_open(vb_scan *s, const vb_dialect *d, size_t at, size_t end,
                   const vb_group_opts *opts);
/* Opens a pane in the innermost group of the dialect; a pane that is open
 * there is closed, a missing group is made. */
void vb_pane_open(vb_scan *s, const vb_dialect *d, size_t at, size_t end,
                  const vb_pane_opts *opts);
/* False, with a diagnostic, when there is nothing to close. */
bool vb_pane_close(vb_scan *s, const vb_dialect *d, size_t at, size_t end);
bool vb_group_close(vb_scan *s, const vb_dialect *d, size_t at, size_t end);
/* The innermost open group of the dialect, or NULL. */
vb_frame *vb_group_of(vb_scan *s, const vb_dialect *d);
/* The innermost frame, or NULL. */
vb_frame *vb_frame_top(vb_scan *s);

/* Opens a box with 'ctx' inside; NULL when too much is open already. */
vb_frame *vb_box_open(vb_scan *s, size_t at, size_t end, vb_str name,
                      const vb_ctx *ctx, uint32_t number);
/* Closes the innermost box of that name (or number when name is empty), if
 * nothing but boxes stands above it. */
bool vb_box_close(vb_scan *s, size_t at, size_t end, vb_str name,
                  uint32_t number);
/* Pops the innermost frame at byte 'at' of the current line. */
void vb_frame_pop(vb_scan *s, size_t at, bool told);
/* Pops frames until 'n' are left; what does not end by itself is reported. */
void vb_frames_pop_to(vb_scan *s, size_t n, size_t at);
/* Ends frames that live by indentation; called for each line with text. */
void vb_frames_dedent(vb_scan *s);

/* --- contain.c --- */

/* Notes the current line, which is text, if it makes a heading. */
void vb_heading_note(vb_scan *s);
/* At the end: ends unclosed groups before a heading behind them. */
void vb_contain(vb_scan *s);

/* --- dialect_myst.c --- */

/* Ends a group of tabs that only follow each other, if the current line is
 * not another one. */
void vb_neighbours_end(vb_scan *s);

/* --- html_code.c --- */

/* <pre> at byte 'at' of the current line: code. *behind is set to the byte
 * after its end. */
bool vb_html_code(vb_scan *s, const vb_tag *pre, size_t at, size_t *behind,
                  bool *lines);

/* --- fence.c --- */

/* A fence, perhaps behind list markers, at the current line? Takes all of
 * it. */
bool vb_fence_take(vb_scan *s);

/* Column behind the list marker at byte 'at' of the text where an item's
 * content starts, its first byte in *content; 0 when there is no marker. */
uint32_t vb_list_marker(vb_str text, size_t at, size_t *content);
/* Text at byte 'at' of a line that, right below a paragraph's line, goes on
 * with that paragraph wherever it begins (CommonMark's lazy continuation). */
bool vb_line_lazy(vb_str line, size_t at);

/* --- inline_scan.c --- */

/* Tags, shortcodes, comments and JSX code within the current line. */
void vb_scan_inside(vb_scan *s);

/* --- jsx.c --- */

/* Import statements of a script: component names and the files they mean. */
void vb_imports_read(vb_scan *s, vb_str script);
/* {`code`} at byte 'at': an item, if it stands in a component. *behind is set
 * to the byte after it; *lines when it ends on another line. */
bool vb_jsx_code(vb_scan *s, size_t at, size_t *behind, bool *lines);

/* --- include_scan.c --- */

/* [!INCLUDE [title](path)] at byte 'at'. */
bool vb_include_bracket(vb_scan *s, size_t at, size_t *behind);
/* A line that is nothing but an include, inside a fence or not: its target,
 * and the part of the file that is meant ("name", "2:5", or empty). */
bool vb_include_line(vb_str line, vb_str *target, vb_str *part);
/* Adds an include of 'target'. */
vb_item *vb_include_add(vb_scan *s, size_t at, vb_inc_kind kind, vb_str target,
                        const char *folder);

/* --- directive_leaf.c --- */

/* ::name{file="x"}, the current line. */
bool vb_directive_leaf(vb_scan *s, vb_str text);

/* --- front.c --- */

/* Reads front matter; the number of its last line, 0 when there is none. */
uint32_t vb_front_read(vb_scan *s);

/* --- box.c --- */

/* "note", "warning", ...: the admonition's kind in lower case, or empty. */
vb_str vb_box_kind(vb_str name);
/* A context inside an admonition, perhaps with a title, of the current one. */
vb_ctx vb_box_ctx(vb_scan *s, vb_str kind, vb_str title);
/* "details", "collapse", ... */
bool vb_box_collapses(vb_str name);

#endif
