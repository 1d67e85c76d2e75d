/*
 * The reader's order: main path before teardown, and a file before the first
 * command that reads it, for guides that show the file behind the command.
 */
#include "plan/planner.h"

#include "base/banned.h"

/* Names of files that a later step writes, and that step. */
typedef struct vb_later {
    vb_str name;
    uint32_t step; /* + 1; 0: free slot */
} vb_later;

static vb_later *
slot(vb_later *table, size_t mask, vb_str name)
{
    size_t i = (size_t)vb_str_hash(name) & mask;

    while (table[i].step && !vb_str_eq(table[i].name, name))
        i = (i + 1) & mask;
    return &table[i];
}

static bool
name_break(char c)
{
    return vb_is_space(c) || c == '=' || c == '"' || c == '\'' || c == ',' ||
           c == '(' || c == ')' || c == ';' || c == '@' || c == ':';
}

/* Marks the FILE steps whose names stand as words in 'text'. */
static void
find_readers(vb_planner *p, vb_later *table, size_t mask, uint32_t reader,
             uint32_t *first_reader)
{
    vb_str text = p->plan->steps.at[reader].body;
    size_t i = 0;

    while (i < text.len) {
        size_t from = i;
        vb_str word;
        vb_later *l;

        while (i < text.len && !name_break(text.ptr[i]))
            i++;
        word = vb_str_sub(text, from, i - from);
        i++;
        while (vb_str_starts(word, "./"))
            word = vb_str_from(word, 2);
        if (word.len == 0 || word.len > 200)
            continue;
        l = slot(table, mask, word);
        if (l->step && first_reader[l->step - 1] == VB_NONE)
            first_reader[l->step - 1] = reader;
    }
}

/* first_reader[s]: the first command that names FILE step s's file. */
static uint32_t *
readers(vb_planner *p)
{
    size_t n = p->plan->steps.len, size = 16;
    uint32_t *first = VB_NEW_N(&p->work, uint32_t, n + 1);
    vb_later *table;

    while (size < n * 2 + 16)
        size *= 2;
    table = VB_NEW_N(&p->work, vb_later, size);
    for (uint32_t s = 0; s < n; s++) {
        const vb_step *step = &p->plan->steps.at[s];

        first[s] = VB_NONE;
        if (step->kind == VB_KIND_FILE) {
            vb_later *l = slot(table, size - 1, step->name);

            if (!l->step)
                *l = (vb_later){step->name, s + 1};
        }
    }
    for (uint32_t s = 0; s < n; s++)
        if (p->plan->steps.at[s].kind == VB_KIND_COMMAND)
            find_readers(p, table, size - 1, s, first);
    return first;
}

static void
place(vb_planner *p, vb_step *to, size_t *n, uint32_t s, bool *placed)
{
    placed[s] = true;
    p->plan->readings.at[p->plan->steps.at[s].reading].step = (uint32_t)*n;
    to[(*n)++] = p->plan->steps.at[s];
}

/* Does the step make that file itself, or handle it so that it might? Then
 * the text's order is the only one that is known to be right. */
static bool
may_make(const vb_step *step, vb_str name)
{
    static const char *const makers[] = {"cp",    "mv",  "ln",      "rm",
                                         "touch", "tee", "install", "sed"};
    vb_str rest = step->body, line;

    while (vb_str_line(&rest, &line)) {
        size_t at = vb_str_find(line, name);
        vb_str words = line, word;

        if (at == VB_NPOS)
            continue;
        if (vb_str_chr(vb_str_sub(line, 0, at), '>') != VB_NPOS)
            return true;
        if (vb_str_word(&words, &word) && vb_str_eqc(word, "sudo") &&
            !vb_str_word(&words, &word))
            continue;
        if (VB_STR_AMONG(word, makers))
            return true;
    }
    return false;
}

/* Which FILE steps stand behind their first reader, chained by reader. */
static uint32_t *
moved_before(vb_planner *p, const uint32_t *first, uint32_t **next)
{
    size_t n = p->plan->steps.len;
    uint32_t *head = VB_NEW_N(&p->work, uint32_t, n + 1);

    *next = VB_NEW_N(&p->work, uint32_t, n + 1);
    for (size_t s = 0; s < n; s++)
        head[s] = (*next)[s] = VB_NONE;
    for (uint32_t s = (uint32_t)n; s-- > 0;) {
        const vb_step *step = &p->plan->steps.at[s];

        if (step->kind != VB_KIND_FILE || first[s] >= s ||
            first[s] == VB_NONE ||
            p->plan->steps.at[first[s]].phase != step->phase ||
            may_make(&p->plan->steps.at[first[s]], step->name))
            continue;
        (*next)[s] = head[first[s]];
        head[first[s]] = s;
        vb_diag_add(p->diags, VB_NOTE, "P021", step->loc,
                    "'%.*s' is written before line %u, where a command "
                    "already reads it",
                    VB_ARG(step->name), p->plan->steps.at[first[s]].loc.line);
    }
    return head;
}

void
vb_step_order(vb_planner *p)
{
    size_t n = p->plan->steps.len, out = 0;
    vb_step *to = VB_NEW_N(&p->work, vb_step, n + 1);
    bool *placed = VB_NEW_N(&p->work, bool, n + 1);
    uint32_t *first = readers(p), *next = NULL;
    uint32_t *head = moved_before(p, first, &next);

    for (int phase = VB_PHASE_MAIN; phase <= VB_PHASE_TEARDOWN; phase++) {
        for (uint32_t s = 0; s < n; s++) {
            if (placed[s] || (int)p->plan->steps.at[s].phase != phase)
                continue;
            for (uint32_t f = head[s]; f != VB_NONE; f = next[f])
                if (!placed[f])
                    place(p, to, &out, f, placed);
            place(p, to, &out, s, placed);
            p->plan->teardown_steps += phase == VB_PHASE_TEARDOWN;
        }
    }
    for (size_t i = 0; i < out; i++)
        p->plan->steps.at[i] = to[i];
    for (uint32_t s = 0; s < n; s++) {
        vb_step *step = &p->plan->steps.at[s];
        vb_reading *rd = &p->plan->readings.at[step->reading];

        if (step->kind == VB_KIND_FILE && rd->generated)
            rd->of = VB_NONE;
    }
}
