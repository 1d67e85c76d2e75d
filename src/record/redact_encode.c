#include "record/redact_encode.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

#include "base/banned.h"

typedef void each_fn(void *user, vb_str spelling);

/* What the usual encoders leave as it is besides letters and digits: RFC 3986
 * (curl, Go, Python for a component), JavaScript, Python for a path, forms,
 * older encoders, whole addresses, the password of a URL object, and those that
 * leave nothing. */
static const char *const url_kept[] = {
    "-._~",           "-._~!'()*", "-._~/",
    "-._*",           "-._",       "-._~!*'();/?:@&=+$,#",
    "-._~!$%&'()*+,", ""};

static void
url(vb_str value, const char *kept, const char *digits, vb_buf *out)
{
    bool form = strcmp(kept, "-._*") == 0;

    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if (vb_is_alnum((char)c) || (c && strchr(kept, c))) {
            vb_buf_ch(out, (char)c);
        } else if (form && c == ' ') {
            vb_buf_ch(out, '+');
        } else {
            vb_buf_ch(out, '%');
            vb_buf_ch(out, digits[c >> 4]);
            vb_buf_ch(out, digits[c & 15]);
        }
    }
}

/* Inside a JSON string, as most programs write it. */
static void
json(vb_str value, vb_buf *out)
{
    static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";

    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        const char *hit = c ? strchr(named, c) : NULL;

        if (hit) {
            vb_buf_ch(out, '\\');
            vb_buf_ch(out, letters[hit - named]);
        } else if ((unsigned char)c < 0x20) {
            vb_buf_fmt(out, "\\u%04x", (unsigned)c);
        } else {
            vb_buf_ch(out, c);
        }
    }
}

/* What stands between the quotes of $'a\nb', which bash uses for controls. */
static void
ansi_c(vb_str value, vb_buf *out)
{
    static const char named[] = "'\\\a\b\033\f\n\r\t\v",
                      letters[] = "'\\abEfnrtv";

    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        const char *hit = c ? strchr(named, c) : NULL;

        if (hit) {
            vb_buf_ch(out, '\\');
            vb_buf_ch(out, letters[hit - named]);
        } else if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f) {
            vb_buf_fmt(out, "\\%03o", (unsigned)(unsigned char)c);
        } else {
            vb_buf_ch(out, c);
        }
    }
}

/* As printf %q and double quotes do: a backslash before what is special. */
static void
backslashes(vb_str value, const char *special, vb_buf *out)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] && strchr(special, value.ptr[i]))
            vb_buf_ch(out, '\\');
        vb_buf_ch(out, value.ptr[i]);
    }
}

static void
html(vb_str value, vb_buf *out)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        vb_buf_c(out, c == '&'   ? "&amp;"
                      : c == '<' ? "&lt;"
                      : c == '>' ? "&gt;"
                      : c == '"' ? "&quot;"
                                 : "");
        if (!c || !strchr("&<>\"", c))
            vb_buf_ch(out, c);
    }
}

/*
 * The digits that depend on the value alone, when 'before' bytes of something
 * else stand before it in the encoded text and anything behind it.
 */
static void
base64(vb_str value, size_t before, bool for_urls, vb_buf *out)
{
    size_t bits = 8 * value.len, from = before * 8;
    size_t first = (from + 5) / 6, last = (from + bits) / 6;
    vb_buf raw, digits;

    vb_buf_init(&raw, VB_BUF_NO_MAX);
    vb_buf_init(&digits, VB_BUF_NO_MAX);
    vb_buf_fill(&raw, 'x', before);
    vb_buf_str(&raw, value);
    vb_base64(&digits, vb_buf_view(&raw));
    for (size_t i = first; i < last; i++) {
        char c = digits.ptr[i];

        if (for_urls && c == '+')
            c = '-';
        else if (for_urls && c == '/')
            c = '_';
        vb_buf_ch(out, c);
    }
    vb_buf_release(&raw);
    vb_buf_release(&digits);
}

static void
hex(vb_str value, const char *digits, vb_buf *out)
{
    for (size_t i = 0; i < value.len; i++) {
        vb_buf_ch(out, digits[(unsigned char)value.ptr[i] >> 4]);
        vb_buf_ch(out, digits[(unsigned char)value.ptr[i] & 15]);
    }
}

static void
give(vb_buf *buf, each_fn *each, void *user)
{
    each(user, vb_buf_view(buf));
    vb_buf_clear(buf);
}

static void
quoted(vb_str value, vb_buf *buf, each_fn *each, void *user)
{
    vb_shell_single(buf, value);
    give(buf, each, user);
    ansi_c(value, buf);
    give(buf, each, user);
    backslashes(value, " \t!\"#$&'()*,;<>?[\\]^`{|}~", buf);
    give(buf, each, user);
    backslashes(value, "\"$\\`", buf);
    give(buf, each, user);
    json(value, buf);
    give(buf, each, user);
    html(value, buf);
    give(buf, each, user);
}

void
vb_spellings(vb_str value, each_fn *each, void *user)
{
    static const char lower[] = "0123456789abcdef",
                      upper[] = "0123456789ABCDEF";
    const size_t base64_min = 6; /* bytes; fewer leave too few digits */
    vb_buf buf;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    each(user, value);
    quoted(value, &buf, each, user);
    for (size_t i = 0; i < VB_COUNT(url_kept); i++) {
        url(value, url_kept[i], upper, &buf);
        give(&buf, each, user);
        url(value, url_kept[i], lower, &buf);
        give(&buf, each, user);
    }
    hex(value, lower, &buf);
    give(&buf, each, user);
    hex(value, upper, &buf);
    give(&buf, each, user);
    for (size_t before = 0; before < 3 && value.len >= base64_min; before++)
        for (int for_urls = 0; for_urls < 2; for_urls++) {
            base64(value, before, for_urls, &buf);
            give(&buf, each, user);
        }
    vb_buf_release(&buf);
}
