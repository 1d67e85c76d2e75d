#include "doc/attrs.h"

#include <string.h>

#include "base/banned.h"

static bool
name_char(char c)
{
    return vb_is_word(c) || c == '-' || c == ':' || c == '.' || c == '@' ||
           c == '#' || c == '/' || (unsigned char)c >= 0x80;
}

/* Length of a balanced {...} at the start of 's', quotes respected; 0 when
 * it has no end. */
static size_t
braces(vb_str s)
{
    size_t depth = 0;
    char quote = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (quote) {
            if (c == '\\')
                i++;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'' || c == '`') {
            quote = c;
        } else if (c == '{') {
            depth++;
        } else if (c == '}' && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* The text of a {"v"} or {'v'} or {`v`} expression, or the expression. */
static vb_str
unwrap(vb_str s)
{
    s = vb_str_trim(s);
    if (s.len >= 2 &&
        (s.ptr[0] == '"' || s.ptr[0] == '\'' || s.ptr[0] == '`') &&
        s.ptr[s.len - 1] == s.ptr[0])
        return vb_str_sub(s, 1, s.len - 2);
    return s;
}

static vb_str
take_quoted(vb_str *rest)
{
    char quote = rest->ptr[0];
    size_t end = 1;
    vb_str value;

    while (end < rest->len && rest->ptr[end] != quote)
        end += rest->ptr[end] == '\\' && end + 1 < rest->len ? 2 : 1;
    value = vb_str_sub(*rest, 1, end - 1);
    *rest = vb_str_from(*rest, end + 1);
    return value;
}

static vb_str
take_value(vb_str *rest)
{
    size_t end = 0;
    vb_str value;

    if (rest->len == 0)
        return *rest;
    if (rest->ptr[0] == '"' || rest->ptr[0] == '\'' || rest->ptr[0] == '`')
        return take_quoted(rest);
    if (rest->ptr[0] == '{') {
        end = braces(*rest);
        value = unwrap(vb_str_sub(*rest, 1, end ? end - 2 : rest->len));
        *rest = vb_str_from(*rest, end ? end : rest->len);
        return value;
    }
    while (end < rest->len && !vb_is_space(rest->ptr[end]))
        end++;
    value = vb_str_sub(*rest, 0, end);
    *rest = vb_str_from(*rest, end);
    return value;
}

bool
vb_attr_next(vb_str *rest, vb_attr *attr)
{
    size_t end = 0;
    vb_str after;

    *attr = (vb_attr){0};
    *rest = vb_str_ltrim(*rest);
    while (rest->len && rest->ptr[0] == ',')
        *rest = vb_str_ltrim(vb_str_from(*rest, 1));
    if (rest->len == 0)
        return false;
    if (rest->ptr[0] == '"' || rest->ptr[0] == '\'' || rest->ptr[0] == '{' ||
        rest->ptr[0] == '`') {
        attr->value = take_value(rest);
        attr->has_value = true;
        return true;
    }
    while (end < rest->len && name_char(rest->ptr[end]))
        end++;
    if (end == 0) /* a character that starts nothing */
        end = 1;
    attr->name = vb_str_sub(*rest, 0, end);
    *rest = vb_str_from(*rest, end);
    after = vb_str_ltrim(*rest);
    if (after.len && after.ptr[0] == '=') {
        *rest = vb_str_ltrim(vb_str_from(after, 1));
        attr->value = take_value(rest);
        attr->has_value = true;
    }
    return true;
}

bool
vb_attr_find(vb_str attrs, const char *name, vb_str *value)
{
    vb_attr attr;

    while (vb_attr_next(&attrs, &attr)) {
        if (attr.name.len && vb_str_ieqc(attr.name, name)) {
            *value = attr.value;
            return true;
        }
    }
    return false;
}

vb_str
vb_attr_get(vb_str attrs, const char *name)
{
    vb_str value = {0};

    if (!vb_attr_find(attrs, name, &value))
        return vb_str_n(NULL, 0);
    return value;
}

vb_str
vb_attr_first(vb_str attrs, const char *const *names)
{
    for (; *names; names++) {
        vb_str value = vb_attr_get(attrs, *names);

        if (value.len)
            return value;
    }
    return vb_str_n(NULL, 0);
}

vb_str
vb_attr_word(vb_str attrs, unsigned n)
{
    vb_attr attr;

    while (vb_attr_next(&attrs, &attr)) {
        if (attr.name.len && attr.has_value)
            continue;
        if (n-- == 0)
            return attr.name.len ? attr.name : attr.value;
    }
    return vb_str_n(NULL, 0);
}

/* Position behind the '>' that ends a tag whose attributes start at 'i', or
 * 0. */
static size_t
tag_end(vb_str s, size_t i)
{
    while (i < s.len) {
        char c = s.ptr[i];

        if (c == '>')
            return i + 1;
        if (c == '<')
            return 0;
        if (c == '{') {
            size_t n = braces(vb_str_from(s, i));

            if (n == 0)
                return 0;
            i += n;
        } else if (c == '"' || c == '\'') {
            size_t n = vb_str_chr(vb_str_from(s, i + 1), c);

            if (n == VB_NPOS)
                return 0;
            i += n + 2;
        } else {
            i++;
        }
    }
    return 0;
}

bool
vb_tag_read(vb_str s, vb_tag *tag)
{
    size_t i = 1, start, end;

    *tag = (vb_tag){0};
    if (s.len < 3 || s.ptr[0] != '<')
        return false;
    if (s.ptr[i] == '/') {
        tag->close = true;
        i++;
    }
    start = i;
    if (i >= s.len || !vb_is_alpha(s.ptr[i]))
        return false;
    while (i < s.len && (vb_is_alnum(s.ptr[i]) || s.ptr[i] == '-' ||
                         s.ptr[i] == '.' || s.ptr[i] == ':'))
        i++;
    tag->name = vb_str_sub(s, start, i - start);
    if (i >= s.len || (!vb_is_space(s.ptr[i]) && s.ptr[i] != '>' &&
                       s.ptr[i] != '/' && s.ptr[i] != '{'))
        return false;
    end = tag_end(s, i);
    if (end == 0)
        return false;
    tag->len = end;
    tag->attrs = vb_str_trim(vb_str_sub(s, i, end - 1 - i));
    if (vb_str_ends(tag->attrs, "/")) {
        tag->self = true;
        tag->attrs =
            vb_str_rtrim(vb_str_sub(tag->attrs, 0, tag->attrs.len - 1));
    }
    return true;
}

/* Finds the end bracket outside quotes; the position of its first byte. */
static size_t
shortcode_end(vb_str s, size_t i, const char *bracket)
{
    size_t len = strlen(bracket);
    char quote = 0;

    for (; i + len <= s.len; i++) {
        char c = s.ptr[i];

        if (quote) {
            if (c == '\\')
                i++;
            else if (c == quote)
                quote = 0;
        } else if (memcmp(s.ptr + i, bracket, len) == 0) {
            return i;
        } else if (c == '"' || c == '`') {
            quote = c;
        }
    }
    return VB_NPOS;
}

static const char *
shortcode_bracket(vb_str s, vb_shortcode *sc)
{
    if (vb_str_starts(s, "{{<")) {
        sc->bracket = '<';
        return ">}}";
    }
    if (vb_str_starts(s, "{{%")) {
        sc->bracket = '%';
        return "%}}";
    }
    if (vb_str_starts(s, "{{#")) {
        sc->bracket = '#';
        return "}}";
    }
    if (vb_str_starts(s, "{%")) {
        sc->bracket = '{';
        return "%}";
    }
    return NULL;
}

bool
vb_shortcode_read(vb_str s, vb_shortcode *sc)
{
    const char *bracket;
    size_t at, end, name = 0;
    vb_str body;

    *sc = (vb_shortcode){0};
    bracket = shortcode_bracket(s, sc);
    if (!bracket)
        return false;
    at = sc->bracket == '{' ? 2 : 3;
    end = shortcode_end(s, at, bracket);
    if (end == VB_NPOS) /* an unbalanced quote in it? */
        end = vb_str_find(s, vb_str_c(bracket));
    if (end == VB_NPOS || end < at)
        return false;
    sc->len = end + strlen(bracket);
    body = vb_str_trim(vb_str_sub(s, at, end - at));
    if (vb_str_starts(body, "/*")) /* Hugo's way to show a shortcode */
        return false;
    if (body.len && body.ptr[0] == '/') {
        sc->close = true;
        body = vb_str_ltrim(vb_str_from(body, 1));
    }
    if (vb_str_ends(body, "/") && sc->bracket != '#') {
        sc->self = true;
        body = vb_str_rtrim(vb_str_sub(body, 0, body.len - 1));
    }
    while (name < body.len && !vb_is_space(body.ptr[name]))
        name++;
    sc->name = vb_str_sub(body, 0, name);
    sc->args = vb_str_trim(vb_str_from(body, name));
    return sc->name.len > 0;
}

vb_str
vb_label_clean(vb_arena *arena, vb_str label)
{
    char *out;
    size_t n = 0;

    label = vb_str_trim(label);
    if (label.len >= 2 && (label.ptr[0] == '"' || label.ptr[0] == '\'') &&
        label.ptr[label.len - 1] == label.ptr[0])
        label = vb_str_trim(vb_str_sub(label, 1, label.len - 2));
    out = vb_arena_alloc(arena, label.len + 1);
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i];

        if (c == '*' || c == '`')
            continue;
        if (c == '\\' && i + 1 < label.len && !vb_is_alnum(label.ptr[i + 1]))
            c = label.ptr[++i];
        if (vb_is_space(c))
            c = ' ';
        if (c == ' ' && (n == 0 || out[n - 1] == ' '))
            continue;
        out[n++] = c;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return vb_str_n(out, n);
}
