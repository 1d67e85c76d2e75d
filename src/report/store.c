#include "report/store.h"

#include "base/arena.h"
#include "base/hash.h"
#include "report/sql.h"

#include <stdio.h>

#include "base/banned.h"

/* Steps of one id are found by the digest of the id: ids are as long as a
 * stranger likes. 'compared' is filled in the order of its key. */
static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=FILE;"
    "PRAGMA cache_size=-2048; PRAGMA mmap_size=0;"
    "CREATE TABLE step(i INTEGER PRIMARY KEY, key BLOB, id TEXT, title TEXT,"
    " kind TEXT, phase TEXT, verdict INT, flags INT, why TEXT, start INT,"
    " stop INT, took INT, simulated INT, number INT, file TEXT, line INT,"
    " skipped INT, source TEXT, gone INT DEFAULT 0);"
    "CREATE TABLE block(i INTEGER PRIMARY KEY, key BLOB, file TEXT,"
    " kind TEXT, step TEXT, title TEXT, why TEXT, phase TEXT, scope TEXT,"
    " text TEXT, line INT, last INT, selected INT, chosen INT);"
    "CREATE TABLE compared(step INT, line INT, PRIMARY KEY(step, line))"
    " WITHOUT ROWID;"
    "BEGIN;";

/* gone: 1 replaced by a later one, 2 a skip of what has run already. Ids that
 * stand there once need no look. */
static const char settle[] =
    "CREATE INDEX by_key ON step(key, skipped, i);"
    "UPDATE step SET gone = CASE"
    " WHEN skipped AND EXISTS(SELECT 1 FROM step o WHERE o.key = step.key"
    "  AND o.skipped = 0 AND o.i < step.i) THEN 2"
    " WHEN EXISTS(SELECT 1 FROM step o WHERE o.key = step.key"
    "  AND o.skipped = 0 AND o.i > step.i) THEN 1"
    " WHEN skipped AND EXISTS(SELECT 1 FROM step o WHERE o.key = step.key"
    "  AND o.skipped = 1 AND o.i > step.i) THEN 1"
    " ELSE 0 END"
    " WHERE key IN (SELECT key FROM step GROUP BY key HAVING count(*) > 1);"
    "CREATE UNIQUE INDEX standing ON step(key) WHERE gone = 0;";

enum { ENDED = 1, CHECKED = 2, DESTRUCTIVE = 4, GONE_REPLACED = 1, GONE = 2 };

struct vb_store {
    vb_sql sql;
    sqlite3_stmt *step, *block, *compared;
    int64_t steps; /* so far */
};

struct vb_rows {
    vb_store *store;
    sqlite3_stmt *stmt;
    vb_step_ref step;
    vb_block_ref block;
};

vb_store *
vb_store_open(void)
{
    vb_store *store = vb_heap_alloc(sizeof *store);

    *store = (vb_store){0};
    if (!vb_sql_open(&store->sql, "",
                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                         SQLITE_OPEN_NOMUTEX) ||
        !vb_sql_run(&store->sql, schema))
        return store;
    store->step = vb_sql_prepare(
        &store->sql,
        "INSERT INTO step(i, key, id, title, kind, phase, verdict, flags, why,"
        " start, stop, took, simulated, number, file, line, skipped,"
        " source)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    store->block = vb_sql_prepare(
        &store->sql,
        "INSERT INTO block(key, file, kind, step, title, why, phase, scope,"
        " text, line, last, selected, chosen)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
    store->compared = vb_sql_prepare(
        &store->sql, "INSERT OR IGNORE INTO compared VALUES(?,?)");
    return store;
}

void
vb_store_close(vb_store *store)
{
    if (!store)
        return;
    (void)!sqlite3_finalize(store->step);
    (void)!sqlite3_finalize(store->block);
    (void)!sqlite3_finalize(store->compared);
    vb_sql_close(&store->sql);
    vb_heap_free(store);
}

bool
vb_store_good(const vb_store *store, vb_error *err)
{
    return vb_sql_good(&store->sql, "cannot keep the steps of the report", err);
}

static void
bind_key(sqlite3_stmt *stmt, int at, vb_digest *digest, vb_str id)
{
    *digest = vb_sha256(id);
    vb_sql_blob(stmt, at, vb_str_n(digest->hex, 32));
}

void
vb_store_step(vb_store *store, const vb_step_ref *ref)
{
    sqlite3_stmt *s = store->step;
    vb_digest key;

    vb_sql_int(s, 1, ++store->steps);
    bind_key(s, 2, &key, ref->id);
    vb_sql_str(s, 3, ref->id);
    vb_sql_str(s, 4, ref->title);
    vb_sql_str(s, 5, ref->kind);
    vb_sql_str(s, 6, ref->phase);
    vb_sql_int(s, 7, ref->verdict);
    vb_sql_int(s, 8,
               (ref->ended ? ENDED : 0) | (ref->checked ? CHECKED : 0) |
                   (ref->destructive ? DESTRUCTIVE : 0));
    vb_sql_str(s, 9, ref->why);
    vb_sql_int(s, 10, ref->start_ns);
    vb_sql_int(s, 11, ref->end_ns);
    vb_sql_int(s, 12, ref->duration_ns);
    vb_sql_int(s, 13, ref->simulated_ms);
    vb_sql_int(s, 14, (int64_t)ref->number);
    vb_sql_str(s, 15, ref->file);
    vb_sql_int(s, 16, ref->line);
    vb_sql_int(s, 17, ref->skipped);
    vb_sql_str(s, 18, vb_str_c(ref->source.hex));
    vb_sql_do(&store->sql, s);
}

void
vb_store_compared(vb_store *store, uint32_t line)
{
    vb_sql_int(store->compared, 1, store->steps + 1);
    vb_sql_int(store->compared, 2, line);
    vb_sql_do(&store->sql, store->compared);
}

void
vb_store_block(vb_store *store, const vb_block_ref *block)
{
    sqlite3_stmt *s = store->block;
    vb_digest key;

    bind_key(s, 1, &key, block->step);
    vb_sql_str(s, 2, block->file);
    vb_sql_str(s, 3, block->kind);
    vb_sql_str(s, 4, block->step);
    vb_sql_str(s, 5, block->title);
    vb_sql_str(s, 6, block->why);
    vb_sql_str(s, 7, block->phase);
    vb_sql_str(s, 8, block->scope);
    vb_sql_str(s, 9, block->text);
    vb_sql_int(s, 10, block->line);
    vb_sql_int(s, 11, block->end_line);
    vb_sql_int(s, 12, block->selected);
    vb_sql_int(s, 13, block->chosen);
    vb_sql_do(&store->sql, s);
}

void
vb_store_settle(vb_store *store)
{
    vb_sql_run(&store->sql, settle);
}

/* --------------------------------------------------------------- reading -- */

static vb_rows *
rows_of(vb_store *store, const char *text)
{
    vb_rows *rows = vb_heap_alloc(sizeof *rows);

    *rows =
        (vb_rows){.store = store, .stmt = vb_sql_prepare(&store->sql, text)};
    return rows;
}

void
vb_rows_end(vb_rows *rows)
{
    if (!rows)
        return;
    (void)!sqlite3_finalize(rows->stmt);
    vb_heap_free(rows);
}

vb_rows *
vb_store_steps(vb_store *store)
{
    return rows_of(
        store,
        "SELECT id, title, kind, phase, verdict, flags, why, start,"
        " stop, took, simulated, number, file, line, skipped, gone, source"
        " FROM step ORDER BY i");
}

const vb_step_ref *
vb_rows_step(vb_rows *rows)
{
    sqlite3_stmt *s = rows->stmt;
    int64_t flags, gone;

    if (!vb_sql_step(&rows->store->sql, s))
        return NULL;
    flags = sqlite3_column_int64(s, 5);
    gone = sqlite3_column_int64(s, 15);
    rows->step = (vb_step_ref){.id = vb_sql_text(s, 0),
                               .title = vb_sql_text(s, 1),
                               .kind = vb_sql_text(s, 2),
                               .phase = vb_sql_text(s, 3),
                               .verdict = (vb_verdict)sqlite3_column_int(s, 4),
                               .ended = (flags & ENDED) != 0,
                               .checked = (flags & CHECKED) != 0,
                               .destructive = (flags & DESTRUCTIVE) != 0,
                               .why = vb_sql_text(s, 6),
                               .start_ns = sqlite3_column_int64(s, 7),
                               .end_ns = sqlite3_column_int64(s, 8),
                               .duration_ns = sqlite3_column_int64(s, 9),
                               .simulated_ms = sqlite3_column_int64(s, 10),
                               .number = (uint64_t)sqlite3_column_int64(s, 11),
                               .file = vb_sql_text(s, 12),
                               .line = (uint32_t)sqlite3_column_int64(s, 13),
                               .skipped = sqlite3_column_int(s, 14) != 0,
                               .replaced = gone == GONE_REPLACED,
                               .dropped = gone == GONE};
    (void)!snprintf(rows->step.source.hex, sizeof rows->step.source.hex, "%.*s",
                    VB_ARG(vb_sql_text(s, 16)));
    return &rows->step;
}

/* An output counts as compared when a comparison names a line of its block;
 * a step without such lines speaks for all its outputs. */
vb_rows *
vb_store_blocks(vb_store *store)
{
    return rows_of(
        store,
        "SELECT b.file, b.kind, b.step, b.title, b.why, b.phase, b.scope,"
        " b.text, b.line, b.last, b.selected, b.chosen, s.verdict, s.flags,"
        " s.skipped, EXISTS(SELECT 1 FROM compared c WHERE c.step = s.i),"
        " EXISTS(SELECT 1 FROM compared c WHERE c.step = s.i"
        "  AND c.line BETWEEN b.line AND b.last)"
        " FROM block b LEFT JOIN step s ON s.key = b.key AND s.gone = 0"
        " ORDER BY b.i");
}

const vb_block_ref *
vb_rows_block(vb_rows *rows)
{
    sqlite3_stmt *s = rows->stmt;
    vb_block_ref *b = &rows->block;
    int64_t flags;
    bool checked;

    if (!vb_sql_step(&rows->store->sql, s))
        return NULL;
    *b = (vb_block_ref){.file = vb_sql_text(s, 0),
                        .kind = vb_sql_text(s, 1),
                        .step = vb_sql_text(s, 2),
                        .title = vb_sql_text(s, 3),
                        .why = vb_sql_text(s, 4),
                        .phase = vb_sql_text(s, 5),
                        .scope = vb_sql_text(s, 6),
                        .text = vb_sql_text(s, 7),
                        .line = (uint32_t)sqlite3_column_int64(s, 8),
                        .end_line = (uint32_t)sqlite3_column_int64(s, 9),
                        .selected = sqlite3_column_int(s, 10) != 0,
                        .chosen = sqlite3_column_int(s, 11) != 0};
    flags = sqlite3_column_int64(s, 13);
    checked = (flags & CHECKED) != 0;
    if (vb_str_eqc(b->kind, "expect") && sqlite3_column_int(s, 15))
        checked = sqlite3_column_int(s, 16) != 0;
    b->ran = b->step.len && (flags & ENDED) && !sqlite3_column_int(s, 14) &&
             sqlite3_column_int(s, 12) != VB_VERDICT_SKIPPED;
    b->checked = b->ran && checked;
    return b;
}
