/* Which blocks a reader may leave out, and why. */
#include "plan/planner.h"

#include "base/banned.h"

/* A box beside the text: what stands in it is said for some readers only. */
static bool
admonition(const vb_block *b)
{
    static const char *const kinds[] = {
        "note",  "tip",       "hint",   "info",      "warning", "caution",
        "alert", "important", "danger", "attention", "seealso", "question"};

    for (size_t i = 0; i < VB_COUNT(kinds); i++)
        if (vb_str_ieqc(b->container, kinds[i]))
            return true;
    return false;
}

/* Why the sections around the block are for some readers only, or NULL. */
static const char *
section_cue(const vb_planner *p, const vb_block *b, const char *const *sections)
{
    for (uint32_t h = b->heading; h != VB_NONE;
         h = p->doc->blocks.at[h].heading) {
        vb_str t = vb_bare_title(vb_heading_text(p, &p->doc->blocks.at[h]));

        if (vb_title_trouble(t))
            return "under a heading about trouble";
        if (vb_title_optional(t))
            return "in a section that a reader may leave out";
        if (sections[h])
            return sections[h];
    }
    return NULL;
}

static bool
begins(vb_str text, const char *const *words, size_t n)
{
    text = vb_str_trim(text);
    for (size_t i = 0; i < n; i++) {
        vb_str rest = vb_str_from(text, vb_str_c(words[i]).len);

        if (vb_str_istarts(text, words[i]) &&
            (rest.len == 0 || !vb_is_word(rest.ptr[0])))
            return true;
    }
    return false;
}

/* "If the output is empty, you can set it by hand." - "First, list ..." -
 * "Next, set ...": the condition holds for what follows one after the other. */
typedef struct vb_series {
    uint32_t heading;
    bool open;
} vb_series;

static bool
in_series(const vb_planner *p, uint32_t r, vb_series *series)
{
    static const char *const first[] = {"first"};
    static const char *const more[] = {"next", "then", "after that", "second",
                                       "third"};
    const vb_context *c = &p->contexts[r];
    const vb_block *b = &p->doc->blocks.at[c->block];

    if (c->prose != VB_NONE && c->prose > 0 &&
        begins(p->doc->blocks.at[c->prose].text, first, VB_COUNT(first))) {
        const vb_block *above = &p->doc->blocks.at[c->prose - 1];

        series->open = above->kind == VB_BLOCK_PROSE &&
                       above->heading == b->heading &&
                       (vb_cues_of(vb_first_sentence(above->text)) &
                        (VB_CUE_IF | VB_CUE_BEFORE)) == VB_CUE_IF;
        series->heading = b->heading;
        return series->open;
    }
    if (p->plan->readings.at[r].kind == VB_KIND_EXPECT)
        return false;
    series->open = series->open && series->heading == b->heading &&
                   begins(c->lead, more, VB_COUNT(more));
    return series->open;
}

/* "If it is not healthy, look into the errors." as the last point of a list
 * that ends above the block: that condition is the list's own affair. */
static bool
said_in_list(const vb_planner *p, const vb_context *c, const vb_block *b)
{
    const vb_block *prose;

    if (c->prose == VB_NONE)
        return false;
    prose = &p->doc->blocks.at[c->prose];
    return prose->item != VB_NONE && prose->item != b->item &&
           prose->list_depth > b->list_depth && !vb_str_ends(c->lead, ":");
}

/* "If the command below fails, try again.": no condition for running it. */
static bool
about_itself(vb_str lead)
{
    static const char *const itself[] = {"command below", "below command",
                                         "following command", "next command",
                                         "command fails"};
    size_t comma = vb_str_chr(lead, ',');
    vb_str condition = vb_str_sub(lead, 0, comma == VB_NPOS ? 0 : comma);

    for (size_t i = 0; i < VB_COUNT(itself); i++)
        if (vb_str_ihas(condition, itself[i]))
            return !vb_str_ends(vb_str_rtrim(lead), ":");
    return false;
}

/* "1. (Optional) Delete the rest": said at the head of the list's item. */
static bool
optional_item(const vb_planner *p, const vb_context *c, const vb_block *b)
{
    enum { FAR = 32 };
    const vb_block *all = p->doc->blocks.at;
    uint32_t i = c->block;

    if (b->item == VB_NONE)
        return false;
    for (uint32_t n = 0;
         n < FAR && i > 0 && !all[i].item_start && all[i - 1].item == b->item;
         n++)
        i--;
    return all[i].kind == VB_BLOCK_PROSE && all[i].item_start &&
           (vb_str_istarts(all[i].text, "(optional)") ||
            vb_str_istarts(all[i].text, "optional:") ||
            vb_str_istarts(all[i].text, "[optional]"));
}

/* Why a reader may leave this block out; empty when nothing says so. */
static const char *
optional_cue(const vb_planner *p, uint32_t r, const char *const *sections)
{
    static const char *const example[] = {"for example", "for instance"};
    static const char *const instead[] = {"instead of", "alternatively",
                                          "as an alternative", "optionally"};
    const vb_context *c = &p->contexts[r];
    const vb_block *b = &p->doc->blocks.at[c->block];
    const char *section = section_cue(p, b, sections);
    uint32_t cues = c->cues;

    if (section)
        return section;
    if (b->in_details && !vb_is_filename(vb_str_trim(b->container)))
        return "inside details that a reader opens on purpose";
    if (!b->in_details && admonition(b))
        return "inside a note beside the guide's thread";
    if ((cues & VB_CUE_IF) && !(cues & VB_CUE_OUTPUT) &&
        !said_in_list(p, c, b) && !about_itself(c->lead) &&
        (!(cues & VB_CUE_BEFORE) || vb_str_ihas(c->lead, "install")))
        return "the sentence before it sets a condition";
    if (cues & VB_CUE_OR)
        return "the sentence before it offers an alternative";
    if (c->prose != VB_NONE &&
        begins(p->doc->blocks.at[c->prose].text, instead, VB_COUNT(instead)))
        return "the paragraph before it offers an alternative";
    if (optional_item(p, c, b))
        return "the head of its list item says so";
    if (cues & VB_CUE_OPTIONAL)
        return "the sentence before it says so";
    if (cues & VB_CUE_TROUBLE)
        return "the sentence before it speaks of trouble";
    if (begins(c->lead, example, VB_COUNT(example)) &&
        p->plan->readings.at[r].kind == VB_KIND_COMMAND)
        return "the sentence before it calls it an example";
    return NULL;
}

void
vb_optionals(vb_planner *p)
{
    const char *const *sections = vb_sections(p);
    vb_series series = {0};

    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        vb_reading *rd = &p->plan->readings.at[r];
        bool serial = in_series(p, r, &series);
        const char *why = NULL;

        if (rd->kind == VB_KIND_EXPECT && rd->of != VB_NONE) {
            rd->optional = p->plan->readings.at[rd->of].optional;
            rd->why_optional = p->plan->readings.at[rd->of].why_optional;
            continue;
        }
        if (rd->optional || rd->kind == VB_KIND_IGNORE ||
            rd->kind == VB_KIND_TABLE)
            continue;
        why = optional_cue(p, r, sections);
        if (!why && serial)
            why = "a paragraph further up sets a condition";
        if (why) {
            rd->optional = true;
            rd->why_optional = vb_str_c(why);
        }
    }
}
