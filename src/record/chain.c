#include "record/chain.h"

#include <string.h>

#include "base/banned.h"

vb_digest
vb_chain_start(void)
{
    vb_digest zero;

    memset(zero.hex, '0', VB_SHA256_HEX);
    zero.hex[VB_SHA256_HEX] = '\0';
    return zero;
}

/* Takes 'literal' off *rest. */
static bool
take(vb_str *rest, const char *literal)
{
    size_t len = strlen(literal);

    if (!vb_str_starts(*rest, literal))
        return false;
    *rest = vb_str_from(*rest, len);
    return true;
}

static bool
take_number(vb_str *rest, int64_t *out)
{
    size_t n = 0;

    while (n < rest->len && vb_is_digit(rest->ptr[n]))
        n++;
    if (n == 0 || (n > 1 && rest->ptr[0] == '0') ||
        !vb_str_i64(vb_str_sub(*rest, 0, n), out))
        return false;
    *rest = vb_str_from(*rest, n);
    return true;
}

/* Up to the closing quote; these strings never need an escape. */
static bool
take_plain(vb_str *rest, vb_str *out)
{
    size_t end = vb_str_chr(*rest, '"');

    if (end == VB_NPOS || end > VB_SHA256_HEX)
        return false;
    *out = vb_str_sub(*rest, 0, end);
    *rest = vb_str_from(*rest, end + 1);
    return vb_str_chr(*out, '\\') == VB_NPOS;
}

/* Without a branch for each digit: nothing predicts those of a digest. */
static bool
is_digest(vb_str s)
{
    unsigned odd = s.len != VB_SHA256_HEX;

    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.ptr[i];

        odd |= (unsigned)(c - '0' > 9u) & (unsigned)(c - 'a' > 5u);
    }
    return !odd;
}

bool
vb_line_parse(vb_str line, vb_line_head *head)
{
    vb_str rest = line, tail;
    int64_t seq;

    if (line.len < VB_SELF_LEN)
        return false;
    tail = vb_str_from(line, line.len - VB_SELF_LEN);
    if (!take(&tail, ",\"self\":\"") || !take_plain(&tail, &head->self) ||
        !vb_str_eqc(tail, "}") || !is_digest(head->self))
        return false;
    if (!take(&rest, "{\"seq\":") || !take_number(&rest, &seq) ||
        !take(&rest, ",\"prev\":\"") || !take_plain(&rest, &head->prev) ||
        !take(&rest, ",\"type\":\"") || !take_plain(&rest, &head->type) ||
        !take(&rest, ",\"time\":\"") || !take_plain(&rest, &head->time) ||
        !take(&rest, ",\"mono\":") || !take_number(&rest, &head->mono))
        return false;
    head->seq = (uint64_t)seq;
    head->members = line.len - rest.len;
    return is_digest(head->prev);
}

void
vb_line_digests(vb_str line, vb_digest *self, vb_digest *whole)
{
    size_t body = line.len - VB_SELF_LEN;
    vb_hash hash, copy;

    vb_hash_init(&hash);
    vb_hash_init(&copy);
    vb_hash_add(&hash, line.ptr, body);
    vb_hash_copy(&copy, &hash);
    vb_hash_add(&copy, "}", 1);
    *self = vb_hash_final(&copy);
    vb_hash_add(&hash, line.ptr + body, VB_SELF_LEN);
    *whole = vb_hash_final(&hash);
}
