/*
 * Svelte and HTML slots: any element with slot="x" is a tab; the component
 * around it is the group, which is known only when its first slot comes.
 */
#include "doc/scan.h"

#include "doc/rules.h"

#include "base/banned.h"

static vb_str
slot_name(const vb_tag *tag)
{
    vb_str rest = tag->attrs;
    vb_str value = vb_attr_get(tag->attrs, "slot");
    vb_attr attr;

    if (value.len || !vb_str_ieqc(tag->name, "template"))
        return value;
    while (vb_attr_next(&rest, &attr)) { /* <template #x>, <template v-slot:x>*/
        if (vb_str_starts(attr.name, "#"))
            return vb_str_from(attr.name, 1);
        if (vb_str_starts(attr.name, "v-slot:"))
            return vb_str_from(attr.name, 7);
    }
    return value;
}

/* The component's box around the slot becomes the group. */
static bool
adopt_component(vb_scan *s)
{
    vb_frame *top = vb_frame_top(s);
    vb_group group = {.dialect = vb_dialect_slots.name, .tie = VB_TIE_LABELS};

    if (!top || top->kind != VB_FRAME_BOX || top->name.len == 0 ||
        !vb_is_upper(top->name.ptr[0]))
        return false;
    group.loc = (vb_loc){s->source->path, top->line, top->col};
    vb_vec_push(s->arena, &s->unit->groups, group);
    top->kind = VB_FRAME_GROUP;
    top->dialect = &vb_dialect_slots;
    top->group = (uint32_t)s->unit->groups.len - 1;
    top->loose = false;
    s->open_groups[vb_dialect_slots.number]++;
    return true;
}

static bool
open_slot(vb_scan *s, const vb_tag *tag, size_t at, vb_str slot)
{
    vb_frame *top = vb_frame_top(s);
    bool in_group = top && top->dialect == &vb_dialect_slots;
    vb_pane_opts opts = {.label = vb_label_clean(s->arena, slot),
                         .id = vb_str_copy(s->arena, slot),
                         .name = vb_str_copy(s->arena, tag->name)};

    s->slots_seen = true;
    if (!in_group)
        adopt_component(s);
    vb_pane_open(s, &vb_dialect_slots, at, at + tag->len, &opts);
    return true;
}

/* Does the closing tag end the open slot? Boxes of the same name inside it
 * come first. */
static bool
close_slot(vb_scan *s, const vb_tag *tag, size_t at)
{
    for (size_t i = s->frames.len; i; i--) {
        const vb_frame *frame = &s->frames.at[i - 1];

        if (frame->kind == VB_FRAME_BOX && !vb_str_ieq(frame->name, tag->name))
            continue;
        if (frame->dialect != &vb_dialect_slots ||
            !vb_str_ieq(frame->name, tag->name))
            return false;
        return frame->kind == VB_FRAME_PANE
                   ? vb_pane_close(s, &vb_dialect_slots, at, at + tag->len)
                   : vb_group_close(s, &vb_dialect_slots, at, at + tag->len);
    }
    return false;
}

/* </CloudPlatformToggle> while a slot is open. */
static bool
close_group(vb_scan *s, const vb_tag *tag, size_t at)
{
    const vb_frame *group = vb_group_of(s, &vb_dialect_slots);

    if (!group || !vb_str_eq(group->name, tag->name))
        return false;
    return vb_group_close(s, &vb_dialect_slots, at, at + tag->len);
}

static bool
slots_tag(vb_scan *s, const vb_tag *tag, size_t at)
{
    vb_str slot;

    if (tag->close)
        return s->open_groups[vb_dialect_slots.number] &&
               (close_slot(s, tag, at) || close_group(s, tag, at));
    slot = slot_name(tag);
    if (slot.len && !tag->self)
        return open_slot(s, tag, at, slot);
    if (tag->self && vb_str_has(tag->name, "Toggle")) {
        vb_diag_add(s->diags, VB_WARNING, "D015", vb_scan_loc(s, at),
                    "toggle '%.*s' is empty", VB_ARG(tag->name));
        return true;
    }
    return false;
}

const vb_dialect vb_dialect_slots = {
    .name = "svelte-slots",
    .number = 1,
    .tag = slots_tag,
};
