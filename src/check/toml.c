/* TOML 1.0, and which keys it has: a key or a table stands there once. */
#include "check/syntax.h"

#include "base/map.h"

#include "base/banned.h"

/* Deeper nesting nobody writes. */
enum { DEPTH_MAX = 64 };

/* What a key stands for. */
typedef enum what { NOTHING, VALUE, IMPLIED, TABLE, TABLES } what;

/* Tables have numbers; of TABLES it is the last one's. */
typedef struct node {
    what is;
    size_t table;
} node;

typedef struct frame {
    char close;   /* ']' or '}' */
    size_t table; /* of an inline table: its number */
    size_t at;
} frame;

typedef struct toml {
    vb_syntax *s;
    vb_map known;   /* number of the table, key -> ptr: node */
    size_t table;   /* whose keys are read */
    size_t numbers; /* of tables */
    frame frames[DEPTH_MAX];
    size_t depth;
} toml;

static bool
is_bare(char c)
{
    return vb_is_alnum(c) || c == '_' || c == '-';
}

/* A string in quotes of any kind; '*text' is what stands in it. */
static bool
string(vb_syntax *s, bool lines, vb_str *text)
{
    size_t start = s->at, from;
    char q = vb_syntax_peek(s, 0);
    bool three =
        lines && vb_syntax_peek(s, 1) == q && vb_syntax_peek(s, 2) == q;
    size_t width = three ? 3 : 1;

    s->at += width;
    for (from = s->at; s->at < s->text.len; s->at++) {
        char c = s->text.ptr[s->at];

        if (c == '\n' && !three)
            break;
        if (c == '\\' && q == '"') {
            char e = vb_syntax_peek(s, 1);

            if (!vb_is_space(e) &&
                vb_str_chr(VB_STR("btnfre\"\\uUx"), e) == VB_NPOS)
                return vb_syntax_fail(s, s->at, "no such escape: '\\%c'", e);
            if (!vb_is_space(e) || !three)
                s->at++;
            continue;
        }
        if (c != q ||
            (three && (vb_syntax_peek(s, 1) != q || vb_syntax_peek(s, 2) != q)))
            continue;
        *text = vb_syntax_since(s, from);
        s->at += width;
        /* """a"""" ends in a quotation mark of its own */
        while (three && vb_syntax_peek(s, 0) == q)
            s->at++;
        return true;
    }
    return vb_syntax_fail(s, start,
                          three ? "a string does not end"
                                : "a string does not end on its line");
}

/* One part of a key. */
static bool
key_part(vb_syntax *s, vb_str *part)
{
    char c = vb_syntax_peek(s, 0);
    size_t from = s->at;

    if (c == '"' || c == '\'')
        return string(s, false, part);
    while (is_bare(vb_syntax_peek(s, 0)))
        s->at++;
    *part = vb_syntax_since(s, from);
    if (part->len)
        return true;
    return vb_syntax_fail(s, from, "a key is expected here");
}

static node *
node_of(toml *t, size_t table, vb_str part)
{
    vb_arena *arena = t->s->arena;
    vb_map_entry *entry = vb_map_add(
        &t->known, vb_str_fmt(arena, "%zu %.*s", table, VB_ARG(part)), NULL);
    node *n = entry->ptr;

    if (!n) {
        n = VB_NEW(arena, node);
        n->table = ++t->numbers;
        entry->ptr = n;
    }
    return n;
}

/* A dotted key from a table on: the node of its last part, and its place. The
 * parts before lead through tables. */
static node *
key(toml *t, size_t table, vb_str *last, size_t *at)
{
    vb_syntax *s = t->s;

    for (;;) {
        node *n;

        vb_syntax_blanks(s);
        *at = s->at;
        if (!key_part(s, last))
            return NULL;
        vb_syntax_blanks(s);
        n = node_of(t, table, *last);
        if (vb_syntax_peek(s, 0) != '.')
            return n;
        if (n->is == VALUE) {
            vb_syntax_fail(s, *at, "'%.*s' is a value, and no table",
                           VB_ARG(*last));
            return NULL;
        }
        if (n->is == NOTHING)
            n->is = IMPLIED;
        table = n->table;
        s->at++;
    }
}

/* Behind a value or a table's head there is at most a comment. */
static bool
line_end(vb_syntax *s)
{
    vb_syntax_blanks(s);
    if (vb_syntax_peek(s, 0) == '#')
        vb_syntax_rest_line(s);
    if (s->at < s->text.len && vb_syntax_peek(s, 0) != '\n')
        return vb_syntax_fail(s, s->at, "the line should end here");
    return true;
}

/* "[a.b]" or "[[a.b]]" */
static bool
table(toml *t)
{
    vb_syntax *s = t->s;
    bool many = vb_syntax_peek(s, 1) == '[';
    size_t start = s->at, at = 0;
    vb_str last = {0};
    node *n;

    s->at += many ? 2 : 1;
    n = key(t, 0, &last, &at);
    if (!n)
        return false;
    if (vb_syntax_peek(s, 0) != ']' || (many && vb_syntax_peek(s, 1) != ']'))
        return vb_syntax_fail(s, start, "the table's '[' is not closed");
    s->at += many ? 2 : 1;
    if (n->is != NOTHING && n->is != (many ? TABLES : IMPLIED))
        return vb_syntax_fail(s, at, "'%.*s' is there already", VB_ARG(last));
    if (n->is == TABLES)
        n->table = ++t->numbers;
    n->is = many ? TABLES : TABLE;
    t->table = n->table;
    return line_end(s);
}

static bool
all_in(vb_str word, const char *set)
{
    for (size_t i = 0; i < word.len; i++)
        if (vb_str_chr(vb_str_c(set), word.ptr[i]) == VB_NPOS)
            return false;
    return word.len > 0;
}

/* A number, a date, a word: what stands without quotes. */
static bool
is_plain(vb_str word)
{
    static const char *const words[] = {"true", "false", "inf", "nan"};
    vb_str digits = word;

    if (VB_STR_AMONG(word, words) || vb_syntax_open(word))
        return true;
    if (vb_str_starts(digits, "+") || vb_str_starts(digits, "-"))
        digits = vb_str_from(digits, 1);
    if (vb_str_eqc(digits, "inf") || vb_str_eqc(digits, "nan"))
        return true;
    if (vb_str_starts(word, "0x"))
        return all_in(vb_str_from(word, 2), "0123456789abcdefABCDEF_");
    if (vb_str_starts(word, "0o"))
        return all_in(vb_str_from(word, 2), "01234567_");
    if (vb_str_starts(word, "0b"))
        return all_in(vb_str_from(word, 2), "01_");
    if (digits.len == 0 || !vb_is_digit(digits.ptr[0]))
        return false;
    /* dates and times */
    if (digits.len >= 8 && (digits.ptr[4] == '-' || digits.ptr[2] == ':'))
        return all_in(digits, "0123456789-:.TtZz+ ");
    if (digits.len > 1 && digits.ptr[0] == '0' && vb_is_digit(digits.ptr[1]))
        return false;
    return all_in(digits, "0123456789_.eE+-") &&
           vb_str_chr(digits, '.') == vb_str_rchr(digits, '.') &&
           !vb_str_ends(digits, ".");
}

static bool
plain(vb_syntax *s)
{
    size_t from = s->at;
    vb_str word;

    if (vb_syntax_peek(s, 0) == '$' && vb_syntax_peek(s, 1) == '{')
        while (s->at < s->text.len && s->text.ptr[s->at] != '}' &&
               s->text.ptr[s->at] != '\n')
            s->at++;
    if (vb_syntax_peek(s, 0) == '}' && s->at > from)
        s->at++;
    while (s->at < s->text.len &&
           vb_str_chr(VB_STR(",]}#\n"), s->text.ptr[s->at]) == VB_NPOS)
        s->at++;
    word = vb_str_trim(vb_syntax_since(s, from));
    if (word.len == 0)
        return vb_syntax_fail(s, from, "a value is expected here");
    if (is_plain(word))
        return true;
    return vb_syntax_fail(
        s, from, "'%.*s' is no value: a string stands in quotes", VB_ARG(word));
}

static bool
open_frame(toml *t, char close, size_t table)
{
    if (t->depth == DEPTH_MAX)
        return vb_syntax_fail(t->s, t->s->at, "too deeply nested");
    t->frames[t->depth++] = (frame){close, table, t->s->at};
    t->s->at++;
    return true;
}

/* A value's beginning: a string or a plain one as a whole, the bracket of a
 * list or of an inline table. */
static bool
value(toml *t)
{
    vb_syntax *s = t->s;
    vb_str text;

    vb_syntax_blanks(s);
    switch (vb_syntax_peek(s, 0)) {
    case '"':
    case '\'':
        return string(s, true, &text);
    case '[':
        return open_frame(t, ']', 0);
    case '{':
        return open_frame(t, '}', ++t->numbers);
    default:
        return plain(s);
    }
}

/* KEY = and the beginning of its value. */
static bool
pair(toml *t, size_t table)
{
    vb_syntax *s = t->s;
    vb_str last = {0};
    size_t at = 0;
    node *n = key(t, table, &last, &at);

    if (!n)
        return false;
    if (vb_syntax_peek(s, 0) != '=')
        return vb_syntax_fail(s, s->at, "'=' is expected behind the key");
    s->at++;
    if (n->is != NOTHING)
        return vb_syntax_fail(s, at, "'%.*s' is there already", VB_ARG(last));
    n->is = VALUE;
    return value(t);
}

/* Blanks, ends of lines and comments within a list. */
static void
gap(vb_syntax *s)
{
    for (;;) {
        vb_syntax_blanks(s);
        if (vb_syntax_peek(s, 0) == '#')
            vb_syntax_rest_line(s);
        if (vb_syntax_peek(s, 0) != '\n')
            return;
        s->at++;
    }
}

/* What is open, item by item, until all is closed. */
static bool
nested(toml *t)
{
    vb_syntax *s = t->s;
    bool behind = false; /* an item: a comma or the end comes */

    while (t->depth) {
        const frame *f = &t->frames[t->depth - 1];
        size_t depth = t->depth;
        char c;

        if (f->close == ']')
            gap(s);
        else
            vb_syntax_blanks(s);
        c = vb_syntax_peek(s, 0);
        if (s->at >= s->text.len || (c == '\n' && f->close == '}'))
            return vb_syntax_fail(s, f->at, "'%c' is not closed",
                                  f->close == ']' ? '[' : '{');
        if (c == f->close) {
            s->at++;
            t->depth--;
            behind = true;
        } else if (behind) {
            if (c != ',')
                return vb_syntax_fail(s, s->at, "no comma before this item");
            s->at++;
            behind = false;
        } else {
            if (!(f->close == '}' ? pair(t, f->table) : value(t)))
                return false;
            behind = t->depth == depth;
        }
    }
    return true;
}

bool
vb_toml_syntax(vb_syntax *s)
{
    toml t = {.s = s};

    vb_map_init(&t.known, s->arena);
    for (;;) {
        char c;

        gap(s);
        c = vb_syntax_peek(s, 0);
        if (s->at >= s->text.len)
            return true;
        if (vb_syntax_open(vb_str_from(s->text, s->at))) {
            vb_syntax_rest_line(s);
            continue;
        }
        if (!(c == '[' ? table(&t) : pair(&t, t.table) && nested(&t)) ||
            !line_end(s))
            return false;
    }
}
