#include "check/form.h"

#include "base/attr.h"

#include "base/banned.h"

enum { ACCOUNT_DIGITS = 12, KEY_ID_LEN = 20 };

vb_form
vb_form_of_name(vb_str name)
{
    static const struct {
        const char *ending;
        vb_form shape;
    } endings[] = {
        {"HOSTED_ZONE", VB_FORM_ANY}, {"DNS_ZONE", VB_FORM_ANY},
        {"REGION", VB_FORM_REGION},   {"ZONE", VB_FORM_ZONE},
        {"LOCATION", VB_FORM_ANY},    {"EMAIL", VB_FORM_EMAIL},
        {"_IP", VB_FORM_ADDRESS},     {"_CIDR", VB_FORM_ADDRESS},
        {"_PORT", VB_FORM_NUMBER},    {"_COUNT", VB_FORM_NUMBER},
        {"_URL", VB_FORM_URL},        {"_ARN", VB_FORM_ARN},
        {"DOMAIN", VB_FORM_HOST},     {"DOMAIN_NAME", VB_FORM_HOST},
    };

    for (size_t i = 0; i < VB_COUNT(endings); i++) {
        vb_str ending = vb_str_c(endings[i].ending);

        if (name.len >= ending.len &&
            vb_str_ieq(vb_str_from(name, name.len - ending.len), ending))
            return endings[i].shape;
    }
    return VB_FORM_ANY;
}

static size_t
digits(vb_str *s)
{
    size_t n = 0;

    while (n < s->len && vb_is_digit(s->ptr[n]))
        n++;
    *s = vb_str_from(*s, n);
    return n;
}

/* Takes one of 'words' off. */
static bool
one_of(vb_str *s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (vb_str_starts(*s, words[i])) {
            *s = vb_str_from(*s, vb_str_c(words[i]).len);
            return true;
        }
    return false;
}

static bool
dash(vb_str *s)
{
    if (!vb_str_starts(*s, "-"))
        return false;
    *s = vb_str_from(*s, 1);
    return true;
}

/* Google: us-central1, us-central1-b. Amazon: eu-west-1, us-gov-west-1,
 * eu-west-1a. */
static vb_form
place_shape(vb_str s)
{
    static const char *const areas[] = {
        "africa",       "asia", "australia", "europe", "me", "northamerica",
        "southamerica", "us",   "af",        "ap",     "ca", "cn",
        "eu",           "il",   "mx",        "sa"};
    /* longer words first: "northeast" begins with "north" */
    static const char *const parts[] = {
        "gov-",      "iso-",  "isob-", "northeast", "southeast", "northwest",
        "southwest", "north", "south", "east",      "west",      "central"};
    bool google;

    if (!one_of(&s, areas, VB_COUNT(areas)) || !dash(&s) ||
        !one_of(&s, parts, VB_COUNT(parts)))
        return VB_FORM_ANY;
    /* "us-gov-west-1" */
    (void)one_of(&s, parts + 3, VB_COUNT(parts) - 3);
    google = s.len && vb_is_digit(s.ptr[0]);
    if (!google && !dash(&s))
        return VB_FORM_ANY;
    if (digits(&s) == 0)
        return VB_FORM_ANY;
    if (s.len == 0)
        return VB_FORM_REGION;
    if (google && !dash(&s))
        return VB_FORM_ANY;
    return s.len == 1 && vb_is_lower(s.ptr[0]) ? VB_FORM_ZONE : VB_FORM_ANY;
}

static bool
is_address(vb_str s)
{
    for (int part = 0; part < 4; part++) {
        size_t n;

        if (part && !vb_str_starts(s, "."))
            return false;
        s = vb_str_from(s, part > 0);
        n = digits(&s);
        if (n == 0 || n > 3)
            return false;
    }
    if (vb_str_starts(s, "/")) {
        s = vb_str_from(s, 1);
        if (digits(&s) == 0)
            return false;
    }
    return s.len == 0;
}

static bool
is_host(vb_str s)
{
    size_t dots = 0;

    for (size_t i = 0; i < s.len; i++) {
        dots += s.ptr[i] == '.';
        if (!vb_is_alnum(s.ptr[i]) && s.ptr[i] != '-' && s.ptr[i] != '.')
            return false;
    }
    return dots > 0 && s.len && vb_is_alpha(s.ptr[s.len - 1]);
}

vb_form
vb_form_of_value(vb_str value)
{
    vb_str rest = value;
    size_t at = vb_str_chr(value, '@');

    if (value.len == 0)
        return VB_FORM_ANY;
    if (digits(&rest) && rest.len == 0)
        return VB_FORM_NUMBER;
    if (is_address(value))
        return VB_FORM_ADDRESS;
    if (vb_str_starts(value, "arn:"))
        return VB_FORM_ARN;
    if (vb_str_has(value, "://"))
        return VB_FORM_URL;
    if (at != VB_NPOS && at > 0 && is_host(vb_str_from(value, at + 1)))
        return VB_FORM_EMAIL;
    if (is_host(value))
        return VB_FORM_HOST;
    return place_shape(value);
}

bool
vb_form_contradicts(vb_form want, vb_form have)
{
    return want != VB_FORM_ANY && have != VB_FORM_ANY && want != have;
}

const char *
vb_form_name(vb_form shape)
{
    static const char *const names[] = {
        "something", "a region", "a zone", "an e-mail address", "an address",
        "a number",  "a URL",    "an ARN", "a host name",
    };

    return names[shape];
}

/* The account field of an ARN: arn:partition:service:region:account:... */
static bool
account_refused(vb_str arn, vb_refused *out)
{
    vb_str field = {0};

    for (int i = 0; i < 5; i++)
        if (!vb_str_field(&arn, ':', &field))
            return false;
    if (field.len == 0 || field.len == ACCOUNT_DIGITS)
        return false;
    for (size_t i = 0; i < field.len; i++)
        if (!vb_is_digit(field.ptr[i]))
            return false;
    *out = (vb_refused){field, "AWS account number", "it has twelve digits"};
    return true;
}

/* The value behind --access-key-id. */
static bool
key_id_refused(vb_str word, vb_refused *out)
{
    size_t good = 0;

    if (word.len == 0 || !vb_str_starts(word, "AKI"))
        return false;
    while (good < word.len &&
           (vb_is_upper(word.ptr[good]) || vb_is_digit(word.ptr[good])))
        good++;
    if (word.len == KEY_ID_LEN && good == word.len)
        return false;
    *out = (vb_refused){word, "AWS access key id",
                        "it is AKIA or ASIA and sixteen capitals or digits"};
    return true;
}

/* 1234.dkr.ecr.eu-west-1.amazonaws.com */
static bool
registry_refused(vb_str word, vb_refused *out)
{
    vb_str rest = word;
    size_t n = digits(&rest);

    if (n == 0 || n == ACCOUNT_DIGITS || !vb_str_starts(rest, ".dkr.ecr."))
        return false;
    *out = (vb_refused){vb_str_sub(word, 0, n), "AWS account number",
                        "it has twelve digits"};
    return true;
}

/* s3://NAME/..., gs://NAME/... Capitals alone are a placeholder. */
static bool
bucket_refused(vb_str word, vb_refused *out)
{
    bool google = vb_str_starts(word, "gs://"), lower = false, bad = false;
    vb_str name = vb_str_from(word, 5);

    name = vb_str_sub(name, 0, vb_str_chr(name, '/'));
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!vb_is_alnum(c) && c != '-' && c != '.' && c != '_')
            return false; /* variables, globs, placeholders */
        lower |= vb_is_lower(c);
        bad |= vb_is_upper(c) || (c == '_' && !google);
    }
    if (!bad || !lower)
        return false;
    *out = (vb_refused){name, "bucket name",
                        google ? "it has no capitals"
                               : "it has no capitals and no underscores"};
    return true;
}

/* 10.0.0.0/33, 10.0.256.0/24 */
static bool
network_refused(vb_str word, vb_refused *out)
{
    enum { OCTET_MAX = 255, PREFIX_MAX = 32 };
    size_t slash = vb_str_chr(word, '/');
    vb_str rest = vb_str_sub(word, 0, slash), field;
    uint64_t number;
    bool bad = false;

    if (slash == VB_NPOS || !is_address(word))
        return false;
    while (vb_str_field(&rest, '.', &field))
        bad |= vb_str_u64(field, &number) && number > OCTET_MAX;
    bad |= vb_str_u64(vb_str_from(word, slash + 1), &number) &&
           number > PREFIX_MAX;
    if (bad)
        *out = (vb_refused){word, "network",
                            "its numbers end at 255, its prefix at 32"};
    return bad;
}

bool
vb_form_account(vb_str value, vb_refused *out)
{
    vb_str rest = value;

    if (digits(&rest) == 0 || rest.len || value.len == ACCOUNT_DIGITS)
        return false;
    *out = (vb_refused){value, "AWS account number", "it has twelve digits"};
    return true;
}

bool
vb_form_label(vb_str value, vb_refused *out)
{
    enum { LABEL_MAX = 63 };
    bool bad = value.len > LABEL_MAX, lower = false;

    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        if (!vb_is_alnum(c) && c != '-' && c != '.' && c != '_')
            return false;
        lower |= vb_is_lower(c) || vb_is_digit(c);
        bad |= vb_is_upper(c) || c == '_';
    }
    if (value.len == 0 || !lower)
        return false;
    bad |= value.ptr[0] == '-' || value.ptr[value.len - 1] == '-';
    if (bad)
        *out = (vb_refused){value, "name in Kubernetes",
                            "it is of small letters, digits and dashes, and "
                            "63 bytes at most"};
    return bad;
}

static bool
ends_word(char c)
{
    return vb_is_space(c) || c == '"' || c == '\'' || c == '=' || c == ',' ||
           c == ';' || c == ')' || c == '`';
}

bool
vb_form_refused(vb_str *rest, vb_refused *out)
{
    while (rest->len) {
        size_t n = 0;
        vb_str word;
        bool hit;

        while (rest->len && ends_word(rest->ptr[0]))
            *rest = vb_str_from(*rest, 1);
        while (n < rest->len && !ends_word(rest->ptr[n]))
            n++;
        word = vb_str_sub(*rest, 0, n);
        *rest = vb_str_from(*rest, n);
        if (vb_str_starts(word, "arn:"))
            hit = account_refused(word, out);
        else if (vb_str_starts(word, "s3://") || vb_str_starts(word, "gs://"))
            hit = bucket_refused(word, out);
        else
            hit = key_id_refused(word, out) || registry_refused(word, out) ||
                  network_refused(word, out);
        if (hit)
            return true;
    }
    return false;
}
