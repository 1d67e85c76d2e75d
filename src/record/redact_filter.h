/* Where something may begin: a bitmap of hashed three-byte starts. No start
 * that was added is ever missed. */
#ifndef VB_RECORD_REDACT_FILTER_H
#define VB_RECORD_REDACT_FILTER_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct vb_filter {
    uint64_t bits[1024];
} vb_filter;

static inline uint32_t
vb_filter_hash(uint32_t three)
{
    return (three & 0xffffff) * UINT32_C(0x9e3779b1) >> 16;
}

static inline uint32_t
vb_filter_load(const char *at)
{
    uint32_t four;

    memcpy(&four, at, sizeof four);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    four = __builtin_bswap32(four);
#endif
    return four;
}

static inline void
vb_filter_add(vb_filter *filter, char a, char b, char c)
{
    uint32_t three = (uint32_t)(unsigned char)a |
                     (uint32_t)(unsigned char)b << 8 |
                     (uint32_t)(unsigned char)c << 16;
    uint32_t hash = vb_filter_hash(three);

    filter->bits[hash / 64] |= UINT64_C(1) << hash % 64;
}

static inline bool
vb_filter_hit(const vb_filter *filter, uint32_t three)
{
    uint32_t hash = vb_filter_hash(three);

    return filter->bits[hash / 64] >> hash % 64 & 1;
}

/* First position from 'at' on where something may begin; the last three bytes
 * may always. 'fold' is or-ed to each byte: 0x202020 ignores case. */
static inline size_t
vb_filter_scan(const vb_filter *filter, vb_str s, size_t at, uint32_t fold)
{
    while (s.len - at >= 8) {
        const char *p = s.ptr + at;

        if (vb_filter_hit(filter, vb_filter_load(p) | fold) |
            vb_filter_hit(filter, vb_filter_load(p + 1) | fold) |
            vb_filter_hit(filter, vb_filter_load(p + 2) | fold) |
            vb_filter_hit(filter, vb_filter_load(p + 3) | fold))
            break;
        at += 4;
    }
    while (s.len - at >= 4 &&
           !vb_filter_hit(filter, vb_filter_load(s.ptr + at) | fold))
        at++;
    return at;
}

#endif
