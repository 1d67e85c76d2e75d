#include "plan/shape.h"

#include <string.h>

#include "base/banned.h"

bool
vb_line_blank(vb_str line)
{
    return vb_str_trim(line).len == 0;
}

vb_str
vb_first_code_line(vb_str text)
{
    vb_str rest = text, line;

    while (vb_str_line(&rest, &line)) {
        vb_str t = vb_str_trim(line);

        if (t.len && t.ptr[0] != '#')
            return t;
    }
    return (vb_str){0};
}

static bool
all_upper(vb_str w)
{
    size_t letters = 0;

    for (size_t i = 0; i < w.len; i++) {
        char c = w.ptr[i];

        if (vb_is_lower(c))
            return false;
        if (vb_is_upper(c))
            letters++;
        else if (!vb_is_digit(c) && !strchr("-_()/%:#|", c))
            return false;
    }
    return letters >= 2;
}

bool
vb_line_header(vb_str line)
{
    vb_str rest = vb_str_trim(line), word;
    size_t words = 0, upper = 0;

    if (rest.len == 0 || !vb_is_upper(rest.ptr[0]))
        return false;
    if (vb_str_eqc(rest, "NAME"))
        return true;
    while (vb_str_word(&rest, &word)) {
        words++;
        upper += all_upper(word);
    }
    return words >= 2 && upper == words && vb_str_has(line, "  ");
}

/* Title Case columns far apart: "ID       Name        Region". */
static bool
spaced_columns(vb_str line)
{
    size_t gaps = 0, run = 0;
    vb_str t = vb_str_trim(line);

    if (t.len == 0 || !vb_is_upper(t.ptr[0]))
        return false;
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '\t' || t.ptr[i] == ' ') {
            run += t.ptr[i] == '\t' ? 2 : 1;
        } else {
            gaps += run >= 2;
            if (run >= 2 && !vb_is_upper(t.ptr[i]) && t.ptr[i] != '%')
                return false;
            run = 0;
        }
    }
    return gaps >= 2;
}

static bool
box_line(vb_str t)
{
    static const char *const starts[] = {"+--", "|--", "| ",  "┌",   "│",
                                         "╭",   "═",   "---", "===", "***"};

    for (size_t i = 0; i < VB_COUNT(starts); i++)
        if (vb_str_starts(t, starts[i]))
            return t.len > 3;
    return false;
}

/* 2022-08-11 22:10:23, 22:10:23, [2022-..], I0811 22:10:23.1 */
static bool
starts_with_time(vb_str t)
{
    size_t digits = 0, marks = 0, i;

    if (t.len && (t.ptr[0] == '[' || t.ptr[0] == 'I' || t.ptr[0] == 'W' ||
                  t.ptr[0] == 'E'))
        t = vb_str_from(t, 1);
    for (i = 0; i < t.len && i < 19; i++) {
        if (vb_is_digit(t.ptr[i]))
            digits++;
        else if (strchr("-:/T .", t.ptr[i]))
            marks += t.ptr[i] != ' ' && t.ptr[i] != '.' && t.ptr[i] != 'T';
        else
            break;
    }
    return digits >= 6 && marks >= 2;
}

/* "deployment.apps/web created" */
static bool
kubectl_result(vb_str t)
{
    static const char *const ends[] = {" created",
                                       " configured",
                                       " unchanged",
                                       " deleted",
                                       " patched",
                                       " scaled",
                                       " labeled",
                                       " annotated",
                                       " restarted",
                                       " exposed",
                                       " edited",
                                       " replaced",
                                       " updated",
                                       " condition met",
                                       " rolled out",
                                       " env updated",
                                       " image updated",
                                       " autoscaled",
                                       " created (dry run)",
                                       " serverside-applied",
                                       " successfully rolled out"};
    size_t slash = vb_str_chr(t, '/'), space = vb_str_chr(t, ' ');
    bool quoted = vb_str_has(t, " \"");

    if (t.len > 300 || space == VB_NPOS)
        return false;
    for (size_t i = 0; i < VB_COUNT(ends); i++)
        if (vb_str_ends(t, ends[i]))
            return (slash != VB_NPOS && slash < space) || quoted;
    return false;
}

static bool
level_word(vb_str t)
{
    static const char *const starts[] = {"[INFO]",
                                         "[WARN",
                                         "[ERROR",
                                         "[DEBUG",
                                         "INFO ",
                                         "INFO:",
                                         "WARN ",
                                         "WARNING:",
                                         "ERROR ",
                                         "ERROR:",
                                         "Error:",
                                         "error:",
                                         "time=\"",
                                         "level=",
                                         "✓",
                                         "✔",
                                         "✅",
                                         "❗",
                                         "»",
                                         "→",
                                         "==>",
                                         "Error ",
                                         "Warning:",
                                         "Notice:",
                                         "Successfully ",
                                         "Created ",
                                         "Updated ",
                                         "Creating ",
                                         "Deleting ",
                                         "Installing ",
                                         "Waiting for ",
                                         "Downloading ",
                                         "{\"level\"",
                                         "✨",
                                         "[✔]",
                                         "[i]",
                                         "[ℹ]",
                                         "😄",
                                         "👍",
                                         "🔥",
                                         "🏄"};

    for (size_t i = 0; i < VB_COUNT(starts); i++)
        if (vb_str_starts(t, starts[i]))
            return true;
    return false;
}

/* A line that starts with a character of another script or a pictograph:
 * commands never do. */
static bool
starts_with_symbol(vb_str t)
{
    unsigned char c = t.len ? (unsigned char)t.ptr[0] : 0;

    return c >= 0xE2;
}

bool
vb_line_output(vb_str line)
{
    vb_str t = vb_str_trim(line);

    return t.len && (vb_line_header(line) || spaced_columns(line) ||
                     box_line(t) || starts_with_time(t) || kubectl_result(t) ||
                     level_word(t) || starts_with_symbol(t));
}

/* NAME=value as the shell takes it, nothing before the '='. */
static bool
assignment(vb_str line)
{
    size_t eq = vb_str_chr(line, '=');
    vb_str name;

    if (eq == VB_NPOS || eq == 0)
        return false;
    name = vb_str_sub(line, 0, eq);
    if (vb_str_ends(name, "+"))
        name.len--;
    if (!vb_shell_name(name))
        return false;
    if (eq + 1 < line.len && line.ptr[eq + 1] == ' ')
        return false;
    return true;
}

static bool
word_like(vb_str w)
{
    if (w.len < 2 || w.len > 40 || !(vb_is_lower(w.ptr[0])))
        return false;
    for (size_t i = 0; i < w.len; i++)
        if (!vb_is_lower(w.ptr[i]) && !vb_is_digit(w.ptr[i]) &&
            w.ptr[i] != '-' && w.ptr[i] != '_' && w.ptr[i] != '.')
            return false;
    return true;
}

/* Are there options or operators that only a command line has? */
static bool
has_option(vb_str rest)
{
    vb_str word;

    while (vb_str_word(&rest, &word)) {
        if (word.len >= 2 && word.ptr[0] == '-' &&
            (vb_is_alpha(word.ptr[1]) ||
             (word.ptr[1] == '-' && word.len > 2 && vb_is_alpha(word.ptr[2]))))
            return true;
        if (vb_str_eqc(word, "|") || vb_str_eqc(word, "&&") ||
            vb_str_eqc(word, "||") || vb_str_eqc(word, "\\") ||
            vb_str_eqc(word, ">") || vb_str_eqc(word, ">>"))
            return true;
    }
    return false;
}

/* An English word that is a command too: what follows decides. */
static vb_surety
english(vb_str first, vb_str rest)
{
    vb_str next, tail = rest;

    if (rest.len == 0)
        return VB_MAYBE;
    if (has_option(rest))
        return VB_SURE;
    if (!vb_str_word(&tail, &next))
        return VB_MAYBE;
    if (vb_str_eqc(first, "export") || vb_str_eqc(first, "echo") ||
        vb_str_eqc(first, "source") || vb_str_eqc(first, "touch") ||
        vb_str_eqc(first, "for") || vb_str_eqc(first, "while") ||
        vb_str_eqc(first, "if") || vb_str_eqc(first, "until") ||
        vb_str_eqc(first, "printf") || vb_str_eqc(first, "unset") ||
        vb_str_eqc(first, "install") || vb_str_eqc(first, "watch"))
        return VB_SURE;
    if (strchr("$\"'./~{", next.ptr[0]) || vb_str_chr(next, '/') != VB_NPOS ||
        vb_str_chr(next, '=') != VB_NPOS || vb_str_chr(next, '.') != VB_NPOS)
        return VB_SURE;
    return VB_MAYBE;
}

/* "(cd x && make)", "{ make; }": what stands first in the group. */
static vb_str
ungrouped(vb_str t)
{
    size_t n = 0;

    while (n < 8 && t.len > 2 &&
           ((t.ptr[0] == '(' && t.ptr[1] != '(') ||
            (t.ptr[0] == '{' && vb_is_space(t.ptr[1])))) {
        t = vb_str_ltrim(vb_str_from(t, 1));
        n++;
    }
    return t;
}

vb_surety
vb_line_command(vb_str line)
{
    vb_str t = ungrouped(vb_str_trim(line)), rest, first;
    vb_known known;

    if (t.len == 0)
        return VB_NOT;
    if (assignment(t))
        return VB_SURE;
    if (vb_str_starts(t, "#!/") || vb_str_starts(t, "$(") ||
        vb_str_eqc(t, "{") || vb_str_eqc(t, "(") || vb_str_starts(t, "./") ||
        vb_str_starts(t, "\"$") || vb_str_starts(t, "((") ||
        vb_str_starts(t, "${"))
        return vb_str_eqc(t, "{") ? VB_MAYBE : VB_SURE;
    rest = t;
    if (!vb_str_word(&rest, &first))
        return VB_NOT;
    rest = vb_str_trim(rest);
    if (vb_str_ends(first, ";"))
        first.len--;
    known = vb_known_command(first);
    if (known == VB_KNOWN_YES)
        return vb_str_starts(rest, ":") || vb_str_starts(rest, "= ") ? VB_NOT
                                                                     : VB_SURE;
    if (known == VB_KNOWN_WORD)
        return english(first, rest);
    if (vb_str_starts(first, "/") || vb_str_starts(first, "~/"))
        return vb_known_command(first) ? VB_SURE : VB_NOT;
    if (vb_str_ends(first, "()"))
        return VB_SURE;
    if (word_like(first) && has_option(rest))
        return VB_SURE;
    if (word_like(first) && rest.len && !vb_str_ends(t, ".") &&
        !vb_str_ends(t, ":") && !vb_str_ends(first, "."))
        return VB_MAYBE;
    return VB_NOT;
}

/* A group of commands: its brace stands alone, and a command below it. */
static bool
group_start(vb_str text)
{
    vb_str rest = vb_str_trim(text), line;

    if (!vb_str_line(&rest, &line) || !vb_str_eqc(vb_str_trim(line), "{"))
        return false;
    line = vb_first_code_line(rest);
    return !vb_str_starts(vb_str_ltrim(line), "\"") &&
           vb_line_command(line) == VB_SURE;
}

static bool
json_start(vb_str text)
{
    vb_str t = vb_str_trim(text), line, rest;
    char next;

    if (t.len < 2 || (t.ptr[0] != '{' && t.ptr[0] != '['))
        return false;
    if (vb_str_starts(t, "{{") || vb_str_starts(t, "[[") ||
        vb_str_starts(t, "{%"))
        return false;
    rest = t;
    if (!vb_str_line(&rest, &line))
        return false;
    line = vb_str_trim(vb_str_from(line, 1));
    if (line.len == 0)
        return t.ptr[t.len - 1] == '}' || t.ptr[t.len - 1] == ']' ||
               vb_str_starts(vb_str_trim(rest), "\"") ||
               vb_str_starts(vb_str_trim(rest), "{");
    next = line.ptr[0];
    if (t.ptr[0] == '{')
        return next == '"' || next == '}';
    return next == '"' || next == '{' || next == ']' ||
           (next == '[' && vb_str_ends(t, "]"));
}

/* "key:" or "key: value", possibly behind "- "; the key a plain word. */
static bool
yaml_line(vb_str line)
{
    vb_str t = vb_str_trim(line);
    size_t colon;

    while (vb_str_starts(t, "- "))
        t = vb_str_ltrim(vb_str_from(t, 2));
    colon = vb_str_find(t, VB_STR(":"));
    if (t.len && (t.ptr[0] == '"' || t.ptr[0] == '\'')) {
        size_t close = vb_str_chr(vb_str_from(t, 1), t.ptr[0]);

        return close != VB_NPOS && close + 2 < t.len && t.ptr[close + 2] == ':';
    }
    if (colon == VB_NPOS || colon == 0 || colon > 80)
        return false;
    if (colon + 1 < t.len && !vb_is_space(t.ptr[colon + 1]))
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!vb_is_word(t.ptr[i]) && !strchr("-./$", t.ptr[i]))
            return false;
    return true;
}

static vb_shape
yaml_shape(vb_str text)
{
    vb_str rest = text, line;
    size_t yes = 0, no = 0;
    bool api = false, kind = false, nested = false;

    for (size_t n = 0; n < 400 && vb_str_line(&rest, &line); n++) {
        vb_str t = vb_str_trim(line);

        if (t.len == 0 || t.ptr[0] == '#' || vb_str_eqc(t, "---"))
            continue;
        api = api || vb_str_starts(t, "apiVersion:");
        kind = kind || vb_str_starts(line, "kind:");
        nested = nested || line.ptr[0] == ' ';
        if (yaml_line(line) || vb_str_starts(t, "- ") || vb_str_eqc(t, "-"))
            yes++;
        else
            no++;
        if (n > 60 && api && kind)
            break;
    }
    if (api && kind)
        return VB_SHAPE_MANIFEST;
    if (yes >= 1 && no * 3 <= yes)
        return nested || yes > 1 ? VB_SHAPE_YAML : VB_SHAPE_KEYS;
    return VB_SHAPE_PLAIN;
}

static bool
tree_shape(vb_str text)
{
    return vb_str_has(text, "├─") || vb_str_has(text, "└─") ||
           vb_str_has(text, "|-- ") || vb_str_has(text, "`-- ");
}

/* key.with.dots=value, [section], block "label" { */
static bool
keys_line(vb_str t)
{
    size_t eq = vb_str_chr(t, '='), dot = vb_str_chr(t, '.');

    if (t.len == 0)
        return false;
    if (t.len > 2 && t.ptr[0] == '[' && t.ptr[t.len - 1] == ']')
        return true;
    if (eq != VB_NPOS && dot != VB_NPOS && dot < eq && eq > 0 &&
        vb_str_chr(vb_str_sub(t, 0, eq), ' ') == VB_NPOS &&
        !vb_str_starts(t, "-"))
        return true;
    if (eq != VB_NPOS && eq > 1 && t.ptr[eq - 1] == ' ' && eq + 1 < t.len &&
        t.ptr[eq + 1] == ' ' &&
        vb_shell_name(vb_str_trim(vb_str_sub(t, 0, eq))))
        return true;
    return vb_str_ends(t, "{") &&
           (vb_str_starts(t, "resource ") || vb_str_starts(t, "provider ") ||
            vb_str_starts(t, "module ") || vb_str_starts(t, "variable ") ||
            vb_str_starts(t, "terraform "));
}

/* A log's second or third line, behind one that says nothing. */
static bool
log_soon(vb_str text)
{
    vb_str rest = text, line;

    for (size_t n = 0; n < 4 && vb_str_line(&rest, &line); n++)
        if (vb_line_output(line))
            return true;
    return false;
}

vb_shape
vb_shape_of(vb_str text)
{
    vb_str t = vb_str_trim(text), first = vb_first_code_line(text);
    vb_shape yaml;

    if (t.len == 0)
        return VB_SHAPE_EMPTY;
    if (group_start(t))
        return VB_SHAPE_COMMAND;
    if (json_start(t))
        return vb_str_has(vb_str_sub(t, 0, 400), "\"apiVersion\"") &&
                       vb_str_has(vb_str_sub(t, 0, 400), "\"kind\"")
                   ? VB_SHAPE_MANIFEST
                   : VB_SHAPE_JSON;
    if (tree_shape(t))
        return VB_SHAPE_TREE;
    if (vb_str_starts(t, "<") &&
        (vb_str_istarts(t, "<!doctype") || vb_str_starts(t, "<?xml") ||
         (t.len > 2 && vb_is_alpha(t.ptr[1]) && vb_str_ends(t, ">"))))
        return VB_SHAPE_MARKUP;
    if (vb_line_command(first) == VB_SURE && !vb_line_output(first))
        return VB_SHAPE_COMMAND;
    yaml = yaml_shape(text);
    if (yaml == VB_SHAPE_MANIFEST)
        return yaml;
    if (vb_line_header(first) || spaced_columns(first) || box_line(first))
        return VB_SHAPE_TABLE;
    if (vb_line_output(first))
        return VB_SHAPE_LOG;
    if (yaml != VB_SHAPE_PLAIN)
        return yaml;
    if (keys_line(first))
        return VB_SHAPE_KEYS;
    return log_soon(text) ? VB_SHAPE_LOG : VB_SHAPE_PLAIN;
}

const char *
vb_shape_name(vb_shape shape)
{
    static const char *const names[] = {
        "nothing", "plain text",   "a command",       "JSON",
        "YAML",    "a manifest",   "a printed table", "a log",
        "markup",  "a drawn tree", "settings"};

    return names[shape];
}
