/* The server behind the shims: one socket, several shims at once, one owner
 * of the simulated world. */
#include "rehearse/sim.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "rehearse/answer.h"
#include "rehearse/install.h"
#include "rehearse/recorder.h"
#include "rehearse/scenario.h"
#include "rehearse/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

enum { SHIMS_MAX = 64, READ_SIZE = 65536 };

typedef enum shim_state {
    SHIM_FREE,
    SHIM_HELLO,  /* its command line has not come yet */
    SHIM_FILE,   /* it was asked for a file */
    SHIM_ENDING, /* the answer is on its way */
    SHIM_HANGS,  /* on purpose */
    SHIM_RUNS,   /* the real program; it is being recorded */
} shim_state;

typedef struct shim {
    int fd;
    shim_state state;
    vb_buf in, out;
    vb_arena arena;
    vb_request request;
    VB_VEC(vb_fetched) files;
    vb_str want;
    vb_taken taken;
} shim;

struct vb_sim {
    const vb_scenario *scenario; /* NULL: it records */
    vb_recorder *recorder;
    bool broken; /* the recording could not be written */
    vb_error broken_error;
    vb_str work;
    uint32_t *used; /* what the world's points to */
    vb_world world;
    vb_arena arenas[2]; /* the world is in one of them */
    unsigned current;
    vb_arena own; /* lives as long as the sim */
    vb_fault *faults;
    size_t nfaults;
    const char *path; /* DIR/bin */
    int dir, listener;
    shim shims[SHIMS_MAX];
    vb_arena call_arenas[2];
    unsigned call_arena;
    VB_VEC(vb_sim_call) calls;
};

/* A socket's address has room for about a hundred bytes, so it is reached
 * through a descriptor of its directory. */
static bool
listen_at(vb_sim *sim, const char *dir, vb_error *err)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};

    sim->dir = vb_open(dir, O_RDONLY | O_DIRECTORY, 0, err);
    if (sim->dir < 0)
        return false;
    if (unlinkat(sim->dir, "sock", 0) && errno != ENOENT)
        return vb_fail_errno(err, "cannot remove '%s/sock'", dir);
    if (snprintf(addr.sun_path, sizeof addr.sun_path, "/proc/self/fd/%d/sock",
                 sim->dir) < 0)
        return vb_fail(err, "cannot name the socket");
    sim->listener =
        socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (sim->listener < 0 ||
        bind(sim->listener, (struct sockaddr *)&addr, sizeof addr) ||
        listen(sim->listener, 128))
        return vb_fail_errno(err, "cannot listen at '%s/sock'", dir);
    return true;
}

static bool
load_faults(vb_sim *sim, const vb_sim_opts *opts, vb_error *err)
{
    sim->faults = VB_NEW_N(&sim->own, vb_fault, opts->nfaults);
    sim->nfaults = opts->nfaults;
    for (size_t i = 0; i < opts->nfaults; i++) {
        vb_fault *f = &sim->faults[i];
        vb_str text = vb_str_copy(&sim->own, opts->faults[i]);

        if (!vb_fault_parse(text, &sim->own, f, err))
            return false;
        if (!vb_scenario_program(sim->scenario, f->program))
            return vb_fail(err,
                           "fault '%.*s': the scenario has no program '%.*s'",
                           VB_ARG(text), VB_ARG(f->program));
    }
    return true;
}

/* The counts of recorded rules change with each command: they have a place of
 * their own, so that nothing else is copied for them. */
static void
keep_used(vb_sim *sim, vb_world *world)
{
    size_t n = sim->scenario->exact;

    if (!world->used)
        return;
    for (size_t i = 0; i < n; i++)
        sim->used[i] = i < world->nused ? world->used[i] : 0;
    world->used = sim->used;
    world->nused = n;
}

static bool
begin_world(vb_sim *sim, const vb_sim_opts *opts, vb_error *err)
{
    vb_world_init(&sim->world, vb_str_c(opts->seed), sim->scenario->state);
    if ((opts->state.len &&
         !vb_world_load(&sim->world, opts->state, &sim->arenas[0], err)) ||
        !vb_world_copy(&sim->world, &sim->arenas[1], err) ||
        !load_faults(sim, opts, err) ||
        !vb_install(sim->scenario, opts, &sim->own, &sim->path, err))
        return false;
    sim->used = VB_NEW_N(&sim->own, uint32_t, sim->scenario->exact);
    keep_used(sim, &sim->world);
    return true;
}

vb_sim *
vb_sim_open(const vb_scenario *scenario, const vb_sim_opts *opts, vb_error *err)
{
    vb_sim *sim = vb_heap_alloc(sizeof *sim);

    memset(sim, 0, sizeof *sim);
    sim->scenario = scenario;
    sim->dir = sim->listener = -1;
    sim->recorder = opts->recorder;
    sim->work = vb_str_copy(&sim->own, vb_str_c(opts->work));
    if (!(sim->recorder ? vb_install_recorder(opts, &sim->own, &sim->path, err)
                        : begin_world(sim, opts, err)) ||
        !listen_at(sim, opts->dir, err)) {
        vb_sim_close(sim);
        return NULL;
    }
    sim->current = 1;
    return sim;
}

const char *
vb_sim_path(const vb_sim *sim)
{
    return sim->path;
}

static void
release_shim(shim *s)
{
    if (s->state == SHIM_FREE)
        return;
    close(s->fd);
    vb_buf_release(&s->in);
    vb_buf_release(&s->out);
    vb_arena_release(&s->arena);
    *s = (shim){0};
}

void
vb_sim_close(vb_sim *sim)
{
    if (!sim)
        return;
    for (size_t i = 0; i < SHIMS_MAX; i++)
        release_shim(&sim->shims[i]);
    if (sim->listener >= 0)
        close(sim->listener);
    if (sim->dir >= 0) {
        unlinkat(sim->dir, "sock", 0);
        close(sim->dir);
    }
    for (size_t i = 0; i < 2; i++) {
        vb_arena_release(&sim->arenas[i]);
        vb_arena_release(&sim->call_arenas[i]);
    }
    vb_arena_release(&sim->own);
    vb_heap_free(sim);
}

size_t
vb_sim_fds(const vb_sim *sim, struct pollfd *fds, size_t max)
{
    size_t n = 0, busy = 0;

    for (size_t i = 0; i < SHIMS_MAX; i++) {
        const shim *s = &sim->shims[i];

        if (s->state == SHIM_FREE)
            continue;
        busy++;
        if (n < max)
            fds[n++] = (struct pollfd){
                .fd = s->fd,
                .events = (short)(POLLIN | (s->out.len ? POLLOUT : 0))};
    }
    if (busy < SHIMS_MAX && n < max)
        fds[n++] = (struct pollfd){.fd = sim->listener, .events = POLLIN};
    return n;
}

static void
frame(shim *s, vb_wire_type type, const void *head, size_t head_len,
      vb_str body)
{
    vb_wire_head h = {(uint32_t)type, (uint32_t)(head_len + body.len)};

    vb_buf_add(&s->out, &h, sizeof h);
    vb_buf_add(&s->out, head, head_len);
    vb_buf_str(&s->out, body);
}

/* Frames have a size limit; what is printed has not. */
static void
print_frames(shim *s, vb_wire_type type, vb_str bytes)
{
    while (bytes.len) {
        vb_str part = vb_str_sub(bytes, 0, VB_WIRE_FILE_MAX / 2);

        frame(s, type, NULL, 0, part);
        bytes = vb_str_from(bytes, part.len);
    }
}

static void
send_effect(shim *s, const vb_effect *e)
{
    uint32_t numbers[2] = {(uint32_t)e->mode, e->append};
    vb_buf head;

    if (e->kind != VB_EFFECT_WRITE) {
        print_frames(s, e->kind == VB_EFFECT_OUT ? VB_WIRE_OUT : VB_WIRE_ERR,
                     e->bytes);
        return;
    }
    vb_buf_init(&head, VB_WIRE_MAX);
    vb_buf_add(&head, numbers, sizeof numbers);
    vb_buf_str(&head, e->path);
    vb_buf_ch(&head, '\0');
    frame(s, VB_WIRE_WRITE, head.ptr, head.len, e->bytes);
    vb_buf_release(&head);
}

/* The commands's world becomes the world: everything that is still used moves
 * into the other arena, and this one is emptied. */
static bool
commit(vb_sim *sim, const vb_answer *answer, vb_error *err)
{
    vb_world next = answer->world;

    keep_used(sim, &next);
    if (next.root != sim->world.root || next.turns != sim->world.turns) {
        unsigned other = sim->current ^ 1;

        vb_arena_reset(&sim->arenas[other]);
        if (!vb_world_copy(&next, &sim->arenas[other], err))
            return false;
        keep_used(sim, &next);
        sim->current = other;
    }
    sim->world = next;
    return true;
}

static void
note_call(vb_sim *sim, const shim *s, const vb_answer *answer, int64_t waited)
{
    vb_arena *arena = &sim->call_arenas[sim->call_arena];
    vb_str *argv = VB_NEW_N(arena, vb_str, s->request.argc);
    vb_sim_call call = {
        .program = vb_str_copy(arena, s->request.program),
        .argv = argv,
        .argc = s->request.argc,
        .status = answer->status,
        .rule = vb_str_dup(arena, answer->rule),
        .why = vb_str_copy(arena, answer->why),
        .simulated_ms = waited,
    };

    for (size_t i = 0; i < s->request.argc; i++)
        argv[i] = vb_str_copy(arena, s->request.argv[i]);
    vb_vec_push(arena, &sim->calls, call);
}

static void
answer_shim(vb_sim *sim, shim *s)
{
    vb_answer answer;
    vb_error err = {0};
    uint32_t code;
    int64_t waited;

    s->request.files = s->files.at;
    s->request.nfiles = s->files.len;
    answer = vb_answer_make(sim->scenario, &sim->world, &s->request);
    if (answer.want.len) {
        s->want = answer.want;
        s->state = SHIM_FILE;
        frame(s, VB_WIRE_READ, NULL, 0, answer.want);
        return;
    }
    waited = answer.world.waited_ms - sim->world.waited_ms;
    if (!commit(sim, &answer, &err)) {
        answer.status = VB_STATUS_REFUSED;
        answer.why = vb_str_copy(&s->arena, vb_str_c(err.message));
        answer.rule = VB_STR("refused");
        answer.neffects = 0;
        print_frames(
            s, VB_WIRE_ERR,
            vb_str_fmt(&s->arena, "verbatim: rehearsal: %s\n", err.message));
    }
    note_call(sim, s, &answer, waited);
    s->state = answer.hang ? SHIM_HANGS : SHIM_ENDING;
    if (answer.hang)
        return;
    for (size_t i = 0; i < answer.neffects; i++)
        send_effect(s, &answer.effects[i]);
    code = (uint32_t)(answer.signal ? answer.signal : answer.status);
    frame(s, answer.signal ? VB_WIRE_KILL : VB_WIRE_EXIT, &code, sizeof code,
          VB_STR(""));
}

/* The next text ending in NUL. */
static bool
take_text(vb_str *rest, vb_str *out)
{
    return vb_str_field(rest, '\0', out);
}

static bool
read_hello(vb_sim *sim, shim *s, vb_str body)
{
    uint32_t argc;
    vb_str rest, *argv, *env, text;
    size_t n = 0;

    if (body.len < sizeof argc)
        return false;
    memcpy(&argc, body.ptr, sizeof argc);
    rest = vb_str_copy(&s->arena, vb_str_from(body, sizeof argc));
    if (argc == 0 || argc > rest.len || !take_text(&rest, &s->request.cwd) ||
        !take_text(&rest, &s->request.program))
        return false;
    argv = VB_NEW_N(&s->arena, vb_str, argc);
    while (n + 1 < argc && take_text(&rest, &argv[n]))
        n++;
    s->request.argv = argv;
    s->request.argc = n;
    if (n + 1 != argc)
        return false;
    n = 0;
    for (size_t i = 0; i < rest.len; i++)
        n += rest.ptr[i] == '\0';
    env = VB_NEW_N(&s->arena, vb_str, n + 1);
    for (n = 0; rest.len && take_text(&rest, &text); n++)
        env[n] = text;
    s->request.env = env;
    s->request.nenv = n;
    s->request.arena = &s->arena;
    s->request.work = sim->work;
    s->request.fault =
        vb_fault_strikes(sim->faults, sim->nfaults, s->request.program,
                         s->request.argv, s->request.argc);
    return true;
}

static bool
read_file_frame(shim *s, vb_str body)
{
    vb_fetched file = {.path = s->want};
    uint32_t error;

    if (body.len < sizeof error)
        return false;
    memcpy(&error, body.ptr, sizeof error);
    file.error = (int)error;
    file.content = vb_str_copy(&s->arena, vb_str_from(body, sizeof error));
    vb_vec_push(&s->arena, &s->files, file);
    return true;
}

static void
order_run(vb_sim *sim, shim *s)
{
    vb_buf body;

    vb_buf_init(&body, VB_WIRE_MAX);
    vb_recorder_order(sim->recorder, &s->request, &body);
    frame(s, VB_WIRE_RUN, NULL, 0, vb_buf_view(&body));
    vb_buf_release(&body);
    s->taken = (vb_taken){.request = &s->request};
    s->state = SHIM_RUNS;
}

/* What a real program did; at its end the shim may end the same way, but not
 * before that is written. */
static bool
record_frame(vb_sim *sim, shim *s, uint32_t type, vb_str body)
{
    const vb_wire_end *end = &s->taken.end;
    uint32_t code;

    if (!vb_taken_frame(&s->taken, (vb_wire_type)type, body))
        return false;
    if (type != VB_WIRE_ENDED)
        return true;
    if (!sim->broken &&
        !vb_recorder_add(sim->recorder, &s->taken, &sim->broken_error))
        sim->broken = true;
    code = end->signal ? end->signal : end->status;
    frame(s, end->signal ? VB_WIRE_KILL : VB_WIRE_EXIT, &code, sizeof code,
          VB_STR(""));
    s->state = SHIM_ENDING;
    return true;
}

/* One whole frame; false drops the shim. */
static bool
serve_frame(vb_sim *sim, shim *s, uint32_t type, vb_str body)
{
    if (s->state == SHIM_RUNS)
        return record_frame(sim, s, type, body);
    if (s->state == SHIM_HELLO && type == VB_WIRE_HELLO) {
        if (!read_hello(sim, s, body))
            return false;
        if (sim->recorder) {
            order_run(sim, s);
            return true;
        }
    } else if (s->state == SHIM_FILE && type == VB_WIRE_FILE) {
        if (!read_file_frame(s, body))
            return false;
    } else {
        return false;
    }
    answer_shim(sim, s);
    return true;
}

static bool
serve_input(vb_sim *sim, shim *s)
{
    vb_wire_head head;

    while (s->in.len >= sizeof head) {
        memcpy(&head, s->in.ptr, sizeof head);
        if (head.len > VB_WIRE_MAX)
            return false;
        if (s->in.len - sizeof head < head.len)
            return true;
        if (!serve_frame(sim, s, head.type,
                         vb_str_n(s->in.ptr + sizeof head, head.len)))
            return false;
        vb_buf_drop(&s->in, sizeof head + head.len);
    }
    return true;
}

static bool
receive(vb_sim *sim, shim *s)
{
    for (;;) {
        char *to = vb_buf_room(&s->in, READ_SIZE);
        ssize_t n;

        if (!to)
            return false;
        n = vb_read(s->fd, to, READ_SIZE);
        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (n == 0)
            return false;
        vb_buf_grew(&s->in, (size_t)n);
        if (!serve_input(sim, s))
            return false;
    }
}

/* False when the shim is done with, or gone. */
static bool
transmit(shim *s)
{
    while (s->out.len) {
        ssize_t n =
            send(s->fd, s->out.ptr, s->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        vb_buf_drop(&s->out, (size_t)n);
    }
    return s->state != SHIM_ENDING;
}

static void
welcome(vb_sim *sim)
{
    for (size_t i = 0; i < SHIMS_MAX; i++) {
        shim *s = &sim->shims[i];

        if (s->state != SHIM_FREE)
            continue;
        s->fd =
            accept4(sim->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (s->fd < 0)
            return;
        s->state = SHIM_HELLO;
        vb_buf_init(&s->in, (size_t)2 * VB_WIRE_MAX);
        vb_buf_init(&s->out, VB_BUF_NO_MAX);
        /* The command line is usually here already: no round of poll. */
        if (!receive(sim, s) || !transmit(s))
            release_shim(s);
    }
}

static void
serve_shim(vb_sim *sim, shim *s, short events)
{
    bool keep = true;

    if (events & (POLLIN | POLLHUP | POLLERR))
        keep = receive(sim, s);
    /* Killed with the shim: that is what became of the program. */
    if (!keep && s->state == SHIM_RUNS) {
        s->taken.end.signal = SIGKILL;
        if (!sim->broken &&
            !vb_recorder_add(sim->recorder, &s->taken, &sim->broken_error))
            sim->broken = true;
    }
    keep = keep || s->state == SHIM_ENDING;
    if (!keep || !transmit(s))
        release_shim(s);
}

bool
vb_sim_service(vb_sim *sim, const struct pollfd *fds, size_t nfds,
               vb_error *err)
{
    bool accepting = false;

    for (size_t k = 0; k < nfds; k++) {
        if (!fds[k].revents)
            continue;
        if (fds[k].fd == sim->listener) {
            if (fds[k].revents & (POLLERR | POLLNVAL))
                return vb_fail(err, "the rehearsal's socket is broken");
            accepting = true;
            continue;
        }
        for (size_t i = 0; i < SHIMS_MAX; i++) {
            if (sim->shims[i].state != SHIM_FREE &&
                sim->shims[i].fd == fds[k].fd) {
                serve_shim(sim, &sim->shims[i], fds[k].revents);
                break;
            }
        }
    }
    if (accepting)
        welcome(sim);
    if (sim->broken)
        return vb_fail(err, "%s", sim->broken_error.message);
    return true;
}

size_t
vb_sim_drain(vb_sim *sim, const vb_sim_call **calls)
{
    size_t n = sim->calls.len;

    *calls = sim->calls.at;
    sim->calls.at = NULL;
    sim->calls.len = sim->calls.cap = 0;
    sim->call_arena ^= 1;
    vb_arena_reset(&sim->call_arenas[sim->call_arena]);
    return n;
}

int64_t
vb_sim_waited_ms(const vb_sim *sim)
{
    return sim->world.waited_ms;
}

void
vb_sim_save(const vb_sim *sim, vb_buf *out)
{
    vb_world_save(&sim->world, out);
}
