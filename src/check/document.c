/* What reading and planning already said, as findings with rules. */
#include "check/check.h"

#include "plan/overlay.h"

#include "base/banned.h"

#define TABS(inside) "<Tabs>\n" inside "</Tabs>\n"
#define TAB(label, text)                                                       \
    "<TabItem value=\"" label "\" label=\"" label "\">\n\n" text               \
    "\n\n</TabItem>\n"

static const vb_rule rules[] = {
    {"D001", VB_ERROR, "a document is text: no NUL byte, no binary file",
     "What is no text cannot be read, by a person or a program.", NULL, NULL},
    {"D002", VB_ERROR, "a document is valid UTF-8",
     "Other encodings show as wrong characters, and in commands they are "
     "wrong characters.",
     NULL, NULL},
    {"D003", VB_ERROR, "front matter has an end line and can be read",
     "Without its end the whole page is front matter, and the site shows an "
     "empty page.",
     "---\ntitle: Set-up\n\n# Set-up\n",
     "---\ntitle: Set-up\n---\n\n# Set-up\n"},
    {"D004", VB_WARNING, "a code block has an end",
     "The rest of the page becomes code: text, headings and all.",
     "# Set-up\n\n```bash\necho hello\n\nAnd now the next part.\n",
     "# Set-up\n\n```bash\necho hello\n```\n\nAnd now the next part.\n"},
    {"D005", VB_NOTE, "a code block ends at the indentation at which it began",
     "Renderers differ in what they take for its end.", NULL, NULL},
    {"D006", VB_WARNING, "a comment, script or style block has an end",
     "Everything behind it is invisible to the reader.",
     "<!-- to be done\n\n# Set-up\n", "<!-- to be done -->\n\n# Set-up\n"},
    {"D010", VB_WARNING, "a group of tabs has an end",
     "What follows belongs to the last tab, and only its readers see it.",
     "<Tabs>\n" TAB("gcp", "one") "\n## Next\n",
     TABS(TAB("gcp", "one") TAB("aws", "two")) "\n## Next\n"},
    {"D011", VB_WARNING, "a tab or slot has an end",
     "The next tab becomes part of this one.",
     TABS("<TabItem value=\"gcp\" label=\"GCP\">\n\none\n\n"),
     TABS(TAB("gcp", "one") TAB("aws", "two"))},
    {"D012", VB_WARNING, "an end has a beginning: nothing open is closed by it",
     "Something was removed or moved and its end was left behind.",
     "one\n\n</TabItem>\n\ntwo\n", TABS(TAB("gcp", "one") TAB("aws", "two"))},
    {"D013", VB_WARNING, "a group of tabs is opened once",
     "The second opening makes a group inside the first one.", NULL, NULL},
    {"D014", VB_WARNING, "a tab stands in a group of tabs",
     "Outside a group it is shown to everybody, or to nobody.",
     TAB("gcp", "one"), TABS(TAB("gcp", "one") TAB("aws", "two"))},
    {"D015", VB_WARNING, "a group of tabs has at least one tab",
     "An empty group shows an empty box.", "<Tabs>\n</Tabs>\n",
     TABS(TAB("gcp", "one") TAB("aws", "two"))},
    {"D016", VB_WARNING,
     "a tab has a label, and each label of a group is there once",
     "Of two tabs with one label the reader finds only the first.",
     TABS(TAB("gcp", "one") TAB("gcp", "two")),
     TABS(TAB("gcp", "one") TAB("aws", "two"))},
    {"D017", VB_WARNING, "a details element has an end",
     "Without one, a browser folds away the rest of the page.",
     "<details>\n<summary>More</summary>\n\none\n\n## Next\n\ntwo\n",
     "<details>\n<summary>More</summary>\n\none\n\n</details>\n"},
    {"D020", VB_ERROR, "an included file is there",
     "A part of the guide is missing, and with it the steps in it.",
     "<script>\n  import Setup from "
     "\"./_chunks/no-such-chunk.md\";\n</script>\n"
     "\n<Setup />\n",
     "# Set-up\n"},
    {"D021", VB_ERROR, "an included file is inside the document's root",
     "A document must not be able to show files that are none of its own.",
     NULL, NULL},
    {"D022", VB_ERROR, "a file does not include itself",
     "There is no end to it.", NULL, NULL},
    {"D023", VB_ERROR, "includes nest no deeper than eight levels",
     "Nobody finds the text any more, and a cycle looks the same.", NULL, NULL},
    {"D024", VB_ERROR,
     "a document stays within its limits, with all it includes",
     "A page of many megabytes is no guide.", NULL, NULL},
    {"D025", VB_ERROR, "an included file is text that can be read",
     "A part of the guide is missing, and with it the steps in it.", NULL,
     NULL},
    {"D030", VB_WARNING, "a table stays within its limits",
     "Some renderers need gigabytes for such a table.", NULL, NULL},
    {"D031", VB_NOTE, "a table's rows have no more cells than its header",
     "Renderers drop the cells that have no column: their text is not shown.",
     "| a | b |\n| --- | --- |\n| 1 | 2 | 3 |\n",
     "| a | b |\n| --- | --- |\n| 1 | 2 |\n"},
    {"D090", VB_ERROR, "the document and its overlay make a plan",
     "A run would refuse to start.", NULL, NULL},
    {"D091", VB_NOTE, "who silences a rule says why",
     "The next reader cannot tell a known exception from a fault that was "
     "swept away.",
     "<!-- verbatim: ignore V001 -->\n\n```bash\necho \"${ZONE}\"\n```\n",
     "<!-- verbatim: ignore V001 the reader's shell sets it -->\n\n```bash\n"
     "echo \"${ZONE}\"\n```\n"},
};

const vb_rule_family vb_rules_document = {
    "document", "the page can be read as its author meant it", rules,
    VB_COUNT(rules)};

void
vb_check_diagnostics(vb_checker *checker)
{
    const vb_diags *diags = checker->doc->diags;

    for (size_t i = 0; i < diags->list.len; i++) {
        const vb_diag *diag = &diags->list.at[i];
        vb_finding *f;

        bool known = diag->rule && vb_rule_find(vb_str_c(diag->rule));

        if (!known && diag->severity != VB_ERROR)
            continue;
        f = vb_find(checker, known ? diag->rule : "D090", NULL, diag->loc,
                    "%.*s", VB_ARG(diag->message));
        if (!known) /* a rule's severity is the table's */
            f->severity = diag->severity;
        f->width = diag->width;
        f->hint = diag->hint;
        f->excerpt = diag->excerpt;
    }
}

/* Comments and the overlay that silence a rule without a reason, or a rule
 * that does not exist. */
static void
check_silence(vb_checker *checker, vb_str rule, vb_str reason, vb_loc loc)
{
    if (!vb_rule_find(rule))
        vb_find(checker, "D091", NULL, loc,
                "there is no rule '%.*s' to be silenced", VB_ARG(rule));
    else if (reason.len == 0)
        vb_find(checker, "D091", NULL, loc,
                "'%.*s' is silenced without a reason", VB_ARG(rule));
}

void
vb_check_silences(vb_checker *checker)
{
    const vb_doc *doc = checker->doc->doc;
    const vb_overlay *overlay =
        checker->doc->nplans ? checker->doc->plans[0]->overlay : NULL;

    for (size_t i = 0; doc && i < doc->comments.len; i++) {
        vb_str rest = doc->comments.at[i].text, word;

        if (vb_str_word(&rest, &word) && vb_str_eqc(word, "verbatim:") &&
            vb_str_word(&rest, &word) && vb_str_eqc(word, "ignore") &&
            vb_str_word(&rest, &word))
            check_silence(checker, word, vb_str_trim(rest),
                          doc->comments.at[i].loc);
    }
    for (size_t i = 0; overlay && i < overlay->silence.len; i++)
        check_silence(checker, overlay->silence.at[i].rule,
                      overlay->silence.at[i].reason,
                      overlay->silence.at[i].loc);
}
