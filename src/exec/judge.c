/* Did the step print what the guide promises? */
#include "exec/runner.h"

#include "exec/shape.h"

#include "base/clock.h"

#include "base/banned.h"

/* The text that asked for an output: the command, and the files of the guide
 * it reads. What stands there is not volatile in the expectation. */
static vb_str
asked(vb_runner *run)
{
    const vb_step *step = run->now.step;
    vb_str text = run->now.ready->text;

    for (size_t i = 0; i < run->files.len; i++) {
        size_t index = run->files.at[i];
        const vb_step *other = &run->plan->steps.at[index];

        for (size_t k = 0; k < step->reads.len; k++)
            if (vb_str_eq(step->reads.at[k], other->name))
                text = vb_str_fmt(&run->scratch, "%.*s\n%.*s", VB_ARG(text),
                                  VB_ARG(run->steps[index].text));
    }
    for (size_t i = 0; i < run->given.len; i++)
        if (vb_str_has(text, "$") &&
            vb_str_find(text, run->given.at[i].name) != VB_NPOS)
            text = vb_str_fmt(&run->scratch, "%.*s\n%.*s", VB_ARG(text),
                              VB_ARG(run->given.at[i].value));
    return text;
}

/* The first line of the guide behind 'line' at which another command of the
 * step begins; 0 when there is none. */
static uint32_t
next_command(const vb_runner *run, uint32_t line)
{
    const vb_shell *shell = run->now.ready->shell;
    const vb_step *step = run->now.step;
    uint32_t next = 0;

    for (size_t i = 0; !next && shell && i < shell->simples.len; i++) {
        uint32_t at = vb_source_line_of(step, shell->simples.at[i].line);

        if (at > line && vb_shape_boundary(shell, i))
            next = at;
    }
    /* A loop begins where no simple command stands alone, but its output has
     * a place of its own in the guide. */
    for (size_t i = 0; i < step->expects.len; i++) {
        uint32_t at = step->expects.at[i].command_line;

        if (at > line && (!next || at < next))
            next = at;
    }
    return next;
}

/* The part of the output that one command printed. */
static void
slice(const vb_runner *run, uint32_t line, vb_str *out, vb_str *err)
{
    const vb_output *output = &run->now.output;
    uint32_t until = next_command(run, line);
    vb_mark from = {0, out->len, err->len}, to = {0, out->len, err->len};
    bool begun = false;

    if (output->marks.len == 0)
        return; /* a lone command is not watched: all of it is its own */
    for (size_t i = 0; i < output->marks.len; i++) {
        const vb_mark *mark = &output->marks.at[i];

        if (!begun && mark->line >= line && (!until || mark->line < until)) {
            from = *mark;
            begun = true;
        } else if (begun && until && mark->line >= until) {
            to = *mark;
            break;
        }
    }
    *out = vb_str_sub(*out, from.out, to.out - from.out);
    *err = vb_str_sub(*err, from.err, to.err - from.err);
}

static const char *
line_kind(vb_line_kind kind)
{
    switch (kind) {
    case VB_LINE_SAME:
        return "same";
    case VB_LINE_VARIED:
        return "varied";
    case VB_LINE_SKIPPED:
        return "skipped";
    case VB_LINE_CHANGED:
        return "changed";
    case VB_LINE_MISSING:
        return "missing";
    case VB_LINE_EXTRA:
        return "extra";
    }
    return "same";
}

static bool
record_compare(vb_runner *run, size_t index, const vb_compare *c, vb_error *err)
{
    vb_ev_compare ev = {.step = run->now.step->id,
                        .attempt = run->now.attempt,
                        .expect = (uint32_t)index,
                        .match = c->match,
                        .fault = c->fault,
                        .summary = c->summary,
                        .left_out = c->lines_left_out};

    vb_event_compare_begin(run->record, &ev);
    for (size_t i = 0; i < c->lines.len; i++) {
        const vb_compare_line *line = &c->lines.at[i];
        vb_ev_line out = {.kind = line_kind(line->kind),
                          .expected = line->expected,
                          .actual = line->actual,
                          .expected_text = line->expected_text,
                          .actual_text = line->actual_text,
                          .note = line->note};

        vb_event_compare_line(run->record, &out);
    }
    return vb_event_compare_end(run->record, err);
}

/* A comparison that could not be made. */
static const vb_compare *
no_statement(vb_runner *run, vb_str why)
{
    vb_compare *c = VB_NEW(run->arena, vb_compare);

    c->fault = true;
    c->summary = why;
    return c;
}

/* Where 'word' stands from 'from' on, with no letter of another word at its
 * sides; VB_NPOS when it does not. */
static size_t
find_word(vb_str text, size_t from, vb_str word)
{
    size_t at;

    while (word.len &&
           (at = vb_str_find(vb_str_from(text, from), word)) != VB_NPOS) {
        size_t start = from + at, end = start + word.len;

        if ((start == 0 || !vb_is_word(text.ptr[start - 1])) &&
            (end == text.len || !vb_is_word(text.ptr[end])))
            return start;
        from = end;
    }
    return VB_NPOS;
}

/* Outputs are compared line by line, so a value of several lines is put into
 * the expected text before, where its sample stands as a word. */
static vb_str
put_long_values(vb_runner *run, vb_str text, const vb_subst *substs,
                size_t nsubsts)
{
    for (size_t i = 0; i < nsubsts; i++) {
        const vb_subst *s = &substs[i];
        size_t at, from = 0;
        vb_buf out;

        if (vb_str_chr(s->actual, '\n') == VB_NPOS)
            continue;
        vb_buf_init(&out, VB_BUF_NO_MAX);
        while ((at = find_word(text, from, s->sample)) != VB_NPOS) {
            vb_buf_str(&out, vb_str_sub(text, from, at - from));
            vb_buf_str(&out, s->actual);
            from = at + s->sample.len;
        }
        vb_buf_str(&out, vb_str_from(text, from));
        text = vb_str_copy(run->arena, vb_buf_view(&out));
        vb_buf_release(&out);
    }
    return text;
}

/* What a comparison of a step's output needs to know. */
typedef struct vb_printed {
    vb_str asked, out, err;
} vb_printed;

static const vb_compare *
compare_with(vb_runner *run, const vb_expectation *expected,
             const vb_printed *printed, const vb_subst *substs, size_t nsubsts)
{
    vb_diags diags;
    vb_expect_opts opts = {.manner = run->opts->manner ? *run->opts->manner
                                                       : expected->manner,
                           .lang = expected->lang,
                           .substs = substs,
                           .nsubsts = nsubsts,
                           .asked = printed->asked,
                           .similar = expected->similar,
                           .redacted = true};
    vb_str out = printed->out, err_text = printed->err;
    vb_expect *expect;

    vb_diags_init(&diags, run->arena);
    expect = vb_expect_compile(
        run->arena, put_long_values(run, expected->text, substs, nsubsts),
        expected->loc, &opts, &diags);
    if (!expect)
        return no_statement(run, diags.list.len
                                     ? diags.list.at[0].message
                                     : VB_STR("the expected output cannot be "
                                              "used"));
    if (expected->command_line)
        slice(run, expected->command_line, &out, &err_text);
    return vb_expect_compare(expect, out, err_text, run->arena);
}

static size_t
lines_that_differ(const vb_compare *c)
{
    size_t n = c->fault;

    for (size_t i = 0; i < c->lines.len; i++)
        n += c->lines.at[i].kind == VB_LINE_CHANGED ||
             c->lines.at[i].kind == VB_LINE_MISSING ||
             c->lines.at[i].kind == VB_LINE_EXTRA;
    return n;
}

/* An output follows the values that were given with --set. Where the step
 * still asks with the guide's own word (it stands in the command, or in a
 * file that it reads), the output may hold that word as well. */
static const vb_compare *
compare(vb_runner *run, const vb_expectation *expected, vb_str asked_text,
        vb_str out, vb_str err_text)
{
    vb_printed printed = {asked_text, out, err_text};
    const vb_compare *first, *second;
    vb_subst *kept;
    size_t n = 0;

    if (vb_output_clipped(&run->now.output))
        return no_statement(run, VB_STR("the step printed more than can be "
                                        "compared (4 MiB on one stream)"));
    first = compare_with(run, expected, &printed, run->substs, run->nsubsts);
    if (first->match || !run->nsubsts)
        return first;
    kept = VB_NEW_N(run->arena, vb_subst, run->nsubsts);
    for (size_t i = 0; i < run->nsubsts; i++)
        if (find_word(asked_text, 0, run->substs[i].sample) == VB_NPOS)
            kept[n++] = run->substs[i];
    if (n == run->nsubsts)
        return first;
    second = compare_with(run, expected, &printed, kept, n);
    return second->match || lines_that_differ(second) < lines_that_differ(first)
               ? second
               : first;
}

/* What was printed, as the record has it. */
static vb_str
redacted(vb_runner *run, vb_stream stream)
{
    vb_str raw = vb_buf_view(&run->now.output.text[stream]);
    vb_buf clean;
    vb_str out;

    vb_buf_init(&clean, VB_BUF_NO_MAX);
    vb_record_redact(run->record, raw, &clean);
    out = vb_str_copy(&run->scratch, vb_buf_view(&clean));
    vb_buf_release(&clean);
    return out;
}

/* Fills in result->compare; true in *match when all agree. */
static bool
compare_all(vb_runner *run, vb_step_result *result, bool *match, vb_error *err)
{
    const vb_step *step = run->now.step;
    const vb_compare **list =
        VB_NEW_N(run->arena, const vb_compare *, step->expects.len);
    vb_str out = redacted(run, VB_STREAM_OUT);
    vb_str errs = redacted(run, VB_STREAM_ERR), why = asked(run);

    *match = true;
    for (size_t i = 0; i < step->expects.len; i++) {
        list[i] = compare(run, &step->expects.at[i], why, out, errs);
        if (!list[i]->match && *match) {
            *match = false;
            result->explanation = list[i]->summary;
            result->failed_line = step->expects.at[i].loc.line;
        }
        if (!record_compare(run, i, list[i], err))
            return false;
    }
    result->compare = list;
    return true;
}

/* What the guide says about the status: a number, any failure, or nothing. */
static bool
status_agrees(vb_runner *run, vb_step_result *result)
{
    const vb_step *step = run->now.step;
    bool error = false;

    for (size_t i = 0; i < step->expects.len; i++) {
        int wanted = step->expects.at[i].exit_status;

        error = error || step->expects.at[i].from_error;
        if (wanted < 0)
            continue;
        if (wanted != result->status)
            result->explanation =
                vb_str_fmt(run->arena, "status %d, the guide says %d",
                           result->status, wanted);
        return wanted == result->status;
    }
    if (error && result->status == 0) {
        result->explanation =
            VB_STR("the guide announces an error and there was none");
        return false;
    }
    if (error || result->status == 0)
        return true;
    result->explanation =
        vb_str_fmt(run->arena, "status %d%s", result->status,
                   result->status == 127   ? ": command not found"
                   : result->status == 126 ? ": not executable"
                                           : "");
    return false;
}

/* Ends that come before any comparison. */
static bool
ended_early(vb_runner *run, vb_step_result *result)
{
    const vb_now *now = &run->now;

    if (now->guarded) {
        result->verdict = VB_VERDICT_FAILED;
        result->explanation =
            vb_str_starts(now->guard_name, "!")
                ? vb_str_fmt(run->arena,
                             "stopped before it ran: the variable that '%.*s' "
                             "names is empty or not set here",
                             VB_ARG(vb_str_from(now->guard_name, 1)))
                : vb_str_fmt(run->arena,
                             "stopped before it ran: '%.*s' is empty or not "
                             "set here",
                             VB_ARG(now->guard_name));
        result->failed_line = now->failed_line;
        return true;
    }
    if (now->full) {
        result->verdict = VB_VERDICT_FAILED;
        result->explanation =
            VB_STR("the disk is full: the rest of the step was not run");
        result->failed_line = now->command_line;
        return true;
    }
    if (now->died) {
        result->verdict = VB_VERDICT_FAILED;
        result->explanation = vb_str_fmt(
            run->arena, "it ended with status %d before it was ready",
            result->status);
        return true;
    }
    if (now->stop == VB_STOP_NONE || now->stop == VB_STOP_SCOPE)
        return false;
    result->failed_line = now->command_line;
    result->verdict = now->stop == VB_STOP_INTERRUPT ? VB_VERDICT_INTERRUPTED
                                                     : VB_VERDICT_TIMEOUT;
    result->explanation =
        now->stop == VB_STOP_INTERRUPT ? VB_STR("interrupted")
        : now->stop == VB_STOP_RUN_TIMEOUT
            ? VB_STR("the time for the whole run is over")
            : vb_str_fmt(run->arena, "not done within %s",
                         vb_clock_span(now->deadline - now->started).text);
    return true;
}

bool
vb_verdict_bad(vb_verdict verdict)
{
    return verdict == VB_VERDICT_FAILED || verdict == VB_VERDICT_DIFFERS ||
           verdict == VB_VERDICT_TIMEOUT || verdict == VB_VERDICT_INTERRUPTED;
}

bool
vb_judge(vb_runner *run, vb_step_result *result, vb_error *err)
{
    const vb_now *now = &run->now;
    bool match = true, status_ok;
    vb_str explanation;
    uint32_t line;

    result->explanation = (vb_str){0};
    result->failed_line = 0;
    result->compare = NULL;
    if (ended_early(run, result))
        return true;
    status_ok = status_agrees(run, result);
    explanation = result->explanation;
    line = now->failed_line;
    if (now->step->expects.len && !compare_all(run, result, &match, err))
        return false;
    if (!status_ok) {
        result->verdict = VB_VERDICT_FAILED;
        result->explanation = explanation;
        result->failed_line = line ? line : now->step->loc.line;
    } else if (!match) {
        result->verdict = VB_VERDICT_DIFFERS;
    } else if (now->step->expects.len) {
        result->verdict = VB_VERDICT_PASS;
        result->explanation = result->compare[0]->summary;
    } else {
        result->verdict = VB_VERDICT_UNVERIFIED;
        result->explanation = VB_STR("the guide promises no output");
    }
    return true;
}
