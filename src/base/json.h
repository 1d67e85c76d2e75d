/*
 * Writing JSON into a buffer: compact, keys in the order of the calls, strings
 * always valid UTF-8 (invalid bytes become U+FFFD; whoever needs the exact
 * bytes writes vb_json_bytes).
 */
#ifndef VB_BASE_JSON_H
#define VB_BASE_JSON_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VB_JSON_DEPTH_MAX = 32 };

typedef struct vb_json {
    vb_buf *out; /* borrowed */
    unsigned depth;
    bool filled[VB_JSON_DEPTH_MAX]; /* this level needs a comma */
    bool pretty;                    /* two-space indentation and newlines */
    bool keyed;                     /* a name was written, its value not yet */
} vb_json;

void vb_json_init(vb_json *json, vb_buf *out);

/* 'key' is NULL inside arrays and at the top. */
void vb_json_object(vb_json *json, const char *key);
void vb_json_array(vb_json *json, const char *key);
void vb_json_end(vb_json *json, char bracket); /* '}' or ']' */
void vb_json_str(vb_json *json, const char *key, vb_str value);
/* Nothing when the value is empty. */
void vb_json_opt(vb_json *json, const char *key, vb_str value);
/* NULL is written as null. */
void vb_json_c(vb_json *json, const char *key, const char *value);
void vb_json_int(vb_json *json, const char *key, int64_t value);
void vb_json_size(vb_json *json, const char *key, size_t value);
void vb_json_bool(vb_json *json, const char *key, bool value);
void vb_json_null(vb_json *json, const char *key);
/* Already valid JSON. */
void vb_json_raw(vb_json *json, const char *key, vb_str value);
/* A member whose name is computed; the value follows with 'key' NULL. */
void vb_json_key(vb_json *json, vb_str key);
/* Exact bytes: a string under 'key' when they are valid UTF-8 without NUL,
 * otherwise base64 under 'key' + "_base64". 'key' is not NULL. */
void vb_json_bytes(vb_json *json, const char *key, vb_str value);

#endif
