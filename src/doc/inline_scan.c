/* What stands within a line: tags, shortcodes, comments, JSX code. */
#include "doc/scan.h"

#include "doc/rules.h"

#include <string.h>

#include "base/banned.h"

/* Failed readings in one line before it is left alone: keeps hostile lines
 * linear. */
enum { FAILURES_MAX = 64 };

typedef struct vb_inside {
    vb_scan *s;
    size_t at;
    bool lead; /* only blanks and what was cut out stand before 'at' */
    unsigned failures;
    bool taken_lines; /* a construct went over the line's end */
} vb_inside;

/* Length of the code span at 'at', or of the backticks when it has no end. */
static size_t
code_span(vb_inside *in)
{
    vb_str rest = vb_str_from(in->s->text, in->at);
    size_t run = 0, i, n;

    while (run < rest.len && rest.ptr[run] == '`')
        run++;
    if (in->failures > FAILURES_MAX)
        return run;
    for (i = run; i < rest.len; i += n ? n : 1) {
        for (n = 0; i + n < rest.len && rest.ptr[i + n] == '`';)
            n++;
        if (n == run)
            return i + n;
    }
    in->failures++;
    return run;
}

static void
add_note(vb_scan *s, vb_str text, size_t at)
{
    vb_note note = {.text = vb_str_trim(text),
                    .line = s->line,
                    .col = (uint32_t)at + 1,
                    .ctx = vb_ctx_index(s)};

    vb_vec_push(s->arena, &s->unit->notes, note);
}

/* A comment from 'open' to 'close'; over lines if need be. The bytes taken,
 * 0 when it has no end. */
static size_t
take_comment(vb_inside *in, size_t open, const char *close)
{
    vb_scan *s = in->s;
    size_t start = s->source->lines.at[s->line - 1] + in->at;
    vb_str rest = vb_str_from(s->source->text, start);
    vb_str body = vb_str_from(rest, open);
    size_t end = vb_str_find(body, vb_str_c(close));
    size_t len;

    if (end == VB_NPOS)
        return 0;
    len = open + end + strlen(close);
    add_note(s, vb_str_sub(body, 0, end), in->at);
    vb_scan_take(s, in->at, len);
    if (in->at + len > s->text.len)
        in->taken_lines = true;
    return len;
}

static void
unclosed_comment(vb_inside *in)
{
    vb_scan *s = in->s;
    vb_diag *diag = vb_diag_add(s->diags, VB_WARNING, "D006",
                                vb_scan_loc(s, in->at), "comment has no end");

    diag->width = 4;
    diag->hint = VB_STR("taken to end with its line");
    s->comment_less = s->line;
    vb_scan_cut(s, in->at, s->text.len - in->at);
    in->at = s->text.len;
}

/* "<!--" or "{/ *". */
static bool
comment(vb_inside *in)
{
    vb_str rest = vb_str_from(in->s->text, in->at);
    size_t len;

    if (vb_str_starts(rest, "{/*")) {
        len = in->s->jsx_less ? 0 : take_comment(in, 3, "*/}");
        in->s->jsx_less |= len == 0;
        in->at += len;
        return len > 0;
    }
    if (!vb_str_starts(rest, "<!--"))
        return false;
    len = in->s->comment_less ? 0 : take_comment(in, 4, "-->");
    if (len == 0)
        unclosed_comment(in);
    in->at += len;
    return true;
}

/* <script> and <style>, to their end. */
static bool
raw_block(vb_inside *in, const vb_tag *tag)
{
    vb_scan *s = in->s;
    bool script = vb_str_ieqc(tag->name, "script");
    vb_str rest;
    size_t end;

    if ((!script && !vb_str_ieqc(tag->name, "style")) || tag->close ||
        !in->lead || s->raw_less)
        return false;
    rest =
        vb_str_from(s->source->text, s->source->lines.at[s->line - 1] + in->at);
    end = vb_str_ifind(rest, script ? VB_STR("</script>") : VB_STR("</style>"));
    if (end == VB_NPOS) {
        vb_diag_add(s->diags, VB_WARNING, "D006", vb_scan_loc(s, in->at),
                    "'<%.*s>' has no end", VB_ARG(tag->name));
        s->raw_less = true;
        return false;
    }
    if (script)
        vb_imports_read(s, vb_str_sub(rest, tag->len, end - tag->len));
    end += script ? 9 : 8;
    vb_scan_take(s, in->at, end);
    if (in->at + end > s->text.len)
        in->taken_lines = true;
    in->at += end;
    return true;
}

static bool
tag_hooks(vb_scan *s, const vb_tag *tag, size_t at)
{
    for (size_t i = 0; vb_dialects[i]; i++) {
        if (vb_dialects[i]->tag && vb_dialects[i]->tag(s, tag, at))
            return true;
    }
    return false;
}

/* A tag that goes over lines: only for names that mean something. */
static bool
long_tag(const vb_inside *in)
{
    vb_str rest = vb_str_from(in->s->text, in->at + 1);

    return in->lead && rest.len &&
           (vb_is_upper(rest.ptr[0]) || vb_str_istarts(rest, "div") ||
            vb_str_istarts(rest, "details"));
}

static bool
tag(vb_inside *in)
{
    vb_scan *s = in->s;
    vb_tag t;
    size_t max = s->text.len - in->at;
    vb_str text = vb_str_sub(s->text, in->at, VB_TAG_MAX);

    if (in->failures > FAILURES_MAX)
        return false;
    if (!vb_tag_read(text, &t)) {
        in->failures++;
        if (!long_tag(in) ||
            !vb_tag_read(vb_scan_ahead(s, in->at, VB_TAG_MAX), &t))
            return false;
    }
    s->lead = in->lead;
    if (raw_block(in, &t))
        return true;
    if (in->lead && !t.close && vb_str_ieqc(t.name, "pre"))
        return vb_html_code(s, &t, in->at, &in->at, &in->taken_lines);
    if (!in->lead && !t.close)
        return false;
    if (!tag_hooks(s, &t, in->at))
        return false;
    vb_scan_take(s, in->at, t.len);
    in->taken_lines = t.len > max;
    in->at += t.len;
    return true;
}

/* A shortcode in running text that says what it stands for. */
static void
show_text(vb_scan *s, const vb_shortcode *sc, size_t at)
{
    vb_str text = vb_attr_get(sc->args, "text");
    size_t from = s->source->lines.at[s->line - 1] + at;

    if (text.len && text.len <= sc->len && sc->bracket != '{')
        memcpy(s->work + from, text.ptr, text.len);
}

static bool
shortcode(vb_inside *in)
{
    vb_scan *s = in->s;
    vb_str text = vb_str_sub(s->text, in->at, VB_TAG_MAX);
    vb_shortcode sc;
    uint32_t line = s->next;

    if (in->failures > FAILURES_MAX || !vb_shortcode_read(text, &sc)) {
        in->failures++;
        return false;
    }
    s->lead = in->lead;
    s->taken = 0;
    for (size_t i = 0; vb_dialects[i]; i++) {
        const vb_dialect *d = vb_dialects[i];

        if (!d->shortcode || !d->shortcode(s, &sc, in->at))
            continue;
        vb_scan_cut(s, in->at, sc.len);
        in->taken_lines = s->next != line;
        in->at = s->taken > in->at ? s->taken : in->at + sc.len;
        return true;
    }
    if (sc.bracket == '{' || sc.bracket == '#')
        return false;
    vb_scan_cut(s, in->at, sc.len);
    show_text(s, &sc, in->at);
    in->at += sc.len;
    return true;
}

static bool
one(vb_inside *in)
{
    vb_str rest = vb_str_from(in->s->text, in->at);

    if (rest.ptr[0] == '<')
        return comment(in) || tag(in);
    if (rest.ptr[0] == '[')
        return vb_include_bracket(in->s, in->at, &in->at);
    if (rest.ptr[0] != '{')
        return false;
    if (comment(in) || shortcode(in))
        return true;
    if (!in->lead || !vb_str_starts(rest, "{`"))
        return false;
    return vb_jsx_code(in->s, in->at, &in->at, &in->taken_lines);
}

void
vb_scan_inside(vb_scan *s)
{
    vb_inside in = {.s = s, .at = s->at, .lead = true};
    size_t content;
    uint32_t n = 0;

    while (n++ < VB_MARKERS_MAX &&
           vb_list_marker(s->text, in.at, &content) != 0 && content > in.at)
        in.at = content;
    while (in.at < s->text.len && !in.taken_lines) {
        char c = s->text.ptr[in.at];

        if (c == '`') {
            in.at += code_span(&in);
            in.lead = false;
        } else if (c == '\\') {
            in.at += 2;
            in.lead = false;
        } else if ((c == '<' || c == '{' || c == '[') && one(&in)) {
            continue;
        } else {
            in.lead = in.lead && (c == ' ' || c == '\t');
            in.at++;
        }
    }
}
