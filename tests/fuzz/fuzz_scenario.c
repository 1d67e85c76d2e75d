/* Scenario files from strangers. Property: loading never crashes, a scenario
 * that loads answers every command it has without crashing, and a command
 * that is refused leaves the world as it was. */
#include "rehearse/answer.h"
#include "rehearse/recorded.h"
#include "rehearse/scenario.h"
#include "rehearse/value.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMMANDS_MAX = 24, FILES_MAX = 8 };

/* One command with a made-up argument for each it takes. */
static void
ask(const vb_scenario *s, vb_world *world, const vb_program *p,
    const vb_command *c)
{
    vb_arena arena = {0};
    vb_fetched files[FILES_MAX];
    VB_VEC(vb_str) argv = {0};
    vb_request request = {.arena = &arena, .program = p->name};
    vb_answer answer;
    vb_str path = c->path, word;

    while (vb_str_word(&path, &word))
        vb_vec_push(&arena, &argv, word);
    for (size_t i = 0; i < c->args.len; i++)
        vb_vec_push(&arena, &argv, VB_STR("a/b"));
    for (size_t i = 0; i < c->required.len; i++)
        vb_vec_push(
            &arena, &argv,
            vb_str_fmt(&arena, "--%.*s=1", VB_ARG(c->required.names[i])));
    request.argv = argv.at;
    request.argc = argv.len;
    request.files = files;
    do {
        answer = vb_answer_make(s, world, &request);
        if (!answer.want.len || request.nfiles >= FILES_MAX)
            break;
        files[request.nfiles++] = (vb_fetched){
            .path = answer.want, .content = VB_STR("a: {b: [1, x]}\n")};
    } while (true);
    if (vb_str_eqc(answer.rule, "refused") && answer.world.root != world->root)
        abort();
    vb_arena_release(&arena);
}

/* The command line of a recorded rule, with whatever it wants. */
static void
replay(const vb_scenario *s, vb_world *world, const vb_rule *rule)
{
    vb_arena arena = {0};
    vb_fetched files[FILES_MAX];
    vb_str env[] = {VB_STR("A=x"), VB_STR("HOME=/h")};
    vb_str *argv = VB_NEW_N(&arena, vb_str, rule->argv->len);
    vb_request request = {.arena = &arena,
                          .program = rule->argv->items[0]->str,
                          .argv = argv,
                          .argc = rule->argv->len - 1,
                          .env = env,
                          .nenv = VB_COUNT(env),
                          .files = files};
    vb_answer answer;

    for (size_t i = 1; i < rule->argv->len; i++)
        argv[i - 1] = vb_recorded_word(rule->argv->items[i]);
    do {
        answer = vb_answer_make(s, world, &request);
        if (!answer.want.len || request.nfiles >= FILES_MAX)
            break;
        files[request.nfiles++] =
            (vb_fetched){.path = answer.want, .content = VB_STR("in\n")};
    } while (true);
    if (answer.world.nused && answer.world.nused != s->exact)
        abort();
    vb_arena_release(&arena);
}

/* Without the fsync of vb_write_file. */
static bool
put(const char *path, const uint8_t *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(data, 1, size, f) == size;

    if (f && fclose(f) != 0)
        ok = false;
    return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_arena arena = {0};
    vb_diags diags;
    char path[64];
    const char *name = path;
    vb_scenario *s;
    vb_world world;

    snprintf(path, sizeof path, "/tmp/vb-fuzz-%d.yaml", (int)getpid());
    if (size > 65536 || !put(path, data, size))
        return 0;
    vb_diags_init(&diags, &arena);
    s = vb_scenario_load(&arena, &name, 1, &diags, NULL);
    unlink(path);
    if (s) {
        vb_world_init(&world, VB_STR("fuzz"), s->state);
        for (size_t i = 0; i < s->programs.len; i++)
            for (size_t k = 0;
                 k < s->programs.at[i]->commands.len && k < COMMANDS_MAX; k++)
                ask(s, &world, s->programs.at[i],
                    s->programs.at[i]->commands.at[k]);
        for (size_t i = 0; i < s->rules.len && i < COMMANDS_MAX; i++)
            if (s->rules.at[i]->argv)
                replay(s, &world, s->rules.at[i]);
    }
    vb_arena_release(&arena);
    return 0;
}
