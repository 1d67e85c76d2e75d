#include "rehearse/faults.h"

#include "rehearse/text.h"

#include "base/banned.h"

static const char *const kind_names[] = {
#define X(name, text) text,
    VB_FAULT_KINDS(X)
#undef X
};

const char *
vb_fault_name(vb_fault_kind kind)
{
    return kind_names[kind];
}

static bool
count_word(vb_str word, uint64_t *n)
{
    if (vb_str_eqc(word, "once"))
        *n = 1;
    else if (vb_str_eqc(word, "twice"))
        *n = 2;
    else
        return vb_str_u64(word, n);
    return true;
}

static bool
skip_times(vb_str *rest)
{
    vb_str word, save = *rest;

    if (vb_str_word(rest, &word) &&
        (vb_str_eqc(word, "times") || vb_str_eqc(word, "time")))
        return true;
    *rest = save;
    return false;
}

/* One word behind the kind. */
static bool
modifier(vb_fault *f, vb_str word, vb_str *rest, vb_error *err)
{
    uint64_t n;
    int64_t ms;

    if (vb_str_eqc(word, "always")) {
        f->times = UINT64_MAX;
        return true;
    }
    if (vb_str_eqc(word, "after")) {
        if (!vb_str_word(rest, &word) || !count_word(word, &f->skip))
            return vb_fail(err, "'after' needs a number of times");
        skip_times(rest);
        return true;
    }
    if (vb_str_eqc(word, "once") || vb_str_eqc(word, "twice"))
        return count_word(word, &f->times);
    if (vb_str_u64(word, &n)) {
        if (skip_times(rest)) {
            f->times = n;
            return true;
        }
        if ((f->kind == VB_FAULT_FAIL || f->kind == VB_FAULT_PARTIAL) &&
            n >= 1 && n <= 255) {
            f->status = (int)n;
            return true;
        }
    }
    if ((f->kind == VB_FAULT_SLOW || f->kind == VB_FAULT_TIMEOUT) &&
        vb_sim_duration(word, &ms)) {
        f->wait_ms = ms;
        return true;
    }
    return vb_fail(err, "'%.*s' is not understood after '%s'", VB_ARG(word),
                   vb_fault_name(f->kind));
}

bool
vb_fault_parse(vb_str text, vb_arena *arena, vb_fault *out, vb_error *err)
{
    size_t colon = vb_str_find(text, VB_STR(": "));
    VB_VEC(vb_str) words = {0};
    vb_str head = vb_str_sub(text, 0, colon == VB_NPOS ? 0 : colon), rest;
    vb_str word;
    size_t kind = 0;

    *out = (vb_fault){.times = UINT64_MAX, .wait_ms = 1800000};
    while (vb_str_word(&head, &word))
        vb_vec_push(arena, &words, word);
    if (!words.len)
        return vb_fail(err,
                       "fault '%.*s' is not of the form "
                       "'PROGRAM COMMAND: KIND ...'",
                       VB_ARG(text));
    out->program = words.at[0];
    out->words = words.at + 1;
    out->nwords = words.len - 1;
    rest = vb_str_from(text, colon + 2);
    if (!vb_str_word(&rest, &word))
        word = VB_STR("");
    while (kind < VB_COUNT(kind_names) && !vb_str_eqc(word, kind_names[kind]))
        kind++;
    if (kind == VB_COUNT(kind_names))
        return vb_fail(err,
                       "unknown kind of fault '%.*s' (there are fail, "
                       "timeout, throttle, partial, slow, hang and kill)",
                       VB_ARG(word));
    out->kind = (vb_fault_kind)kind;
    while (vb_str_word(&rest, &word))
        if (!modifier(out, word, &rest, err))
            return vb_fail_in(err, "fault '%.*s'", VB_ARG(text));
    return true;
}

static bool
words_match(const vb_fault *f, const vb_str *argv, size_t argc)
{
    size_t at = 0;

    for (size_t i = 0; i < argc && at < f->nwords; i++)
        if (vb_str_eq(argv[i], f->words[at]))
            at++;
    return at == f->nwords;
}

const vb_fault *
vb_fault_strikes(vb_fault *faults, size_t len, vb_str program,
                 const vb_str *argv, size_t argc)
{
    for (size_t i = 0; i < len; i++) {
        vb_fault *f = &faults[i];
        uint64_t nth;

        if (!vb_str_eq(f->program, program) || !words_match(f, argv, argc))
            continue;
        nth = f->seen++;
        if (nth >= f->skip &&
            (f->times == UINT64_MAX || nth - f->skip < f->times))
            return f;
    }
    return NULL;
}
