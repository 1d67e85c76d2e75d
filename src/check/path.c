/* The path itself: does each part have its counterpart, in order? */
#include "check/check.h"

#include "doc/provider_names.h"
#include "plan/overlay.h"

#include "base/banned.h"

static const vb_rule rules[] = {
    {"P101", VB_WARNING,
     "a provider that one group of tabs offers is offered by all of them",
     "The reader of that provider's path meets a hole: the text of the other "
     "providers is not for them, and theirs is missing.",
     "<CloudPlatformToggle id=\"t\">\n<div slot=\"gcp\">\n\n```bash\necho "
     "a\n```\n\n</div>\n<div slot=\"aws\">\n\n```bash\necho "
     "b\n```\n\n</div>\n</CloudPlatformToggle>\n\n<CloudPlatformToggle "
     "id=\"t\">\n<div "
     "slot=\"gcp\">\n\n```bash\necho "
     "c\n```\n\n</div>\n</CloudPlatformToggle>\n",
     "<CloudPlatformToggle id=\"t\">\n<div slot=\"gcp\">\n\n```bash\necho "
     "a\n```\n\n</div>\n<div slot=\"aws\">\n\n```bash\necho "
     "b\n```\n\n</div>\n</CloudPlatformToggle>\n"},
    {"P102", VB_WARNING, "a teardown comes last",
     "A reader who follows the page from top to bottom deletes what the rest "
     "of the page needs.",
     "# Demo\n\n```bash\necho make\n```\n\n## Deleting the "
     "cluster\n\n```bash\necho "
     "delete\n```\n\n## Install\n\n```bash\necho install\n```\n",
     "# Demo\n\n```bash\necho make\n```\n\n## Install\n\n```bash\necho "
     "install\n```\n\n## Deleting the cluster\n\n```bash\necho delete\n```\n"},
    {"P103", VB_WARNING,
     "an expected output follows the command that prints it",
     "An output without a command cannot be checked, by a reader or by "
     "anybody.",
     "The output is:\n\n```\nready\n```\n",
     "```bash\necho ready\n```\n\nThe output is:\n\n```\nready\n```\n"},
    {"P104", VB_WARNING, "a file has a name",
     "The reader has to guess where the text goes, and the command that uses "
     "it may look elsewhere.",
     "Apply the following manifest:\n\n```yaml\napiVersion: v1\nkind: "
     "Namespace\nmetadata:\n  name: demo\n```\n",
     "Create the file `namespace.yaml`:\n\n```yaml\napiVersion: v1\nkind: "
     "Namespace\nmetadata:\n  name: demo\n```\n\n```bash\nkubectl apply -f "
     "namespace.yaml\n```\n"},
    {"P105", VB_ERROR, "a file is written before a command reads it",
     "The command fails for every reader, since the file is not there yet.",
     "```bash\nkubectl apply -f app.yaml\n```\n\nCreate the file "
     "`app.yaml`:\n\n```yaml\nkind: Namespace\n```\n",
     "Create the file `app.yaml`:\n\n```yaml\nkind: "
     "Namespace\n```\n\n```bash\nkubectl apply -f app.yaml\n```\n"},
    {"P106", VB_WARNING, "what an optional step sets is not needed later",
     "A reader who leaves the optional part out has an empty variable "
     "afterwards.",
     "If you want a bucket of your own, choose a "
     "name:\n\n```bash\nBUCKET=mine\n```\n\n## Upload\n\n```bash\naws s3 cp "
     "a.txt \"s3://${BUCKET}/\"\n```\n",
     "```bash\nBUCKET=mine\n```\n\n## Upload\n\n```bash\naws s3 cp a.txt "
     "\"s3://${BUCKET}/\"\n```\n"},
};

const vb_rule_family vb_rules_path = {
    "path", "each part of a path has its counterpart, in order", rules,
    VB_COUNT(rules)};

static const vb_block *
block_of(const vb_plan *plan, const vb_reading *reading)
{
    return &plan->doc->blocks.at[reading->block];
}

/* The option of 'axis' that is this provider's, or NULL. */
static const vb_option *
option_for(const vb_axis *axis, vb_str provider)
{
    for (size_t i = 0; i < axis->options.len; i++) {
        const vb_option *option = &axis->options.at[i];
        const char *name = vb_provider_only(option->id);

        if (!name)
            name = vb_provider_only(option->label);
        if (name && vb_str_eqc(provider, name))
            return option;
    }
    return NULL;
}

/* Groups of tabs that have some of the document's providers and not all. */
static void
check_offers(vb_checker *checker)
{
    const vb_doc *doc = checker->doc->doc;
    const vb_plan *plan = checker->doc->plans[0];

    for (size_t i = 0; i < doc->axes.len; i++) {
        const vb_axis *axis = &doc->axes.at[i];
        size_t offered = 0;
        uint32_t most = 0;

        for (size_t k = 0; k < plan->providers.len; k++) {
            const vb_option *option =
                option_for(axis, plan->providers.at[k].name);

            offered += option != NULL;
            if (option && option->uses > most)
                most = option->uses;
        }
        for (size_t k = 0; offered && k < plan->providers.len; k++) {
            vb_str name = plan->providers.at[k].name;
            const vb_option *option = option_for(axis, name);

            if (!option)
                vb_find(checker, "P101", NULL, axis->loc,
                        "'%.*s' is not among these tabs", VB_ARG(name));
            else if (option->uses < most)
                vb_find(checker, "P101", NULL, axis->loc,
                        "'%.*s' is among %u of %u groups of these tabs",
                        VB_ARG(name), option->uses, most);
        }
    }
}

/* Where the teardown stands in the text, and whether main steps follow. */
static void
check_teardown(vb_checker *checker, const vb_plan *plan)
{
    const vb_reading *teardown = NULL;

    for (size_t i = 0; i < plan->readings.len; i++) {
        const vb_reading *reading = &plan->readings.at[i];

        if (!reading->selected || reading->kind != VB_KIND_COMMAND)
            continue;
        if (reading->phase == VB_PHASE_TEARDOWN) {
            if (!teardown)
                teardown = reading;
        } else if (teardown) {
            vb_finding *f =
                vb_find(checker, "P102", plan, block_of(plan, teardown)->loc,
                        "the teardown stands before steps that need what it "
                        "deletes");

            f->other = block_of(plan, reading)->loc;
            f->other_message = VB_STR("a step that comes after it");
            f->hint = VB_STR("move the section to the end of the page");
            return;
        }
    }
}

static void
check_readings(vb_checker *checker, const vb_plan *plan)
{
    for (size_t i = 0; i < plan->readings.len; i++) {
        const vb_reading *reading = &plan->readings.at[i];
        vb_loc loc = block_of(plan, reading)->loc;

        if (!reading->selected)
            continue;
        if (reading->kind == VB_KIND_EXPECT && reading->of == VB_NONE)
            vb_find(checker, "P103", plan, loc,
                    "an expected output without a command before it");
        if (reading->kind == VB_KIND_FILE && reading->generated)
            vb_find(checker, "P104", plan, loc,
                    "a file without a name; a run calls it '%.*s'",
                    VB_ARG(reading->name));
    }
}

/* Same file whether or not it is written with "./". */
static bool
same_file(vb_str a, vb_str b)
{
    while (vb_str_starts(a, "./"))
        a = vb_str_from(a, 2);
    while (vb_str_starts(b, "./"))
        b = vb_str_from(b, 2);
    return vb_str_eq(a, b);
}

static bool
writes(const vb_step *step, vb_str file)
{
    if (step->kind == VB_KIND_FILE && same_file(step->name, file))
        return true;
    for (size_t i = 0; i < step->writes.len; i++)
        if (same_file(step->writes.at[i], file))
            return true;
    return false;
}

/* Where the step stands in the text; the plan may have moved it. */
static uint32_t
text_order(const vb_plan *plan, const vb_step *step)
{
    return plan->readings.at[step->reading].block;
}

static void
report_early_read(vb_checker *checker, const vb_plan *plan,
                  const vb_step *reader, const vb_step *writer, vb_str name)
{
    vb_finding *f =
        vb_find(checker, "P105", plan, reader->loc,
                "'%.*s' is read before it is written", VB_ARG(name));

    f->other = writer->loc;
    f->other_message = VB_STR("it is written here");
}

/* Files that are read before the text says how to write them. What no step
 * writes may be there already, and is not our business. */
static void
check_files_order(vb_checker *checker, const vb_plan *plan)
{
    vb_map writers;

    vb_map_init(&writers, checker->arena);
    for (size_t i = plan->steps.len; i-- > 0;)
        if (plan->steps.at[i].kind == VB_KIND_FILE)
            vb_map_add(&writers, plan->steps.at[i].name, NULL)->num = i;
    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];

        for (size_t k = 0; k < step->reads.len; k++) {
            vb_str name = step->reads.at[k];
            const vb_map_entry *entry;
            const vb_step *writer;

            while (vb_str_starts(name, "./"))
                name = vb_str_from(name, 2);
            entry = vb_map_find(&writers, name);
            if (!entry || writes(step, name))
                continue;
            writer = &plan->steps.at[entry->num];
            if (text_order(plan, writer) > text_order(plan, step))
                report_early_read(checker, plan, step, writer, name);
        }
    }
}

/* Does the text make the step depend on something? A plan keeps such a step
 * when what it sets is needed, but the reader does not know that. */
static bool
is_conditional(const vb_plan *plan, const vb_step *step)
{
    return plan->readings.at[step->reading].why_optional.len > 0;
}

/* Variables that a step needs and only an optional part of the guide sets. */
static void
check_optional(vb_checker *checker, const vb_plan *plan)
{
    vb_map setters; /* name -> the first step that sets it */

    vb_map_init(&setters, checker->arena);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const vb_step *step = &plan->steps.at[i];
        bool optional = is_conditional(plan, step);

        for (size_t k = 0; k < step->uses.len && !optional; k++) {
            const vb_map_entry *entry = vb_map_find(&setters, step->uses.at[k]);
            vb_finding *f;

            if (!entry || !is_conditional(plan, &plan->steps.at[entry->num]))
                continue;
            f = vb_find(checker, "P106", plan, step->loc,
                        "'%.*s' is set only by an optional part of the guide",
                        VB_ARG(step->uses.at[k]));
            f->other = plan->steps.at[entry->num].loc;
            f->other_message = VB_STR("the optional part");
        }
        for (size_t k = 0; k < step->sets.len; k++) {
            bool added;
            vb_map_entry *entry =
                vb_map_add(&setters, step->sets.at[k], &added);

            if (added || !optional)
                entry->num = i;
        }
    }
}

void
vb_check_path(vb_checker *checker)
{
    if (checker->doc->nplans)
        check_offers(checker);
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        const vb_plan *plan = checker->doc->plans[i];

        check_teardown(checker, plan);
        check_readings(checker, plan);
        check_files_order(checker, plan);
        check_optional(checker, plan);
    }
}
