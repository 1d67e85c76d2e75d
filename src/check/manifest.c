#include "check/manifest.h"

#include "plan/shell.h"

#include "base/banned.h"

enum { MANIFEST_MAX = 1024 * 1024 };

typedef struct collector {
    vb_calls *calls;
    vb_manifests *out;
    uint32_t step;
    vb_str file;
} collector;

static bool
is_yaml_name(vb_str name)
{
    return vb_str_ends(name, ".yaml") || vb_str_ends(name, ".yml");
}

static void
add_document(collector *c, vb_str text, uint32_t first)
{
    vb_manifest m = {.file = c->file, .step = c->step, .first = first};
    vb_arena *arena = c->calls->arena;
    const vb_node *meta;
    vb_diags quiet;
    bool known, added;
    vb_map_entry *entry;

    /* Templates are not YAML; what is wrong with the rest F001 says. */
    if (vb_str_trim(text).len == 0 || text.len > MANIFEST_MAX ||
        vb_str_has(text, "{{"))
        return;
    vb_diags_init(&quiet, arena);
    m.tree = vb_yaml_read(text, "", arena, &quiet);
    if (!m.tree || m.tree->kind != VB_NODE_MAP)
        return;
    meta = vb_node_get(m.tree, "metadata");
    m.kind = vb_node_str(m.tree, "kind", (vb_str){0});
    m.name = vb_calls_expand(c->calls, vb_node_str(meta, "name", (vb_str){0}),
                             &known);
    m.namespace = vb_calls_expand(
        c->calls, vb_node_str(meta, "namespace", (vb_str){0}), &known);
    if (c->file.len) {
        entry = vb_map_add(&c->out->by_file, c->file, &added);
        if (added)
            entry->num = c->out->list.len;
    }
    vb_vec_push(arena, &c->out->list, m);
}

/* All documents of a stream that begins behind 'first' lines of the body. */
static void
add_stream(collector *c, vb_str text, uint32_t first)
{
    vb_str rest = text, line;
    const char *start = text.ptr;
    uint32_t from = first;

    for (uint32_t n = first + 1; vb_str_line(&rest, &line); n++) {
        if (!vb_str_eqc(vb_str_rtrim(line), "---"))
            continue;
        add_document(c, vb_str_n(start, (size_t)(line.ptr - start)), from);
        start = rest.ptr;
        from = n;
    }
    add_document(c, vb_str_n(start, (size_t)(rest.ptr - start)), from);
}

/* Where a here-document's command writes it, or empty. */
static vb_str
heredoc_file(const vb_shell *shell, const vb_heredoc *doc)
{
    const vb_simple *simple = &shell->simples.at[doc->simple];

    for (size_t i = 0; i < simple->redirs.len; i++) {
        const vb_redir *r = &simple->redirs.at[i];

        if (r->kind == VB_REDIR_OUT && r->target.is_static)
            return r->target.text;
    }
    return (vb_str){0};
}

static void
add_heredocs(collector *c, const vb_step *step, vb_arena *scratch)
{
    const vb_shell *shell;
    uint32_t line = 0, at = 0;

    if (!vb_str_has(step->body, "<<"))
        return;
    shell = vb_shell_read(scratch, step->body);
    for (size_t i = 0; i < shell->heredocs.len; i++) {
        const vb_heredoc *doc = &shell->heredocs.at[i];
        vb_str text = vb_str_sub(step->body, doc->start, doc->len);
        vb_str file = (vb_str){0};

        if (doc->simple < shell->simples.len)
            file = heredoc_file(shell, doc);
        for (; at < doc->start; at++)
            line += step->body.ptr[at] == '\n';
        c->file = vb_str_copy(c->calls->arena, file);
        if (is_yaml_name(file) || vb_str_has(text, "kind:"))
            add_stream(c, text, line);
    }
}

void
vb_manifests_collect(vb_calls *calls, vb_manifests *out)
{
    vb_arena scratch = {0};

    *out = (vb_manifests){0};
    vb_map_init(&out->by_file, calls->arena);
    for (uint32_t i = 0; i < calls->plan->steps.len; i++) {
        const vb_step *step = &calls->plan->steps.at[i];
        collector c = {.calls = calls, .out = out, .step = i};

        if (step->kind == VB_KIND_COMMAND) {
            add_heredocs(&c, step, &scratch);
            vb_arena_reset(&scratch);
        } else if (step->kind == VB_KIND_FILE && is_yaml_name(step->name)) {
            c.file = step->name;
            while (vb_str_starts(c.file, "./"))
                c.file = vb_str_from(c.file, 2);
            add_stream(&c, step->body, 0);
        }
    }
    vb_arena_release(&scratch);
}

vb_loc
vb_manifest_place(const vb_plan *plan, const vb_manifest *manifest,
                  const vb_node *node)
{
    const vb_step *step = &plan->steps.at[manifest->step];
    const vb_block *block =
        &plan->doc->blocks.at[plan->readings.at[step->reading].block];
    uint32_t n = manifest->first + node->loc.line;
    vb_loc loc = step->loc;

    if (n >= 1 && n <= step->body_lines.len) {
        loc.line = step->body_lines.at[n - 1];
        loc.col = node->loc.col + block->indent;
    }
    return loc;
}
