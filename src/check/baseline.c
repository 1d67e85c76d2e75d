#include "check/baseline.h"

#include "base/hash.h"
#include "base/io.h"
#include "base/json.h"
#include "base/node.h"

#include <stdlib.h>

#include "base/banned.h"

enum { BASELINE_MAX = 64 * 1024 * 1024, KEY_HEX = 16 };

#define SCHEMA "verbatim.baseline/1"

static vb_str
real(vb_arena *arena, vb_str path)
{
    char *found = realpath(vb_str_dup(arena, path), NULL);
    vb_str copy = found ? vb_str_copy(arena, vb_str_c(found))
                        : vb_path_clean(arena, path);

    vb_heap_free(found);
    return copy;
}

void
vb_baseline_init(vb_baseline *b, vb_arena *arena, vb_str base)
{
    *b = (vb_baseline){.arena = arena};
    b->base = real(arena, base);
    vb_map_init(&b->known, arena);
    vb_map_init(&b->files, arena);
}

vb_str
vb_baseline_file(vb_baseline *b, const char *file)
{
    vb_str name = vb_str_c(file);
    vb_map_entry *entry = vb_map_find(&b->files, name);
    vb_str path, *kept;

    if (entry)
        return *(const vb_str *)entry->ptr;
    path = real(b->arena, name);
    if (path.len > b->base.len && path.ptr[b->base.len] == '/' &&
        vb_str_eq(vb_str_sub(path, 0, b->base.len), b->base))
        path = vb_str_from(path, b->base.len + 1);
    kept = VB_NEW(b->arena, vb_str);
    *kept = path;
    vb_map_add(&b->files, vb_str_copy(b->arena, name), NULL)->ptr = kept;
    return path;
}

static vb_digest
digest_of(vb_arena *arena, const vb_finding *f)
{
    vb_digest digest =
        vb_sha256(vb_str_fmt(arena, "%.*s\n%.*s", VB_ARG(f->message),
                             VB_ARG(vb_str_trim(f->excerpt))));

    digest.hex[KEY_HEX] = '\0';
    return digest;
}

static vb_str
key_of(vb_arena *arena, vb_str rule, vb_str file, vb_str text)
{
    return vb_str_fmt(arena, "%.*s %.*s %.*s", VB_ARG(rule), VB_ARG(text),
                      VB_ARG(file));
}

static vb_str
key_of_finding(vb_baseline *b, const vb_finding *f, const vb_str *file)
{
    vb_digest digest = digest_of(b->arena, f);

    return key_of(b->arena, vb_str_c(f->rule->id),
                  file ? *file : vb_baseline_file(b, f->loc.file),
                  vb_str_c(digest.hex));
}

void
vb_baseline_add(vb_baseline *b, const vb_finding *f, const vb_str *file)
{
    vb_map_add(&b->known, key_of_finding(b, f, file), NULL)->num++;
}

size_t
vb_baseline_apply(vb_baseline *b, vb_findings *findings)
{
    size_t n = 0, taken;

    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_finding *f = &findings->list.at[i];
        vb_map_entry *entry =
            vb_map_find(&b->known, key_of_finding(b, f, NULL));

        if (entry && entry->num)
            entry->num--;
        else
            findings->list.at[n++] = *f;
    }
    taken = findings->list.len - n;
    findings->list.len = n;
    return taken;
}

bool
vb_baseline_read(vb_arena *arena, const char *path, vb_baseline *b,
                 vb_error *err)
{
    const vb_node *top, *list;
    vb_diags diags;
    vb_str text;

    vb_baseline_init(b, arena, vb_path_dir(vb_str_c(path)));
    if (!vb_read_file_arena(path, BASELINE_MAX, arena, &text, err))
        return false;
    vb_diags_init(&diags, arena);
    top = vb_json_read(text, path, arena, &diags);
    list = vb_node_get(top, "findings");
    if (!vb_str_eqc(vb_node_str(top, "schema", (vb_str){0}), SCHEMA) || !list ||
        list->kind != VB_NODE_LIST)
        return vb_fail(err, "'%s' is no baseline", path);
    for (size_t i = 0; i < list->len; i++) {
        const vb_node *n = list->items[i];
        int64_t count = vb_node_int(n, "count", 1);
        vb_str key = key_of(arena, vb_node_str(n, "rule", (vb_str){0}),
                            vb_node_str(n, "file", (vb_str){0}),
                            vb_node_str(n, "text", (vb_str){0}));

        if (count > 0)
            vb_map_add(&b->known, key, NULL)->num += (size_t)count;
    }
    return true;
}

static void
put_known(vb_json *json, vb_baseline *b, const vb_finding *f, size_t count)
{
    vb_digest digest = digest_of(b->arena, f);

    vb_json_object(json, NULL);
    vb_json_c(json, "rule", f->rule->id);
    vb_json_str(json, "file", vb_baseline_file(b, f->loc.file));
    vb_json_c(json, "text", digest.hex);
    vb_json_int(json, "count", (int64_t)count);
    vb_json_str(json, "message", f->message);
    vb_json_end(json, '}');
}

bool
vb_baseline_write(vb_arena *arena, const char *path,
                  const vb_findings *findings, vb_error *err)
{
    vb_baseline b;
    vb_json json;
    vb_buf out;
    bool ok;

    vb_baseline_init(&b, arena, vb_path_dir(vb_str_c(path)));
    for (size_t i = 0; i < findings->list.len; i++)
        vb_baseline_add(&b, &findings->list.at[i], NULL);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_json_init(&json, &out);
    json.pretty = true; /* it is kept under version control */
    vb_json_object(&json, NULL);
    vb_json_c(&json, "schema", SCHEMA);
    vb_json_array(&json, "findings");
    for (size_t i = 0; i < findings->list.len; i++) {
        const vb_finding *f = &findings->list.at[i];
        vb_map_entry *entry =
            vb_map_find(&b.known, key_of_finding(&b, f, NULL));

        if (entry->num)
            put_known(&json, &b, f, entry->num);
        entry->num = 0;
    }
    vb_json_end(&json, ']');
    vb_json_end(&json, '}');
    vb_buf_ch(&out, '\n');
    ok = vb_write_file(path, vb_buf_view(&out), 0644, err);
    vb_buf_release(&out);
    return ok;
}
