#include "verify/tree.h"

#include "base/node.h"

#include <string.h>

#include "base/banned.h"

enum { DEPTH_MAX = 64 };

typedef struct reader {
    vb_arena *arena;
    vb_str text;
    vb_tree *tree;
    size_t at;
    uint32_t line;
    uint32_t open; /* container being read, or VB_NO_LINE */
    int depth;
    bool elisions;
    vb_str key;
    bool has_key;
} reader;

static uint32_t
add_node(vb_arena *arena, vb_tree *tree, uint32_t parent, vb_tnode node)
{
    uint32_t id = (uint32_t)tree->nodes.len;

    node.parent = parent;
    node.next = node.first = node.last = VB_NO_LINE;
    node.gap_at = node.leaf = VB_NO_LINE;
    if (parent != VB_NO_LINE) {
        vb_tnode *up = &tree->nodes.at[parent];

        node.index = up->count++;
        if (up->first == VB_NO_LINE)
            up->first = id;
        else
            tree->nodes.at[up->last].next = id;
        up->last = id;
    }
    vb_vec_push(arena, &tree->nodes, node);
    return id;
}

static void
number_leaves(vb_tree *tree)
{
    for (size_t i = 0; i < tree->nodes.len; i++) {
        vb_tnode *node = &tree->nodes.at[i];

        if (node->count == 0 && node->gap_at == VB_NO_LINE)
            node->leaf = (uint32_t)tree->leaves++;
    }
}

static void
skip_space(reader *r)
{
    while (r->at < r->text.len && vb_is_space(r->text.ptr[r->at]))
        r->line += r->text.ptr[r->at++] == '\n';
}

/* "...", "// ...", "# ...", "..." in quotes with or without a value. */
static bool
skip_elision(reader *r)
{
    static const char *const forms[] = {
        "// ...", "//...",        "# ...",           "#...", "...", "<snip>",
        "<...>",  "\xe2\x80\xa6", "// \xe2\x80\xa6",
    };

    for (size_t i = 0; r->elisions && i < VB_COUNT(forms); i++) {
        if (!vb_str_starts(vb_str_from(r->text, r->at), forms[i]))
            continue;
        r->at += strlen(forms[i]);
        while (vb_at(r->text, r->at) == '.')
            r->at++;
        return true;
    }
    return false;
}

static bool
read_string(reader *r, vb_str *out)
{
    size_t start = ++r->at;

    while (r->at < r->text.len && r->text.ptr[r->at] != '"') {
        if (r->text.ptr[r->at] == '\n')
            return false;
        r->at += r->text.ptr[r->at] == '\\' ? 2 : 1;
    }
    if (r->at >= r->text.len)
        return false;
    *out = vb_str_sub(r->text, start, r->at - start);
    r->at++;
    return true;
}

static bool
read_word(reader *r, vb_str *out)
{
    size_t start = r->at;

    while (vb_is_word(vb_at(r->text, r->at)) ||
           (vb_at(r->text, r->at) && vb_one_of("+-.", r->text.ptr[r->at])))
        r->at++;
    *out = vb_str_sub(r->text, start, r->at - start);
    return out->len && (vb_is_digit(out->ptr[0]) || out->ptr[0] == '-' ||
                        vb_str_eqc(*out, "true") || vb_str_eqc(*out, "false") ||
                        vb_str_eqc(*out, "null"));
}

static bool
add_value(reader *r)
{
    vb_tnode node = {.kind = VB_TREE_TEXT, .line = r->line, .key = r->key};
    char c = vb_at(r->text, r->at);
    uint32_t id;

    if (c == '{' || c == '[')
        node.kind = c == '{' ? VB_TREE_MAP : VB_TREE_LIST;
    else if (c == '"') {
        if (!read_string(r, &node.text))
            return false;
    } else {
        node.kind = VB_TREE_WORD;
        if (!read_word(r, &node.text))
            return false;
    }
    r->key = (vb_str){0};
    r->has_key = false;
    id = add_node(r->arena, r->tree, r->open, node);
    if (node.kind == VB_TREE_MAP || node.kind == VB_TREE_LIST) {
        r->at++;
        r->open = id;
        return ++r->depth <= DEPTH_MAX;
    }
    return true;
}

static bool
close_container(reader *r)
{
    const vb_tnode *open = &r->tree->nodes.at[r->open];

    if (r->has_key ||
        vb_at(r->text, r->at) != (open->kind == VB_TREE_MAP ? '}' : ']'))
        return false;
    r->at++;
    r->open = open->parent;
    r->depth--;
    return true;
}

/* A member's key and its colon. */
static bool
read_key(reader *r)
{
    if (!read_string(r, &r->key))
        return false;
    skip_space(r);
    if (vb_at(r->text, r->at) != ':')
        return false;
    r->at++;
    r->has_key = true;
    return true;
}

/* One token within a container. */
static bool
read_inside(reader *r)
{
    vb_tnode *open = &r->tree->nodes.at[r->open];
    char c = vb_at(r->text, r->at);

    if (c == '}' || c == ']')
        return close_container(r);
    if (c == ',' && !r->has_key) {
        r->at++;
        return true;
    }
    if (!r->has_key && skip_elision(r)) {
        open->gap_at = open->count;
        return true;
    }
    if (open->kind == VB_TREE_MAP && !r->has_key)
        return c == '"' && read_key(r);
    if (r->has_key && skip_elision(r)) {
        /* "Key": ... */
        add_node(r->arena, r->tree, r->open,
                 (vb_tnode){.kind = VB_TREE_TEXT,
                            .line = r->line,
                            .key = r->key,
                            .text = VB_STR("...")});
        r->has_key = false;
        return true;
    }
    return add_value(r);
}

/* Room for all nodes at once: an arena does not take back what a growing
 * array leaves behind. Each value follows a bracket, a comma or a colon. */
static void
make_room(vb_arena *arena, vb_str text, vb_tree *tree)
{
    size_t n = 2;

    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == ',' || text.ptr[i] == '{' || text.ptr[i] == '[';
    tree->nodes.at = VB_NEW_N(arena, vb_tnode, n);
    tree->nodes.cap = n;
}

bool
vb_tree_json(vb_arena *arena, vb_str text, bool elisions, vb_tree *tree)
{
    reader r = {.arena = arena,
                .text = text,
                .tree = tree,
                .line = 1,
                .open = VB_NO_LINE,
                .elisions = elisions};

    *tree = (vb_tree){0};
    skip_space(&r);
    if (vb_at(text, r.at) != '{' && vb_at(text, r.at) != '[')
        return false;
    make_room(arena, text, tree);
    if (!add_value(&r))
        return false;
    while (r.open != VB_NO_LINE) {
        skip_space(&r);
        if (r.at >= text.len || !read_inside(&r))
            return false;
    }
    skip_space(&r);
    tree->consumed = r.at;
    number_leaves(tree);
    return true;
}

/* A YAML node still to be copied, and where. */
typedef struct todo {
    const vb_node *node;
    vb_str key;
    uint32_t parent;
} todo;

static vb_tnode
copy_of(const todo *t)
{
    vb_tnode node = {
        .kind = VB_TREE_TEXT, .key = t->key, .line = t->node->loc.line};

    switch (t->node->kind) {
    case VB_NODE_MAP:
        node.kind = VB_TREE_MAP;
        break;
    case VB_NODE_LIST:
        node.kind = VB_TREE_LIST;
        break;
    case VB_NODE_STR:
        node.text = t->node->str;
        break;
    default:
        node.kind = VB_TREE_WORD;
        node.text = t->node->str;
        break;
    }
    return node;
}

bool
vb_tree_yaml(vb_arena *arena, vb_str text, vb_tree *tree)
{
    const vb_node *top = vb_yaml_read(text, NULL, arena, NULL);
    VB_VEC(todo) list = {0};

    *tree = (vb_tree){0};
    if (!top || (top->kind != VB_NODE_MAP && top->kind != VB_NODE_LIST))
        return false;
    vb_vec_push(arena, &list, (todo){.node = top, .parent = VB_NO_LINE});
    while (list.len) {
        todo t = list.at[--list.len];
        vb_tnode copy = copy_of(&t);
        uint32_t id = add_node(arena, tree, t.parent, copy);

        if (copy.kind != VB_TREE_MAP && copy.kind != VB_TREE_LIST)
            continue;
        for (size_t i = t.node->len; i > 0; i--)
            vb_vec_push(arena, &list,
                        (todo){.node = t.node->items[i - 1],
                               .key = t.node->keys ? t.node->keys[i - 1]->str
                                                   : (vb_str){0},
                               .parent = id});
    }
    tree->consumed = text.len;
    number_leaves(tree);
    return true;
}
