#include "check/fix.h"

#include "base/io.h"
#include "doc/doc.h"
#include "report/patch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

typedef struct place {
    const vb_fix *fix;
    size_t finding; /* its index */
} place;

typedef struct fixer {
    vb_arena *arena;
    vb_findings *findings;
    bool write;
    vb_buf *diff;
    vb_fixed *fixed;
    place *order; /* the fixes, by their place */
    size_t count;
    bool *done; /* of each finding: its fix is written */
} fixer;

static int
by_place(const void *pa, const void *pb)
{
    const place *a = pa, *b = pb;
    int order = strcmp(a->fix->file, b->fix->file);

    if (order)
        return order;
    if (a->fix->line != b->fix->line)
        return a->fix->line < b->fix->line ? -1 : 1;
    if (a->fix->col != b->fix->col)
        return a->fix->col < b->fix->col ? -1 : 1;
    return a->finding < b->finding ? -1 : a->finding > b->finding;
}

static void
collect(fixer *f)
{
    size_t n = f->findings->list.len;

    f->order = VB_NEW_N(f->arena, place, n);
    f->done = VB_NEW_N(f->arena, bool, n);
    for (size_t i = 0; i < n; i++) {
        const vb_finding *at = &f->findings->list.at[i];

        if (at->fix.present && at->fix.file && at->fix.line == at->loc.line &&
            vb_str_chr(at->fix.text, '\n') == VB_NPOS)
            f->order[f->count++] = (place){&at->fix, i};
    }
    if (f->count)
        qsort(f->order, f->count, sizeof *f->order, by_place);
}

/* A line without its end, and without the mark that may start a file. */
static vb_str
content_of(vb_str line, bool first, size_t *mark)
{
    *mark = first && vb_str_starts(line, "\xef\xbb\xbf") ? 3 : 0;
    line = vb_str_from(line, *mark);
    while (vb_str_ends(line, "\n") || vb_str_ends(line, "\r"))
        line.len--;
    return line;
}

/* The fixes of one line, order[from] .. order[to - 1]. */
static void
fix_line(fixer *f, vb_edited *file, size_t from, size_t to)
{
    uint32_t number = f->order[from].fix->line;
    vb_str whole, line;
    size_t mark, at = 0, before = f->fixed->findings;
    vb_change change = {number, 1, {0}};
    vb_buf out;

    if (number == 0 || number > file->lines.len)
        return;
    whole = file->lines.at[number - 1];
    line = content_of(whole, number == 1, &mark);
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_str(&out, vb_str_sub(whole, 0, mark));
    for (size_t i = from; i < to; i++) {
        const vb_finding *finding = &f->findings->list.at[f->order[i].finding];
        size_t col = finding->fix.col - 1;

        if (finding->fix.col == 0 || col < at ||
            col + finding->fix.len > line.len ||
            !vb_str_eq(line, finding->excerpt))
            continue;
        vb_buf_str(&out, vb_str_sub(line, at, col - at));
        vb_buf_str(&out, finding->fix.text);
        at = col + finding->fix.len;
        f->done[f->order[i].finding] = true;
        f->fixed->findings++;
    }
    vb_buf_str(&out, vb_str_from(whole, mark + at));
    change.text = vb_str_copy(f->arena, vb_buf_view(&out));
    vb_buf_release(&out);
    if (f->fixed->findings != before)
        vb_vec_push(f->arena, &file->changes, change);
}

static bool
finish(const fixer *f, const vb_edited *file, mode_t mode, vb_error *err)
{
    bool ok = true;
    vb_buf text;

    if (f->diff)
        vb_edited_patch(file, f->diff);
    if (!f->write)
        return true;
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_edited_text(file, &text);
    ok = vb_write_file(file->path.ptr, vb_buf_view(&text), mode & 07777, err);
    vb_buf_release(&text);
    return ok;
}

/* The fixes of one file, order[from] .. order[to - 1]. */
static bool
fix_file(fixer *f, size_t from, size_t to, vb_error *err)
{
    const char *path = f->order[from].fix->file;
    vb_edited file;
    struct stat info;
    vb_str text;

    if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return true;
    if (!vb_read_file_arena(path, VB_DOC_BYTES_MAX, f->arena, &text, err))
        return false;
    vb_edited_init(&file, f->arena, text);
    file.path = vb_str_c(path);
    for (size_t i = from, k; i < to; i = k) {
        uint32_t line = f->order[i].fix->line;

        for (k = i + 1; k < to && f->order[k].fix->line == line;)
            k++;
        fix_line(f, &file, i, k);
    }
    if (file.changes.len == 0)
        return true;
    f->fixed->files++;
    return finish(f, &file, info.st_mode, err);
}

bool
vb_apply_fixes(vb_arena *arena, vb_findings *findings, bool write, vb_buf *diff,
               vb_fixed *fixed, vb_error *err)
{
    fixer f = {arena, findings, write, diff, fixed, NULL, 0, NULL};
    size_t n = 0;
    bool ok = true;

    *fixed = (vb_fixed){0};
    collect(&f);
    for (size_t i = 0, k; i < f.count && ok; i = k) {
        const char *file = f.order[i].fix->file;

        for (k = i + 1; k < f.count && strcmp(f.order[k].fix->file, file) == 0;)
            k++;
        ok = fix_file(&f, i, k, err);
    }
    for (size_t i = 0; write && i < findings->list.len; i++)
        if (!f.done[i])
            findings->list.at[n++] = findings->list.at[i];
    if (write)
        findings->list.len = n;
    return ok;
}
