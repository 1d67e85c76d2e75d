/* Running compiled action lists on a copy of the world. */
#include "rehearse/action.h"
#include "rehearse/jsonpath.h"
#include "rehearse/print.h"
#include "rehearse/text.h"
#include "rehearse/value.h"

#include <errno.h>
#include <string.h>

#include "base/banned.h"

/* NOLINTBEGIN(misc-no-recursion): bounded; VB_PLAY_DEPTH_MAX */

static vb_play_end run(vb_play *p, const vb_actions *actions, vb_error *err);

static void
show_state(vb_play *p)
{
    vb_val_replace(p->arena, p->top, VB_STR("state"), p->world.root);
}

void
vb_play_init(vb_play *p)
{
    p->env = (vb_expr_env){.arena = p->arena,
                           .top = p->top,
                           .world = &p->world,
                           .budget = VB_EXPR_BUDGET};
    show_state(p);
}

static void
bind(vb_play *p, vb_str name, const vb_node *value)
{
    vb_var *var = VB_NEW(p->arena, vb_var);

    *var = (vb_var){name, value, p->env.vars};
    p->env.vars = var;
}

static const vb_node *
value_of(vb_play *p, const vb_expr *expr, vb_error *err)
{
    return vb_expr_eval(expr, NULL, &p->env, err);
}

static bool
add_output(vb_play *p, vb_effect_kind kind, vb_str bytes, vb_error *err)
{
    vb_effect effect = {.kind = kind, .bytes = bytes};

    if (!bytes.len)
        return true;
    p->output += bytes.len;
    if (p->output > VB_PLAY_OUTPUT_MAX)
        return vb_fail(err, "more than %d bytes of output", VB_PLAY_OUTPUT_MAX);
    vb_vec_push(p->arena, &p->effects, effect);
    return true;
}

static bool
add_buffer(vb_play *p, vb_buf *buf, vb_error *err)
{
    bool ok = !buf->full || vb_fail(err, "the output is too large");

    ok = ok && add_output(p, VB_EFFECT_OUT,
                          vb_str_copy(p->arena, vb_buf_view(buf)), err);
    vb_buf_release(buf);
    return ok;
}

static bool
set(vb_play *p, const vb_action *a, vb_error *err)
{
    vb_str path[16];
    const vb_node *value = NULL;

    for (size_t i = 0; i < a->path_len; i++)
        if (!vb_template_text(a->path[i], &p->env, &path[i], err))
            return false;
    if (a->shape)
        value = vb_shape_make(a->shape, &p->env, err);
    else if (a->expr)
        value = value_of(p, a->expr, err);
    if (!value && a->kind == VB_ACTION_SET)
        return false;
    if (!vb_val_set(p->arena, p->world.root, (vb_val_path){path, a->path_len},
                    value, &p->world.root, err))
        return false;
    show_state(p);
    return true;
}

static const vb_fetched *
fetched(const vb_play *p, vb_str path)
{
    for (size_t i = 0; i < p->nfiles; i++)
        if (vb_str_eq(p->files[i].path, path))
            return &p->files[i];
    return NULL;
}

/* Its parsed value, or null when it cannot be parsed. */
static const vb_node *
parsed(vb_play *p, const vb_action *a, vb_str content)
{
    vb_str name = vb_str_eqc(a->format, "value") ? VB_STR("parse(content)")
                                                 : VB_STR("parse_all(content)");
    const vb_expr *expr;
    const vb_node *v = NULL;

    if (vb_str_eqc(a->format, "text"))
        return vb_val_str(p->arena, content);
    expr = vb_expr_compile(name, VB_EXPR_SCENARIO, p->arena, NULL);
    bind(p, VB_STR("content"), vb_val_str(p->arena, content));
    if (expr)
        v = value_of(p, expr, NULL);
    p->env.vars = p->env.vars->outer;
    return v ? v : vb_val_null();
}

static vb_str
reason(int error)
{
    switch (error) {
    case ENOENT:
        return VB_STR("no such file or directory");
    case EISDIR:
        return VB_STR("is a directory");
    case EACCES:
        return VB_STR("permission denied");
    case EFBIG:
        return VB_STR("file too large");
    default:
        return VB_STR("input/output error");
    }
}

static vb_play_end
read_file(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_fetched *file;
    vb_str path;

    if (!vb_template_text(a->text, &p->env, &path, err))
        return VB_PLAY_BROKEN;
    file = fetched(p, path);
    if (!file) {
        p->want = path;
        if (p->nfiles < VB_PLAY_FILES_MAX)
            return VB_PLAY_WANTS;
        vb_fail(err, "more than %d files are read", VB_PLAY_FILES_MAX);
        return VB_PLAY_BROKEN;
    }
    if (!file->error) {
        bind(p, a->name, parsed(p, a, file->content));
        return VB_PLAY_DONE;
    }
    bind(p, a->name, vb_val_null());
    bind(p, VB_STR("reason"), vb_val_str(p->arena, reason(file->error)));
    if (a->otherwise)
        return run(p, a->otherwise, err);
    if (!add_output(p, VB_EFFECT_ERR,
                    vb_str_fmt(p->arena, "%.*s: %.*s\n", VB_ARG(path),
                               VB_ARG(reason(file->error))),
                    err))
        return VB_PLAY_BROKEN;
    p->ended = true;
    p->status = 1;
    return VB_PLAY_DONE;
}

static bool
write_file(vb_play *p, const vb_action *a, vb_error *err)
{
    vb_effect effect = {
        .kind = VB_EFFECT_WRITE, .mode = a->number, .append = a->more};

    if (!vb_template_text(a->text, &p->env, &effect.path, err) ||
        !vb_template_text(a->text2, &p->env, &effect.bytes, err))
        return false;
    p->output += effect.bytes.len;
    if (p->output > VB_PLAY_OUTPUT_MAX)
        return vb_fail(err, "more than %d bytes of output", VB_PLAY_OUTPUT_MAX);
    vb_vec_push(p->arena, &p->effects, effect);
    return true;
}

static bool
let_pass(vb_play *p, const vb_action *a, vb_error *err)
{
    vb_str text;
    int64_t ms;

    if (!vb_template_text(a->text, &p->env, &text, err))
        return false;
    if (!vb_sim_duration(text, &ms) || ms > INT64_C(86400000) * 366)
        return vb_fail(err, "'%.*s' is no duration", VB_ARG(text));
    p->world.clock_ms += ms;
    p->world.waited_ms += ms;
    return true;
}

static vb_play_end
call(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_var *caller = p->env.vars;
    const vb_var *inside = NULL;
    vb_play_end end;

    for (size_t i = 0; i < a->macro->nparams; i++) {
        vb_var *var = VB_NEW(p->arena, vb_var);
        const vb_node *value = vb_val_null();

        for (size_t k = 0; k < a->nbindings; k++)
            if (vb_str_eq(a->bindings[k].name, a->macro->params[i]))
                value = value_of(p, a->bindings[k].expr, err);
        if (!value)
            return VB_PLAY_BROKEN;
        *var = (vb_var){a->macro->params[i], value, inside};
        inside = var;
    }
    p->env.vars = inside;
    p->result = NULL;
    end = run(p, a->macro->body, err);
    p->returned = false;
    p->env.vars = caller;
    if (end == VB_PLAY_DONE && a->name.len)
        bind(p, a->name, p->result ? p->result : vb_val_null());
    return end;
}

static vb_play_end
each(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_node *over = value_of(p, a->expr, err);
    const vb_var *before = p->env.vars;

    if (!over)
        return VB_PLAY_BROKEN;
    for (size_t i = 0; i < over->len && !p->ended && !p->returned; i++) {
        vb_play_end end;

        bind(p, VB_STR("index"), vb_val_int(p->arena, (int64_t)i));
        if (over->kind == VB_NODE_MAP)
            bind(p, VB_STR("key"), vb_val_str(p->arena, over->keys[i]->str));
        bind(p, a->name, over->items[i]);
        end = a->body ? run(p, a->body, err) : VB_PLAY_DONE;
        p->env.vars = before;
        if (end != VB_PLAY_DONE)
            return end;
    }
    return VB_PLAY_DONE;
}

/* Which columns a table shows. */
static bool
shown(vb_play *p, const vb_action *a, bool *show, vb_error *err)
{
    const vb_node *hide = a->hide ? value_of(p, a->hide, err) : vb_val_null();

    if (!hide)
        return false;
    for (size_t c = 0; c < a->nbindings; c++) {
        show[c] = true;
        for (size_t i = 0; hide->kind == VB_NODE_LIST && i < hide->len; i++)
            if (vb_str_eq(hide->items[i]->str, a->bindings[c].name))
                show[c] = false;
    }
    return true;
}

static bool
table_cells(vb_play *p, const vb_action *a, const vb_node *rows,
            const bool *show, vb_str **cell, vb_error *err)
{
    for (size_t i = 0; i < rows->len; i++) {
        const vb_var *before = p->env.vars;

        bind(p, VB_STR("row"), rows->items[i]);
        for (size_t c = 0; c < a->nbindings; c++) {
            const vb_node *v;

            if (!show[c])
                continue;
            v = vb_expr_eval(a->bindings[c].expr, rows->items[i], &p->env, err);
            if (!v)
                return false;
            *(*cell)++ = vb_val_text(p->arena, v);
        }
        p->env.vars = before;
    }
    return true;
}

static bool
print_table(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_node *rows = value_of(p, a->expr, err);
    const vb_node *headers =
        a->expr2 ? value_of(p, a->expr2, err) : vb_val_bool(true);
    bool *show = VB_NEW_N(p->arena, bool, a->nbindings);
    size_t cols = 0;
    vb_str *cells, *cell;
    vb_buf buf;

    if (!rows || !headers || !shown(p, a, show, err))
        return false;
    cells = cell = VB_NEW_N(p->arena, vb_str, (rows->len + 1) * a->nbindings);
    for (size_t c = 0; c < a->nbindings; c++) {
        cols += show[c];
        if (show[c] && vb_val_true(headers))
            *cell++ = a->bindings[c].name;
    }
    if (!table_cells(p, a, rows, show, &cell, err))
        return false;
    vb_buf_init(&buf, VB_PLAY_OUTPUT_MAX);
    vb_print_table(&buf, cells, cols ? (size_t)(cell - cells) / cols : 0, cols,
                   (unsigned)a->number, false);
    return add_buffer(p, &buf, err);
}

/* A fault in what the reader wrote after -o custom-columns=. */
static bool
columns_fault(vb_play *p, vb_str what, vb_error *err)
{
    p->ended = true;
    p->status = 1;
    return add_output(p, VB_EFFECT_ERR,
                      vb_str_fmt(p->arena, "error: %.*s\n", VB_ARG(what)), err);
}

static bool
print_columns(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_node *rows = value_of(p, a->expr, err);
    const vb_node *spec_value = a->expr2 ? value_of(p, a->expr2, err) : NULL;
    vb_str rest, names[VB_PRINT_COLUMNS_MAX], paths[VB_PRINT_COLUMNS_MAX];
    vb_str column, *cells;
    size_t cols = 0, n = 0;
    vb_error own = {0};
    vb_buf buf;

    if (!rows || !spec_value)
        return false;
    rest = vb_val_text(p->arena, spec_value);
    while (cols < VB_COUNT(names) && vb_str_field(&rest, ',', &column)) {
        size_t colon = vb_str_chr(column, ':');

        if (colon == VB_NPOS)
            return columns_fault(
                p,
                vb_str_fmt(p->arena,
                           "unexpected custom-columns spec: %.*s, expected "
                           "<header>:<json-path-expr>",
                           VB_ARG(column)),
                err);
        names[cols] = vb_str_sub(column, 0, colon);
        paths[cols++] = vb_str_from(column, colon + 1);
    }
    cells = VB_NEW_N(p->arena, vb_str, (rows->len + 1) * (cols + 1));
    for (size_t c = 0; c < cols; c++)
        cells[n++] = names[c];
    for (size_t i = 0; i < rows->len; i++)
        for (size_t c = 0; c < cols; c++)
            if (!vb_jsonpath_column(paths[c], rows->items[i], p->arena,
                                    &cells[n++], &own))
                return columns_fault(
                    p, vb_str_copy(p->arena, vb_str_c(own.message)), err);
    vb_buf_init(&buf, VB_PLAY_OUTPUT_MAX);
    vb_print_table(&buf, cells, rows->len + 1, cols, 3, false);
    return add_buffer(p, &buf, err);
}

static bool
print_value(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_node *v = value_of(p, a->expr, err);
    vb_buf buf;

    if (!v)
        return false;
    vb_buf_init(&buf, VB_PLAY_OUTPUT_MAX);
    if (a->kind == VB_ACTION_YAML) {
        vb_print_yaml(&buf, v);
    } else if (a->kind == VB_ACTION_TEXT) {
        vb_print_text(&buf, v);
    } else {
        vb_print_json(&buf, v, (unsigned)a->number);
        vb_buf_ch(&buf, '\n');
    }
    return add_buffer(p, &buf, err);
}

static bool
output(vb_play *p, const vb_action *a, vb_error *err)
{
    vb_str text;

    if (!vb_template_text(a->text, &p->env, &text, err))
        return false;
    if (a->kind == VB_ACTION_REFUSE) {
        p->ended = true;
        p->refused = vb_str_trim(text);
        return true;
    }
    if (a->kind != VB_ACTION_FAIL)
        return add_output(
            p, a->kind == VB_ACTION_OUT ? VB_EFFECT_OUT : VB_EFFECT_ERR, text,
            err);
    p->ended = true;
    p->status = (int)a->number;
    if (text.len && !vb_str_ends(text, "\n"))
        text = vb_str_join(p->arena, text, VB_STR("\n"));
    return add_output(p, VB_EFFECT_ERR, text, err);
}

static bool
let(vb_play *p, const vb_action *a, vb_error *err)
{
    for (size_t i = 0; i < a->nbindings; i++) {
        const vb_node *v = value_of(p, a->bindings[i].expr, err);

        if (!v)
            return false;
        bind(p, a->bindings[i].name, v);
    }
    return true;
}

static bool
leave(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_node *v = value_of(p, a->expr, err);
    int64_t n;

    if (!v)
        return false;
    if (a->kind == VB_ACTION_RETURN) {
        p->returned = true;
        p->result = v;
        return true;
    }
    p->ended = true;
    if (a->kind == VB_ACTION_SIGNAL) {
        if (!vb_val_as_int(v, &n) || n < 1 || n > 31)
            return vb_fail(err, "'signal' needs 1 to 31");
        p->signal = (int)n;
        p->status = 128 + p->signal;
        return true;
    }
    if (!vb_val_as_int(v, &n) || n < 0 || n > 255)
        return vb_fail(err, "'exit' needs 0 to 255");
    p->status = (int)n;
    return true;
}

/* Actions that neither wait for a file nor hold others. */
static bool
plain(vb_play *p, const vb_action *a, vb_error *err)
{
    switch (a->kind) {
    case VB_ACTION_LET:
        return let(p, a, err);
    case VB_ACTION_OUT:
    case VB_ACTION_ERR:
    case VB_ACTION_FAIL:
    case VB_ACTION_REFUSE:
        return output(p, a, err);
    case VB_ACTION_EXIT:
    case VB_ACTION_SIGNAL:
    case VB_ACTION_RETURN:
        return leave(p, a, err);
    case VB_ACTION_SET:
    case VB_ACTION_UNSET:
        return set(p, a, err);
    case VB_ACTION_WRITE:
        return write_file(p, a, err);
    case VB_ACTION_WAIT:
        return let_pass(p, a, err);
    case VB_ACTION_TABLE:
        return print_table(p, a, err);
    case VB_ACTION_COLUMNS:
        return print_columns(p, a, err);
    default:
        return print_value(p, a, err);
    }
}

static vb_play_end
one(vb_play *p, const vb_action *a, vb_error *err)
{
    const vb_node *v;
    const vb_actions *body;

    switch (a->kind) {
    case VB_ACTION_IF:
        v = value_of(p, a->expr, err);
        if (!v)
            return VB_PLAY_BROKEN;
        body = vb_val_true(v) ? a->body : a->otherwise;
        return body ? run(p, body, err) : VB_PLAY_DONE;
    case VB_ACTION_EACH:
        return each(p, a, err);
    case VB_ACTION_READ:
        return read_file(p, a, err);
    case VB_ACTION_CALL:
        return call(p, a, err);
    default:
        return plain(p, a, err) ? VB_PLAY_DONE : VB_PLAY_BROKEN;
    }
}

static vb_play_end
run(vb_play *p, const vb_actions *actions, vb_error *err)
{
    if (p->depth >= VB_PLAY_DEPTH_MAX) {
        vb_fail(err, "macros call each other more than %d deep",
                VB_PLAY_DEPTH_MAX);
        return VB_PLAY_BROKEN;
    }
    p->depth++;
    for (size_t i = 0; i < actions->len && !p->ended && !p->returned; i++) {
        const vb_action *a = &actions->at[i];
        vb_play_end end;

        if (++p->steps > VB_PLAY_STEPS_MAX) {
            vb_fail(err, "more than %d actions for one command",
                    VB_PLAY_STEPS_MAX);
            return VB_PLAY_BROKEN;
        }
        end = one(p, a, err);
        if (end == VB_PLAY_WANTS)
            return end;
        if (end == VB_PLAY_BROKEN) {
            if (err && !vb_str_has(vb_str_c(err->message), ".yaml:"))
                vb_fail_in(err, "%s:%u:%u", a->loc.file ? a->loc.file : "",
                           a->loc.line, a->loc.col);
            return end;
        }
    }
    p->depth--;
    return VB_PLAY_DONE;
}

vb_play_end
vb_play_run(vb_play *play, const vb_actions *actions, vb_error *err)
{
    return run(play, actions, err);
}

/* NOLINTEND(misc-no-recursion) */
