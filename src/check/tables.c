/* Tables and lists beside the commands and files they speak of. */
#include "check/agreement.h"

#include "base/banned.h"

enum { KEYED_MAX = 64 };

/* Flags or facts that have the same words below the same heading. */
typedef struct keyed {
    uint32_t at[KEYED_MAX];
    size_t n;
} keyed;

typedef struct tables {
    vb_agreement *a;
    VB_VEC(vb_fact) facts; /* the plan's, and those of "- Key: `value`" */
    vb_map flags;          /* "source heading words" -> keyed flags */
    vb_map values;         /* "source heading words" -> keyed facts */
    vb_map scalars;        /* "source heading words" -> keyed 'yaml' */
    vb_map all_flags;      /* "words" -> keyed flags, under any heading */
    vb_map tokens;         /* wanted words -> step + 1 that has them, or 0 */
    vb_map stems;          /* "m6i." -> the first word that begins so */
    vb_map below;          /* "heading word" -> a step that has it */
    uint32_t *table_of;    /* for each flag: block of the fact that has its key,
                              or VB_NONE */
    VB_VEC(struct scalar) yaml;
} tables;

/* A scalar of a YAML file. */
typedef struct scalar {
    vb_str key, value;
    vb_loc loc;
} scalar;

static const vb_block *
block_of_step(const tables *t, uint32_t step)
{
    const vb_plan *plan = t->a->plan;

    return &plan->doc->blocks
                .at[plan->readings.at[plan->steps.at[step].reading].block];
}

static vb_str
bare_item(vb_str item)
{
    item = vb_str_trim(item);
    while (vb_str_ends(item, ","))
        item.len--;
    return vb_str_trim(item);
}

static vb_str
bare_key(vb_str key)
{
    key = vb_str_trim(key);
    while (vb_str_ends(key, ":"))
        key.len--;
    return key;
}

static vb_str
key_at(const tables *t, const vb_block *block, vb_str words)
{
    return vb_str_fmt(t->a->arena, "%u %u %.*s", block->source, block->heading,
                      VB_ARG(words));
}

static void
add_keyed(tables *t, vb_map *map, vb_str key, size_t index)
{
    bool added;
    vb_map_entry *entry = vb_map_add(map, key, &added);
    keyed *k;

    if (added)
        entry->ptr = VB_NEW(t->a->arena, keyed);
    k = entry->ptr;
    if (k->n < KEYED_MAX)
        k->at[k->n++] = (uint32_t)index;
}

static const keyed *
find_keyed(const vb_map *map, vb_str key)
{
    const vb_map_entry *entry = vb_map_find(map, key);

    return entry ? entry->ptr : NULL;
}

static bool
is_key_value(const vb_fact *fact)
{
    return vb_str_eqc(vb_str_c(fact->form), "key-value");
}

/* "- Storage size: `100GB`" */
static bool
item_fact(const tables *t, uint32_t index, vb_fact *fact)
{
    const vb_block *b = &t->a->plan->doc->blocks.at[index];
    const vb_inline *span =
        b->spans.len ? &b->spans.at[b->spans.len - 1] : NULL;
    size_t colon = vb_str_chr(b->text, ':');
    vb_str end;

    if (b->kind != VB_BLOCK_PROSE || b->list_depth == 0 || !b->item_start ||
        !span || span->kind != VB_SPAN_CODE || colon == VB_NPOS ||
        colon > span->start)
        return false;
    end = vb_str_trim(vb_str_from(b->text, span->start + span->len));
    if ((end.len && !vb_str_eqc(end, ".")) ||
        vb_str_trim(vb_str_sub(b->text, colon + 1, span->start - colon - 1))
            .len)
        return false;
    *fact = (vb_fact){.key = vb_str_trim(vb_str_sub(b->text, 0, colon)),
                      .loc = b->loc,
                      .block = index,
                      .scope = b->scope,
                      .form = "key-value"};
    vb_vec_push(t->a->arena, &fact->values,
                vb_str_sub(b->text, span->start, span->len));
    return true;
}

static void
collect_facts(tables *t)
{
    const vb_plan *plan = t->a->plan;
    vb_fact fact;

    for (size_t i = 0; i < plan->facts.len; i++)
        vb_vec_push(t->a->arena, &t->facts, plan->facts.at[i]);
    for (uint32_t i = 0; i < plan->doc->blocks.len; i++)
        if (item_fact(t, i, &fact))
            vb_vec_push(t->a->arena, &t->facts, fact);
    for (size_t i = 0; i < t->facts.len; i++) {
        const vb_fact *f = &t->facts.at[i];

        if (is_key_value(f))
            add_keyed(t, &t->values,
                      key_at(t, &plan->doc->blocks.at[f->block],
                             vb_agreement_words(t->a->arena, f->key)),
                      i);
    }
}

/* A word as a table would have it: without what holds it. */
static bool
next_token(vb_str *rest, bool pairs, vb_str *token)
{
    while (rest->len) {
        size_t n = 0;

        while (n < rest->len && !vb_is_space(rest->ptr[n]) &&
               rest->ptr[n] != '"' && rest->ptr[n] != '\'' &&
               rest->ptr[n] != ',' && rest->ptr[n] != ';' &&
               rest->ptr[n] != '(' && rest->ptr[n] != ')' &&
               !(pairs && (rest->ptr[n] == '=' || rest->ptr[n] == ':')))
            n++;
        *token = vb_str_sub(*rest, 0, n);
        *rest = vb_str_from(*rest, n + 1);
        if (token->len)
            return true;
    }
    return false;
}

/* The letters and digits a value begins with, and the sign behind them. */
static vb_str
stem_of(vb_str value)
{
    size_t n = 0;

    while (n < value.len && vb_is_alnum(value.ptr[n]))
        n++;
    return n < 2 || n == value.len ? (vb_str){0} : vb_str_sub(value, 0, n + 1);
}

/* What lists and providers' columns name is looked for in the steps; nothing
 * else is kept of their words. */
static void
collect_wanted(tables *t)
{
    for (size_t i = 0; i < t->facts.len; i++) {
        const vb_fact *fact = &t->facts.at[i];

        if (is_key_value(fact))
            continue;
        for (size_t v = 0; v < fact->values.len; v++) {
            vb_str item = bare_item(fact->values.at[v]), stem = stem_of(item);

            if (!vb_agreement_plain(item))
                continue;
            vb_map_add(&t->tokens, item, NULL);
            if (stem.len)
                vb_map_add(&t->stems, stem, NULL);
        }
    }
}

static void
meet_token(tables *t, vb_str token, uint32_t step)
{
    vb_map_entry *entry = vb_map_find(&t->tokens, token);
    vb_str stem = stem_of(token);
    bool added;

    if (entry) {
        entry->num = step + 1;
        entry = vb_map_add(&t->below, key_at(t, block_of_step(t, step), token),
                           &added);
        if (added)
            entry->num = step;
    }
    entry = stem.len ? vb_map_find(&t->stems, stem) : NULL;
    if (entry && !entry->ptr) {
        entry->ptr = VB_NEW(t->a->arena, vb_str);
        *(vb_str *)entry->ptr = token;
        entry->num = step;
    }
}

static void
meet_tokens(tables *t)
{
    collect_wanted(t);
    for (uint32_t i = 0; t->tokens.entries.len && i < t->a->plan->steps.len;
         i++) {
        const vb_step *step = &t->a->plan->steps.at[i];
        vb_str rest = step->body, whole;

        if (step->kind == VB_KIND_MANUAL)
            continue;
        while (next_token(&rest, false, &whole)) {
            vb_str inner = whole, part;

            meet_token(t, whole, i);
            while (next_token(&inner, true, &part))
                if (part.len < whole.len)
                    meet_token(t, part, i);
            /* --node-labels=a=b holds a=b */
            if (vb_str_starts(whole, "-") && vb_str_chr(whole, '=') != VB_NPOS)
                meet_token(t, vb_str_from(whole, vb_str_chr(whole, '=') + 1),
                           i);
        }
    }
}

static void
collect_flags(tables *t)
{
    const vb_calls *calls = t->a->calls;

    t->table_of = VB_NEW_N(t->a->arena, uint32_t, calls->flags.len + 1);
    for (size_t i = 0; i < calls->flags.len; i++) {
        const vb_call_flag *flag = &calls->flags.at[i];

        t->table_of[i] = VB_NONE;
        add_keyed(t, &t->flags,
                  key_at(t, block_of_step(t, flag->step),
                         vb_agreement_words(t->a->arena, flag->name)),
                  i);
        add_keyed(t, &t->all_flags, vb_agreement_words(t->a->arena, flag->name),
                  i);
    }
}

static void
add_scalars(tables *t, const vb_manifest *m)
{
    VB_VEC(const vb_node *) todo = {0};
    const vb_block *block = block_of_step(t, m->step);

    vb_vec_push(t->a->arena, &todo, m->tree);
    for (size_t done = 0; done < todo.len && done < 10000; done++) {
        const vb_node *node = todo.at[done];

        for (size_t i = 0; i < node->len; i++) {
            const vb_node *child = node->items[i];
            bool known;

            if (child->kind == VB_NODE_MAP || child->kind == VB_NODE_LIST) {
                vb_vec_push(t->a->arena, &todo, child);
            } else if (node->kind == VB_NODE_MAP && child->str.len) {
                scalar s = {node->keys[i]->str,
                            vb_calls_expand(t->a->calls, child->str, &known),
                            vb_manifest_place(t->a->plan, m, child)};

                if (!known)
                    continue;
                add_keyed(
                    t, &t->scalars,
                    key_at(t, block, vb_agreement_words(t->a->arena, s.key)),
                    t->yaml.len);
                vb_vec_push(t->a->arena, &t->yaml, s);
            }
        }
    }
}

/* Does the table of 'fact' speak of what stands at 'line' below its heading?
 * Another table between them would be nearer. */
static bool
speaks_of(const tables *t, const vb_fact *fact, const keyed *same,
          uint32_t line)
{
    uint32_t own = t->a->plan->doc->blocks.at[fact->block].loc.line;

    if (own >= line)
        return false;
    for (size_t i = 0; i < same->n; i++) {
        const vb_fact *other = &t->facts.at[same->at[i]];
        uint32_t at = t->a->plan->doc->blocks.at[other->block].loc.line;

        if (at > own && at < line)
            return false;
    }
    return true;
}

static bool
all_plain(const vb_fact *fact)
{
    for (size_t i = 0; i < fact->values.len; i++)
        if (!vb_agreement_plain(vb_str_trim(fact->values.at[i])))
            return false;
    return fact->values.len > 0;
}

static vb_str
value_of(tables *t, const vb_fact *fact, size_t i, bool *known)
{
    return vb_calls_expand(t->a->calls, bare_item(fact->values.at[i]), known);
}

/* One value on each side. */
static void
compare_scalar(tables *t, const vb_fact *fact, const vb_call_flag *flag)
{
    bool known;
    vb_str said = value_of(t, fact, 0, &known);

    if (!known || vb_agreement_same(said, flag->value))
        return;
    vb_agreement_other(
        vb_find(t->a->checker, "A001", t->a->plan, flag->loc,
                "'--%.*s' is '%.*s' here and '%.*s' in the table",
                VB_ARG(flag->name), VB_ARG(flag->value), VB_ARG(said)),
        fact->loc, "the table says");
}

static void
compare_lists(tables *t, const vb_fact *fact, const vb_call_flag *flag)
{
    vb_str rest = flag->value, item;
    bool known;

    for (size_t i = 0; i < fact->values.len; i++) {
        item = value_of(t, fact, i, &known);
        if (known && item.len && !vb_agreement_same(flag->value, item))
            vb_agreement_other(
                vb_find(t->a->checker, "A002", t->a->plan, fact->loc,
                        "'%.*s' is listed for '%.*s', but not given to "
                        "'--%.*s'",
                        VB_ARG(item), VB_ARG(fact->key), VB_ARG(flag->name)),
                flag->loc, "the command says");
    }
    while (vb_str_field(&rest, ',', &item)) {
        bool found = false;

        item = vb_str_trim(item);
        for (size_t i = 0; i < fact->values.len && !found; i++)
            found = vb_agreement_same(value_of(t, fact, i, &known), item);
        if (item.len && !found)
            vb_agreement_other(
                vb_find(t->a->checker, "A003", t->a->plan, flag->loc,
                        "'%.*s' is given to '--%.*s', but not listed for "
                        "'%.*s'",
                        VB_ARG(item), VB_ARG(flag->name), VB_ARG(fact->key)),
                fact->loc, "the table says");
    }
}

/* The one scalar of a file below the table whose key has the same words. */
static void
compare_file(tables *t, const vb_fact *fact, const keyed *same, vb_str key)
{
    const keyed *k = find_keyed(&t->scalars, key);
    const scalar *s = k && k->n == 1 ? &t->yaml.at[k->at[0]] : NULL;
    bool known;
    vb_str said;

    if (!s || fact->values.len != 1 || !speaks_of(t, fact, same, s->loc.line))
        return;
    said = value_of(t, fact, 0, &known);
    if (!known || vb_agreement_same(said, s->value))
        return;
    vb_agreement_other(vb_find(t->a->checker, "A001", t->a->plan, s->loc,
                               "'%.*s' is '%.*s' here and '%.*s' in the table",
                               VB_ARG(s->key), VB_ARG(s->value), VB_ARG(said)),
                       fact->loc, "the table says");
}

static void
check_key_value(tables *t, const vb_fact *fact)
{
    const vb_block *block = &t->a->plan->doc->blocks.at[fact->block];
    vb_str words = vb_agreement_words(t->a->arena, fact->key);
    vb_str key = key_at(t, block, words);
    const keyed *same = find_keyed(&t->values, key);
    const keyed *flags = find_keyed(&t->flags, key);

    if (!same)
        return;
    for (size_t i = 0; flags && i < flags->n; i++) {
        const vb_call_flag *flag = &t->a->calls->flags.at[flags->at[i]];

        if (!speaks_of(t, fact, same, flag->loc.line))
            continue;
        t->table_of[flags->at[i]] = fact->block;
        if (!flag->has_value || !flag->known || !all_plain(fact))
            continue;
        if (fact->values.len == 1 && vb_str_chr(flag->value, ',') == VB_NPOS)
            compare_scalar(t, fact, flag);
        else
            compare_lists(t, fact, flag);
    }
    if (all_plain(fact))
        compare_file(t, fact, same, key);
}

/* Is the switch among the items? */
static bool
listed(tables *t, const vb_fact *fact, vb_str words)
{
    for (size_t i = 0; i < fact->values.len; i++)
        if (vb_str_eq(
                vb_agreement_words(t->a->arena, bare_item(fact->values.at[i])),
                words))
            return true;
    return false;
}

/* Switches of the command that the table's list does not have. */
static void
check_unlisted(tables *t, const vb_fact *fact, size_t hit, const char *prefix)
{
    const vb_block *block = &t->a->plan->doc->blocks.at[fact->block];
    const vb_call_flag *flags = t->a->calls->flags.at;
    uint32_t command = flags[hit].command;
    vb_str start = vb_str_c(prefix);
    size_t i = hit;

    while (i > 0 && flags[i - 1].command == command)
        i--;
    for (; i < t->a->calls->flags.len && flags[i].command == command; i++) {
        const vb_call_flag *flag = &flags[i];

        if (!vb_str_starts(flag->name, prefix) ||
            t->table_of[i] == fact->block || flag->has_value ||
            block_of_step(t, flag->step)->heading != block->heading ||
            listed(t, fact,
                   vb_agreement_words(t->a->arena,
                                      vb_str_from(flag->name, start.len))))
            continue;
        vb_agreement_other(vb_find(t->a->checker, "A003", t->a->plan, flag->loc,
                                   "'--%.*s' is not listed under '%.*s'",
                                   VB_ARG(flag->name),
                                   VB_ARG(bare_key(fact->key))),
                           fact->loc, "the table says");
    }
}

/* "Enable: Autoscaling, IP Alias" beside --enable-autoscaling. */
static void
check_switches(tables *t, const vb_fact *fact)
{
    bool enable = vb_str_ieqc(bare_key(fact->key), "enable");
    const char *prefix = enable ? "enable-" : "no-enable-";
    const vb_block *block = &t->a->plan->doc->blocks.at[fact->block];
    VB_VEC(vb_str) missing = {0};
    const vb_call_flag *hit = NULL;

    for (size_t v = 0; v < fact->values.len; v++) {
        vb_str item = bare_item(fact->values.at[v]);
        vb_str words = vb_agreement_words(t->a->arena, item);
        const keyed *k;

        if (vb_str_chr(item, '=') != VB_NPOS || words.len == 0)
            continue;
        words = vb_str_fmt(t->a->arena, "%s %.*s",
                           enable ? "enable" : "no enable", VB_ARG(words));
        k = find_keyed(&t->flags, key_at(t, block, words));
        if (k && t->a->calls->flags.at[k->at[0]].loc.line > block->loc.line)
            hit = &t->a->calls->flags.at[k->at[0]];
        else
            vb_vec_push(t->a->arena, &missing, item);
    }
    for (size_t i = 0; hit && i < missing.len; i++)
        vb_agreement_other(vb_find(t->a->checker, "A002", t->a->plan, fact->loc,
                                   "'%.*s' is listed under '%.*s', but no "
                                   "option of the command says so",
                                   VB_ARG(missing.at[i]),
                                   VB_ARG(bare_key(fact->key))),
                           hit->loc, "the command");
    if (hit)
        check_unlisted(t, fact, (size_t)(hit - t->a->calls->flags.at), prefix);
}

static vb_loc
place_of_item(const tables *t, const vb_fact *fact, size_t i)
{
    const vb_doc *doc = t->a->plan->doc;

    /* a list's items are blocks of their own */
    if (doc->blocks.at[fact->block].kind == VB_BLOCK_PROSE &&
        fact->block + i < doc->blocks.len)
        return doc->blocks.at[fact->block + i].loc;
    return fact->loc;
}

/* A list is one fact an item; 'first' is the first of its column. Returns the
 * index behind its last one. */
static size_t
check_list(tables *t, size_t first)
{
    const vb_fact *facts = t->facts.at, *head = &facts[first];
    const vb_block *block = &t->a->plan->doc->blocks.at[head->block];
    const vb_map_entry *where = NULL;
    size_t hits = 0, plain = 0, end = first;

    for (; end < t->facts.len && facts[end].block == head->block &&
           vb_str_eq(facts[end].group, head->group);
         end++)
        for (size_t i = 0; i < facts[end].values.len; i++) {
            vb_str item = bare_item(facts[end].values.at[i]);
            const vb_map_entry *entry =
                vb_map_find(&t->below, key_at(t, block, item));

            plain += vb_agreement_plain(item);
            hits += entry != NULL;
            where = entry ? entry : where;
        }
    /* A list that the commands know about is meant for them. */
    if (hits == 0 || hits * 2 < plain || hits == plain)
        return end;
    for (size_t f = first; f < end; f++)
        for (size_t i = 0; i < facts[f].values.len; i++) {
            vb_str item = bare_item(facts[f].values.at[i]);

            if (!vb_agreement_plain(item) ||
                vb_map_find(&t->below, key_at(t, block, item)))
                continue;
            vb_agreement_other(
                vb_find(t->a->checker, "A004", t->a->plan,
                        place_of_item(t, &facts[f], i),
                        "'%.*s' is listed, but no command below names it",
                        VB_ARG(item)),
                t->a->plan->steps.at[where->num].loc,
                "a command that names another of the list");
        }
    return end;
}

/* Does a flag of these words agree with the row? The last one that does not
 * is in *other. */
static bool
flags_agree(const tables *t, vb_str words, vb_str value,
            const vb_call_flag **other)
{
    const keyed *k = find_keyed(&t->all_flags, words);

    for (size_t i = 0; k && i < k->n; i++) {
        const vb_call_flag *flag = &t->a->calls->flags.at[k->at[i]];

        if (!flag->has_value ||
            vb_str_eqc(t->a->calls->list.at[flag->command].program, "helm"))
            continue;
        if (!flag->known || vb_agreement_same(value, flag->value))
            return true;
        *other = flag;
    }
    return false;
}

/* The option of the provider's commands that the row speaks of, when none of
 * them agrees. */
static void
check_matrix_flags(tables *t, const vb_fact *fact, vb_str value)
{
    /* words for one thing in the tables of several providers */
    static const char *const groups[][6] = {
        {"kubernetes version", "cluster version", "version", NULL},
        {"node type", "machine type", "instance type", "node vm size",
         "machine", NULL},
    };
    vb_str words = vb_agreement_words(t->a->arena, fact->key);
    const vb_call_flag *other = NULL;

    if (flags_agree(t, words, value, &other))
        return;
    for (size_t g = 0; g < VB_COUNT(groups); g++) {
        bool in = false;

        for (size_t i = 0; groups[g][i]; i++)
            in |= vb_str_eqc(words, groups[g][i]);
        for (size_t i = 0; in && groups[g][i]; i++)
            if (flags_agree(t, vb_str_c(groups[g][i]), value, &other))
                return;
    }
    if (other)
        vb_agreement_other(
            vb_find(t->a->checker, "A006", t->a->plan, fact->loc,
                    "'%.*s' is '%.*s' in the table and '%.*s' in the steps",
                    VB_ARG(fact->key), VB_ARG(value), VB_ARG(other->value)),
            other->loc, "the step says");
}

static void
check_matrix(tables *t, const vb_fact *fact)
{
    enum { SHORT = 4 };

    for (size_t v = 0; v < fact->values.len; v++) {
        vb_str value = bare_item(fact->values.at[v]), stem = stem_of(value);
        const vb_map_entry *entry;
        const vb_str *near;

        if (!vb_agreement_plain(value) || value.len < SHORT ||
            vb_map_find(&t->tokens, value)->num)
            continue;
        entry = stem.len ? vb_map_find(&t->stems, stem) : NULL;
        if (!entry || !entry->ptr) {
            check_matrix_flags(t, fact, value);
            continue;
        }
        near = entry->ptr;
        vb_agreement_other(
            vb_find(t->a->checker, "A006", t->a->plan, fact->loc,
                    "'%.*s' is '%.*s' in the table and '%.*s' in the steps",
                    VB_ARG(fact->key), VB_ARG(value), VB_ARG(*near)),
            t->a->plan->steps.at[entry->num].loc, "the step says");
    }
}

/* Options that say where and on what, not how. */
static bool
says_where(vb_str name)
{
    static const char *const names[] = {
        "name",   "cluster",      "cluster-name", "project", "zone",
        "region", "location",     "namespace",    "profile", "resource-group",
        "format", "output",       "query",        "filter",  "subscription",
        "quiet",  "image-project"};

    return VB_STR_AMONG(name, names) || vb_str_ends(name, "-id") ||
           vb_str_ends(name, "-identifier") || vb_str_ends(name, "-name");
}

/* Does some row of the table have the option in its own way:
 * "metadata=disable-legacy-endpoints=true"? */
static bool
row_has(const tables *t, uint32_t table, vb_str name)
{
    size_t from = 0;

    while (from < t->facts.len && t->facts.at[from].block != table)
        from++;
    for (; from < t->facts.len && t->facts.at[from].block == table; from++)
        for (size_t i = 0; i < t->facts.at[from].values.len; i++) {
            vb_str value = bare_item(t->facts.at[from].values.at[i]);

            if (value.len > name.len && value.ptr[name.len] == '=' &&
                vb_str_eq(vb_str_sub(value, 0, name.len), name))
                return true;
        }
    return false;
}

/* Options of a command whose other options the table has. */
static void
check_unknown(tables *t)
{
    enum { ROWS = 3 };
    const vb_calls *calls = t->a->calls;

    for (size_t from = 0, end; from < calls->flags.len; from = end) {
        uint32_t command = calls->flags.at[from].command, table = VB_NONE;
        size_t have = 0, lack = 0;

        for (end = from;
             end < calls->flags.len && calls->flags.at[end].command == command;
             end++) {
            const vb_call_flag *flag = &calls->flags.at[end];

            if (!flag->has_value || says_where(flag->name))
                continue;
            have += t->table_of[end] != VB_NONE;
            lack += t->table_of[end] == VB_NONE;
            if (t->table_of[end] != VB_NONE)
                table = t->table_of[end];
        }
        if (have < ROWS || lack > have)
            continue;
        for (size_t i = from; i < end; i++) {
            const vb_call_flag *flag = &calls->flags.at[i];

            if (flag->has_value && !says_where(flag->name) &&
                t->table_of[i] == VB_NONE && !row_has(t, table, flag->name))
                vb_agreement_other(
                    vb_find(t->a->checker, "A012", t->a->plan, flag->loc,
                            "'--%.*s' is not in the table of this command's "
                            "options",
                            VB_ARG(flag->name)),
                    t->a->plan->doc->blocks.at[table].loc, "the table");
        }
    }
}

void
vb_check_tables(vb_agreement *a)
{
    tables t = {.a = a};
    vb_map *const maps[] = {&t.flags,  &t.all_flags, &t.values, &t.scalars,
                            &t.tokens, &t.stems,     &t.below};

    for (size_t i = 0; i < VB_COUNT(maps); i++)
        vb_map_init(maps[i], a->arena);
    collect_facts(&t);
    if (t.facts.len == 0)
        return;
    collect_flags(&t);
    meet_tokens(&t);
    for (size_t i = 0; i < a->manifests.list.len; i++)
        add_scalars(&t, &a->manifests.list.at[i]);
    for (size_t i = 0; i < t.facts.len; i++) {
        const vb_fact *fact = &t.facts.at[i];
        vb_str form = vb_str_c(fact->form);
        vb_str key = bare_key(fact->key);

        if (vb_str_eqc(form, "matrix")) {
            if (fact->provider.len &&
                vb_str_eq(fact->provider, a->plan->provider))
                check_matrix(&t, fact);
        } else if (vb_str_eqc(form, "list")) {
            i = check_list(&t, i) - 1;
        } else if (vb_str_ieqc(key, "enable") || vb_str_ieqc(key, "disable")) {
            check_switches(&t, fact);
        } else if (is_key_value(fact)) {
            check_key_value(&t, fact);
        }
    }
    check_unknown(&t);
}
