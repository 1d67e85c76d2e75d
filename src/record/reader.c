#include "record/reader.h"

#include "base/io.h"
#include "base/text.h"
#include "record/chain.h"
#include "record/disk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

enum { READ_BYTES = 256 * 1024 };

struct vb_reader {
    vb_arena arena;
    const char *path, *dir;
    int fd; /* -1: over bytes in memory */
    vb_buf buf;
    vb_str left; /* unread bytes, inside 'buf' or the caller's memory */
    uint64_t line;
    bool ended; /* nothing more to read into 'buf' */
};

static vb_reader *
new_reader(int fd)
{
    vb_reader *reader = vb_heap_alloc(sizeof *reader);

    *reader = (vb_reader){.fd = fd, .ended = fd < 0};
    vb_buf_init(&reader->buf, VB_BUF_NO_MAX);
    return reader;
}

void
vb_reader_close(vb_reader *reader)
{
    if (!reader)
        return;
    vb_close(&reader->fd, reader->path, NULL);
    vb_buf_release(&reader->buf);
    vb_arena_release(&reader->arena);
    vb_heap_free(reader);
}

/* Opening must neither hang on a FIFO nor read a device. */
static bool
open_regular(vb_reader *reader, const char *path, vb_error *err)
{
    struct stat st;

    reader->fd = vb_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);
    if (reader->fd < 0)
        return false;
    if (fstat(reader->fd, &st) < 0)
        return vb_fail_errno(err, "cannot read '%s'", path);
    return S_ISREG(st.st_mode) ||
           vb_fail(err, "'%s' is not a regular file", path);
}

vb_reader *
vb_reader_open(const char *path, vb_error *err)
{
    vb_reader *reader = new_reader(-1);
    vb_str at = vb_str_c(path);

    reader->ended = false;
    if (vb_is_dir(path)) {
        reader->dir = vb_str_dup(&reader->arena, at);
        reader->path =
            vb_path_join(&reader->arena, at, VB_STR(VB_TRANSCRIPT_NAME)).ptr;
    } else {
        reader->path = vb_str_dup(&reader->arena, at);
        reader->dir = vb_str_dup(&reader->arena, vb_path_dir(at));
    }
    if (open_regular(reader, reader->path, err))
        return reader;
    vb_reader_close(reader);
    return NULL;
}

vb_reader *
vb_reader_over(vb_str bytes)
{
    vb_reader *reader = new_reader(-1);

    reader->path = "transcript";
    reader->dir = ".";
    reader->left = bytes;
    return reader;
}

const char *
vb_reader_path(const vb_reader *reader)
{
    return reader->path;
}

const char *
vb_reader_dir(const vb_reader *reader)
{
    return reader->dir;
}

uint64_t
vb_reader_line_number(const vb_reader *reader)
{
    return reader->line;
}

static vb_loc
here(const vb_reader *reader)
{
    return (vb_loc){reader->path, (uint32_t)reader->line, 0};
}

/* Diagnostics outlive the reader: the last one, when it stands on the reader's
 * path, gets a copy, or the one that the diagnostic before it has. */
static void
keep_path(const vb_reader *reader, vb_diags *diags)
{
    size_t n = diags ? diags->list.len : 0;
    vb_diag *last = n > 0 ? &diags->list.at[n - 1] : NULL;
    const char *before = n > 1 ? last[-1].loc.file : NULL;

    if (!last || last->loc.file != reader->path)
        return;
    last->loc.file = before && strcmp(before, reader->path) == 0
                         ? before
                         : vb_str_dup(diags->arena, vb_str_c(reader->path));
}

/* More bytes behind 'left'. False when there are none, or on failure. */
static bool
fill(vb_reader *reader, bool *failed)
{
    ssize_t n;

    vb_buf_drop(&reader->buf, reader->buf.len - reader->left.len);
    n = vb_read(reader->fd, vb_buf_room(&reader->buf, READ_BYTES), READ_BYTES);
    if (n > 0)
        vb_buf_grew(&reader->buf, (size_t)n);
    else
        reader->ended = true;
    *failed = n < 0;
    reader->left = vb_buf_view(&reader->buf);
    return n > 0;
}

/* Forgets a line that is longer than any event, up to its line feed. */
static vb_read_status
skip_long(vb_reader *reader, vb_diags *diags)
{
    bool failed = false;
    size_t end;

    while ((end = vb_str_chr(reader->left, '\n')) == VB_NPOS) {
        reader->left.len = 0;
        if (reader->ended || !fill(reader, &failed))
            break;
    }
    reader->left = vb_str_from(reader->left, end == VB_NPOS ? 0 : end + 1);
    vb_diag_add(diags, VB_ERROR, VB_RULE_LINE, here(reader),
                "line %ju is longer than any event may be",
                (uintmax_t)reader->line);
    return failed ? VB_READ_FAIL : VB_READ_BAD;
}

static vb_read_status
read_line(vb_reader *reader, vb_str *line, vb_diags *diags)
{
    size_t end, seen = 0;
    bool failed = false;

    *line = (vb_str){0};
    for (;;) {
        end = vb_str_chr(vb_str_from(reader->left, seen), '\n');
        if (end != VB_NPOS)
            break;
        seen = reader->left.len;
        if (seen > VB_EVENT_BYTES_MAX) {
            reader->line++;
            return skip_long(reader, diags);
        }
        if (!reader->ended && fill(reader, &failed))
            continue;
        if (failed) {
            vb_diag_add(diags, VB_ERROR, VB_RULE_LINE, here(reader),
                        "cannot read '%s'", reader->path);
            return VB_READ_FAIL;
        }
        *line = reader->left;
        reader->left.len = 0;
        if (line->len == 0)
            return VB_READ_END;
        reader->line++;
        return VB_READ_TORN;
    }
    reader->line++;
    end += seen;
    *line = vb_str_sub(reader->left, 0, end);
    reader->left = vb_str_from(reader->left, end + 1);
    if (line->len <= VB_EVENT_BYTES_MAX)
        return VB_READ_EVENT;
    vb_diag_add(diags, VB_ERROR, VB_RULE_LINE, here(reader),
                "line %ju is longer than any event may be",
                (uintmax_t)reader->line);
    return VB_READ_BAD;
}

vb_read_status
vb_reader_line(vb_reader *reader, vb_str *line, vb_diags *diags)
{
    vb_read_status status = read_line(reader, line, diags);

    keep_path(reader, diags);
    return status;
}

bool
vb_event_parse(vb_str line, vb_loc loc, vb_arena *arena, vb_event *event,
               vb_diags *diags)
{
    vb_line_head head;
    vb_diags quiet;

    vb_diags_init(&quiet, arena);
    *event = (vb_event){.line = loc.line};
    if (!vb_line_parse(line, &head)) {
        vb_diag_add(diags, VB_ERROR, VB_RULE_LINE, loc,
                    "line %u is not an event", loc.line);
        return false;
    }
    event->body = vb_json_read(line, loc.file, arena, &quiet);
    if (!event->body) {
        vb_diag_add(diags, VB_ERROR, VB_RULE_LINE, loc,
                    "line %u is not an event: %.*s", loc.line,
                    VB_ARG(quiet.list.len ? quiet.list.at[0].message
                                          : VB_STR("not JSON")));
        return false;
    }
    event->seq = head.seq;
    event->type = vb_node_str(event->body, "type", VB_STR(""));
    event->kind = vb_event_type_parse(event->type);
    event->time = vb_node_str(event->body, "time", VB_STR(""));
    event->mono = head.mono;
    return true;
}

vb_read_status
vb_reader_next(vb_reader *reader, vb_arena *arena, vb_event *event,
               vb_diags *diags)
{
    vb_str line = {0};
    vb_read_status status = vb_reader_line(reader, &line, diags);

    if (status == VB_READ_TORN)
        vb_diag_add(diags, VB_WARNING, VB_RULE_CUT, here(reader),
                    "line %ju is cut: the run was stopped while it was written",
                    (uintmax_t)reader->line);
    else if (status == VB_READ_EVENT &&
             !vb_event_parse(line, here(reader), arena, event, diags))
        status = VB_READ_BAD;
    keep_path(reader, diags);
    return status;
}

bool
vb_event_bytes(const vb_event *event, vb_buf *out)
{
    const vb_node *text = vb_node_get(event->body, "text");

    if (text && text->kind == VB_NODE_STR) {
        vb_buf_str(out, text->str);
        return true;
    }
    text = vb_node_get(event->body, "text_base64");
    return text && text->kind == VB_NODE_STR &&
           vb_base64_decode(out, text->str);
}
