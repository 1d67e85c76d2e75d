/* The state behind the last whole line of a transcript. */
#include "record/chain.h"

#include "base/arena.h"
#include "record/claims.h"
#include "record/reader.h"

#include "base/banned.h"

typedef struct replay {
    vb_chain_state *state;
    vb_reader *reader;
    vb_claims claims;
    vb_arena scratch;
} replay;

static bool
wrong(const replay *r, const char *what, vb_error *err)
{
    return vb_fail(err, "line %ju of '%s' %s",
                   (uintmax_t)vb_reader_line_number(r->reader),
                   vb_reader_path(r->reader), what);
}

static bool
take_line(replay *r, vb_str line, vb_error *err)
{
    vb_chain_state *state = r->state;
    vb_line_head head;
    vb_digest self, whole;
    vb_event event;
    vb_loc loc = {vb_reader_path(r->reader),
                  (uint32_t)vb_reader_line_number(r->reader), 0};

    if (!vb_line_parse(line, &head))
        return wrong(r, "does not have the form of an event", err);
    vb_line_digests(line, &self, &whole);
    if (!vb_str_eqc(head.self, self.hex))
        return wrong(r, "was changed", err);
    if (head.seq != state->seq + 1 || !vb_str_eqc(head.prev, state->head.hex))
        return wrong(r, "does not follow the line before it", err);
    vb_arena_reset(&r->scratch);
    if (!vb_event_parse(line, loc, &r->scratch, &event, NULL))
        return wrong(r, "is not an event", err);
    vb_claims_check(&r->claims, &event);
    state->seq = head.seq;
    state->head = whole;
    state->mono = head.mono;
    state->size += line.len + 1;
    return true;
}

static bool
take_all(replay *r, vb_error *err)
{
    for (;;) {
        vb_str line = {0};

        switch (vb_reader_line(r->reader, &line, NULL)) {
        case VB_READ_EVENT:
            if (!take_line(r, line, err))
                return false;
            break;
        case VB_READ_TORN:
            r->state->torn = line.len;
            return true;
        case VB_READ_END:
            return true;
        case VB_READ_BAD:
            return wrong(r, "is longer than any event may be", err);
        default:
            return vb_fail(err, "cannot read '%s'", vb_reader_path(r->reader));
        }
    }
}

bool
vb_chain_replay(const char *path, vb_chain_state *state, vb_error *err)
{
    replay r = {.state = state, .reader = vb_reader_open(path, err)};
    bool ok;

    if (!r.reader)
        return false;
    *state = (vb_chain_state){.head = vb_chain_start()};
    vb_claims_init(&r.claims, NULL, NULL, path, NULL, false);
    ok = take_all(&r, err);
    state->totals = r.claims.totals;
    vb_claims_release(&r.claims);
    vb_arena_release(&r.scratch);
    vb_reader_close(r.reader);
    return ok &&
           (state->seq > 0 || vb_fail(err, "'%s' holds no whole line", path));
}
