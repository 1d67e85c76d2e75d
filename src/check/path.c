/* The path itself: does each part have its counterpart, in order? */
#include "check/check.h"

#include "check/path_files.h"
#include "doc/provider_names.h"
#include "plan/cue.h"
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
    {"P107", VB_WARNING, "a tab has something in it",
     "Whoever picks it sees nothing, and does not know whether there is "
     "nothing to do or something is missing.",
     "<Tabs>\n<TabItem value=\"gcp\" label=\"GCP\">\n\none\n\n</TabItem>\n"
     "<TabItem value=\"aws\" label=\"AWS\">\n\n</TabItem>\n</Tabs>\n",
     "<Tabs>\n<TabItem value=\"gcp\" label=\"GCP\">\n\none\n\n</TabItem>\n"
     "<TabItem value=\"aws\" label=\"AWS\">\n\ntwo\n\n</TabItem>\n</Tabs>\n"},
    {"P108", VB_NOTE, "a code block says what it is",
     "Without a language or a word about it nobody can tell a command from "
     "an output, and a run leaves it out.",
     "Look at the queue.\n\n```\njobs pending\nqueue list\n```\n",
     "Look at the queue:\n\n```bash\nqueue list\n```\n\nThe output "
     "is:\n\n```\njobs pending\n```\n"},
    {"P109", VB_WARNING, "a file that a command reads is written or named",
     "The reader has no such file, and the page does not say where it comes "
     "from.",
     "```bash\nkubectl apply -f exporter.yaml\n```\n",
     "Download `exporter.yaml` from the release page.\n\n```bash\nkubectl "
     "apply -f exporter.yaml\n```\n"},
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

/* The sentence before a block, when it is a paragraph's last one. */
static vb_str
lead_of(const vb_plan *plan, uint32_t block)
{
    const vb_block *before = block ? &plan->doc->blocks.at[block - 1] : NULL;

    if (!before || before->kind != VB_BLOCK_PROSE)
        return (vb_str){0};
    return vb_last_sentence(before->text, before->spans.at, before->spans.len,
                            NULL);
}

/* Text that the reader is to have in some file, nobody knows which. */
static bool
is_nameless_file(const vb_plan *plan, const vb_reading *reading)
{
    static const char *const data[] = {"yaml", "yml", "json", "toml", "ini"};
    const uint32_t other = VB_CUE_OUTPUT | VB_CUE_EDIT | VB_CUE_EXAMPLE |
                           VB_CUE_SHOWN | VB_CUE_ERROR | VB_CUE_TROUBLE;
    vb_str lead = lead_of(plan, reading->block);
    uint32_t cues = vb_cues_of(lead);

    return VB_STR_AMONG(block_of(plan, reading)->lang, data) &&
           (cues & VB_CUE_FOLLOWS) && !(cues & other) &&
           (vb_str_istarts(lead, "use ") || vb_str_ihas(lead, " use ") ||
            vb_str_ihas(lead, " need"));
}

static void
check_ignored(vb_checker *checker, const vb_plan *plan,
              const vb_reading *reading)
{
    const vb_block *block = block_of(plan, reading);

    if (is_nameless_file(plan, reading))
        vb_find(checker, "P104", plan, block->loc,
                "a file without a name: nobody says where this text goes");
    else if (block->kind == VB_BLOCK_CODE && block->lang.len == 0 &&
             vb_str_eqc(reading->why, "nothing says what it is"))
        vb_find(checker, "P108", plan, block->loc,
                "this may be commands, or an output, or neither");
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
        if (reading->kind == VB_KIND_IGNORE)
            check_ignored(checker, plan, reading);
    }
}

/* Does the text make the step depend on something? A plan keeps such a step
 * when what it sets is needed, but the reader does not know that. */
static bool
is_conditional(const vb_plan *plan, const vb_step *step)
{
    return plan->readings.at[step->reading].why_optional.len > 0;
}

/* A step outside of optional parts counts before one in them. */
static void
note_maker(vb_map *makers, vb_str name, size_t step, bool optional)
{
    bool added;
    vb_map_entry *entry = vb_map_add(makers, name, &added);

    if (added || !optional)
        entry->num = step;
}

static void
check_optional_file(vb_checker *checker, const vb_plan *plan,
                    const vb_map *writers, const vb_step *step, vb_str name)
{
    const vb_map_entry *entry = vb_map_find(writers, name);
    vb_finding *f;

    if (!entry || !is_conditional(plan, &plan->steps.at[entry->num]))
        return;
    f = vb_find(checker, "P106", plan, vb_path_place(plan, step, name),
                "'%.*s' is written only by an optional part of the guide",
                VB_ARG(name));
    f->other = plan->steps.at[entry->num].loc;
    f->other_message = VB_STR("the optional part");
}

/* Variables that a step needs and only an optional part of the guide sets. */
static void
check_optional(vb_checker *checker, const vb_plan *plan)
{
    vb_map setters; /* name -> the first step that sets it */
    vb_map writers; /* file -> the first step that writes it */

    vb_map_init(&setters, checker->arena);
    vb_map_init(&writers, checker->arena);
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
        for (size_t k = 0; k < step->reads.len && !optional; k++)
            check_optional_file(checker, plan, &writers, step,
                                step->reads.at[k]);
        for (size_t k = 0; k < step->sets.len; k++)
            note_maker(&setters, step->sets.at[k], i, optional);
        for (size_t k = 0; k < step->writes.len; k++)
            note_maker(&writers, step->writes.at[k], i, optional);
        if (step->kind == VB_KIND_FILE)
            note_maker(&writers, step->name, i, optional);
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
        vb_check_path_files(checker, plan);
        check_optional(checker, plan);
    }
}
