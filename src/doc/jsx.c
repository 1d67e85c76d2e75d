/* What MDX and Svelte add to Markdown: imports, and code in braces. */
#include "doc/scan.h"

#include <string.h>

#include "base/banned.h"

enum { CODE_MAX = 65536 };

static vb_str
unescape(vb_arena *arena, vb_str s)
{
    char *out = vb_arena_alloc(arena, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\' && i + 1 < s.len && s.ptr[i + 1] != 'n')
            i++;
        out[n++] = s.ptr[i];
    }
    return vb_str_n(out, n);
}

static bool
markdown_path(vb_str path)
{
    return vb_str_ends(path, ".md") || vb_str_ends(path, ".mdx") ||
           vb_str_ends(path, ".svx") || vb_str_ends(path, ".markdown");
}

static void
add_import(vb_scan *s, vb_str name, vb_str path)
{
    vb_map_entry *entry;
    vb_str *value;

    if (!markdown_path(path) || name.len == 0)
        return;
    value = VB_NEW(s->arena, vb_str);
    *value = unescape(s->arena, path);
    entry = vb_map_add(&s->imports, vb_str_copy(s->arena, name), NULL);
    entry->ptr = value;
}

/* One statement behind the word "import": Name from "path". */
static void
import_statement(vb_scan *s, vb_str text)
{
    size_t name = 0, from, quote, close;
    vb_str rest;

    text = vb_str_ltrim(text);
    while (name < text.len && vb_is_word(text.ptr[name]))
        name++;
    from = vb_str_find(text, VB_STR("from"));
    if (name == 0 || from == VB_NPOS)
        return;
    rest = vb_str_ltrim(vb_str_from(text, from + 4));
    if (rest.len == 0 || (rest.ptr[0] != '"' && rest.ptr[0] != '\''))
        return;
    quote = 1;
    close = vb_str_chr(vb_str_from(rest, quote), rest.ptr[0]);
    if (close == VB_NPOS)
        return;
    add_import(s, vb_str_sub(text, 0, name), vb_str_sub(rest, quote, close));
}

void
vb_imports_read(vb_scan *s, vb_str script)
{
    vb_str line;

    while (vb_str_line(&script, &line)) {
        line = vb_str_ltrim(line);
        if (vb_str_starts(line, "import "))
            import_statement(s, vb_str_from(line, 7));
    }
}

/* Removes the first line end and the indentation all lines share. */
static vb_str
outdent(vb_arena *arena, vb_str code)
{
    size_t least = VB_NPOS, n = 0;
    vb_str rest = code, line;
    char *out = vb_arena_alloc(arena, code.len + 2);

    while (vb_str_line(&rest, &line)) {
        size_t blank = line.len - vb_str_ltrim(line).len;

        if (blank < line.len && line.ptr != code.ptr && blank < least)
            least = blank;
    }
    rest = code;
    while (vb_str_line(&rest, &line)) {
        size_t blank = line.len - vb_str_ltrim(line).len;
        size_t cut = line.ptr == code.ptr ? blank : least;

        if (n == 0 && blank == line.len)
            continue;
        line = vb_str_from(line, cut < blank ? cut : blank);
        memcpy(out + n, line.ptr, line.len);
        n += line.len;
        out[n++] = '\n';
    }
    while (n > 1 && out[n - 1] == '\n' && out[n - 2] == '\n')
        n--;
    return vb_str_n(out, n);
}

/* Position of the backtick that ends the literal, escapes respected. */
static size_t
literal_end(vb_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == '`')
            return i;
    }
    return VB_NPOS;
}

bool
vb_jsx_code(vb_scan *s, size_t at, size_t *behind, bool *lines)
{
    const vb_frame *top = vb_frame_top(s);
    vb_str rest, after;
    vb_item *item;
    size_t end;
    uint32_t line = s->line;

    if (!top || top->name.len == 0 || !vb_is_upper(top->name.ptr[0]))
        return false;
    rest = vb_str_from(vb_scan_ahead(s, at, CODE_MAX), 2);
    end = literal_end(rest);
    if (end == VB_NPOS)
        return false;
    after = vb_str_ltrim(vb_str_from(rest, end + 1));
    if (after.len == 0 || after.ptr[0] != '}')
        return false;
    item = vb_scan_item(s, VB_ITEM_CODE, at);
    item->form = VB_CODE_SHORTCODE;
    item->info = top->lang;
    item->ready = true;
    item->text =
        outdent(s->arena, unescape(s->arena, vb_str_sub(rest, 0, end)));
    item->first = line;
    item->indent = vb_scan_column(s->text, at);
    s->ops[line - 1] = VB_LINE_PLACE;
    end = (size_t)(after.ptr + 1 - rest.ptr) + 2;
    *lines = at + end > s->text.len;
    *behind = at + end;
    vb_scan_take(s, at, end);
    while (item->end_line < s->count &&
           s->source->lines.at[item->end_line] <
               s->source->lines.at[line - 1] + at + end)
        item->end_line++;
    item->last = item->end_line;
    return true;
}
