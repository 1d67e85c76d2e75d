/*
 * Reads fixtures/outputs/: pairs of an expected and an actual output, each
 * with the verdict a careful reader gives. fixtures/outputs/README.md has the
 * format. Used by the unit test and by the comparison with similarity scores.
 */
#ifndef VB_TESTS_LABELLED_H
#define VB_TESTS_LABELLED_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/str.h"
#include "verify/expect.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct labelled {
    vb_str file, name, what, asked, lang, expected, actual, err;
    vb_manner manner;
    bool match;
} labelled;

typedef struct labelled_set {
    VB_VEC(labelled) pairs;
    const char *fault; /* of the set itself, or NULL */
} labelled_set;

/* "\e", "\r", "\t", "\b" in the texts of a pair marked 'escapes'. */
static inline vb_str
labelled_unescape(vb_arena *arena, vb_str s)
{
    char *out = vb_arena_alloc(arena, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        char next = i + 1 < s.len ? s.ptr[i + 1] : '\0';

        if (s.ptr[i] != '\\' || !next || !strchr("ertb\\", next)) {
            out[n++] = s.ptr[i];
            continue;
        }
        i++;
        out[n++] = next == 'e'   ? '\x1b'
                   : next == 'r' ? '\r'
                   : next == 't' ? '\t'
                   : next == 'b' ? '\b'
                                 : '\\';
    }
    return vb_str_n(out, n);
}

/* Takes "@@ word rest" apart. */
static inline bool
labelled_mark(vb_str line, vb_str *word, vb_str *rest)
{
    if (!vb_str_starts(line, "@@ "))
        return false;
    *rest = vb_str_from(line, 3);
    if (!vb_str_word(rest, word))
        return false;
    *rest = vb_str_trim(*rest);
    return true;
}

/* The text up to the next mark. */
static inline vb_str
labelled_text(vb_str *rest)
{
    vb_str text = *rest, line, at;

    for (at = *rest; vb_str_line(&at, &line); *rest = at)
        if (vb_str_starts(line, "@@ "))
            break;
    text.len = (size_t)(rest->ptr - text.ptr);
    return text;
}

/* A case that is being read: pairs share its expected text. */
typedef struct labelled_case {
    vb_arena *arena;
    labelled common;
    bool escapes;
} labelled_case;

static inline vb_str
labelled_body(labelled_case *c, vb_str *text)
{
    vb_str body = labelled_text(text);

    return c->escapes ? labelled_unescape(c->arena, body) : body;
}

/* One mark; what is wrong with it, or NULL. */
static inline const char *
labelled_part(labelled_case *c, vb_str word, vb_str rest, vb_str *text,
              labelled_set *set)
{
    labelled *pair = &c->common;

    if (vb_str_eqc(word, "case")) {
        *pair = (labelled){.file = pair->file, .name = rest};
        c->escapes = false;
    } else if (!pair->name.len) {
        return "a mark before the first case";
    } else if (vb_str_eqc(word, "asked")) {
        pair->asked = vb_str_fmt(c->arena, "%.*s\n%.*s", VB_ARG(pair->asked),
                                 VB_ARG(rest));
    } else if (vb_str_eqc(word, "lang")) {
        pair->lang = rest;
    } else if (vb_str_eqc(word, "manner")) {
        return vb_manner_parse(rest, &pair->manner) ? NULL
                                                    : "an unknown manner";
    } else if (vb_str_eqc(word, "escapes")) {
        c->escapes = true;
    } else if (vb_str_eqc(word, "expected")) {
        pair->expected = labelled_body(c, text);
    } else if (vb_str_eqc(word, "match") || vb_str_eqc(word, "differ")) {
        labelled one = *pair;

        one.match = vb_str_eqc(word, "match");
        one.what = rest;
        one.actual = labelled_body(c, text);
        vb_vec_push(c->arena, &set->pairs, one);
        return rest.len ? NULL : "a verdict without its reason";
    } else if (vb_str_eqc(word, "stderr") && set->pairs.len) {
        set->pairs.at[set->pairs.len - 1].err = labelled_body(c, text);
    } else {
        return "an unknown mark";
    }
    return NULL;
}

static inline void
labelled_file(vb_arena *arena, const char *name, vb_str text, labelled_set *set)
{
    labelled_case c = {.arena = arena,
                       .common.file = vb_str_copy(arena, vb_str_c(name))};
    vb_str line, word, rest;

    while (!set->fault && vb_str_line(&text, &line)) {
        if (labelled_mark(line, &word, &rest))
            set->fault = labelled_part(&c, word, rest, &text, set);
        else if (vb_str_trim(line).len && line.ptr[0] != '#')
            set->fault = "a line outside any part";
    }
}

static inline int
labelled_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All pairs of the .txt files of a folder, in the order of their names. */
static inline labelled_set
labelled_read(vb_arena *arena, const char *dir)
{
    labelled_set set = {0};
    VB_VEC(char *) names = {0};
    DIR *d = opendir(dir);
    struct dirent *entry;

    if (!d) {
        set.fault = "the folder is not there";
        return set;
    }
    while ((entry = readdir(d)) != NULL)
        if (vb_str_ends(vb_str_c(entry->d_name), ".txt"))
            vb_vec_push(arena, &names,
                        vb_str_dup(arena, vb_str_c(entry->d_name)));
    closedir(d);
    if (names.len)
        qsort(names.at, names.len, sizeof *names.at, labelled_order);
    for (size_t i = 0; i < names.len; i++) {
        char path[4096];
        vb_str text;
        vb_error err = {0};

        snprintf(path, sizeof path, "%s/%s", dir, names.at[i]);
        if (!vb_read_file_arena(path, 16 << 20, arena, &text, &err)) {
            set.fault = "a file that cannot be read";
            return set;
        }
        labelled_file(arena, names.at[i], text, &set);
        if (set.fault) {
            fprintf(stderr, "%s: %s\n", path, set.fault);
            return set;
        }
    }
    return set;
}

/* What verbatim says about a pair. */
static inline const vb_compare *
labelled_compare(vb_arena *arena, const labelled *pair)
{
    vb_expect_opts opts = {
        .manner = pair->manner, .lang = pair->lang, .asked = pair->asked};
    vb_loc where = {"expected", 1, 1};
    vb_expect *expect =
        vb_expect_compile(arena, pair->expected, where, &opts, NULL);

    return expect ? vb_expect_compare(expect, pair->actual, pair->err, arena)
                  : NULL;
}

#endif
