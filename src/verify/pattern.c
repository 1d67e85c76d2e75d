#include "verify/pattern.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

enum { PLACEHOLDER_MAX = 120, FEW = 96 };

typedef struct compiler {
    vb_arena *arena;
    vb_str line;
    const vb_context *ctx;
    vb_elem *elems; /* first on the stack, where most lines fit */
    size_t len, cap;
    size_t at;
} compiler;

static void
push(compiler *c, vb_elem_kind kind, vb_class cls, size_t len)
{
    vb_elem elem = {.start = (uint32_t)c->at,
                    .len = (uint32_t)len,
                    .kind = (uint8_t)kind,
                    .cls = (uint8_t)cls};
    vb_elem *before = c->len ? &c->elems[c->len - 1] : NULL;

    c->at += len;
    if (kind == VB_ELEM_TEXT && before && before->kind == VB_ELEM_TEXT) {
        before->len += (uint32_t)len;
        return;
    }
    c->elems = vb_vec_room(c->arena, c->elems, c->len, &c->cap, sizeof elem);
    c->elems[c->len++] = elem;
}

static vb_str
rest_of(const compiler *c)
{
    return vb_str_from(c->line, c->at);
}

static size_t
dots_len(vb_str s)
{
    size_t n = 0;

    while (vb_at(s, n) == '.')
        n++;
    if (n >= 3)
        return n;
    return vb_str_starts(s, "\xe2\x80\xa6") ? 3 : 0;
}

static size_t
bracketed_elision(const compiler *c, vb_str s)
{
    static const char *const forms[] = {
        "[...]",       "[\xe2\x80\xa6]", "<snip>", "[snip]",
        "<...>",       "<\xe2\x80\xa6>", "{...}",  "(...)",
        "[truncated]", "<truncated>",
    };

    for (size_t i = 0; i < VB_COUNT(forms); i++)
        if (vb_str_starts(s, forms[i]))
            return strlen(forms[i]);
    if (c->ctx->redacted && vb_str_starts(s, "[redacted:")) {
        size_t end = vb_str_chr(s, ']');

        return end == VB_NPOS ? 0 : end + 1;
    }
    return 0;
}

/* "..." behind a plain word is the tail of a message ("Creating..."), behind
 * a piece of an id or after a space it leaves something out. */
static bool
dots_are_literal(const compiler *c)
{
    size_t n = 0;
    size_t humps = 0; /* capitals: two or more are no ordinary word */
    bool lower = false;

    while (n < c->at) {
        char ch = c->line.ptr[c->at - 1 - n];

        if (!vb_is_alpha(ch) && ch != ')' && !(ch & 0x80))
            break;
        humps += vb_is_upper(ch);
        lower = lower || vb_is_lower(ch);
        n++;
    }
    if (n == 0 || (humps > 1 && lower))
        return false;
    if (n == c->at || c->line.ptr[c->at - 1 - n] == ' ')
        return true;
    return humps < 2 && !vb_one_of("/-_.:=", c->line.ptr[c->at - 1 - n]) &&
           !vb_is_digit(c->line.ptr[c->at - 1 - n]);
}

static bool
elision(compiler *c)
{
    vb_str s = rest_of(c);
    size_t n = bracketed_elision(c, s);

    if (n) {
        push(c, VB_ELEM_WILD, VB_CLASS_NONE, n);
        return true;
    }
    n = dots_len(s);
    if (n == 0)
        return false;
    push(c, dots_are_literal(c) ? VB_ELEM_DOTS : VB_ELEM_WILD, VB_CLASS_NONE,
         n);
    return true;
}

/* "-----", "=====": as wide as the text beside it. */
static size_t
ruler_len(vb_str s)
{
    size_t n = 1;

    if (s.len >= 3 && vb_one_of("-=_~*#", s.ptr[0])) {
        while (vb_at(s, n) == s.ptr[0])
            n++;
        return n >= 3 ? n : 0;
    }
    if (s.len >= 9 && s.ptr[0] == '\xe2' && (s.ptr[1] & ~1) == '\x94') {
        for (n = 3; n + 3 <= s.len && memcmp(s.ptr, s.ptr + n, 3) == 0;)
            n += 3;
        return n >= 9 ? n : 0;
    }
    return 0;
}

static bool
is_name_char(char c)
{
    return vb_is_word(c) || c == '-';
}

/* A name is built from others with dashes between: gke-CLUSTER-default-pool.
 * Short samples and numbers stand in too many names by chance. */
static bool
builds_names(vb_str sample)
{
    if (sample.len < 4)
        return false;
    for (size_t i = 0; i < sample.len; i++)
        if (vb_is_alpha(sample.ptr[i]))
            return true;
    return false;
}

/* The longest sample that stands here as a whole word. */
static bool
substitution(compiler *c)
{
    char before = ' ';
    size_t best = 0;

    if (c->at > 0)
        before = c->line.ptr[c->at - 1];
    if (vb_is_word(before))
        return false;
    for (size_t i = 0; i < c->ctx->nsubsts; i++) {
        vb_str sample = c->ctx->substs[i].sample;
        char after = vb_at(c->line, c->at + sample.len);

        if (sample.len > best &&
            vb_str_eq(vb_str_sub(rest_of(c), 0, sample.len), sample) &&
            !vb_is_word(after) &&
            ((before != '-' && after != '-') || builds_names(sample)))
            best = sample.len;
    }
    if (best)
        push(c, VB_ELEM_SUBST, VB_CLASS_NONE, best);
    return best > 0;
}

/* What programs print between angle brackets themselves. */
static bool
is_printed_value(vb_str name)
{
    static const char *const values[] = {
        "none",        "pending",  "unknown", "unset",     "invalid",
        "nil",         "null",     "missing", "not set",   "no value",
        "error",       "empty",    "default", "sensitive", "computed",
        "hidden",      "redacted", "auto",    "not found", "defunct",
        "unavailable",
    };

    if (VB_STR_IAMONG(name, values))
        return true;
    return vb_str_starts(name, "error") || vb_str_starts(name, "set to ");
}

static size_t
angle_placeholder(const compiler *c, vb_str s)
{
    size_t end, letters = 0;

    if (vb_at(s, 0) != '<' || c->ctx->markup)
        return 0;
    end = vb_str_chr(vb_str_sub(s, 0, PLACEHOLDER_MAX), '>');
    if (end == VB_NPOS || end < 2 || !vb_is_alnum(s.ptr[1]))
        return 0;
    for (size_t i = 1; i < end; i++) {
        if (!vb_is_word(s.ptr[i]) && !vb_one_of(" -.:'/", s.ptr[i]) &&
            !(s.ptr[i] & 0x80))
            return 0;
        letters += vb_is_alpha(s.ptr[i]);
    }
    if (!letters || is_printed_value(vb_str_sub(s, 1, end - 1)))
        return 0;
    return end + 1;
}

/* "[PROJECT_ID]", "YOUR_PROJECT", "$NAME", "${NAME}" */
static size_t
spelled_placeholder(vb_str s)
{
    size_t n = 0;

    if (vb_at(s, 0) == '[') {
        while (vb_is_upper(vb_at(s, n + 1)) || vb_at(s, n + 1) == '_')
            n++;
        return n > 3 && vb_at(s, n + 1) == ']' &&
                       vb_str_chr(vb_str_sub(s, 1, n), '_') != VB_NPOS
                   ? n + 2
                   : 0;
    }
    if (vb_at(s, 0) == '$') {
        bool braces = vb_at(s, 1) == '{';

        n = 1 + braces;
        while (vb_is_upper(vb_at(s, n)) || vb_at(s, n) == '_')
            n++;
        if (n < 4u + braces || (braces && vb_at(s, n) != '}'))
            return 0;
        return n + braces;
    }
    if (!vb_str_starts(s, "YOUR_") && !vb_str_starts(s, "YOUR-") &&
        !vb_str_starts(s, "your-"))
        return 0;
    while (is_name_char(vb_at(s, n)))
        n++;
    return n;
}

static bool
placeholder(compiler *c)
{
    size_t n = angle_placeholder(c, rest_of(c));

    if (n == 0 && (c->at == 0 || !vb_is_word(c->line.ptr[c->at - 1])))
        n = spelled_placeholder(rest_of(c));
    if (n)
        push(c, VB_ELEM_TOKEN, VB_CLASS_PLACEHOLDER, n);
    return n > 0;
}

/* "xxxx" somewhere in a word hides the rest of the word. */
static bool
mask(compiler *c)
{
    vb_str s = rest_of(c);
    size_t n = 1;

    if (s.len < 4 || !vb_one_of("xX*", s.ptr[0]) ||
        (c->at > 0 && c->line.ptr[c->at - 1] == s.ptr[0]))
        return false;
    while (vb_at(s, n) == s.ptr[0])
        n++;
    if (n < 4)
        return false;
    if (s.ptr[0] == '*' && !(c->at > 0 && vb_is_word(c->line.ptr[c->at - 1])))
        return false;
    while (is_name_char(vb_at(s, n)) || vb_at(s, n) == '*')
        n++;
    push(c, VB_ELEM_TOKEN, VB_CLASS_MASK, n);
    return true;
}

/* A line of the picture that ssh-keygen draws of a key. */
static bool
picture(compiler *c)
{
    if (c->at > 0 || vb_picture_len(c->line, 0) != c->line.len)
        return false;
    push(c, VB_ELEM_TOKEN, VB_CLASS_PICTURE, c->line.len);
    return true;
}

bool
vb_is_zone(vb_str s)
{
    size_t dashes = 0, n = s.len;

    for (size_t i = 0; i < n; i++) {
        dashes += s.ptr[i] == '-';
        if (!vb_is_lower(s.ptr[i]) && !vb_is_digit(s.ptr[i]) && s.ptr[i] != '-')
            return false;
    }
    if (n < 6 || !dashes || !vb_is_lower(s.ptr[n - 1]))
        return false;
    return vb_is_digit(s.ptr[n - 2]) ||
           (s.ptr[n - 2] == '-' && vb_is_digit(s.ptr[n - 3]));
}

/* The words of "[a b c]" or "[a, b, c]"; the length of the text or 0. */
size_t
vb_set_read(vb_str s, vb_str *items, size_t *count)
{
    size_t end = vb_str_chr(vb_str_sub(s, 0, 4096), ']'), at = 1;

    *count = 0;
    if (vb_at(s, 0) != '[' || end == VB_NPOS)
        return 0;
    while (at < end) {
        size_t n = 0;

        while (at + n < end && !vb_one_of(" ,\"'", s.ptr[at + n]))
            n++;
        if (n && *count == VB_SET_MAX)
            return 0;
        if (n)
            items[(*count)++] = vb_str_sub(s, at, n);
        at += n + 1;
    }
    return end + 1;
}

static bool
zone_set(compiler *c)
{
    vb_str items[VB_SET_MAX];
    size_t count, n = vb_set_read(rest_of(c), items, &count);

    if (n == 0 || count < 2)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!vb_is_zone(items[i]))
            return false;
    push(c, VB_ELEM_SET, VB_CLASS_NONE, n);
    return true;
}

/* The whole name around a token: what a guide would have asked for. */
static vb_str
word_around(vb_str line, size_t at, size_t len)
{
    size_t start = at, end = at + len;

    while (start > 0 && at - start < 256 &&
           (is_name_char(line.ptr[start - 1]) || line.ptr[start - 1] == '.'))
        start--;
    while (end < line.len && end - at < 512 &&
           (is_name_char(line.ptr[end]) || line.ptr[end] == '.'))
        end++;
    return vb_str_sub(line, start, end - start);
}

static bool
is_masked_address(vb_str s)
{
    size_t dots = 0;

    for (size_t i = 0; i < s.len; i++) {
        dots += s.ptr[i] == '.';
        if (s.ptr[i] != '.' && s.ptr[i] != 'x' && s.ptr[i] != 'X')
            return false;
    }
    return dots == 3 && s.len >= 7;
}

static bool
volatile_token(compiler *c)
{
    vb_class cls = VB_CLASS_NONE;
    size_t n = 0, word = 0;
    vb_hold hold;
    vb_str token;

    if (c->at > 0 && vb_is_word(c->line.ptr[c->at - 1]))
        return false;
    if (vb_lower(vb_at(c->line, c->at)) == 'x') {
        while (c->at + word < c->line.len &&
               vb_one_of("xX.", c->line.ptr[c->at + word]))
            word++;
        if (is_masked_address(vb_str_sub(c->line, c->at, word))) {
            push(c, VB_ELEM_TOKEN, VB_CLASS_IPV4, word);
            return true;
        }
    }
    n = vb_class_find(c->line, c->at, &cls);
    if (n == 0)
        n = vb_context_number(c->ctx, c->line, c->at, &cls);
    if (n == 0)
        return false;
    token = vb_str_sub(c->line, c->at, n);
    hold = vb_context_hold(c->ctx, cls, token, word_around(c->line, c->at, n));
    push(c, hold == VB_HOLD_FIXED ? VB_ELEM_TEXT : VB_ELEM_TOKEN, cls, n);
    c->elems[c->len - 1].hold = (uint8_t)hold;
    return true;
}

static void
plain_text(compiler *c)
{
    size_t n = 1;
    vb_str s = rest_of(c);

    if (vb_is_word(s.ptr[0]) || (s.ptr[0] & 0x80))
        while (n < s.len && (vb_is_word(s.ptr[n]) || (s.ptr[n] & 0x80)) &&
               !(n >= 3 && vb_is_digit(s.ptr[n]) &&
                 vb_str_ends(vb_str_sub(s, 0, n), "\xe2\x94\x80")) &&
               !(vb_one_of("xX", s.ptr[n]) && s.ptr[n - 1] != s.ptr[n] &&
                 vb_at(s, n + 1) == s.ptr[n] && vb_at(s, n + 2) == s.ptr[n]) &&
               !vb_str_starts(vb_str_from(s, n), "\xe2\x80\xa6"))
            n++;
    push(c, VB_ELEM_TEXT, VB_CLASS_NONE, n);
}

/* "Hit:1 ..." and "Get:1 ... [55.4 kB]": whether an index was new depends on
 * the day. */
static bool
fetch_line(compiler *c)
{
    vb_str s = rest_of(c);
    bool hit = vb_str_starts(c->line, "Hit:");

    if (!(hit || vb_str_starts(c->line, "Get:")) ||
        !vb_is_digit(vb_at(c->line, 4)))
        return false;
    if (c->at == 0) {
        push(c, VB_ELEM_TOKEN, VB_CLASS_FETCH, 3);
        return true;
    }
    if (vb_at(s, 0) != ' ' || vb_at(s, 1) != '[')
        return false;
    push(c, VB_ELEM_WILD, VB_CLASS_NONE, s.len);
    return true;
}

static void
compile_one(compiler *c)
{
    vb_str s = rest_of(c);
    size_t n = 0;

    if (fetch_line(c))
        return;
    while (n < s.len && vb_is_space(s.ptr[n]))
        n++;
    if (n) {
        push(c, VB_ELEM_SPACE, VB_CLASS_NONE, n);
        return;
    }
    if (elision(c) || substitution(c) || placeholder(c) || zone_set(c))
        return;
    n = ruler_len(s);
    if (n) {
        push(c, VB_ELEM_DOTS, VB_CLASS_NONE, n);
        return;
    }
    if (picture(c) || mask(c) || volatile_token(c))
        return;
    plain_text(c);
}

vb_pattern
vb_pattern_compile(vb_arena *arena, vb_str line, const vb_context *ctx,
                   vb_class column)
{
    compiler c = {.arena = arena, .line = line, .ctx = ctx};
    vb_pattern pattern = {.text = line, .ctx = ctx};
    vb_elem few[FEW], *elems;

    c.elems = few;
    c.cap = FEW;
    if (column != VB_CLASS_NONE && line.len &&
        (column == VB_CLASS_CELL || column == VB_CLASS_USAGE ||
         vb_class_take(column, line, line, 0) == line.len))
        push(&c, VB_ELEM_TOKEN, column, line.len);
    while (c.at < line.len)
        compile_one(&c);
    if (c.len && c.elems[0].cls == VB_CLASS_FETCH &&
        c.elems[c.len - 1].kind != VB_ELEM_WILD)
        push(&c, VB_ELEM_WILD, VB_CLASS_NONE, 0);
    if (c.len)
        c.elems[c.len - 1].last = 1;
    elems = VB_NEW_N(arena, vb_elem, c.len);
    memcpy(elems, c.elems, c.len * sizeof *elems);
    pattern.elems = elems;
    pattern.count = (uint32_t)c.len;
    return pattern;
}

vb_pattern
vb_pattern_literal(vb_arena *arena, vb_str line, const vb_context *ctx)
{
    vb_pattern pattern = {.text = line, .ctx = ctx};
    vb_elem *elem;

    if (line.len) {
        elem = VB_NEW(arena, vb_elem);
        elem->len = (uint32_t)line.len;
        elem->kind = VB_ELEM_TEXT;
        elem->last = 1;
        pattern.elems = elem;
        pattern.count = 1;
    }
    return pattern;
}

bool
vb_pattern_has_identity(const vb_pattern *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->elems[i].kind == VB_ELEM_TOKEN &&
            vb_class_identity((vb_class)p->elems[i].cls))
            return true;
    return false;
}

bool
vb_line_is_elision(vb_str line)
{
    static const char *const forms[] = {
        "...",
        "\xe2\x80\xa6",
        "[...]",
        "[\xe2\x80\xa6]",
        "<snip>",
        "[snip]",
        "<...>",
        "# ...",
        "// ...",
        "#...",
        "....",
        ".....",
        "......",
        "...,",
        "(...)",
        "{...}",
        "--snip--",
        "<...output omitted...>",
        "---snip---",
        "# \xe2\x80\xa6",
        "// \xe2\x80\xa6",
        "[truncated]",
        "<truncated>",
        "...snip...",
        "(output truncated)",
        "(truncated)",
        "<output omitted>",
        "[... ]",
        "[ ... ]",
        ". . .",
        "...output omitted...",
        ":",
    };

    line = vb_str_trim(line);
    for (size_t i = 0; i + 1 < VB_COUNT(forms); i++)
        if (vb_str_ieqc(line, forms[i]))
            return true;
    return false;
}
