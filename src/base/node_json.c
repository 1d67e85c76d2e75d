/*
 * The reader of JSON. Transcripts have a million lines and each is read whole,
 * and documents want to know the place of every value: a library that does
 * neither would have to be wrapped in more code than this.
 */
#include "base/node.h"

#include "base/json_plain.h"
#include "base/map.h"
#include "base/node_fault.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Below this many keys each new one is compared with all before it. */
enum { FEW_KEYS = 16 };

/* A list or map that is still open. */
typedef struct level {
    vb_node *node;
    size_t from;   /* its first child in 'pending' */
    vb_map *names; /* of a map with many keys; else NULL */
} level;

typedef struct reader {
    vb_node_text in;
    vb_arena *arena;
    size_t at;
    uint32_t line;
    size_t line_start;
    level stack[VB_NODE_DEPTH_MAX];
    size_t depth;
    /* The children of all open levels; maps have a key before each value. */
    vb_node **pending;
    size_t count, cap;
} reader;

static char
peek(const reader *r)
{
    return (char)(r->at < r->in.text.len ? r->in.text.ptr[r->at] : '\0');
}

static void
skip_space(reader *r)
{
    for (; r->at < r->in.text.len; r->at++) {
        char c = r->in.text.ptr[r->at];

        if (c == '\n') {
            r->line++;
            r->line_start = r->at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

/* Always false. */
static bool
wrong(reader *r, const char *what)
{
    vb_node_fault(&r->in, r->at, "invalid JSON: %s%s", what,
                  r->at >= r->in.text.len ? ", but the text ends" : "");
    return false;
}

static vb_node *
new_node(reader *r, vb_node_kind kind)
{
    vb_node *node = VB_NEW(r->arena, vb_node);

    node->kind = kind;
    node->loc =
        (vb_loc){r->in.file, r->line, (uint32_t)(r->at - r->line_start) + 1};
    return node;
}

static void
push(reader *r, vb_node *node)
{
    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 64;
        r->pending = vb_heap_grow(r->pending, r->cap * sizeof(vb_node *));
    }
    r->pending[r->count++] = node;
}

/* ------------------------------------------------------------- strings -- */

static bool
hex4(vb_str s, uint32_t *out)
{
    uint32_t value = 0;

    if (s.len < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = vb_lower(s.ptr[i]);

        if (!vb_is_xdigit(c))
            return false;
        value =
            value << 4 | (uint32_t)(vb_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    *out = value;
    return true;
}

/* The code point of the escape at 's' (behind "\u"); its length in *len. A
 * pair of surrogates is one. */
static bool
unicode_escape(vb_str s, uint32_t *code, size_t *len)
{
    uint32_t low;

    *len = 4;
    if (!hex4(s, code) || (*code >= 0xdc00 && *code < 0xe000))
        return false;
    if (*code < 0xd800 || *code >= 0xdc00)
        return true;
    s = vb_str_from(s, 4);
    if (!vb_str_starts(s, "\\u") || !hex4(vb_str_from(s, 2), &low) ||
        low < 0xdc00 || low >= 0xe000)
        return false;
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    *len = 10;
    return true;
}

/* Reads the escape at 's' (behind the backslash) into 'to'. Its length, or 0
 * when there is no such escape. */
static size_t
read_escape(vb_str s, char *to, size_t *written)
{
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    const char *hit = s.len && s.ptr[0] ? strchr(names, s.ptr[0]) : NULL;
    uint32_t code;
    size_t len;

    if (hit) {
        *to = bytes[hit - names];
        *written = 1;
        return 1;
    }
    if (s.len == 0 || s.ptr[0] != 'u' ||
        !unicode_escape(vb_str_from(s, 1), &code, &len))
        return 0;
    *written = vb_utf8_put(to, code);
    return 1 + len;
}

/* The end of the string that starts at 'at': the position of its quote. Text
 * behind backslashes is not looked at yet. */
static bool
string_end(reader *r, size_t *end, bool *escaped)
{
    size_t at = r->at;
    vb_str text = r->in.text;

    *escaped = false;
    for (;;) {
        at += vb_json_plain(vb_str_from(text, at));
        if (at < text.len && text.ptr[at] == '"') {
            *end = at;
            return true;
        }
        if (at + 1 < text.len && text.ptr[at] == '\\') {
            *escaped = true;
            at += 2;
            continue;
        }
        break;
    }
    if (at >= text.len || text.ptr[at] == '\\') {
        vb_node_fault(&r->in, r->at - 1, "invalid JSON: a string has no end");
        return false;
    }
    r->at = at;
    return wrong(r, (unsigned char)text.ptr[at] < 0x20
                        ? "a control character stands in a string"
                        : "a string is not valid UTF-8");
}

static bool
unescape(reader *r, size_t end, vb_str *out)
{
    /* no escape is shorter than what it stands for */
    char *copy =
        vb_str_dup(r->arena, vb_str_sub(r->in.text, r->at, end - r->at));
    size_t len = 0;

    while (r->at < end) {
        vb_str rest = vb_str_sub(r->in.text, r->at, end - r->at);
        size_t slash = vb_str_chr(rest, '\\'), used, written;
        size_t n = slash == VB_NPOS ? rest.len : slash;

        memcpy(copy + len, rest.ptr, n);
        len += n;
        r->at += n;
        if (slash == VB_NPOS)
            break;
        used = read_escape(vb_str_from(rest, n + 1), copy + len, &written);
        if (used == 0)
            return wrong(r, "there is no such escape");
        len += written;
        r->at += 1 + used;
    }
    copy[len] = '\0';
    *out = vb_str_n(copy, len);
    return true;
}

/* NULL after a fault. */
static vb_node *
read_string(reader *r)
{
    vb_node *node = new_node(r, VB_NODE_STR);
    size_t end = 0;
    bool escaped;

    node->quoted = true;
    r->at++;
    if (!string_end(r, &end, &escaped))
        return NULL;
    if (!escaped)
        node->str =
            vb_str_copy(r->arena, vb_str_sub(r->in.text, r->at, end - r->at));
    else if (!unescape(r, end, &node->str))
        return NULL;
    r->at = end + 1;
    return node;
}

/* ------------------------------------------------------- other scalars -- */

static size_t
digits(vb_str s, size_t at)
{
    while (at < s.len && vb_is_digit(s.ptr[at]))
        at++;
    return at;
}

/* Length of the number at the start of 's', or 0; *whole when it is an
 * integer. */
static size_t
number_len(vb_str s, bool *whole)
{
    size_t sign = s.len && s.ptr[0] == '-', at = digits(s, sign), from;

    if (at == sign || (s.ptr[sign] == '0' && at > sign + 1))
        return 0;
    *whole = true;
    if (at < s.len && s.ptr[at] == '.') {
        from = at + 1;
        at = digits(s, from);
        if (at == from)
            return 0;
        *whole = false;
    }
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        from = at + 1;
        from += from < s.len && (s.ptr[from] == '-' || s.ptr[from] == '+');
        at = digits(s, from);
        if (at == from)
            return 0;
        *whole = false;
    }
    return at;
}

static vb_node *
read_number(reader *r)
{
    vb_node *node = new_node(r, VB_NODE_REAL);
    bool whole;
    size_t len = number_len(vb_str_from(r->in.text, r->at), &whole);

    if (len == 0) {
        wrong(r, "a number is not written as JSON writes it");
        return NULL;
    }
    node->str = vb_str_copy(r->arena, vb_str_sub(r->in.text, r->at, len));
    if (whole && vb_str_i64(node->str, &node->num)) {
        node->kind = VB_NODE_INT;
        node->real = (double)node->num;
    } else {
        node->real = strtod(node->str.ptr, NULL);
    }
    r->at += len;
    return node;
}

static vb_node *
read_word(reader *r)
{
    static const struct {
        vb_str text;
        vb_node_kind kind;
        bool value;
    } words[] = {
        {VB_STR_INIT("null"), VB_NODE_NULL, false},
        {VB_STR_INIT("true"), VB_NODE_BOOL, true},
        {VB_STR_INIT("false"), VB_NODE_BOOL, false},
    };

    for (size_t i = 0; i < VB_COUNT(words); i++)
        if (vb_str_eq(vb_str_sub(r->in.text, r->at, words[i].text.len),
                      words[i].text)) {
            vb_node *node = new_node(r, words[i].kind);

            node->str = words[i].text;
            node->num = words[i].value;
            r->at += words[i].text.len;
            return node;
        }
    wrong(r, "a value is expected");
    return NULL;
}

/* ----------------------------------------------------------- structure -- */

/* Is there a key of that name in the open map already? */
static bool
is_duplicate(reader *r, level *top, vb_str name)
{
    size_t keys = (r->count - top->from) / 2;
    bool added;

    if (!top->names && keys < FEW_KEYS) {
        for (size_t i = top->from; i < r->count; i += 2)
            if (vb_str_eq(r->pending[i]->str, name))
                return true;
        return false;
    }
    if (!top->names) {
        top->names = VB_NEW(r->arena, vb_map);
        vb_map_init(top->names, r->arena);
        for (size_t i = top->from; i < r->count; i += 2)
            vb_map_add(top->names, r->pending[i]->str, NULL);
    }
    vb_map_add(top->names, name, &added);
    return !added;
}

/* A key and its colon. */
static bool
read_key(reader *r)
{
    size_t start;
    vb_node *key;

    skip_space(r);
    if (peek(r) != '"')
        return wrong(r, "a key in quotes is expected");
    start = r->at;
    key = read_string(r);
    if (!key)
        return false;
    if (is_duplicate(r, &r->stack[r->depth - 1], key->str)) {
        vb_node_fault(&r->in, start, "invalid JSON: duplicate key '%.*s'",
                      VB_ARG(key->str));
        return false;
    }
    push(r, key);
    skip_space(r);
    if (peek(r) != ':')
        return wrong(r, "a ':' is expected");
    r->at++;
    return true;
}

/* Ends the innermost list or map, whose bracket has been read. */
static void
close_level(reader *r)
{
    level *top = &r->stack[--r->depth];
    vb_node *node = top->node;
    size_t count = r->count - top->from;
    vb_node **children = count ? &r->pending[top->from] : NULL;

    if (node->kind == VB_NODE_LIST) {
        node->len = count;
        node->items = VB_NEW_N(r->arena, vb_node *, count);
        if (count)
            memcpy(node->items, children, count * sizeof(vb_node *));
    } else {
        node->len = count / 2;
        node->items = VB_NEW_N(r->arena, vb_node *, count);
        node->keys = node->items + node->len;
        for (size_t i = 0; i < node->len; i++) {
            node->keys[i] = children[2 * i];
            node->items[i] = children[2 * i + 1];
        }
    }
    r->count = top->from;
    push(r, node);
}

/* Reads an opening bracket, up to where the first value is expected; or, when
 * it is empty, to its end. */
static bool
open_level(reader *r, bool *complete)
{
    bool map = peek(r) == '{';

    if (r->depth == VB_NODE_DEPTH_MAX) {
        vb_node_fault(&r->in, r->at, "the JSON is nested deeper than %d levels",
                      VB_NODE_DEPTH_MAX);
        return false;
    }
    r->stack[r->depth++] =
        (level){new_node(r, map ? VB_NODE_MAP : VB_NODE_LIST), r->count, NULL};
    r->at++;
    skip_space(r);
    *complete = peek(r) == (map ? '}' : ']');
    if (*complete) {
        r->at++;
        close_level(r);
        return true;
    }
    return !map || read_key(r);
}

/* A value, or the start of a list or map; *complete says which. */
static bool
read_value(reader *r, bool *complete)
{
    vb_node *node;
    char c;

    skip_space(r);
    c = peek(r);
    if (c == '{' || c == '[')
        return open_level(r, complete);
    node = c == '"'                     ? read_string(r)
           : c == '-' || vb_is_digit(c) ? read_number(r)
                                        : read_word(r);
    if (node)
        push(r, node);
    *complete = true;
    return node != NULL;
}

/* After a value: reads brackets that close, until another value is expected or
 * all is closed. */
static bool
read_closing(reader *r)
{
    while (r->depth) {
        bool map = r->stack[r->depth - 1].node->kind == VB_NODE_MAP;
        char c;

        skip_space(r);
        c = peek(r);
        if (c == ',') {
            r->at++;
            return !map || read_key(r);
        }
        if (c != (map ? '}' : ']'))
            return wrong(r, map ? "a ',' or '}' is expected"
                                : "a ',' or ']' is expected");
        r->at++;
        close_level(r);
    }
    return true;
}

static bool
read_text(reader *r)
{
    do {
        bool complete = false;

        while (!complete)
            if (!read_value(r, &complete))
                return false;
        if (!read_closing(r))
            return false;
    } while (r->depth);
    skip_space(r);
    return r->at == r->in.text.len ||
           wrong(r, "there is more text behind the value");
}

const vb_node *
vb_json_read(vb_str text, const char *file, vb_arena *arena, vb_diags *diags)
{
    reader r = {.in = {text, file, diags}, .arena = arena, .line = 1};
    const vb_node *top = NULL;

    if (read_text(&r))
        top = r.pending[0];
    vb_heap_free(r.pending);
    return top;
}
