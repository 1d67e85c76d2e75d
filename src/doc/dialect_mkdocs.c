/*
 * MkDocs (pymdownx): === "Name" and !!! note, ??? note with indented content,
 * and snippets, --8<-- "file".
 */
#include "doc/scan.h"

#include "base/banned.h"

static vb_str
quoted(vb_str text)
{
    size_t open, close;

    text = vb_str_trim(text);
    if (text.len == 0 || (text.ptr[0] != '"' && text.ptr[0] != '\''))
        return vb_str_n(NULL, 0);
    open = 1;
    close = vb_str_rchr(text, text.ptr[0]);
    return close > 0 ? vb_str_sub(text, open, close - 1) : vb_str_n(NULL, 0);
}

/* === "Name", ===! "Name", ===+ "Name" */
static bool
tab_line(vb_scan *s, vb_str text)
{
    vb_str label;
    vb_frame *group;
    vb_pane_opts opts = {.loose = true, .by_indent = true};
    bool fresh;

    text = vb_str_from(text, 3);
    fresh = vb_str_starts(text, "!");
    if (fresh || vb_str_starts(text, "+"))
        text = vb_str_from(text, 1);
    label = quoted(text);
    if (label.len == 0)
        return false;
    group = vb_frame_top(s);
    if (!group || group->kind != VB_FRAME_GROUP ||
        group->dialect != &vb_dialect_mkdocs || group->indent != s->indent ||
        fresh) {
        vb_group_opts g = {.loose = true, .by_indent = true};

        if (fresh && group && group->dialect == &vb_dialect_mkdocs)
            vb_frame_pop(s, s->at, true);
        vb_group_open(s, &vb_dialect_mkdocs, s->at, s->at, &g);
    }
    opts.label = vb_label_clean(s->arena, label);
    vb_pane_open(s, &vb_dialect_mkdocs, s->at, s->text.len, &opts);
    vb_scan_blank(s, s->line);
    return true;
}

/* !!! note "Title", ??? note, ???+ note */
static bool
box_line(vb_scan *s, vb_str text)
{
    vb_ctx ctx;
    vb_str kind, title;
    vb_frame *box;
    bool folded = text.ptr[0] == '?';
    size_t end = 0;

    text = vb_str_from(text, 3);
    if (vb_str_starts(text, "+"))
        text = vb_str_from(text, 1);
    if (text.len == 0 || text.ptr[0] != ' ')
        return false;
    text = vb_str_trim(text);
    while (end < text.len &&
           (vb_is_word(text.ptr[end]) || text.ptr[end] == '-'))
        end++;
    kind = vb_str_sub(text, 0, end);
    title = vb_str_chr(text, '"') == VB_NPOS
                ? vb_str_n(NULL, 0)
                : quoted(vb_str_from(text, vb_str_chr(text, '"')));
    if (kind.len == 0)
        return false;
    ctx = vb_box_ctx(s, kind, title);
    if (folded) {
        ctx.details++;
        if (title.len)
            ctx.container = vb_label_clean(s->arena, title);
    }
    box = vb_box_open(s, s->at, s->text.len, vb_str_n(NULL, 0), &ctx, 0);
    if (box) {
        box->by_indent = true;
        s->indent_depth++;
    }
    vb_scan_blank(s, s->line);
    return true;
}

/* --8<-- "path", and VitePress' <<< path */
static bool
snippet_line(vb_scan *s, vb_str text)
{
    vb_str target, part;
    vb_item *item;
    bool code = text.ptr[0] == '<';

    if (!vb_include_line(text, &target, &part))
        return false;
    item = vb_include_add(s, s->at, code ? VB_INC_CODE : VB_INC_AUTO, target,
                          "snippets");
    item->part = vb_str_copy(s->arena, part);
    s->ops[s->line - 1] = VB_LINE_PLACE;
    return true;
}

static bool
mkdocs_line(vb_scan *s)
{
    vb_str text = vb_scan_rest(s);

    if (vb_str_starts(text, "==="))
        return tab_line(s, text);
    if (vb_str_starts(text, "!!!") || vb_str_starts(text, "???"))
        return box_line(s, text);
    return (text.ptr[0] == '-' || text.ptr[0] == '<') && snippet_line(s, text);
}

const vb_dialect vb_dialect_mkdocs = {
    .name = "mkdocs-tabs",
    .number = 4,
    .starts = "=!?-<",
    .line = mkdocs_line,
};
