#include "record/members.h"

#include "record/reader.h"

#include <string.h>

#include "base/banned.h"

vb_str
vb_clip(vb_str s, size_t max)
{
    if (s.len <= max)
        return s;
    while (max && ((unsigned char)s.ptr[max] & 0xc0) == 0x80)
        max--;
    return vb_str_sub(s, 0, max);
}

/* How long a string may be that is added now: an escape takes six bytes, and
 * the event must fit in a line. */
static size_t
room(const vb_json *json)
{
    const size_t most = (size_t)VB_EVENT_BYTES_MAX / 8 * 7;
    size_t left = json->out->len < most ? (most - json->out->len) / 6 : 0;

    return left < VB_TEXT_MAX ? left : VB_TEXT_MAX;
}

void
vb_member_str(vb_json *json, const char *key, vb_str value)
{
    vb_str head = vb_clip(value, room(json));
    vb_buf name;

    if (value.len == 0)
        return;
    vb_json_str(json, key, head);
    if (head.len == value.len)
        return;
    vb_buf_init(&name, VB_BUF_NO_MAX);
    vb_buf_fmt(&name, "%s_bytes", key);
    vb_json_key(json, vb_buf_view(&name));
    vb_json_int(json, NULL, (int64_t)value.len);
    vb_buf_release(&name);
}

void
vb_member_int(vb_json *json, const char *key, int64_t value)
{
    if (value)
        vb_json_int(json, key, value);
}

void
vb_member_true(vb_json *json, const char *key, bool value)
{
    if (value)
        vb_json_bool(json, key, true);
}

void
vb_member_digest(vb_json *json, const char *key, vb_digest digest)
{
    if (digest.hex[0])
        vb_json_c(json, key, digest.hex);
}

void
vb_member_strs(vb_json *json, const char *key, const vb_str *at, size_t n)
{
    if (n == 0)
        return;
    vb_json_array(json, key);
    for (size_t i = 0; i < n; i++)
        vb_json_str(json, NULL, vb_clip(at[i], VB_TEXT_MAX / 16));
    vb_json_end(json, ']');
}

void
vb_member_sums(vb_json *json, const vb_output_sum *sums)
{
    static const char *const names[] = {"out", "err"};

    for (size_t i = 0; i < VB_COUNT(names); i++) {
        if (!sums->digest[i].hex[0])
            continue;
        vb_json_object(json, names[i]);
        vb_json_int(json, "bytes", (int64_t)sums->bytes[i]);
        vb_json_c(json, "sha256", sums->digest[i].hex);
        vb_json_end(json, '}');
    }
}
