/* Any bytes as shell text: offsets stay inside, stretches and words are in
 * order, an extent is a prefix that is complete by itself. */
#include "base/arena.h"
#include "plan/known.h"
#include "plan/prompt.h"
#include "plan/shell.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_word(const vb_word *w, size_t size)
{
    if ((size_t)w->start + w->len > size)
        abort();
    if (w->is_static && w->text.len > w->len)
        abort();
}

static void
check_simple(const vb_shell *sh, const vb_simple *s, size_t size)
{
    size_t program = vb_simple_program(s);

    if ((size_t)s->start + s->len > size)
        abort();
    if (program != VB_NPOS && program >= s->words.len)
        abort();
    for (size_t i = 0; i < s->words.len; i++)
        check_word(&s->words.at[i], size);
    for (size_t i = 0; i < s->redirs.len; i++) {
        check_word(&s->redirs.at[i].target, size);
        if (s->redirs.at[i].kind == VB_REDIR_HEREDOC &&
            s->redirs.at[i].doc >= sh->heredocs.len)
            abort();
    }
    if (vb_effect_of(s) > VB_EFFECT_DESTROY)
        abort();
    (void)vb_opens_shell(s);
}

static void
check_shell(const vb_shell *sh, size_t size)
{
    for (size_t i = 0; i < sh->simples.len; i++)
        check_simple(sh, &sh->simples.at[i], size);
    for (size_t i = 1; i < sh->stretches.len; i++)
        if (sh->stretches.at[i].start <= sh->stretches.at[i - 1].start)
            abort();
    for (size_t i = 0; i < sh->sets.len; i++) {
        const vb_var_set *set = &sh->sets.at[i];

        if (!vb_shell_name(set->name) || (size_t)set->start + set->len > size)
            abort();
    }
    for (size_t i = 0; i < sh->uses.len; i++)
        if (!vb_shell_name(sh->uses.at[i].name) || sh->uses.at[i].at >= size)
            abort();
    for (size_t i = 0; i < sh->heredocs.len; i++)
        if ((size_t)sh->heredocs.at[i].start + sh->heredocs.at[i].len > size)
            abort();
}

/* The parts of a split stand in the order of their lines. */
static void
check_split(vb_arena *arena, vb_str text)
{
    vb_split_work work = {0};
    vb_split split = vb_split_block(arena, &work, text, 1, true);

    for (size_t i = 1; i < split.parts.len; i++)
        if (split.parts.at[i].line < split.parts.at[i - 1].line)
            abort();
    vb_split_release(&work);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vb_str text = vb_str_n((const char *)data, size);
    vb_arena arena;
    size_t extent;

    vb_arena_init(&arena);
    check_shell(vb_shell_read(&arena, text), size);
    extent = vb_shell_extent(&arena, text);
    if (extent != VB_NPOS) {
        if (extent > size)
            abort();
        if (extent > 0 &&
            vb_shell_extent(&arena, vb_str_sub(text, 0, extent)) != extent)
            abort();
    }
    check_split(&arena, text);
    vb_arena_release(&arena);
    return 0;
}
