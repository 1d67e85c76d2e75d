#include "plan/planner.h"

#include "base/buf.h"
#include "base/clock.h"
#include "plan/placeholder.h"

#include <string.h>

#include "base/banned.h"

static const vb_source *
text_source(const vb_planner *p, const vb_block *b)
{
    uint32_t s = b->form == VB_CODE_INCLUDED ? b->from : b->source;

    return p->doc->sources.at[s < p->doc->sources.len ? s : 0];
}

/* Appends 'text' whose first line is 'line' of the source. */
static void
add_text(vb_planner *p, vb_step *step, vb_buf *buf, vb_str text, uint32_t line)
{
    vb_str rest = text, one;

    while (vb_str_line(&rest, &one)) {
        vb_buf_str(buf, one);
        vb_buf_ch(buf, '\n');
        vb_vec_push(p->arena, &step->body_lines, line);
        line++;
    }
}

static void
add_expectation(vb_planner *p, vb_step *step, const vb_expectation *e)
{
    vb_vec_push(p->arena, &step->expects, *e);
}

/* "[1]" on the last line of a cell is its exit status (scrut, cram). */
static int
exit_line(vb_str *text)
{
    vb_str t = vb_str_rtrim(*text), last;
    size_t nl = vb_str_rchr(t, '\n');
    uint64_t status;

    last = vb_str_trim(nl == VB_NPOS ? t : vb_str_from(t, nl + 1));
    if (last.len < 3 || last.ptr[0] != '[' || last.ptr[last.len - 1] != ']' ||
        !vb_str_u64(vb_str_sub(last, 1, last.len - 2), &status) || status > 255)
        return -1;
    *text = nl == VB_NPOS ? (vb_str){0} : vb_str_sub(t, 0, nl);
    return (int)status;
}

static void
body_of_parts(vb_planner *p, vb_step *step, const vb_reading *rd,
              const vb_block *b, vb_buf *buf)
{
    uint32_t command = b->first_line;

    for (size_t i = 0; i < rd->parts.len; i++) {
        const vb_part *part = &rd->parts.at[i];
        vb_expectation e = {.text = part->text,
                            .loc = {step->loc.file, part->line, 1},
                            .manner = rd->manner,
                            .when = rd->when,
                            .lang = VB_STR(""),
                            .command_line = command,
                            .exit_status = -1};

        if (part->kind == VB_KIND_COMMAND) {
            command = part->line;
            add_text(p, step, buf, part->text, part->line);
        } else if (part->kind == VB_KIND_EXPECT) {
            if (vb_str_eqc(b->lang, "scrut") || vb_str_eqc(b->lang, "mdx"))
                e.exit_status = exit_line(&e.text);
            if (step->loc.line == 0 || e.text.len || e.exit_status >= 0)
                add_expectation(p, step, &e);
        }
    }
}

/* "@samples/x.yaml@" marks a path of the release that the page offers for
 * download; a reader types the path. */
static void
unmark_paths(vb_buf *buf, vb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        size_t end = i + 1;

        if (text.ptr[i] == '@' &&
            (i == 0 || vb_is_space(text.ptr[i - 1]) || text.ptr[i - 1] == '(' ||
             text.ptr[i - 1] == '=')) {
            while (end < text.len && !vb_is_space(text.ptr[end]) &&
                   text.ptr[end] != '@')
                end++;
            if (end < text.len && text.ptr[end] == '@' && end > i + 2) {
                vb_buf_str(buf, vb_str_sub(text, i + 1, end - i - 1));
                i = end;
                continue;
            }
        }
        vb_buf_ch(buf, text.ptr[i]);
    }
}

static void
command_body(vb_planner *p, vb_step *step, const vb_reading *rd,
             const vb_block *b)
{
    vb_buf buf, clean;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    if (rd->parts.len)
        body_of_parts(p, step, rd, b, &buf);
    else
        add_text(p, step, &buf, b->text, b->first_line);
    if (b->form == VB_CODE_SHORTCODE) {
        vb_buf_init(&clean, VB_BUF_NO_MAX);
        unmark_paths(&clean, vb_buf_view(&buf));
        step->body = vb_str_copy(p->arena, vb_buf_view(&clean));
        vb_buf_release(&clean);
    } else {
        step->body = vb_str_copy(p->arena, vb_buf_view(&buf));
    }
    vb_buf_release(&buf);
}

/* The words a person sees for the step. */
static vb_str
title_of(const vb_planner *p, uint32_t r)
{
    const vb_context *c = &p->contexts[r];
    const vb_block *b = &p->doc->blocks.at[c->block];
    vb_str lead = vb_str_trim(c->lead);

    while (lead.len &&
           vb_str_chr(VB_STR(":."), lead.ptr[lead.len - 1]) != VB_NPOS)
        lead.len--;
    if (lead.len > 0 && lead.len <= 160 && vb_str_chr(lead, '\n') == VB_NPOS)
        return lead;
    return b->heading == VB_NONE
               ? p->doc->title
               : vb_heading_text(p, &p->doc->blocks.at[b->heading]);
}

static void
from_marker(vb_planner *p, vb_step *step, uint32_t r)
{
    vb_marker m = vb_marker_of(p, r);
    int64_t ms;

    if (m.timeout.len && vb_duration_parse(m.timeout, &ms))
        step->timeout_ms = ms;
    step->background = step->background || m.background;
    if (m.skip) {
        step->optional = true;
        step->condition = VB_STR("marked to be left out");
    }
}

/* Does 'text' tell the reader to put a value for $NAME? */
static bool
says_replace(vb_str text)
{
    return vb_str_ihas(text, "replace") || vb_str_ihas(text, "substitut") ||
           vb_str_ihas(text, "fill in");
}

static bool
names_variable(vb_str text, vb_str name)
{
    size_t at = 0;

    while (at < text.len) {
        size_t hit = vb_str_find(vb_str_from(text, at), name);
        size_t end;

        if (hit == VB_NPOS)
            return false;
        hit += at;
        end = hit + name.len;
        if ((hit == 0 || !vb_is_word(text.ptr[hit - 1])) &&
            (end >= text.len || !vb_is_word(text.ptr[end])))
            return true;
        at = end;
    }
    return false;
}

/* The comment lines of a file that speak of replacing, and the words around
 * the block. */
static bool
told_to_fill(const vb_planner *p, uint32_t r, const vb_step *step, vb_str name)
{
    const vb_context *c = &p->contexts[r];
    vb_str rest = step->body, line;

    if (says_replace(c->lead) && names_variable(c->lead, name))
        return true;
    if (c->prose != VB_NONE) {
        vb_str para = p->doc->blocks.at[c->prose].text;

        if (says_replace(para) && names_variable(para, name))
            return true;
    }
    if (c->after != VB_NONE) {
        vb_str para = p->doc->blocks.at[c->after].text;

        if (says_replace(para) && names_variable(para, name))
            return true;
    }
    for (size_t n = 0; n < 200 && vb_str_line(&rest, &line); n++) {
        vb_str t = vb_str_trim(line);

        if ((vb_str_starts(t, "#") || vb_str_starts(t, "//")) &&
            says_replace(t) && names_variable(t, name))
            return true;
    }
    return false;
}

static bool
listed(const vb_step *step, vb_str name)
{
    for (size_t i = 0; i < step->uses.len; i++)
        if (vb_str_eq(step->uses.at[i], name))
            return true;
    return false;
}

enum { FILL_MAX = 256 }; /* variables of one file that are looked up */

/* $NAME and ${NAME} in a file's content. */
static void
fill_variables(vb_planner *p, uint32_t r, vb_step *step)
{
    vb_str b = step->body;
    size_t asked = 0;

    for (size_t i = 0; i + 1 < b.len; i++) {
        size_t from = i + 1, to;
        vb_str name;

        if (b.ptr[i] != '$' || (i > 0 && b.ptr[i - 1] == '\\'))
            continue;
        from += b.ptr[from] == '{';
        to = from;
        while (to < b.len && vb_is_word(b.ptr[to]))
            to++;
        name = vb_str_sub(b, from, to - from);
        if (!vb_shell_name(name) || name.len > 100 || listed(step, name) ||
            step->uses.len >= 64)
            continue;
        if (++asked > FILL_MAX)
            return;
        if (told_to_fill(p, r, step, name)) {
            vb_vec_push(p->arena, &step->uses, name);
            vb_vec_push(p->arena, &step->guarded, name);
            step->fill_vars = true;
        }
        i = to - 1;
    }
}

static void
file_step(vb_planner *p, vb_step *step, uint32_t r)
{
    const vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);
    vb_buf buf;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    add_text(p, step, &buf, b->text, b->first_line);
    step->body = vb_str_copy(p->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    step->name = rd->name;
    step->mode = VB_STR("write");
    step->mutating = true;
    vb_vec_push(p->arena, &step->writes, rd->name);
    fill_variables(p, r, step);
    if (vb_str_starts(rd->name, "/") || vb_str_starts(rd->name, "~")) {
        step->kind = VB_KIND_MANUAL;
        step->condition = VB_STR("");
        vb_diag_add(p->diags, VB_NOTE, "P020", step->loc,
                    "'%.*s' is outside the working directory; a person "
                    "writes it",
                    VB_ARG(rd->name));
    }
}

static void
manual_step(vb_planner *p, vb_step *step, uint32_t r)
{
    const vb_block *b = vb_reading_block(p, r);
    const vb_context *c = &p->contexts[r];
    vb_buf buf;
    vb_str rest, line;
    uint32_t n = b->first_line;

    if (b->kind == VB_BLOCK_TABLE) {
        step->body = vb_table_checklist(p, r);
        rest = step->body;
        while (vb_str_line(&rest, &line))
            vb_vec_push(p->arena, &step->body_lines, b->loc.line);
        step->title = vb_str_trim(b->table->header[0].text);
        return;
    }
    vb_buf_init(&buf, VB_BUF_NO_MAX);
    if (c->lead.len) {
        vb_buf_str(&buf, c->lead);
        vb_buf_c(&buf, "\n\n");
        vb_vec_push(p->arena, &step->body_lines, b->loc.line);
        vb_vec_push(p->arena, &step->body_lines, b->loc.line);
    }
    rest = b->text;
    while (vb_str_line(&rest, &line)) {
        vb_buf_str(&buf, line);
        vb_buf_ch(&buf, '\n');
        vb_vec_push(p->arena, &step->body_lines, n);
        n++;
    }
    step->body = vb_str_copy(p->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
}

static void
command_step(vb_planner *p, vb_step *step, uint32_t r)
{
    const vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);

    step->shell = rd->shell;
    step->foreign = rd->foreign;
    command_body(p, step, rd, b);
    from_marker(p, step, r);
}

static void
add_step(vb_planner *p, uint32_t r, vb_kind kind, vb_str id)
{
    vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);
    vb_step step = {.id = id,
                    .kind = kind,
                    .phase = rd->phase,
                    .optional = rd->optional,
                    .condition = rd->why_optional,
                    .reading = r,
                    .end_line = b->end_line,
                    .title = title_of(p, r)};

    step.loc = (vb_loc){text_source(p, b)->path,
                        b->first_line ? b->first_line : b->loc.line, 1};
    if (b->kind == VB_BLOCK_TABLE)
        step.loc = b->loc;
    if (kind == VB_KIND_COMMAND)
        command_step(p, &step, r);
    else if (kind == VB_KIND_FILE)
        file_step(p, &step, r);
    else
        manual_step(p, &step, r);
    rd->step = (uint32_t)p->plan->steps.len;
    vb_vec_push(p->arena, &p->plan->steps, step);
}

/* An output block becomes an expectation of its command's step. */
static void
attach(vb_planner *p, uint32_t r)
{
    const vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);
    const vb_reading *command;
    vb_step *step;
    vb_marker m = vb_marker_of(p, r);
    vb_expectation e = {.text = b->text,
                        .loc = {text_source(p, b)->path, b->first_line, 1},
                        .manner = rd->manner,
                        .when = rd->when,
                        .lang = b->lang,
                        .exit_status = -1};

    if (rd->of == VB_NONE)
        return;
    command = &p->plan->readings.at[rd->of];
    if (command->step == VB_NONE)
        return;
    step = &p->plan->steps.at[command->step];
    if (m.regex.len) {
        e.text = m.regex;
        e.manner = VB_MANNER_REGEX;
    }
    e.similar = (p->contexts[r].cues & VB_CUE_SIMILAR) != 0;
    e.from_error = (p->contexts[r].cues & VB_CUE_ERROR) != 0;
    vb_vec_push(p->arena, &step->expects, e);
}

/* The body with '<name>' and kin as plain bytes, at the same offsets: bash
 * would read them as redirections, the reader does not. */
static vb_str
without_holes(vb_planner *p, vb_str body)
{
    vb_hole h = vb_hole_next(body, 0, true, false);
    char *copy;

    if (!h.kind)
        return body;
    copy = vb_str_dup(p->arena, body);
    while (h.kind) {
        if (h.kind == VB_HOLE_ANGLE)
            memset(copy + h.start, VB_HOLE_BYTE, h.len);
        h = vb_hole_next(body, h.start + h.len, true, false);
    }
    return vb_str_n(copy, body.len);
}

void
vb_steps(vb_planner *p)
{
    vb_str *ids = vb_step_ids(p);

    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        const vb_reading *rd = &p->plan->readings.at[r];

        if (!rd->selected || vb_reading_block(p, r)->kind == VB_BLOCK_GAP)
            continue;
        if (rd->kind == VB_KIND_TABLE && p->contexts[r].form)
            add_step(p, r, VB_KIND_MANUAL, ids[r]);
        else if (rd->kind == VB_KIND_COMMAND || rd->kind == VB_KIND_FILE ||
                 rd->kind == VB_KIND_MANUAL)
            add_step(p, r, rd->kind, ids[r]);
        else if (rd->kind == VB_KIND_EXPECT)
            attach(p, r);
    }
    vb_overlay_steps(p, ids);
    vb_step_order(p);
    p->shells = VB_NEW_N(p->arena, vb_shell *, p->plan->steps.len + 1);
    for (size_t i = 0; i < p->plan->steps.len; i++) {
        vb_step *step = &p->plan->steps.at[i];

        if (step->kind != VB_KIND_COMMAND || !vb_str_eqc(step->shell, "bash"))
            continue;
        p->shells[i] = vb_shell_read(&p->work, without_holes(p, step->body));
        vb_step_look(p, step, p->shells[i]);
    }
    vb_inside_of(p);
}

vb_loc
vb_step_loc(const vb_step *step, uint32_t at)
{
    uint32_t line = 0, start = 0;

    for (uint32_t i = 0; i < at && i < step->body.len; i++) {
        if (step->body.ptr[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    return (vb_loc){step->loc.file,
                    line < step->body_lines.len ? step->body_lines.at[line]
                                                : step->loc.line,
                    at - start + 1};
}
