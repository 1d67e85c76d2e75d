/* What is recorded comes back byte for byte, whatever the bytes are. */
#include "base/io.h"
#include "rehearse/answer.h"
#include "rehearse/recorder.h"
#include "rehearse/scenario.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[64];

/* Records one command that printed 'out', and asks the recording for it. */
static void
there_and_back(vb_str word, vb_str out)
{
    vb_arena arena = {0};
    vb_diags diags;
    vb_error err = {.message = ""};
    vb_recorder_opts opts = {.path = path,
                             .about = VB_STR("a test"),
                             .work = VB_STR("/run/work"),
                             .home = VB_STR("/home/ada")};
    vb_recorder *recorder = vb_recorder_open(&opts, &err);
    vb_str env[] = {VB_STR("HOME=/home/ada")};
    vb_request request = {.arena = &arena,
                          .program = VB_STR("p"),
                          .argv = &word,
                          .argc = 1,
                          .work = VB_STR("/run/work"),
                          .env = env,
                          .nenv = 1};
    vb_taken taken = {.request = &request, .end = {.status = 3}};
    const char *paths[] = {path};
    vb_scenario *scenario;
    vb_world world;
    vb_answer answer;
    vb_buf said;

    ck_assert_msg(recorder != NULL, "%s", err.message);
    vb_vec_push(&arena, &taken.said,
                (vb_effect){.kind = VB_EFFECT_OUT, .bytes = out});
    ck_assert(vb_recorder_add(recorder, &taken, &err));
    ck_assert(vb_recorder_close(recorder, &err));
    vb_diags_init(&diags, &arena);
    scenario = vb_scenario_load(&arena, paths, 1, &diags, &err);
    ck_assert_msg(
        scenario != NULL, "%s: %.*s", err.message,
        VB_ARG(diags.list.len ? diags.list.at[0].message : VB_STR("")));
    vb_world_init(&world, VB_STR("seed"), scenario->state);
    answer = vb_answer_make(scenario, &world, &request);
    ck_assert_msg(answer.status == 3, "status %d: %.*s", answer.status,
                  VB_ARG(answer.why));
    vb_buf_init(&said, VB_BUF_NO_MAX);
    for (size_t i = 0; i < answer.neffects; i++)
        vb_buf_str(&said, answer.effects[i].bytes);
    ck_assert_msg(vb_str_eq(vb_buf_view(&said), out), "got %.*s, want %.*s",
                  VB_ARG(vb_buf_view(&said)), VB_ARG(out));
    vb_buf_release(&said);
    vb_arena_release(&arena);
    unlink(path);
}

START_TEST(texts)
{
    static const char *const all[] = {"",
                                      "a",
                                      "a\n",
                                      "a\nb",
                                      "\n",
                                      "\n\n",
                                      "a\n\n\n",
                                      " a\n  b\n",
                                      "\ta\n",
                                      "a\n \nb\n",
                                      "a \n",
                                      "- a\n- b\n",
                                      "# a\n",
                                      "a: b\nc: d\n",
                                      "%a\n---\n",
                                      "'\"\\\n",
                                      "{{",
                                      "}}",
                                      "{{x}}",
                                      "{{{{",
                                      "}}}}",
                                      "{{{x}}}",
                                      "a}{b",
                                      "{/run/work}",
                                      "{/run/work}}",
                                      "/run/work",
                                      "/run/working",
                                      "/home/ada/x /run/work/y\n",
                                      "x/run/work",
                                      "}/run/work}",
                                      "\r\n",
                                      "\x1b[1mbold\x1b[0m\n",
                                      "\xc2\x85x\n",
                                      "\xe2\x80\xa8\n",
                                      "\xef\xbb\xbf",
                                      "\xff\xfe\n",
                                      "caf\xc3\xa9\n",
                                      "null",
                                      "~",
                                      "1.0",
                                      "no",
                                      "\x7f",
                                      "a\x08",
                                      "{{'{{'}}",
                                      "\xf0\x9f\x98\x80\n",
                                      "...\n",
                                      "a\n...\n---\nb\n"};

    for (size_t i = 0; i < VB_COUNT(all); i++) {
        there_and_back(VB_STR("w"), vb_str_c(all[i]));
        there_and_back(vb_str_c(all[i]), VB_STR("x"));
    }
    there_and_back(VB_STR("w"), VB_STR("a\0b\n"));
}
END_TEST

/* All kinds of bytes in all kinds of orders, the same each time. */
START_TEST(bytes)
{
    static const char odd[] =
        "{}{}' \"\\\n\n\t:#-&*|>%@/run/work\xc3\xa9\xff\0";
    uint64_t z = 1;

    for (int round = 0; round < 300; round++) {
        char text[40];
        size_t len = (size_t)(round % 40);

        for (size_t i = 0; i < len; i++) {
            z = z * 6364136223846793005u + 1442695040888963407u;
            text[i] = odd[(z >> 33) % (sizeof odd - 1)];
        }
        there_and_back(VB_STR("w"), vb_str_n(text, len));
    }
}
END_TEST

/* Nothing is written over. */
START_TEST(there_already)
{
    vb_recorder_opts opts = {.path = path};
    vb_error err = {.message = ""};

    ck_assert(vb_write_file(path, VB_STR("mine"), 0600, NULL));
    ck_assert_ptr_null(vb_recorder_open(&opts, &err));
    ck_assert(vb_str_has(vb_str_c(err.message), "exists already"));
    unlink(path);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rehearse_recorder");
    TCase *tc = tcase_create("all");

    snprintf(path, sizeof path, "/tmp/vb-recorder-%d.yaml", (int)getpid());
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, texts);
    tcase_add_test(tc, bytes);
    tcase_add_test(tc, there_already);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
