/*
 * What a shell text says, without running it: its simple commands with their
 * words, the variables it reads and sets, its redirections and here-documents.
 * A lexer for bash as guides write it: quotes, continuation lines, comments,
 * here-documents, substitutions, expansions, compound commands. It never
 * fails; text that does not close what it opens says so in 'fault'. Linear in
 * the input; nesting is kept on an explicit stack and capped.
 *
 * All offsets are bytes of the text given; slices point into it or into the
 * arena.
 */
#ifndef VB_PLAN_SHELL_H
#define VB_PLAN_SHELL_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { VB_SHELL_DEPTH_MAX = 200 };

typedef struct vb_word {
    uint32_t start, len; /* of the source text, quotes included */
    vb_str text;         /* quotes removed when 'is_static'; else the source
                            text, an enclosing pair of quotes removed */
    bool is_static;      /* no expansion in it */
    bool quoted;         /* some of it stands in quotes */
} vb_word;

typedef enum vb_redir_kind {
    VB_REDIR_IN,      /* <  */
    VB_REDIR_OUT,     /* > >| &> */
    VB_REDIR_APPEND,  /* >> &>> */
    VB_REDIR_HEREDOC, /* << <<- */
    VB_REDIR_HERESTR, /* <<< */
    VB_REDIR_DUP,     /* >&2 <&- */
} vb_redir_kind;

typedef struct vb_redir {
    vb_redir_kind kind;
    int fd;              /* -1: the operator's default */
    vb_word target;      /* file, delimiter or word */
    uint32_t doc;        /* HEREDOC: index into heredocs */
    uint32_t start, len; /* operator and target */
} vb_redir;

/* One simple command, in the order in which they begin. */
typedef struct vb_simple {
    uint32_t start, len;
    uint32_t line;         /* 0-based line in the text where it begins */
    VB_VEC(vb_word) words; /* without assignments and redirections */
    VB_VEC(vb_redir) redirs;
    VB_VEC(uint32_t) assigns; /* indices into vb_shell.sets */
    uint32_t depth;           /* of $(...), `...`, (...) around it */
    uint32_t nest;            /* of if/while/for/case/{ around it */
    bool in_function;
    bool background; /* ends in & */
    bool piped_from, piped_to;
    bool and_or; /* behind && or || */
} vb_simple;

typedef struct vb_var_use {
    vb_str name;
    uint32_t at;      /* of the '$' (or of the name in arithmetic) */
    bool has_default; /* ${X:-d} ${X-d} ${X:=d} ${X:+d} ${X+d} */
    bool required;    /* ${X:?} ${X?}: the guide checks it itself */
    bool arith;       /* bare name in arithmetic */
    bool indirect;    /* ${!X} */
    uint32_t depth;
    uint32_t simple; /* index of the simple command that reads it */
} vb_var_use;

typedef enum vb_set_kind {
    VB_SET_ASSIGN,  /* X=... */
    VB_SET_EXPORT,  /* export X=... or export X */
    VB_SET_DECLARE, /* declare, typeset, readonly, local */
    VB_SET_READ,    /* read, mapfile, getopts, printf -v */
    VB_SET_LOOP,    /* for X, select X */
    VB_SET_DEFAULT, /* ${X:=d} */
    VB_SET_PREFIX,  /* X=... cmd: for that command only */
    VB_SET_LOCAL,   /* inside a function */
} vb_set_kind;

typedef struct vb_var_set {
    vb_str name;
    vb_set_kind kind;
    uint32_t at;         /* of the name */
    uint32_t start, len; /* of the value, quotes included; len 0: none */
    vb_str value;        /* when is_static */
    bool has_value, is_static, append;
    uint32_t effect; /* offset from which it holds */
    uint32_t depth, nest;
    bool in_function;
} vb_var_set;

typedef struct vb_heredoc {
    uint32_t start, len; /* of the body, without the delimiter line */
    vb_str delim;
    bool quoted; /* no expansion in it */
    bool strip;  /* <<- */
    bool closed;
    uint32_t simple; /* the command that reads it */
} vb_heredoc;

/* A stretch of the text and how the shell reads it, for placeholders. */
typedef enum vb_ctx_kind {
    VB_CTX_BARE,
    VB_CTX_DQUOTE,
    VB_CTX_SQUOTE,
    VB_CTX_COMMENT,
    VB_CTX_HEREDOC,
    VB_CTX_HEREDOC_EXPAND,
    VB_CTX_BACKQUOTE,
    VB_CTX_ARITH,
} vb_ctx_kind;

typedef struct vb_stretch {
    uint32_t start; /* holds up to the next stretch's start */
    vb_ctx_kind kind;
} vb_stretch;

typedef struct vb_shell {
    vb_str text;
    VB_VEC(vb_simple) simples;
    VB_VEC(vb_var_use) uses;
    VB_VEC(vb_var_set) sets;
    VB_VEC(vb_heredoc) heredocs;
    VB_VEC(vb_str) functions;
    VB_VEC(vb_stretch) stretches; /* sorted by start; [0] starts at 0 */
    const char *fault; /* static: "an open quote", ...; NULL: balanced */
    uint32_t fault_at;
} vb_shell;

vb_shell *vb_shell_read(vb_arena *arena, vb_str text);
/* The first command line of 'text' alone, which ends 'extent' bytes from its
 * start: at the end of the text when the command does not end before. */
vb_shell *vb_shell_line(vb_arena *arena, vb_str text, size_t *extent);
/* Bytes of the first complete command line of 'text', with its continuation
 * lines and here-documents and the newline behind it; VB_NPOS when the text
 * ends before the command does. */
size_t vb_shell_extent(vb_arena *arena, vb_str text);

/* Stretch that holds at 'at'. */
vb_ctx_kind vb_shell_context(const vb_shell *shell, uint32_t at);

/* Index into words of the program a simple command really starts: behind
 * sudo, env, time, nohup, timeout, exec, command, xargs, watch. VB_NPOS when
 * it starts none (assignments only). */
size_t vb_simple_program(const vb_simple *simple);
/* A builtin or reserved word of bash. */
bool vb_shell_builtin(vb_str word);
/* A variable that the environment or the shell itself sets: HOME, RANDOM. */
bool vb_shell_ambient(vb_str name);
/* [A-Za-z_][A-Za-z0-9_]* */
bool vb_shell_name(vb_str s);

#endif
