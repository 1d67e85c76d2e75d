/* Variables along one path: set, used, named and shaped as a reader needs. */
#include "check/check.h"

#include "check/form.h"
#include "check/values.h"
#include "plan/overlay.h"

#include "base/banned.h"

static const vb_rule rules[] = {
    {"V001", VB_ERROR, "a variable that a command uses is set before it",
     "The shell takes an unset variable for an empty text: the command runs "
     "with a hole in it, and what it then does is anybody's guess.",
     "```bash\ngcloud config set compute/zone \"${ZONE}\"\n```\n",
     "```bash\nZONE=us-central1-b\ngcloud config set compute/zone "
     "\"${ZONE}\"\n```\n"},
    {"V002", VB_WARNING, "a variable that is set is used",
     "A value that nothing reads is a leftover, or the name that reads it is "
     "spelled otherwise.",
     "```bash\nCLUSTER=demo\nkubectl get nodes\n```\n",
     "```bash\nCLUSTER=demo\nkubectl config use-context \"${CLUSTER}\"\n```\n"},
    {"V003", VB_ERROR, "a variable is used under the name it was set under",
     "One name is set and never read, another like it is read and never set: "
     "the reader who copies both blocks runs a command with an empty value.",
     "```bash\nDOMAIN=example.org\n```\n\n```bash\ndig "
     "\"${DOMAIN_NAME}\"\n```\n",
     "```bash\nDOMAIN=example.org\n```\n\n```bash\ndig \"${DOMAIN}\"\n```\n"},
    {"V004", VB_WARNING, "a variable's value is what its name says",
     "A reader replaces the value by one of the kind that the name asks for, "
     "and the commands then get the wrong kind.",
     "```bash\nREGION=us-central1-b\necho \"${REGION}\"\n```\n",
     "```bash\nREGION=us-central1\necho \"${REGION}\"\n```\n"},
    {"V005", VB_WARNING, "a placeholder in a command can be filled in",
     "'<name>' outside quotes is a redirection for the shell; a variable that "
     "the guide sets once is safer than a placeholder to be edited in many "
     "places.",
     "```bash\nkubectl delete pod <pod-name>\n```\n",
     "```bash\nPOD=web-0\nkubectl delete pod \"${POD}\"\n```\n"},
    {"V006", VB_ERROR, "a value has the form that the service asks for",
     "An account number or key id of another length is refused by the real "
     "service, whatever the reader's rights are.",
     "```bash\naws iam delete-policy --policy-arn "
     "arn:aws:iam::12344:policy/demo\n```\n",
     "```bash\naws iam delete-policy --policy-arn "
     "arn:aws:iam::123456789012:policy/demo\n```\n"},
    {"V007", VB_ERROR, "an option is given a value of the kind it asks for",
     "A zone is no region and a region is no zone: the service refuses the "
     "command.",
     "```bash\naws eks update-kubeconfig --name demo --region "
     "eu-west-1b\n```\n",
     "```bash\naws eks update-kubeconfig --name demo --region "
     "eu-west-1\n```\n"},
};

const vb_rule_family vb_rules_variables = {
    "variables", "variables are set, used, named and shaped consistently",
    rules, VB_COUNT(rules)};

/* A variable that some step of the path sets. */
typedef struct setting {
    vb_str name;
    uint32_t step;
    vb_loc loc;
    bool used, exported;
    bool placed; /* 'loc' is its own, not its step's */
} setting;

typedef struct path {
    vb_checker *checker;
    const vb_plan *plan;
    VB_VEC(setting) settings;
    vb_map by_name; /* name -> index in 'settings' */
    vb_map samples; /* name -> index of its first sample */
    vb_map named;   /* what code spans in prose and tables say */
    vb_map blanks;  /* NAME of NAME=[WHAT TO WRITE HERE] -> its input */
    size_t budget;  /* comparisons of names that are left */
} path;

enum { COMPARISONS_MAX = 4 * 1000 * 1000 };

static void
note_setting(path *p, uint32_t index, vb_str name)
{
    const vb_step *step = &p->plan->steps.at[index];
    vb_arena *arena = p->checker->arena;
    vb_map_entry *entry;
    bool added;

    entry = vb_map_add(&p->by_name, name, &added);
    if (!added)
        return;
    entry->num = p->settings.len;
    vb_vec_push(arena, &p->settings,
                (setting){.name = name, .step = index, .loc = step->loc});
}

static bool
is_name_start(vb_str line, size_t i)
{
    return (vb_is_alpha(line.ptr[i]) || line.ptr[i] == '_') &&
           (i == 0 || !vb_is_word(line.ptr[i - 1]));
}

/* One line of a step that sets something: where its settings stand. */
static void
place_line(path *p, uint32_t index, vb_str line, vb_loc loc)
{
    bool exports = vb_str_starts(vb_str_ltrim(line), "export ") ||
                   vb_str_has(line, " export ") || vb_str_has(line, ";export ");

    for (size_t i = 0; i < line.len; i++) {
        size_t n = 0;
        vb_map_entry *entry;
        setting *s;

        if (!is_name_start(line, i))
            continue;
        while (i + n < line.len && vb_is_word(line.ptr[i + n]))
            n++;
        entry = vb_map_find(&p->by_name, vb_str_sub(line, i, n));
        i += n - 1;
        if (!entry)
            continue;
        s = &p->settings.at[entry->num];
        s->exported |= exports;
        if (s->step == index && !s->placed)
            s->loc = loc;
        s->placed |= s->step == index;
    }
}

static void
place_settings(path *p, uint32_t index)
{
    const vb_step *step = &p->plan->steps.at[index];
    vb_str rest = step->body, line;

    for (size_t n = 0;
         step->kind == VB_KIND_COMMAND && vb_str_line(&rest, &line); n++)
        if (n < step->body_lines.len)
            place_line(p, index, line,
                       (vb_loc){step->loc.file, step->body_lines.at[n], 1});
}

/* "$NAME" and "${NAME" anywhere in a text count as a use. */
static void
note_uses(path *p, vb_str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        size_t from = i + 1, n = 0;
        vb_map_entry *entry;

        if (text.ptr[i] != '$')
            continue;
        while (from < text.len &&
               (text.ptr[from] == '{' || text.ptr[from] == '#' ||
                text.ptr[from] == '!'))
            from++;
        while (from + n < text.len && vb_is_word(text.ptr[from + n]))
            n++;
        entry = vb_map_find(&p->by_name, vb_str_sub(text, from, n));
        if (entry)
            p->settings.at[entry->num].used = true;
        i = from + n - 1;
    }
}

/* Names that programs read from their environment by themselves. */
static bool
read_by_programs(vb_str name)
{
    static const char *const prefixes[] = {
        "AWS_",  "AZURE_", "ARM_",   "CLOUDSDK_", "GOOGLE_", "KUBE",
        "HELM_", "TF_",    "DOCKER", "GIT_",      "LC_",     "npm_",
    };
    static const char *const names[] = {
        "PATH",      "HOME",       "LANG",     "EDITOR",     "PAGER",
        "TMPDIR",    "IFS",        "PS1",      "http_proxy", "https_proxy",
        "no_proxy",  "GOPATH",     "GOROOT",   "CC",         "CFLAGS",
        "JAVA_HOME", "PYTHONPATH", "NODE_ENV", "TERM",       "_",
    };

    for (size_t i = 0; i < VB_COUNT(prefixes); i++)
        if (vb_str_starts(name, prefixes[i]))
            return true;
    return VB_STR_AMONG(name, names);
}

static void
note_spans(path *p, vb_str text, const vb_inline *spans, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (spans[i].kind == VB_SPAN_CODE)
            vb_map_add(&p->named,
                       vb_str_sub(text, spans[i].start, spans[i].len), NULL);
}

/* Tables and prose may hand a value on to a person: `$DOMAIN`; and they tell
 * a person what to fill in: `<your-token>`. */
static void
note_prose(path *p)
{
    for (size_t i = 0; i < p->plan->doc->blocks.len; i++) {
        const vb_block *block = &p->plan->doc->blocks.at[i];
        const vb_table *table = block->table;

        if (block->kind == VB_BLOCK_PROSE) {
            note_uses(p, block->text);
            note_spans(p, block->text, block->spans.at, block->spans.len);
        }
        for (size_t c = 0; block->kind == VB_BLOCK_TABLE &&
                           c < (size_t)table->columns * table->rows;
             c++) {
            note_uses(p, table->cells[c].text);
            note_spans(p, table->cells[c].text, table->cells[c].spans.at,
                       table->cells[c].spans.len);
        }
    }
}

static void
collect(path *p)
{
    for (uint32_t i = 0; i < p->plan->steps.len; i++) {
        const vb_step *step = &p->plan->steps.at[i];

        for (size_t k = 0; k < step->sets.len; k++)
            note_setting(p, i, step->sets.at[k]);
    }
    for (uint32_t i = 0; i < p->plan->steps.len; i++)
        place_settings(p, i);
    for (uint32_t i = 0; i < p->plan->steps.len; i++) {
        const vb_step *step = &p->plan->steps.at[i];

        note_uses(p, step->body);
        for (size_t k = 0; k < step->uses.len; k++) {
            vb_map_entry *entry = vb_map_find(&p->by_name, step->uses.at[k]);

            if (entry)
                p->settings.at[entry->num].used = true;
        }
    }
    for (size_t i = 0; i < p->plan->samples.len; i++) {
        bool added;
        vb_map_entry *entry =
            vb_map_add(&p->samples, p->plan->samples.at[i].name, &added);

        if (added)
            entry->num = i;
    }
    note_prose(p);
}

static const vb_sample *
sample_of(const path *p, vb_str name)
{
    const vb_map_entry *entry = vb_map_find(&p->samples, name);

    return entry ? &p->plan->samples.at[entry->num] : NULL;
}

/* "CLUSTER_ZONE" ends in the words of "ZONE". */
static bool
ends_in_words(vb_str longer, vb_str shorter)
{
    return longer.len > shorter.len + 1 &&
           longer.ptr[longer.len - shorter.len - 1] == '_' &&
           vb_str_eq(vb_str_from(longer, longer.len - shorter.len), shorter);
}

/* Words of a name that say what it holds. */
static bool
shares_words(vb_str a, vb_str b)
{
    return a.len >= 3 && b.len >= 3 && a.len != b.len &&
           (vb_str_find(a, b) == 0 || vb_str_find(b, a) == 0 ||
            ends_in_words(a, b) || ends_in_words(b, a));
}

static bool
one_letter_apart(vb_str a, vb_str b)
{
    size_t i = 0, j = 0, faults = 0;

    if (a.len < 4 || b.len < 4)
        return false;
    while (i < a.len && j < b.len && faults < 2) {
        if (a.ptr[i] == b.ptr[j]) {
            i++;
            j++;
            continue;
        }
        faults++;
        i += a.len >= b.len;
        j += b.len >= a.len;
    }
    return faults + (a.len - i) + (b.len - j) <= 1;
}

/* The variable that is set, never used, and like the wanted one. */
static const setting *
like(path *p, vb_str wanted)
{
    vb_form want = vb_form_of_name(wanted);

    for (size_t i = 0; i < p->settings.len && p->budget; i++) {
        const setting *s = &p->settings.at[i];
        const vb_sample *sample = sample_of(p, s->name);

        p->budget--;
        if (s->used || s->exported || read_by_programs(s->name))
            continue;
        if (shares_words(s->name, wanted) || one_letter_apart(s->name, wanted))
            return s;
        if (sample && want != VB_FORM_ANY && vb_form_of_name(s->name) != want &&
            vb_form_of_value(sample->value) == want)
            return s;
    }
    return NULL;
}

/* It reads a file of settings that the plan cannot see into. Completions and
 * virtual environments set nothing of the guide's. */
static bool
reads_unseen(const vb_step *step)
{
    return step->chosen && step->unknown_env &&
           !vb_str_has(step->body, "completion") &&
           !vb_str_has(step->body, "activate");
}

/* "with the version provided as an environment variable" */
static bool
lead_says_set(const path *p, const vb_step *step)
{
    uint32_t block = p->plan->readings.at[step->reading].block;
    const vb_block *before = block ? &p->plan->doc->blocks.at[block - 1] : NULL;

    return before && before->kind == VB_BLOCK_PROSE &&
           vb_str_ihas(before->text, "environment variable");
}

/* Has the guide or its overlay told the reader to bring this value? */
static bool
announced(const path *p, const vb_input *input)
{
    const vb_step *step = input->step < p->plan->steps.len
                              ? &p->plan->steps.at[input->step]
                              : NULL;

    return input->has_fallback || input->description.len ||
           (step && (step->fill_vars || lead_says_set(p, step))) ||
           vb_map_find(&p->named, input->name) ||
           vb_overlay_input_of(p->plan->overlay, input->name);
}

/* NAME=[WHAT TO WRITE HERE] is no assignment for the shell. */
static void
note_blanks(path *p)
{
    for (size_t i = 0; i < p->plan->inputs.len; i++)
        if (!p->plan->inputs.at[i].placeholder)
            vb_map_add(&p->blanks, p->plan->inputs.at[i].name, NULL);
    for (size_t i = 0; i < p->plan->steps.len; i++) {
        const vb_step *step = &p->plan->steps.at[i];
        vb_str rest = step->body, line;

        while (step->kind == VB_KIND_COMMAND && vb_str_line(&rest, &line)) {
            vb_str text = vb_str_trim(line);
            size_t equals = vb_str_chr(text, '=');
            vb_map_entry *entry;

            if (equals == VB_NPOS || equals + 1 >= text.len ||
                text.ptr[equals + 1] != '[' || !vb_str_ends(text, "]"))
                continue;
            entry = vb_map_find(&p->blanks, vb_str_sub(text, 0, equals));
            if (entry) {
                entry->ptr = VB_NEW(p->checker->arena, vb_str);
                *(vb_str *)entry->ptr = vb_str_from(text, equals + 1);
            }
        }
    }
}

static void
report_unset(path *p, const vb_input *in, const setting *later)
{
    const vb_map_entry *blank = vb_map_find(&p->blanks, in->name);
    vb_finding *f;

    if (blank && blank->ptr) {
        const vb_str *text = blank->ptr;

        if (vb_map_find(&p->named, *text))
            return;
        vb_find(p->checker, "V005", p->plan, in->loc,
                "'%.*s' must be edited before the step can run", VB_ARG(*text));
        return;
    }
    f = vb_find(p->checker, "V001", p->plan, in->loc,
                "'%.*s' is used but never set", VB_ARG(in->name));
    f->hint = vb_str_fmt(p->checker->arena,
                         "set it in a step before, or say in the text that the "
                         "reader has to; '--set %.*s=...' gives it to a run",
                         VB_ARG(in->name));
    f->width = (uint32_t)in->name.len;
    if (later) {
        f->other = later->loc;
        f->other_message = VB_STR("it is set only here");
        f->hint = VB_STR("set it in a step before");
    }
}

static void
check_input(path *p, const vb_input *in, bool unseen)
{
    const vb_map_entry *entry = vb_map_find(&p->by_name, in->name);
    const setting *set = entry ? &p->settings.at[entry->num] : NULL;
    const setting *near;
    vb_finding *f;

    if (announced(p, in) || unseen)
        return;
    /* Only an optional part sets it: P106 says so. */
    if (set && set->step < in->step)
        return;
    near = set ? NULL : like(p, in->name);
    if (!near) {
        report_unset(p, in, set);
        return;
    }
    f = vb_find(p->checker, "V003", p->plan, in->loc,
                "'%.*s' is used but never set; '%.*s' is set and never used",
                VB_ARG(in->name), VB_ARG(near->name));
    f->hint =
        vb_str_fmt(p->checker->arena, "use one name for both: '%.*s' or '%.*s'",
                   VB_ARG(near->name), VB_ARG(in->name));
    f->other = near->loc;
    f->other_message = VB_STR("it is set here");
    p->settings.at[near - p->settings.at].used = true;
}

/* Does the placeholder stand in comments of files alone? It is words about a
 * value there, and nothing needs it to be filled in. */
static bool
only_in_comments(const vb_plan *plan, const vb_input *in)
{
    bool any = false;

    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];

        for (size_t k = 0; k < step->slots.len; k++) {
            const vb_slot *slot = &step->slots.at[k];
            vb_str before = vb_str_sub(step->body, 0, slot->start);
            size_t lf = vb_str_rchr(before, '\n');
            vb_str line = lf == VB_NPOS ? before : vb_str_from(before, lf + 1);

            if (!vb_str_eq(slot->name, in->name))
                continue;
            any = true;
            if (step->kind != VB_KIND_FILE ||
                !(vb_str_starts(vb_str_ltrim(line), "#") ||
                  vb_str_has(line, " #")))
                return false;
        }
    }
    return any;
}

static void
check_inputs(path *p)
{
    uint32_t unseen = VB_NONE; /* the first step behind unseen settings */

    for (uint32_t i = 0; i < p->plan->steps.len && unseen == VB_NONE; i++)
        if (reads_unseen(&p->plan->steps.at[i]))
            unseen = i;
    note_blanks(p);
    for (size_t i = 0; i < p->plan->inputs.len; i++) {
        const vb_input *in = &p->plan->inputs.at[i];
        bool added;
        vb_finding *f;

        if (!in->placeholder || vb_plan_carry(p->plan, in->name) ||
            only_in_comments(p->plan, in))
            continue;
        vb_map_add(&p->named, in->spelled, &added);
        if (!added)
            continue; /* the text tells the reader about it */
        f = vb_find(p->checker, "V005", p->plan, in->loc,
                    "'%.*s' must be edited before the step can run",
                    VB_ARG(in->spelled));
        f->width = (uint32_t)in->spelled.len;
    }
    for (size_t i = 0; i < p->plan->inputs.len; i++)
        if (!p->plan->inputs.at[i].placeholder)
            check_input(p, &p->plan->inputs.at[i],
                        unseen <= p->plan->inputs.at[i].step);
}

static void
check_settings(path *p)
{
    for (size_t i = 0; i < p->settings.len; i++) {
        const setting *s = &p->settings.at[i];

        if (!s->used && !s->exported && !read_by_programs(s->name))
            vb_find(p->checker, "V002", p->plan, s->loc,
                    "'%.*s' is set but never used", VB_ARG(s->name));
    }
}

static void
check_forms(path *p)
{
    for (size_t i = 0; i < p->plan->samples.len; i++) {
        const vb_sample *sample = &p->plan->samples.at[i];
        vb_form want = vb_form_of_name(sample->name);
        vb_form have = vb_form_of_value(sample->value);

        if (!vb_form_contradicts(want, have))
            continue;
        vb_find(p->checker, "V004", p->plan, sample->loc,
                "'%.*s' holds %s: '%.*s'", VB_ARG(sample->name),
                vb_form_name(have), VB_ARG(sample->value));
    }
}

void
vb_check_variables(vb_checker *checker)
{
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        path p = {.checker = checker,
                  .plan = checker->doc->plans[i],
                  .budget = COMPARISONS_MAX};

        vb_map_init(&p.by_name, checker->arena);
        vb_map_init(&p.samples, checker->arena);
        vb_map_init(&p.named, checker->arena);
        vb_map_init(&p.blanks, checker->arena);
        collect(&p);
        check_inputs(&p);
        check_settings(&p);
        check_forms(&p);
        vb_check_values(checker, p.plan);
    }
}
