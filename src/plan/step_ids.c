/* Names for steps that stay the same while the guide's words do. */
#include "plan/planner.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/text.h"

#include "base/banned.h"

/* Open addressing; holds each id given so far and how often. */
typedef struct vb_seen {
    vb_str id;
    uint32_t count;
} vb_seen;

typedef struct vb_ids {
    vb_seen *slots;
    size_t mask;
} vb_ids;

static vb_seen *
seen(vb_ids *ids, vb_str id)
{
    size_t i = (size_t)vb_str_hash(id) & ids->mask;

    while (ids->slots[i].id.ptr && !vb_str_eq(ids->slots[i].id, id))
        i = (i + 1) & ids->mask;
    return &ids->slots[i];
}

static vb_str
unique(vb_planner *p, vb_ids *ids, vb_str id)
{
    vb_seen *slot = seen(ids, id);
    vb_str other;

    if (!slot->id.ptr) {
        slot->id = id;
        slot->count = 1;
        return id;
    }
    for (;;) {
        vb_seen *taken;

        slot->count++;
        other = vb_str_fmt(p->arena, "%.*s-%u", VB_ARG(id), slot->count);
        taken = seen(ids, other);
        if (!taken->id.ptr) {
            taken->id = other;
            taken->count = 1;
            return other;
        }
    }
}

static bool
noun(vb_str w)
{
    if (w.len == 0 || w.len > 30 || !vb_is_lower(w.ptr[0]))
        return false;
    for (size_t i = 0; i < w.len; i++)
        if (!vb_is_lower(w.ptr[i]) && !vb_is_digit(w.ptr[i]) && w.ptr[i] != '-')
            return false;
    return true;
}

/* Program and up to three of its words that are no options. */
static bool
action_of(const vb_simple *s, vb_buf *out)
{
    size_t i = vb_simple_program(s), taken = 0;
    vb_str program;

    if (i == VB_NPOS)
        return false;
    program = vb_path_base(s->words.at[i].text);
    if (vb_shell_builtin(program) && !vb_str_eqc(program, "source"))
        return false;
    vb_buf_str(out, program);
    for (i++; i < s->words.len && taken < 3; i++) {
        const vb_word *w = &s->words.at[i];

        if (vb_str_starts(w->text, "-")) {
            /* a short option's value is no part of the action */
            i += w->text.len == 2 &&
                 vb_str_chr(VB_STR("ncfo"), w->text.ptr[1]) != VB_NPOS;
            continue;
        }
        if (!w->is_static || w->quoted || !noun(w->text))
            break;
        vb_buf_ch(out, ' ');
        vb_buf_str(out, w->text);
        taken++;
    }
    return true;
}

/* The first lines name the action. They are read one command line at a time,
 * as the first or the second mostly does. */
static void
shell_action(vb_arena *scratch, vb_str text, vb_buf *out)
{
    vb_str rest = vb_str_sub(text, 0, 2000), set = {0}, word = {0};
    bool first = true;

    vb_arena_reset(scratch);
    while (rest.len) {
        size_t extent;
        const vb_shell *sh = vb_shell_line(scratch, rest, &extent);

        for (size_t i = 0; i < sh->simples.len; i++)
            if (sh->simples.at[i].depth == 0 &&
                action_of(&sh->simples.at[i], out))
                return;
        if (!set.len && sh->sets.len)
            set = sh->sets.at[0].name;
        if (first && sh->simples.len && sh->simples.at[0].words.len)
            word = sh->simples.at[0].words.at[0].text;
        first = first && sh->simples.len == 0;
        rest = vb_str_from(rest, extent);
    }
    if (set.len)
        vb_buf_c(out, "set ");
    vb_buf_str(out, set.len ? set : word);
}

static vb_str
command_action(vb_planner *p, vb_arena *scratch, const vb_reading *rd,
               const vb_block *b)
{
    vb_str text = b->text, slug;
    vb_buf buf;

    for (size_t i = 0; i < rd->parts.len; i++) {
        if (rd->parts.at[i].kind == VB_KIND_COMMAND) {
            text = rd->parts.at[i].text;
            break;
        }
    }
    vb_buf_init(&buf, 200);
    shell_action(scratch, text, &buf);
    slug =
        vb_text_slug(p->arena, buf.len ? vb_buf_view(&buf) : VB_STR("command"));
    vb_buf_release(&buf);
    return slug;
}

static vb_str
action(vb_planner *p, vb_arena *scratch, uint32_t r)
{
    const vb_reading *rd = &p->plan->readings.at[r];
    const vb_block *b = vb_reading_block(p, r);

    switch (rd->kind) {
    case VB_KIND_COMMAND:
        return command_action(p, scratch, rd, b);
    case VB_KIND_FILE:
        return vb_text_slug(p->arena, vb_path_base(rd->name));
    case VB_KIND_TABLE:
        return b->table && b->table->columns
                   ? vb_text_slug(p->arena, b->table->header[0].text)
                   : VB_STR("settings");
    default:
        return VB_STR("by-hand");
    }
}

vb_str *
vb_step_ids(vb_planner *p)
{
    size_t n = p->plan->readings.len, size = 16;
    vb_str *out = VB_NEW_N(p->arena, vb_str, n + 1);
    vb_arena scratch;
    vb_ids ids;

    vb_arena_init(&scratch);
    /* numbered names take slots of their own */
    while (size < n * 4 + 16)
        size *= 2;
    ids.slots = VB_NEW_N(p->arena, vb_seen, size);
    ids.mask = size - 1;
    for (uint32_t r = 0; r < n; r++) {
        const vb_reading *rd = &p->plan->readings.at[r];
        const vb_block *b = vb_reading_block(p, r);
        vb_str section;

        if (b->kind == VB_BLOCK_GAP || rd->kind == VB_KIND_IGNORE ||
            rd->kind == VB_KIND_EXPECT ||
            (rd->kind == VB_KIND_TABLE && !p->contexts[r].form))
            continue;
        section = vb_text_slug(
            p->arena, b->heading == VB_NONE
                          ? VB_STR("start")
                          : vb_heading_text(p, &p->doc->blocks.at[b->heading]));
        if (section.len > 48) {
            size_t dash = vb_str_rchr(vb_str_sub(section, 0, 48), '-');

            section = vb_str_sub(section, 0, dash == VB_NPOS ? 48 : dash);
        }
        out[r] = unique(p, &ids,
                        vb_str_fmt(p->arena, "%.*s/%.*s", VB_ARG(section),
                                   VB_ARG(action(p, &scratch, r))));
    }
    vb_arena_release(&scratch);
    return out;
}
