/* The events before the first step, and those that open or skip one. */
#include "exec/runner.h"

#include "base/io.h"
#include "exec/child.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/banned.h"

vb_str
vb_user_name(vb_arena *arena)
{
    char space[4096];
    struct passwd entry, *found = NULL;

    if (getpwuid_r(getuid(), &entry, space, sizeof space, &found) != 0 ||
        !found)
        return vb_str_fmt(arena, "uid %ld", (long)getuid());
    return vb_str_copy(arena, vb_str_c(found->pw_name));
}

static vb_str
umask_text(vb_arena *arena)
{
    mode_t mask = umask(0);

    umask(mask);
    return vb_str_fmt(arena, "%04o", (unsigned)mask);
}

static const vb_input *
input_of(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->inputs.len; i++)
        if (vb_str_eq(plan->inputs.at[i].name, name))
            return &plan->inputs.at[i];
    return NULL;
}

/* The overlay, the guide or, for what a person handed over, the name says that
 * the value is a secret. */
static bool
is_declared(const vb_runner *run, const vb_given *given)
{
    const vb_input *input = input_of(run->plan, given->name);
    const vb_overlay_input *said =
        vb_overlay_input_of(run->plan->overlay, given->name);

    if ((input && input->secret) || (said && said->secret))
        return true;
    for (size_t i = 0; i < run->opts->nvalues; i++)
        if (vb_str_eq(run->opts->values[i].name, given->name))
            return vb_secret_by_name(given->name, given->value);
    return false;
}

bool
vb_given_secret(const vb_runner *run, const vb_given *given)
{
    return is_declared(run, given) ||
           vb_secret_likely(given->name, given->value);
}

/* A secret too short to be looked for still is not told where it is handed
 * over: NAME=VALUE at the end of a word. */
static vb_str
without_value(const vb_runner *run, vb_str word)
{
    for (size_t i = 0; i < run->given.len; i++) {
        const vb_given *given = &run->given.at[i];
        vb_str pair = vb_str_fmt(run->arena, "%.*s=%.*s", VB_ARG(given->name),
                                 VB_ARG(given->value));

        if (given->value.len && is_declared(run, given) &&
            vb_str_ends(word, vb_str_dup(run->arena, pair)))
            return vb_str_fmt(
                run->arena, "%.*s[redacted:%.*s]",
                VB_ARG(vb_str_sub(word, 0, word.len - given->value.len)),
                VB_ARG(given->name));
    }
    return word;
}

/* The arguments this process was started with. */
static size_t
own_argv(const vb_runner *run, const vb_str **out)
{
    vb_arena *arena = run->arena;
    VB_VEC(vb_str) words = {0};
    char text[64 * 1024];
    int fd = vb_open("/proc/self/cmdline", 0, 0, NULL);
    ssize_t n = fd < 0 ? 0 : vb_read(fd, text, sizeof text);
    vb_str rest, word;

    if (!vb_close(&fd, "/proc/self/cmdline", NULL) || n <= 0)
        return 0;
    rest = vb_str_copy(arena, vb_str_n(text, (size_t)n));
    while (vb_str_field(&rest, '\0', &word))
        if (word.len)
            vb_vec_push(arena, &words, without_value(run, word));
    *out = words.at;
    return words.len;
}

static bool
run_start(vb_runner *run, vb_error *err)
{
    const vb_plan *plan = run->plan;
    vb_ev_choice *choices =
        VB_NEW_N(run->arena, vb_ev_choice, plan->choices.len);
    struct utsname kernel = {.sysname = ""};
    vb_ev_run ev = {.run = run->dir.id,
                    .rehearsal = run->sim != NULL,
                    .isolated = run->isolated,
                    .sandbox = run->opts->sandbox,
                    .document = vb_str_c(plan->doc->sources.at[0]->path),
                    .title = plan->doc->title,
                    .provider = plan->provider,
                    .choices = choices,
                    .nchoices = plan->choices.len,
                    .user = vb_user_name(run->arena),
                    .cwd = vb_str_c(run->dir.work),
                    .locale = VB_STR("C.UTF-8"),
                    .umask = umask_text(run->arena),
                    .steps = plan->steps.len,
                    .selected = run->selected};

    for (size_t i = 0; i < plan->choices.len; i++)
        choices[i] =
            (vb_ev_choice){plan->choices.at[i].axis, plan->choices.at[i].label,
                           plan->choices.at[i].explicit_};
    if (uname(&kernel) == 0) {
        ev.host = vb_str_c(kernel.nodename);
        ev.os = vb_str_fmt(run->arena, "%s %s %s", kernel.sysname,
                           kernel.release, kernel.machine);
    }
    if (run->opts->tty) {
        ev.columns = run->opts->columns ? run->opts->columns : 80;
        ev.rows = VB_TTY_ROWS;
    }
    ev.shell = vb_fact_shell(run);
    vb_fact_git(run, &ev.git_commit, &ev.git_dirty);
    ev.nargv = own_argv(run, &ev.argv);
    return vb_event_run_start(run->record, &ev, err);
}

static bool
document(vb_runner *run, const char *role, const char *path, vb_str text,
         vb_error *err)
{
    vb_str base = vb_path_base(vb_str_c(path));
    vb_str copy = vb_str_fmt(run->arena, "documents/%zu-%.*s",
                             run->ndocuments++, VB_ARG(base));
    vb_ev_document ev = {.role = vb_str_c(role),
                         .path = vb_str_c(path),
                         .copy = copy,
                         .bytes = text.len};

    return vb_rundir_put(&run->dir, copy.ptr, text, &ev.sha256, err) &&
           vb_event_document(run->record, &ev, err);
}

/* The exact bytes that were read; a BOM, which the text lacks, is in the
 * file. */
static bool
documents(vb_runner *run, vb_error *err)
{
    const vb_doc *doc = run->plan->doc;

    for (size_t i = 0; i < doc->sources.len; i++)
        if (!document(run, i ? "chunk" : "guide", doc->sources.at[i]->path,
                      doc->sources.at[i]->text, err))
            return false;
    if (run->plan->overlay->path &&
        !document(run, "overlay", run->plan->overlay->path,
                  run->plan->overlay->text, err))
        return false;
    for (size_t i = 0; i < run->opts->nscenarios; i++) {
        vb_str text;

        if (!vb_read_file_arena(run->opts->scenarios[i],
                                (size_t)16 * 1024 * 1024, run->arena, &text,
                                err) ||
            !document(run, "scenario", run->opts->scenarios[i], text, err))
            return false;
    }
    return true;
}

static bool
plan_copy(vb_runner *run, vb_error *err)
{
    vb_ev_plan ev = {.copy = VB_STR("plan.json"),
                     .steps = run->plan->steps.len};
    vb_diags none;
    vb_buf json;
    bool ok;

    vb_diags_init(&none, run->arena);
    vb_buf_init(&json, VB_BUF_NO_MAX);
    vb_plan_json(run->plan, &none, &json);
    ok = vb_rundir_put(&run->dir, "plan.json", vb_buf_view(&json), &ev.sha256,
                       err) &&
         vb_event_plan(run->record, &ev, err);
    vb_buf_release(&json);
    return ok;
}

/* Toggle values that show a scope, in words. */
static vb_str
scope_words(const vb_runner *run, uint32_t scope)
{
    const vb_doc *doc = run->plan->doc;
    vb_str out = {0};

    for (size_t depth = 0; scope && depth < 64; depth++) {
        const vb_scope *s = &doc->scopes.at[scope];
        vb_str label =
            doc->axes.at[s->cond.axis].options.at[s->cond.option].label;

        out = out.len ? vb_str_fmt(run->arena, "%.*s / %.*s", VB_ARG(label),
                                   VB_ARG(out))
                      : label;
        scope = s->parent;
    }
    return out;
}

static const vb_step *
step_of(const vb_runner *run, const vb_reading *reading)
{
    const vb_reading *r = reading;

    if (r->kind == VB_KIND_EXPECT && r->of != VB_NONE)
        r = &run->plan->readings.at[r->of];
    return r->step == VB_NONE ? NULL : &run->plan->steps.at[r->step];
}

static bool
blocks(vb_runner *run, vb_error *err)
{
    const vb_plan *plan = run->plan;
    vb_ev_block *items = VB_NEW_N(run->arena, vb_ev_block, plan->readings.len);

    for (size_t i = 0; i < plan->readings.len; i++) {
        const vb_reading *r = &plan->readings.at[i];
        const vb_block *block = &plan->doc->blocks.at[r->block];
        const vb_step *step = step_of(run, r);

        items[i] = (vb_ev_block){.file = vb_str_c(block->loc.file),
                                 .line = block->loc.line,
                                 .end_line = block->end_line,
                                 .kind = vb_str_c(vb_kind_name(r->kind)),
                                 .why = r->why,
                                 .selected = r->selected,
                                 .phase = vb_str_c(vb_phase_name(r->phase)),
                                 .scope = scope_words(run, block->scope),
                                 .text = block->text};
        if (step) {
            items[i].step = step->id;
            items[i].title = step->title;
            items[i].chosen = run->steps[step - plan->steps.at].runs;
        }
    }
    return !plan->readings.len ||
           vb_event_blocks(run->record, items, plan->readings.len, err);
}

/* Before anything else: from here on the record knows what to keep out. */
static bool
inputs(vb_runner *run, vb_error *err)
{
    for (size_t i = 0; i < run->given.len; i++) {
        const vb_given *given = &run->given.at[i];
        vb_ev_input ev = {.name = given->name,
                          .value = given->value,
                          .from = VB_STR("overlay")};

        if (vb_carry_pending(run, given->name))
            continue;
        ev.secret = vb_given_secret(run, given);
        for (size_t k = 0; k < run->opts->nvalues; k++)
            if (vb_str_eq(run->opts->values[k].name, given->name))
                ev.from = vb_str_c(run->opts->values[k].from);
        if (!vb_event_input(run->record, &ev, err))
            return false;
    }
    return true;
}

/* A secret must be known before the first event that could hold it: the
 * command line, for one. */
void
vb_learn_secrets(vb_runner *run)
{
    for (size_t i = 0; i < run->given.len; i++) {
        const vb_given *given = &run->given.at[i];
        bool declared = is_declared(run, given);

        if (vb_given_secret(run, given) &&
            !vb_record_secret(run->record, given->name, given->value) &&
            declared)
            vb_show(run, VB_PROGRESS_NOTE,
                    vb_str_fmt(run->arena,
                               "the value of '%.*s' is too short or too "
                               "common to be kept out of the record",
                               VB_ARG(given->name)));
    }
}

static bool
programs(vb_runner *run, vb_error *err)
{
    vb_map seen;

    vb_map_init(&seen, run->arena);
    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];

        for (size_t k = 0; run->steps[i].runs && k < step->programs.len; k++)
            vb_map_add(&seen, step->programs.at[k], NULL);
    }
    for (size_t i = 0; i < seen.entries.len; i++) {
        vb_ev_program ev = {.name = seen.entries.at[i].key};
        char *name = vb_str_dup(run->arena, ev.name);

        ev.path = vb_program_find(run->arena, name,
                                  run->sim ? vb_sim_path(run->sim) : NULL);
        ev.simulated = run->sim && vb_simulates(run, ev.name);
        /* Those that say their version come with it, before their first use. */
        if (!run->sim && vb_fact_has_version(ev.name))
            continue;
        if (ev.path.len && !vb_event_program(run->record, &ev, err))
            return false;
    }
    return true;
}

bool
vb_simulates(const vb_runner *run, vb_str program)
{
    const vb_str *names;
    size_t n = run->scenario ? vb_scenario_programs(run->scenario, &names) : 0;

    for (size_t i = 0; i < n; i++)
        if (vb_str_eq(names[i], program))
            return true;
    return false;
}

bool
vb_story_begin(vb_runner *run, vb_error *err)
{
    vb_learn_secrets(run);
    return run_start(run, err) && documents(run, err) && plan_copy(run, err) &&
           blocks(run, err) && inputs(run, err) && programs(run, err);
}

/* ------------------------------------------------------------- of a step -- */

static size_t
headings(const vb_runner *run, const vb_block *block, vb_arena *arena,
         const vb_str **out)
{
    const vb_doc *doc = run->plan->doc;
    size_t n = 0;
    vb_str *list;

    for (uint32_t h = block->heading; h != VB_NONE && n < 64;
         h = doc->blocks.at[h].heading)
        n++;
    list = VB_NEW_N(arena, vb_str, n);
    *out = list;
    for (uint32_t h = block->heading, i = (uint32_t)n; i > 0;
         h = doc->blocks.at[h].heading)
        list[--i] = doc->blocks.at[h].text;
    return n;
}

/* The prose directly before the block. */
static vb_str
lead(const vb_runner *run, uint32_t block)
{
    const vb_doc *doc = run->plan->doc;

    if (block && doc->blocks.at[block - 1].kind == VB_BLOCK_PROSE)
        return doc->blocks.at[block - 1].text;
    return (vb_str){0};
}

bool
vb_story_step(vb_runner *run, size_t index, vb_error *err)
{
    const vb_step *step = &run->plan->steps.at[index];
    const vb_ready_step *ready = &run->steps[index];
    const vb_reading *reading = &run->plan->readings.at[step->reading];
    const vb_block *block = &run->plan->doc->blocks.at[reading->block];
    vb_ev_expect *expects =
        VB_NEW_N(&run->scratch, vb_ev_expect, step->expects.len);
    vb_ev_step ev = {.step = step->id,
                     .number = ready->number,
                     .of = run->selected,
                     .kind = vb_str_c(vb_kind_name(step->kind)),
                     .phase = vb_str_c(vb_phase_name(step->phase)),
                     .title = step->title,
                     .lead = lead(run, reading->block),
                     .file = vb_str_c(step->loc.file),
                     .line = step->loc.line,
                     .end_line = step->end_line,
                     .lang = block->lang,
                     .source = step->body,
                     .name = step->name,
                     .expects = expects,
                     .nexpects = step->expects.len,
                     .destructive = step->destructive,
                     .optional = step->optional,
                     .background = step->background,
                     .timeout_ms =
                         (run->now.deadline - run->now.started) / 1000000};

    for (size_t i = 0; i < step->expects.len; i++)
        expects[i] = (vb_ev_expect){
            step->expects.at[i].loc.line, step->expects.at[i].text,
            vb_str_c(vb_manner_name(step->expects.at[i].manner)),
            step->expects.at[i].when == VB_WHEN_EVENTUALLY
                ? VB_STR("eventually")
                : VB_STR("once")};
    if (!vb_str_eq(ready->text, step->body))
        ev.body = ready->text;
    ev.nheadings = headings(run, block, &run->scratch, &ev.headings);
    /* What is about to be destroyed is on the disk before it is. */
    return vb_event_step_start(run->record, &ev, err) &&
           (!step->destructive || vb_record_sync(run->record, err));
}

bool
vb_story_skip(vb_runner *run, size_t index, const char *why, vb_error *err)
{
    const vb_step *step = &run->plan->steps.at[index];
    vb_ev_skip ev = {.step = step->id,
                     .kind = vb_str_c(vb_kind_name(step->kind)),
                     .phase = vb_str_c(vb_phase_name(step->phase)),
                     .title = step->title,
                     .file = vb_str_c(step->loc.file),
                     .line = step->loc.line,
                     .why = vb_str_c(why)};

    return vb_event_skip(run->record, &ev, err);
}
