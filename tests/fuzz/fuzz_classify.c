/* Any text as a guide: each block has a reading with a reason, expectations
 * belong to earlier commands, slots lie in their bodies in order, the JSON of
 * plan and explain can be read back, and the same text gives the same plan. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/node.h"
#include "doc/doc.h"
#include "plan/plan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_readings(const vb_plan *plan)
{
    for (size_t r = 0; r < plan->readings.len; r++) {
        const vb_reading *rd = &plan->readings.at[r];

        if (rd->why.len == 0 || rd->block >= plan->doc->blocks.len)
            abort();
        if (rd->of != VB_NONE &&
            (rd->of >= r || plan->readings.at[rd->of].kind != VB_KIND_COMMAND))
            abort();
        if (rd->kind == VB_KIND_FILE && rd->name.len == 0)
            abort();
        if (rd->step != VB_NONE && (rd->step >= plan->steps.len ||
                                    plan->steps.at[rd->step].reading != r))
            abort();
    }
}

static void
check_step(const vb_plan *plan, const vb_step *step)
{
    uint32_t pos = 0;
    size_t lines = 0;
    vb_given *values = NULL;
    vb_buf out;
    vb_error err = {0};

    for (size_t i = 0; i < step->slots.len; i++) {
        const vb_slot *slot = &step->slots.at[i];

        if (slot->start < pos || slot->len == 0 ||
            (size_t)slot->start + slot->len > step->body.len)
            abort();
        pos = slot->start + slot->len;
    }
    for (size_t i = 0; i < step->body.len; i++)
        lines += step->body.ptr[i] == '\n';
    if (step->body_lines.len < lines)
        abort();
    /* a plain value is accepted wherever a slot stands */
    values = calloc(step->slots.len + 1, sizeof *values);
    if (!values)
        abort();
    for (size_t i = 0; i < step->slots.len; i++)
        values[i] = (vb_given){step->slots.at[i].name, VB_STR("plain-value")};
    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (!vb_step_render(plan, step, values, step->slots.len, &out, &err))
        abort();
    vb_buf_release(&out);
    free(values);
}

static void
check_json(const vb_plan *plan, vb_arena *arena)
{
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    vb_plan_json(plan, NULL, &out);
    if (!vb_json_read(vb_buf_view(&out), "plan", arena, NULL))
        abort();
    vb_buf_clear(&out);
    vb_explain_json(plan, NULL, &out);
    if (!vb_json_read(vb_buf_view(&out), "explain", arena, NULL))
        abort();
    vb_buf_release(&out);
}

static vb_plan *
plan_of(vb_arena *arena, vb_str text)
{
    vb_doc_opts doc_opts = {.root = "/nowhere", .text = &text};
    vb_plan_opts opts = {.provider = VB_STR("gcp")};
    vb_error err = {0};
    vb_diags diags;
    vb_doc *doc;

    vb_diags_init(&diags, arena);
    doc = vb_doc_read(arena, "guide.md", &doc_opts, &diags, &err);
    return doc ? vb_plan_make(arena, doc, &opts, &diags) : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_str text = vb_str_n((const char *)data, size);
    vb_arena arena, other;
    vb_plan *plan, *again;

    vb_arena_init(&arena);
    vb_arena_init(&other);
    plan = plan_of(&arena, text);
    if (plan) {
        check_readings(plan);
        for (size_t s = 0; s < plan->steps.len; s++)
            check_step(plan, &plan->steps.at[s]);
        check_json(plan, &arena);
        again = plan_of(&other, text);
        if (!again || strcmp(plan->digest.hex, again->digest.hex) != 0)
            abort();
    }
    vb_arena_release(&other);
    vb_arena_release(&arena);
    return 0;
}
