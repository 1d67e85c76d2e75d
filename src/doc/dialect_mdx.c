/*
 * MDX: Docusaurus' <Tabs><TabItem value label>, <Tab heading|title|label> of
 * HashiCorp, Mintlify and others, import and export lines, components that
 * are imported Markdown.
 */
#include "doc/scan.h"

#include "base/buf.h"
#include "doc/rules.h"

#include "base/banned.h"

static const char *const group_tags[] = {
    "Tabs",      "TabGroup", "TabSet",  "Tabbed",        "TabsContainer",
    "TabPanels", "CodeTabs", "TabList", "TabbedContent", "TabView",
};

static const char *const pane_tags[] = {
    "TabItem",  "Tab",        "TabPanel",     "TabPane", "Tabs.Tab",
    "TabsItem", "TabContent", "Tabs.Content", "CodeTab",
};

static bool
is_one(vb_str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (vb_str_eqc(name, names[i]))
            return true;
    }
    return false;
}

static const char *const code_groups[] = {"CodeGroup", "CodeBlocks"};

static const char *const label_names[] = {"label",  "heading", "title", "name",
                                          "header", "tabName", "tab",   NULL};
static const char *const id_names[] = {"value", "id",       "syncKey",
                                       "group", "eventKey", NULL};
static const char *const key_names[] = {"groupId",     "group",      "syncKey",
                                        "queryString", "storageKey", NULL};

/* values={[{label: 'A', value: 'a'}, ...]} and items={['A', 'B']}: the quoted
 * strings, those behind "label:" if there are any, separated by commas. */
static vb_str
listed(vb_scan *s, vb_str list, const char *key)
{
    vb_buf out;
    vb_str text;
    size_t want = vb_str_c(key).len;

    vb_buf_init(&out, VB_TAG_MAX);
    for (size_t i = 0; i < list.len; i++) {
        char c = list.ptr[i];
        vb_str before, value;
        size_t end;

        if (c != '"' && c != '\'')
            continue;
        end = vb_str_chr(vb_str_from(list, i + 1), c);
        if (end == VB_NPOS)
            break;
        value = vb_str_sub(list, i + 1, end);
        before = vb_str_rtrim(vb_str_sub(list, 0, i));
        i += end + 1;
        if (want &&
            (!vb_str_ends(before, ":") ||
             !vb_str_ends(vb_str_rtrim(vb_str_sub(before, 0, before.len - 1)),
                          key)))
            continue;
        if (out.len)
            vb_buf_ch(&out, ',');
        for (size_t k = 0; k < value.len; k++)
            vb_buf_add(&out, value.ptr[k] == ',' ? " " : value.ptr + k, 1);
    }
    text = vb_str_copy(s->arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}

static bool
open_tabs(vb_scan *s, const vb_tag *tag, size_t at, const vb_dialect *d)
{
    vb_str key = vb_attr_first(tag->attrs, key_names);
    vb_str values = vb_attr_get(tag->attrs, "values");
    vb_str items = vb_attr_get(tag->attrs, "items");
    vb_group_opts opts = {.name = vb_str_copy(s->arena, tag->name),
                          .key = vb_str_copy(s->arena, key),
                          .tie = key.len ? VB_TIE_KEY : VB_TIE_LABELS,
                          .jsx = true};

    if (values.len)
        opts.labels = listed(s, values, "label");
    else if (items.len)
        opts.labels = listed(s, items, "");
    if (tag->self) {
        vb_diag_add(s->diags, VB_WARNING, "D015", vb_scan_loc(s, at),
                    "group of tabs has no tab (%s)", d->name);
        return true;
    }
    vb_group_open(s, d, at, at + tag->len, &opts);
    if (values.len && vb_frame_top(s) &&
        vb_frame_top(s)->kind == VB_FRAME_GROUP)
        vb_frame_top(s)->lang = listed(s, values, "value");
    return true;
}

/* The label that stands beside 'value' in the group's list. */
static vb_str
label_of_value(const vb_frame *group, vb_str value)
{
    vb_str labels = group->labels, values = group->lang, label, one;

    while (vb_str_field(&values, ',', &one) &&
           vb_str_field(&labels, ',', &label)) {
        if (vb_str_eq(one, value))
            return label;
    }
    return vb_str_n(NULL, 0);
}

static bool
open_tab(vb_scan *s, const vb_tag *tag, size_t at)
{
    vb_frame *group = vb_group_of(s, &vb_dialect_mdx);
    vb_str id = vb_attr_first(tag->attrs, id_names);
    vb_str label = vb_attr_first(tag->attrs, label_names);
    vb_pane_opts opts = {.name = vb_str_copy(s->arena, tag->name), .jsx = true};

    if (tag->self && label.len == 0 && id.len == 0)
        return true;
    if (label.len == 0 && id.len && group)
        label = label_of_value(group, id);
    opts.label = vb_label_clean(s->arena, label);
    opts.id = vb_str_copy(s->arena, id);
    vb_pane_open(s, &vb_dialect_mdx, at, at + tag->len, &opts);
    if (tag->self)
        vb_pane_close(s, &vb_dialect_mdx, at, at + tag->len);
    return true;
}

/* <Include />, imported from a Markdown file. */
static bool
component(vb_scan *s, const vb_tag *tag, size_t at)
{
    const vb_map_entry *entry = vb_map_find(&s->imports, tag->name);

    if (!entry || !entry->ptr)
        return false;
    if (!tag->close)
        vb_include_add(s, at, VB_INC_DOC, *(const vb_str *)entry->ptr, NULL);
    return true;
}

static bool
mdx_tag(vb_scan *s, const vb_tag *tag, size_t at)
{
    size_t end = at + tag->len;

    if (!vb_is_upper(tag->name.ptr[0]))
        return false;
    if (component(s, tag, at))
        return true;
    if (is_one(tag->name, code_groups, VB_COUNT(code_groups)))
        return tag->close ? vb_group_close(s, &vb_dialect_code_group, at, end)
                          : open_tabs(s, tag, at, &vb_dialect_code_group);
    if (is_one(tag->name, group_tags, VB_COUNT(group_tags))) {
        if (!tag->close)
            return open_tabs(s, tag, at, &vb_dialect_mdx);
        vb_group_close(s, &vb_dialect_mdx, at, end);
        return true;
    }
    if (!is_one(tag->name, pane_tags, VB_COUNT(pane_tags)))
        return false;
    if (!tag->close)
        return open_tab(s, tag, at);
    vb_pane_close(s, &vb_dialect_mdx, at, end);
    return true;
}

static bool
has_from(vb_str text)
{
    size_t from = vb_str_find(text, VB_STR("from"));
    vb_str rest;

    if (from == VB_NPOS)
        return false;
    rest = vb_str_ltrim(vb_str_from(text, from + 4));
    return rest.len && (rest.ptr[0] == '"' || rest.ptr[0] == '\'');
}

/* import X from "y"; perhaps with a list in braces over several lines. */
static bool
import_line(vb_scan *s)
{
    enum { LINES_MAX = 40 };
    vb_str text = vb_scan_rest(s);
    vb_str rest = vb_str_ltrim(vb_str_from(text, 6));
    uint32_t n = s->line;

    if (!vb_str_starts(text, "import ") || rest.len == 0 || s->indent > 3)
        return false;
    if (rest.ptr[0] == '"' || rest.ptr[0] == '\'') {
        vb_scan_blank(s, s->line);
        return true;
    }
    if (!has_from(rest)) {
        if (rest.ptr[0] != '{' || vb_str_chr(rest, '}') != VB_NPOS)
            return false;
        while (n < s->count && n - s->line < LINES_MAX &&
               !has_from(vb_scan_line(s, n)))
            n++;
        if (!has_from(vb_scan_line(s, n)))
            return false;
    }
    vb_imports_read(s, text);
    for (uint32_t i = s->line; i <= n; i++)
        vb_scan_blank(s, i);
    s->next = n + 1;
    return true;
}

/* export const x = ..., up to the next empty line. */
static bool
export_line(vb_scan *s)
{
    static const char *const words[] = {"const ", "default ", "function ",
                                        "let ",   "var ",     "async "};
    vb_str text = vb_scan_rest(s), rest;
    uint32_t n = s->line;
    bool known = false;

    if (!vb_str_starts(text, "export ") || s->indent)
        return false;
    rest = vb_str_ltrim(vb_str_from(text, 7));
    for (size_t i = 0; i < VB_COUNT(words); i++)
        known |= vb_str_starts(rest, words[i]);
    if (!known || (!vb_str_has(rest, "=") && !vb_str_has(rest, "(")))
        return false;
    while (n <= s->count && vb_str_trim(vb_scan_line(s, n)).len)
        vb_scan_blank(s, n++);
    s->next = n;
    return true;
}

static bool
mdx_line(vb_scan *s)
{
    if (s->lists.len || s->quotes)
        return false;
    return import_line(s) || export_line(s);
}

const vb_dialect vb_dialect_mdx = {
    .name = "mdx-tabs",
    .number = 2,
    .starts = "ie",
    .line = mdx_line,
    .tag = mdx_tag,
};
