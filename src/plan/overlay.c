#include "plan/overlay.h"

#include "base/clock.h"
#include "base/io.h"

#include <string.h>

#include "base/banned.h"

enum { OVERLAY_MAX = 1 << 20 };

/* What the readers of single sections share. */
typedef struct vb_reader {
    vb_arena *arena;
    vb_overlay *o;
    vb_diags *diags;
    size_t errors;
} vb_reader;

static void
wrong(vb_reader *r, vb_loc loc, const char *what, vb_str subject)
{
    r->errors++;
    vb_diag_add(r->diags, VB_ERROR, "O001", loc, "%s '%.*s'", what,
                VB_ARG(subject));
}

static bool
want(vb_reader *r, const vb_node *node, vb_node_kind kind, vb_str key)
{
    if (node->kind == kind || node->kind == VB_NODE_NULL)
        return node->kind == kind;
    r->errors++;
    vb_diag_add(r->diags, VB_ERROR, "O002", node->loc,
                "'%.*s' is a %s here, not a %s", VB_ARG(key),
                vb_node_kind_name(kind), vb_node_kind_name(node->kind));
    return false;
}

static bool
scalar(vb_reader *r, const vb_node *node, vb_str key)
{
    if (node->kind != VB_NODE_LIST && node->kind != VB_NODE_MAP)
        return true;
    r->errors++;
    vb_diag_add(r->diags, VB_ERROR, "O002", node->loc,
                "'%.*s' takes one value, not a %s", VB_ARG(key),
                vb_node_kind_name(node->kind));
    return false;
}

static void
take_setting(vb_reader *r, const vb_node *node, vb_str key, vb_setting *out)
{
    if (want(r, node, VB_NODE_BOOL, key))
        *out = node->num ? VB_ON : VB_OFF;
}

static void
take_bool(vb_reader *r, const vb_node *node, vb_str key, bool *out)
{
    if (want(r, node, VB_NODE_BOOL, key))
        *out = node->num != 0;
}

static void
take_str(vb_reader *r, const vb_node *node, vb_str key, vb_str *out)
{
    if (scalar(r, node, key))
        *out = node->str;
}

static void
take_duration(vb_reader *r, const vb_node *node, vb_str key, int64_t *out)
{
    if (scalar(r, node, key) && !vb_duration_parse(node->str, out))
        wrong(r, node->loc, "no duration (90s, 5m, 1h30m):", node->str);
}

static void
input_key(vb_reader *r, vb_overlay_input *in, const vb_node *k,
          const vb_node *v)
{
    vb_str key = k->str;

    if (vb_str_eqc(key, "description")) {
        take_str(r, v, key, &in->description);
    } else if (vb_str_eqc(key, "example")) {
        take_str(r, v, key, &in->example);
    } else if (vb_str_eqc(key, "default")) {
        take_str(r, v, key, &in->fallback);
        in->has_fallback = true;
    } else if (vb_str_eqc(key, "pattern")) {
        take_str(r, v, key, &in->pattern);
    } else if (vb_str_eqc(key, "secret")) {
        take_bool(r, v, key, &in->secret);
    } else {
        wrong(r, k->loc, "unknown key", key);
    }
}

static void
read_inputs(vb_reader *r, const vb_node *map)
{
    for (size_t i = 0; i < map->len; i++) {
        const vb_node *n = map->items[i];
        vb_overlay_input in = {.name = map->keys[i]->str,
                               .loc = map->keys[i]->loc};

        if (n->kind == VB_NODE_MAP) {
            for (size_t k = 0; k < n->len; k++)
                input_key(r, &in, n->keys[k], n->items[k]);
        } else if (n->kind != VB_NODE_NULL && scalar(r, n, in.name)) {
            in.fallback = n->str; /* NAME: value is a default */
            in.has_fallback = true;
        }
        vb_vec_push(r->arena, &r->o->inputs, in);
    }
}

static bool
kind_parse(vb_str s, vb_kind *out)
{
    for (int k = VB_KIND_IGNORE; k <= VB_KIND_TABLE; k++) {
        if (vb_str_eqc(s, vb_kind_name((vb_kind)k))) {
            *out = (vb_kind)k;
            return true;
        }
    }
    return false;
}

static void
read_expect_map(vb_reader *r, const vb_node *n, vb_overlay_expect *e)
{
    for (size_t k = 0; k < n->len; k++) {
        vb_str key = n->keys[k]->str;
        const vb_node *v = n->items[k];

        if (vb_str_eqc(key, "output") || vb_str_eqc(key, "text")) {
            take_str(r, v, key, &e->text);
            e->has_text = true;
        } else if (vb_str_eqc(key, "manner")) {
            e->has_manner = vb_manner_parse(v->str, &e->manner);
            if (!e->has_manner)
                wrong(r, v->loc, "unknown manner", v->str);
        } else if (vb_str_eqc(key, "when")) {
            e->has_when =
                vb_str_eqc(v->str, "once") || vb_str_eqc(v->str, "eventually");
            e->when = vb_str_eqc(v->str, "eventually") ? VB_WHEN_EVENTUALLY
                                                       : VB_WHEN_ONCE;
            if (!e->has_when)
                wrong(r, v->loc, "neither once nor eventually:", v->str);
        } else if (vb_str_eqc(key, "status")) {
            if (want(r, v, VB_NODE_INT, key))
                e->exit_status = (int)(v->num & 0xFF);
        } else {
            wrong(r, n->keys[k]->loc, "unknown key", key);
        }
    }
}

/* expect: false | exact | {output:, manner:, when:, status:} */
static void
read_expect(vb_reader *r, const vb_node *n, vb_overlay_expect *e)
{
    e->present = true;
    if (n->kind == VB_NODE_BOOL) {
        e->off = !n->num;
    } else if (n->kind == VB_NODE_MAP) {
        read_expect_map(r, n, e);
    } else if (n->kind == VB_NODE_STR && vb_str_eqc(n->str, "eventually")) {
        e->has_when = true;
        e->when = VB_WHEN_EVENTUALLY;
    } else if (n->kind == VB_NODE_STR) {
        e->has_manner = vb_manner_parse(n->str, &e->manner);
        if (!e->has_manner)
            wrong(r, n->loc, "unknown manner", n->str);
    } else {
        want(r, n, VB_NODE_MAP, VB_STR("expect"));
    }
}

static void
read_ready(vb_reader *r, const vb_node *n, vb_ready *ready)
{
    if (!want(r, n, VB_NODE_MAP, VB_STR("ready")))
        return;
    for (size_t k = 0; k < n->len; k++) {
        vb_str key = n->keys[k]->str;

        if (vb_str_eqc(key, "port"))
            take_str(r, n->items[k], key, &ready->port);
        else if (vb_str_eqc(key, "http"))
            take_str(r, n->items[k], key, &ready->http);
        else if (vb_str_eqc(key, "output"))
            take_str(r, n->items[k], key, &ready->output);
        else if (vb_str_eqc(key, "file"))
            take_str(r, n->items[k], key, &ready->file);
        else
            wrong(r, n->keys[k]->loc, "unknown key", key);
    }
}

static void
read_names(vb_reader *r, const vb_node *n, vb_str key, vb_overlay_step *s)
{
    if (!want(r, n, VB_NODE_LIST, key))
        return;
    for (size_t i = 0; i < n->len; i++)
        if (scalar(r, n->items[i], key))
            vb_vec_push(r->arena, &s->sets, n->items[i]->str);
}

/* Keys whose value is one setting or text; false when 'key' is none. */
static bool
step_simple(vb_reader *r, vb_overlay_step *s, vb_str key, const vb_node *v)
{
    if (vb_str_eqc(key, "optional"))
        take_setting(r, v, key, &s->optional);
    else if (vb_str_eqc(key, "skip"))
        take_setting(r, v, key, &s->skip);
    else if (vb_str_eqc(key, "destructive"))
        take_setting(r, v, key, &s->destructive);
    else if (vb_str_eqc(key, "background"))
        take_setting(r, v, key, &s->background);
    else if (vb_str_eqc(key, "fill"))
        take_setting(r, v, key, &s->fill);
    else if (vb_str_eqc(key, "name"))
        take_str(r, v, key, &s->name);
    else if (vb_str_eqc(key, "shell"))
        take_str(r, v, key, &s->shell);
    else if (vb_str_eqc(key, "mode"))
        take_str(r, v, key, &s->mode);
    else if (vb_str_eqc(key, "title"))
        take_str(r, v, key, &s->title);
    else if (vb_str_eqc(key, "reason"))
        take_str(r, v, key, &s->reason);
    else if (vb_str_eqc(key, "timeout"))
        take_duration(r, v, key, &s->timeout_ms);
    else if (vb_str_eqc(key, "poll"))
        take_duration(r, v, key, &s->poll_ms);
    else
        return false;
    return true;
}

static void
step_key(vb_reader *r, vb_overlay_step *s, const vb_node *k, const vb_node *v)
{
    vb_str key = k->str;

    if (step_simple(r, s, key, v))
        return;
    if (vb_str_eqc(key, "retry")) {
        if (want(r, v, VB_NODE_INT, key) && v->num >= 0 && v->num <= 1000)
            s->retries = v->num;
        else if (v->kind == VB_NODE_INT)
            wrong(r, v->loc, "a retry count is 0 to 1000, not", v->str);
    } else if (vb_str_eqc(key, "kind")) {
        s->has_kind = kind_parse(v->str, &s->kind);
        if (!s->has_kind)
            wrong(r, v->loc, "unknown kind", v->str);
    } else if (vb_str_eqc(key, "phase")) {
        s->has_phase =
            vb_str_eqc(v->str, "main") || vb_str_eqc(v->str, "teardown");
        s->phase =
            vb_str_eqc(v->str, "teardown") ? VB_PHASE_TEARDOWN : VB_PHASE_MAIN;
        if (!s->has_phase)
            wrong(r, v->loc, "neither main nor teardown:", v->str);
    } else if (vb_str_eqc(key, "run")) {
        vb_setting run = VB_UNSET;

        take_setting(r, v, key, &run);
        if (run != VB_UNSET)
            s->optional = run == VB_ON ? VB_OFF : VB_ON;
    } else if (vb_str_eqc(key, "manner")) {
        s->expect.present = true;
        s->expect.has_manner = vb_manner_parse(v->str, &s->expect.manner);
        if (!s->expect.has_manner)
            wrong(r, v->loc, "unknown manner", v->str);
    } else if (vb_str_eqc(key, "expect")) {
        read_expect(r, v, &s->expect);
    } else if (vb_str_eqc(key, "ready")) {
        read_ready(r, v, &s->ready);
    } else if (vb_str_eqc(key, "sets")) {
        read_names(r, v, key, s);
    } else {
        wrong(r, k->loc, "unknown key", key);
    }
}

/* "line 42", "networking.md:12"; anything else is a step's id. */
static void
step_place(vb_overlay_step *s)
{
    size_t colon = vb_str_rchr(s->key, ':');
    uint64_t line;

    if (vb_str_starts(s->key, "line ") &&
        vb_str_u64(vb_str_trim(vb_str_from(s->key, 5)), &line) &&
        line < UINT32_MAX) {
        s->line = (uint32_t)line;
    } else if (colon != VB_NPOS && colon > 0 &&
               vb_str_u64(vb_str_from(s->key, colon + 1), &line) &&
               line < UINT32_MAX) {
        s->line = (uint32_t)line;
        s->file = vb_str_sub(s->key, 0, colon);
    }
}

static void
read_steps(vb_reader *r, const vb_node *map)
{
    for (size_t i = 0; i < map->len; i++) {
        const vb_node *n = map->items[i];
        vb_overlay_step s = {
            .key = map->keys[i]->str, .loc = map->keys[i]->loc, .retries = -1};

        s.expect.exit_status = -1;
        step_place(&s);
        if (want(r, n, VB_NODE_MAP, s.key))
            for (size_t k = 0; k < n->len; k++)
                step_key(r, &s, n->keys[k], n->items[k]);
        vb_vec_push(r->arena, &r->o->steps, s);
    }
}

typedef VB_VEC(vb_overlay_pair) vb_pairs;

static vb_pairs
read_pairs(vb_reader *r, const vb_node *map)
{
    vb_pairs pairs = {0};

    for (size_t i = 0; i < map->len; i++) {
        vb_overlay_pair pair = {map->keys[i]->str, map->items[i]->str,
                                map->keys[i]->loc};

        if (scalar(r, map->items[i], pair.name))
            vb_vec_push(r->arena, &pairs, pair);
    }
    return pairs;
}

/* providers: {canonical: [alias, ...]} */
static void
read_providers(vb_reader *r, const vb_node *map)
{
    for (size_t i = 0; i < map->len; i++) {
        const vb_node *n = map->items[i];
        vb_str name = map->keys[i]->str;
        vb_overlay_pair self = {name, name, map->keys[i]->loc};

        vb_vec_push(r->arena, &r->o->providers, self);
        if (n->kind == VB_NODE_LIST) {
            for (size_t k = 0; k < n->len; k++) {
                vb_overlay_pair pair = {n->items[k]->str, name,
                                        n->items[k]->loc};

                if (scalar(r, n->items[k], name))
                    vb_vec_push(r->arena, &r->o->providers, pair);
            }
        } else if (scalar(r, n, name)) {
            vb_vec_push(r->arena, &r->o->providers,
                        (vb_overlay_pair){n->str, name, n->loc});
        }
    }
}

typedef VB_VEC(vb_str) vb_texts;

static vb_texts
read_list(vb_reader *r, const vb_node *n, vb_str key)
{
    vb_texts list = {0};

    if (n->kind == VB_NODE_STR) {
        vb_vec_push(r->arena, &list, n->str);
    } else if (want(r, n, VB_NODE_LIST, key)) {
        for (size_t i = 0; i < n->len; i++)
            if (scalar(r, n->items[i], key))
                vb_vec_push(r->arena, &list, n->items[i]->str);
    }
    return list;
}

static void
silence_place(vb_reader *r, vb_overlay_silence *s, vb_str at, vb_loc loc)
{
    size_t colon = vb_str_rchr(at, ':');
    uint64_t line = 0;

    if (vb_str_starts(at, "line ") &&
        vb_str_u64(vb_str_trim(vb_str_from(at, 5)), &line)) {
        s->line = (uint32_t)line;
    } else if (colon != VB_NPOS &&
               vb_str_u64(vb_str_from(at, colon + 1), &line)) {
        s->file = vb_str_sub(at, 0, colon);
        s->line = (uint32_t)line;
    } else if (vb_str_has(at, ".")) {
        s->file = at;
    } else {
        wrong(r, loc, "no place (FILE, FILE:LINE, line N):", at);
    }
}

/* silence: [{rule: V010, at: "guide.md:12", reason: ...}, V020] */
static void
read_silence(vb_reader *r, const vb_node *list)
{
    for (size_t i = 0; i < list->len; i++) {
        const vb_node *n = list->items[i];
        vb_overlay_silence s = {.loc = n->loc};

        if (n->kind == VB_NODE_STR) {
            s.rule = n->str;
        } else if (want(r, n, VB_NODE_MAP, VB_STR("silence"))) {
            for (size_t k = 0; k < n->len; k++) {
                vb_str key = n->keys[k]->str;

                if (vb_str_eqc(key, "rule"))
                    take_str(r, n->items[k], key, &s.rule);
                else if (vb_str_eqc(key, "at"))
                    silence_place(r, &s, n->items[k]->str, n->items[k]->loc);
                else if (vb_str_eqc(key, "reason"))
                    take_str(r, n->items[k], key, &s.reason);
                else
                    wrong(r, n->keys[k]->loc, "unknown key", key);
            }
        }
        if (s.rule.len)
            vb_vec_push(r->arena, &r->o->silence, s);
        else
            wrong(r, n->loc,
                  "a silence names its rule; this one does not:", n->str);
    }
}

/* record: {shop: {env: [SHOP_REGION], paths: [~/.shop]}} */
static void
read_record(vb_reader *r, const vb_node *map)
{
    for (size_t i = 0; i < map->len; i++) {
        const vb_node *v = map->items[i];
        vb_overlay_record record = {.program = map->keys[i]->str};

        if (!want(r, v, VB_NODE_MAP, record.program))
            continue;
        for (size_t k = 0; k < v->len; k++) {
            vb_str key = v->keys[k]->str;
            vb_texts t = read_list(r, v->items[k], key);

            if (vb_str_eqc(key, "env")) {
                record.env = t.at;
                record.nenv = t.len;
            } else if (vb_str_eqc(key, "paths")) {
                record.paths = t.at;
                record.npaths = t.len;
            } else {
                wrong(r, v->keys[k]->loc, "unknown key", key);
            }
        }
        vb_vec_push(r->arena, &r->o->record, record);
    }
}

#define TAKE(member, from)                                                     \
    do {                                                                       \
        (member)->at = (from).at;                                              \
        (member)->len = (from).len;                                            \
        (member)->cap = (from).cap;                                            \
    } while (0)

static void
read_version(vb_reader *r, const vb_node *v)
{
    if (v->kind != VB_NODE_INT || v->num != 1)
        wrong(r, v->loc, "this program reads overlays of version 1, not",
              v->str);
}

static void
read_section(vb_reader *r, const vb_node *k, const vb_node *v)
{
    vb_str key = k->str;
    vb_overlay *o = r->o;
    bool map = v->kind == VB_NODE_MAP;

    if (vb_str_eqc(key, "version")) {
        read_version(r, v);
    } else if (vb_str_eqc(key, "first")) {
        vb_texts t = read_list(r, v, key);

        TAKE(&o->first, t);
    } else if (vb_str_eqc(key, "with")) {
        vb_texts t = read_list(r, v, key);

        TAKE(&o->with, t);
    } else if (vb_str_eqc(key, "silence")) {
        if (want(r, v, VB_NODE_LIST, key))
            read_silence(r, v);
    } else if (!vb_str_eqc(key, "inputs") && !vb_str_eqc(key, "steps") &&
               !vb_str_eqc(key, "environment") && !vb_str_eqc(key, "require") &&
               !vb_str_eqc(key, "providers") && !vb_str_eqc(key, "tabs") &&
               !vb_str_eqc(key, "record")) {
        wrong(r, k->loc, "unknown key", key);
    } else if (!map) {
        want(r, v, VB_NODE_MAP, key);
    } else if (vb_str_eqc(key, "inputs")) {
        read_inputs(r, v);
    } else if (vb_str_eqc(key, "steps")) {
        read_steps(r, v);
    } else if (vb_str_eqc(key, "providers")) {
        read_providers(r, v);
    } else if (vb_str_eqc(key, "record")) {
        read_record(r, v);
    } else {
        vb_pairs pairs = read_pairs(r, v);

        if (vb_str_eqc(key, "environment"))
            TAKE(&o->environment, pairs);
        else if (vb_str_eqc(key, "require"))
            TAKE(&o->require, pairs);
        else
            TAKE(&o->tabs, pairs);
    }
}

vb_overlay *
vb_overlay_parse(vb_arena *arena, vb_str text, const char *path,
                 vb_diags *diags)
{
    vb_reader r = {.arena = arena, .diags = diags};
    const vb_node *root;

    r.o = VB_NEW(arena, vb_overlay);
    r.o->path = path;
    r.o->text = text;
    r.o->digest = vb_sha256(text);
    root = vb_yaml_read(text, path, arena, diags);
    if (!root)
        return NULL;
    if (root->kind == VB_NODE_NULL)
        return r.o;
    if (!want(&r, root, VB_NODE_MAP, VB_STR("overlay")))
        return NULL;
    for (size_t i = 0; i < root->len; i++)
        read_section(&r, root->keys[i], root->items[i]);
    return r.errors ? NULL : r.o;
}

const char *
vb_overlay_beside(vb_arena *arena, const char *guide)
{
    vb_str g = vb_str_c(guide);
    size_t dot = vb_str_rchr(g, '.'), slash = vb_str_rchr(g, '/');
    vb_str stem = dot != VB_NPOS && (slash == VB_NPOS || dot > slash)
                      ? vb_str_sub(g, 0, dot)
                      : g;
    const char *path =
        vb_str_fmt(arena, "%.*s.verbatim.yaml", VB_ARG(stem)).ptr;

    if (vb_str_eqc(g, "-") || vb_str_has(g, "://") || !vb_exists(path))
        return NULL;
    return path;
}

vb_overlay *
vb_overlay_read(vb_arena *arena, const char *path, const char *guide,
                vb_diags *diags)
{
    vb_error err = {0};
    vb_str text;

    if (!path && guide)
        path = vb_overlay_beside(arena, guide);
    if (!path)
        return VB_NEW(arena, vb_overlay);
    if (!vb_read_file_arena(path, OVERLAY_MAX, arena, &text, &err)) {
        vb_diag_add(diags, VB_ERROR, "O003", (vb_loc){path, 0, 0}, "%s",
                    err.message);
        return NULL;
    }
    return vb_overlay_parse(arena, text, path, diags);
}

const vb_overlay_input *
vb_overlay_input_of(const vb_overlay *overlay, vb_str name)
{
    for (size_t i = 0; i < overlay->inputs.len; i++)
        if (vb_str_eq(overlay->inputs.at[i].name, name))
            return &overlay->inputs.at[i];
    return NULL;
}

bool
vb_overlay_silences(const vb_overlay *overlay, const char *rule,
                    const char *file, uint32_t line)
{
    vb_str path = vb_str_c(file);

    for (size_t i = 0; i < overlay->silence.len; i++) {
        const vb_overlay_silence *s = &overlay->silence.at[i];
        bool same_file =
            s->file.len == 0 || vb_str_eq(s->file, path) ||
            (path.len > s->file.len &&
             path.ptr[path.len - s->file.len - 1] == '/' &&
             vb_str_eq(vb_str_from(path, path.len - s->file.len), s->file));

        if (vb_str_eqc(s->rule, rule) && same_file &&
            (s->line == 0 || s->line == line))
            return true;
    }
    return false;
}
