/* Variables along one path: set, used, named and shaped as a reader needs. */
#include "check/check.h"

#include "check/form.h"
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
} setting;

typedef struct path {
    vb_checker *checker;
    const vb_plan *plan;
    VB_VEC(setting) settings;
    vb_map by_name; /* name -> index in 'settings' */
} path;

/* The place where 'step' assigns 'name': the first line of its body that
 * says so, else the step's own place. */
static vb_loc
place_of_setting(const vb_step *step, vb_str name)
{
    vb_str rest = step->body, line;
    vb_loc loc = step->loc;

    for (size_t n = 0; vb_str_line(&rest, &line); n++) {
        size_t at = vb_str_find(line, name);

        if (at == VB_NPOS || n >= step->body_lines.len)
            continue;
        if ((at == 0 || !vb_is_word(line.ptr[at - 1])) &&
            (at + name.len == line.len ||
             !vb_is_word(line.ptr[at + name.len]))) {
            loc.line = step->body_lines.at[n];
            loc.col = 1;
            return loc;
        }
    }
    return loc;
}

static void
note_setting(path *p, uint32_t index, vb_str name)
{
    const vb_step *step = &p->plan->steps.at[index];
    vb_arena *arena = p->checker->arena;
    vb_map_entry *entry;
    bool added;

    entry = vb_map_add(&p->by_name, name, &added);
    if (added) {
        entry->num = p->settings.len;
        vb_vec_push(arena, &p->settings,
                    (setting){.name = name,
                              .step = index,
                              .loc = place_of_setting(step, name)});
    }
    if (vb_str_has(step->body,
                   vb_str_fmt(arena, "export %.*s", VB_ARG(name)).ptr))
        p->settings.at[entry->num].exported = true;
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
collect(path *p)
{
    for (uint32_t i = 0; i < p->plan->steps.len; i++) {
        const vb_step *step = &p->plan->steps.at[i];

        for (size_t k = 0; k < step->sets.len; k++)
            note_setting(p, i, step->sets.at[k]);
    }
    for (uint32_t i = 0; i < p->plan->steps.len; i++) {
        const vb_step *step = &p->plan->steps.at[i];

        note_uses(p, step->body);
        for (size_t k = 0; k < step->uses.len; k++) {
            vb_map_entry *entry = vb_map_find(&p->by_name, step->uses.at[k]);

            if (entry)
                p->settings.at[entry->num].used = true;
        }
    }
    /* Tables and prose may hand a value on to a person: `$DOMAIN`. */
    for (size_t i = 0; i < p->plan->doc->blocks.len; i++) {
        const vb_block *block = &p->plan->doc->blocks.at[i];

        if (block->kind == VB_BLOCK_PROSE)
            note_uses(p, block->text);
        if (block->kind == VB_BLOCK_TABLE)
            for (uint32_t c = 0; c < block->table->columns * block->table->rows;
                 c++)
                note_uses(p, block->table->cells[c].text);
    }
}

static const vb_sample *
sample_of(const vb_plan *plan, vb_str name)
{
    for (size_t i = 0; i < plan->samples.len; i++)
        if (vb_str_eq(plan->samples.at[i].name, name))
            return &plan->samples.at[i];
    return NULL;
}

/* Words of a name that say what it holds. */
static bool
shares_words(vb_str a, vb_str b)
{
    return a.len >= 3 && b.len >= 3 && a.len != b.len &&
           (vb_str_find(a, b) == 0 || vb_str_find(b, a) == 0);
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
like(const path *p, vb_str wanted)
{
    for (size_t i = 0; i < p->settings.len; i++) {
        const setting *s = &p->settings.at[i];
        const vb_sample *sample = sample_of(p->plan, s->name);
        vb_form want = vb_form_of_name(wanted);

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

/* Has the guide or its overlay told the reader to bring this value? */
static bool
announced(const path *p, const vb_input *input)
{
    const vb_step *step = input->step < p->plan->steps.len
                              ? &p->plan->steps.at[input->step]
                              : NULL;

    return input->has_fallback || input->description.len ||
           (step && step->fill_vars) ||
           vb_overlay_input_of(p->plan->overlay, input->name);
}

static void
check_inputs(path *p)
{
    for (size_t i = 0; i < p->plan->inputs.len; i++) {
        const vb_input *in = &p->plan->inputs.at[i];
        const setting *near = NULL;
        vb_finding *f;

        if (in->placeholder) {
            f = vb_find(p->checker, "V005", p->plan, in->loc,
                        "'%.*s' must be edited before the step can run",
                        VB_ARG(in->spelled));
            f->width = (uint32_t)in->spelled.len;
            continue;
        }
        if (!announced(p, in))
            near = like(p, in->name);
        if (near) {
            f = vb_find(p->checker, "V003", p->plan, in->loc,
                        "'%.*s' is used but never set; '%.*s' is set and "
                        "never used",
                        VB_ARG(in->name), VB_ARG(near->name));
            f->hint = vb_str_fmt(p->checker->arena,
                                 "use one name for both: '%.*s' or '%.*s'",
                                 VB_ARG(near->name), VB_ARG(in->name));
            f->other = near->loc;
            f->other_message = VB_STR("it is set here");
            p->settings.at[near - p->settings.at].used = true;
        } else if (!announced(p, in)) {
            f = vb_find(p->checker, "V001", p->plan, in->loc,
                        "'%.*s' is used but never set", VB_ARG(in->name));
            f->hint = vb_str_fmt(
                p->checker->arena,
                "set it in a step before, or say in the text that the "
                "reader has to; '--set %.*s=...' gives it to a run",
                VB_ARG(in->name));
            f->width = (uint32_t)in->name.len;
        }
    }
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

static void
check_service_values(path *p, const vb_step *step)
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
            vb_finding *f =
                vb_find(p->checker, "V006", p->plan, loc, "'%.*s' is no %s",
                        VB_ARG(refused.text), refused.what);

            f->width = (uint32_t)refused.text.len;
            f->hint = vb_str_c(refused.form);
        }
    }
}

void
vb_check_variables(vb_checker *checker)
{
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        path p = {.checker = checker, .plan = checker->doc->plans[i]};

        vb_map_init(&p.by_name, checker->arena);
        collect(&p);
        check_inputs(&p);
        check_settings(&p);
        check_forms(&p);
        for (size_t k = 0; k < p.plan->steps.len; k++)
            if (p.plan->steps.at[k].kind == VB_KIND_COMMAND)
                check_service_values(&p, &p.plan->steps.at[k]);
    }
}
