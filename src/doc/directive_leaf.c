/* ::yaml{file="x"}: a leaf directive that shows a file as code. */
#include "doc/scan.h"

#include "base/banned.h"

bool
vb_directive_leaf(vb_scan *s, vb_str text)
{
    size_t open = vb_str_chr(text, '{'), close = vb_str_rchr(text, '}');
    vb_str attrs, target, name;
    vb_item *item;

    if (open == VB_NPOS || close == VB_NPOS || close < open || open < 3)
        return false;
    name = vb_str_sub(text, 2, open - 2);
    attrs = vb_str_sub(text, open + 1, close - open - 1);
    target = vb_attr_get(attrs, "file");
    if (target.len == 0)
        return false;
    item = vb_include_add(s, s->at, VB_INC_CODE, target, NULL);
    item->info = item->lang = vb_str_copy(s->arena, name);
    s->ops[s->line - 1] = VB_LINE_PLACE;
    return true;
}
