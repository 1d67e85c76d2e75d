/* Does a value look generated rather than written? */
#include "record/redact.h"

#include <string.h>

#include "base/banned.h"

enum { LEAST = 8, LONGEST = 512 };

typedef struct looks {
    size_t letters, digits, others, words; /* 'words': letters of real words */
    size_t classes; /* of lower, upper, digit, rare punctuation */
    size_t changes; /* between lower case, upper case, digit */
    size_t distinct;
    size_t pairs; /* sum of squares of how often each byte occurs */
} looks;

static int
class_of(char c)
{
    return vb_is_lower(c) ? 1 : vb_is_upper(c) ? 2 : vb_is_digit(c) ? 3 : 4;
}

/* A run of letters that a person could say. */
static bool
is_word(vb_str s)
{
    const size_t longest = 20, consonants_max = 4;
    size_t consonants = 0, vowels = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (strchr("aeiouy", vb_lower(s.ptr[i]))) {
            vowels++;
            consonants = 0;
        } else if (++consonants > consonants_max) {
            return false;
        }
    }
    return s.len >= 3 && s.len <= longest && vowels;
}

/* Runs of one case, or a capital with lower case behind it, are words. */
static void
count_words(vb_str s, looks *l)
{
    size_t from = 0;

    for (size_t i = 0; i <= s.len; i++) {
        int class = i < s.len ? class_of(s.ptr[i]) : 4;
        bool ends = class > 2 ||
                    (i > from && class == 2 && vb_is_lower(s.ptr[i - 1])) ||
                    (i > from + 1 && class == 1 && vb_is_upper(s.ptr[i - 1]));

        if (!ends)
            continue;
        if (is_word(vb_str_sub(s, from, i - from)))
            l->words += i - from;
        from = class > 2 ? i + 1 : i;
    }
}

static looks
look(vb_str s)
{
    size_t counts[256] = {0};
    looks l = {0};
    unsigned seen = 0;

    for (size_t i = 0; i < s.len; i++) {
        int class = class_of(s.ptr[i]);

        if (!strchr("-_./: ", s.ptr[i]))
            seen |= 1u << class;
        l.letters += class < 3;
        l.digits += class == 3;
        l.others += class == 4;
        l.changes += i && class != class_of(s.ptr[i - 1]);
        counts[(unsigned char)s.ptr[i]]++;
    }
    for (size_t i = 0; i < VB_COUNT(counts); i++) {
        l.distinct += counts[i] > 0;
        l.pairs += counts[i] * counts[i];
    }
    l.classes = (size_t)__builtin_popcount(seen);
    count_words(s, &l);
    return l;
}

/* Values that point at something instead of being it. */
static bool
is_reference(vb_str s)
{
    static const char *const starts[] = {
        "http:",   "https:",  "arn:",      "file:",  "./",   "../",   "~/",
        "sha256:", "SHA256:", "projects/", "vault:", "ssh-", "/etc/", "/var/",
        "/home/",  "/tmp/",   "/usr/",     "/root/", "/run/"};

    for (size_t i = 0; i < VB_COUNT(starts); i++)
        if (vb_str_starts(s, starts[i]))
            return true;
    return s.len && strchr("$<{%*[(", s.ptr[0]) != NULL;
}

bool
vb_secret_random(vb_str value)
{
    vb_str s = vb_str_sub(value, 0, LONGEST);
    looks l;

    if (s.len < LEAST || is_reference(s))
        return false;
    l = look(s);
    if (l.letters < 4 && s.len < 32)
        return false;
    if (l.words * 2 > l.letters + l.digits)
        return false;
    /* Two bytes drawn from it agree at most once in five times: that is an
     * entropy (of the second order) of at least 2.3 bits a byte. */
    if (l.pairs * 5 > s.len * s.len || l.distinct < 6)
        return false;
    if (s.len < 16)
        return l.classes >= 3 || (l.digits >= 2 && l.changes >= 3);
    return l.classes >= 2 && l.changes >= (l.digits + l.others ? 2 : 4);
}
