/*
 * Expected outputs beside what their command asked for: the names it gives,
 * the place it names, the versions of what it installs.
 */
#include "check/agreement.h"
#include "check/form.h"
#include "check/names.h"

#include "base/banned.h"

enum { VERSIONS_MAX = 16, OUTPUT_LINES_MAX = 2000 };

/* "kindest/node:" "v1.28.0" */
typedef struct version {
    vb_str stem, value;
} version;

/* What the commands of one step ask for. */
typedef struct asked {
    vb_agreement *a;
    const vb_step *step;
    uint32_t first, end; /* calls of the step */
    vb_str place;        /* the one region or zone; empty: none or several */
    vb_form place_form;
    version versions[VERSIONS_MAX];
    size_t nversions;
} asked;

static vb_loc
place_of_line(const asked *q, const vb_expectation *e, uint32_t n, size_t col)
{
    vb_loc loc = e->loc;

    (void)q;
    loc.line += n;
    loc.col = (uint32_t)col + 1;
    return loc;
}

static void
report(const asked *q, vb_loc loc, vb_str shows, vb_str asks)
{
    vb_finding *f = vb_find(q->a->checker, "A007", q->a->plan, loc,
                            "the output shows '%.*s', and the command asks "
                            "for '%.*s'",
                            VB_ARG(shows), VB_ARG(asks));

    f->width = (uint32_t)shows.len;
    vb_agreement_other(f, q->step->loc, "the command");
}

static bool
is_place(vb_form form)
{
    return form == VB_FORM_REGION || form == VB_FORM_ZONE;
}

/* Regions and zones agree when one is within the other. */
static bool
within(vb_str a, vb_str b)
{
    return (a.len >= b.len && vb_str_eq(vb_str_sub(a, 0, b.len), b)) ||
           (b.len >= a.len && vb_str_eq(vb_str_sub(b, 0, a.len), a));
}

static void
ask_place(asked *q, const vb_call *call)
{
    static const char *const options[] = {"--region", "--zone", "--location"};

    for (size_t i = 0; i < VB_COUNT(options); i++) {
        vb_str value = vb_call_option(call, options[i], NULL);
        vb_form form = vb_form_of_value(value);

        if (!is_place(form))
            continue;
        if (q->place.len && !within(q->place, value))
            q->place_form = VB_FORM_ANY; /* several: any of them may show */
        else if (q->place.len == 0)
            q->place_form = form;
        q->place = value;
    }
}

static bool
starts_version(vb_str s)
{
    if (vb_str_starts(s, "v"))
        s = vb_str_from(s, 1);
    return s.len > 2 && vb_is_digit(s.ptr[0]) && vb_str_chr(s, '.') != VB_NPOS;
}

static void
add_version(asked *q, vb_str stem, vb_str value)
{
    if (q->nversions < VERSIONS_MAX && stem.len > 2 && starts_version(value))
        q->versions[q->nversions++] = (version){stem, value};
}

/* image:tag, name==version, name@version, repo/chart --version */
static void
ask_versions(asked *q, const vb_call *call)
{
    vb_str plain[6] = {{0}};
    size_t n = vb_call_plain(call, plain, VB_COUNT(plain));

    for (size_t i = 1; i < call->words.len; i++) {
        vb_str word = call->words.at[i];
        size_t colon = vb_str_rchr(word, ':'), pin;

        if (vb_str_starts(word, "--") && vb_str_chr(word, '=') != VB_NPOS) {
            word = vb_str_from(word, vb_str_chr(word, '=') + 1);
            colon = vb_str_rchr(word, ':');
        }
        pin = vb_str_find(word, VB_STR("=="));
        if (pin != VB_NPOS)
            add_version(q,
                        vb_str_fmt(q->a->arena, "%.*s-",
                                   VB_ARG(vb_str_sub(word, 0, pin))),
                        vb_str_from(word, pin + 2));
        else if (colon != VB_NPOS && !vb_str_has(word, "://"))
            add_version(q, vb_str_sub(word, 0, colon + 1),
                        vb_str_from(word, colon + 1));
    }
    if (vb_str_eqc(call->program, "helm") && n >= 4 && n <= VB_COUNT(plain)) {
        size_t slash = vb_str_rchr(plain[3], '/');
        vb_str chart =
            slash == VB_NPOS ? plain[3] : vb_str_from(plain[3], slash + 1);

        add_version(q, vb_str_fmt(q->a->arena, "%.*s-", VB_ARG(chart)),
                    vb_call_option(call, "--version", NULL));
    }
}

static bool
in_value(char c)
{
    return vb_is_word(c) || c == '-' || c == '.' || c == '+';
}

static void
check_versions(const asked *q, const vb_expectation *e, vb_str line, uint32_t n)
{
    for (size_t i = 0; i < q->nversions; i++) {
        const version *v = &q->versions[i];
        size_t at = vb_str_find(line, v->stem), len = 0;
        vb_str shown;

        if (at == VB_NPOS || (at > 0 && in_value(line.ptr[at - 1])))
            continue;
        shown = vb_str_from(line, at + v->stem.len);
        while (len < shown.len && in_value(shown.ptr[len]))
            len++;
        shown.len = len;
        while (vb_str_ends(shown, "."))
            shown.len--;
        if (starts_version(shown) && !vb_agreement_same(shown, v->value))
            report(q, place_of_line(q, e, n, at), shown, v->value);
    }
}

static void
check_places(const asked *q, const vb_expectation *e, vb_str line, uint32_t n)
{
    size_t i = 0;

    if (!is_place(q->place_form))
        return;
    while (i < line.len) {
        size_t len = 0;
        vb_str word;

        while (i + len < line.len &&
               (vb_is_alnum(line.ptr[i + len]) || line.ptr[i + len] == '-'))
            len++;
        word = vb_str_sub(line, i, len);
        if (len && is_place(vb_form_of_value(word)) && !within(word, q->place))
            report(q, place_of_line(q, e, n, i), word, q->place);
        i += len + 1;
    }
}

/* 'name' as a name of its own, not as a part of one. */
static bool
has_name(vb_str text, vb_str name)
{
    size_t at;

    while (name.len && (at = vb_str_find(text, name)) != VB_NPOS) {
        vb_str end = vb_str_from(text, at + name.len);
        bool starts = at == 0 || (!vb_is_word(text.ptr[at - 1]) &&
                                  text.ptr[at - 1] != '-');

        if (starts &&
            (end.len == 0 || (!vb_is_word(end.ptr[0]) && end.ptr[0] != '-')))
            return true;
        text = vb_str_from(text, at + 1);
    }
    return false;
}

/* Everything that the commands of the step say, and the files they read. */
static bool
step_says(const asked *q, vb_str name)
{
    const vb_manifests *ms = &q->a->manifests;

    if (has_name(q->step->body, name))
        return true;
    for (uint32_t c = q->first; c < q->end; c++) {
        const vb_call *call = &q->a->calls->list.at[c];

        for (size_t i = 1; i < call->words.len; i++)
            if (has_name(call->words.at[i], name))
                return true;
    }
    for (size_t i = 0; i < q->step->reads.len; i++) {
        const vb_map_entry *entry =
            vb_map_find(&ms->by_file, q->step->reads.at[i]);

        for (size_t k = entry ? entry->num : ms->list.len;
             k < ms->list.len &&
             vb_str_eq(ms->list.at[k].file, q->step->reads.at[i]);
             k++)
            if (has_name(q->a->plan->steps.at[ms->list.at[k].step].body,
                         name) ||
                vb_str_eq(ms->list.at[k].name, name))
                return true;
    }
    return false;
}

/* The name that the step's commands or files give to a thing of 'kind'. */
static vb_str
name_asked(const asked *q, vb_str kind)
{
    const vb_manifests *ms = &q->a->manifests;
    vb_arena *arena = q->a->arena;

    for (uint32_t c = q->first; c < q->end; c++) {
        const vb_call *call = &q->a->calls->list.at[c];
        vb_str plain[6] = {{0}};
        size_t n = vb_call_plain(call, plain, VB_COUNT(plain));

        for (size_t i = 2; i + 1 < n && i + 1 < VB_COUNT(plain); i++)
            if (vb_str_eqc(call->program, "kubectl") &&
                vb_str_eq(vb_names_kind(arena, plain[i]), kind))
                return plain[i + 1];
    }
    for (size_t i = 0; i < q->step->reads.len; i++) {
        const vb_map_entry *entry =
            vb_map_find(&ms->by_file, q->step->reads.at[i]);

        for (size_t k = entry ? entry->num : ms->list.len;
             k < ms->list.len &&
             vb_str_eq(ms->list.at[k].file, q->step->reads.at[i]);
             k++)
            if (vb_str_eq(vb_names_kind(arena, ms->list.at[k].kind), kind))
                return ms->list.at[k].name;
    }
    return (vb_str){0};
}

/* "namespace/payments created" */
static void
check_object(const asked *q, const vb_expectation *e, vb_str line, uint32_t n)
{
    static const char *const verbs[] = {"created",    "configured", "unchanged",
                                        "deleted",    "patched",    "labeled",
                                        "annotated",  "scaled",     "exposed",
                                        "autoscaled", "restarted"};
    vb_str rest = line, object, verb, kind, name, asks;
    size_t slash;

    if (!vb_str_word(&rest, &object) || !vb_str_word(&rest, &verb) ||
        !VB_STR_AMONG(verb, verbs))
        return;
    slash = vb_str_chr(object, '/');
    if (slash == VB_NPOS)
        return;
    kind = vb_names_kind(q->a->arena, vb_str_sub(object, 0, slash));
    name = vb_str_from(object, slash + 1);
    asks = name_asked(q, kind);
    if (asks.len == 0 || vb_str_chr(asks, '$') != VB_NPOS ||
        vb_str_chr(asks, '<') != VB_NPOS || step_says(q, name))
        return;
    report(q, place_of_line(q, e, n, slash + 1), name, asks);
}

/* gcloud prints the row of what it created. */
static void
check_row(const asked *q, const vb_expectation *e)
{
    const vb_call *call = &q->a->calls->list.at[q->first];
    vb_str rest = e->text, header, row, name, asks = {0};
    vb_str plain[8] = {{0}};
    size_t n = vb_call_plain(call, plain, VB_COUNT(plain));

    if (q->end != q->first + 1 || !vb_str_eqc(call->program, "gcloud"))
        return;
    for (size_t i = 1; i + 1 < n && i + 1 < VB_COUNT(plain); i++)
        if (vb_str_eqc(plain[i], "create"))
            asks = plain[i + 1];
    for (uint32_t k = 0; asks.len && vb_str_line(&rest, &header); k++) {
        if (!vb_str_starts(header, "NAME ") || !vb_str_line(&rest, &row))
            continue;
        if (vb_str_word(&row, &name) && vb_str_chr(asks, '$') == VB_NPOS &&
            vb_names_near(name, asks))
            report(q, place_of_line(q, e, k + 1, 0), name, asks);
        return;
    }
}

static void
check_expectation(const asked *q, const vb_expectation *e)
{
    vb_str rest = e->text, line;

    for (uint32_t n = 0; n < OUTPUT_LINES_MAX && vb_str_line(&rest, &line);
         n++) {
        check_places(q, e, line, n);
        check_versions(q, e, line, n);
        check_object(q, e, line, n);
    }
    check_row(q, e);
}

void
vb_check_promises(vb_agreement *a)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < a->plan->steps.len; i++) {
        asked q = {.a = a, .step = &a->plan->steps.at[i]};

        while (next < a->calls->list.len && a->calls->list.at[next].step < i)
            next++;
        q.first = q.end = next;
        while (q.end < a->calls->list.len && a->calls->list.at[q.end].step == i)
            q.end++;
        if (q.first == q.end)
            continue;
        for (uint32_t c = q.first; c < q.end; c++) {
            ask_place(&q, &a->calls->list.at[c]);
            ask_versions(&q, &a->calls->list.at[c]);
        }
        for (size_t k = 0; k < q.step->expects.len; k++)
            check_expectation(&q, &q.step->expects.at[k]);
    }
}
