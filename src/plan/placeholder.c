#include "plan/placeholder.h"

#include "base/buf.h"
#include "plan/known.h"
#include "plan/planner.h"

#include <string.h>

#include "base/banned.h"

enum { HOLE_MAX = 80 };

static vb_hole
hole(vb_hole_kind kind, size_t start, size_t end)
{
    return (vb_hole){kind, start, end - start};
}

/* "Ada <ada@example.org>": who made it, not what to fill in. */
static bool
is_mail(vb_str inner)
{
    size_t at = vb_str_chr(inner, '@');

    return at != VB_NPOS && at > 0 && !vb_str_ihas(inner, "your") &&
           vb_str_chr(inner, ' ') == VB_NPOS &&
           vb_str_chr(vb_str_from(inner, at), '.') != VB_NPOS;
}

/* "<title>.*</title>": the tag's end follows shortly. */
static bool
is_tag(vb_str rest, vb_str inner)
{
    enum { NEAR = 200 };
    vb_str near = vb_str_sub(rest, 0, NEAR);
    size_t at = vb_str_find(near, VB_STR("</"));

    near = at == VB_NPOS ? (vb_str){0} : vb_str_from(near, at + 2);
    return near.len > inner.len &&
           vb_str_eq(vb_str_sub(near, 0, inner.len), inner) &&
           near.ptr[inner.len] == '>';
}

/* <...>: one line, letters first, nothing that only a redirection or a tag
 * has. */
static vb_hole
angle(vb_str t, size_t i, bool shell)
{
    static const char *const values[] = {
        "none", "nil", "unknown", "pending", "unset", "invalid",
        "br",   "hr",  "p",       "div",     "b",     "i"};
    size_t end = i + 1;
    vb_str inner;

    if (i > 0 && (t.ptr[i - 1] == '<' || t.ptr[i - 1] == '\\'))
        return (vb_hole){0};
    while (end < t.len && end - i < HOLE_MAX && t.ptr[end] != '>' &&
           t.ptr[end] != '<' && t.ptr[end] != '\n')
        end++;
    if (end >= t.len || t.ptr[end] != '>')
        return (vb_hole){0};
    inner = vb_str_sub(t, i + 1, end - i - 1);
    if (inner.len < 2 || !vb_is_alpha(inner.ptr[0]) ||
        vb_is_space(inner.ptr[inner.len - 1]) || VB_STR_IAMONG(inner, values) ||
        is_mail(inner) || is_tag(vb_str_from(t, end), inner))
        return (vb_hole){0};
    for (size_t k = 0; k < inner.len; k++)
        if (!vb_is_alnum(inner.ptr[k]) &&
            !strchr("_- .:/'@#,()", inner.ptr[k]) &&
            (unsigned char)inner.ptr[k] < 0x80)
            return (vb_hole){0};
    /* "<in.txt>out.txt" are two redirections */
    if (shell && vb_is_filename(inner) && end + 1 < t.len &&
        (vb_is_alnum(t.ptr[end + 1]) || t.ptr[end + 1] == ' ') && i > 0 &&
        t.ptr[i - 1] == ' ' && !vb_str_ihas(inner, "your") &&
        !vb_str_ihas(inner, "path"))
        return (vb_hole){0};
    return hole(VB_HOLE_ANGLE, i, end + 1);
}

/* YOUR_NAME, YOUR-NAME, your-name, your_name as a word of its own. */
static vb_hole
your(vb_str t, size_t i)
{
    bool upper = vb_str_starts(vb_str_from(t, i), "YOUR");
    size_t end = i + 4;

    if (i > 0 && (vb_is_word(t.ptr[i - 1]) || t.ptr[i - 1] == '$' ||
                  t.ptr[i - 1] == '{' || t.ptr[i - 1] == '-'))
        return (vb_hole){0};
    if (end >= t.len || (t.ptr[end] != '_' && t.ptr[end] != '-'))
        return (vb_hole){0};
    while (end < t.len && end - i < HOLE_MAX &&
           (upper ? vb_is_upper(t.ptr[end]) || vb_is_digit(t.ptr[end]) ||
                        t.ptr[end] == '_' || t.ptr[end] == '-'
                  : vb_is_lower(t.ptr[end]) || vb_is_digit(t.ptr[end]) ||
                        t.ptr[end] == '_' || t.ptr[end] == '-'))
        end++;
    while (end > i && (t.ptr[end - 1] == '-' || t.ptr[end - 1] == '_'))
        end--;
    /* an assignment's name is a variable of the guide */
    if (end < i + 6 ||
        (end < t.len && (t.ptr[end] == '=' || vb_is_word(t.ptr[end]))))
        return (vb_hole){0};
    return hole(VB_HOLE_YOUR, i, end);
}

static vb_hole
bracket(vb_str t, size_t i)
{
    static const char *const marks[] = {"INFO",  "WARN",  "WARNING", "ERROR",
                                        "DEBUG", "FATAL", "OK",      "OPTIONAL",
                                        "TRACE", "NOTE"};
    size_t end = i + 1;
    vb_str inner;

    if (i > 0 &&
        (vb_is_word(t.ptr[i - 1]) || t.ptr[i - 1] == '[' ||
         t.ptr[i - 1] == '}' || t.ptr[i - 1] == ']' || t.ptr[i - 1] == '*'))
        return (vb_hole){0};
    while (end < t.len && end - i < HOLE_MAX &&
           (vb_is_upper(t.ptr[end]) || vb_is_digit(t.ptr[end]) ||
            t.ptr[end] == '_' || t.ptr[end] == '-' || t.ptr[end] == ' '))
        end++;
    if (end >= t.len || t.ptr[end] != ']' || end - i < 4)
        return (vb_hole){0};
    inner = vb_str_sub(t, i + 1, end - i - 1);
    if (!vb_is_upper(inner.ptr[0]) || (inner.len == 3 && inner.ptr[1] == '-') ||
        VB_STR_IAMONG(inner, marks))
        return (vb_hole){0};
    return hole(VB_HOLE_BRACKET, i, end + 1);
}

/* {{ NAME }} with one plain word; templates of programs have more. */
static vb_hole
braces(vb_str t, size_t i, bool shell)
{
    size_t end = i + 2, from;
    vb_str inner;

    if (i + 1 >= t.len || t.ptr[i + 1] != '{')
        return (vb_hole){0};
    if (i > 0 && (t.ptr[i - 1] == '$' || t.ptr[i - 1] == '{'))
        return (vb_hole){0};
    while (end < t.len && t.ptr[end] == ' ')
        end++;
    from = end;
    while (end < t.len && end - i < HOLE_MAX &&
           (vb_is_word(t.ptr[end]) || t.ptr[end] == '-'))
        end++;
    inner = vb_str_sub(t, from, end - from);
    while (end < t.len && t.ptr[end] == ' ')
        end++;
    if (inner.len < 2 || end + 1 >= t.len || t.ptr[end] != '}' ||
        t.ptr[end + 1] != '}' || vb_str_eqc(inner, "end") ||
        vb_str_eqc(inner, "else"))
        return (vb_hole){0};
    for (size_t k = 0; k < inner.len && !shell; k++)
        if (vb_is_lower(inner.ptr[k]))
            return (vb_hole){0};
    return hole(VB_HOLE_BRACES, i, end + 2);
}

static bool
token_char(char c)
{
    return vb_is_word(c) || c == '-';
}

/* 0X0X0X-0X0X0X: nothing in the token but crosses, zeros and dashes. */
static bool
only_crosses(vb_str t, size_t i)
{
    size_t from = i, end = i, marks = 0;

    while (from > 0 && i - from < HOLE_MAX && token_char(t.ptr[from - 1]))
        from--;
    while (end < t.len && end - i < HOLE_MAX && token_char(t.ptr[end]))
        end++;
    for (size_t k = from; k < end; k++) {
        if (!strchr("xX0-", t.ptr[k]))
            return false;
        marks += t.ptr[k] == 'x' || t.ptr[k] == 'X';
    }
    return marks >= 3 && end - from >= 6;
}

/* A token with a run of four or more 'x': account ids, subnet-xxxxxxxx. */
static vb_hole
crosses(vb_str t, size_t i)
{
    size_t from = i, end = i, run = 0;
    char c = t.ptr[i];

    while (end < t.len && t.ptr[end] == c)
        end++;
    run = end - i;
    if (run < 4 && !only_crosses(t, i))
        return (vb_hole){0};
    while (from > 0 && token_char(t.ptr[from - 1]) && i - from < HOLE_MAX)
        from--;
    while (end < t.len && token_char(t.ptr[end]) && end - i < HOLE_MAX)
        end++;
    /* mktemp's XXXXXX, and long words of anything else */
    if ((from > 0 && (t.ptr[from - 1] == '.' || t.ptr[from - 1] == '$' ||
                      t.ptr[from - 1] == '{')) ||
        end - from > 64)
        return (vb_hole){0};
    return hole(VB_HOLE_CROSSES, from, end);
}

vb_hole
vb_hole_next(vb_str t, size_t from, bool shell, bool markup)
{
    for (size_t i = from; i < t.len; i++) {
        vb_hole h = {0};

        switch (t.ptr[i]) {
        case '<':
            if (!markup)
                h = angle(t, i, shell);
            break;
        case 'Y':
        case 'y':
            if (i + 4 < t.len && (vb_str_starts(vb_str_from(t, i), "YOUR") ||
                                  vb_str_starts(vb_str_from(t, i), "your")))
                h = your(t, i);
            break;
        case '[':
            h = bracket(t, i);
            break;
        case '{':
            h = braces(t, i, shell);
            break;
        case 'x':
        case 'X':
            if (i == 0 || t.ptr[i - 1] != t.ptr[i])
                h = crosses(t, i);
            break;
        default:
            break;
        }
        if (h.kind && h.start >= from)
            return h;
    }
    return (vb_hole){0};
}

vb_str
vb_hole_name(vb_arena *arena, vb_str spelled)
{
    vb_buf buf;
    vb_str out;

    vb_buf_init(&buf, 200);
    for (size_t i = 0; i < spelled.len; i++) {
        char c = spelled.ptr[i];

        if (vb_is_lower(c))
            c = (char)(c - 'a' + 'A');
        if (vb_is_alnum(c) || c == '_')
            vb_buf_ch(&buf, c);
        else if (buf.len && buf.ptr[buf.len - 1] != '_')
            vb_buf_ch(&buf, '_');
    }
    while (buf.len && buf.ptr[buf.len - 1] == '_')
        buf.len--;
    if (buf.len == 0)
        vb_buf_c(&buf, "PLACEHOLDER");
    if (vb_is_digit(buf.ptr[0]))
        out = vb_str_fmt(arena, "_%.*s", VB_ARG(vb_buf_view(&buf)));
    else
        out = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return out;
}
