/* INI files and the units of systemd. */
#include "check/syntax.h"

#include "base/banned.h"

static bool
section(vb_syntax *s, size_t start, vb_str line)
{
    size_t close = vb_str_chr(line, ']');
    vb_str behind;

    if (close == VB_NPOS)
        return vb_syntax_fail(s, start, "a section's '[' has no ']'");
    if (vb_str_trim(vb_str_sub(line, 1, close - 1)).len == 0)
        return vb_syntax_fail(s, start, "a section without a name");
    behind = vb_str_trim(vb_str_from(line, close + 1));
    if (behind.len && behind.ptr[0] != '#' && behind.ptr[0] != ';' &&
        behind.ptr[0] != ']')
        return vb_syntax_fail(s, start + close + 1,
                              "text behind the section's ']'");
    return true;
}

bool
vb_ini_syntax(vb_syntax *s, bool strict)
{
    vb_str rest = s->text, whole;
    bool continued = false;

    while (vb_str_line(&rest, &whole)) {
        vb_str line = vb_str_trim(whole);
        size_t start = line.len ? (size_t)(line.ptr - s->text.ptr) : 0;
        bool goes_on = continued;

        continued = vb_str_ends(line, "\\");
        if (goes_on || line.len == 0 || line.ptr[0] == '#' ||
            line.ptr[0] == ';' || vb_syntax_open(line))
            continue;
        if (line.ptr[0] == '[') {
            if (!section(s, start, line))
                return false;
        } else if (line.ptr[0] == '=') {
            return vb_syntax_fail(s, start, "a value without a name");
        } else if (strict && vb_str_chr(line, '=') == VB_NPOS) {
            return vb_syntax_fail(s, start, "a line without '='");
        }
    }
    return true;
}
