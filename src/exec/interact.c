#include "exec/interact.h"

#include "base/clock.h"
#include "base/io.h"
#include "exec/proc.h"
#include "exec/shape.h"

#include "base/banned.h"

enum { TAIL_BYTES = 2000, TAIL_LINES = 12, DIFF_LINES = 10 };

static bool
decide(vb_runner *run, const char *choice, vb_error *err)
{
    vb_ev_decision ev = {.step = run->now.step->id,
                         .choice = vb_str_c(choice),
                         .by = vb_user_name(&run->scratch)};

    return vb_event_decision(run->record, &ev, err) &&
           vb_record_flush(run->record, err);
}

/* ------------------------------------------------------------ the questions */

static void
put_indented(vb_buf *out, vb_str text, const char *margin)
{
    vb_str line;

    while (vb_str_line(&text, &line)) {
        vb_buf_c(out, margin);
        vb_buf_str(out, line);
        vb_buf_ch(out, '\n');
    }
}

/* Blank lines at the beginning only keep the numbers of those behind. */
static vb_str
without_blank_lines(vb_str text)
{
    size_t at = 0;

    while (at < text.len && text.ptr[at] == '\n')
        at++;
    return vb_str_from(text, at);
}

static void
put_step(vb_runner *run, vb_buf *out)
{
    const vb_step *step = run->now.step;
    const vb_ready_step *ready = run->now.ready;

    vb_buf_fmt(out, "\n[%zu/%zu] %.*s  %s:%u%s%s\n", ready->number,
               run->selected, VB_ARG(step->id), step->loc.file, step->loc.line,
               step->destructive ? "  destroys something" : "",
               step->optional ? "  optional" : "");
    if (step->title.len)
        vb_buf_fmt(out, "%.*s\n", VB_ARG(step->title));
    if (step->kind == VB_KIND_FILE)
        vb_buf_fmt(out, "writes %.*s:\n", VB_ARG(step->name));
    put_indented(out,
                 without_blank_lines(
                     step->kind == VB_KIND_MANUAL ? step->body : ready->text),
                 "    ");
    for (size_t i = 0; i < step->expects.len; i++)
        vb_buf_fmt(out, "then the output is compared with %s:%u\n",
                   step->expects.at[i].loc.file, step->expects.at[i].loc.line);
}

static vb_str
question_before(vb_runner *run)
{
    vb_buf out;
    vb_str text;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    put_step(run, &out);
    vb_buf_c(&out, run->now.step->kind == VB_KIND_MANUAL
                       ? "for you to do: [d]one, [s]kip, s[h]ell, [q]uit? "
                       : "[r]un, [e]dit, [s]kip, [d]one by hand, s[h]ell, "
                         "run [a]ll, [q]uit? ");
    text = vb_str_copy(&run->scratch, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}

/* The last lines that it printed, as the record has them. */
static void
put_tail(vb_runner *run, vb_buf *out)
{
    for (int i = 0; i < 2; i++) {
        vb_str text;
        vb_buf clean;
        size_t at, lines = 0;

        /* All of it: the tail could begin in the middle of a secret. */
        vb_buf_init(&clean, VB_BUF_NO_MAX);
        vb_record_redact(run->record, vb_buf_view(&run->now.output.text[i]),
                         &clean);
        text = vb_buf_view(&clean);
        if (text.len > TAIL_BYTES)
            text = vb_str_from(text, text.len - TAIL_BYTES);
        for (at = text.len; at > 0; at--)
            if (text.ptr[at - 1] == '\n' && at < text.len &&
                ++lines == TAIL_LINES)
                break;
        put_indented(out, vb_str_from(text, at), "    ");
        vb_buf_release(&clean);
    }
}

static void
put_differences(const vb_step *step, const vb_step_result *result, vb_buf *out)
{
    size_t shown = 0;

    for (size_t i = 0; result->compare && i < step->expects.len; i++) {
        const vb_compare *c = result->compare[i];

        for (size_t k = 0; k < c->lines.len && shown < DIFF_LINES; k++) {
            const vb_compare_line *line = &c->lines.at[k];

            if (line->kind != VB_LINE_CHANGED &&
                line->kind != VB_LINE_MISSING && line->kind != VB_LINE_EXTRA)
                continue;
            shown++;
            if (line->kind != VB_LINE_EXTRA)
                vb_buf_fmt(out, "    - %.*s\n", VB_ARG(line->expected_text));
            if (line->kind != VB_LINE_MISSING)
                vb_buf_fmt(out, "    + %.*s\n", VB_ARG(line->actual_text));
        }
    }
}

static vb_str
question_after(vb_runner *run, const vb_step_result *result)
{
    const vb_step *step = run->now.step;
    vb_buf out;
    vb_str text;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_fmt(&out, "\n%s:%u: %s: %.*s\n", step->loc.file,
               result->failed_line ? result->failed_line : step->loc.line,
               vb_verdict_name(result->verdict), VB_ARG(result->explanation));
    if (result->verdict == VB_VERDICT_DIFFERS)
        put_differences(step, result, &out);
    else
        put_tail(run, &out);
    vb_buf_c(&out, "[r]etry, [a]gain from its start, [e]dit, [s]kip, [d]one, "
                   "s[h]ell, [q]uit? ");
    text = vb_str_copy(&run->scratch, vb_buf_view(&out));
    vb_buf_release(&out);
    return text;
}

/* ------------------------------------------------------------- other texts */

/* The part that a person changes, with the lines before it left blank. */
static bool
edit(vb_runner *run, size_t from, bool *changed, vb_error *err)
{
    vb_ready_step *ready = run->now.ready;
    vb_ev_decision ev = {.step = run->now.step->id,
                         .choice = VB_STR("edit"),
                         .by = vb_user_name(&run->scratch),
                         .was = ready->text};
    uint32_t start =
        from && ready->shell ? ready->shell->simples.at[from].start : 0;
    vb_str rest = vb_str_from(ready->text, start), fresh, why = {0};
    vb_buf text;
    size_t blank = 0;

    *changed = false;
    for (uint32_t i = 0; i < start; i++)
        blank += ready->text.ptr[i] == '\n';
    blank += rest.len - without_blank_lines(rest).len;
    if (!vb_edit_text(run, without_blank_lines(rest), &fresh, &why)) {
        vb_show(run, VB_PROGRESS_NOTE, why);
        return true;
    }
    vb_buf_init(&text, VB_BUF_NO_MAX);
    vb_buf_fill(&text, '\n', blank);
    vb_buf_str(&text, fresh);
    vb_ready_text(run, run->now.index,
                  vb_str_copy(run->arena, vb_buf_view(&text)));
    vb_buf_release(&text);
    ev.text = ready->text;
    *changed = true;
    return vb_event_decision(run->record, &ev, err);
}

static bool
shell(vb_runner *run, vb_error *err)
{
    return decide(run, "shell", err) && vb_session_typed(run, err);
}

/* ------------------------------------------------------------- before a step
 */

/* The letter that decides; a blank for none. */
static char
letter(vb_str answer)
{
    if (answer.len == 0)
        return ' ';
    return answer.ptr[0];
}

/* True in *done when 'answer' was a decision; *ok is false on an error. */
static bool
decide_before(vb_runner *run, char answer, vb_decision *out, vb_error *err,
              bool *done)
{
    bool manual = run->now.step->kind == VB_KIND_MANUAL, changed;

    *done = true;
    if (answer == 'q') {
        *out = VB_DECIDE_QUIT;
        return decide(run, "quit", err);
    }
    if (answer == 's') {
        *out = VB_DECIDE_SKIP;
        return decide(run, "skip", err);
    }
    if (answer == 'd') {
        *out = VB_DECIDE_DONE;
        return decide(run, "done", err);
    }
    if (!manual && (answer == 'r' || answer == 'a')) {
        *out = VB_DECIDE_RUN;
        run->asks = answer != 'a';
        return decide(run, answer == 'a' ? "all" : "run", err);
    }
    *done = false;
    if (answer == 'h')
        return shell(run, err);
    return answer != 'e' || manual || edit(run, 0, &changed, err);
}

bool
vb_interact_before(vb_runner *run, size_t index, vb_decision *out,
                   vb_error *err)
{
    bool done = false;

    *out = VB_DECIDE_RUN;
    if (!run->asks)
        return true;
    vb_now_begin(run, index);
    while (!done) {
        vb_str answer = {0};

        if (!vb_ask(run, question_before(run), &answer))
            answer = VB_STR("q");
        if (!decide_before(run, letter(answer), out, err, &done))
            return false;
    }
    run->now.step = NULL;
    return true;
}

/* ------------------------------------------------------------ after a fault */

/* The command at which another attempt may begin: the one that failed, where
 * a text may begin there, else the first. */
static size_t
failed_command(const vb_runner *run, const vb_step_result *result)
{
    const vb_now *now = &run->now;
    const vb_shell *text = now->ready->shell;

    if (!text || now->simple == VB_NPOS || now->simple >= text->simples.len ||
        result->verdict == VB_VERDICT_DIFFERS ||
        !vb_shape_boundary(text, now->simple))
        return 0;
    return now->simple;
}

/* What was printed before the command at which it goes on is part of the
 * step's output all the same. */
static void
go_on_from(vb_runner *run, size_t from)
{
    vb_now *now = &run->now;
    vb_mark mark = {.line = 0};

    if (from && now->output.marks.len)
        mark = now->output.marks.at[now->output.marks.len - 1];
    now->ready->from = from;
    now->ready->bare = now->ready->bare && !from;
    for (int i = 0; i < 2; i++)
        now->ready->prior[i] = vb_str_copy(
            run->arena, vb_str_sub(vb_buf_view(&now->output.text[i]), 0,
                                   i ? mark.err : mark.out));
}

/* The clock of the step starts anew, and what stopped it is over. */
static void
refresh(vb_runner *run)
{
    vb_now *now = &run->now;
    int64_t limit = now->deadline - now->started;

    now->started = now->heard = now->ticked = vb_clock_mono_ns();
    now->deadline = now->started + limit;
    now->start_ticks = vb_proc_now();
    now->stop = VB_STOP_NONE;
    now->stop_phase = 0;
    run->interrupts = 0;
}

static bool
decide_after(vb_runner *run, const vb_step_result *result, char answer,
             vb_decision *out, vb_error *err)
{
    size_t from = failed_command(run, result);
    bool changed;

    switch (answer) {
    case 'q':
        *out = VB_DECIDE_QUIT;
        return decide(run, "quit", err);
    case 's':
        *out = VB_DECIDE_SKIP;
        return decide(run, "skip", err);
    case 'd':
        *out = VB_DECIDE_DONE;
        return decide(run, "done", err);
    case 'r':
        go_on_from(run, from);
        *out = VB_DECIDE_RETRY;
        return decide(run, from ? "retry" : "again", err);
    case 'a':
        go_on_from(run, 0);
        *out = VB_DECIDE_AGAIN;
        return decide(run, "again", err);
    case 'h':
        return shell(run, err);
    case 'e':
        if (!edit(run, from, &changed, err))
            return false;
        if (!changed)
            return true;
        go_on_from(run, from);
        run->now.ready->from = 0; /* the lines before it are blank now */
        *out = VB_DECIDE_RETRY;
        return true;
    default:
        return true;
    }
}

bool
vb_interact_after(vb_runner *run, const vb_step_result *result,
                  vb_decision *out, vb_error *err)
{
    enum { UNDECIDED = -1 };
    int decided = UNDECIDED;

    *out = VB_DECIDE_RUN;
    if (!run->asks || run->stop_run)
        return true;
    while (decided == UNDECIDED) {
        vb_decision now = VB_DECIDE_RUN;
        vb_str answer = {0};

        if (!vb_ask(run, question_after(run, result), &answer))
            answer = VB_STR("q");
        if (!decide_after(run, result, letter(answer), &now, err))
            return false;
        if (now != VB_DECIDE_RUN)
            decided = (int)now;
    }
    *out = (vb_decision)decided;
    if (*out == VB_DECIDE_RETRY || *out == VB_DECIDE_AGAIN)
        refresh(run);
    return true;
}
