/* What a link behind '#' can lead to. */
#include "check/links.h"

#include "base/buf.h"

#include "base/banned.h"

/* "My heading" -> "my-heading", as the common renderers make anchors. */
static vb_str
anchor_of(vb_arena *arena, vb_str heading)
{
    vb_buf out;
    vb_str result;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < heading.len; i++) {
        char c = heading.ptr[i];

        if (vb_is_word(c) || c == '-' || (unsigned char)c >= 0x80)
            vb_buf_ch(&out, vb_lower(c));
        else if (c == ' ')
            vb_buf_ch(&out, '-');
    }
    result = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

/* "set%20up" -> "set up" */
static vb_str
decoded(vb_arena *arena, vb_str anchor)
{
    static const char digits[] = "0123456789abcdef";
    vb_buf out;
    vb_str result;

    if (vb_str_chr(anchor, '%') == VB_NPOS)
        return anchor;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < anchor.len; i++) {
        char c = anchor.ptr[i];

        if (c == '%' && i + 2 < anchor.len && vb_is_xdigit(anchor.ptr[i + 1]) &&
            vb_is_xdigit(anchor.ptr[i + 2])) {
            size_t high =
                vb_str_chr(vb_str_c(digits), vb_lower(anchor.ptr[i + 1]));
            size_t low =
                vb_str_chr(vb_str_c(digits), vb_lower(anchor.ptr[i + 2]));

            c = (char)(high * 16 + low);
            i += 2;
        }
        vb_buf_ch(&out, c);
    }
    result = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

void
vb_anchors_html(vb_arena *arena, vb_str html, vb_map *anchors)
{
    vb_map_init(anchors, arena);
    for (size_t i = 0; i + 1 < html.len; i++) {
        const char *quote = memchr(html.ptr + i, '=', html.len - i);
        size_t at, end;
        vb_str before, value;

        if (!quote)
            break;
        i = (size_t)(quote - html.ptr);
        before = vb_str_sub(html, i > 4 ? i - 4 : 0, i > 4 ? 4 : i);
        if (!vb_str_ends(before, "id") && !vb_str_ends(before, "ID") &&
            !vb_str_ends(before, "name"))
            continue;
        at = i + 1;
        value = vb_str_sub(html, at, 300);
        if (vb_str_starts(value, "\"") || vb_str_starts(value, "'")) {
            end = vb_str_chr(vb_str_from(value, 1), value.ptr[0]);
            value = vb_str_sub(value, 1, end);
        } else {
            for (end = 0; end < value.len && !vb_is_space(value.ptr[end]) &&
                          value.ptr[end] != '>';)
                end++;
            value = vb_str_sub(value, 0, end);
        }
        vb_map_add(anchors, value, NULL);
        /* how GitHub serves the anchors of a rendered page */
        if (vb_str_starts(value, "user-content-"))
            vb_map_add(anchors, vb_str_from(value, 13), NULL);
    }
}

static void
add_heading(vb_arena *arena, vb_str heading, vb_map *anchors, vb_map *times)
{
    vb_str anchor = anchor_of(arena, heading);
    vb_map_entry *entry = vb_map_add(times, anchor, NULL);
    size_t brace = vb_str_find(heading, VB_STR("{#"));

    /* a title that is there again gets a number */
    if (entry->num++)
        anchor = vb_str_fmt(arena, "%.*s-%zu", VB_ARG(anchor), entry->num - 1);
    vb_map_add(anchors, anchor, NULL);
    if (brace != VB_NPOS) { /* "Title {#own-id}" */
        vb_str rest = vb_str_from(heading, brace + 2);

        vb_map_add(anchors, vb_str_sub(rest, 0, vb_str_chr(rest, '}')), NULL);
    }
}

void
vb_anchors_collect(vb_arena *arena, const vb_doc *doc, vb_map *anchors)
{
    vb_map times;

    vb_map_init(anchors, arena);
    vb_map_init(&times, arena);
    for (size_t i = 0; i < doc->blocks.len; i++)
        if (doc->blocks.at[i].kind == VB_BLOCK_HEADING)
            add_heading(arena, doc->blocks.at[i].text, anchors, &times);
    for (size_t s = 0; s < doc->sources.len; s++) {
        vb_map html;

        vb_anchors_html(arena, doc->sources.at[s]->text, &html);
        for (size_t i = 0; i < html.entries.len; i++)
            vb_map_add(anchors, html.entries.at[i].key, NULL);
    }
}

bool
vb_anchors_have(vb_arena *arena, const vb_map *anchors, vb_str anchor)
{
    vb_str plain = decoded(arena, anchor);

    return vb_map_find(anchors, anchor) || vb_map_find(anchors, plain) ||
           vb_map_find(anchors, anchor_of(arena, plain));
}
