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

/* Takes [a-z]+ off. */
static size_t
letters(vb_str *s)
{
    size_t n = 0;

    while (n < s->len && vb_is_lower(s->ptr[n]))
        n++;
    *s = vb_str_from(*s, n);
    return n;
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
    if (letters(&s) < 2 || !dash(&s) || letters(&s) < 3)
        return VB_FORM_ANY;
    if (digits(&s)) {
        if (s.len == 0)
            return VB_FORM_REGION;
        return dash(&s) && letters(&s) == 1 && s.len == 0 ? VB_FORM_ZONE
                                                          : VB_FORM_ANY;
    }
    if (!dash(&s))
        return VB_FORM_ANY;
    if (letters(&s) && !dash(&s))
        return VB_FORM_ANY;
    if (digits(&s) == 0)
        return VB_FORM_ANY;
    if (s.len == 0)
        return VB_FORM_REGION;
    return letters(&s) == 1 && s.len == 0 ? VB_FORM_ZONE : VB_FORM_ANY;
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
        hit = vb_str_starts(word, "arn:") ? account_refused(word, out)
                                          : key_id_refused(word, out);
        if (hit)
            return true;
    }
    return false;
}
