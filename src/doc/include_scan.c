/* Noting includes; include.c finds the files. */
#include "doc/scan.h"

#include "base/banned.h"

static bool
markdown_name(vb_str name)
{
    return vb_str_ends(name, ".md") || vb_str_ends(name, ".mdx") ||
           vb_str_ends(name, ".markdown") || vb_str_ends(name, ".svx") ||
           vb_str_ends(name, ".mdown");
}

static vb_str
extension(vb_str name)
{
    size_t dot = vb_str_rchr(name, '.');

    if (dot == VB_NPOS || vb_str_chr(vb_str_from(name, dot), '/') != VB_NPOS)
        return vb_str_n(NULL, 0);
    return vb_str_from(name, dot + 1);
}

vb_item *
vb_include_add(vb_scan *s, size_t at, vb_inc_kind kind, vb_str target,
               const char *folder)
{
    vb_item *item = vb_scan_item(s, VB_ITEM_INCLUDE, at);

    item->target = vb_str_copy(s->arena, vb_str_trim(target));
    item->folder = folder;
    item->form = VB_CODE_INCLUDED;
    if (kind == VB_INC_AUTO)
        kind = markdown_name(item->target) || extension(item->target).len == 0
                   ? VB_INC_DOC
                   : VB_INC_CODE;
    item->inc = kind;
    if (kind == VB_INC_CODE)
        item->lang = extension(item->target);
    item->info = item->lang;
    return item;
}

/* [!INCLUDE [title](path)] and [!code-lang[title](path)] of DocFX. */
bool
vb_include_bracket(vb_scan *s, size_t at, size_t *behind)
{
    vb_str rest = vb_str_from(s->text, at);
    bool code = vb_str_istarts(rest, "[!code");
    size_t open, close;
    vb_str target;
    vb_item *item;

    if (!code && !vb_str_istarts(rest, "[!include"))
        return false;
    open = vb_str_find(rest, VB_STR("]("));
    if (open == VB_NPOS)
        return false;
    target = vb_str_from(rest, open + 2);
    close = vb_str_chr(target, ')');
    if (close == VB_NPOS)
        return false;
    rest = vb_str_from(target, close + 1);
    target = vb_str_sub(target, 0, close);
    if (vb_str_chr(target, '?') != VB_NPOS)
        target = vb_str_sub(target, 0, vb_str_chr(target, '?'));
    item = vb_include_add(s, at, code ? VB_INC_CODE : VB_INC_DOC, target, NULL);
    (void)item;
    *behind = (size_t)(rest.ptr - s->text.ptr);
    if (rest.len && rest.ptr[0] == ']')
        ++*behind;
    vb_scan_cut(s, at, *behind - at);
    return true;
}
