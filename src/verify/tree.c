#include "verify/tree.h"

#include "base/map.h"

#include <string.h>

#include "base/banned.h"

/* From this many members on, keys are looked up in a map. */
enum { MANY = 24, SHOWN = 200, PATH_PARTS = 64 };

vb_str
vb_tree_path(const vb_tree *tree, uint32_t node, vb_arena *arena)
{
    uint32_t up[PATH_PARTS];
    size_t n = 0;
    vb_str path = {0};

    for (; node != 0 && n < PATH_PARTS; node = tree->nodes.at[node].parent)
        up[n++] = node;
    while (n) {
        const vb_tnode *t = &tree->nodes.at[up[--n]];

        if (tree->nodes.at[t->parent].kind == VB_TREE_LIST)
            path = vb_str_fmt(arena, "%.*s[%u]", VB_ARG(path), t->index);
        else
            path = vb_str_fmt(arena, "%.*s%s%.*s", VB_ARG(path),
                              path.len ? "." : "", VB_ARG(t->key));
    }
    return path.len ? path : VB_STR("the value");
}

/* Keys whose values differ every time, whatever they look like. */
static vb_class
class_of_key(vb_str key)
{
    static const char *const any[] = {
        "resourceVersion", "SecretAccessKey", "accessToken", "access_token",
        "refreshToken",    "password",        "etag",        "ETag",
        "SessionToken",    "client_secret",   "token",       "nonce",
        "primaryKey",      "secondaryKey",    "fingerprint", "labelFingerprint",
        "CallerReference",
    };
    static const char *const times[] = {"Time", "Timestamp", "Date",
                                        "_at",  "_time",     "TimeMillis"};

    if (VB_STR_AMONG(key, any))
        return VB_CLASS_CELL;
    for (size_t i = 0; i < VB_COUNT(times); i++)
        if (vb_str_ends(key, times[i]))
            return VB_CLASS_TIMESTAMP;
    return VB_CLASS_NONE;
}

/* Seconds since 1970, with or without a fraction, and nothing else. */
static bool
is_epoch(vb_str s)
{
    size_t n = vb_digits(s, 0, 20);

    return n >= 10 && n <= 19;
}

static vb_pattern
leaf_pattern(vb_arena *arena, const vb_tnode *node, const vb_context *ctx)
{
    vb_class cls = node->text.len ? class_of_key(node->key) : VB_CLASS_NONE;

    if (ctx->similar && node->kind == VB_TREE_TEXT && node->text.len == 0)
        return vb_pattern_compile(arena, VB_STR("..."), ctx, VB_CLASS_NONE);
    if (ctx->similar && node->kind == VB_TREE_WORD &&
        vb_str_ends(node->key, "Count"))
        return vb_pattern_compile(arena, node->text, ctx, VB_CLASS_NUMBER);

    if (cls == VB_CLASS_TIMESTAMP)
        cls = is_epoch(node->text) ? VB_CLASS_CELL : VB_CLASS_NONE;
    if (cls == VB_CLASS_CELL && node->kind == VB_TREE_WORD &&
        !is_epoch(node->text))
        cls = VB_CLASS_NONE;
    return vb_pattern_compile(arena, node->text, ctx, cls);
}

static vb_str
empty_text(const vb_tnode *node)
{
    if (node->kind == VB_TREE_MAP)
        return VB_STR("{}");
    if (node->kind == VB_TREE_LIST)
        return VB_STR("[]");
    return node->text;
}

/* The text of line 'number'; lines are asked for in rising order. */
typedef struct line_finder {
    vb_str rest, line;
    uint32_t number;
} line_finder;

static vb_str
line_of(line_finder *f, uint32_t number)
{
    while (f->number < number && vb_str_line(&f->rest, &f->line))
        f->number++;
    return vb_str_sub(vb_str_trim(f->line), 0, SHOWN);
}

vb_eline *
vb_tree_elines(vb_arena *arena, const vb_tree *tree, vb_str source,
               const vb_context *ctx)
{
    vb_eline *lines = VB_NEW_N(arena, vb_eline, tree->leaves);
    line_finder finder = {.rest = source};

    for (size_t i = 0; i < tree->nodes.len; i++) {
        vb_tnode *node = &tree->nodes.at[i];
        vb_eline *e;

        if (node->leaf == VB_NO_LINE)
            continue;
        e = &lines[node->leaf];
        node->text = empty_text(node);
        e->pattern = leaf_pattern(arena, node, ctx);
        e->number = node->line;
        e->shown = line_of(&finder, node->line);
        e->node = (uint32_t)i;
        for (uint32_t k = 0; k < e->pattern.count; k++)
            e->replaced =
                e->replaced || e->pattern.elems[k].kind == VB_ELEM_SUBST;
    }
    return lines;
}

/* Members that tell of a fault must not come unannounced. */
static bool
is_fault_key(const vb_tnode *node)
{
    static const char *const keys[] = {"error",     "errors",   "errorMessage",
                                       "fault",     "failures", "exception",
                                       "errorCode", "Error"};
    bool empty = vb_str_eqc(node->text, "null") || !node->text.len ||
                 vb_str_eqc(node->text, "[]") || vb_str_eqc(node->text, "{}") ||
                 vb_str_eqc(node->text, "false") || vb_str_eqc(node->text, "0");

    return (VB_STR_AMONG(node->key, keys) || vb_str_ends(node->key, "Error") ||
            vb_str_ends(node->key, "Errors")) &&
           (!empty || node->count);
}

static bool
is_fault_leaf(const vb_tree *tree, const vb_tnode *node)
{
    for (int up = 0; up < PATH_PARTS; up++) {
        if (is_fault_key(node))
            return true;
        if (node->parent == VB_NO_LINE)
            return false;
        node = &tree->nodes.at[node->parent];
    }
    return false;
}

vb_aline *
vb_tree_alines(vb_arena *arena, const vb_tree *tree, vb_str source)
{
    vb_aline *lines = VB_NEW_N(arena, vb_aline, tree->leaves);
    line_finder finder = {.rest = source};

    for (size_t i = 0; i < tree->nodes.len; i++) {
        vb_tnode *node = &tree->nodes.at[i];
        vb_aline *a;

        if (node->leaf == VB_NO_LINE)
            continue;
        a = &lines[node->leaf];
        node->text = empty_text(node);
        a->text = node->text;
        a->number = node->line;
        a->shown = line_of(&finder, node->line);
        a->fault = is_fault_leaf(tree, node);
    }
    return lines;
}

/* The member of that key: at the same place as in the text, or anywhere. */
static uint32_t
member(const vb_tree *tree, uint32_t map, vb_str key, uint32_t guess,
       const vb_map *index)
{
    const vb_map_entry *entry;

    if (guess != VB_NO_LINE && vb_str_eq(tree->nodes.at[guess].key, key))
        return guess;
    if (index) {
        entry = vb_map_find(index, key);
        return entry ? (uint32_t)entry->num : VB_NO_LINE;
    }
    for (uint32_t i = tree->nodes.at[map].first; i != VB_NO_LINE;
         i = tree->nodes.at[i].next)
        if (vb_str_eq(tree->nodes.at[i].key, key))
            return i;
    return VB_NO_LINE;
}

typedef struct tree_pair {
    uint32_t e, a;
} tree_pair;

typedef struct walker {
    const vb_tree *e, *a;
    vb_align *align;
    vb_arena *arena;
    VB_VEC(tree_pair) todo;
} walker;

/* Whether the leaves of the output below 'node' may be there without the
 * text. */
static void
allow(walker *w, uint32_t node, bool allowed)
{
    uint32_t end = (uint32_t)w->a->nodes.len, up = node;

    /* Nodes lie in the order of the text: a subtree is one stretch. */
    while (up != VB_NO_LINE && w->a->nodes.at[up].next == VB_NO_LINE)
        up = w->a->nodes.at[up].parent;
    if (up != VB_NO_LINE)
        end = w->a->nodes.at[up].next;
    for (uint32_t i = node; i < end; i++)
        if (w->a->nodes.at[i].leaf != VB_NO_LINE)
            w->align->extra_gap[w->a->nodes.at[i].leaf] = allowed;
}

static void
walk_map(walker *w, uint32_t e, uint32_t a)
{
    const vb_tnode *in = &w->a->nodes.at[a];
    uint32_t guess = in->first;
    vb_map index, *use = NULL;

    if (in->count > MANY) {
        vb_map_init(&index, w->arena);
        for (uint32_t i = in->first; i != VB_NO_LINE;
             i = w->a->nodes.at[i].next)
            vb_map_add(&index, w->a->nodes.at[i].key, NULL)->num = i;
        use = &index;
    }
    /* New releases add members; those that the text knows are compared. */
    for (uint32_t i = in->first; i != VB_NO_LINE; i = w->a->nodes.at[i].next)
        allow(w, i, true);
    for (uint32_t i = w->e->nodes.at[e].first; i != VB_NO_LINE;
         i = w->e->nodes.at[i].next) {
        uint32_t k = member(w->a, a, w->e->nodes.at[i].key, guess, use);

        if (k != VB_NO_LINE) {
            allow(w, k, false);
            vb_vec_push(w->arena, &w->todo, (tree_pair){i, k});
        }
        if (guess != VB_NO_LINE)
            guess = w->a->nodes.at[guess].next;
    }
}

static void
walk_list(walker *w, uint32_t e, uint32_t a)
{
    const vb_tnode *want = &w->e->nodes.at[e], *have = &w->a->nodes.at[a];
    uint32_t i = want->first, k = have->first, skip = 0;

    if (want->gap_at != VB_NO_LINE && have->count > want->count)
        skip = have->count - want->count;
    for (; k != VB_NO_LINE; k = w->a->nodes.at[k].next) {
        bool left_out = skip && i != VB_NO_LINE
                            ? w->e->nodes.at[i].index == want->gap_at
                            : skip > 0;

        if (left_out) {
            skip--;
            allow(w, k, true);
        } else if (i != VB_NO_LINE) {
            vb_vec_push(w->arena, &w->todo, (tree_pair){i, k});
            i = w->e->nodes.at[i].next;
        }
    }
}

static void
walk_leaf(walker *w, const vb_tnode *e, const vb_tnode *a)
{
    vb_align *al = w->align;
    bool same = vb_line_match(&al->e[e->leaf], &al->a[a->leaf], &al->budget);

    /* "null" and null, "1" and 1 are different values. */
    if (same && e->kind != a->kind && e->kind != VB_TREE_TEXT &&
        a->kind != VB_TREE_TEXT)
        same = false;
    al->of_e[e->leaf] = a->leaf;
    al->of_a[a->leaf] = e->leaf;
    al->fit[e->leaf] = same ? VB_FIT_LINE : VB_FIT_LIKE;
}

/* Zones and generated ids come in any order. */
static bool
is_free_list(walker *w, uint32_t e)
{
    uint32_t i = w->e->nodes.at[e].first;

    if (i == VB_NO_LINE || w->e->nodes.at[e].count > 256)
        return false;
    for (; i != VB_NO_LINE; i = w->e->nodes.at[i].next) {
        const vb_tnode *node = &w->e->nodes.at[i];

        if (node->leaf == VB_NO_LINE || node->kind != VB_TREE_TEXT ||
            !(vb_is_zone(node->text) ||
              vb_pattern_has_identity(&w->align->e[node->leaf].pattern)))
            return false;
    }
    return true;
}

static void
walk_free_list(walker *w, uint32_t e, uint32_t a)
{
    vb_align *al = w->align;

    for (uint32_t i = w->e->nodes.at[e].first; i != VB_NO_LINE;
         i = w->e->nodes.at[i].next) {
        const vb_tnode *want = &w->e->nodes.at[i];

        for (uint32_t k = w->a->nodes.at[a].first; k != VB_NO_LINE;
             k = w->a->nodes.at[k].next) {
            const vb_tnode *have = &w->a->nodes.at[k];

            if (have->leaf == VB_NO_LINE ||
                al->of_a[have->leaf] != VB_NO_LINE ||
                !vb_line_match(&al->e[want->leaf], &al->a[have->leaf],
                               &al->budget))
                continue;
            walk_leaf(w, want, have);
            break;
        }
    }
}

void
vb_tree_align(const vb_tree *expected, const vb_tree *actual, vb_align *al,
              vb_arena *arena)
{
    walker w = {.e = expected, .a = actual, .align = al, .arena = arena};

    vb_align_init(al, arena);
    vb_vec_push(arena, &w.todo, (tree_pair){0, 0});
    while (w.todo.len) {
        tree_pair pair = w.todo.at[--w.todo.len];
        const vb_tnode *e = &expected->nodes.at[pair.e];
        const vb_tnode *a = &actual->nodes.at[pair.a];

        if (e->leaf != VB_NO_LINE && a->leaf != VB_NO_LINE)
            walk_leaf(&w, e, a);
        else if (e->kind == VB_TREE_MAP && a->kind == VB_TREE_MAP)
            walk_map(&w, pair.e, pair.a);
        else if (e->kind != VB_TREE_LIST || a->kind != VB_TREE_LIST)
            continue;
        else if (is_free_list(&w, pair.e) && e->gap_at == VB_NO_LINE &&
                 e->count == a->count)
            walk_free_list(&w, pair.e, pair.a);
        else
            walk_list(&w, pair.e, pair.a);
    }
}
