/* The steps of a transcript, one view at a time. */
#include "report/model.h"

#include "report/read.h"
#include "report/store.h"

#include <string.h>

#include "base/banned.h"

/* The end of an output of any length: bytes and where pieces end. */
typedef struct tail {
    vb_buf bytes;
    vb_buf pieces; /* of vb_out_piece, without their bytes */
} tail;

typedef struct walk {
    const vb_run *run;
    vb_rows *rows;  /* of the overview: one for each start and skip */
    vb_arena arena; /* of the open step */
    vb_step_ref ref;
    vb_step_view view;
    bool open;
    tail tail;
    size_t next; /* index of the step that comes next */
    bool (*each)(void *user, const vb_run *run, const vb_step_view *step,
                 vb_error *err);
    void *user;
    vb_error err;
    bool failed;
} walk;

static vb_str
text(walk *w, const vb_node *body, const char *key)
{
    return vb_str_copy(&w->arena, vb_node_str(body, key, VB_STR("")));
}

/* ---------------------------------------------------------------- output -- */

static void
keep_tail(tail *t, vb_out_piece piece)
{
    vb_buf_str(&t->bytes, piece.bytes);
    vb_buf_add(&t->pieces, &piece, sizeof piece);
    if (t->bytes.len < (size_t)2 * VB_OUTPUT_KEPT + piece.bytes.len)
        return;
    /* Forgets whole pieces from the front while enough is left. */
    {
        size_t drop = 0, n = 0;
        vb_out_piece first;

        for (;; n++) {
            memcpy(&first, t->pieces.ptr + n * sizeof first, sizeof first);
            if (t->bytes.len - drop - first.bytes.len < VB_OUTPUT_KEPT)
                break;
            drop += first.bytes.len;
        }
        vb_buf_drop(&t->bytes, drop);
        vb_buf_drop(&t->pieces, n * sizeof first);
    }
}

static void
take_out(walk *w, const vb_event *event)
{
    vb_step_view *v = &w->view;
    vb_buf bytes;
    vb_out_piece piece = {
        .stream =
            vb_str_eqc(vb_node_str(event->body, "stream", VB_STR("")), "err")
                ? VB_STREAM_ERR
                : VB_STREAM_OUT,
        .attempt = vb_node_u32(event->body, "attempt")};

    vb_buf_init(&bytes, VB_BUF_NO_MAX);
    if (vb_event_bytes(event, &bytes)) {
        vb_str all = vb_buf_view(&bytes);
        size_t room = v->out_bytes < VB_OUTPUT_KEPT
                          ? VB_OUTPUT_KEPT - (size_t)v->out_bytes
                          : 0;
        vb_str first = vb_str_sub(all, 0, room);

        v->out_bytes += all.len;
        piece.bytes = vb_str_copy(&w->arena, first);
        if (first.len)
            vb_vec_push(&w->arena, &v->head, piece);
        piece.bytes = vb_str_from(all, first.len);
        if (piece.bytes.len)
            keep_tail(&w->tail, piece);
    }
    vb_buf_release(&bytes);
}

/* The tail's pieces become the view's, the last 64 KiB of them. */
static void
close_output(walk *w)
{
    vb_str bytes = vb_buf_view(&w->tail.bytes);
    size_t n = w->tail.pieces.len / sizeof(vb_out_piece), at = 0, skip;

    skip = bytes.len > VB_OUTPUT_KEPT ? bytes.len - VB_OUTPUT_KEPT : 0;
    for (size_t i = 0; i < n; i++) {
        vb_out_piece piece;
        size_t end, from;

        memcpy(&piece, w->tail.pieces.ptr + i * sizeof piece, sizeof piece);
        end = at + piece.bytes.len;
        from = at > skip ? at : skip;
        piece.bytes = vb_str_sub(bytes, from, end > from ? end - from : 0);
        if (piece.bytes.len)
            vb_vec_push(&w->arena, &w->view.tail, piece);
        at = end;
    }
    w->view.left_out = w->view.out_bytes;
    for (size_t i = 0; i < w->view.head.len; i++)
        w->view.left_out -= w->view.head.at[i].bytes.len;
    for (size_t i = 0; i < w->view.tail.len; i++)
        w->view.left_out -= w->view.tail.at[i].bytes.len;
}

vb_str
vb_step_output(const vb_step_view *step, vb_arena *arena)
{
    vb_buf all;
    vb_str result;

    vb_buf_init(&all, VB_BUF_NO_MAX);
    for (size_t i = 0; i < step->head.len; i++)
        vb_buf_str(&all, step->head.at[i].bytes);
    if (step->left_out)
        vb_buf_fmt(&all, "\n[%ju bytes left out]\n", (uintmax_t)step->left_out);
    for (size_t i = 0; i < step->tail.len; i++)
        vb_buf_str(&all, step->tail.at[i].bytes);
    result = vb_str_copy(arena, vb_buf_view(&all));
    vb_buf_release(&all);
    return result;
}

/* ------------------------------------------------------- parts of a step -- */

static void
take_start(walk *w, const vb_event *event)
{
    const vb_node *b = event->body, *list = vb_node_get(b, "headings");
    vb_step_view *v = &w->view;

    for (size_t i = 0; i < vb_list_len(list); i++)
        vb_vec_push(&w->arena, &v->headings,
                    vb_str_copy(&w->arena, list->items[i]->str));
    v->lead = text(w, b, "lead");
    v->lang = text(w, b, "lang");
    v->source = text(w, b, "source");
    v->body = text(w, b, "body");
    v->name = text(w, b, "name");
    v->file = text(w, b, "file");
    v->line = vb_node_u32(b, "line");
    v->end_line = vb_node_u32(b, "end_line");
    v->optional = vb_node_bool(b, "optional", false);
    v->background = vb_node_bool(b, "background", false);
    list = vb_node_get(b, "expects");
    for (size_t i = 0; i < vb_list_len(list); i++)
        vb_vec_push(&w->arena, &v->expects,
                    (vb_expect_ref){vb_node_u32(list->items[i], "line"),
                                    text(w, list->items[i], "text"),
                                    text(w, list->items[i], "manner")});
}

static void
take_command(walk *w, const vb_event *event)
{
    const vb_node *b = event->body;
    vb_step_view *v = &w->view;

    if (v->commands.len >= VB_CALLS_KEPT) {
        v->commands_left++;
        return;
    }
    vb_vec_push(
        &w->arena, &v->commands,
        (vb_command_ref){.n = vb_node_u32(b, "n"),
                         .line = vb_node_u32(b, "line"),
                         .attempt = vb_node_u32(b, "attempt"),
                         .text = text(w, b, "text"),
                         .known = vb_node_get(b, "status") != NULL,
                         .status = (int)vb_node_int(b, "status", 0),
                         .duration_ns = vb_node_int(b, "duration_ns", 0)});
}

static void
take_compare(walk *w, const vb_event *event)
{
    const vb_node *b = event->body, *lines = vb_node_get(b, "lines");
    vb_compare_ref c = {.expect = vb_node_u32(b, "expect"),
                        .attempt = vb_node_u32(b, "attempt"),
                        .match = vb_node_bool(b, "match", false),
                        .fault = vb_node_bool(b, "fault", false),
                        .summary = text(w, b, "summary"),
                        .left_out = vb_node_u32(b, "left_out")};

    if (w->view.compares.len && w->view.compares.at[0].attempt != c.attempt)
        w->view.compares.len = w->view.compares_left = 0;
    if (w->view.compares.len >= VB_COMPARES_KEPT) {
        w->view.compares_left++;
        return;
    }
    for (size_t i = 0; i < vb_list_len(lines); i++) {
        const vb_node *line = lines->items[i];
        vb_line_ref ref = {.kind = text(w, line, "k"),
                           .expected = text(w, line, "es"),
                           .actual = text(w, line, "as"),
                           .note = text(w, line, "n"),
                           .e = vb_node_u32(line, "e"),
                           .a = vb_node_u32(line, "a")};

        if (ref.e && ref.a && !vb_node_get(line, "as"))
            ref.actual = ref.expected;
        vb_vec_push(&w->arena, &c.lines, ref);
    }
    vb_vec_push(&w->arena, &w->view.compares, c);
}

static void
take_call(walk *w, const vb_event *event)
{
    const vb_node *argv = vb_node_get(event->body, "argv");
    vb_buf command;

    if (w->view.calls.len >= VB_CALLS_KEPT) {
        w->view.calls_left++;
        return;
    }
    vb_buf_init(&command, 4096);
    for (size_t i = 0; i < vb_list_len(argv); i++) {
        if (i)
            vb_buf_ch(&command, ' ');
        vb_buf_str(&command, argv->items[i]->str);
    }
    vb_vec_push(
        &w->arena, &w->view.calls,
        (vb_call_ref){.command = vb_str_copy(&w->arena, vb_buf_view(&command)),
                      .rule = text(w, event->body, "rule"),
                      .why = text(w, event->body, "why"),
                      .status = (int)vb_node_int(event->body, "status", 0),
                      .simulated_ms =
                          vb_node_int(event->body, "simulated_ms", 0)});
    vb_buf_release(&command);
}

static void
take_manual(walk *w, const vb_event *event)
{
    w->view.manual = true;
    w->view.manual_done = vb_node_bool(event->body, "done", false);
    w->view.manual_by = text(w, event->body, "by");
    w->view.manual_how = text(w, event->body, "how");
    w->view.manual_remark = text(w, event->body, "remark");
}

static void
take_end(walk *w, const vb_event *event)
{
    w->view.has_status = vb_node_get(event->body, "status") != NULL;
    w->view.status = (int)vb_node_int(event->body, "status", 0);
    w->view.attempts_made = vb_node_u32(event->body, "attempts");
    w->view.failed_line = vb_node_u32(event->body, "failed_line");
}

/* Texts of the notes and of the reasons why an attempt was not enough. */
static void
take_text(walk *w, const vb_event *event)
{
    vb_step_view *v = &w->view;
    bool note = event->kind == VB_EVENT_NOTE;
    size_t len = note ? v->notes.len : v->attempts.len;
    vb_pair pair = {0};

    if (len >= VB_CALLS_KEPT) {
        v->notes_left += note;
        v->attempts_left += !note;
        return;
    }
    pair.name = text(w, event->body, "severity");
    pair.value = text(w, event->body, note ? "text" : "why");
    if (note)
        vb_vec_push(&w->arena, &v->notes, pair);
    else
        vb_vec_push(&w->arena, &v->attempts, pair);
}

/* -------------------------------------------------------------- the walk -- */

static void
close_step(walk *w)
{
    if (!w->open || w->failed)
        return;
    close_output(w);
    w->open = false;
    w->failed = !w->each(w->user, w->run, &w->view, &w->err);
}

/* The overview's row for a start or a skip; false when there is none or it
 * does not count. */
static bool
next_row(walk *w, const vb_event *event)
{
    const vb_step_ref *ref = vb_rows_step(w->rows);

    if (!ref || ref->dropped)
        return false;
    if (ref->skipped != (event->kind == VB_EVENT_SKIP) ||
        !vb_str_eq(ref->id, vb_node_str(event->body, "step", VB_STR("")))) {
        w->failed = true;
        vb_fail(&w->err, "the transcript was changed while it was read");
        return false;
    }
    vb_arena_reset(&w->arena);
    w->ref = *ref;
    w->ref.id = vb_str_copy(&w->arena, ref->id);
    w->ref.title = vb_str_copy(&w->arena, ref->title);
    w->ref.kind = vb_str_copy(&w->arena, ref->kind);
    w->ref.phase = vb_str_copy(&w->arena, ref->phase);
    w->ref.why = vb_str_copy(&w->arena, ref->why);
    w->ref.file = vb_str_copy(&w->arena, ref->file);
    return true;
}

static void
open_step(walk *w)
{
    vb_buf_clear(&w->tail.bytes);
    vb_buf_clear(&w->tail.pieces);
    w->view =
        (vb_step_view){.arena = &w->arena, .index = w->next++, .ref = &w->ref};
    w->open = true;
}

static void
take_part(walk *w, const vb_event *event)
{
    switch (event->kind) {
    case VB_EVENT_OUT:
        take_out(w, event);
        break;
    case VB_EVENT_COMMAND:
        take_command(w, event);
        break;
    case VB_EVENT_COMPARE:
        take_compare(w, event);
        break;
    case VB_EVENT_SIM_CALL:
        take_call(w, event);
        break;
    case VB_EVENT_MANUAL:
        take_manual(w, event);
        break;
    case VB_EVENT_STEP_END:
        take_end(w, event);
        close_step(w);
        break;
    case VB_EVENT_NOTE:
    case VB_EVENT_ATTEMPT:
        take_text(w, event);
        break;
    case VB_EVENT_FILE:
        w->view.written = text(w, event->body, "path");
        w->view.written_bytes = vb_node_u32(event->body, "bytes");
        break;
    default:
        break;
    }
}

static void
take(void *user, const vb_event *event)
{
    walk *w = user;

    if (w->failed)
        return;
    if (event->kind == VB_EVENT_STEP_START || event->kind == VB_EVENT_SKIP) {
        close_step(w);
        if (w->failed || !next_row(w, event))
            return;
        open_step(w);
        take_start(w, event);
        if (event->kind == VB_EVENT_SKIP)
            close_step(w);
    } else if (w->open) {
        take_part(w, event);
    }
}

bool
vb_run_steps(const char *path, const vb_run *run,
             bool (*each)(void *user, const vb_run *run,
                          const vb_step_view *step, vb_error *err),
             void *user, vb_error *err)
{
    walk w = {.run = run,
              .rows = vb_store_steps(run->store),
              .each = each,
              .user = user};
    bool ok;

    vb_buf_init(&w.tail.bytes, VB_BUF_NO_MAX);
    vb_buf_init(&w.tail.pieces, VB_BUF_NO_MAX);
    ok = vb_read_each(path, take, &w, err);
    close_step(&w);
    if (w.failed && err)
        *err = w.err;
    vb_buf_release(&w.tail.bytes);
    vb_buf_release(&w.tail.pieces);
    vb_arena_release(&w.arena);
    vb_rows_end(w.rows);
    return ok && !w.failed && vb_run_good(run, err);
}
