#include "verify/classes.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

/* Digits with groups ("1,234") and decimals ("1.5"). */
static size_t
number_len(vb_str line, size_t at, bool *decimal)
{
    size_t n = vb_digits(line, at, 18);

    *decimal = false;
    if (n == 0)
        return 0;
    while (vb_at(line, at + n) == ',' && vb_digits(line, at + n + 1, 4) == 3)
        n += 4;
    if (vb_at(line, at + n) == '.' && vb_digits(line, at + n + 1, 18)) {
        n += 1 + vb_digits(line, at + n + 1, 18);
        *decimal = true;
    }
    return n;
}

size_t
vb_number_len(vb_str line, size_t at)
{
    bool decimal;

    return number_len(line, at, &decimal);
}

typedef struct unit {
    const char *name;
    int power; /* of 1000 or 1024 */
    bool binary;
} unit;

/* Longer spellings first. */
static const unit units[] = {
    {"bytes", 0, false}, {"byte", 0, false}, {"KiB", 1, true},
    {"MiB", 2, true},    {"GiB", 3, true},   {"TiB", 4, true},
    {"kB", 1, false},    {"KB", 1, false},   {"MB", 2, false},
    {"GB", 3, false},    {"TB", 4, false},   {"Ki", 1, true},
    {"Mi", 2, true},     {"Gi", 3, true},    {"Ti", 4, true},
    {"kbit", 1, false},  {"Mbit", 2, false}, {"Gbit", 3, false},
    {"Mbits", 2, false}, {"K", 1, false},    {"k", 1, false},
    {"M", 2, false},     {"G", 3, false},    {"T", 4, false},
    {"B", 0, false},
};

/* The unit at 'at' as a whole word, or NULL. */
static const unit *
unit_at(vb_str line, size_t at, size_t *len)
{
    for (size_t i = 0; i < VB_COUNT(units); i++) {
        size_t n = strlen(units[i].name);

        if (vb_str_starts(vb_str_from(line, at), units[i].name) &&
            vb_ends_at(line, at + n)) {
            *len = n;
            return &units[i];
        }
    }
    return NULL;
}

/* Sizes that people choose: powers of two, tens and hundreds. */
static bool
is_round(uint64_t value)
{
    if (value && (value & (value - 1)) == 0)
        return true;
    while (value && value % 10 == 0)
        value /= 10;
    return value == 1 || value == 2 || value == 3 || value == 5 ||
           value == 25 || value == 15 || value == 4 || value == 6;
}

/* The number, a space or none, the unit, and "/s" for a rate. */
typedef struct size_text {
    size_t len, number, unit_at;
    const unit *unit;
    bool decimal, rate;
} size_text;

static bool
size_read(vb_str line, size_t at, size_text *out)
{
    size_t u = 0, n = number_len(line, at, &out->decimal);

    if (n == 0)
        return false;
    out->number = n;
    if (vb_at(line, at + n) == ' ')
        n++;
    out->unit_at = n;
    out->unit = unit_at(line, at + n, &u);
    if (!out->unit)
        return false;
    /* "3 B" and "2 M" are rarely sizes, "5 K" hardly ever. */
    if (u == 1 && out->unit_at > out->number &&
        !(out->decimal || vb_at(line, at + n + u) == '/'))
        return false;
    n += u;
    out->rate = vb_str_starts(vb_str_from(line, at + n), "/s") ||
                vb_str_starts(vb_str_from(line, at + n), "ps");
    if (out->rate) {
        n += 2;
        if (vb_str_starts(vb_str_from(line, at + n), "ec"))
            n += 2;
    }
    out->len = n;
    return vb_ends_at(line, at + n);
}

static bool
is_chosen(vb_str line, size_t at, const size_text *s)
{
    uint64_t value;

    if (s->decimal || s->unit->power == 0 ||
        !vb_str_u64(vb_str_sub(line, at, s->number), &value))
        return false;
    if (s->unit->power < 3 && !s->unit->binary &&
        !(value >= 128 && (value & (value - 1)) == 0))
        return false;
    return is_round(value);
}

size_t
vb_version_prefix(vb_str line, size_t at)
{
    if ((vb_at(line, at) == 'v' || vb_at(line, at) == 'V') &&
        vb_is_digit(vb_at(line, at + 1)))
        return 1;
    return vb_at(line, at) == 'g' && vb_at(line, at + 1) == 'o' &&
                   vb_is_digit(vb_at(line, at + 2))
               ? 2
               : 0;
}

size_t
vb_version_len(vb_str line, size_t at)
{
    size_t start = at, parts = 1, n;

    at += vb_version_prefix(line, at);
    n = vb_digits(line, at, 9);
    if (n == 0)
        return 0;
    at += n;
    while (vb_at(line, at) == '.' && (n = vb_digits(line, at + 1, 9)) > 0) {
        at += n + 1;
        parts++;
    }
    if (parts < 2)
        return 0;
    /* "-eks-810597c", "+k3s1", "~deb11u1", "rc1", "p2" */
    for (;;) {
        n = 0;
        if (vb_at(line, at) && vb_one_of("-+~_.", line.ptr[at]))
            n = 1;
        if (!vb_is_alnum(vb_at(line, at + n)))
            break;
        while (vb_is_alnum(vb_at(line, at + n)))
            n++;
        at += n;
    }
    return vb_ends_at(line, at) ? at - start : 0;
}

/* Dots decide: three numbers, or two behind a "v". */
static size_t
version_find(vb_str line, size_t at)
{
    size_t n = vb_version_len(line, at), dots = 0, i;
    size_t v = vb_version_prefix(line, at);

    for (i = v;
         i < n && (vb_is_digit(line.ptr[at + i]) || line.ptr[at + i] == '.');
         i++)
        dots += line.ptr[at + i] == '.' && vb_is_digit(vb_at(line, at + i + 1));
    /* Four numbers alone are an address, and one that stays as it is. */
    if (dots == 3 && !v && i == n)
        return 0;
    /* "14.7-1.pgdg110+1": a packager's release behind it */
    return dots >= 2 || (dots == 1 && (v || i < n)) ? n : 0;
}

static size_t
percent_len(vb_str line, size_t at)
{
    bool decimal;
    size_t n = number_len(line, at, &decimal);

    return n && vb_at(line, at + n) == '%' ? n + 1 : 0;
}

/* "0%" and "100%" say none and done. */
static bool
is_extreme(vb_str text)
{
    return vb_str_eqc(text, "0%") || vb_str_eqc(text, "100%") ||
           vb_str_eqc(text, "0.0%") || vb_str_eqc(text, "100.0%") ||
           vb_str_eqc(text, "0.00%") || vb_str_eqc(text, "100.00%");
}

size_t
vb_measure_find(vb_str line, size_t at, vb_class *cls)
{
    size_text s;
    size_t n = percent_len(line, at);

    if (n) {
        *cls = VB_CLASS_PERCENT;
        return is_extreme(vb_str_sub(line, at, n)) ? 0 : n;
    }
    if (size_read(line, at, &s)) {
        *cls = s.rate ? VB_CLASS_RATE : VB_CLASS_SIZE;
        return is_chosen(line, at, &s) && !s.rate ? 0 : s.len;
    }
    n = version_find(line, at);
    if (n)
        *cls = VB_CLASS_VERSION;
    return n;
}

static double
magnitude(vb_str line, size_t at, const size_text *s)
{
    double value = 0, part = 1, base = s->unit->binary ? 1024 : 1000;
    bool behind = false;

    for (size_t i = 0; i < s->number; i++) {
        char c = line.ptr[at + i];

        if (c == '.')
            behind = true;
        else if (vb_is_digit(c) && behind)
            value += (part /= 10) * (c - '0');
        else if (vb_is_digit(c))
            value = value * 10 + (c - '0');
    }
    for (int i = 0; i < s->unit->power; i++)
        value *= base;
    return value;
}

/* Units are never volatile: another unit is accepted only where the value
 * just crossed from one to the next (988 kB, 1.02 MB). */
static size_t
size_take(vb_str sample, vb_str line, size_t at)
{
    size_text want, got;
    double a, b;

    if (!size_read(sample, 0, &want) || !size_read(line, at, &got) ||
        want.rate != got.rate)
        return 0;
    if (want.rate)
        return got.len;
    if (want.unit == got.unit)
        return got.len;
    if (want.unit->binary != got.unit->binary && want.unit->power &&
        got.unit->power)
        return 0;
    a = magnitude(sample, 0, &want);
    b = magnitude(line, at, &got);
    return a <= b * 10 && b <= a * 10 ? got.len : 0;
}

/* The next size in the text from *at on, with *at behind it. */
static bool
next_size(vb_str text, size_t *at, vb_str *size)
{
    for (; *at < text.len; ++*at) {
        size_text s;

        if (!vb_is_digit(text.ptr[*at]) || !size_read(text, *at, &s))
            continue;
        *size = vb_str_sub(text, *at, s.len);
        *at += s.len;
        return true;
    }
    return false;
}

/* What is in use, as a whole cell: "211Mi", "1.1GiB / 1.9GiB". The amounts
 * are free, their units are not. */
static size_t
usage_take(vb_str sample, vb_str line, size_t at)
{
    vb_str cell = vb_str_from(line, at), want, got;
    size_t i = 0, k = 0;

    while (next_size(sample, &i, &want)) {
        if (!next_size(cell, &k, &got))
            return vb_str_eqc(cell, "0") ? cell.len : 0;
        if (size_take(want, got, 0) != got.len)
            return 0;
    }
    return cell.len;
}

/* A count that drifts: any number, but none is not some. */
static size_t
drift_take(vb_str sample, vb_str line, size_t at)
{
    bool decimal;
    size_t n = number_len(line, at, &decimal);
    bool none = vb_str_eqc(vb_str_sub(line, at, n), "0");

    return n && vb_str_eqc(sample, "0") == none ? n : 0;
}

/* A restart or two happens on the way up; many are a fault. */
static size_t
restarts_take(vb_str sample, vb_str line, size_t at)
{
    uint64_t want = 0, got = 0;
    size_t n = vb_digits(line, at, 9), m = vb_digits(sample, 0, 9), ago;

    if (n == 0 || !vb_str_u64(vb_str_sub(line, at, n), &got) ||
        !vb_str_u64(vb_str_sub(sample, 0, m), &want))
        return 0;
    if (got > want && got > 3)
        return 0;
    if (!vb_str_starts(vb_str_from(line, at + n), " ("))
        return n;
    ago = vb_duration_len(line, at + n + 2, true);
    if (ago == 0 || vb_at(line, at + n + 2 + ago) != ')')
        return n;
    return n + 3 + ago;
}

size_t
vb_measure_take(vb_class cls, vb_str sample, vb_str line, size_t at)
{
    switch (cls) {
    case VB_CLASS_PERCENT:
        return percent_len(line, at);
    case VB_CLASS_SIZE:
    case VB_CLASS_RATE:
        return size_take(sample, line, at);
    case VB_CLASS_VERSION:
        return vb_version_len(line, at);
    case VB_CLASS_NUMBER:
        return drift_take(sample, line, at);
    case VB_CLASS_PROGRESS:
        return vb_number_len(line, at);
    case VB_CLASS_USAGE:
        return usage_take(sample, line, at);
    case VB_CLASS_RESTARTS:
        return restarts_take(sample, line, at);
    default:
        return 0;
    }
}
