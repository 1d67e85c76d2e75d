/* The functions scenarios have beyond JMESPath. */
#include "base/text.h"
#include "rehearse/expr_ast.h"
#include "rehearse/jsonpath.h"
#include "rehearse/print.h"
#include "rehearse/text.h"
#include "rehearse/value.h"

#include "base/banned.h"

#define ARG(i) (call->args[i])
#define ARENA (call->env->arena)

enum { ID_MAX = 256, RANGE_MAX = 10000, NESTED_MAX = 4 };

static const vb_node *
bad(vb_error *err, const vb_expr_call *call, const char *want)
{
    vb_fail(err, "%s() needs %s", call->expr->func->name, want);
    return NULL;
}

/* Argument 'i' as text; empty when there is none. */
static vb_str
text(const vb_expr_call *call, size_t i)
{
    return i < call->len ? vb_val_text(ARENA, ARG(i)) : VB_STR("");
}

static const vb_node *
str(const vb_expr_call *call, vb_str s)
{
    return vb_val_str(ARENA, s);
}

/* A buffer's content as a value; releases the buffer. */
static const vb_node *
finish(const vb_expr_call *call, vb_buf *buf)
{
    vb_str s = vb_str_copy(ARENA, vb_buf_view(buf));

    vb_buf_release(buf);
    return vb_val_str(ARENA, s);
}

/* if(condition, then, else): only one branch is evaluated. */
static const vb_node *
f_if(const vb_expr_call *call, vb_error *err)
{
    const vb_expr *const *items = call->expr->items;
    const vb_node *v = vb_expr_eval(items[0], call->current, call->env, err);

    if (!v)
        return NULL;
    if (vb_val_true(v))
        return vb_expr_eval(items[1], call->current, call->env, err);
    if (call->len < 3)
        return vb_val_null();
    return vb_expr_eval(items[2], call->current, call->env, err);
}

static const vb_node *
f_split(const vb_expr_call *call, vb_error *err)
{
    vb_str rest = text(call, 0), sep = text(call, 1);
    vb_node *out = vb_val_list(ARENA);

    if (!sep.len)
        return bad(err, call, "a separator");
    while (rest.len) {
        size_t at = vb_str_find(rest, sep);

        vb_val_push(
            ARENA, out,
            str(call, vb_str_sub(rest, 0, at == VB_NPOS ? rest.len : at)));
        if (at == VB_NPOS)
            break;
        rest = vb_str_from(rest, at + sep.len);
        if (!rest.len)
            vb_val_push(ARENA, out, str(call, rest));
    }
    return out;
}

static const vb_node *
f_replace(const vb_expr_call *call, vb_error *err)
{
    vb_str rest = text(call, 0), old = text(call, 1), new = text(call, 2);
    vb_buf buf;

    if (!old.len)
        return bad(err, call, "a text to look for");
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    for (;;) {
        size_t at = vb_str_find(rest, old);

        vb_buf_str(&buf, vb_str_sub(rest, 0, at == VB_NPOS ? rest.len : at));
        if (at == VB_NPOS)
            return finish(call, &buf);
        vb_buf_str(&buf, new);
        rest = vb_str_from(rest, at + old.len);
    }
}

static const vb_node *
cased(const vb_expr_call *call, bool up)
{
    vb_str s = text(call, 0);
    char *out = vb_arena_alloc(ARENA, s.len + 1);

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        out[i] = c;
        if (!up)
            out[i] = vb_lower(c);
        if (up && vb_is_lower(c))
            out[i] = (char)(c - 'a' + 'A');
    }
    return str(call, vb_str_n(out, s.len));
}

static const vb_node *
f_lower(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return cased(call, false);
}

static const vb_node *
f_upper(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return cased(call, true);
}

static const vb_node *
f_trim(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return str(call, vb_str_trim(text(call, 0)));
}

static const vb_node *
f_sub(const vb_expr_call *call, vb_error *err)
{
    int64_t from, len = INT32_MAX;

    if (!vb_val_as_int(ARG(1), &from) || from < 0 ||
        (call->len > 2 && (!vb_val_as_int(ARG(2), &len) || len < 0)))
        return bad(err, call, "a text, a start and a length");
    return str(call, vb_str_sub(text(call, 0), (size_t)from, (size_t)len));
}

static const vb_node *
f_pad(const vb_expr_call *call, vb_error *err)
{
    vb_str s = text(call, 0);
    int64_t width;
    vb_buf buf;
    size_t fill;

    if (!vb_val_as_int(ARG(1), &width) || width < 0 || width > ID_MAX)
        return bad(err, call, "a text and a width");
    fill =
        vb_text_width(s) < (size_t)width ? (size_t)width - vb_text_width(s) : 0;
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    vb_buf_str(&buf, s);
    vb_buf_fill(&buf, ' ', fill);
    return finish(call, &buf);
}

/* glob(text, pattern), or one of a list of patterns. */
static const vb_node *
f_glob(const vb_expr_call *call, vb_error *err)
{
    const vb_node *patterns = ARG(1);
    bool hit = false;

    (void)err;
    if (patterns->kind != VB_NODE_LIST)
        return vb_val_bool(vb_sim_glob(text(call, 1), text(call, 0)));
    for (size_t i = 0; i < patterns->len && !hit; i++)
        hit =
            vb_sim_glob(vb_val_text(ARENA, patterns->items[i]), text(call, 0));
    return vb_val_bool(hit);
}

/* chars(text, 'a-z0-9-'): not empty and made of these alone. */
static const vb_node *
f_chars(const vb_expr_call *call, vb_error *err)
{
    vb_str s = text(call, 0);
    vb_str set = vb_sim_alphabet(ARENA, text(call, 1));

    (void)err;
    for (size_t i = 0; i < s.len; i++)
        if (vb_str_chr(set, s.ptr[i]) == VB_NPOS)
            return vb_val_bool(false);
    return vb_val_bool(s.len > 0);
}

static const vb_node *
f_id(const vb_expr_call *call, vb_error *err)
{
    vb_str set = vb_sim_alphabet(ARENA, text(call, 0));
    int64_t n;

    if (!vb_val_as_int(ARG(1), &n) || n < 1 || n > ID_MAX || !set.len ||
        !call->env->world)
        return bad(err, call, "an alphabet and a length up to 256");
    return str(call, vb_world_id(call->env->world, ARENA, set, (size_t)n));
}

static const vb_node *
f_random(const vb_expr_call *call, vb_error *err)
{
    int64_t low, high;

    if (!vb_val_as_int(ARG(0), &low) || !vb_val_as_int(ARG(1), &high) ||
        high < low || low < -INT32_MAX || high > INT32_MAX || !call->env->world)
        return bad(err, call, "two bounds in order");
    return vb_val_int(ARENA, low + (int64_t)(vb_world_random(call->env->world) %
                                             (uint64_t)(high - low + 1)));
}

static const vb_node *
f_uuid(const vb_expr_call *call, vb_error *err)
{
    vb_world *world = call->env->world;
    vb_str hex;

    if (!world)
        return bad(err, call, "a world");
    hex = vb_world_id(world, ARENA, VB_STR("0123456789abcdef"), 31);
    return str(call,
               vb_str_fmt(ARENA, "%.8s-%.4s-4%.3s-%c%.3s-%.12s", hex.ptr,
                          hex.ptr + 8, hex.ptr + 12, "89ab"[hex.ptr[15] & 3],
                          hex.ptr + 16, hex.ptr + 19));
}

/* Seconds since 1970 in the simulated world. */
static const vb_node *
f_now(const vb_expr_call *call, vb_error *err)
{
    if (!call->env->world)
        return bad(err, call, "a world");
    return vb_val_int(ARENA, call->env->world->clock_ms / 1000);
}

/* date(format[, seconds]): the usual letters of strftime, in UTC. */
static const vb_node *
f_date(const vb_expr_call *call, vb_error *err)
{
    int64_t seconds;

    if (!call->env->world && call->len < 2)
        return bad(err, call, "a world");
    if (call->len < 2)
        seconds = call->env->world->clock_ms / 1000;
    else if (!vb_val_as_int(ARG(1), &seconds))
        return bad(err, call, "a format and seconds since 1970");
    return str(call, vb_sim_date(ARENA, text(call, 0), seconds));
}

/* age(t): how long ago, as kubectl prints it. */
static const vb_node *
f_age(const vb_expr_call *call, vb_error *err)
{
    int64_t t;

    if (!vb_val_as_int(ARG(0), &t) || !call->env->world)
        return bad(err, call, "seconds since 1970");
    return str(call, vb_sim_age(ARENA, call->env->world->clock_ms / 1000 - t));
}

/* "10m0s" and the like as seconds; null when it is no duration. */
static const vb_node *
f_duration(const vb_expr_call *call, vb_error *err)
{
    int64_t ms;

    (void)err;
    if (!vb_sim_duration(text(call, 0), &ms))
        return vb_val_null();
    return vb_val_int(ARENA, ms / 1000);
}

/* turn(key): 1 at the first look, 2 at the second ... */
static const vb_node *
f_turn(const vb_expr_call *call, vb_error *err)
{
    vb_world *world = call->env->world;
    vb_str key = text(call, 0);
    const vb_node *before, *turns;
    const vb_node *now;

    if (!world || !key.len)
        return bad(err, call, "a name");
    before = vb_node_get_str(world->turns, key);
    now = vb_val_int(ARENA, (before ? before->num : 0) + 1);
    turns = world->turns ? world->turns : vb_val_map(ARENA);
    if (!vb_val_set(ARENA, turns, (vb_val_path){&key, 1}, now, &world->turns,
                    err))
        return NULL;
    return now;
}

static const vb_node *
f_get(const vb_expr_call *call, vb_error *err)
{
    const vb_node *v = vb_node_get_str(ARG(0), text(call, 1));

    (void)err;
    if (v)
        return v;
    return call->len > 2 ? ARG(2) : vb_val_null();
}

static const vb_node *
f_has(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return vb_val_bool(vb_node_get_str(ARG(0), text(call, 1)) != NULL);
}

/* with(map, key, value) and with(map, key): a changed copy. */
static const vb_node *
f_with(const vb_expr_call *call, vb_error *err)
{
    vb_str key = text(call, 1);
    const vb_node *out;

    if (!ARG(0) ||
        (ARG(0)->kind != VB_NODE_MAP && ARG(0)->kind != VB_NODE_NULL))
        return bad(err, call, "a map");
    if (!vb_val_set(ARENA, ARG(0), (vb_val_path){&key, 1},
                    call->len > 2 ? ARG(2) : NULL, &out, err))
        return NULL;
    return out;
}

static const vb_node *
f_patch(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return vb_val_patch(ARENA, ARG(0), ARG(1));
}

/* [{key, value}] of a map. */
static const vb_node *
f_entries(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_list(ARENA);
    const vb_node *map = ARG(0);

    (void)err;
    for (size_t i = 0; map->kind == VB_NODE_MAP && i < map->len; i++) {
        vb_node *entry = vb_val_map(ARENA);

        vb_val_putc(ARENA, entry, "key", str(call, map->keys[i]->str));
        vb_val_putc(ARENA, entry, "value", map->items[i]);
        vb_val_push(ARENA, out, entry);
    }
    return out;
}

/* ["a=1", "b=2"] as a map; what has no '=' is left out. */
static const vb_node *
f_pairs(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_map(ARENA);

    (void)err;
    for (size_t i = 0; ARG(0)->kind == VB_NODE_LIST && i < ARG(0)->len; i++) {
        vb_str pair = vb_val_text(ARENA, ARG(0)->items[i]);
        size_t eq = vb_str_chr(pair, '=');

        if (eq != VB_NPOS)
            vb_val_replace(ARENA, out, vb_str_sub(pair, 0, eq),
                           str(call, vb_str_from(pair, eq + 1)));
    }
    return out;
}

static const vb_node *
f_range(const vb_expr_call *call, vb_error *err)
{
    vb_node *out = vb_val_list(ARENA);
    int64_t n;

    if (!vb_val_as_int(ARG(0), &n) || n < 0 || n > RANGE_MAX)
        return bad(err, call, "a count up to 10000");
    for (int64_t i = 0; i < n; i++)
        vb_val_push(ARENA, out, vb_val_int(ARENA, i));
    return out;
}

static const vb_node *
f_selects(const vb_expr_call *call, vb_error *err)
{
    (void)err;
    return vb_val_bool(vb_sim_selects(text(call, 0), ARG(1)));
}

static const vb_node *
f_path(const vb_expr_call *call, vb_error *err)
{
    const vb_node *v = ARG(0);
    vb_str rest = text(call, 1), name;

    (void)err;
    while (vb_str_field(&rest, '.', &name)) {
        if (!name.len)
            continue;
        v = vb_node_get_str(v, name);
        if (!v)
            return vb_val_null();
    }
    return v;
}

static const vb_node *
f_jsonpath(const vb_expr_call *call, vb_error *err)
{
    vb_buf buf;
    const vb_node *v;

    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    if (vb_jsonpath(text(call, 1), ARG(0), ARENA, &buf, err))
        return finish(call, &buf);
    /* A reader's mistake and not the scenario's: it gets a value. */
    v = vb_val_str(ARENA, vb_str_join(ARENA,
                                      VB_STR("error: error parsing "
                                             "jsonpath: "),
                                      vb_str_c(err ? err->message : "")));
    if (err)
        *err = (vb_error){0};
    vb_buf_release(&buf);
    return v;
}

/* query(value, text): JMESPath given by the reader. {value} or {error}. */
static const vb_node *
f_query(const vb_expr_call *call, vb_error *err)
{
    vb_error own = {0};
    vb_node *out = vb_val_map(ARENA);
    vb_expr_env env = *call->env;
    const vb_expr *x;
    const vb_node *v = NULL;

    (void)err;
    if (++env.depth > NESTED_MAX)
        return bad(err, call, "less nesting");
    x = vb_expr_compile(text(call, 1), VB_EXPR_QUERY, ARENA, &own);
    if (x) {
        env.vars = NULL;
        v = vb_expr_eval(x, ARG(0), &env, &own);
        call->env->budget = env.budget;
    }
    if (v)
        vb_val_putc(ARENA, out, "value", v);
    else
        vb_val_putc(ARENA, out, "error",
                    str(call, vb_str_copy(ARENA, vb_str_c(own.message))));
    return out;
}

static const vb_node *
f_json(const vb_expr_call *call, vb_error *err)
{
    vb_buf buf;
    int64_t indent = 0;

    if (call->len > 1 &&
        (!vb_val_as_int(ARG(1), &indent) || indent < 0 || indent > 8))
        return bad(err, call, "an indentation up to 8");
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    vb_print_json(&buf, ARG(0), (unsigned)indent);
    return finish(call, &buf);
}

static const vb_node *
f_yaml(const vb_expr_call *call, vb_error *err)
{
    vb_buf buf;

    (void)err;
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    vb_print_yaml(&buf, ARG(0));
    return finish(call, &buf);
}

/* Null when it cannot be read. */
static const vb_node *
f_parse(const vb_expr_call *call, vb_error *err)
{
    vb_str s = vb_str_copy(ARENA, text(call, 0));
    vb_str first = vb_str_ltrim(s);
    const vb_node *v = NULL;

    (void)err;
    if (vb_str_starts(first, "{") || vb_str_starts(first, "["))
        v = vb_json_read(s, "value", ARENA, NULL);
    if (!v)
        v = vb_yaml_read(s, "value", ARENA, NULL);
    return v ? v : vb_val_null();
}

/* The documents of a YAML stream, those that are empty left out; null when
 * one cannot be read. */
static const vb_node *
f_parse_all(const vb_expr_call *call, vb_error *err)
{
    vb_str rest = vb_str_copy(ARENA, text(call, 0));
    vb_node *out = vb_val_list(ARENA);

    (void)err;
    while (rest.len) {
        vb_str scan = rest, line, doc = rest, after = {0};
        const vb_node *v;

        while (vb_str_line(&scan, &line)) {
            if (!vb_str_eqc(vb_str_rtrim(line), "---"))
                continue;
            doc = vb_str_sub(rest, 0, (size_t)(line.ptr - rest.ptr));
            after = scan;
            break;
        }
        v = vb_yaml_read(doc, "value", ARENA, NULL);
        if (!v)
            return vb_val_null();
        if (v->kind != VB_NODE_NULL)
            vb_val_push(ARENA, out, v);
        rest = after;
    }
    return out;
}

static const vb_node *
f_base64(const vb_expr_call *call, vb_error *err)
{
    vb_buf buf;

    (void)err;
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    vb_base64(&buf, text(call, 0));
    return finish(call, &buf);
}

/* What is no base64 stays as it is. */
static const vb_node *
f_unbase64(const vb_expr_call *call, vb_error *err)
{
    vb_buf buf;

    (void)err;
    vb_buf_init(&buf, VB_VAL_TEXT_MAX);
    if (!vb_base64_decode(&buf, text(call, 0))) {
        vb_buf_release(&buf);
        return str(call, text(call, 0));
    }
    return finish(call, &buf);
}

static const vb_node *
f_basename(const vb_expr_call *call, vb_error *err)
{
    vb_str s = text(call, 0);
    size_t slash = vb_str_rchr(s, '/');

    (void)err;
    return str(call, slash == VB_NPOS ? s : vb_str_from(s, slash + 1));
}

const vb_expr_func vb_expr_funcs_sim[] = {
    {"age", f_age, 1, 1, false, false},
    {"base64", f_base64, 1, 1, false, false},
    {"basename", f_basename, 1, 1, false, false},
    {"chars", f_chars, 2, 2, false, false},
    {"date", f_date, 1, 2, false, false},
    {"duration", f_duration, 1, 1, false, false},
    {"entries", f_entries, 1, 1, false, false},
    {"get", f_get, 2, 3, false, false},
    {"glob", f_glob, 2, 2, false, false},
    {"has", f_has, 2, 2, false, false},
    {"id", f_id, 2, 2, false, false},
    {"if", f_if, 2, 3, false, true},
    {"json", f_json, 1, 2, false, false},
    {"jsonpath", f_jsonpath, 2, 2, false, false},
    {"lower", f_lower, 1, 1, false, false},
    {"now", f_now, 0, 0, false, false},
    {"pad", f_pad, 2, 2, false, false},
    {"pairs", f_pairs, 1, 1, false, false},
    {"parse", f_parse, 1, 1, false, false},
    {"parse_all", f_parse_all, 1, 1, false, false},
    {"patch", f_patch, 2, 2, false, false},
    {"path", f_path, 2, 2, false, false},
    {"query", f_query, 2, 2, false, false},
    {"random", f_random, 2, 2, false, false},
    {"range", f_range, 1, 1, false, false},
    {"replace", f_replace, 3, 3, false, false},
    {"selects", f_selects, 2, 2, false, false},
    {"split", f_split, 2, 2, false, false},
    {"sub", f_sub, 2, 3, false, false},
    {"trim", f_trim, 1, 1, false, false},
    {"turn", f_turn, 1, 1, false, false},
    {"unbase64", f_unbase64, 1, 1, false, false},
    {"upper", f_upper, 1, 1, false, false},
    {"uuid", f_uuid, 0, 0, false, false},
    {"with", f_with, 2, 3, false, false},
    {"yaml", f_yaml, 1, 1, false, false},
    {NULL, NULL, 0, 0, false, false},
};
