/*
 * What a step's text can do to the shell, seen from outside. A text that
 * cannot change the shell's state needs neither traps nor a snapshot.
 */
#ifndef VB_EXEC_SHAPE_H
#define VB_EXEC_SHAPE_H

#include "base/map.h"
#include "plan/shell.h"

#include <stdbool.h>

/* One simple command and nothing else, which leaves the shell as it was.
 * 'functions' are names that steps define: they may hide a program. */
bool vb_shape_bare(const vb_shell *shell, const vb_map *functions);
/* May this command change variables, functions, options, the directory? */
bool vb_shape_changes(const vb_shell *shell, const vb_simple *simple,
                      const vb_map *functions);
/* The same for a whole text. */
bool vb_shape_text_changes(const vb_shell *shell, const vb_map *functions);

/* The command that bash reports at this line (0-based, where it ends), at or
 * behind index 'from'; VB_NPOS when there is none. */
size_t vb_shape_at_line(const vb_shell *shell, uint32_t line, size_t from);
/* Does a command begin there that is no part of another one? Those are the
 * places where an interrupted text can be taken up again. */
bool vb_shape_boundary(const vb_shell *shell, size_t simple);

/* Is this command a test: [, [[ or "test"? */
bool vb_shape_test(const vb_simple *simple);

#endif
