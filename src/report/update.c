#include "report/update.h"

#include "base/io.h"
#include "base/map.h"
#include "report/model.h"
#include "report/read.h"
#include "verify/accept.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* COMPARED_MAX: what one stream of a step may hold to be compared (exec/).
 * SLICES_MAX: ends of a command's output that are tried. */
enum { COMPARED_MAX = 4 * 1024 * 1024, PLAN_MAX = 256 * 1024 * 1024 };
enum { SLICES_MAX = 64 };

/* A command's line, and where its output begins. */
typedef struct mark {
    uint32_t line;
    size_t at[2];
} mark;

/* A new text for a block of a file. */
typedef struct fresh {
    vb_str step;
    size_t file;
    vb_block_edit edit;
    bool replaced; /* the step ran again */
} fresh;

typedef struct walk {
    vb_arena *arena;
    vb_arena scratch; /* of the open step */
    const vb_run *run;
    vb_update *update;
    vb_map plan; /* step id -> its vb_node */
    VB_VEC(vb_subst) substs;
    const vb_node *links; /* of the plan */
    bool forced;          /* the run's --expect */
    vb_manner manner;
    VB_VEC(vb_pair) written; /* name and text of file steps so far */
    VB_VEC(fresh) fresh;
    /* The open step. */
    const vb_node *step;
    vb_str id, text;
    uint32_t attempt;
    vb_buf out[2];
    size_t seen[2]; /* of the output, when the last command ended */
    VB_VEC(mark) marks;
    VB_VEC(vb_compare_ref) compares;
} walk;

/* One expectation that differed, as the plan has it. */
typedef struct judged {
    const vb_compare_ref *seen;
    vb_str text, file;
    uint32_t line, command_line;
    vb_expect_opts opts;
} judged;

static vb_str
str(const vb_node *map, const char *key)
{
    return vb_node_str(map, key, VB_STR(""));
}

static void
leave(walk *w, vb_str path, uint32_t line, const char *why)
{
    vb_left left = {vb_str_copy(w->arena, path), line, vb_str_c(why)};

    vb_vec_push(w->arena, &w->update->left, left);
}

/* ------------------------------------------------------------ comparing -- */

/* The text that asked for the output, as exec/judge.c puts it together. */
static vb_str
asked(walk *w)
{
    const vb_node *reads = vb_node_get(w->step, "reads");
    vb_str text = w->text;

    for (size_t i = 0; i < w->written.len; i++)
        for (size_t k = 0; k < vb_list_len(reads); k++)
            if (vb_str_eq(reads->items[k]->str, w->written.at[i].name))
                text = vb_str_fmt(&w->scratch, "%.*s\n%.*s", VB_ARG(text),
                                  VB_ARG(w->written.at[i].value));
    for (size_t i = 0; i < w->run->inputs.len; i++) {
        const vb_pair *input = &w->run->inputs.at[i];

        if (vb_str_has(text, "$") && vb_str_find(text, input->name) != VB_NPOS)
            text = vb_str_fmt(&w->scratch, "%.*s\n%.*s", VB_ARG(text),
                              VB_ARG(input->value));
    }
    return text;
}

/* Is this the comparison that the run has recorded? */
static bool
is_recorded(const vb_compare *c, const vb_compare_ref *seen)
{
    size_t n = c->lines.len < seen->lines.len ? c->lines.len : seen->lines.len;

    if (c->match || c->fault || !vb_str_eq(c->summary, seen->summary) ||
        c->lines.len + c->lines_left_out != seen->lines.len + seen->left_out)
        return false;
    for (size_t i = 0; i < n; i++)
        if (c->lines.at[i].expected != seen->lines.at[i].e ||
            c->lines.at[i].actual != seen->lines.at[i].a)
            return false;
    return true;
}

static bool
try_accept(walk *w, const judged *j, vb_str out, vb_str errs, vb_accepted *got)
{
    vb_expect_opts opts = j->opts;

    for (int similar = 0; similar < 2; similar++) {
        vb_loc loc = {"guide", j->line, 1};
        vb_diags diags;
        vb_expect *expect;

        opts.similar = similar;
        vb_diags_init(&diags, &w->scratch);
        expect = vb_expect_compile(&w->scratch, j->text, loc, &opts, &diags);
        if (expect &&
            is_recorded(vb_expect_compare(expect, out, errs, &w->scratch),
                        j->seen)) {
            *got = vb_accept(expect, out, errs, &w->scratch);
            return true;
        }
    }
    return false;
}

/*
 * The record tells where each command's output begins, but not which commands
 * are parts of a longer one (a loop's body), so each end that is possible is
 * tried until the comparison is the one that the run has made.
 */
static bool
accept(walk *w, const judged *j, vb_accepted *got)
{
    vb_str all[2] = {vb_buf_view(&w->out[0]), vb_buf_view(&w->out[1])};
    size_t first = 0, tries = 0;

    if (try_accept(w, j, all[0], all[1], got))
        return true;
    if (j->command_line == 0)
        return false;
    while (first < w->marks.len && w->marks.at[first].line < j->command_line)
        first++;
    for (size_t i = first; i < w->marks.len && tries < SLICES_MAX; i++) {
        const mark *from = &w->marks.at[first];
        size_t to[2] = {all[0].len, all[1].len};

        if (i + 1 < w->marks.len)
            memcpy(to, w->marks.at[i + 1].at, sizeof to);
        tries++;
        if (try_accept(
                w, j, vb_str_sub(all[0], from->at[0], to[0] - from->at[0]),
                vb_str_sub(all[1], from->at[1], to[1] - from->at[1]), got))
            return true;
    }
    return false;
}

static size_t
file_of(walk *w, vb_str path)
{
    for (size_t i = 0; i < w->update->files.len; i++)
        if (vb_str_eq(w->update->files.at[i].path, path))
            return i;
    return VB_NPOS;
}

static void
take_difference(walk *w, const judged *j)
{
    size_t file = file_of(w, j->file);
    vb_accepted got = {.changed = 0};

    if (file == VB_NPOS)
        leave(w, j->file, j->line, "the run has no copy of this document");
    else if (w->out[0].len > COMPARED_MAX || w->out[1].len > COMPARED_MAX)
        leave(w, j->file, j->line, "the step printed too much");
    else if (j->opts.manner == VB_MANNER_REGEX)
        leave(w, j->file, j->line, "the guide gives a pattern, no output");
    else if (!accept(w, j, &got))
        leave(w, j->file, j->line,
              "the record does not tell enough to compare once more");
    else if (got.changed)
        vb_vec_push(w->arena, &w->fresh,
                    (fresh){.step = w->id,
                            .file = file,
                            .edit = {.line = j->line,
                                     .before = vb_str_copy(w->arena, j->text),
                                     .after = vb_str_copy(w->arena, got.text),
                                     .session = j->command_line != 0}});
}

static void
judge(walk *w, const vb_compare_ref *seen, vb_str asked_text)
{
    const vb_node *list = vb_node_get(w->step, "expects"), *e;
    judged j = {.seen = seen};

    if (seen->match || seen->fault || seen->expect >= vb_list_len(list))
        return;
    e = list->items[seen->expect];
    j.text = str(e, "text");
    j.file = str(vb_node_get(e, "at"), "file");
    j.line = vb_node_u32(vb_node_get(e, "at"), "line");
    j.command_line = vb_node_u32(e, "command_line");
    j.opts = (vb_expect_opts){.lang = str(e, "lang"),
                              .substs = w->substs.at,
                              .nsubsts = w->substs.len,
                              .asked = asked_text,
                              .redacted = true};
    if (!vb_manner_parse(str(e, "manner"), &j.opts.manner))
        return;
    if (w->forced)
        j.opts.manner = w->manner;
    take_difference(w, &j);
}

/* -------------------------------------------------------------- reading -- */

static void
clear(walk *w)
{
    for (int i = 0; i < 2; i++) {
        vb_buf_clear(&w->out[i]);
        w->seen[i] = 0;
    }
    w->marks.len = 0;
    w->compares.len = 0;
}

static void
begin(walk *w, const vb_event *event)
{
    const vb_map_entry *entry;

    vb_arena_reset(&w->scratch);
    w->marks.at = NULL;
    w->marks.cap = 0;
    w->compares.at = NULL;
    w->compares.cap = 0;
    clear(w);
    w->attempt = 1;
    w->id = vb_str_copy(w->arena, str(event->body, "step"));
    w->text = str(event->body, "body");
    if (w->text.len == 0)
        w->text = str(event->body, "source");
    w->text = vb_str_copy(&w->scratch, w->text);
    entry = vb_map_find(&w->plan, w->id);
    w->step = entry ? entry->ptr : NULL;
    for (size_t i = 0; w->run->resumes && i < w->fresh.len; i++)
        if (vb_str_eq(w->fresh.at[i].step, w->id))
            w->fresh.at[i].replaced = true;
}

/* What earlier attempts printed is not what was compared. */
static void
see_attempt(walk *w, const vb_event *event)
{
    uint32_t attempt = vb_node_u32(event->body, "attempt");

    if (attempt == 0)
        attempt = 1;
    if (attempt != w->attempt)
        clear(w);
    w->attempt = attempt;
}

static void
take_out(walk *w, const vb_event *event)
{
    vb_buf *out = &w->out[vb_str_eqc(str(event->body, "stream"), "err")];

    if (out->len <= COMPARED_MAX && !vb_event_bytes(event, out))
        vb_buf_clear(out);
}

static void
take_command(walk *w, const vb_event *event)
{
    mark m = {vb_node_u32(event->body, "line"), {w->seen[0], w->seen[1]}};

    vb_vec_push(&w->scratch, &w->marks, m);
    w->seen[0] = w->out[0].len;
    w->seen[1] = w->out[1].len;
}

static void
take_compare(walk *w, const vb_event *event)
{
    const vb_node *b = event->body, *lines = vb_node_get(b, "lines");
    vb_compare_ref c = {.expect = vb_node_u32(b, "expect"),
                        .match = vb_node_bool(b, "match", false),
                        .fault = vb_node_bool(b, "fault", false),
                        .summary = vb_str_copy(&w->scratch, str(b, "summary")),
                        .left_out = vb_node_u32(b, "left_out")};

    for (size_t i = 0; i < vb_list_len(lines); i++) {
        vb_line_ref line = {.e = vb_node_u32(lines->items[i], "e"),
                            .a = vb_node_u32(lines->items[i], "a")};

        vb_vec_push(&w->scratch, &c.lines, line);
    }
    vb_vec_push(&w->scratch, &w->compares, c);
}

/* Behind an output the next ones follow what it said, or what the user has
 * given for it. */
static void
follow(walk *w)
{
    for (size_t i = 0; i < vb_list_len(w->links); i++) {
        const vb_node *link = w->links->items[i];
        vb_str text = str(link, "text"), value = {0};

        if (!vb_str_eq(str(link, "step"), w->id))
            continue;
        for (size_t k = 0; k < w->run->inputs.len; k++)
            if (vb_str_eq(w->run->inputs.at[k].name, str(link, "name")) &&
                !w->run->inputs.at[k].flag)
                value = w->run->inputs.at[k].value;
        if (value.len && !vb_str_eq(text, value))
            vb_vec_push(w->arena, &w->substs, (vb_subst){text, value});
    }
}

static void
end(walk *w, const vb_event *event)
{
    vb_str name = str(w->step, "name");

    if (name.len)
        vb_vec_push(
            w->arena, &w->written,
            (vb_pair){.name = name, .value = vb_str_copy(w->arena, w->text)});
    if (vb_str_eqc(str(event->body, "verdict"), "differs")) {
        vb_str text = asked(w);

        for (size_t i = 0; i < w->compares.len; i++)
            judge(w, &w->compares.at[i], text);
    }
    follow(w);
    w->step = NULL;
}

static void
take(void *user, const vb_event *event)
{
    walk *w = user;

    if (event->kind == VB_EVENT_STEP_START)
        begin(w, event);
    if (!w->step)
        return;
    switch (event->kind) {
    case VB_EVENT_OUT:
        see_attempt(w, event);
        take_out(w, event);
        break;
    case VB_EVENT_COMMAND:
        see_attempt(w, event);
        take_command(w, event);
        break;
    case VB_EVENT_COMPARE:
        see_attempt(w, event);
        take_compare(w, event);
        break;
    case VB_EVENT_STEP_END:
        end(w, event);
        break;
    default:
        break;
    }
}

/* --------------------------------------------------------- the run's dir -- */

static bool
read_copy(walk *w, vb_str dir, vb_str name, vb_str *text, vb_error *err)
{
    vb_str path = vb_path_join(w->arena, dir, name);

    return vb_read_file_arena(vb_str_dup(w->arena, path), PLAN_MAX, w->arena,
                              text, err);
}

static bool
read_documents(walk *w, vb_str dir, vb_error *err)
{
    for (size_t i = 0; i < w->run->documents.len; i++) {
        const vb_doc_ref *doc = &w->run->documents.at[i];
        vb_edited file;
        vb_str text;

        if (!vb_str_eqc(doc->role, "guide") && !vb_str_eqc(doc->role, "chunk"))
            continue;
        for (size_t k = 0; k < doc->path.len; k++)
            if ((unsigned char)doc->path.ptr[k] < ' ')
                return vb_fail(err, "a document's name holds control "
                                    "characters");
        if (!read_copy(w, dir, doc->copy, &text, err))
            return false;
        vb_edited_init(&file, w->arena, text);
        file.path = doc->path;
        file.sha256 = doc->sha256;
        vb_vec_push(w->arena, &w->update->files, file);
    }
    return true;
}

/* A link's value comes with its output, not before. */
static bool
is_taken(const walk *w, vb_str name)
{
    for (size_t i = 0; i < vb_list_len(w->links); i++)
        if (vb_str_eq(str(w->links->items[i], "name"), name))
            return true;
    return false;
}

/* The guide's samples and placeholders beside the values of this run: what
 * vb_plan_substs() says, from the plan's JSON. */
static void
add_substs(walk *w, const vb_node *list, const char *sample, const char *flag)
{
    for (size_t i = 0; i < vb_list_len(list); i++) {
        const vb_node *item = list->items[i];
        vb_str name = str(item, "name"), was = str(item, sample);
        bool known = was.len == 0 || !vb_node_bool(item, flag, true);

        for (size_t k = 0; !known && k < w->substs.len; k++)
            known = vb_str_eq(w->substs.at[k].sample, was);
        for (size_t k = 0; !known && k < w->run->inputs.len; k++) {
            const vb_pair *in = &w->run->inputs.at[k];

            if (!vb_str_eq(in->name, name) || in->flag || is_taken(w, name) ||
                vb_str_eq(in->value, was))
                continue;
            vb_vec_push(w->arena, &w->substs, (vb_subst){was, in->value});
            known = true;
        }
    }
}

static bool
read_plan(walk *w, vb_str dir, vb_error *err)
{
    const vb_node *plan, *steps;
    vb_diags diags;
    vb_str text;

    if (!read_copy(w, dir, VB_STR("plan.json"), &text, err))
        return false;
    vb_diags_init(&diags, w->arena);
    plan = vb_json_read(text, "plan.json", w->arena, &diags);
    if (!plan)
        return vb_fail(err, "the run's plan.json cannot be read");
    steps = vb_node_get(plan, "steps");
    for (size_t i = 0; i < vb_list_len(steps); i++)
        vb_map_add(&w->plan, str(steps->items[i], "id"), NULL)->ptr =
            steps->items[i];
    w->links = vb_node_get(plan, "links");
    add_substs(w, vb_node_get(plan, "samples"), "value", "");
    add_substs(w, vb_node_get(plan, "inputs"), "spelled", "placeholder");
    return true;
}

/* The run's --expect stands above what the guide says. */
static void
read_manner(walk *w)
{
    for (size_t i = 0; i < w->run->argv.len; i++) {
        vb_str arg = w->run->argv.at[i];

        if (vb_str_starts(arg, "--expect="))
            arg = vb_str_from(arg, sizeof "--expect=" - 1);
        else if (i && vb_str_eqc(w->run->argv.at[i - 1], "--expect"))
            ;
        else
            continue;
        w->forced = vb_manner_parse(arg, &w->manner) || w->forced;
    }
}

static bool
read_all(walk *w, const char *path, vb_error *err)
{
    vb_str dir = vb_str_c(path);

    if (!vb_is_dir(path))
        dir = vb_path_dir(dir);
    if (!w->run->check.intact)
        return vb_fail(err, "the record was changed: %.*s",
                       VB_ARG(w->run->fault));
    if (w->run->lists_left)
        return vb_fail(err, "too many documents and inputs");
    read_manner(w);
    return read_documents(w, dir, err) && read_plan(w, dir, err) &&
           vb_read_each(path, take, w, err);
}

/* ------------------------------------------------------------ the result -- */

static int
by_place(const void *a, const void *b)
{
    const fresh *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->edit.line < y->edit.line ? -1 : x->edit.line > y->edit.line;
}

static void
apply(walk *w)
{
    const fresh *last = NULL;

    if (w->fresh.len)
        qsort(w->fresh.at, w->fresh.len, sizeof *w->fresh.at, by_place);
    for (size_t i = 0; i < w->fresh.len; i++) {
        const fresh *f = &w->fresh.at[i];
        vb_edited *file = &w->update->files.at[f->file];
        const char *why;

        if (f->replaced)
            continue;
        if (last && last->file == f->file &&
            f->edit.line < last->edit.line + vb_str_lines(last->edit.before))
            why = vb_str_eq(last->edit.after, f->edit.after)
                      ? NULL
                      : "two steps that share this block printed two things";
        else
            why = vb_edited_block(file, &f->edit);
        if (why)
            leave(w, file->path, f->edit.line, why);
        last = f;
    }
}

vb_update *
vb_update_of(const char *path, vb_arena *arena, vb_error *err)
{
    walk w = {.arena = arena, .update = VB_NEW(arena, vb_update)};
    vb_run *run;
    bool ok;

    w.run = run = vb_run_load(path, arena, err);
    if (!run)
        return NULL;
    vb_map_init(&w.plan, arena);
    for (int i = 0; i < 2; i++)
        vb_buf_init(&w.out[i], VB_BUF_NO_MAX);
    ok = read_all(&w, path, err);
    if (ok)
        apply(&w);
    for (int i = 0; i < 2; i++)
        vb_buf_release(&w.out[i]);
    vb_arena_release(&w.scratch);
    vb_run_close(run);
    return ok ? w.update : NULL;
}
