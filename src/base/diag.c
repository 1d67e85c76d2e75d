#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/banned.h"

void
vb_diags_init(vb_diags *diags, vb_arena *arena)
{
    *diags = (vb_diags){.arena = arena};
}

vb_diag *
vb_diag_add(vb_diags *diags, vb_severity severity, const char *rule, vb_loc loc,
            const char *fmt, ...)
{
    static _Thread_local vb_diag scratch;
    char text[2048];
    va_list args;
    vb_diag diag = {.severity = severity, .rule = rule, .loc = loc, .width = 1};

    scratch = diag;
    if (!diags)
        return &scratch;
    diags->errors += severity == VB_ERROR;
    diags->warnings += severity == VB_WARNING;
    if (diags->list.len >= VB_DIAGS_MAX) {
        diags->dropped++;
        return &scratch;
    }
    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) < 0)
        text[0] = '\0';
    va_end(args);
    diag.message = vb_str_copy(diags->arena, vb_str_c(text));
    vb_vec_push(diags->arena, &diags->list, diag);
    return &diags->list.at[diags->list.len - 1];
}

const char *
vb_severity_name(vb_severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};

    return names[severity];
}
