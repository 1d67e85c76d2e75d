#include "base/http_addr.h"

#include "base/attr.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

typedef struct block {
    unsigned char prefix[16];
    unsigned bits;
} block;

/* The IANA special-purpose registries, without the blocks that are globally
 * reachable. */
static const block blocks4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 3},
};

/* Only 2000::/3 is given out as public, and parts of it are not. */
static const block blocks6[] = {
    {{0x20, 0x01, 0x00}, 23},
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x3f, 0xff}, 20},
};

static bool
in_block(const unsigned char *addr, const block *b)
{
    unsigned whole = b->bits / 8, rest = b->bits % 8;
    unsigned mask = rest ? 0xffu << (8 - rest) & 0xffu : 0;

    return memcmp(addr, b->prefix, whole) == 0 &&
           (rest == 0 || ((addr[whole] ^ b->prefix[whole]) & mask) == 0);
}

static bool
private4(const unsigned char *addr)
{
    for (size_t i = 0; i < VB_COUNT(blocks4); i++)
        if (in_block(addr, &blocks4[i]))
            return true;
    return false;
}

static bool
private6(const unsigned char *addr)
{
    static const unsigned char nat64[12] = {0, 0x64, 0xff, 0x9b};
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    /* Three ways to write an IPv4 address in IPv6. */
    if (memcmp(addr, nat64, sizeof nat64) == 0 ||
        memcmp(addr, mapped, sizeof mapped) == 0)
        return private4(addr + 12);
    if (addr[0] == 0x20 && addr[1] == 0x02)
        return private4(addr + 2);
    if ((addr[0] & 0xe0) != 0x20)
        return true;
    for (size_t i = 0; i < VB_COUNT(blocks6); i++)
        if (in_block(addr, &blocks6[i]))
            return true;
    return false;
}

bool
vb_addr_is_private(const struct sockaddr *addr)
{
    unsigned char bytes[16];

    if (addr->sa_family == AF_INET) {
        memcpy(bytes,
               &((const struct sockaddr_in *)(const void *)addr)->sin_addr, 4);
        return private4(bytes);
    }
    if (addr->sa_family == AF_INET6) {
        memcpy(bytes,
               &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr,
               16);
        return private6(bytes);
    }
    return true;
}

/* The bytes of a numeric address; their number, or 0 for a name. */
static size_t
numeric(const char *host, unsigned char bytes[16])
{
    char bare[64];
    vb_str s = vb_str_c(host);
    size_t zone;

    if (vb_str_starts(s, "[") && vb_str_ends(s, "]"))
        s = vb_str_sub(s, 1, s.len - 2);
    zone = vb_str_chr(s, '%');
    s = vb_str_sub(s, 0, zone);
    if (snprintf(bare, sizeof bare, "%.*s", VB_ARG(s)) < 0)
        return 0;
    if (inet_pton(AF_INET, bare, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, bare, bytes) == 1 ? 16 : 0;
}

static bool
is_localhost(const char *host)
{
    vb_str s = vb_str_c(host);

    if (vb_str_ends(s, "."))
        s.len--;
    return vb_str_ieqc(s, "localhost") ||
           (s.len > 10 &&
            vb_str_ieqc(vb_str_from(s, s.len - 10), ".localhost"));
}

bool
vb_host_is_loopback(const char *host)
{
    static const unsigned char one[16] = {[15] = 1};
    unsigned char bytes[16];
    size_t len = numeric(host, bytes);

    if (len == 4)
        return bytes[0] == 127;
    return len ? memcmp(bytes, one, 16) == 0 : is_localhost(host);
}

bool
vb_host_is_private(const char *host)
{
    unsigned char bytes[16];
    size_t len = numeric(host, bytes);

    if (len)
        return len == 4 ? private4(bytes) : private6(bytes);
    return is_localhost(host);
}
