#include "rehearse/jsonpath.h"

#include "rehearse/print.h"
#include "rehearse/value.h"

#include "base/banned.h"

enum { MATCHES_MAX = 100000 };

typedef VB_VEC(const vb_node *) matches;

typedef struct walker {
    vb_arena *arena;
    vb_error *err;
    const vb_node *root;
} walker;

static bool
too_many(const matches *m, vb_error *err)
{
    return m->len > MATCHES_MAX && !vb_fail(err, "too many matches");
}

static void
add_children(walker *w, const vb_node *v, matches *to)
{
    for (size_t i = 0; i < v->len; i++)
        vb_vec_push(w->arena, to, v->items[i]);
}

/* All nodes below 'from' and itself, breadth first. */
static bool
descend(walker *w, const matches *from, matches *to)
{
    for (size_t i = 0; i < from->len; i++)
        vb_vec_push(w->arena, to, from->at[i]);
    for (size_t i = 0; i < to->len; i++) {
        add_children(w, to->at[i], to);
        if (too_many(to, w->err))
            return false;
    }
    return true;
}

static void
fields(walker *w, const matches *from, vb_str name, matches *to)
{
    for (size_t i = 0; i < from->len; i++) {
        const vb_node *v = vb_node_get_str(from->at[i], name);

        if (v)
            vb_vec_push(w->arena, to, v);
    }
}

/* A field name: '\.' keeps a dot inside it. */
static vb_str
take_name(walker *w, vb_str *path)
{
    char *out = vb_arena_alloc(w->arena, path->len + 1);
    size_t i = 0, n = 0;

    for (; i < path->len; i++) {
        char c = path->ptr[i];

        if (c == '\\' && i + 1 < path->len)
            c = path->ptr[++i];
        else if (c == '.' || c == '[' || c == ' ' || c == ']')
            break;
        out[n++] = c;
    }
    *path = vb_str_from(*path, i);
    return vb_str_n(out, n);
}

/* "x" or 'x' or a bare word or number as a value. */
static const vb_node *
operand(walker *w, vb_str text)
{
    int64_t n;

    text = vb_str_trim(text);
    if (text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\''))
        return vb_val_str(w->arena, vb_str_sub(text, 1, text.len - 2));
    if (vb_str_i64(text, &n))
        return vb_val_int(w->arena, n);
    if (vb_str_eqc(text, "true") || vb_str_eqc(text, "false"))
        return vb_val_bool(text.ptr[0] == 't');
    return vb_val_str(w->arena, text);
}

/* '@.a.b' inside a filter: plain fields only. */
static const vb_node *
filter_field(walker *w, vb_str path, const vb_node *of)
{
    path = vb_str_trim(path);
    if (!vb_str_starts(path, "@"))
        return NULL;
    path = vb_str_from(path, 1);
    while (of && path.len && path.ptr[0] == '.') {
        path = vb_str_from(path, 1);
        of = vb_node_get_str(of, take_name(w, &path));
    }
    return path.len ? NULL : of;
}

static bool
filter(walker *w, const matches *from, vb_str condition, matches *to)
{
    static const char *const ops[] = {"==", "!="};
    size_t at = VB_NPOS, op = 0;

    for (op = 0; op < VB_COUNT(ops) && at == VB_NPOS; op++)
        at = vb_str_find(condition, vb_str_c(ops[op]));
    for (size_t i = 0; i < from->len; i++) {
        const vb_node *list = from->at[i];

        for (size_t k = 0; k < list->len; k++) {
            const vb_node *got =
                filter_field(w, vb_str_sub(condition, 0, at), list->items[k]);
            bool keep = got != NULL;

            if (at != VB_NPOS)
                keep = got && vb_val_eq(got, operand(w, vb_str_from(condition,
                                                                    at + 2))) ==
                                  (op == 1);
            if (keep)
                vb_vec_push(w->arena, to, list->items[k]);
        }
    }
    return true;
}

static bool
bounds(vb_str range, int64_t len, int64_t *from, int64_t *to)
{
    vb_str first;
    bool one = vb_str_chr(range, ':') == VB_NPOS;

    *from = 0;
    *to = len;
    if (!vb_str_field(&range, ':', &first))
        return false;
    if (first.len && !vb_str_i64(first, from))
        return false;
    if (!one && range.len && !vb_str_i64(range, to))
        return false;
    if (*from < 0)
        *from += len;
    if (*to < 0)
        *to += len;
    if (one)
        *to = *from + 1;
    *from = *from < 0 ? 0 : *from;
    *to = *to > len ? len : *to;
    return true;
}

/* [*], [3], [1:2], ['name'], [?(@.x=="y")]; 'inside' is between brackets. */
static bool
subscript(walker *w, vb_str inside, const matches *from, matches *to)
{
    if (vb_str_starts(inside, "?(") && vb_str_ends(inside, ")"))
        return filter(w, from, vb_str_sub(inside, 2, inside.len - 3), to);
    if (inside.len >= 2 && (inside.ptr[0] == '\'' || inside.ptr[0] == '"')) {
        fields(w, from, vb_str_sub(inside, 1, inside.len - 2), to);
        return true;
    }
    for (size_t i = 0; i < from->len; i++) {
        const vb_node *v = from->at[i];
        int64_t a, b;

        if (vb_str_eqc(inside, "*")) {
            add_children(w, v, to);
            continue;
        }
        if (!bounds(inside, (int64_t)v->len, &a, &b))
            return vb_fail(w->err, "invalid array index %.*s", VB_ARG(inside));
        for (; v->kind == VB_NODE_LIST && a < b; a++)
            vb_vec_push(w->arena, to, v->items[a]);
    }
    return true;
}

static size_t
closing(vb_str path)
{
    char quote = '\0';

    for (size_t i = 1; i < path.len; i++) {
        char c = path.ptr[i];

        if (quote)
            quote = (char)(c == quote ? '\0' : quote);
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == ']')
            return i;
    }
    return VB_NPOS;
}

/* Walks 'path' from 'from'; leaves the matches in *out. */
static bool
walk(walker *w, vb_str path, const vb_node *from, matches *out)
{
    vb_vec_push(w->arena, out, from);
    if (vb_str_starts(path, "$") || vb_str_starts(path, "@"))
        path = vb_str_from(path, 1);
    while (path.len) {
        matches next = {0};
        size_t end;

        if (vb_str_starts(path, "..")) {
            path = vb_str_from(path, 1);
            if (!descend(w, out, &next))
                return false;
        } else if (path.ptr[0] == '[') {
            end = closing(path);
            if (end == VB_NPOS)
                return vb_fail(w->err, "unterminated array");
            if (!subscript(w, vb_str_sub(path, 1, end - 1), out, &next))
                return false;
            path = vb_str_from(path, end + 1);
        } else {
            vb_str name;

            path = vb_str_from(path, path.ptr[0] == '.');
            if (vb_str_starts(path, "["))
                continue;
            name = take_name(w, &path);
            if (!name.len && path.len)
                return vb_fail(w->err, "unexpected path %.*s", VB_ARG(path));
            if (!name.len)
                break;
            if (vb_str_eqc(name, "*"))
                for (size_t i = 0; i < out->len; i++)
                    add_children(w, out->at[i], &next);
            else
                fields(w, out, name, &next);
        }
        if (too_many(&next, w->err))
            return false;
        *out = next;
    }
    return true;
}

static void
print_matches(walker *w, const matches *m, const char *between, vb_buf *out)
{
    for (size_t i = 0; i < m->len; i++) {
        if (i)
            vb_buf_c(out, between);
        if (m->at[i]->kind == VB_NODE_NULL)
            continue;
        vb_buf_str(out, vb_val_text(w->arena, m->at[i]));
    }
}

/* {"\n"}: Go's escapes, those that occur. */
static void
print_literal(vb_str s, vb_buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '\\' && i + 1 < s.len) {
            c = s.ptr[++i];
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
        vb_buf_ch(out, c);
    }
}

/* The text of one {...}; false when the path is wrong. */
static bool
one_path(walker *w, vb_str inside, const vb_node *of, vb_buf *out)
{
    matches m = {0};

    inside = vb_str_trim(inside);
    if (inside.len >= 2 && (inside.ptr[0] == '"' || inside.ptr[0] == '\'')) {
        print_literal(vb_str_sub(inside, 1, inside.len - 2), out);
        return true;
    }
    if (!walk(w, inside, vb_str_starts(inside, "$") ? w->root : of, &m))
        return false;
    print_matches(w, &m, " ", out);
    return true;
}

/* Takes the next piece off a template: text before '{', or what is inside
 * braces (*path true). False at the end. */
static bool
piece(vb_str *rest, vb_str *out, bool *path)
{
    size_t at;
    char quote = '\0';

    if (!rest->len)
        return false;
    *path = rest->ptr[0] == '{';
    if (!*path) {
        at = vb_str_chr(*rest, '{');
        *out = vb_str_sub(*rest, 0, at == VB_NPOS ? rest->len : at);
        *rest = vb_str_from(*rest, out->len);
        return true;
    }
    for (at = 1; at < rest->len; at++) {
        char c = rest->ptr[at];

        if (c == '\\' && quote)
            at++;
        else if (quote)
            quote = (char)(c == quote ? '\0' : quote);
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '}')
            break;
    }
    *out = vb_str_sub(*rest, 1, at - 1);
    *rest = vb_str_from(*rest, at + 1);
    return true;
}

/* Ranges do not nest here: kubectl allows it, guides do not do it. */
bool
vb_jsonpath(vb_str tmpl, const vb_node *of, vb_arena *arena, vb_buf *out,
            vb_error *err)
{
    walker w = {arena, err, of};
    vb_str rest = tmpl, part, again = {0};
    matches over = {0};
    size_t at = 0;
    bool path, ranging = false;

    while (piece(&rest, &part, &path)) {
        vb_str trimmed = vb_str_trim(part);
        const vb_node *here = ranging && at < over.len ? over.at[at] : of;

        if (!path) {
            if (!ranging || at < over.len)
                vb_buf_str(out, part);
        } else if (vb_str_starts(trimmed, "range ")) {
            if (ranging)
                return vb_fail(err, "a range inside a range is not simulated");
            over = (matches){0};
            if (!walk(&w, vb_str_trim(vb_str_from(trimmed, 6)), of, &over))
                return false;
            ranging = true;
            at = 0;
            again = rest;
        } else if (vb_str_eqc(trimmed, "end")) {
            if (!ranging)
                return vb_fail(err, "not in range, nothing to end");
            if (++at < over.len)
                rest = again;
            else
                ranging = false;
        } else if (!ranging || at < over.len) {
            if (!one_path(&w, part, here, out))
                return false;
        }
    }
    return true;
}

bool
vb_jsonpath_column(vb_str path, const vb_node *of, vb_arena *arena, vb_str *out,
                   vb_error *err)
{
    walker w = {arena, err, of};
    matches m = {0};
    vb_buf buf;

    path = vb_str_trim(path);
    if (vb_str_starts(path, "{") && vb_str_ends(path, "}"))
        path = vb_str_sub(path, 1, path.len - 2);
    if (!walk(&w, path, of, &m))
        return false;
    *out = VB_STR("<none>");
    if (!m.len)
        return true;
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    print_matches(&w, &m, ",", &buf);
    *out = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return true;
}
