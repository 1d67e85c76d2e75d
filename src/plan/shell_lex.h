/* Inside of the shell lexer: shared by shell.c and shell_word.c only. */
#ifndef VB_PLAN_SHELL_LEX_H
#define VB_PLAN_SHELL_LEX_H

#include "plan/shell.h"

typedef enum vb_frame_kind {
    VB_FRAME_CMD,   /* commands: top level, $(...), (...), `...` */
    VB_FRAME_ARRAY, /* A=(...) and extended patterns: words, no commands */
    VB_FRAME_DQ,
    VB_FRAME_PARAM, /* ${NAME...} */
    VB_FRAME_ARITH, /* $((...)) ((...)) */
    VB_FRAME_HERE,  /* an expanding here-document's body */
} vb_frame_kind;

/* What the next word of a CMD frame is. */
typedef enum vb_word_mode {
    VB_MODE_NORMAL,
    VB_MODE_FOR_NAME,
    VB_MODE_FOR_LIST,
    VB_MODE_CASE_WORD,
    VB_MODE_CASE_IN,
    VB_MODE_FUNCTION,
    VB_MODE_PATTERN,
} vb_word_mode;

typedef struct vb_frame {
    vb_frame_kind kind;
    vb_word_mode mode;
    char closer; /* CMD: ')' or '`'; 0 at the top */
    bool cmdpos; /* the next word is in command position */
    bool in_word, quoted, dynamic;
    bool cond; /* inside [[ ]] */
    bool in_dq;
    bool in_backquote;
    bool in_function;
    bool after_op;     /* nothing yet behind | && || */
    bool piped, andor; /* what stands before the next simple command */
    int redir;         /* pending vb_redir_kind, or -1 */
    int redir_fd;
    uint32_t redir_start;
    uint32_t word_start;
    uint32_t simple; /* current one, or UINT32_MAX */
    uint32_t depth, nest, cases, function_nest;
    uint32_t parens; /* ARITH: open ones */
    uint32_t limit;  /* HERE: the outer limit; 'resume' is where to go on */
    uint32_t resume;
    uint32_t start;
} vb_frame;

enum { VB_PENDING_MAX = 32 };

typedef struct vb_lexer {
    vb_arena *arena;
    vb_shell *sh;
    const char *p; /* text */
    uint32_t pos, limit;
    vb_frame *frames; /* [VB_SHELL_DEPTH_MAX] */
    uint32_t top;
    uint32_t pending[VB_PENDING_MAX]; /* here-documents to come */
    uint32_t npending;
    bool stop_at_line; /* vb_shell_extent */
    bool stopped;
    VB_VEC(uint32_t) newlines;
} vb_lexer;

/* Ends the word of the top CMD frame, if there is one. */
void vb_lex_end_word(vb_lexer *lx);
/* Ends its simple command. */
void vb_lex_end_simple(vb_lexer *lx);
void vb_lex_begin_word(vb_lexer *lx);
void vb_lex_use(vb_lexer *lx, vb_var_use use);
void vb_lex_set(vb_lexer *lx, vb_var_set set);
void vb_lex_fault(vb_lexer *lx, const char *fault, uint32_t at);
/* Quotes removed; *is_static is false (and the text raw) with expansions. */
vb_str vb_lex_unquote(vb_arena *arena, vb_str raw, bool *is_static,
                      bool *quoted);

#endif
