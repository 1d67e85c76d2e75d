/* Code in prose beside the commands below the same heading, and links beside
 * their texts. */
#include "check/agreement.h"
#include "check/form.h"

#include "base/banned.h"

enum { KEY_MAX = 40, FLAGS_MAX = 256 };

/* The values that the commands below a heading give to an option. */
typedef struct option {
    uint32_t at[FLAGS_MAX];
    size_t n;
} option;

typedef struct prose {
    vb_agreement *a;
    vb_map options; /* "source heading words" -> option */
    vb_map met;     /* code in prose that some step has */
} prose;

static vb_str
key_at(const prose *p, const vb_block *block, vb_str words)
{
    return vb_str_fmt(p->a->arena, "%u %u %.*s", block->source, block->heading,
                      VB_ARG(words));
}

static void
collect(prose *p)
{
    const vb_plan *plan = p->a->plan;

    for (uint32_t i = 0; i < p->a->calls->flags.len; i++) {
        const vb_call_flag *flag = &p->a->calls->flags.at[i];
        const vb_step *step = &plan->steps.at[flag->step];
        const vb_block *block =
            &plan->doc->blocks.at[plan->readings.at[step->reading].block];
        vb_map_entry *entry;
        option *o;
        bool added;

        if (!flag->has_value)
            continue;
        entry = vb_map_add(
            &p->options,
            key_at(p, block, vb_agreement_words(p->a->arena, flag->name)),
            &added);
        if (added)
            entry->ptr = VB_NEW(p->a->arena, option);
        o = entry->ptr;
        if (o->n < FLAGS_MAX)
            o->at[o->n++] = i;
    }
}

/* The last words of 'text', at most 'max', in small letters, without the
 * small words that stand between a name and its value. */
static vb_str
words_before(vb_arena *arena, vb_str text, size_t max)
{
    static const char *const small[] = {"is", "named", "called", "to",
                                        "as", "of",    "the",    "a",
                                        "an", "=",     "be",     "must"};
    vb_str words[8] = {{0}}, word, rest = text, out = {0};
    size_t n = 0;

    while (vb_str_word(&rest, &word)) {
        while (vb_str_ends(word, ":") || vb_str_ends(word, ","))
            word.len--;
        if (word.len == 0 || VB_STR_IAMONG(word, small))
            continue;
        words[n++ % 8] = word;
    }
    if (max > n)
        return (vb_str){0};
    for (size_t i = n - max; i < n; i++)
        out = vb_str_fmt(arena, "%.*s%s%.*s", VB_ARG(out), out.len ? " " : "",
                         VB_ARG(words[i % 8]));
    return vb_agreement_words(arena, out);
}

static bool
steps_have(const prose *p, vb_str value)
{
    const vb_map_entry *entry = vb_map_find(&p->met, value);

    return entry && entry->num;
}

/* Sentences that speak of another value on purpose. */
static bool
speaks_of_others(vb_str text)
{
    static const char *const words[] = {
        "instead",      "default",  "example", "such as", "e.g.",   " not ",
        " or ",         "previous", "if ",     "unless",  "other",  "rather",
        "any ",         "replace",  "change",  "may ",    "could ", "can ",
        "for instance", "until",    "another", "between", "either"};

    for (size_t i = 0; i < VB_COUNT(words); i++)
        if (vb_str_ihas(text, words[i]))
            return true;
    return false;
}

/* Options whose names are words of every sentence: only values of the same
 * form are compared, and only such that no step has. */
static bool
is_everyday(vb_str words)
{
    return vb_str_chr(words, ' ') == VB_NPOS;
}

static bool
compares(vb_str words, vb_str said, vb_str given)
{
    static const char *const named[] = {"region", "zone", "namespace",
                                        "location"};
    vb_form form = vb_form_of_value(given);

    if (!is_everyday(words))
        return true;
    return VB_STR_AMONG(words, named) && vb_form_of_value(said) == form;
}

static bool
contradicts(prose *p, const vb_block *block, const vb_inline *span,
            vb_str words)
{
    const vb_map_entry *entry =
        words.len ? vb_map_find(&p->options, key_at(p, block, words)) : NULL;
    vb_str said = vb_str_sub(block->text, span->start, span->len);
    const option *o = entry ? entry->ptr : NULL;
    const vb_call_flag *other = NULL;
    bool known;

    if (!o || steps_have(p, said))
        return false;
    said = vb_calls_expand(p->a->calls, said, &known);
    for (size_t i = 0; i < o->n; i++) {
        const vb_call_flag *flag = &p->a->calls->flags.at[o->at[i]];

        if (!flag->known || !known || flag->value.len == 0 ||
            vb_agreement_same(said, flag->value) ||
            !compares(words, said, flag->value))
            return false;
        other = flag;
    }
    if (!other)
        return false;
    {
        vb_loc loc = span->loc.line ? span->loc : block->loc;
        vb_finding *f =
            vb_find(p->a->checker, "A010", p->a->plan, loc,
                    "the %.*s is '%.*s' in the text and '%.*s' in "
                    "the command",
                    VB_ARG(words), VB_ARG(said), VB_ARG(other->value));

        f->width = span->len;
        vb_agreement_other(f, other->loc, "the command says");
    }
    return true;
}

/* The sentence around 'at'. */
static vb_str
sentence_at(vb_str text, size_t at)
{
    size_t from = at, to = at;

    while (from > 0 && !(text.ptr[from - 1] == ' ' && from > 1 &&
                         text.ptr[from - 2] == '.'))
        from--;
    while (to < text.len && !(text.ptr[to] == '.' &&
                              (to + 1 == text.len || text.ptr[to + 1] == ' ' ||
                               text.ptr[to + 1] == '\n')))
        to++;
    return vb_str_sub(text, from, to - from);
}

static void
check_paragraph(prose *p, const vb_block *block)
{
    enum { WORDS = 3, BEFORE = 120, PARAGRAPH_MAX = 4000 };

    if (block->text.len > PARAGRAPH_MAX)
        return;
    for (size_t i = 0; i < block->spans.len; i++) {
        const vb_inline *span = &block->spans.at[i];
        size_t from = span->start > BEFORE ? span->start - BEFORE : 0;
        vb_str before = vb_str_sub(block->text, from, span->start - from);
        vb_str sentence;

        /* "Tier: `small`" is a row of a table */
        if (span->kind != VB_SPAN_CODE ||
            vb_str_ends(vb_str_rtrim(before), ":") ||
            !vb_agreement_plain(
                vb_str_sub(block->text, span->start, span->len)))
            continue;
        sentence = sentence_at(block->text, span->start);
        if (speaks_of_others(sentence))
            continue;
        for (size_t n = WORDS; n > 0; n--)
            if (contradicts(p, block, span,
                            words_before(p->a->arena, before, n)))
                break;
    }
}

/* Which code of the prose stands in some step? */
static void
meet(prose *p)
{
    const vb_plan *plan = p->a->plan;

    for (size_t i = 0; i < plan->doc->blocks.len; i++) {
        const vb_block *b = &plan->doc->blocks.at[i];

        for (size_t k = 0; b->kind == VB_BLOCK_PROSE && k < b->spans.len; k++)
            if (b->spans.at[k].kind == VB_SPAN_CODE)
                vb_map_add(&p->met,
                           vb_str_sub(b->text, b->spans.at[k].start,
                                      b->spans.at[k].len),
                           NULL);
    }
    for (size_t i = 0; p->met.entries.len && i < plan->steps.len; i++) {
        vb_str body = plan->steps.at[i].body;
        size_t at = 0;

        while (at < body.len) {
            size_t n = 0;
            vb_map_entry *entry;

            while (at + n < body.len &&
                   (vb_is_word(body.ptr[at + n]) || body.ptr[at + n] == '-' ||
                    body.ptr[at + n] == '.'))
                n++;
            entry = n ? vb_map_find(&p->met, vb_str_sub(body, at, n)) : NULL;
            if (entry)
                entry->num = 1;
            at += n + 1;
        }
    }
}

/* Is the block on this path? Its scope is one of the path's, or of all. */
static bool
on_path(const vb_plan *plan, const vb_block *block)
{
    for (uint32_t s = block->scope; s != 0;
         s = plan->doc->scopes.at[s].parent) {
        const vb_cond *cond = &plan->doc->scopes.at[s].cond;
        const vb_axis *axis = &plan->doc->axes.at[cond->axis];

        for (size_t i = 0; i < plan->choices.len; i++)
            if (vb_str_eq(plan->choices.at[i].axis, axis->id) &&
                !vb_str_eq(plan->choices.at[i].label,
                           axis->options.at[cond->option].label))
                return false;
    }
    return true;
}

void
vb_check_prose(vb_agreement *a)
{
    prose p = {.a = a};

    vb_map_init(&p.options, a->arena);
    vb_map_init(&p.met, a->arena);
    collect(&p);
    if (p.options.entries.len == 0)
        return;
    meet(&p);
    for (size_t i = 0; i < a->plan->doc->blocks.len; i++) {
        const vb_block *block = &a->plan->doc->blocks.at[i];

        if (block->kind == VB_BLOCK_PROSE && on_path(a->plan, block))
            check_paragraph(&p, block);
    }
}

/* The next "1.2" or "v1.2.3" of a text. */
static bool
next_version(vb_str *rest, vb_str *version)
{
    while (rest->len) {
        size_t n = 0, dots = 0;

        while (rest->len && !vb_is_digit(rest->ptr[0]))
            *rest = vb_str_from(*rest, 1);
        while (n < rest->len &&
               (vb_is_digit(rest->ptr[n]) || rest->ptr[n] == '.'))
            dots += rest->ptr[n++] == '.';
        *version = vb_str_sub(*rest, 0, n);
        *rest = vb_str_from(*rest, n);
        while (vb_str_ends(*version, ".")) {
            version->len--;
            dots--;
        }
        if (dots > 0)
            return true;
    }
    return false;
}

/* The text names one version and the address others only. */
static bool
version_differs(vb_str text, vb_str url, vb_str *says, vb_str *leads)
{
    vb_str more, rest = text, in_url = url;
    bool any = false;

    if (!next_version(&rest, says) || next_version(&rest, &more))
        return false;
    while (next_version(&in_url, leads)) {
        if (vb_agreement_same(*says, *leads))
            return false;
        any = true;
    }
    in_url = url;
    return any && next_version(&in_url, leads);
}

static vb_str
host_of(vb_str url)
{
    size_t scheme = vb_str_find(url, VB_STR("://"));
    size_t n = 0;

    if (scheme != VB_NPOS)
        url = vb_str_from(url, scheme + 3);
    while (n < url.len &&
           (vb_is_alnum(url.ptr[n]) || url.ptr[n] == '-' || url.ptr[n] == '.'))
        n++;
    url.len = n;
    return vb_str_istarts(url, "www.") ? vb_str_from(url, 4) : url;
}

/* The text is an address of another site than the one it leads to. */
static bool
host_differs(vb_str text, vb_str url, vb_str *says, vb_str *leads)
{
    static const char *const ends[] = {".com", ".org", ".net",
                                       ".io",  ".dev", ".cloud"};
    bool site = false;

    if (!vb_agreement_plain(text) || !vb_str_has(url, "://"))
        return false;
    *says = host_of(text);
    *leads = host_of(url);
    for (size_t i = 0; i < VB_COUNT(ends); i++)
        site |= vb_str_ends(*says, ends[i]);
    /* a name with a dot and a path, or a whole address */
    return site && vb_str_has(text, "/") && !vb_str_ieq(*says, *leads) &&
           vb_str_ifind(*leads, *says) == VB_NPOS &&
           vb_str_ifind(*says, *leads) == VB_NPOS;
}

void
vb_check_link_texts(vb_checker *checker)
{
    enum { TEXT_MAX = 80 };
    const vb_doc *doc = checker->doc->doc;

    for (size_t i = 0; i < doc->blocks.len; i++) {
        const vb_block *b = &doc->blocks.at[i];

        for (size_t k = 0; k < b->spans.len; k++) {
            const vb_inline *span = &b->spans.at[k];
            vb_str text = vb_str_sub(b->text, span->start, span->len);
            vb_str says = {0}, leads = {0};
            vb_finding *f;

            if (span->kind != VB_SPAN_LINK || text.len > TEXT_MAX ||
                (!version_differs(text, span->url, &says, &leads) &&
                 !host_differs(text, span->url, &says, &leads)))
                continue;
            f = vb_find(checker, "A011", NULL,
                        span->loc.line ? span->loc : b->loc,
                        "the link's text says '%.*s', and it leads to '%.*s'",
                        VB_ARG(says), VB_ARG(leads));
            f->width = span->len;
        }
    }
}
