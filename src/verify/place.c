/* Lines whose order is free: logs of things that run side by side, rows that
 * a command does not sort. */
#include "verify/align.h"

#include "base/map.h"

#include "base/banned.h"

/* Tries to place lines one by one; leftovers from which on it pays to sort
 * them by what they have in common first. */
enum { FREE_TRIES = 600000, KEYS_FROM = 64 };

static void
take_over(vb_align *al, size_t e, size_t a)
{
    uint32_t other = al->of_a[a];

    if (other != VB_NO_LINE) {
        al->of_e[other] = VB_NO_LINE;
        al->fit[other] = VB_FIT_NONE;
    }
    if (al->of_e[e] != VB_NO_LINE)
        al->of_a[al->of_e[e]] = VB_NO_LINE;
    vb_align_join(al, e, a, VB_FIT_LINE);
}

/* Lines of the output that are free to be taken, in order. */
typedef struct leftovers {
    uint32_t *at;
    size_t len;
} leftovers;

static leftovers
left_over(const vb_align *al, vb_arena *arena)
{
    leftovers left = {.at = VB_NEW_N(arena, uint32_t, al->na)};

    for (size_t k = 0; k < al->na; k++)
        if (!vb_align_placed(al, k))
            left.at[left.len++] = (uint32_t)k;
    return left;
}

/* The first leftover at or behind 'a'. */
static size_t
leftover_at(const leftovers *left, size_t a)
{
    size_t low = 0, high = left->len;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (left->at[middle] < a)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Tries the leftovers outwards from where the line should stand. */
static bool
place_one(vb_align *al, size_t e, const leftovers *left, size_t *tries)
{
    size_t up = leftover_at(left, vb_align_from(al, e)), down = up;

    while ((up < left->len || down > 0) && *tries) {
        size_t sides[2] = {up < left->len ? up++ : left->len,
                           down > 0 ? --down : left->len};

        --*tries;
        for (int i = 0; i < 2; i++) {
            size_t a = sides[i] < left->len ? left->at[sides[i]] : al->na;

            if (a == al->na || vb_align_placed(al, a) ||
                !vb_line_match(&al->e[e], &al->a[a], &al->budget))
                continue;
            take_over(al, e, a);
            return true;
        }
    }
    return false;
}

/* What of a line does not vary, as a number: lines of one key stand for each
 * other. 'column' as vb_pattern_compile() has it. */
static uint64_t
key_of(const vb_pattern *p, uint64_t key)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const vb_elem *e = &p->elems[i];
        vb_str text = vb_str_sub(p->text, e->start, e->len);
        uint64_t part = e->kind == VB_ELEM_TEXT ? vb_str_hash(text)
                                                : e->kind * 64u + e->cls;

        key = (key ^ part) * UINT64_C(0x9e3779b97f4a7c15);
        key ^= key >> 29;
    }
    return key * 31 + 7;
}

static uint64_t
key_of_e(const vb_eline *e)
{
    uint64_t key = 1;

    if (!e->cells)
        return key_of(&e->pattern, key);
    for (uint32_t i = 0; i < e->row.table->columns; i++)
        key = key_of(&e->cells[i], key);
    return key;
}

/* The output's line read as if it were the guide's. */
static uint64_t
key_of_a(const vb_eline *e, const vb_aline *a)
{
    vb_arena scratch = {0};
    uint64_t key = 1;

    if (e->cells && a->row.cells) {
        for (uint32_t i = 0; i < a->row.table->columns; i++) {
            vb_pattern p =
                vb_pattern_compile(&scratch, a->row.cells[i], e->pattern.ctx,
                                   vb_column_class(a->row.table->names[i]));

            key = key_of(&p, key);
        }
    } else {
        vb_pattern p = vb_pattern_compile(&scratch, a->text, e->pattern.ctx,
                                          VB_CLASS_NONE);

        key = key_of(&p, key);
    }
    vb_arena_release(&scratch);
    return key;
}

/* Many lines are taken in the order in which their likes stand. A line whose
 * key is not there is left to be tried one by one. */
static void
place_by_key(vb_align *al, const leftovers *left, vb_arena *arena)
{
    uint32_t *next = VB_NEW_N(arena, uint32_t, left->len);
    const vb_eline *kind = NULL;
    vb_map heads;

    vb_map_init(&heads, arena);
    for (size_t i = 0; i < al->ne && !kind; i++)
        if (al->e[i].free && al->fit[i] != VB_FIT_LINE)
            kind = &al->e[i];
    if (!kind)
        return;
    for (size_t k = left->len; k-- > 0;) {
        uint64_t *key = VB_NEW(arena, uint64_t);
        vb_map_entry *entry;
        bool added;

        *key = key_of_a(kind, &al->a[left->at[k]]);
        entry = vb_map_add(&heads, vb_str_n((const char *)key, sizeof *key),
                           &added);
        next[k] = added ? VB_NO_LINE : (uint32_t)entry->num;
        entry->num = k;
    }
    for (size_t i = 0; i < al->ne; i++) {
        uint64_t key;
        vb_map_entry *entry;

        if (!al->e[i].free || al->fit[i] == VB_FIT_LINE)
            continue;
        key = key_of_e(&al->e[i]);
        entry = vb_map_find(&heads, vb_str_n((const char *)&key, sizeof key));
        if (!entry || entry->num == VB_NO_LINE ||
            !vb_line_match(&al->e[i], &al->a[left->at[entry->num]],
                           &al->budget))
            continue;
        take_over(al, i, left->at[entry->num]);
        entry->num = next[entry->num];
    }
}

/* Lines in an order of their own: try them on what is left over. One that
 * fits nowhere proves a difference; short of that, running out of tries is
 * no answer. */
void
vb_place_free(vb_align *al, vb_arena *arena)
{
    leftovers left = left_over(al, arena);
    size_t tries = FREE_TRIES;
    bool proven = false;

    if (left.len > KEYS_FROM)
        place_by_key(al, &left, arena);
    for (size_t i = 0; i < al->ne && tries && left.len; i++) {
        if (al->fit[i] == VB_FIT_LINE)
            continue;
        if (!al->e[i].free || (!place_one(al, i, &left, &tries) && tries))
            proven = true;
    }
    if (!tries && !proven)
        al->budget.spent = true;
}
