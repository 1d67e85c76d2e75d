/*
 * A whole document from memory. Properties: places lie in their source and go
 * forward, what points to another element points to one that is there, code
 * is unclosed only with a diagnostic, and text that no dialect can be meant
 * by has no axes.
 */
#include "base/arena.h"
#include "doc/doc.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
check_place(const vb_doc *doc, const vb_block *b)
{
    const vb_source *s = doc->sources.at[b->source];

    must(b->loc.line >= 1 && b->loc.line <= s->lines.len);
    must(b->loc.col >= 1 &&
         b->loc.col <= vb_source_line(s, b->loc.line).len + 1);
    must(b->end_line >= b->loc.line && b->end_line <= s->lines.len);
    must(b->scope < doc->scopes.len);
    must(b->from < doc->sources.len);
}

static void
check_spans(const vb_inlines *spans, vb_str text)
{
    for (size_t i = 0; i < spans->len; i++) {
        must(spans->at[i].start <= text.len);
        must(spans->at[i].len <= text.len - spans->at[i].start);
    }
}

static void
check_table(const vb_table *t)
{
    for (uint32_t i = 0; i < t->columns; i++)
        check_spans(&t->header[i].spans, t->header[i].text);
    for (size_t i = 0; i < (size_t)t->columns * t->rows; i++)
        check_spans(&t->cells[i].spans, t->cells[i].text);
}

static void
check_blocks(const vb_doc *doc)
{
    uint32_t line = 0;
    size_t gaps = 0;

    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *b = &doc->blocks.at[i];

        check_place(doc, b);
        check_spans(&b->spans, b->text);
        must(b->heading == VB_NONE ||
             (b->heading < i &&
              doc->blocks.at[b->heading].kind == VB_BLOCK_HEADING));
        must(b->loc.line >= line);
        line = b->loc.line;
        must((b->table != NULL) == (b->kind == VB_BLOCK_TABLE));
        if (b->table)
            check_table(b->table);
        gaps += b->kind == VB_BLOCK_GAP;
    }
    must(gaps == doc->gaps);
    for (size_t i = 0; i < doc->comments.len; i++)
        must(doc->comments.at[i].before <= doc->blocks.len &&
             doc->comments.at[i].scope < doc->scopes.len);
}

static void
check_scopes(const vb_doc *doc)
{
    for (size_t i = 1; i < doc->scopes.len; i++) {
        const vb_scope *s = &doc->scopes.at[i];

        must(s->parent < i && s->cond.axis < doc->axes.len);
        must(s->cond.option < doc->axes.at[s->cond.axis].options.len);
    }
    for (size_t i = 0; i < doc->axes.len; i++)
        must(doc->axes.at[i].options.len > 0);
}

static bool
plain(vb_str text)
{
    static const char *const marks[] = {"<",   "{", "#",  ":",
                                        "===", "[", "**", "--8<--"};
    bool under = false;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (vb_str_has(text, marks[i]))
            return false;
    }
    /* underlined headings may name providers */
    for (size_t i = 0; i < text.len; i++)
        under |= text.ptr[i] == '=' || text.ptr[i] == '-';
    return !under;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_error err;
    vb_str text = {(const char *)data, size};
    vb_doc_opts opts = {.text = &text, .root = "/nonexistent"};
    vb_doc *doc;

    vb_diags_init(&diags, &arena);
    doc = vb_doc_read(&arena, "fuzz.md", &opts, &diags, &err);
    if (doc) {
        check_blocks(doc);
        check_scopes(doc);
        must(doc->axes.len == 0 || !plain(text));
    } else {
        must(diags.errors > 0 || size > VB_DOC_BYTES_MAX);
    }
    vb_arena_release(&arena);
    return 0;
}
