/* What the writers of coverage share. */
#ifndef VB_REPORT_COVER_WRITE_H
#define VB_REPORT_COVER_WRITE_H

#include "base/json.h"
#include "report/cover.h"
#include "report/out.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_cover_page {
    vb_cover *cover;
    const vb_cover_opts *opts;
    vb_out out;
    vb_json json;
    vb_cover_reader reader; /* 'user' is the page */
    vb_cover_sum sum;
    size_t docs;
    bool map;      /* HTML: blocks go into the map, not into the table */
    size_t at, of; /* HTML: of the map */
} vb_cover_page;

vb_str vb_cover_title(const vb_cover_doc *doc);
vb_str vb_cover_first_line(const vb_cover_block *block);
void vb_cover_count(vb_cover_page *page, const vb_cover_doc *doc);

VB_MUST_USE bool vb_cover_html(vb_cover_page *page, vb_error *err);
VB_MUST_USE bool vb_cover_html_doc(void *user, const vb_cover_doc *doc,
                                   vb_error *err);
VB_MUST_USE bool vb_cover_html_run(void *user, const vb_cover_run *run,
                                   vb_error *err);
VB_MUST_USE bool vb_cover_html_block(void *user, const vb_cover_block *block,
                                     vb_error *err);
VB_MUST_USE bool vb_cover_html_scope(void *user, vb_str scope, size_t blocks,
                                     vb_error *err);

#endif
