#include "report/line_words.h"

#include "base/banned.h"

vb_line_split
vb_line_words(vb_str line)
{
    vb_line_split words = {.rest = line};
    vb_str rest = line, word;

    while (vb_str_word(&rest, &word))
        words.count++;
    return words;
}

bool
vb_line_next(vb_line_split *words, vb_line_word *word)
{
    vb_str s = words->rest;
    size_t gap = 0, end;

    while (gap < s.len && vb_is_space(s.ptr[gap]))
        gap++;
    end = gap;
    while (end < s.len && !vb_is_space(s.ptr[end]))
        end++;
    word->space = vb_str_sub(s, 0, gap);
    word->text = vb_str_sub(s, gap, end - gap);
    words->rest = vb_str_from(s, end);
    return end > 0;
}
