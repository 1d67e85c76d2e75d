/* Time: UTC for stamps, a monotonic clock for durations; never the other way
 * round. */
#ifndef VB_BASE_CLOCK_H
#define VB_BASE_CLOCK_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
int64_t vb_clock_mono_ns(void);
/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t vb_clock_utc_ms(void);

typedef struct vb_stamp {
    char text[32]; /* 2022-08-11T22:10:23.123Z */
} vb_stamp;
vb_stamp vb_clock_stamp(int64_t utc_ms);
/* The same back; false, with *utc_ms untouched, when it is no such stamp. */
bool vb_stamp_parse(vb_str text, int64_t *utc_ms);

typedef struct vb_span {
    char text[32]; /* "850ms", "2.3s", "4m05s", "1h02m" */
} vb_span;
/* A duration for people. */
vb_span vb_clock_span(int64_t ns);

/* "90s", "5m", "1h30m", "250ms" or a plain number of seconds, in
 * milliseconds; false when it is no duration or longer than a year. */
bool vb_duration_parse(vb_str text, int64_t *ms);

#endif
