/*
 * Where the deeds will happen: the account, project, region and context that
 * the programs themselves report, asked in the steps' own shell. They are
 * recorded, shown before anybody agrees, and held against --require.
 */
#include "exec/runner.h"

#include "exec/child.h"

#include "base/banned.h"

static const struct probe {
    const char *program, *what, *command;
} probes[] = {
    {"gcloud", "account", "gcloud config get-value core/account"},
    {"gcloud", "project", "gcloud config get-value core/project"},
    {"gcloud", "region", "gcloud config get-value compute/region"},
    {"aws", "account",
     "aws sts get-caller-identity --query Account --output text"},
    {"aws", "region", "aws configure get region"},
    {"az", "account", "az account show --query name --output tsv"},
    {"kubectl", "context", "kubectl config current-context"},
};

static bool
uses_program(const vb_runner *run, const char *program)
{
    for (size_t i = 0; i < run->plan->steps.len; i++) {
        const vb_step *step = &run->plan->steps.at[i];

        for (size_t k = 0; run->steps[i].runs && k < step->programs.len; k++)
            if (vb_str_eqc(step->programs.at[k], program))
                return true;
    }
    return false;
}

/* One line of what the program says; empty when it says nothing. */
static bool
ask(vb_runner *run, const char *command, vb_str *out, vb_error *err)
{
    /* These questions are not the guide's: they are not recorded. */
    vb_str text = vb_str_fmt(
        run->arena,
        "%s\\builtin command timeout 20 %s 2>/dev/null >&252 </dev/null || :\n",
        run->tap ? "PATH=${PATH#*/sim/bin:} " : "", command);
    vb_str rest, line = {0};
    vb_buf answer;
    bool ok;

    vb_buf_init(&answer, VB_BUF_NO_MAX);
    ok = vb_shell_quiet(run, text, &answer, err);
    rest = vb_str_copy(run->arena, vb_buf_view(&answer));
    vb_buf_release(&answer);
    *out = vb_str_line(&rest, &line) ? vb_str_trim(line) : (vb_str){0};
    if (vb_str_eqc(*out, "(unset)") || vb_str_eqc(*out, "None"))
        *out = (vb_str){0};
    return ok;
}

static bool
probe(vb_runner *run, const struct probe *p, vb_error *err)
{
    vb_ev_place ev = {.what = vb_str_c(p->what), .from = vb_str_c(p->command)};

    if (!uses_program(run, p->program) || !ask(run, p->command, &ev.value, err))
        return !err->message[0];
    if (!ev.value.len)
        return true;
    vb_vec_push(run->arena, &run->places, (vb_given){ev.what, ev.value});
    return vb_event_place(run->record, &ev, err);
}

/* "account=NAME" must be among the places. */
static void
require(vb_runner *run, vb_str what, vb_str value, vb_loc loc)
{
    vb_str said = {0};
    vb_diag *diag;

    for (size_t i = 0; i < run->places.len; i++) {
        if (!vb_str_eq(run->places.at[i].name, what))
            continue;
        if (vb_str_eq(run->places.at[i].value, value))
            return;
        said = run->places.at[i].value;
    }
    diag = vb_diag_add(run->diags, VB_ERROR, NULL, loc,
                       "this run is required to have %.*s '%.*s', and %s%.*s%s",
                       VB_ARG(what), VB_ARG(value),
                       said.len ? "the programs say '" : "no program says any",
                       VB_ARG(said), said.len ? "'" : "");
    diag->hint = VB_STR("nothing has been run");
}

bool
vb_where(vb_runner *run, vb_error *err)
{
    const vb_overlay *overlay = run->plan->overlay;
    const vb_run_opts *opts = run->opts;
    size_t before = run->diags->errors;

    /* A rehearsal happens nowhere; its calls are for the steps. */
    if (run->sim && !opts->nrequire && !overlay->require.len)
        return true;
    for (size_t i = 0; i < VB_COUNT(probes); i++)
        if (!probe(run, &probes[i], err))
            return false;
    for (size_t i = 0; i < opts->nrequire; i++) {
        vb_str rest = opts->require[i], what = {0};

        if (!vb_str_field(&rest, '=', &what) || !what.len || !rest.len)
            return vb_fail(err, "'--require %.*s' is not WHAT=VALUE",
                           VB_ARG(opts->require[i]));
        require(run, what, rest, (vb_loc){0});
    }
    for (size_t i = 0; !run->sim && i < overlay->require.len; i++)
        require(run, overlay->require.at[i].name, overlay->require.at[i].value,
                overlay->require.at[i].loc);
    return run->diags->errors == before ||
           vb_fail(err, "this run is pointed elsewhere");
}
