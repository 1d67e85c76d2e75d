#include "rehearse/print.h"

#include "base/json.h"
#include "base/text.h"
#include "rehearse/value.h"

#include "base/banned.h"

enum { STACK = VB_NODE_DEPTH_MAX + 2 };

typedef struct level {
    const vb_node *node;
    size_t next;
} level;

static void
json_scalar(vb_buf *out, const vb_node *v)
{
    vb_json json;

    if (v->kind == VB_NODE_LIST || v->kind == VB_NODE_MAP) {
        vb_buf_c(out, v->kind == VB_NODE_LIST ? "[]" : "{}");
        return;
    }
    if (v->kind == VB_NODE_NULL) {
        vb_buf_c(out, "null");
        return;
    }
    if (v->kind != VB_NODE_STR) {
        vb_buf_str(out, v->str);
        return;
    }
    vb_json_init(&json, out);
    vb_json_str(&json, NULL, v->str);
}

static void
newline(vb_buf *out, size_t depth, unsigned indent)
{
    if (!indent)
        return;
    vb_buf_ch(out, '\n');
    vb_buf_fill(out, ' ', depth * indent);
}

static void
json_open(vb_buf *out, const vb_node *v)
{
    vb_buf_ch(out, v->kind == VB_NODE_LIST ? '[' : '{');
}

void
vb_print_json(vb_buf *out, const vb_node *v, unsigned indent)
{
    level stack[STACK];
    size_t depth = 0, budget = VB_VAL_NODES_MAX;

    if (!v->len) {
        json_scalar(out, v);
        return;
    }
    stack[0] = (level){v, 0};
    json_open(out, v);
    while (budget-- && !out->full) {
        level *at = &stack[depth];
        const vb_node *child;

        if (at->next >= at->node->len) {
            newline(out, depth, indent);
            vb_buf_ch(out, at->node->kind == VB_NODE_LIST ? ']' : '}');
            if (depth-- == 0)
                return;
            continue;
        }
        if (at->next)
            vb_buf_c(out, indent ? "," : ", ");
        newline(out, depth + 1, indent);
        child = at->node->items[at->next];
        if (at->node->kind == VB_NODE_MAP) {
            json_scalar(out, at->node->keys[at->next]);
            vb_buf_c(out, ": ");
        }
        at->next++;
        if (!child->len || depth + 1 >= STACK) {
            json_scalar(out, child);
            continue;
        }
        json_open(out, child);
        stack[++depth] = (level){child, 0};
    }
    out->full = true;
}

static bool
yaml_plain(vb_str s)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n",   "~"};

    if (!s.len || vb_is_digit(s.ptr[0]) ||
        vb_str_chr(VB_STR("-?:,[]{}#&*!|>'\"%@`.+=< "), s.ptr[0]) != VB_NPOS)
        return false;
    if (VB_STR_IAMONG(s, words))
        return false;
    if (vb_str_has(s, ": ") || vb_str_has(s, " #") || vb_str_ends(s, ":") ||
        vb_str_ends(s, " "))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static char
upper(char c)
{
    if (vb_is_lower(c))
        return (char)(c - 'a' + 'A');
    return c;
}

static void
yaml_scalar(vb_buf *out, const vb_node *v)
{
    bool text = v->kind == VB_NODE_STR;

    if (text && yaml_plain(v->str)) {
        vb_buf_str(out, v->str);
    } else if (text && vb_str_chr(v->str, '\n') == VB_NPOS &&
               vb_str_chr(v->str, '\'') == VB_NPOS && v->str.len) {
        vb_buf_ch(out, '\'');
        vb_buf_str(out, v->str);
        vb_buf_ch(out, '\'');
    } else {
        json_scalar(out, v);
    }
}

void
vb_print_yaml(vb_buf *out, const vb_node *v)
{
    level stack[STACK];
    size_t columns[STACK] = {0};
    size_t depth = 0, budget = VB_VAL_NODES_MAX;
    bool inline_start = false; /* directly behind "- " */

    if (!v->len) {
        yaml_scalar(out, v);
        vb_buf_ch(out, '\n');
        return;
    }
    stack[0] = (level){v, 0};
    while (budget-- && !out->full) {
        level *at = &stack[depth];
        bool list = at->node->kind == VB_NODE_LIST;
        const vb_node *child;
        size_t column;

        if (at->next >= at->node->len) {
            if (depth-- == 0)
                return;
            continue;
        }
        if (!inline_start)
            vb_buf_fill(out, ' ', columns[depth]);
        inline_start = false;
        child = at->node->items[at->next];
        if (list) {
            vb_buf_c(out, "- ");
        } else {
            yaml_scalar(out, at->node->keys[at->next]);
            vb_buf_ch(out, ':');
        }
        at->next++;
        if (!child->len || depth + 1 >= STACK) {
            if (!list)
                vb_buf_ch(out, ' ');
            yaml_scalar(out, child);
            vb_buf_ch(out, '\n');
            continue;
        }
        column = columns[depth] + (list || child->kind == VB_NODE_MAP ? 2 : 0);
        inline_start = list;
        if (!list)
            vb_buf_ch(out, '\n');
        stack[++depth] = (level){child, 0};
        columns[depth] = column;
    }
    out->full = true;
}

static void
text_scalar(vb_buf *out, const vb_node *v)
{
    if (v->kind == VB_NODE_NULL)
        vb_buf_c(out, "None");
    else if (v->kind == VB_NODE_BOOL)
        vb_buf_c(out, v->num ? "True" : "False");
    else
        vb_buf_str(out, v->str);
}

/* The scalars of one container on one line, the way the program sorts them:
 * maps by key. Returns whether anything was printed. */
static bool
text_line(vb_buf *out, const vb_node *v, vb_str label)
{
    bool any = false;

    for (size_t i = 0; i < v->len; i++)
        any = any || !v->items[i]->len;
    if (!any)
        return false;
    any = false;
    if (label.len) {
        for (size_t i = 0; i < label.len; i++)
            vb_buf_ch(out, upper(label.ptr[i]));
        any = true;
    }
    for (size_t i = 0; i < v->len; i++) {
        if (v->items[i]->len)
            continue;
        if (any)
            vb_buf_ch(out, '\t');
        text_scalar(out, v->items[i]);
        any = true;
    }
    vb_buf_ch(out, '\n');
    return true;
}

void
vb_print_text(vb_buf *out, const vb_node *v)
{
    level stack[STACK];
    vb_str labels[STACK] = {{0}};
    size_t depth = 0, budget = VB_VAL_NODES_MAX;

    if (!v->len) {
        if (v->kind != VB_NODE_LIST && v->kind != VB_NODE_MAP) {
            text_scalar(out, v);
            vb_buf_ch(out, '\n');
        }
        return;
    }
    stack[0] = (level){v, 0};
    text_line(out, v, labels[0]);
    while (budget-- && !out->full) {
        level *at = &stack[depth];
        const vb_node *child;
        vb_str label = labels[depth];

        if (at->next >= at->node->len) {
            if (depth-- == 0)
                return;
            continue;
        }
        child = at->node->items[at->next];
        if (at->node->kind == VB_NODE_MAP)
            label = at->node->keys[at->next]->str;
        at->next++;
        if (!child->len || depth + 1 >= STACK)
            continue;
        stack[++depth] = (level){child, 0};
        labels[depth] = label;
        text_line(out, child, label);
    }
    out->full = true;
}

void
vb_print_table(vb_buf *out, const vb_str *cells, size_t rows, size_t cols,
               unsigned gap, bool pad_last)
{
    size_t widths[VB_PRINT_COLUMNS_MAX] = {0};

    cols = cols < VB_COUNT(widths) ? cols : VB_COUNT(widths);
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < cols; c++) {
            size_t w = vb_text_width(cells[r * cols + c]);

            widths[c] = w > widths[c] ? w : widths[c];
        }
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < cols; c++) {
            vb_str cell = cells[r * cols + c];

            vb_buf_str(out, cell);
            if (c + 1 < cols || pad_last)
                vb_buf_fill(out, ' ', widths[c] - vb_text_width(cell) + gap);
        }
        vb_buf_ch(out, '\n');
    }
}
