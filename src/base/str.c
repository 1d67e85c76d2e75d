#include "base/str.h"

#include <string.h>

#include "base/banned.h"

vb_str
vb_str_n(const char *ptr, size_t len)
{
    return (vb_str){ptr, len};
}

static bool
same_folded(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (vb_lower(a[i]) != vb_lower(b[i]))
            return false;
    return true;
}

bool
vb_str_ieq(vb_str a, vb_str b)
{
    return a.len == b.len && same_folded(a.ptr, b.ptr, a.len);
}

bool
vb_str_ieqc(vb_str a, const char *b)
{
    return vb_str_ieq(a, vb_str_c(b));
}

int
vb_str_cmp(vb_str a, vb_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

    if (order)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool
vb_str_istarts(vb_str s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && same_folded(s.ptr, prefix, n);
}

size_t
vb_str_chr(vb_str s, char c)
{
    const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;

    return hit ? (size_t)(hit - s.ptr) : VB_NPOS;
}

size_t
vb_str_rchr(vb_str s, char c)
{
    const char *hit = s.len ? memrchr(s.ptr, c, s.len) : NULL;

    return hit ? (size_t)(hit - s.ptr) : VB_NPOS;
}

/* memmem() prepares itself for needles that take long to compare, which costs
 * more than looking for a short one in a word or a line. */
enum { SHORT_NEEDLE = 4 };

static size_t
find_short(vb_str s, vb_str needle)
{
    const char *at = s.ptr, *end = s.ptr + s.len - needle.len + 1;

    while (at < end &&
           (at = memchr(at, needle.ptr[0], (size_t)(end - at))) != NULL) {
        if (memcmp(at, needle.ptr, needle.len) == 0)
            return (size_t)(at - s.ptr);
        at++;
    }
    return VB_NPOS;
}

size_t
vb_str_find(vb_str s, vb_str needle)
{
    const char *hit;

    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return VB_NPOS;
    if (needle.len <= SHORT_NEEDLE)
        return find_short(s, needle);
    hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return hit ? (size_t)(hit - s.ptr) : VB_NPOS;
}

size_t
vb_str_ifind(vb_str s, vb_str needle)
{
    char first;

    if (needle.len == 0)
        return 0;
    first = vb_lower(needle.ptr[0]);
    for (size_t i = 0; s.len >= needle.len && i <= s.len - needle.len; i++)
        if (vb_lower(s.ptr[i]) == first &&
            same_folded(s.ptr + i, needle.ptr, needle.len))
            return i;
    return VB_NPOS;
}

size_t
vb_str_index(vb_str s, const char *const *names, size_t count)
{
    const char first = (char)(s.len ? s.ptr[0] : '\0');

    for (size_t i = 0; i < count; i++)
        if (names[i][0] == first && vb_str_eqc(s, names[i]))
            return i;
    return VB_NPOS;
}

size_t
vb_str_iindex(vb_str s, const char *const *names, size_t count)
{
    const char first = vb_lower((char)(s.len ? s.ptr[0] : '\0'));

    for (size_t i = 0; i < count; i++)
        if (vb_lower(names[i][0]) == first && vb_str_ieqc(s, names[i]))
            return i;
    return VB_NPOS;
}

vb_str
vb_str_ltrim(vb_str s)
{
    while (s.len && vb_is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

vb_str
vb_str_rtrim(vb_str s)
{
    while (s.len && vb_is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

vb_str
vb_str_trim(vb_str s)
{
    return vb_str_ltrim(vb_str_rtrim(s));
}

bool
vb_str_line(vb_str *rest, vb_str *line)
{
    size_t end;

    if (rest->len == 0)
        return false;
    end = vb_str_chr(*rest, '\n');
    if (end == VB_NPOS) {
        *line = *rest;
        *rest = vb_str_from(*rest, rest->len);
    } else {
        *line = vb_str_sub(*rest, 0, end);
        *rest = vb_str_from(*rest, end + 1);
        if (line->len && line->ptr[line->len - 1] == '\r')
            line->len--;
    }
    return true;
}

size_t
vb_str_lines(vb_str s)
{
    size_t n = 0, end;

    for (; s.len; n++) {
        end = vb_str_chr(s, '\n');
        s = vb_str_from(s, end == VB_NPOS ? s.len : end + 1);
    }
    return n;
}

bool
vb_str_field(vb_str *rest, char sep, vb_str *field)
{
    size_t end;

    if (!rest->ptr)
        return false;
    end = vb_str_chr(*rest, sep);
    if (end == VB_NPOS) {
        *field = *rest;
        *rest = (vb_str){NULL, 0};
        return true;
    }
    *field = vb_str_sub(*rest, 0, end);
    *rest = vb_str_from(*rest, end + 1);
    return true;
}

bool
vb_str_word(vb_str *rest, vb_str *word)
{
    size_t n = 0;
    vb_str s = vb_str_ltrim(*rest);

    while (n < s.len && !vb_is_space(s.ptr[n]))
        n++;
    *word = vb_str_sub(s, 0, n);
    *rest = vb_str_from(s, n);
    return n > 0;
}

bool
vb_str_u64(vb_str s, uint64_t *out)
{
    uint64_t value = 0;

    if (!s.ptr || s.len == 0 || s.len > 20)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');

        if (!vb_is_digit(s.ptr[i]) || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool
vb_str_i64(vb_str s, int64_t *out)
{
    bool negative = s.len && s.ptr[0] == '-';
    uint64_t value;

    if (!vb_str_u64(negative ? vb_str_from(s, 1) : s, &value) ||
        value > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

uint64_t
vb_str_hash(vb_str s)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a, 64 bit */

    for (size_t i = 0; i < s.len; i++) {
        h ^= (unsigned char)s.ptr[i];
        h *= 1099511628211u;
    }
    return h ^ (h >> 29);
}
