/* Where credentials come from. */
#include "record/push.h"

#include "base/io.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/banned.h"

enum { FILE_BYTES_MAX = 64 * 1024 };

/* The first name that is set wins. */
static const struct {
    const char *name;
    size_t offset;
} names[] = {
    {"AWS_ACCESS_KEY_ID", offsetof(vb_push_keys, access_key)},
    {"AWS_SECRET_ACCESS_KEY", offsetof(vb_push_keys, secret_key)},
    {"AWS_SESSION_TOKEN", offsetof(vb_push_keys, session_token)},
    {"AWS_REGION", offsetof(vb_push_keys, region)},
    {"AWS_DEFAULT_REGION", offsetof(vb_push_keys, region)},
    {"AWS_ENDPOINT_URL_S3", offsetof(vb_push_keys, endpoint)},
    {"AWS_ENDPOINT_URL", offsetof(vb_push_keys, endpoint)},
    {"VERBATIM_PUSH_USER", offsetof(vb_push_keys, user)},
    {"VERBATIM_PUSH_PASSWORD", offsetof(vb_push_keys, password)},
    {"VERBATIM_PUSH_TOKEN", offsetof(vb_push_keys, token)},
    {"VERBATIM_WEBHOOK_TOKEN", offsetof(vb_push_keys, webhook_token)},
    {"VERBATIM_WEBHOOK_SECRET", offsetof(vb_push_keys, webhook_secret)},
};

static const char **
slot(vb_push_keys *keys, size_t i)
{
    return (const char **)(void *)((char *)keys + names[i].offset);
}

static bool
take_line(vb_push_keys *keys, vb_str line, vb_arena *arena)
{
    size_t equals = vb_str_chr(line, '=');
    vb_str name = vb_str_trim(vb_str_sub(line, 0, equals));
    vb_str value;

    if (line.len == 0 || line.ptr[0] == '#')
        return true;
    if (equals == VB_NPOS)
        return false;
    value = vb_str_trim(vb_str_from(line, equals + 1));
    for (size_t i = 0; i < VB_COUNT(names); i++)
        if (vb_str_eqc(name, names[i].name)) {
            if (!*slot(keys, i))
                *slot(keys, i) = vb_str_dup(arena, value);
            return true;
        }
    return false;
}

bool
vb_push_keys_read(vb_push_keys *keys, const char *file, vb_arena *arena,
                  vb_error *err)
{
    vb_str text = {0}, line;
    size_t number = 0;

    *keys = (vb_push_keys){0};
    if (file && !vb_read_file_arena(file, FILE_BYTES_MAX, arena, &text, err))
        return false;
    while (vb_str_line(&text, &line)) {
        number++;
        if (!take_line(keys, vb_str_trim(line), arena))
            return vb_fail(err, "line %zu of '%s' is no credential", number,
                           file);
    }
    for (size_t i = 0; i < VB_COUNT(names); i++) {
        const char *value = getenv(names[i].name); // NOLINT(*-mt-unsafe)

        if (value && *value && !*slot(keys, i))
            *slot(keys, i) = vb_str_dup(arena, vb_str_c(value));
    }
    return true;
}
