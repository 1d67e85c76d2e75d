/* verbatim rules: what check looks for, and why. */
#include "cli/cmds.h"

#include "check/rule.h"

#include "base/banned.h"

static const vb_opt rules_opts[] = {{0}};

static void
put_example(vb_buf *out, const char *title, const char *text)
{
    vb_str rest = vb_str_c(text), line;

    if (!text)
        return;
    vb_buf_fmt(out, "\n%s\n\n", title);
    while (vb_str_line(&rest, &line))
        vb_buf_fmt(out, "    %.*s\n", VB_ARG(line));
}

static void
put_rule(vb_buf *out, const vb_rule *rule, bool whole)
{
    vb_buf_fmt(out, "%s  %-7s  %s\n", rule->id,
               vb_severity_name(rule->severity), rule->title);
    if (!whole)
        return;
    vb_buf_fmt(out, "\n%s\n", rule->why);
    put_example(out, "breaks the rule:", rule->bad);
    put_example(out, "keeps it:", rule->good);
}

static int
run_rules(vb_cli *cli, int argc, char **argv)
{
    struct {
        char unused;
    } args = {0};
    vb_strs rest = {0};
    vb_buf out;
    int exit_code;

    if (!vb_cli_args(cli, &vb_cmd_rules, (vb_argv){argc, argv}, &args, &rest,
                     &exit_code))
        return exit_code;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t i = 0; i < rest.len; i++) {
        const vb_rule *rule = vb_rule_find(rest.at[i]);

        if (!rule) {
            vb_buf_release(&out);
            return vb_cli_usage(cli, &vb_cmd_rules, "there is no rule '%s'",
                                rest.at[i].ptr);
        }
        put_rule(&out, rule, true);
    }
    for (size_t f = 0; rest.len == 0 && f < vb_rule_family_count; f++) {
        const vb_rule_family *family = vb_rule_families[f];

        vb_buf_fmt(&out, "%s%s: %s\n", f ? "\n" : "", family->name,
                   family->summary);
        for (size_t i = 0; i < family->count; i++)
            put_rule(&out, &family->rules[i], false);
    }
    vb_cli_out(vb_buf_view(&out));
    vb_buf_release(&out);
    return VB_EXIT_OK;
}

const vb_cmd vb_cmd_rules = {
    "rules",
    "[ID ...]",
    "list the rules of check, or explain some with examples",
    "Without arguments lists all rules, family by family; with ids explains "
    "each one\nwith an example that breaks it and one that keeps it.",
    rules_opts,
    run_rules,
};
