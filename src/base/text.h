/* Bytes from strangers, made safe or measured: UTF-8, terminals, base64. */
#ifndef VB_BASE_TEXT_H
#define VB_BASE_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length 1 to 4 of the valid sequence at the start, with its code point in
 * *code; 0 when it is not valid UTF-8 (RFC 3629) or the slice is empty. */
size_t vb_utf8_next(vb_str s, uint32_t *code);
bool vb_utf8_valid(vb_str s);
/* Position of the first invalid byte, or VB_NPOS. */
size_t vb_utf8_bad(vb_str s);

/* For terminals: control characters (C0 except TAB and LF, DEL, C1), bidi
 * controls, line separators and invalid bytes become visible escapes like
 * \x1b, \u202e. */
void vb_text_mask(vb_buf *out, vb_str s);
/* The same for one line: TAB and LF are masked too. */
void vb_text_mask_line(vb_buf *out, vb_str s);
/* For HTML text and attribute values in double quotes. Controls are masked. */
void vb_text_html(vb_buf *out, vb_str s);

/* A word that a shell reads back as exactly these bytes. */
void vb_shell_quote(vb_buf *out, vb_str s);
/* What stands between its quotes: it'\''s. */
void vb_shell_single(vb_buf *out, vb_str s);

/* Columns on a terminal, wide and combining characters counted as such. TAB
 * goes to the next multiple of 8, other controls take no column. */
size_t vb_text_width(vb_str s);
/* The longest prefix that fits 'columns'. */
vb_str vb_text_fit(vb_str s, size_t columns);

/* A copy without ANSI escape sequences (CSI, OSC and the other strings, short
 * ESC). A string that is never ended stops at the end of its line. */
vb_str vb_text_strip_ansi(vb_arena *arena, vb_str s);

/* Lower-case words joined by '-': "Kubernetes Cluster!" ->
 * "kubernetes-cluster". Letters of other scripts stay; apostrophes vanish. At
 * most 80 bytes, never empty: "section" when nothing is left. */
vb_str vb_text_slug(vb_arena *arena, vb_str s);

/* RFC 4648 with padding. Decoding takes nothing else (no white space) and
 * leaves 'out' as it was when it fails. */
void vb_base64(vb_buf *out, vb_str bytes);
bool vb_base64_decode(vb_buf *out, vb_str text);

#endif
