/*
 * vb_str: a borrowed slice of bytes. It owns nothing and need not end in NUL;
 * whoever hands one out says who owns the bytes. An empty slice may have a
 * NULL pointer.
 */
#ifndef VB_BASE_STR_H
#define VB_BASE_STR_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct vb_str {
    const char *ptr;
    size_t len;
} vb_str;

#ifdef __clang_analyzer__
#define VB_INLINE extern
#else
#define VB_INLINE static inline
#endif

/* For expressions, from a string literal. */
#define VB_STR(lit) ((vb_str){"" lit, sizeof(lit) - 1})
/* For static tables, where -Wpedantic refuses compound literals. */
#define VB_STR_INIT(lit)                                                       \
    {                                                                          \
        "" lit, sizeof(lit) - 1                                                \
    }
/* For "%.*s". Slices are capped far below INT_MAX by the input limits. */
#define VB_ARG(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

/* 'c' may be NULL, which gives the empty slice. */
VB_INLINE vb_str vb_str_c(const char *c);

vb_str vb_str_n(const char *ptr, size_t len);

VB_INLINE bool vb_str_eq(vb_str a, vb_str b);

VB_INLINE bool vb_str_eqc(vb_str a, const char *b);

/* ASCII case folded. */
bool vb_str_ieq(vb_str a, vb_str b);
bool vb_str_ieqc(vb_str a, const char *b);
/* Byte order, shorter first on a tie: for sorting. */
int vb_str_cmp(vb_str a, vb_str b);

VB_INLINE bool vb_str_starts(vb_str s, const char *prefix);

VB_INLINE bool vb_str_ends(vb_str s, const char *suffix);

bool vb_str_istarts(vb_str s, const char *prefix);

/* Position of the first match, or VB_NPOS. */
#define VB_NPOS ((size_t)-1)
size_t vb_str_chr(vb_str s, char c);
size_t vb_str_rchr(vb_str s, char c);
size_t vb_str_find(vb_str s, vb_str needle);
/* As vb_str_find, ASCII case folded. */
size_t vb_str_ifind(vb_str s, vb_str needle);
VB_INLINE bool vb_str_has(vb_str s, const char *needle);

VB_INLINE bool vb_str_ihas(vb_str s, const char *needle);

/* The index of the name that 's' is, or VB_NPOS; i: ASCII case folded. */
size_t vb_str_index(vb_str s, const char *const *names, size_t count);
size_t vb_str_iindex(vb_str s, const char *const *names, size_t count);
/* Is it one of an array of names? */
#define VB_STR_AMONG(s, names)                                                 \
    (vb_str_index((s), (names), VB_COUNT(names)) != VB_NPOS)
#define VB_STR_IAMONG(s, names)                                                \
    (vb_str_iindex((s), (names), VB_COUNT(names)) != VB_NPOS)

/* Clamped to the slice: never out of bounds. */
VB_INLINE vb_str vb_str_sub(vb_str s, size_t from, size_t len);

VB_INLINE vb_str vb_str_from(vb_str s, size_t from);

/* White space here is space, tab, CR, LF, VT and FF. */
vb_str vb_str_trim(vb_str s);
vb_str vb_str_ltrim(vb_str s);
vb_str vb_str_rtrim(vb_str s);

/* Takes the next line off *rest (without its LF or CRLF). False at the end. */
bool vb_str_line(vb_str *rest, vb_str *line);
/* How many lines that would give. */
size_t vb_str_lines(vb_str s);
/* Takes the next field up to 'sep' off *rest. False at the end. */
bool vb_str_field(vb_str *rest, char sep, vb_str *field);
/* Takes the next white-space separated word off *rest. False at the end. */
bool vb_str_word(vb_str *rest, vb_str *word);

/* Decimal, whole slice, no sign (one '-' for i64); false, with *out untouched,
 * when it is anything else or does not fit. */
bool vb_str_u64(vb_str s, uint64_t *out);
bool vb_str_i64(vb_str s, int64_t *out);

uint64_t vb_str_hash(vb_str s);

/* ASCII classes, independent of the locale and safe for negative chars. */
VB_INLINE bool vb_is_space(char c);

VB_INLINE bool vb_is_digit(char c);

VB_INLINE bool vb_is_upper(char c);

VB_INLINE bool vb_is_lower(char c);

VB_INLINE bool vb_is_alpha(char c);

VB_INLINE bool vb_is_alnum(char c);

VB_INLINE bool vb_is_xdigit(char c);

/* [A-Za-z0-9_] */
VB_INLINE bool vb_is_word(char c);

VB_INLINE char vb_lower(char c);

/* Defined here because they are called everywhere. The analyzer is not shown
 * them: it cannot know that a slice with a NULL pointer is empty, and would
 * follow paths that do not exist. */
#ifndef __clang_analyzer__

VB_INLINE vb_str
vb_str_c(const char *c)
{
    return (vb_str){c, c ? strlen(c) : 0};
}

VB_INLINE bool
vb_str_eq(vb_str a, vb_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

VB_INLINE bool
vb_str_eqc(vb_str a, const char *b)
{
    return vb_str_eq(a, vb_str_c(b));
}

VB_INLINE bool
vb_str_starts(vb_str s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && (n == 0 || memcmp(s.ptr, prefix, n) == 0);
}

VB_INLINE bool
vb_str_ends(vb_str s, const char *suffix)
{
    size_t n = strlen(suffix);

    return s.len >= n && (n == 0 || memcmp(s.ptr + s.len - n, suffix, n) == 0);
}

VB_INLINE bool
vb_str_has(vb_str s, const char *needle)
{
    return vb_str_find(s, vb_str_c(needle)) != VB_NPOS;
}

VB_INLINE bool
vb_str_ihas(vb_str s, const char *needle)
{
    return vb_str_ifind(s, vb_str_c(needle)) != VB_NPOS;
}

VB_INLINE vb_str
vb_str_sub(vb_str s, size_t from, size_t len)
{
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (vb_str){s.ptr ? s.ptr + from : NULL, len};
}

VB_INLINE vb_str
vb_str_from(vb_str s, size_t from)
{
    return vb_str_sub(s, from, s.len);
}

VB_INLINE bool
vb_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

VB_INLINE bool
vb_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

VB_INLINE bool
vb_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

VB_INLINE bool
vb_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

VB_INLINE bool
vb_is_alpha(char c)
{
    return vb_is_upper(c) || vb_is_lower(c);
}

VB_INLINE bool
vb_is_alnum(char c)
{
    return vb_is_alpha(c) || vb_is_digit(c);
}

VB_INLINE bool
vb_is_xdigit(char c)
{
    return vb_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

VB_INLINE bool
vb_is_word(char c)
{
    return vb_is_alnum(c) || c == '_';
}

VB_INLINE char
vb_lower(char c)
{
    return (char)(vb_is_upper(c) ? c - 'A' + 'a' : c);
}

#endif

#endif
