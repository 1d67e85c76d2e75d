/* Text to compiled expression: a Pratt parser with JMESPath's own binding
 * powers. Nesting is counted and capped, which bounds the recursion here and
 * in the evaluator. */
#include "base/node.h"
#include "rehearse/expr_ast.h"
#include "rehearse/value.h"

#include <string.h>

#include "base/banned.h"

/* NOLINTBEGIN(misc-no-recursion): bounded; this is where nesting is capped */

typedef enum token_kind {
    T_END,
    T_NAME,    /* text */
    T_QUOTED,  /* text, unescaped */
    T_LITERAL, /* value */
    T_NUMBER,  /* value, number */
    T_VAR,     /* text */
    T_DOT,
    T_STAR,
    T_LBRACKET,
    T_RBRACKET,
    T_FILTER,  /* [? */
    T_FLATTEN, /* [] */
    T_LPAREN,
    T_RPAREN,
    T_LBRACE,
    T_RBRACE,
    T_COMMA,
    T_COLON,
    T_CURRENT,
    T_REF,
    T_PIPE,
    T_OR,
    T_AND,
    T_NOT,
    T_COMPARE, /* op */
    T_ARITH,   /* op; '*' is T_STAR */
} token_kind;

typedef struct token {
    token_kind kind;
    vb_expr_op op;
    vb_str text;
    int64_t number;
    const vb_node *value;
    size_t at;
} token;

typedef struct parser {
    vb_str text;
    size_t pos;
    token now, next;
    vb_expr_mode mode;
    vb_arena *arena;
    vb_error *err;
    unsigned depth;
    token_kind before; /* kind of the token read before 'next' */
} parser;

static bool
fault(parser *p, size_t at, const char *what)
{
    return vb_fail(p->err, "%s at column %zu of expression '%.*s'", what,
                   at + 1, VB_ARG(vb_str_sub(p->text, 0, 200)));
}

/* The bytes up to an unescaped 'quote'; pos moves behind it. */
static bool
quoted(parser *p, char quote, vb_str *out)
{
    size_t from = ++p->pos;

    while (p->pos < p->text.len && p->text.ptr[p->pos] != quote)
        p->pos += p->text.ptr[p->pos] == '\\' ? 2 : 1;
    if (p->pos >= p->text.len)
        return fault(p, from - 1, "a quote is not closed");
    *out = vb_str_sub(p->text, from, p->pos - from);
    p->pos++;
    return true;
}

/* 'it\'s': only the quote and the backslash are escaped; in scenarios \n and
 * \t, too. */
static vb_str
unescape(parser *p, vb_str s, char quote)
{
    char *out = vb_arena_alloc(p->arena, s.len + 1);
    bool more = quote == '\'' && p->mode == VB_EXPR_SCENARIO;
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        char next = '\0';
        bool letter;

        if (i + 1 < s.len)
            next = s.ptr[i + 1];
        letter = more && (next == 'n' || next == 't');

        if (s.ptr[i] != '\\' || (next != quote && next != '\\' && !letter)) {
            out[n++] = s.ptr[i];
            continue;
        }
        i++;
        out[n++] = next;
        if (letter)
            out[n - 1] = (char)(next == 'n' ? '\n' : '\t');
    }
    return vb_str_n(out, n);
}

static bool
literal(parser *p, token *t)
{
    vb_str raw = {0};

    if (!quoted(p, '`', &raw))
        return false;
    raw = unescape(p, vb_str_trim(raw), '`');
    t->kind = T_LITERAL;
    t->value = vb_json_read(raw, "literal", p->arena, NULL);
    /* Old JMESPath lets `text` stand for a string; the aws guides use it. */
    if (!t->value)
        t->value = vb_val_str(p->arena, raw);
    return true;
}

static bool
name_token(parser *p, token *t)
{
    size_t from = p->pos;

    while (p->pos < p->text.len && vb_is_word(p->text.ptr[p->pos]))
        p->pos++;
    t->text = vb_str_sub(p->text, from, p->pos - from);
    return true;
}

static bool
number_token(parser *p, token *t)
{
    size_t from = p->pos;
    vb_str digits;

    if (p->text.ptr[p->pos] == '-')
        p->pos++;
    while (p->pos < p->text.len && vb_is_digit(p->text.ptr[p->pos]))
        p->pos++;
    digits = vb_str_sub(p->text, from, p->pos - from);
    if (digits.len > 18 || !vb_str_i64(digits, &t->number))
        return fault(p, from, "a number is out of range");
    t->kind = T_NUMBER;
    t->value = vb_val_int(p->arena, t->number);
    return true;
}

static bool
operand_end(token_kind kind)
{
    return kind == T_NAME || kind == T_QUOTED || kind == T_LITERAL ||
           kind == T_NUMBER || kind == T_VAR || kind == T_RBRACKET ||
           kind == T_RPAREN || kind == T_RBRACE || kind == T_CURRENT;
}

typedef struct sign {
    char text[3];
    unsigned char kind, op;
    bool extra; /* scenarios only */
} sign;

/* Longer spellings first. */
static const sign signs[] = {
    {"[?", T_FILTER, 0, false},
    {"[]", T_FLATTEN, 0, false},
    {"||", T_OR, 0, false},
    {"&&", T_AND, 0, false},
    {"==", T_COMPARE, VB_X_EQ, false},
    {"!=", T_COMPARE, VB_X_NE, false},
    {"<=", T_COMPARE, VB_X_LE, false},
    {">=", T_COMPARE, VB_X_GE, false},
    {"<", T_COMPARE, VB_X_LT, false},
    {">", T_COMPARE, VB_X_GT, false},
    {".", T_DOT, 0, false},
    {"*", T_STAR, 0, false},
    {"[", T_LBRACKET, 0, false},
    {"]", T_RBRACKET, 0, false},
    {"(", T_LPAREN, 0, false},
    {")", T_RPAREN, 0, false},
    {"{", T_LBRACE, 0, false},
    {"}", T_RBRACE, 0, false},
    {",", T_COMMA, 0, false},
    {":", T_COLON, 0, false},
    {"@", T_CURRENT, 0, false},
    {"&", T_REF, 0, false},
    {"|", T_PIPE, 0, false},
    {"!", T_NOT, 0, false},
    {"+", T_ARITH, VB_X_PLUS, true},
    {"-", T_ARITH, VB_X_MINUS, true},
    {"/", T_ARITH, VB_X_DIVIDE, true},
    {"%", T_ARITH, VB_X_MODULO, true},
};

static bool
sign_token(parser *p, token *t)
{
    vb_str rest = vb_str_from(p->text, p->pos);

    for (size_t i = 0; i < VB_COUNT(signs); i++) {
        if ((signs[i].extra && p->mode == VB_EXPR_QUERY) ||
            !vb_str_starts(rest, signs[i].text))
            continue;
        t->kind = signs[i].kind;
        t->op = signs[i].op;
        p->pos += strlen(signs[i].text);
        return true;
    }
    return fault(p, p->pos, "unknown character");
}

/* "text": JSON's escapes. */
static bool
name_quoted(parser *p, token *t)
{
    size_t from = p->pos;
    const vb_node *node;
    vb_str raw = {0};

    if (!quoted(p, '"', &raw))
        return false;
    node = vb_json_read(vb_str_sub(p->text, from, p->pos - from), "name",
                        p->arena, NULL);
    if (!node || node->kind != VB_NODE_STR)
        return fault(p, from, "a quoted name is malformed");
    t->kind = T_QUOTED;
    t->text = node->str;
    return true;
}

static bool
lex(parser *p, token *t)
{
    char c;
    vb_str raw = {0};

    while (p->pos < p->text.len && vb_is_space(p->text.ptr[p->pos]))
        p->pos++;
    *t = (token){.at = p->pos};
    if (p->pos >= p->text.len)
        return true;
    c = p->text.ptr[p->pos];
    if (c == '`')
        return literal(p, t);
    if (c == '"')
        return name_quoted(p, t);
    if (c == '\'') {
        t->kind = T_LITERAL;
        if (!quoted(p, '\'', &raw))
            return false;
        t->value = vb_val_str(p->arena, unescape(p, raw, '\''));
        return true;
    }
    if (vb_is_digit(c) ||
        (c == '-' && p->pos + 1 < p->text.len &&
         vb_is_digit(p->text.ptr[p->pos + 1]) && !operand_end(p->before)))
        return number_token(p, t);
    if (c == '$' && p->mode == VB_EXPR_SCENARIO) {
        p->pos++;
        t->kind = T_VAR;
        return name_token(p, t) &&
               (t->text.len || fault(p, t->at, "a name is missing after '$'"));
    }
    if (vb_is_word(c)) {
        t->kind = T_NAME;
        return name_token(p, t);
    }
    return sign_token(p, t);
}

static bool
advance(parser *p)
{
    p->now = p->next;
    p->before = p->now.kind;
    if (!lex(p, &p->next))
        return false;
    return true;
}

static bool
take(parser *p, token_kind kind, const char *what)
{
    if (p->now.kind != kind)
        return fault(p, p->now.at, what);
    return advance(p);
}

/* The evaluator recurses as deep as the tree is high. */
static void
taller(vb_expr *x, const vb_expr *child)
{
    if (child && child->height >= x->height)
        x->height = child->height + 1;
}

static vb_expr *
make(parser *p, vb_expr_kind kind, const vb_expr *left, const vb_expr *right)
{
    vb_expr *x = VB_NEW(p->arena, vb_expr);

    x->kind = kind;
    x->left = left;
    x->right = right;
    taller(x, left);
    taller(x, right);
    return x;
}

static const vb_expr *
current(parser *p)
{
    return make(p, VB_X_CURRENT, NULL, NULL);
}

static unsigned
power(const parser *p, const token *t)
{
    switch (t->kind) {
    case T_PIPE:
        return 1;
    case T_OR:
        return 2;
    case T_AND:
        return 3;
    case T_COMPARE:
        return 5;
    case T_ARITH:
        return t->op == VB_X_PLUS || t->op == VB_X_MINUS ? 6 : 7;
    case T_STAR:
        return p->mode == VB_EXPR_SCENARIO ? 7 : 20;
    case T_FLATTEN:
        return 9;
    case T_FILTER:
        return 21;
    case T_DOT:
        return 40;
    case T_LBRACE:
        return 50;
    case T_LBRACKET:
        return 55;
    case T_LPAREN:
        return 60;
    default:
        return 0;
    }
}

static const vb_expr *expression(parser *p, unsigned bind);

typedef VB_VEC(const vb_expr *) expr_vec;
typedef VB_VEC(vb_str) str_vec;

/* Expressions up to 'close', which is taken. */
static bool
sequence(parser *p, token_kind close, vb_expr *whole)
{
    expr_vec items = {0}, *out = &items;

    while (p->now.kind != close) {
        const vb_expr *x;

        if (out->len && !take(p, T_COMMA, "',' expected"))
            return false;
        x = expression(p, 0);
        if (!x)
            return false;
        vb_vec_push(p->arena, out, x);
        taller(whole, x);
    }
    whole->items = items.at;
    whole->len = items.len;
    return advance(p);
}

static const vb_expr *
multi_list(parser *p)
{
    vb_expr *x = make(p, VB_X_LIST, NULL, NULL);

    return sequence(p, T_RBRACKET, x) ? x : NULL;
}

static const vb_expr *
multi_hash(parser *p)
{
    vb_expr *x = make(p, VB_X_HASH, NULL, NULL);
    expr_vec items = {0};
    str_vec names = {0};

    while (p->now.kind != T_RBRACE) {
        const vb_expr *item;

        if (items.len && !take(p, T_COMMA, "',' expected"))
            return NULL;
        if (p->now.kind != T_NAME && p->now.kind != T_QUOTED) {
            fault(p, p->now.at, "a name is expected");
            return NULL;
        }
        vb_vec_push(p->arena, &names, p->now.text);
        if (!advance(p) || !take(p, T_COLON, "':' expected"))
            return NULL;
        item = expression(p, 0);
        if (!item)
            return NULL;
        vb_vec_push(p->arena, &items, item);
        taller(x, item);
    }
    if (!advance(p))
        return NULL;
    x->items = items.at;
    x->names = names.at;
    x->len = items.len;
    return x;
}

static const vb_expr *
dot_right(parser *p, unsigned bind)
{
    switch (p->now.kind) {
    case T_NAME:
    case T_QUOTED:
    case T_STAR:
        return expression(p, bind);
    case T_LBRACKET:
        return advance(p) ? multi_list(p) : NULL;
    case T_LBRACE:
        return advance(p) ? multi_hash(p) : NULL;
    default:
        fault(p, p->now.at, "a name is expected after '.'");
        return NULL;
    }
}

static const vb_expr *
projection_right(parser *p, unsigned bind)
{
    if (power(p, &p->now) < 10)
        return current(p);
    if (p->now.kind == T_LBRACKET || p->now.kind == T_FILTER)
        return expression(p, bind);
    if (p->now.kind == T_DOT)
        return advance(p) ? dot_right(p, bind) : NULL;
    fault(p, p->now.at, "unexpected token");
    return NULL;
}

static const vb_expr *
project(parser *p, vb_expr_kind kind, const vb_expr *left, unsigned bind)
{
    const vb_expr *right = projection_right(p, bind);

    return right ? make(p, kind, left, right) : NULL;
}

/* [1], [a:b:c]; the bracket is open. */
static const vb_expr *
index_or_slice(parser *p, const vb_expr *left)
{
    vb_expr *x = make(p, VB_X_INDEX, NULL, NULL);
    size_t part = 0;

    while (p->now.kind != T_RBRACKET) {
        if (p->now.kind == T_COLON) {
            x->kind = VB_X_SLICE;
            if (++part > 2) {
                fault(p, p->now.at, "too many parts in a slice");
                return NULL;
            }
        } else if (p->now.kind == T_NUMBER && !x->has[part]) {
            x->slice[part] = p->now.number;
            x->has[part] = true;
        } else {
            fault(p, p->now.at, "a number is expected");
            return NULL;
        }
        if (!advance(p))
            return NULL;
    }
    if (!advance(p))
        return NULL;
    x->number = x->slice[0];
    if (x->kind == VB_X_INDEX)
        return make(p, VB_X_SUB, left, x);
    return project(p, VB_X_EACH, make(p, VB_X_SUB, left, x), 20);
}

static const vb_expr *
filter(parser *p, const vb_expr *left)
{
    const vb_expr *condition = expression(p, 0);
    const vb_expr *right;
    vb_expr *x;

    if (!condition || !take(p, T_RBRACKET, "']' expected"))
        return NULL;
    right = p->now.kind == T_FLATTEN ? current(p) : projection_right(p, 21);
    if (!right)
        return NULL;
    x = make(p, VB_X_FILTER, left, right);
    x->third = condition;
    taller(x, condition);
    return x;
}

/* '[' at the start of an operand. */
static const vb_expr *
bracket(parser *p)
{
    if (p->now.kind == T_COLON ||
        (p->now.kind == T_NUMBER &&
         (p->mode == VB_EXPR_QUERY || p->next.kind == T_COLON ||
          p->next.kind == T_RBRACKET)))
        return index_or_slice(p, current(p));
    if (p->now.kind == T_STAR && p->next.kind == T_RBRACKET) {
        if (!advance(p) || !advance(p))
            return NULL;
        return project(p, VB_X_EACH, current(p), 20);
    }
    return multi_list(p);
}

static const vb_expr *
unary(parser *p, vb_expr_kind kind, unsigned bind)
{
    const vb_expr *operand = expression(p, bind);

    return operand ? make(p, kind, operand, NULL) : NULL;
}

static const vb_expr *
parenthesised(parser *p)
{
    const vb_expr *x = expression(p, 0);

    return x && take(p, T_RPAREN, "')' expected") ? x : NULL;
}

static const vb_expr *
leaf(parser *p, const token *t, vb_expr_kind kind)
{
    vb_expr *x = make(p, kind, NULL, NULL);

    x->text = t->text;
    x->value = t->value;
    return x;
}

/* The expression that token 't', already taken, begins. */
static const vb_expr *
prefix(parser *p, const token *t)
{
    switch (t->kind) {
    case T_NAME:
    case T_QUOTED:
        return leaf(p, t, VB_X_FIELD);
    case T_LITERAL:
        return leaf(p, t, VB_X_LITERAL);
    case T_NUMBER:
        if (p->mode == VB_EXPR_SCENARIO)
            return leaf(p, t, VB_X_LITERAL);
        break;
    case T_VAR:
        return leaf(p, t, VB_X_VAR);
    case T_CURRENT:
        return current(p);
    case T_STAR:
        return p->now.kind == T_RBRACKET
                   ? make(p, VB_X_VALUES, current(p), current(p))
                   : project(p, VB_X_VALUES, current(p), 20);
    case T_FILTER:
        return filter(p, current(p));
    case T_FLATTEN:
        return project(p, VB_X_EACH, make(p, VB_X_FLATTEN, current(p), NULL),
                       9);
    case T_LBRACKET:
        return bracket(p);
    case T_LBRACE:
        return multi_hash(p);
    case T_LPAREN:
        return parenthesised(p);
    case T_NOT:
        /* JMESPath reads !a.b as (!a).b; scenarios mean !(a.b). */
        return unary(p, VB_X_NOT, p->mode == VB_EXPR_QUERY ? 45 : 8);
    case T_REF:
        return unary(p, VB_X_REF, 0);
    default:
        break;
    }
    fault(p, t->at,
          t->kind == T_END ? "the expression is incomplete"
                           : "unexpected token");
    return NULL;
}

static const vb_expr *
call(parser *p, const vb_expr *name, size_t at)
{
    vb_expr *x = make(p, VB_X_CALL, NULL, NULL);

    if (name->kind != VB_X_FIELD) {
        fault(p, at, "'(' does not follow a function's name");
        return NULL;
    }
    x->func = vb_expr_func_find(name->text);
    if (!x->func || (p->mode == VB_EXPR_QUERY && !x->func->standard)) {
        vb_fail(p->err, "Unknown function: %.*s()", VB_ARG(name->text));
        return NULL;
    }
    if (!sequence(p, T_RPAREN, x))
        return NULL;
    if (x->len < x->func->min || x->len > x->func->max) {
        vb_fail(p->err, "function '%s' takes %u to %u arguments, not %zu",
                x->func->name, x->func->min, x->func->max, x->len);
        return NULL;
    }
    return x;
}

static const vb_expr *
binary(parser *p, const vb_expr *left, vb_expr_kind kind, const token *t)
{
    unsigned bind = power(p, t);
    const vb_expr *right = expression(p, bind);
    vb_expr *x;

    if (!right)
        return NULL;
    x = make(p, kind, left, right);
    x->op = t->kind == T_STAR ? VB_X_TIMES : t->op;
    return x;
}

static const vb_expr *
dotted(parser *p, const vb_expr *left)
{
    const vb_expr *right;

    if (p->now.kind == T_STAR)
        return advance(p) ? project(p, VB_X_VALUES, left, 40) : NULL;
    right = dot_right(p, 40);
    return right ? make(p, VB_X_SUB, left, right) : NULL;
}

/* The expression that goes on with token 't', already taken. */
static const vb_expr *
infix(parser *p, const vb_expr *left, const token *t)
{
    switch (t->kind) {
    case T_DOT:
        return dotted(p, left);
    case T_PIPE:
        return binary(p, left, VB_X_PIPE, t);
    case T_OR:
        return binary(p, left, VB_X_OR, t);
    case T_AND:
        return binary(p, left, VB_X_AND, t);
    case T_COMPARE:
        return binary(p, left, VB_X_COMPARE, t);
    case T_ARITH:
        return binary(p, left, VB_X_ARITH, t);
    case T_STAR:
        if (p->mode == VB_EXPR_SCENARIO)
            return binary(p, left, VB_X_ARITH, t);
        break;
    case T_LPAREN:
        return call(p, left, t->at);
    case T_FILTER:
        return filter(p, left);
    case T_FLATTEN:
        return project(p, VB_X_EACH, make(p, VB_X_FLATTEN, left, NULL), 9);
    case T_LBRACKET:
        if (p->now.kind == T_NUMBER || p->now.kind == T_COLON)
            return index_or_slice(p, left);
        if (!take(p, T_STAR, "a number or '*' is expected") ||
            !take(p, T_RBRACKET, "']' expected"))
            return NULL;
        return project(p, VB_X_EACH, left, 20);
    default:
        break;
    }
    fault(p, t->at, "unexpected token");
    return NULL;
}

static const vb_expr *
expression(parser *p, unsigned bind)
{
    const vb_expr *left = NULL;
    token t = p->now;

    if (++p->depth > VB_EXPR_DEPTH_MAX)
        fault(p, t.at, "the expression nests too deep");
    else if (advance(p))
        left = prefix(p, &t);
    while (left && bind < power(p, &p->now)) {
        t = p->now;
        left = advance(p) ? infix(p, left, &t) : NULL;
        if (left && left->height > VB_EXPR_DEPTH_MAX) {
            fault(p, t.at, "the expression nests too deep");
            left = NULL;
        }
    }
    p->depth--;
    return left;
}

const vb_expr *
vb_expr_compile(vb_str text, vb_expr_mode mode, vb_arena *arena, vb_error *err)
{
    parser p = {.text = text, .mode = mode, .arena = arena, .err = err};
    const vb_expr *x;

    if (text.len > VB_EXPR_LEN_MAX) {
        vb_fail(err, "the expression is longer than %d bytes", VB_EXPR_LEN_MAX);
        return NULL;
    }
    if (!lex(&p, &p.next) || !advance(&p))
        return NULL;
    x = expression(&p, 0);
    if (x && p.now.kind != T_END) {
        fault(&p, p.now.at, "unexpected token");
        return NULL;
    }
    return x;
}

/* NOLINTEND(misc-no-recursion) */
