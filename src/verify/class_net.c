#include "verify/classes.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

/* Ports from here on are given out by systems, not chosen by authors:
 * Kubernetes node ports and Linux's ephemeral range. */
enum { DYNAMIC_PORT = 30000 };

static size_t
octets_len(vb_str line, size_t at, char sep)
{
    size_t start = at;

    for (int i = 0; i < 4; i++) {
        size_t n = vb_digits(line, at, 4);
        uint64_t value;

        if (n == 0 || !vb_str_u64(vb_str_sub(line, at, n), &value) ||
            value > 255)
            return 0;
        at += n;
        if (i < 3 && vb_at(line, at++) != sep)
            return 0;
    }
    if (vb_is_word(vb_at(line, at)) ||
        (vb_at(line, at) == sep && vb_is_digit(vb_at(line, at + 1))))
        return 0;
    return at - start;
}

static size_t
prefix_len(vb_str line, size_t at)
{
    size_t n;

    if (vb_at(line, at) != '/')
        return 0;
    n = vb_digits(line, at + 1, 3);
    return n && n < 3 && vb_ends_at(line, at + 1 + n) ? n + 1 : 0;
}

/* Addresses that mean something wherever they stand. */
static bool
is_fixed(vb_str ip)
{
    static const char *const fixed[] = {"0.0.0.0", "8.8.8.8",
                                        "8.8.4.4", "1.1.1.1",
                                        "1.0.0.1", "169.254.169.254"};

    if (VB_STR_AMONG(ip, fixed))
        return true;
    return vb_str_starts(ip, "127.") || vb_str_starts(ip, "255.");
}

static size_t
ipv6_len(vb_str line, size_t at)
{
    size_t n = 0, groups = 0, colons = 0, run = 0;
    bool gap = false;

    for (;; n++) {
        char c = vb_at(line, at + n);

        if (vb_is_xdigit(c)) {
            groups += run == 0;
            if (++run > 4)
                return 0;
        } else if (c == ':') {
            colons++;
            gap = gap || (n > 0 && line.ptr[at + n - 1] == ':');
            run = 0;
        } else {
            break;
        }
    }
    while (n && line.ptr[at + n - 1] == ':' &&
           !vb_str_ends(vb_str_sub(line, at, n), "::"))
        n--;
    if (!vb_ends_at(line, at + n) || colons > 8)
        return 0;
    return (gap && groups >= 1 && colons >= 2 && n >= 6) || groups == 8 ? n : 0;
}

/* "ns-101.awsdns-12": a name server that a zone was given. */
static size_t
name_server_len(vb_str line, size_t at)
{
    size_t n = 3, digits;

    if (!vb_str_starts(vb_str_from(line, at), "ns-"))
        return 0;
    digits = vb_digits(line, at + n, 5);
    n += digits;
    if (!digits || !vb_str_starts(vb_str_from(line, at + n), ".awsdns-"))
        return 0;
    n += 8;
    digits = vb_digits(line, at + n, 5);
    return digits ? n + digits : 0;
}

static size_t
port_find(vb_str line, size_t at)
{
    size_t n = vb_digits(line, at, 6);
    uint64_t value;

    if (n != 5 || at == 0 || !vb_ends_at(line, at + n) ||
        !vb_str_u64(vb_str_sub(line, at, n), &value))
        return 0;
    if (value < DYNAMIC_PORT || value > 65535)
        return 0;
    return line.ptr[at - 1] == ':' ||
                   vb_str_ends(vb_str_sub(line, 0, at), "port ") ||
                   vb_str_ends(vb_str_sub(line, 0, at), "Port ") ||
                   vb_str_ends(vb_str_sub(line, 0, at), "port=")
               ? n
               : 0;
}

/* A mail address of the domains that exist only in examples. */
static size_t
email_len(vb_str line, size_t at, bool any)
{
    size_t n = 0, host;

    while (vb_is_word(vb_at(line, at + n)) ||
           (vb_at(line, at + n) && vb_one_of(".+-", line.ptr[at + n])))
        n++;
    if (n == 0 || n > 128 || vb_at(line, at + n) != '@')
        return 0;
    host = ++n;
    while (vb_is_word(vb_at(line, at + n)) ||
           ((vb_at(line, at + n) == '.' || vb_at(line, at + n) == '-') &&
            vb_is_word(vb_at(line, at + n + 1))))
        n++;
    if (n == host)
        return 0;
    return any || vb_str_has(vb_str_sub(line, at + host, n - host), "example.")
               ? n
               : 0;
}

size_t
vb_net_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = octets_len(line, at, '.');

    if (n) {
        size_t bits = prefix_len(line, at + n);

        if (is_fixed(vb_str_sub(line, at, n)))
            return 0;
        *cls = bits ? VB_CLASS_CIDR : VB_CLASS_IPV4;
        return n + bits;
    }
    n = octets_len(line, at, '-');
    if (n == 0)
        n = name_server_len(line, at);
    if (n) {
        *cls = VB_CLASS_HOST;
        return n;
    }
    n = ipv6_len(line, at);
    if (n) {
        *cls = VB_CLASS_IPV6;
        return n + prefix_len(line, at + n);
    }
    n = port_find(line, at);
    if (n) {
        *cls = VB_CLASS_PORT;
        return n;
    }
    n = email_len(line, at, false);
    if (n)
        *cls = VB_CLASS_EMAIL;
    return n;
}

static size_t
cidr_take(vb_str sample, vb_str line, size_t at)
{
    size_t n = octets_len(line, at, '.'), bits = prefix_len(line, at + n);
    size_t slash = vb_str_rchr(sample, '/');

    if (n == 0 || slash == VB_NPOS ||
        !vb_str_eq(vb_str_sub(line, at + n, bits), vb_str_from(sample, slash)))
        return 0;
    return n + bits;
}

size_t
vb_net_take(vb_class cls, vb_str sample, vb_str line, size_t at)
{
    size_t n;

    switch (cls) {
    case VB_CLASS_IPV4:
        n = octets_len(line, at, '.');
        return n && !is_fixed(vb_str_sub(line, at, n)) ? n : 0;
    case VB_CLASS_CIDR:
        return cidr_take(sample, line, at);
    case VB_CLASS_IPV6:
        n = ipv6_len(line, at);
        return n ? n + prefix_len(line, at + n) : 0;
    case VB_CLASS_HOST:
        n = octets_len(line, at, '-');
        return n ? n : name_server_len(line, at);
    case VB_CLASS_PORT:
        n = vb_digits(line, at, 6);
        return n && n < 6 && vb_ends_at(line, at + n) ? n : 0;
    case VB_CLASS_EMAIL:
        return email_len(line, at, true);
    default:
        return 0;
    }
}
