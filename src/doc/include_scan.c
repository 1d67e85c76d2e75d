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
    if (kind == VB_INC_AUTO)
        kind = markdown_name(item->target) || extension(item->target).len == 0
                   ? VB_INC_DOC
                   : VB_INC_CODE;
    item->inc = kind;
    if (kind == VB_INC_CODE)
        item->form = VB_CODE_INCLUDED;
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
    vb_include_add(s, at, code ? VB_INC_CODE : VB_INC_DOC, target, NULL);
    *behind = (size_t)(rest.ptr - s->text.ptr);
    if (rest.len && rest.ptr[0] == ']')
        ++*behind;
    vb_scan_cut(s, at, *behind - at);
    return true;
}

static vb_str
unquote(vb_str s)
{
    s = vb_str_trim(s);
    if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') &&
        s.ptr[s.len - 1] == s.ptr[0])
        s = vb_str_sub(s, 1, s.len - 2);
    return s;
}

/* "path:anchor" and "path:2:5" name a part of a file. */
static vb_str
split_part(vb_str target, char mark, vb_str *part)
{
    size_t at = vb_str_chr(target, mark);

    *part = vb_str_n(NULL, 0);
    if (at == VB_NPOS || vb_str_has(target, "://"))
        return target;
    *part = vb_str_from(target, at + 1);
    return vb_str_sub(target, 0, at);
}

/* --8<-- "path" */
static bool
snippet(vb_str line, vb_str *target, vb_str *part)
{
    if (!vb_str_starts(line, "--8<--"))
        return false;
    line = unquote(vb_str_from(line, 6));
    *target = split_part(line, ':', part);
    return target->len > 0 && target->ptr[0] != '[';
}

/* <<< @/path#region{2,4} [label] */
static bool
vitepress(vb_str line, vb_str *target, vb_str *part)
{
    size_t end = 0;

    if (!vb_str_starts(line, "<<<"))
        return false;
    line = vb_str_ltrim(vb_str_from(line, 3));
    while (end < line.len && !vb_is_space(line.ptr[end]) &&
           line.ptr[end] != '{')
        end++;
    *target = split_part(vb_str_sub(line, 0, end), '#', part);
    return vb_str_chr(*target, '.') != VB_NPOS ||
           vb_str_chr(*target, '/') != VB_NPOS;
}

bool
vb_include_line(vb_str line, vb_str *target, vb_str *part)
{
    vb_shortcode sc;

    line = vb_str_trim(line);
    if (snippet(line, target, part) || vitepress(line, target, part))
        return true;
    if (!vb_shortcode_read(line, &sc) || sc.len != line.len ||
        sc.bracket != '#' || !vb_str_ends(sc.name, "include"))
        return false;
    *target = split_part(vb_attr_word(sc.args, 0), ':', part);
    return target->len > 0;
}
