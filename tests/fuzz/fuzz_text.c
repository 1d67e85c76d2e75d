/*
 * Bytes from strangers through everything that makes them safe to show: what
 * comes out is valid UTF-8 that no terminal and no browser acts on, and what
 * is encoded decodes to the same bytes.
 */
#include "base/text.h"

#include <stdint.h>
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
must_be_tame(vb_str s, bool lines)
{
    uint32_t code;
    size_t n;

    for (; s.len; s = vb_str_from(s, n)) {
        n = vb_utf8_next(s, &code);
        must(n > 0);
        must(code >= 0x20 || (lines && (code == '\t' || code == '\n')));
        must(code < 0x7f || code > 0x9f);
        must(code < 0x202a || code > 0x202e);
        must(code < 0x2066 || code > 0x2069);
    }
}

static void
masked(vb_str s)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_text_mask(&out, s);
    must_be_tame(vb_buf_view(&out), true);
    vb_buf_clear(&out);
    vb_text_mask_line(&out, s);
    must_be_tame(vb_buf_view(&out), false);
    must(vb_str_chr(vb_buf_view(&out), '\n') == VB_NPOS);
    vb_buf_clear(&out);
    vb_text_html(&out, s);
    must_be_tame(vb_buf_view(&out), true);
    for (size_t i = 0; i < out.len; i++)
        must(!strchr("<>\"'", out.ptr[i]));
    vb_buf_release(&out);
}

static void
measured(vb_str s)
{
    size_t whole = vb_text_width(s), last = 0;

    for (size_t columns = 0; columns < 20; columns++) {
        vb_str part = vb_text_fit(s, columns);

        must(part.ptr == s.ptr && part.len <= s.len && part.len >= last);
        must(vb_text_width(part) <= columns);
        must(columns < whole || part.len == s.len);
        last = part.len;
    }
}

static void
encoded(vb_str s)
{
    vb_buf text, back;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_init(&back, VB_BUF_NO_MAX);
    vb_base64(&text, s);
    must(vb_base64_decode(&back, vb_buf_view(&text)));
    must(vb_str_eq(vb_buf_view(&back), s));
    /* One text for the same bytes, so what decodes encodes to itself. */
    vb_buf_clear(&text);
    vb_buf_clear(&back);
    if (vb_base64_decode(&back, s)) {
        vb_base64(&text, vb_buf_view(&back));
        must(vb_str_eq(vb_buf_view(&text), s));
    }
    vb_buf_release(&back);
    vb_buf_release(&text);
}

/* What bash would make of the quoted word, without bash. */
static void
quoted(vb_str s)
{
    vb_buf out;
    size_t at = 0;
    bool inside = false;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_shell_quote(&out, s);
    for (size_t i = 0; i < out.len; i++) {
        if (out.ptr[i] == '\'') {
            inside = !inside;
            continue;
        }
        if (!inside) { /* only an escaped quote may stand outside */
            must(out.ptr[i] == '\\' && i + 1 < out.len);
            must(out.ptr[++i] == '\'');
        }
        must(at < s.len && s.ptr[at++] == out.ptr[i]);
    }
    must(!inside && at == s.len);
    vb_buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_arena arena = {0};
    vb_str s = vb_str_n((const char *)data, size), plain, slug;

    masked(s);
    measured(s);
    encoded(s);
    quoted(s);
    plain = vb_text_strip_ansi(&arena, s);
    must(plain.len <= s.len && vb_str_chr(plain, '\x1b') == VB_NPOS);
    slug = vb_text_slug(&arena, s);
    must(slug.len > 0 && slug.len <= 80 && vb_utf8_valid(slug));
    must(vb_str_chr(slug, ' ') == VB_NPOS && slug.ptr[0] != '-');
    must(vb_str_eq(vb_text_slug(&arena, slug), slug));
    vb_arena_release(&arena);
    return 0;
}
