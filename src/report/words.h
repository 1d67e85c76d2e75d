/* A line as words with the space before each, so that two lines can be set
 * beside each other and what differs be marked. */
#ifndef VB_REPORT_WORDS_H
#define VB_REPORT_WORDS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct vb_words {
    vb_str rest;
    size_t count;
} vb_words;

typedef struct vb_word {
    vb_str space, text; /* 'text' is empty at the end of a line in spaces */
} vb_word;

vb_words vb_words_of(vb_str line);
bool vb_words_next(vb_words *words, vb_word *word);

#endif
