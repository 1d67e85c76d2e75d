#include "plan/shell_lex.h"

#include "base/buf.h"

#include <string.h>

#include "base/banned.h"

bool
vb_shell_name(vb_str s)
{
    if (s.len == 0 || vb_is_digit(s.ptr[0]))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!vb_is_word(s.ptr[i]))
            return false;
    return true;
}

static vb_frame *
top(vb_lexer *lx)
{
    return &lx->frames[lx->top];
}

static uint32_t
line_of(const vb_lexer *lx, uint32_t pos)
{
    size_t low = 0, high = lx->newlines.len;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (lx->newlines.at[mid] < pos)
            low = mid + 1;
        else
            high = mid;
    }
    return (uint32_t)low;
}

void
vb_lex_set(vb_lexer *lx, vb_var_set set)
{
    vb_frame *f = top(lx);

    for (uint32_t i = lx->top; i > 0 && f->kind != VB_FRAME_CMD;)
        f = &lx->frames[--i];
    set.depth = f->depth;
    set.nest = f->nest;
    set.in_function = f->in_function || f->function_nest > 0;
    vb_vec_push(lx->arena, &lx->sh->sets, set);
}

void
vb_lex_begin_word(vb_lexer *lx)
{
    vb_frame *f = top(lx);

    if (f->in_word)
        return;
    f->in_word = true;
    f->quoted = f->dynamic = false;
    f->word_start = lx->pos;
    f->after_op = false;
    if (f->simple == UINT32_MAX && f->kind == VB_FRAME_CMD) {
        vb_simple s = {.start = lx->pos,
                       .line = line_of(lx, lx->pos),
                       .depth = f->depth,
                       .nest = f->nest,
                       .in_function = f->in_function || f->function_nest > 0,
                       .piped_from = f->piped,
                       .and_or = f->andor};

        f->simple = (uint32_t)lx->sh->simples.len;
        vb_vec_push(lx->arena, &lx->sh->simples, s);
        f->piped = f->andor = false;
    }
}

/* Inside double quotes a backslash keeps its meaning only before these. */
static bool
dq_escape(char c)
{
    return c == '$' || c == '`' || c == '"' || c == '\\' || c == '\n';
}

/* One pass that stops at the first expansion, so that nested words together
 * cost no more than the text. */
static bool
unquote_into(vb_buf *out, vb_str raw, bool *quoted)
{
    char quote = 0;

    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i], n = 0;

        if (i + 1 < raw.len)
            n = raw.ptr[i + 1];

        if (quote != '\'' &&
            (c == '`' ||
             (c == '$' && n && (vb_is_word(n) || strchr("({?@*#!$-'\"", n)))))
            return false;
        if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
            *quoted = true;
        } else if (c == quote && quote) {
            quote = 0;
        } else if (c == '\\' && quote != '\'' && i + 1 < raw.len) {
            i++;
            *quoted = true;
            if (quote == '"' && !dq_escape(n))
                vb_buf_ch(out, '\\');
            if (n != '\n')
                vb_buf_ch(out, n);
        } else {
            vb_buf_ch(out, c);
        }
    }
    return true;
}

vb_str
vb_lex_unquote(vb_arena *arena, vb_str raw, bool *is_static, bool *quoted)
{
    vb_buf buf;
    vb_str text = raw;
    size_t i;

    *is_static = true;
    *quoted = false;
    for (i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];

        if (c == '\'' || c == '"' || c == '\\' || c == '$' || c == '`')
            break;
    }
    if (i == raw.len)
        return raw;
    vb_buf_init(&buf, VB_BUF_NO_MAX);
    *is_static = unquote_into(&buf, raw, quoted);
    if (*is_static)
        text = vb_str_copy(arena, vb_buf_view(&buf));
    else if (raw.len >= 2 && raw.ptr[0] == '"' && raw.ptr[raw.len - 1] == '"')
        text = vb_str_sub(raw, 1, raw.len - 2);
    vb_buf_release(&buf);
    return text;
}

/* Length of "NAME=" , "NAME+=" or "NAME[..]=" at the start; 0 for none. */
static size_t
assign_head(vb_str raw, size_t *name_len, bool *append)
{
    size_t i = 0;

    *append = false;
    while (i < raw.len && vb_is_word(raw.ptr[i]))
        i++;
    *name_len = i;
    if (i == 0 || vb_is_digit(raw.ptr[0]))
        return 0;
    if (i < raw.len && raw.ptr[i] == '[') {
        while (i < raw.len && raw.ptr[i] != ']')
            i++;
        i++;
    }
    if (i + 1 < raw.len && raw.ptr[i] == '+' && raw.ptr[i + 1] == '=') {
        *append = true;
        i++;
    }
    return i < raw.len && raw.ptr[i] == '=' ? i + 1 : 0;
}

/* Records NAME=VALUE or a bare NAME at 'start'; false when it is neither. */
static bool
record_set(vb_lexer *lx, vb_str raw, uint32_t start, vb_set_kind kind)
{
    size_t name_len = 0, head;
    bool append = false, quoted = false;
    vb_var_set set = {.kind = kind, .at = start};

    head = assign_head(raw, &name_len, &append);
    if (head == 0 && kind == VB_SET_ASSIGN)
        return false;
    if (head == 0 &&
        (name_len == 0 || name_len != raw.len || vb_is_digit(raw.ptr[0])))
        return false;
    set.name = vb_str_sub(raw, 0, name_len);
    set.append = append;
    set.effect = start + (uint32_t)raw.len;
    if (head) {
        set.has_value = true;
        set.start = start + (uint32_t)head;
        set.len = (uint32_t)(raw.len - head);
        set.value = vb_lex_unquote(lx->arena, vb_str_from(raw, head),
                                   &set.is_static, &quoted);
        if (raw.ptr[name_len] == '[' || (set.len && lx->p[set.start] == '('))
            set.is_static = false;
    }
    vb_lex_set(lx, set);
    return true;
}

static const char *const opening[] = {"if", "while", "until", "{"};
static const char *const closing[] = {"fi", "done", "}"};
static const char *const between[] = {"then", "else", "elif",  "do",
                                      "!",    "time", "coproc"};

static void
close_compound(vb_frame *f)
{
    if (f->nest > 0)
        f->nest--;
    if (f->nest < f->function_nest)
        f->function_nest = 0;
}

/* A word in command position that is no command. */
static bool
reserved(vb_frame *f, vb_str raw)
{
    if (VB_STR_AMONG(raw, opening)) {
        f->nest++;
    } else if (VB_STR_AMONG(raw, closing)) {
        close_compound(f);
    } else if (vb_str_eqc(raw, "for") || vb_str_eqc(raw, "select")) {
        f->nest++;
        f->mode = VB_MODE_FOR_NAME;
    } else if (vb_str_eqc(raw, "case")) {
        f->nest++;
        f->mode = VB_MODE_CASE_WORD;
    } else if (vb_str_eqc(raw, "esac")) {
        close_compound(f);
        f->cases -= f->cases > 0;
    } else if (vb_str_eqc(raw, "function")) {
        f->mode = VB_MODE_FUNCTION;
    } else {
        return VB_STR_AMONG(raw, between);
    }
    return true;
}

/* Words whose meaning the frame's mode decides; false in NORMAL. */
static bool
mode_word(vb_lexer *lx, vb_frame *f, vb_str raw)
{
    switch (f->mode) {
    case VB_MODE_FOR_NAME:
        if (vb_shell_name(raw))
            vb_lex_set(lx, (vb_var_set){.name = raw,
                                        .kind = VB_SET_LOOP,
                                        .at = f->word_start,
                                        .effect = f->word_start});
        f->mode = VB_MODE_FOR_LIST;
        return true;
    case VB_MODE_FOR_LIST:
        if (vb_str_eqc(raw, "do"))
            f->mode = VB_MODE_NORMAL;
        return true;
    case VB_MODE_CASE_WORD:
        f->mode = VB_MODE_CASE_IN;
        return true;
    case VB_MODE_CASE_IN:
        f->mode = VB_MODE_PATTERN;
        f->cases++;
        return true;
    case VB_MODE_PATTERN:
        if (vb_str_eqc(raw, "esac")) {
            close_compound(f);
            f->cases -= f->cases > 0;
            f->mode = VB_MODE_NORMAL;
        }
        return true;
    case VB_MODE_FUNCTION:
        vb_vec_push(lx->arena, &lx->sh->functions, raw);
        f->mode = VB_MODE_NORMAL;
        f->function_nest = f->nest + 1;
        return true;
    default:
        return false;
    }
}

static void
redir_target(vb_lexer *lx, vb_frame *f, vb_word word)
{
    vb_shell *sh = lx->sh;
    vb_redir redir = {.kind = (vb_redir_kind)f->redir,
                      .fd = f->redir_fd,
                      .target = word,
                      .start = f->redir_start,
                      .len = word.start + word.len - f->redir_start};

    f->redir = -1;
    if (f->simple == UINT32_MAX)
        return;
    if (redir.kind == VB_REDIR_HEREDOC) {
        vb_str raw = vb_str_sub(sh->text, word.start, word.len);
        vb_heredoc doc = {.delim = word.is_static ? word.text : raw,
                          .quoted = word.quoted,
                          .simple = f->simple};

        for (uint32_t i = redir.start; i < word.start; i++)
            doc.strip = doc.strip || sh->text.ptr[i] == '-';
        redir.doc = (uint32_t)sh->heredocs.len;
        if (lx->npending < VB_PENDING_MAX)
            lx->pending[lx->npending++] = redir.doc;
        vb_vec_push(lx->arena, &sh->heredocs, doc);
    }
    vb_vec_push(lx->arena, &sh->simples.at[f->simple].redirs, redir);
}

void
vb_lex_end_word(vb_lexer *lx)
{
    vb_frame *f = top(lx);
    vb_word word = {0};
    vb_simple *s;
    vb_str raw;

    if (!f->in_word)
        return;
    f->in_word = false;
    word.start = f->word_start;
    word.len = lx->pos - f->word_start;
    if (word.start + word.len > lx->sh->text.len)
        word.len = (uint32_t)lx->sh->text.len - word.start;
    raw = vb_str_sub(lx->sh->text, word.start, word.len);
    word.text = vb_lex_unquote(lx->arena, raw, &word.is_static, &word.quoted);
    word.quoted = word.quoted || f->quoted;
    if (f->redir >= 0) {
        redir_target(lx, f, word);
        return;
    }
    if (mode_word(lx, f, raw) || f->simple == UINT32_MAX)
        return;
    s = &lx->sh->simples.at[f->simple];
    if (f->cmdpos && !f->quoted && !f->dynamic && s->assigns.len == 0 &&
        reserved(f, raw)) {
        s->start = lx->pos;
        s->nest = f->nest;
        s->in_function = f->in_function || f->function_nest > 0;
        return;
    }
    if (f->cmdpos && record_set(lx, raw, word.start, VB_SET_ASSIGN)) {
        vb_vec_push(lx->arena, &s->assigns, (uint32_t)(lx->sh->sets.len - 1));
        return;
    }
    if (f->cmdpos) {
        f->cmdpos = false;
        if (s->assigns.len == 0) {
            s->start = word.start;
            s->line = line_of(lx, word.start);
        }
    }
    f->cond = (f->cond || (s->words.len == 0 && vb_str_eqc(raw, "[["))) &&
              !vb_str_eqc(raw, "]]");
    vb_vec_push(lx->arena, &s->words, word);
}

/* Builtins that set the variables they are given. */
static void
builtin_sets(vb_lexer *lx, const vb_simple *s)
{
    static const char *const declares[] = {"declare", "typeset", "readonly",
                                           "local", "export"};
    static const char *const reads[] = {"read", "mapfile", "readarray"};
    vb_str program = s->words.at[0].text;
    bool declare = VB_STR_AMONG(program, declares);
    bool read = VB_STR_AMONG(program, reads);
    vb_set_kind kind = vb_str_eqc(program, "export")  ? VB_SET_EXPORT
                       : vb_str_eqc(program, "local") ? VB_SET_LOCAL
                       : declare                      ? VB_SET_DECLARE
                                                      : VB_SET_READ;

    for (size_t i = 1; i < s->words.len; i++) {
        const vb_word *w = &s->words.at[i];
        vb_str raw = vb_str_sub(lx->sh->text, w->start, w->len);

        if (vb_str_starts(raw, "-")) {
            /* "printf -v NAME"; "read -p PROMPT NAME" takes a value */
            if (read && raw.len == 2 &&
                strchr(vb_str_eqc(program, "read") ? "pdntNu" : "dnOsuCc",
                       raw.ptr[1]))
                i++;
            if (vb_str_eqc(program, "printf") && vb_str_eqc(raw, "-v") &&
                i + 1 < s->words.len)
                record_set(lx, s->words.at[i + 1].text,
                           s->words.at[i + 1].start, VB_SET_READ);
            continue;
        }
        if (declare || read)
            record_set(lx, raw, w->start, kind);
        else if (vb_str_eqc(program, "getopts") && i == 2)
            record_set(lx, raw, w->start, VB_SET_READ);
    }
}

void
vb_lex_end_simple(vb_lexer *lx)
{
    vb_frame *f;
    vb_simple *s;

    vb_lex_end_word(lx);
    f = top(lx);
    f->redir = -1;
    f->cond = false;
    if (f->kind != VB_FRAME_CMD)
        return;
    if (f->mode == VB_MODE_FOR_LIST || f->mode == VB_MODE_FUNCTION)
        f->mode = VB_MODE_NORMAL;
    f->cmdpos = true;
    if (f->simple == UINT32_MAX)
        return;
    s = &lx->sh->simples.at[f->simple];
    if (lx->pos >= s->start)
        s->len = lx->pos - s->start;
    if (s->words.len == 0 && s->assigns.len == 0 && s->redirs.len == 0) {
        /* only reserved words so far: the next command takes the slot */
        if (f->simple + 1 == lx->sh->simples.len) {
            f->piped = s->piped_from;
            f->andor = s->and_or;
            lx->sh->simples.len--;
        }
        f->simple = UINT32_MAX;
        return;
    }
    if (s->words.len > 0) {
        for (size_t i = 0; i < s->assigns.len; i++)
            lx->sh->sets.at[s->assigns.at[i]].kind = VB_SET_PREFIX;
        builtin_sets(lx, s);
    }
    f->simple = UINT32_MAX;
}
