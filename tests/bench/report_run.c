/*
 * Writes a run of many short steps with the record's own writers, for figures
 * of reports: five events a step, each step with a block and an output of the
 * guide, all with titles, texts and verdicts of their own.
 * usage: report_run DIR EVENTS
 */
#include "base/io.h"
#include "record/events.h"
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>

static vb_error err;

static void
must(bool ok)
{
    if (ok)
        return;
    (void)!fprintf(stderr, "report_run: %s\n", err.message);
    exit(1);
}

typedef struct names {
    char id[64], title[96], text[128], output[96];
    uint32_t line;
} names;

static void
name_step(names *n, uint64_t number)
{
    uintmax_t i = number;

    must(snprintf(n->id, sizeof n->id, "many-steps/echo-%ju", i) > 0);
    must(snprintf(n->title, sizeof n->title, "Look at batch %ju", i) > 0);
    must(snprintf(n->text, sizeof n->text, "kubectl get pod batch-%ju\n", i) >
         0);
    must(snprintf(n->output, sizeof n->output, "NAME READY\nbatch-%ju 1/1\n",
                  i) > 0);
    n->line = (uint32_t)(10 + number * 12);
}

static void
blocks(vb_record *record, uint64_t number)
{
    names n;

    name_step(&n, number);
    must(vb_event_blocks(record,
                         (const vb_ev_block[]){{.file = VB_STR("many.md"),
                                                .line = n.line,
                                                .end_line = n.line + 2,
                                                .kind = VB_STR("command"),
                                                .step = vb_str_c(n.id),
                                                .title = vb_str_c(n.title),
                                                .selected = true,
                                                .chosen = true,
                                                .text = vb_str_c(n.text)},
                                               {.file = VB_STR("many.md"),
                                                .line = n.line + 6,
                                                .end_line = n.line + 9,
                                                .kind = VB_STR("expect"),
                                                .step = vb_str_c(n.id),
                                                .selected = true,
                                                .chosen = true,
                                                .text = vb_str_c(n.output)}},
                         2, &err));
}

static void
step(vb_record *record, uint64_t number, uint64_t of)
{
    const vb_verdict verdict =
        number % 50 == 0 ? VB_VERDICT_DIFFERS : VB_VERDICT_PASS;
    vb_output_sum sum = {0};
    names n;

    name_step(&n, number);
    must(vb_event_step_start(
        record,
        &(vb_ev_step){.step = vb_str_c(n.id),
                      .number = number,
                      .of = of,
                      .kind = VB_STR("command"),
                      .phase = VB_STR("main"),
                      .title = vb_str_c(n.title),
                      .file = VB_STR("many.md"),
                      .line = n.line,
                      .end_line = n.line + 2,
                      .lang = VB_STR("bash"),
                      .source = vb_str_c(n.text),
                      .expects = &(vb_ev_expect){.line = n.line + 7,
                                                 .text = vb_str_c(n.output)},
                      .nexpects = 1},
        &err));
    must(vb_record_output_begin(record, vb_str_c(n.id), 1, &err));
    must(vb_record_output(record, VB_STREAM_OUT, vb_str_c(n.output), &err));
    must(vb_record_output_end(record, &sum, &err));
    vb_event_compare_begin(record,
                           &(vb_ev_compare){.step = vb_str_c(n.id),
                                            .attempt = 1,
                                            .match = verdict == VB_VERDICT_PASS,
                                            .summary = VB_STR("compared")});
    vb_event_compare_line(record,
                          &(vb_ev_line){.kind = "same",
                                        .expected = 1,
                                        .actual = 1,
                                        .expected_text = VB_STR("NAME READY"),
                                        .actual_text = VB_STR("NAME READY")});
    must(vb_event_compare_end(record, &err));
    must(vb_event_step_end(
        record,
        &(vb_ev_step_end){.step = vb_str_c(n.id),
                          .verdict = verdict,
                          .ran = true,
                          .duration_ns = 210000000,
                          .attempts = 1,
                          .checked = true,
                          .explanation = VB_STR("compared with the guide"),
                          .sums = sum},
        &err));
}

int
main(int argc, char **argv)
{
    uint64_t steps = argc == 3 ? strtoull(argv[2], NULL, 10) / 5 : 0;
    vb_record *record;

    if (!steps)
        return 2;
    record = vb_record_create(argv[1], VB_SYNC_AUTO, &err);
    must(record != NULL);
    must(vb_event_run_start(record,
                            &(vb_ev_run){.run = VB_STR("many"),
                                         .document = VB_STR("many.md"),
                                         .title = VB_STR("Many steps"),
                                         .host = VB_STR("bench"),
                                         .user = VB_STR("ada"),
                                         .steps = steps,
                                         .selected = steps},
                            &err));
    for (uint64_t i = 1; i <= steps; i++)
        blocks(record, i);
    for (uint64_t i = 1; i <= steps; i++)
        step(record, i, steps);
    must(vb_event_end(record,
                      &(vb_ev_end){.verdict = VB_STR("failed"),
                                   .reason = VB_STR("some outputs differ")},
                      &err));
    return 0;
}
