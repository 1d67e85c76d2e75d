#include "check/schema.h"

#include "base/buf.h"

#include <regex.h>

#include "base/banned.h"

/* WORK_MAX: pairs of a schema and a value, alternatives included. */
enum { WORK_MAX = 200000, REFS_MAX = 32, DEPTH_MAX = 64 };

typedef struct run {
    vb_arena *arena;
    const vb_node *top; /* the schema's file, for $ref */
    vb_schema_faults *out;
    size_t work, depth;
    bool given_up;
} run;

static bool check(run *r, const vb_node *schema, const vb_node *value,
                  vb_str path);

static bool
fault(run *r, const vb_node *at, vb_str path, const char *what, vb_str detail)
{
    if (r->out->list.len < VB_SCHEMA_FAULTS_MAX)
        vb_vec_push(r->arena, &r->out->list,
                    (vb_schema_fault){
                        at, path,
                        vb_str_fmt(r->arena, "%s%.*s", what, VB_ARG(detail))});
    return false;
}

/* "#/definitions/X"; NULL when it is elsewhere or not there. */
static const vb_node *
resolve(const run *r, vb_str ref)
{
    const vb_node *at = r->top;
    vb_str part;

    if (!vb_str_starts(ref, "#"))
        return NULL;
    ref = vb_str_from(ref, 1);
    if (vb_str_starts(ref, "/"))
        ref = vb_str_from(ref, 1);
    while (at && vb_str_field(&ref, '/', &part))
        at = vb_node_get_str(at, part);
    return at;
}

static const vb_node *
follow(const run *r, const vb_node *schema)
{
    for (size_t i = 0; i < REFS_MAX; i++) {
        const vb_node *ref = vb_node_get(schema, "$ref");

        if (!ref || ref->kind != VB_NODE_STR)
            return schema;
        schema = resolve(r, ref->str);
    }
    return NULL;
}

static bool
is_type(const vb_node *value, vb_str type)
{
    switch (value->kind) {
    case VB_NODE_NULL:
        return vb_str_eqc(type, "null");
    case VB_NODE_BOOL:
        return vb_str_eqc(type, "boolean");
    case VB_NODE_INT:
        return vb_str_eqc(type, "integer") || vb_str_eqc(type, "number");
    case VB_NODE_REAL:
        return vb_str_eqc(type, "number");
    case VB_NODE_STR:
        return vb_str_eqc(type, "string");
    case VB_NODE_LIST:
        return vb_str_eqc(type, "array");
    case VB_NODE_MAP:
        return vb_str_eqc(type, "object");
    }
    return false;
}

static bool
check_type(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    const vb_node *type = vb_node_get(schema, "type");

    if (!type)
        return true;
    if (type->kind == VB_NODE_STR)
        return is_type(value, type->str) ||
               fault(r, value, path, "is no ", type->str);
    for (size_t i = 0; i < type->len; i++)
        if (is_type(value, type->items[i]->str))
            return true;
    return type->kind != VB_NODE_LIST ||
           fault(r, value, path, "is of a type that does not fit", (vb_str){0});
}

/* Scalars alone; lists and maps are never taken for equal or unequal. */
static bool
same(const vb_node *a, const vb_node *b)
{
    if (a->kind == VB_NODE_LIST || a->kind == VB_NODE_MAP)
        return true;
    return a->kind == b->kind && vb_str_eq(a->str, b->str);
}

static bool
check_enum(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    const vb_node *list = vb_node_get(schema, "enum");
    const vb_node *only = vb_node_get(schema, "const");
    vb_buf out;
    vb_str text;

    if (only && !same(only, value))
        return fault(r, value, path, "is not ", only->str);
    if (!list || list->kind != VB_NODE_LIST)
        return true;
    for (size_t i = 0; i < list->len; i++)
        if (same(list->items[i], value))
            return true;
    vb_buf_init(&out, 300);
    for (size_t i = 0; i < list->len; i++)
        vb_buf_fmt(&out, "%s%.*s", i ? ", " : "", VB_ARG(list->items[i]->str));
    text = vb_str_copy(r->arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return fault(r, value, path, "is none of ", text);
}

static bool
matches(const run *r, vb_str pattern, vb_str text)
{
    regex_t regex;
    bool ok;

    /* What cannot be read as an expression refuses nothing. */
    if (regcomp(&regex, vb_str_dup(r->arena, pattern),
                REG_EXTENDED | REG_NOSUB) != 0)
        return true;
    ok = regexec(&regex, vb_str_dup(r->arena, text), 0, NULL, 0) == 0;
    regfree(&regex);
    return ok;
}

static double
number_of(const vb_node *node)
{
    return node->kind == VB_NODE_INT ? (double)node->num : node->real;
}

static bool
check_limits(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    const vb_node *pattern = vb_node_get(schema, "pattern");
    const vb_node *low, *high;
    double size;

    if (value->kind == VB_NODE_STR) {
        if (pattern && !matches(r, pattern->str, value->str))
            return fault(r, value, path, "does not match ", pattern->str);
        low = vb_node_get(schema, "minLength");
        high = vb_node_get(schema, "maxLength");
        size = (double)value->str.len;
    } else if (value->kind == VB_NODE_LIST) {
        low = vb_node_get(schema, "minItems");
        high = vb_node_get(schema, "maxItems");
        size = (double)value->len;
    } else if (value->kind == VB_NODE_INT || value->kind == VB_NODE_REAL) {
        low = vb_node_get(schema, "minimum");
        high = vb_node_get(schema, "maximum");
        size = number_of(value);
    } else {
        return true;
    }
    if (low && size < number_of(low))
        return fault(r, value, path, "is below the least, ", low->str);
    if (high && size > number_of(high))
        return fault(r, value, path, "is above the most, ", high->str);
    return true;
}

static bool
check_required(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    const vb_node *required = vb_node_get(schema, "required");
    bool ok = true;

    for (size_t i = 0;
         required && required->kind == VB_NODE_LIST && i < required->len; i++)
        if (!vb_node_get_str(value, required->items[i]->str))
            ok = fault(r, value, path, "lacks ", required->items[i]->str);
    return ok;
}

static const vb_node *
schema_of_key(const run *r, const vb_node *schema, vb_str key, bool *known)
{
    const vb_node *patterns = vb_node_get(schema, "patternProperties");
    const vb_node *found =
        vb_node_get_str(vb_node_get(schema, "properties"), key);

    for (size_t i = 0; !found && patterns && i < patterns->len; i++)
        if (matches(r, patterns->keys[i]->str, key))
            found = patterns->items[i];
    *known = found != NULL;
    return found ? found : vb_node_get(schema, "additionalProperties");
}

/* The rest is as deep as the value is, at most DEPTH_MAX. */
// NOLINTBEGIN(misc-no-recursion)
static bool
check_map(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    bool ok = check_required(r, schema, value, path), known;

    for (size_t i = 0; i < value->len; i++) {
        vb_str key = value->keys[i]->str;
        const vb_node *below = schema_of_key(r, schema, key, &known);

        if (!below)
            continue;
        if (!known && below->kind == VB_NODE_BOOL) {
            if (!below->num)
                ok = fault(r, value->keys[i], path, "has no key ", key);
            continue;
        }
        ok = check(r, below, value->items[i],
                   vb_str_fmt(r->arena, "%.*s%s%.*s", VB_ARG(path),
                              path.len ? "." : "", VB_ARG(key))) &&
             ok;
    }
    return ok;
}

static bool
check_list(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    const vb_node *items = vb_node_get(schema, "items");
    bool ok = true;

    for (size_t i = 0; items && i < value->len; i++) {
        const vb_node *below = items;

        if (items->kind == VB_NODE_LIST)
            below = i < items->len ? items->items[i] : NULL;
        if (below)
            ok = check(r, below, value->items[i],
                       vb_str_fmt(r->arena, "%.*s[%zu]", VB_ARG(path), i)) &&
                 ok;
    }
    return ok;
}

/* How many of the alternatives take the value; their faults are not said. */
static size_t
count_fits(run *r, const vb_node *list, const vb_node *value, vb_str path)
{
    vb_schema_faults *out = r->out, unheard = {0};
    size_t n = 0;

    r->out = &unheard;
    for (size_t i = 0; i < list->len; i++)
        n += check(r, list->items[i], value, path);
    r->out = out;
    return n;
}

static bool
check_alternatives(run *r, const vb_node *schema, const vb_node *value,
                   vb_str path)
{
    const vb_node *all = vb_node_get(schema, "allOf");
    const vb_node *any = vb_node_get(schema, "anyOf");
    const vb_node *one = vb_node_get(schema, "oneOf");
    bool ok = true;

    for (size_t i = 0; all && i < all->len; i++)
        ok = check(r, all->items[i], value, path) && ok;
    if (any && any->len && count_fits(r, any, value, path) == 0)
        ok = fault(r, value, path, "fits none of the forms it may have",
                   (vb_str){0});
    if (one && one->len) {
        size_t n = count_fits(r, one, value, path);

        if (n != 1)
            ok = fault(r, value, path,
                       n ? "fits several of the forms it may have"
                         : "fits none of the forms it may have",
                       (vb_str){0});
    }
    return ok;
}

static bool
check(run *r, const vb_node *schema, const vb_node *value, vb_str path)
{
    bool ok = true;

    schema = follow(r, schema);
    if (++r->work > WORK_MAX || r->depth >= DEPTH_MAX)
        r->given_up = true;
    if (!schema || schema->kind != VB_NODE_MAP || r->given_up)
        return true;
    r->depth++;
    if (!check_type(r, schema, value, path)) {
        ok = false;
    } else {
        ok = check_enum(r, schema, value, path);
        ok = check_limits(r, schema, value, path) && ok;
        if (value->kind == VB_NODE_MAP)
            ok = check_map(r, schema, value, path) && ok;
        if (value->kind == VB_NODE_LIST)
            ok = check_list(r, schema, value, path) && ok;
        ok = check_alternatives(r, schema, value, path) && ok;
    }
    r->depth--;
    return ok;
}
// NOLINTEND(misc-no-recursion)

bool
vb_schema_check(vb_arena *arena, const vb_node *schema, const vb_node *value,
                vb_schema_faults *out)
{
    run r = {.arena = arena, .top = schema, .out = out};

    check(&r, schema, value, (vb_str){0});
    return !r.given_up;
}
