/*
 * What of a guide several runs have exercised together, and what none has:
 * blocks that never ran, outputs never compared, providers never chosen. A
 * block is recognised in another run by its file's name and its text, so it
 * may have moved; the newest run of a guide says which blocks there are.
 */
#ifndef VB_REPORT_COVER_H
#define VB_REPORT_COVER_H

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_cover vb_cover; /* opaque */

vb_cover *vb_cover_open(void);
void vb_cover_close(vb_cover *cover);
VB_MUST_USE bool vb_cover_good(const vb_cover *cover, vb_error *err);
/* Adds one run: a directory or a transcript. A changed record is refused, an
 * incomplete one counts for what it holds. */
VB_MUST_USE bool vb_cover_add(vb_cover *cover, const char *path, vb_error *err);

/* Slices of what is read below live until the next one of its kind. */
typedef struct vb_cover_doc {
    int64_t n;
    vb_str name, title; /* of the newest run */
    size_t runs;
    size_t commands, commands_run, expects, expects_checked;
    size_t manual, manual_done, ignored, blocks;
    size_t unchosen; /* blocks that no run has shown to its reader */
} vb_cover_doc;

typedef struct vb_cover_run {
    vb_str id, provider, verdict, started;
    bool rehearsal, incomplete;
} vb_cover_run;

typedef struct vb_cover_block {
    vb_str file, kind, step, scope, text, why;
    uint32_t line;
    size_t runs; /* that have the block */
    size_t selected, ran, ran_live, checked;
} vb_cover_block;

/* Each calls 'each' in order: guides by first mention, runs by their start,
 * blocks as the newest run lists them. */
typedef struct vb_cover_reader {
    bool (*doc)(void *user, const vb_cover_doc *doc, vb_error *err);
    bool (*run)(void *user, const vb_cover_run *run, vb_error *err);
    bool (*block)(void *user, const vb_cover_block *block, vb_error *err);
    /* A scope that no run has chosen, and its blocks. */
    bool (*scope)(void *user, vb_str scope, size_t blocks, vb_error *err);
    void *user;
} vb_cover_reader;
VB_MUST_USE bool vb_cover_docs(vb_cover *cover, const vb_cover_reader *reader,
                               vb_error *err);
VB_MUST_USE bool vb_cover_runs(vb_cover *cover, const vb_cover_doc *doc,
                               const vb_cover_reader *reader, vb_error *err);
VB_MUST_USE bool vb_cover_blocks(vb_cover *cover, const vb_cover_doc *doc,
                                 const vb_cover_reader *reader, vb_error *err);
VB_MUST_USE bool vb_cover_scopes(vb_cover *cover, const vb_cover_doc *doc,
                                 const vb_cover_reader *reader, vb_error *err);

/* For people: "command", "output", ... */
vb_str vb_cover_kind(const vb_cover_block *block);
/* What is missing of a block, in words; empty when it was exercised. */
const char *vb_cover_gap(const vb_cover_block *block);

/* ---------------------------------------------------------------- report -- */

#define VB_COVER_FORMATS(X)                                                    \
    X(TEXT, "text")                                                            \
    X(HTML, "html")                                                            \
    X(MARKDOWN, "markdown")                                                    \
    X(JSON, "json")
typedef enum vb_cover_format {
#define X(name, text) VB_COVER_##name,
    VB_COVER_FORMATS(X)
#undef X
} vb_cover_format;
bool vb_cover_format_parse(vb_str name, vb_cover_format *out);

typedef struct vb_cover_opts {
    vb_cover_format format;
    bool color;
    size_t columns;
} vb_cover_opts;

/* Of all guides: what could be exercised and what was, for a gate in CI. */
typedef struct vb_cover_sum {
    size_t parts, exercised;
} vb_cover_sum;
VB_MUST_USE bool vb_cover_write(vb_cover *cover, const vb_cover_opts *opts,
                                vb_sink sink, vb_cover_sum *sum, vb_error *err);

#endif
