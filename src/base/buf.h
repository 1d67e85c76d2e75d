/*
 * vb_buf: bytes that grow, up to a maximum set at init. Going past the
 * maximum drops what does not fit and sets 'full', which the caller checks
 * once at the end instead of after each append.
 */
#ifndef VB_BASE_BUF_H
#define VB_BASE_BUF_H

#include "base/attr.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct vb_buf {
    char *ptr; /* NUL-terminated whenever it is not NULL */
    size_t len, cap, max;
    bool full; /* something was dropped */
} vb_buf;

#define VB_BUF_NO_MAX ((size_t)-1 / 4)

void vb_buf_init(vb_buf *buf, size_t max);
void vb_buf_release(vb_buf *buf);
/* Empties it, keeps its memory. */
void vb_buf_clear(vb_buf *buf);

void vb_buf_add(vb_buf *buf, const void *ptr, size_t len);
void vb_buf_str(vb_buf *buf, vb_str s);
void vb_buf_c(vb_buf *buf, const char *c);
void vb_buf_ch(vb_buf *buf, char c);
void vb_buf_fill(vb_buf *buf, char c, size_t n);
void vb_buf_fmt(vb_buf *buf, const char *fmt, ...) VB_PRINTF(2, 3);
void vb_buf_vfmt(vb_buf *buf, const char *fmt, va_list args) VB_PRINTF(2, 0);

/* Room for 'len' bytes at the end, to be read into; follow with
 * vb_buf_grew(). NULL when the maximum does not allow it. */
char *vb_buf_room(vb_buf *buf, size_t len);
void vb_buf_grew(vb_buf *buf, size_t len);
/* Drops the first 'len' bytes. */
void vb_buf_drop(vb_buf *buf, size_t len);

/* Borrowed: valid until the next change. */
vb_str vb_buf_view(const vb_buf *buf);
/* Never NULL. */
const char *vb_buf_cstr(const vb_buf *buf);

#endif
