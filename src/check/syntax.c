#include "check/syntax.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

bool
vb_syntax_fail(vb_syntax *s, size_t where, const char *fmt, ...)
{
    char text[512];
    va_list args;

    if (s->message.len)
        return false;
    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) < 0)
        text[0] = '\0';
    va_end(args);
    s->message = vb_str_copy(s->arena, vb_str_c(text));
    s->where = where < s->text.len ? where : s->text.len;
    s->line = s->col = 1;
    for (size_t i = 0; i < s->where; i++) {
        s->col++;
        if (s->text.ptr[i] == '\n') {
            s->line++;
            s->col = 1;
        }
    }
    return false;
}

char
vb_syntax_peek(const vb_syntax *s, size_t ahead)
{
    return (char)(s->at + ahead < s->text.len ? s->text.ptr[s->at + ahead]
                                              : '\0');
}

void
vb_syntax_blanks(vb_syntax *s)
{
    while (s->at < s->text.len &&
           (s->text.ptr[s->at] == ' ' || s->text.ptr[s->at] == '\t' ||
            s->text.ptr[s->at] == '\r'))
        s->at++;
}

void
vb_syntax_rest_line(vb_syntax *s)
{
    while (s->at < s->text.len && s->text.ptr[s->at] != '\n')
        s->at++;
}

vb_str
vb_syntax_since(const vb_syntax *s, size_t from)
{
    return vb_str_sub(s->text, from, s->at - from);
}

bool
vb_syntax_open(vb_str word)
{
    return vb_str_starts(word, "<") || vb_str_starts(word, "$") ||
           vb_str_starts(word, "...") || vb_str_starts(word, "\xe2\x80\xa6");
}
