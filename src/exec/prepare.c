#include "exec/runner.h"

#include "exec/shape.h"
#include "plan/overlay.h"

#include "base/spawn.h"

#include "base/banned.h"

/* ------------------------------------------------------------- selection -- */

static bool
named(const vb_step *step, const vb_str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (vb_str_eq(step->id, list[i]))
            return true;
    return false;
}

/* Everything the user names must be there: a typing error must not make a
 * run smaller or larger than meant. */
static void
check_names(vb_runner *run, const char *option, const vb_str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        vb_diag *diag;

        if (!list[i].len || vb_plan_step(run->plan, list[i]))
            continue;
        diag = vb_diag_add(run->diags, VB_ERROR, NULL, (vb_loc){0},
                           "there is no step '%.*s' for '%s'", VB_ARG(list[i]),
                           option);
        diag->hint = VB_STR("'verbatim plan' lists the steps");
    }
}

/* Why a step does not run, or NULL. */
static const char *
why_not(const vb_runner *run, const vb_step *step, bool in_range)
{
    const vb_run_opts *opts = run->opts;

    if (named(step, opts->skip, opts->nskip))
        return "left out by --skip";
    if (opts->nonly)
        return named(step, opts->only, opts->nonly) ? NULL : "not in --only";
    if (step->phase == VB_PHASE_TEARDOWN && opts->teardown == VB_TEARDOWN_NO)
        return "teardown runs with --teardown only";
    if (step->phase == VB_PHASE_MAIN && opts->teardown == VB_TEARDOWN_ONLY)
        return "only the teardown was asked for";
    if (!in_range)
        return "outside of --from and --until";
    if (!step->chosen)
        return "optional; --with runs it";
    return NULL;
}

static void
select_steps(vb_runner *run)
{
    const vb_run_opts *opts = run->opts;
    bool in_range = opts->from.len == 0;

    check_names(run, "--only", opts->only, opts->nonly);
    check_names(run, "--skip", opts->skip, opts->nskip);
    check_names(run, "--from", &opts->from, 1);
    check_names(run, "--until", &opts->until, 1);
    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];
        vb_ready_step *ready = &run->steps[i];

        if (opts->from.len && vb_str_eq(step->id, opts->from))
            in_range = true;
        ready->why_not = why_not(run, step, in_range);
        ready->runs = !ready->why_not;
        if (ready->runs)
            ready->number = ++run->selected;
        if (opts->until.len && vb_str_eq(step->id, opts->until))
            in_range = false;
    }
}

/* ---------------------------------------------------------------- values -- */

static bool
is_given(const vb_runner *run, vb_str name)
{
    for (size_t i = 0; i < run->given.len; i++)
        if (vb_str_eq(run->given.at[i].name, name))
            return true;
    return false;
}

static bool
step_needs(const vb_step *step, vb_str name)
{
    for (size_t i = 0; i < step->uses.len; i++)
        if (vb_str_eq(step->uses.at[i], name))
            return true;
    for (size_t i = 0; i < step->slots.len; i++)
        if (vb_str_eq(step->slots.at[i].name, name))
            return true;
    return false;
}

static bool
is_needed(const vb_runner *run, vb_str name)
{
    for (size_t i = 0; i < run->plan->steps.len; i++)
        if (run->steps[i].runs && step_needs(&run->plan->steps.at[i], name))
            return true;
    return false;
}

static bool
is_known(const vb_runner *run, vb_str name)
{
    for (size_t i = 0; i < run->plan->inputs.len; i++)
        if (vb_str_eq(run->plan->inputs.at[i].name, name))
            return true;
    for (size_t i = 0; i < run->plan->samples.len; i++)
        if (vb_str_eq(run->plan->samples.at[i].name, name))
            return true;
    for (size_t i = 0; i < run->plan->steps.len; i++)
        if (step_needs(&run->plan->steps.at[i], name))
            return true;
    return vb_plan_carry(run->plan, name) != NULL;
}

/* The last word wins, as on any command line. */
static void
take_values(vb_runner *run)
{
    const vb_run_opts *opts = run->opts;

    for (size_t i = opts->nvalues; i-- > 0;) {
        const vb_value *value = &opts->values[i];

        if (is_given(run, value->name))
            continue;
        vb_vec_push(run->arena, &run->given,
                    (vb_given){value->name, value->value});
        if (!is_known(run, value->name))
            vb_diag_add(run->diags, VB_WARNING, NULL, (vb_loc){0},
                        "nothing in the guide takes '%.*s'",
                        VB_ARG(value->name));
    }
}

/* Does the whole value match the overlay's pattern? */
static bool
fits(vb_runner *run, vb_str value, vb_str pattern)
{
    vb_expect_opts opts = {.manner = VB_MANNER_REGEX};
    const vb_expect *expect = vb_expect_compile(
        run->arena, vb_str_fmt(run->arena, "\\A(?:%.*s)\\z", VB_ARG(pattern)),
        (vb_loc){run->plan->overlay->path, 0, 0}, &opts, run->diags);

    return expect &&
           vb_expect_compare(expect, value, (vb_str){0}, run->arena)->match;
}

/* A value that is there and cannot be meant: empty, or against the overlay's
 * pattern. */
static void
check_given(vb_runner *run, const vb_given *given)
{
    const vb_overlay_input *said =
        vb_overlay_input_of(run->plan->overlay, given->name);
    vb_loc loc = said ? said->loc : (vb_loc){0};
    vb_diag *diag;

    if (given->value.len == 0 && is_needed(run, given->name)) {
        vb_diag_add(run->diags, VB_ERROR, NULL, loc, "'%.*s' is empty",
                    VB_ARG(given->name));
    } else if (said && said->pattern.len &&
               !fits(run, given->value, said->pattern)) {
        diag = vb_diag_add(run->diags, VB_ERROR, NULL, loc,
                           "the value of '%.*s' does not have the form that "
                           "the overlay asks for",
                           VB_ARG(given->name));
        diag->hint = vb_str_fmt(run->arena, "the pattern is %.*s",
                                VB_ARG(said->pattern));
    }
}

static void
take_fallbacks(vb_runner *run)
{
    for (size_t i = 0; i < run->plan->inputs.len; i++) {
        const vb_input *input = &run->plan->inputs.at[i];
        vb_diag *diag;

        if (is_given(run, input->name))
            continue;
        if (input->has_fallback) {
            vb_vec_push(run->arena, &run->given,
                        (vb_given){input->name, input->fallback});
            continue;
        }
        if (!is_needed(run, input->name))
            continue;
        diag = vb_diag_add(
            run->diags, VB_ERROR, NULL, input->loc, "'%.*s' has no value",
            VB_ARG(input->spelled.len ? input->spelled : input->name));
        diag->hint = vb_str_fmt(
            run->arena, "give it with --set %.*s=%s%.*s%s", VB_ARG(input->name),
            input->example.len ? "" : "VALUE", VB_ARG(input->example),
            input->secret ? " (or @FILE: it is a secret)" : "");
    }
}

/* ----------------------------------------------------------------- texts -- */

/* Most blocks with zsh's tag say nothing that bash would not understand, and
 * belong to the same session as the others. This one does not. */
static bool
needs_zsh(vb_str text)
{
    static const char *const words[] = {
        "setopt ",  "unsetopt ", "autoload ", "zmodload ", "zstyle ",
        "bindkey ", "compinit",  "print -P",  "vared ",    "${(",
        "=(<)",     "*(.",       "*(/",       "*(N",       "zparseopts "};
    vb_error err = {.message = ""};
    vb_buf said;
    bool bash;

    for (size_t i = 0; i < VB_COUNT(words); i++)
        if (vb_str_has(text, words[i]))
            return true;
    vb_buf_init(&said, VB_BUF_NO_MAX);
    bash = vb_check_text(text, &said, &err);
    vb_buf_release(&said);
    return !bash;
}

/* A block in another language runs as a reader would run it who saved it: the
 * interpreter gets it on its standard input. */
static bool
interpret(vb_runner *run, vb_str tag, vb_ready_step *ready)
{
    static const struct {
        const char *tag, *program;
    } table[] = {
        {"python", "python3 -"}, {"python3", "python3 -"}, {"py", "python3 -"},
        {"node", "node -"},      {"javascript", "node -"}, {"js", "node -"},
        {"ruby", "ruby -"},      {"perl", "perl -"},       {"lua", "lua -"},
        {"php", "php"},          {"zsh", "zsh -f -s"},
    };

    for (size_t i = 0; i < VB_COUNT(table); i++) {
        if (!vb_str_ieqc(tag, table[i].tag))
            continue;
        ready->text = vb_str_fmt(
            run->arena, "%s <<'__VERBATIM_END__'\n%.*s%s__VERBATIM_END__\n",
            table[i].program, VB_ARG(ready->text),
            vb_str_ends(ready->text, "\n") ? "" : "\n");
        return true;
    }
    return false;
}

static bool
is_shell(vb_str tag)
{
    static const char *const tags[] = {
        "",         "bash",        "sh",   "shell",   "zsh",
        "console",  "ksh",         "dash", "session", "shell-session",
        "terminal", "shellscript", "text", "none",    "plain"};

    for (size_t i = 0; i < VB_COUNT(tags); i++)
        if (vb_str_ieqc(tag, tags[i]))
            return true;
    return false;
}

static void
refuse(vb_runner *run, const vb_step *step, const char *why, vb_str what,
       const char *hint)
{
    vb_diag *diag = vb_diag_add(run->diags, VB_ERROR, NULL, step->loc,
                                "%s '%.*s'", why, VB_ARG(what));

    diag->hint = vb_str_c(hint);
}

/* The language that the guide gives its block. */
static vb_str
tag_of(const vb_runner *run, const vb_step *step)
{
    const vb_reading *reading = &run->plan->readings.at[step->reading];

    return run->plan->doc->blocks.at[reading->block].lang;
}

static void
prepare_command(vb_runner *run, const vb_step *step, vb_ready_step *ready)
{
    if (step->foreign.len)
        refuse(run, step,
               "this is typed inside of another shell:", step->foreign,
               "say in the overlay how to run it, or leave it out with "
               "'skip: true'");
    if (vb_str_eqc(step->shell, "bash") &&
        vb_str_eqc(tag_of(run, step), "zsh") && needs_zsh(ready->text)) {
        if (!vb_on_path("zsh"))
            refuse(run, step,
                   "this needs zsh, which is not installed:", step->id,
                   "install it, or leave the step out with 'skip: true' in "
                   "the overlay");
        interpret(run, VB_STR("zsh"), ready);
    }
    if (!is_shell(step->shell) && !interpret(run, step->shell, ready))
        refuse(run, step, "nothing here runs blocks in", step->shell,
               "correct its kind in the overlay, or leave it out with "
               "'skip: true'");
    if (vb_str_chr(ready->text, '\0') != VB_NPOS)
        refuse(run, step, "a NUL byte stands in", step->id, "");
    ready->shell = vb_shell_read(run->arena, ready->text);
    vb_guard_collect(run, step, ready);
}

void
vb_prepare_step(vb_runner *run, size_t index)
{
    const vb_step *step = &run->plan->steps.at[index];
    vb_ready_step *ready = &run->steps[index];
    vb_error err = {.message = ""};
    vb_buf text;

    vb_buf_init(&text, VB_BUF_NO_MAX);
    if (vb_step_render(run->plan, step, run->given.at, run->given.len, &text,
                       &err)) {
        ready->text = vb_str_copy(run->arena, vb_buf_view(&text));
        ready->guarded.len = 0;
        if (step->kind == VB_KIND_COMMAND)
            prepare_command(run, step, ready);
    } else {
        vb_diag_add(run->diags, VB_ERROR, NULL, step->loc, "%s", err.message);
    }
    vb_buf_release(&text);
}

static void
render_steps(vb_runner *run)
{
    for (size_t i = 0; i < run->plan->steps.len; i++)
        if (run->steps[i].runs)
            vb_prepare_step(run, i);
}

/* Which steps need no trap is known only when all functions are. */
static void
shape_steps(vb_runner *run)
{
    bool unknown = false; /* a step may have defined anything */

    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];
        vb_ready_step *ready = &run->steps[i];

        if (!ready->shell)
            continue;
        ready->changes = unknown || step->unknown_env ||
                         vb_shape_text_changes(ready->shell, &run->functions);
        ready->traps = step->unknown_env || vb_str_has(ready->text, "trap") ||
                       vb_str_has(ready->text, "set -") ||
                       vb_str_has(ready->text, "xtrace");
        ready->bare = !ready->changes && !ready->guarded.len &&
                      !step->background &&
                      vb_shape_bare(ready->shell, &run->functions);
        unknown = unknown || step->unknown_env;
        if (vb_str_has(ready->text, "$_") || vb_str_has(ready->text, "$?") ||
            vb_str_has(ready->text, "${_"))
            run->keeps_last = true;
    }
    if (!run->keeps_last)
        return;
    for (size_t i = 0; i < run->plan->steps.len; i++)
        run->steps[i].bare = false;
}

void
vb_ready_text(vb_runner *run, size_t index, vb_str text)
{
    const vb_step *step = &run->plan->steps.at[index];
    vb_ready_step *ready = &run->steps[index];

    ready->text = text;
    if (step->kind != VB_KIND_COMMAND)
        return;
    ready->shell = vb_shell_read(run->arena, text);
    ready->guarded.at = NULL;
    ready->guarded.len = ready->guarded.cap = 0;
    vb_guard_collect(run, step, ready);
    /* Nothing is known about what a person writes. */
    ready->bare = false;
    ready->changes = ready->traps = true;
}

static void
check_document(vb_runner *run)
{
    vb_diag *diag;

    if (run->plan->gaps && !run->opts->without_chunks) {
        diag = vb_diag_add(run->diags, VB_ERROR, NULL,
                           (vb_loc){run->plan->doc->sources.at[0]->path, 0, 0},
                           "%zu included file%s missing", run->plan->gaps,
                           run->plan->gaps == 1 ? " is" : "s are");
        diag->hint = VB_STR("--without-chunks runs the guide without them");
    }
    if (run->plan->providers.len > 1 && !run->plan->provider.len) {
        diag = vb_diag_add(run->diags, VB_ERROR, NULL,
                           (vb_loc){run->plan->doc->sources.at[0]->path, 0, 0},
                           "the guide is written for several providers");
        diag->hint = VB_STR("choose one with --provider");
    }
    if (!run->selected)
        vb_diag_add(run->diags, VB_ERROR, NULL,
                    (vb_loc){run->plan->doc->sources.at[0]->path, 0, 0},
                    "there is no step to run");
}

bool
vb_prepare(vb_runner *run)
{
    size_t before = run->opts->without_chunks ? run->diags->errors : 0;

    run->steps = VB_NEW_N(run->arena, vb_ready_step, run->plan->steps.len);
    vb_map_init(&run->functions, run->arena);
    vb_map_init(&run->function_reads, run->arena);
    vb_map_init(&run->doubtful, run->arena);
    vb_map_init(&run->versions, run->arena);
    select_steps(run);
    check_document(run);
    take_values(run);
    vb_resume_values(run);
    for (size_t i = 0; i < run->given.len; i++)
        check_given(run, &run->given.at[i]);
    vb_carry_begin(run);
    take_fallbacks(run);
    if (run->diags->errors > before)
        return false;
    render_steps(run);
    shape_steps(run);
    vb_carry_substs(run);
    return run->diags->errors <= before;
}
