/*
 * "## GKE" beside "## EKS": headings of one parent that differ in nothing but
 * the provider they name are a choice, and what stands under them is what
 * that provider's reader sees.
 */
#include "doc/axes.h"

#include "base/map.h"
#include "doc/platform_names.h"
#include "doc/provider_names.h"

#include "base/banned.h"

typedef struct vb_splitter {
    vb_doc *doc;
    uint32_t axis; /* VB_NONE until the first one */
    vb_map families;
    VB_VEC(uint32_t) heads;  /* blocks: headings that name one provider */
    VB_VEC(size_t) family;   /* of each: entry in 'families' */
    VB_VEC(const char *) of; /* of each: the provider */
    vb_map options;
} vb_splitter;

/* Headings of one family have parent, level, scope and wording in common. */
static vb_str
family_key(vb_splitter *s, const vb_block *b, bool platform)
{
    vb_str frame = platform ? vb_str_n(NULL, 0)
                            : vb_provider_frame(s->doc->arena, b->text);

    return vb_str_fmt(s->doc->arena, "%u/%u/%u/%.*s", b->heading, b->level,
                      b->scope, VB_ARG(frame));
}

/* entry->ptr holds the family's first provider; entry->num says that there is
 * another one. */
static void
count_provider(vb_splitter *s, vb_map_entry *entry, const char *name)
{
    const char **first = entry->ptr;

    if (!first) {
        first = VB_NEW(s->doc->arena, const char *);
        *first = name;
        entry->ptr = first;
    } else if (*first != name) {
        entry->num = 1;
    }
}

static void
collect(vb_splitter *s)
{
    for (uint32_t i = 0; i < s->doc->blocks.len; i++) {
        const vb_block *b = &s->doc->blocks.at[i];
        const char *name;
        bool platform = false;
        vb_map_entry *entry;

        if (b->kind != VB_BLOCK_HEADING || b->level > 6 || b->text.len > 200)
            continue;
        name = vb_provider_in(b->text);
        if (!name) {
            name = vb_platform_only(b->text);
            platform = name != NULL;
        }
        if (!name)
            continue;
        entry = vb_map_add(&s->families, family_key(s, b, platform), NULL);
        vb_vec_push(s->doc->arena, &s->heads, i);
        vb_vec_push(s->doc->arena, &s->of, name);
        vb_vec_push(s->doc->arena, &s->family,
                    (size_t)(entry - s->families.entries.at));
        if (!platform)
            count_provider(s, entry, name);
    }
}

static uint32_t
option_of(vb_splitter *s, const char *name, vb_str label)
{
    bool added;
    vb_map_entry *entry = vb_map_add(&s->options, vb_str_c(name), &added);
    vb_axis *axis = &s->doc->axes.at[s->axis];
    vb_option option = {.label = label, .id = vb_str_c(name)};

    /* "Install on AWS" is no label; "Amazon EKS" is */
    if (!vb_provider_named(label) && !vb_platform_only(label))
        option.label = vb_str_c(name);
    if (added) {
        entry->num = axis->options.len;
        vb_vec_push(s->doc->arena, &axis->options, option);
    }
    axis->options.at[entry->num].uses++;
    return (uint32_t)entry->num;
}

/* The scope 'old' below the section's condition: its chain is copied up to
 * the section's own scope. */
static uint32_t
below(vb_splitter *s, vb_map *moved, uint32_t old, uint32_t base, uint32_t top)
{
    VB_VEC(uint32_t) chain = {0};
    vb_arena *arena = s->doc->arena;
    uint32_t at = old, to = top;

    while (at != base && at != 0) {
        vb_map_entry *known =
            vb_map_find(moved, vb_str_n((const char *)&at, sizeof at));

        if (known) {
            to = (uint32_t)known->num;
            break;
        }
        vb_vec_push(arena, &chain, at);
        at = s->doc->scopes.at[at].parent;
    }
    while (chain.len) {
        vb_scope copy;
        uint32_t from = chain.at[--chain.len];

        copy = s->doc->scopes.at[from];
        copy.parent = to;
        vb_vec_push(arena, &s->doc->scopes, copy);
        to = (uint32_t)s->doc->scopes.len - 1;
        vb_map_add(
            moved,
            vb_str_copy(arena, vb_str_n((const char *)&from, sizeof from)),
            NULL)
            ->num = to;
    }
    return to;
}

static void
split_section(vb_splitter *s, uint32_t head, const char *name)
{
    vb_doc *doc = s->doc;
    const vb_block *h = &doc->blocks.at[head];
    vb_scope scope = {.parent = h->scope};
    uint32_t base = h->scope, top;
    uint8_t level = h->level;
    vb_map moved;

    vb_map_init(&moved, doc->arena);
    scope.cond.axis = s->axis;
    scope.cond.option = option_of(s, name, h->text);
    vb_vec_push(doc->arena, &doc->scopes, scope);
    top = (uint32_t)doc->scopes.len - 1;
    for (uint32_t i = head; i < doc->blocks.len; i++) {
        vb_block *b = &doc->blocks.at[i];

        if (i > head && b->kind == VB_BLOCK_HEADING && b->level <= level)
            break;
        b->scope =
            b->scope == base ? top : below(s, &moved, b->scope, base, top);
    }
}

static void
new_axis(vb_splitter *s, uint32_t head)
{
    vb_axis axis = {.dialect = "provider-headings",
                    .id = VB_STR("provider"),
                    .loc = s->doc->blocks.at[head].loc};

    vb_vec_push(s->doc->arena, &s->doc->axes, axis);
    s->axis = (uint32_t)s->doc->axes.len - 1;
}

void
vb_headings_split(vb_doc *doc)
{
    vb_splitter s = {.doc = doc, .axis = VB_NONE};

    vb_map_init(&s.families, doc->arena);
    vb_map_init(&s.options, doc->arena);
    collect(&s);
    for (size_t i = 0; i < s.heads.len; i++) {
        const vb_map_entry *family = &s.families.entries.at[s.family.at[i]];

        if (family->num == 0)
            continue;
        if (s.axis == VB_NONE)
            new_axis(&s, s.heads.at[i]);
        split_section(&s, s.heads.at[i], s.of.at[i]);
    }
    /* comments stand where the block behind them stands */
    for (size_t i = 0; i < doc->comments.len && s.axis != VB_NONE; i++) {
        vb_comment *c = &doc->comments.at[i];

        if (c->before < doc->blocks.len)
            c->scope = doc->blocks.at[c->before].scope;
    }
}
