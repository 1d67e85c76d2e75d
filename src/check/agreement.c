/*
 * A guide says things more than once: in tables, lists, options, files and
 * outputs. Facts and commands are aligned by the words of their keys, and
 * what contradicts is reported with both places.
 */
#include "check/check.h"

#include "base/buf.h"
#include "check/calls.h"
#include "check/names.h"

#include "base/banned.h"

static const vb_rule rules[] = {
    {"A001", VB_ERROR, "a table and the command beside it name one value",
     "The reader does not know which of the two is meant; whoever follows the "
     "table builds something else than whoever pastes the command.",
     "| | |\n| --- | --- |\n| Machine Type | `n2d-standard-16` |\n| Disk "
     "Size | `100GB` |\n\n```bash\ngcloud container clusters create demo "
     "--zone=us-central1-b --machine-type=n2d-standard-8 "
     "--disk-size=100GB\n```\n",
     "| | |\n| --- | --- |\n| Machine Type | `n2d-standard-16` |\n| Disk "
     "Size | `100GB` |\n\n```bash\ngcloud container clusters create demo "
     "--zone=us-central1-b --machine-type=n2d-standard-16 "
     "--disk-size=100GB\n```\n"},
    {"A002", VB_WARNING, "what a table lists for an option is given to it",
     "A listed item that the command leaves out is missing in what the reader "
     "builds.",
     "| | |\n| --- | --- |\n| Machine Type | `e2-small` |\n| Addons | "
     "HttpLoadBalancing,<br/>NodeLocalDNS |\n\n```bash\ngcloud container "
     "clusters create demo --zone=us-central1-b --machine-type=e2-small "
     "--addons=HttpLoadBalancing\n```\n",
     "| | |\n| --- | --- |\n| Machine Type | `e2-small` |\n| Addons | "
     "HttpLoadBalancing,<br/>NodeLocalDNS |\n\n```bash\ngcloud container "
     "clusters create demo --zone=us-central1-b --machine-type=e2-small "
     "--addons=HttpLoadBalancing,NodeLocalDNS\n```\n"},
    {"A003", VB_WARNING, "what an option is given stands in its table",
     "The table claims to be the list; an item that only the command knows "
     "will be forgotten by whoever works from the table.",
     "| | |\n| --- | --- |\n| Machine Type | `e2-small` |\n| Addons | "
     "HttpLoadBalancing |\n\n```bash\ngcloud container clusters create demo "
     "--zone=us-central1-b --machine-type=e2-small "
     "--addons=HttpLoadBalancing,NodeLocalDNS\n```\n",
     NULL},
    {"A004", VB_WARNING, "each item of a list is dealt with by the commands",
     "The list announces what the commands below do; the item they leave out "
     "is not done.",
     "| Roles |\n| --- |\n| roles/logging.logWriter |\n| "
     "roles/monitoring.metricWriter |\n\n```bash\ngcloud projects "
     "add-iam-policy-binding demo --member=user:a@example.org "
     "--role=roles/logging.logWriter\n```\n",
     "| Roles |\n| --- |\n| roles/logging.logWriter |\n\n```bash\ngcloud "
     "projects add-iam-policy-binding demo --member=user:a@example.org "
     "--role=roles/logging.logWriter\n```\n"},
    {"A005", VB_ERROR, "what is deleted is what was created",
     "The command deletes nothing, or something else that happens to have "
     "that name, and what was created goes on costing money.",
     "```bash\neksctl create cluster --name demo-pov\n```\n\n## Deleting the "
     "cluster\n\n```bash\neksctl delete cluster --name demo\n```\n",
     "```bash\neksctl create cluster --name demo-pov\n```\n\n## Deleting the "
     "cluster\n\n```bash\neksctl delete cluster --name demo-pov\n```\n"},
    {"A006", VB_ERROR, "a provider's column agrees with that provider's steps",
     "The overview promises one thing and the steps build another.",
     "| | GCP | AWS |\n| --- | --- | --- |\n| Node type | `n2d-standard-16` | "
     "`m6i.2xlarge` |\n\n<CloudPlatformToggle>\n<div "
     "slot=\"gcp\">\n\n```bash\necho n2d-standard-16\n```\n\n</div>\n<div "
     "slot=\"aws\">\n\n```bash\necho m6i.xlarge\n```\n\n</div>\n"
     "</CloudPlatformToggle>\n",
     "| | GCP | AWS |\n| --- | --- | --- |\n| Node type | `n2d-standard-16` | "
     "`m6i.xlarge` |\n\n<CloudPlatformToggle>\n<div "
     "slot=\"gcp\">\n\n```bash\necho n2d-standard-16\n```\n\n</div>\n<div "
     "slot=\"aws\">\n\n```bash\necho m6i.xlarge\n```\n\n</div>\n"
     "</CloudPlatformToggle>\n"},
};

const vb_rule_family vb_rules_agreement = {
    "agreement", "what a guide says twice, it says alike", rules,
    VB_COUNT(rules)};

typedef struct agreement {
    vb_checker *checker;
    const vb_plan *plan;
    vb_calls calls;
} agreement;

/* "Number of nodes", "num-nodes" -> "num nodes": lower-case words. */
static vb_str
key_words(vb_arena *arena, vb_str key)
{
    vb_buf out;
    vb_str result;
    size_t i = 0;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    while (i < key.len) {
        size_t n = 0;
        vb_str word;

        while (i + n < key.len && vb_is_alnum(key.ptr[i + n]))
            n++;
        word = vb_str_sub(key, i, n);
        i += n + (n == 0);
        if (n == 0 || vb_str_ieqc(word, "of") || vb_str_ieqc(word, "the"))
            continue;
        if (out.len)
            vb_buf_ch(&out, ' ');
        if (vb_str_ieqc(word, "number")) {
            vb_buf_c(&out, "num");
            continue;
        }
        for (size_t k = 0; k < word.len; k++)
            vb_buf_ch(&out, vb_lower(word.ptr[k]));
    }
    result = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

/* A value that a machine reads: one word without a sentence around it. */
static bool
is_plain_value(vb_str value)
{
    if (value.len == 0 || value.len > 200)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (vb_is_space(value.ptr[i]) || (unsigned char)value.ptr[i] >= 0x80)
            return false;
    return true;
}

static bool
all_plain(const vb_fact *fact)
{
    for (size_t i = 0; i < fact->values.len; i++)
        if (!is_plain_value(vb_str_trim(fact->values.at[i])))
            return false;
    return fact->values.len > 0;
}

static vb_str
bare_item(vb_str item)
{
    item = vb_str_trim(item);
    while (vb_str_ends(item, ","))
        item.len--;
    return vb_str_trim(item);
}

static bool
list_has(vb_str list, vb_str item)
{
    vb_str field;

    while (vb_str_field(&list, ',', &field))
        if (vb_str_eq(vb_str_trim(field), item))
            return true;
    return false;
}

static bool
fact_has(agreement *a, const vb_fact *fact, vb_str item)
{
    bool known;

    for (size_t i = 0; i < fact->values.len; i++)
        if (vb_str_eq(vb_calls_expand(&a->calls, bare_item(fact->values.at[i]),
                                      &known),
                      item))
            return true;
    return false;
}

static void
note_other(vb_finding *f, vb_loc other, const char *message)
{
    f->other = other;
    f->other_message = vb_str_c(message);
}

/* "name=demo" agrees with "demo". */
static bool
is_value_of(vb_str pair, vb_str value)
{
    size_t equals = vb_str_chr(pair, '=');

    return equals != VB_NPOS && vb_str_eq(vb_str_from(pair, equals + 1), value);
}

/* One value on each side. */
static void
compare_scalar(agreement *a, const vb_fact *fact, const vb_call_flag *flag)
{
    bool known;
    vb_str said =
        vb_calls_expand(&a->calls, bare_item(fact->values.at[0]), &known);

    if (!known || vb_str_eq(said, flag->value) || list_has(flag->value, said) ||
        is_value_of(flag->value, said) || is_value_of(said, flag->value))
        return;
    note_other(vb_find(a->checker, "A001", a->plan, flag->loc,
                       "'--%.*s' is '%.*s' here and '%.*s' in the table",
                       VB_ARG(flag->name), VB_ARG(flag->value), VB_ARG(said)),
               fact->loc, "the table says");
}

static void
compare_lists(agreement *a, const vb_fact *fact, const vb_call_flag *flag)
{
    vb_str rest = flag->value, item;
    bool known;

    for (size_t i = 0; i < fact->values.len; i++) {
        item =
            vb_calls_expand(&a->calls, bare_item(fact->values.at[i]), &known);
        if (known && item.len && !list_has(flag->value, item))
            note_other(vb_find(a->checker, "A002", a->plan, fact->loc,
                               "'%.*s' is listed for '%.*s', but not given to "
                               "'--%.*s'",
                               VB_ARG(item), VB_ARG(fact->key),
                               VB_ARG(flag->name)),
                       flag->loc, "the command says");
    }
    while (vb_str_field(&rest, ',', &item)) {
        item = vb_str_trim(item);
        if (item.len && !fact_has(a, fact, item))
            note_other(vb_find(a->checker, "A003", a->plan, flag->loc,
                               "'%.*s' is given to '--%.*s', but not listed "
                               "for '%.*s'",
                               VB_ARG(item), VB_ARG(flag->name),
                               VB_ARG(fact->key)),
                       fact->loc, "the table says");
    }
}

/* Does the fact's table stand shortly before this step: same heading, the
 * nearest command that has the option? */
static bool
speaks_of(const agreement *a, const vb_fact *fact, const vb_call_flag *flag)
{
    const vb_doc *doc = a->plan->doc;
    const vb_step *step = &a->plan->steps.at[flag->step];
    const vb_block *code =
        &doc->blocks.at[a->plan->readings.at[step->reading].block];
    const vb_block *table = &doc->blocks.at[fact->block];

    return table->heading == code->heading && table->source == code->source &&
           table->loc.line < code->loc.line;
}

/* Another table between this one and the command would be nearer. */
static bool
nearer_fact(const agreement *a, const vb_fact *fact, vb_str words,
            const vb_call_flag *flag)
{
    for (size_t i = 0; i < a->plan->facts.len; i++) {
        const vb_fact *other = &a->plan->facts.at[i];

        if (other->block > fact->block && speaks_of(a, other, flag) &&
            vb_str_eq(key_words(a->checker->arena, other->key), words))
            return true;
    }
    return false;
}

static void
check_key_value(agreement *a, const vb_fact *fact)
{
    vb_str words = key_words(a->checker->arena, fact->key);

    for (size_t i = 0; i < a->calls.flags.len; i++) {
        const vb_call_flag *flag = &a->calls.flags.at[i];

        if (!flag->has_value || !flag->known || !speaks_of(a, fact, flag) ||
            !vb_str_eq(key_words(a->checker->arena, flag->name), words) ||
            nearer_fact(a, fact, words, flag) || !all_plain(fact))
            continue;
        if (fact->values.len == 1 && vb_str_chr(flag->value, ',') == VB_NPOS)
            compare_scalar(a, fact, flag);
        else
            compare_lists(a, fact, flag);
    }
}

/* "Enable: Autoscaling, IP Alias" beside --enable-autoscaling. */
static void
check_switches(agreement *a, const vb_fact *fact)
{
    bool enable = vb_str_ieqc(fact->key, "enable");
    vb_arena *arena = a->checker->arena;

    for (size_t v = 0; v < fact->values.len; v++) {
        vb_str item = bare_item(fact->values.at[v]);
        vb_str words = key_words(arena, item);
        const vb_call_flag *any = NULL;
        bool found = false;

        if (vb_str_chr(item, '=') != VB_NPOS || words.len == 0)
            continue;
        words = vb_str_fmt(arena, "%s %.*s", enable ? "enable" : "no enable",
                           VB_ARG(words));
        for (size_t i = 0; i < a->calls.flags.len && !found; i++) {
            const vb_call_flag *flag = &a->calls.flags.at[i];

            if (!speaks_of(a, fact, flag))
                continue;
            if (vb_str_starts(flag->name, "enable-") ||
                vb_str_starts(flag->name, "no-enable-"))
                any = flag;
            found = vb_str_eq(key_words(arena, flag->name), words);
        }
        if (any && !found)
            note_other(vb_find(a->checker, "A002", a->plan, fact->loc,
                               "'%.*s' is listed under '%.*s', but no option "
                               "of the command says so",
                               VB_ARG(item), VB_ARG(fact->key)),
                       any->loc, "the command");
    }
}

/* Text of the steps below a fact's heading. */
static bool
steps_mention(const agreement *a, const vb_fact *fact, vb_str item,
              vb_loc *where)
{
    const vb_block *list = &a->plan->doc->blocks.at[fact->block];

    for (size_t i = 0; i < a->plan->steps.len; i++) {
        const vb_step *step = &a->plan->steps.at[i];
        const vb_block *code =
            &a->plan->doc->blocks.at[a->plan->readings.at[step->reading].block];
        size_t at;

        if (code->heading != list->heading || code->source != list->source ||
            code->loc.line < list->loc.line || step->kind == VB_KIND_MANUAL)
            continue;
        at = vb_str_find(step->body, item);
        if (at != VB_NPOS && (at + item.len == step->body.len ||
                              !vb_is_alnum(step->body.ptr[at + item.len]))) {
            *where = step->loc;
            return true;
        }
    }
    return false;
}

/* A list is one fact an item; 'first' is the first of its column. Returns the
 * index behind its last one. */
static size_t
check_list(agreement *a, size_t first)
{
    const vb_fact *facts = a->plan->facts.at, *head = &facts[first];
    vb_loc where = {0}, none;
    size_t hits = 0, plain = 0, end = first;

    for (; end < a->plan->facts.len && facts[end].block == head->block &&
           vb_str_eq(facts[end].group, head->group);
         end++)
        for (size_t i = 0; i < facts[end].values.len; i++) {
            vb_str item = bare_item(facts[end].values.at[i]);

            plain += is_plain_value(item);
            hits += steps_mention(a, head, item, &where);
        }
    /* A list that the commands know about is meant for them. */
    if (hits == 0 || hits * 2 < plain || hits == plain)
        return end;
    for (size_t f = first; f < end; f++)
        for (size_t i = 0; i < facts[f].values.len; i++) {
            vb_str item = bare_item(facts[f].values.at[i]);

            if (!is_plain_value(item) || steps_mention(a, head, item, &none))
                continue;
            note_other(vb_find(a->checker, "A004", a->plan, facts[f].loc,
                               "'%.*s' is listed, but no command below names "
                               "it",
                               VB_ARG(item)),
                       where, "a command that names another of the list");
        }
    return end;
}

/* The word in which 'text' and 'value' start alike and then differ: the
 * "m6i.xlarge" for an "m6i.2xlarge". */
static vb_str
near_value(vb_str text, vb_str value)
{
    size_t stem = 0, at;

    while (stem < value.len && vb_is_alnum(value.ptr[stem]))
        stem++;
    if (stem < 2 || stem == value.len)
        return (vb_str){0};
    stem++;
    while ((at = vb_str_find(text, vb_str_sub(value, 0, stem))) != VB_NPOS) {
        size_t n = 0;
        bool starts = at == 0 || !vb_is_alnum(text.ptr[at - 1]);

        text = vb_str_from(text, at);
        while (n < text.len && (vb_is_alnum(text.ptr[n]) ||
                                text.ptr[n] == '.' || text.ptr[n] == '-'))
            n++;
        if (starts && n > stem)
            return vb_str_sub(text, 0, n);
        text = vb_str_from(text, n);
    }
    return (vb_str){0};
}

static void
check_matrix(agreement *a, const vb_fact *fact)
{
    for (size_t v = 0; v < fact->values.len; v++) {
        vb_str value = bare_item(fact->values.at[v]), near = {0};
        vb_loc where = {0};
        bool found = false;

        if (!is_plain_value(value) || value.len < 4)
            continue;
        for (size_t i = 0; i < a->plan->steps.len && !found; i++) {
            const vb_step *step = &a->plan->steps.at[i];

            found = vb_str_find(step->body, value) != VB_NPOS;
            if (near.len == 0) {
                near = near_value(step->body, value);
                where = step->loc;
            }
        }
        if (found || near.len == 0)
            continue;
        note_other(vb_find(a->checker, "A006", a->plan, fact->loc,
                           "'%.*s' is '%.*s' in the table and '%.*s' in the "
                           "steps",
                           VB_ARG(fact->key), VB_ARG(value), VB_ARG(near)),
                   where, "the step says");
    }
}

static void
check_facts(agreement *a)
{
    for (size_t i = 0; i < a->plan->facts.len; i++) {
        const vb_fact *fact = &a->plan->facts.at[i];
        vb_str form = vb_str_c(fact->form);

        if (vb_str_eqc(form, "matrix")) {
            if (fact->provider.len &&
                vb_str_eq(fact->provider, a->plan->provider))
                check_matrix(a, fact);
        } else if (vb_str_eqc(form, "list")) {
            i = check_list(a, i) - 1;
        } else if (vb_str_ieqc(fact->key, "enable") ||
                   vb_str_ieqc(fact->key, "disable")) {
            check_switches(a, fact);
        } else {
            check_key_value(a, fact);
        }
    }
}

void
vb_check_agreement(vb_checker *checker)
{
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        agreement a = {.checker = checker, .plan = checker->doc->plans[i]};

        vb_calls_collect(checker->arena, a.plan, &a.calls);
        check_facts(&a);
        vb_check_names(checker, a.plan, &a.calls);
    }
}
