#include "rehearse/recorder.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/map.h"
#include "base/text.h"
#include "rehearse/recorder_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    VOLATILE_MAX = 40,  /* tokens marked in one command */
    GIVEN_TEXT = 65536, /* larger files are recorded by their digest */
};

struct vb_recorder {
    vb_recorder_opts opts;
    vb_recorder_places places;
    vb_arena own, scratch;
    int fd;
    size_t count;
    vb_buf out; /* the rule that is being written */
};

/* --------------------------------------------------------------- opening -- */

static void
put_header(vb_recorder *r)
{
    vb_buf *out = &r->out;

    vb_buf_c(out, "# A recording: what real programs answered. It replays "
                  "with --rehearse, merges\n# with other scenarios, and may "
                  "be edited: runbooks/scenarios.md has the keys.\n"
                  "version: 1\nabout: ");
    vb_recorder_flow(out, r->opts.about);
    vb_buf_c(out, "\nreplay: order\nprograms:");
    if (!r->opts.nprograms)
        vb_buf_c(out, " {}");
    vb_buf_ch(out, '\n');
    for (size_t i = 0; i < r->opts.nprograms; i++) {
        const vb_recorded_program *p = &r->opts.programs[i];

        vb_buf_c(out, "  ");
        vb_recorder_flow(out, p->name);
        vb_buf_c(out, ": {env: [");
        for (size_t k = 0, n = 0; k < p->nenv; k++) {
            if (vb_str_ends(p->env[k], "*"))
                continue;
            vb_buf_c(out, n++ ? ", " : "");
            vb_recorder_flow(out, p->env[k]);
        }
        vb_buf_c(out, "]}\n");
    }
    vb_buf_c(out, "rules:\n");
}

static bool
flush(vb_recorder *r, vb_error *err)
{
    bool ok = vb_write_all(r->fd, r->out.ptr, r->out.len, r->opts.path, err);

    vb_buf_clear(&r->out);
    return ok;
}

vb_recorder *
vb_recorder_open(const vb_recorder_opts *opts, vb_error *err)
{
    vb_recorder *r;
    int fd = vb_open(opts->path, O_WRONLY | O_CREAT | O_EXCL, 0600, err);

    if (fd < 0) {
        if (errno == EEXIST)
            vb_fail(err,
                    "'%s' exists already, and a recording is not written over",
                    opts->path);
        return NULL;
    }
    r = vb_heap_alloc(sizeof *r);
    memset(r, 0, sizeof *r);
    r->opts = *opts;
    r->places = (vb_recorder_places){opts->work, opts->home};
    r->fd = fd;
    vb_buf_init(&r->out, VB_BUF_NO_MAX);
    put_header(r);
    if (flush(r, err))
        return r;
    if (!vb_recorder_close(r, NULL))
        return NULL;
    return NULL;
}

bool
vb_recorder_close(vb_recorder *r, vb_error *err)
{
    bool ok;

    if (!r)
        return true;
    ok = fsync(r->fd) == 0 || errno == EINVAL ||
         vb_fail_errno(err, "cannot sync '%s'", r->opts.path);
    ok = vb_close(&r->fd, r->opts.path, ok ? err : NULL) && ok;
    vb_buf_release(&r->out);
    vb_arena_release(&r->own);
    vb_arena_release(&r->scratch);
    vb_heap_free(r);
    return ok;
}

size_t
vb_recorder_count(const vb_recorder *r)
{
    return r->count;
}

const vb_recorded_program *
vb_recorder_programs(const vb_recorder *r, size_t *n)
{
    *n = r->opts.nprograms;
    return r->opts.programs;
}

/* ------------------------------------------------------- what shims send -- */

static const vb_recorded_program *
program_of(const vb_recorder *r, vb_str name)
{
    static const vb_recorded_program none = {.nenv = 0};

    for (size_t i = 0; i < r->opts.nprograms; i++)
        if (vb_str_eq(r->opts.programs[i].name, name))
            return &r->opts.programs[i];
    return &none;
}

/* "$KUBECONFIG" and "~/.kube/config" as the command's environment has them;
 * empty when it does not say. */
static vb_str
expand(const vb_request *request, vb_str path)
{
    bool home = vb_str_starts(path, "~/");
    vb_str name = home ? VB_STR("HOME") : vb_str_from(path, 1);

    if (!home && !vb_str_starts(path, "$"))
        return path;
    for (size_t i = 0; i < request->nenv; i++) {
        vb_str entry = request->env[i];

        if (entry.len > name.len && entry.ptr[name.len] == '=' &&
            vb_str_eq(vb_str_sub(entry, 0, name.len), name))
            return vb_str_join(request->arena, vb_str_from(entry, name.len + 1),
                               home ? vb_str_from(path, 1) : VB_STR(""));
    }
    return VB_STR("");
}

void
vb_recorder_order(const vb_recorder *r, const vb_request *request, vb_buf *out)
{
    const vb_recorded_program *p = program_of(r, request->program);

    vb_buf_str(out, p->real);
    vb_buf_ch(out, '\0');
    for (size_t i = 0; i < p->npaths; i++) {
        vb_str path = expand(request, p->paths[i]);

        if (!path.len)
            continue;
        vb_buf_str(out, path);
        vb_buf_ch(out, '\0');
    }
}

static bool
take_file(vb_arena *arena, vb_str body, vb_taken_file *file)
{
    vb_str path;

    if (vb_str_chr(body, '\0') == VB_NPOS || !vb_str_field(&body, '\0', &path))
        return false;
    file->path = vb_str_copy(arena, path);
    file->content = vb_str_copy(arena, body);
    return true;
}

static void
take_said(vb_taken *t, uint32_t stream, vb_str bytes)
{
    vb_arena *arena = t->request->arena;
    vb_effect effect = {.kind = stream == 2 ? VB_EFFECT_ERR : VB_EFFECT_OUT,
                        .bytes = vb_str_copy(arena, bytes)};

    vb_vec_push(arena, &t->said, effect);
}

bool
vb_taken_frame(vb_taken *t, vb_wire_type type, vb_str body)
{
    vb_arena *arena = t->request->arena;
    vb_taken_file file = {.mode = 0};
    uint32_t number = 0;
    bool numbered = type == VB_WIRE_WROTE || type == VB_WIRE_SAID;

    if (numbered) {
        if (body.len < sizeof number)
            return false;
        memcpy(&number, body.ptr, sizeof number);
        body = vb_str_from(body, sizeof number);
    }
    switch (type) {
    case VB_WIRE_GIVEN:
    case VB_WIRE_WROTE:
        if (!take_file(arena, body, &file))
            return false;
        file.mode = number;
        if (type == VB_WIRE_GIVEN)
            vb_vec_push(arena, &t->given, file);
        else
            vb_vec_push(arena, &t->wrote, file);
        return true;
    case VB_WIRE_IN:
        vb_vec_push(arena, &t->input, vb_str_copy(arena, body));
        return true;
    case VB_WIRE_SAID:
        take_said(t, number, body);
        return true;
    case VB_WIRE_ENDED:
        if (body.len != sizeof t->end)
            return false;
        memcpy(&t->end, body.ptr, sizeof t->end);
        return t->end.status <= 255 && t->end.signal < 65;
    default:
        return false;
    }
}

/* --------------------------------------------------------------- writing -- */

static vb_str
clean(vb_recorder *r, vb_str text, bool *secret)
{
    vb_buf out;
    vb_str done;

    if (!r->opts.redact)
        return text;
    vb_buf_init(&out, VB_BUF_NO_MAX);
    r->opts.redact(r->opts.user, text, &out);
    *secret = !vb_str_eq(vb_buf_view(&out), text);
    done = *secret ? vb_str_copy(&r->scratch, vb_buf_view(&out)) : text;
    vb_buf_release(&out);
    return done;
}

static vb_str template(vb_recorder *r, vb_str text, bool *changed)
{
    return vb_recorder_template(&r->scratch, text, &r->places, changed);
}

static size_t
token_at(const vb_recorder *r, vb_str text, size_t at, bool fleeting,
         const char **kind)
{
    if (!r->opts.token || (at && vb_is_word(text.ptr[at - 1])))
        return 0;
    return r->opts.token(r->opts.user, text, at, fleeting, kind);
}

/* A glob with a star for each fleeting token; empty when there is none. */
static vb_str
form_of(vb_recorder *r, vb_str word)
{
    vb_buf out;
    vb_str form = {0};
    bool any = false;
    const char *kind;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    for (size_t at = 0; at < word.len;) {
        size_t place = vb_recorder_place(word, at, &r->places);
        size_t n = place ? place : token_at(r, word, at, true, &kind);
        char c = word.ptr[at];

        any = any || (n && !place);
        if (n)
            vb_buf_ch(&out, '*');
        else if (c == '*' || c == '?' || c == '[' || c == '\\')
            vb_buf_ch(&out, '?');
        else
            vb_buf_ch(&out, c);
        at += n ? n : 1;
    }
    if (any)
        form = vb_str_copy(&r->scratch, vb_buf_view(&out));
    vb_buf_release(&out);
    return form;
}

/* A word that need not be the same: {volatile: WAS, like: FORM}. */
static void
put_volatile(vb_buf *out, vb_str was, vb_str form)
{
    vb_buf_c(out, "{volatile: ");
    vb_recorder_flow(out, was);
    if (form.len) {
        vb_buf_c(out, ", like: ");
        vb_recorder_flow(out, form);
    }
    vb_buf_ch(out, '}');
}

static void
put_word(vb_recorder *r, vb_str word)
{
    bool secret = false, placed = false;
    vb_str text = clean(r, word, &secret), form, tmpl;

    if (!vb_utf8_valid(text)) {
        put_volatile(&r->out, VB_STR("bytes that are no text"), VB_STR(""));
        return;
    }
    form = secret ? VB_STR("") : form_of(r, text);
    tmpl = template(r, text, &placed);
    if (secret || form.len) {
        put_volatile(&r->out, text, form);
    } else if (placed) {
        vb_buf_c(&r->out, "{text: ");
        vb_recorder_flow(&r->out, tmpl);
        vb_buf_ch(&r->out, '}');
    } else {
        vb_recorder_flow(&r->out, text);
    }
}

static void
put_argv(vb_recorder *r, const vb_request *request)
{
    vb_buf_c(&r->out, "  - argv: [");
    vb_recorder_flow(&r->out, request->program);
    for (size_t i = 0; i < request->argc; i++) {
        vb_buf_c(&r->out, ", ");
        put_word(r, request->argv[i]);
    }
    vb_buf_c(&r->out, "]\n");
}

static bool
declared(const vb_recorded_program *p, vb_str name)
{
    for (size_t i = 0; i < p->nenv; i++) {
        vb_str want = p->env[i];

        if (vb_str_ends(want, "*")
                ? vb_str_eq(vb_str_sub(name, 0, want.len - 1),
                            vb_str_sub(want, 0, want.len - 1))
                : vb_str_eq(name, want))
            return true;
    }
    return false;
}

/* A variable that the steps did not set: a replay has its own surroundings. */
static bool
is_inherited(const vb_recorder *r, vb_str entry)
{
    for (char *const *e = r->opts.env; e && *e; e++)
        if (vb_str_eqc(entry, *e))
            return true;
    return false;
}

/* Credentials need not look like any. */
static bool
is_credential(vb_str name)
{
    static const char *const words[] = {"KEY", "SECRET", "TOKEN", "PASSWORD",
                                        "CREDENTIAL"};

    for (size_t i = 0; i < VB_COUNT(words); i++)
        if (vb_str_ihas(name, words[i]))
            return true;
    return false;
}

static void
put_variable(vb_recorder *r, vb_str name, vb_str value, size_t n)
{
    bool secret = false;
    vb_str text = clean(r, value, &secret), form;

    vb_buf_c(&r->out, n ? ", " : "{");
    vb_recorder_flow(&r->out, name);
    vb_buf_c(&r->out, ": ");
    if (!vb_utf8_valid(text))
        text = VB_STR("");
    if (is_credential(name) && !secret) {
        secret = true;
        text = VB_STR("[redacted]");
    }
    form = secret ? VB_STR("") : form_of(r, text);
    if (secret || form.len || !vb_utf8_valid(value))
        put_volatile(&r->out, text, form);
    else
        vb_recorder_flow(&r->out, template(r, text, NULL));
}

static void
put_env(vb_recorder *r, const vb_request *request, bool inherited)
{
    const vb_recorded_program *p = program_of(r, request->program);
    size_t n = 0;

    for (size_t i = 0; i < request->nenv; i++) {
        vb_str rest = request->env[i], name;

        if (!vb_str_field(&rest, '=', &name) || !declared(p, name) ||
            is_inherited(r, request->env[i]) != inherited)
            continue;
        if (!n)
            vb_buf_c(&r->out, inherited ? ", env: " : "    env: ");
        put_variable(r, name, rest, n++);
    }
    if (n)
        vb_buf_c(&r->out, inherited ? "}" : "}\n");
}

/* A content that a replay compares. */
static void
put_content(vb_recorder *r, vb_str content, size_t indent)
{
    bool secret = false;
    vb_str text = clean(r, content, &secret);

    if (secret)
        put_volatile(&r->out, vb_utf8_valid(text) ? text : VB_STR("secret"),
                     VB_STR(""));
    else if (!vb_utf8_valid(text) || text.len > GIVEN_TEXT)
        vb_buf_fmt(&r->out, "{sha256: %s}", vb_sha256(text).hex);
    else
        vb_recorder_scalar(&r->out, template(r, text, NULL), indent);
    vb_buf_ch(&r->out, '\n');
}

static void
put_given(vb_recorder *r, const vb_taken *t)
{
    vb_buf all;

    for (size_t i = 0; i < t->given.len; i++) {
        const vb_taken_file *f = &t->given.at[i];

        if (!vb_utf8_valid(f->path))
            continue;
        vb_buf_c(&r->out, i ? "      " : "    given:\n      ");
        vb_recorder_flow(&r->out, f->path);
        vb_buf_c(&r->out, ": ");
        put_content(r, f->content, 8);
    }
    if (!t->input.len)
        return;
    vb_buf_init(&all, VB_BUF_NO_MAX);
    for (size_t i = 0; i < t->input.len; i++)
        vb_buf_str(&all, t->input.at[i]);
    vb_buf_c(&r->out, "    stdin: ");
    put_content(r, vb_buf_view(&all), 6);
    vb_buf_release(&all);
}

/* What a terminal made of line ends is undone. */
static vb_str
unix_lines(vb_recorder *r, vb_str text)
{
    char *out = vb_arena_alloc(&r->scratch, text.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n')
            out[n++] = text.ptr[i];
    return vb_str_n(out, n);
}

/* The pieces of one stream that follow each other, as one text. */
static vb_str
joined(vb_recorder *r, const vb_taken *t, size_t *at)
{
    vb_buf all;
    vb_str text;
    vb_effect_kind kind = t->said.at[*at].kind;

    vb_buf_init(&all, VB_BUF_NO_MAX);
    while (*at < t->said.len && t->said.at[*at].kind == kind)
        vb_buf_str(&all, t->said.at[(*at)++].bytes);
    text = vb_str_copy(&r->scratch, vb_buf_view(&all));
    vb_buf_release(&all);
    return t->end.terminal ? unix_lines(r, text) : text;
}

static void
note_tokens(vb_recorder *r, vb_str text, vb_map *tokens)
{
    for (size_t at = 0; at < text.len;) {
        const char *kind = "";
        size_t n = token_at(r, text, at, false, &kind);
        bool added;
        vb_map_entry *entry;

        if (tokens->entries.len >= VOLATILE_MAX)
            return;
        if (n && vb_utf8_valid(vb_str_sub(text, at, n))) {
            entry = vb_map_add(tokens, vb_str_sub(text, at, n), &added);
            /* NOLINTNEXTLINE(performance-no-int-to-ptr): only const is lost */
            entry->ptr = (char *)(uintptr_t)kind;
        }
        at += n ? n : 1;
    }
}

static void
put_said(vb_recorder *r, const vb_taken *t, vb_map *tokens)
{
    for (size_t i = 0; i < t->said.len;) {
        bool secret = false;
        bool error = t->said.at[i].kind == VB_EFFECT_ERR;
        vb_str text = clean(r, joined(r, t, &i), &secret);

        note_tokens(r, text, tokens);
        vb_buf_c(&r->out, error ? "      - err: " : "      - out: ");
        vb_recorder_scalar(&r->out, template(r, text, NULL), 10);
        vb_buf_ch(&r->out, '\n');
    }
}

static void
put_wrote(vb_recorder *r, const vb_taken *t)
{
    for (size_t i = 0; i < t->wrote.len; i++) {
        const vb_taken_file *f = &t->wrote.at[i];
        bool secret = false;
        vb_str text = clean(r, f->content, &secret);

        vb_buf_c(&r->out, "      - write: ");
        vb_recorder_flow(&r->out, template(r, f->path, NULL));
        vb_buf_fmt(&r->out, "\n        mode: \"%o\"\n        content: ",
                   f->mode & 0777u);
        vb_recorder_scalar(&r->out, template(r, text, NULL), 10);
        vb_buf_ch(&r->out, '\n');
    }
}

static void
put_actions(vb_recorder *r, const vb_taken *t, vb_map *tokens)
{
    int64_t ms = t->end.took_ns / 1000000;

    vb_buf_fmt(&r->out, "    do:\n      - wait: %lldms\n",
               (long long)(ms < 0 ? 0 : ms));
    put_said(r, t, tokens);
    put_wrote(r, t);
    if (t->end.cut)
        vb_buf_c(&r->out, "      - refuse: the recording was cut here, "
                          "something was too large\n");
    if (t->end.signal)
        vb_buf_fmt(&r->out, "      - signal: %u\n", (unsigned)t->end.signal);
    else if (t->end.status)
        vb_buf_fmt(&r->out, "      - exit: %u\n", (unsigned)t->end.status);
}

/* For people: where it comes from, and what of its output will be another in
 * the next recording. */
static void
put_story(vb_recorder *r, const vb_taken *t, const vb_map *tokens)
{
    vb_stamp now = vb_clock_stamp(vb_clock_utc_ms());
    vb_str step = r->opts.step ? r->opts.step(r->opts.user) : VB_STR("");
    const vb_request *request = t->request;
    bool secret = false;

    vb_buf_fmt(&r->out, "    recorded: {at: \"%s\"", now.text);
    if (step.len) {
        vb_buf_c(&r->out, ", step: ");
        vb_recorder_flow(&r->out, step);
    }
    if (!vb_str_eq(request->cwd, r->places.work) &&
        vb_utf8_valid(request->cwd)) {
        vb_buf_c(&r->out, ", in: ");
        vb_recorder_flow(&r->out,
                         template(r, clean(r, request->cwd, &secret), NULL));
    }
    put_env(r, request, true);
    for (size_t i = 0; i < tokens->entries.len; i++) {
        vb_buf_c(&r->out, i ? ", " : ", volatile: {");
        vb_recorder_flow(&r->out, tokens->entries.at[i].key);
        vb_buf_c(&r->out, ": ");
        vb_recorder_flow(&r->out, vb_str_c(tokens->entries.at[i].ptr));
    }
    vb_buf_c(&r->out, tokens->entries.len ? "}}\n" : "}\n");
}

bool
vb_recorder_add(vb_recorder *r, const vb_taken *t, vb_error *err)
{
    vb_map tokens;

    vb_map_init(&tokens, &r->scratch);
    put_argv(r, t->request);
    put_env(r, t->request, false);
    put_given(r, t);
    vb_buf_c(&r->out, "    times: 1\n");
    put_actions(r, t, &tokens);
    put_story(r, t, &tokens);
    vb_arena_reset(&r->scratch);
    r->count++;
    return flush(r, err);
}
