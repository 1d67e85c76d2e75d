#include "rehearse/value.h"

#include "rehearse/print.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

/* NOLINTBEGIN(misc-no-recursion): bounded; values are at most 64 deep */

static const vb_node null_node = {.kind = VB_NODE_NULL};
static const vb_node true_node = {
    .kind = VB_NODE_BOOL, .str = VB_STR_INIT("true"), .num = 1};
static const vb_node false_node = {.kind = VB_NODE_BOOL,
                                   .str = VB_STR_INIT("false")};

const vb_node *
vb_val_null(void)
{
    return &null_node;
}

const vb_node *
vb_val_bool(bool b)
{
    return b ? &true_node : &false_node;
}

static vb_node *
fresh(vb_arena *arena, vb_node_kind kind)
{
    vb_node *node = VB_NEW(arena, vb_node);

    node->kind = kind;
    return node;
}

vb_node *
vb_val_str(vb_arena *arena, vb_str s)
{
    vb_node *node = fresh(arena, VB_NODE_STR);

    node->str = s;
    node->quoted = true;
    return node;
}

vb_node *
vb_val_int(vb_arena *arena, int64_t n)
{
    vb_node *node = fresh(arena, VB_NODE_INT);

    node->num = n;
    node->str = vb_str_fmt(arena, "%lld", (long long)n);
    return node;
}

vb_node *
vb_val_real(vb_arena *arena, double n)
{
    vb_node *node;

    if (isfinite(n) && n == floor(n) && fabs(n) < 9e15)
        return vb_val_int(arena, (int64_t)n);
    if (!isfinite(n))
        return fresh(arena, VB_NODE_NULL);
    node = fresh(arena, VB_NODE_REAL);
    node->real = n;
    node->str = vb_str_fmt(arena, "%.10g", n);
    return node;
}

vb_node *
vb_val_list(vb_arena *arena)
{
    return fresh(arena, VB_NODE_LIST);
}

vb_node *
vb_val_map(vb_arena *arena)
{
    return fresh(arena, VB_NODE_MAP);
}

/* Room is always the next power of two from four on, so the length alone
 * says when it is used up. */
static void *
room(vb_arena *arena, void *old, size_t len, size_t size)
{
    void *more;

    if (len != 0 && (len < 4 || (len & (len - 1)) != 0))
        return old;
    more = vb_arena_array(arena, len ? len * 2 : 4, size);
    if (len)
        memcpy(more, old, len * size);
    return more;
}

void
vb_val_push(vb_arena *arena, vb_node *list, const vb_node *item)
{
    list->items = room(arena, list->items, list->len, sizeof *list->items);
    list->items[list->len++] = (vb_node *)item;
}

static void
put_key(vb_arena *arena, vb_node *map, vb_node *key, const vb_node *item)
{
    map->keys = room(arena, map->keys, map->len, sizeof *map->keys);
    map->items = room(arena, map->items, map->len, sizeof *map->items);
    map->keys[map->len] = key;
    map->items[map->len++] = (vb_node *)item;
}

void
vb_val_put(vb_arena *arena, vb_node *map, vb_str key, const vb_node *item)
{
    put_key(arena, map, vb_val_str(arena, key), item);
}

void
vb_val_putc(vb_arena *arena, vb_node *map, const char *key, const vb_node *item)
{
    vb_val_put(arena, map, vb_str_c(key), item);
}

void
vb_val_replace(vb_arena *arena, vb_node *map, vb_str key, const vb_node *item)
{
    for (size_t i = 0; i < map->len; i++) {
        if (vb_str_eq(map->keys[i]->str, key)) {
            map->items[i] = (vb_node *)item;
            return;
        }
    }
    vb_val_put(arena, map, key, item);
}

vb_node *
vb_val_fresh(vb_arena *arena, const vb_node *from)
{
    vb_node *to = fresh(arena, from->kind);

    if (from->kind == VB_NODE_LIST) {
        for (size_t i = 0; i < from->len; i++)
            vb_val_push(arena, to, from->items[i]);
    } else if (from->kind == VB_NODE_MAP) {
        for (size_t i = 0; i < from->len; i++)
            put_key(arena, to, from->keys[i], from->items[i]);
    } else {
        *to = *from;
    }
    return to;
}

bool
vb_val_true(const vb_node *v)
{
    if (!v)
        return false;
    switch (v->kind) {
    case VB_NODE_NULL:
        return false;
    case VB_NODE_BOOL:
        return v->num != 0;
    case VB_NODE_STR:
        return v->str.len > 0;
    case VB_NODE_LIST:
    case VB_NODE_MAP:
        return v->len > 0;
    case VB_NODE_INT:
    case VB_NODE_REAL:
        break;
    }
    return true;
}

static double
number(const vb_node *v)
{
    return v->kind == VB_NODE_INT ? (double)v->num : v->real;
}

static bool
is_number(const vb_node *v)
{
    return v->kind == VB_NODE_INT || v->kind == VB_NODE_REAL;
}

static bool eq_at(const vb_node *a, const vb_node *b, unsigned depth);

static bool
eq_items(const vb_node *a, const vb_node *b, unsigned depth)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        const vb_node *other = a->kind == VB_NODE_LIST
                                   ? b->items[i]
                                   : vb_node_get_str(b, a->keys[i]->str);

        if (!other || !eq_at(a->items[i], other, depth + 1))
            return false;
    }
    return true;
}

static bool
eq_at(const vb_node *a, const vb_node *b, unsigned depth)
{
    if (a == b)
        return true;
    if (is_number(a) && is_number(b))
        return number(a) == number(b);
    if (a->kind != b->kind || depth > VB_NODE_DEPTH_MAX)
        return false;
    switch (a->kind) {
    case VB_NODE_NULL:
        return true;
    case VB_NODE_BOOL:
        return a->num == b->num;
    case VB_NODE_STR:
        return vb_str_eq(a->str, b->str);
    case VB_NODE_LIST:
    case VB_NODE_MAP:
        return eq_items(a, b, depth);
    case VB_NODE_INT:
    case VB_NODE_REAL:
        break;
    }
    return false;
}

bool
vb_val_eq(const vb_node *a, const vb_node *b)
{
    return eq_at(a ? a : &null_node, b ? b : &null_node, 0);
}

vb_str
vb_val_text(vb_arena *arena, const vb_node *v)
{
    vb_buf buf;
    vb_str text;

    if (!v || v->kind == VB_NODE_NULL)
        return VB_STR("");
    if (v->kind != VB_NODE_LIST && v->kind != VB_NODE_MAP)
        return v->str;
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    vb_print_json(&buf, v, 0);
    text = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return text;
}

bool
vb_val_as_int(const vb_node *v, int64_t *out)
{
    if (!v)
        return false;
    if (v->kind == VB_NODE_INT) {
        *out = v->num;
        return true;
    }
    return v->kind == VB_NODE_STR && vb_str_i64(v->str, out);
}

/* One level of a deep copy under way. */
typedef struct copy_level {
    const vb_node *from;
    vb_node *to;
    size_t next;
} copy_level;

static vb_node *
copy_scalar(vb_arena *arena, const vb_node *from)
{
    vb_node *to = VB_NEW(arena, vb_node);

    *to = *from;
    to->loc = (vb_loc){0};
    to->items = NULL;
    to->keys = NULL;
    to->len = 0;
    to->str = from->str.len ? vb_str_copy(arena, from->str) : VB_STR("");
    return to;
}

bool
vb_val_copy(vb_arena *arena, const vb_node *from, size_t *nodes,
            const vb_node **out, vb_error *err)
{
    copy_level stack[VB_VAL_DEPTH_MAX + 1];
    size_t depth = 0;

    stack[0] = (copy_level){from, copy_scalar(arena, from), 0};
    *out = stack[0].to;
    for (;;) {
        copy_level *at = &stack[depth];
        const vb_node *child;
        vb_node *to;

        if (at->next >= at->from->len) {
            if (depth-- == 0)
                return true;
            continue;
        }
        if ((*nodes)-- == 0) {
            *nodes = 0;
            return vb_fail(err, "the value is too large");
        }
        child = at->from->items[at->next];
        to = copy_scalar(arena, child);
        if (at->from->kind == VB_NODE_MAP)
            put_key(arena, at->to, copy_scalar(arena, at->from->keys[at->next]),
                    to);
        else
            vb_val_push(arena, at->to, to);
        at->next++;
        if (depth >= VB_VAL_DEPTH_MAX && child->len)
            return vb_fail(err, "the value nests deeper than %d levels",
                           VB_VAL_DEPTH_MAX);
        if (child->len)
            stack[++depth] = (copy_level){child, to, 0};
    }
}

/* Where 'key' is in a map or list: its index, len to append, or failure. */
static bool
place(const vb_node *in, vb_str key, size_t *index, vb_error *err)
{
    uint64_t n;

    if (in->kind == VB_NODE_MAP) {
        for (*index = 0; *index < in->len; (*index)++)
            if (vb_str_eq(in->keys[*index]->str, key))
                break;
        return true;
    }
    if (in->kind != VB_NODE_LIST)
        return vb_fail(err, "'%.*s' is below a %s, not a map", VB_ARG(key),
                       vb_node_kind_name(in->kind));
    if (vb_str_eqc(key, "+")) {
        *index = in->len;
        return true;
    }
    if (!vb_str_u64(key, &n) || n >= in->len)
        return vb_fail(err, "the list has no element '%.*s'", VB_ARG(key));
    *index = (size_t)n;
    return true;
}

/* A copy of 'in' in which one place holds 'value', or is gone for NULL. */
static const vb_node *
with(vb_arena *arena, const vb_node *in, size_t index, vb_str key,
     const vb_node *value)
{
    vb_node *to = fresh(arena, in->kind);

    for (size_t i = 0; i < in->len; i++) {
        const vb_node *item = i == index ? value : in->items[i];

        if (!item)
            continue;
        if (in->kind == VB_NODE_MAP)
            put_key(arena, to, in->keys[i], item);
        else
            vb_val_push(arena, to, item);
    }
    if (index >= in->len && value) {
        if (in->kind == VB_NODE_MAP)
            vb_val_put(arena, to, vb_str_copy(arena, key), value);
        else
            vb_val_push(arena, to, value);
    }
    return to;
}

bool
vb_val_set(vb_arena *arena, const vb_node *root, vb_val_path path,
           const vb_node *value, const vb_node **out, vb_error *err)
{
    const vb_node *levels[VB_VAL_DEPTH_MAX];
    size_t at[VB_VAL_DEPTH_MAX] = {0};
    const vb_node *here = root;

    if (path.len == 0 || path.len > VB_VAL_DEPTH_MAX)
        return vb_fail(err, "a path of %zu names", path.len);
    for (size_t i = 0; i < path.len; i++) {
        if (!here || here->kind == VB_NODE_NULL) {
            if (!value) {
                *out = root;
                return true;
            }
            here = vb_str_eqc(path.names[i], "+") ? vb_val_list(arena)
                                                  : vb_val_map(arena);
        }
        if (!place(here, path.names[i], &at[i], err))
            return false;
        levels[i] = here;
        here = at[i] < here->len ? here->items[at[i]] : NULL;
    }
    here = value;
    for (size_t i = path.len; i-- > 0;)
        here = with(arena, levels[i], at[i], path.names[i], here);
    *out = here;
    return true;
}

const vb_node *
vb_val_patch(vb_arena *arena, const vb_node *target, const vb_node *patch)
{
    vb_node *to;

    if (!patch || patch->kind != VB_NODE_MAP)
        return patch ? patch : target;
    to = target && target->kind == VB_NODE_MAP ? vb_val_fresh(arena, target)
                                               : vb_val_map(arena);
    for (size_t i = 0; i < patch->len; i++) {
        vb_str key = patch->keys[i]->str;
        const vb_node *item = patch->items[i];
        const vb_node *old = vb_node_get_str(to, key);

        if (item->kind != VB_NODE_NULL) {
            vb_val_replace(arena, to, key, vb_val_patch(arena, old, item));
            continue;
        }
        for (size_t k = 0; k < to->len; k++) {
            if (!vb_str_eq(to->keys[k]->str, key))
                continue;
            to = (vb_node *)with(arena, to, k, key, NULL);
            break;
        }
    }
    return to;
}

/* NOLINTEND(misc-no-recursion) */
