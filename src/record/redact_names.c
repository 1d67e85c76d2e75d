/* NAME=VALUE and its relatives: the name says that a secret may follow, the
 * value's length and letters say whether it does. */
#include "record/redact_shapes.h"

#include "record/record.h"
#include "record/redact.h"

#include <string.h>

#include "base/banned.h"

enum { NAME_MAX_LEN = 64, SPACES_MAX = 8, QUOTE_MAX = 4, DECIDED = 512 };

/* What a name may go on with when it names something about the secret. */
static const char *const about[] = {
    "name",   "ref",     "keyref", "id",    "file",    "path",    "dir",
    "arn",    "type",    "url",    "uri",   "version", "class",   "store",
    "manag",  "provid",  "polic",  "mount", "vol",     "count",   "len",
    "size",   "ttl",     "expir",  "age",   "prefix",  "suffix",  "namespace",
    "rotat",  "gener",   "list",   "get",   "create",  "delete",  "accessor",
    "engine", "hash",    "finger", "sha",   "md5",     "pub",     "algo",
    "format", "spec",    "status", "valid", "require", "enabled", "disabled",
    "review", "request",
};

static bool
is_name(char c)
{
    return vb_is_word(c) || c == '-' || c == '.';
}

/* Whether the word that matters is only the beginning of another one:
 * "tokenizer", "SECRETARY". */
static bool
is_other_word(char last, vb_str tail)
{
    size_t plural = tail.len && vb_lower(tail.ptr[0]) == 's';

    if (plural && (tail.len == 1 || !vb_is_alpha(tail.ptr[1])))
        return false;
    return tail.len && (vb_is_lower(tail.ptr[0]) ||
                        (vb_is_upper(tail.ptr[0]) && vb_is_upper(last)));
}

/* 'tail' is what the name has behind the word that matters. */
static bool
tail_is_about(vb_str tail)
{
    bool plural = tail.len > 1 && vb_lower(tail.ptr[0]) == 's' &&
                  !vb_is_alnum(tail.ptr[1]);

    tail = vb_str_from(tail, plural);
    while (tail.len && !vb_is_alnum(tail.ptr[0]))
        tail = vb_str_from(tail, 1);
    for (size_t i = 0; i < VB_COUNT(about); i++)
        if (vb_str_istarts(tail, about[i]))
            return true;
    return false;
}

/* Public keys are no secrets. */
static bool
head_is_public(vb_str before)
{
    size_t from = before.len;

    while (from && before.len - from < NAME_MAX_LEN &&
           is_name(before.ptr[from - 1]))
        from--;
    return vb_str_ihas(vb_str_from(before, from), "pub");
}

static size_t
skip_spaces(vb_str s, size_t at)
{
    size_t from = at;

    while (at < s.len && at - from < SPACES_MAX &&
           (s.ptr[at] == ' ' || s.ptr[at] == '\t'))
        at++;
    return at;
}

/* Quotes may be escaped, as in JSON inside JSON. */
static size_t
skip_quote(vb_str s, size_t at, char *quote)
{
    size_t from = at;

    while (at < s.len && at - from < QUOTE_MAX - 1 && s.ptr[at] == '\\')
        at++;
    if (at < s.len && (s.ptr[at] == '"' || s.ptr[at] == '\'')) {
        *quote = s.ptr[at];
        return at + 1;
    }
    return from;
}

/* Behind the separator; 0 when there is none. */
static size_t
skip_separator(const vb_shape_text *text, size_t at, bool quoted)
{
    vb_str s = text->at;
    size_t behind = skip_spaces(s, at);
    char c = '\0';

    if (behind < s.len)
        c = s.ptr[behind];
    if (c == ':' || c == '=') {
        behind++;
        if (behind < s.len && (s.ptr[behind] == '=' || s.ptr[behind] == '>'))
            behind++;
        return skip_spaces(s, behind);
    }
    /* --password VALUE */
    if (!quoted && behind > at && c != '\0') {
        vb_str before = text->before;
        size_t from = before.len;

        while (from && is_name(before.ptr[from - 1]))
            from--;
        return vb_str_starts(vb_str_from(before, from), "--") ||
                       (from == before.len && from >= 2 &&
                        vb_str_ends(before, "--"))
                   ? behind
                   : 0;
    }
    return 0;
}

/* "Authorization: Bearer ...": the scheme stays. */
static size_t
skip_scheme(vb_str s, size_t at)
{
    size_t end = at;

    while (end < s.len && end - at < 10 && vb_is_alpha(s.ptr[end]))
        end++;
    return end > at && end < s.len && s.ptr[end] == ' ' ? end + 1 : at;
}

static size_t
value_end(vb_str s, size_t at, char quote)
{
    size_t from = at;

    for (; at < s.len && at - from < DECIDED; at++) {
        char c = s.ptr[at];

        if (quote ? c == quote || c == '\n' || c == '\\'
                  : vb_is_space(c) || (c && strchr("\"'`,;&(){}[]<>|\\", c)))
            break;
    }
    return at;
}

bool
vb_value_blank(vb_str value)
{
    static const char *const words[] = {
        "password", "passwd", "pass", "secret", "token", "pwd", "redacted"};
    bool same = true;

    if (value.len == 0 || strchr("$<{%*[(", value.ptr[0]))
        return true;
    for (size_t i = 1; i < value.len; i++)
        same = same && value.ptr[i] == value.ptr[0];
    if (VB_STR_IAMONG(value, words))
        return true;
    return same;
}

static bool
is_secret_value(const vb_anchor *anchor, vb_str value)
{
    const size_t key_min = 16;

    if (strcmp(anchor->name, "key") == 0 && value.len < key_min)
        return false;
    return vb_secret_random(value);
}

/* Where the value is and what quotes it; NO and MORE as a matcher. */
static vb_shape_answer
find_value(const vb_anchor *anchor, const vb_shape_text *text, size_t *from,
           char *quote)
{
    size_t name = strlen(anchor->literal), end = name, at;
    vb_str s = text->at;
    char name_quote = '\0';

    while (end < s.len && end - name < NAME_MAX_LEN && is_name(s.ptr[end]))
        end++;
    if (end + QUOTE_MAX >= s.len && !text->final)
        return VB_SHAPE_MORE;
    at = skip_quote(s, end, &name_quote);
    at = skip_separator(text, at, name_quote != '\0');
    if (at == 0 && end + SPACES_MAX + 4 < s.len)
        return VB_SHAPE_NO;
    if (at == 0)
        return text->final ? VB_SHAPE_NO : VB_SHAPE_MORE;
    if (is_other_word(s.ptr[name - 1], vb_str_sub(s, name, end - name)) ||
        tail_is_about(vb_str_sub(s, name, end - name)) ||
        head_is_public(text->before))
        return VB_SHAPE_NO;
    if (at + QUOTE_MAX >= s.len && !text->final)
        return VB_SHAPE_MORE;
    at = skip_quote(s, at, quote);
    if (strcmp(anchor->name, "authorization") == 0)
        at = skip_scheme(s, at);
    *from = at;
    return VB_SHAPE_YES;
}

vb_shape_answer
vb_shape_named(const vb_anchor *anchor, const vb_shape_text *text,
               vb_shape_hit *hit)
{
    char quote = '\0';
    size_t from = 0, to;
    vb_shape_answer answer = find_value(anchor, text, &from, &quote);

    if (answer != VB_SHAPE_YES)
        return answer;
    to = value_end(text->at, from, quote);
    if (to == text->at.len && to - from < DECIDED && !text->final &&
        text->at.len < VB_SHAPE_LOOK)
        return VB_SHAPE_MORE;
    if (to < text->at.len && text->at.ptr[to] == '(') /* source code */
        return VB_SHAPE_NO;
    if (!is_secret_value(anchor, vb_str_sub(text->at, from, to - from)))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){from, to,
                          to - from < DECIDED ? VB_SWALLOW_NONE
                          : quote == '"'      ? VB_SWALLOW_DOUBLE
                          : quote == '\''     ? VB_SWALLOW_SINGLE
                                              : VB_SWALLOW_WORD,
                          anchor->name};
    return VB_SHAPE_YES;
}

/* ------------------------------------------------------- names of inputs -- */

/* Nobody hands over a public key in a token: only what is guessed from the
 * value, too, minds "pub". */
static bool
has_secret_word(vb_str name, const char *const *words, size_t n, bool absolute)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = vb_str_ifind(name, vb_str_c(words[i]));
        vb_str tail;

        if (at == VB_NPOS)
            continue;
        tail = vb_str_from(name, at + strlen(words[i]));
        if (!is_other_word(name.ptr[name.len - tail.len - 1], tail) &&
            !tail_is_about(tail) &&
            (absolute || !head_is_public(vb_str_sub(name, 0, at))))
            return true;
    }
    return false;
}

bool
vb_name_secret(vb_str name)
{
    static const char *const words[] = {
        "password", "passwd", "passphrase", "pwd",       "secret",
        "token",    "apikey", "credential", "_key",      "-key",
        "key",      "_pat",   "authkey",    "privatekey"};

    return has_secret_word(name, words, VB_COUNT(words), false);
}

bool
vb_secret_by_name(vb_str name, vb_str value)
{
    static const char *const words[] = {
        "password",    "passwd",     "passphrase",     "secret",
        "token",       "apikey",     "api_key",        "api-key",
        "access_key",  "accesskey",  "account_key",    "accountkey",
        "auth_key",    "authkey",    "private_key",    "privatekey",
        "signing_key", "shared_key", "encryption_key", "_pwd",
        "_pat",        "credential"};
    static const char *const paths[] = {"/", "./", "../", "~/"};
    bool file = vb_str_ihas(name, "credential");

    for (size_t i = 0; file && i < VB_COUNT(paths); i++)
        if (vb_str_starts(value, paths[i]))
            return false;
    return value.len && !vb_str_eqc(name, "OLD_PWD") &&
           has_secret_word(name, words, VB_COUNT(words), true);
}
