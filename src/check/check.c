#include "check/check.h"

#include "base/io.h"
#include "plan/overlay.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

/* "verbatim: ignore V001 the reader's shell sets it" in a comment silences
 * the rule for the block behind it. */
static bool
comment_silences(const vb_comment *comment, const char *id)
{
    vb_str rest = comment->text, word;

    if (!vb_str_word(&rest, &word) || !vb_str_eqc(word, "verbatim:") ||
        !vb_str_word(&rest, &word) || !vb_str_eqc(word, "ignore"))
        return false;
    return vb_str_word(&rest, &word) && vb_str_eqc(word, id) &&
           vb_str_trim(rest).len > 0;
}

static bool
inline_silenced(const vb_doc *doc, const char *id, vb_loc loc)
{
    for (size_t i = 0; i < doc->comments.len; i++) {
        const vb_comment *comment = &doc->comments.at[i];
        const vb_block *block;

        if (comment->before >= doc->blocks.len ||
            !comment_silences(comment, id))
            continue;
        block = &doc->blocks.at[comment->before];
        if (block->loc.file == loc.file && loc.line >= block->loc.line &&
            loc.line <= block->end_line)
            return true;
    }
    return false;
}

bool
vb_find_silenced(const vb_checker *checker, const char *id, vb_loc loc)
{
    const vb_check_doc *doc = checker->doc;

    for (size_t i = 0; i < doc->nplans; i++)
        if (vb_overlay_silences(doc->plans[i]->overlay, id, loc.file, loc.line))
            return true;
    return doc->doc && inline_silenced(doc->doc, id, loc);
}

bool
vb_check_wants(const vb_check_opts *opts, const vb_rule *rule)
{
    const vb_rule_family *family = vb_rule_family_of(rule);

    for (size_t i = 0; i < opts->nrules; i++)
        if (vb_str_eqc(opts->rules[i], rule->id) ||
            (family && vb_str_eqc(opts->rules[i], family->name)))
            return true;
    return opts->nrules == 0;
}

/* The same finding seen on one path more. */
static void
seen_again(vb_checker *checker, vb_finding *finding, const vb_plan *plan)
{
    if (!plan || finding->providers.len == 0)
        return;
    if (vb_str_find(finding->providers, plan->provider) != VB_NPOS)
        return;
    finding->providers =
        vb_str_fmt(checker->arena, "%.*s, %.*s", VB_ARG(finding->providers),
                   VB_ARG(plan->provider));
}

vb_finding *
vb_find(vb_checker *checker, const char *id, const vb_plan *plan, vb_loc loc,
        const char *fmt, ...)
{
    static _Thread_local vb_finding scratch;
    vb_findings *findings = checker->findings;
    const vb_rule *rule = vb_rule_find(vb_str_c(id));
    vb_finding finding = {.rule = rule, .loc = loc, .width = 1};
    vb_finding *found;
    char text[2048];
    va_list args;

    scratch = finding;
    if (!rule || !vb_check_wants(checker->opts, rule))
        return &scratch;
    if (vb_find_silenced(checker, id, loc)) {
        findings->silenced++;
        return &scratch;
    }
    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) < 0)
        text[0] = '\0';
    va_end(args);
    finding.severity = rule->severity;
    finding.message = vb_str_c(text);
    found = vb_findings_same(findings, &finding);
    if (found) {
        seen_again(checker, found, plan);
        return &scratch;
    }
    finding.message = vb_str_copy(findings->arena, vb_str_c(text));
    if (plan)
        finding.providers = plan->provider;
    found = vb_findings_add(findings, &finding);
    return found ? found : &scratch;
}

void
vb_find_complete(vb_checker *checker, size_t from)
{
    const vb_check_doc *doc = checker->doc;
    size_t commas;

    for (size_t i = from; i < checker->findings->list.len; i++) {
        vb_finding *f = &checker->findings->list.at[i];
        vb_diag diag = {.loc = f->loc};

        if (doc->doc && f->excerpt.len == 0) {
            vb_doc_excerpt(doc->doc, &diag);
            f->excerpt = diag.excerpt;
        }
        if (doc->doc && f->other.line && f->other_excerpt.len == 0) {
            diag = (vb_diag){.loc = f->other};
            vb_doc_excerpt(doc->doc, &diag);
            f->other_excerpt = diag.excerpt;
        }
        commas = 0;
        for (size_t k = 0; k < f->providers.len; k++)
            commas += f->providers.ptr[k] == ',';
        if (commas + 1 == doc->nplans)
            f->providers = (vb_str){0};
    }
}

void
vb_check_document(vb_arena *arena, const vb_check_doc *doc,
                  const vb_check_opts *opts, vb_findings *findings)
{
    vb_checker checker = {.arena = arena,
                          .doc = doc,
                          .opts = opts,
                          .findings = findings,
                          .links = doc->links};
    size_t from = findings->list.len;

    vb_check_diagnostics(&checker);
    vb_check_silences(&checker);
    if (!doc->doc)
        return;
    vb_check_path(&checker);
    vb_check_variables(&checker);
    vb_check_agreement(&checker);
    vb_check_shell(&checker);
    vb_check_commands(&checker);
    vb_check_files(&checker);
    vb_check_local_links(&checker);
    vb_find_complete(&checker, from);
}
