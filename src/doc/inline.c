#include "doc/inline.h"

#include "doc/attrs.h"

#include <string.h>

#include "base/banned.h"

void
vb_texter_init(vb_texter *t, vb_arena *arena, const char *file)
{
    *t = (vb_texter){.arena = arena, .file = file};
    vb_buf_init(&t->text, VB_BUF_NO_MAX);
}

void
vb_texter_release(vb_texter *t)
{
    vb_buf_release(&t->text);
}

void
vb_texter_start(vb_texter *t)
{
    vb_buf_clear(&t->text);
    memset(&t->spans, 0, sizeof t->spans);
    t->open.len = 0;
}

/* Runs of blanks are one, as a reader sees them. */
static void
add_text(vb_texter *t, const char *text)
{
    for (; text && *text; text++) {
        size_t span = strcspn(text, " \t");
        bool after_blank = t->text.len == 0 ||
                           t->text.ptr[t->text.len - 1] == ' ' ||
                           t->text.ptr[t->text.len - 1] == '\n';

        vb_buf_add(&t->text, text, span);
        text += span;
        if (*text == '\0')
            break;
        if (span > 0 || !after_blank)
            vb_buf_ch(&t->text, ' ');
    }
}

static void
add_break(vb_texter *t, char c)
{
    while (t->text.len && t->text.ptr[t->text.len - 1] == ' ')
        t->text.len--;
    if (t->text.len)
        vb_buf_ch(&t->text, c);
}

/* <br> breaks; other HTML is dropped, but "<cluster-name>" is no HTML. */
static void
add_html(vb_texter *t, const char *html)
{
    static const char *const known[] = {
        "a",       "b",       "i",    "em",    "strong", "code",  "kbd",
        "sup",     "sub",     "span", "img",   "p",      "div",   "u",
        "s",       "del",     "ins",  "small", "big",    "font",  "center",
        "mark",    "abbr",    "q",    "li",    "ul",     "ol",    "wbr",
        "tt",      "svg",     "path", "video", "input",  "label", "button",
        "details", "summary", "pre",  "var"};
    vb_tag tag;
    vb_str s = vb_str_c(html);

    if (!vb_tag_read(s, &tag))
        return;
    if (vb_str_ieqc(tag.name, "br")) {
        add_break(t, '\n');
        return;
    }
    if (vb_is_upper(tag.name.ptr[0]) || tag.attrs.len)
        return;
    if (VB_STR_IAMONG(tag.name, known))
        return;
    vb_buf_str(&t->text, s);
}

static vb_inline *
add_span(vb_texter *t, vb_span_kind kind, cmark_node *node)
{
    vb_inline span = {.kind = kind, .start = (uint32_t)t->text.len};

    span.loc.file = t->file;
    span.loc.line = (uint32_t)cmark_node_get_start_line(node) + t->line_moved;
    span.loc.col = (uint32_t)cmark_node_get_start_column(node) + t->col_moved;
    vb_vec_push(t->arena, &t->spans, span);
    return &t->spans.at[t->spans.len - 1];
}

static void
open_span(vb_texter *t, vb_span_kind kind, cmark_node *node)
{
    vb_inline *span = add_span(t, kind, node);

    if (kind == VB_SPAN_LINK || kind == VB_SPAN_IMAGE)
        span->url = vb_str_copy(t->arena, vb_str_c(cmark_node_get_url(node)));
    vb_vec_push(t->arena, &t->open, (uint32_t)t->spans.len - 1);
}

static void
close_span(vb_texter *t)
{
    vb_inline *span;

    if (t->open.len == 0)
        return;
    span = &t->spans.at[t->open.at[--t->open.len]];
    span->len =
        t->text.len > span->start ? (uint32_t)(t->text.len - span->start) : 0;
}

static bool
span_kind(cmark_node_type type, vb_span_kind *kind)
{
    switch ((int)type) {
    case CMARK_NODE_STRONG:
        *kind = VB_SPAN_STRONG;
        return true;
    case CMARK_NODE_EMPH:
        *kind = VB_SPAN_EMPH;
        return true;
    case CMARK_NODE_LINK:
        *kind = VB_SPAN_LINK;
        return true;
    case CMARK_NODE_IMAGE:
        *kind = VB_SPAN_IMAGE;
        return true;
    default:
        return false;
    }
}

bool
vb_texter_event(vb_texter *t, cmark_event_type event, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    vb_span_kind kind;
    vb_inline *span;

    if (span_kind(type, &kind)) {
        if (event == CMARK_EVENT_ENTER)
            open_span(t, kind, node);
        else
            close_span(t);
        return true;
    }
    switch ((int)type) {
    case CMARK_NODE_TEXT:
        add_text(t, cmark_node_get_literal(node));
        return true;
    case CMARK_NODE_SOFTBREAK:
        add_break(t, ' ');
        return true;
    case CMARK_NODE_LINEBREAK:
        add_break(t, '\n');
        return true;
    case CMARK_NODE_HTML_INLINE:
        add_html(t, cmark_node_get_literal(node));
        return true;
    case CMARK_NODE_CODE:
        span = add_span(t, VB_SPAN_CODE, node);
        vb_buf_c(&t->text, cmark_node_get_literal(node));
        span->len = (uint32_t)t->text.len - span->start;
        return true;
    default:
        return false;
    }
}

vb_str
vb_texter_end(vb_texter *t, vb_inlines *spans)
{
    vb_str text = vb_str_rtrim(vb_buf_view(&t->text));

    for (size_t i = 0; i < t->spans.len; i++) {
        vb_inline *span = &t->spans.at[i];

        if (span->start > text.len)
            span->start = (uint32_t)text.len;
        if (span->len > text.len - span->start)
            span->len = (uint32_t)(text.len - span->start);
    }
    *spans = t->spans;
    return vb_str_copy(t->arena, text);
}
