#include "base/http.h"

#include "base/clock.h"
#include "base/http_addr.h"
#include "base/http_transfer.h"
#include "base/map.h"

#include <string.h>

#include "base/banned.h"

enum {
    DEFAULT_PER_HOST = 4,
    DEFAULT_AT_ONCE = 32,
    AT_ONCE_MAX = 256,
    POLL_MS = 1000,
};

/* A job's next one in a queue, or none. */
typedef int64_t job_no;
enum { NONE = -1 };

/* The links of one host wait in line, so that no host is asked by many at
 * once, and a slow one holds up nobody else. */
typedef struct host {
    job_no first, last;
    unsigned active, limit;
    struct host *next; /* in the ring of hosts with somebody waiting */
    bool in_ring;
} host;

typedef struct slot {
    vb_transfer t;
    job_no job; /* NONE: free */
    host *host;
    int64_t retry_ns; /* when to try again; 0: on its way */
} slot;

typedef struct crowd {
    const vb_http_many *many;
    vb_http_job *jobs;
    size_t count, finished;
    job_no *next; /* of each job, the one behind it in line */
    const vb_curl *curl;
    CURLM *multi;
    slot *slots;
    size_t slot_count, active;
    vb_arena arena;
    vb_map hosts;
    host *ring;          /* the last one of the ring */
    int64_t deadline_ns; /* 0: none */
} crowd;

/* -------------------------------------------------------------- queues -- */

static void
ring_add(crowd *c, host *h)
{
    if (h->in_ring || h->first == NONE || h->active >= h->limit)
        return;
    h->in_ring = true;
    h->next = c->ring ? c->ring->next : h;
    if (c->ring)
        c->ring->next = h;
    c->ring = h;
}

/* The host whose turn it is, taken out of the ring. */
static host *
ring_take(crowd *c)
{
    host *h = c->ring ? c->ring->next : NULL;

    if (!h)
        return NULL;
    if (h == c->ring)
        c->ring = NULL;
    else
        c->ring->next = h->next;
    h->in_ring = false;
    return h;
}

/* Scheme and authority, which is where a connection goes. */
static vb_str
authority(const char *url)
{
    vb_str s = vb_str_c(url);
    size_t start = vb_str_find(s, VB_STR("://")), end;

    end = start == VB_NPOS ? 0 : start + 3;
    while (end < s.len && !strchr("/?#", s.ptr[end]))
        end++;
    return vb_str_sub(s, 0, end);
}

static unsigned
limit_of(const crowd *c, vb_str name)
{
    unsigned polite =
        c->many->per_host ? c->many->per_host : (unsigned)DEFAULT_PER_HOST;
    size_t start = vb_str_find(name, VB_STR("://"));
    vb_str s = vb_str_from(name, start == VB_NPOS ? 0 : start + 3);
    size_t colon = vb_str_rchr(s, ':');
    char text[VB_HOST_MAX];

    if (colon != VB_NPOS && !vb_str_ends(s, "]"))
        s = vb_str_sub(s, 0, colon);
    if (s.len >= sizeof text)
        return polite;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    /* Politeness is for other people's machines. */
    return vb_host_is_loopback(text) ? (unsigned)c->slot_count : polite;
}

static void
enqueue(crowd *c, size_t job)
{
    vb_str name = authority(c->jobs[job].url);
    vb_map_entry *entry = vb_map_add(&c->hosts, name, NULL);
    host *h = entry->ptr;

    if (!h) {
        h = entry->ptr = VB_NEW(&c->arena, host);
        h->first = h->last = NONE;
        h->limit = limit_of(c, name);
    }
    c->next[job] = NONE;
    if (h->first == NONE)
        h->first = (job_no)job;
    else
        c->next[h->last] = (job_no)job;
    h->last = (job_no)job;
    ring_add(c, h);
}

/* ----------------------------------------------------------- transfers -- */

static void
finish_job(crowd *c, vb_http_job *job)
{
    c->finished++;
    if (c->many->done)
        c->many->done(job, c->many->user);
}

static void
free_slot(crowd *c, slot *s)
{
    vb_http_job *job = &c->jobs[s->job];

    s->job = NONE;
    s->host->active--;
    c->active--;
    ring_add(c, s->host);
    finish_job(c, job);
}

/* Sends the slot's request to 'url'; a refused one is finished at once. */
static void
start(crowd *c, slot *s, const char *url)
{
    s->retry_ns = 0;
    if (vb_transfer_start(&s->t, url)) {
        if (c->curl->multi_add_handle(c->multi, s->t.easy) == CURLM_OK)
            return;
        vb_http_set_fault(s->t.answer, VB_HTTP_BROKEN,
                          "libcurl cannot take another request");
    }
    free_slot(c, s);
}

static void
start_over(crowd *c, slot *s)
{
    s->t.answer->redirects = 0;
    s->t.answer->moved = false;
    start(c, s, c->jobs[s->job].url);
}

/* Some servers do not know HEAD, or answer it with an error of its own. */
static bool
needs_get(const slot *s)
{
    const vb_http_answer *a = s->t.answer;

    return s->t.head && a->fault == VB_HTTP_OK && a->status >= 400 &&
           a->status != 429;
}

static void
on_done(crowd *c, slot *s, CURLcode code)
{
    vb_http_answer *answer = s->t.answer;
    char *next = NULL;
    bool redirect = vb_transfer_finish(&s->t, code, &next);

    /* The next URL belongs to the handle, which must leave the crowd first. */
    c->curl->multi_remove_handle(c->multi, s->t.easy);
    if (redirect) {
        start(c, s, next);
        return;
    }
    if (needs_get(s) || (s->t.head && answer->fault == VB_HTTP_BROKEN)) {
        s->t.head = false;
        start_over(c, s);
        return;
    }
    answer->tries++;
    if ((int)answer->tries <= c->many->each.retries &&
        vb_http_transient(answer)) {
        s->retry_ns = vb_clock_mono_ns() +
                      vb_transfer_pause_ms(&s->t, answer->tries) * 1000000;
        return;
    }
    free_slot(c, s);
}

/* There is one whenever fewer are active than there are. */
static slot *
unused_slot(crowd *c)
{
    size_t i = 0;

    while (c->slots[i].job != NONE)
        i++;
    return &c->slots[i];
}

/* Fills free slots from the hosts in turn. */
static bool
admit(crowd *c, vb_error *err)
{
    while (c->active < c->slot_count && c->ring) {
        host *h = ring_take(c);
        slot *s = unused_slot(c);
        vb_http_job *job = &c->jobs[h->first];
        CURL *easy = s->t.easy ? s->t.easy : c->curl->easy_init();

        if (!easy)
            return vb_fail(err, "cannot initialise libcurl");
        s->job = h->first;
        s->host = h;
        h->first = c->next[h->first];
        h->active++;
        c->active++;
        ring_add(c, h);
        s->t = (vb_transfer){.curl = c->curl,
                             .easy = easy,
                             .opts = &c->many->each,
                             .answer = job->answer,
                             .body = job->body,
                             .body_from = job->body ? job->body->len : 0,
                             .head = job->body == NULL};
        start_over(c, s);
    }
    return true;
}

/* Starts what has paused long enough; returns how long to wait for more. */
static int
wake(crowd *c)
{
    int64_t now = vb_clock_mono_ns(),
            soonest = now + POLL_MS * INT64_C(1000000);

    for (size_t i = 0; i < c->slot_count; i++) {
        slot *s = &c->slots[i];

        if (s->job == NONE || s->retry_ns == 0)
            continue;
        if (s->retry_ns <= now)
            start_over(c, s);
        else if (s->retry_ns < soonest)
            soonest = s->retry_ns;
    }
    if (c->deadline_ns && c->deadline_ns < soonest)
        soonest = c->deadline_ns;
    return soonest <= now ? 0 : (int)((soonest - now) / 1000000) + 1;
}

static void
collect(crowd *c)
{
    CURLMsg *message;
    int left;

    while ((message = c->curl->multi_info_read(c->multi, &left))) {
        CURLcode code = message->data.result;
        vb_transfer *t = NULL;

        if (message->msg != CURLMSG_DONE ||
            c->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                                  (char **)&t) != CURLE_OK)
            continue;
        /* 't' is the first member of its slot */
        on_done(c, (slot *)(void *)t, code);
    }
}

static void
out_of_time(crowd *c, vb_http_job *job)
{
    vb_http_set_fault(job->answer, VB_HTTP_TIMEOUT,
                      "there was no time left for it");
    finish_job(c, job);
}

/* Past the deadline everything that is not finished is. */
static void
give_up(crowd *c)
{
    for (size_t i = 0; i < c->slot_count; i++) {
        slot *s = &c->slots[i];

        if (s->job == NONE)
            continue;
        if (s->retry_ns == 0)
            c->curl->multi_remove_handle(c->multi, s->t.easy);
        out_of_time(c, &c->jobs[s->job]);
        s->job = NONE;
    }
    for (size_t i = 0; i < c->hosts.entries.len; i++) {
        host *h = c->hosts.entries.at[i].ptr;

        for (job_no job = h->first; job != NONE; job = c->next[job])
            out_of_time(c, &c->jobs[job]);
    }
}

static bool
run(crowd *c, vb_error *err)
{
    while (c->finished < c->count) {
        int running, wait;
        CURLMcode code;

        if (c->deadline_ns && vb_clock_mono_ns() >= c->deadline_ns) {
            give_up(c);
            return true;
        }
        if (!admit(c, err))
            return false;
        wait = wake(c);
        code = c->curl->multi_perform(c->multi, &running);
        if (code == CURLM_OK) {
            size_t before = c->finished;

            collect(c);
            /* Whoever finished made room: fill it before waiting. */
            if (c->finished != before || c->finished == c->count)
                continue;
            code = c->curl->multi_poll(c->multi, NULL, 0, wait, NULL);
        }
        if (code != CURLM_OK)
            return vb_fail(err, "cannot go on with the requests: %s",
                           c->curl->multi_strerror(code));
    }
    return true;
}

static void
release(crowd *c)
{
    for (size_t i = 0; i < c->slot_count; i++) {
        slot *s = &c->slots[i];

        if (!s->t.easy)
            continue;
        if (s->job != NONE && s->retry_ns == 0)
            c->curl->multi_remove_handle(c->multi, s->t.easy);
        c->curl->easy_cleanup(s->t.easy);
    }
    c->curl->multi_cleanup(c->multi);
    vb_arena_release(&c->arena);
}

bool
vb_http_multi(vb_http_job *jobs, size_t count, const vb_http_many *many,
              vb_error *err)
{
    crowd c = {.many = many, .jobs = jobs, .count = count};
    bool ok;

    c.curl = vb_curl_load(err);
    if (!c.curl)
        return false;
    c.multi = c.curl->multi_init();
    if (!c.multi)
        return vb_fail(err, "cannot initialise libcurl");
    c.slot_count = many->at_once ? many->at_once : DEFAULT_AT_ONCE;
    if (c.slot_count > AT_ONCE_MAX)
        c.slot_count = AT_ONCE_MAX;
    if (many->timeout_ms)
        c.deadline_ns = vb_clock_mono_ns() + many->timeout_ms * 1000000;
    vb_map_init(&c.hosts, &c.arena);
    c.next = VB_NEW_N(&c.arena, job_no, count);
    c.slots = VB_NEW_N(&c.arena, slot, c.slot_count);
    for (size_t i = 0; i < c.slot_count; i++)
        c.slots[i].job = NONE;
    for (size_t i = 0; i < count; i++) {
        *jobs[i].answer = (vb_http_answer){.fault = VB_HTTP_BROKEN};
        enqueue(&c, i);
    }
    ok = run(&c, err);
    release(&c);
    return ok;
}
