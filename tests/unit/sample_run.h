/*
 * A run written with the record's own writers, for the tests of record/ and
 * report/: two providers' worth of events, verdicts of every kind, output that
 * is not text. Everything in it is made up.
 */
#ifndef VB_TESTS_SAMPLE_RUN_H
#define VB_TESTS_SAMPLE_RUN_H

#include "base/io.h"
#include "record/events.h"
#include "record/record.h"

#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#define SAMPLE_OK(call) ck_assert_msg((call), "%s: %s", #call, err.message)

/* A directory of its own for a test; the test removes it. */
static inline const char *
sample_dir(vb_arena *arena)
{
    const char *tmp = getenv("TMPDIR");
    char *name = (char *)vb_str_fmt(arena, "%s/vb-run-XXXXXX",
                                    tmp && *tmp ? tmp : "/tmp")
                     .ptr;

    ck_assert_ptr_nonnull(mkdtemp(name));
    return name;
}

static inline vb_str
sample_path(vb_arena *arena, const char *dir, const char *name)
{
    return vb_str_fmt(arena, "%s/%s", dir, name);
}

/* A command step from start to end. */
typedef struct sample_step {
    const char *id, *title, *lead, *source, *out, *errors;
    vb_verdict verdict;
    int status;
    const char *explanation;
    uint32_t line;
} sample_step;

static inline void
sample_write_step(vb_record *record, const sample_step *s, uint64_t number,
                  uint64_t of)
{
    vb_error err = {.message = ""};
    vb_output_sum sum = {0};
    const vb_str headings[] = {VB_STR("Set up the workshop"),
                               VB_STR("First steps")};
    const vb_ev_expect expect = {.line = s->line + 4,
                                 .text = VB_STR("NAME  STATUS\npump  Ready\n"),
                                 .manner = VB_STR("reader"),
                                 .when = VB_STR("once")};

    SAMPLE_OK(vb_event_step_start(
        record,
        &(vb_ev_step){.step = vb_str_c(s->id),
                      .number = number,
                      .of = of,
                      .kind = VB_STR("command"),
                      .phase = VB_STR("main"),
                      .title = vb_str_c(s->title),
                      .headings = headings,
                      .nheadings = 2,
                      .lead = vb_str_c(s->lead),
                      .file = VB_STR("workshop.md"),
                      .line = s->line,
                      .end_line = s->line + 2,
                      .lang = VB_STR("bash"),
                      .source = vb_str_c(s->source),
                      .expects = &expect,
                      .nexpects = s->verdict == VB_VERDICT_PASS ||
                                  s->verdict == VB_VERDICT_DIFFERS},
        &err));
    SAMPLE_OK(vb_record_output_begin(record, vb_str_c(s->id), 1, &err));
    SAMPLE_OK(vb_record_output(record, VB_STREAM_OUT, vb_str_c(s->out), &err));
    SAMPLE_OK(
        vb_record_output(record, VB_STREAM_ERR, vb_str_c(s->errors), &err));
    SAMPLE_OK(vb_event_command(
        record,
        &(vb_ev_command){.step = vb_str_c(s->id),
                         .attempt = 1,
                         .n = 1,
                         .line = s->line,
                         .text = vb_str_c(s->source),
                         .known = true,
                         .status = s->status,
                         .duration_ns = 1500000 * (int64_t)number},
        &err));
    SAMPLE_OK(vb_record_output_end(record, &sum, &err));
    if (s->verdict == VB_VERDICT_DIFFERS) {
        vb_event_compare_begin(
            record, &(vb_ev_compare){.step = vb_str_c(s->id),
                                     .attempt = 1,
                                     .summary = vb_str_c(s->explanation)});
        vb_event_compare_line(
            record, &(vb_ev_line){"same", 1, 1, VB_STR("NAME  STATUS"),
                                  VB_STR("NAME  STATUS"), VB_STR("")});
        vb_event_compare_line(record, &(vb_ev_line){"changed", 2, 2,
                                                    VB_STR("pump  Ready"),
                                                    VB_STR("pump  Broken"),
                                                    VB_STR("STATUS differs")});
        SAMPLE_OK(vb_event_compare_end(record, &err));
    }
    SAMPLE_OK(vb_event_step_end(
        record,
        &(vb_ev_step_end){.step = vb_str_c(s->id),
                          .verdict = s->verdict,
                          .ran = true,
                          .status = s->status,
                          .duration_ns = 2000000 * (int64_t)number,
                          .attempts = 1,
                          .explanation = vb_str_c(s->explanation),
                          .checked = s->verdict == VB_VERDICT_PASS ||
                                     s->verdict == VB_VERDICT_DIFFERS,
                          .failed_line =
                              s->verdict == VB_VERDICT_FAILED ? s->line : 0,
                          .sums = sum},
        &err));
}

static const sample_step sample_steps[] = {
    {"first-steps/pump-status", "Look at the pump",
     "Ask how the pump does:", "pump status", "NAME  STATUS\npump  Ready\n", "",
     VB_VERDICT_PASS, 0, "the output is what the guide promises", 12},
    {"first-steps/fill", "Fill the tank", "Fill it up:", "pump fill --all",
     "filling \xff\xfe\x01 done\n", "warning: <b>hot</b> & \"loud\"\n",
     VB_VERDICT_UNVERIFIED, 0, "it ran; the guide promises no output", 20},
    {"first-steps/pump-again", "Look again", "It should still be ready:",
     "pump status", "NAME  STATUS\npump  Broken\n", "", VB_VERDICT_DIFFERS, 0,
     "STATUS of row pump: the guide says Ready, the output says Broken", 28},
    {"first-steps/drain", "Drain", "Let the water out:", "pump drain", "",
     "pump: no such valve\n", VB_VERDICT_FAILED, 3,
     "'pump drain' exited with status 3", 36},
};
enum { SAMPLE_STEPS = sizeof sample_steps / sizeof *sample_steps };

/* The events before the first step. The documents are written beside it. */
static inline void
sample_write_start(vb_record *record, const char *dir, vb_arena *arena)
{
    vb_error err = {.message = ""};
    vb_str guide = VB_STR("# Set up the workshop\n\nMade up for a test.\n");
    vb_str plan = VB_STR("{\"schema\":\"verbatim.plan/1\"}\n");
    const vb_str argv[] = {VB_STR("verbatim"), VB_STR("run"),
                           VB_STR("workshop.md")};
    const vb_ev_block blocks[] = {
        {.file = VB_STR("workshop.md"),
         .line = 12,
         .end_line = 14,
         .kind = VB_STR("command"),
         .step = VB_STR("first-steps/pump-status"),
         .title = VB_STR("Look at the pump"),
         .why = VB_STR("a bash fence"),
         .selected = true,
         .chosen = true,
         .text = VB_STR("pump status\n")},
        {.file = VB_STR("workshop.md"),
         .line = 50,
         .end_line = 55,
         .kind = VB_STR("command"),
         .step = VB_STR("first-steps/other"),
         .why = VB_STR("a bash fence"),
         .scope = VB_STR("aws"),
         .text = VB_STR("pump --cloud aws\n")},
    };

    SAMPLE_OK(vb_mkdirs(sample_path(arena, dir, "document").ptr, 0755, &err));
    SAMPLE_OK(vb_write_file(sample_path(arena, dir, "document/workshop.md").ptr,
                            guide, 0644, &err));
    SAMPLE_OK(vb_write_file(sample_path(arena, dir, "plan.json").ptr, plan,
                            0644, &err));
    SAMPLE_OK(
        vb_event_run_start(record,
                           &(vb_ev_run){.run = VB_STR("sample"),
                                        .rehearsal = true,
                                        .document = VB_STR("workshop.md"),
                                        .title = VB_STR("Set up the workshop"),
                                        .provider = VB_STR("gcp"),
                                        .host = VB_STR("bench"),
                                        .user = VB_STR("ada"),
                                        .cwd = VB_STR("/home/ada"),
                                        .git_commit = VB_STR("0123abcd"),
                                        .argv = argv,
                                        .nargv = 3,
                                        .steps = SAMPLE_STEPS + 2,
                                        .selected = SAMPLE_STEPS + 1},
                           &err));
    SAMPLE_OK(vb_event_document(
        record,
        &(vb_ev_document){.role = VB_STR("guide"),
                          .path = VB_STR("workshop.md"),
                          .copy = VB_STR("document/workshop.md"),
                          .sha256 = vb_sha256(guide),
                          .bytes = guide.len},
        &err));
    SAMPLE_OK(vb_event_plan(record,
                            &(vb_ev_plan){.sha256 = vb_sha256(plan),
                                          .copy = VB_STR("plan.json"),
                                          .steps = SAMPLE_STEPS + 2},
                            &err));
    SAMPLE_OK(vb_event_blocks(record, blocks, 2, &err));
    SAMPLE_OK(vb_event_input(record,
                             &(vb_ev_input){.name = VB_STR("TANK"),
                                            .value = VB_STR("north"),
                                            .from = VB_STR("--set")},
                             &err));
    SAMPLE_OK(vb_event_program(record,
                               &(vb_ev_program){.name = VB_STR("pump"),
                                                .version = VB_STR("2.1"),
                                                .simulated = true},
                               &err));
}

static inline vb_ev_end
sample_end(void)
{
    return (vb_ev_end){.verdict = VB_STR("failed"),
                       .reason = VB_STR("'first-steps/drain' failed"),
                       .duration_ns = 20000000};
}

/* The whole run, or with 'ended' false one that stopped. */
static inline void
sample_write(const char *dir, vb_arena *arena, bool ended)
{
    vb_error err = {.message = ""};
    vb_record *record = vb_record_create(dir, VB_SYNC_AUTO, &err);
    vb_ev_end end = sample_end();

    ck_assert_msg(record != NULL, "%s", err.message);
    sample_write_start(record, dir, arena);
    for (size_t i = 0; i < SAMPLE_STEPS; i++)
        sample_write_step(record, &sample_steps[i], i + 1, SAMPLE_STEPS + 1);
    SAMPLE_OK(vb_event_skip(record,
                            &(vb_ev_skip){.step = VB_STR("first-steps/rest"),
                                          .kind = VB_STR("command"),
                                          .phase = VB_STR("main"),
                                          .title = VB_STR("Rest"),
                                          .file = VB_STR("workshop.md"),
                                          .line = 44,
                                          .why = VB_STR("a step failed")},
                            &err));
    if (ended)
        SAMPLE_OK(vb_event_end(record, &end, &err));
    else
        vb_record_abandon(record);
}

#endif
