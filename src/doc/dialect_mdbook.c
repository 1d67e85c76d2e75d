/* mdBook: {{#tabs }}{{#tab name="x" }} of its tabs plugin, {{#include x}}. */
#include "doc/scan.h"

#include "base/banned.h"

static void
include(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_str line = vb_str_sub(s->text, at, sc->len), target, part;
    vb_item *item;

    if (!vb_include_line(line, &target, &part))
        return;
    item = vb_include_add(s, at, VB_INC_AUTO, target, NULL);
    item->part = vb_str_copy(s->arena, part);
}

/* {{#/tab }} and {{#/tabs }}, as some plugins have it. */
static bool
closing(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    if (vb_str_eqc(sc->name, "tabs"))
        vb_group_close(s, &vb_dialect_mdbook, at, at + sc->len);
    else if (vb_str_eqc(sc->name, "tab"))
        vb_pane_close(s, &vb_dialect_mdbook, at, at + sc->len);
    else
        return false;
    return true;
}

static bool
mdbook_shortcode(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    size_t end = at + sc->len;

    if (sc->bracket != '#')
        return false;
    if (sc->close)
        return closing(s, sc, at);
    if (vb_str_eqc(sc->name, "tabs")) {
        vb_str key = vb_attr_get(sc->args, "global");
        vb_group_opts opts = {.key = vb_str_copy(s->arena, key),
                              .tie = key.len ? VB_TIE_KEY : VB_TIE_LABELS};

        vb_group_open(s, &vb_dialect_mdbook, at, end, &opts);
    } else if (vb_str_eqc(sc->name, "endtabs")) {
        vb_group_close(s, &vb_dialect_mdbook, at, end);
    } else if (vb_str_eqc(sc->name, "tab")) {
        vb_str name = vb_attr_get(sc->args, "name");
        vb_pane_opts opts = {
            .label = vb_label_clean(s->arena, name.len ? name : sc->args)};

        vb_pane_open(s, &vb_dialect_mdbook, at, end, &opts);
    } else if (vb_str_eqc(sc->name, "endtab")) {
        vb_pane_close(s, &vb_dialect_mdbook, at, end);
    } else if (vb_str_ends(sc->name, "include")) {
        include(s, sc, at);
    } else {
        return false;
    }
    return true;
}

const vb_dialect vb_dialect_mdbook = {
    .name = "mdbook-tabs",
    .number = 10,
    .shortcode = mdbook_shortcode,
};
