/*
 * Each fixtures/reading/X.md is read, and what was understood compared with
 * X.blocks, line by line. UPDATE=1 writes the .blocks files; review them.
 */
#include "unit.h"

#include "base/io.h"
#include "base/str.h"
#include "doc_lines.h"

#include <dirent.h>
#include <stdio.h>

static const char folder[] = "fixtures/reading";
static struct dirent **names;
static int count;

static int
is_page(const struct dirent *entry)
{
    return vb_str_ends(vb_str_c(entry->d_name), ".md") ||
           vb_str_ends(vb_str_c(entry->d_name), ".mdx");
}

/* Places are inside their files, scopes and headings point backwards. */
static void
check_sound(const vb_doc *doc)
{
    uint32_t last = 0;

    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *b = &doc->blocks.at[i];
        const vb_source *s = doc->sources.at[b->source];
        vb_str line = vb_source_line(s, b->loc.line);

        ck_assert_uint_ge(b->loc.line, 1);
        ck_assert_uint_le(b->loc.line, s->lines.len);
        ck_assert_uint_ge(b->loc.col, 1);
        ck_assert_uint_le(b->loc.col, line.len + 1);
        ck_assert_uint_ge(b->end_line, b->loc.line);
        ck_assert_uint_lt(b->scope, doc->scopes.len);
        ck_assert(b->heading == VB_NONE || b->heading < i);
        if (b->source == 0) {
            ck_assert_uint_ge(b->loc.line, last);
            last = b->loc.line;
        }
    }
    for (size_t i = 1; i < doc->scopes.len; i++)
        ck_assert_uint_lt(doc->scopes.at[i].parent, i);
}

/* A code block's text is what stands at its lines, blanks apart. */
static void
check_code(const vb_doc *doc)
{
    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *b = &doc->blocks.at[i];
        vb_str rest = b->text, line;
        uint32_t n = b->first_line;

        if (b->kind != VB_BLOCK_CODE || b->form == VB_CODE_SHORTCODE ||
            b->text.len == 0)
            continue;
        for (; vb_str_line(&rest, &line); n++) {
            vb_str source = vb_source_line(doc->sources.at[b->from], n);

            ck_assert_msg(vb_str_find(source, vb_str_trim(line)) != VB_NPOS,
                          "line %u: '%.*s' is not in '%.*s'", n, VB_ARG(line),
                          VB_ARG(source));
        }
    }
}

START_TEST(page)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_error err = {0};
    vb_doc_opts opts = {.root = folder};
    vb_str path = vb_str_fmt(&arena, "%s/%s", folder, names[_i]->d_name);
    vb_str want_path, want = {0};
    vb_doc *doc;
    vb_buf got;

    vb_diags_init(&diags, &arena);
    doc = vb_doc_read(&arena, path.ptr, &opts, &diags, &err);
    ck_assert_msg(doc != NULL, "%s: %s", path.ptr, err.message);
    check_sound(doc);
    check_code(doc);
    vb_buf_init(&got, VB_BUF_NO_MAX);
    lines_of(&got, doc, &diags);
    want_path = vb_str_fmt(&arena, "%.*s.blocks", (int)vb_str_rchr(path, '.'),
                           path.ptr);
    if (getenv("UPDATE")) {
        ck_assert(vb_write_file(want_path.ptr, vb_buf_view(&got), 0644, &err));
    } else {
        ck_assert_msg(
            vb_read_file_arena(want_path.ptr, 1 << 20, &arena, &want, &err),
            "%s", err.message);
        ck_assert_msg(vb_str_eq(vb_buf_view(&got), want),
                      "%s: got\n%s\nwant\n%s", path.ptr, vb_buf_cstr(&got),
                      want.ptr);
    }
    vb_buf_release(&got);
    vb_arena_release(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("doc_reading");
    TCase *pages = tcase_create("pages");

    count = scandir(folder, &names, is_page, alphasort);
    if (count <= 0) {
        fprintf(stderr, "no pages in %s\n", folder);
        return EXIT_FAILURE;
    }
    tcase_add_loop_test(pages, page, 0, count);
    suite_add_tcase(suite, pages);
    return unit_main(suite);
}
