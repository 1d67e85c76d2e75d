/* Boxes: admonitions, details, and tags that only wrap. */
#include "doc/scan.h"

#include "doc/labels.h"

#include <string.h>

#include "base/banned.h"

static const char *const kinds[] = {
    "note",    "warning",    "caution",  "tip",     "info",      "important",
    "danger",  "alert",      "hint",     "success", "error",     "example",
    "callout", "notice",     "aside",    "seealso", "attention", "admonition",
    "quote",   "abstract",   "question", "failure", "bug",       "highlight",
    "remark",  "blockquote",
};

static const char *const folds[] = {
    "details",   "collapse",      "collapsible", "expand",  "expander",
    "accordion", "accordionitem", "dropdown",    "spoiler", "detail",
};

vb_str
vb_box_kind(vb_str name)
{
    for (size_t i = 0; i < VB_COUNT(kinds); i++) {
        if (vb_str_ieqc(name, kinds[i]))
            return vb_str_c(kinds[i]);
    }
    return vb_str_n(NULL, 0);
}

bool
vb_box_collapses(vb_str name)
{
    return VB_STR_IAMONG(name, folds);
}

vb_ctx
vb_box_ctx(vb_scan *s, vb_str kind, vb_str title)
{
    vb_ctx ctx = *vb_ctx_now(s);

    title = vb_label_clean(s->arena, title);
    if (vb_box_collapses(kind)) {
        ctx.details++;
        ctx.container = title.len ? title : vb_str_copy(s->arena, kind);
    } else {
        ctx.container = vb_str_copy(s->arena, kind);
    }
    if (vb_label_file(title) || vb_label_output(title))
        ctx.label = title;
    return ctx;
}

static bool
plain_wrapper(vb_str name)
{
    static const char *const names[] = {
        "div",    "section", "center", "span",     "p",       "a",
        "br",     "hr",      "main",   "article",  "figure",  "aside",
        "header", "footer",  "nobr",   "template", "fragment"};

    return VB_STR_IAMONG(name, names);
}

static vb_str
without_tags(vb_arena *arena, vb_str text)
{
    char *out = vb_arena_alloc(arena, text.len + 1);
    size_t n = 0;
    vb_tag tag;

    for (size_t i = 0; i < text.len;) {
        if (vb_tag_read(vb_str_sub(text, i, 256), &tag))
            i += tag.len;
        else
            out[n++] = text.ptr[i++];
    }
    return vb_str_n(out, n);
}

/* <summary>text</summary> names the details it stands in. */
static bool
summary(vb_scan *s, const vb_tag *tag, size_t at)
{
    vb_frame *top = vb_frame_top(s);
    vb_str rest = vb_str_from(s->text, at + tag->len);
    size_t end = vb_str_ifind(rest, VB_STR("</summary>"));

    if (tag->close)
        return true;
    if (end == VB_NPOS)
        end = rest.len;
    if (top && top->kind == VB_FRAME_BOX && s->unit->ctxs.at[top->ctx].details)
        s->unit->ctxs.at[top->ctx].container = vb_label_clean(
            s->arena, without_tags(s->arena, vb_str_sub(rest, 0, end)));
    vb_scan_cut(s, at + tag->len, end);
    return true;
}

/* A tag is taken as wrapper when nothing follows it but more of the kind. */
static bool
stands_alone(const vb_scan *s, const vb_tag *tag, size_t at)
{
    vb_str rest;

    if (at + tag->len >= s->text.len)
        return true;
    rest = vb_str_ltrim(vb_str_from(s->text, at + tag->len));
    return rest.len == 0 || rest.ptr[0] == '<' || vb_str_starts(rest, "{`");
}

static const char *const title_names[] = {
    "filename", "fileName", "title", "file", "heading", "label", NULL};
static const char *const lang_names[] = {"language", "lang", "codelang", NULL};

static void
open_component(vb_scan *s, const vb_tag *tag, size_t at)
{
    vb_str kind = vb_box_kind(tag->name);
    vb_str title = vb_attr_first(tag->attrs, title_names);
    vb_str type = vb_attr_get(tag->attrs, "type");
    vb_ctx ctx = *vb_ctx_now(s);
    vb_frame *box;

    if (vb_box_kind(type).len)
        kind = vb_box_kind(type);
    if (kind.len || vb_box_collapses(tag->name))
        ctx = vb_box_ctx(s, kind.len ? kind : tag->name, title);
    else if (title.len)
        ctx.label = vb_label_clean(s->arena, title);
    box = vb_box_open(s, at, at + tag->len, vb_str_copy(s->arena, tag->name),
                      &ctx, 0);
    if (!box)
        return;
    box->lang = vb_str_copy(s->arena, vb_attr_first(tag->attrs, lang_names));
    box->jsx = vb_is_upper(tag->name.ptr[0]);
    box->folds = vb_box_collapses(tag->name);
    s->jsx_depth += box->jsx;
}

/* A toggle that was closed without a slot in it. */
static void
tell_empty(vb_scan *s, const vb_tag *tag, uint32_t line, uint32_t col)
{
    vb_loc loc = {s->source->path, line, col};

    vb_diag_add(s->diags, VB_WARNING, "D015", loc, "toggle '%.*s' is empty",
                VB_ARG(tag->name));
}

static bool
close_component(vb_scan *s, const vb_tag *tag, size_t at)
{
    bool component = vb_is_upper(tag->name.ptr[0]);
    bool toggle = component && vb_str_has(tag->name, "Toggle");
    uint32_t line = 0, col = 0;

    if (toggle && vb_frame_top(s)) {
        line = vb_frame_top(s)->line;
        col = vb_frame_top(s)->col;
    }
    if (vb_box_close(s, at, at + tag->len, tag->name, 0)) {
        if (toggle)
            tell_empty(s, tag, line, col);
        return true;
    }
    if (!s->lead || !stands_alone(s, tag, at))
        return false;
    if (component || (s->slots_seen && vb_str_ieqc(tag->name, "div")))
        vb_diag_add(s->diags, VB_WARNING, "D012", vb_scan_loc(s, at),
                    "'</%.*s>' ends nothing that is open", VB_ARG(tag->name));
    return true;
}

static bool
box_tag(vb_scan *s, const vb_tag *tag, size_t at)
{
    bool component = vb_is_upper(tag->name.ptr[0]);

    if (vb_str_ieqc(tag->name, "summary"))
        return summary(s, tag, at);
    if (!component && !plain_wrapper(tag->name) && !vb_box_collapses(tag->name))
        return false;
    if (tag->close)
        return close_component(s, tag, at);
    if (tag->self || vb_str_ieqc(tag->name, "br") ||
        vb_str_ieqc(tag->name, "hr"))
        return stands_alone(s, tag, at);
    if (!stands_alone(s, tag, at))
        return false;
    if (!component && !vb_box_collapses(tag->name) &&
        !vb_str_ieqc(tag->name, "div") && !vb_str_ieqc(tag->name, "section") &&
        !vb_str_ieqc(tag->name, "template"))
        return true; /* blank, and nothing to close */
    open_component(s, tag, at);
    return true;
}

/* {{< note >}}, {% hint style="info" %}, {{% alert title="x" %}}. */
static bool
box_shortcode(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_str name = sc->name, kind, title;
    bool close = sc->close;
    vb_ctx ctx;

    if (vb_str_starts(name, "end") && name.len > 3) {
        name = vb_str_from(name, 3);
        close = true;
    }
    kind = vb_box_kind(name);
    if (!kind.len && vb_box_collapses(name))
        kind = name;
    if (!kind.len && !vb_str_ieqc(name, "code"))
        return false;
    if (close)
        return vb_box_close(s, at, at + sc->len, name, 0) || sc->bracket != '#';
    if (sc->self)
        return true;
    title = vb_attr_first(sc->args, title_names);
    if (vb_str_ieqc(name, "code")) { /* GitBook's wrapper around a fence */
        if (sc->bracket != '{')
            return false;
        ctx = *vb_ctx_now(s);
        ctx.label = vb_label_clean(s->arena, title);
    } else {
        vb_str style = vb_attr_get(sc->args, "style");

        if (style.len == 0)
            style = vb_attr_word(sc->args, 0);
        if (vb_box_kind(style).len)
            kind = vb_box_kind(style);
        ctx = vb_box_ctx(s, kind, title);
    }
    vb_box_open(s, at, at + sc->len, vb_str_copy(s->arena, name), &ctx, 0);
    return true;
}

const vb_dialect vb_dialect_boxes = {
    .name = "boxes",
    .number = 0,
    .tag = box_tag,
    .shortcode = box_shortcode,
};
