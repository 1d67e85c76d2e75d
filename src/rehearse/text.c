#include "rehearse/text.h"

#include "base/buf.h"

#include <time.h>

#include "base/banned.h"

static bool
in_class(vb_str set, char c)
{
    for (size_t i = 0; i < set.len; i++) {
        if (i + 2 < set.len && set.ptr[i + 1] == '-') {
            if (c >= set.ptr[i] && c <= set.ptr[i + 2])
                return true;
            i += 2;
        } else if (set.ptr[i] == c) {
            return true;
        }
    }
    return false;
}

/* One pattern element against one character; *width is its bytes. */
static bool
element(vb_str p, char c, size_t *width)
{
    size_t end;

    *width = 1;
    if (p.ptr[0] == '?')
        return true;
    if (p.ptr[0] != '[')
        return p.ptr[0] == c;
    end = vb_str_chr(p, ']');
    if (end == VB_NPOS)
        return c == '[';
    *width = end + 1;
    return in_class(vb_str_sub(p, 1, end - 1), c);
}

bool
vb_sim_glob(vb_str p, vb_str s)
{
    size_t i = 0, k = 0, star = VB_NPOS, mark = 0, width;

    while (k < s.len) {
        if (i < p.len && p.ptr[i] == '*') {
            star = i++;
            mark = k;
        } else if (i < p.len && element(vb_str_from(p, i), s.ptr[k], &width)) {
            i += width;
            k++;
        } else if (star != VB_NPOS) {
            i = star + 1;
            k = ++mark;
        } else {
            return false;
        }
    }
    while (i < p.len && p.ptr[i] == '*')
        i++;
    return i == p.len;
}

typedef struct alphabet {
    const char *name, *spec;
} alphabet;

static const alphabet alphabets[] = {
    {"hex", "0-9a-f"},
    {"digits", "0-9"},
    {"lower", "a-z0-9"},
    {"upper", "A-Z0-9"},
    {"pod", "bcdfghjklmnpqrstvwxz2456789"},
};

vb_str
vb_sim_alphabet(vb_arena *arena, vb_str spec)
{
    char *out = vb_arena_alloc(arena, 256);
    size_t n = 0;

    for (size_t i = 0; i < VB_COUNT(alphabets); i++)
        if (vb_str_eqc(spec, alphabets[i].name))
            spec = vb_str_c(alphabets[i].spec);
    for (int c = 1; c < 128; c++)
        if (in_class(spec, (char)c))
            out[n++] = (char)c;
    return vb_str_n(out, n);
}

vb_str
vb_sim_age(vb_arena *arena, int64_t s)
{
    long long d = s / 86400, h = s / 3600, m = s / 60;

    if (s < 0)
        return VB_STR("0s");
    if (s < 120)
        return vb_str_fmt(arena, "%llds", (long long)s);
    if (m < 10)
        return s % 60 ? vb_str_fmt(arena, "%lldm%llds", m, (long long)s % 60)
                      : vb_str_fmt(arena, "%lldm", m);
    if (m < 180)
        return vb_str_fmt(arena, "%lldm", m);
    if (h < 8)
        return m % 60 ? vb_str_fmt(arena, "%lldh%lldm", h, m % 60)
                      : vb_str_fmt(arena, "%lldh", h);
    if (h < 48)
        return vb_str_fmt(arena, "%lldh", h);
    if (d < 8)
        return h % 24 ? vb_str_fmt(arena, "%lldd%lldh", d, h % 24)
                      : vb_str_fmt(arena, "%lldd", d);
    return vb_str_fmt(arena, "%lldd", d);
}

static void
date_letter(vb_buf *out, char letter, const struct tm *tm)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    switch (letter) {
    case 'Y':
        vb_buf_fmt(out, "%04d", tm->tm_year + 1900);
        break;
    case 'm':
        vb_buf_fmt(out, "%02d", tm->tm_mon + 1);
        break;
    case 'd':
        vb_buf_fmt(out, "%02d", tm->tm_mday);
        break;
    case 'e':
        vb_buf_fmt(out, "%2d", tm->tm_mday);
        break;
    case 'H':
        vb_buf_fmt(out, "%02d", tm->tm_hour);
        break;
    case 'M':
        vb_buf_fmt(out, "%02d", tm->tm_min);
        break;
    case 'S':
        vb_buf_fmt(out, "%02d", tm->tm_sec);
        break;
    case 'a':
        vb_buf_fmt(out, "%.3s", days + (ptrdiff_t)3 * tm->tm_wday);
        break;
    case 'b':
        vb_buf_fmt(out, "%.3s", months + (ptrdiff_t)3 * tm->tm_mon);
        break;
    default:
        vb_buf_ch(out, letter);
        break;
    }
}

vb_str
vb_sim_date(vb_arena *arena, vb_str format, int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    vb_buf buf;
    vb_str text;

    if (!gmtime_r(&t, &tm))
        return VB_STR("");
    vb_buf_init(&buf, 4096);
    for (size_t i = 0; i < format.len; i++) {
        if (format.ptr[i] != '%' || i + 1 >= format.len)
            vb_buf_ch(&buf, format.ptr[i]);
        else
            date_letter(&buf, format.ptr[++i], &tm);
    }
    text = vb_str_copy(arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return text;
}

enum { WORD_MAX = 63 };

/* Edits from one word to the other; long words are never near. */
static size_t
distance(vb_str a, vb_str b)
{
    size_t row[WORD_MAX + 1];

    if (a.len > WORD_MAX || b.len > WORD_MAX)
        return WORD_MAX;
    for (size_t k = 0; k <= b.len; k++)
        row[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            size_t change = corner + (a.ptr[i - 1] != b.ptr[k - 1]);

            corner = row[k];
            if (row[k] + 1 < change)
                change = row[k] + 1;
            row[k] = row[k - 1] + 1 < change ? row[k - 1] + 1 : change;
        }
    }
    return row[b.len];
}

vb_str
vb_sim_nearest(vb_str word, const vb_str *candidates, size_t len)
{
    size_t best = word.len / 3 + 2;
    vb_str nearest = {0};

    for (size_t i = 0; i < len; i++) {
        size_t d = distance(word, candidates[i]);

        if (d < best) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}

bool
vb_sim_duration(vb_str s, int64_t *ms)
{
    int64_t total = 0;

    if (!s.len)
        return false;
    while (s.len) {
        size_t n = 0, unit_len;
        uint64_t value;
        int64_t unit;
        vb_str rest;

        while (n < s.len && vb_is_digit(s.ptr[n]))
            n++;
        if (n > 9 || !vb_str_u64(vb_str_sub(s, 0, n), &value))
            return false;
        rest = vb_str_from(s, n);
        unit_len = vb_str_starts(rest, "ms") ? 2 : rest.len ? 1 : 0;
        unit = unit_len == 2                     ? 1
               : !rest.len || rest.ptr[0] == 's' ? 1000
               : rest.ptr[0] == 'm'              ? 60000
               : rest.ptr[0] == 'h'              ? 3600000
               : rest.ptr[0] == 'd'              ? 86400000
                                                 : 0;
        if (!unit || total > INT64_MAX / 4)
            return false;
        total += (int64_t)value * unit;
        s = vb_str_from(rest, unit_len);
    }
    *ms = total;
    return true;
}

static bool
in_list(vb_str list, const vb_node *value)
{
    vb_str item;

    if (!value)
        return false;
    list = vb_str_trim(list);
    if (vb_str_starts(list, "("))
        list = vb_str_from(list, 1);
    if (vb_str_ends(list, ")"))
        list = vb_str_sub(list, 0, list.len - 1);
    while (vb_str_field(&list, ',', &item))
        if (vb_str_eq(vb_str_trim(item), value->str))
            return true;
    return false;
}

static bool
one_term(vb_str term, const vb_node *labels)
{
    size_t in = vb_str_find(term, VB_STR(" in ")), eq, bang;
    size_t notin = vb_str_find(term, VB_STR(" notin "));
    vb_str want;
    const vb_node *have;

    if (notin != VB_NPOS)
        return !in_list(
            vb_str_from(term, notin + 7),
            vb_node_get_str(labels, vb_str_trim(vb_str_sub(term, 0, notin))));
    if (in != VB_NPOS)
        return in_list(
            vb_str_from(term, in + 4),
            vb_node_get_str(labels, vb_str_trim(vb_str_sub(term, 0, in))));
    eq = vb_str_chr(term, '=');
    if (eq == VB_NPOS) {
        bool not = vb_str_starts(term, "!");

        return (vb_node_get_str(labels, vb_str_from(term, not )) != NULL) !=
               not ;
    }
    bang = eq > 0 && term.ptr[eq - 1] == '!';
    have = vb_node_get_str(labels, vb_str_trim(vb_str_sub(term, 0, eq - bang)));
    want = vb_str_from(term, eq + 1);
    if (vb_str_starts(want, "="))
        want = vb_str_from(want, 1);
    return (have && vb_str_eq(have->str, vb_str_trim(want))) != (bang == 1);
}

/* Commas inside parentheses do not separate terms. */
bool
vb_sim_selects(vb_str selector, const vb_node *labels)
{
    size_t from = 0;
    int open = 0;

    for (size_t i = 0; i <= selector.len; i++) {
        char c = ',';

        if (i < selector.len)
            c = selector.ptr[i];

        open += (c == '(') - (c == ')');
        if (i < selector.len && (c != ',' || open > 0))
            continue;
        if (i > from &&
            !one_term(vb_str_trim(vb_str_sub(selector, from, i - from)),
                      labels))
            return false;
        from = i + 1;
    }
    return true;
}
