#include "plan/plan.h"

#include "base/json.h"
#include "plan/overlay.h"
#include "plan/planner.h"

#include "base/banned.h"

static void
write_loc(vb_json *j, const char *key, vb_loc loc)
{
    vb_json_object(j, key);
    vb_json_c(j, "file", loc.file ? loc.file : "");
    vb_json_int(j, "line", loc.line);
    vb_json_int(j, "column", loc.col);
    vb_json_end(j, '}');
}

/* Anonymous vectors of vb_str share their layout's first two members. */
static void
write_names(vb_json *j, const char *key, const vb_str *at, size_t len)
{
    vb_json_array(j, key);
    for (size_t i = 0; i < len; i++)
        vb_json_str(j, NULL, at[i]);
    vb_json_end(j, ']');
}
#define NAMES(j, key, vec) write_names((j), (key), (vec).at, (vec).len)

static void
write_diags(vb_json *j, const vb_diags *diags)
{
    vb_json_array(j, "diagnostics");
    for (size_t i = 0; diags && i < diags->list.len; i++) {
        const vb_diag *d = &diags->list.at[i];

        vb_json_object(j, NULL);
        vb_json_c(j, "severity", vb_severity_name(d->severity));
        if (d->rule)
            vb_json_c(j, "rule", d->rule);
        write_loc(j, "at", d->loc);
        vb_json_str(j, "message", d->message);
        if (d->hint.len)
            vb_json_str(j, "hint", d->hint);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_sources(vb_json *j, const vb_plan *plan)
{
    vb_json_array(j, "sources");
    for (size_t i = 0; i < plan->doc->sources.len; i++) {
        const vb_source *s = plan->doc->sources.at[i];

        vb_json_object(j, NULL);
        vb_json_c(j, "path", s->path);
        vb_json_c(j, "sha256", s->digest.hex);
        vb_json_int(j, "bytes", (int64_t)s->text.len);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
    if (plan->overlay->path) {
        vb_json_object(j, "overlay");
        vb_json_c(j, "path", plan->overlay->path);
        vb_json_c(j, "sha256", plan->overlay->digest.hex);
        vb_json_end(j, '}');
    }
}

static void
write_choices(vb_json *j, const vb_plan *plan)
{
    vb_json_str(j, "provider", plan->provider);
    vb_json_array(j, "providers");
    for (size_t i = 0; i < plan->providers.len; i++) {
        vb_json_object(j, NULL);
        vb_json_str(j, "name", plan->providers.at[i].name);
        vb_json_str(j, "label", plan->providers.at[i].label);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
    vb_json_array(j, "choices");
    for (size_t i = 0; i < plan->choices.len; i++) {
        const vb_choice *c = &plan->choices.at[i];

        vb_json_object(j, NULL);
        vb_json_str(j, "axis", c->axis);
        vb_json_str(j, "label", c->label);
        vb_json_bool(j, "explicit", c->explicit_);
        vb_json_bool(j, "provider", c->provider);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_inputs(vb_json *j, const vb_plan *plan)
{
    vb_json_array(j, "inputs");
    for (size_t i = 0; i < plan->inputs.len; i++) {
        const vb_input *in = &plan->inputs.at[i];

        vb_json_object(j, NULL);
        vb_json_str(j, "name", in->name);
        vb_json_str(j, "spelled", in->spelled);
        vb_json_bool(j, "placeholder", in->placeholder);
        vb_json_bool(j, "secret", in->secret);
        if (in->description.len)
            vb_json_str(j, "description", in->description);
        if (in->example.len)
            vb_json_str(j, "example", in->example);
        if (in->has_fallback)
            vb_json_str(j, "default", in->fallback);
        if (in->step < plan->steps.len)
            vb_json_str(j, "step", plan->steps.at[in->step].id);
        write_loc(j, "at", in->loc);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
    vb_json_array(j, "samples");
    for (size_t i = 0; i < plan->samples.len; i++) {
        const vb_sample *s = &plan->samples.at[i];

        vb_json_object(j, NULL);
        vb_json_str(j, "name", s->name);
        vb_json_str(j, "value", s->value);
        vb_json_str(j, "step", plan->steps.at[s->step].id);
        write_loc(j, "at", s->loc);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_uses(vb_json *j, const vb_plan *plan, const vb_carry *link)
{
    vb_json_array(j, "used_by");
    for (uint32_t s = link->first; s < plan->steps.len; s++) {
        vb_loc loc;

        if (!vb_step_takes(plan, s, link, &loc))
            continue;
        vb_json_object(j, NULL);
        vb_json_str(j, "step", plan->steps.at[s].id);
        write_loc(j, "at", loc);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_links(vb_json *j, const vb_plan *plan)
{
    vb_json_array(j, "links");
    for (size_t i = 0; i < plan->links.len; i++) {
        const vb_carry *link = &plan->links.at[i];

        vb_json_object(j, NULL);
        vb_json_str(j, "name", link->name);
        vb_json_str(j, "text", link->text);
        vb_json_str(j, "spelled", link->spelled);
        vb_json_c(j, "class", link->cls);
        vb_json_bool(j, "placeholder", link->placeholder);
        vb_json_str(j, "step", plan->steps.at[link->step].id);
        write_loc(j, "at", link->loc);
        write_uses(j, plan, link);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_expects(vb_json *j, const vb_step *step)
{
    vb_json_array(j, "expects");
    for (size_t i = 0; i < step->expects.len; i++) {
        const vb_expectation *e = &step->expects.at[i];

        vb_json_object(j, NULL);
        vb_json_bytes(j, "text", e->text);
        write_loc(j, "at", e->loc);
        vb_json_c(j, "manner", vb_manner_name(e->manner));
        vb_json_c(j, "when",
                  e->when == VB_WHEN_EVENTUALLY ? "eventually" : "once");
        if (e->lang.len)
            vb_json_str(j, "lang", e->lang);
        if (e->command_line)
            vb_json_int(j, "command_line", e->command_line);
        if (e->exit_status >= 0)
            vb_json_int(j, "exit_status", e->exit_status);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_limits(vb_json *j, const vb_step *step)
{
    if (step->timeout_ms)
        vb_json_int(j, "timeout_ms", step->timeout_ms);
    if (step->retries)
        vb_json_int(j, "retries", step->retries);
    if (step->poll_ms)
        vb_json_int(j, "poll_ms", step->poll_ms);
    if (step->ready.port.len)
        vb_json_str(j, "ready_port", step->ready.port);
    if (step->ready.http.len)
        vb_json_str(j, "ready_http", step->ready.http);
    if (step->ready.output.len)
        vb_json_str(j, "ready_output", step->ready.output);
    if (step->ready.file.len)
        vb_json_str(j, "ready_file", step->ready.file);
}

static void
write_slots(vb_json *j, const vb_step *step)
{
    vb_json_array(j, "placeholders");
    for (size_t i = 0; i < step->slots.len; i++) {
        vb_json_object(j, NULL);
        vb_json_str(j, "name", step->slots.at[i].name);
        vb_json_str(j, "spelled", step->slots.at[i].spelled);
        vb_json_int(j, "start", step->slots.at[i].start);
        vb_json_int(j, "length", step->slots.at[i].len);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_step(vb_json *j, const vb_plan *plan, const vb_step *step)
{
    vb_json_object(j, NULL);
    vb_json_str(j, "id", step->id);
    vb_json_c(j, "kind", vb_kind_name(step->kind));
    vb_json_c(j, "phase", vb_phase_name(step->phase));
    vb_json_str(j, "title", step->title);
    write_loc(j, "at", step->loc);
    vb_json_int(j, "end_line", step->end_line);
    vb_json_bool(j, "chosen", step->chosen);
    vb_json_bool(j, "optional", step->optional);
    if (step->optional && step->condition.len)
        vb_json_str(j, "condition", step->condition);
    vb_json_bool(j, "destructive", step->destructive);
    vb_json_bool(j, "mutating", step->mutating);
    vb_json_bool(j, "background", step->background);
    vb_json_bytes(j, "body", step->body);
    if (step->shell.len)
        vb_json_str(j, "shell", step->shell);
    if (step->foreign.len)
        vb_json_str(j, "foreign", step->foreign);
    if (step->kind == VB_KIND_FILE) {
        const vb_reading *rd = &plan->readings.at[step->reading];

        vb_json_str(j, "name", step->name);
        vb_json_bool(j, "generated_name", rd->generated);
        vb_json_bool(j, "fill_variables", step->fill_vars);
    }
    NAMES(j, "uses", step->uses);
    NAMES(j, "sets", step->sets);
    NAMES(j, "guarded", step->guarded);
    NAMES(j, "programs", step->programs);
    NAMES(j, "reads", step->reads);
    NAMES(j, "writes", step->writes);
    write_slots(j, step);
    write_expects(j, step);
    write_limits(j, step);
    vb_json_end(j, '}');
}

static void
write_facts(vb_json *j, const vb_plan *plan)
{
    vb_json_array(j, "facts");
    for (size_t i = 0; i < plan->facts.len; i++) {
        const vb_fact *f = &plan->facts.at[i];

        vb_json_object(j, NULL);
        vb_json_c(j, "form", f->form);
        vb_json_str(j, "key", f->key);
        if (f->group.len)
            vb_json_str(j, "group", f->group);
        if (f->provider.len)
            vb_json_str(j, "provider", f->provider);
        NAMES(j, "values", f->values);
        write_loc(j, "at", f->loc);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

/* Code that the reader sees and the plan does nothing with. */
static void
write_unused(vb_json *j, const vb_plan *plan)
{
    vb_json_array(j, "unused");
    for (size_t i = 0; i < plan->readings.len; i++) {
        const vb_reading *r = &plan->readings.at[i];
        const vb_block *block = &plan->doc->blocks.at[r->block];

        if (!vb_reading_unused(plan, r))
            continue;
        vb_json_object(j, NULL);
        write_loc(j, "at", block->loc);
        vb_json_c(j, "kind", vb_kind_name(r->kind));
        vb_json_str(j, "why", r->why);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

/* Everything a run depends on, without the digest itself. */
static void
write_plan(vb_json *j, const vb_plan *plan)
{
    write_sources(j, plan);
    vb_json_str(j, "title", plan->doc->title);
    write_choices(j, plan);
    vb_json_int(j, "gaps", (int64_t)plan->gaps);
    write_inputs(j, plan);
    write_links(j, plan);
    vb_json_array(j, "steps");
    for (size_t i = 0; i < plan->steps.len; i++)
        write_step(j, plan, &plan->steps.at[i]);
    vb_json_end(j, ']');
    write_facts(j, plan);
}

void
vb_plan_seal(vb_plan *plan)
{
    vb_buf buf;
    vb_json j;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    vb_json_init(&j, &buf);
    vb_json_object(&j, NULL);
    write_plan(&j, plan);
    vb_json_end(&j, '}');
    plan->digest = vb_sha256(vb_buf_view(&buf));
    vb_buf_release(&buf);
}

void
vb_plan_json(const vb_plan *plan, const vb_diags *diags, vb_buf *out)
{
    vb_json j;

    vb_json_init(&j, out);
    vb_json_object(&j, NULL);
    vb_json_c(&j, "schema", "verbatim.plan/1");
    vb_json_c(&j, "digest", plan->digest.hex);
    write_plan(&j, plan);
    write_unused(&j, plan);
    write_diags(&j, diags);
    vb_json_end(&j, '}');
    vb_buf_ch(out, '\n');
}

static void
write_parts(vb_json *j, const vb_reading *rd)
{
    if (rd->parts.len == 0)
        return;
    vb_json_array(j, "parts");
    for (size_t i = 0; i < rd->parts.len; i++) {
        vb_json_object(j, NULL);
        vb_json_c(j, "kind", vb_kind_name(rd->parts.at[i].kind));
        vb_json_int(j, "line", rd->parts.at[i].line);
        vb_json_bytes(j, "text", rd->parts.at[i].text);
        vb_json_end(j, '}');
    }
    vb_json_end(j, ']');
}

static void
write_reading(vb_json *j, const vb_plan *plan, const vb_reading *rd)
{
    const vb_block *b = &plan->doc->blocks.at[rd->block];

    vb_json_object(j, NULL);
    vb_json_c(j, "file", b->loc.file ? b->loc.file : "");
    vb_json_int(j, "line", b->loc.line);
    vb_json_int(j, "end_line", b->end_line);
    vb_json_c(j, "kind", vb_kind_name(rd->kind));
    vb_json_c(j, "phase", vb_phase_name(rd->phase));
    vb_json_bool(j, "optional", rd->optional);
    if (rd->optional && rd->why_optional.len)
        vb_json_str(j, "why_optional", rd->why_optional);
    if (rd->kind == VB_KIND_FILE) {
        vb_json_str(j, "name", rd->name);
        vb_json_bool(j, "generated_name", rd->generated);
    } else {
        vb_json_null(j, "name");
    }
    vb_json_bool(j, "inline_output", rd->inline_output);
    vb_json_bool(j, "selected", rd->selected);
    vb_json_str(j, "why", rd->why);
    if (b->lang.len)
        vb_json_str(j, "lang", b->lang);
    if (rd->foreign.len)
        vb_json_str(j, "foreign", rd->foreign);
    if (rd->kind == VB_KIND_EXPECT) {
        vb_json_c(j, "manner", vb_manner_name(rd->manner));
        vb_json_c(j, "when",
                  rd->when == VB_WHEN_EVENTUALLY ? "eventually" : "once");
        if (rd->of != VB_NONE)
            vb_json_int(
                j, "of",
                plan->doc->blocks.at[plan->readings.at[rd->of].block].loc.line);
    }
    if (rd->step != VB_NONE && rd->step < plan->steps.len)
        vb_json_str(j, "step", plan->steps.at[rd->step].id);
    write_parts(j, rd);
    vb_json_end(j, '}');
}

void
vb_explain_json(const vb_plan *plan, const vb_diags *diags, vb_buf *out)
{
    vb_json j;

    vb_json_init(&j, out);
    vb_json_object(&j, NULL);
    vb_json_c(&j, "schema", "verbatim.explain/1");
    write_sources(&j, plan);
    write_choices(&j, plan);
    vb_json_array(&j, "blocks");
    for (size_t i = 0; i < plan->readings.len; i++)
        write_reading(&j, plan, &plan->readings.at[i]);
    vb_json_end(&j, ']');
    write_diags(&j, diags);
    vb_json_end(&j, '}');
    vb_buf_ch(out, '\n');
}
