#include "report/patch.h"

#include "base/text.h"

#include "base/banned.h"

/* CELLS_MAX: blocks whose differing parts are larger are exchanged whole. */
enum { CONTEXT = 3, CELLS_MAX = 4 * 1000 * 1000 };

typedef VB_VEC(vb_str) lines;

typedef struct edit {
    vb_edited *file;
    const vb_block_edit *what;
    lines old, fresh;
    size_t from; /* lines that both begin with */
    size_t n, m; /* of both, what lies between the equal ends */
    uint16_t *common;
    vb_buf out;
} edit;

/* With their line ends, and the last one perhaps without. */
static void
split(vb_edited *file)
{
    for (vb_str rest = file->before; rest.len;) {
        size_t lf = vb_str_chr(rest, '\n');
        vb_str line = vb_str_sub(rest, 0, lf == VB_NPOS ? rest.len : lf + 1);

        vb_vec_push(file->arena, &file->lines, line);
        rest = vb_str_from(rest, line.len);
    }
}

void
vb_edited_init(vb_edited *file, vb_arena *arena, vb_str before)
{
    *file = (vb_edited){.arena = arena, .before = before};
    split(file);
}

static vb_str
bare(vb_str line)
{
    if (vb_str_ends(line, "\n"))
        line.len--;
    if (vb_str_ends(line, "\r"))
        line.len--;
    return line;
}

static vb_str
source(const edit *e, size_t i)
{
    return e->file->lines.at[e->what->line - 1 + i];
}

/* What stands before a line of the block: indentation, quote marks. */
static vb_str
mark(const edit *e, size_t i)
{
    vb_str line = bare(source(e, i));

    return vb_str_sub(line, 0, line.len - e->old.at[i].len);
}

static bool
blank(vb_str line)
{
    return vb_str_trim(line).len == 0;
}

/* The file must hold the block as the reader of the guide gave it. */
static bool
stands_there(const edit *e)
{
    bool words = false;

    if (e->what->line == 0 ||
        e->what->line - 1 + e->old.len > e->file->lines.len)
        return false;
    for (size_t i = 0; i < e->old.len; i++) {
        vb_str line = bare(source(e, i)), text = e->old.at[i];

        if (text.len > line.len ||
            !vb_str_eq(vb_str_from(line, line.len - text.len), text))
            return false;
        words = words || !blank(text);
    }
    return words;
}

/* Lines that would be something else in a guide than output. */
static const char *
refused(const vb_block_edit *what, vb_str line)
{
    vb_str text = vb_str_ltrim(line);

    if (vb_str_has(line, "[redacted:"))
        return "the output holds a secret that the record leaves out";
    if (vb_str_starts(text, "```") || vb_str_starts(text, "~~~"))
        return "a line of the output would end the code block";
    if (what->session && text.len > 1 && text.ptr[1] == ' ' &&
        vb_str_chr(VB_STR("$#%>"), text.ptr[0]) != VB_NPOS)
        return "a line of the output would be taken for a command";
    if (vb_utf8_bad(line) != VB_NPOS)
        return "the output is not UTF-8";
    for (size_t i = 0; i < line.len; i++)
        if (((unsigned char)line.ptr[i] < ' ' && line.ptr[i] != '\t') ||
            line.ptr[i] == 0x7f)
            return "the output holds control characters";
    return NULL;
}

static uint16_t *
cell(const edit *e, size_t i, size_t k)
{
    return &e->common[i * (e->m + 1) + k];
}

static bool
equal(const edit *e, size_t i, size_t k)
{
    return vb_str_eq(e->old.at[e->from + i], e->fresh.at[e->from + k]);
}

/* The length of the longest common run of lines behind each pair of places;
 * NULL where that is too much to ask. */
static void
compare(edit *e)
{
    size_t n = e->old.len, m = e->fresh.len;

    while (e->from < n && e->from < m && equal(e, 0, 0))
        e->from++;
    while (n > e->from && m > e->from &&
           vb_str_eq(e->old.at[n - 1], e->fresh.at[m - 1])) {
        n--;
        m--;
    }
    e->n = n - e->from;
    e->m = m - e->from;
    if (e->n > CELLS_MAX / (e->m + 1))
        return;
    e->common = vb_arena_array(e->file->arena, (e->n + 1) * (e->m + 1),
                               sizeof(uint16_t));
    for (size_t i = e->n; i-- > 0;)
        for (size_t k = e->m; k-- > 0;) {
            uint16_t down = *cell(e, i + 1, k), right = *cell(e, i, k + 1);

            *cell(e, i, k) = equal(e, i, k)
                                 ? (uint16_t)(*cell(e, i + 1, k + 1) + 1)
                             : down > right ? down
                                            : right;
        }
}

/* The marks for a line that stands beside 'i'; a list's mark only begins its
 * first line. */
static void
write_mark(edit *e, size_t i, bool own)
{
    size_t at = i < e->old.len ? i : e->old.len - 1;
    vb_str text;

    while (at > 0 && blank(e->old.at[at]))
        at--;
    while (blank(e->old.at[at]))
        at++;
    text = mark(e, at);
    if (own && at == i) {
        vb_buf_str(&e->out, text);
        return;
    }
    for (size_t k = 0; k < text.len; k++) {
        char c = text.ptr[k];

        if (c != '\t' && c != '>')
            c = ' ';
        vb_buf_ch(&e->out, c);
    }
}

/* Lines old[i, i_end) give way to fresh[k, k_end). */
static const char *
replace(edit *e, size_t i, size_t i_end, size_t k, size_t k_end)
{
    bool crlf = vb_str_ends(source(e, 0), "\r\n");
    vb_change change = {.line = (uint32_t)(e->what->line + i),
                        .gone = (uint32_t)(i_end - i)};

    vb_buf_clear(&e->out);
    /* Behind a last line that nothing ends, that line is written again. */
    if (i == i_end && i > 0 && !vb_str_ends(source(e, i - 1), "\n")) {
        change.line--;
        change.gone = 1;
        vb_buf_str(&e->out, source(e, i - 1));
        vb_buf_ch(&e->out, '\n');
    }
    for (size_t at = i; k < k_end; k++, at++) {
        const char *why = refused(e->what, e->fresh.at[k]);

        if (why)
            return why;
        write_mark(e, at, at < i_end);
        vb_buf_str(&e->out, e->fresh.at[k]);
        while (e->out.len && blank(e->fresh.at[k]) &&
               (e->out.ptr[e->out.len - 1] == ' ' ||
                e->out.ptr[e->out.len - 1] == '\t'))
            e->out.len--;
        vb_buf_c(&e->out, crlf ? "\r\n" : "\n");
    }
    change.text = vb_str_copy(e->file->arena, vb_buf_view(&e->out));
    vb_vec_push(e->file->arena, &e->file->changes, change);
    return NULL;
}

static const char *
write_changes(edit *e)
{
    const char *why = NULL;
    size_t i = 0, k = 0;

    if (!e->common)
        return replace(e, e->from, e->from + e->n, e->from, e->from + e->m);
    while (!why && (i < e->n || k < e->m)) {
        size_t i0 = i, k0 = k;

        while ((i < e->n || k < e->m) &&
               !(i < e->n && k < e->m && equal(e, i, k)))
            if (i < e->n && *cell(e, i + 1, k) == *cell(e, i, k))
                i++;
            else
                k++;
        if (i > i0 || k > k0)
            why = replace(e, e->from + i0, e->from + i, e->from + k0,
                          e->from + k);
        for (; i < e->n && k < e->m && equal(e, i, k); i++)
            k++;
    }
    return why;
}

static lines
lines_of(vb_arena *arena, vb_str text)
{
    lines all = {0};
    vb_str line;

    while (vb_str_line(&text, &line))
        vb_vec_push(arena, &all, line);
    return all;
}

const char *
vb_edited_block(vb_edited *file, const vb_block_edit *what)
{
    size_t before = file->changes.len;
    edit e = {.file = file, .what = what};
    lines old = lines_of(file->arena, what->before);
    lines fresh = lines_of(file->arena, what->after);
    const char *why;

    e.old = old;
    e.fresh = fresh;
    if (blank(what->after))
        return "the step printed nothing";
    if (!stands_there(&e))
        return "the guide does not write this output line by line";
    compare(&e);
    vb_buf_init(&e.out, VB_BUF_NO_MAX);
    why = write_changes(&e);
    vb_buf_release(&e.out);
    if (why)
        file->changes.len = before;
    return why;
}

/* ----------------------------------------------------------- the writers -- */

static void
write_line(vb_buf *out, char sign, vb_str line)
{
    vb_buf_ch(out, sign);
    vb_buf_str(out, line);
    if (!vb_str_ends(line, "\n"))
        vb_buf_c(out, "\n\\ No newline at end of file\n");
}

static void
write_kept(const vb_edited *file, size_t from, size_t to, vb_buf *out)
{
    for (size_t i = from; i < to; i++)
        write_line(out, ' ', file->lines.at[i - 1]);
}

/* Changes [i, end) as one hunk; 'shift': lines that the new text has more
 * before it. */
static int64_t
write_hunk(const vb_edited *file, size_t i, size_t end, int64_t shift,
           vb_buf *out)
{
    const vb_change *c = file->changes.at, *last = &c[end - 1];
    size_t from = c[i].line > CONTEXT ? c[i].line - CONTEXT : 1, at = from;
    size_t to = (size_t)last->line + last->gone + CONTEXT;
    int64_t more = 0;

    if (to > file->lines.len + 1)
        to = file->lines.len + 1;
    for (size_t k = i; k < end; k++)
        more += (int64_t)vb_str_lines(c[k].text) - (int64_t)c[k].gone;
    vb_buf_fmt(out, "@@ -%zu,%zu +%jd,%jd @@\n", from, to - from,
               (intmax_t)((int64_t)from + shift),
               (intmax_t)((int64_t)(to - from) + more));
    for (; i < end; i++) {
        vb_str rest = c[i].text;

        write_kept(file, at, c[i].line, out);
        at = (size_t)c[i].line + c[i].gone;
        for (size_t k = c[i].line; k < at; k++)
            write_line(out, '-', file->lines.at[k - 1]);
        while (rest.len) {
            size_t lf = vb_str_chr(rest, '\n');
            size_t len = lf == VB_NPOS ? rest.len : lf + 1;

            write_line(out, '+', vb_str_sub(rest, 0, len));
            rest = vb_str_from(rest, len);
        }
    }
    write_kept(file, at, to, out);
    return shift + more;
}

void
vb_edited_patch(const vb_edited *file, vb_buf *out)
{
    const char *end = vb_str_chr(file->path, ' ') == VB_NPOS ? "" : "\t";
    const vb_change *c = file->changes.at;
    int64_t shift = 0;

    if (file->changes.len == 0)
        return;
    vb_buf_fmt(out, "--- %.*s%s\n", VB_ARG(file->path), end);
    vb_buf_fmt(out, "+++ %.*s%s\n", VB_ARG(file->path), end);
    for (size_t i = 0; i < file->changes.len;) {
        size_t k = i + 1;

        while (k < file->changes.len &&
               c[k].line <= c[k - 1].line + c[k - 1].gone + 2 * CONTEXT)
            k++;
        shift = write_hunk(file, i, k, shift, out);
        i = k;
    }
}

void
vb_edited_text(const vb_edited *file, vb_buf *out)
{
    size_t at = 1;

    for (size_t i = 0; i < file->changes.len; i++) {
        const vb_change *c = &file->changes.at[i];

        for (; at < c->line; at++)
            vb_buf_str(out, file->lines.at[at - 1]);
        vb_buf_str(out, c->text);
        at += c->gone;
    }
    for (; at <= file->lines.len; at++)
        vb_buf_str(out, file->lines.at[at - 1]);
}
