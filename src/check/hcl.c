/*
 * HCL, of Terraform and its kin: arguments and blocks. Of an expression it is
 * looked at what keeps a reader from finding its end: strings, brackets,
 * here-documents, comments.
 */
#include "check/syntax.h"

#include "base/banned.h"

enum { DEPTH_MAX = 1000 };

/* What is open: a bracket, '"' for a string, '$' for a template in one. */
typedef struct opener {
    char what;
    size_t at;
} opener;

typedef struct hcl {
    vb_syntax *s;
    VB_VEC(opener) open;
    bool operand; /* a value ended just before */
} hcl;

/* The innermost that is open; NUL when nothing is. */
static opener
innermost(const hcl *h)
{
    return h->open.at && h->open.len ? h->open.at[h->open.len - 1]
                                     : (opener){'\0', 0};
}

static char
top(const hcl *h)
{
    return innermost(h).what;
}

static bool
push(hcl *h, char what, size_t width)
{
    if (h->open.len >= DEPTH_MAX)
        return vb_syntax_fail(h->s, h->s->at, "too deeply nested");
    vb_vec_push(h->s->arena, &h->open, (opener){what, h->s->at});
    h->s->at += width;
    h->operand = false;
    return true;
}

static bool
is_name(char c)
{
    return vb_is_word(c) || c == '-' || (c & 0x80);
}

/* Skips a comment; *found says whether there was one. */
static bool
comment(vb_syntax *s, bool *found)
{
    char c = vb_syntax_peek(s, 0), next = vb_syntax_peek(s, 1);
    size_t end;

    *found = true;
    if (c == '#' || (c == '/' && next == '/')) {
        vb_syntax_rest_line(s);
        return true;
    }
    *found = c == '/' && next == '*';
    if (!*found)
        return true;
    end = vb_str_find(vb_str_from(s->text, s->at + 2), VB_STR("*/"));
    if (end == VB_NPOS)
        return vb_syntax_fail(s, s->at, "a comment does not end");
    s->at += end + 4;
    return true;
}

/* "<<EOF" or "<<-EOF" up to the end of the line that closes it. *found says
 * whether it was one. */
static bool
heredoc(vb_syntax *s, bool *found)
{
    size_t start = s->at, from = start + 2;
    vb_str rest, line, tag;

    from += vb_syntax_peek(s, 2) == '-';
    s->at = from;
    while (s->at < s->text.len && is_name(s->text.ptr[s->at]))
        s->at++;
    tag = vb_syntax_since(s, from);
    vb_syntax_blanks(s);
    *found = tag.len && vb_syntax_peek(s, 0) == '\n';
    if (!*found) {
        s->at = start + 2;
        return true;
    }
    rest = vb_str_from(s->text, s->at + 1);
    while (vb_str_line(&rest, &line))
        if (vb_str_eq(vb_str_trim(line), tag)) {
            s->at = (size_t)(line.ptr - s->text.ptr) + line.len;
            return true;
        }
    return vb_syntax_fail(s, start, "a here-document does not end: no '%.*s'",
                          VB_ARG(tag));
}

/* One step within a string. */
static bool
in_string(hcl *h)
{
    vb_syntax *s = h->s;
    char c = vb_syntax_peek(s, 0), next = vb_syntax_peek(s, 1);

    if (s->at >= s->text.len || c == '\n')
        return vb_syntax_fail(s, innermost(h).at,
                              "a string does not end on its line");
    if ((c == '$' || c == '%') && next == c && vb_syntax_peek(s, 2) == '{') {
        s->at += 3;
    } else if ((c == '$' || c == '%') && next == '{') {
        return push(h, '$', 2);
    } else if (c == '"') {
        h->open.len--;
        h->operand = true;
        s->at++;
    } else {
        s->at += c == '\\' && next && next != '\n' ? 2 : 1;
    }
    return true;
}

static bool
close_bracket(hcl *h, char c)
{
    char o = top(h);
    bool fits = (c == ')' && o == '(') || (c == ']' && o == '[') ||
                (c == '}' && (o == '{' || o == '$'));

    if (!o)
        return vb_syntax_fail(h->s, h->s->at, "'%c' closes nothing", c);
    if (!fits)
        return vb_syntax_fail(h->s, h->s->at, "'%c' stands where '%c' is open",
                              c, o == '$' ? '{' : o);
    h->open.len--;
    h->operand = o != '$';
    h->s->at++;
    return true;
}

/* One token of an expression outside of strings. */
static bool
token(hcl *h)
{
    vb_syntax *s = h->s;
    char c = vb_syntax_peek(s, 0);
    bool found;

    if (!comment(s, &found) || found)
        return found && s->message.len == 0;
    switch (c) {
    case '\'':
        return vb_syntax_fail(s, s->at, "strings stand in double quotes");
    case '"':
        if (h->operand && top(h) == '[')
            return vb_syntax_fail(s, s->at, "no comma before this item");
        return push(h, c, 1);
    case '(':
    case '[':
    case '{':
        return push(h, c, 1);
    case ')':
    case ']':
    case '}':
        return close_bracket(h, c);
    case '<':
        if (vb_syntax_peek(s, 1) == '<') {
            if (!heredoc(s, &found))
                return false;
            h->operand = found;
            return true;
        }
        break;
    default:
        break;
    }
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
        h->operand = false;
    s->at++;
    return true;
}

/* An argument's value, up to the end of its line or of its block. */
static bool
expression(hcl *h, size_t equals)
{
    vb_syntax *s = h->s;
    size_t bottom;

    vb_syntax_blanks(s);
    bottom = s->at;
    h->operand = false;
    while (s->at < s->text.len || top(h) == '"') {
        char c = vb_syntax_peek(s, 0);

        if (h->open.len == 0 && (c == '\n' || c == '}'))
            break;
        if (!(top(h) == '"' ? in_string(h) : token(h)))
            return false;
    }
    if (h->open.len)
        return vb_syntax_fail(s, innermost(h).at, "'%c' is not closed",
                              top(h) == '$' ? '{' : top(h));
    if (s->at == bottom)
        return vb_syntax_fail(s, equals, "'=' without a value");
    return true;
}

/* A word of a block's head: a name or a string in quotes. */
static bool
head_word(vb_syntax *s)
{
    size_t start = s->at;

    if (vb_syntax_peek(s, 0) != '"') {
        while (s->at < s->text.len &&
               (is_name(s->text.ptr[s->at]) || s->text.ptr[s->at] == '.'))
            s->at++;
        return true;
    }
    for (s->at++; s->at < s->text.len && s->text.ptr[s->at] != '"'; s->at++)
        if (s->text.ptr[s->at] == '\n')
            break;
    if (vb_syntax_peek(s, 0) != '"')
        return vb_syntax_fail(s, start, "a string does not end on its line");
    s->at++;
    return true;
}

/* An argument, or the head of a block; *opens says which. */
static bool
item(hcl *h, bool *opens)
{
    vb_syntax *s = h->s;
    size_t start = s->at;

    *opens = false;
    for (;;) {
        char c = vb_syntax_peek(s, 0);

        if (c == '=' && s->at > start) {
            s->at++;
            return expression(h, s->at - 1);
        }
        if (c == '{' && s->at > start) {
            *opens = true;
            return true;
        }
        if (c != '"' && !is_name(c))
            break;
        if (!head_word(s))
            return false;
        vb_syntax_blanks(s);
    }
    if (s->at == start)
        return vb_syntax_fail(s, start,
                              "neither an argument nor a block begins here");
    return vb_syntax_fail(s, start, "neither '=' nor '{' behind '%.*s'",
                          VB_ARG(vb_str_trim(vb_syntax_since(s, start))));
}

static bool
body(hcl *h, vb_syntax *s)
{
    VB_VEC(size_t) blocks = {0};
    bool found, opens;

    for (;;) {
        vb_syntax_blanks(s);
        if (!comment(s, &found))
            return false;
        if (found)
            continue;
        if (s->at >= s->text.len)
            break;
        if (vb_syntax_open(vb_str_from(s->text, s->at))) {
            vb_syntax_rest_line(s);
        } else if (s->text.ptr[s->at] == '\n' || s->text.ptr[s->at] == ',') {
            s->at++;
        } else if (s->text.ptr[s->at] == '}') {
            if (blocks.len == 0)
                return vb_syntax_fail(s, s->at, "'}' closes nothing");
            blocks.len--;
            s->at++;
        } else {
            if (!item(h, &opens))
                return false;
            if (opens) {
                vb_vec_push(s->arena, &blocks, s->at);
                s->at++;
            }
        }
    }
    if (blocks.len)
        return vb_syntax_fail(s, blocks.at[blocks.len - 1],
                              "the block is not closed");
    return true;
}

bool
vb_hcl_syntax(vb_syntax *s)
{
    hcl h = {.s = s};

    return body(&h, s);
}
