/* Verification: each line, the chain between them, and what they claim about
 * outputs, totals and the files beside the transcript. */
#include "record/reader.h"

#include "base/io.h"
#include "record/chain.h"
#include "record/claims.h"

#include <string.h>

#include "base/banned.h"

enum { GAPS_MAX = 1000 };

/* Events that were not where they belong; shrinks as they turn up later. */
typedef struct gap {
    uint64_t from, to; /* sequence numbers, inclusive; from > to: filled */
    uint64_t line;     /* where they should have stood before */
} gap;

typedef struct checker {
    vb_check_result *result;
    vb_arena *arena; /* of the result */
    vb_diags *diags;
    const char *path;
    vb_arena scratch; /* of one line */
    uint64_t line;
    uint64_t next;  /* sequence number expected */
    bool head_sure; /* result->head is the digest of the line before */
    bool ended;
    int64_t mono;
    VB_VEC(gap) gaps;
    vb_claims claims;
} checker;

static vb_loc
at_line(const checker *c, uint64_t line)
{
    return (vb_loc){c->path, (uint32_t)line, 0};
}

/* --------------------------------------------------------------- places -- */

/* An event with a lower number than expected: late, or there twice. */
static void
out_of_order(checker *c, uint64_t seq)
{
    for (size_t i = 0; i < c->gaps.len; i++) {
        gap *g = &c->gaps.at[i];

        if (seq < g->from || seq > g->to)
            continue;
        vb_diag_add(c->diags, VB_ERROR, VB_RULE_ORDER, at_line(c, c->line),
                    "line %ju was reordered: event %ju belongs before line %ju",
                    (uintmax_t)c->line, (uintmax_t)seq, (uintmax_t)g->line);
        if (seq < g->to && c->gaps.len < GAPS_MAX)
            vb_vec_push(c->arena, &c->gaps, (gap){seq + 1, g->to, g->line});
        c->gaps.at[i].to = seq - 1;
        return;
    }
    vb_diag_add(c->diags, VB_ERROR, VB_RULE_ORDER, at_line(c, c->line),
                "line %ju was reordered: event %ju was there before",
                (uintmax_t)c->line, (uintmax_t)seq);
}

static void
check_place(checker *c, const vb_line_head *head)
{
    if (head->seq < c->next) {
        out_of_order(c, head->seq);
        c->head_sure = false;
        return;
    }
    if (head->seq > c->next) {
        if (c->gaps.len < GAPS_MAX)
            vb_vec_push(c->arena, &c->gaps,
                        (gap){c->next, head->seq - 1, c->line});
    } else if (c->head_sure && !vb_str_eqc(head->prev, c->result->head.hex)) {
        vb_diag_add(c->diags, VB_ERROR, VB_RULE_CHANGE,
                    at_line(c, c->line > 1 ? c->line - 1 : 1),
                    c->line > 1
                        ? "line %ju was changed: the line behind it was "
                          "written behind another one"
                        : "line %ju was changed: it was not the first",
                    (uintmax_t)(c->line > 1 ? c->line - 1 : 1));
    }
    c->next = head->seq + 1;
    c->head_sure = true;
}

/* Gaps that nothing has filled are removals. */
static void
report_gaps(checker *c)
{
    for (size_t i = 0; i < c->gaps.len; i++) {
        const gap *g = &c->gaps.at[i];

        if (g->from > g->to)
            continue;
        if (g->from == g->to)
            vb_diag_add(c->diags, VB_ERROR, VB_RULE_GONE, at_line(c, g->line),
                        "a line was removed before line %ju: event %ju",
                        (uintmax_t)g->line, (uintmax_t)g->from);
        else
            vb_diag_add(c->diags, VB_ERROR, VB_RULE_GONE, at_line(c, g->line),
                        "%ju lines were removed before line %ju: events %ju "
                        "to %ju",
                        (uintmax_t)(g->to - g->from + 1), (uintmax_t)g->line,
                        (uintmax_t)g->from, (uintmax_t)g->to);
    }
}

/* ---------------------------------------------------------------- lines -- */

/* A line that is none of ours takes one place all the same. */
static void
bad_line(checker *c, const char *why)
{
    vb_diag_add(c->diags, VB_ERROR, VB_RULE_CHANGE, at_line(c, c->line),
                "line %ju was changed: %s", (uintmax_t)c->line, why);
    c->next++;
    c->head_sure = false;
}

static void
check_meaning(checker *c, const vb_event *event)
{
    if (event->mono < c->mono)
        vb_diag_add(c->diags, VB_ERROR, VB_RULE_LINE, at_line(c, c->line),
                    "line %ju: 'mono' goes back", (uintmax_t)c->line);
    c->mono = event->mono;
    if (c->ended && event->kind != VB_EVENT_RESUME)
        vb_diag_add(c->diags, VB_ERROR, VB_RULE_ORDER, at_line(c, c->line),
                    "line %ju stands behind the end of the run",
                    (uintmax_t)c->line);
    c->ended = event->kind == VB_EVENT_END;
    if (c->ended)
        c->result->verdict = vb_str_copy(
            c->arena, vb_node_str(event->body, "verdict", VB_STR("")));
    if (event->kind == VB_EVENT_RUN_START)
        c->result->rehearsal = vb_str_eqc(
            vb_node_str(event->body, "mode", VB_STR("")), "rehearsal");
    vb_claims_check(&c->claims, event);
}

static void
check_line(checker *c, vb_str line)
{
    vb_line_head head;
    vb_digest self, whole;
    vb_event event;
    vb_diags quiet;

    if (!vb_line_parse(line, &head)) {
        bad_line(c, "it does not have the form of an event");
        return;
    }
    vb_line_digests(line, &self, &whole);
    if (!vb_str_eqc(head.self, self.hex)) {
        bad_line(c, "its digest is not that of its content");
        return;
    }
    vb_arena_reset(&c->scratch);
    vb_diags_init(&quiet, &c->scratch);
    if (!vb_event_parse(line, at_line(c, c->line), &c->scratch, &event,
                        &quiet)) {
        bad_line(c, "it is not JSON");
        return;
    }
    check_place(c, &head);
    c->result->head = whole;
    c->result->events++;
    check_meaning(c, &event);
}

/* ------------------------------------------------------------ the whole -- */

static bool
check_all(checker *c, vb_reader *reader, vb_error *err)
{
    for (;;) {
        vb_str line;
        vb_read_status status = vb_reader_line(reader, &line, c->diags);

        c->line = vb_reader_line_number(reader);
        switch (status) {
        case VB_READ_EVENT:
            check_line(c, line);
            break;
        case VB_READ_BAD:
            c->next++;
            c->head_sure = false;
            break;
        case VB_READ_TORN:
            c->result->incomplete = true;
            vb_diag_add(c->diags, VB_WARNING, VB_RULE_CUT, at_line(c, c->line),
                        "line %ju is cut: it has no end", (uintmax_t)c->line);
            break;
        case VB_READ_END:
            return true;
        default:
            return vb_fail(err, "cannot read '%s'", c->path);
        }
    }
}

/* In the order of the lines: what is gone is only known at the end, but what
 * disagrees because of it stands behind it. Merges, so it is stable. */
static void
sort_faults(checker *c, size_t from)
{
    size_t n = c->diags->list.len - from;
    vb_diag *at = c->diags->list.at + from;
    vb_diag *spare = VB_NEW_N(c->arena, vb_diag, n + 1);

    for (size_t width = 1; width < n; width *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * width) {
            size_t mid = lo + width < n ? lo + width : n;
            size_t hi = mid + width < n ? mid + width : n;
            size_t a = lo, b = mid, to = lo;

            while (a < mid || b < hi)
                spare[to++] =
                    b == hi || (a < mid && at[a].loc.line <= at[b].loc.line)
                        ? at[a++]
                        : at[b++];
        }
        memcpy(at, spare, n * sizeof *at);
    }
}

static void
finish(checker *c, size_t from)
{
    report_gaps(c);
    sort_faults(c, from);
    if (c->ended)
        return;
    c->result->incomplete = true;
    vb_diag_add(c->diags, VB_WARNING, VB_RULE_CUT, at_line(c, c->line),
                "the record is incomplete: the run has no end event");
}

bool
vb_record_verify(const char *path, vb_check_result *result, vb_arena *arena,
                 vb_diags *diags, vb_error *err)
{
    vb_reader *reader = vb_reader_open(path, err);
    checker c = {.result = result, .arena = arena, .diags = diags, .next = 1};
    size_t errors = diags ? diags->errors : 0;
    size_t from = diags ? diags->list.len : 0;
    vb_diags own;
    bool ok;

    if (!reader)
        return false;
    vb_diags_init(&own, arena);
    if (!diags)
        c.diags = &own;
    *result = (vb_check_result){.head = vb_chain_start()};
    c.head_sure = true;
    c.path = vb_str_dup(arena, vb_str_c(vb_reader_path(reader)));
    vb_claims_init(&c.claims, result, c.diags, c.path, vb_reader_dir(reader),
                   vb_is_dir(path));
    ok = check_all(&c, reader, err);
    if (ok)
        finish(&c, from);
    result->intact = ok && c.diags->errors == errors;
    vb_claims_release(&c.claims);
    vb_arena_release(&c.scratch);
    vb_reader_close(reader);
    return ok;
}
