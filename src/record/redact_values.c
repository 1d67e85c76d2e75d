#include "record/redact_values.h"

#include "base/hash.h"

#include <string.h>

#include "base/banned.h"

enum {
    PATTERN_MIN = 4,
    GAP_MAX = 80,    /* bytes of line end and indentation */
    HOLD_SOFT = 4096 /* more is given away as soon as it is decided */
};

typedef struct node {
    uint32_t child, sibling, fail;
    uint32_t match; /* longest pattern that ends here + 1, or 0 */
    uint32_t own;   /* pattern that is this node + 1, or 0 */
    uint32_t depth;
    unsigned char byte;
} node;

typedef struct pattern {
    vb_str name;
    uint32_t len;
} pattern;

struct vb_values {
    vb_arena arena;
    VB_VEC(node) nodes; /* 0 is the root */
    VB_VEC(pattern) patterns;
    uint32_t root[256]; /* children of the root */
    vb_filter filter;
    uint32_t longest;
    bool linked; /* the failure links are up to date */
};

vb_values *
vb_values_new(void)
{
    vb_values *values = vb_heap_alloc(sizeof *values);

    memset(values, 0, sizeof *values);
    vb_vec_push(&values->arena, &values->nodes, (node){0});
    return values;
}

void
vb_values_free(vb_values *values)
{
    vb_arena_release(&values->arena);
    vb_heap_free(values);
}

/* --------------------------------------------------------- the automaton -- */

static uint32_t
child_of(const vb_values *values, uint32_t at, unsigned char byte)
{
    uint32_t child;

    if (at == 0)
        return values->root[byte];
    child = values->nodes.at[at].child;
    while (child && values->nodes.at[child].byte != byte)
        child = values->nodes.at[child].sibling;
    return child;
}

static uint32_t
make_child(vb_values *values, uint32_t at, unsigned char byte)
{
    uint32_t made = (uint32_t)values->nodes.len;

    vb_vec_push(&values->arena, &values->nodes,
                (node){.sibling = values->nodes.at[at].child,
                       .depth = values->nodes.at[at].depth + 1,
                       .byte = byte});
    values->nodes.at[at].child = made;
    if (at == 0)
        values->root[byte] = made;
    return made;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Line ends and the white space behind them are looked through in the text,
 * so the pattern does without them. */
static vb_str
without_gaps(vb_arena *arena, vb_str s)
{
    char *copy = vb_arena_alloc(arena, s.len + 1);
    bool gap = false;
    size_t len = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (c == '\n' || c == '\r')
            gap = true;
        else if (!gap || !is_blank(c)) {
            gap = false;
            copy[len++] = c;
        }
    }
    return vb_str_n(copy, len);
}

static void
filter_pattern(vb_filter *filter, vb_str p)
{
    static const char ends[] = {'\n', '\r'}, behind[] = " \t\n\r";

    vb_filter_add(filter, p.ptr[0], p.ptr[1], p.ptr[2]);
    for (size_t i = 0; i < VB_COUNT(ends); i++) {
        vb_filter_add(filter, p.ptr[0], p.ptr[1], ends[i]);
        vb_filter_add(filter, p.ptr[0], ends[i], p.ptr[1]);
        for (const char *c = behind; *c; c++)
            vb_filter_add(filter, p.ptr[0], ends[i], *c);
        if (is_blank(p.ptr[1]))
            vb_filter_add(filter, p.ptr[0], ends[i], p.ptr[2]);
    }
}

bool
vb_values_add(vb_values *values, vb_str name, vb_str text)
{
    vb_str p = without_gaps(&values->arena, vb_str_trim(text));
    uint32_t at = 0;

    if (p.len < PATTERN_MIN || p.len > UINT32_MAX / 2)
        return false;
    for (size_t i = 0; i < p.len; i++) {
        unsigned char byte = (unsigned char)p.ptr[i];
        uint32_t next = child_of(values, at, byte);

        at = next ? next : make_child(values, at, byte);
    }
    values->linked = false;
    if (values->nodes.at[at].own)
        return true;
    vb_vec_push(&values->arena, &values->patterns,
                (pattern){vb_str_copy(&values->arena, name), (uint32_t)p.len});
    values->nodes.at[at].own = (uint32_t)values->patterns.len;
    filter_pattern(&values->filter, p);
    if (p.len > values->longest)
        values->longest = (uint32_t)p.len;
    return true;
}

static uint32_t
next_state(const vb_values *values, uint32_t at, unsigned char byte)
{
    while (at) {
        uint32_t child = child_of(values, at, byte);

        if (child)
            return child;
        at = values->nodes.at[at].fail;
    }
    return values->root[byte];
}

/* Failure links, level by level. */
static void
link_nodes(vb_values *values)
{
    size_t n = values->nodes.len, head = 0, tail = 0;
    uint32_t *queue = vb_heap_alloc(n * sizeof *queue);

    queue[tail++] = 0;
    while (head < tail) {
        uint32_t at = queue[head++];

        for (uint32_t c = values->nodes.at[at].child; c;
             c = values->nodes.at[c].sibling) {
            node *child = &values->nodes.at[c];

            child->fail =
                at ? next_state(values, values->nodes.at[at].fail, child->byte)
                   : 0;
            child->match =
                child->own ? child->own : values->nodes.at[child->fail].match;
            queue[tail++] = c;
        }
    }
    vb_heap_free(queue);
    values->linked = true;
}

/* ------------------------------------------------------------ the stream -- */

void
vb_values_stream_release(vb_values_stream *stream)
{
    vb_buf_release(&stream->hold);
    vb_heap_free(stream->counted);
    *stream = (vb_values_stream){0};
}

/* Remembers where the byte that comes next stands. */
static void
count_byte(const vb_values *values, vb_values_stream *stream)
{
    size_t keep = values->longest;

    if (stream->ncounted == stream->cap) {
        if (stream->ncounted > 2 * keep) {
            memmove(stream->counted, stream->counted + stream->ncounted - keep,
                    keep * sizeof *stream->counted);
            stream->ncounted = keep;
        } else {
            stream->cap = stream->cap ? 2 * stream->cap : 256;
            stream->counted = vb_heap_grow(
                stream->counted, stream->cap * sizeof *stream->counted);
        }
    }
    stream->counted[stream->ncounted++] = stream->base + stream->hold.len;
}

/* Gives away what stands before position 'to'. */
static void
give(vb_values_stream *stream, uint64_t to, vb_buf *out)
{
    size_t n = (size_t)(to - stream->base);

    vb_buf_add(out, stream->hold.ptr, n);
    vb_buf_drop(&stream->hold, n);
    stream->base = to;
}

static void
give_mark(const vb_values *values, vb_values_stream *stream, vb_buf *out)
{
    vb_str name = values->patterns.at[stream->mark - 1].name;

    give(stream, stream->mark_from, out);
    vb_buf_c(out, "[redacted:");
    vb_buf_str(out, name);
    vb_buf_ch(out, ']');
    vb_buf_drop(&stream->hold, (size_t)(stream->mark_to - stream->base));
    stream->base = stream->mark_to;
    stream->marked = false;
}

/* A value ends here. It joins the one it overlaps. */
static void
mark(const vb_values *values, vb_values_stream *stream, uint32_t match,
     vb_buf *out)
{
    uint32_t len = values->patterns.at[match - 1].len;
    uint64_t from = stream->counted[stream->ncounted - len];
    uint64_t to = stream->base + stream->hold.len;

    if (stream->marked && from >= stream->mark_to)
        give_mark(values, stream, out);
    if (!stream->marked) {
        stream->mark_from = from;
        stream->mark = match;
    } else {
        if (from < stream->mark_from)
            stream->mark_from = from;
        if (len > values->patterns.at[stream->mark - 1].len)
            stream->mark = match;
    }
    stream->marked = true;
    stream->mark_to = to;
}

/* Where the value that may have begun begins. */
static uint64_t
begun_at(const vb_values *values, const vb_values_stream *stream)
{
    uint32_t depth = values->nodes.at[stream->state].depth;

    return depth ? stream->counted[stream->ncounted - depth]
                 : stream->base + stream->hold.len;
}

static void
settle(const vb_values *values, vb_values_stream *stream, vb_buf *out)
{
    uint64_t begun = begun_at(values, stream);

    if (stream->marked && stream->mark_to <= begun)
        give_mark(values, stream, out);
    if (!stream->marked &&
        (stream->state == 0 || begun - stream->base > HOLD_SOFT))
        give(stream, begun, out);
    if (stream->state == 0 && !stream->marked)
        stream->ncounted = 0;
}

/* A blank behind a line end is the value's own, if one can follow here, else
 * indentation. */
static bool
looks_through(const vb_values *values, vb_values_stream *stream, char c)
{
    bool gap = c == '\n' || c == '\r' || (stream->gap && is_blank(c));

    if (stream->state == 0 || !gap) {
        if (stream->state == 0)
            stream->gap = 0;
        return false;
    }
    if (++stream->gap > GAP_MAX)
        stream->state = 0;
    return stream->state == 0 || !is_blank(c) ||
           !child_of(values, stream->state, (unsigned char)c);
}

/* The line end may stand where the value has a blank: whoever breaks lines
 * between words leaves it out. */
static void
supply_blank(const vb_values *values, vb_values_stream *stream, char c)
{
    uint32_t blank = child_of(values, stream->state, ' ');

    if (child_of(values, stream->state, (unsigned char)c) || !blank ||
        !child_of(values, blank, (unsigned char)c))
        return;
    stream->state = blank;
    count_byte(values, stream);
}

static void
take(const vb_values *values, vb_values_stream *stream, char c, vb_buf *out)
{
    uint32_t match;

    if (looks_through(values, stream, c)) {
        vb_buf_ch(&stream->hold, c);
        if (stream->state == 0)
            settle(values, stream, out);
        return;
    }
    if (stream->gap && !is_blank(c)) {
        supply_blank(values, stream, c);
        stream->gap = 0;
    }
    stream->state = next_state(values, stream->state, (unsigned char)c);
    count_byte(values, stream);
    vb_buf_ch(&stream->hold, c);
    match = values->nodes.at[stream->state].match;
    if (match)
        mark(values, stream, match, out);
    settle(values, stream, out);
}

void
vb_values_feed(vb_values *values, vb_values_stream *stream, vb_str bytes,
               vb_buf *out)
{
    size_t at = 0;

    if (values->patterns.len == 0) {
        vb_buf_str(out, bytes);
        return;
    }
    if (!values->linked)
        link_nodes(values);
    if (stream->hold.max == 0)
        vb_buf_init(&stream->hold, VB_BUF_NO_MAX);
    while (at < bytes.len) {
        if (stream->state == 0 && stream->hold.len == 0) {
            size_t next = vb_filter_scan(&values->filter, bytes, at);

            vb_buf_add(out, bytes.ptr + at, next - at);
            at = next;
        }
        if (at < bytes.len)
            take(values, stream, bytes.ptr[at++], out);
    }
}

void
vb_values_finish(vb_values *values, vb_values_stream *stream, vb_buf *out)
{
    stream->state = 0;
    stream->gap = 0;
    if (stream->hold.len || stream->marked)
        settle(values, stream, out);
}
