#include "cli/sink.h"

#include "base/io.h"
#include "cli/cli.h"

#include <fcntl.h>

#include "base/banned.h"

static bool
put(void *user, vb_str bytes, vb_error *err)
{
    const vb_cli_sink *out = user;

    if (out->fd >= 0)
        return vb_write_all(out->fd, bytes.ptr, bytes.len, out->path, err);
    vb_cli_out(bytes);
    return true;
}

bool
vb_cli_sink_open(vb_cli_sink *out, const char *path, vb_error *err)
{
    *out = (vb_cli_sink){.fd = -1, .path = path, .sink = {put, out}};
    if (path)
        out->fd = vb_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644, err);
    return !path || out->fd >= 0;
}

bool
vb_cli_sink_close(vb_cli_sink *out, bool ok, vb_error *err)
{
    return vb_close(&out->fd, out->path, ok ? err : NULL) && ok;
}
