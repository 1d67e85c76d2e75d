#include "verify/internal.h"

#include "base/map.h"

#include <string.h>

#include "base/banned.h"

/* What is offered to later steps; nobody types more than this by hand. */
enum { BOUND_MAX = 2000 };

typedef struct ids {
    vb_arena *arena;
    vb_compare *compare;
    vb_map there; /* text's token -> output's; num is the line, ptr a vb_str */
    vb_map back;
    vb_map bound;
    vb_str note; /* of the first clash in this pair */
} ids;

static bool
in_name(char c)
{
    return vb_is_word(c) || c == '-' || c == '.';
}

/* "vpc-" of "vpc-09f8", so that one sample number may serve several kinds of
 * id. */
static size_t
prefix_before(vb_str line, size_t at)
{
    size_t n = 0;

    if (at == 0 || line.ptr[at - 1] != '-')
        return 0;
    for (n = 1; n < at && n < 64 && vb_is_word(line.ptr[at - n - 1]);)
        n++;
    return n;
}

static vb_str
with_prefix(vb_str line, size_t at, size_t len)
{
    size_t before = prefix_before(line, at);

    return vb_str_sub(line, at - before, before + len);
}

vb_str
vb_name_around(vb_str line, size_t at, size_t len)
{
    size_t start = at, end = at + len;

    while (start > 0 && at - start < 256 && in_name(line.ptr[start - 1]))
        start--;
    while (end < line.len && end - at < 512 && in_name(line.ptr[end]))
        end++;
    while (end > at + len && line.ptr[end - 1] == '.')
        end--;
    return vb_str_sub(line, start, end - start);
}

/* Numbers that authors write for any id. */
static bool
is_dummy(vb_str s)
{
    size_t distinct = 0, steps = 0;

    for (size_t i = 1; i < s.len; i++) {
        distinct += s.ptr[i] != s.ptr[0];
        steps += s.ptr[i] == s.ptr[i - 1] + 1;
    }
    return distinct == 0 || steps * 2 >= s.len || vb_str_has(s, "EXAMPLE") ||
           vb_str_eqc(s, "111122223333");
}

static vb_str *
keep(ids *in, vb_str s)
{
    vb_str *kept = VB_NEW(in->arena, vb_str);

    *kept = s;
    return kept;
}

static void
bind(ids *in, vb_str sample, vb_str actual)
{
    bool added;

    if (in->compare->bound.len >= BOUND_MAX)
        return;
    vb_map_add(&in->bound, sample, &added);
    if (added)
        vb_vec_push(in->arena, &in->compare->bound,
                    (vb_subst){.sample = sample, .actual = actual});
}

static void
pair_up(ids *in, vb_str sample, vb_str actual, uint32_t line, bool both_ways)
{
    bool added;
    vb_map_entry *entry = vb_map_add(&in->there, sample, &added);

    if (added) {
        entry->ptr = keep(in, actual);
        entry->num = line;
    } else if (!vb_str_eq(*(vb_str *)entry->ptr, actual)) {
        if (!in->note.len)
            in->note = vb_str_fmt(
                in->arena,
                "the guide has '%.*s' here as in line %zu, the output has "
                "'%.*s' here and '%.*s' there",
                VB_ARG(sample), entry->num, VB_ARG(actual),
                VB_ARG(*(vb_str *)entry->ptr));
        return;
    }
    if (!both_ways)
        return;
    entry = vb_map_add(&in->back, actual, &added);
    if (added) {
        entry->ptr = keep(in, sample);
        entry->num = line;
    } else if (!vb_str_eq(*(vb_str *)entry->ptr, sample) && !in->note.len) {
        in->note = vb_str_fmt(
            in->arena,
            "the output has '%.*s' again where the guide has '%.*s' and, in "
            "line %zu, '%.*s'",
            VB_ARG(actual), VB_ARG(sample), entry->num,
            VB_ARG(*(vb_str *)entry->ptr));
    }
}

static void
look_at_tokens(ids *in, const vb_pattern *p, vb_str actual, uint32_t line)
{
    vb_bound few[64], *bound = few;
    vb_budget budget = {.left = UINT64_MAX};

    if (p->count > 64)
        bound = VB_NEW_N(in->arena, vb_bound, p->count);
    if (!vb_pattern_match(p, actual, bound, NULL, &budget))
        return;
    for (uint32_t i = 0; i < p->count; i++) {
        const vb_elem *e = &p->elems[i];
        vb_str sample = vb_str_sub(p->text, e->start, e->len);
        vb_str got = vb_str_sub(actual, bound[i].start, bound[i].len);
        vb_str whole;

        if (e->kind != VB_ELEM_TOKEN || !vb_class_identity(e->cls))
            continue;
        if (e->cls == VB_CLASS_PLACEHOLDER) {
            pair_up(in, sample, got, line, false);
            bind(in, sample, got);
            continue;
        }
        if (!is_dummy(sample))
            pair_up(in, with_prefix(p->text, e->start, e->len),
                    with_prefix(actual, bound[i].start, bound[i].len), line,
                    true);
        whole = vb_name_around(p->text, e->start, e->len);
        if (whole.len > sample.len)
            bind(in, whole,
                 vb_name_around(actual, bound[i].start, bound[i].len));
        bind(in, sample, got);
    }
}

static void
look_at_pair(ids *in, const vb_align *al, const vb_pair *pair)
{
    const vb_eline *e = &al->e[pair->e];
    const vb_aline *a = &al->a[pair->a];

    if (e->cells && a->row.cells) {
        for (uint32_t i = 0; i < e->row.table->columns; i++) {
            size_t k = vb_table_column(a->row.table, e->row.table->names[i]);

            if (k != VB_NPOS)
                look_at_tokens(in, &e->cells[i], a->row.cells[k], e->number);
        }
    } else if (!e->row.table || e->cells) {
        look_at_tokens(in, &e->pattern, a->text, e->number);
    }
}

void
vb_identity_check(const vb_align *al, vb_arena *arena, vb_pairs *pairs,
                  vb_compare *compare)
{
    ids in = {.arena = arena, .compare = compare};

    vb_map_init(&in.there, arena);
    vb_map_init(&in.back, arena);
    vb_map_init(&in.bound, arena);
    for (size_t i = 0; i < pairs->list.len; i++) {
        vb_pair *pair = &pairs->list.at[i];

        if (pair->kind != VB_LINE_SAME && pair->kind != VB_LINE_VARIED)
            continue;
        in.note = (vb_str){0};
        look_at_pair(&in, al, pair);
        if (in.note.len) {
            pair->kind = VB_LINE_CHANGED;
            pair->note = in.note;
        }
    }
}
