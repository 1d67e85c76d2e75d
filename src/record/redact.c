#include "record/redact.h"

#include "base/arena.h"
#include "record/record.h"
#include "record/writer.h"

#include "base/banned.h"
struct vb_redactor {
    int unused;
};
struct vb_redact_stream {
    int unused;
};
vb_redactor *
vb_redactor_new(void)
{
    return vb_heap_alloc(sizeof(vb_redactor));
}
void
vb_redactor_free(vb_redactor *r)
{
    vb_heap_free(r);
}
bool
vb_redactor_add(vb_redactor *r, vb_str n, vb_str v)
{
    (void)r;
    (void)n;
    (void)v;
    return true;
}
vb_redact_stream *
vb_redact_open(vb_redactor *r)
{
    (void)r;
    return vb_heap_alloc(8);
}
void
vb_redact_close(vb_redact_stream *s)
{
    vb_heap_free(s);
}
void
vb_redact_feed(vb_redact_stream *s, vb_str b, vb_buf *o)
{
    (void)s;
    vb_buf_str(o, b);
}
void
vb_redact_finish(vb_redact_stream *s, vb_buf *o)
{
    (void)s;
    (void)o;
}
bool
vb_redact_text(vb_redactor *r, vb_str t, vb_buf *o)
{
    (void)r;
    vb_buf_str(o, t);
    return false;
}
bool
vb_secret_random(vb_str v)
{
    (void)v;
    return false;
}
bool
vb_secret_likely(vb_str n, vb_str v)
{
    (void)n;
    (void)v;
    return false;
}
bool
vb_record_secret(vb_record *r, vb_str n, vb_str v)
{
    return vb_redactor_add(r->redactor, n, v);
}
void
vb_record_redact(vb_record *r, vb_str t, vb_buf *o)
{
    vb_redact_text(r->redactor, t, o);
}
