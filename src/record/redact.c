#include "record/redact.h"

#include "base/arena.h"
#include "record/record.h"
#include "record/redact_encode.h"
#include "record/redact_shapes.h"
#include "record/redact_values.h"
#include "record/writer.h"

#include "base/banned.h"

enum { SHORTEST = 4, LINE_MIN = 16 };

struct vb_redactor {
    vb_values *values;
    vb_shapes shapes;
    vb_redact_stream *whole; /* for texts that come in one piece */
};

struct vb_redact_stream {
    vb_redactor *redactor; /* borrowed */
    vb_values_stream values;
    vb_shapes_stream shapes;
    size_t fed, replaced;
};

vb_redactor *
vb_redactor_new(void)
{
    vb_redactor *redactor = vb_heap_alloc(sizeof *redactor);

    redactor->values = vb_values_new();
    vb_shapes_init(&redactor->shapes);
    redactor->whole = vb_redact_open(redactor);
    return redactor;
}

void
vb_redactor_free(vb_redactor *redactor)
{
    if (!redactor)
        return;
    vb_redact_close(redactor->whole);
    vb_values_free(redactor->values);
    vb_heap_free(redactor);
}

/* ---------------------------------------------------------------- values -- */

/* Words that stand everywhere: to hide them would hide nothing and blot out
 * everything. */
static bool
is_common(vb_str value)
{
    static const char *const words[] = {
        "true", "false",   "null",    "none",    "enabled",  "disabled",
        "auto", "default", "example", "unknown", "undefined"};

    return VB_STR_IAMONG(value, words);
}

typedef struct adding {
    vb_values *values;
    vb_str name;
} adding;

static void
add_spelling(void *user, vb_str spelling)
{
    const adding *a = user;

    /* Short encodings are left out; the value itself was measured before. */
    (void)!vb_values_add(a->values, a->name, spelling);
}

/* The name stands inside JSON, terminals and HTML: letters only. */
static vb_str
plain_name(vb_arena *arena, vb_str name)
{
    char *copy = vb_str_dup(arena, vb_str_sub(name, 0, 64));

    for (char *at = copy; *at; at++)
        if (!vb_is_word(*at) && *at != '-' && *at != '.')
            *at = '_';
    return *copy ? vb_str_c(copy) : VB_STR("secret");
}

bool
vb_redactor_add(vb_redactor *redactor, vb_str name, vb_str value)
{
    vb_arena arena = {0};
    adding a = {redactor->values, plain_name(&arena, name)};
    vb_str v = vb_str_trim(value), rest = v, line;
    bool worth = v.len >= SHORTEST && !is_common(v);

    if (worth)
        vb_spellings(v, add_spelling, &a);
    /* Of a value of several lines each may turn up alone. */
    while (worth && vb_str_chr(v, '\n') != VB_NPOS &&
           vb_str_line(&rest, &line)) {
        line = vb_str_trim(line);
        if (line.len >= LINE_MIN && vb_secret_random(line))
            vb_spellings(line, add_spelling, &a);
    }
    vb_arena_release(&arena);
    return worth;
}

/* --------------------------------------------------------------- streams -- */

vb_redact_stream *
vb_redact_open(vb_redactor *redactor)
{
    vb_redact_stream *stream = vb_heap_alloc(sizeof *stream);

    *stream = (vb_redact_stream){.redactor = redactor};
    vb_shapes_stream_init(&stream->shapes);
    return stream;
}

void
vb_redact_close(vb_redact_stream *stream)
{
    if (!stream)
        return;
    vb_values_stream_release(&stream->values);
    vb_shapes_stream_release(&stream->shapes);
    vb_heap_free(stream);
}

void
vb_redact_feed(vb_redact_stream *stream, vb_str bytes, vb_buf *out)
{
    vb_redactor *redactor = stream->redactor;

    vb_values_feed(redactor->values, &stream->values, bytes,
                   &stream->shapes.work);
    vb_shapes_run(&redactor->shapes, &stream->shapes, false, out);
}

void
vb_redact_finish(vb_redact_stream *stream, vb_buf *out)
{
    vb_redactor *redactor = stream->redactor;

    vb_values_finish(redactor->values, &stream->values, &stream->shapes.work);
    vb_shapes_run(&redactor->shapes, &stream->shapes, true, out);
}

bool
vb_redact_text(vb_redactor *redactor, vb_str text, vb_buf *out)
{
    vb_redact_stream *stream = redactor->whole;
    size_t from = out->len;

    vb_values_feed(redactor->values, &stream->values, text,
                   &stream->shapes.work);
    vb_redact_finish(stream, out);
    return !vb_str_eq(vb_str_from(vb_buf_view(out), from), text);
}

/* ------------------------------------------------------------ the record -- */

bool
vb_record_secret(vb_record *record, vb_str name, vb_str value)
{
    return vb_redactor_add(record->redactor, name, value);
}

void
vb_record_redact(vb_record *record, vb_str text, vb_buf *out)
{
    (void)!vb_redact_text(record->redactor, text, out);
}

bool
vb_secret_likely(vb_str name, vb_str value)
{
    vb_redactor *redactor;
    vb_buf out;
    bool shape;

    if (vb_name_secret(name) && vb_secret_random(value))
        return true;
    redactor = vb_redactor_new();
    vb_buf_init(&out, VB_BUF_NO_MAX);
    shape = vb_redact_text(redactor, value, &out);
    vb_buf_release(&out);
    vb_redactor_free(redactor);
    return shape;
}
