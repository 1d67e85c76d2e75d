#include "doc/source.h"

#include "base/io.h"
#include "base/text.h"
#include "doc/rules.h"

#include <string.h>

#include "base/banned.h"

/* Longest run of lines counted as text by an editor, too. */
static uint32_t
count_lines(vb_str text)
{
    uint32_t n = 0;
    const char *p = text.ptr;
    const char *end = text.ptr + text.len;

    while (p < end) {
        size_t span = strcspn(p, "\r\n"); /* NUL-terminated copy */

        n++;
        p += span;
        if (p < end)
            p += p[0] == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
    }
    return n;
}

static void
map_lines(vb_arena *arena, vb_source *source)
{
    uint32_t n = count_lines(source->text);
    uint32_t *at = VB_NEW_N(arena, uint32_t, (size_t)n + 1);
    const char *text = source->text.ptr;
    size_t len = source->text.len, pos = 0;
    uint32_t i = 0;

    while (pos < len) {
        at[i++] = (uint32_t)pos;
        pos += strcspn(text + pos, "\r\n");
        if (pos < len)
            pos += text[pos] == '\r' && text[pos + 1] == '\n' ? 2 : 1;
    }
    at[n] = (uint32_t)len;
    source->lines.at = at;
    source->lines.len = n;
    source->lines.cap = (size_t)n + 1;
}

/* Line and column of byte 'pos', before there is a line map. */
static vb_loc
locate(const char *file, vb_str text, size_t pos)
{
    vb_loc loc = {file, 1, 1};
    size_t line = 0;

    for (size_t i = 0; i < pos && i < text.len; i++) {
        if (text.ptr[i] == '\n' ||
            (text.ptr[i] == '\r' &&
             !(i + 1 < text.len && text.ptr[i + 1] == '\n'))) {
            loc.line++;
            line = i + 1;
        }
    }
    loc.col = (uint32_t)(pos - line) + 1;
    return loc;
}

static bool
check_text(const vb_source *source, vb_diags *diags, vb_error *err)
{
    vb_str text = source->text;
    size_t bad = vb_str_chr(text, '\0');
    vb_loc loc;
    vb_diag *diag;

    if (bad != VB_NPOS) {
        loc = locate(source->path, text, bad);
        diag =
            vb_diag_add(diags, VB_ERROR, "D001", loc, "NUL byte in the text");
        diag->hint = VB_STR("a binary file or another encoding than UTF-8?");
        return vb_fail(err, "'%s' is no text: NUL byte in line %u",
                       source->path, loc.line);
    }
    bad = vb_utf8_bad(text);
    if (bad == VB_NPOS)
        return true;
    loc = locate(source->path, text, bad);
    diag = vb_diag_add(diags, VB_ERROR, "D002", loc,
                       "byte 0x%02x is no valid UTF-8",
                       (unsigned)(unsigned char)text.ptr[bad]);
    diag->hint = VB_STR("convert the file to UTF-8");
    return vb_fail(err, "'%s' is not UTF-8: line %u, column %u", source->path,
                   loc.line, loc.col);
}

/* 'bytes' belong to the arena, or outlive it. */
static vb_source *
make_source(vb_arena *arena, const char *path, vb_str bytes, vb_diags *diags,
            vb_error *err)
{
    vb_source *source = VB_NEW(arena, vb_source);

    source->path = vb_str_dup(arena, vb_str_c(path));
    source->rel = vb_path_base(vb_str_c(source->path));
    source->included_by = VB_NONE;
    source->digest = vb_sha256(bytes);
    if (vb_str_starts(bytes, "\xef\xbb\xbf"))
        bytes = vb_str_from(bytes, 3);
    source->text = bytes;
    if (!check_text(source, diags, err))
        return NULL;
    map_lines(arena, source);
    return source;
}

typedef struct shared_file {
    bool ok;
    vb_str bytes;
    vb_error err;
} shared_file;

static void *
read_shared(vb_arena *arena, vb_str real, void *user)
{
    shared_file *file = VB_NEW(arena, shared_file);

    (void)real;
    file->ok = vb_read_file_arena(user, VB_DOC_BYTES_MAX, arena, &file->bytes,
                                  &file->err);
    return file;
}

vb_source *
vb_source_include(vb_arena *arena, const char *path, vb_str real,
                  vb_cache *shared, vb_diags *diags, vb_error *err)
{
    const shared_file *file;

    if (!shared)
        return vb_source_read(arena, path, NULL, diags, err);
    file = vb_cache_get(shared, real, read_shared, vb_str_dup(arena, real));
    if (file->ok)
        return make_source(arena, path, file->bytes, diags, err);
    if (err)
        *err = file->err;
    return NULL;
}

vb_source *
vb_source_read(vb_arena *arena, const char *path, const vb_str *text,
               vb_diags *diags, vb_error *err)
{
    vb_str bytes;

    if (text && text->len > VB_DOC_BYTES_MAX) {
        vb_fail(err, "'%s' is larger than %d bytes", path, VB_DOC_BYTES_MAX);
        return NULL;
    }
    if (text)
        bytes = vb_str_copy(arena, *text);
    else if (!vb_read_file_arena(path, VB_DOC_BYTES_MAX, arena, &bytes, err))
        return NULL;
    return make_source(arena, path, bytes, diags, err);
}

uint32_t
vb_source_count(const vb_source *source)
{
    return (uint32_t)source->lines.len;
}

vb_str
vb_source_raw(const vb_source *source, uint32_t n)
{
    if (n == 0 || n > source->lines.len)
        return vb_str_n(NULL, 0);
    return vb_str_n(source->text.ptr + source->lines.at[n - 1],
                    source->lines.at[n] - source->lines.at[n - 1]);
}

vb_str
vb_source_line(const vb_source *source, uint32_t n)
{
    vb_str line = vb_source_raw(source, n);

    while (line.len &&
           (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    return line;
}
