/*
 * Is a text a file of its kind? Readers of configuration languages that have
 * no reader in base/: they look for what every program would refuse, and say
 * where. What nobody can decide without the program passes. One pass, bounded
 * depth; any bytes are fine.
 */
#ifndef VB_CHECK_SYNTAX_H
#define VB_CHECK_SYNTAX_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_syntax {
    vb_arena *arena; /* of the message and of what is known meanwhile */
    vb_str text;
    size_t at; /* what is read next */
    /* Of the first fault; 'message' is empty when there is none. */
    size_t where;
    vb_str message;
    uint32_t line, col; /* of 'where', from 1; bytes */
} vb_syntax;

/* Each reads 'text' in the arena given and leaves the fault there. True when
 * there is none. */
bool vb_toml_syntax(vb_syntax *s);
bool vb_hcl_syntax(vb_syntax *s);
/* 'strict': as systemd reads its units, where a line without "=" is none. */
bool vb_ini_syntax(vb_syntax *s, bool strict);

/* For the readers: notes the first fault, at an offset. Always false. */
bool vb_syntax_fail(vb_syntax *s, size_t where, const char *fmt, ...)
    VB_PRINTF(3, 4);
/* The byte 'ahead' of the next one; NUL at the end. */
char vb_syntax_peek(const vb_syntax *s, size_t ahead);
void vb_syntax_blanks(vb_syntax *s);    /* skips spaces and tabs */
void vb_syntax_rest_line(vb_syntax *s); /* skips all before the line's end */
/* The text between 'from' and what is read next. */
vb_str vb_syntax_since(const vb_syntax *s, size_t from);
/* What a reader of the guide fills in, or what the guide leaves out: "<...>",
 * "${X}", "...". */
bool vb_syntax_open(vb_str word);

#endif
