#include "record/totals.h"

#include "base/banned.h"

enum { FIXED = 7 };

typedef struct row {
    const char *name;
    uint64_t value;
} row;

static size_t
rows(const vb_totals *t, row *out)
{
    size_t n = 0;

    out[n++] = (row){"events", t->events};
    out[n++] = (row){"steps", t->steps};
    out[n++] = (row){"skips", t->skips};
    out[n++] = (row){"commands", t->commands};
    out[n++] = (row){"out_bytes", t->output[VB_STREAM_OUT]};
    out[n++] = (row){"err_bytes", t->output[VB_STREAM_ERR]};
    out[n++] = (row){"lost_bytes", t->lost};
    for (int v = 0; v < VB_VERDICT_COUNT; v++)
        out[n++] = (row){vb_verdict_name((vb_verdict)v), t->verdicts[v]};
    return n;
}

void
vb_totals_json(vb_json *json, const vb_totals *totals)
{
    row all[FIXED + VB_VERDICT_COUNT];
    size_t n = rows(totals, all);

    vb_json_object(json, "totals");
    for (size_t i = 0; i < n; i++)
        if (i < FIXED || all[i].value)
            vb_json_int(json, all[i].name, (int64_t)all[i].value);
    vb_json_end(json, '}');
}

const char *
vb_totals_differ(const vb_totals *totals, const vb_node *claimed)
{
    row all[FIXED + VB_VERDICT_COUNT];
    size_t n = rows(totals, all);

    for (size_t i = 0; i < n; i++)
        if (vb_node_int(claimed, all[i].name, 0) != (int64_t)all[i].value)
            return all[i].name;
    return NULL;
}
