/*
 * Changing the lines of a block in a file. The input is what stands before
 * the block, the block, its new text and what stands behind it, with lines
 * "%%" between. Properties: what is outside of the block stays byte for byte,
 * what is inside becomes the new text; the patch, applied, gives that file.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "report/patch.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static vb_str
next_part(vb_str *rest)
{
    size_t cut = vb_str_find(*rest, VB_STR("%%\n"));
    vb_str part = vb_str_sub(*rest, 0, cut == VB_NPOS ? rest->len : cut);

    *rest = cut == VB_NPOS ? (vb_str){0} : vb_str_from(*rest, cut + 3);
    return part;
}

/* A line with its end. */
static bool
next_line(vb_str *rest, vb_str *line)
{
    size_t lf = vb_str_chr(*rest, '\n');

    *line = vb_str_sub(*rest, 0, lf == VB_NPOS ? rest->len : lf + 1);
    *rest = vb_str_from(*rest, line->len);
    return line->len > 0;
}

/* What `patch` does with one file. */
static void
apply(vb_str before, vb_str patch, vb_buf *out)
{
    vb_str line, kept;
    size_t at = 1;

    next_line(&patch, &line);
    next_line(&patch, &line);
    while (next_line(&patch, &line)) {
        if (vb_str_starts(line, "@@ -")) {
            size_t from = 0;

            for (size_t i = 4; i < line.len && line.ptr[i] != ','; i++)
                from = from * 10 + (size_t)(line.ptr[i] - '0');
            for (; at < from && next_line(&before, &kept); at++)
                vb_buf_str(out, kept);
            continue;
        }
        if (line.ptr[0] == '\\')
            continue;
        if (line.ptr[0] != '+') {
            if (!next_line(&before, &kept))
                abort();
            at++;
        }
        if (line.ptr[0] == '-')
            continue;
        line = vb_str_from(line, 1);
        if (vb_str_starts(patch, "\\ No newline"))
            line.len--;
        vb_buf_str(out, line);
    }
    vb_buf_str(out, before);
}

static void
check(vb_arena *arena, vb_str head, vb_str block, vb_str fresh, vb_str tail)
{
    vb_str text = vb_str_join(arena, vb_str_join(arena, head, block), tail);
    vb_block_edit edit = {.line = (uint32_t)vb_str_lines(head) + 1,
                          .before = block,
                          .after = fresh};
    vb_edited file;
    vb_buf got, patch, patched;
    size_t behind;

    vb_edited_init(&file, arena, text);
    file.path = VB_STR("guide.md");
    vb_buf_init(&got, VB_BUF_NO_MAX);
    vb_buf_init(&patch, VB_BUF_NO_MAX);
    vb_buf_init(&patched, VB_BUF_NO_MAX);
    if (vb_edited_block(&file, &edit) && file.changes.len)
        abort(); /* a refusal changes nothing */
    vb_edited_text(&file, &got);
    behind = tail.len < got.len ? got.len - tail.len : 0;
    if (!vb_str_eq(vb_str_sub(vb_buf_view(&got), 0, head.len), head) ||
        !vb_str_eq(vb_str_from(vb_buf_view(&got), behind), tail))
        abort();
    vb_edited_patch(&file, &patch);
    apply(text, vb_buf_view(&patch), &patched);
    if (!vb_str_eq(vb_buf_view(&patched), vb_buf_view(&got)))
        abort();
    vb_buf_release(&got);
    vb_buf_release(&patch);
    vb_buf_release(&patched);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_str rest = vb_str_n((const char *)data, size < 8192 ? size : 8192);
    vb_str head = next_part(&rest), block = next_part(&rest);
    vb_str fresh = next_part(&rest);
    vb_arena arena = {0};

    /* Blocks are whole lines. */
    if ((head.len == 0 || vb_str_ends(head, "\n")) &&
        vb_str_ends(block, "\n") && vb_str_chr(head, '\r') == VB_NPOS)
        check(&arena, head, block, fresh, rest);
    vb_arena_release(&arena);
    return 0;
}
