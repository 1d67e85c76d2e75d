#include "report/model.h"

#include "report/read.h"
#include "report/store.h"

#include <string.h>

#include "base/banned.h"

enum { LIST_MAX = 10000, LIST_BYTES = 8 * 1024 * 1024 };

/* What the first pass over the events keeps in mind. */
typedef struct loader {
    vb_run *run;
    size_t bytes; /* of the lists in the run */
    bool open;    /* 'step' has begun */
    vb_step_ref step;
    vb_arena arena;           /* of 'step' */
    VB_VEC(uint32_t) expects; /* lines of its outputs in the guide */
    /* What a later event may say again. */
    vb_buf plan_sha256, interrupt, verdict, reason, ended_at;
} loader;

/* ------------------------------------------------------------ the header -- */

static vb_str
text(const vb_run *run, const vb_node *body, const char *key)
{
    return vb_str_copy(run->arena, vb_node_str(body, key, VB_STR("")));
}

/* A transcript is as long as a stranger likes: its lists end somewhere. */
static bool
has_room(loader *l, size_t len, size_t bytes)
{
    if (len < LIST_MAX && l->bytes + bytes <= LIST_BYTES) {
        l->bytes += bytes;
        return true;
    }
    l->run->lists_left++;
    return false;
}

static void
take_choices(loader *l, const vb_node *list)
{
    vb_run *run = l->run;

    for (size_t i = 0; i < vb_list_len(list); i++)
        if (has_room(l, run->choices.len, 64))
            vb_vec_push(run->arena, &run->choices,
                        (vb_pair){.name = text(run, list->items[i], "axis"),
                                  .value = text(run, list->items[i], "label")});
}

static void
take_run_start(loader *l, const vb_event *event)
{
    const vb_node *b = event->body, *list = vb_node_get(b, "argv");
    const vb_node *git = vb_node_get(b, "git");
    vb_run *run = l->run;

    if (run->started.len)
        return; /* a run starts once */
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
    take_choices(l, vb_node_get(b, "choices"));
    for (size_t i = 0; i < vb_list_len(list); i++)
        if (has_room(l, run->argv.len, list->items[i]->str.len))
            vb_vec_push(run->arena, &run->argv,
                        vb_str_copy(run->arena, list->items[i]->str));
}

static void
take_blocks(loader *l, const vb_event *event)
{
    const vb_node *items = vb_node_get(event->body, "items");
    const vb_str none = {0};

    for (size_t i = 0; i < vb_list_len(items); i++) {
        const vb_node *b = items->items[i];
        const vb_block_ref block = {.file = vb_node_str(b, "file", none),
                                    .kind = vb_node_str(b, "kind", none),
                                    .step = vb_node_str(b, "step", none),
                                    .title = vb_node_str(b, "title", none),
                                    .why = vb_node_str(b, "why", none),
                                    .phase = vb_node_str(b, "phase", none),
                                    .scope = vb_node_str(b, "scope", none),
                                    .text = vb_node_str(b, "text", none),
                                    .line = vb_node_u32(b, "line"),
                                    .end_line = vb_node_u32(b, "end_line"),
                                    .selected =
                                        vb_node_bool(b, "selected", false),
                                    .chosen = vb_node_bool(b, "chosen", false)};

        vb_store_block(l->run->store, &block);
    }
}

/* ------------------------------------------------------------- the steps -- */

static void
close_step(loader *l)
{
    if (l->open)
        vb_store_step(l->run->store, &l->step);
    l->open = false;
}

static void
open_step(loader *l, const vb_event *event)
{
    const vb_node *b = event->body, *list = vb_node_get(b, "expects");
    bool skip = event->kind == VB_EVENT_SKIP;
    vb_run mine = {.arena = &l->arena};

    close_step(l);
    vb_arena_reset(&l->arena);
    l->expects.at = NULL;
    l->expects.len = l->expects.cap = 0;
    l->step = (vb_step_ref){
        .id = text(&mine, b, "step"),
        .title = text(&mine, b, "title"),
        .kind = text(&mine, b, "kind"),
        .phase = text(&mine, b, "phase"),
        .verdict = skip ? VB_VERDICT_SKIPPED : VB_VERDICT_INTERRUPTED,
        .destructive = vb_node_bool(b, "destructive", false),
        .why = text(&mine, b, "why"),
        .start_ns = event->mono,
        .end_ns = event->mono,
        .number = (uint64_t)vb_node_int(b, "number", 0),
        .file = text(&mine, b, "file"),
        .line = vb_node_u32(b, "line"),
        .skipped = skip,
        .ended = skip};
    if (!skip)
        l->step.source = vb_sha256(vb_node_str(b, "source", VB_STR("")));
    for (size_t i = 0; i < vb_list_len(list); i++)
        vb_vec_push(&l->arena, &l->expects,
                    vb_node_u32(list->items[i], "line"));
    l->open = true;
}

/* Whether an event speaks of the step that has begun. */
static bool
is_open(const loader *l, const vb_event *event)
{
    return l->open && !l->step.skipped &&
           vb_str_eq(l->step.id, vb_node_str(event->body, "step", VB_STR("")));
}

static void
take_step_end(loader *l, const vb_event *event)
{
    const vb_node *b = event->body;
    vb_step_ref *step = &l->step;

    if (!is_open(l, event))
        return;
    step->ended =
        vb_verdict_parse(vb_node_str(b, "verdict", VB_STR("")), &step->verdict);
    step->why =
        vb_str_copy(&l->arena, vb_node_str(b, "explanation", VB_STR("")));
    step->checked = vb_node_bool(b, "checked", false);
    step->duration_ns = vb_node_int(b, "duration_ns", 0);
    step->simulated_ms = vb_node_int(b, "simulated_ms", 0);
    step->end_ns = event->mono;
    close_step(l);
}

static void
take_compare(loader *l, const vb_event *event)
{
    int64_t expect = vb_node_int(event->body, "expect", -1);

    if (is_open(l, event) && expect >= 0 && (uint64_t)expect < l->expects.len &&
        !vb_node_bool(event->body, "fault", false))
        vb_store_compared(l->run->store, l->expects.at[expect]);
}

/* -------------------------------------------------------------- the rest -- */

static void
take_document(loader *l, const vb_event *event)
{
    vb_run *run = l->run;
    vb_doc_ref doc = {.role = vb_node_str(event->body, "role", VB_STR("")),
                      .path = vb_node_str(event->body, "path", VB_STR("")),
                      .copy = vb_node_str(event->body, "copy", VB_STR("")),
                      .sha256 = vb_node_str(event->body, "sha256", VB_STR(""))};

    if (!has_room(l, run->documents.len,
                  doc.path.len + doc.copy.len + sizeof doc))
        return;
    doc.role = vb_str_copy(run->arena, doc.role);
    doc.path = vb_str_copy(run->arena, doc.path);
    doc.copy = vb_str_copy(run->arena, doc.copy);
    doc.sha256 = vb_str_copy(run->arena, doc.sha256);
    vb_vec_push(run->arena, &run->documents, doc);
}

static void
set(vb_buf *to, vb_str value)
{
    vb_buf_clear(to);
    vb_buf_str(to, value);
}

static void
take_end(loader *l, const vb_event *event)
{
    l->run->ended = true;
    set(&l->verdict, vb_node_str(event->body, "verdict", VB_STR("")));
    set(&l->reason, vb_node_str(event->body, "reason", VB_STR("")));
    set(&l->ended_at, event->time);
    l->run->duration_ns = vb_node_int(event->body, "duration_ns", 0);
    l->run->simulated_ms = vb_node_int(event->body, "simulated_ms", 0);
}

typedef VB_VEC(vb_pair) pair_list;

/* Names of the members that make a pair. */
typedef struct pair_names {
    const char *name, *value, *flag;
} pair_names;

static void
take_pair(loader *l, const vb_event *event, void *list, pair_names names)
{
    const vb_node *b = event->body;
    pair_list *to = list;
    vb_pair p = {.name = vb_node_str(b, names.name, VB_STR("")),
                 .value = vb_node_str(b, names.value, VB_STR("")),
                 .from = vb_node_str(b, "from", VB_STR("")),
                 .flag = vb_node_bool(b, names.flag, false)};

    if (!has_room(l, to->len, p.name.len + p.value.len + p.from.len + sizeof p))
        return;
    p.name = vb_str_copy(l->run->arena, p.name);
    p.value = vb_str_copy(l->run->arena, p.value);
    p.from = vb_str_copy(l->run->arena, p.from);
    vb_vec_push(l->run->arena, to, p);
}

static void
take_list(loader *l, const vb_event *event)
{
    vb_run *run = l->run;

    switch (event->kind) {
    case VB_EVENT_INPUT:
        take_pair(l, event, &run->inputs,
                  (pair_names){"name", "value", "secret"});
        break;
    case VB_EVENT_PROGRAM:
        take_pair(l, event, &run->programs,
                  (pair_names){"name", "version", "simulated"});
        break;
    case VB_EVENT_PLACE:
        take_pair(l, event, &run->places, (pair_names){"what", "value", ""});
        break;
    case VB_EVENT_CONSENT:
        take_pair(l, event, &run->consents, (pair_names){"by", "how", "given"});
        break;
    case VB_EVENT_NOTE:
        take_pair(l, event, &run->notes, (pair_names){"severity", "text", ""});
        break;
    case VB_EVENT_LEFTOVER:
        take_pair(l, event, &run->leftovers,
                  (pair_names){"pid", "command", ""});
        break;
    default:
        break;
    }
}

/* NOLINTNEXTLINE(readability-function-size): a flat dispatch */
static void
take_event(void *user, const vb_event *event)
{
    loader *l = user;
    vb_run *run = l->run;

    run->last_ns = event->mono;
    switch (event->kind) {
    case VB_EVENT_RUN_START:
        take_run_start(l, event);
        break;
    case VB_EVENT_DOCUMENT:
        take_document(l, event);
        break;
    case VB_EVENT_PLAN:
        set(&l->plan_sha256, vb_node_str(event->body, "sha256", VB_STR("")));
        break;
    case VB_EVENT_BLOCKS:
        take_blocks(l, event);
        break;
    case VB_EVENT_STEP_START:
    case VB_EVENT_SKIP:
        open_step(l, event);
        break;
    case VB_EVENT_STEP_END:
        take_step_end(l, event);
        break;
    case VB_EVENT_COMPARE:
        take_compare(l, event);
        break;
    case VB_EVENT_MANUAL:
        if (is_open(l, event))
            l->step.checked = vb_node_bool(event->body, "done", false);
        break;
    case VB_EVENT_INTERRUPT:
        set(&l->interrupt, vb_node_str(event->body, "signal", VB_STR("")));
        break;
    case VB_EVENT_RESUME:
        run->resumes++;
        run->ended = false;
        break;
    case VB_EVENT_LOST:
        run->lost += (uint64_t)vb_node_int(event->body, "bytes", 0);
        break;
    case VB_EVENT_END:
        take_end(l, event);
        break;
    default:
        take_list(l, event);
    }
}

/* -------------------------------------------------------------- counting -- */

static void
count_step(void *user, const vb_step_ref *step)
{
    vb_run *run = user;

    run->rows++;
    run->waited_ns += step->simulated_ms * 1000000;
    run->replaced += step->replaced;
    if (step->replaced)
        return;
    run->total++;
    if (step->ended)
        run->counts[step->verdict]++;
    else
        run->unfinished++;
    if (vb_str_eqc(step->kind, "manual")) {
        run->manual_not_done += !step->skipped && !step->checked;
        run->coverage.manual++;
        run->coverage.manual_done += !step->skipped && step->checked;
    }
}

vb_str
vb_block_gap(const vb_block_ref *block)
{
    if (!block->selected)
        return block->scope.len ? block->scope : VB_STR("another choice");
    if (vb_str_eqc(block->kind, "ignore"))
        return block->why.len ? block->why : VB_STR("no step");
    if (vb_str_eqc(block->kind, "table"))
        return (vb_str){0};
    if (vb_str_eqc(block->kind, "expect"))
        return block->checked ? (vb_str){0} : VB_STR("never compared");
    if (vb_str_eqc(block->kind, "manual"))
        return block->checked ? (vb_str){0} : VB_STR("not done by a person");
    return block->ran ? (vb_str){0} : VB_STR("never ran");
}

static bool
count_block(void *user, const vb_block_ref *block, vb_error *err)
{
    vb_run *run = user;
    vb_coverage *c = &run->coverage;

    (void)err;
    c->blocks++;
    c->gaps += vb_block_gap(block).len > 0;
    if (!block->selected) {
        c->other++;
    } else if (vb_str_eqc(block->kind, "expect")) {
        c->expects++;
        c->expects_checked += block->checked;
    } else if (vb_str_eqc(block->kind, "ignore")) {
        c->ignored++;
    } else if (!vb_str_eqc(block->kind, "table") &&
               !vb_str_eqc(block->kind, "manual")) {
        c->commands++;
        c->commands_run += block->ran;
    }
    return true;
}

static bool
finish(vb_run *run, vb_error *err)
{
    vb_store_settle(run->store);
    if (!run->ended) {
        run->verdict = VB_STR("incomplete");
        run->reason = VB_STR("the record has no end");
        run->duration_ns = run->last_ns;
    }
    return vb_run_refs(run, count_step, run, err) &&
           vb_run_blocks(run, count_block, run, err);
}

/* ---------------------------------------------------------- the overview -- */

bool
vb_run_refs(const vb_run *run, void (*each)(void *user, const vb_step_ref *ref),
            void *user, vb_error *err)
{
    vb_rows *rows = vb_store_steps(run->store);
    const vb_step_ref *ref;

    while ((ref = vb_rows_step(rows)))
        if (!ref->dropped)
            each(user, ref);
    vb_rows_end(rows);
    return vb_run_good(run, err);
}

bool
vb_run_blocks(const vb_run *run,
              bool (*each)(void *user, const vb_block_ref *block,
                           vb_error *err),
              void *user, vb_error *err)
{
    vb_rows *rows = vb_store_blocks(run->store);
    const vb_block_ref *block;
    bool ok = true;

    while (ok && (block = vb_rows_block(rows)))
        ok = each(user, block, err);
    vb_rows_end(rows);
    return ok && vb_run_good(run, err);
}

bool
vb_run_good(const vb_run *run, vb_error *err)
{
    return vb_store_good(run->store, err);
}

/* --------------------------------------------------------------- reading -- */

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

/* A buffer's text goes over to the run. */
static vb_str
settled(vb_run *run, vb_buf *buf)
{
    vb_str value = vb_str_copy(run->arena, vb_buf_view(buf));

    vb_buf_release(buf);
    return value;
}

static bool
load(vb_run *run, const char *path, vb_error *err)
{
    loader l = {.run = run};
    bool ok;

    vb_buf_init(&l.plan_sha256, VB_BUF_NO_MAX);
    vb_buf_init(&l.interrupt, VB_BUF_NO_MAX);
    vb_buf_init(&l.verdict, VB_BUF_NO_MAX);
    vb_buf_init(&l.reason, VB_BUF_NO_MAX);
    vb_buf_init(&l.ended_at, VB_BUF_NO_MAX);
    ok = vb_read_each(path, take_event, &l, err);
    close_step(&l);
    vb_arena_release(&l.arena);
    run->plan_sha256 = settled(run, &l.plan_sha256);
    run->interrupt = settled(run, &l.interrupt);
    run->verdict = settled(run, &l.verdict);
    run->reason = settled(run, &l.reason);
    run->ended_at = settled(run, &l.ended_at);
    if (!ok || !verify(run, path, err))
        return false;
    if (run->check.events == 0)
        return vb_fail(err, "'%s' holds no events", path);
    return finish(run, err);
}

vb_run *
vb_run_load(const char *path, vb_arena *arena, vb_error *err)
{
    vb_run *run = VB_NEW(arena, vb_run);

    run->arena = arena;
    run->store = vb_store_open();
    if (load(run, path, err))
        return run;
    vb_run_close(run);
    return NULL;
}

void
vb_run_close(vb_run *run)
{
    if (run)
        vb_store_close(run->store);
}

const char *
vb_step_word(const vb_step_ref *ref)
{
    return ref->ended ? vb_verdict_name(ref->verdict) : "not finished";
}
