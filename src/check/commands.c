/* Command lines: do the programs that are called take them? */
#include "check/check.h"

#include "check/calls.h"
#include "check/programs.h"

#include "base/banned.h"

static const vb_rule rules[] = {
    {"C001", VB_ERROR, "a subcommand exists",
     "The program prints its help and fails; the reader does not know which "
     "of its commands was meant.",
     "```bash\nkubectl aply -f app.yaml\n```\n",
     "```bash\nkubectl apply -f app.yaml\n```\n"},
    {"C002", VB_ERROR, "an option exists",
     "The program refuses the whole command, for every reader.",
     "```bash\nkubectl get pods --all-namespace-s\n```\n",
     "```bash\nkubectl get pods --all-namespaces\n```\n"},
    {"C003", VB_ERROR, "what a command requires is given",
     "The program refuses the command and names what is missing, which the "
     "guide does not say.",
     "```bash\naws iam create-policy --policy-name demo\n```\n",
     "```bash\naws iam create-policy --policy-name demo --policy-document "
     "'{}'\n```\n"},
    {"C004", VB_ERROR, "an option's value is one that the program takes",
     "The program refuses the whole command, for every reader.",
     "```bash\ngcloud projects list --verbosity=loud\n```\n",
     "```bash\ngcloud projects list --verbosity=debug\n```\n"},
    {"C010", VB_NOTE, "a program that the guide calls can be asked",
     "Nobody looked at its command lines: it is not installed here, and its "
     "description is not there either.",
     NULL, NULL},
};

const vb_rule_family vb_rules_commands = {
    "commands", "what programs say to the command lines of the path", rules,
    VB_COUNT(rules)};

static vb_finding *
find(vb_checker *checker, const vb_plan *plan, const vb_call *call,
     const vb_asked *asked)
{
    vb_loc loc = asked->part ? call->parts.at[asked->part].loc : call->loc;
    vb_str program = call->program;

    switch (asked->kind) {
    case VB_REFUSES_COMMAND:
        return vb_find(checker, "C001", plan, loc,
                       "'%.*s' has no subcommand '%.*s'", VB_ARG(program),
                       VB_ARG(asked->word));
    case VB_REFUSES_OPTION:
        return vb_find(checker, "C002", plan, loc,
                       "'%.*s' takes no option '%.*s' here", VB_ARG(program),
                       VB_ARG(asked->word));
    case VB_REFUSES_VALUE:
        return vb_find(checker, "C004", plan, loc,
                       "'%.*s' does not take this value: '%.*s'",
                       VB_ARG(program), VB_ARG(asked->word));
    case VB_REFUSES_MISSING:
        if (asked->word.len)
            return vb_find(checker, "C003", plan, loc,
                           "'%.*s' wants more here: %.*s", VB_ARG(program),
                           VB_ARG(asked->word));
        return vb_find(checker, "C003", plan, loc, "'%.*s' wants more here",
                       VB_ARG(program));
    case VB_REFUSES_TO_TELL:
        return vb_find(checker, "C010", plan, loc,
                       "'%.*s' is not installed here, and there is no "
                       "description of its command line",
                       VB_ARG(program));
    case VB_REFUSES_NOTHING:
        break;
    }
    return NULL;
}

typedef struct question {
    vb_checker *checker;
    const vb_plan *plan;
    const vb_map *prepared;
    vb_map *unknown; /* programs that nobody knows */
} question;

static void
check_call(const question *q, const vb_call *call)
{
    vb_checker *checker = q->checker;
    vb_asked asked = vb_programs_ask(checker->opts->programs, checker->arena,
                                     q->prepared, call);
    vb_finding *f;
    bool added = true;

    if (asked.kind == VB_REFUSES_NOTHING)
        return;
    /* once for a program that nobody knows */
    if (asked.kind == VB_REFUSES_TO_TELL)
        vb_map_add(q->unknown, call->program, &added);
    if (!added)
        return;
    f = find(checker, q->plan, call, &asked);
    f->width = asked.part ? call->parts.at[asked.part].len
                          : (uint32_t)call->program.len;
    if (asked.quote.len)
        f->hint = vb_str_fmt(checker->arena, "%.*s says: %.*s",
                             VB_ARG(call->program), VB_ARG(asked.quote));
    else if (asked.near.len)
        f->hint = vb_str_fmt(checker->arena, "did you mean '%.*s'?",
                             VB_ARG(asked.near));
}

void
vb_check_commands(vb_checker *checker)
{
    size_t n = checker->doc->nplans;
    const vb_calls *calls;
    const vb_map *prepared;

    bool wanted = false;

    for (size_t i = 0; i < VB_COUNT(rules); i++)
        wanted |= vb_check_wants(checker->opts, &rules[i]);
    if (!checker->opts->programs || !wanted)
        return;
    for (size_t i = 0; i < n; i++)
        vb_calls_of(checker, checker->doc->plans[i]);
    calls = checker->calls;
    prepared =
        vb_programs_prepare(checker->opts->programs, checker->arena, calls, n);
    for (size_t i = 0; i < n; i++) {
        vb_map unknown;

        vb_map_init(&unknown, checker->arena);
        for (size_t k = 0; k < calls[i].list.len; k++) {
            question q = {checker, checker->doc->plans[i], prepared, &unknown};

            check_call(&q, &calls[i].list.at[k]);
        }
    }
}
