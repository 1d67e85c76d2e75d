/* verbatim check: what a reader of these documents would stumble over. */
#include "cli/cmds.h"
#include "cli/load.h"

#include "base/io.h"
#include "base/text.h"
#include "check/check.h"
#include "check/output.h"
#include "cli/documents.h"

#include <string.h>

#include "base/banned.h"

typedef struct check_args {
    vb_strs rules;
    const char *format, *severity, *overlay, *root;
    bool strict, links, no_programs, allow_private;
} check_args;

static const char *const formats[] = {
#define X(name, text) text,
    VB_CHECK_FORMATS(X)
#undef X
        NULL,
};
static const char *const severities[] = {"note", "warning", "error", NULL};

static const vb_opt check_opts[] = {
    {0, "rule", VB_OPT_LIST, offsetof(check_args, rules), "ID",
     "only this rule or family; may be given more than once", NULL, NULL},
    {0, "severity", VB_OPT_STRING, offsetof(check_args, severity), "LEVEL",
     "show findings from this level on: note (default), warning, error",
     severities, NULL},
    {0, "strict", VB_OPT_FLAG, offsetof(check_args, strict), NULL,
     "exit 1 also for warnings", NULL, NULL},
    {0, "links", VB_OPT_FLAG, offsetof(check_args, links), NULL,
     "ask for the links into the network, too", NULL, NULL},
    {0, "allow-private", VB_OPT_FLAG, offsetof(check_args, allow_private), NULL,
     "with --links: also ask loopback and private addresses", NULL, NULL},
    {0, "no-programs", VB_OPT_FLAG, offsetof(check_args, no_programs), NULL,
     "start no helper program (bash -n, shellcheck)", NULL, NULL},
    {0, "overlay", VB_OPT_STRING, offsetof(check_args, overlay), "FILE",
     "use FILE instead of GUIDE.verbatim.yaml", NULL, NULL},
    {0, "root", VB_OPT_STRING, offsetof(check_args, root), "DIR",
     "includes must stay below DIR", NULL, NULL},
    {'f', "format", VB_OPT_STRING, offsetof(check_args, format), "FORMAT",
     "text (default), json, sarif, github, junit or markdown", formats, NULL},
    {0},
};

/* One document of the run. */
typedef struct checked {
    vb_check_doc doc;
    vb_diags diags;
} checked;

/* The paths through a document: one for each provider it offers. */
static bool
plan_paths(vb_cli *cli, const vb_doc *doc, const check_args *args, checked *out)
{
    VB_VEC(const vb_plan *) plans = {0};
    vb_plan_opts opts = {.overlay_path = args->overlay};
    vb_diags again;
    const vb_plan *first;

    first = vb_plan_make(&cli->arena, doc, &opts, &out->diags);
    if (!first)
        return false;
    if (first->providers.len == 0)
        vb_vec_push(&cli->arena, &plans, first);
    for (size_t i = 0; i < first->providers.len; i++) {
        const vb_plan *plan;

        /* What is wrong with the document as a whole has been said. */
        vb_diags_init(&again, &cli->arena);
        opts.provider = first->providers.at[i].name;
        plan = vb_plan_make(&cli->arena, doc, &opts, &again);
        if (plan)
            vb_vec_push(&cli->arena, &plans, plan);
    }
    out->doc = (vb_check_doc){doc, plans.at, plans.len, &out->diags};
    return true;
}

static bool
load(vb_cli *cli, vb_str path, const check_args *args, checked *out)
{
    vb_doc_opts opts = {.root = args->root};
    vb_error err = {.message = ""};
    const vb_doc *doc;

    vb_diags_init(&out->diags, &cli->arena);
    doc = vb_doc_read(&cli->arena, vb_str_dup(&cli->arena, path), &opts,
                      &out->diags, &err);
    if (doc && plan_paths(cli, doc, args, out))
        return true;
    vb_cli_diags(cli, &out->diags);
    if (err.message[0])
        vb_cli_error(cli, "%s", err.message);
    return false;
}

static void
render_finding(vb_buf *out, const vb_finding *f, bool color)
{
    vb_diag diag = {.severity = f->severity,
                    .rule = f->rule->id,
                    .loc = f->loc,
                    .width = f->width,
                    .message = f->message,
                    .hint = f->hint,
                    .excerpt = f->excerpt};

    vb_diag_render(out, &diag, color);
    if (f->providers.len) {
        vb_buf_c(out, "    on the path for ");
        vb_text_mask_line(out, f->providers);
        vb_buf_ch(out, '\n');
    }
    if (f->other.line) {
        diag = (vb_diag){.severity = VB_NOTE,
                         .loc = f->other,
                         .message = f->other_message,
                         .excerpt = f->other_excerpt};
        vb_diag_render(out, &diag, color);
    }
}

static void
render_text(const vb_cli *cli, const vb_findings *findings, size_t documents,
            vb_buf *out)
{
    size_t errors = vb_findings_count(findings, VB_ERROR);
    size_t warnings = vb_findings_count(findings, VB_WARNING);

    for (size_t i = 0; i < findings->list.len; i++)
        render_finding(out, &findings->list.at[i], cli->color_out);
    vb_buf_fmt(out, "%zu document%s: ", documents, documents == 1 ? "" : "s");
    if (findings->list.len == 0)
        vb_buf_c(out, "no findings");
    else
        vb_buf_fmt(out, "%zu error%s, %zu warning%s", errors,
                   errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
    if (findings->silenced)
        vb_buf_fmt(out, ", %zu silenced", findings->silenced);
    if (findings->dropped)
        vb_buf_fmt(out, ", %zu left out", findings->dropped);
    vb_buf_ch(out, '\n');
}

static void
print_findings(const vb_cli *cli, const check_args *args,
               const vb_findings *findings, size_t documents)
{
    vb_check_format format = VB_CHECK_TEXT;
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (!vb_check_format_parse(vb_str_c(args->format), &format))
        return;
    switch (format) {
    case VB_CHECK_TEXT:
        render_text(cli, findings, documents, &out);
        break;
    case VB_CHECK_JSON:
        vb_findings_json(findings, &out);
        break;
    case VB_CHECK_SARIF:
        vb_findings_sarif(findings, &out);
        break;
    case VB_CHECK_GITHUB:
        vb_findings_github(findings, &out);
        break;
    case VB_CHECK_JUNIT:
        vb_findings_junit(findings, &out);
        break;
    case VB_CHECK_MARKDOWN:
        vb_findings_markdown(findings, &out);
        break;
    }
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
}

static void
keep_from(vb_findings *findings, const char *severity)
{
    vb_severity least = !severity || strcmp(severity, "note") == 0 ? VB_NOTE
                        : strcmp(severity, "warning") == 0         ? VB_WARNING
                                                                   : VB_ERROR;
    size_t n = 0;

    for (size_t i = 0; i < findings->list.len; i++)
        if (findings->list.at[i].severity >= least)
            findings->list.at[n++] = findings->list.at[i];
    findings->list.len = n;
}

static int
check_all(vb_cli *cli, const vb_strs *paths, const check_args *args)
{
    vb_check_opts opts = {.rules = args->rules.at,
                          .nrules = args->rules.len,
                          .no_programs = args->no_programs,
                          .allow_private = args->allow_private};
    VB_VEC(vb_check_doc) docs = {0};
    vb_findings findings;
    vb_error err = {.message = ""};
    bool unread = false;

    vb_findings_init(&findings, &cli->arena);
    for (size_t i = 0; i < paths->len; i++) {
        checked *one = VB_NEW(&cli->arena, checked);

        if (!load(cli, paths->at[i], args, one)) {
            unread = true;
            continue;
        }
        vb_check_document(&cli->arena, &one->doc, &opts, &findings);
        vb_vec_push(&cli->arena, &docs, one->doc);
    }
    if (args->links && !vb_check_remote_links(&cli->arena, docs.at, docs.len,
                                              &opts, &findings, &err)) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_SYSTEM;
    }
    vb_findings_sort(&findings);
    keep_from(&findings, args->severity);
    print_findings(cli, args, &findings, docs.len);
    if (unread)
        return VB_EXIT_DOCUMENT;
    if (vb_findings_count(&findings, VB_ERROR) ||
        (args->strict && findings.list.len))
        return VB_EXIT_FAILED;
    return VB_EXIT_OK;
}

static int
run_check(vb_cli *cli, int argc, char **argv)
{
    check_args args = {.format = "text"};
    vb_strs rest = {0}, paths = {0};
    vb_error err = {.message = ""};
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_check, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    if (rest.len == 0)
        return vb_cli_usage(cli, &vb_cmd_check, "which documents?");
    for (size_t i = 0; i < args.rules.len; i++)
        if (!vb_rule_named(args.rules.at[i]))
            return vb_cli_usage(cli, &vb_cmd_check,
                                "there is no rule or family '%s'; 'verbatim "
                                "rules' lists them",
                                args.rules.at[i].ptr);
    for (size_t i = 0; i < rest.len; i++)
        if (!vb_documents_find(&cli->arena, rest.at[i], &paths, &err)) {
            vb_cli_error(cli, "%s", err.message);
            return VB_EXIT_DOCUMENT;
        }
    return check_all(cli, &paths, &args);
}

const vb_cmd vb_cmd_check = {
    "check",
    "DOC|DIR ... [options]",
    "find what a reader would stumble over; runs nothing",
    "Reads the documents (in folders: every .md and .mdx file that is not an "
    "included\nchunk) and reports what is wrong with them along each "
    "provider's path, like a\ncompiler. Nothing of a document is executed. "
    "Exit 1 when there are errors.\n'verbatim rules' explains each rule.",
    check_opts,
    run_check,
};
