#include "verify/align.h"

#include <string.h>

#include "base/banned.h"

/* Above this many pairs of lines the piece is aligned step by step. */
enum { DENSE_MAX = 1000000, LOOK_AHEAD = 200 };

/* Tries to find the way back after a difference; lines that may be wrapped. */
enum {
    JUMP_TRIES = 8000000,
    RESYNC_TRIES = 2000000,
    WRAP_MIN = 56,
    WRAP_LINES = 5,
    WRAP_TRIES = 200
};

enum { COST_EXTRA = 60, COST_MISSING = 100, COST_LIKE = 80, COST_NOTICE = 1 };

static bool
cells_match(const vb_eline *e, const vb_aline *a, vb_budget *budget)
{
    const vb_table *te = e->row.table, *ta = a->row.table;

    for (uint32_t i = 0; i < te->columns; i++) {
        size_t k = i < ta->columns && vb_str_ieq(te->names[i], ta->names[i])
                       ? i
                       : vb_table_column(ta, te->names[i]);

        if (k == VB_NPOS || !vb_pattern_match(&e->cells[i], a->row.cells[k],
                                              NULL, NULL, budget))
            return false;
    }
    return true;
}

static bool
titles_match(const vb_table *te, const vb_table *ta)
{
    for (uint32_t i = 0; i < te->columns; i++)
        if (vb_table_column(ta, te->names[i]) == VB_NPOS)
            return false;
    return true;
}

/* The output hides secrets: what it left is the pattern, the text's line is
 * what must fit. */
static bool
redacted_match(const vb_eline *e, const vb_aline *a, vb_budget *budget)
{
    vb_arena scratch = {0};
    vb_pattern p =
        vb_pattern_compile(&scratch, a->text, e->pattern.ctx, VB_CLASS_NONE);
    bool ok = vb_pattern_match(&p, e->pattern.text, NULL, NULL, budget);

    vb_arena_release(&scratch);
    return ok;
}

bool
vb_line_match(const vb_eline *e, const vb_aline *a, vb_budget *budget)
{
    if (!e->replaced && vb_str_eq(e->pattern.text, a->text))
        return true;
    if ((e->must & ~a->words) && !a->vague)
        return false;
    if (e->cells && a->row.cells && cells_match(e, a, budget))
        return true;
    if (e->row.table && a->row.table && !e->cells && !a->row.cells)
        return titles_match(e->row.table, a->row.table);
    if (!(e->cells && a->row.cells) &&
        vb_pattern_match(&e->pattern, a->text, NULL, NULL, budget))
        return true;
    return e->pattern.ctx->redacted && vb_str_has(a->text, "[redacted:") &&
           redacted_match(e, a, budget);
}

bool
vb_line_tolerated(const vb_aline *a, bool in_gap)
{
    if (a->fault)
        return false;
    return in_gap || a->notice || a->err;
}

static bool
gap_before(const vb_align *al, size_t e)
{
    return e < al->ne ? al->e[e].gap : al->gap_at_end;
}

static uint32_t
extra_cost(const vb_align *al, size_t a, bool gap)
{
    if (!vb_line_tolerated(&al->a[a], gap))
        return COST_EXTRA;
    return gap ? 0 : COST_NOTICE;
}

static uint32_t
missing_cost(const vb_eline *e)
{
    return e->progress ? COST_NOTICE : COST_MISSING;
}

/* 0 when the lines have nothing in common, 32 when all their words. */
static uint32_t
likeness(const vb_eline *e, const vb_aline *a)
{
    uint32_t both = (uint32_t)__builtin_popcountll(e->words & a->words);
    uint32_t any = (uint32_t)__builtin_popcountll(e->words | a->words);

    return any ? both * 32 / any : 0;
}

static uint32_t
like_cost(const vb_eline *e, const vb_aline *a)
{
    uint32_t like = likeness(e, a);

    if (e->row.table && a->row.table && !e->cells == !a->row.cells)
        like = like < 24 ? like + 8 : 32;
    return like >= 10 ? COST_LIKE + (32 - like) * 2 : UINT32_MAX / 4;
}

void
vb_align_join(vb_align *al, size_t e, size_t a, vb_fit fit)
{
    al->of_e[e] = (uint32_t)a;
    al->of_a[a] = (uint32_t)e;
    al->fit[e] = (uint8_t)fit;
}

static void
leave(vb_align *al, size_t a, bool gap)
{
    al->extra_gap[a] = gap;
}

/* A rectangle of the alignment still to be done. */
typedef struct piece {
    size_t e0, e1, a0, a1;
} piece;

enum { GO_BOTH, GO_LIKE, GO_E, GO_A };

static void
dense_fill(vb_align *al, const piece *p, uint8_t *go, uint32_t *cost)
{
    size_t m = p->a1 - p->a0, n = p->e1 - p->e0;
    uint32_t *above = cost, *row = cost + m + 1, *swap;

    above[0] = 0;
    for (size_t k = 1; k <= m; k++) {
        above[k] =
            above[k - 1] + extra_cost(al, p->a0 + k - 1, gap_before(al, p->e0));
        go[k] = GO_A;
    }
    for (size_t i = 1; i <= n; i++) {
        const vb_eline *e = &al->e[p->e0 + i - 1];
        bool gap = gap_before(al, p->e0 + i);
        uint8_t *to = go + i * (m + 1);

        row[0] = above[0] + missing_cost(e);
        to[0] = GO_E;
        for (size_t k = 1; k <= m; k++) {
            const vb_aline *a = &al->a[p->a0 + k - 1];
            uint32_t best = above[k] + missing_cost(e), other;

            to[k] = GO_E;
            other = row[k - 1] + extra_cost(al, p->a0 + k - 1, gap);
            if (other < best) {
                best = other;
                to[k] = GO_A;
            }
            if (above[k - 1] <= best && vb_line_match(e, a, &al->budget)) {
                best = above[k - 1];
                to[k] = GO_BOTH;
            } else if ((other = above[k - 1] + like_cost(e, a)) < best) {
                best = other;
                to[k] = GO_LIKE;
            }
            row[k] = best;
        }
        swap = above;
        above = row;
        row = swap;
    }
}

static void
dense(vb_align *al, const piece *p)
{
    size_t m = p->a1 - p->a0, n = p->e1 - p->e0;
    uint8_t *go = vb_heap_alloc((n + 1) * (m + 1));
    uint32_t *cost = vb_heap_alloc(2 * (m + 1) * sizeof *cost);
    size_t i = n, k = m;

    dense_fill(al, p, go, cost);
    while (i > 0 || k > 0) {
        uint8_t way = i == 0 ? GO_A : go[i * (m + 1) + k];

        if (way == GO_A) {
            k--;
            leave(al, p->a0 + k, gap_before(al, p->e0 + i));
        } else if (way == GO_E) {
            i--;
        } else {
            i--;
            k--;
            vb_align_join(al, p->e0 + i, p->a0 + k,
                          way == GO_BOTH ? VB_FIT_LINE : VB_FIT_LIKE);
        }
    }
    vb_heap_free(go);
    vb_heap_free(cost);
}

/* The nearest pair ahead that matches: how far on each side. */
static bool
resync(vb_align *al, const piece *p, size_t *de, size_t *da, size_t *tries)
{
    size_t ne = p->e1 - p->e0, na = p->a1 - p->a0;

    for (size_t sum = 1; sum < LOOK_AHEAD && *tries; sum++)
        for (size_t i = 0; i <= sum; i++) {
            if (i >= ne || sum - i >= na || !*tries)
                continue;
            --*tries;
            if (vb_line_match(&al->e[p->e0 + i], &al->a[p->a0 + sum - i],
                              &al->budget)) {
                *de = i;
                *da = sum - i;
                return true;
            }
        }
    return false;
}

/* One line was changed and the next go on together. */
static bool
is_single(vb_align *al, const piece *p)
{
    for (size_t i = 1; i <= 2; i++)
        if (p->e0 + i >= p->e1 || p->a0 + i >= p->a1 ||
            !vb_line_match(&al->e[p->e0 + i], &al->a[p->a0 + i], &al->budget))
            return false;
    return true;
}

/* Looking for lines behind elisions. */
typedef struct search {
    size_t tries;
    bool proven; /* one was nowhere: that the texts differ is certain */
} search;

/* Behind an elision: finds the next place where all lines up to the next
 * elision follow each other. The first such place is the best one, so lines
 * that have none differ; running out of tries is no answer. */
static bool
jump(vb_align *al, piece *p, search *s)
{
    size_t n = 1, i;

    while (p->e0 + n < p->e1 && !gap_before(al, p->e0 + n))
        n++;
    for (size_t k = p->a0; k + n <= p->a1; k++) {
        for (i = 0; i < n && s->tries; i++) {
            s->tries--;
            if (!vb_line_match(&al->e[p->e0 + i], &al->a[k + i], &al->budget))
                break;
        }
        if (i == n) {
            for (; p->a0 < k; p->a0++)
                leave(al, p->a0, true);
            for (i = 0; i < n; i++)
                vb_align_join(al, p->e0++, p->a0++, VB_FIT_LINE);
            return true;
        }
        if (!s->tries) {
            al->budget.spent = al->budget.spent || !s->proven;
            return false;
        }
    }
    s->proven = true;
    return false;
}

/* Too large for the table: match line by line, and find the way back after
 * a difference by looking a little ahead. */
static void
sparse(vb_align *al, piece p)
{
    size_t tries = RESYNC_TRIES, from = 0;
    search jumps = {.tries = JUMP_TRIES};

    while (p.e0 < p.e1 && p.a0 < p.a1) {
        piece small = p;
        size_t de = 0, da = 0;

        if (gap_before(al, p.e0) && from != p.e0 + 1 && jumps.tries) {
            from = p.e0 + 1; /* looked for once */
            if (jump(al, &p, &jumps))
                continue;
        }
        if (vb_line_match(&al->e[p.e0], &al->a[p.a0], &al->budget)) {
            vb_align_join(al, p.e0++, p.a0++, VB_FIT_LINE);
            continue;
        }
        if (is_single(al, &p) || !resync(al, &p, &de, &da, &tries)) {
            if (like_cost(&al->e[p.e0], &al->a[p.a0]) < UINT32_MAX / 4)
                vb_align_join(al, p.e0, p.a0, VB_FIT_LIKE);
            p.e0++;
            p.a0++;
            continue;
        }
        small.e1 = p.e0 + de;
        small.a1 = p.a0 + da;
        dense(al, &small);
        p.e0 = small.e1;
        p.a0 = small.a1;
    }
    for (; p.a0 < p.a1; p.a0++)
        leave(al, p.a0, gap_before(al, p.e1));
}

/* Lines that match at both ends need no table. */
static void
trim(vb_align *al, piece *p)
{
    while (p->e0 < p->e1 && p->a0 < p->a1 && !gap_before(al, p->e0) &&
           vb_line_match(&al->e[p->e0], &al->a[p->a0], &al->budget)) {
        vb_align_join(al, p->e0++, p->a0++, VB_FIT_LINE);
    }
    while (p->e0 < p->e1 && p->a0 < p->a1 && !gap_before(al, p->e1) &&
           vb_line_match(&al->e[p->e1 - 1], &al->a[p->a1 - 1], &al->budget)) {
        vb_align_join(al, --p->e1, --p->a1, VB_FIT_LINE);
    }
}

bool
vb_align_placed(const vb_align *al, size_t a)
{
    return al->of_a[a] != VB_NO_LINE && al->fit[al->of_a[a]] == VB_FIT_LINE;
}

/* The last line before 'e' that has a partner: the partner's place + 1. */
size_t
vb_align_from(const vb_align *al, size_t e)
{
    while (e-- > 0)
        if (al->of_e[e] != VB_NO_LINE)
            return al->of_e[e] + 1u;
    return 0;
}

/* The lines of the text from 'e' on, or of the output from 'a' on, as one. */
static vb_str
glue(vb_arena *arena, vb_str left, vb_str right, bool space)
{
    if (vb_str_ends(left, "\\"))
        left = vb_str_rtrim(vb_str_sub(left, 0, left.len - 1));
    return vb_str_fmt(arena, "%.*s%s%.*s", VB_ARG(left), space ? " " : "",
                      VB_ARG(right));
}

/* Only a line that is long, or says so, was wrapped. */
static bool
may_wrap(vb_str line)
{
    return line.len >= WRAP_MIN || vb_str_ends(line, "\\");
}

static bool
unwrap_text(vb_align *al, size_t e, size_t a, bool space, vb_arena *arena)
{
    vb_str joined = al->e[e].pattern.text;

    for (size_t n = 1; n < WRAP_LINES && e + n < al->ne; n++) {
        vb_pattern p;

        if (al->fit[e + n] == VB_FIT_LINE || al->e[e + n].gap ||
            !may_wrap(al->e[e + n - 1].pattern.text))
            return false;
        joined = glue(arena, joined, al->e[e + n].pattern.text, space);
        p = vb_pattern_compile(arena, joined, al->e[e].pattern.ctx,
                               VB_CLASS_NONE);
        if (!vb_pattern_match(&p, al->a[a].text, NULL, NULL, &al->budget))
            continue;
        for (size_t k = 0; k <= n; k++) {
            if (al->of_e[e + k] != VB_NO_LINE)
                al->of_a[al->of_e[e + k]] = VB_NO_LINE;
            vb_align_join(al, e + k, a, VB_FIT_LINE);
        }
        al->of_a[a] = (uint32_t)e;
        return true;
    }
    return false;
}

static bool
unwrap_output(vb_align *al, size_t e, size_t a, bool space, vb_arena *arena)
{
    vb_str joined = al->a[a].text;

    for (size_t n = 1; n < WRAP_LINES && a + n < al->na; n++) {
        if (vb_align_placed(al, a + n) || !may_wrap(al->a[a + n - 1].text))
            return false;
        joined = glue(arena, joined, al->a[a + n].text, space);
        if (!vb_pattern_match(&al->e[e].pattern, joined, NULL, NULL,
                              &al->budget))
            continue;
        for (size_t k = 0; k <= n; k++) {
            uint32_t other = al->of_a[a + k];

            if (other != VB_NO_LINE) {
                al->of_e[other] = VB_NO_LINE;
                al->fit[other] = VB_FIT_NONE;
            }
            al->of_a[a + k] = (uint32_t)e;
        }
        vb_align_join(al, e, a, VB_FIT_LINE);
        return true;
    }
    return false;
}

/* Lines that one side wrapped and the other did not. */
static void
unwrap(vb_align *al, vb_arena *arena)
{
    for (size_t i = 0, tries = WRAP_TRIES; i < al->ne && tries; i++) {
        size_t from;

        if (al->fit[i] == VB_FIT_LINE)
            continue;
        tries--;
        from = vb_align_from(al, i);
        for (size_t k = from; k < al->na && k < from + 2; k++)
            if (!vb_align_placed(al, k) &&
                (unwrap_text(al, i, k, true, arena) ||
                 unwrap_text(al, i, k, false, arena) ||
                 unwrap_output(al, i, k, true, arena) ||
                 unwrap_output(al, i, k, false, arena)))
                break;
    }
}

void
vb_align_init(vb_align *al, vb_arena *arena)
{
    al->of_e = VB_NEW_N(arena, uint32_t, al->ne);
    al->of_a = VB_NEW_N(arena, uint32_t, al->na);
    al->fit = VB_NEW_N(arena, uint8_t, al->ne);
    al->extra_gap = VB_NEW_N(arena, uint8_t, al->na);
    memset(al->of_e, 0xff, al->ne * sizeof *al->of_e);
    memset(al->of_a, 0xff, al->na * sizeof *al->of_a);
}

/* Pairs what is left with the likeliest line nearby, to tell a changed line
 * from one that is gone. */
static void
pair_likely(vb_align *al)
{
    size_t from = 0;

    for (size_t i = 0; i < al->ne; i++) {
        uint32_t best = UINT32_MAX / 4;
        size_t at = 0;

        if (i > 0 && al->of_e[i - 1] != VB_NO_LINE)
            from = al->of_e[i - 1] + 1u;
        if (al->of_e[i] != VB_NO_LINE || al->budget.spent)
            continue;
        for (size_t k = from; k < al->na && k < from + LOOK_AHEAD; k++) {
            uint32_t cost;

            if (al->of_a[k] != VB_NO_LINE) {
                if (!al->e[al->of_a[k]].free)
                    break;
                continue;
            }
            cost = like_cost(&al->e[i], &al->a[k]);
            if (cost < best) {
                best = cost;
                at = k;
            }
        }
        if (best < UINT32_MAX / 4)
            vb_align_join(al, i, at, VB_FIT_LIKE);
    }
}

void
vb_align_run(vb_align *al, vb_arena *arena)
{
    piece p = {0, al->ne, 0, al->na};

    vb_align_init(al, arena);
    trim(al, &p);
    if (p.e1 - p.e0 < DENSE_MAX && p.a1 - p.a0 < DENSE_MAX &&
        (p.e1 - p.e0) * (p.a1 - p.a0) <= DENSE_MAX)
        dense(al, &p);
    else
        sparse(al, p);
    vb_place_free(al, arena);
    unwrap(al, arena);
    pair_likely(al);
}
