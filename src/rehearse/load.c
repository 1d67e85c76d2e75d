#include "rehearse/load.h"

#include "rehearse/text.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

bool
vb_load_fault(vb_diags *diags, const vb_node *at, const char *fmt, ...)
{
    char message[512];
    va_list args;

    va_start(args, fmt);
    if (vsnprintf(message, sizeof message, fmt, args) < 0)
        message[0] = '\0';
    va_end(args);
    vb_diag_add(diags, VB_ERROR, NULL, at->loc, "%s", message);
    return false;
}

bool
vb_load_kind(const vb_node *node, vb_node_kind kind, const char *what,
             vb_diags *diags)
{
    if (node->kind == kind)
        return true;
    return vb_load_fault(diags, node, "%s must be a %s, not a %s", what,
                         vb_node_kind_name(kind),
                         vb_node_kind_name(node->kind));
}

bool
vb_load_keys(const vb_node *node, const char *const *keys, const char *what,
             vb_diags *diags)
{
    bool ok = true;
    vb_str names[64];
    size_t count = 0;

    if (!vb_load_kind(node, VB_NODE_MAP, what, diags))
        return false;
    while (keys[count] && count < VB_COUNT(names)) {
        names[count] = vb_str_c(keys[count]);
        count++;
    }
    for (size_t i = 0; i < node->len; i++) {
        vb_str key = node->keys[i]->str, near;
        size_t k = 0;
        vb_diag *diag;

        while (k < count && !vb_str_eq(names[k], key))
            k++;
        if (k < count)
            continue;
        ok = false;
        diag = vb_diag_add(diags, VB_ERROR, NULL, node->keys[i]->loc,
                           "unknown key '%.*s' in %s", VB_ARG(key), what);
        near = vb_sim_nearest(key, names, count);
        if (near.len && diags)
            diag->hint =
                vb_str_fmt(diags->arena, "did you mean '%.*s'?", VB_ARG(near));
    }
    return ok;
}

bool
vb_load_names(const vb_node *node, vb_arena *arena, vb_str **names, size_t *len,
              const char *what, vb_diags *diags)
{
    VB_VEC(vb_str) out = {0};
    vb_str rest, word;

    if (node->kind == VB_NODE_STR) {
        rest = node->str;
        while (vb_str_word(&rest, &word))
            vb_vec_push(arena, &out, word);
    } else if (node->kind == VB_NODE_LIST) {
        for (size_t i = 0; i < node->len; i++) {
            if (node->items[i]->kind == VB_NODE_LIST ||
                node->items[i]->kind == VB_NODE_MAP)
                return vb_load_fault(diags, node->items[i],
                                     "%s must hold texts", what);
            vb_vec_push(arena, &out, node->items[i]->str);
        }
    } else {
        return vb_load_fault(diags, node, "%s must be a list of texts", what);
    }
    *names = out.at;
    *len = out.len;
    return true;
}

vb_str
vb_load_ident(vb_arena *arena, vb_str name)
{
    char *out = vb_arena_alloc(arena, name.len + 1);

    for (size_t i = 0; i < name.len; i++)
        if (vb_is_word(name.ptr[i]))
            out[i] = vb_lower(name.ptr[i]);
        else
            out[i] = '_';
    return vb_str_n(out, name.len);
}
