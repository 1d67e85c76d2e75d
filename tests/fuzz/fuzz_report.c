/*
 * Reports of transcripts that strangers wrote. The input is a transcript or,
 * when it does not begin with a brace, one event a line without the members
 * that every line has: those are put around it here, or few inputs would get
 * past the reader. Its first byte then chooses the format.
 *
 * Property: a report ends, and nothing of the transcript acts in it: no
 * control character but line feeds and tabs, no bidi control, and in HTML no
 * markup but ours.
 */
#include "base/io.h"
#include "base/text.h"
#include "record/chain.h"
#include "report/report.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* A line of a chain; type, a space, members: 'note "text":"..."' */
static void
put_line(vb_buf *out, vb_str line, uint64_t seq, vb_digest *head)
{
    vb_str type = line;
    size_t space = vb_str_chr(line, ' '), from = out->len;
    vb_digest self;

    type.len = space == VB_NPOS ? line.len : space;
    vb_buf_fmt(out,
               "{\"seq\":%ju,\"prev\":\"%s\",\"type\":\"%.*s\","
               "\"time\":\"2022-08-11T22:10:23.123Z\",\"mono\":%ju",
               (uintmax_t)seq, head->hex, VB_ARG(type),
               (uintmax_t)(seq * 1000000));
    if (space != VB_NPOS && space + 1 < line.len)
        vb_buf_fmt(out, ",%.*s", VB_ARG(vb_str_from(line, space + 1)));
    vb_buf_c(out, ",\"self\":\"" ZEROS "\"}");
    line = vb_str_from(vb_buf_view(out), from);
    vb_line_digests(line, &self, head);
    memcpy(out->ptr + out->len - 2 - VB_SHA256_HEX, self.hex, VB_SHA256_HEX);
    vb_line_digests(line, &self, head);
    vb_buf_ch(out, '\n');
}

static bool
keep(void *user, vb_str bytes, vb_error *err)
{
    (void)err;
    vb_buf_str(user, bytes);
    return true;
}

/* Nothing that a terminal or a browser acts upon. */
static void
check_bytes(vb_report_format format, vb_str all)
{
    while (all.len) {
        uint32_t code = 0;
        size_t len = vb_utf8_next(all, &code);

        if (len == 0)
            abort(); /* reports are UTF-8 */
        if ((code < 0x20 && code != '\n' && code != '\t') ||
            (code >= 0x7f && code < 0xa0))
            abort();
        if (format != VB_REPORT_JSON && format != VB_REPORT_ASCIICAST &&
            ((code >= 0x202a && code <= 0x202e) ||
             (code >= 0x2066 && code <= 0x2069)))
            abort();
        all = vb_str_from(all, len);
    }
}

/* A tag of the page is one of those it is made of. */
static void
check_markup(vb_str all)
{
    static const char *const tags[] = {
        "!DOCTYPE", "html",  "head",   "meta",   "link",       "title",
        "style",    "body",  "header", "div",    "span",       "b",
        "h1",       "h2",    "h3",     "h4",     "p",          "dl",
        "dt",       "dd",    "small",  "main",   "section",    "ol",
        "ul",       "li",    "a",      "svg",    "rect",       "details",
        "summary",  "table", "thead",  "tbody",  "tr",         "th",
        "td",       "code",  "pre",    "figure", "figcaption", "strong",
        "button",   "input", "output", "dialog", "kbd",        "footer",
        "script",   "mark",  "i",      "em",     "label",      "select",
        "option",   "del",   "ins",    "br",     "nav",
    };
    size_t scripts = 0, end = vb_str_find(all, VB_STR("<script>"));

    for (size_t i = 0; i < all.len && i < end; i++) {
        size_t from = i + 1, to;

        if (all.ptr[i] != '<')
            continue;
        from += from < all.len && all.ptr[from] == '/';
        for (to = from;
             to < all.len && (vb_is_alnum(all.ptr[to]) || all.ptr[to] == '!');)
            to++;
        if (vb_str_index(vb_str_sub(all, from, to - from), tags,
                         VB_COUNT(tags)) == VB_NPOS)
            abort();
    }
    for (vb_str rest = all;
         (end = vb_str_find(rest, VB_STR("<script"))) != VB_NPOS;) {
        scripts++;
        rest = vb_str_from(rest, end + 1);
    }
    if (scripts != 1)
        abort();
}

static void
report_on(const char *path, vb_report_format format)
{
    vb_report_opts opts = {.format = format};
    vb_error err = {.message = ""};
    vb_buf got;

    vb_buf_init(&got, VB_BUF_NO_MAX);
    if (vb_report_write(path, &opts, (vb_sink){keep, &got}, NULL, &err)) {
        check_bytes(format, vb_buf_view(&got));
        if (format == VB_REPORT_HTML)
            check_markup(vb_buf_view(&got));
    } else if (!err.message[0]) {
        abort();
    }
    vb_buf_release(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_str all = {(const char *)data, size}, line;
    vb_report_format format = VB_REPORT_HTML;
    int fd = memfd_create("transcript", MFD_CLOEXEC);
    vb_digest head = vb_chain_start();
    char path[64];
    vb_buf text;
    uint64_t seq = 0;

    if (fd < 0)
        return 0;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    if (all.len && all.ptr[0] != '{') {
        format = (vb_report_format)((unsigned char)all.ptr[0] %
                                    (VB_REPORT_TIMING + 1));
        all = vb_str_from(all, 1);
        while (vb_str_line(&all, &line))
            put_line(&text, line, ++seq, &head);
    } else {
        vb_buf_str(&text, all);
    }
    (void)!snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (vb_write_all(fd, text.ptr ? text.ptr : "", text.len, path, NULL))
        report_on(path, format);
    vb_buf_release(&text);
    close(fd);
    return 0;
}
