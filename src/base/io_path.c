#include "base/io.h"

#include "base/banned.h"

vb_str
vb_path_join(vb_arena *arena, vb_str dir, vb_str name)
{
    if (dir.len == 0 || vb_str_eqc(dir, ".") || vb_str_starts(name, "/"))
        return vb_str_copy(arena, name);
    return vb_str_fmt(arena, "%.*s%s%.*s", VB_ARG(dir),
                      vb_str_ends(dir, "/") ? "" : "/", VB_ARG(name));
}

vb_str
vb_path_dir(vb_str path)
{
    size_t slash = vb_str_rchr(path, '/');

    if (slash == VB_NPOS)
        return VB_STR(".");
    return vb_str_sub(path, 0, slash ? slash : 1);
}

vb_str
vb_path_base(vb_str path)
{
    size_t slash = vb_str_rchr(path, '/');

    return slash == VB_NPOS ? path : vb_str_from(path, slash + 1);
}

vb_str
vb_path_clean(vb_arena *arena, vb_str path)
{
    VB_VEC(vb_str) parts = {0};
    bool absolute = vb_str_starts(path, "/");
    vb_str rest = path, part, out = {0};
    bool up;

    while (vb_str_field(&rest, '/', &part)) {
        if (part.len == 0 || vb_str_eqc(part, "."))
            continue;
        up = vb_str_eqc(part, "..");
        if (up && parts.len && !vb_str_eqc(parts.at[parts.len - 1], ".."))
            parts.len--;
        else if (!up || !absolute) /* above the root is the root */
            vb_vec_push(arena, &parts, part);
    }
    {
        vb_buf buf;

        vb_buf_init(&buf, VB_BUF_NO_MAX);
        for (size_t i = 0; i < parts.len; i++) {
            if (i || absolute)
                vb_buf_ch(&buf, '/');
            vb_buf_str(&buf, parts.at[i]);
        }
        if (buf.len == 0)
            vb_buf_ch(&buf, absolute ? '/' : '.');
        out = vb_str_copy(arena, vb_buf_view(&buf));
        vb_buf_release(&buf);
    }
    return out;
}
