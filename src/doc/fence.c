/*
 * Fences. They are recognised here and not by cmark: a marker inside a fence
 * is text, and a reader sees a fence as one block even where its end stands
 * at another indentation than its beginning, where CommonMark would turn the
 * rest of the page inside out.
 */
#include "doc/scan.h"

#include "doc/rules.h"

#include <string.h>

#include "base/banned.h"

typedef struct vb_fence {
    char mark;
    uint32_t run;    /* length of the opening run */
    uint32_t column; /* of the run, from 0 */
    uint32_t quotes, list;
    size_t at; /* byte of the run */
    vb_str info;
    uint32_t line;
} vb_fence;

/* Where the fence ends, and how sure that is. */
typedef struct vb_fence_end {
    uint32_t last; /* last content line */
    uint32_t line; /* closing line, 0: none */
    uint32_t next; /* where scanning goes on */
} vb_fence_end;

static uint32_t
run_length(vb_str s)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] == s.ptr[0])
        n++;
    return (uint32_t)n;
}

static bool
opening(const vb_scan *s, vb_fence *f)
{
    size_t at = s->at, content;
    uint32_t n = 0;
    vb_str rest;

    while (n++ < VB_MARKERS_MAX && vb_list_marker(s->text, at, &content) != 0 &&
           content > at && content < s->text.len)
        at = content;
    rest = vb_str_from(s->text, at);
    if (rest.len < 3 || (rest.ptr[0] != '`' && rest.ptr[0] != '~'))
        return false;
    f->mark = rest.ptr[0];
    f->run = run_length(rest);
    if (f->run < 3)
        return false;
    f->info = vb_str_trim(vb_str_from(rest, f->run));
    if (f->mark == '`' && vb_str_chr(f->info, '`') != VB_NPOS)
        return false;
    f->at = at;
    f->column = vb_scan_column(s->text, at);
    f->quotes = s->quotes;
    f->line = s->line;
    f->list = s->lists.len ? s->lists.at[s->lists.len - 1] : 0;
    return true;
}

typedef struct vb_probe {
    bool blank, quoted; /* has the opening line's quote marks */
    uint32_t indent;
    vb_str text; /* from its first byte that is no blank */
} vb_probe;

static vb_probe
probe(const vb_scan *s, uint32_t line, uint32_t quotes)
{
    vb_str text = vb_scan_line(s, line);
    vb_probe p = {.quoted = true};
    size_t i = 0;
    uint32_t seen = 0;

    for (; i < text.len; i++) {
        if (text.ptr[i] == '>' && seen < quotes)
            seen++;
        else if (text.ptr[i] != ' ' && text.ptr[i] != '\t')
            break;
    }
    p.quoted = seen == quotes;
    p.blank = i == text.len;
    p.indent = p.blank ? 0 : vb_scan_column(text, i);
    p.text = vb_str_from(text, i);
    return p;
}

static bool
is_run(const vb_probe *p, char mark)
{
    return p->text.len >= 3 && p->text.ptr[0] == mark &&
           p->text.ptr[1] == mark && p->text.ptr[2] == mark;
}

/* Does the line close a directive of MyST that stands around the fence? */
static bool
closes_around(const vb_scan *s, const vb_probe *p, uint32_t run)
{
    for (size_t i = s->frames.len; i; i--) {
        const vb_frame *frame = &s->frames.at[i - 1];

        if (frame->dialect != &vb_dialect_myst)
            return false;
        if (frame->number <= run && p->text.ptr[0] == '`')
            return true;
    }
    return false;
}

/* The end mark of a tab or box, while one is open. */
static bool
ends_container(const vb_scan *s, vb_str text)
{
    return s->frames.len &&
           (vb_str_starts(text, "</") || vb_str_starts(text, "{{< /") ||
            vb_str_starts(text, "{{% /") || vb_str_starts(text, "{{</") ||
            vb_str_starts(text, "{{%/") || vb_str_starts(text, "{% end") ||
            vb_str_starts(text, "{{#end") ||
            (vb_str_starts(text, ":::") && vb_str_trim(text).len <= 6));
}

/* A line that opens a fence inside the fence: it was left open, unless it
 * shows how Markdown is written. */
static bool
begins_another(const vb_fence *f, const vb_probe *p, uint32_t run, bool left)
{
    static const char *const texts[] = {"md",  "markdown",  "mdx", "text",
                                        "txt", "plaintext", "rst", "html"};
    vb_str info = vb_str_trim(vb_str_from(p->text, run));
    vb_str rest = f->info, lang = {0};

    if (run != f->run || vb_str_chr(info, '`') != VB_NPOS ||
        !vb_is_alpha(info.ptr[0]))
        return false;
    if (left && p->indent <= f->column)
        return true;
    if (!vb_str_word(&rest, &lang) || p->indent > f->column + 3)
        return false;
    for (size_t i = 0; i < VB_COUNT(texts); i++) {
        if (vb_str_ieqc(lang, texts[i]))
            return false;
    }
    return true;
}

/*
 * Looks for the end. A bare run at any column below the opening one plus four
 * ends the fence. Where none comes before the next opening line or the end
 * of the file, an end seen further in, or the line that left the list item
 * or closed a tab, is taken: scanning goes back there, once for each line at
 * most.
 */
static vb_fence_end
find_end(vb_scan *s, const vb_fence *f)
{
    uint32_t fallback = 0, weak = 0, n;
    vb_fence_end end = {0};

    for (n = f->line + 1; n <= s->count; n++) {
        vb_probe p = probe(s, n, f->quotes);
        uint32_t run;

        if (!p.quoted)
            break;
        if (p.blank)
            continue;
        if (!fallback && (p.indent < f->list || ends_container(s, p.text)))
            fallback = n;
        if (!is_run(&p, f->mark))
            continue;
        run = run_length(p.text);
        if (vb_str_trim(vb_str_from(p.text, run)).len == 0) {
            if (run > f->run && closes_around(s, &p, run))
                break;
            if (run < f->run)
                continue;
            if (p.indent < f->column + 4)
                return (vb_fence_end){n - 1, n, n + 1};
            weak = weak ? weak : n;
        } else if (begins_another(f, &p, run, fallback || weak)) {
            break;
        }
    }
    if (weak && (!fallback || weak < fallback) && weak >= s->no_rescan) {
        s->no_rescan = n;
        return (vb_fence_end){weak - 1, weak, weak + 1};
    }
    if (fallback && fallback >= s->no_rescan) {
        s->no_rescan = n;
        return (vb_fence_end){fallback - 1, 0, fallback};
    }
    end.last = n - 1;
    end.next = n;
    return end;
}

static void
tell(vb_scan *s, const vb_fence *f, const vb_fence_end *end)
{
    vb_loc loc = {s->source->path, f->line, (uint32_t)f->at + 1};
    vb_diag *diag;
    vb_probe p;

    if (end->line == 0) {
        diag = vb_diag_add(s->diags, VB_WARNING, "D004", loc,
                           "code block has no end");
        diag->hint =
            vb_str_fmt(s->arena, "taken to end with line %u", end->last);
        diag->width = f->run;
        return;
    }
    p = probe(s, end->line, f->quotes);
    if (p.indent >= f->list && p.indent + 3 >= f->column &&
        p.indent <= f->column + 3)
        return;
    loc.line = end->line;
    loc.col = p.indent + 1;
    diag = vb_diag_add(s->diags, VB_NOTE, "D005", loc,
                       "code block ends at another indentation than it began");
    diag->hint = vb_str_fmt(s->arena, "it began at line %u, column %u", f->line,
                            f->column + 1);
}

/* [label] of VitePress, title="x" and its kin. */
static vb_str
info_label(vb_scan *s, vb_str info)
{
    static const char *const names[] = {"title", "filename", "name",
                                        "file",  "caption",  NULL};
    size_t open = vb_str_chr(info, '['), close;
    vb_str label = vb_attr_first(info, names);
    vb_str rest;

    if (label.len == 0 && vb_str_starts(info, "{")) {
        rest = vb_str_from(info, 1);
        label =
            vb_attr_first(vb_str_n(rest.ptr, vb_str_chr(rest, '}') == VB_NPOS
                                                 ? rest.len
                                                 : vb_str_chr(rest, '}')),
                          names);
    }
    if (label.len)
        return vb_label_clean(s->arena, label);
    if (open == VB_NPOS || (open > 0 && !vb_is_space(info.ptr[open - 1])))
        return vb_str_n(NULL, 0);
    rest = vb_str_from(info, open + 1);
    close = vb_str_rchr(rest, ']');
    if (close == VB_NPOS)
        return vb_str_n(NULL, 0);
    return vb_label_clean(s->arena, vb_str_sub(rest, 0, close));
}

/* In a code group each fence is a tab; "bash npm" is labelled npm. */
static bool
code_group_pane(vb_scan *s, vb_str label, vb_str info)
{
    vb_frame *top = vb_frame_top(s);
    vb_pane_opts opts = {.label = label, .loose = true};

    if (!top || top->kind != VB_FRAME_GROUP ||
        top->dialect != &vb_dialect_code_group)
        return false;
    if (opts.label.len == 0 && vb_str_word(&info, &label))
        opts.label =
            vb_label_clean(s->arena, vb_str_trim(info).len ? info : label);
    vb_pane_open(s, &vb_dialect_code_group, s->at, s->at, &opts);
    return true;
}

/* A fence around nothing but an include shows the file. */
static void
read_include(vb_scan *s, vb_item *item)
{
    vb_str line = {0}, target, part;
    uint32_t n = 0;

    for (uint32_t i = item->first; i <= item->last && n < 2; i++) {
        vb_str text = vb_str_trim(vb_scan_line(s, i));

        if (text.len == 0)
            continue;
        line = text;
        n++;
    }
    if (n != 1 || !vb_include_line(line, &target, &part))
        return;
    item->inc = VB_INC_CODE;
    item->target = vb_str_copy(s->arena, target);
    item->part = vb_str_copy(s->arena, part);
    item->folder = "snippets";
}

static void
add_item(vb_scan *s, const vb_fence *f, const vb_fence_end *end, vb_str label)
{
    vb_item *item = vb_scan_item(s, VB_ITEM_CODE, f->at);

    item->form = VB_CODE_FENCED;
    item->info = f->info;
    if (label.len)
        item->label = label;
    item->first = f->line + 1;
    item->last = end->last;
    item->end_line = end->line ? end->line : end->last;
    item->indent = f->column;
    item->quotes = f->quotes;
    item->unclosed = end->line == 0;
    read_include(s, item);
}

static bool
myst_fence(vb_scan *s, const vb_fence *f)
{
    if (f->info.len < 2 || f->info.ptr[0] != '{')
        return false;
    for (size_t i = 0; vb_dialects[i]; i++) {
        const vb_dialect *d = vb_dialects[i];

        if (d->fence && d->fence(s, f->info, f->mark, f->run))
            return true;
    }
    return false;
}

bool
vb_fence_take(vb_scan *s)
{
    vb_fence f;
    vb_fence_end end;
    vb_str label;
    bool pane;

    if (!opening(s, &f))
        return false;
    if (f.info.len == 0 && vb_dialect_myst.fence(s, f.info, f.mark, f.run))
        return true; /* closes a directive */
    if (myst_fence(s, &f))
        return true;
    end = find_end(s, &f);
    tell(s, &f, &end);
    label = info_label(s, f.info);
    if (vb_frame_top(s) && s->indent < vb_frame_top(s)->least)
        vb_frame_top(s)->least = s->indent;
    if (vb_frame_top(s))
        vb_frame_top(s)->solid = true;
    pane = code_group_pane(s, label, f.info);
    add_item(s, &f, &end, label);
    s->ops[f.line - 1] = VB_LINE_PLACE;
    for (uint32_t n = f.line + 1; n < end.next; n++)
        vb_scan_blank(s, n);
    if (pane) {
        vb_scan_goto(s, end.line ? end.line : f.line);
        vb_frame_pop(s, s->at, true);
    }
    s->next = end.next;
    return true;
}
