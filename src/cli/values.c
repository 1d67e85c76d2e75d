#include "cli/values.h"

#include "base/io.h"

#include "base/banned.h"

enum { VALUE_FILE_MAX = 1024 * 1024 };

static bool
is_name(vb_str text)
{
    if (text.len == 0 || vb_is_digit(text.ptr[0]))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!vb_is_word(text.ptr[i]) && text.ptr[i] != '-')
            return false;
    return true;
}

static bool
parse_one(vb_str text, vb_arena *arena, vb_given *out, vb_error *err)
{
    size_t equals = vb_str_chr(text, '=');

    if (equals == VB_NPOS || !is_name(vb_str_sub(text, 0, equals)))
        return vb_fail(err, "'--set %.*s' is not NAME=VALUE", VB_ARG(text));
    *out =
        (vb_given){vb_str_sub(text, 0, equals), vb_str_from(text, equals + 1)};
    if (!vb_str_starts(out->value, "@"))
        return true;
    if (!vb_read_file_arena(out->value.ptr + 1, VALUE_FILE_MAX, arena,
                            &out->value, err))
        return false;
    if (vb_str_ends(out->value, "\n"))
        out->value.len--;
    if (vb_str_chr(out->value, '\0') != VB_NPOS)
        return vb_fail(err, "the value of '%.*s' holds a NUL byte",
                       VB_ARG(out->name));
    return true;
}

bool
vb_values_parse(const vb_strs *texts, vb_arena *arena, vb_givens *out,
                vb_error *err)
{
    for (size_t i = 0; i < texts->len; i++) {
        vb_given given;

        if (!parse_one(texts->at[i], arena, &given, err))
            return false;
        vb_vec_push(arena, out, given);
    }
    return true;
}
