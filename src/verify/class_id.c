#include "verify/classes.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

/* The alphabet of Kubernetes' generated names: no vowels, no 0, 1, 3. */
static const char safe[] = "bcdfghjklmnpqrstvwxz2456789";

enum { TOKEN_MIN = 16, LOWER_MIN = 20, TOKEN_MAX = 8192, HEX_MIN = 7 };

static bool
is_safe(char c)
{
    return c && vb_one_of(safe, c);
}

static bool
is_lower_alnum(char c)
{
    return vb_is_lower(c) || vb_is_digit(c);
}

static bool
is_upper_alnum(char c)
{
    return vb_is_upper(c) || vb_is_digit(c);
}

static bool
is_token_char(char c)
{
    return vb_is_alnum(c) || c == '_' || c == '-' || c == '+' || c == '/' ||
           c == '=';
}

static size_t
run(vb_str line, size_t at, size_t max, bool (*is)(char))
{
    size_t n = 0;

    while (n < max && at + n < line.len && is(line.ptr[at + n]))
        n++;
    return n;
}

/* What a stretch of text is made of. */
typedef struct make {
    size_t digits, letters, upper, lower, digit_runs, changes;
} make;

static int
kind_of(char c)
{
    if (vb_is_digit(c))
        return 1;
    if (vb_is_upper(c))
        return 2;
    return vb_is_lower(c) ? 3 : 0;
}

static make
look_at(vb_str s)
{
    make m = {0};
    int last = 0;

    for (size_t i = 0; i < s.len; i++) {
        int kind = kind_of(s.ptr[i]);

        m.digits += kind == 1;
        m.upper += kind == 2;
        m.lower += kind == 3;
        m.digit_runs += kind == 1 && last != 1;
        m.changes += kind && last && kind != last;
        last = kind;
    }
    m.letters = m.upper + m.lower;
    return m;
}

/* No part of a name goes on at 'at'. */
static bool
name_ends(vb_str line, size_t at)
{
    char c = vb_at(line, at);

    return !vb_is_word(c) && c != '-';
}

static size_t
uuid_len(vb_str line, size_t at)
{
    static const size_t groups[] = {8, 4, 4, 4, 12};
    size_t start = at;

    for (size_t i = 0; i < VB_COUNT(groups); i++) {
        if (i > 0 && vb_at(line, at++) != '-')
            return 0;
        if (run(line, at, groups[i], vb_is_xdigit) != groups[i])
            return 0;
        at += groups[i];
    }
    return vb_ends_at(line, at) ? at - start : 0;
}

/* What a manual makes of one: "40122EXAMPLE" stands for the last group. */
static size_t
sample_uuid_len(vb_str line, size_t at)
{
    size_t n = 36;

    for (size_t i = 0; i < 24; i++)
        if ((i == 8 || i == 13 || i == 18 || i == 23)
                ? vb_at(line, at + i) != '-'
                : !vb_is_xdigit(vb_at(line, at + i)))
            return 0;
    return vb_str_eqc(vb_str_sub(line, at + n - 7, 7), "EXAMPLE") &&
                   vb_ends_at(line, at + n)
               ? n
               : 0;
}

/* "a1:b2:..." of at least six groups: keys, serials, MAC addresses; the
 * latter also with dashes. */
static size_t
print_len(vb_str line, size_t at)
{
    size_t start = at, groups = 0;

    char sep = vb_at(line, at + 2);

    while (run(line, at, 3, vb_is_xdigit) == 2) {
        at += 2;
        groups++;
        if (vb_at(line, at) != sep)
            break;
        at++;
    }
    if (sep == '-' ? groups != 6 || !name_ends(line, at)
                   : sep != ':' || groups < 6)
        return 0;
    return vb_ends_at(line, at) ? at - start : 0;
}

/* Words of five safe letters that people do put into names. */
static bool
is_common_suffix(vb_str s)
{
    static const char *const words[] = {"https", "mssql", "btrfs", "tmpfs",
                                        "pgsql", "nfsv4", "http2", "xxxxx"};

    return VB_STR_AMONG(s, words);
}

static bool
is_pod_suffix(vb_str line, size_t at)
{
    return run(line, at, 6, is_safe) == 5 && name_ends(line, at + 5);
}

/* The part of the name before "-" at 'at' is a generated one. */
static bool
follows_hash(vb_str line, size_t at)
{
    size_t n = 0;
    make m;

    while (n < 11 && at >= n + 2 && is_lower_alnum(line.ptr[at - n - 2]))
        n++;
    m = look_at(vb_str_sub(line, at - 1 - n, n));
    return n >= 6 && n <= 10 && m.digits > 0 && m.letters > 0;
}

/* "-5947f47f5f" and "-79vqv" behind a name. */
static size_t
kube_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n;
    make m;

    if (at < 2 || line.ptr[at - 1] != '-' || !vb_is_word(line.ptr[at - 2]))
        return 0;
    if (is_pod_suffix(line, at)) {
        vb_str suffix = vb_str_sub(line, at, 5);

        m = look_at(suffix);
        if (is_common_suffix(suffix) ||
            (m.letters == 0 && !follows_hash(line, at)))
            return 0;
        *cls = VB_CLASS_KUBE_SUFFIX;
        return 5;
    }
    n = run(line, at, 12, is_lower_alnum);
    if (n < 6 || n > 10)
        return 0;
    m = look_at(vb_str_sub(line, at, n));
    if (vb_at(line, at + n) == '-' && is_pod_suffix(line, at + n + 1) &&
        m.digits > 0 && !is_common_suffix(vb_str_sub(line, at + n + 1, 5))) {
        *cls = VB_CLASS_KUBE_HASH;
        return n;
    }
    if (name_ends(line, at + n) && n >= 8 && m.digit_runs >= 2 &&
        run(line, at, n, is_safe) == n) {
        *cls = VB_CLASS_KUBE_HASH;
        return n;
    }
    return 0;
}

/* "-00001-wek": the revision of a service. */
static size_t
revision_find(vb_str line, size_t at, vb_class *cls)
{
    if (at < 7 || line.ptr[at - 7] != '-' || vb_digits(line, at - 6, 6) != 5 ||
        line.ptr[at - 1] != '-' || run(line, at, 4, vb_is_lower) != 3 ||
        !name_ends(line, at + 3))
        return 0;
    *cls = VB_CLASS_NODE_SUFFIX;
    return 3;
}

/* "-1a2b3c4d-x7k2": a node of a managed group. */
static size_t
node_find(vb_str line, size_t at, vb_class *cls)
{
    vb_str group;

    if (at < 10 || line.ptr[at - 1] != '-' || line.ptr[at - 10] != '-')
        return 0;
    group = vb_str_sub(line, at - 9, 8);
    if (run(group, 0, 8, vb_is_xdigit) != 8 || look_at(group).digits == 0 ||
        run(line, at, 5, is_lower_alnum) != 4 || !name_ends(line, at + 4))
        return 0;
    *cls = VB_CLASS_NODE_SUFFIX;
    return 4;
}

/* Hexadecimal runs that no word or plain number is. */
static size_t
hex_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = run(line, at, TOKEN_MAX, vb_is_xdigit);
    make m;

    if (n < HEX_MIN - 1 || !vb_ends_at(line, at + n))
        return 0;
    m = look_at(vb_str_sub(line, at, n));
    /* Six are enough at the end of a name: "demo-3f9a1c". */
    if (n < HEX_MIN && (at == 0 || line.ptr[at - 1] != '-' ||
                        m.digit_runs < 2 || m.letters < 2))
        return 0;
    if (m.upper && m.lower)
        return 0;
    if (m.digits == 0 && n < 16)
        return 0;
    if (m.letters == 0 && n < 32)
        return 0;
    *cls = VB_CLASS_HEX;
    return n;
}

static size_t
upper_find(vb_str line, size_t at, vb_class *cls)
{
    static const char *const known[] = {"AKIA", "ASIA", "AROA", "AIDA",
                                        "ANPA", "APKA", "ASCA"};
    size_t n = run(line, at, 128, is_upper_alnum);
    vb_str text = vb_str_sub(line, at, n);
    make m;

    if (n < 10 || !vb_ends_at(line, at + n))
        return 0;
    m = look_at(text);
    if (m.digits == 0 || m.upper == 0)
        return 0;
    *cls = VB_CLASS_UPPER_ID;
    for (size_t i = 0; n >= 16 && i < VB_COUNT(known); i++)
        if (vb_str_starts(text, known[i]))
            return n;
    if (text.ptr[0] == 'Z' && m.digits >= 2)
        return n;
    if (at > 0 && line.ptr[at - 1] == '-' && n >= 11 && n <= 13 &&
        (at < 2 || vb_is_word(line.ptr[at - 2])))
        return n;
    if (n >= 14 && m.digits >= 4 && m.upper >= 4)
        return n;
    return m.digit_runs >= 2 && m.digits * 8 >= n ? n : 0;
}

static bool
is_base64(char c)
{
    return vb_is_alnum(c) || c == '+' || c == '/' || c == '=';
}

/* A part of a path is a word; base64 has none. */
static bool
has_path_word(vb_str s)
{
    vb_str part;

    while (vb_str_field(&s, '/', &part)) {
        make m = look_at(part);

        if (part.len >= 3 && m.changes == 0)
            return true;
    }
    return false;
}

static size_t
base64_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = run(line, at, TOKEN_MAX, is_base64);
    vb_str s = vb_str_sub(line, at, n);
    make m;

    if (n < 24 || !vb_ends_at(line, at + n))
        return 0;
    m = look_at(s);
    if (!m.upper || !m.lower || m.digit_runs < 3 || m.changes * 3 < n ||
        has_path_word(s))
        return 0;
    *cls = VB_CLASS_TOKEN;
    return n;
}

/* Random text: base64, API tokens, generated keys. */
static size_t
token_find(vb_str line, size_t at, vb_class *cls)
{
    size_t words = run(line, at, TOKEN_MAX, vb_is_alnum);
    make m;

    /* A path or a spelled-out name is no token: judge the first word, and
     * take separators in only when it looks random. */
    if (words < TOKEN_MIN)
        return 0;
    m = look_at(vb_str_sub(line, at, words));
    if (!m.lower || m.digit_runs < 3 || m.changes * 3 < words)
        return 0;
    /* Of small letters alone it takes more to look random. */
    if (!m.upper && (words < LOWER_MIN || m.digit_runs < 5))
        return 0;
    *cls = VB_CLASS_TOKEN;
    return run(line, at, TOKEN_MAX, is_token_char);
}

/* "SHA256:" and base64, "eyJ" and the rest of a signed token. */
static size_t
marked_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = 0;

    if (at >= 7 && vb_str_eqc(vb_str_sub(line, at - 7, 7), "SHA256:"))
        n = run(line, at, TOKEN_MAX, is_token_char);
    else if (vb_str_starts(vb_str_from(line, at), "eyJ"))
        while (is_token_char(vb_at(line, at + n)) || vb_at(line, at + n) == '.')
            n++;
    *cls = VB_CLASS_TOKEN;
    return n >= TOKEN_MIN ? n : 0;
}

/* "id numbers": accounts, projects, load balancers. */
static size_t
number_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = vb_digits(line, at, 64);

    size_t fraction =
        vb_at(line, at + n) == '.' ? vb_digits(line, at + n + 1, 9) : 0;

    if (n < 9 || !vb_ends_at(line, at + n))
        return 0;
    if (fraction && n == 10 && line.ptr[at] == '1') {
        *cls = VB_CLASS_EPOCH;
        return n + 1 + fraction;
    }
    if (fraction)
        return 0;
    if ((n == 10 || n == 13) && line.ptr[at] == '1' &&
        line.ptr[at + 1] >= '4') {
        *cls = VB_CLASS_EPOCH;
        return n;
    }
    *cls = VB_CLASS_NUMBER_ID;
    return n;
}

/* "/tmp/tmp.x7Kq2", "/tmp/build-83723". */
static size_t
temp_len(vb_str line, size_t at)
{
    static const char *const roots[] = {"/tmp/", "/var/tmp/", "/var/folders/"};
    vb_str rest = vb_str_from(line, at);
    size_t n = 0;

    for (size_t i = 0; n == 0 && i < VB_COUNT(roots); i++)
        if (vb_str_starts(rest, roots[i]))
            n = strlen(roots[i]);
    if (n == 0)
        return 0;
    while (vb_is_word(vb_at(rest, n)) ||
           (vb_at(rest, n) && vb_one_of(".-+", rest.ptr[n])))
        n++;
    while (n && vb_one_of(".-+", rest.ptr[n - 1]))
        n--;
    return n;
}

static size_t
temp_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = temp_len(line, at), slash;
    vb_str last;

    if (n == 0)
        return 0;
    slash = vb_str_rchr(vb_str_sub(line, at, n), '/');
    last = vb_str_sub(line, at + slash + 1, n - slash - 1);
    if (!vb_str_starts(last, "tmp") && look_at(last).digits < 3 &&
        !(look_at(last).upper > 1 && look_at(last).lower > 1))
        return 0;
    *cls = VB_CLASS_TEMP;
    return n;
}

/* "/home/alice", "/root", "/Users/alice". */
static size_t
home_len(vb_str line, size_t at)
{
    vb_str rest = vb_str_from(line, at);
    size_t n = 0;

    if (vb_str_starts(rest, "/root") && vb_ends_at(rest, 5))
        return 5;
    if (vb_str_starts(rest, "~") && (rest.len == 1 || rest.ptr[1] == '/'))
        return 1;
    if (vb_str_starts(rest, "$HOME") && vb_ends_at(rest, 5))
        return 5;
    if (vb_str_starts(rest, "/home/"))
        n = 6;
    else if (vb_str_starts(rest, "/Users/"))
        n = 7;
    if (n == 0 || !vb_is_word(vb_at(rest, n)))
        return 0;
    while (vb_is_word(vb_at(rest, n)) || vb_at(rest, n) == '-' ||
           (vb_at(rest, n) == '.' && vb_is_word(vb_at(rest, n + 1))))
        n++;
    return n;
}

size_t
vb_name_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n = kube_find(line, at, cls);

    if (n == 0)
        n = revision_find(line, at, cls);
    return n ? n : node_find(line, at, cls);
}

size_t
vb_id_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n;

    if (vb_at(line, at) == '/' || vb_at(line, at) == '~') {
        n = temp_find(line, at, cls);
        if (n == 0 && (n = home_len(line, at)) > 0)
            *cls = VB_CLASS_HOME;
        return n;
    }
    if ((n = uuid_len(line, at)) > 0 || (n = sample_uuid_len(line, at)) > 0) {
        *cls = VB_CLASS_UUID;
        return n;
    }
    if ((n = print_len(line, at)) > 0) {
        *cls = VB_CLASS_PRINT;
        return n;
    }
    if ((n = marked_find(line, at, cls)) > 0 ||
        (n = vb_name_find(line, at, cls)) > 0 ||
        (n = hex_find(line, at, cls)) > 0 ||
        (n = number_find(line, at, cls)) > 0 ||
        (n = upper_find(line, at, cls)) > 0)
        return n;
    n = token_find(line, at, cls);
    return n ? n : base64_find(line, at, cls);
}

static size_t
hex_take(vb_str sample, vb_str line, size_t at)
{
    size_t n = run(line, at, TOKEN_MAX, vb_is_xdigit);

    if (!vb_ends_at(line, at + n))
        return 0;
    if (sample.len > 17)
        return n == sample.len ? n : 0;
    return (n >= HEX_MIN || n == sample.len) && n <= 17 ? n : 0;
}

static size_t
random_name_take(vb_str line, size_t at)
{
    size_t n = 0;

    while (vb_is_word(vb_at(line, at + n)) || vb_at(line, at + n) == '-' ||
           vb_at(line, at + n) == '.')
        n++;
    return n;
}

size_t
vb_id_take(vb_class cls, vb_str sample, vb_str line, size_t at)
{
    size_t n;

    switch (cls) {
    case VB_CLASS_UUID:
        return uuid_len(line, at);
    case VB_CLASS_PRINT:
        return print_len(line, at);
    case VB_CLASS_HEX:
        return hex_take(sample, line, at);
    case VB_CLASS_KUBE_HASH:
        n = run(line, at, 12, is_lower_alnum);
        return n >= 6 && n <= 11 ? n : 0;
    case VB_CLASS_KUBE_SUFFIX:
        return is_pod_suffix(line, at) ? 5 : 0;
    case VB_CLASS_NODE_SUFFIX:
        n = run(line, at, 5, is_lower_alnum);
        return n == sample.len ? n : 0;
    case VB_CLASS_UPPER_ID:
        n = run(line, at, 128, is_upper_alnum);
        return n >= 8 && vb_ends_at(line, at + n) ? n : 0;
    case VB_CLASS_TOKEN:
        n = run(line, at, TOKEN_MAX, is_token_char);
        while (
            vb_str_chr(sample, '.') != VB_NPOS &&
            (is_token_char(vb_at(line, at + n)) || vb_at(line, at + n) == '.'))
            n++;
        return n * 2 >= sample.len ? n : 0;
    case VB_CLASS_NUMBER_ID:
        /* By chance a hash may be all digits. */
        if (sample.len >= 16 && (n = hex_take(sample, line, at)) > 0)
            return n;
        n = vb_digits(line, at, 64);
        return n >= 8 && vb_ends_at(line, at + n) ? n : 0;
    case VB_CLASS_EPOCH:
        n = vb_digits(line, at, 64);
        if (n != vb_digits(sample, 0, 64))
            return 0;
        if (vb_at(line, at + n) == '.' && vb_digits(line, at + n + 1, 9))
            n += 1 + vb_digits(line, at + n + 1, 9);
        return n;
    case VB_CLASS_TEMP:
        return temp_len(line, at);
    case VB_CLASS_HOME:
        return home_len(line, at);
    case VB_CLASS_RANDOM_NAME:
        return random_name_take(line, at);
    default:
        return 0;
    }
}
