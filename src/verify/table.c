#include "verify/table.h"

#include "base/attr.h"

#include <string.h>

#include "base/banned.h"

/* The whole line as it stood, indentation included. */
static vb_str
full(const vb_nline *line)
{
    return vb_str_n(line->text.ptr - line->lead, line->text.len + line->lead);
}

/* The next cell of a line split at tabs and at two spaces or more; with
 * 'words' at any white space. False at the end. */
static bool
next_cell(vb_str s, size_t *at, bool words, vb_str *cell)
{
    size_t start, end;

    while (*at < s.len && vb_is_space(s.ptr[*at]))
        ++*at;
    if (*at == s.len)
        return false;
    start = end = *at;
    while (*at < s.len) {
        char c = s.ptr[*at];

        if (c == '\t' || (c == ' ' && (words || vb_at(s, *at + 1) == ' ' ||
                                       vb_at(s, *at + 1) == '\t')))
            break;
        ++*at;
        end = *at;
    }
    *cell = vb_str_rtrim(vb_str_sub(s, start, end - start));
    return true;
}

static size_t
split_cells(vb_str s, bool words, vb_str *cells)
{
    size_t at = 0, n = 0;
    vb_str cell;

    while (next_cell(s, &at, words, &cell)) {
        if (n == VB_COLUMNS_MAX)
            return 0;
        cells[n++] = cell;
    }
    return n;
}

/* "NAME", "PORT(S)", "CPU(cores)", "CONTAINER ID", "%CPU" */
static bool
is_title(vb_str s)
{
    size_t letters = 0, depth = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (vb_is_upper(c))
            letters++;
        else if (vb_is_lower(c)
                     ? !depth
                     : !vb_is_digit(c) && !vb_one_of(" -_%/#.:+@", c))
            return false;
    }
    return letters >= 2 || (letters == 1 && s.len <= 2);
}

static bool
all_titles(const vb_str *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_title(cells[i]))
            return false;
    return true;
}

/* A line of dashes, in as many groups as there are columns. */
static bool
is_ruler(vb_str s, size_t columns)
{
    vb_str cells[VB_COLUMNS_MAX];
    size_t n = split_cells(s, true, cells);

    if (n != columns)
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < cells[i].len; k++)
            if (!vb_one_of("-=", cells[i].ptr[k]))
                return false;
    return true;
}

static vb_table *
make_table(vb_arena *arena, vb_str s, const vb_str *cells, size_t n)
{
    vb_table *table = VB_NEW(arena, vb_table);

    table->columns = (uint32_t)n;
    table->names = VB_NEW_N(arena, vb_str, n);
    table->starts = VB_NEW_N(arena, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        table->names[i] = cells[i];
        table->starts[i] = (uint32_t)(cells[i].ptr - s.ptr);
    }
    return table;
}

/* Titles of two words that programs do print. */
static bool
is_long_title(vb_str title)
{
    static const char *const titles[] = {
        "CONTAINER ID",   "IMAGE ID",        "VOLUME NAME",
        "NETWORK ID",     "LAST SEEN",       "LAST SCHEDULE",
        "LAST DEPLOYED",  "APP VERSION",     "ACCESS MODES",
        "NOMINATED NODE", "READINESS GATES", "CREATED AT",
        "CPU %",          "MEM %",           "NET I/O",
        "BLOCK I/O",      "RECLAIM POLICY",  "MEM USAGE / LIMIT",
        "DISPLAY NAME",   "UNIQUE ID",
    };

    for (size_t i = 0; i < VB_COUNT(titles); i++)
        if (vb_str_eqc(title, titles[i]))
            return true;
    return false;
}

/* "PID  RSS COMMAND": titles with one space between, as the row below tells
 * by having a word for each; a command has more, and the last may be empty. */
static bool
is_tight(vb_str head, vb_str row, const vb_str *titles, size_t n)
{
    vb_str cells[VB_COLUMNS_MAX];
    size_t words = split_cells(head, true, cells), got;
    bool open;

    if (words <= n || !all_titles(cells, words))
        return false;
    open = vb_str_eqc(cells[words - 1], "CMD") ||
           vb_str_eqc(cells[words - 1], "COMMAND") ||
           vb_str_eqc(cells[words - 1], "ARGS");
    got = split_cells(row, true, cells);
    if (open ? got < words : got != words && got + 1 != words)
        return false;
    for (size_t i = 0; i < n; i++)
        if (is_long_title(titles[i]))
            return false;
    return true;
}

/* A header, judged with the line below it; NULL when it is none. */
static vb_table *
header(vb_arena *arena, const vb_nlines *lines, size_t i)
{
    vb_str s = full(&lines->at[i]), cells[VB_COLUMNS_MAX];
    bool words = false;
    size_t n = split_cells(s, false, cells);
    vb_table *table;

    if (lines->at[i].text.len == 0 || i + 1 >= lines->len ||
        lines->at[i + 1].text.len == 0)
        return NULL;
    if (n < 2 || !all_titles(cells, n) ||
        is_tight(s, full(&lines->at[i + 1]), cells, n)) {
        if (n >= 2 && is_ruler(full(&lines->at[i + 1]), n))
            return make_table(arena, s, cells, n);
        n = split_cells(s, true, cells);
        words = true;
        if (n < 3 || !(all_titles(cells, n) ||
                       vb_str_starts(lines->at[i].text, "Filesystem ")))
            return NULL;
    }
    table = make_table(arena, s, cells, n);
    table->words = words;
    return table;
}

/* Cells cut at the header's columns; false when text crosses a border. */
static bool
cut_by_columns(const vb_table *t, vb_str s, vb_str *cells)
{
    for (uint32_t i = 0; i < t->columns; i++) {
        size_t from = t->starts[i];
        size_t to = i + 1 < t->columns ? t->starts[i + 1] : s.len;

        if (i > 0 && from <= s.len && from > 0 && !vb_is_space(s.ptr[from - 1]))
            return false;
        cells[i] = vb_str_trim(vb_str_sub(s, from, to > from ? to - from : 0));
        if (vb_str_has(cells[i], "   "))
            return false;
    }
    return !vb_str_trim(vb_str_sub(s, 0, t->starts[0])).len;
}

static bool
cut_by_words(const vb_table *t, vb_str s, vb_str *cells)
{
    size_t at = 0;

    for (uint32_t i = 0; i < t->columns; i++) {
        if (!next_cell(s, &at, true, &cells[i]))
            return false;
        if (i + 1 == t->columns)
            cells[i] =
                vb_str_rtrim(vb_str_from(s, (size_t)(cells[i].ptr - s.ptr)));
    }
    return true;
}

static vb_str *
row_cells(vb_arena *arena, const vb_table *t, const vb_nline *line)
{
    vb_str s = full(line), cells[VB_COLUMNS_MAX];
    vb_str *kept;
    bool tabs = vb_str_chr(s, '\t') != VB_NPOS;

    if ((tabs || !cut_by_columns(t, s, cells)) &&
        split_cells(s, false, cells) != t->columns &&
        !cut_by_words(t, s, cells))
        return NULL;
    kept = VB_NEW_N(arena, vb_str, t->columns);
    memcpy(kept, cells, t->columns * sizeof *kept);
    return kept;
}

vb_row *
vb_tables_find(vb_arena *arena, const vb_nlines *lines)
{
    vb_row *rows = VB_NEW_N(arena, vb_row, lines->len);
    const vb_table *open = NULL;
    uint32_t id = 0;

    for (size_t i = 0; i < lines->len; i++) {
        vb_table *table;

        if (lines->at[i].text.len == 0) {
            open = NULL;
            continue;
        }
        if (!vb_is_digit(lines->at[i].text.ptr[0]) &&
            (table = header(arena, lines, i)) != NULL) {
            table->id = id++;
            open = table;
            rows[i].table = table;
            continue;
        }
        if (!open)
            continue;
        rows[i].cells = row_cells(arena, open, &lines->at[i]);
        if (rows[i].cells)
            rows[i].table = open;
    }
    return rows;
}

size_t
vb_table_column(const vb_table *table, vb_str name)
{
    for (uint32_t i = 0; i < table->columns; i++)
        if (vb_str_ieq(table->names[i], name))
            return i;
    return VB_NPOS;
}

static const struct {
    const char *name;
    vb_class cls;
} columns[] = {
    {"AGE", VB_CLASS_AGE},
    {"LAST SEEN", VB_CLASS_AGE},
    {"FIRST SEEN", VB_CLASS_AGE},
    {"DURATION", VB_CLASS_CELL},
    {"LAST SCHEDULE", VB_CLASS_AGE},
    {"RESTARTS", VB_CLASS_RESTARTS},
    {"CPU(cores)", VB_CLASS_CELL},
    {"CPU%", VB_CLASS_CELL},
    {"MEMORY(bytes)", VB_CLASS_USAGE},
    {"MEMORY%", VB_CLASS_CELL},
    {"%CPU", VB_CLASS_CELL},
    {"%MEM", VB_CLASS_CELL},
    {"CPU %", VB_CLASS_CELL},
    {"MEM %", VB_CLASS_CELL},
    {"MEM USAGE / LIMIT", VB_CLASS_USAGE},
    {"NET I/O", VB_CLASS_CELL},
    {"BLOCK I/O", VB_CLASS_CELL},
    {"RECLAIMABLE", VB_CLASS_CELL},
    {"MAJ:MIN", VB_CLASS_CELL},
    {"PIDS", VB_CLASS_CELL},
    {"PID", VB_CLASS_CELL},
    {"PPID", VB_CLASS_CELL},
    {"VSZ", VB_CLASS_CELL},
    {"RSS", VB_CLASS_CELL},
    {"TIME", VB_CLASS_CELL},
    {"START", VB_CLASS_CELL},
    {"STIME", VB_CLASS_CELL},
    {"TTY", VB_CLASS_CELL},
    {"CREATED", VB_CLASS_CELL},
    {"UPDATED", VB_CLASS_CELL},
    {"CREATED AT", VB_CLASS_CELL},
    {"CREATE_TIME", VB_CLASS_CELL},
    {"Used", VB_CLASS_USAGE},
    {"Avail", VB_CLASS_USAGE},
    {"Available", VB_CLASS_USAGE},
    {"Use%", VB_CLASS_CELL},
    {"NAMES", VB_CLASS_RANDOM_NAME},
    {"CONTAINER ID", VB_CLASS_HEX},
    {"IMAGE ID", VB_CLASS_HEX},
};

vb_class
vb_column_class(vb_str name)
{
    for (size_t i = 0; i < VB_COUNT(columns); i++)
        if (vb_str_ieqc(name, columns[i].name))
            return columns[i].cls;
    return VB_CLASS_NONE;
}
