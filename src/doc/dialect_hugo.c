/*
 * Hugo: {{< tabs >}} and {{% tab %}} in all the spellings of its themes,
 * Istio's {{< tabset >}}, code in shortcodes ({{< text bash >}}), and
 * shortcodes that read files.
 */
#include "doc/scan.h"

#include "doc/rules.h"

#include <string.h>

#include "base/banned.h"

static const char *const groups[] = {
    "tabs",        "tabset",    "tabpane",
    "navtabs",     "codetabs",  "tabs-wrapper",
    "tabbed",      "code-tabs", "programming-lang-wrapper",
    "code-toggle", "tab-set",   "nav-tabs"};
static const char *const panes[] = {
    "tab",     "navtab",   "tab-content",      "codetab",
    "tabitem", "tab-item", "programming-lang", "tab-body"};
static const char *const codes[] = {"text",       "highlight", "codeFromInline",
                                    "code-block", "shell",     "codeblock",
                                    "code",       "cmd",       "console",
                                    "command",    "code-lang"};

static const char *const label_names[] = {"name",    "header", "title", "label",
                                          "tabName", "tab",    NULL};
static const char *const lang_names[] = {"codelang", "lang", "language",
                                         "syntax", NULL};
static const char *const id_names[] = {"category-value", "value", "id", NULL};
static const char *const key_names[] = {
    "category-name", "groupId", "groupid", "group", "persistLang", NULL};

enum { TABS_OF_CODE = 1, TABS_NAMED_BY_LANGUAGE };

/* Docsy's tabpane holds code unless it says text=true. */
static void
note_code_tabs(vb_scan *s, const vb_shortcode *sc, vb_frame *group)
{
    if (!vb_str_ieqc(sc->name, "tabpane") ||
        vb_str_ieqc(vb_attr_get(sc->args, "text"), "true"))
        return;
    group->lang = vb_str_copy(s->arena, vb_attr_first(sc->args, lang_names));
    group->number =
        vb_str_ieqc(vb_attr_get(sc->args, "langEqualsHeader"), "true")
            ? TABS_NAMED_BY_LANGUAGE
            : TABS_OF_CODE;
}

static bool
open_group(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_str key = vb_attr_first(sc->args, key_names);
    vb_group_opts opts = {
        .name = vb_str_copy(s->arena, sc->name),
        .key = vb_str_copy(s->arena, key),
        .tie = key.len ? VB_TIE_KEY : VB_TIE_LABELS,
        .labels = vb_str_copy(s->arena, vb_attr_get(sc->args, "items"))};

    vb_group_open(s, &vb_dialect_hugo, at, at + sc->len, &opts);
    if (vb_frame_top(s) && vb_frame_top(s)->kind == VB_FRAME_GROUP)
        note_code_tabs(s, sc, vb_frame_top(s));
    return true;
}

static vb_str
tab_label(vb_scan *s, const vb_shortcode *sc)
{
    vb_str label = vb_attr_first(sc->args, label_names);

    if (label.len == 0)
        label = vb_attr_word(sc->args, 0);
    return vb_label_clean(s->arena, label);
}

static size_t
index_of(vb_str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (vb_str_ieqc(name, names[i]))
            return i;
    }
    return n;
}

static bool
is_one(vb_str name, const char *const *names, size_t n)
{
    return index_of(name, names, n) < n;
}

/* Bytes up to the closing shortcode of that name in 'rest', or to the next
 * opening one if that comes first; VB_NPOS for neither. */
static size_t
find_closing(vb_str rest, vb_str name, vb_shortcode *sc)
{
    size_t at = 0;

    for (;;) {
        size_t next = vb_str_find(vb_str_from(rest, at), VB_STR("{{"));

        if (next == VB_NPOS)
            return VB_NPOS;
        at += next;
        if (vb_shortcode_read(vb_str_sub(rest, at, 256), sc) &&
            vb_str_ieq(sc->name, name))
            return at;
        at += 2;
    }
}

/* Number of the line that holds byte 'at' of the text behind byte 'from' of
 * the current line. */
static uint32_t
line_at(const vb_scan *s, size_t offset)
{
    uint32_t line = s->line;

    while (line < s->count && s->source->lines.at[line] <= offset)
        line++;
    return line;
}

/* The code between a shortcode and its end: lines, or a part of one line. */
static void
set_content(vb_scan *s, vb_item *item, size_t from, size_t to)
{
    uint32_t first = s->line, last = line_at(s, to);
    vb_str text = s->source->text;
    size_t line_end = s->source->lines.at[first - 1] + s->text.len;
    size_t last_at = s->source->lines.at[last - 1];

    item->end_line = last;
    item->first = first + 1;
    item->last = last - 1;
    if (to > line_end &&
        vb_str_trim(vb_str_sub(text, from, line_end - from)).len == 0 &&
        vb_str_trim(vb_str_sub(text, last_at, to - last_at)).len == 0)
        return;
    item->ready = true;
    item->first = first;
    item->last = last;
    item->text = vb_str_join(
        s->arena, vb_str_trim(vb_str_sub(text, from, to - from)), VB_STR("\n"));
}

static void
tell_open(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_diag_add(s->diags, VB_WARNING, "D004", vb_scan_loc(s, at),
                "code in '%.*s' has no end", VB_ARG(sc->name));
}

/* Code from the end of shortcode 'sc' to its closing one. */
static bool
take_code(vb_scan *s, const vb_shortcode *sc, size_t at, vb_str info)
{
    size_t from = s->source->lines.at[s->line - 1] + at + sc->len, end;
    uint32_t bit = 1u << index_of(sc->name, codes, VB_COUNT(codes));
    vb_shortcode closing;
    vb_item *item;

    if (s->code_less & bit)
        return false;
    end = find_closing(vb_str_from(s->source->text, from), sc->name, &closing);
    if (end == VB_NPOS) {
        s->code_less |= bit;
        tell_open(s, sc, at);
        return false;
    }
    item = vb_scan_item(s, VB_ITEM_CODE, at);
    item->form = VB_CODE_SHORTCODE;
    item->info = vb_str_copy(s->arena, info);
    item->indent = s->indent;
    item->quotes = s->quotes;
    item->unclosed = !closing.close;
    if (!closing.close)
        tell_open(s, sc, at);
    set_content(s, item, from, from + end);
    s->ops[s->line - 1] = VB_LINE_PLACE;
    vb_scan_take(s, at, sc->len + end + (closing.close ? closing.len : 0));
    return true;
}

/* Text that is Markdown although it stands in a raw shortcode. */
static bool
looks_like_markdown(vb_str text)
{
    vb_str line;

    while (vb_str_line(&text, &line)) {
        line = vb_str_ltrim(line);
        if (vb_str_starts(line, "```") || vb_str_starts(line, "~~~") ||
            vb_str_starts(line, "{{") || vb_str_starts(line, "["))
            return true;
    }
    return false;
}

/* The language of a tab that holds code as it is: {{< tab codelang="x" >}},
 * or a tab of a tabpane without text=true. False for tabs of text. */
static bool
code_of_tab(vb_scan *s, const vb_shortcode *sc, vb_str *lang)
{
    const vb_frame *group = vb_group_of(s, &vb_dialect_hugo);

    *lang = vb_attr_get(sc->args, "codelang");
    if (lang->len)
        return true;
    if (!group || group->number == 0 || sc->bracket != '<' ||
        vb_str_ieqc(vb_attr_get(sc->args, "text"), "true"))
        return false;
    *lang = vb_attr_first(sc->args, lang_names);
    if (lang->len == 0)
        *lang = group->lang;
    if (lang->len == 0 && group->number == TABS_NAMED_BY_LANGUAGE)
        *lang = vb_attr_get(sc->args, "header");
    return true;
}

static bool
raw_tab(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    size_t from = s->source->lines.at[s->line - 1] + at + sc->len, end;
    vb_str rest = vb_str_from(s->source->text, from), lang;
    vb_shortcode closing;

    if (!code_of_tab(s, sc, &lang))
        return false;
    end = find_closing(vb_str_sub(rest, 0, s->budget), sc->name, &closing);
    s->budget -= end == VB_NPOS ? s->budget : end;
    if (end == VB_NPOS || !closing.close)
        return false;
    return !looks_like_markdown(vb_str_sub(rest, 0, end)) &&
           take_code(s, sc, at, lang);
}

static bool
open_tab(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_pane_opts opts = {.name = vb_str_copy(s->arena, sc->name),
                         .label = tab_label(s, sc)};
    vb_str include = vb_attr_get(sc->args, "include");
    vb_str id = vb_attr_first(sc->args, id_names);

    if (vb_str_ieqc(vb_attr_get(sc->args, "disabled"), "true"))
        return true;
    opts.id = vb_str_copy(s->arena, id);
    vb_pane_open(s, &vb_dialect_hugo, at, at + sc->len, &opts);
    if (include.len)
        vb_include_add(s, at, VB_INC_AUTO, include, "includes");
    if (sc->self)
        vb_pane_close(s, &vb_dialect_hugo, at, at + sc->len);
    else if (raw_tab(s, sc, at))
        vb_pane_close(s, &vb_dialect_hugo, at + sc->len, at + sc->len);
    return true;
}

/* A shortcode that shows a file: which, and is it code? */
static bool
file_shortcode(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    static const char *const files[] = {"file", "path", "src", "filename",
                                        NULL};
    static const char *const code_words[] = {"code", "sample", "script",
                                             "text_file", "codenew"};
    static const char *const words[] = {"include", "readfile", "snippet",
                                        "embed",   "import",   "read-file"};
    vb_str target = vb_attr_first(sc->args, files);
    vb_inc_kind kind = VB_INC_NONE;
    vb_item *item;
    vb_str lang = vb_attr_first(sc->args, lang_names);

    for (size_t i = 0; i < VB_COUNT(code_words); i++) {
        if (vb_str_ihas(sc->name, code_words[i]))
            kind = VB_INC_CODE;
    }
    for (size_t i = 0; i < VB_COUNT(words) && kind == VB_INC_NONE; i++) {
        if (vb_str_ihas(sc->name, words[i]))
            kind = VB_INC_AUTO;
    }
    if (kind == VB_INC_NONE || sc->close)
        return false;
    if (vb_str_ieqc(vb_attr_get(sc->args, "code"), "true"))
        kind = VB_INC_CODE;
    if (target.len == 0)
        target = vb_attr_word(sc->args, 0);
    if (target.len == 0 || (vb_str_chr(target, '.') == VB_NPOS &&
                            vb_str_chr(target, '/') == VB_NPOS))
        return false;
    item = vb_include_add(s, at, kind, target,
                          kind == VB_INC_CODE ? "examples" : "includes");
    if (item->inc == VB_INC_CODE && lang.len)
        item->info = item->lang = vb_str_copy(s->arena, lang);
    return true;
}

static vb_str
code_lang(const vb_shortcode *sc)
{
    vb_str lang = vb_attr_first(sc->args, lang_names);

    return lang.len ? lang : vb_attr_word(sc->args, 0);
}

static bool
closing_tag(vb_scan *s, const vb_shortcode *sc, size_t at, vb_str name)
{
    size_t end = at + sc->len;

    if (is_one(name, panes, VB_COUNT(panes))) {
        vb_pane_close(s, &vb_dialect_hugo, at, end);
        return true;
    }
    if (is_one(name, groups, VB_COUNT(groups))) {
        const vb_frame *group = vb_group_of(s, &vb_dialect_hugo);

        if (group && !vb_str_ieq(group->name, name) &&
            vb_str_ieqc(name, "tabs-wrapper"))
            return true;
        vb_group_close(s, &vb_dialect_hugo, at, end);
        return true;
    }
    return false;
}

static bool
hugo_shortcode(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    if (sc->bracket == '{' || sc->bracket == '#')
        return false;
    if (sc->close)
        return closing_tag(s, sc, at, sc->name);
    if (is_one(sc->name, groups, VB_COUNT(groups)))
        return open_group(s, sc, at);
    if (is_one(sc->name, panes, VB_COUNT(panes)))
        return open_tab(s, sc, at);
    if (!sc->self && is_one(sc->name, codes, VB_COUNT(codes)) && s->lead &&
        vb_attr_get(sc->args, "file").len == 0)
        return take_code(s, sc, at, code_lang(sc));
    return file_shortcode(s, sc, at);
}

const vb_dialect vb_dialect_hugo = {
    .name = "hugo-tabs",
    .number = 3,
    .shortcode = hugo_shortcode,
};
