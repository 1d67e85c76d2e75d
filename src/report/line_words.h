/* A line as words with the space before each, so that two lines can be set
 * beside each other and what differs be marked. */
#ifndef VB_REPORT_LINE_WORDS_H
#define VB_REPORT_LINE_WORDS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_line_split {
    vb_str rest;
    size_t count;
} vb_line_split;

typedef struct vb_line_word {
    vb_str space, text; /* 'text' is empty at the end of a line in spaces */
} vb_line_word;

vb_line_split vb_line_words(vb_str line);
bool vb_line_next(vb_line_split *words, vb_line_word *word);

#endif
