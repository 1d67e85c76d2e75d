#include "record/redact_filter.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/banned.h"

static uint32_t
hash_of(uint32_t three)
{
    return (three & 0xffffff) * UINT32_C(0x9e3779b1) >> 16;
}

void
vb_filter_add(vb_filter *filter, char a, char b, char c)
{
    const uint8_t bytes[3] = {(uint8_t)((uint8_t)a | filter->fold),
                              (uint8_t)((uint8_t)b | filter->fold),
                              (uint8_t)((uint8_t)c | filter->fold)};
    uint32_t hash =
        hash_of(bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16);
    uint8_t group = (uint8_t)(1u << (bytes[0] + bytes[1]) % 8);

    filter->bits[hash / 64] |= UINT64_C(1) << hash % 64;
    for (size_t k = 0; k < 3; k++) {
        filter->low[k][bytes[k] & 15] |= group;
        filter->high[k][bytes[k] >> 4] |= group;
    }
}

static bool
hit(const vb_filter *filter, const char *at)
{
    uint32_t four, hash;

    memcpy(&four, at, sizeof four);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    four = __builtin_bswap32(four);
#endif
    hash = hash_of(four | filter->fold * UINT32_C(0x010101));
    return filter->bits[hash / 64] >> hash % 64 & 1;
}

#if defined(__x86_64__)

/* The groups that have a start with these bytes at place k. */
__attribute__((target("ssse3"))) static inline __m128i
groups(const vb_filter *filter, size_t k, __m128i bytes)
{
    const __m128i half = _mm_set1_epi8(15);
    __m128i low =
        _mm_loadu_si128((const __m128i *)(const void *)filter->low[k]);
    __m128i high =
        _mm_loadu_si128((const __m128i *)(const void *)filter->high[k]);

    return _mm_and_si128(
        _mm_shuffle_epi8(low, _mm_and_si128(bytes, half)),
        _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), half)));
}

__attribute__((target("ssse3"))) static inline __m128i
load(const char *at, __m128i fold)
{
    return _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)at),
                        fold);
}

/* Sixteen positions at once; stops before the last 18 bytes. */
__attribute__((target("ssse3"))) static size_t
scan16(const vb_filter *filter, vb_str s, size_t at)
{
    const __m128i fold = _mm_set1_epi8((char)filter->fold);

    for (; s.len - at >= 20; at += 16) {
        const char *p = s.ptr + at;
        __m128i any =
            _mm_and_si128(_mm_and_si128(groups(filter, 0, load(p, fold)),
                                        groups(filter, 1, load(p + 1, fold))),
                          groups(filter, 2, load(p + 2, fold)));
        unsigned places = 0xffffu ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(
                                        any, _mm_setzero_si128()));

        for (; places; places &= places - 1) {
            size_t n = (size_t)__builtin_ctz(places);

            if (hit(filter, p + n))
                return at + n;
        }
    }
    return at;
}

static bool
has_vectors(void)
{
    return __builtin_cpu_supports("ssse3");
}

#else

static size_t
scan16(const vb_filter *filter, vb_str s, size_t at)
{
    (void)filter;
    (void)s;
    return at;
}

static bool
has_vectors(void)
{
    return false;
}

#endif

size_t
vb_filter_scan(const vb_filter *filter, vb_str s, size_t at)
{
    if (s.len - at >= 20 && has_vectors())
        at = scan16(filter, s, at);
    while (s.len - at >= 4 && !hit(filter, s.ptr + at))
        at++;
    return at;
}
