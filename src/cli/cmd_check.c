/* verbatim check: what a reader of these documents would stumble over. */
#include "cli/cmds.h"
#include "cli/load.h"

#include "base/text.h"
#include "check/baseline.h"
#include "check/batch.h"
#include "check/fix.h"
#include "check/output.h"
#include "check/programs.h"
#include "check/since.h"
#include "cli/documents.h"

#include <string.h>

#include "base/banned.h"

typedef struct check_args {
    vb_strs rules, probes;
    const char *format, *severity, *overlay, *root, *link_cache, *surfaces,
        *schemas;
    const char *baseline, *write_baseline, *since;
    bool fix, diff, strict, links, offline, no_programs, allow_private;
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
    {0, "fix", VB_OPT_FLAG, offsetof(check_args, fix), NULL,
     "write the fixes that findings carry into the documents", NULL, NULL},
    {0, "diff", VB_OPT_FLAG, offsetof(check_args, diff), NULL,
     "print the fixes as a patch instead of the findings", NULL, NULL},
    {0, "baseline", VB_OPT_STRING, offsetof(check_args, baseline), "FILE",
     "leave out the findings that FILE knows", NULL, NULL},
    {0, "write-baseline", VB_OPT_STRING, offsetof(check_args, write_baseline),
     "FILE", "write the findings into FILE, for --baseline", NULL, NULL},
    {0, "since", VB_OPT_STRING, offsetof(check_args, since), "REV",
     "only what was introduced since this git revision", NULL, NULL},
    {0, "links", VB_OPT_FLAG, offsetof(check_args, links), NULL,
     "ask for the links into the network, too", NULL, NULL},
    {0, "offline", VB_OPT_FLAG, offsetof(check_args, offline), NULL,
     "ask for nothing in the network, whatever --links says", NULL, NULL},
    {0, "link-cache", VB_OPT_STRING, offsetof(check_args, link_cache), "FILE",
     "with --links: keep good answers in FILE for a day", NULL, NULL},
    {0, "allow-private", VB_OPT_FLAG, offsetof(check_args, allow_private), NULL,
     "with --links: also ask loopback and private addresses", NULL, NULL},
    {0, "no-programs", VB_OPT_FLAG, offsetof(check_args, no_programs), NULL,
     "start no other program: no bash -n, no shellcheck, no gcloud ...", NULL,
     NULL},
    {0, "probe", VB_OPT_LIST, offsetof(check_args, probes), "NAME[=HOW]",
     "ask this program, too: help[:OPTION] (default) or completer:PROGRAM",
     NULL, NULL},
    {0, "surfaces", VB_OPT_STRING, offsetof(check_args, surfaces), "DIR",
     "descriptions of command lines of programs that are not installed", NULL,
     NULL},
    {0, "schemas", VB_OPT_STRING, offsetof(check_args, schemas), "DIR",
     "JSON Schemas for the files that guides show: KIND-GROUP-VERSION.json, "
     "NAME.schema.json",
     NULL, NULL},
    {0, "overlay", VB_OPT_STRING, offsetof(check_args, overlay), "FILE",
     "use FILE instead of GUIDE.verbatim.yaml", NULL, NULL},
    {0, "root", VB_OPT_STRING, offsetof(check_args, root), "DIR",
     "includes must stay below DIR", NULL, NULL},
    {'f', "format", VB_OPT_STRING, offsetof(check_args, format), "FORMAT",
     "text (default), json, sarif, github, junit or markdown", formats, NULL},
    {0},
};

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

/* What a check came to. */
typedef struct outcome {
    vb_batch batch;
    vb_fixed fixed;
    size_t known; /* findings that were there before */
    int exit_code;
} outcome;

static void
render_text(const vb_cli *cli, const outcome *o, vb_buf *out)
{
    const vb_findings *findings = &o->batch.findings;
    size_t documents = o->batch.documents;
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
    if (o->fixed.findings)
        vb_buf_fmt(out, ", %zu fixed in %zu file%s", o->fixed.findings,
                   o->fixed.files, o->fixed.files == 1 ? "" : "s");
    if (o->known)
        vb_buf_fmt(out, ", %zu known", o->known);
    if (findings->silenced)
        vb_buf_fmt(out, ", %zu silenced", findings->silenced);
    if (findings->dropped)
        vb_buf_fmt(out, ", %zu left out", findings->dropped);
    vb_buf_ch(out, '\n');
}

static void
print_findings(const vb_cli *cli, const check_args *args, const outcome *o)
{
    const vb_findings *findings = &o->batch.findings;
    vb_check_format format = VB_CHECK_TEXT;
    vb_buf out;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    if (!vb_check_format_parse(vb_str_c(args->format), &format))
        return;
    switch (format) {
    case VB_CHECK_TEXT:
        render_text(cli, o, &out);
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

/* What was there before leaves the findings. */
static bool
leave_out_known(vb_cli *cli, const check_args *args, const vb_batch_opts *opts,
                outcome *o)
{
    vb_baseline baseline;
    vb_error err = {.message = ""};
    size_t known = 0;

    if (args->since &&
        !vb_since(&cli->arena, args->since, opts, &o->batch, &known, &err)) {
        vb_cli_error(cli, "%s", err.message);
        o->exit_code = VB_EXIT_DOCUMENT;
        return false;
    }
    o->known += known;
    if (args->links && !args->offline &&
        !vb_batch_network(opts, &o->batch, &err)) {
        vb_cli_error(cli, "%s", err.message);
        o->exit_code = VB_EXIT_SYSTEM;
        return false;
    }
    if (args->baseline) {
        if (!vb_baseline_read(&cli->arena, args->baseline, &baseline, &err)) {
            vb_cli_error(cli, "%s", err.message);
            o->exit_code = VB_EXIT_DOCUMENT;
            return false;
        }
        o->known += vb_baseline_apply(&baseline, &o->batch.findings);
    }
    return true;
}

/* Fixes, and the baseline of what is left. */
static bool
write_files(vb_cli *cli, const check_args *args, outcome *o, vb_buf *diff)
{
    vb_findings *findings = &o->batch.findings;
    vb_error err = {.message = ""};

    if ((args->fix || args->diff) &&
        !vb_apply_fixes(&cli->arena, findings, args->fix,
                        args->diff ? diff : NULL, &o->fixed, &err)) {
        vb_cli_error(cli, "%s", err.message);
        o->exit_code = VB_EXIT_SYSTEM;
        return false;
    }
    if (args->write_baseline &&
        !vb_baseline_write(&cli->arena, args->write_baseline, findings, &err)) {
        vb_cli_error(cli, "%s", err.message);
        o->exit_code = VB_EXIT_SYSTEM;
        return false;
    }
    return true;
}

static int
exit_code_of(const outcome *o, const check_args *args)
{
    const vb_findings *findings = &o->batch.findings;

    if (o->batch.unread.len)
        return VB_EXIT_DOCUMENT;
    if (args->write_baseline)
        return VB_EXIT_OK; /* they are what is known from now on */
    if (vb_findings_count(findings, VB_ERROR) ||
        (args->strict && vb_findings_count(findings, VB_WARNING)))
        return VB_EXIT_FAILED;
    return VB_EXIT_OK;
}

static int
check_with(vb_cli *cli, const vb_strs *paths, const check_args *args,
           vb_programs *programs)
{
    vb_check_opts check = {.rules = args->rules.at,
                           .nrules = args->rules.len,
                           .no_programs = args->no_programs,
                           .allow_private = args->allow_private,
                           .link_cache = args->link_cache,
                           .schemas = args->schemas,
                           .schema_cache = vb_cache_new(),
                           .programs = programs};
    vb_batch_opts opts = {.paths = paths->at,
                          .count = paths->len,
                          .check = &check,
                          .root = args->root,
                          .overlay = args->overlay};
    outcome o = {.exit_code = VB_EXIT_OK};
    vb_buf diff;

    vb_batch_check(&cli->arena, &opts, &o.batch);
    for (size_t i = 0; i < o.batch.unread.len; i++)
        vb_cli_error(cli, "%s", o.batch.unread.at[i].ptr);
    if (!leave_out_known(cli, args, &opts, &o)) {
        vb_cache_free(check.schema_cache);
        return o.exit_code;
    }
    keep_from(&o.batch.findings, args->severity);
    vb_buf_init(&diff, VB_BUF_NO_MAX);
    if (write_files(cli, args, &o, &diff)) {
        if (args->diff)
            vb_cli_out(vb_buf_view(&diff));
        else
            print_findings(cli, args, &o);
        o.exit_code = exit_code_of(&o, args);
    }
    vb_buf_release(&diff);
    vb_cache_free(check.schema_cache);
    return o.exit_code;
}

static int
check_all(vb_cli *cli, const vb_strs *paths, const check_args *args)
{
    vb_programs_opts opts = {.ask = !args->no_programs,
                             .surfaces = args->surfaces,
                             .probes = args->probes.at,
                             .nprobes = args->probes.len};
    vb_programs *programs;
    vb_error err = {.message = ""};
    int exit_code;

    if (!vb_programs_open(&opts, &programs, &err)) {
        vb_cli_error(cli, "%s", err.message);
        return VB_EXIT_USAGE;
    }
    exit_code = check_with(cli, paths, args, programs);
    vb_programs_close(programs);
    return exit_code;
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
