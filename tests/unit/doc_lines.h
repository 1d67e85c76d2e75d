/* A document as lines of text, one a block: what tests compare. */
#ifndef VB_TESTS_DOC_LINES_H
#define VB_TESTS_DOC_LINES_H

#include "base/buf.h"
#include "doc/doc.h"

#include <string.h>

static inline void
lines_text(vb_buf *out, vb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            vb_buf_c(out, "\\n");
        else
            vb_buf_ch(out, text.ptr[i]);
    }
}

/* " @outer/inner" */
static inline void
lines_scope(vb_buf *out, const vb_doc *doc, uint32_t scope)
{
    uint32_t chain[64];
    size_t n = 0;

    for (; scope && n < 64; scope = doc->scopes.at[scope].parent)
        chain[n++] = scope;
    if (n)
        vb_buf_c(out, " @");
    while (n) {
        const vb_scope *s = &doc->scopes.at[chain[--n]];
        const vb_axis *axis = &doc->axes.at[s->cond.axis];

        vb_buf_fmt(out, "%u.", s->cond.axis);
        vb_buf_str(out, axis->options.at[s->cond.option].label);
        for (size_t i = 0; i < s->also.len; i++)
            vb_buf_fmt(out, "+%.*s",
                       VB_ARG(axis->options.at[s->also.at[i]].label));
        if (n)
            vb_buf_ch(out, '/');
    }
}

static inline void
lines_cells(vb_buf *out, const vb_table *t)
{
    for (uint32_t r = 0; r <= t->rows; r++) {
        const vb_cell *row = r ? t->cells + (r - 1) * t->columns : t->header;

        vb_buf_c(out, "   ");
        for (uint32_t c = 0; c < t->columns; c++) {
            vb_buf_fmt(out, " %u:%u", row[c].loc.line, row[c].loc.col);
            for (size_t i = 0; i < row[c].items.len; i++) {
                vb_buf_c(out, i ? "; " : " <");
                lines_text(out, row[c].items.at[i]);
            }
            vb_buf_c(out, row[c].items.len ? ">" : " -");
        }
        vb_buf_ch(out, '\n');
    }
}

static inline void
lines_place(vb_buf *out, const vb_block *b)
{
    if (b->list_depth)
        vb_buf_fmt(out, " list%u%s%s", b->list_depth, b->ordered ? "#" : "",
                   b->item_start ? "*" : "");
    if (b->quote_depth)
        vb_buf_fmt(out, " quote%u", b->quote_depth);
    if (b->in_details)
        vb_buf_c(out, " details");
    if (b->container.len)
        vb_buf_fmt(out, " in(%.*s)", VB_ARG(b->container));
}

static inline void
lines_block(vb_buf *out, const vb_doc *doc, const vb_block *b)
{
    if (b->source)
        vb_buf_fmt(out, "%s:", strrchr(b->loc.file, '/') + 1);
    vb_buf_fmt(out, "%u:%u %s", b->loc.line, b->loc.col,
               vb_block_kind_name(b->kind));
    if (b->kind == VB_BLOCK_HEADING)
        vb_buf_fmt(out, "%u", b->level);
    if (b->kind == VB_BLOCK_CODE || b->form == VB_CODE_INCLUDED)
        vb_buf_fmt(out, "/%u %.*s", (unsigned)b->form, VB_ARG(b->lang));
    if (b->label.len)
        vb_buf_fmt(out, " [%.*s]", VB_ARG(b->label));
    if (b->unclosed)
        vb_buf_c(out, " unclosed");
    lines_scope(out, doc, b->scope);
    lines_place(out, b);
    if (b->heading != VB_NONE)
        vb_buf_fmt(out, " under(%.*s)",
                   VB_ARG(doc->blocks.at[b->heading].text));
    vb_buf_c(out, " |");
    lines_text(out, b->text);
    vb_buf_ch(out, '\n');
    if (b->table)
        lines_cells(out, b->table);
}

static inline void
lines_of(vb_buf *out, const vb_doc *doc, const vb_diags *diags)
{
    for (size_t i = 0; i < doc->axes.len; i++) {
        const vb_axis *axis = &doc->axes.at[i];

        vb_buf_fmt(out, "axis %zu %.*s (%s) %u:%u", i, VB_ARG(axis->id),
                   axis->dialect, axis->loc.line, axis->loc.col);
        for (size_t k = 0; k < axis->options.len; k++)
            vb_buf_fmt(out, " [%.*s=%.*s]", VB_ARG(axis->options.at[k].id),
                       VB_ARG(axis->options.at[k].label));
        vb_buf_ch(out, '\n');
    }
    for (size_t i = 0; i < doc->blocks.len; i++)
        lines_block(out, doc, &doc->blocks.at[i]);
    for (size_t i = 0; i < doc->comments.len; i++) {
        vb_buf_fmt(out, "comment %u:%u before %u |",
                   doc->comments.at[i].loc.line, doc->comments.at[i].loc.col,
                   doc->comments.at[i].before);
        lines_text(out, doc->comments.at[i].text);
        vb_buf_ch(out, '\n');
    }
    for (size_t i = 0; i < diags->list.len; i++) {
        const vb_diag *d = &diags->list.at[i];

        vb_buf_fmt(out, "%s %s %u:%u %.*s\n", vb_severity_name(d->severity),
                   d->rule, d->loc.line, d->loc.col, VB_ARG(d->message));
    }
}

#endif
