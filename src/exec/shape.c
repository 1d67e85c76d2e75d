#include "exec/shape.h"

#include "base/banned.h"

/* Builtins that leave the shell as it was. */
static const char *const harmless[] = {"echo", "printf", "true", "false",
                                       ":",    "test",   "[",    "pwd",
                                       "type", "kill",   "times"};

static bool
is_harmless(const vb_simple *simple, vb_str program)
{
    for (size_t i = 0; i < VB_COUNT(harmless); i++) {
        if (!vb_str_eqc(program, harmless[i]))
            continue;
        /* printf -v assigns, and so may an index in [ -v a[x=1] ]. */
        for (size_t k = 1; k < simple->words.len; k++)
            if (vb_str_starts(simple->words.at[k].text, "-v"))
                return false;
        return true;
    }
    return false;
}

bool
vb_shape_changes(const vb_shell *shell, const vb_simple *simple,
                 const vb_map *functions)
{
    const vb_word *program;

    (void)shell;
    if (simple->assigns.len || simple->in_function || !simple->words.len)
        return true;
    program = &simple->words.at[0];
    if (!program->is_static || vb_map_find(functions, program->text))
        return true;
    return vb_shell_builtin(program->text) &&
           !is_harmless(simple, program->text);
}

/* An expansion that assigns: arithmetic may. */
static bool
expansions_change(const vb_shell *shell)
{
    if (shell->sets.len)
        return true;
    for (size_t i = 0; i < shell->uses.len; i++)
        if (shell->uses.at[i].arith || shell->uses.at[i].indirect)
            return true;
    return vb_str_has(shell->text, "$((") || vb_str_has(shell->text, "$[");
}

bool
vb_shape_text_changes(const vb_shell *shell, const vb_map *functions)
{
    if (shell->fault || shell->functions.len || expansions_change(shell))
        return true;
    for (size_t i = 0; i < shell->simples.len; i++)
        if (shell->simples.at[i].background ||
            vb_shape_changes(shell, &shell->simples.at[i], functions))
            return true;
    return false;
}

bool
vb_shape_bare(const vb_shell *shell, const vb_map *functions)
{
    vb_str text = vb_str_trim(shell->text);
    const vb_simple *one = shell->simples.at;

    if (shell->simples.len != 1 || shell->heredocs.len ||
        vb_shape_text_changes(shell, functions))
        return false;
    if (one->depth || one->nest || one->piped_from || one->piped_to ||
        one->and_or || shell->text.ptr + one->start != text.ptr)
        return false;
    /* Nothing but blanks, a newline or a comment may stand behind it. */
    text = vb_str_ltrim(vb_str_from(shell->text, one->start + one->len));
    return text.len == 0 || text.ptr[0] == '#';
}

/* The last line (0-based) of a command. */
static uint32_t
end_line(const vb_shell *shell, const vb_simple *simple)
{
    vb_str text =
        vb_str_rtrim(vb_str_sub(shell->text, simple->start, simple->len));
    uint32_t line = simple->line;

    for (size_t i = 0; i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

size_t
vb_shape_at_line(const vb_shell *shell, uint32_t line, size_t from)
{

    for (size_t i = from; i < shell->simples.len; i++) {
        const vb_simple *simple = &shell->simples.at[i];

        if (simple->line > line)
            break;
        if (line <= end_line(shell, simple))
            return i;
    }
    return VB_NPOS;
}

bool
vb_shape_boundary(const vb_shell *shell, size_t simple)
{
    const vb_simple *s = &shell->simples.at[simple];

    return !s->depth && !s->nest && !s->in_function && !s->piped_from &&
           !s->and_or;
}

bool
vb_shape_test(const vb_simple *simple)
{
    vb_str word =
        simple->words.len ? simple->words.at[0].text : (vb_str){.ptr = ""};

    return vb_str_eqc(word, "[") || vb_str_eqc(word, "[[") ||
           vb_str_eqc(word, "test");
}
