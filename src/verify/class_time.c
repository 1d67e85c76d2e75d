#include "verify/classes.h"

#include "base/attr.h"

#include <limits.h>
#include <string.h>

#include "base/banned.h"

/*
 * Shapes of times. d: a digit, D: one or two digits, M: a month's name, W: a
 * weekday's, Z: a zone, K: klog's severity, ' ': any white space, the rest is
 * literal. Longer shapes stand before their own beginnings.
 */
typedef struct shape {
    const char *text;
    vb_class cls;
} shape;

static const shape shapes[] = {
    {"W M D dd:dd:dd Z dddd", VB_CLASS_TIMESTAMP},
    {"W M D dd:dd:dd dddd", VB_CLASS_TIMESTAMP},
    {"W M D dd:dd:dd AM Z dddd", VB_CLASS_TIMESTAMP},
    {"W M D dd:dd:dd PM Z dddd", VB_CLASS_TIMESTAMP},
    {"W D M dddd dd:dd:dd PM", VB_CLASS_TIMESTAMP},
    {"W D M dddd dd:dd:dd AM", VB_CLASS_TIMESTAMP},
    {"W D M dddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"W, D M dddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"W, D-M-dddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"W dddd-dd-dd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"W M D dddd", VB_CLASS_DATE},
    {"M D dd:dd:dd dddd", VB_CLASS_TIMESTAMP},
    {"M D, dddd, D:dd:dd", VB_CLASS_TIMESTAMP},
    {"M D, dddd D:dd:dd", VB_CLASS_TIMESTAMP},
    {"M D dddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"M D dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"M D, dddd", VB_CLASS_DATE},
    {"M D dddd", VB_CLASS_DATE},
    {"M D dd:dd", VB_CLASS_DATE},
    {"D M dddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"D M dddd dd:dd", VB_CLASS_TIMESTAMP},
    {"D M dddd", VB_CLASS_DATE},
    {"D/M/dddd:dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"D-M-dddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"D-M-dddd", VB_CLASS_DATE},
    {"dddd-dd-ddTdd:dd:dd", VB_CLASS_TIMESTAMP},
    {"dddd-dd-dd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"dddd-dd-dd, dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"dddd-dd-dd_dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"dddd/dd/dd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"dddd-dd-ddTdd:dd", VB_CLASS_TIMESTAMP},
    {"dddd-dd-ddTdd", VB_CLASS_NONE},
    {"dddd-dd-dd dd:dd", VB_CLASS_TIMESTAMP},
    {"dddd-dd-dd", VB_CLASS_DATE},
    {"dddd/dd/dd", VB_CLASS_DATE},
    {"D/D/dddd, D:dd:dd", VB_CLASS_TIMESTAMP},
    {"D/D/dddd D:dd:dd", VB_CLASS_TIMESTAMP},
    {"D/D/dddd", VB_CLASS_DATE},
    {"ddddddddTddddddZ", VB_CLASS_TIMESTAMP},
    {"dddddddd-dddddd", VB_CLASS_TIMESTAMP},
    {"Kdddd dd:dd:dd", VB_CLASS_TIMESTAMP},
    {"dd:dd:dd", VB_CLASS_TIME},
};

static const char *const months[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
static const char *const days[] = {"Monday",   "Tuesday", "Wednesday",
                                   "Thursday", "Friday",  "Saturday",
                                   "Sunday"};

/* A full name or its first three letters. */
static size_t
name_len(vb_str line, size_t at, const char *const *names, size_t n)
{
    vb_str rest = vb_str_from(line, at);

    for (size_t i = 0; i < n && rest.len >= 3; i++) {
        size_t full;

        if (rest.ptr[0] != names[i][0] || rest.ptr[1] != names[i][1] ||
            rest.ptr[2] != names[i][2])
            continue;
        full = strlen(names[i]);
        if (vb_str_starts(rest, names[i]) && vb_ends_at(line, at + full))
            return full;
        if (vb_ends_at(line, at + 3))
            return 3;
    }
    return 0;
}

static size_t
zone_len(vb_str line, size_t at)
{
    size_t n = 0;
    char c = vb_at(line, at);

    if (c == '+' || c == '-') {
        n = vb_digits(line, at + 1, 2);
        if (n != 2)
            return 0;
        if (vb_at(line, at + 3) == ':')
            n = vb_digits(line, at + 4, 2) == 2 ? 6 : 3;
        else
            n = 3 + vb_digits(line, at + 3, 2);
    } else {
        while (n < 6 && vb_is_upper(vb_at(line, at + n)))
            n++;
        if (n < 3 && !(n == 1 && c == 'Z'))
            return 0;
    }
    return vb_ends_at(line, at + n) ? n : 0;
}

static size_t
piece_len(char code, vb_str line, size_t at)
{
    size_t n = 0;

    switch (code) {
    case 'd':
        return vb_digits(line, at, 1);
    case 'D':
        return vb_digits(line, at, 2);
    case 'M':
        return name_len(line, at, months, VB_COUNT(months));
    case 'W':
        return name_len(line, at, days, VB_COUNT(days));
    case 'Z':
        return zone_len(line, at);
    case 'K':
        n = vb_at(line, at) && vb_one_of("IWEF", vb_at(line, at));
        return n;
    case ' ':
        while (n < 8 && vb_is_space(vb_at(line, at + n)))
            n++;
        return n;
    default:
        return vb_at(line, at) == code;
    }
}

static size_t
shape_len(const char *text, vb_str line, size_t at)
{
    size_t start = at;

    for (; *text; text++) {
        size_t n = piece_len(*text, line, at);

        if (n == 0)
            return 0;
        at += n;
    }
    return at - start;
}

/* After a space "DEBUG" and "INFO" look like zones and are none. */
static bool
is_zone_name(vb_str text)
{
    return !vb_is_upper(text.ptr[0]) || vb_str_eqc(text, "UTC") ||
           vb_str_eqc(text, "GMT") ||
           ((text.len == 3 || text.len == 4) && vb_str_ends(text, "T"));
}

/* ".123", " AM", "Z", " +0000 UTC" behind a time. */
static size_t
tail_len(vb_str line, size_t at)
{
    size_t start = at, n;
    char c = vb_at(line, at);

    if ((c == '.' || c == ',') && (n = vb_digits(line, at + 1, 12)) > 0)
        at += n + 1;
    if (vb_str_starts(vb_str_from(line, at), " AM") ||
        vb_str_starts(vb_str_from(line, at), " PM"))
        at += 3;
    for (int i = 0; i < 2; i++) {
        size_t space = vb_at(line, at) == ' ';

        n = zone_len(line, at + space);
        if (space && n && !is_zone_name(vb_str_sub(line, at + 1, n)))
            n = 0;
        if (n == 0)
            break;
        at += n + space;
    }
    return at - start;
}

/* Most tokens are no times; a look at their first bytes tells. */
static bool
may_be_time(vb_str line, size_t at)
{
    size_t n;
    char c = vb_at(line, at);

    if (!vb_is_digit(c))
        return c && vb_one_of("MTWFSJANODIE", c);
    n = vb_digits(line, at, 9);
    c = vb_at(line, at + n);
    return n < 9 && c && (vb_one_of("-/:T", c) || (c == ' ' && n <= 2));
}

static size_t
shaped_time(vb_str line, size_t at, vb_class *cls)
{
    bool digit = vb_is_digit(vb_at(line, at));

    if (!may_be_time(line, at))
        return 0;
    for (size_t i = 0; i < VB_COUNT(shapes); i++) {
        char first = shapes[i].text[0];
        size_t n;

        if (digit != (first == 'd' || first == 'D'))
            continue;
        n = shape_len(shapes[i].text, line, at);
        if (n == 0 || shapes[i].cls == VB_CLASS_NONE)
            continue;
        if (shapes[i].cls != VB_CLASS_DATE)
            n += tail_len(line, at + n);
        /* "46:66:13:21:" is a row of bytes. */
        if (!vb_ends_at(line, at + n) ||
            (vb_at(line, at + n) == ':' &&
             vb_is_xdigit(vb_at(line, at + n + 1)) &&
             vb_is_xdigit(vb_at(line, at + n + 2))))
            continue;
        *cls = shapes[i].cls;
        return n;
    }
    return 0;
}

/* Longer spellings first; the rank falls from years to nanoseconds. */
static const struct {
    const char *name;
    int rank;
} units[] = {
    {"mins", 5}, {"secs", 4}, {"sec", 4}, {"hrs", 6},       {"min", 5},
    {"msec", 3}, {"ms", 3},   {"us", 2},  {"\xc2\xb5s", 2}, {"ns", 1},
    {"mo", 9},   {"y", 10},   {"w", 8},   {"d", 7},         {"h", 6},
    {"m", 5},    {"s", 4},
};

static size_t
unit_len(vb_str line, size_t at, int *rank)
{
    if (!vb_is_lower(vb_at(line, at)) && vb_at(line, at) != '\xc2')
        return 0;
    for (size_t i = 0; i < VB_COUNT(units); i++)
        if (vb_str_starts(vb_str_from(line, at), units[i].name)) {
            *rank = units[i].rank;
            return strlen(units[i].name);
        }
    return 0;
}

/* "1h5m", "0.53s", "5min 3s": numbers and ever smaller units in turn. */
static size_t
compact_duration(vb_str line, size_t at)
{
    size_t start = at, end = 0;
    int before = INT_MAX, rank = 0;

    for (int i = 0; i < 8; i++) {
        size_t n = vb_digits(line, at, 9), u;

        if (n == 0)
            break;
        at += n;
        if (vb_at(line, at) == '.' && vb_digits(line, at + 1, 9))
            at += 1 + vb_digits(line, at + 1, 9);
        u = unit_len(line, at, &rank);
        if (u == 0 || rank >= before)
            break;
        before = rank;
        at += u;
        end = at;
        if (vb_at(line, at) == ' ' && vb_is_digit(vb_at(line, at + 1)))
            at++;
    }
    return end && vb_ends_at(line, end) ? end - start : 0;
}

static const char *const long_units[] = {
    "milliseconds", "millisecond", "msec",  "ms",      "seconds", "second",
    "secs",         "sec",         "s",     "minutes", "minute",  "mins",
    "min",          "hours",       "hour",  "days",    "day",     "weeks",
    "week",         "months",      "month", "years",   "year",
};

static size_t
long_unit_len(vb_str line, size_t at)
{
    if (!vb_is_lower(vb_at(line, at)))
        return 0;
    for (size_t i = 0; i < VB_COUNT(long_units); i++) {
        size_t n = strlen(long_units[i]);

        if (vb_str_starts(vb_str_from(line, at), long_units[i]) &&
            vb_ends_at(line, at + n))
            return n;
    }
    return 0;
}

static const char *const amounts[] = {
    "Less than a ", "About an ", "About a ", "less than a ", "about an ",
    "about a ",     "a few ",    "an ",      "a ",
};

/* "3 minutes", "About an hour", "2.1 seconds", with or without " ago". */
static size_t
spoken_duration(vb_str line, size_t at, bool *ago, bool *decimal)
{
    size_t start = at, n = vb_digits(line, at, 9), u;

    *decimal = false;
    if (n) {
        at += n;
        if (vb_at(line, at) == '.' && vb_digits(line, at + 1, 9)) {
            at += 1 + vb_digits(line, at + 1, 9);
            *decimal = true;
        }
        if (vb_at(line, at) != ' ')
            return 0;
        at++;
    } else {
        if (!vb_at(line, at) || !vb_one_of("LlAa", line.ptr[at]))
            return 0;
        for (size_t i = 0; n == 0 && i < VB_COUNT(amounts); i++)
            if (vb_str_starts(vb_str_from(line, at), amounts[i]))
                n = strlen(amounts[i]);
        if (n == 0)
            return 0;
        at += n;
    }
    u = long_unit_len(line, at);
    if (u == 0)
        return 0;
    at += u;
    *ago = vb_str_starts(vb_str_from(line, at), " ago") &&
           vb_ends_at(line, at + 4);
    return at - start + (*ago ? 4 : 0);
}

/* One duration, or several in a row: "1 day 3h", "2 hours, 5 minutes". */
size_t
vb_duration_len(vb_str line, size_t at, bool words)
{
    size_t start = at, n;
    bool ago = false, decimal = false;

    for (int parts = 0; parts < 4; parts++) {
        n = compact_duration(line, at);
        if (n == 0 && words)
            n = spoken_duration(line, at, &ago, &decimal);
        at += n;
        if (n == 0 || !words || ago)
            break;
        n = vb_at(line, at) == ',' ? 2 : 1;
        if (vb_at(line, at + n - 1) != ' ' ||
            !vb_is_digit(vb_at(line, at + n)) ||
            (compact_duration(line, at + n) == 0 &&
             spoken_duration(line, at + n, &ago, &decimal) == 0))
            break;
        at += n;
    }
    if (at > start && words && !ago &&
        vb_str_starts(vb_str_from(line, at), " ago") &&
        vb_ends_at(line, at + 4))
        at += 4;
    /* "0.911 s, estimated 2 s" */
    if (at > start && words &&
        vb_str_starts(vb_str_from(line, at), ", estimated ") &&
        (n = spoken_duration(line, at + 12, &ago, &decimal)) > 0)
        at += 12 + n;
    return at - start;
}

/* The word before 'at' ends in one of "in", "after", "took", "Up", ... */
static bool
tells_a_duration(vb_str line, size_t at)
{
    static const char *const words[] = {
        "in",    "after", "took",    "Up",       "for",
        "since", "time",  "elapsed", "Duration", "duration"};
    vb_str before = vb_str_rtrim(vb_str_sub(line, 0, at));

    while (before.len && vb_one_of("=:([", before.ptr[before.len - 1]))
        before = vb_str_rtrim(vb_str_sub(before, 0, before.len - 1));
    for (size_t i = 0; i < VB_COUNT(words); i++) {
        size_t n = strlen(words[i]);

        if (vb_str_ends(before, words[i]) &&
            (before.len == n || !vb_is_word(before.ptr[before.len - n - 1])))
            return true;
    }
    return false;
}

/* Days and longer are terms that a guide sets ("expires in 90 days"). */
static bool
is_term(vb_str text)
{
    return vb_str_has(text, " day") || vb_str_has(text, " week") ||
           vb_str_has(text, " month") || vb_str_has(text, " year");
}

/* "100m" and more in plain text is a share of a processor. */
static bool
is_milli_cpu(vb_str text)
{
    return text.len >= 4 && text.ptr[text.len - 1] == 'm' &&
           vb_digits(text, 0, text.len) == text.len - 1;
}

size_t
vb_time_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = shaped_time(line, at, cls);
    bool ago = false, decimal = false;
    vb_str text;

    if (n)
        return n;
    n = compact_duration(line, at);
    if (n) {
        text = vb_str_sub(line, at, n);
        if (is_milli_cpu(text))
            return 0;
        *cls = VB_CLASS_DURATION;
        return vb_duration_len(line, at, true);
    }
    n = spoken_duration(line, at, &ago, &decimal);
    text = vb_str_sub(line, at, n);
    if (n &&
        (ago || decimal ||
         (tells_a_duration(line, at) &&
          (!is_term(text) || vb_str_has(vb_str_sub(line, 0, at), "Up "))))) {
        *cls = VB_CLASS_DURATION;
        return vb_duration_len(line, at, true);
    }
    n = vb_duration_len(line, at, true);
    if (n && vb_str_ends(vb_str_sub(line, at, n), " ago")) {
        *cls = VB_CLASS_DURATION;
        return n;
    }
    if (vb_str_starts(vb_str_from(line, at), "just now")) {
        *cls = VB_CLASS_DURATION;
        return 8;
    }
    return 0;
}

/* "01:02 min": a longer one than the guide's. */
static size_t
clock_len(vb_str line, size_t at)
{
    size_t n = vb_digits(line, at, 3);

    if (n == 0 || n > 2 || vb_at(line, at + n) != ':' ||
        vb_digits(line, at + n + 1, 3) != 2)
        return 0;
    n += 3;
    if (vb_str_starts(vb_str_from(line, at + n), " min"))
        n += 4;
    else if (vb_str_starts(vb_str_from(line, at + n), " h"))
        n += 2;
    return vb_at(line, at + n) != ':' && vb_ends_at(line, at + n) ? n : 0;
}

size_t
vb_time_take(vb_class cls, vb_str line, size_t at)
{
    vb_class got = VB_CLASS_NONE;
    size_t n = shaped_time(line, at, &got);

    if (cls == VB_CLASS_AGE || cls == VB_CLASS_DURATION) {
        if (n)
            return got == VB_CLASS_TIME ? n : 0;
        if (vb_str_starts(vb_str_from(line, at), "just now"))
            return 8;
        n = vb_duration_len(line, at, true);
        return n ? n : clock_len(line, at);
    }
    if (cls == VB_CLASS_TIME)
        return got == VB_CLASS_TIME ? n : 0;
    return got == VB_CLASS_TIME || got == VB_CLASS_NONE ? 0 : n;
}
