#include "base/node.h"

#include "base/node_fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

enum { EXCERPT_MAX = 1024 };

const vb_node *
vb_node_get_str(const vb_node *map, vb_str key)
{
    if (!map || map->kind != VB_NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->len; i++)
        if (vb_str_eq(map->keys[i]->str, key))
            return map->items[i];
    return NULL;
}

const vb_node *
vb_node_get(const vb_node *map, const char *key)
{
    return vb_node_get_str(map, vb_str_c(key));
}

vb_str
vb_node_str(const vb_node *map, const char *key, vb_str otherwise)
{
    const vb_node *node = vb_node_get(map, key);

    if (!node || node->kind == VB_NODE_NULL || node->kind == VB_NODE_LIST ||
        node->kind == VB_NODE_MAP)
        return otherwise;
    return node->str;
}

int64_t
vb_node_int(const vb_node *map, const char *key, int64_t otherwise)
{
    const vb_node *node = vb_node_get(map, key);

    return node && node->kind == VB_NODE_INT ? node->num : otherwise;
}

bool
vb_node_bool(const vb_node *map, const char *key, bool otherwise)
{
    const vb_node *node = vb_node_get(map, key);

    return node && node->kind == VB_NODE_BOOL ? node->num != 0 : otherwise;
}

const char *
vb_node_kind_name(vb_node_kind kind)
{
    static const char *const names[] = {
        "null", "boolean", "integer", "number", "string", "list", "map",
    };

    return names[kind];
}

vb_loc
vb_node_loc(const vb_node_text *in, size_t offset)
{
    vb_str before = vb_str_sub(in->text, 0, offset), line;
    vb_loc loc = {in->file, 1, 1};
    size_t end;

    for (line = before; (end = vb_str_chr(line, '\n')) != VB_NPOS;
         line = vb_str_from(line, end + 1))
        loc.line++;
    loc.col += (uint32_t)line.len;
    return loc;
}

void
vb_node_fault(const vb_node_text *in, size_t offset, const char *fmt, ...)
{
    vb_loc loc = vb_node_loc(in, offset);
    vb_str rest, line;
    size_t before = loc.col - 1;
    char message[512];
    va_list args;
    vb_diag *diag;

    if (offset > in->text.len)
        offset = in->text.len;
    va_start(args, fmt);
    if (vsnprintf(message, sizeof message, fmt, args) < 0)
        message[0] = '\0';
    va_end(args);
    diag = vb_diag_add(in->diags, VB_ERROR, NULL, loc, "%s", message);
    if (!in->diags)
        return;
    line = vb_str_sub(in->text, offset - before, EXCERPT_MAX + 1);
    if (vb_str_chr(line, '\n') != VB_NPOS || line.len <= EXCERPT_MAX) {
        rest = line;
        if (vb_str_line(&rest, &line))
            diag->excerpt = vb_str_copy(in->diags->arena, line);
    }
}
