#include "base/buf.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void
vb_buf_init(vb_buf *buf, size_t max)
{
    *buf = (vb_buf){.max = max < VB_BUF_NO_MAX ? max : VB_BUF_NO_MAX};
}

void
vb_buf_release(vb_buf *buf)
{
    vb_heap_free(buf->ptr);
    *buf = (vb_buf){.max = buf->max};
}

void
vb_buf_clear(vb_buf *buf)
{
    buf->len = 0;
    buf->full = false;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

static void
reserve(vb_buf *buf, size_t total)
{
    size_t cap = buf->cap ? buf->cap : 256;

    if (total < buf->cap)
        return;
    while (cap <= total)
        cap *= 2;
    buf->ptr = vb_heap_grow(buf->ptr, cap);
    buf->ptr[buf->len] = '\0';
    buf->cap = cap;
}

void
vb_buf_add(vb_buf *buf, const void *ptr, size_t len)
{
    if (len > buf->max - buf->len) {
        len = buf->max - buf->len;
        buf->full = true;
    }
    reserve(buf, buf->len + len);
    if (len)
        memcpy(buf->ptr + buf->len, ptr, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void
vb_buf_str(vb_buf *buf, vb_str s)
{
    vb_buf_add(buf, s.ptr, s.len);
}

void
vb_buf_c(vb_buf *buf, const char *c)
{
    vb_buf_str(buf, vb_str_c(c));
}

void
vb_buf_ch(vb_buf *buf, char c)
{
    if (buf->len + 1 < buf->cap && buf->len < buf->max) {
        buf->ptr[buf->len++] = c;
        buf->ptr[buf->len] = '\0';
    } else {
        vb_buf_add(buf, &c, 1);
    }
}

void
vb_buf_fill(vb_buf *buf, char c, size_t n)
{
    char *room = vb_buf_room(buf, n);

    if (!room)
        return;
    memset(room, c, n);
    vb_buf_grew(buf, n);
}

void
vb_buf_vfmt(vb_buf *buf, const char *fmt, va_list args)
{
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (len < 0)
        return;
    if ((size_t)len > buf->max - buf->len) {
        buf->full = true;
        return;
    }
    reserve(buf, buf->len + (size_t)len);
    len = vsnprintf(buf->ptr + buf->len, (size_t)len + 1, fmt, args);
    if (len > 0)
        buf->len += (size_t)len;
}

void
vb_buf_fmt(vb_buf *buf, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vb_buf_vfmt(buf, fmt, args);
    va_end(args);
}

char *
vb_buf_room(vb_buf *buf, size_t len)
{
    if (len > buf->max - buf->len) {
        buf->full = true;
        return NULL;
    }
    reserve(buf, buf->len + len);
    return buf->ptr + buf->len;
}

void
vb_buf_grew(vb_buf *buf, size_t len)
{
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void
vb_buf_drop(vb_buf *buf, size_t len)
{
    if (len > buf->len)
        len = buf->len;
    if (len == 0)
        return;
    memmove(buf->ptr, buf->ptr + len, buf->len - len);
    buf->len -= len;
    buf->ptr[buf->len] = '\0';
}

vb_str
vb_buf_view(const vb_buf *buf)
{
    return (vb_str){buf->ptr, buf->len};
}

const char *
vb_buf_cstr(const vb_buf *buf)
{
    return buf->ptr ? buf->ptr : "";
}
