/* <pre> and <pre><code class="lang-bash">: code that is written as HTML. */
#include "doc/scan.h"

#include "base/buf.h"
#include "doc/rules.h"

#include <string.h>

#include "base/banned.h"

static const struct vb_entity {
    const char *name;
    char c;
} entities[] = {
    {"&lt;", '<'},   {"&gt;", '>'},    {"&amp;", '&'},  {"&quot;", '"'},
    {"&#39;", '\''}, {"&apos;", '\''}, {"&nbsp;", ' '}, {"&#x27;", '\''},
};

/* One entity at the start of 's'; the bytes it takes, 0 for none. */
static size_t
entity(vb_str s, char *c)
{
    for (size_t i = 0; i < VB_COUNT(entities); i++) {
        if (vb_str_starts(s, entities[i].name)) {
            *c = entities[i].c;
            return strlen(entities[i].name);
        }
    }
    return 0;
}

/* Tags go, entities become characters, line ends LF. */
static vb_str
plain(vb_arena *arena, vb_str html)
{
    vb_buf buf;
    vb_str text;
    vb_tag tag;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    for (size_t i = 0; i < html.len;) {
        vb_str rest = vb_str_from(html, i);
        size_t n;
        char c = rest.ptr[0];

        if (c == '<' && vb_tag_read(vb_str_sub(rest, 0, 256), &tag)) {
            i += tag.len;
            continue;
        }
        n = c == '&' ? entity(rest, &c) : 0;
        i += n ? n : 1;
        if (c != '\r' || !vb_str_starts(vb_str_from(html, i), "\n"))
            vb_buf_add(&buf, c == '\r' ? "\n" : &c, 1);
    }
    while (buf.len &&
           (buf.ptr[buf.len - 1] == '\n' || buf.ptr[buf.len - 1] == ' '))
        buf.len--;
    vb_buf_ch(&buf, '\n');
    text = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    if (vb_str_starts(text, "\n"))
        text = vb_str_from(text, 1);
    return text;
}

/* "lang-bash" or "language-bash" among the classes of <pre> or <code>. */
static vb_str
language(const vb_tag *pre, vb_str body)
{
    vb_str classes = vb_attr_get(pre->attrs, "class"), word;
    vb_tag code;

    body = vb_str_ltrim(body);
    if (vb_tag_read(vb_str_sub(body, 0, 256), &code) &&
        vb_str_ieqc(code.name, "code") && vb_attr_get(code.attrs, "class").len)
        classes = vb_attr_get(code.attrs, "class");
    while (vb_str_word(&classes, &word)) {
        if (vb_str_starts(word, "lang-"))
            return vb_str_from(word, 5);
        if (vb_str_starts(word, "language-"))
            return vb_str_from(word, 9);
    }
    return vb_str_n(NULL, 0);
}

bool
vb_html_code(vb_scan *s, const vb_tag *pre, size_t at, size_t *behind,
             bool *lines)
{
    size_t start = s->source->lines.at[s->line - 1] + at, end;
    vb_str rest = vb_str_from(s->source->text, start + pre->len), title;
    vb_item *item;

    if (s->pre_less)
        return false;
    end = vb_str_ifind(rest, VB_STR("</pre>"));
    if (end == VB_NPOS) {
        s->pre_less = true;
        vb_diag_add(s->diags, VB_WARNING, "D004", vb_scan_loc(s, at),
                    "'<pre>' has no end");
        return false;
    }
    title = vb_attr_get(pre->attrs, "data-title");
    item = vb_scan_item(s, VB_ITEM_CODE, at);
    item->form = VB_CODE_SHORTCODE;
    item->info = vb_str_copy(s->arena, language(pre, vb_str_sub(rest, 0, end)));
    if (title.len)
        item->label = vb_label_clean(s->arena, title);
    item->ready = true;
    item->text = plain(s->arena, vb_str_sub(rest, 0, end));
    item->first = s->line;
    item->indent = s->indent;
    end += pre->len + 6;
    while (item->end_line < s->count &&
           s->source->lines.at[item->end_line] < start + end)
        item->end_line++;
    item->last = item->end_line;
    s->ops[s->line - 1] = VB_LINE_PLACE;
    *lines = at + end > s->text.len;
    *behind = at + end;
    vb_scan_take(s, at, end);
    return true;
}
