#include "plan/shell.h"

#include "plan/shell_lex.h"

#include <string.h>

#include "base/banned.h"

static vb_frame *
top(vb_lexer *lx)
{
    return &lx->frames[lx->top];
}

static char
at(const vb_lexer *lx, uint32_t pos)
{
    if (pos < lx->limit)
        return lx->p[pos];
    return 0;
}

void
vb_lex_fault(vb_lexer *lx, const char *fault, uint32_t pos)
{
    if (!lx->sh->fault) {
        lx->sh->fault = fault;
        lx->sh->fault_at = pos;
    }
}

static vb_ctx_kind
frame_context(const vb_frame *f)
{
    if (f->in_backquote)
        return VB_CTX_BACKQUOTE;
    switch (f->kind) {
    case VB_FRAME_DQ:
        return VB_CTX_DQUOTE;
    case VB_FRAME_HERE:
        return VB_CTX_HEREDOC_EXPAND;
    case VB_FRAME_ARITH:
        return VB_CTX_ARITH;
    case VB_FRAME_PARAM:
        return f->in_dq ? VB_CTX_DQUOTE : VB_CTX_BARE;
    default:
        return VB_CTX_BARE;
    }
}

static void
stretch(vb_lexer *lx, uint32_t start, vb_ctx_kind kind)
{
    vb_shell *sh = lx->sh;

    if (sh->stretches.len) {
        vb_stretch *last = &sh->stretches.at[sh->stretches.len - 1];

        if (last->kind == kind)
            return;
        if (last->start == start) {
            last->kind = kind;
            return;
        }
    }
    vb_vec_push(lx->arena, &sh->stretches, (vb_stretch){start, kind});
}

static bool
push(vb_lexer *lx, vb_frame_kind kind, char closer)
{
    const vb_frame *from = top(lx);
    vb_frame f = {.kind = kind, .closer = closer, .redir = -1};

    if (lx->top + 1 >= VB_SHELL_DEPTH_MAX) {
        vb_lex_fault(lx, "nesting that is too deep", lx->pos);
        lx->stopped = true;
        return false;
    }
    f.cmdpos = kind == VB_FRAME_CMD;
    f.simple = UINT32_MAX;
    f.start = lx->pos;
    f.depth = from->depth + (kind == VB_FRAME_CMD);
    f.in_function = from->in_function || from->function_nest > 0;
    f.in_backquote = from->in_backquote || closer == '`';
    f.in_dq = kind == VB_FRAME_PARAM &&
              (from->kind == VB_FRAME_DQ || from->kind == VB_FRAME_HERE ||
               (from->kind == VB_FRAME_PARAM && from->in_dq));
    lx->frames[++lx->top] = f;
    stretch(lx, lx->pos, frame_context(top(lx)));
    return true;
}

static void
pop(vb_lexer *lx)
{
    if (top(lx)->kind == VB_FRAME_CMD || top(lx)->kind == VB_FRAME_ARRAY)
        vb_lex_end_simple(lx);
    if (lx->top > 0)
        lx->top--;
    stretch(lx, lx->pos, frame_context(top(lx)));
}

void
vb_lex_use(vb_lexer *lx, vb_var_use use)
{
    use.depth = top(lx)->depth;
    use.simple = UINT32_MAX;
    for (uint32_t i = lx->top + 1; i-- > 0;) {
        if (lx->frames[i].kind == VB_FRAME_CMD) {
            use.simple = lx->frames[i].simple;
            break;
        }
    }
    vb_vec_push(lx->arena, &lx->sh->uses, use);
}

static uint32_t
name_end(const vb_lexer *lx, uint32_t pos)
{
    if (vb_is_digit(at(lx, pos)))
        return pos;
    while (vb_is_word(at(lx, pos)))
        pos++;
    return pos;
}

static vb_str
slice(const vb_lexer *lx, uint32_t from, uint32_t to)
{
    return vb_str_n(lx->p + from, to - from);
}

/* Behind the name of ${NAME: what the operator says about an unset name. */
static void
param_operator(vb_lexer *lx, uint32_t pos, vb_var_use *use)
{
    char c = at(lx, pos);

    if (c == '[') {
        while (pos < lx->limit && lx->p[pos] != ']' && lx->p[pos] != '}' &&
               lx->p[pos] != '\n')
            pos++;
        c = at(lx, ++pos);
    }
    if (c == ':')
        c = at(lx, pos + 1);
    use->has_default = c == '-' || c == '=' || c == '+';
    use->required = c == '?';
    if (c == '=')
        vb_lex_set(lx, (vb_var_set){.name = use->name,
                                    .kind = VB_SET_DEFAULT,
                                    .at = use->at,
                                    .effect = pos});
}

/* lx->pos is behind "${". */
static void
open_param(vb_lexer *lx)
{
    uint32_t start = lx->pos - 2, from = lx->pos, to;
    bool indirect = at(lx, from) == '!';

    if ((at(lx, from) == '#' || indirect) &&
        (vb_is_word(at(lx, from + 1)) && !vb_is_digit(at(lx, from + 1))))
        from++;
    to = name_end(lx, from);
    if (to > from) {
        vb_var_use use = {
            .name = slice(lx, from, to), .at = start, .indirect = indirect};

        param_operator(lx, to, &use);
        vb_lex_use(lx, use);
    }
    lx->pos = to;
    push(lx, VB_FRAME_PARAM, '}');
}

/* $'...' with lx->pos behind the opening quote. */
static void
ansi_quote(vb_lexer *lx)
{
    uint32_t from = lx->pos;

    stretch(lx, from, VB_CTX_SQUOTE);
    while (lx->pos < lx->limit && lx->p[lx->pos] != '\'')
        lx->pos += lx->p[lx->pos] == '\\' ? 2 : 1;
    if (lx->pos >= lx->limit) {
        lx->pos = lx->limit;
        vb_lex_fault(lx, "an open single quote", from - 1);
    }
    stretch(lx, lx->pos, frame_context(top(lx)));
    if (lx->pos < lx->limit)
        lx->pos++;
}

/* At a '$'. Marks the word of the frame as no longer static. */
static void
dollar(vb_lexer *lx)
{
    uint32_t start = lx->pos, end;
    char c = at(lx, start + 1);

    if (c == '\'' && top(lx)->kind != VB_FRAME_DQ &&
        top(lx)->kind != VB_FRAME_HERE && !top(lx)->in_dq) {
        top(lx)->quoted = true;
        lx->pos = start + 2;
        ansi_quote(lx);
        return;
    }
    if (c == '(' && at(lx, start + 2) == '(') {
        lx->pos = start + 3;
        push(lx, VB_FRAME_ARITH, ')');
    } else if (c == '(') {
        lx->pos = start + 2;
        push(lx, VB_FRAME_CMD, ')');
    } else if (c == '{') {
        lx->pos = start + 2;
        open_param(lx);
    } else if ((end = name_end(lx, start + 1)) > start + 1) {
        vb_lex_use(
            lx, (vb_var_use){.name = slice(lx, start + 1, end), .at = start});
        lx->pos = end;
    } else {
        lx->pos = start + 1; /* $1, $?, a lone $ */
    }
}

static void
single_quote(vb_lexer *lx)
{
    uint32_t from = lx->pos;
    const char *end;

    stretch(lx, from + 1, VB_CTX_SQUOTE);
    end = memchr(lx->p + from + 1, '\'', lx->limit - from - 1);
    if (!end) {
        vb_lex_fault(lx, "an open single quote", from);
        lx->pos = lx->limit;
        return;
    }
    lx->pos = (uint32_t)(end - lx->p);
    stretch(lx, lx->pos, frame_context(top(lx)));
    lx->pos++;
}

static void
comment(vb_lexer *lx)
{
    const char *end = memchr(lx->p + lx->pos, '\n', lx->limit - lx->pos);

    stretch(lx, lx->pos, VB_CTX_COMMENT);
    lx->pos = end ? (uint32_t)(end - lx->p) : lx->limit;
    stretch(lx, lx->pos, frame_context(top(lx)));
}

/* Finds the delimiter line of a here-document whose body starts at 'from';
 * gives the body's end and where the text goes on. */
static void
heredoc_extent(const vb_lexer *lx, vb_heredoc *doc, uint32_t *next)
{
    uint32_t line = doc->start;

    while (line < lx->limit) {
        const char *nl = memchr(lx->p + line, '\n', lx->limit - line);
        uint32_t end = nl ? (uint32_t)(nl - lx->p) : lx->limit;
        uint32_t from = line, to = end;

        while (doc->strip && from < to && lx->p[from] == '\t')
            from++;
        if (to > from && lx->p[to - 1] == '\r')
            to--;
        if (vb_str_eq(slice(lx, from, to), doc->delim)) {
            doc->closed = true;
            doc->len = line - doc->start;
            *next = nl ? end + 1 : end;
            return;
        }
        line = nl ? end + 1 : end;
    }
    doc->len = lx->limit - doc->start;
    *next = lx->limit;
}

/* Behind a newline: bodies of the here-documents announced before it. The
 * bodies that expand are lexed like quoted text, inside their own limit. */
static void
heredoc_bodies(vb_lexer *lx)
{
    while (lx->npending > 0) {
        vb_heredoc *doc = &lx->sh->heredocs.at[lx->pending[0]];
        uint32_t next = lx->pos;

        lx->npending--;
        memmove(lx->pending, lx->pending + 1,
                lx->npending * sizeof lx->pending[0]);
        doc->start = lx->pos;
        heredoc_extent(lx, doc, &next);
        if (!doc->quoted && doc->len > 0) {
            if (!push(lx, VB_FRAME_HERE, 0))
                return;
            top(lx)->limit = lx->limit;
            top(lx)->resume = next;
            lx->limit = doc->start + doc->len;
            return; /* the others follow when this frame ends */
        }
        stretch(lx, doc->start, VB_CTX_HEREDOC);
        lx->pos = next;
        stretch(lx, next, frame_context(top(lx)));
    }
}

static bool
line_complete(const vb_lexer *lx)
{
    const vb_frame *f = &lx->frames[lx->top];

    return lx->top == 0 && lx->npending == 0 && f->nest == 0 && !f->after_op &&
           lx->pos > 0;
}

static void
newline(vb_lexer *lx)
{
    bool dangling = top(lx)->after_op;

    vb_lex_end_simple(lx);
    top(lx)->after_op = dangling && top(lx)->after_op;
    lx->pos++;
    if (lx->npending)
        heredoc_bodies(lx);
    if (lx->stop_at_line && line_complete(lx))
        lx->stopped = true;
}

static void
set_redir(vb_lexer *lx, vb_redir_kind kind, uint32_t len)
{
    vb_frame *f = top(lx);
    uint32_t start = lx->pos;
    int fd = -1;

    /* "2>": a number that touches the operator is its descriptor */
    if (f->in_word && !f->quoted && lx->pos - f->word_start <= 3) {
        bool digits = true;
        int value = 0;

        for (uint32_t i = f->word_start; i < lx->pos; i++) {
            digits = digits && vb_is_digit(lx->p[i]);
            value = value * 10 + (lx->p[i] - '0');
        }
        if (digits) {
            fd = value;
            start = f->word_start;
            f->in_word = false;
        }
    }
    vb_lex_end_word(lx);
    f = top(lx);
    if (f->simple == UINT32_MAX) {
        vb_lex_begin_word(lx);
        f->in_word = false;
    }
    f->redir = (int)kind;
    f->redir_fd = fd;
    f->redir_start = start;
    lx->pos += len;
}

/* At '<' or '>' outside quotes. */
static void
angle(vb_lexer *lx)
{
    char c = lx->p[lx->pos], n = at(lx, lx->pos + 1);
    char nn = at(lx, lx->pos + 2);

    if (top(lx)->cond) {
        vb_lex_begin_word(lx);
        lx->pos++;
    } else if (n == '(') {
        vb_lex_begin_word(lx);
        top(lx)->dynamic = true;
        lx->pos += 2;
        push(lx, VB_FRAME_CMD, ')');
    } else if (c == '<' && n == '<' && nn == '<') {
        set_redir(lx, VB_REDIR_HERESTR, 3);
    } else if (c == '<' && n == '<') {
        set_redir(lx, VB_REDIR_HEREDOC, nn == '-' ? 3 : 2);
    } else if (n == '&') {
        set_redir(lx, VB_REDIR_DUP, 2);
    } else if (c == '<') {
        set_redir(lx, VB_REDIR_IN, n == '>' ? 2 : 1);
    } else if (n == '>') {
        set_redir(lx, VB_REDIR_APPEND, 2);
    } else {
        set_redir(lx, VB_REDIR_OUT, n == '|' ? 2 : 1);
    }
}

/* ';', '&' and '|' outside quotes. */
static void
operator_char(vb_lexer *lx)
{
    vb_frame *f = top(lx);
    char c = lx->p[lx->pos], n = at(lx, lx->pos + 1);
    bool joins = false, pipe = false;

    if (f->cond) {
        vb_lex_begin_word(lx);
        lx->pos++;
        return;
    }
    if (c == '&' && n == '>') {
        lx->pos++;
        set_redir(lx,
                  at(lx, lx->pos + 1) == '>' ? VB_REDIR_APPEND : VB_REDIR_OUT,
                  at(lx, lx->pos + 1) == '>' ? 2 : 1);
        return;
    }
    vb_lex_end_word(lx);
    f = top(lx);
    if (f->mode == VB_MODE_PATTERN) { /* a|b) */
        lx->pos++;
        return;
    }
    joins = (c == '&' && n == '&') || (c == '|' && n == '|');
    pipe = c == '|' && n != '|';
    if (f->simple != UINT32_MAX) {
        vb_simple *s = &lx->sh->simples.at[f->simple];

        s->piped_to = pipe;
        s->background = c == '&' && n != '&';
    }
    vb_lex_end_simple(lx);
    f->piped = pipe;
    f->andor = joins;
    f->after_op = joins || pipe;
    if (c == ';' && (n == ';' || n == '&') && f->cases > 0)
        f->mode = VB_MODE_PATTERN;
    lx->pos +=
        joins || (c == ';' && (n == ';' || n == '&')) || (pipe && n == '&') ? 2
                                                                            : 1;
}

/* "name (" ")": a function's definition. */
static bool
function_head(vb_lexer *lx)
{
    vb_frame *f = top(lx);
    uint32_t pos = lx->pos + 1;
    vb_str name;

    if (!f->in_word || !f->cmdpos || f->quoted || f->dynamic)
        return false;
    while (at(lx, pos) == ' ')
        pos++;
    if (at(lx, pos) != ')')
        return false;
    name = slice(lx, f->word_start, lx->pos);
    vb_vec_push(lx->arena, &lx->sh->functions, name);
    f->in_word = false;
    f->function_nest = f->nest + 1;
    lx->pos = pos + 1;
    return true;
}

static void
open_paren(vb_lexer *lx)
{
    vb_frame *f = top(lx);

    if (f->mode == VB_MODE_PATTERN) {
        lx->pos++;
    } else if (f->cond) {
        vb_lex_begin_word(lx);
        lx->pos++;
    } else if (function_head(lx)) {
        return;
    } else if (f->in_word || !f->cmdpos) { /* A=(...), !(pattern) */
        vb_lex_begin_word(lx);
        f->dynamic = true;
        lx->pos++;
        push(lx, VB_FRAME_ARRAY, ')');
    } else if (at(lx, lx->pos + 1) == '(') {
        if (f->mode == VB_MODE_FOR_NAME)
            f->mode = VB_MODE_FOR_LIST;
        lx->pos += 2;
        push(lx, VB_FRAME_ARITH, ')');
    } else {
        lx->pos++;
        push(lx, VB_FRAME_CMD, ')');
    }
}

static void
close_paren(vb_lexer *lx)
{
    vb_frame *f = top(lx);

    if (f->cond) {
        vb_lex_begin_word(lx);
        lx->pos++;
        return;
    }
    vb_lex_end_word(lx);
    f = top(lx);
    if (f->mode == VB_MODE_PATTERN) {
        f->mode = VB_MODE_NORMAL;
        f->cmdpos = true;
        lx->pos++;
    } else if (f->closer == ')') {
        vb_lex_end_simple(lx);
        pop(lx);
        f = top(lx);
        if (f->function_nest > f->nest) /* f() (...) ends with its body */
            f->function_nest = 0;
        lx->pos++;
        stretch(lx, lx->pos, frame_context(f));
    } else {
        vb_lex_fault(lx, "a ')' without its '('", lx->pos);
        lx->pos++;
    }
}

static void
backslash(vb_lexer *lx)
{
    char n = at(lx, lx->pos + 1);

    if (n == '\n' || (n == '\r' && at(lx, lx->pos + 2) == '\n')) {
        lx->pos += n == '\r' ? 3 : 2;
        return;
    }
    vb_lex_begin_word(lx);
    top(lx)->quoted = true;
    lx->pos += 2;
}

static void
quote_char(vb_lexer *lx, char c)
{
    vb_lex_begin_word(lx);
    if (c == '\'') {
        top(lx)->quoted = true;
        single_quote(lx);
    } else if (c == '"') {
        top(lx)->quoted = true;
        lx->pos++;
        push(lx, VB_FRAME_DQ, '"');
    } else if (c == '$') {
        char n = at(lx, lx->pos + 1);

        top(lx)->dynamic = top(lx)->dynamic || n == '(' || n == '{' ||
                           vb_is_word(n) || (n && strchr("?@*#!$-", n));
        dollar(lx);
    } else { /* ` */
        top(lx)->dynamic = true;
        lx->pos++;
        push(lx, VB_FRAME_CMD, '`');
    }
}

/* Characters that mean nothing wherever they stand in a word. */
static bool
plain(char c)
{
    return vb_is_word(c) || c == '-' || c == '.' || c == '/' || c == ':' ||
           c == ',';
}

static void
step_command(vb_lexer *lx)
{
    vb_frame *f = top(lx);
    char c = lx->p[lx->pos];

    if (c == '`' && f->closer == '`') {
        vb_lex_end_simple(lx);
        pop(lx);
        lx->pos++;
        stretch(lx, lx->pos, frame_context(top(lx)));
        return;
    }
    switch (c) {
    case '\\':
        backslash(lx);
        break;
    case '\'':
    case '"':
    case '$':
    case '`':
        quote_char(lx, c);
        break;
    case '#':
        if (f->in_word)
            lx->pos++;
        else
            comment(lx);
        break;
    case ' ':
    case '\t':
    case '\r':
        vb_lex_end_word(lx);
        lx->pos++;
        break;
    case '\n':
        newline(lx);
        break;
    case ';':
    case '&':
    case '|':
        operator_char(lx);
        break;
    case '(':
        open_paren(lx);
        break;
    case ')':
        close_paren(lx);
        break;
    case '<':
    case '>':
        angle(lx);
        break;
    default:
        vb_lex_begin_word(lx);
        do
            lx->pos++;
        while (lx->pos < lx->limit && plain(lx->p[lx->pos]));
    }
}

/* A=( ... ): only quotes, expansions and the end matter. */
static void
step_array(vb_lexer *lx)
{
    char c = lx->p[lx->pos];

    if (c == ')') {
        pop(lx);
        lx->pos++;
    } else if (c == '(') {
        lx->pos++;
        push(lx, VB_FRAME_ARRAY, ')');
    } else if (c == '\\') {
        lx->pos += 2;
    } else if (c == '\'') {
        single_quote(lx);
    } else if (c == '"') {
        lx->pos++;
        push(lx, VB_FRAME_DQ, '"');
    } else if (c == '$') {
        dollar(lx);
    } else if (c == '`') {
        lx->pos++;
        push(lx, VB_FRAME_CMD, '`');
    } else if (c == '#' && lx->pos > 0 && vb_is_space(lx->p[lx->pos - 1])) {
        comment(lx);
    } else {
        lx->pos++;
    }
}

/* DQ, HERE and PARAM. */
static void
step_quoted(vb_lexer *lx)
{
    vb_frame *f = top(lx);
    char c = lx->p[lx->pos];

    if (c == '\\') {
        lx->pos += 2;
    } else if (c == '$') {
        dollar(lx);
    } else if (c == '`') {
        lx->pos++;
        push(lx, VB_FRAME_CMD, '`');
    } else if (f->kind != VB_FRAME_HERE && c == f->closer) {
        pop(lx);
        lx->pos++;
    } else if (f->kind == VB_FRAME_PARAM && c == '"') {
        lx->pos++;
        push(lx, VB_FRAME_DQ, '"');
    } else if (f->kind == VB_FRAME_PARAM && c == '\'' && !f->in_dq) {
        single_quote(lx);
    } else {
        lx->pos++;
    }
}

static void
arith_name(vb_lexer *lx)
{
    uint32_t from = lx->pos, to = name_end(lx, from), op;

    lx->pos = to;
    for (op = to; at(lx, op) == ' ';)
        op++;
    if (at(lx, op) == '=' && at(lx, op + 1) != '=')
        vb_lex_set(lx, (vb_var_set){.name = slice(lx, from, to),
                                    .kind = VB_SET_READ,
                                    .at = from,
                                    .effect = op});
    else
        vb_lex_use(lx, (vb_var_use){.name = slice(lx, from, to),
                                    .at = from,
                                    .arith = true});
}

static void
step_arith(vb_lexer *lx)
{
    vb_frame *f = top(lx);
    char c = lx->p[lx->pos];

    if (c == '$') {
        dollar(lx);
    } else if (c == '(') {
        f->parens++;
        lx->pos++;
    } else if (c == ')' && f->parens > 0) {
        f->parens--;
        lx->pos++;
    } else if (c == ')') {
        pop(lx);
        lx->pos += at(lx, lx->pos + 1) == ')' ? 2 : 1;
    } else if (vb_is_digit(c)) {
        while (vb_is_word(at(lx, lx->pos)) || at(lx, lx->pos) == '#')
            lx->pos++;
    } else if (vb_is_word(c)) {
        arith_name(lx);
    } else {
        lx->pos += c == '\\' ? 2 : 1;
    }
}

/* The body's end: go on behind the delimiter, with the bodies still due. */
static void
end_heredoc(vb_lexer *lx)
{
    while (top(lx)->kind != VB_FRAME_HERE)
        pop(lx);
    lx->limit = top(lx)->limit;
    lx->pos = top(lx)->resume;
    pop(lx);
    heredoc_bodies(lx);
    if (lx->stop_at_line && line_complete(lx))
        lx->stopped = true;
}

static bool
in_heredoc(const vb_lexer *lx)
{
    for (uint32_t i = lx->top; i > 0; i--)
        if (lx->frames[i].kind == VB_FRAME_HERE)
            return true;
    return false;
}

static void
run(vb_lexer *lx)
{
    while (!lx->stopped) {
        if (lx->pos >= lx->limit) {
            if (!in_heredoc(lx))
                break;
            end_heredoc(lx);
            continue;
        }
        switch (top(lx)->kind) {
        case VB_FRAME_CMD:
            step_command(lx);
            break;
        case VB_FRAME_ARRAY:
            step_array(lx);
            break;
        case VB_FRAME_ARITH:
            step_arith(lx);
            break;
        default:
            step_quoted(lx);
        }
        /* a backslash at the very end escapes nothing */
        if (lx->pos > lx->limit)
            lx->pos = lx->limit;
    }
}

static const char *
open_fault(const vb_frame *f)
{
    switch (f->kind) {
    case VB_FRAME_DQ:
        return "an open double quote";
    case VB_FRAME_PARAM:
        return "an open '${'";
    case VB_FRAME_ARITH:
        return "an open '(('";
    default:
        return f->closer == '`' ? "an open backquote" : "an open '('";
    }
}

static void
finish(vb_lexer *lx)
{
    while (lx->top > 0) {
        vb_lex_fault(lx, open_fault(top(lx)), top(lx)->start);
        pop(lx);
    }
    vb_lex_end_simple(lx);
    if (top(lx)->nest > 0)
        vb_lex_fault(lx, "a compound command without its end",
                     (uint32_t)lx->sh->text.len);
}

static void
lexer_init(vb_lexer *lx, vb_arena *arena, vb_str text)
{
    *lx = (vb_lexer){.arena = arena, .p = text.ptr ? text.ptr : ""};
    lx->limit = (uint32_t)text.len;
    lx->sh = VB_NEW(arena, vb_shell);
    lx->sh->text = text;
    /* Not in the arena: steps are read by the thousand, and most need one
     * frame of these. Each is filled in when it is entered. */
    lx->frames = vb_heap_alloc(VB_SHELL_DEPTH_MAX * sizeof *lx->frames);
    lx->frames[0] = (vb_frame){.kind = VB_FRAME_CMD,
                               .cmdpos = true,
                               .redir = -1,
                               .simple = UINT32_MAX};
    stretch(lx, 0, VB_CTX_BARE);
}

vb_shell *
vb_shell_read(vb_arena *arena, vb_str text)
{
    vb_lexer lx;

    lexer_init(&lx, arena, text);
    for (uint32_t i = 0; i < lx.limit; i++)
        if (lx.p[i] == '\n')
            vb_vec_push(arena, &lx.newlines, i);
    run(&lx);
    finish(&lx);
    vb_heap_free(lx.frames);
    return lx.sh;
}

vb_shell *
vb_shell_line(vb_arena *arena, vb_str text, size_t *extent)
{
    vb_lexer lx;

    lexer_init(&lx, arena, text);
    lx.stop_at_line = true;
    run(&lx);
    finish(&lx);
    vb_heap_free(lx.frames);
    *extent = lx.pos && !lx.sh->fault ? lx.pos : text.len;
    return lx.sh;
}

size_t
vb_shell_extent(vb_arena *arena, vb_str text)
{
    size_t extent = VB_NPOS;
    vb_lexer lx;

    lexer_init(&lx, arena, text);
    lx.stop_at_line = true;
    run(&lx);
    if (lx.stopped && !lx.sh->fault) {
        extent = lx.pos;
    } else if (!lx.stopped && lx.top == 0 && !lx.sh->fault) {
        /* complete, but without a newline at the end? */
        vb_lex_end_simple(&lx);
        if (lx.npending == 0 && lx.frames[0].nest == 0)
            extent = text.len;
    }
    for (size_t i = 0; i < lx.sh->heredocs.len; i++)
        if (!lx.sh->heredocs.at[i].closed)
            extent = VB_NPOS;
    vb_heap_free(lx.frames);
    return extent;
}

vb_ctx_kind
vb_shell_context(const vb_shell *shell, uint32_t pos)
{
    size_t low = 0, high = shell->stretches.len;

    while (high - low > 1) {
        size_t mid = (low + high) / 2;

        if (shell->stretches.at[mid].start <= pos)
            low = mid;
        else
            high = mid;
    }
    return shell->stretches.len ? shell->stretches.at[low].kind : VB_CTX_BARE;
}
