#include "plan/cue.h"

#include <string.h>

#include "base/banned.h"

/* A phrase matches as whole words, without case. '^' binds it to the
 * sentence's start, '$' to its end. */
typedef struct vb_phrase {
    const char *text;
    uint32_t cues;
} vb_phrase;

#define OUT VB_CUE_OUTPUT
#define INTO (VB_CUE_EDIT | VB_CUE_INTO)
#define SIM (VB_CUE_OUTPUT | VB_CUE_SIMILAR)

static const vb_phrase phrases[] = {
    /* outputs */
    {"output", OUT},
    {"outputs", OUT},
    {"ouput", OUT},
    {"ouptut", OUT},
    {"^results:", OUT},
    {"^result:", OUT},
    {"^returns", OUT},
    {"^returning", OUT},
    {"^response", OUT},
    {"the result:", OUT},
    {"the answer", OUT},
    {"answers", OUT},
    {"this gives", OUT},
    {"gives:", OUT},
    {"which gives", OUT},
    {"says:", OUT},
    {"say:", OUT},
    {"shows:", OUT},
    {"show:", OUT},
    {"this shows", OUT},
    {"it shows", OUT},
    {"also shows", OUT},
    {"reports:", OUT},
    {"this prints", OUT},
    {"should see", OUT},
    {"should now see", OUT},
    {"should get", OUT},
    {"should be able to see", OUT},
    {"will see", OUT},
    {"you'll see", OUT},
    {"you’ll see", OUT},
    {"you will get", OUT},
    {"you'll get", OUT},
    {"you would see", OUT},
    {"you can see", OUT},
    {"you may see", OUT},
    {"you see", OUT},
    {"one should see", OUT},
    {"we should see", OUT},
    {"we can see", OUT},
    {"should result in", OUT},
    {"results in", OUT},
    {"will result in", OUT},
    {"should return", OUT},
    {"will return", OUT},
    {"returns", OUT},
    {"command returns", OUT},
    {"should display", OUT},
    {"should show", OUT},
    {"should print", OUT},
    {"will print", OUT},
    {"prints", OUT},
    {"displays", OUT},
    {"is displayed", OUT},
    {"are displayed", OUT},
    {"is printed", OUT},
    {"will display", OUT},
    {"will show", OUT},
    {"should look like", SIM},
    {"should look similar", SIM},
    {"should look something like", SIM},
    {"should be similar to", SIM},
    {"will look like", SIM},
    {"will look similar", SIM},
    {"will look something like", SIM},
    {"will be similar to", SIM},
    {"looks like this", VB_CUE_SIMILAR},
    {"looks similar to", SIM},
    {"looks something like", SIM},
    {"look like this", VB_CUE_SIMILAR},
    {"something like", VB_CUE_SIMILAR},
    {"something similar", SIM},
    {"similar to the following", VB_CUE_SIMILAR},
    {"similar to this", VB_CUE_SIMILAR},
    {"similar to", VB_CUE_SIMILAR},
    {"resemble", SIM},
    {"resembles", SIM},
    {"response is", OUT},
    {"response should", OUT},
    {"the following response", OUT},
    {"example response", OUT},
    {"sample response", OUT},
    {"expected result", OUT},
    {"expected results", OUT},
    {"the result is", OUT},
    {"the result should", OUT},
    {"the log shows", OUT},
    {"the following logs", OUT},
    {"should include", VB_CUE_OUTPUT | VB_CUE_SUBSET},
    {"should contain", VB_CUE_OUTPUT | VB_CUE_SUBSET},
    {"output includes", VB_CUE_OUTPUT | VB_CUE_SUBSET},
    {"output contains", VB_CUE_OUTPUT | VB_CUE_SUBSET},
    {"look for", VB_CUE_SUBSET},
    {"including the following", VB_CUE_SUBSET},
    {"some parts are hidden", VB_CUE_SUBSET},
    {"is truncated", VB_CUE_SUBSET},
    {"exactly", VB_CUE_EXACT},
    {"exact output", VB_CUE_OUTPUT | VB_CUE_EXACT},
    {"repeat until", VB_CUE_EVENTUALLY},
    {"until the output", VB_CUE_EVENTUALLY},
    {"until you see", VB_CUE_EVENTUALLY},
    {"until it shows", VB_CUE_EVENTUALLY},
    {"until all", VB_CUE_EVENTUALLY},
    {"until the status", VB_CUE_EVENTUALLY},
    {"until both", VB_CUE_EVENTUALLY},
    {"eventually", VB_CUE_EVENTUALLY},
    {"after a few minutes", VB_CUE_EVENTUALLY},
    {"after a few seconds", VB_CUE_EVENTUALLY},
    {"after a while", VB_CUE_EVENTUALLY},
    {"after some time", VB_CUE_EVENTUALLY},
    {"after a moment", VB_CUE_EVENTUALLY},
    {"may take a few minutes", VB_CUE_EVENTUALLY},
    {"might take a few minutes", VB_CUE_EVENTUALLY},
    {"may take several minutes", VB_CUE_EVENTUALLY},
    {"may take some time", VB_CUE_EVENTUALLY},
    {"keep running", VB_CUE_EVENTUALLY},
    {"repeat the command", VB_CUE_EVENTUALLY},
    {"wait until", VB_CUE_EVENTUALLY},
    {"wait for", VB_CUE_EVENTUALLY},
    /* errors: the failing case, no promise */
    {"error message", VB_CUE_ERROR},
    {"error messages", VB_CUE_ERROR},
    {"errors", VB_CUE_ERROR},
    {"failed requests", VB_CUE_ERROR},
    {"an error", VB_CUE_ERROR},
    {"the error", VB_CUE_ERROR},
    {"following error", VB_CUE_ERROR},
    {"errors like", VB_CUE_ERROR},
    {"errors such as", VB_CUE_ERROR},
    {"this error", VB_CUE_ERROR},
    {"fails with", VB_CUE_ERROR},
    {"will fail", VB_CUE_ERROR},
    {"failure message", VB_CUE_ERROR},
    /* edits of something that exists */
    {"add the following", INTO},
    {"add this", INTO},
    {"add these", INTO},
    {"add to", VB_CUE_EDIT},
    {"add an", VB_CUE_EDIT},
    {"add a", VB_CUE_EDIT},
    {"adding the following", INTO},
    {"adding this", INTO},
    {"append", INTO},
    {"^add", INTO},
    {"represents", VB_CUE_SHOWN},
    {"inject", INTO},
    {"injects", INTO},
    {"injected", INTO},
    {"to your", VB_CUE_EDIT},
    {"^update", VB_CUE_EDIT},
    {"update the", VB_CUE_EDIT},
    {"update your", INTO},
    {"updating", VB_CUE_EDIT},
    {"^modify", INTO},
    {"modify the", INTO},
    {"modify your", INTO},
    {"modify it", VB_CUE_EDIT},
    {"^edit", INTO},
    {"edit the", INTO},
    {"edit your", INTO},
    {"editing the", VB_CUE_EDIT},
    {"^change", VB_CUE_EDIT},
    {"change the", VB_CUE_EDIT},
    {"change your", VB_CUE_EDIT},
    {"^replace", VB_CUE_EDIT},
    {"^insert", INTO},
    {"insert the following", INTO},
    {"^uncomment", INTO},
    {"uncomment the", INTO},
    {"^set", VB_CUE_EDIT},
    {"set the following", VB_CUE_EDIT},
    {"paste the following", INTO},
    {"paste this", VB_CUE_EDIT},
    {"in the section", VB_CUE_EDIT},
    {"section of", VB_CUE_EDIT},
    {"under the", VB_CUE_EDIT},
    {"to your existing", INTO},
    {"to the existing", INTO},
    {"configure the following", VB_CUE_EDIT},
    {"following annotation", VB_CUE_SHOWN},
    {"following annotations", VB_CUE_SHOWN},
    {"following label", VB_CUE_SHOWN},
    {"following field", VB_CUE_SHOWN},
    {"following fields", VB_CUE_SHOWN},
    {"by default", VB_CUE_SHOWN},
    {"is defined as", VB_CUE_SHOWN},
    {"is straightforward", VB_CUE_SHOWN},
    {"equivalent to", VB_CUE_SHOWN},
    {"let's look at", VB_CUE_SHOWN},
    {"now look", VB_CUE_SHOWN},
    {"now looks", VB_CUE_SHOWN},
    {"might look", VB_CUE_SHOWN},
    {"may look", VB_CUE_SHOWN},
    {"could look", VB_CUE_SHOWN},
    {"would look", VB_CUE_SHOWN},
    {"you do not need", VB_CUE_SHOWN},
    {"note the", VB_CUE_SHOWN},
    {"notice the", VB_CUE_SHOWN},
    /* files */
    {"create a file", VB_CUE_FILE},
    {"create a new file", VB_CUE_FILE},
    {"create the file", VB_CUE_FILE},
    {"create a file named", VB_CUE_FILE},
    {"create another file", VB_CUE_FILE},
    {"creating a file", VB_CUE_FILE},
    {"create a yaml file", VB_CUE_FILE},
    {"create a manifest", VB_CUE_FILE},
    {"create a configuration file", VB_CUE_FILE},
    {"create a config file", VB_CUE_FILE},
    {"create a json file", VB_CUE_FILE},
    {"file named", VB_CUE_FILE},
    {"file called", VB_CUE_FILE},
    {"a file with", VB_CUE_FILE},
    {"as a file", VB_CUE_FILE},
    {"into a file", VB_CUE_FILE},
    {"to a file", VB_CUE_FILE},
    {"in a file", VB_CUE_FILE},
    {"in the file", VB_CUE_FILE},
    {"save the following", VB_CUE_FILE},
    {"save this", VB_CUE_FILE},
    {"save it", VB_CUE_FILE},
    {"save as", VB_CUE_FILE},
    {"^save", VB_CUE_FILE},
    {"saved as", VB_CUE_FILE},
    {"store the following", VB_CUE_FILE},
    {"store this", VB_CUE_FILE},
    {"write the following", VB_CUE_FILE},
    {"put the following", VB_CUE_FILE},
    {"put this", VB_CUE_FILE},
    {"copy the following", VB_CUE_FILE},
    {"copy this", VB_CUE_FILE},
    {"copy and paste", VB_CUE_FILE},
    {"with the following content", VB_CUE_FILE | VB_CUE_CONTENT},
    {"with the following contents", VB_CUE_FILE | VB_CUE_CONTENT},
    {"with following content", VB_CUE_FILE | VB_CUE_CONTENT},
    {"with this content", VB_CUE_FILE | VB_CUE_CONTENT},
    {"with the content", VB_CUE_FILE | VB_CUE_CONTENT},
    {"with content", VB_CUE_FILE | VB_CUE_CONTENT},
    {"with contents", VB_CUE_FILE | VB_CUE_CONTENT},
    {"following content", VB_CUE_CONTENT},
    {"following contents", VB_CUE_CONTENT},
    {"contents of", VB_CUE_CONTENT},
    {"content of", VB_CUE_CONTENT},
    {"containing the following", VB_CUE_CONTENT},
    {"containing", VB_CUE_CONTENT},
    /* commands */
    {"run", VB_CUE_RUN},
    {"running", VB_CUE_RUN},
    {"execute", VB_CUE_RUN},
    {"executing", VB_CUE_RUN},
    {"the following command", VB_CUE_RUN},
    {"the following commands", VB_CUE_RUN},
    {"this command", VB_CUE_RUN},
    {"these commands", VB_CUE_RUN},
    {"following script", VB_CUE_RUN},
    {"type", VB_CUE_RUN},
    {"enter", VB_CUE_RUN},
    {"issue", VB_CUE_RUN},
    {"command:", VB_CUE_RUN},
    /* manifests without a name */
    {"apply the following", VB_CUE_APPLY},
    {"apply this", VB_CUE_APPLY},
    {"apply these", VB_CUE_APPLY},
    {"create the following", VB_CUE_APPLY},
    {"deploy the following", VB_CUE_APPLY},
    {"create a", VB_CUE_APPLY},
    {"create an", VB_CUE_APPLY},
    {"create the", VB_CUE_APPLY},
    {"define a", VB_CUE_APPLY},
    {"deploy a", VB_CUE_APPLY},
    {"deploy the", VB_CUE_APPLY},
    {"following manifest", VB_CUE_APPLY},
    {"following manifests", VB_CUE_APPLY},
    {"following yaml", VB_CUE_APPLY},
    {"following resource", VB_CUE_APPLY},
    {"following configuration", VB_CUE_APPLY},
    {"following custom resource", VB_CUE_APPLY},
    {"following deployment", VB_CUE_APPLY},
    {"following secret", VB_CUE_APPLY},
    {"following service", VB_CUE_APPLY},
    {"following pod", VB_CUE_APPLY},
    {"following ingress", VB_CUE_APPLY},
    {"this manifest", VB_CUE_APPLY},
    {"manifest below", VB_CUE_APPLY},
    {"is below", VB_CUE_APPLY},
    {"provided below", VB_CUE_APPLY},
    /* conditions and alternatives */
    {"^if", VB_CUE_IF},
    {"^in case", VB_CUE_IF},
    {"^in cases", VB_CUE_IF},
    {"^when you", VB_CUE_IF},
    {"^unless", VB_CUE_IF},
    {"^should you", VB_CUE_IF},
    {"^for users who", VB_CUE_IF},
    {"^alternatively", VB_CUE_OR},
    {"^or", VB_CUE_OR},
    {"^otherwise", VB_CUE_OR},
    {"^instead", VB_CUE_OR},
    {"^as an alternative", VB_CUE_OR},
    {"alternatively", VB_CUE_OR},
    {"instead of", VB_CUE_OR},
    {"instead:", VB_CUE_OR},
    {"you can also", VB_CUE_OR},
    {"you could also", VB_CUE_OR},
    {"it is also possible", VB_CUE_OR},
    {"another way", VB_CUE_OR},
    {"another option", VB_CUE_OR},
    {"we can also", VB_CUE_OR},
    {"^optionally", VB_CUE_OPTIONAL},
    {"^optional", VB_CUE_OPTIONAL},
    {"(optional)", VB_CUE_OPTIONAL},
    {"[optional]", VB_CUE_OPTIONAL},
    {"optionally", VB_CUE_OPTIONAL},
    {"if you want", VB_CUE_OPTIONAL},
    {"if you would like", VB_CUE_OPTIONAL},
    {"if you wish", VB_CUE_OPTIONAL},
    {"if you'd like", VB_CUE_OPTIONAL},
    {"for example", VB_CUE_EXAMPLE},
    {"for instance", VB_CUE_EXAMPLE},
    {"an example", VB_CUE_EXAMPLE},
    {"as an example", VB_CUE_EXAMPLE},
    {"e.g.", VB_CUE_EXAMPLE},
    /* a condition that an earlier step of the same path leaves true */
    {"not yet", VB_CUE_BEFORE},
    {"has not", VB_CUE_BEFORE},
    {"have not", VB_CUE_BEFORE},
    {"haven't", VB_CUE_BEFORE},
    {"hasn't", VB_CUE_BEFORE},
    {"don't have", VB_CUE_BEFORE},
    {"do not have", VB_CUE_BEFORE},
    {"does not exist", VB_CUE_BEFORE},
    {"doesn't exist", VB_CUE_BEFORE},
    {"not already", VB_CUE_BEFORE},
    {"something goes wrong", VB_CUE_TROUBLE},
    {"different from", VB_CUE_TROUBLE},
    {"is stuck", VB_CUE_TROUBLE},
    {"experiencing issues", VB_CUE_TROUBLE},
    {"experiencing problems", VB_CUE_TROUBLE},
    {"troubleshoot", VB_CUE_TROUBLE},
    {"to debug", VB_CUE_TROUBLE},
};
#undef OUT
#undef SIM
#undef INTO

/* The sentence in lower case, in a fixed buffer: a longer one keeps its end,
 * which is where guides announce what follows. */
enum { SENTENCE_MAX = 600 };
typedef struct vb_low {
    char text[SENTENCE_MAX + 1];
    size_t len;
    bool whole;
} vb_low;

static void
lower(vb_low *low, vb_str s)
{
    s = vb_str_trim(s);
    low->whole = s.len <= SENTENCE_MAX;
    if (!low->whole)
        s = vb_str_from(s, s.len - SENTENCE_MAX);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '\n')
            c = ' ';
        low->text[i] = vb_lower(c);
    }
    low->len = s.len;
    low->text[s.len] = '\0';
}

static bool
word_edge(const vb_low *low, size_t at, char inner)
{
    if (!vb_is_word(inner) || at >= low->len)
        return true;
    return !vb_is_word(low->text[at]);
}

static bool
phrase_in(const vb_low *low, const char *phrase)
{
    bool start = phrase[0] == '^';
    const char *text = phrase + start, *hit = low->text;
    size_t len = strlen(text);

    if (start)
        return low->whole && strncmp(low->text, text, len) == 0 &&
               word_edge(low, len, text[len - 1]);
    while ((hit = strstr(hit, text)) != NULL) {
        size_t at = (size_t)(hit - low->text);

        if ((at == 0 || !vb_is_word(text[0]) ||
             !vb_is_word(low->text[at - 1])) &&
            word_edge(low, at + len, text[len - 1]))
            return true;
        hit++;
    }
    return false;
}

/* The phrases by their first two letters, so that a sentence is read once
 * instead of once for each phrase: 1 + index of the first one, and of each
 * one's successor. Made by the first caller of a thread; always the same. */
enum { SLOTS = 256 };
static _Thread_local struct {
    bool made;
    uint16_t first[SLOTS], next[VB_COUNT(phrases)];
    uint16_t len[VB_COUNT(phrases)];
} by_letter;

static size_t
letter_slot(const char *text)
{
    return ((unsigned char)text[0] * 31u + (unsigned char)text[1]) % SLOTS;
}

static void
make_index(void)
{
    for (size_t i = VB_COUNT(phrases); i-- > 0;) {
        const char *text = phrases[i].text + (phrases[i].text[0] == '^');
        uint16_t *slot = &by_letter.first[letter_slot(text)];

        by_letter.len[i] = (uint16_t)strlen(text);
        by_letter.next[i] = *slot;
        *slot = (uint16_t)(i + 1);
    }
    by_letter.made = true;
}

/* The cues of the phrases that begin at 'at', where a word may begin. */
static uint32_t
cues_at(const vb_low *low, size_t at)
{
    const char *here = low->text + at;
    uint32_t cues = 0;

    for (size_t i = by_letter.first[letter_slot(here)]; i > 0;
         i = by_letter.next[i - 1]) {
        const vb_phrase *p = &phrases[i - 1];
        bool start = p->text[0] == '^';
        size_t len = by_letter.len[i - 1];

        if (len <= low->len - at && (!start || (at == 0 && low->whole)) &&
            memcmp(here, p->text + start, len) == 0 &&
            word_edge(low, at + len, here[len - 1]))
            cues |= p->cues;
    }
    return cues;
}

uint32_t
vb_cues_of(vb_str sentence)
{
    vb_low low;
    uint32_t cues = 0;
    vb_str t = vb_str_trim(sentence);
    bool inside = false; /* a word */

    if (t.len == 0)
        return 0;
    lower(&low, t);
    if (!by_letter.made)
        make_index();
    for (size_t i = 0; low.text[i]; i++) {
        bool word = vb_is_word(low.text[i]);

        if (!word || !inside)
            cues |= cues_at(&low, i);
        inside = word;
    }
    if (low.text[low.len - 1] == ':' || phrase_in(&low, "following") ||
        phrase_in(&low, "below"))
        cues |= VB_CUE_FOLLOWS;
    return cues;
}

const char *
vb_cue_phrase(vb_str sentence, uint32_t cues)
{
    vb_low low;

    lower(&low, sentence);
    for (size_t i = 0; i < VB_COUNT(phrases); i++)
        if ((phrases[i].cues & cues) && phrase_in(&low, phrases[i].text))
            return phrases[i].text + (phrases[i].text[0] == '^');
    return NULL;
}

static bool
abbreviation(vb_str s, size_t dot)
{
    static const char *const known[] = {"e.g", "i.e", "etc", "vs",
                                        "cf",  "eg",  "ie",  "approx"};

    for (size_t i = 0; i < VB_COUNT(known); i++) {
        size_t len = strlen(known[i]);

        if (dot >= len && vb_str_ieqc(vb_str_sub(s, dot - len, len), known[i]))
            return true;
    }
    return false;
}

static bool
may_end(char c)
{
    return c == '.' || c == '!' || c == '?';
}

static bool
sentence_end(vb_str s, size_t i)
{
    char c = s.ptr[i];

    if (!may_end(c))
        return false;
    if (i + 1 < s.len && !vb_is_space(s.ptr[i + 1]))
        return false;
    return !(c == '.' && abbreviation(s, i));
}

/* Is 'at' inside a code span? *k walks the spans backwards. */
static bool
in_code(const vb_inline *spans, size_t *k, size_t at)
{
    while (*k > 0 && spans[*k - 1].start > at)
        (*k)--;
    for (size_t n = *k; n > 0 && *k - n < 4; n--) {
        const vb_inline *s = &spans[n - 1];

        if (s->kind == VB_SPAN_CODE && at >= s->start &&
            at < (size_t)s->start + s->len)
            return true;
    }
    return false;
}

vb_str
vb_last_sentence(vb_str paragraph, const vb_inline *spans, size_t nspans,
                 uint32_t *at)
{
    vb_str s = vb_str_rtrim(paragraph);
    size_t i = s.len, from, k = nspans;

    /* not the full stop that ends the last sentence itself */
    while (i > 0 && (s.ptr[i - 1] == '.' || s.ptr[i - 1] == '!' ||
                     s.ptr[i - 1] == '?' || s.ptr[i - 1] == ')'))
        i--;
    while (i > 0 && (!may_end(s.ptr[i - 1]) || !sentence_end(s, i - 1) ||
                     in_code(spans, &k, i - 1)))
        i--;
    from = i;
    while (from < s.len && vb_is_space(s.ptr[from]))
        from++;
    if (at)
        *at = (uint32_t)from;
    return vb_str_from(s, from);
}

vb_str
vb_first_sentence(vb_str paragraph)
{
    vb_str s = vb_str_trim(paragraph);

    for (size_t i = 0; i < s.len; i++)
        if (may_end(s.ptr[i]) && sentence_end(s, i))
            return vb_str_sub(s, 0, i + 1);
    return s;
}

static bool
any_phrase(vb_str title, const char *const *list, size_t n)
{
    bool pairs[SLOTS] = {false}; /* two letters that stand in the title */
    vb_low low;

    lower(&low, title);
    for (size_t i = 0; i < low.len; i++)
        pairs[letter_slot(low.text + i)] = true;
    for (size_t i = 0; i < n; i++)
        if (pairs[letter_slot(list[i] + (list[i][0] == '^'))] &&
            phrase_in(&low, list[i]))
            return true;
    return false;
}

bool
vb_title_teardown(vb_str title)
{
    static const char *const words[] = {
        "clean up",         "cleanup",          "cleaning up",
        "cleaning",         "tear down",        "teardown",
        "tearing down",     "uninstall",        "uninstalling",
        "uninstallation",   "^delete",          "^deleting",
        "^destroy",         "^destroying",      "^remove",
        "^removing",        "deletion",         "removal",
        "decommission",     "undeploy",         "^clean",
        "tidy up",          "tidying up",       "^closing",
        "take down",        "taking down",      "wind down",
        "put away",         "dispose",          "delete the cluster",
        "delete resources", "delete cluster",   "delete everything",
        "^shut down",       "^stop and delete", "force delete"};
    static const char *const not_these[] = {
        "protection", "policy",   "taint",   "label",    "finalizer",
        "retention",  "prevent",  "avoid",   "undelete", "recover",
        "restore",    "thoughts", "remarks", "notes",    "words",
        "existing",   "default",  "old",     "manually", "nodes",
        "pod",        "pods"};

    return any_phrase(title, words, VB_COUNT(words)) &&
           !any_phrase(title, not_these, VB_COUNT(not_these));
}

bool
vb_title_trouble(vb_str title)
{
    static const char *const words[] = {"troubleshooting",
                                        "troubleshoot",
                                        "known issues",
                                        "faq",
                                        "common errors",
                                        "common issues",
                                        "debugging",
                                        "common problems",
                                        "stuck"};

    return any_phrase(title, words, VB_COUNT(words));
}

bool
vb_title_optional(vb_str title)
{
    static const char *const words[] = {
        "optional",    "(optional)",   "[optional]",   "alternatively",
        "alternative", "alternatives", "^if",          "^in case",
        "advanced",    "^what's next", "^what’s next", "^next steps"};

    return any_phrase(title, words, VB_COUNT(words));
}

bool
vb_title_output(vb_str title)
{
    static const char *const words[] = {"output",          "example output",
                                        "expected output", "sample output",
                                        "expected result", "result"};
    vb_str t = vb_str_trim(title);

    return t.len < 40 && any_phrase(t, words, VB_COUNT(words));
}
