#include "verify/classes.h"

#include <string.h>

#include "base/banned.h"

static const struct {
    const char *name;
    bool identity;
} infos[] = {
#define VB_CLASS_INFO(id, name, identity) {name, identity},
    VB_CLASSES(VB_CLASS_INFO)
#undef VB_CLASS_INFO
};

const char *
vb_class_name(vb_class cls)
{
    return infos[cls].name;
}

bool
vb_class_identity(vb_class cls)
{
    return infos[cls].identity;
}

size_t
vb_class_find(vb_str line, size_t at, vb_class *cls)
{
    size_t n;
    char c = vb_at(line, at);

    /* Most words begin with a letter that no class begins with. */
    if (!vb_is_alnum(c) && c != '/' && c != '~' && c != ':')
        return 0;
    /* "-6668w" ends a generated name and is no number of weeks. */
    if (at > 0 && line.ptr[at - 1] == '-' &&
        (n = vb_name_find(line, at, cls)) > 0)
        return n;
    if ((n = vb_time_find(line, at, cls)) > 0)
        return n;
    if ((n = vb_net_find(line, at, cls)) > 0)
        return n;
    if ((n = vb_measure_find(line, at, cls)) > 0)
        return n;
    n = vb_label_find(line, at);
    if (n > 0) {
        *cls = VB_CLASS_LABEL;
        return n;
    }
    return vb_id_find(line, at, cls);
}

/* "xxxxxxxx" in a guide: whatever letters stand there. */
static size_t
mask_take(vb_str line, size_t at)
{
    size_t n = 0;

    while (vb_is_word(vb_at(line, at + n)) || vb_at(line, at + n) == '-')
        n++;
    return n;
}

/* A placeholder stands for one word; quotes and commas end it. */
static size_t
placeholder_take(vb_str line, size_t at)
{
    size_t n = 0;

    while (at + n < line.len && !vb_is_space(line.ptr[at + n]) &&
           !vb_one_of("\"',;)]}", line.ptr[at + n]))
        n++;
    return n;
}

size_t
vb_class_take(vb_class cls, vb_str sample, vb_str line, size_t at)
{
    switch (cls) {
    case VB_CLASS_TIMESTAMP:
    case VB_CLASS_DATE:
    case VB_CLASS_TIME:
    case VB_CLASS_AGE:
    case VB_CLASS_DURATION:
        return vb_time_take(cls, line, at);
    case VB_CLASS_IPV4:
    case VB_CLASS_CIDR:
    case VB_CLASS_IPV6:
    case VB_CLASS_HOST:
    case VB_CLASS_PORT:
    case VB_CLASS_EMAIL:
        return vb_net_take(cls, sample, line, at);
    case VB_CLASS_VERSION:
    case VB_CLASS_SIZE:
    case VB_CLASS_RATE:
    case VB_CLASS_PERCENT:
    case VB_CLASS_NUMBER:
    case VB_CLASS_PROGRESS:
    case VB_CLASS_RESTARTS:
    case VB_CLASS_USAGE:
        return vb_measure_take(cls, sample, line, at);
    case VB_CLASS_FETCH:
        return vb_str_starts(vb_str_from(line, at), "Hit:") ||
                       vb_str_starts(vb_str_from(line, at), "Get:")
                   ? 3
                   : 0;
    case VB_CLASS_MASK:
        return mask_take(line, at);
    case VB_CLASS_LABEL:
        return vb_label_take(line, at);
    case VB_CLASS_PICTURE:
        return vb_picture_len(line, at);
    case VB_CLASS_PLACEHOLDER:
    case VB_CLASS_SECRET:
        return placeholder_take(line, at);
    case VB_CLASS_CELL:
        return line.len - at;
    default:
        return vb_id_take(cls, sample, line, at);
    }
}
