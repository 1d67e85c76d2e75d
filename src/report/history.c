#include "report/history.h"

#include "base/io.h"

#include <stdlib.h>

#include "base/banned.h"

enum { GOOD_BEFORE = 3, SECOND = 1000000000 };

static bool
is_good(vb_str verdict)
{
    return vb_str_eqc(verdict, "pass") || vb_str_eqc(verdict, "unverified");
}

static bool
is_bad(vb_str verdict)
{
    return verdict.len && !is_good(verdict) && !vb_str_eqc(verdict, "skipped");
}

/* ------------------------------------------------------------------ runs -- */

static int64_t
count_runs(vb_history *h, const char *column, vb_str value)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &h->index->sql,
        vb_str_fmt(&h->arena, "SELECT count(*) FROM run WHERE %s = ?", column)
            .ptr);
    int64_t n = 0;

    vb_sql_str(s, 1, value);
    if (vb_sql_step(&h->index->sql, s))
        n = sqlite3_column_int64(s, 0);
    (void)!sqlite3_finalize(s);
    return n;
}

static vb_history_run
run_of(vb_arena *arena, sqlite3_stmt *s, int at)
{
    return (vb_history_run){
        .name = vb_str_copy(arena, vb_sql_text(s, at)),
        .title = vb_str_copy(arena, vb_sql_text(s, at + 1)),
        .provider = vb_str_copy(arena, vb_sql_text(s, at + 2)),
        .verdict = vb_str_copy(arena, vb_sql_text(s, at + 3)),
        .started = vb_str_copy(arena, vb_sql_text(s, at + 4)),
        .record = vb_str_copy(arena, vb_sql_text(s, at + 5)),
        .rehearsal = sqlite3_column_int(s, at + 6) != 0,
        .took_ns = sqlite3_column_int64(s, at + 7)};
}

#define RUN_COLUMNS                                                            \
    "name, title, provider, verdict, started, record, rehearsal, took"

bool
vb_history_open(vb_history *h, vb_index *index, vb_str document, vb_error *err)
{
    sqlite3_stmt *s;
    int64_t all;

    *h = (vb_history){.index = index, .document = document};
    h->exact = count_runs(h, "document", document) > 0;
    if (!h->exact)
        document = vb_path_base(document);
    all = count_runs(h, h->exact ? "document" : "base", document);
    h->all = all > 0 ? (size_t)all : 0;
    s = vb_sql_prepare(
        &index->sql,
        vb_str_fmt(&h->arena,
                   "SELECT * FROM (SELECT n, " RUN_COLUMNS
                   " FROM run WHERE %s = ? ORDER BY started DESC, n DESC"
                   " LIMIT %d) ORDER BY started, n",
                   h->exact ? "document" : "base", VB_HISTORY_MAX)
            .ptr);
    vb_sql_str(s, 1, document);
    while (vb_sql_step(&index->sql, s)) {
        vb_vec_push(&h->arena, &h->numbers, sqlite3_column_int64(s, 0));
        vb_vec_push(&h->arena, &h->runs, run_of(&h->arena, s, 1));
    }
    (void)!sqlite3_finalize(s);
    return vb_sql_good(&index->sql, "cannot read the index", err);
}

void
vb_history_close(vb_history *h)
{
    vb_arena_release(&h->arena);
}

bool
vb_history_documents(vb_index *index,
                     bool (*each)(void *user, vb_str document, size_t runs,
                                  const vb_history_run *newest, vb_error *err),
                     void *user, vb_error *err)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &index->sql, "SELECT document, count(*), max(started || name),"
                     " " RUN_COLUMNS " FROM run WHERE readable"
                     " GROUP BY document ORDER BY document");
    bool ok = true;

    while (ok && vb_sql_step(&index->sql, s)) {
        vb_arena scratch = {0};
        vb_history_run newest = run_of(&scratch, s, 3);

        ok = each(user, vb_sql_text(s, 0), (size_t)sqlite3_column_int64(s, 1),
                  &newest, err);
        vb_arena_release(&scratch);
    }
    (void)!sqlite3_finalize(s);
    return ok && vb_sql_good(&index->sql, "cannot read the index", err);
}

/* ----------------------------------------------------------------- steps -- */

/* What the steps of different runs must share to be compared. */
typedef struct sample {
    vb_history_point point;
    vb_str source;
} sample;

typedef struct analyst {
    vb_history *h;
    vb_arena arena; /* of one step */
    sqlite3_stmt *points;
    sample samples[VB_HISTORY_MAX];
    vb_history_point shown[VB_HISTORY_MAX];
} analyst;

static bool
are_alike(const analyst *a, size_t i, size_t k)
{
    const vb_history_run *x = &a->h->runs.at[i], *y = &a->h->runs.at[k];

    return x->rehearsal == y->rehearsal &&
           vb_str_eq(x->provider, y->provider) &&
           vb_str_eq(a->samples[i].source, a->samples[k].source);
}

static int
by_size(const void *a, const void *b)
{
    int64_t x, y;

    x = *(const int64_t *)a;
    y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Changes between good and bad, each run beside the last that is like it. */
static void
count_changes(const analyst *a, vb_history_step *step)
{
    for (size_t i = 0; i < a->h->runs.len; i++) {
        vb_str verdict = a->samples[i].point.verdict;
        size_t k = i;

        step->good += is_good(verdict);
        step->bad += is_bad(verdict);
        if (!is_good(verdict) && !is_bad(verdict))
            continue;
        while (k-- > 0) {
            vb_str before = a->samples[k].point.verdict;

            if ((!is_good(before) && !is_bad(before)) || !are_alike(a, i, k))
                continue;
            step->changes += is_good(before) != is_good(verdict);
            break;
        }
    }
    step->flaky = step->changes >= 2;
}

/* The last run in which the step was done; the view's length when none. */
static size_t
last_of(const analyst *a)
{
    size_t last = a->h->runs.len;

    for (size_t i = 0; i < a->h->runs.len; i++)
        if (a->samples[i].point.verdict.len)
            last = i;
    return last;
}

static void
measure(const analyst *a, vb_history_step *step, size_t last)
{
    int64_t took[VB_HISTORY_MAX];
    size_t n = 0;

    step->took_ns = a->samples[last].point.took_ns;
    for (size_t i = 0; i < last; i++)
        if (is_good(a->samples[i].point.verdict) && are_alike(a, i, last))
            took[n++] = a->samples[i].point.took_ns;
    if (n)
        qsort(took, n, sizeof *took, by_size);
    step->median_ns = n ? took[n / 2] : 0;
    step->slow = n >= GOOD_BEFORE && is_good(a->samples[last].point.verdict) &&
                 step->took_ns / 2 > step->median_ns &&
                 step->took_ns - step->median_ns > SECOND;
}

/* The first of the bad runs that have no good one behind them. */
static vb_str
bad_since(const analyst *a, size_t last)
{
    vb_str since = VB_STR("");

    for (size_t i = last + 1; i-- > 0;) {
        vb_str verdict = a->samples[i].point.verdict;

        if (!are_alike(a, i, last) && verdict.len)
            continue;
        if (is_good(verdict))
            break;
        if (is_bad(verdict))
            since = a->h->runs.at[i].name;
    }
    return since;
}

/* Fills in the samples of a step and what the last of them says. */
static void
take_points(analyst *a, vb_history_step *step)
{
    vb_sql *sql = &a->h->index->sql;

    for (size_t i = 0; i < a->h->runs.len; i++) {
        sample *got = &a->samples[i];

        *got = (sample){.point.verdict = VB_STR(""), .source = VB_STR("")};
        vb_sql_int(a->points, 1, a->h->numbers.at[i]);
        vb_sql_str(a->points, 2, step->id);
        while (vb_sql_step(sql, a->points)) {
            got->point.verdict =
                vb_str_copy(&a->arena, vb_sql_text(a->points, 0));
            got->point.took_ns = sqlite3_column_int64(a->points, 1);
            got->source = vb_str_copy(&a->arena, vb_sql_text(a->points, 2));
            step->why = vb_str_copy(&a->arena, vb_sql_text(a->points, 3));
            step->title = vb_str_copy(&a->arena, vb_sql_text(a->points, 4));
            step->file = vb_str_copy(&a->arena, vb_sql_text(a->points, 5));
            step->line = (uint32_t)sqlite3_column_int64(a->points, 6);
        }
        a->shown[i] = got->point;
    }
    step->points = a->shown;
}

static void
look_at(analyst *a, vb_history_step *step)
{
    size_t last;

    take_points(a, step);
    last = last_of(a);
    if (last == a->h->runs.len)
        return;
    step->now = a->samples[last].point.verdict;
    for (size_t i = last + 1; i < a->h->runs.len; i++)
        step->gone = step->gone || vb_str_eq(a->h->runs.at[i].provider,
                                             a->h->runs.at[last].provider);
    count_changes(a, step);
    measure(a, step, last);
    step->since = bad_since(a, last);
}

/* Numbers of the runs in view as SQL: they are ours. */
static const char *
in_view(vb_history *h)
{
    vb_str list = VB_STR("");

    for (size_t i = 0; i < h->numbers.len; i++)
        list = vb_str_fmt(&h->arena, "%.*s%s%jd", VB_ARG(list), i ? "," : "",
                          (intmax_t)h->numbers.at[i]);
    return vb_str_fmt(
               &h->arena,
               "SELECT id, max(run = %jd) AS now, max(run), min(pos)"
               " FROM step WHERE run IN (%.*s) GROUP BY id"
               " ORDER BY now DESC, CASE WHEN now THEN (SELECT pos FROM"
               " step x WHERE x.run = %jd AND x.id = step.id) END,"
               " max(run) DESC, min(pos)",
               h->numbers.len ? (intmax_t)h->numbers.at[h->numbers.len - 1] : 0,
               VB_ARG(list),
               h->numbers.len ? (intmax_t)h->numbers.at[h->numbers.len - 1] : 0)
        .ptr;
}

bool
vb_history_steps(vb_history *h,
                 bool (*each)(void *user, const vb_history_step *step,
                              vb_error *err),
                 void *user, vb_error *err)
{
    vb_sql *sql = &h->index->sql;
    sqlite3_stmt *ids = vb_sql_prepare(sql, in_view(h));
    analyst *a = vb_heap_alloc(sizeof *a);
    bool ok = true;

    *a = (analyst){.h = h};
    a->points = vb_sql_prepare(
        sql, "SELECT verdict, took, source, why, title, file, line FROM step"
             " WHERE run = ? AND id = ?");
    while (ok && vb_sql_step(sql, ids)) {
        vb_history_step step = {0};

        vb_arena_reset(&a->arena);
        step.id = vb_str_copy(&a->arena, vb_sql_text(ids, 0));
        look_at(a, &step);
        ok = each(user, &step, err);
    }
    (void)!sqlite3_finalize(a->points);
    (void)!sqlite3_finalize(ids);
    vb_arena_release(&a->arena);
    vb_heap_free(a);
    return ok && vb_sql_good(sql, "cannot read the index", err);
}
