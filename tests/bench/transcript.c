/*
 * Writes a run of many events with the record's own writers, for figures of
 * verification and of reports: steps of one or two commands, each with a few
 * lines of output. usage: transcript DIR EVENTS
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
    fprintf(stderr, "transcript: %s\n", err.message);
    exit(1);
}

static void
start(vb_record *record, uint64_t steps)
{
    must(vb_event_run_start(record,
                            &(vb_ev_run){.run = VB_STR("many"),
                                         .document = VB_STR("many.md"),
                                         .title = VB_STR("Many steps"),
                                         .host = VB_STR("bench"),
                                         .user = VB_STR("ada"),
                                         .cwd = VB_STR("/home/ada"),
                                         .steps = steps,
                                         .selected = steps},
                            &err));
}

/* Five commands and what they print: 22 events. */
static void
step(vb_record *record, uint64_t number, uint64_t of)
{
    enum { COMMANDS = 5 };
    char id[64], text[128], line[200];
    vb_output_sum sum = {0};

    must(snprintf(id, sizeof id, "many-steps/step-%ju", (uintmax_t)number) > 0);
    must(snprintf(text, sizeof text, "kubectl get pods --selector=batch=%ju\n",
                  (uintmax_t)number) > 0);
    must(vb_event_step_start(record,
                             &(vb_ev_step){.step = vb_str_c(id),
                                           .number = number,
                                           .of = of,
                                           .kind = VB_STR("command"),
                                           .phase = VB_STR("main"),
                                           .title = VB_STR("Look at the pods"),
                                           .file = VB_STR("many.md"),
                                           .line = 10,
                                           .end_line = 12,
                                           .lang = VB_STR("bash"),
                                           .source = vb_str_c(text)},
                             &err));
    must(vb_record_output_begin(record, vb_str_c(id), 1, &err));
    for (uint32_t n = 1; n <= COMMANDS; n++) {
        vb_ev_command command = {.step = vb_str_c(id),
                                 .attempt = 1,
                                 .n = n,
                                 .line = 10 + n,
                                 .text = vb_str_c(text)};

        must(vb_event_command_start(record, &command, &err));
        must(snprintf(line, sizeof line,
                      "NAME      READY   STATUS    RESTARTS   AGE\n"
                      "pod-%ju-%u   1/1     Running   0          %um\n",
                      (uintmax_t)number, n, n) > 0);
        must(vb_record_output(record, VB_STREAM_OUT, vb_str_c(line), &err));
        must(vb_record_output(record, VB_STREAM_ERR,
                              VB_STR("Warning: \"v1\" is deprecated\n"), &err));
        command.known = true;
        command.duration_ns = 41000000;
        must(vb_event_command(record, &command, &err));
    }
    must(vb_record_output_end(record, &sum, &err));
    must(vb_event_step_end(
        record,
        &(vb_ev_step_end){.step = vb_str_c(id),
                          .verdict = VB_VERDICT_UNVERIFIED,
                          .ran = true,
                          .duration_ns = 210000000,
                          .attempts = 1,
                          .explanation = VB_STR("it ran; nothing is promised"),
                          .sums = sum},
        &err));
}

int
main(int argc, char **argv)
{
    uint64_t events = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t steps = events / 22 + 1;
    vb_record *record;

    if (!events)
        return 2;
    record = vb_record_create(argv[1], VB_SYNC_AUTO, &err);
    must(record != NULL);
    start(record, steps);
    for (uint64_t i = 1; i <= steps; i++)
        step(record, i, steps);
    must(vb_event_end(record,
                      &(vb_ev_end){.verdict = VB_STR("unverified"),
                                   .reason = VB_STR("all ran")},
                      &err));
    return 0;
}
