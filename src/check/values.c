#include "check/values.h"

#include "check/calls.h"
#include "check/form.h"

#include "base/banned.h"

static void
report(vb_checker *checker, const vb_plan *plan, vb_loc loc,
       const vb_refused *refused)
{
    vb_finding *f = vb_find(checker, "V006", plan, loc, "'%.*s' is no %s",
                            VB_ARG(refused->text), refused->what);

    f->width = (uint32_t)refused->text.len;
    f->hint = vb_str_c(refused->form);
}

/* Of a command's text or of a file's. */
static void
check_lines(vb_checker *checker, const vb_plan *plan, const vb_step *step)
{
    vb_str rest = step->body, line;

    for (size_t n = 0; vb_str_line(&rest, &line); n++) {
        vb_refused refused;
        vb_str from = line;

        if (n >= step->body_lines.len)
            break;
        while (vb_form_refused(&from, &refused)) {
            vb_loc loc = {step->loc.file, step->body_lines.at[n],
                          (uint32_t)(refused.text.ptr - line.ptr) + 1};

            report(checker, plan, loc, &refused);
        }
    }
}

/* A variable that holds an account number of Amazon's. */
static void
check_accounts(vb_checker *checker, const vb_plan *plan, bool amazon)
{
    static const char *const names[] = {"AWS_ACCOUNT_ID", "AWS_ACCOUNT",
                                        "ACCOUNT_ID",     "ACCOUNT_NUMBER",
                                        "ACCOUNT",        "AWS_ACCOUNT_NUMBER"};

    for (size_t i = 0; i < plan->samples.len; i++) {
        const vb_sample *sample = &plan->samples.at[i];
        vb_refused refused;

        if (VB_STR_IAMONG(sample->name, names) &&
            (amazon || vb_str_istarts(sample->name, "AWS")) &&
            vb_form_account(sample->value, &refused))
            report(checker, plan, sample->loc, &refused);
    }
}

static vb_form
form_of_option(vb_str name)
{
    static const char *const zones[] = {"zone", "zones", "availability-zone",
                                        "node-zones", "node-locations"};

    if (vb_str_eqc(name, "region"))
        return VB_FORM_REGION;
    return VB_STR_AMONG(name, zones) ? VB_FORM_ZONE : VB_FORM_ANY;
}

/* Does the text use a variable whose own name asks for another kind? Then the
 * assignment is what is wrong, and V004 has said so. */
static bool
by_wrong_variable(vb_str raw, vb_form have)
{
    size_t dollar = vb_str_chr(raw, '$');
    vb_str name;
    vb_form named;
    size_t n = 0;

    if (dollar == VB_NPOS)
        return false;
    name = vb_str_from(raw, dollar + 1);
    if (vb_str_starts(name, "{"))
        name = vb_str_from(name, 1);
    while (n < name.len && vb_is_word(name.ptr[n]))
        n++;
    named = vb_form_of_name(vb_str_sub(name, 0, n));
    return named != VB_FORM_ANY && named != have;
}

static void
check_option(vb_checker *checker, const vb_plan *plan, const vb_call_flag *flag)
{
    vb_form want = form_of_option(flag->name);
    vb_form have = vb_form_of_value(flag->value);
    vb_finding *f;

    if (want == VB_FORM_ANY || !flag->known ||
        (have != VB_FORM_REGION && have != VB_FORM_ZONE) || have == want ||
        by_wrong_variable(flag->raw, have))
        return;
    f = vb_find(checker, "V007", plan, flag->loc,
                "'--%.*s' asks for %s, and '%.*s' is %s", VB_ARG(flag->name),
                vb_form_name(want), VB_ARG(flag->value), vb_form_name(have));
    f->width = (uint32_t)flag->name.len + 2;
}

/* kubectl create namespace NAME, kubectl -n NAME */
static void
check_kubernetes(vb_checker *checker, const vb_plan *plan, const vb_call *call)
{
    enum { WORDS = 4 };
    vb_str plain[WORDS] = {{0}};
    size_t n = vb_call_plain(call, plain, WORDS);
    vb_str space = vb_call_option(call, "--namespace", "-n");
    vb_refused refused;

    if (!vb_str_eqc(call->program, "kubectl") &&
        !vb_str_eqc(call->program, "helm"))
        return;
    if (vb_form_label(space, &refused))
        report(checker, plan, call->loc, &refused);
    if (n > 3 && vb_str_eqc(plain[1], "create") &&
        (vb_str_eqc(plain[2], "namespace") || vb_str_eqc(plain[2], "ns") ||
         vb_str_starts(plain[2], "deploy")) &&
        vb_form_label(plain[3], &refused))
        report(checker, plan, call->loc, &refused);
}

/* "{your-name}" as a word, or at the end of one: the shell leaves it as it is,
 * so it is meant for the reader. */
static bool
brace_hole(vb_str word, vb_str *hole)
{
    size_t open = vb_str_chr(word, '{'), n = 0, joints = 0;
    vb_str inner;

    if (open == VB_NPOS || vb_str_chr(word, '$') != VB_NPOS ||
        (open > 0 && word.ptr[open - 1] != '=' && word.ptr[open - 1] != '/'))
        return false;
    inner = vb_str_from(word, open + 1);
    while (n < inner.len && (vb_is_alnum(inner.ptr[n]) || inner.ptr[n] == '_' ||
                             inner.ptr[n] == '-')) {
        joints += !vb_is_alnum(inner.ptr[n]);
        n++;
    }
    if (joints == 0 || n >= inner.len || inner.ptr[n] != '}' ||
        !vb_is_alpha(inner.ptr[0]))
        return false;
    *hole = vb_str_sub(word, open, n + 2);
    return true;
}

static void
check_call(vb_checker *checker, const vb_plan *plan, const vb_call *call)
{
    vb_str hole;

    check_kubernetes(checker, plan, call);
    for (size_t i = 1; i < call->words.len; i++)
        if (brace_hole(call->words.at[i], &hole))
            vb_find(checker, "V005", plan, call->loc,
                    "'%.*s' must be edited before the step can run",
                    VB_ARG(hole));
}

void
vb_check_values(vb_checker *checker, const vb_plan *plan)
{
    const vb_calls *calls = vb_calls_of(checker, plan);
    bool amazon = false;

    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];

        if (step->kind == VB_KIND_COMMAND || step->kind == VB_KIND_FILE)
            check_lines(checker, plan, step);
    }
    for (size_t i = 0; i < calls->list.len; i++) {
        amazon |= vb_str_eqc(calls->list.at[i].program, "aws") ||
                  vb_str_eqc(calls->list.at[i].program, "eksctl");
        check_call(checker, plan, &calls->list.at[i]);
    }
    for (size_t i = 0; i < calls->flags.len; i++)
        check_option(checker, plan, &calls->flags.at[i]);
    check_accounts(checker, plan, amazon);
}
