#include "verify/expect.h"

#include "verify/internal.h"
#include "verify/manner.h"

#include <string.h>

#include "base/banned.h"

static const char *const manner_names[] = {
    "reader", "exact", "subset", "regex", "contains",
};

const char *
vb_manner_name(vb_manner manner)
{
    return manner_names[manner];
}

bool
vb_manner_parse(vb_str name, vb_manner *out)
{
    for (size_t i = 0; i < VB_COUNT(manner_names); i++)
        if (vb_str_eqc(name, manner_names[i])) {
            *out = (vb_manner)i;
            return true;
        }
    return false;
}

/* One bit for each word of letters alone. */
uint64_t
vb_words_of(vb_str line)
{
    uint64_t words = 0;
    size_t at = 0;

    line = vb_str_sub(line, 0, VB_WORDS_MAX);
    while (at < line.len) {
        size_t n = 0;
        bool plain = true;

        for (; vb_is_word(vb_at(line, at + n)); n++)
            plain = plain && vb_is_alpha(line.ptr[at + n]);
        if (n >= 2 && plain)
            words |= UINT64_C(1) << (vb_str_hash(vb_str_sub(line, at, n)) & 63);
        at += n ? n : 1;
    }
    return words;
}

/* The words that a line has to have as they are: those in literal text with
 * space, other literal text or nothing at all around them. */
static uint64_t
words_that_stay(const vb_pattern *p)
{
    uint64_t words = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        const vb_elem *e = &p->elems[i];
        vb_str text = vb_str_sub(p->text, e->start, e->len);
        bool before = i == 0 || p->elems[i - 1].kind == VB_ELEM_SPACE;
        bool behind =
            i + 1 == p->count || p->elems[i + 1].kind == VB_ELEM_SPACE;

        if (e->kind != VB_ELEM_TEXT)
            continue;
        while (!before && text.len && vb_is_word(text.ptr[0]))
            text = vb_str_from(text, 1);
        while (!behind && text.len && vb_is_word(text.ptr[text.len - 1]))
            text.len--;
        words |= vb_words_of(text);
    }
    return words;
}

/* Lines that begin with a time come from things that run side by side. */
static bool
is_log_line(const vb_pattern *p)
{
    return p->count > 1 && p->elems[0].kind == VB_ELEM_TOKEN &&
           (p->elems[0].cls == VB_CLASS_TIMESTAMP ||
            p->elems[0].cls == VB_CLASS_TIME);
}

/* Lines of things that go on at the same time: "x.y: Creating...", a layer
 * that is pulled, a container that starts. */
static bool
is_parallel_line(vb_str line)
{
    static const char *const verbs[] = {
        ": Creating...",
        ": Creation complete",
        ": Destroying...",
        ": Destruction complete",
        ": Modifying...",
        ": Modifications complete",
        ": Refreshing state...",
        ": Reading...",
        ": Read complete",
        ": Pull complete",
        ": Pushed",
        ": Already exists",
    };

    if (vb_str_starts(line, "\xe2\x9c\x94 ") ||
        vb_str_starts(line, "Container ") || vb_str_starts(line, "Network "))
        return true;
    for (size_t i = 0; i < VB_COUNT(verbs); i++)
        if (vb_str_has(line, verbs[i]))
            return true;
    return false;
}

static void
compile_line(vb_expect *x, vb_arena *arena, size_t i, const vb_row *row)
{
    vb_eline *e = &x->e[x->ne++];

    e->number = x->lines.at[i].number;
    e->row = *row;
    e->shown = x->lines.at[i].text;
    e->words = vb_words_of(x->lines.at[i].text);
    e->pattern =
        vb_pattern_compile(arena, x->lines.at[i].text, x->ctx, VB_CLASS_NONE);
    for (uint32_t k = 0; k < e->pattern.count; k++)
        e->replaced = e->replaced || e->pattern.elems[k].kind == VB_ELEM_SUBST;
    e->free = is_log_line(&e->pattern) || is_parallel_line(e->shown);
    e->progress = vb_line_is_progress(e->shown);
    if (!row->table)
        e->must = words_that_stay(&e->pattern);
    if (row->table && row->cells) {
        vb_pattern *cells = VB_NEW_N(arena, vb_pattern, row->table->columns);

        for (uint32_t k = 0; k < row->table->columns; k++)
            cells[k] =
                vb_pattern_compile(arena, row->cells[k], x->ctx,
                                   vb_column_class(row->table->names[k]));
        e->cells = cells;
        for (uint32_t k = 0; k < row->table->columns; k++)
            e->must |= words_that_stay(&cells[k]);
        e->free = !x->ctx->sorted && vb_pattern_has_identity(&cells[0]);
    }
}

/* Every line as it stands, blank ones too. */
static void
compile_literally(vb_expect *x, vb_arena *arena)
{
    x->e = VB_NEW_N(arena, vb_eline, x->lines.len);
    x->ne = x->lines.len;
    for (size_t i = 0; i < x->ne; i++) {
        vb_eline *e = &x->e[i];

        e->number = x->lines.at[i].number;
        e->shown = x->lines.at[i].text;
        e->words = vb_words_of(e->shown);
        e->pattern = vb_pattern_literal(arena, e->shown, x->ctx);
    }
}

static void
compile_lines(vb_expect *x, vb_arena *arena)
{
    vb_row *rows = vb_tables_find(arena, &x->lines);
    bool gap = x->opts.manner == VB_MANNER_SUBSET;

    x->e = VB_NEW_N(arena, vb_eline, x->lines.len);
    for (size_t i = 0; i < x->lines.len; i++) {
        if (x->lines.at[i].text.len == 0)
            continue;
        if (vb_line_is_elision(x->lines.at[i].text)) {
            gap = x->elides = true;
            continue;
        }
        compile_line(x, arena, i, &rows[i]);
        x->e[x->ne - 1].gap = gap;
        gap = x->opts.manner == VB_MANNER_SUBSET;
    }
    x->gap_at_end = gap;
}

/* JSON speaks for itself; YAML must be announced, since every line with a
 * colon could be it. */
static void
compile_tree(vb_expect *x, vb_arena *arena)
{
    bool yaml = vb_str_ieqc(x->opts.lang, "yaml") ||
                vb_str_ieqc(x->opts.lang, "yml") ||
                vb_str_starts(x->text, "apiVersion:") ||
                vb_str_starts(x->text, "---\n");

    x->is_tree = vb_tree_json(arena, x->text, true, &x->tree) &&
                 x->tree.consumed == x->text.len;
    if (!x->is_tree && yaml)
        x->is_tree = x->yaml = vb_tree_yaml(arena, x->text, &x->tree);
    if (x->is_tree && x->tree.leaves == 0)
        x->is_tree = false;
    if (x->is_tree)
        x->leaves = vb_tree_elines(arena, &x->tree, x->text, x->ctx);
}

vb_expect *
vb_expect_compile(vb_arena *arena, vb_str text, vb_loc where,
                  const vb_expect_opts *opts, vb_diags *diags)
{
    vb_expect *x = VB_NEW(arena, vb_expect);

    x->opts = *opts;
    x->text = text;
    x->where = where;
    x->ctx = vb_context_make(arena, opts, text);
    if (opts->manner == VB_MANNER_REGEX) {
        x->regex = vb_regex_compile(arena, text, where, diags);
        return x->regex ? x : NULL;
    }
    if (opts->manner == VB_MANNER_EXACT || opts->manner == VB_MANNER_CONTAINS) {
        x->lines = vb_split_lines(arena, text);
        compile_literally(x, arena);
        return x;
    }
    x->lines = vb_normalise(arena, text);
    compile_lines(x, arena);
    if (opts->manner == VB_MANNER_READER && x->ne)
        compile_tree(x, arena);
    return x;
}
