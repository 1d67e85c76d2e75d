#include "cli/compare_text.h"

#include "base/text.h"

#include "base/banned.h"

static void
put_line(vb_buf *out, bool color, vb_style style, const char *margin,
         const char *sign, vb_str text)
{
    vb_buf line;

    vb_buf_init(&line, VB_BUF_NO_MAX);
    vb_text_mask_line(&line, text);
    vb_buf_c(out, margin);
    vb_buf_c(out, vb_style_on(color, style));
    vb_buf_c(out, sign);
    vb_buf_str(out, vb_buf_view(&line));
    vb_buf_c(out, vb_style_off(color, style));
    vb_buf_ch(out, '\n');
    vb_buf_release(&line);
}

static void
put_note(vb_buf *out, bool color, const char *margin, vb_str note)
{
    if (note.len)
        put_line(out, color, VB_STYLE_YELLOW, margin, "    ^ ", note);
}

static void
put_compare_line(vb_buf *out, bool color, const vb_compare_line *line, bool all,
                 const char *margin)
{
    switch (line->kind) {
    case VB_LINE_SAME:
    case VB_LINE_VARIED:
        put_line(out, color, VB_STYLE_DIM, margin,
                 all && line->kind == VB_LINE_VARIED ? "~ " : "  ",
                 line->actual_text);
        if (all)
            put_note(out, color, margin, line->note);
        return;
    case VB_LINE_SKIPPED:
        if (all)
            put_line(out, color, VB_STYLE_DIM, margin, ". ", line->actual_text);
        return;
    case VB_LINE_CHANGED:
        put_line(out, color, VB_STYLE_RED, margin, "- ", line->expected_text);
        put_line(out, color, VB_STYLE_GREEN, margin, "+ ", line->actual_text);
        break;
    case VB_LINE_MISSING:
        put_line(out, color, VB_STYLE_RED, margin, "- ", line->expected_text);
        break;
    case VB_LINE_EXTRA:
        put_line(out, color, VB_STYLE_GREEN, margin, "+ ", line->actual_text);
        break;
    }
    put_note(out, color, margin, line->note);
}

void
vb_compare_text(vb_buf *out, bool color, const vb_compare *compare, bool all,
                const char *margin)
{
    for (size_t i = 0; i < compare->lines.len; i++)
        put_compare_line(out, color, &compare->lines.at[i], all, margin);
    if (compare->lines_left_out)
        vb_buf_fmt(out, "%s(%zu lines more)\n", margin,
                   compare->lines_left_out);
}

void
vb_compare_print(const vb_cli *cli, const vb_compare *compare, bool explain)
{
    vb_buf out;

    if (compare->match && !explain)
        return;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_compare_text(&out, cli->color_out, compare, explain, "");
    vb_text_mask_line(&out, compare->summary);
    vb_buf_ch(&out, '\n');
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}
