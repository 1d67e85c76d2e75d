#include "check/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void
vb_findings_init(vb_findings *findings, vb_arena *arena)
{
    *findings = (vb_findings){.arena = arena};
    vb_map_init(&findings->seen, arena);
}

static vb_str
key_of(vb_arena *arena, const vb_finding *f)
{
    return vb_str_fmt(arena, "%s %s:%u:%u %.*s", f->rule->id,
                      f->loc.file ? f->loc.file : "", f->loc.line, f->loc.col,
                      VB_ARG(f->message));
}

vb_finding *
vb_findings_same(const vb_findings *findings, const vb_finding *finding)
{
    vb_arena scratch = {0};
    const vb_map_entry *entry =
        vb_map_find(&findings->seen, key_of(&scratch, finding));

    vb_arena_release(&scratch);
    return entry && entry->num < findings->list.len
               ? &findings->list.at[entry->num]
               : NULL;
}

vb_finding *
vb_findings_add(vb_findings *findings, const vb_finding *finding)
{
    bool added;
    vb_map_entry *entry =
        vb_map_add(&findings->seen, key_of(findings->arena, finding), &added);

    if (!added)
        return NULL;
    entry->num = findings->list.len;
    if (findings->list.len >= VB_FINDINGS_MAX) {
        findings->dropped++;
        return NULL;
    }
    vb_vec_push(findings->arena, &findings->list, *finding);
    return &findings->list.at[findings->list.len - 1];
}

static vb_str
copy_text(vb_arena *arena, vb_str text)
{
    return text.len ? vb_str_copy(arena, text) : (vb_str){0};
}

static const char *
copy_name(vb_arena *arena, vb_map *names, const char *name)
{
    vb_map_entry *entry;

    if (!name)
        return NULL;
    entry = vb_map_find(names, vb_str_c(name));
    if (!entry) {
        vb_str copy = vb_str_copy(arena, vb_str_c(name));

        entry = vb_map_add(names, copy, NULL);
    }
    return entry->key.ptr;
}

vb_finding
vb_finding_copy(vb_arena *arena, vb_map *names, const vb_finding *f)
{
    vb_finding copy = *f;

    copy.loc.file = copy_name(arena, names, f->loc.file);
    copy.other.file = copy_name(arena, names, f->other.file);
    copy.fix.file = copy_name(arena, names, f->fix.file);
    copy.message = copy_text(arena, f->message);
    copy.hint = copy_text(arena, f->hint);
    copy.excerpt = copy_text(arena, f->excerpt);
    copy.providers = copy_text(arena, f->providers);
    copy.other_excerpt = copy_text(arena, f->other_excerpt);
    copy.other_message = copy_text(arena, f->other_message);
    copy.fix.text = copy_text(arena, f->fix.text);
    return copy;
}

static int
compare_findings(const void *pa, const void *pb)
{
    const vb_finding *a = pa, *b = pb;
    int order =
        strcmp(a->loc.file ? a->loc.file : "", b->loc.file ? b->loc.file : "");

    if (order)
        return order;
    if (a->loc.line != b->loc.line)
        return a->loc.line < b->loc.line ? -1 : 1;
    if (a->loc.col != b->loc.col)
        return a->loc.col < b->loc.col ? -1 : 1;
    order = strcmp(a->rule->id, b->rule->id);
    return order ? order : vb_str_cmp(a->message, b->message);
}

void
vb_findings_sort(vb_findings *findings)
{
    if (findings->list.len)
        qsort(findings->list.at, findings->list.len, sizeof *findings->list.at,
              compare_findings);
}

size_t
vb_findings_count(const vb_findings *findings, vb_severity severity)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->list.len; i++)
        n += findings->list.at[i].severity == severity;
    return n;
}
