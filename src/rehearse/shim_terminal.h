/* A terminal of the program's own between it and ours, when it is started on
 * one: it must see a terminal, and we must see what it prints. */
#ifndef VB_REHEARSE_SHIM_TERMINAL_H
#define VB_REHEARSE_SHIM_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

typedef struct shim_terminal {
    int master, slave; /* -1: none of its standard files is a terminal */
    bool in, out, err; /* which are */
    bool session;      /* it leads a session of its own on it */
    bool deaf;         /* nothing is typed any more */
    bool raw;          /* ours has been changed; 'before' is what it was */
    struct termios before;
} shim_terminal;

/* Before the fork. */
void shim_terminal_open(shim_terminal *t);
/* In the child. */
void shim_terminal_enter(const shim_terminal *t);
/* After the fork, and when we go on after having been stopped. */
void shim_terminal_started(shim_terminal *t);
/* Puts our terminal back. */
void shim_terminal_leave(shim_terminal *t);
void shim_terminal_resize(const shim_terminal *t);
/* Passes on what was typed. */
void shim_terminal_type(shim_terminal *t);

#endif
