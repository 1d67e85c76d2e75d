#include "verify/pattern.h"

#include <string.h>

#include "base/banned.h"

/* Lines in more pieces are looked at for hidden faults by who asks where the
 * pieces are. */
enum { BOUNDS_FEW = 64 };

static size_t
take_subst(const vb_pattern *p, vb_str sample, vb_str actual, size_t at)
{
    size_t best = 0;

    for (size_t i = 0; i < p->ctx->nsubsts; i++) {
        const vb_subst *s = &p->ctx->substs[i];

        if (s->actual.len > best && vb_str_eq(s->sample, sample) &&
            vb_str_eq(vb_str_sub(actual, at, s->actual.len), s->actual))
            best = s->actual.len;
    }
    return best;
}

static bool
in_name(vb_str line, const vb_elem *e)
{
    return (e->start > 0 && line.ptr[e->start - 1] == '-') ||
           vb_at(line, (size_t)e->start + e->len) == '-';
}

static size_t
take_set(vb_str sample, vb_str actual, size_t at)
{
    vb_str want[VB_SET_MAX], got[VB_SET_MAX];
    bool used[VB_SET_MAX] = {false};
    size_t nwant, ngot, n = vb_set_read(vb_str_from(actual, at), got, &ngot);

    if (n == 0 || !vb_set_read(sample, want, &nwant) || nwant != ngot)
        return 0;
    for (size_t i = 0; i < nwant; i++) {
        size_t k = 0;

        while (k < ngot && (used[k] || !vb_str_eq(want[i], got[k])))
            k++;
        if (k == ngot)
            return 0;
        used[k] = true;
    }
    return n;
}

static size_t
take_dots(vb_str sample, vb_str actual, size_t at)
{
    size_t n = 0;

    if (sample.ptr[0] == '.' || vb_str_eqc(sample, "\xe2\x80\xa6")) {
        for (;;) {
            if (vb_at(actual, at + n) == '.')
                n++;
            else if (vb_str_starts(vb_str_from(actual, at + n), "\xe2\x80\xa6"))
                n += 3;
            else
                break;
        }
        return n >= 2 ? n : 0;
    }
    if (sample.ptr[0] & 0x80) {
        while (
            vb_str_eq(vb_str_sub(actual, at + n, 3), vb_str_sub(sample, 0, 3)))
            n += 3;
        return n;
    }
    while (vb_at(actual, at + n) == sample.ptr[0])
        n++;
    return n >= 2 ? n : 0;
}

static bool
same_minor(vb_str a, vb_str b)
{
    size_t i = vb_version_prefix(a, 0), k = vb_version_prefix(b, 0);

    for (int part = 0; part < 2; part++) {
        size_t n = vb_digits(a, i, 18), m = vb_digits(b, k, 18);

        if (!vb_str_eq(vb_str_sub(a, i, n), vb_str_sub(b, k, m)))
            return false;
        i += n + 1;
        k += m + 1;
    }
    return true;
}

static size_t
take_token(const vb_pattern *p, const vb_elem *e, vb_str actual, size_t at)
{
    vb_str sample = vb_str_sub(p->text, e->start, e->len);
    size_t n;

    if (e->cls == VB_CLASS_PLACEHOLDER || e->cls == VB_CLASS_MASK) {
        if (vb_str_eq(vb_str_sub(actual, at, sample.len), sample))
            return sample.len;
        if (e->last && e->cls == VB_CLASS_PLACEHOLDER)
            return actual.len - at;
    }
    n = vb_class_take((vb_class)e->cls, sample, actual, at);
    if (n && e->hold == VB_HOLD_MINOR &&
        !same_minor(sample, vb_str_sub(actual, at, n)))
        return 0;
    return n;
}

/* Bytes of the actual line that the element takes, or VB_NPOS. */
static size_t
take(const vb_pattern *p, const vb_elem *e, vb_str actual, size_t at)
{
    vb_str sample = vb_str_sub(p->text, e->start, e->len);
    size_t n = 0;

    switch ((vb_elem_kind)e->kind) {
    case VB_ELEM_TEXT:
        return actual.len - at >= sample.len &&
                       memcmp(actual.ptr + at, sample.ptr, sample.len) == 0
                   ? sample.len
                   : VB_NPOS;
    case VB_ELEM_SPACE:
        while (at + n < actual.len && vb_is_space(actual.ptr[at + n]))
            n++;
        break;
    case VB_ELEM_TOKEN:
        n = take_token(p, e, actual, at);
        break;
    case VB_ELEM_SUBST:
        n = take_subst(p, sample, actual, at);
        /* within a longer name the same letters may be chance */
        if (n == 0 && in_name(p->text, e) &&
            vb_str_eq(vb_str_sub(actual, at, sample.len), sample))
            n = sample.len;
        break;
    case VB_ELEM_SET:
        n = take_set(sample, actual, at);
        break;
    case VB_ELEM_DOTS:
        n = take_dots(sample, actual, at);
        break;
    case VB_ELEM_WILD:
        break;
    }
    return n ? n : VB_NPOS;
}

/* Where the match stands: element, byte, and the last elision. */
typedef struct matcher {
    const vb_pattern *p;
    vb_str actual;
    vb_bound *bound;
    vb_miss miss;
    uint32_t elem, star;
    size_t at, star_at;
    bool has_star;
} matcher;

static bool
go_back(matcher *m)
{
    if (m->elem >= m->miss.elem) {
        m->miss.elem = m->elem;
        m->miss.at = (uint32_t)m->at;
    }
    if (!m->has_star || m->star_at >= m->actual.len)
        return false;
    m->star_at++;
    m->elem = m->star + 1;
    m->at = m->star_at;
    if (m->bound)
        m->bound[m->star].len =
            (uint32_t)(m->star_at - m->bound[m->star].start);
    return true;
}

/* Neither an elision nor a placeholder must hide a fault. */
static bool
hides_fault(const vb_pattern *p, vb_str actual, const vb_bound *bound)
{
    for (uint32_t i = 0; i < p->count; i++)
        if ((p->elems[i].kind == VB_ELEM_WILD ||
             p->elems[i].cls == VB_CLASS_PLACEHOLDER) &&
            bound[i].len &&
            vb_line_is_error(vb_str_sub(actual, bound[i].start, bound[i].len)))
            return true;
    return false;
}

static bool
step(matcher *m)
{
    const vb_elem *e = &m->p->elems[m->elem];
    size_t n;

    if (e->kind == VB_ELEM_WILD) {
        m->star = m->elem;
        m->star_at = m->at;
        m->has_star = true;
        n = 0;
    } else {
        n = take(m->p, e, m->actual, m->at);
        if (n == VB_NPOS)
            return go_back(m);
    }
    if (m->bound)
        m->bound[m->elem] = (vb_bound){(uint32_t)m->at, (uint32_t)n};
    m->at += n;
    m->elem++;
    return true;
}

/* Has the pattern a place that takes whatever stands there? The first one. */
static uint32_t
first_loose(const vb_pattern *p)
{
    uint32_t i = 0;

    while (i < p->count && p->elems[i].kind != VB_ELEM_WILD &&
           p->elems[i].cls != VB_CLASS_PLACEHOLDER)
        i++;
    return i;
}

bool
vb_pattern_match(const vb_pattern *pattern, vb_str actual, vb_bound *bound,
                 vb_miss *miss, vb_budget *budget)
{
    matcher m = {.p = pattern, .actual = actual, .bound = bound};
    vb_bound few[BOUNDS_FEW];
    bool ok = true;
    uint32_t loose;

    if (!m.bound && pattern->count <= BOUNDS_FEW)
        m.bound = few;

    while (ok && !(m.elem == pattern->count && m.at == actual.len)) {
        if (budget->left == 0) {
            budget->spent = true;
            return false;
        }
        budget->left--;
        ok = m.elem == pattern->count ? go_back(&m) : step(&m);
    }
    loose = first_loose(pattern);
    if (ok && m.bound && loose < pattern->count &&
        hides_fault(pattern, actual, m.bound)) {
        m.miss = (vb_miss){loose, m.bound[loose].start};
        ok = false;
    }
    if (miss)
        *miss = m.miss;
    return ok;
}
