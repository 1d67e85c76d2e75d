/* Loads scenarios from text and asks them command lines, without a shim. */
#ifndef VB_TESTS_REHEARSE_ASK_H
#define VB_TESTS_REHEARSE_ASK_H

#include "base/io.h"
#include "rehearse/answer.h"
#include "rehearse/scenario.h"
#include "rehearse/value.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct asker {
    vb_arena arena;
    vb_diags diags;
    vb_scenario *scenario;
    vb_world world;
    vb_error err;
    char path[64];
    vb_str out, errors; /* of the last command */
    vb_answer answer;
} asker;

/* Diagnostics stay in 'diags' when the scenario is wrong. */
static inline bool
ask_load(asker *a, const char *yaml)
{
    const char *path = a->path;

    memset(a, 0, sizeof *a);
    vb_arena_init(&a->arena);
    vb_diags_init(&a->diags, &a->arena);
    snprintf(a->path, sizeof a->path, "/tmp/vb-scenario-%d.yaml",
             (int)getpid());
    ck_assert(vb_write_file(a->path, vb_str_c(yaml), 0600, NULL));
    a->scenario = vb_scenario_load(&a->arena, &path, 1, &a->diags, &a->err);
    unlink(a->path);
    if (a->scenario)
        vb_world_init(&a->world, VB_STR("test"), a->scenario->state);
    return a->scenario != NULL;
}

static inline void
ask_end(asker *a)
{
    vb_arena_release(&a->arena);
}

/* Runs one command line, words separated by blanks; 'file' is the content
 * every file has, NULL: there is none. Returns the exit status. */
static inline int
ask(asker *a, const char *line, const char *file)
{
    vb_request request = {.arena = &a->arena, .cwd = VB_STR("/w")};
    VB_VEC(vb_str) words = {0};
    VB_VEC(vb_fetched) files = {0};
    vb_str rest = vb_str_copy(&a->arena, vb_str_c(line)), word;
    vb_buf out, err;

    while (vb_str_word(&rest, &word))
        vb_vec_push(&a->arena, &words,
                    vb_str_eqc(word, "''") ? VB_STR("") : word);
    request.program = words.at[0];
    request.argv = words.at + 1;
    request.argc = words.len - 1;
    for (;;) {
        vb_fetched got = {.error = file ? 0 : ENOENT,
                          .content = vb_str_c(file)};

        request.files = files.at;
        request.nfiles = files.len;
        a->answer = vb_answer_make(a->scenario, &a->world, &request);
        if (!a->answer.want.len)
            break;
        got.path = a->answer.want;
        vb_vec_push(&a->arena, &files, got);
    }
    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_buf_init(&err, VB_BUF_NO_MAX);
    for (size_t i = 0; i < a->answer.neffects; i++) {
        const vb_effect *e = &a->answer.effects[i];

        if (e->kind != VB_EFFECT_WRITE)
            vb_buf_str(e->kind == VB_EFFECT_OUT ? &out : &err, e->bytes);
    }
    a->out = vb_str_copy(&a->arena, vb_buf_view(&out));
    a->errors = vb_str_copy(&a->arena, vb_buf_view(&err));
    vb_buf_release(&out);
    vb_buf_release(&err);
    a->world = a->answer.world;
    return a->answer.status;
}

#endif
