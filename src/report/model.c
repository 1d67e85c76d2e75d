#include "report/model.h"

#include "report/read.h"

#include <string.h>

#include "base/banned.h"

/* ------------------------------------------------------------- the header --
 */

static vb_str
text(const vb_run *run, const vb_node *body, const char *key)
{
    return vb_str_copy(run->arena, vb_node_str(body, key, VB_STR("")));
}

static void
take_start(vb_run *run, const vb_event *event)
{
    const vb_node *b = event->body, *list = vb_node_get(b, "choices");
    const vb_node *git = vb_node_get(b, "git");

    run->id = text(run, b, "run");
    run->rehearsal =
        vb_str_eqc(vb_node_str(b, "mode", VB_STR("")), "rehearsal");
    run->isolated = vb_node_bool(b, "isolated", false);
    run->sandbox = vb_node_bool(b, "sandbox", false);
    run->document = text(run, b, "document");
    run->title = text(run, b, "title");
    run->provider = text(run, b, "provider");
    run->host = text(run, b, "host");
    run->user = text(run, b, "user");
    run->cwd = text(run, b, "cwd");
    run->os = text(run, b, "os");
    run->shell = text(run, b, "shell");
    run->locale = text(run, b, "locale");
    run->verbatim = text(run, b, "verbatim");
    run->git_commit = text(run, git, "commit");
    run->git_dirty = vb_node_bool(git, "dirty", false);
    run->started = vb_str_copy(run->arena, event->time);
    for (size_t i = 0; i < vb_list_len(list); i++)
        vb_vec_push(run->arena, &run->choices,
                    (vb_pair){.name = text(run, list->items[i], "axis"),
                              .value = text(run, list->items[i], "label")});
    list = vb_node_get(b, "argv");
    for (size_t i = 0; i < vb_list_len(list); i++)
        vb_vec_push(run->arena, &run->argv,
                    vb_str_copy(run->arena, list->items[i]->str));
}

static void
take_blocks(vb_run *run, const vb_event *event)
{
    const vb_node *items = vb_node_get(event->body, "items");

    for (size_t i = 0; i < vb_list_len(items); i++) {
        const vb_node *b = items->items[i];

        vb_vec_push(
            run->arena, &run->blocks,
            (vb_block_ref){.file = text(run, b, "file"),
                           .kind = text(run, b, "kind"),
                           .step = text(run, b, "step"),
                           .title = text(run, b, "title"),
                           .why = text(run, b, "why"),
                           .phase = text(run, b, "phase"),
                           .scope = text(run, b, "scope"),
                           .text = text(run, b, "text"),
                           .line = vb_node_u32(b, "line"),
                           .end_line = vb_node_u32(b, "end_line"),
                           .selected = vb_node_bool(b, "selected", false),
                           .chosen = vb_node_bool(b, "chosen", false)});
    }
}

static vb_pair
pair(vb_run *run, const vb_event *event, const char *name, const char *value,
     const char *flag)
{
    return (vb_pair){.name = text(run, event->body, name),
                     .value = text(run, event->body, value),
                     .from = text(run, event->body, "from"),
                     .flag = vb_node_bool(event->body, flag, false)};
}

/* -------------------------------------------------------------- the steps --
 */

static vb_step_ref *
last_of(vb_run *run, vb_str id)
{
    const vb_map_entry *entry = vb_map_find(&run->by_id, id);

    return entry && entry->num ? &run->steps.at[entry->num - 1] : NULL;
}

/* A step that stands there already is replaced by the new one. */
static vb_step_ref *
add_step(vb_run *run, const vb_event *event)
{
    const vb_node *b = event->body;
    vb_str id = text(run, b, "step");
    vb_step_ref *before = last_of(run, id);

    if (before)
        before->replaced = true;
    vb_vec_push(
        run->arena, &run->steps,
        (vb_step_ref){.id = id,
                      .title = text(run, b, "title"),
                      .kind = text(run, b, "kind"),
                      .phase = text(run, b, "phase"),
                      .verdict = VB_VERDICT_INTERRUPTED,
                      .destructive = vb_node_bool(b, "destructive", false),
                      .why = text(run, b, "why"),
                      .start_ns = event->mono,
                      .end_ns = event->mono,
                      .number = (uint64_t)vb_node_int(b, "number", 0),
                      .file = text(run, b, "file"),
                      .line = vb_node_u32(b, "line")});
    vb_map_add(&run->by_id, id, NULL)->num = run->steps.len;
    return &run->steps.at[run->steps.len - 1];
}

static void
take_skip(vb_run *run, const vb_event *event)
{
    vb_step_ref *before =
        last_of(run, vb_node_str(event->body, "step", VB_STR("")));
    vb_step_ref *step;

    /* What has run is not unmade by a later part of the run leaving it out. */
    if (before && !before->skipped)
        return;
    step = add_step(run, event);
    step->skipped = step->ended = true;
    step->verdict = VB_VERDICT_SKIPPED;
}

static void
take_step_end(vb_run *run, const vb_event *event)
{
    const vb_node *b = event->body;
    vb_step_ref *step = last_of(run, vb_node_str(b, "step", VB_STR("")));

    if (!step)
        return;
    step->ended =
        vb_verdict_parse(vb_node_str(b, "verdict", VB_STR("")), &step->verdict);
    step->why = text(run, b, "explanation");
    step->checked = vb_node_bool(b, "checked", false);
    step->duration_ns = vb_node_int(b, "duration_ns", 0);
    step->simulated_ms = vb_node_int(b, "simulated_ms", 0);
    step->end_ns = event->mono;
}

static void
take_manual(vb_run *run, const vb_event *event)
{
    vb_step_ref *step =
        last_of(run, vb_node_str(event->body, "step", VB_STR("")));

    if (step)
        step->checked = vb_node_bool(event->body, "done", false);
}

/* --------------------------------------------------------------- the rest --
 */

static void
take_document(vb_run *run, const vb_event *event)
{
    vb_vec_push(run->arena, &run->documents,
                (vb_doc_ref){.role = text(run, event->body, "role"),
                             .path = text(run, event->body, "path"),
                             .copy = text(run, event->body, "copy"),
                             .sha256 = text(run, event->body, "sha256")});
}

static void
take_end(vb_run *run, const vb_event *event)
{
    run->ended = true;
    run->verdict = text(run, event->body, "verdict");
    run->reason = text(run, event->body, "reason");
    run->duration_ns = vb_node_int(event->body, "duration_ns", 0);
    run->simulated_ms = vb_node_int(event->body, "simulated_ms", 0);
    run->ended_at = vb_str_copy(run->arena, event->time);
}

static void
take_list(vb_run *run, const vb_event *event)
{
    vb_arena *arena = run->arena;

    switch (event->kind) {
    case VB_EVENT_INPUT:
        vb_vec_push(arena, &run->inputs,
                    pair(run, event, "name", "value", "secret"));
        break;
    case VB_EVENT_PROGRAM:
        vb_vec_push(arena, &run->programs,
                    pair(run, event, "name", "version", "simulated"));
        break;
    case VB_EVENT_PLACE:
        vb_vec_push(arena, &run->places, pair(run, event, "what", "value", ""));
        break;
    case VB_EVENT_CONSENT:
        vb_vec_push(arena, &run->consents,
                    pair(run, event, "by", "how", "given"));
        break;
    case VB_EVENT_NOTE:
        vb_vec_push(arena, &run->notes,
                    pair(run, event, "severity", "text", ""));
        break;
    case VB_EVENT_LEFTOVER:
        vb_vec_push(arena, &run->leftovers,
                    pair(run, event, "pid", "command", ""));
        break;
    default:
        break;
    }
}

static void
take_event(vb_run *run, const vb_event *event)
{
    run->last_ns = event->mono;
    switch (event->kind) {
    case VB_EVENT_RUN_START:
        take_start(run, event);
        break;
    case VB_EVENT_DOCUMENT:
        take_document(run, event);
        break;
    case VB_EVENT_PLAN:
        run->plan_sha256 = text(run, event->body, "sha256");
        break;
    case VB_EVENT_BLOCKS:
        take_blocks(run, event);
        break;
    case VB_EVENT_STEP_START:
        add_step(run, event);
        break;
    case VB_EVENT_STEP_END:
        take_step_end(run, event);
        break;
    case VB_EVENT_SKIP:
        take_skip(run, event);
        break;
    case VB_EVENT_MANUAL:
        take_manual(run, event);
        break;
    case VB_EVENT_INTERRUPT:
        run->interrupt = text(run, event->body, "signal");
        break;
    case VB_EVENT_RESUME:
        run->resumes++;
        run->ended = false;
        break;
    case VB_EVENT_LOST:
        run->lost += (uint64_t)vb_node_int(event->body, "bytes", 0);
        break;
    case VB_EVENT_END:
        take_end(run, event);
        break;
    default:
        take_list(run, event);
    }
}

/* --------------------------------------------------------------- counting --
 */

static void
count_steps(vb_run *run)
{
    for (size_t i = 0; i < run->steps.len; i++) {
        const vb_step_ref *step = &run->steps.at[i];

        run->waited_ns += step->simulated_ms * 1000000;
        if (step->replaced)
            continue;
        run->total++;
        if (step->ended)
            run->counts[step->verdict]++;
        else
            run->unfinished++;
        run->manual_not_done += vb_str_eqc(step->kind, "manual") &&
                                !step->skipped && !step->checked;
    }
}

static void
cover(vb_run *run, vb_block_ref *block)
{
    const vb_step_ref *step =
        block->step.len ? last_of(run, block->step) : NULL;
    vb_coverage *c = &run->coverage;
    bool expect = vb_str_eqc(block->kind, "expect");

    block->ran = step && step->ended && !step->skipped &&
                 step->verdict != VB_VERDICT_SKIPPED;
    block->checked = block->ran && step->checked;
    if (!block->selected) {
        c->other++;
    } else if (expect) {
        c->expects++;
        c->expects_checked += block->checked;
    } else if (vb_str_eqc(block->kind, "manual")) {
        c->manual++;
        c->manual_done += block->checked;
    } else if (vb_str_eqc(block->kind, "ignore")) {
        c->ignored++;
    } else if (!vb_str_eqc(block->kind, "table")) {
        c->commands++;
        c->commands_run += block->ran;
    }
}

static void
finish(vb_run *run)
{
    count_steps(run);
    for (size_t i = 0; i < run->blocks.len; i++)
        cover(run, &run->blocks.at[i]);
    if (!run->ended) {
        run->verdict = VB_STR("incomplete");
        run->reason = VB_STR("the record has no end");
        run->duration_ns = run->last_ns;
    }
}

/* ---------------------------------------------------------------- reading --
 */

bool
vb_read_each(const char *path, void (*take)(void *user, const vb_event *event),
             void *user, vb_error *err)
{
    vb_reader *reader = vb_reader_open(path, err);
    vb_arena scratch = {0};
    vb_diags diags;
    vb_read_status status;

    if (!reader)
        return false;
    do {
        vb_event event;

        vb_arena_reset(&scratch);
        vb_diags_init(&diags, &scratch);
        status = vb_reader_next(reader, &scratch, &event, &diags);
        if (status == VB_READ_EVENT)
            take(user, &event);
        else if (status == VB_READ_BAD || status == VB_READ_FAIL)
            vb_fail(err, "'%s': %.*s", vb_reader_path(reader),
                    VB_ARG(diags.list.len ? diags.list.at[0].message
                                          : VB_STR("it cannot be read")));
    } while (status == VB_READ_EVENT);
    vb_arena_release(&scratch);
    vb_reader_close(reader);
    return status == VB_READ_END || status == VB_READ_TORN;
}

static void
take_any(void *user, const vb_event *event)
{
    take_event(user, event);
}

static bool
verify(vb_run *run, const char *path, vb_error *err)
{
    vb_diags diags;

    vb_diags_init(&diags, run->arena);
    if (!vb_record_verify(path, &run->check, run->arena, &diags, err))
        return false;
    for (size_t i = 0; i < diags.list.len && run->fault.len == 0; i++)
        if (diags.list.at[i].severity == VB_ERROR)
            run->fault = diags.list.at[i].message;
    return true;
}

vb_run *
vb_run_load(const char *path, vb_arena *arena, vb_error *err)
{
    vb_run *run = VB_NEW(arena, vb_run);

    run->arena = arena;
    vb_map_init(&run->by_id, arena);
    if (!vb_read_each(path, take_any, run, err) || !verify(run, path, err))
        return NULL;
    if (run->check.events == 0) {
        vb_fail(err, "'%s' holds no events", path);
        return NULL;
    }
    finish(run);
    return run;
}

const char *
vb_step_word(const vb_step_ref *ref)
{
    return ref->ended ? vb_verdict_name(ref->verdict) : "not finished";
}
