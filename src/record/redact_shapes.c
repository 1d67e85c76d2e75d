#include "record/redact_shapes.h"

#include "base/text.h"
#include "record/redact.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

enum { CONTEXT = 64 };

/* -------------------------------------------------------------- pieces -- */

static bool
is_base64(char c)
{
    return vb_is_alnum(c) || c == '+' || c == '/' || c == '=';
}

static bool
is_token(char c)
{
    return vb_is_alnum(c) || (c && strchr("-._~+/=", c));
}

static bool
ends_word(char c)
{
    return vb_is_space(c) || (c && strchr("\"'`,;&(){}[]<>|\\", c));
}

/* Whether a credential may begin here: not inside a longer word. */
static bool
at_boundary(const vb_shape_text *text)
{
    vb_str before = text->before;

    return before.len == 0 || !vb_is_word(before.ptr[before.len - 1]);
}

/* Everything that is there, when it is the end or enough to decide. */
static bool
complete(const vb_shape_text *text)
{
    return text->final || text->at.len >= VB_SHAPE_LOOK;
}

/* ------------------------------------------------------------ matchers -- */

static vb_shape_answer
token(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    size_t from = strlen(anchor->literal), to = from;
    vb_str at = text->at;

    if (!anchor->keep && !at_boundary(text))
        return VB_SHAPE_NO;
    while (to < at.len && to - from < anchor->least &&
           (vb_is_alnum(at.ptr[to]) ||
            (at.ptr[to] && strchr(anchor->others, at.ptr[to]))))
        to++;
    if (to - from < anchor->least)
        return to == at.len && !complete(text) ? VB_SHAPE_MORE : VB_SHAPE_NO;
    *hit = (vb_shape_hit){anchor->keep ? from : 0, to,
                          strpbrk(anchor->others, ".+/%") ? VB_SWALLOW_TOKEN
                                                          : VB_SWALLOW_NAME,
                          anchor->name};
    return VB_SHAPE_YES;
}

/* The same, but the letters must look drawn by lot: the beginning is short. */
static vb_shape_answer
random_token(const vb_anchor *anchor, const vb_shape_text *text,
             vb_shape_hit *hit)
{
    vb_shape_answer answer = token(anchor, text, hit);

    if (answer == VB_SHAPE_YES &&
        !vb_secret_random(
            vb_str_sub(text->at, strlen(anchor->literal), anchor->least)))
        return VB_SHAPE_NO;
    return answer;
}

/* AWS key ids: 16 capitals and digits, no more. */
static vb_shape_answer
aws_id(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t len = 20;
    size_t to = 4;
    vb_str at = text->at;

    if (!at_boundary(text))
        return VB_SHAPE_NO;
    while (to < at.len && to < len &&
           (vb_is_upper(at.ptr[to]) || vb_is_digit(at.ptr[to])))
        to++;
    if (to == at.len && !text->final)
        return VB_SHAPE_MORE;
    if (to < len || (to < at.len && vb_is_word(at.ptr[to])))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){0, to, VB_SWALLOW_NONE, anchor->name};
    return VB_SHAPE_YES;
}

/* header.payload.signature, each base64url; the first begins with {" */
static vb_shape_answer
jwt(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t least = 10;
    size_t part = 0, at = 0, dots = 0;
    vb_str s = text->at;

    if (!at_boundary(text))
        return VB_SHAPE_NO;
    for (; at < s.len &&
           (vb_is_word(s.ptr[at]) || s.ptr[at] == '-' || s.ptr[at] == '.');
         at++) {
        if (s.ptr[at] != '.')
            part++;
        else if (part < least)
            return VB_SHAPE_NO;
        else
            dots++, part = 0;
        if (dots && part >= least) {
            *hit = (vb_shape_hit){0, at + 1, VB_SWALLOW_TOKEN, anchor->name};
            return VB_SHAPE_YES;
        }
    }
    return at == s.len && !complete(text) ? VB_SHAPE_MORE : VB_SHAPE_NO;
}

static vb_shape_answer
bearer(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t least = 16, enough = 64;
    size_t from = strlen(anchor->literal), to = from;
    vb_str at = text->at;

    while (to < at.len && to - from < enough && is_token(at.ptr[to]))
        to++;
    if (to == at.len && !complete(text) && to - from < enough)
        return VB_SHAPE_MORE;
    if (to - from < least || !vb_secret_random(vb_str_sub(at, from, to - from)))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){from, to, VB_SWALLOW_TOKEN, anchor->name};
    return VB_SHAPE_YES;
}

/* Whether base64 text means "user:password". */
static bool
is_user_password(vb_str text)
{
    vb_buf plain;
    bool ok;

    vb_buf_init(&plain, VB_BUF_NO_MAX);
    ok = vb_base64_decode(&plain, text) &&
         vb_str_chr(vb_buf_view(&plain), ':') != VB_NPOS &&
         vb_utf8_valid(vb_buf_view(&plain));
    for (size_t i = 0; ok && i < plain.len; i++)
        ok = (unsigned char)plain.ptr[i] >= 0x20;
    vb_buf_release(&plain);
    return ok;
}

static vb_shape_answer
basic(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t least = 8;
    size_t from = strlen(anchor->literal), to = from;
    vb_str at = text->at;

    while (to < at.len && is_base64(at.ptr[to]))
        to++;
    if (to == at.len && !complete(text))
        return VB_SHAPE_MORE;
    if (to - from < least || !is_user_password(vb_str_sub(at, from, to - from)))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){from, to, VB_SWALLOW_TOKEN, anchor->name};
    return VB_SHAPE_YES;
}

/* scheme://user:password@host */
static vb_shape_answer
url(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t most = 512;
    size_t colon = 0, at = strlen(anchor->literal);
    vb_str s = text->at, before = text->before;

    if (before.len == 0 || !vb_is_alnum(before.ptr[before.len - 1]))
        return VB_SHAPE_NO;
    for (; at < s.len && at < most; at++) {
        char c = s.ptr[at];

        if (c == '@')
            break;
        if (vb_is_space(c) || (c && strchr("/?#\"'<>`\\", c)))
            return VB_SHAPE_NO;
        if (c == ':' && !colon)
            colon = at;
    }
    if (at == s.len)
        return text->final ? VB_SHAPE_NO : VB_SHAPE_MORE;
    if (at == most || !colon ||
        vb_value_blank(vb_str_sub(s, colon + 1, at - colon - 1)))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){colon + 1, at, VB_SWALLOW_NONE, anchor->name};
    return VB_SHAPE_YES;
}

/* Length of a line end, white space or its escape \n at the start. */
static size_t
pem_space(vb_str s)
{
    if (s.len && vb_is_space(s.ptr[0]))
        return 1;
    return s.len > 1 && s.ptr[0] == '\\' ? 2 : 0;
}

static vb_shape_answer
pem(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t label = 80, body = 16;
    vb_str at = text->at, head = vb_str_sub(at, 0, label);
    size_t begin = strlen(anchor->literal), end, n, run = 0;

    end = vb_str_find(vb_str_from(head, begin), VB_STR("-----"));
    if (end == VB_NPOS)
        return at.len < label && !text->final ? VB_SHAPE_MORE : VB_SHAPE_NO;
    if (!vb_str_has(vb_str_sub(head, begin, end), "PRIVATE KEY"))
        return VB_SHAPE_NO;
    end += begin + 5;
    begin = end;
    while ((n = pem_space(vb_str_from(at, end))))
        end += n;
    while (end + run < at.len && run < body &&
           (is_base64(at.ptr[end + run]) || at.ptr[end + run] == '-'))
        run++;
    if (run < body && end + run >= at.len - 1 && !complete(text))
        return VB_SHAPE_MORE;
    /* Old keys have headers, Proc-Type and DEK-Info, before the body. */
    if (run < body && !vb_str_starts(vb_str_from(at, end), "Proc-Type"))
        return VB_SHAPE_NO;
    if (vb_str_starts(vb_str_from(at, end), "--"))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){begin, begin, VB_SWALLOW_PEM, anchor->name};
    return VB_SHAPE_YES;
}

/* A PEM private key as a Kubernetes Secret holds it. */
static vb_shape_answer
pem_base64(const vb_anchor *anchor, const vb_shape_text *text,
           vb_shape_hit *hit)
{
    enum { HEAD = 64, BREAKS = 512 }; /* digits; bytes with line ends */
    char digits[HEAD];
    size_t n = 0, at = 0;
    vb_str s = text->at;
    vb_buf plain;
    bool key;

    for (; at < s.len && at < BREAKS && n < HEAD; at++)
        if (is_base64(s.ptr[at]) && s.ptr[at] != '=')
            digits[n++] = s.ptr[at];
        else if (pem_space(vb_str_from(s, at)) == 2)
            at++;
        else if (!vb_is_space(s.ptr[at]))
            break;
    if (n < HEAD && at == s.len && !complete(text))
        return VB_SHAPE_MORE;
    vb_buf_init(&plain, VB_BUF_NO_MAX);
    key = vb_base64_decode(&plain, vb_str_n(digits, n - n % 4)) &&
          vb_str_has(vb_buf_view(&plain), "PRIVATE KEY");
    vb_buf_release(&plain);
    *hit = (vb_shape_hit){0, strlen(anchor->literal), VB_SWALLOW_BASE64,
                          anchor->name};
    return key ? VB_SHAPE_YES : VB_SHAPE_NO;
}

/* ...and in a form or an address. */
static vb_shape_answer
pem_url(const vb_anchor *anchor, const vb_shape_text *text, vb_shape_hit *hit)
{
    const size_t label = 80;
    vb_str head = vb_str_sub(text->at, 0, label);
    size_t end = strlen(anchor->literal);

    while (end < head.len && (is_token(head.ptr[end]) || head.ptr[end] == '%'))
        end++;
    if (end == text->at.len && end < label && !text->final)
        return VB_SHAPE_MORE;
    head = vb_str_sub(head, 0, end);
    if (!vb_str_has(head, "PRIVATE%20KEY") && !vb_str_has(head, "PRIVATE+KEY"))
        return VB_SHAPE_NO;
    *hit = (vb_shape_hit){0, end, VB_SWALLOW_TOKEN, anchor->name};
    return VB_SHAPE_YES;
}

/* ------------------------------------------------------------- anchors -- */

static const vb_anchor anchors[] = {
    {"-----BEGIN ", false, pem, "private-key", 0, NULL, false},
    {"-key", true, vb_shape_named, "key", 0, NULL, false},
    {"1//0", false, token, "google-token", 40, "-_", false},
    {"8Q~", false, token, "azure-secret", 31, "-_.~", true},
    {"://", false, url, "url-password", 0, NULL, false},
    {"AGE-SECRET-KEY-1", false, token, "age-key", 50, "", false},
    {"AIza", false, token, "google-key", 35, "-_", false},
    {"AKIA", false, aws_id, "aws-key", 0, NULL, false},
    {"ASIA", false, aws_id, "aws-key", 0, NULL, false},
    {"AccountKey=", false, token, "azure-key", 40, "+/=", true},
    {"BEGIN%20", false, pem_url, "private-key", 0, NULL, false},
    {"BEGIN+", false, pem_url, "private-key", 0, NULL, false},
    {"LS0tLS1CRUdJTi", false, pem_base64, "private-key", 0, NULL, false},
    {"Z2hvX", false, token, "github-token", 40, "+/=", false},
    {"Z2hwX", false, token, "github-token", 40, "+/=", false},
    {"Z2hyX", false, token, "github-token", 40, "+/=", false},
    {"Z2hzX", false, token, "github-token", 40, "+/=", false},
    {"Z2h1X", false, token, "github-token", 40, "+/=", false},
    {"Z2l0aHViX3BhdF", false, token, "github-token", 40, "+/=", false},
    {"GOCSPX-", false, token, "google-secret", 24, "-_", false},
    {"SG.", false, token, "sendgrid-key", 50, "-_.", false},
    {"SharedAccessKey=", false, token, "azure-key", 40, "+/=", true},
    {"_key", true, vb_shape_named, "key", 0, NULL, false},
    {"accesskey", true, vb_shape_named, "key", 0, NULL, false},
    {"accountkey", true, vb_shape_named, "key", 0, NULL, false},
    {"apikey", true, vb_shape_named, "key", 0, NULL, false},
    {"authkey", true, vb_shape_named, "key", 0, NULL, false},
    {"authorization", true, vb_shape_named, "authorization", 0, NULL, false},
    {"basic ", true, basic, "basic-auth", 0, NULL, false},
    {"bearer ", true, bearer, "bearer-token", 0, NULL, false},
    {"bearer%20", true, bearer, "bearer-token", 0, NULL, false},
    {"bearer+", true, bearer, "bearer-token", 0, NULL, false},
    {"credential", true, vb_shape_named, "credential", 0, NULL, false},
    {"dckr_pat_", false, token, "docker-token", 20, "-_", false},
    {"encryptionkey", true, vb_shape_named, "key", 0, NULL, false},
    {"eyJ", false, jwt, "jwt", 0, NULL, false},
    {"ghp_", false, token, "github-token", 30, "", false},
    {"gho_", false, token, "github-token", 30, "", false},
    {"ghu_", false, token, "github-token", 30, "", false},
    {"ghs_", false, token, "github-token", 30, "", false},
    {"ghr_", false, token, "github-token", 30, "", false},
    {"github_pat_", false, token, "github-token", 30, "_", false},
    {"glpat-", false, token, "gitlab-token", 20, "-_", false},
    {"hf_", false, token, "huggingface-token", 30, "", false},
    {"hooks.slack.com/services/", false, token, "slack-webhook", 20, "/", true},
    {"hvs.", false, token, "vault-token", 24, "-_", false},
    {"key-data", true, vb_shape_named, "key", 0, NULL, false},
    {"npm_", false, token, "npm-token", 36, "", false},
    {"passwd", true, vb_shape_named, "password", 0, NULL, false},
    {"password", true, vb_shape_named, "password", 0, NULL, false},
    {"passphrase", true, vb_shape_named, "password", 0, NULL, false},
    {"privatekey", true, vb_shape_named, "key", 0, NULL, false},
    {"pwd", true, vb_shape_named, "password", 0, NULL, false},
    {"pypi-", false, token, "pypi-token", 50, "-_", false},
    {"rk_live_", false, token, "stripe-key", 16, "", false},
    {"secret", true, vb_shape_named, "secret", 0, NULL, false},
    {"sharedkey", true, vb_shape_named, "key", 0, NULL, false},
    {"sig=", false, random_token, "azure-signature", 40, "%-_+/=", true},
    {"signingkey", true, vb_shape_named, "key", 0, NULL, false},
    {"sk-", false, random_token, "api-key", 32, "-_", false},
    {"sk_live_", false, token, "stripe-key", 16, "", false},
    {"storagekey", true, vb_shape_named, "key", 0, NULL, false},
    {"token", true, vb_shape_named, "token", 0, NULL, false},
    {"xapp-", false, token, "slack-token", 20, "-", false},
    {"xoxa-", false, token, "slack-token", 10, "-", false},
    {"xoxb-", false, token, "slack-token", 10, "-", false},
    {"xoxe-", false, token, "slack-token", 10, "-", false},
    {"xoxe.", false, token, "slack-token", 10, "-", false},
    {"xoxo-", false, token, "slack-token", 10, "-", false},
    {"xoxp-", false, token, "slack-token", 10, "-", false},
    {"xoxr-", false, token, "slack-token", 10, "-", false},
    {"xoxs-", false, token, "slack-token", 10, "-", false},
    {"ya29.", false, token, "google-token", 20, "-_.", false},
};

static_assert(VB_COUNT(anchors) <= 128, "vb_shapes.next has room");

void
vb_shapes_init(vb_shapes *shapes)
{
    *shapes = (vb_shapes){.filter = {.fold = 0x20}};
    for (size_t i = VB_COUNT(anchors); i-- > 0;) {
        const char *l = anchors[i].literal;

        uint8_t *first = &shapes->first[(unsigned char)vb_lower(*l)];

        shapes->next[i] = *first;
        *first = (uint8_t)(i + 1);
        vb_filter_add(&shapes->filter, (char)(l[0] | 0x20), (char)(l[1] | 0x20),
                      (char)(l[2] | 0x20));
    }
}

/* ------------------------------------------------------------ swallowing -- */

/* Whether the byte at 'at' still belongs to the credential; false with *wait
 * when the one behind it decides. */
static bool
pem_goes_on(vb_shapes_stream *stream, size_t at, bool final, bool *wait)
{
    vb_str s = vb_buf_view(&stream->work);
    char c = s.ptr[at];
    bool ok = is_base64(c) || c == '\n' || c == '\r' || c == '\t' ||
              c == '\\' || c == ':' || c == ',';

    if (c == '-') {
        *wait = at + 1 == s.len && !final;
        ok = at + 1 < s.len && s.ptr[at + 1] != '-';
    } else if (c == ' ') {
        ok = !stream->line || stream->last == ':' || stream->last == ',' ||
             stream->last == ' ';
    }
    stream->line = c != '\n' && (stream->line || !vb_is_space(c));
    stream->last = c;
    return ok;
}

/* A line end goes on only into a line that is base64 and nothing else, such as
 * a key with its colon would be. */
static bool
base64_goes_on(vb_str s, size_t at, bool final, bool *wait)
{
    enum { GAP = 80, LINE_LEAST = 16, LINE_MOST = 120 };
    size_t from = at, gap, n = 0;

    if (is_base64(s.ptr[at]))
        return true;
    while (at < s.len && at - from < GAP &&
           (gap = pem_space(vb_str_from(s, at))))
        at += gap;
    if (at == from && s.ptr[at] == '\\' && at + 1 == s.len && !final)
        *wait = true;
    if (at == from)
        return false;
    while (at + n < s.len && n < LINE_MOST && is_base64(s.ptr[at + n]))
        n++;
    *wait = at + n == s.len && n < LINE_MOST && !final;
    return !*wait && n >= LINE_LEAST &&
           (at + n == s.len || !s.ptr[at + n] ||
            !strchr(":.-_", s.ptr[at + n]));
}

static bool
goes_on(vb_shapes_stream *stream, size_t at, bool final, bool *wait)
{
    char c = stream->work.ptr[at];

    switch (stream->eat) {
    case VB_SWALLOW_NAME:
        return vb_is_word(c) || c == '-';
    case VB_SWALLOW_TOKEN:
        return is_token(c) || c == '%';
    case VB_SWALLOW_WORD:
        return !ends_word(c);
    case VB_SWALLOW_SINGLE:
        return c != '\'' && c != '\n';
    case VB_SWALLOW_DOUBLE:
        return c != '"' && c != '\n';
    case VB_SWALLOW_BASE64:
        return base64_goes_on(vb_buf_view(&stream->work), at, final, wait);
    case VB_SWALLOW_PEM:
        return pem_goes_on(stream, at, final, wait);
    default:
        return false;
    }
}

/* Drops what belongs to the credential. False when more may come. */
static bool
swallow(vb_shapes_stream *stream, bool final)
{
    size_t at = stream->scan;
    bool wait = false;

    while (at < stream->work.len && goes_on(stream, at, final, &wait))
        at++;
    stream->given = stream->scan = at;
    if ((at == stream->work.len || wait) && !final)
        return false;
    stream->eat = VB_SWALLOW_NONE;
    return true;
}

/* ------------------------------------------------------------- the run -- */

static vb_shape_answer
try_anchors(const vb_shapes *shapes, const vb_shape_text *text,
            vb_shape_hit *hit)
{
    size_t i = text->at.len
                   ? shapes->first[(unsigned char)vb_lower(text->at.ptr[0])]
                   : 0;

    for (; i; i = shapes->next[i - 1]) {
        const vb_anchor *anchor = &anchors[i - 1];
        vb_str want = vb_str_c(anchor->literal);
        vb_str have = vb_str_sub(text->at, 0, want.len);
        vb_shape_answer answer;

        if (have.len < want.len && !text->final &&
            (anchor->fold ? vb_str_ieq(have, vb_str_sub(want, 0, have.len))
                          : vb_str_eq(have, vb_str_sub(want, 0, have.len))))
            return VB_SHAPE_MORE;
        if (anchor->fold ? !vb_str_ieq(have, want) : !vb_str_eq(have, want))
            continue;
        answer = anchor->match(anchor, text, hit);
        if (answer != VB_SHAPE_NO)
            return answer;
    }
    return VB_SHAPE_NO;
}

void
vb_shapes_stream_init(vb_shapes_stream *stream)
{
    *stream = (vb_shapes_stream){0};
    vb_buf_init(&stream->work, VB_BUF_NO_MAX);
}

void
vb_shapes_stream_release(vb_shapes_stream *stream)
{
    vb_buf_release(&stream->work);
}

static void
give(vb_shapes_stream *stream, size_t to, vb_buf *out)
{
    if (to > stream->given)
        vb_buf_add(out, stream->work.ptr + stream->given, to - stream->given);
    stream->given = to;
}

static void
replace(vb_shapes_stream *stream, const vb_shape_hit *hit, vb_buf *out)
{
    give(stream, stream->scan + hit->from, out);
    vb_buf_c(out, "[redacted:");
    vb_buf_c(out, hit->name);
    vb_buf_ch(out, ']');
    stream->given = stream->scan = stream->scan + hit->to;
    stream->eat = hit->eat;
    stream->line = false;
    stream->last = '\0';
}

/* Forgets what was given, but for some context. */
static void
tidy(vb_shapes_stream *stream, bool final)
{
    size_t keep = final || stream->given < CONTEXT ? stream->given : CONTEXT;
    size_t drop = final ? stream->given : stream->given - keep;

    vb_buf_drop(&stream->work, drop);
    stream->given -= drop;
    stream->scan -= drop;
    stream->wait -= stream->wait ? drop : 0;
}

size_t
vb_shapes_run(const vb_shapes *shapes, vb_shapes_stream *stream, bool final,
              vb_buf *out)
{
    size_t count = 0;

    if (!final && stream->work.len < stream->wait)
        return 0;
    stream->wait = 0;
    while (stream->scan < stream->work.len) {
        vb_str all = vb_buf_view(&stream->work);
        vb_shape_text text = {.final = final};
        vb_shape_answer answer;
        vb_shape_hit hit;

        if (stream->eat && !swallow(stream, final))
            break;
        stream->scan = vb_filter_scan(&shapes->filter, all, stream->scan);
        text.before = vb_str_sub(all, 0, stream->scan);
        text.at = vb_str_from(all, stream->scan);
        answer = try_anchors(shapes, &text, &hit);
        if (answer == VB_SHAPE_MORE)
            break;
        if (answer == VB_SHAPE_YES) {
            replace(stream, &hit, out);
            count++;
        } else if (stream->scan < all.len) {
            stream->scan++;
        }
    }
    if (final)
        stream->eat = VB_SWALLOW_NONE;
    if (!stream->eat)
        give(stream, stream->scan, out);
    if (stream->scan < stream->work.len) /* looked at again when it doubles */
        stream->wait = stream->work.len + (stream->work.len - stream->scan);
    tidy(stream, final);
    return count;
}
