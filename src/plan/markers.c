/* Annotations that other tools' authors leave in their documents. */
#include "plan/planner.h"

#include "base/banned.h"

/* A decimal between 0 and 1, without the locale. */
static double
decimal(vb_str s)
{
    double value = 0, unit = 1;
    bool point = false;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.' && !point) {
            point = true;
        } else if (vb_is_digit(s.ptr[i])) {
            if (point)
                unit /= 10;
            value = point ? value + unit * (s.ptr[i] - '0')
                          : value * 10 + (s.ptr[i] - '0');
        } else {
            break;
        }
    }
    return value;
}

static vb_str
unquote(vb_str s)
{
    s = vb_str_trim(s);
    if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') &&
        s.ptr[s.len - 1] == s.ptr[0])
        return vb_str_sub(s, 1, s.len - 2);
    return s;
}

/* Is "+option" set behind "byexample:" on the text's last such line? The last
 * word about it counts. */
static bool
byexample(vb_str text, const char *option)
{
    bool set = false;
    size_t at;

    while ((at = vb_str_find(text, VB_STR("byexample:"))) != VB_NPOS) {
        vb_str line, word;

        text = vb_str_from(text, at + 10);
        line = vb_str_sub(text, 0, vb_str_chr(text, '\n'));
        while (vb_str_word(&line, &word))
            if (word.len > 1 && vb_str_ieqc(vb_str_from(word, 1), option))
                set = word.ptr[0] == '+';
    }
    return set;
}

size_t
vb_part_marks(vb_part *parts, size_t n)
{
    bool skip = false, pass = false;
    size_t commands = 0;

    for (size_t i = 0; i < n; i++)
        commands += parts[i].kind == VB_KIND_COMMAND &&
                    !byexample(parts[i].text, "skip");
    for (size_t i = 0; i < n && commands; i++) {
        vb_part *part = &parts[i];

        if (part->kind == VB_KIND_COMMAND) {
            skip = byexample(part->text, "skip");
            pass = byexample(part->text, "pass");
        }
        if ((part->kind == VB_KIND_COMMAND && skip) ||
            (part->kind == VB_KIND_EXPECT && (skip || pass)))
            part->kind = VB_KIND_IGNORE;
    }
    return commands;
}

static void
read_comment(vb_str text, vb_marker *m)
{
    size_t at = vb_str_find(text, VB_STR("expected_similarity"));
    vb_str value;

    if (at != VB_NPOS) {
        value = vb_str_trim(vb_str_from(text, at + 19));
        if (vb_str_starts(value, "="))
            value = unquote(vb_str_from(value, 1));
        m->expect = true;
        if (value.len && (vb_is_digit(value.ptr[0]) || value.ptr[0] == '.'))
            m->similarity = decimal(value);
        else
            m->regex = value;
    }
    if (vb_str_istarts(text, "byexample:"))
        m->skip = m->skip || byexample(text, "skip");
    if (vb_str_starts(text, "$MDX") && vb_str_has(text, "skip"))
        m->skip = true;
}

/* First comment that stands before block 'index' or a later one. */
static size_t
first_comment(const vb_doc *doc, uint32_t index)
{
    size_t low = 0, high = doc->comments.len;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (doc->comments.at[mid].before < index)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool
yes(vb_str value)
{
    return vb_str_ieqc(value, "true") || vb_str_eqc(value, "1");
}

static bool
no(vb_str value)
{
    return vb_str_ieqc(value, "false") || vb_str_eqc(value, "0");
}

/* "key": "value" of a JSON-like info string too. */
vb_str
vb_cell_attr(vb_str info, const char *key)
{
    vb_str value = vb_info_attr(info, key);
    size_t at;

    if (value.len)
        return value;
    at = vb_str_find(info, vb_str_c(key));
    if (at == VB_NPOS || at == 0 || info.ptr[at - 1] != '"')
        return value;
    value = vb_str_from(info, at);
    at = vb_str_chr(value, ':');
    if (at == VB_NPOS)
        return (vb_str){0};
    value = vb_str_trim(vb_str_from(value, at + 1));
    at = 0;
    while (at < value.len && value.ptr[at] != ',' && value.ptr[at] != '}')
        at++;
    return unquote(vb_str_sub(value, 0, at));
}

vb_marker
vb_marker_of(const vb_planner *p, uint32_t reading)
{
    uint32_t index = p->plan->readings.at[reading].block;
    const vb_block *b = &p->doc->blocks.at[index];
    vb_marker m = {.similarity = -1};

    for (size_t i = first_comment(p->doc, index);
         i < p->doc->comments.len && p->doc->comments.at[i].before == index;
         i++)
        read_comment(p->doc->comments.at[i].text, &m);
    m.timeout = vb_info_attr(b->info, "timeout");
    m.background = yes(vb_cell_attr(b->info, "background"));
    m.skip = m.skip || yes(vb_cell_attr(b->info, "excludeFromRunAll")) ||
             no(vb_info_attr(b->info, "test")) ||
             yes(vb_info_attr(b->info, "skip"));
    m.name = vb_cell_attr(b->info, "name");
    return m;
}
