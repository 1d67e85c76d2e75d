/* Front matter: YAML between "---" lines, TOML between "+++" lines. */
#include "doc/scan.h"

#include "base/node.h"
#include "doc/rules.h"

#include "base/banned.h"

/* The end of the fence, 0 when there is none. */
static uint32_t
find_close(const vb_scan *s, uint32_t first, bool yaml)
{
    for (uint32_t n = first + 1; n <= s->count; n++) {
        vb_str line = vb_str_rtrim(vb_scan_line(s, n));

        if (vb_str_eqc(line, yaml ? "---" : "+++") ||
            (yaml && vb_str_eqc(line, "...")))
            return n;
    }
    return 0;
}

/* A first line "---" may be a rule; front matter starts with "name:", after
 * comments and empty lines, or is empty. */
static bool
looks_like_front(const vb_scan *s, uint32_t line, bool yaml)
{
    vb_str text = {0};
    size_t i = 0;

    for (line++; line <= s->count; line++) {
        text = vb_str_trim(vb_scan_line(s, line));
        if (text.len && text.ptr[0] != '#')
            break;
    }
    if (vb_str_eqc(text, yaml ? "---" : "+++"))
        return true;
    while (i < text.len && (vb_is_word(text.ptr[i]) || text.ptr[i] == '-' ||
                            text.ptr[i] == '.' || text.ptr[i] == '"'))
        i++;
    text = vb_str_ltrim(vb_str_from(text, i));
    return i > 0 && text.len && text.ptr[0] == (yaml ? ':' : '=');
}

static vb_node *
toml_value(vb_scan *s, vb_str value, vb_loc loc)
{
    vb_node *node = VB_NEW(s->arena, vb_node);

    node->kind = VB_NODE_STR;
    node->loc = loc;
    node->str = value;
    if (value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') &&
        value.ptr[value.len - 1] == value.ptr[0]) {
        node->str = vb_str_sub(value, 1, value.len - 2);
        node->quoted = true;
    }
    return node;
}

/* Top-level "name = value" lines are all that is asked of TOML. */
static const vb_node *
read_toml(vb_scan *s, uint32_t first, uint32_t last)
{
    vb_node *map = VB_NEW(s->arena, vb_node);
    VB_VEC(vb_node *) keys = {0};
    VB_VEC(vb_node *) items = {0};

    for (uint32_t n = first + 1; n < last; n++) {
        vb_str line = vb_str_trim(vb_scan_line(s, n));
        size_t eq = vb_str_chr(line, '=');
        vb_loc loc = {s->source->path, n, 1};

        if (line.len && line.ptr[0] == '[')
            break;
        if (eq == VB_NPOS || line.ptr[0] == '#')
            continue;
        vb_vec_push(s->arena, &keys,
                    toml_value(s, vb_str_trim(vb_str_sub(line, 0, eq)), loc));
        vb_vec_push(s->arena, &items,
                    toml_value(s, vb_str_trim(vb_str_from(line, eq + 1)), loc));
    }
    map->kind = VB_NODE_MAP;
    map->loc = (vb_loc){s->source->path, first, 1};
    map->len = keys.len;
    map->keys = keys.at;
    map->items = items.at;
    return map;
}

/* What is wrong with front matter is a warning: it says nothing about what a
 * reader does. */
static const vb_node *
read_yaml(vb_scan *s, uint32_t last)
{
    vb_str text = vb_str_sub(s->source->text, 0, s->source->lines.at[last - 1]);
    vb_diags found;
    const vb_node *node;

    vb_diags_init(&found, s->arena);
    node = vb_yaml_read(text, s->source->path, s->arena, &found);
    for (size_t i = 0; i < found.list.len; i++) {
        const vb_diag *d = &found.list.at[i];

        vb_diag_add(s->diags, VB_WARNING, "D003", d->loc,
                    "front matter cannot be read: %.*s", VB_ARG(d->message));
    }
    return node && node->kind == VB_NODE_MAP ? node : NULL;
}

uint32_t
vb_front_read(vb_scan *s)
{
    uint32_t first = 1, last;
    vb_str line;
    bool yaml;
    vb_loc loc = {s->source->path, 1, 1};

    while (first <= s->count && vb_str_trim(vb_scan_line(s, first)).len == 0)
        first++;
    line = vb_str_rtrim(vb_scan_line(s, first));
    yaml = vb_str_eqc(line, "---");
    if (!yaml && !vb_str_eqc(line, "+++"))
        return 0;
    if (!looks_like_front(s, first, yaml))
        return 0;
    last = find_close(s, first, yaml);
    if (last == 0) {
        vb_diag *diag;

        loc.line = first;
        diag = vb_diag_add(s->diags, VB_WARNING, "D003", loc,
                           "front matter has no end line");
        diag->hint =
            vb_str_fmt(s->arena, "close it with '%s'", yaml ? "---" : "+++");
        return 0;
    }
    s->unit->front = yaml ? read_yaml(s, last) : read_toml(s, first, last);
    s->unit->front_title =
        vb_node_str(s->unit->front, "title", vb_str_n(NULL, 0));
    for (uint32_t n = first; n <= last; n++)
        vb_scan_blank(s, n);
    return last;
}
