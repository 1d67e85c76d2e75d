#include "cli/opt.h"

#include "base/clock.h"

#include <string.h>

#include "base/banned.h"

enum { NAME_MAX_LEN = 64 };

/* Edit distance, for names of at most NAME_MAX_LEN bytes. */
static size_t
distance(vb_str a, vb_str b)
{
    size_t row[NAME_MAX_LEN + 1];

    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t up = row[j], best = corner;

            best += vb_lower(a.ptr[i - 1]) != vb_lower(b.ptr[j - 1]);
            if (up + 1 < best)
                best = up + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            corner = up;
        }
    }
    return row[b.len];
}

const char *
vb_near(vb_str name, const char *const *names)
{
    const char *best = NULL;
    size_t least = name.len / 3 + 1;

    if (name.len == 0 || name.len > NAME_MAX_LEN)
        return NULL;
    for (; *names; names++) {
        vb_str candidate = vb_str_c(*names);
        size_t d;

        if (candidate.len > NAME_MAX_LEN)
            continue;
        d = distance(name, candidate);
        if (d <= least && d < candidate.len) {
            best = *names;
            least = d - (d > 0);
            if (d == 0)
                break;
        }
    }
    return best;
}

static const vb_opt *
find_long(const vb_opt *opts, vb_str name)
{
    for (; opts->name; opts++)
        if (vb_str_eqc(name, opts->name))
            return opts;
    return NULL;
}

static const vb_opt *
find_letter(const vb_opt *opts, char letter)
{
    for (; opts->name; opts++)
        if (opts->letter == letter)
            return opts;
    return NULL;
}

static bool
unknown_option(const vb_opt *opts, vb_str name, vb_error *err)
{
    const char *names[128];
    const char *near;
    size_t n = 0;

    for (; opts->name && n + 1 < VB_COUNT(names); opts++)
        names[n++] = opts->name;
    names[n] = NULL;
    near = vb_near(name, names);
    if (near)
        return vb_fail(err, "unknown option '--%.*s'; did you mean '--%s'?",
                       VB_ARG(name), near);
    return vb_fail(err, "unknown option '--%.*s'", VB_ARG(name));
}

static bool
allowed_value(const vb_opt *opt, const char *value, vb_error *err)
{
    char list[256] = "";
    size_t len = 0;

    if (!opt->values)
        return true;
    for (size_t i = 0; opt->values[i]; i++) {
        size_t n = strlen(opt->values[i]);

        if (strcmp(opt->values[i], value) == 0)
            return true;
        if (len + n + 3 < sizeof list) {
            memcpy(list + len, i ? ", " : "", i ? 2 : 0);
            len += i ? 2 : 0;
            memcpy(list + len, opt->values[i], n + 1);
            len += n;
        }
    }
    return vb_fail(err, "'--%s' cannot be '%s'; it is one of %s", opt->name,
                   value, list);
}

static bool
store(const vb_opt *opt, const char *value, void *args, vb_arena *arena,
      vb_error *err)
{
    char *member = (char *)args + opt->offset;

    if (value && !allowed_value(opt, value, err))
        return false;
    switch (opt->kind) {
    case VB_OPT_FLAG:
        *(bool *)(void *)member = true;
        return true;
    case VB_OPT_STRING:
    case VB_OPT_OPTIONAL:
        *(const char **)(void *)member = value ? value : opt->arg_default;
        return true;
    case VB_OPT_LIST: {
        vb_strs *list = (vb_strs *)(void *)member;

        vb_vec_push(arena, list, vb_str_c(value));
        return true;
    }
    case VB_OPT_DURATION:
        if (vb_duration_parse(vb_str_c(value), (int64_t *)(void *)member))
            return true;
        return vb_fail(err, "'--%s' needs a time such as 90s or 30m, not '%s'",
                       opt->name, value);
    }
    return false;
}

typedef struct cursor {
    const vb_opt *opts;
    int argc, at;
    char **argv;
} cursor;

static bool
takes_value(const vb_opt *opt)
{
    return opt->kind != VB_OPT_FLAG && opt->kind != VB_OPT_OPTIONAL;
}

static bool
parse_long(cursor *cur, void *args, vb_arena *arena, vb_error *err)
{
    const char *text = cur->argv[cur->at] + 2;
    const char *equals = strchr(text, '=');
    vb_str name =
        vb_str_n(text, equals ? (size_t)(equals - text) : strlen(text));
    const vb_opt *opt = find_long(cur->opts, name);
    const char *value = equals ? equals + 1 : NULL;

    if (!opt)
        return unknown_option(cur->opts, name, err);
    if (opt->kind == VB_OPT_FLAG && value)
        return vb_fail(err, "'--%s' takes no value", opt->name);
    if (takes_value(opt) && !value) {
        if (cur->at + 1 >= cur->argc)
            return vb_fail(err, "'--%s' needs %s", opt->name, opt->arg);
        value = cur->argv[++cur->at];
    }
    return store(opt, value, args, arena, err);
}

static bool
parse_letters(cursor *cur, void *args, vb_arena *arena, vb_error *err)
{
    const char *text = cur->argv[cur->at] + 1;

    for (; *text; text++) {
        const vb_opt *opt = find_letter(cur->opts, *text);
        const char *value = NULL;

        if (!opt)
            return vb_fail(err, "unknown option '-%c'", *text);
        if (takes_value(opt)) {
            if (text[1])
                value = text + 1;
            else if (cur->at + 1 < cur->argc)
                value = cur->argv[++cur->at];
            else
                return vb_fail(err, "'-%c' needs %s", *text, opt->arg);
        }
        if (!store(opt, value, args, arena, err))
            return false;
        if (value)
            break;
    }
    return true;
}

bool
vb_opt_parse(const vb_opt *opts, vb_argv words, void *args, vb_arena *arena,
             vb_strs *rest, vb_error *err)
{
    cursor cur = {opts, words.argc, 0, words.argv};
    bool only_rest = false;

    for (; cur.at < cur.argc; cur.at++) {
        const char *arg = cur.argv[cur.at];

        if (only_rest || arg[0] != '-' || arg[1] == '\0') {
            vb_vec_push(arena, rest, vb_str_c(arg));
            continue;
        }
        if (strcmp(arg, "--") == 0) {
            only_rest = true;
            continue;
        }
        if (!(arg[1] == '-' ? parse_long : parse_letters)(&cur, args, arena,
                                                          err))
            return false;
    }
    return true;
}

/* Words of 'text' from column 'indent' on, wrapped at 'columns'. */
static void
wrap(vb_buf *out, const char *text, size_t indent, size_t columns)
{
    vb_str rest = vb_str_c(text), word;
    size_t at = indent;

    while (vb_str_word(&rest, &word)) {
        if (at > indent && at + 1 + word.len > columns) {
            vb_buf_ch(out, '\n');
            vb_buf_fill(out, ' ', indent);
            at = indent;
        } else if (at > indent) {
            vb_buf_ch(out, ' ');
            at++;
        }
        vb_buf_str(out, word);
        at += word.len;
    }
    vb_buf_ch(out, '\n');
}

void
vb_opt_help(const vb_opt *opts, size_t columns, vb_buf *out)
{
    enum { INDENT = 26 };

    for (; opts->name; opts++) {
        size_t start = out->len;

        vb_buf_c(out, "  ");
        if (opts->letter)
            vb_buf_fmt(out, "-%c, ", opts->letter);
        else
            vb_buf_c(out, "    ");
        vb_buf_fmt(out, "--%s", opts->name);
        if (opts->kind == VB_OPT_OPTIONAL)
            vb_buf_fmt(out, "[=%s]", opts->arg);
        else if (opts->arg)
            vb_buf_fmt(out, " %s", opts->arg);
        if (out->len - start + 2 > INDENT) {
            vb_buf_ch(out, '\n');
            vb_buf_fill(out, ' ', INDENT);
        } else {
            vb_buf_fill(out, ' ', INDENT - (out->len - start));
        }
        wrap(out, opts->help, INDENT, columns);
    }
}
