/* Members of events, left out when they say nothing. For the writers. */
#ifndef VB_RECORD_MEMBERS_H
#define VB_RECORD_MEMBERS_H

#include "base/json.h"
#include "record/events.h"

/* Empty strings are left out; long ones are clipped, at a character, and
 * their length is told. */
void vb_member_str(vb_json *json, const char *key, vb_str value);
void vb_member_int(vb_json *json, const char *key, int64_t value);
void vb_member_true(vb_json *json, const char *key, bool value);
void vb_member_digest(vb_json *json, const char *key, vb_digest digest);
void vb_member_strs(vb_json *json, const char *key, const vb_str *at, size_t n);
/* "out" and "err": {"bytes", "sha256"}. */
void vb_member_sums(vb_json *json, const vb_output_sum *sums);
/* The longest prefix of at most 'max' bytes that ends between characters. */
vb_str vb_clip(vb_str s, size_t max);

#endif
