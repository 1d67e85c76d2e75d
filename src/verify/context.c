#include "verify/context.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

enum { ASKED_MAX = 4 * 1024 * 1024 };

static bool
is_asked_char(char c)
{
    return vb_is_word(c) || (c && vb_one_of("-./:%+@", c)) || (c & 0x80);
}

static bool
is_octets(vb_str s)
{
    size_t dots = 0, i;

    for (i = 0; i < s.len && (vb_is_digit(s.ptr[i]) || s.ptr[i] == '.'); i++)
        dots += s.ptr[i] == '.';
    return dots == 3 && (i == s.len || s.ptr[i] == '/' || s.ptr[i] == ':');
}

/* "1.22" of "v1.22.9-eks"; empty when there is no minor. */
static vb_str
minor_of(vb_str version)
{
    size_t start = vb_version_prefix(version, 0), n, m;

    n = vb_digits(version, start, 9);
    if (n == 0 || vb_at(version, start + n) != '.')
        return (vb_str){0};
    m = vb_digits(version, start + n + 1, 9);
    return m ? vb_str_sub(version, start, n + 1 + m) : (vb_str){0};
}

/* The word itself, and its parts between separators. */
static void
add_word(vb_context *ctx, vb_str word)
{
    vb_str rest = word, minor;
    size_t cut;

    while (rest.len && vb_one_of(".:-", rest.ptr[rest.len - 1]))
        rest.len--;
    word = rest;
    if (word.len == 0 || word.len > 512)
        return;
    vb_map_add(&ctx->asked, word, NULL);
    for (rest = word; (cut = vb_str_chr(rest, '/')) != VB_NPOS ||
                      (cut = vb_str_chr(rest, ':')) != VB_NPOS ||
                      (cut = vb_str_chr(rest, '@')) != VB_NPOS;
         rest = vb_str_from(rest, cut + 1)) {
        vb_map_add(&ctx->asked, vb_str_sub(rest, 0, cut), NULL);
        vb_map_add(&ctx->asked, vb_str_from(rest, cut + 1), NULL);
        if (!is_octets(word) &&
            (minor = minor_of(vb_str_from(rest, cut + 1))).len)
            vb_map_add(&ctx->versions, minor, NULL);
    }
    if (!is_octets(word) && (minor = minor_of(word)).len)
        vb_map_add(&ctx->versions, minor, NULL);
}

static void
read_asked(vb_context *ctx, vb_str text)
{
    size_t at = 0;

    text = vb_str_sub(text, 0, ASKED_MAX);
    while (at < text.len) {
        size_t n = 0;

        while (at + n < text.len && is_asked_char(text.ptr[at + n]))
            n++;
        if (n)
            add_word(ctx, vb_str_sub(text, at, n));
        at += n + 1;
    }
}

/* Programs whose every number is of the moment. */
static bool
is_meter(const vb_context *ctx, vb_str asked)
{
    static const char *const meters[] = {"vmstat", "iostat", "mpstat",
                                         "pidstat"};

    for (size_t i = 0; i < VB_COUNT(meters); i++)
        if (vb_str_has(asked, meters[i]) &&
            vb_map_find(&ctx->asked, vb_str_c(meters[i])))
            return true;
    return false;
}

/* "gcloud --version", "helm version": nothing but versions is asked for. */
static bool
asks_version(vb_str asked)
{
    asked = vb_str_rtrim(asked);
    return vb_str_ends(asked, " version") || vb_str_ends(asked, "--version") ||
           vb_str_ends(asked, " -version") || vb_str_ends(asked, " -V");
}

vb_context *
vb_context_make(vb_arena *arena, const vb_expect_opts *opts, vb_str text)
{
    vb_context *ctx = VB_NEW(arena, vb_context);

    vb_map_init(&ctx->asked, arena);
    vb_map_init(&ctx->versions, arena);
    ctx->substs = opts->substs;
    ctx->nsubsts = opts->nsubsts;
    ctx->similar = opts->similar;
    ctx->redacted = opts->redacted;
    read_asked(ctx, opts->asked);
    ctx->markup = vb_str_has(text, "</") || vb_str_ihas(text, "<!doctype") ||
                  vb_str_has(text, "<?xml") ||
                  vb_str_ieqc(opts->lang, "html") ||
                  vb_str_ieqc(opts->lang, "xml");
    ctx->measures = is_meter(ctx, opts->asked);
    ctx->banner = asks_version(opts->asked);
    ctx->sorted =
        vb_str_has(opts->asked, "sort") || vb_str_ihas(opts->asked, "order by");
    return ctx;
}

static bool
is_asked(const vb_context *ctx, vb_str token)
{
    return vb_map_find(&ctx->asked, token) != NULL;
}

vb_hold
vb_context_hold(const vb_context *ctx, vb_class cls, vb_str token, vb_str word)
{
    vb_str minor;

    switch (cls) {
    case VB_CLASS_TIMESTAMP:
    case VB_CLASS_DATE:
    case VB_CLASS_TIME:
    case VB_CLASS_AGE:
    case VB_CLASS_RESTARTS:
    case VB_CLASS_RATE:
    case VB_CLASS_CELL:
    case VB_CLASS_USAGE:
    case VB_CLASS_PLACEHOLDER:
    case VB_CLASS_MASK:
    case VB_CLASS_NUMBER:
    case VB_CLASS_PROGRESS:
    case VB_CLASS_SECRET:
        return VB_HOLD_FREE;
    case VB_CLASS_VERSION:
        minor = minor_of(token);
        return minor.len && vb_map_find(&ctx->versions, minor) ? VB_HOLD_MINOR
                                                               : VB_HOLD_FREE;
    case VB_CLASS_PERCENT:
        if (is_asked(ctx, vb_str_sub(token, 0, token.len - 1)))
            return VB_HOLD_FIXED;
        break;
    case VB_CLASS_KUBE_HASH:
    case VB_CLASS_KUBE_SUFFIX:
    case VB_CLASS_NODE_SUFFIX:
    case VB_CLASS_HEX:
    case VB_CLASS_HOST:
        if (is_asked(ctx, word))
            return VB_HOLD_FIXED;
        break;
    default:
        break;
    }
    return is_asked(ctx, token) ? VB_HOLD_FIXED : VB_HOLD_FREE;
}
