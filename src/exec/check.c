#include "exec/runner.h"

#include "base/io.h"
#include "base/spawn.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/banned.h"

enum { SINGLES_MAX = 300, CHECK_MS = 60 * 1000 };

/* Between two steps stands a line that is a harmless command where a command
 * may begin, and a syntax error within an open quote of either kind: a quote
 * that one step opens cannot be closed by the next. */
static const char fence[] = "\n: '$( ; )'\n";

uint32_t
vb_source_line_of(const vb_step *step, uint32_t line)
{
    if (line < step->body_lines.len)
        return step->body_lines.at[line];
    return step->body_lines.len ? step->body_lines.at[step->body_lines.len - 1]
                                : step->loc.line;
}

/* 'bash -n' of a text: what it says, empty when nothing. */
static bool
parse(vb_str text, bool extglob, vb_spawned *said, vb_error *err)
{
    int fd = memfd_create("verbatim-check", MFD_CLOEXEC);
    char path[64];
    const char *argv[] = {"bash", "--norc", "--noprofile", "-n",
                          NULL,   NULL,     NULL,          NULL};
    size_t n = 4;
    vb_spawn_opts opts = {.argv = argv, .timeout_ms = CHECK_MS};
    bool ok;

    if (fd < 0)
        return vb_fail_errno(err, "cannot create a memory file");
    if (extglob) {
        argv[n++] = "-O";
        argv[n++] = "extglob";
    }
    /* By its path in this process: bash reads standard input byte by byte. */
    ok = snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd) > 0;
    argv[n] = path;
    ok = ok && vb_write_all(fd, text.ptr, text.len, "memory file", err) &&
         vb_spawn(&opts, said, err);
    return vb_close(&fd, "memory file", ok ? err : NULL) && ok;
}

/* "PATH: line N: what" -> N and what. */
static bool
read_fault(vb_str said, uint32_t *line, vb_str *what)
{
    vb_str text;
    uint64_t number;
    size_t at, colon;

    while (vb_str_line(&said, &text)) {
        at = vb_str_find(text, VB_STR(": line "));
        if (at == VB_NPOS)
            continue;
        text = vb_str_from(text, at + 7);
        colon = vb_str_chr(text, ':');
        if (colon == VB_NPOS ||
            !vb_str_u64(vb_str_sub(text, 0, colon), &number))
            continue;
        *line = (uint32_t)number;
        *what = vb_str_trim(vb_str_from(text, colon + 1));
        return true;
    }
    return false;
}

bool
vb_check_text(vb_str text, vb_buf *said, vb_error *err)
{
    vb_spawned result = {0};
    uint32_t line;
    vb_str what;
    bool ok = parse(text, true, &result, err) && result.status == 0 &&
              result.err.len == 0;

    if (!ok && read_fault(vb_buf_view(&result.err), &line, &what))
        vb_buf_fmt(said, "line %u: %.*s", line, VB_ARG(what));
    vb_spawned_release(&result);
    return ok;
}

bool
vb_check_unfinished(vb_str text)
{
    vb_spawned said = {0};
    bool unfinished =
        parse(text, true, &said, NULL) && said.status != 0 &&
        (vb_str_has(vb_buf_view(&said.err), "unexpected EOF") ||
         vb_str_has(vb_buf_view(&said.err), "unexpected end of file"));

    vb_spawned_release(&said);
    return unfinished;
}

/* One step alone, for the exact place. True when it has a fault. */
static bool
check_one(vb_runner *run, size_t index, bool extglob, vb_error *err)
{
    const vb_step *step = &run->plan->steps.at[index];
    vb_spawned said = {0};
    vb_str what = VB_STR("syntax error");
    vb_loc loc = step->loc;
    uint32_t line = 0;
    bool bad;

    if (!parse(run->steps[index].text, extglob, &said, err))
        return true;
    bad = said.status != 0 || said.err.len != 0;
    if (bad) {
        if (read_fault(vb_buf_view(&said.err), &line, &what) && line)
            loc.line = vb_source_line_of(step, line - 1);
        loc.col = 1;
        vb_diag_add(run->diags, VB_ERROR, NULL, loc,
                    "bash cannot read this: %.*s", VB_ARG(what))
            ->hint = VB_STR("nothing has been run");
    }
    vb_spawned_release(&said);
    return bad;
}

bool
vb_check_syntax(vb_runner *run, vb_error *err)
{
    vb_buf all;
    vb_spawned said = {0};
    bool extglob = false, fault = false, ok;
    size_t singles = 0;

    vb_buf_init(&all, VB_BUF_NO_MAX);
    for (size_t i = 0; i < run->plan->steps.len; i++) {
        if (!run->steps[i].shell || run->steps[i].done)
            continue;
        vb_buf_str(&all, run->steps[i].text);
        vb_buf_c(&all, fence);
        extglob = extglob || vb_str_has(run->steps[i].text, "extglob");
        fault = fault || run->steps[i].shell->fault;
    }
    ok = parse(vb_buf_view(&all), extglob, &said, err);
    fault = fault || (ok && (said.status != 0 || said.err.len != 0));
    vb_spawned_release(&said);
    vb_buf_release(&all);
    for (size_t i = 0; ok && fault && i < run->plan->steps.len; i++)
        if (run->steps[i].shell && !run->steps[i].done &&
            singles < SINGLES_MAX && check_one(run, i, extglob, err))
            singles++;
    return ok && singles == 0;
}
