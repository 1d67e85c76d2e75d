#include "plan/planner.h"

#include "base/buf.h"

#include "base/banned.h"

static const vb_cell *
cell(const vb_table *t, uint32_t row, uint32_t column)
{
    return &t->cells[(size_t)row * t->columns + column];
}

static bool
blank(vb_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        /* U+00A0, which "&nbsp;" becomes */
        if ((unsigned char)s.ptr[i] == 0xC2 && i + 1 < s.len &&
            (unsigned char)s.ptr[i + 1] == 0xA0)
            i++;
        else if (!vb_is_space(s.ptr[i]))
            return false;
    }
    return true;
}

/* The lead-in tells a person to enter these settings. */
static bool
form_lead(const vb_planner *p, uint32_t reading)
{
    static const char *const words[] = {"config settings",
                                        "following settings",
                                        "these settings",
                                        "use the following config",
                                        "configuration settings",
                                        "fill in",
                                        "enter the following",
                                        "following values",
                                        "following options",
                                        "select the following",
                                        "admin console",
                                        "in the ui",
                                        "web ui",
                                        "web interface"};
    const vb_context *c = &p->contexts[reading];

    for (size_t i = 0; i < VB_COUNT(words); i++)
        if (vb_str_ihas(c->lead, words[i]))
            return true;
    return false;
}

static bool
marks_choice(vb_str s)
{
    static const char *const marks[] = {"✅", "🔘",   "☑",  "☐",  "✔",
                                        "◉", "yes", "no", "on", "off"};

    s = vb_str_trim(s);
    return VB_STR_IAMONG(s, marks);
}

/*
 * A form: two columns, a corner that names a group of settings, a second
 * column without a title; and either its lead-in says that a person enters
 * them, or values that are marks of a choice, or it continues a form right
 * above.
 */
bool
vb_table_is_form(const vb_planner *p, uint32_t reading)
{
    const vb_block *b = vb_reading_block(p, reading);
    const vb_table *t = b->table;
    const vb_context *c = &p->contexts[reading];
    size_t marks = 0;

    if (!t || t->columns != 2 || t->rows == 0)
        return false;
    if (blank(t->header[0].text) || !blank(t->header[1].text))
        return false;
    if (form_lead(p, reading))
        return true;
    for (uint32_t r = 0; r < t->rows; r++)
        marks += marks_choice(cell(t, r, 1)->text);
    if (marks > 0)
        return true;
    /* classified in document order: the table above is decided already */
    return c->prev != VB_NONE && p->contexts[c->prev].form;
}

vb_str
vb_table_checklist(const vb_planner *p, uint32_t reading)
{
    const vb_table *t = vb_reading_block(p, reading)->table;
    vb_buf buf;
    vb_str out;

    vb_buf_init(&buf, 1 << 20);
    vb_buf_str(&buf, vb_str_trim(t->header[0].text));
    vb_buf_c(&buf, ":\n");
    for (uint32_t r = 0; r < t->rows; r++) {
        vb_buf_c(&buf, "[ ] ");
        vb_buf_str(&buf, vb_str_trim(cell(t, r, 0)->text));
        vb_buf_c(&buf, ": ");
        vb_buf_str(&buf, vb_str_trim(cell(t, r, 1)->text));
        vb_buf_ch(&buf, '\n');
    }
    out = vb_str_copy(p->arena, vb_buf_view(&buf));
    vb_buf_release(&buf);
    return out;
}

/* The provider of the tabs a block stands in. */
static vb_str
scope_provider(const vb_planner *p, const vb_block *b)
{
    for (uint32_t s = b->scope; s != 0; s = p->doc->scopes.at[s].parent) {
        const vb_cond *cond = &p->doc->scopes.at[s].cond;
        const vb_option *o =
            &p->doc->axes.at[cond->axis].options.at[cond->option];
        const char *name = vb_planner_provider(p, o->label);

        if (name)
            return vb_str_c(name);
    }
    return (vb_str){0};
}

/* 'fact' has all but the cell's place and values. */
static void
add_fact(vb_planner *p, vb_fact fact, const vb_cell *value)
{
    fact.key = vb_str_trim(fact.key);
    fact.group = vb_str_trim(fact.group);
    fact.loc = value->loc;
    if (value->items.len == 0 && !blank(value->text))
        vb_vec_push(p->arena, &fact.values, value->text);
    for (size_t i = 0; i < value->items.len; i++)
        vb_vec_push(p->arena, &fact.values, value->items.at[i]);
    vb_vec_push(p->arena, &p->plan->facts, fact);
}

static const char *
column_provider(const vb_planner *p, const vb_table *t, uint32_t column)
{
    return vb_planner_provider(p, t->header[column].text);
}

static bool
is_matrix(const vb_planner *p, const vb_table *t)
{
    for (uint32_t c = 1; c < t->columns; c++)
        if (column_provider(p, t, c))
            return true;
    return false;
}

static void
table_facts(vb_planner *p, uint32_t reading)
{
    const vb_block *b = vb_reading_block(p, reading);
    const vb_table *t = b->table;
    uint32_t index = p->plan->readings.at[reading].block;
    bool form = p->contexts[reading].form;
    bool matrix = t->columns > 1 && is_matrix(p, t);
    vb_str scope = scope_provider(p, b);

    for (uint32_t r = 0; r < t->rows; r++) {
        vb_fact fact = {.block = index, .scope = b->scope, .provider = scope};

        if (t->columns == 1) {
            fact.form = "list";
            fact.key = fact.group = t->header[0].text;
            add_fact(p, fact, cell(t, r, 0));
            continue;
        }
        fact.form = form ? "settings" : matrix ? "matrix" : "key-value";
        fact.key = cell(t, r, 0)->text;
        for (uint32_t c = 1; c < t->columns; c++) {
            const char *named = column_provider(p, t, c);

            if (blank(cell(t, r, c)->text))
                continue;
            fact.provider = named ? vb_str_c(named) : scope;
            fact.group = blank(t->header[c].text) || named ? t->header[0].text
                                                           : t->header[c].text;
            add_fact(p, fact, cell(t, r, c));
        }
    }
}

/* A list item that is nothing but code: "- `label=true`". */
static bool
code_item(const vb_block *b)
{
    return b->kind == VB_BLOCK_PROSE && b->list_depth > 0 && b->item_start &&
           b->spans.len == 1 && b->spans.at[0].kind == VB_SPAN_CODE &&
           b->spans.at[0].start == 0 &&
           b->spans.at[0].len == vb_str_trim(b->text).len;
}

/* Lists of code: what a sentence before them says is in them. */
static void
list_facts(vb_planner *p)
{
    vb_fact *open = NULL;
    vb_str lead = {0};

    for (uint32_t i = 0; i < p->doc->blocks.len; i++) {
        const vb_block *b = &p->doc->blocks.at[i];

        if (!code_item(b)) {
            open = NULL;
            lead =
                b->kind == VB_BLOCK_PROSE
                    ? vb_last_sentence(b->text, b->spans.at, b->spans.len, NULL)
                    : (vb_str){0};
            continue;
        }
        if (!open) {
            vb_fact fact = {.key = lead,
                            .provider = scope_provider(p, b),
                            .group = lead,
                            .loc = b->loc,
                            .block = i,
                            .scope = b->scope,
                            .form = "list"};

            vb_vec_push(p->arena, &p->plan->facts, fact);
            open = &p->plan->facts.at[p->plan->facts.len - 1];
        }
        vb_vec_push(p->arena, &open->values, vb_str_trim(b->text));
    }
}

void
vb_facts(vb_planner *p)
{
    for (uint32_t r = 0; r < p->plan->readings.len; r++) {
        const vb_block *b = vb_reading_block(p, r);

        if (b->kind == VB_BLOCK_TABLE && b->table && b->table->columns > 0)
            table_facts(p, r);
    }
    list_facts(p);
}
