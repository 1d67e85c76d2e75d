/*
 * Blocks that show a terminal: prompts, the commands behind them and the
 * output between them. Splits such a block into parts; a block of commands
 * alone has none.
 */
#ifndef VB_PLAN_PROMPT_H
#define VB_PLAN_PROMPT_H

#include "base/arena.h"
#include "base/str.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum vb_prompt_kind {
    VB_PROMPT_NONE,
    VB_PROMPT_SHELL,   /* $  %  user@host:~$  [root@x ~]# */
    VB_PROMPT_ROOT,    /* "# ": a comment where nothing says otherwise */
    VB_PROMPT_POWER,   /* PS C:\> */
    VB_PROMPT_MORE,    /* "> ": continues an incomplete command */
    VB_PROMPT_FOREIGN, /* mysql>, >>>, "/ # ": inside something else */
} vb_prompt_kind;

typedef struct vb_prompt {
    vb_prompt_kind kind;
    size_t len;          /* bytes of indentation and prompt */
    const char *foreign; /* FOREIGN: what reads the line; static */
} vb_prompt;

vb_prompt vb_prompt_of(vb_str line);

typedef struct vb_split {
    VB_VEC(vb_part) parts;
    bool prompts; /* prompts were there */
    bool output;  /* some part is EXPECT */
    size_t commands;
    const char *foreign; /* first foreign prompt, or NULL */
    bool power;          /* PowerShell prompts */
} vb_split;

/* Memory that splitting needs and leaves for the next block; {0} at first. */
typedef struct vb_split_work {
    vb_arena lines, lexer;
} vb_split_work;

void vb_split_release(vb_split_work *work);

/* 'text' is a block's content, its first line being 'line' in the source.
 * 'session': the block's tag or its page says that "# " may be a prompt and
 * output may stand here. */
vb_split vb_split_block(vb_arena *arena, vb_split_work *work, vb_str text,
                        uint32_t line, bool session);

/* Does any line carry a shell prompt? Cheap. */
bool vb_has_prompt(vb_str text);

#endif
