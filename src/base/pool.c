#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/banned.h"

typedef struct pool {
    const vb_pool_work *work;
    atomic_size_t next;
    atomic_uint workers; /* that have begun */
} pool;

unsigned
vb_pool_workers(const vb_pool_work *work)
{
    unsigned n = work->workers;
    cpu_set_t cores;

    if (n == 0 && sched_getaffinity(0, sizeof cores, &cores) == 0)
        n = (unsigned)CPU_COUNT(&cores);
    if (n > VB_POOL_MAX)
        n = VB_POOL_MAX;
    if (n > work->count)
        n = (unsigned)work->count;
    return n ? n : 1;
}

static void *
run_worker(void *arg)
{
    pool *p = arg;
    unsigned worker = atomic_fetch_add(&p->workers, 1);
    size_t item;

    while ((item = atomic_fetch_add(&p->next, 1)) < p->work->count)
        p->work->work(item, worker, p->work->user);
    return NULL;
}

void
vb_pool_run(const vb_pool_work *work)
{
    pool p = {.work = work};
    unsigned want = vb_pool_workers(work), started = 0;
    pthread_t threads[VB_POOL_MAX];

    while (started + 1 < want &&
           pthread_create(&threads[started], NULL, run_worker, &p) == 0)
        started++;
    run_worker(&p);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
