#include "base/node.h"

#include "base/map.h"
#include "base/node_fault.h"

#include <string.h>
#include <yaml.h>

#include "base/banned.h"

/* Locating one costs a pass over the text. */
enum { FAULTS_MAX = 20 };

/* What the reader knows of a node beside what the tree says. */
typedef struct ynode {
    vb_node node;
    size_t weight; /* nodes below and including it, aliases expanded */
    size_t height; /* levels of lists and maps, itself included */
} ynode;

typedef VB_VEC(vb_node *) node_vec;

/* A list or map that is still open. */
typedef struct level {
    ynode *to;
    node_vec items, keys;
    vb_map names; /* maps: the keys so far */
    vb_node *key; /* maps: waits for its value */
    vb_str anchor;
} level;

typedef struct reader {
    vb_node_text in;
    vb_arena *arena;
    yaml_parser_t parser;
    vb_map anchors;
    level stack[VB_NODE_DEPTH_MAX];
    size_t depth;
    size_t weight; /* of all that was placed */
    VB_VEC(const vb_node *) documents;
    unsigned faults;
    /* libyaml counts characters; this is where character 'chars' starts. */
    struct {
        size_t chars, byte, line, line_start;
    } at;
} reader;

static bool
is_continuation(const reader *r, size_t byte)
{
    return byte < r->in.text.len && (r->in.text.ptr[byte] & 0xc0) == 0x80;
}

/* Marks hardly ever go back, and never far, so both directions step. */
static size_t
byte_of(reader *r, size_t chars)
{
    while (r->at.chars < chars && r->at.byte < r->in.text.len) {
        if (r->in.text.ptr[r->at.byte++] == '\n') {
            r->at.line++;
            r->at.line_start = r->at.byte;
        }
        while (is_continuation(r, r->at.byte))
            r->at.byte++;
        r->at.chars++;
    }
    while (r->at.chars > chars && r->at.byte > 0) {
        do
            r->at.byte--;
        while (r->at.byte > 0 && is_continuation(r, r->at.byte));
        r->at.chars--;
        if (r->in.text.ptr[r->at.byte] == '\n') {
            size_t lf =
                vb_str_rchr(vb_str_sub(r->in.text, 0, r->at.byte), '\n');

            r->at.line--;
            r->at.line_start = lf == VB_NPOS ? 0 : lf + 1;
        }
    }
    return r->at.byte;
}

static vb_loc
loc_of(reader *r, yaml_mark_t mark)
{
    size_t byte = byte_of(r, mark.index);

    return (vb_loc){r->in.file, (uint32_t)r->at.line + 1,
                    (uint32_t)(byte - r->at.line_start) + 1};
}

#define fault(r, mark, ...)                                                    \
    ((r)->faults++,                                                            \
     vb_node_fault(&(r)->in, byte_of((r), (mark).index), __VA_ARGS__))

/* ------------------------------------------------------------- scalars -- */

static bool
one_of(vb_str s, const char *lower, const char *title, const char *upper)
{
    return vb_str_eqc(s, lower) || vb_str_eqc(s, title) || vb_str_eqc(s, upper);
}

static size_t
digits(vb_str s, size_t at)
{
    while (at < s.len && vb_is_digit(s.ptr[at]))
        at++;
    return at;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool
is_number(vb_str s, bool *whole)
{
    size_t sign = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    size_t at = digits(s, sign), end;
    bool some = at > sign;

    *whole = some && at == s.len;
    if (at < s.len && s.ptr[at] == '.') {
        end = digits(s, at + 1);
        some = some || end > at + 1;
        at = end;
    }
    if (some && at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        at += at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+');
        end = digits(s, at);
        some = end > at;
        at = end;
    }
    return some && at == s.len;
}

/* Digits of base 8 or 16 after the prefix. */
static bool
read_based(vb_str s, int64_t *out)
{
    int shift = vb_str_starts(s, "0o") ? 3 : vb_str_starts(s, "0x") ? 4 : 0;
    int64_t value = 0;

    if (shift == 0 || s.len < 3)
        return false;
    for (size_t i = 2; i < s.len; i++) {
        char c = vb_lower(s.ptr[i]);
        int digit = vb_is_digit(c)    ? c - '0'
                    : vb_is_xdigit(c) ? c - 'a' + 10
                                      : 16;

        if (digit >= 1 << shift || value > INT64_MAX >> shift)
            return false;
        value = value << shift | digit;
    }
    *out = value;
    return true;
}

static bool
resolve_number(vb_node *node)
{
    vb_str s = node->str, bare = s;
    bool whole;

    if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        bare = vb_str_from(s, 1);
    if (one_of(bare, ".inf", ".Inf", ".INF")) {
        node->real = s.ptr[0] == '-' ? -__builtin_inf() : __builtin_inf();
    } else if (one_of(s, ".nan", ".NaN", ".NAN")) {
        node->real = __builtin_nan("");
    } else if (read_based(s, &node->num)) {
        node->kind = VB_NODE_INT;
        node->real = (double)node->num;
        return true;
    } else if (is_number(s, &whole)) {
        node->real = strtod(s.ptr, NULL);
        if (whole && vb_str_i64(s.ptr[0] == '+' ? bare : s, &node->num)) {
            node->kind = VB_NODE_INT;
            return true;
        }
    } else {
        return false;
    }
    node->kind = VB_NODE_REAL;
    return true;
}

/* YAML 1.2.2, section 10.3.2. */
static void
resolve_plain(vb_node *node)
{
    vb_str s = node->str;

    node->kind = VB_NODE_STR;
    if (s.len == 0 || vb_str_eqc(s, "~") || one_of(s, "null", "Null", "NULL")) {
        node->kind = VB_NODE_NULL;
    } else if (one_of(s, "true", "True", "TRUE")) {
        node->kind = VB_NODE_BOOL;
        node->num = 1;
    } else if (one_of(s, "false", "False", "FALSE")) {
        node->kind = VB_NODE_BOOL;
    } else {
        resolve_number(node);
    }
}

static bool
tag_is(const yaml_char_t *tag, const char *name)
{
    return tag && strcmp((const char *)tag, name) == 0;
}

/* Tags other than !!str only matter for what they say about quoted scalars:
 * an application's own tags (!Ref) leave the text a string. */
static ynode *
scalar_node(reader *r, const yaml_event_t *event)
{
    const yaml_char_t *tag = event->data.scalar.tag;
    ynode *y = VB_NEW(r->arena, ynode);
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool core = tag_is(tag, YAML_INT_TAG) || tag_is(tag, YAML_FLOAT_TAG) ||
                tag_is(tag, YAML_BOOL_TAG) || tag_is(tag, YAML_NULL_TAG);

    y->node.loc = loc_of(r, event->start_mark);
    y->node.str =
        vb_str_copy(r->arena, vb_str_n((const char *)event->data.scalar.value,
                                       event->data.scalar.length));
    y->node.quoted = !plain;
    y->node.kind = VB_NODE_STR;
    if (core || (plain && !tag))
        resolve_plain(&y->node);
    /* Text counts, too: a long string behind many aliases is as bad. */
    y->weight = 1 + y->node.str.len / 256;
    return y;
}

/* ---------------------------------------------------------------- tree -- */

/* Puts a complete node where the reader stands: into the open list or map, or
 * as the document. */
static void
place(reader *r, ynode *y, yaml_mark_t mark)
{
    level *top = r->depth ? &r->stack[r->depth - 1] : NULL;
    vb_node *node = &y->node;
    bool added;

    if (!top) {
        vb_vec_push(r->arena, &r->documents, node);
        return;
    }
    if (top->to->node.kind == VB_NODE_MAP && !top->key) {
        if (node->kind == VB_NODE_LIST || node->kind == VB_NODE_MAP) {
            fault(r, mark, "a key must be a plain word or a string, not a %s",
                  vb_node_kind_name(node->kind));
        } else {
            vb_map_add(&top->names, node->str, &added);
            if (!added)
                fault(r, mark, "duplicate key '%.*s'", VB_ARG(node->str));
        }
        top->key = node;
        return;
    }
    if (top->to->node.kind == VB_NODE_MAP)
        vb_vec_push(r->arena, &top->keys, top->key);
    top->key = NULL;
    vb_vec_push(r->arena, &top->items, node);
    top->to->weight += y->weight;
    if (top->to->height < y->height + 1)
        top->to->height = y->height + 1;
}

/* False when the stream has grown past the limit. */
static bool
within_limit(reader *r, size_t weight, yaml_mark_t mark)
{
    r->weight += weight;
    if (r->weight <= VB_YAML_NODES_MAX)
        return true;
    fault(r, mark, "the YAML has more than %d values", VB_YAML_NODES_MAX);
    return false;
}

static void
set_anchor(reader *r, vb_str anchor, ynode *y)
{
    if (anchor.len)
        vb_map_add(&r->anchors, anchor, NULL)->ptr = y;
}

static vb_str
anchor_of(reader *r, const yaml_char_t *anchor)
{
    return anchor ? vb_str_copy(r->arena, vb_str_c((const char *)anchor))
                  : vb_str_n(NULL, 0);
}

static bool
on_scalar(reader *r, const yaml_event_t *event)
{
    ynode *y = scalar_node(r, event);

    set_anchor(r, anchor_of(r, event->data.scalar.anchor), y);
    place(r, y, event->start_mark);
    return within_limit(r, y->weight, event->start_mark);
}

static bool
on_alias(reader *r, const yaml_event_t *event)
{
    vb_str name = vb_str_c((const char *)event->data.alias.anchor);
    vb_map_entry *entry = vb_map_find(&r->anchors, name);
    ynode *y;

    if (!entry) {
        fault(r, event->start_mark,
              "unknown alias '%.*s' (an anchor counts once its value is "
              "complete)",
              VB_ARG(name));
        y = VB_NEW(r->arena, ynode);
        place(r, y, event->start_mark);
        return true;
    }
    y = entry->ptr;
    if (r->depth + y->height > VB_NODE_DEPTH_MAX) {
        fault(r, event->start_mark, "alias '%.*s' nests deeper than %d levels",
              VB_ARG(name), VB_NODE_DEPTH_MAX);
        return false;
    }
    place(r, y, event->start_mark);
    return within_limit(r, y->weight, event->start_mark);
}

static bool
on_open(reader *r, const yaml_event_t *event, vb_node_kind kind)
{
    const yaml_char_t *anchor = kind == VB_NODE_LIST
                                    ? event->data.sequence_start.anchor
                                    : event->data.mapping_start.anchor;
    ynode *y = VB_NEW(r->arena, ynode);
    level *top;

    if (r->depth == VB_NODE_DEPTH_MAX) {
        fault(r, event->start_mark, "the YAML is nested deeper than %d levels",
              VB_NODE_DEPTH_MAX);
        return false;
    }
    y->node.kind = kind;
    y->node.loc = loc_of(r, event->start_mark);
    y->weight = y->height = 1;
    top = &r->stack[r->depth++];
    *top = (level){.to = y, .anchor = anchor_of(r, anchor)};
    vb_map_init(&top->names, r->arena);
    return within_limit(r, 1, event->start_mark);
}

static bool
on_close(reader *r, const yaml_event_t *event)
{
    level *top = &r->stack[--r->depth];
    ynode *y = top->to;

    y->node.items = top->items.at;
    y->node.keys = top->keys.at;
    y->node.len = top->items.len;
    set_anchor(r, top->anchor, y);
    place(r, y, event->start_mark);
    return true;
}

/* False when reading must stop. */
static bool
on_event(reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        vb_map_init(&r->anchors, r->arena);
        return true;
    case YAML_ALIAS_EVENT:
        return on_alias(r, event);
    case YAML_SCALAR_EVENT:
        return on_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(r, event, VB_NODE_LIST);
    case YAML_MAPPING_START_EVENT:
        return on_open(r, event, VB_NODE_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(r, event);
    default:
        return event->type != YAML_STREAM_END_EVENT;
    }
}

static void
syntax_fault(reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "out of memory";

    r->faults++;
    if (p->error == YAML_READER_ERROR)
        vb_node_fault(&r->in, p->problem_offset, "invalid YAML: %s", problem);
    else if (p->context)
        fault(r, p->problem_mark, "invalid YAML: %s %s", problem, p->context);
    else
        fault(r, p->problem_mark, "invalid YAML: %s", problem);
}

static void
read_events(reader *r)
{
    const vb_str text = r->in.text;
    bool more = true;

    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &r->parser, (const unsigned char *)(text.len ? text.ptr : ""),
        text.len);
    while (more) {
        yaml_event_t event;

        if (!yaml_parser_parse(&r->parser, &event)) {
            syntax_fault(r);
            return;
        }
        more = on_event(r, &event) && r->faults < FAULTS_MAX;
        yaml_event_delete(&event);
    }
}

const vb_node **
vb_yaml_read_all(vb_str text, const char *file, vb_arena *arena,
                 vb_diags *diags, size_t *count)
{
    reader r = {.in = {text, file, diags}, .arena = arena};

    *count = 0;
    if (!yaml_parser_initialize(&r.parser)) {
        vb_node_fault(&r.in, 0, "cannot read YAML: out of memory");
        return NULL;
    }
    read_events(&r);
    yaml_parser_delete(&r.parser);
    if (r.faults)
        return NULL;
    *count = r.documents.len;
    return r.documents.at ? r.documents.at : VB_NEW(arena, const vb_node *);
}

const vb_node *
vb_yaml_read(vb_str text, const char *file, vb_arena *arena, vb_diags *diags)
{
    const vb_node_text in = {text, file, diags};
    size_t count;
    const vb_node **all = vb_yaml_read_all(text, file, arena, diags, &count);

    if (!all)
        return NULL;
    if (count > 1) {
        vb_diag_add(diags, VB_ERROR, NULL, all[1]->loc,
                    "a second YAML document where one is expected");
        return NULL;
    }
    if (count == 0) {
        vb_node *empty = VB_NEW(arena, vb_node);

        empty->loc = vb_node_loc(&in, 0);
        return empty;
    }
    return all[0];
}
