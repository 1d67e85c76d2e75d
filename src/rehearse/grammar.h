/*
 * The grammar of a simulated program: its tree of commands with their flags
 * and arguments, how it reads a command line, and what it says when one is
 * wrong. runbooks/scenarios.md documents the file format.
 */
#ifndef VB_REHEARSE_GRAMMAR_H
#define VB_REHEARSE_GRAMMAR_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/node.h"
#include "base/str.h"
#include "rehearse/template.h"

#include <stdbool.h>
#include <stddef.h>

#define VB_FLAG_KINDS(X)                                                       \
    X(STRING, "string")                                                        \
    X(INT, "int")                                                              \
    X(BOOL, "bool")                                                            \
    X(ENUM, "enum")                                                            \
    X(LIST, "list")         /* a,b,c; repeats add to it */                     \
    X(STRINGS, "strings")   /* one value each time, repeats add */             \
    X(KEYVALUE, "keyvalue") /* a=b,c=d; repeats add */                         \
    X(WORDS, "words")       /* all words up to the next flag */
typedef enum vb_flag_kind {
#define X(name, text) VB_FLAG_##name,
    VB_FLAG_KINDS(X)
#undef X
} vb_flag_kind;

typedef struct vb_flag {
    vb_str name;  /* without dashes */
    vb_str key;   /* the name expressions know it by: '-' is '_' */
    vb_str small; /* one letter, or empty */
    vb_flag_kind kind;
    const vb_node *choices;  /* a list of texts, or NULL */
    const vb_node *fallback; /* its value when it is not given, or NULL */
    bool has_bare;
    vb_str bare; /* the value when it is given without one */
} vb_flag;

typedef struct vb_flags {
    VB_VEC(const vb_flag *) list;
    vb_map names; /* name and aliases -> flag */
} vb_flags;

typedef struct vb_arg {
    vb_str name; /* as shown: NAME */
    vb_str key;  /* lower case, '-' is '_' */
    bool optional, many;
} vb_arg;

typedef struct vb_name_group {
    const vb_str *names;
    size_t len;
} vb_name_group;

typedef struct vb_command {
    vb_str path; /* "container clusters create"; "" is the program itself */
    bool runs;   /* false: only a group of commands, or known by name only */
    bool known;  /* exists in the real program, is not simulated */
    vb_flags flags;
    VB_VEC(vb_arg) args;
    vb_name_group required;
    VB_VEC(vb_name_group) one_of;
    VB_VEC(vb_name_group) exclusive;
    VB_VEC(vb_str) children; /* last words of the commands below */
} vb_command;

/* What can be wrong with a command line; the keys of 'messages'. */
#define VB_USAGES(X)                                                           \
    X(NONE, "none")                                                            \
    X(UNKNOWN_COMMAND, "unknown-command")                                      \
    X(MISSING_COMMAND, "missing-command")                                      \
    X(UNKNOWN_FLAG, "unknown-flag")                                            \
    X(UNKNOWN_SHORT, "unknown-short")                                          \
    X(MISSING_VALUE, "missing-value")                                          \
    X(MISSING_VALUE_SHORT, "missing-value-short")                              \
    X(BAD_INT, "bad-int")                                                      \
    X(BAD_BOOL, "bad-bool")                                                    \
    X(BAD_CHOICE, "bad-choice")                                                \
    X(BAD_KEYVALUE, "bad-keyvalue")                                            \
    X(AMBIGUOUS, "ambiguous-flag")                                             \
    X(MISSING_FLAGS, "missing-flags")                                          \
    X(MISSING_ONE_OF, "missing-one-of")                                        \
    X(EXCLUSIVE, "exclusive")                                                  \
    X(MISSING_ARGS, "missing-args")                                            \
    X(EXTRA_ARGS, "extra-args")                                                \
    X(HELP, "help")
typedef enum vb_usage {
#define X(name, text) VB_USAGE_##name,
    VB_USAGES(X)
#undef X
        VB_USAGE_COUNT,
} vb_usage;
const char *vb_usage_name(vb_usage usage);

typedef struct vb_usage_message {
    const vb_template *text; /* NULL: a plain default */
    int status;
    bool to_stdout;
} vb_usage_message;

typedef struct vb_program {
    vb_str name;
    vb_loc loc;
    bool abbreviations; /* unique prefixes of long flags are accepted */
    bool negatable;     /* --no-x for each boolean --x */
    bool has_grammar;   /* it has commands, not recorded rules alone */
    bool collect;       /* reports all unknown words at once, as argparse */
    int status;         /* exit status of usage errors */
    VB_VEC(const char *) env; /* names of variables it looks at */
    VB_VEC(vb_command *) commands;
    vb_map paths; /* path -> vb_command */
    vb_flags globals;
    vb_usage_message messages[VB_USAGE_COUNT];
    const struct vb_actions *before;         /* run before each rule, or NULL */
    const struct vb_actions *fault_texts[4]; /* see faults.h */
} vb_program;

/* Reads one value of 'programs:'. Commands and flags of an earlier file with
 * the same program's name are added to. False with diagnostics. */
bool vb_program_load(vb_program *program, const vb_node *node,
                     const vb_node *flagsets, vb_arena *arena, vb_diags *diags);
/* Once all files are read: flags that commands inherit are in place. */
void vb_program_finish(vb_program *program, vb_arena *arena);

typedef struct vb_parsed {
    const vb_command *command; /* the deepest one reached */
    const vb_node *flags;      /* key -> value, defaults included */
    const vb_node *given;      /* keys of the flags written */
    const vb_node *pos;        /* positional arguments in order */
    const vb_node *args;       /* the same by key; many: a list */
    vb_usage usage;
    const vb_node *fault; /* for the message: word, flag, value ... */
} vb_parsed;

/* Never fails: a wrong command line is a result. argv excludes the program's
 * name. */
vb_parsed vb_program_parse(const vb_program *program, const vb_str *argv,
                           size_t argc, vb_arena *arena);

#endif
