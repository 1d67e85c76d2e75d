#include "verify/accept.h"

#include "base/buf.h"
#include "verify/attempt.h"
#include "verify/internal.h"

#include <string.h>

#include "base/banned.h"

/* Lines with more pieces than this are taken over as a whole. */
enum { PIECES_MAX = 400 };

typedef struct writer {
    const vb_expect *x;
    const vb_attempt *try;
    vb_arena *arena;
    vb_buf out;
    size_t changed;
} writer;

static bool
in_name(char c)
{
    return vb_is_word(c) || c == '-';
}

/* The output's line with the guide's samples for this run's values. */
static vb_str
with_samples(const vb_expect *x, vb_str line, vb_arena *arena)
{
    vb_buf out;
    vb_str kept;

    if (x->opts.nsubsts == 0)
        return line;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < line.len;) {
        const vb_subst *best = NULL;

        for (size_t k = 0; k < x->opts.nsubsts; k++) {
            const vb_subst *s = &x->opts.substs[k];

            if (s->actual.len && (!best || s->actual.len > best->actual.len) &&
                vb_str_eq(vb_str_sub(line, i, s->actual.len), s->actual) &&
                (i == 0 || !in_name(line.ptr[i - 1])) &&
                !in_name(vb_at(line, i + s->actual.len)))
                best = s;
        }
        if (best)
            vb_buf_str(&out, best->sample);
        else
            vb_buf_ch(&out, line.ptr[i]);
        i += best ? best->actual.len : 1;
    }
    kept = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return kept;
}

/* A line in pieces that are kept or replaced one by one. */
typedef struct piece {
    vb_str text;
    uint8_t kind, cls;
} piece;

static size_t
pieces_of(const vb_pattern *p, piece *pieces)
{
    size_t n = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        vb_str text = vb_str_sub(p->text, p->elems[i].start, p->elems[i].len);

        while (text.len) {
            size_t len = text.len;

            /* Literal text falls into words and single signs. */
            if (p->elems[i].kind == VB_ELEM_TEXT) {
                len = 1;
                while (len < text.len && vb_is_word(text.ptr[len - 1]) &&
                       vb_is_word(text.ptr[len]))
                    len++;
            }
            if (n == PIECES_MAX)
                return 0;
            pieces[n++] = (piece){vb_str_sub(text, 0, len), p->elems[i].kind,
                                  p->elems[i].cls};
            text = vb_str_from(text, len);
        }
    }
    return n;
}

static bool
piece_fits(const piece *want, const piece *got)
{
    if (vb_str_eq(want->text, got->text))
        return true;
    if (want->kind == VB_ELEM_SPACE && got->kind == VB_ELEM_SPACE)
        return true;
    return want->kind == VB_ELEM_TOKEN &&
           vb_class_take((vb_class)want->cls, want->text, got->text, 0) ==
               got->text.len;
}

/* The longest common run of pieces, the guide's spelling kept in it. */
static void
weave(writer *w, const piece *want, size_t n, const piece *got, size_t m)
{
    uint16_t *best = vb_arena_array(w->arena, (n + 1) * (m + 1), sizeof *best);
    size_t i, k;

    for (i = n; i-- > 0;)
        for (k = m; k-- > 0;) {
            uint16_t skip = best[(i + 1) * (m + 1) + k];
            uint16_t other = best[i * (m + 1) + k + 1];

            if (other > skip)
                skip = other;
            if (piece_fits(&want[i], &got[k]))
                other = (uint16_t)(best[(i + 1) * (m + 1) + k + 1] + 1);
            best[i * (m + 1) + k] = other > skip ? other : skip;
        }
    for (i = k = 0; i < n || k < m;) {
        if (i < n && k < m && piece_fits(&want[i], &got[k]) &&
            best[i * (m + 1) + k] == best[(i + 1) * (m + 1) + k + 1] + 1) {
            vb_buf_str(&w->out, want[i].text);
            i++;
            k++;
        } else if (k < m && (i == n || best[i * (m + 1) + k + 1] >=
                                           best[(i + 1) * (m + 1) + k])) {
            vb_buf_str(&w->out, got[k++].text);
        } else {
            i++;
        }
    }
}

/* One text in the place of another, volatile samples kept. */
static void
write_woven(writer *w, const vb_pattern *want, vb_str got)
{
    piece *a = VB_NEW_N(w->arena, piece, PIECES_MAX);
    piece *b = VB_NEW_N(w->arena, piece, PIECES_MAX);
    vb_str line = with_samples(w->x, got, w->arena);
    vb_pattern p = vb_pattern_compile(w->arena, line, w->x->ctx, VB_CLASS_NONE);
    size_t n = pieces_of(want, a), m = pieces_of(&p, b);

    if (n && m)
        weave(w, a, n, b, m);
    else
        vb_buf_str(&w->out, line);
}

static bool
cell_agrees(const vb_pattern *cell, vb_str got)
{
    vb_budget budget = {.left = 1000000};

    return vb_pattern_match(cell, got, NULL, NULL, &budget);
}

/* A row keeps its columns: cells that agree stay, the others are padded to
 * the header's places where they fit. */
static void
write_row(writer *w, const vb_eline *e, const vb_aline *a)
{
    const vb_table *t = e->row.table;
    size_t start = w->out.len;

    for (uint32_t i = 0; i < t->columns; i++) {
        size_t k = vb_table_column(a->row.table, t->names[i]);
        vb_str got = k == VB_NPOS ? (vb_str){0} : a->row.cells[k];
        size_t at = w->out.len - start;

        if (i > 0)
            vb_buf_fill(&w->out, ' ',
                        t->starts[i] > at + 1 ? t->starts[i] - at : 2);
        if (k != VB_NPOS && cell_agrees(&e->cells[i], got))
            vb_buf_str(&w->out, e->cells[i].text);
        else
            write_woven(w, &e->cells[i], got);
    }
    while (w->out.len > start && w->out.ptr[w->out.len - 1] == ' ')
        w->out.len--;
}

static vb_str
indent_of(vb_str raw)
{
    return vb_str_sub(raw, 0, raw.len - vb_str_ltrim(raw).len);
}

static void
write_pair(writer *w, const vb_pair *pair, vb_str indent)
{
    const vb_align *al = &w->try->align;

    switch (pair->kind) {
    case VB_LINE_CHANGED:
        vb_buf_str(&w->out, indent);
        if (al->e[pair->e].cells && al->a[pair->a].row.cells)
            write_row(w, &al->e[pair->e], &al->a[pair->a]);
        else
            write_woven(w, &al->e[pair->e].pattern, al->a[pair->a].text);
        break;
    case VB_LINE_EXTRA:
        vb_buf_str(&w->out, indent);
        vb_buf_str(&w->out, with_samples(w->x, al->a[pair->a].text, w->arena));
        break;
    default: /* MISSING: nothing stands there any more */
        w->changed++;
        return;
    }
    vb_buf_ch(&w->out, '\n');
    w->changed++;
}

/* Lines of the guide up to 'number', as they are: blank ones and elisions. */
static void
write_kept(writer *w, size_t *at, uint32_t number)
{
    for (; *at < w->x->lines.len && w->x->lines.at[*at].number < number;
         ++*at) {
        vb_buf_str(&w->out, w->x->lines.at[*at].raw);
        vb_buf_ch(&w->out, '\n');
    }
}

static void
write_lines(writer *w)
{
    const vb_pairs *pairs = &w->try->pairs;
    vb_str indent = {0};
    size_t at = 0;

    for (size_t i = 0; i < pairs->list.len; i++) {
        const vb_pair *pair = &pairs->list.at[i];

        if (pair->e != VB_NO_LINE) {
            write_kept(w, &at, w->try->align.e[pair->e].number);
            indent = indent_of(w->x->lines.at[at].raw);
        } else if (i == 0 && w->x->lines.len) {
            indent = indent_of(w->x->lines.at[0].raw);
        }
        if (vb_is_difference(pair->kind)) {
            write_pair(w, pair, indent);
            at += pair->e != VB_NO_LINE;
        } else if (pair->e != VB_NO_LINE) {
            write_kept(w, &at, w->try->align.e[pair->e].number + 1);
        }
    }
    write_kept(w, &at, UINT32_MAX);
}

/* Leaves of a tree that changed, written over in place. False when members
 * came or went: then the whole text is replaced. */
static bool
write_leaves(writer *w)
{
    const vb_align *al = &w->try->align;
    vb_str text = w->x->text;
    size_t at = 0;

    for (size_t i = 0; i < w->try->pairs.list.len; i++) {
        const vb_pair *pair = &w->try->pairs.list.at[i];
        vb_str old;

        if (pair->kind == VB_LINE_EXTRA || pair->kind == VB_LINE_MISSING)
            return false;
        if (pair->kind != VB_LINE_CHANGED)
            continue;
        old = al->e[pair->e].pattern.text;
        /* An unescaped or empty value does not lie in the text. */
        if (old.ptr < text.ptr + at || old.ptr + old.len > text.ptr + text.len)
            return false;
        vb_buf_str(&w->out,
                   vb_str_sub(text, at, (size_t)(old.ptr - text.ptr) - at));
        write_woven(w, &al->e[pair->e].pattern, al->a[pair->a].text);
        at = (size_t)(old.ptr - text.ptr) + old.len;
        w->changed++;
    }
    vb_buf_str(&w->out, vb_str_from(text, at));
    return true;
}

/* The output as it came, each line at the guide's indentation. */
static void
write_whole(writer *w, vb_str out, vb_str err)
{
    vb_nlines lines = vb_normalise(w->arena, vb_str_trim(out).len ? out : err);
    vb_str indent =
        w->x->lines.len ? indent_of(w->x->lines.at[0].raw) : (vb_str){0};

    vb_buf_clear(&w->out);
    w->changed = lines.len > w->x->lines.len ? lines.len : w->x->lines.len;
    for (size_t i = 0; i < lines.len; i++) {
        const vb_nline *l = &lines.at[i];

        if (l->text.len) {
            vb_buf_str(&w->out, indent);
            vb_buf_str(&w->out, with_samples(w->x,
                                             vb_str_n(l->text.ptr - l->lead,
                                                      l->text.len + l->lead),
                                             w->arena));
        }
        vb_buf_ch(&w->out, '\n');
    }
}

vb_accepted
vb_accept(const vb_expect *x, vb_str out, vb_str err, vb_arena *arena)
{
    vb_accepted result = {.text = x->text};
    writer w = {.x = x, .arena = arena};
    const vb_compare *compare = vb_expect_compare(x, out, err, arena);

    if (compare->match || compare->fault || x->opts.manner == VB_MANNER_REGEX)
        return result;
    vb_buf_init(&w.out, VB_BUF_NO_MAX);
    w.try = x->is_tree ? vb_attempt_tree(x, out, err, arena) : NULL;
    if (x->opts.manner == VB_MANNER_EXACT ||
        x->opts.manner == VB_MANNER_CONTAINS || (w.try && !write_leaves(&w)) ||
        (x->is_tree && !w.try)) {
        write_whole(&w, out, err);
        result.whole = true;
    } else if (!w.try) {
        w.try = vb_attempt_lines(x, out, err, arena);
        write_lines(&w);
    }
    result.text = vb_str_copy(arena, vb_buf_view(&w.out));
    result.changed = w.changed;
    vb_buf_release(&w.out);
    return result;
}
