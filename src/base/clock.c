#include "base/clock.h"

#include "base/attr.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

int64_t
vb_clock_mono_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t
vb_clock_utc_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

vb_stamp
vb_clock_stamp(int64_t utc_ms)
{
    time_t seconds = (time_t)(utc_ms / 1000);
    int ms = (int)(utc_ms % 1000);
    struct tm tm;
    vb_stamp stamp = {""};
    size_t len;

    if (ms < 0) {
        ms += 1000;
        seconds--;
    }
    if (!gmtime_r(&seconds, &tm))
        return stamp;
    len = strftime(stamp.text, sizeof stamp.text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (snprintf(stamp.text + len, sizeof stamp.text - len, ".%03dZ", ms) < 0)
        stamp.text[0] = '\0';
    return stamp;
}

/* Days since 1970-01-01 in the Gregorian calendar; March begins its year. */
static int64_t
days_before(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month : month + 12;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 - 457) / 5 + day -
           719469;
}

bool
vb_stamp_parse(vb_str text, int64_t *utc_ms)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    static const int64_t least[] = {1970, 1, 1, 0, 0, 0, 0},
                         most[] = {9999, 12, 31, 23, 59, 60, 999};
    int64_t part[7] = {0};
    size_t n = 0;

    if (text.len != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (form[i] == 'd' ? !vb_is_digit(c) : c != form[i])
            return false;
        if (form[i] == 'd')
            part[n] = part[n] * 10 + (c - '0');
        else
            n++;
    }
    for (size_t i = 0; i < VB_COUNT(part); i++)
        if (part[i] < least[i] || part[i] > most[i])
            return false;
    *utc_ms = (((days_before(part[0], part[1], part[2]) * 24 + part[3]) * 60 +
                part[4]) *
                   60 +
               part[5]) *
                  1000 +
              part[6];
    return true;
}

vb_span
vb_clock_span(int64_t ns)
{
    int64_t ms = ns / 1000000, s = ms / 1000;
    vb_span span;
    int n;

    if (ms < 1000)
        n = snprintf(span.text, sizeof span.text, "%jdms", (intmax_t)ms);
    else if (s < 60)
        n = snprintf(span.text, sizeof span.text, "%jd.%jds", (intmax_t)s,
                     (intmax_t)(ms % 1000 / 100));
    else if (s < 3600)
        n = snprintf(span.text, sizeof span.text, "%jdm%02jds",
                     (intmax_t)(s / 60), (intmax_t)(s % 60));
    else
        n = snprintf(span.text, sizeof span.text, "%jdh%02jdm",
                     (intmax_t)(s / 3600), (intmax_t)(s / 60 % 60));
    if (n < 0)
        span.text[0] = '\0';
    return span;
}

/* One "30m" off *rest, in milliseconds. */
static bool
take_part(vb_str *rest, uint64_t *ms)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    size_t digits = 0;
    uint64_t value;

    while (digits < rest->len && vb_is_digit(rest->ptr[digits]))
        digits++;
    if (digits > 9 || !vb_str_u64(vb_str_sub(*rest, 0, digits), &value))
        return false;
    *rest = vb_str_from(*rest, digits);
    for (size_t i = 0; i < VB_COUNT(units); i++) {
        if (!vb_str_starts(*rest, units[i].unit))
            continue;
        *rest = vb_str_from(*rest, strlen(units[i].unit));
        *ms = value * units[i].ms;
        return true;
    }
    return false;
}

bool
vb_duration_parse(vb_str text, int64_t *ms)
{
    const uint64_t year = (uint64_t)366 * 24 * 3600 * 1000;
    uint64_t total = 0, part;

    if (vb_str_u64(text, &part)) {
        if (part > year / 1000)
            return false;
        *ms = (int64_t)part * 1000;
        return true;
    }
    if (text.len == 0)
        return false;
    while (text.len) {
        if (!take_part(&text, &part) || part > year - total)
            return false;
        total += part;
    }
    *ms = (int64_t)total;
    return true;
}
