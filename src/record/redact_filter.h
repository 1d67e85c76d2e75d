/*
 * Where something may begin: the first three bytes of everything that is
 * looked for. No start that was added is ever missed; a hit may be false.
 */
#ifndef VB_RECORD_REDACT_FILTER_H
#define VB_RECORD_REDACT_FILTER_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

typedef struct vb_filter {
    uint64_t bits[1024]; /* bitmap of hashed starts */
    /* For vectors: each start is in one of eight groups; a bit says that the
     * group has a start with that low or high half of its k-th byte. */
    uint8_t low[3][16], high[3][16];
    uint8_t fold; /* or-ed to each byte before anything: 0x20 ignores case */
} vb_filter;

void vb_filter_add(vb_filter *filter, char a, char b, char c);

/* First position from 'at' on where something may begin; the last three bytes
 * may always. */
size_t vb_filter_scan(const vb_filter *filter, vb_str s, size_t at);

#endif
