#include "plan/planner.h"

#include "base/io.h"
#include "base/text.h"

#include <string.h>

#include "base/banned.h"

static const char *const extensions[] = {
    "yaml",       "yml",        "json",       "tf",        "tfvars",
    "hcl",        "sh",         "bash",       "py",        "js",
    "ts",         "tsx",        "mjs",        "go",        "rb",
    "java",       "toml",       "ini",        "conf",      "cfg",
    "config",     "properties", "env",        "xml",       "html",
    "css",        "sql",        "md",         "txt",       "csv",
    "service",    "tpl",        "tmpl",       "gotmpl",    "j2",
    "rego",       "cue",        "jsonnet",    "libsonnet", "bicep",
    "bicepparam", "ps1",        "cnf",        "cql",       "proto",
    "graphql",    "pem",        "crt",        "key",       "pub",
    "nomad",      "pkr",        "rules",      "cr",        "php",
    "rs",         "kt",         "gradle",     "lock",      "vcl",
    "lua",        "yaml.tmpl",  "dockerfile", "secret",    "token",
    "timer",      "socket",     "mount",      "list",      "repo",
    "awk",        "sed",        "kubeconfig", "ipynb",     "jsonl",
    "cfn",        "template",   "hujson"};

static const char *const whole[] = {
    "Dockerfile",    "Makefile",    "Caddyfile", "Jenkinsfile",
    "Procfile",      "Vagrantfile", "Gemfile",   "Tiltfile",
    "Corefile",      "Gopkg.lock",  ".env",      ".gitignore",
    ".dockerignore", ".netrc",      ".bashrc",   "Containerfile",
    "Justfile",      "Earthfile",   "Brewfile",  "Chart.yaml"};

static bool
name_char(char c)
{
    return vb_is_word(c) || strchr("./-+@~%{}<>$", c) != NULL;
}

bool
vb_is_filename(vb_str s)
{
    size_t dot = vb_str_rchr(s, '.');
    vb_str base, ext;

    if (s.len == 0 || s.len > 200)
        return false;
    base = vb_path_base(s);
    if ((dot == VB_NPOS && !VB_STR_AMONG(base, whole)) ||
        vb_str_has(s, "://") || vb_str_starts(s, "-") || vb_str_has(s, ".."))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!name_char(s.ptr[i]))
            return false;
    if (VB_STR_AMONG(base, whole))
        return true;
    if (dot == VB_NPOS || dot + 1 >= s.len || vb_str_ends(s, "/"))
        return false;
    ext = vb_str_from(s, dot + 1);
    for (size_t i = 0; i < VB_COUNT(extensions); i++)
        if (vb_str_ieqc(ext, extensions[i])) {
            /* ".json" and "*.yaml" speak of a kind, not of a file */
            return base.len > ext.len + 1 || vb_str_chr(s, '/') != VB_NPOS;
        }
    return false;
}

vb_str
vb_filename_in(vb_str text)
{
    size_t i = 0;

    while (i < text.len) {
        size_t from = i, to;
        vb_str word;

        while (i < text.len && name_char(text.ptr[i]))
            i++;
        to = i;
        while (to > from && (text.ptr[to - 1] == '.'))
            to--;
        word = vb_str_sub(text, from, to - from);
        if (word.len > 2 && vb_is_filename(word) &&
            !(i < text.len && text.ptr[i] == ':' && i + 2 < text.len &&
              text.ptr[i + 1] == '/'))
            return word;
        i++;
    }
    return (vb_str){0};
}

/* "./x" and "x" are the same file. */
static vb_str
plain(vb_str name)
{
    while (vb_str_starts(name, "./"))
        name = vb_str_from(name, 2);
    return name;
}

static vb_name
named(vb_str name, const char *why, bool strong)
{
    return (vb_name){plain(name), why, strong, false};
}

vb_str
vb_info_attr(vb_str info, const char *key)
{
    size_t klen = strlen(key), i = 0;

    while (i + klen < info.len) {
        bool edge = i == 0 || vb_is_space(info.ptr[i - 1]) ||
                    strchr("{,;", info.ptr[i - 1]) != NULL;

        if (edge && strncmp(info.ptr + i, key, klen) == 0 &&
            info.ptr[i + klen] == '=') {
            vb_str rest = vb_str_from(info, i + klen + 1);
            size_t end = 0;

            if (rest.len && (rest.ptr[0] == '"' || rest.ptr[0] == '\'')) {
                end = vb_str_chr(vb_str_from(rest, 1), rest.ptr[0]);
                return end == VB_NPOS ? (vb_str){0} : vb_str_sub(rest, 1, end);
            }
            while (end < rest.len && !vb_is_space(rest.ptr[end]) &&
                   rest.ptr[end] != ',' && rest.ptr[end] != '}')
                end++;
            return vb_str_sub(rest, 0, end);
        }
        i++;
    }
    return (vb_str){0};
}

/* ... and the file does not exist yet: adding to it makes it. */
static vb_name
created(vb_str name, const char *why)
{
    return (vb_name){plain(name), why, true, true};
}

static vb_name
from_info(const vb_block *b)
{
    static const char *const keys[] = {
        "file",      "filename", "title",   "path",   "fileName",
        "file_name", "name",     "caption", "header", "tangle"};

    for (size_t i = 0; i < VB_COUNT(keys); i++) {
        vb_str value = vb_cell_attr(b->info, keys[i]);

        if (value.len && vb_is_filename(value))
            return named(value, "the info string names the file", true);
    }
    /* yaml:deploy.yaml */
    if (vb_str_chr(b->info, ':') != VB_NPOS) {
        vb_str rest = vb_str_from(b->info, vb_str_chr(b->info, ':') + 1);
        vb_str word = {0};

        rest = vb_str_word(&rest, &word) ? word : rest;

        if (vb_is_filename(rest))
            return named(rest, "the info string names the file", true);
    }
    if (vb_is_filename(b->label))
        return named(b->label, "the block's label is a file name", true);
    if (b->in_details && vb_is_filename(vb_str_trim(b->container)))
        return named(vb_str_trim(b->container),
                     "the details' summary is a file name", true);
    return (vb_name){0};
}

/* "Listing 1: x.html", "File: x.yaml", "<b>x.txt</b>:" -> the name. */
static vb_str
caption(vb_str text)
{
    static const char *const words[] = {"file",    "filename", "file name",
                                        "listing", "example",  "figure",
                                        "snippet", "code"};
    vb_str t = vb_str_trim(text);
    size_t colon;

    if (vb_str_starts(t, "<") && vb_str_chr(t, '>') != VB_NPOS) {
        size_t close = vb_str_rchr(t, '<');

        t = vb_str_from(t, vb_str_chr(t, '>') + 1);
        close -= (size_t)(t.ptr - vb_str_trim(text).ptr);
        if (close < t.len)
            t = vb_str_sub(t, 0, close);
        t = vb_str_trim(t);
    }
    if (vb_str_ends(t, ":"))
        t = vb_str_rtrim(vb_str_sub(t, 0, t.len - 1));
    colon = vb_str_chr(t, ':');
    for (size_t i = 0; i < VB_COUNT(words) && colon != VB_NPOS; i++) {
        if (!vb_str_istarts(t, words[i]))
            continue;
        t = vb_str_trim(vb_str_from(t, colon + 1));
        break;
    }
    return t;
}

/* A line that holds nothing but the name: bold, code, emphasis or plain,
 * with "File:" before or ':' behind it. */
static vb_name
from_line(const vb_planner *p, const vb_context *c)
{
    const vb_block *above;
    vb_str t;

    if (c->above == VB_NONE)
        return (vb_name){0};
    above = &p->doc->blocks.at[c->above];
    t = caption(above->text);
    if (vb_is_filename(t))
        return named(t, "a line that holds only the file's name stands above",
                     true);
    return (vb_name){0};
}

/* "# issuer.yaml", "// config.js", "# file: x.yaml" on the first line. */
static vb_name
from_comment(const vb_block *b)
{
    static const char *const marks[] = {"#", "//", "--", ";", "<!--", "/*"};
    vb_str rest = b->text, line, t;
    bool marked = false;

    if (!vb_str_line(&rest, &line))
        return (vb_name){0};
    t = vb_str_trim(line);
    if (vb_str_starts(t, "#!")) {
        if (!vb_str_line(&rest, &line))
            return (vb_name){0};
        t = vb_str_trim(line);
    }
    for (size_t i = 0; i < VB_COUNT(marks) && !marked; i++) {
        marked = vb_str_starts(t, marks[i]);
        if (marked)
            t = vb_str_trim(vb_str_from(t, strlen(marks[i])));
    }
    if (!marked)
        return (vb_name){0};
    if (vb_str_ends(t, "-->") || vb_str_ends(t, "*/"))
        t = vb_str_trim(
            vb_str_sub(t, 0, t.len - (vb_str_ends(t, "-->") ? 3 : 2)));
    if (vb_str_istarts(t, "file:") || vb_str_istarts(t, "filename:") ||
        vb_str_istarts(t, "file "))
        t = vb_str_trim(vb_str_from(t, vb_str_istarts(t, "filename:") ? 9 : 5));
    if (vb_is_filename(t))
        return named(t, "its first line is a comment with the file's name",
                     true);
    return (vb_name){0};
}

/* The file name in code, bold or emphasis within text[from, to): the first one
 * at or behind 'prefer', else the first of all. */
static vb_str
spelled_in(const vb_block *b, uint32_t from, uint32_t to, uint32_t prefer,
           size_t *count)
{
    vb_str found = {0};
    uint32_t at = 0;

    *count = 0;
    for (size_t i = 0; i < b->spans.len; i++) {
        const vb_inline *s = &b->spans.at[i];
        vb_str t;

        if (s->start < from || s->start + s->len > to ||
            s->kind == VB_SPAN_IMAGE)
            continue;
        t = vb_str_sub(b->text, s->start, s->len);
        if (!vb_is_filename(vb_str_trim(t)))
            continue;
        if (found.len && vb_str_eq(found, vb_str_trim(t)))
            continue;
        if (found.len == 0 || (at < prefer && s->start >= prefer)) {
            found = vb_str_trim(t);
            at = s->start;
        }
        (*count)++;
    }
    return found;
}

/* Behind the last verb of 'sentence' that makes a file; 0 for none. */
static uint32_t
behind_verb(vb_str sentence)
{
    static const char *const verbs[] = {
        "create",  "creating", "creates", "write",   "save",    "saving",
        "store",   "make",     "put",     "place",   "open",    "paste",
        "copy",    "prepare",  "define",  "called",  "named",   "add a",
        "call it", "name it",  "into",    "produce", "generate"};
    size_t best = 0;

    for (size_t at = 0; at < sentence.len; at++) {
        char first = vb_lower(sentence.ptr[at]);

        if (at > 0 && vb_is_word(sentence.ptr[at - 1]))
            continue;
        for (size_t i = 0; i < VB_COUNT(verbs); i++) {
            size_t end;

            if (verbs[i][0] != first)
                continue;
            end = at + strlen(verbs[i]);
            if (end > best &&
                vb_str_istarts(vb_str_from(sentence, at), verbs[i]) &&
                (end >= sentence.len || !vb_is_word(sentence.ptr[end])))
                best = end;
        }
    }
    return (uint32_t)best;
}

/* A name without an ending counts where the sentence calls it a file: "a
 * file (`credentials`)", "a file named `credentials`". */
static vb_str
bare_name(const vb_block *b, uint32_t from)
{
    static const char *const before[] = {"file", "file named", "file called",
                                         "file, named", "file, called"};

    for (size_t i = 0; i < b->spans.len; i++) {
        const vb_inline *s = &b->spans.at[i];
        vb_str name = vb_str_sub(b->text, s->start, s->len), ahead;
        bool plausible = s->kind == VB_SPAN_CODE && s->start >= from &&
                         name.len > 1 && vb_is_alpha(name.ptr[0]);

        for (size_t k = 0; k < name.len && plausible; k++)
            plausible = vb_is_word(name.ptr[k]) || name.ptr[k] == '-';
        if (!plausible)
            continue;
        ahead = vb_str_rtrim(vb_str_sub(b->text, from, s->start - from));
        if (vb_str_ends(ahead, "("))
            ahead = vb_str_rtrim(vb_str_sub(ahead, 0, ahead.len - 1));
        for (size_t k = 0; k < VB_COUNT(before); k++)
            if (vb_str_ends(ahead, before[k]))
                return name;
    }
    return (vb_str){0};
}

/* Few words between the verb and the name: "create a new file, `x`". */
static bool
verb_near(vb_str sentence, vb_str name)
{
    size_t at = vb_str_find(sentence, name), from = at, words = 0;

    if (at == VB_NPOS)
        return false;
    while (from > 0 && words < 9) {
        from--;
        words += vb_is_space(sentence.ptr[from]);
        if (sentence.ptr[from] == ';')
            return false;
    }
    return behind_verb(vb_str_sub(sentence, from, at - from)) > 0;
}

/* A file the reader is told to create with this content. */
static vb_name
from_sentence(const vb_planner *p, const vb_context *c)
{
    const vb_block *b;
    size_t count = 0;
    vb_str name;
    uint32_t creating = VB_CUE_FILE | VB_CUE_CONTENT, verb;
    bool made;

    if (c->prose == VB_NONE)
        return (vb_name){0};
    b = &p->doc->blocks.at[c->prose];
    verb = behind_verb(c->lead);
    name = spelled_in(b, c->lead_at, (uint32_t)b->text.len,
                      verb ? c->lead_at + verb : 0, &count);
    if (name.len == 0 && (c->cues & (creating | VB_CUE_APPLY)))
        name = vb_filename_in(vb_str_from(c->lead, verb));
    if (name.len == 0 && verb)
        name = bare_name(b, c->lead_at);
    made = (c->cues & creating) || (name.len && verb_near(c->lead, name));
    if (name.len && made && !(c->cues & VB_CUE_SHOWN) &&
        (!(c->cues & VB_CUE_EDIT) ||
         ((c->cues & VB_CUE_FILE) && verb_near(c->lead, name))))
        return created(name, "the sentence before it says to create this file");
    if (name.len && count == 1 && (c->cues & VB_CUE_EDIT) == 0 &&
        !(c->cues & (VB_CUE_OUTPUT | VB_CUE_ERROR)))
        return named(name, "the sentence before it names the file", false);
    if (name.len == 0) {
        vb_str earlier = vb_str_sub(b->text, 0, c->lead_at);

        name = spelled_in(b, 0, c->lead_at, behind_verb(earlier), &count);
        if (name.len && verb_near(earlier, name) &&
            !(vb_cues_of(earlier) & VB_CUE_EDIT))
            return created(name, "the paragraph before it says to create "
                                 "this file");
        name = spelled_in(b, 0, (uint32_t)b->text.len, 0, &count);
        if (name.len == 0)
            name = vb_filename_in(b->text);
        if (name.len && (vb_cues_of(b->text) & creating) &&
            !(vb_cues_of(b->text) & VB_CUE_EDIT))
            return named(name,
                         "the paragraph before it says to create this "
                         "file",
                         true);
    }
    return (vb_name){0};
}

/* "Save this as `x`" behind the block. */
static vb_name
from_after(const vb_planner *p, const vb_context *c)
{
    const vb_block *b;
    vb_str first, name;
    size_t count;

    if (c->after == VB_NONE)
        return (vb_name){0};
    b = &p->doc->blocks.at[c->after];
    first = vb_first_sentence(b->text);
    /* it announces the next block, not this one */
    if (vb_str_ends(vb_str_rtrim(first), ":"))
        return (vb_name){0};
    if (!(vb_cues_of(first) & VB_CUE_FILE) ||
        !(vb_str_istarts(first, "save") || vb_str_istarts(first, "store") ||
          vb_str_istarts(first, "copy") || vb_str_istarts(first, "put") ||
          vb_str_istarts(first, "write")))
        return (vb_name){0};
    name = spelled_in(b, 0, (uint32_t)first.len, behind_verb(first), &count);
    if (name.len == 0)
        name = vb_filename_in(first);
    if (name.len)
        return named(name, "the sentence behind it says to save it", true);
    return (vb_name){0};
}

/* A sentence may name the settings that a program reads: source code is not
 * what stands in a data file. */
static bool
contradicts(vb_str lang, vb_str name)
{
    static const char *const code[] = {
        "python",     "py",     "go", "golang", "java",       "js",   "ts",
        "javascript", "csharp", "c#", "kotlin", "typescript", "rust", "php"};
    static const char *const data[] = {".yaml", ".yml", ".json", ".toml",
                                       ".ini",  ".xml", ".env",  ".csv"};

    if (!VB_STR_AMONG(lang, code))
        return false;
    for (size_t i = 0; i < VB_COUNT(data); i++)
        if (vb_str_ends(name, data[i]))
            return true;
    return false;
}

vb_name
vb_name_of(const vb_planner *p, uint32_t reading)
{
    const vb_context *c = &p->contexts[reading];
    const vb_block *b = &p->doc->blocks.at[c->block];
    vb_name n = from_info(b);

    if (!n.name.len)
        n = from_line(p, c);
    if (!n.name.len)
        n = from_comment(b);
    if (!n.name.len || !n.strong) {
        vb_name sentence = from_sentence(p, c);

        if (sentence.name.len && !contradicts(b->lang, sentence.name))
            n = sentence;
    }
    if (!n.name.len || !n.strong) {
        vb_name after = from_after(p, c);

        if (after.name.len)
            n = after;
    }
    return n;
}

/* kind-name.yaml from a manifest's own words. */
vb_str
vb_name_generate(const vb_planner *p, uint32_t reading)
{
    const vb_block *b = vb_reading_block(p, reading);
    vb_str rest = b->text, line, kind = {0}, name = {0};
    bool metadata = false, json = p->contexts[reading].shape == VB_SHAPE_JSON;

    while (vb_str_line(&rest, &line) && (!kind.len || !name.len)) {
        vb_str t = vb_str_trim(line);

        if (vb_str_starts(line, "kind:"))
            kind = vb_str_trim(vb_str_from(t, 5));
        else if (vb_str_starts(line, "metadata:"))
            metadata = true;
        else if (metadata && !name.len && vb_str_starts(t, "name:"))
            name = vb_str_trim(vb_str_from(t, 5));
    }
    if (kind.len == 0)
        return vb_str_fmt(p->arena, "block-line-%u.%s", b->loc.line,
                          json ? "json" : "yaml");
    if (name.len == 0)
        return vb_str_fmt(p->arena, "%.*s.yaml",
                          VB_ARG(vb_text_slug(p->arena, kind)));
    return vb_str_fmt(p->arena, "%.*s-%.*s.yaml",
                      VB_ARG(vb_text_slug(p->arena, kind)),
                      VB_ARG(vb_text_slug(p->arena, name)));
}
