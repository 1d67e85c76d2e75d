#include "base/clock.h"

#include <stdio.h>
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
