/*
 * Sections that are for some readers only: their first paragraph says so, or
 * they stand beside others as ways to the same end. Of such ways the first
 * one stays in the path.
 */
#include "plan/planner.h"

#include "base/text.h"

#include "base/banned.h"

enum { LEVELS = 8, LINKS_MAX = 16, KEY_MAX = 80 };

static const char alternative[] = "one of several ways; the first is taken";

typedef struct vb_sectioner {
    vb_planner *p;
    const char **why;
    /* Of the last heading of each level: what it has in common with its
     * neighbours, and how far it is the first of them. */
    vb_str key[LEVELS];
    uint32_t heading; /* in force, VB_NONE */
    bool fresh;       /* nothing stood under it yet */
    /* Ways that a paragraph announced: links to their sections. */
    vb_str links[LINKS_MAX];
    size_t nlinks;
    bool listing; /* the list behind it is being read ... */
    bool anew;    /* ... and its first link forgets the last list's */
    uint32_t ways, count, seen; /* its heading; how many it says; children */
} vb_sectioner;

static bool
any_of(vb_str text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (vb_str_ihas(text, list[i]))
            return true;
    return false;
}

/* "This section is optional", "If ..., these manual steps are required". A
 * section that may be skipped by who has its result already is needed by a
 * reader who starts from nothing. */
static bool
may_skip(vb_str text)
{
    static const char *const words[] = {"this section is optional",
                                        "this step is optional",
                                        "these steps are optional"};
    static const char *const steps[] = {"these steps", "manual steps",
                                        "steps are required"};

    if (any_of(text, words, VB_COUNT(words)))
        return true;
    return (vb_cues_of(vb_first_sentence(text)) &
            (VB_CUE_IF | VB_CUE_BEFORE)) == VB_CUE_IF &&
           any_of(vb_first_sentence(text), steps, VB_COUNT(steps));
}

/* A single letter, digits, or a number's word. */
static bool
ordinal(vb_str word)
{
    static const char *const words[] = {"one",   "two",   "three", "four",
                                        "i",     "ii",    "iii",   "iv",
                                        "first", "second"};

    while (word.len &&
           vb_str_chr(VB_STR(":.)-"), word.ptr[word.len - 1]) != VB_NPOS)
        word.len--;
    if (word.len == 1)
        return vb_is_alnum(word.ptr[0]);
    for (size_t i = 0; i < word.len; i++)
        if (!vb_is_digit(word.ptr[i]))
            return VB_STR_IAMONG(word, words);
    return word.len > 0;
}

/* "Install X with Helm" up to "with"; the whole is empty for other titles. */
static vb_str
way_prefix(vb_str title)
{
    static const char *const verbs[] = {
        "install",      "installing",   "installation", "deploy",
        "deploying",    "deployment",   "create",       "creating",
        "build",        "building",     "setup",        "set",
        "setting",      "configure",    "configuring",  "run",
        "running",      "download",     "upgrade",      "upgrading",
        "authenticate", "provision",    "provisioning", "apply",
        "uninstall",    "uninstalling", "start",        "starting"};
    static const char *const joins[] = {" with ", " using ", " via ",
                                        " through ", " by "};
    vb_str rest = title, word;

    if (!vb_str_word(&rest, &word))
        return (vb_str){0};
    if (vb_str_ieqc(word, "using") || vb_str_ieqc(word, "via") ||
        vb_str_ieqc(word, "with"))
        return word;
    if (!VB_STR_IAMONG(word, verbs))
        return (vb_str){0};
    for (size_t i = 0; i < VB_COUNT(joins); i++) {
        size_t at = vb_str_ifind(title, vb_str_c(joins[i]));

        if (at != VB_NPOS && at < KEY_MAX)
            return vb_str_sub(title, 0, at + vb_str_c(joins[i]).len);
    }
    return (vb_str){0};
}

/* What makes headings ways to one end: "Option 1" and "Option 2". */
static vb_str
way_of(vb_str title)
{
    static const char *const nouns[] = {"option",   "method", "alternative",
                                        "approach", "choice", "variant"};
    vb_str rest = title, word, number;

    if (vb_str_word(&rest, &word) && VB_STR_IAMONG(word, nouns) &&
        vb_str_word(&rest, &number) && ordinal(number))
        return word;
    return way_prefix(title);
}

static bool
linked(const vb_sectioner *s, vb_str title, size_t *which)
{
    vb_str slug;

    if (s->nlinks < 2)
        return false;
    slug = vb_text_slug(&s->p->work, title);
    for (*which = 0; *which < s->nlinks; ++*which)
        if (vb_str_eq(s->links[*which], slug))
            return true;
    return false;
}

static void
heading(vb_sectioner *s, uint32_t i)
{
    const vb_block *h = &s->p->doc->blocks.at[i];
    vb_str title = vb_bare_title(vb_heading_text(s->p, h)), key;
    bool announced;
    size_t which;

    s->heading = i;
    s->fresh = true;
    s->listing = false;
    for (size_t level = h->level + 1u; level < LEVELS; level++)
        s->key[level] = (vb_str){0};
    key = way_of(title);
    if (key.len && vb_str_ieq(key, s->key[h->level]))
        s->why[i] = alternative;
    s->key[h->level] = key;
    announced = linked(s, title, &which) ||
                (s->ways != VB_NONE && s->nlinks == 0 && h->heading == s->ways);
    if (announced && s->seen++ > 0)
        s->why[i] = alternative;
}

/* Does the paragraph announce ways to choose from, and how many? */
static bool
announces_ways(vb_str text, uint32_t *count)
{
    static const char *const two[] = {"two ways",         "two methods",
                                      "two options",      "one of two",
                                      "two alternatives", "either of the two"};
    static const char *const three[] = {"three ways", "three methods",
                                        "three options", "one of three"};
    static const char *const some[] = {
        "one of the following", "several ways",      "different ways",
        "multiple ways",        "choose one of",     "one of these",
        "following options",    "following methods", "following ways",
        "several options",      "one of the methods"};

    *count = 0;
    if (!vb_str_ends(vb_str_rtrim(text), ":") &&
        !vb_str_ihas(text, "there are"))
        return false; /* it speaks of ways that were named before */
    *count = any_of(text, two, VB_COUNT(two))       ? 2
             : any_of(text, three, VB_COUNT(three)) ? 3
                                                    : 0;
    return *count || any_of(text, some, VB_COUNT(some));
}

/* Children of the section, as many as the paragraph says? */
static bool
has_children(const vb_sectioner *s, uint32_t i)
{
    uint32_t n = 0;

    for (uint32_t k = i + 1; k < s->p->doc->blocks.len && k < i + 1000; k++) {
        const vb_block *b = &s->p->doc->blocks.at[k];

        if (b->kind == VB_BLOCK_CODE && n == 0)
            return false; /* the ways stand right here */
        if (b->kind != VB_BLOCK_HEADING)
            continue;
        if (b->heading == s->heading)
            n++;
        else if (s->heading != VB_NONE &&
                 b->level <= s->p->doc->blocks.at[s->heading].level)
            break;
    }
    return n == s->count;
}

static void
list_links(vb_sectioner *s, const vb_block *b)
{
    for (size_t i = 0; i < b->spans.len && s->nlinks < LINKS_MAX; i++)
        if (b->spans.at[i].kind == VB_SPAN_LINK &&
            vb_str_starts(b->spans.at[i].url, "#")) {
            if (s->anew)
                s->nlinks = s->seen = 0;
            s->anew = false;
            s->ways = VB_NONE;
            s->links[s->nlinks++] = vb_str_from(b->spans.at[i].url, 1);
            return;
        }
}

static void
prose(vb_sectioner *s, uint32_t i)
{
    const vb_block *b = &s->p->doc->blocks.at[i];
    uint32_t count;

    if (s->fresh && s->heading != VB_NONE && b->item == VB_NONE &&
        may_skip(b->text))
        s->why[s->heading] = "its section begins with who may leave it out";
    if (b->item != VB_NONE && s->listing) {
        list_links(s, b);
    } else if (b->item == VB_NONE) {
        s->listing = announces_ways(b->text, &count);
        if (s->listing) {
            s->anew = true;
            s->count = count;
            if (count && has_children(s, i)) {
                s->ways = s->heading;
                s->nlinks = s->seen = 0;
            }
        }
    }
    s->fresh = false;
}

const char *const *
vb_sections(vb_planner *p)
{
    vb_sectioner s = {.p = p, .heading = VB_NONE, .ways = VB_NONE};

    s.why = VB_NEW_N(&p->work, const char *, p->doc->blocks.len + 1);
    for (uint32_t i = 0; i < p->doc->blocks.len; i++) {
        switch (p->doc->blocks.at[i].kind) {
        case VB_BLOCK_HEADING:
            heading(&s, i);
            break;
        case VB_BLOCK_PROSE:
            prose(&s, i);
            break;
        case VB_BLOCK_CODE:
            s.fresh = s.listing = false;
            break;
        default:
            break;
        }
    }
    return s.why;
}
