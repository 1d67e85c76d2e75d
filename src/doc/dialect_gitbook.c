/* GitBook's and Liquid's {% tabs %}{% tab title="x" %}, and {% include %}. */
#include "doc/scan.h"

#include "base/banned.h"

static vb_str
bare(vb_str name)
{
    return vb_str_starts(name, "end") ? vb_str_from(name, 3) : name;
}

static bool
is_group(vb_str name)
{
    return vb_str_eqc(name, "tabs") || vb_str_eqc(name, "navtabs");
}

static bool
is_pane(vb_str name)
{
    return vb_str_eqc(name, "tab") || vb_str_eqc(name, "navtab");
}

static bool
open_tab(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    static const char *const names[] = {"title", "label", "name", NULL};
    vb_str label = vb_attr_first(sc->args, names);
    vb_pane_opts opts = {0};

    if (label.len == 0)
        label =
            vb_str_chr(sc->args, '=') == VB_NPOS ? sc->args : vb_str_n(NULL, 0);
    opts.label = vb_label_clean(s->arena, label);
    opts.id = vb_str_copy(s->arena, vb_attr_get(sc->args, "id"));
    vb_pane_open(s, &vb_dialect_gitbook, at, at + sc->len, &opts);
    return true;
}

static bool
include(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_str target = vb_attr_get(sc->args, "file");

    if (target.len == 0)
        target = vb_attr_word(sc->args, 0);
    if (target.len == 0 || vb_str_ends(target, ".html"))
        return true;
    vb_include_add(s, at, VB_INC_AUTO, target, "_includes");
    return true;
}

static bool
gitbook_shortcode(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_str name = bare(sc->name);
    bool close = sc->close || name.len < sc->name.len;

    if (sc->bracket != '{')
        return false;
    if (is_group(name) && !close) {
        vb_group_opts opts = {0};

        vb_group_open(s, &vb_dialect_gitbook, at, at + sc->len, &opts);
        return true;
    }
    if (is_group(name)) {
        vb_group_close(s, &vb_dialect_gitbook, at, at + sc->len);
        return true;
    }
    if (is_pane(name) && !close)
        return open_tab(s, sc, at);
    if (is_pane(name)) {
        vb_pane_close(s, &vb_dialect_gitbook, at, at + sc->len);
        return true;
    }
    if (vb_str_starts(name, "include") || vb_str_eqc(name, "remote_include"))
        return include(s, sc, at);
    return name.ptr[0] == '#' || vb_str_eqc(name, "raw") ||
           vb_str_eqc(name, "capture") || vb_str_eqc(name, "content-ref") ||
           vb_str_eqc(name, "embed") || vb_str_eqc(name, "assign");
}

const vb_dialect vb_dialect_gitbook = {
    .name = "gitbook-tabs",
    .number = 9,
    .shortcode = gitbook_shortcode,
};
