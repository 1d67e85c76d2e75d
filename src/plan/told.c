/*
 * "Replace `my-zone` with your zone": literals that the guide's prose tells
 * the reader to put something else for. They are inputs like placeholders that
 * look like some.
 */
#include "plan/told.h"

#include "plan/placeholder.h"

#include "base/banned.h"

/* Beyond these a page is no guide. */
enum { TEXT_MAX = 80, OBJECTS_MAX = 8, REACH = 100, PARAGRAPH_MAX = 4000 };

/* One paragraph being read. */
typedef struct vb_sentence {
    vb_planner *p;
    const vb_block *b;
    uint32_t block;
    vb_str text;
    size_t at;
    size_t span; /* cursor over the block's spans */
    vb_str objects[OBJECTS_MAX];
    size_t nobjects;
} vb_sentence;

static bool
word_at(vb_str text, size_t at, const char *word)
{
    size_t len = vb_str_c(word).len;

    return vb_str_istarts(vb_str_from(text, at), word) &&
           (at == 0 || !vb_is_word(text.ptr[at - 1])) &&
           (at + len >= text.len || !vb_is_word(text.ptr[at + len]));
}

/* Length of the verb at 'at', 0 for none. */
static size_t
verb_at(vb_str text, size_t at)
{
    static const char *const verbs[] = {"replace", "replacing", "replaces",
                                        "substitute", "substituting"};

    if (vb_lower(text.ptr[at]) != 'r' && vb_lower(text.ptr[at]) != 's')
        return 0;
    for (size_t i = 0; i < VB_COUNT(verbs); i++)
        if (word_at(text, at, verbs[i]))
            return vb_str_c(verbs[i]).len;
    return 0;
}

static void
skip_blanks(vb_sentence *s)
{
    while (s->at < s->text.len && vb_is_space(s->text.ptr[s->at]))
        s->at++;
}

/* "the value of", "all occurrences of" */
static void
skip_articles(vb_sentence *s)
{
    static const char *const words[] = {
        "the",   "value",      "values",       "of",     "placeholder",
        "all",   "occurrence", "occurrences",  "each",   "every",
        "both",  "instances",  "placeholders", "string", "strings",
        "words", "text",       "word",         "any"};
    bool more = true;

    while (more) {
        more = false;
        skip_blanks(s);
        for (size_t i = 0; i < VB_COUNT(words) && !more; i++)
            if (word_at(s->text, s->at, words[i])) {
                s->at += vb_str_c(words[i]).len;
                more = true;
            }
    }
}

/* The code span that begins at the cursor, or NULL. */
static const vb_inline *
code_here(vb_sentence *s)
{
    while (s->span < s->b->spans.len &&
           (s->b->spans.at[s->span].start < s->at ||
            (s->b->spans.at[s->span].start == s->at &&
             s->b->spans.at[s->span].kind != VB_SPAN_CODE)))
        s->span++;
    if (s->span < s->b->spans.len && s->b->spans.at[s->span].start == s->at)
        return &s->b->spans.at[s->span];
    return NULL;
}

/* PROJECT_ID, written without marks. */
static size_t
capitals(vb_str rest)
{
    size_t n = 0;

    while (n < rest.len && (vb_is_upper(rest.ptr[n]) ||
                            vb_is_digit(rest.ptr[n]) || rest.ptr[n] == '_'))
        n++;
    return n > 2 && vb_is_upper(rest.ptr[0]) &&
                   (n == rest.len || !vb_is_alnum(rest.ptr[n]))
               ? n
               : 0;
}

/* What is to be replaced, at the cursor; empty when nothing is named. */
static vb_str
object(vb_sentence *s)
{
    const vb_inline *code = code_here(s);
    vb_str rest = vb_str_from(s->text, s->at), out;
    size_t n;

    if (code) {
        s->at += code->len;
        return vb_str_trim(vb_str_sub(s->text, code->start, code->len));
    }
    if (rest.len && rest.ptr[0] == '"') {
        n = vb_str_chr(vb_str_from(rest, 1), '"');
        if (n == VB_NPOS || n > TEXT_MAX)
            return (vb_str){0};
        s->at += n + 2;
        return vb_str_sub(rest, 1, n);
    }
    n = capitals(rest);
    out = vb_str_sub(rest, 0, n);
    s->at += n;
    return out;
}

/* Variables are the shell's, and what looks like a placeholder is one. */
static bool
literal(vb_str text)
{
    bool solid = false;

    if (text.len < 2 || text.len > TEXT_MAX || text.ptr[0] == '$' ||
        text.ptr[0] == '<' || text.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            return false;
        solid = solid || vb_is_alnum(text.ptr[i]);
    }
    return solid;
}

/* Objects joined by commas and "and". */
static void
objects(vb_sentence *s)
{
    static const char *const joins[] = {", and ", ", or ", " and ",
                                        " or ",   ", ",    "/"};
    bool more = true;

    s->nobjects = 0;
    while (more && s->nobjects < OBJECTS_MAX) {
        vb_str one;

        skip_articles(s);
        one = object(s);
        if (!literal(one))
            return;
        s->objects[s->nobjects++] = one;
        more = false;
        for (size_t i = 0; i < VB_COUNT(joins) && !more; i++)
            if (vb_str_starts(vb_str_from(s->text, s->at), joins[i])) {
                s->at += vb_str_c(joins[i]).len;
                more = true;
            }
    }
}

/* "with your zone", but not "with `europe-west1`": that is the guide's own
 * text to type. */
static bool
with_own(vb_sentence *s)
{
    for (size_t end = s->at + REACH; s->at < end && s->at < s->text.len;
         s->at++) {
        bool with = word_at(s->text, s->at, "with");

        if (with || word_at(s->text, s->at, "by")) {
            s->at += with ? 4 : 2;
            skip_blanks(s);
            return s->at < s->text.len && !code_here(s) &&
                   s->text.ptr[s->at] != '"';
        }
        if (s->text.ptr[s->at] == '.' && s->at + 1 < s->text.len &&
            vb_is_space(s->text.ptr[s->at + 1]))
            return false;
    }
    return false;
}

/* A plain word may mean many things elsewhere; "my-zone" means this. */
static bool
distinct(vb_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!vb_is_lower(text.ptr[i]))
            return true;
    return false;
}

static void
add(vb_sentence *s, vb_str text)
{
    vb_told told = {.text = text,
                    .name = vb_hole_name(s->p->arena, text),
                    .sentence = s->text,
                    .heading = s->b->heading,
                    .wide = distinct(text)};

    if (s->p->told.len >= VB_TOLD_MAX)
        return;
    for (size_t i = 0; i < s->p->told.len; i++) {
        const vb_told *other = &s->p->told.at[i];

        if (vb_str_eq(other->text, text) &&
            (other->wide || other->heading == told.heading))
            return;
    }
    for (size_t i = 0; i < s->p->plan->samples.len; i++)
        if (vb_str_eq(s->p->plan->samples.at[i].value, text)) {
            told.name = s->p->plan->samples.at[i].name;
            break;
        }
    vb_vec_push(s->p->arena, &s->p->told, told);
}

/* A paragraph of running text; true when it announces a list of literals. */
static bool
paragraph(vb_sentence *s)
{
    bool announces = false;

    while (s->at < s->text.len) {
        size_t verb = verb_at(s->text, s->at);

        if (verb == 0) {
            s->at++;
            continue;
        }
        announces = vb_str_ends(vb_str_rtrim(s->text), ":");
        s->at += verb;
        objects(s);
        if (s->nobjects == 0 || !with_own(s))
            continue;
        for (size_t i = 0; i < s->nobjects; i++)
            add(s, s->objects[i]);
    }
    return announces;
}

/* "`ZONE`: the zone of your cluster" in the list behind such a paragraph. */
static void
list_item(vb_sentence *s)
{
    vb_str one, rest;

    skip_articles(s);
    one = object(s);
    rest = vb_str_ltrim(vb_str_from(s->text, s->at));
    if (literal(one) &&
        (vb_str_starts(rest, ":") || vb_str_istarts(rest, "with ") ||
         vb_str_starts(rest, "- ") || vb_str_starts(rest, "–") ||
         vb_str_starts(rest, "—") || vb_str_istarts(rest, "is ")))
        add(s, one);
}

void
vb_told_find(vb_planner *p)
{
    bool list = false;

    for (uint32_t i = 0; i < p->doc->blocks.len; i++) {
        const vb_block *b = &p->doc->blocks.at[i];
        vb_sentence s = {.p = p, .b = b, .block = i};

        s.text = vb_str_sub(b->text, 0, PARAGRAPH_MAX);
        if (b->kind != VB_BLOCK_PROSE ||
            !vb_scope_visible(p->doc, b->scope, p->chosen)) {
            list =
                list && b->kind != VB_BLOCK_HEADING && b->kind != VB_BLOCK_CODE;
            continue;
        }
        if (list && b->item != VB_NONE && b->item_start)
            list_item(&s);
        else if (!list || b->item == VB_NONE)
            list = paragraph(&s);
    }
}

/* Is the literal here a word of its own, and no variable's name? */
static bool
stands_alone(vb_str body, size_t at, size_t len, bool shell)
{
    char before = 0, after = 0;

    if (at > 0)
        before = body.ptr[at - 1];
    if (at + len < body.len)
        after = body.ptr[at + len];
    if (vb_is_word(before) || before == '-' || before == '$' ||
        vb_is_word(after) || after == '-')
        return false;
    if (before == '{' && at > 1 && body.ptr[at - 2] == '$')
        return false;
    if (after == '.' && at + len + 1 < body.len &&
        vb_is_alnum(body.ptr[at + len + 1]) && vb_str_chr(body, '.') != VB_NPOS)
        return before != 0 && !vb_is_word(before) &&
               vb_str_chr(vb_str_sub(body, at, len), '.') == VB_NPOS;
    return !(shell && after == '=' &&
             (before == 0 || vb_is_space(before) || before == ';'));
}

static bool
applies(const vb_planner *p, uint32_t step, const vb_told *told)
{
    return told->wide ||
           vb_reading_block(p, p->plan->steps.at[step].reading)->heading ==
               told->heading;
}

void
vb_told_start(const vb_planner *p, uint32_t step, vb_told_cursor *c)
{
    *c = (vb_told_cursor){.p = p, .step = step};
    for (size_t i = 0; i < p->told.len; i++)
        c->next[i] = applies(p, step, &p->told.at[i]) ? 0 : VB_NPOS;
    for (size_t i = 0; i < p->told.len; i++)
        c->stale[i] = c->next[i] != VB_NPOS;
}

/* Where the literal 'i' stands next, at or behind 'from'. */
static void
refresh(vb_told_cursor *c, size_t i, size_t from)
{
    const vb_step *step = &c->p->plan->steps.at[c->step];
    vb_str text = c->p->told.at[i].text;

    c->stale[i] = false;
    for (;;) {
        size_t hit = vb_str_find(vb_str_from(step->body, from), text);

        c->next[i] = hit == VB_NPOS ? VB_NPOS : from + hit;
        if (hit == VB_NPOS || stands_alone(step->body, from + hit, text.len,
                                           step->kind == VB_KIND_COMMAND))
            return;
        from += hit + 1;
    }
}

const vb_told *
vb_told_next(vb_told_cursor *c, size_t from, size_t *at)
{
    const vb_told *best = NULL;

    *at = VB_NPOS;
    for (size_t i = 0; i < c->p->told.len; i++) {
        if (c->stale[i] || (c->next[i] != VB_NPOS && c->next[i] < from))
            refresh(c, i, from);
        if (c->next[i] < *at) {
            *at = c->next[i];
            best = &c->p->told.at[i];
        }
    }
    return best;
}
