#include "base/node_quick.h"

#include "base/text.h"

#include <string.h>

#include "base/banned.h"

/*
 * Transcripts are read by the million lines, and a tree made by a general
 * library and then copied costs several times what the line's digest does.
 * The text is copied into the arena once and its strings are unescaped in
 * place.
 */

enum { DIGITS_MAX = 18 };

typedef struct pair {
    vb_node *key, *item; /* no key in lists */
} pair;

/* A list or map that is being read. */
typedef struct level {
    vb_node *node;
    size_t from; /* its first pair */
} level;

typedef struct reader {
    char *at; /* in a copy that ends in NUL */
    const char *end;
    const char *file;
    vb_arena *arena;
    level levels[VB_NODE_DEPTH_MAX];
    size_t depth;
    VB_VEC(pair) pairs; /* of all open levels */
} reader;

static vb_node *
new_node(const reader *r, vb_node_kind kind)
{
    vb_node *node = VB_NEW(r->arena, vb_node);

    node->kind = kind;
    node->loc.file = r->file;
    return node;
}

static void
skip_space(reader *r)
{
    while (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')
        r->at++;
}

/* -------------------------------------------------------------- strings -- */

/* Has one of eight bytes its top bit set, or is it a quote, a backslash or a
 * control character? */
static bool
is_special(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t quote = eight ^ (ones * '"'), slash = eight ^ (ones * '\\');
    uint64_t hit = (quote - ones) & ~quote;

    hit |= (slash - ones) & ~slash;
    hit |= (eight - ones * 0x20) & ~eight;
    return ((hit | eight) & tops) != 0;
}

/* To the next byte that needs a look. */
static const char *
plain_run(const char *at, const char *end)
{
    uint64_t eight;

    while (end - at >= 8) {
        memcpy(&eight, at, 8);
        if (is_special(eight))
            break;
        at += 8;
    }
    while ((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 &&
           *at != '"' && *at != '\\')
        at++;
    return at;
}

static int
hex_value(char c)
{
    if (vb_is_digit(c))
        return c - '0';
    return vb_is_xdigit(c) ? vb_lower(c) - 'a' + 10 : -1;
}

/* Four digits behind "\u", as UTF-8; false for the rare ones. */
static bool
put_unicode(reader *r, char **to)
{
    unsigned code = 0;
    char *out = *to;

    for (int i = 0; i < 4; i++) {
        int digit = hex_value(r->at[i]);

        if (digit < 0)
            return false;
        code = code * 16 + (unsigned)digit;
    }
    if (code == 0 || (code >= 0xd800 && code < 0xe000))
        return false;
    r->at += 4;
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3f));
    } else {
        *out++ = (char)(0xe0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    }
    *to = out;
    return true;
}

/* Behind a backslash. */
static bool
put_escape(reader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", out[] = "\"\\/\b\f\n\r\t";
    char c = *r->at;
    const char *found = c ? strchr(from, c) : NULL;

    r->at++;
    if (c == 'u')
        return put_unicode(r, to);
    if (!found)
        return false;
    *(*to)++ = out[found - from];
    return true;
}

/* Behind the opening quote; ends behind the closing one. */
static bool
read_string(reader *r, vb_str *out)
{
    char *from = r->at, *to = r->at;
    bool foreign = false;

    for (;;) {
        size_t run = (size_t)(plain_run(r->at, r->end) - r->at);

        if (to != r->at)
            memmove(to, r->at, run);
        to += run;
        r->at += run;
        if ((unsigned char)*r->at >= 0x80) {
            foreign = true;
            *to++ = *r->at++;
        } else if (*r->at == '\\') {
            r->at++;
            if (!put_escape(r, &to))
                return false;
        } else {
            break;
        }
    }
    if (*r->at != '"')
        return false;
    r->at++;
    *to = '\0';
    *out = (vb_str){from, (size_t)(to - from)};
    return !foreign || vb_utf8_valid(*out);
}

/* -------------------------------------------------------------- scalars -- */

static vb_node *
read_number(reader *r)
{
    const char *from = r->at;
    bool minus = *r->at == '-';
    int64_t value = 0;
    size_t digits;
    vb_node *node;

    r->at += minus;
    for (digits = 0; vb_is_digit(r->at[digits]); digits++)
        if (digits < DIGITS_MAX)
            value = value * 10 + (r->at[digits] - '0');
    if (digits == 0 || digits > DIGITS_MAX ||
        (*r->at == '0' && (digits > 1 || minus)))
        return NULL;
    r->at += digits;
    node = new_node(r, VB_NODE_INT);
    node->num = minus ? -value : value;
    node->real = (double)node->num;
    node->str = vb_str_copy(r->arena, vb_str_n(from, (size_t)(r->at - from)));
    return node;
}

static vb_node *
read_word(reader *r, const char *word, vb_node_kind kind)
{
    size_t len = strlen(word);
    vb_node *node;

    if (strncmp(r->at, word, len) != 0)
        return NULL;
    r->at += len;
    node = new_node(r, kind);
    node->str = vb_str_c(word);
    node->num = *word == 't';
    return node;
}

static vb_node *
read_text(reader *r)
{
    vb_node *node = new_node(r, VB_NODE_STR);

    r->at++;
    node->quoted = true;
    return read_string(r, &node->str) ? node : NULL;
}

/* A whole scalar, or the start of a list or map. */
static vb_node *
read_value(reader *r)
{
    skip_space(r);
    switch (*r->at) {
    case '"':
        return read_text(r);
    case '{':
        r->at++;
        return new_node(r, VB_NODE_MAP);
    case '[':
        r->at++;
        return new_node(r, VB_NODE_LIST);
    case 't':
        return read_word(r, "true", VB_NODE_BOOL);
    case 'f':
        return read_word(r, "false", VB_NODE_BOOL);
    case 'n':
        return read_word(r, "null", VB_NODE_NULL);
    default:
        return read_number(r);
    }
}

/* --------------------------------------------------------------- levels -- */

/* The name of a member and its colon. */
static bool
read_key(reader *r)
{
    vb_node *key;

    skip_space(r);
    if (*r->at != '"')
        return false;
    key = read_text(r);
    if (!key)
        return false;
    skip_space(r);
    if (*r->at != ':')
        return false;
    r->at++;
    vb_vec_push(r->arena, &r->pairs, (pair){key, NULL});
    return true;
}

static void
attach(reader *r, vb_node *node)
{
    if (r->depth == 0)
        return;
    if (r->levels[r->depth - 1].node->kind == VB_NODE_MAP)
        r->pairs.at[r->pairs.len - 1].item = node;
    else
        vb_vec_push(r->arena, &r->pairs, (pair){NULL, node});
}

/* Few enough to be compared each with each, and no two the same? */
static bool
names_differ(const pair *pairs, size_t n)
{
    if (n > VB_QUICK_KEYS_MAX)
        return false;
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (vb_str_eq(pairs[i].key->str, pairs[j].key->str))
                return false;
    return true;
}

static bool
close_level(reader *r)
{
    const level *at = &r->levels[--r->depth];
    vb_node *node = at->node;
    bool map = node->kind == VB_NODE_MAP;
    const pair *pairs;

    node->len = r->pairs.len - at->from;
    r->pairs.len = at->from;
    if (node->len == 0)
        return true;
    pairs = r->pairs.at + at->from;
    if (map && !names_differ(pairs, node->len))
        return false;
    node->items = VB_NEW_N(r->arena, vb_node *, node->len);
    if (map)
        node->keys = VB_NEW_N(r->arena, vb_node *, node->len);
    for (size_t i = 0; i < node->len; i++) {
        node->items[i] = pairs[i].item;
        if (map)
            node->keys[i] = pairs[i].key;
    }
    return true;
}

/* Opens the level of a list or map that has begun. *empty: it ended at once. */
static bool
open_level(reader *r, vb_node *node, bool *empty)
{
    bool map = node->kind == VB_NODE_MAP;

    if (r->depth == VB_NODE_DEPTH_MAX)
        return false;
    r->levels[r->depth++] = (level){node, r->pairs.len};
    skip_space(r);
    *empty = *r->at == (map ? '}' : ']');
    if (!*empty)
        return !map || read_key(r);
    r->at++;
    return close_level(r);
}

/* Behind a whole value: to where the next one begins, or with *done to the
 * end of the text. */
static bool
next_value(reader *r, bool *done)
{
    for (;;) {
        bool map;

        skip_space(r);
        *done = r->depth == 0;
        if (*done)
            return r->at == r->end;
        map = r->levels[r->depth - 1].node->kind == VB_NODE_MAP;
        if (*r->at == ',') {
            r->at++;
            return !map || read_key(r);
        }
        if (*r->at != (map ? '}' : ']'))
            return false;
        r->at++;
        if (!close_level(r))
            return false;
    }
}

vb_node *
vb_json_quick(vb_str text, const char *file, vb_arena *arena)
{
    reader r = {.file = file, .arena = arena};
    vb_node *top = NULL;
    bool done = false;

    r.at = vb_str_dup(arena, text);
    r.end = r.at + text.len;
    while (!done) {
        vb_node *node = read_value(&r);
        bool whole = true;

        if (!node)
            return NULL;
        attach(&r, node);
        if (!top)
            top = node;
        if (node->kind == VB_NODE_LIST || node->kind == VB_NODE_MAP)
            if (!open_level(&r, node, &whole))
                return NULL;
        if (whole && !next_value(&r, &done))
            return NULL;
    }
    return top;
}
