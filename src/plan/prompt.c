#include "plan/prompt.h"

#include "base/buf.h"
#include "plan/shape.h"
#include "plan/shell.h"

#include <string.h>

#include "base/banned.h"

static vb_prompt
made(vb_prompt_kind kind, size_t len, const char *foreign)
{
    return (vb_prompt){kind, len, foreign};
}

/* user@host:~/dir$ , [user@host dir]# , (venv) user@host % */
static size_t
host_prompt(vb_str t)
{
    size_t seen_at = 0, brackets = 0;

    for (size_t i = 0; i + 1 < t.len && i < 80; i++) {
        char c = t.ptr[i];

        if (c == '@')
            seen_at = i + 1;
        else if (c == '[' || c == '(')
            brackets++;
        else if ((c == ']' || c == ')') && brackets)
            brackets--;
        else if ((c == '$' || c == '#' || c == '%') && t.ptr[i + 1] == ' ' &&
                 seen_at && !brackets)
            return i + 2;
        else if ((c == ' ' && !brackets && seen_at == 0) ||
                 strchr("\"'=;|<>{}", c))
            return 0;
    }
    return 0;
}

/* ~/dir $ , bash-5.1$ , sh-4.4# */
static size_t
short_prompt(vb_str t)
{
    size_t i = 0;

    if (vb_str_starts(t, "bash-") || vb_str_starts(t, "sh-")) {
        while (i < t.len && t.ptr[i] != '$' && t.ptr[i] != '#' &&
               t.ptr[i] != ' ')
            i++;
    } else if (vb_str_starts(t, "~")) {
        while (i < t.len &&
               (vb_is_alnum(t.ptr[i]) || strchr("~/-_.", t.ptr[i])))
            i++;
        if (i < t.len && t.ptr[i] == ' ')
            i++;
    } else if (vb_str_starts(t, "(")) {
        size_t close = vb_str_chr(t, ')');

        if (close == VB_NPOS || close > 40)
            return 0;
        i = close + 1;
        if (i < t.len && t.ptr[i] == ' ')
            i++;
    } else {
        return 0;
    }
    return i + 1 < t.len && (t.ptr[i] == '$' || t.ptr[i] == '#') &&
                   t.ptr[i + 1] == ' '
               ? i + 2
               : 0;
}

typedef struct vb_reader {
    const char *start, *name;
} vb_reader;

static vb_prompt
foreign_prompt(vb_str t, size_t indent)
{
    static const vb_reader readers[] = {{"mysql> ", "mysql"},
                                        {"MariaDB [", "mysql"},
                                        {"postgres=# ", "psql"},
                                        {"postgres=> ", "psql"},
                                        {"redis> ", "redis-cli"},
                                        {">>> ", "python"},
                                        {"sqlite> ", "sqlite3"},
                                        {"cqlsh> ", "cqlsh"},
                                        {"mongos> ", "mongo"},
                                        {"test> ", "mongo"},
                                        {"/ # ", "a container's shell"},
                                        {"/app # ", "a container's shell"},
                                        {"/ $ ", "a container's shell"},
                                        {"etcd> ", "etcdctl"},
                                        {"ftp> ", "ftp"},
                                        {"sftp> ", "sftp"},
                                        {"gremlin> ", "gremlin"},
                                        {"C:\\>", "cmd.exe"}};

    for (size_t i = 0; i < VB_COUNT(readers); i++)
        if (vb_str_starts(t, readers[i].start)) {
            size_t gt = vb_str_find(t, VB_STR("> "));
            size_t len = strlen(readers[i].start);

            if (vb_str_starts(t, "MariaDB") && gt != VB_NPOS)
                len = gt + 2;
            return made(VB_PROMPT_FOREIGN, indent + len, readers[i].name);
        }
    return made(VB_PROMPT_NONE, 0, NULL);
}

vb_prompt
vb_prompt_of(vb_str line)
{
    vb_str t = vb_str_ltrim(line);
    size_t indent = line.len - t.len, len;

    if (t.len == 0)
        return made(VB_PROMPT_NONE, 0, NULL);
    if (vb_str_starts(t, "$ ") || vb_str_starts(t, "$\t"))
        return made(VB_PROMPT_SHELL, indent + 2, NULL);
    if (vb_str_eqc(vb_str_trim(t), "$"))
        return made(VB_PROMPT_SHELL, indent + 1, NULL);
    if (vb_str_starts(t, "% ") && vb_line_command(vb_str_from(t, 2)) == VB_SURE)
        return made(VB_PROMPT_SHELL, indent + 2, NULL);
    if (vb_str_starts(t, "❯ ") || vb_str_starts(t, "➜ "))
        return made(VB_PROMPT_SHELL, indent + 4, NULL);
    if (vb_str_starts(t, "# "))
        return made(VB_PROMPT_ROOT, indent + 2, NULL);
    if (vb_str_starts(t, "PS ") || vb_str_starts(t, "PS>")) {
        size_t gt = vb_str_chr(t, '>');

        if (gt != VB_NPOS && gt < 80 &&
            (gt == 2 || vb_str_chr(vb_str_sub(t, 0, gt), '\\') != VB_NPOS ||
             vb_str_chr(vb_str_sub(t, 0, gt), '/') != VB_NPOS || gt == 3))
            return made(VB_PROMPT_POWER,
                        indent + gt + 1 +
                            (gt + 1 < t.len && t.ptr[gt + 1] == ' '),
                        NULL);
    }
    if ((len = host_prompt(t)) || (len = short_prompt(t)))
        return made(VB_PROMPT_SHELL, indent + len, NULL);
    if (vb_str_starts(t, "> "))
        return made(VB_PROMPT_MORE, indent + 2, NULL);
    return foreign_prompt(t, indent);
}

/* "> " goes on with a command; where a block begins with it and a command,
 * it is the prompt. */
static bool
arrow_prompts(vb_str text)
{
    vb_str line = vb_first_code_line(text);
    vb_prompt prompt = vb_prompt_of(line);

    return prompt.kind == VB_PROMPT_MORE &&
           vb_line_command(vb_str_from(line, prompt.len)) == VB_SURE;
}

bool
vb_has_prompt(vb_str text)
{
    vb_str rest = text, line;

    if (arrow_prompts(text))
        return true;

    while (vb_str_line(&rest, &line)) {
        vb_prompt_kind kind = vb_prompt_of(line).kind;

        if (kind == VB_PROMPT_SHELL || kind == VB_PROMPT_POWER ||
            kind == VB_PROMPT_FOREIGN)
            return true;
    }
    return false;
}

/* State of one split: the lines, and the part being gathered. */
typedef struct vb_splitter {
    vb_arena *arena;
    vb_split_work *work;
    vb_split *split;
    VB_VEC(vb_str) lines; /* slices of the text */
    const char *base;
    vb_str text;
    uint32_t first;  /* source line of lines.at[0] */
    bool root;       /* "# " is a prompt here ... */
    bool arrow;      /* ... or "> " before a command */
    size_t failures; /* commands that never completed; caps the work */
} vb_splitter;

static void
add_part(vb_splitter *sp, vb_kind kind, size_t line, vb_str text)
{
    vb_part part = {kind, sp->first + (uint32_t)line, text};

    vb_vec_push(sp->arena, &sp->split->parts, part);
    sp->split->output = sp->split->output || kind == VB_KIND_EXPECT;
    sp->split->commands += kind == VB_KIND_COMMAND;
}

/* Lines [from, to) as they are, without blank ones at the ends. */
static vb_str
span(const vb_splitter *sp, size_t *from, size_t to)
{
    const vb_str *last;
    const char *start;

    while (*from < to && vb_line_blank(sp->lines.at[*from]))
        (*from)++;
    while (to > *from && vb_line_blank(sp->lines.at[to - 1]))
        to--;
    if (to <= *from)
        return (vb_str){0};
    start = sp->lines.at[*from].ptr;
    last = &sp->lines.at[to - 1];
    return vb_str_n(start, (size_t)(last->ptr + last->len - start));
}

static bool
is_prompt(const vb_splitter *sp, size_t i, vb_prompt *prompt)
{
    *prompt = vb_prompt_of(sp->lines.at[i]);
    switch (prompt->kind) {
    case VB_PROMPT_SHELL:
    case VB_PROMPT_POWER:
    case VB_PROMPT_FOREIGN:
        return true;
    case VB_PROMPT_ROOT:
        return sp->root;
    case VB_PROMPT_MORE:
        return sp->arrow &&
               vb_line_command(vb_str_from(sp->lines.at[i], prompt->len)) ==
                   VB_SURE;
    default:
        return false;
    }
}

/* What lexing a command allocates is of no use behind it. */
static size_t
extent_of(vb_splitter *sp, vb_str text)
{
    vb_arena_reset(&sp->work->lexer);
    return vb_shell_extent(&sp->work->lexer, text);
}

/* "> " lines behind an incomplete command lose their prompt. */
static size_t
with_more_prompts(vb_splitter *sp, size_t i, vb_str head, vb_str *text)
{
    vb_buf buf;
    size_t next = i + 1;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    vb_buf_str(&buf, head);
    while (next < sp->lines.len) {
        vb_prompt p = vb_prompt_of(sp->lines.at[next]);
        bool bare = vb_str_eqc(vb_str_trim(sp->lines.at[next]), ">");

        if (p.kind != VB_PROMPT_MORE && !bare)
            break;
        vb_buf_ch(&buf, '\n');
        if (!bare)
            vb_buf_str(&buf, vb_str_from(sp->lines.at[next], p.len));
        next++;
    }
    *text = vb_str_copy(sp->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return next;
}

static size_t
lines_in(vb_str text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len && i < text.len; i++)
        n += text.ptr[i] == '\n';
    return n + (len > 0 && len >= text.len && text.len &&
                        text.ptr[text.len - 1] != '\n'
                    ? 1
                    : 0);
}

/* "--set a=b \\  # why": to its writer the command goes on, whatever the shell
 * makes of it. */
static bool
goes_on(vb_str line)
{
    size_t slash = vb_str_rchr(line, '\\');
    vb_str rest;

    if (slash == VB_NPOS || slash == 0 || !vb_is_space(line.ptr[slash - 1]))
        return false;
    rest = vb_str_ltrim(vb_str_from(line, slash + 1));
    return rest.len == 0 || (rest.ptr[0] == '#' && slash + 1 < line.len &&
                             vb_is_space(line.ptr[slash + 1]));
}

/* The command that starts on line 'i' behind 'skip' bytes, with at most the
 * lines before 'bound'. Returns the line behind it. */
static size_t
take_command(vb_splitter *sp, size_t i, size_t skip, size_t bound, vb_str *text)
{
    vb_str head = vb_str_from(sp->lines.at[i], skip), all;
    const vb_str *last = &sp->lines.at[bound - 1];
    size_t extent, next = i + 1;

    if (next < bound &&
        (vb_prompt_of(sp->lines.at[next]).kind == VB_PROMPT_MORE ||
         vb_str_eqc(vb_str_trim(sp->lines.at[next]), ">")) &&
        extent_of(sp, head) == VB_NPOS)
        return with_more_prompts(sp, i, head, text);
    all = vb_str_n(head.ptr, (size_t)(last->ptr + last->len - head.ptr));
    extent = sp->failures < 16 ? extent_of(sp, all) : VB_NPOS;
    if (extent == VB_NPOS) {
        sp->failures++;
        while (next < bound && vb_str_ends(sp->lines.at[next - 1], "\\"))
            next++;
    } else {
        next = i + lines_in(all, extent);
        next = next > i ? next : i + 1;
        next = next < bound ? next : bound;
    }
    while (next < bound && goes_on(sp->lines.at[next - 1]) &&
           !vb_line_blank(sp->lines.at[next]))
        next++;
    last = &sp->lines.at[next - 1];
    *text = vb_str_n(head.ptr, (size_t)(last->ptr + last->len - head.ptr));
    return next;
}

/* Every line of [from, to) is surely a command and none looks printed. */
static bool
all_commands(const vb_splitter *sp, size_t from, size_t to)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++) {
        vb_str t = vb_str_trim(sp->lines.at[i]);

        if (t.len == 0 || t.ptr[0] == '#')
            continue;
        if (vb_line_output(t) || vb_line_command(t) != VB_SURE)
            return false;
        n++;
    }
    return n > 0;
}

/* What stands between two prompts, or behind the last one. */
static void
add_output(vb_splitter *sp, size_t from, size_t to, bool prompt_follows)
{
    size_t end = to, start = from;
    vb_str text;

    /* comments right before a prompt speak about it */
    if (prompt_follows) {
        while (end > from) {
            vb_str t = vb_str_trim(sp->lines.at[end - 1]);

            if (t.len && t.ptr[0] != '#')
                break;
            end--;
        }
    }
    if (all_commands(sp, from, end)) {
        while (start < end) {
            size_t next;

            if (vb_line_blank(sp->lines.at[start])) {
                start++;
                continue;
            }
            next = take_command(sp, start, 0, end, &text);
            add_part(sp, VB_KIND_COMMAND, start, text);
            start = next;
        }
    } else {
        text = span(sp, &start, end);
        if (text.len)
            add_part(sp, VB_KIND_EXPECT, start, text);
    }
    start = end;
    text = span(sp, &start, to);
    if (text.len)
        add_part(sp, VB_KIND_IGNORE, start, text);
}

static void
split_prompts(vb_splitter *sp)
{
    size_t i = 0, n = sp->lines.len, from;
    vb_prompt prompt;
    vb_str text;

    while (i < n && !is_prompt(sp, i, &prompt))
        i++;
    from = 0;
    text = span(sp, &from, i);
    if (text.len && all_commands(sp, from, i))
        add_part(sp, VB_KIND_COMMAND, from, text);
    else if (text.len)
        add_part(sp, VB_KIND_IGNORE, from, text);
    while (i < n) {
        size_t bound = i + 1, next;
        vb_prompt other;

        if (!is_prompt(sp, i, &prompt))
            break;
        while (bound < n && !is_prompt(sp, bound, &other))
            bound++;
        if (prompt.kind == VB_PROMPT_FOREIGN && !sp->split->foreign)
            sp->split->foreign = prompt.foreign;
        sp->split->power = sp->split->power || prompt.kind == VB_PROMPT_POWER;
        next = take_command(sp, i, prompt.len, bound, &text);
        if (vb_str_trim(text).len)
            add_part(sp,
                     prompt.kind == VB_PROMPT_FOREIGN ? VB_KIND_IGNORE
                                                      : VB_KIND_COMMAND,
                     i, text);
        add_output(sp, next, bound, bound < n);
        i = bound;
    }
}

/* "# => text": output written as a comment. Gives the bytes to drop. */
static size_t
comment_output(vb_str line)
{
    static const char *const marks[] = {"# => ", "#=> ", "# -> ", "#-> ",
                                        "# =>",  "#=>",  "#> "};
    vb_str t = vb_str_ltrim(line);

    for (size_t i = 0; i < VB_COUNT(marks); i++)
        if (vb_str_starts(t, marks[i]))
            return line.len - t.len + strlen(marks[i]);
    return 0;
}

/* A comment that announces output, or that is a printed line itself. */
static bool
comment_shows(vb_str line, bool *announces)
{
    vb_str t = vb_str_trim(line);

    *announces = false;
    if (!vb_str_starts(t, "#"))
        return false;
    t = vb_str_trim(vb_str_from(t, 1));
    if (vb_str_starts(t, "["))
        t = vb_str_from(t, 1);
    *announces =
        t.len < 60 &&
        (vb_str_istarts(t, "output") || vb_str_istarts(t, "expected output") ||
         vb_str_istarts(t, "example output") ||
         vb_str_istarts(t, "sample output") || vb_str_istarts(t, "result:"));
    return *announces || vb_line_header(t);
}

/* The comment lines from 'i' on, without their '#'. */
static size_t
take_comment_output(vb_splitter *sp, size_t i, bool skip_first)
{
    vb_buf buf;
    size_t from = i + skip_first, next = from;

    vb_buf_init(&buf, VB_BUF_NO_MAX);
    while (next < sp->lines.len) {
        vb_str t = vb_str_ltrim(sp->lines.at[next]);
        size_t mark = comment_output(sp->lines.at[next]);

        if (!vb_str_starts(t, "#"))
            break;
        if (next > from)
            vb_buf_ch(&buf, '\n');
        if (mark)
            vb_buf_str(&buf, vb_str_from(sp->lines.at[next], mark));
        else
            vb_buf_str(&buf, vb_str_from(t, vb_str_starts(t, "# ") ? 2 : 1));
        next++;
    }
    if (next > from)
        add_part(sp, VB_KIND_EXPECT, from,
                 vb_str_copy(sp->arena, vb_buf_view(&buf)));
    vb_buf_release(&buf);
    return next;
}

/* A line behind a complete command that no reader would type. */
static bool
printed_line(const vb_splitter *sp, size_t i)
{
    vb_str line = sp->lines.at[i], t = vb_str_trim(line);

    if (t.len == 0 || t.ptr[0] == '#')
        return false;
    if (vb_line_output(line))
        return vb_line_command(line) != VB_SURE;
    if (vb_line_command(line) != VB_NOT)
        return false;
    if (vb_str_eqc(t, "{") || vb_str_eqc(t, "["))
        return true;
    if (strchr("\"{[<", t.ptr[0]))
        return i > 0 && (t.ptr[0] == '{' || t.ptr[0] == '"') &&
               vb_str_has(t, "\":");
    return (vb_is_upper(t.ptr[0]) || vb_is_digit(t.ptr[0])) &&
           !vb_str_ends(t, "\\") && vb_str_chr(t, '$') == VB_NPOS &&
           vb_str_chr(t, '(') == VB_NPOS;
}

/* Output from line 'i' on: up to the next line that is surely a command. */
static size_t
take_output(vb_splitter *sp, size_t i)
{
    size_t next = i + 1, from = i;
    vb_str text;

    while (next < sp->lines.len) {
        vb_str t = vb_str_trim(sp->lines.at[next]);
        bool after_gap = vb_line_blank(sp->lines.at[next - 1]);

        if (after_gap && t.len &&
            (t.ptr[0] == '#' ||
             (vb_line_command(t) == VB_SURE && !vb_line_output(t))))
            break;
        if (vb_known_command(vb_str_sub(
                t, 0,
                vb_str_chr(t, ' ') == VB_NPOS ? t.len : vb_str_chr(t, ' '))) ==
                VB_KNOWN_YES &&
            vb_line_command(t) == VB_SURE)
            break;
        next++;
    }
    text = span(sp, &from, next);
    if (text.len)
        add_part(sp, VB_KIND_EXPECT, from, text);
    return next;
}

/* No prompts: commands one by one; a printed line begins output. */
static void
split_bare(vb_splitter *sp)
{
    size_t i = 0, from = 0, n = sp->lines.len;
    bool any = false, announces;
    vb_str text;

    while (i < n) {
        vb_str t = vb_str_trim(sp->lines.at[i]);
        size_t stop = i;

        if (any && (comment_output(sp->lines.at[i]) ||
                    comment_shows(sp->lines.at[i], &announces))) {
            announces = !comment_output(sp->lines.at[i]) &&
                        comment_shows(sp->lines.at[i], &announces) && announces;
            text = span(sp, &from, stop);
            if (text.len)
                add_part(sp, VB_KIND_COMMAND, from, text);
            from = i = take_comment_output(sp, i, announces);
        } else if (t.len == 0 || t.ptr[0] == '#') {
            i++;
        } else if (any && printed_line(sp, i)) {
            text = span(sp, &from, stop);
            if (text.len)
                add_part(sp, VB_KIND_COMMAND, from, text);
            from = i = take_output(sp, i);
        } else {
            any = true;
            i = take_command(sp, i, 0, n, &text);
        }
    }
    text = span(sp, &from, n);
    if (text.len)
        add_part(sp, VB_KIND_COMMAND, from, text);
}

/* "# " is the prompt of root when what follows it are commands and the rest
 * is output: a comment's words are no commands. */
static bool
root_prompts(const vb_splitter *sp)
{
    size_t commands = 0, other = 0, bare = 0;

    for (size_t i = 0; i < sp->lines.len; i++) {
        vb_prompt p = vb_prompt_of(sp->lines.at[i]);

        if (p.kind == VB_PROMPT_ROOT) {
            if (vb_line_command(vb_str_from(sp->lines.at[i], p.len)) == VB_SURE)
                commands++;
            else
                other++;
        } else if (vb_line_command(sp->lines.at[i]) == VB_SURE) {
            bare++;
        }
    }
    return commands > 0 && other == 0 && bare == 0;
}

void
vb_split_release(vb_split_work *work)
{
    vb_arena_release(&work->lines);
    vb_arena_release(&work->lexer);
}

vb_split
vb_split_block(vb_arena *arena, vb_split_work *work, vb_str text, uint32_t line,
               bool session)
{
    vb_split split = {0};
    vb_splitter sp = {.arena = arena,
                      .work = work,
                      .split = &split,
                      .text = text,
                      .first = line};
    vb_str rest = text, one;

    vb_arena_reset(&work->lines);
    while (vb_str_line(&rest, &one))
        vb_vec_push(&work->lines, &sp.lines, one);
    for (size_t i = 0; i < sp.lines.len && !split.prompts; i++) {
        vb_prompt_kind kind = vb_prompt_of(sp.lines.at[i]).kind;

        split.prompts = kind == VB_PROMPT_SHELL || kind == VB_PROMPT_POWER ||
                        kind == VB_PROMPT_FOREIGN;
    }
    if (!split.prompts && arrow_prompts(text))
        split.prompts = sp.arrow = true;
    if (!split.prompts && session && root_prompts(&sp))
        split.prompts = sp.root = true;
    if (split.prompts) {
        split_prompts(&sp);
    } else {
        split_bare(&sp);
        if (!split.output)
            split.parts.len = 0;
    }
    return split;
}
