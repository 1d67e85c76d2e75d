#include "check/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void
vb_findings_init(vb_findings *findings, vb_arena *arena)
{
    *findings = (vb_findings){.arena = arena};
    vb_map_init(&findings->seen, arena);
}

static int
compare_findings(const void *pa, const void *pb)
{
    const vb_finding *a = pa, *b = pb;
    int order =
        strcmp(a->loc.file ? a->loc.file : "", b->loc.file ? b->loc.file : "");

    if (order)
        return order;
    if (a->loc.line != b->loc.line)
        return a->loc.line < b->loc.line ? -1 : 1;
    if (a->loc.col != b->loc.col)
        return a->loc.col < b->loc.col ? -1 : 1;
    order = strcmp(a->rule->id, b->rule->id);
    return order ? order : vb_str_cmp(a->message, b->message);
}

void
vb_findings_sort(vb_findings *findings)
{
    if (findings->list.len)
        qsort(findings->list.at, findings->list.len, sizeof *findings->list.at,
              compare_findings);
}

size_t
vb_findings_count(const vb_findings *findings, vb_severity severity)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->list.len; i++)
        n += findings->list.at[i].severity == severity;
    return n;
}
