/*
 * Containers of colons: VitePress' and VuePress' ::: tabs with "== Label" or
 * "@tab Label" or ::: tab, ::: code-group, and the admonitions of all kinds.
 * MyST's :::{tab-set} goes to its own dialect.
 */
#include "doc/scan.h"

#include "doc/rules.h"

#include "base/banned.h"

static uint32_t
colons(vb_str text)
{
    uint32_t n = 0;

    while (n < text.len && text.ptr[n] == ':')
        n++;
    return n;
}

static void
open_tabs(vb_scan *s, vb_str args, uint32_t run)
{
    size_t key = vb_str_find(args, VB_STR("key:"));
    size_t sync = vb_str_chr(args, '#');
    vb_group_opts opts = {.number = run};
    vb_str word = {0}, rest;

    if (key != VB_NPOS)
        rest = vb_str_from(args, key + 4);
    else if (sync != VB_NPOS)
        rest = vb_str_from(args, sync + 1);
    else
        rest = vb_str_n(NULL, 0);
    if (vb_str_word(&rest, &word)) {
        opts.key = vb_str_copy(s->arena, word);
        opts.tie = VB_TIE_KEY;
    }
    vb_group_open(s, &vb_dialect_colons, s->at, s->text.len, &opts);
}

static void
open_tab(vb_scan *s, vb_str label, uint32_t run)
{
    vb_pane_opts opts = {.number = run, .loose = run == 0};
    size_t id = vb_str_find(label, VB_STR(" id=\""));

    if (id != VB_NPOS)
        label = vb_str_sub(label, 0, id);
    id = vb_str_rchr(label, '#');
    if (id != VB_NPOS && id > 0 && id + 1 < label.len && run == 0) {
        opts.id = vb_str_copy(s->arena, vb_str_from(label, id + 1));
        label = vb_str_sub(label, 0, id);
    }
    opts.label = vb_label_clean(s->arena, label);
    vb_pane_open(s, &vb_dialect_colons, s->at, s->text.len, &opts);
}

static void
open_box(vb_scan *s, vb_str kind, vb_str title, uint32_t run)
{
    vb_ctx ctx = *vb_ctx_now(s);

    if (title.len >= 2 && title.ptr[0] == '[' &&
        title.ptr[title.len - 1] == ']')
        title = vb_str_sub(title, 1, title.len - 2);
    if (vb_box_kind(kind).len)
        ctx = vb_box_ctx(s, vb_box_kind(kind), title);
    else if (vb_box_collapses(kind))
        ctx = vb_box_ctx(s, kind, title);
    vb_box_open(s, s->at, s->text.len, VB_STR(":::"), &ctx, run);
}

/* Which open container does a bare run of colons close? The innermost of
 * that length, else the innermost shorter one, else the innermost. */
static bool
close_colons(vb_scan *s, uint32_t run)
{
    size_t found = 0;

    for (size_t i = s->frames.len; i; i--) {
        const vb_frame *f = &s->frames.at[i - 1];

        if (f->number == 0 ||
            (f->dialect != &vb_dialect_colons &&
             f->dialect != &vb_dialect_code_group &&
             !(f->kind == VB_FRAME_BOX && vb_str_eqc(f->name, ":::"))))
            continue;
        if (f->number == run) {
            found = i;
            break;
        }
        if (!found)
            found = i;
        if (s->frames.len - i > 64)
            break;
    }
    if (found == 0)
        return false;
    vb_frames_pop_to(s, found, s->at);
    vb_frame_pop(s, s->at, true);
    if (vb_frame_top(s) && vb_frame_top(s)->implied)
        vb_frame_pop(s, s->at, true);
    return true;
}

/* "== Label" and "@tab Label" inside ::: tabs. */
static bool
tab_mark(vb_scan *s, vb_str text)
{
    const vb_frame *group = vb_group_of(s, &vb_dialect_colons);

    if (!group)
        return false;
    if (vb_str_starts(text, "== ")) {
        open_tab(s, vb_str_from(text, 3), 0);
    } else if (vb_str_starts(text, "@tab ") ||
               vb_str_starts(text, "@tab:active ")) {
        open_tab(s, vb_str_from(text, vb_str_chr(text, ' ') + 1), 0);
    } else {
        return false;
    }
    vb_scan_blank(s, s->line);
    return true;
}

static bool
opens(vb_scan *s, vb_str rest, uint32_t run)
{
    vb_str word = {0}, args = rest;

    if (!vb_str_word(&args, &word))
        return false;
    args = vb_str_trim(args);
    if (word.len > 1 && word.ptr[word.len - 1] == '[')
        return false;
    if (vb_str_chr(word, '[') != VB_NPOS) { /* :::note[Title] */
        size_t open = vb_str_chr(word, '[');

        args = vb_str_from(rest, open);
        word = vb_str_sub(word, 0, open);
    }
    if (vb_str_chr(word, '#') != VB_NPOS) { /* ::: tabs#id */
        size_t id = vb_str_chr(word, '#');

        args = vb_str_from(rest, id);
        word = vb_str_sub(word, 0, id);
    }
    if (vb_str_eqc(word, "code-group") || vb_str_eqc(word, "code-tabs")) {
        vb_group_opts g = {.number = run};

        vb_group_open(s, &vb_dialect_code_group, s->at, s->text.len, &g);
        return true;
    }
    if (vb_str_eqc(word, "tabs")) {
        open_tabs(s, args, run);
        return true;
    }
    if (vb_str_eqc(word, "tab")) {
        open_tab(s, args, run);
        return true;
    }
    for (size_t i = 0; i < word.len; i++) {
        if (!vb_is_word(word.ptr[i]) && word.ptr[i] != '-')
            return false;
    }
    open_box(s, word, args, run);
    return true;
}

static bool
colons_line(vb_scan *s)
{
    vb_str text = vb_scan_rest(s), rest;
    uint32_t run = colons(text);

    if (text.ptr[0] == '=' || text.ptr[0] == '@')
        return tab_mark(s, text);
    if (run == 2)
        return vb_directive_leaf(s, text);
    if (run < 3)
        return false;
    rest = vb_str_trim(vb_str_from(text, run));
    if (vb_str_starts(rest, "{"))
        return vb_dialect_myst.fence(s, rest, ':', run);
    if (rest.len == 0) {
        if (!vb_dialect_myst.fence(s, rest, ':', run) && !close_colons(s, run))
            return false;
    } else if (!opens(s, rest, run)) {
        return false;
    }
    vb_scan_blank(s, s->line);
    return true;
}

const vb_dialect vb_dialect_colons = {
    .name = "vitepress-tabs",
    .number = 7,
    .starts = ":=@",
    .line = colons_line,
};

/* Opened by ::: code-group and by <CodeGroup>; its tabs are its fences. */
const vb_dialect vb_dialect_code_group = {
    .name = "code-group",
    .number = 8,
};
