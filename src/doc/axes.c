#include "doc/axes.h"

#include "base/map.h"
#include "base/text.h"
#include "doc/labels.h"
#include "doc/rules.h"

#include <stdlib.h>

#include "base/banned.h"

typedef struct vb_resolver {
    vb_doc *doc;
    const vb_axes *in;
    vb_diags *diags;
    vb_arena *arena;
    uint32_t *first; /* per group: its first pane in 'order' */
    uint32_t *order; /* panes sorted by group, stable */
    uint32_t *tied;  /* union-find over groups */
    uint32_t *axis;  /* per group root: axis, VB_NONE */
    bool *shown;     /* per group: no alternatives */
    uint32_t *scope; /* per pane */
    vb_str *label;   /* per pane: label for the code inside */
    vb_map options;  /* axis and label or id -> option */
} vb_resolver;

static vb_str
lower(vb_arena *arena, vb_str s)
{
    char *out = vb_str_dup(arena, s);

    for (size_t i = 0; i < s.len; i++)
        out[i] = vb_lower(out[i]);
    return vb_str_n(out, s.len);
}

/* Panes by group: a counting sort, so that order within a group stays. */
static void
sort_panes(vb_resolver *r)
{
    size_t groups = r->in->groups.len, panes = r->in->panes.len;
    uint32_t *next = VB_NEW_N(r->arena, uint32_t, groups + 1);

    r->first = VB_NEW_N(r->arena, uint32_t, groups + 1);
    r->order = VB_NEW_N(r->arena, uint32_t, panes + 1);
    for (size_t i = 0; i < panes; i++)
        r->first[r->in->panes.at[i].group + 1]++;
    for (size_t g = 1; g <= groups; g++)
        r->first[g] += r->first[g - 1];
    for (size_t g = 0; g < groups; g++)
        next[g] = r->first[g];
    for (uint32_t i = 0; i < panes; i++)
        r->order[next[r->in->panes.at[i].group]++] = i;
}

static uint32_t
root_of(vb_resolver *r, uint32_t g)
{
    while (r->tied[g] != g) {
        r->tied[g] = r->tied[r->tied[g]];
        g = r->tied[g];
    }
    return g;
}

/* Groups that give the same key move together; the first one is the root. */
static void
tie(vb_resolver *r, vb_map *keys, uint32_t group, vb_str key)
{
    bool added;
    vb_map_entry *entry = vb_map_add(keys, key, &added);
    uint32_t a, b;

    if (added) {
        entry->num = group;
        return;
    }
    a = root_of(r, (uint32_t)entry->num);
    b = root_of(r, group);
    if (a < b)
        r->tied[b] = a;
    else
        r->tied[a] = b;
}

static int
by_text(const void *a, const void *b)
{
    return vb_str_cmp(*(const vb_str *)a, *(const vb_str *)b);
}

static vb_str
label_key(vb_resolver *r, uint32_t group)
{
    uint32_t from = r->first[group], n = r->first[group + 1] - from;
    vb_str *labels = VB_NEW_N(r->arena, vb_str, n);
    vb_buf buf;
    vb_str key;

    for (uint32_t i = 0; i < n; i++)
        labels[i] = lower(r->arena, r->in->panes.at[r->order[from + i]].label);
    qsort(labels, n, sizeof *labels, by_text);
    vb_buf_init(&buf, VB_BUF_NO_MAX);
    vb_buf_ch(&buf, 'l');
    for (uint32_t i = 0; i < n; i++) {
        vb_buf_ch(&buf, '\x1f');
        vb_buf_str(&buf, labels[i]);
    }
    key = vb_str_copy(r->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return key;
}

static void
tie_group(vb_resolver *r, vb_map *keys, uint32_t g)
{
    const vb_group *group = &r->in->groups.at[g];
    bool ids = false;

    if (group->tie == VB_TIE_KEY && group->key.len) {
        tie(r, keys, g, vb_str_fmt(r->arena, "k%.*s", VB_ARG(group->key)));
        return;
    }
    for (uint32_t i = r->first[g];
         group->tie == VB_TIE_IDS && i < r->first[g + 1]; i++) {
        vb_str id = r->in->panes.at[r->order[i]].id;

        if (id.len == 0)
            continue;
        ids = true;
        tie(r, keys, g,
            vb_str_fmt(r->arena, "i%s\x1f%.*s", group->dialect, VB_ARG(id)));
    }
    if (!ids)
        tie(r, keys, g, label_key(r, g));
}

static void
tie_groups(vb_resolver *r)
{
    size_t n = r->in->groups.len;
    vb_map keys;

    vb_map_init(&keys, r->arena);
    r->tied = VB_NEW_N(r->arena, uint32_t, n + 1);
    r->axis = VB_NEW_N(r->arena, uint32_t, n + 1);
    r->shown = VB_NEW_N(r->arena, bool, n + 1);
    for (uint32_t g = 0; g < n; g++) {
        r->tied[g] = g;
        r->axis[g] = VB_NONE;
    }
    for (uint32_t g = 0; g < n; g++) {
        uint32_t from = r->first[g], count = r->first[g + 1] - from;
        vb_str *labels = VB_NEW_N(r->arena, vb_str, count);

        for (uint32_t i = 0; i < count; i++)
            labels[i] = r->in->panes.at[r->order[from + i]].label;
        r->shown[g] = vb_labels_all_shown(labels, count);
        if (!r->shown[g] && count)
            tie_group(r, &keys, g);
    }
}

static vb_str
axis_id(vb_resolver *r, const vb_group *group)
{
    if (group->key.len)
        return group->key;
    return vb_str_fmt(r->arena, "tabs-%zu", r->doc->axes.len + 1);
}

static uint32_t
axis_of(vb_resolver *r, uint32_t g)
{
    uint32_t root = root_of(r, g);
    const vb_group *group = &r->in->groups.at[root];
    vb_axis axis = {.dialect = group->dialect, .loc = group->loc};

    if (r->axis[root] == VB_NONE) {
        axis.id = axis_id(r, group);
        vb_vec_push(r->arena, &r->doc->axes, axis);
        r->axis[root] = (uint32_t)r->doc->axes.len - 1;
    }
    return r->axis[root];
}

static vb_str
option_key(vb_resolver *r, uint32_t axis, char kind, vb_str text)
{
    return vb_str_fmt(r->arena, "%u%c%.*s", axis, kind,
                      VB_ARG(lower(r->arena, text)));
}

/* The slug, or with a number behind it where two labels have one slug. */
static vb_str
new_id(vb_resolver *r, uint32_t axis, vb_str slug)
{
    bool added;
    vb_map_entry *entry =
        vb_map_add(&r->options, option_key(r, axis, 's', slug), &added);

    entry->num++;
    if (added)
        return slug;
    return vb_str_fmt(r->arena, "%.*s-%zu", VB_ARG(slug), entry->num);
}

/* Where groups are tied by ids an id decides, else the label does. */
static uint32_t
option_of(vb_resolver *r, uint32_t axis, vb_str label, vb_str id, bool by_id)
{
    vb_str keys[2];
    vb_option option = {.label = label, .id = id};
    vb_map_entry *entry = NULL;
    size_t number;

    keys[by_id ? 1 : 0] = option_key(r, axis, 'l', label);
    keys[by_id ? 0 : 1] =
        id.len ? option_key(r, axis, 'i', id) : vb_str_n(NULL, 0);
    for (int i = 0; i < 2 && !entry; i++)
        entry = keys[i].len ? vb_map_find(&r->options, keys[i]) : NULL;
    if (entry) {
        number = entry->num;
    } else {
        if (id.len == 0)
            option.id = new_id(r, axis, vb_text_slug(r->arena, label));
        number = r->doc->axes.at[axis].options.len;
        vb_vec_push(r->arena, &r->doc->axes.at[axis].options, option);
    }
    for (int i = 0; i < 2; i++) {
        if (keys[i].len && !vb_map_find(&r->options, keys[i]))
            vb_map_add(&r->options, keys[i], NULL)->num = number;
    }
    return (uint32_t)number;
}

static void
add_others(vb_resolver *r, const vb_pane *pane, vb_scope *scope)
{
    vb_str rest = pane->others, id;

    while (rest.len && vb_str_field(&rest, ',', &id)) {
        uint32_t option;

        id = vb_str_trim(id);
        if (id.len == 0)
            continue;
        option = option_of(r, scope->cond.axis, id, id, true);
        r->doc->axes.at[scope->cond.axis].options.at[option].uses++;
        vb_vec_push(r->arena, &scope->also, option);
    }
}

static void
scope_pane(vb_resolver *r, uint32_t p)
{
    const vb_pane *pane = &r->in->panes.at[p];
    bool by_id = r->in->groups.at[pane->group].tie != VB_TIE_LABELS;
    vb_scope scope = {0};

    scope.parent = pane->parent == VB_NONE ? 0 : r->scope[pane->parent];
    if (pane->parent != VB_NONE)
        r->label[p] = r->label[pane->parent];
    if (r->shown[pane->group]) {
        r->scope[p] = scope.parent;
        r->label[p] = pane->label;
        return;
    }
    scope.cond.axis = axis_of(r, pane->group);
    scope.cond.option =
        option_of(r, scope.cond.axis, pane->label, pane->id, by_id);
    r->doc->axes.at[scope.cond.axis].options.at[scope.cond.option].uses++;
    add_others(r, pane, &scope);
    vb_vec_push(r->arena, &r->doc->scopes, scope);
    r->scope[p] = (uint32_t)r->doc->scopes.len - 1;
}

/* Two tabs of one group with one label: the reader cannot choose. */
static void
tell_doubles(vb_resolver *r)
{
    vb_map seen;

    vb_map_init(&seen, r->arena);
    for (size_t i = 0; i < r->in->panes.len; i++) {
        const vb_pane *pane = &r->in->panes.at[i];
        bool added;

        if (pane->others.len ||
            vb_str_eqc(vb_str_c(r->in->groups.at[pane->group].dialect),
                       "learn-pivots"))
            continue;
        vb_map_add(&seen,
                   vb_str_fmt(r->arena, "%u\x1f%.*s", pane->group,
                              VB_ARG(lower(r->arena, pane->label))),
                   &added);
        if (!added)
            vb_diag_add(r->diags, VB_WARNING, "D016", pane->loc,
                        "label '%.*s' stands twice in one group of tabs",
                        VB_ARG(pane->label));
    }
}

void
vb_axes_resolve(vb_doc *doc, const vb_axes *axes, vb_diags *diags)
{
    vb_resolver r = {
        .doc = doc, .in = axes, .diags = diags, .arena = doc->arena};
    vb_scope always = {0};

    vb_vec_push(doc->arena, &doc->scopes, always);
    vb_map_init(&r.options, doc->arena);
    sort_panes(&r);
    tie_groups(&r);
    r.scope = VB_NEW_N(doc->arena, uint32_t, axes->panes.len + 1);
    r.label = VB_NEW_N(doc->arena, vb_str, axes->panes.len + 1);
    for (uint32_t p = 0; p < axes->panes.len; p++)
        scope_pane(&r, p);
    for (size_t i = 0; i < doc->blocks.len; i++) {
        vb_block *b = &doc->blocks.at[i];

        if (b->scope == 0)
            continue;
        if (b->label.len == 0 && b->kind == VB_BLOCK_CODE)
            b->label = r.label[b->scope - 1];
        b->scope = r.scope[b->scope - 1];
    }
    for (size_t i = 0; i < doc->comments.len; i++) {
        if (doc->comments.at[i].scope)
            doc->comments.at[i].scope = r.scope[doc->comments.at[i].scope - 1];
    }
    tell_doubles(&r);
}
