#include "report/index.h"

#include "base/clock.h"
#include "base/io.h"
#include "record/record.h"
#include "record/runs.h"
#include "report/model.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/banned.h"

/* Another layout is another number; it is then simply built anew. */
#define LAYOUT "1"

static const char schema[] =
    "CREATE TABLE run(n INTEGER PRIMARY KEY, name TEXT UNIQUE, mark TEXT,"
    " readable INT, document TEXT, base TEXT, title TEXT, id TEXT,"
    " provider TEXT, rehearsal INT, verdict TEXT, started TEXT, took INT,"
    " record TEXT, seen INT);"
    "CREATE TABLE step(run INT, pos INT, id TEXT, title TEXT, verdict TEXT,"
    " took INT, simulated INT, source TEXT, why TEXT, file TEXT, line INT,"
    " PRIMARY KEY(run, pos)) WITHOUT ROWID;"
    "CREATE INDEX step_id ON step(id, run);"
    "CREATE INDEX run_base ON run(base, started);"
    "PRAGMA user_version = " LAYOUT ";";

static const char fresh[] = "DROP TABLE IF EXISTS run;"
                            "DROP TABLE IF EXISTS step;";

/* --------------------------------------------------------------- filling -- */

typedef struct filler {
    vb_sql *sql;
    sqlite3_stmt *step;
    int64_t run, pos;
} filler;

static void
add_step(void *user, const vb_step_ref *ref)
{
    filler *f = user;

    if (ref->replaced)
        return;
    vb_sql_int(f->step, 1, f->run);
    vb_sql_int(f->step, 2, ++f->pos);
    vb_sql_str(f->step, 3, ref->id);
    vb_sql_str(f->step, 4, ref->title);
    vb_sql_str(f->step, 5,
               ref->ended ? vb_str_c(vb_verdict_name(ref->verdict))
                          : VB_STR("unfinished"));
    vb_sql_int(f->step, 6, ref->duration_ns);
    vb_sql_int(f->step, 7, ref->simulated_ms);
    vb_sql_str(f->step, 8, vb_str_c(ref->source.hex));
    vb_sql_str(f->step, 9, ref->why);
    vb_sql_str(f->step, 10, ref->file);
    vb_sql_int(f->step, 11, ref->line);
    vb_sql_do(f->sql, f->step);
}

static int64_t
add_run(vb_index *index, vb_str name, vb_str mark, const vb_run *run)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &index->sql, "INSERT INTO run(name, mark, readable, document, base,"
                     " title, id, provider, rehearsal, verdict, started, took,"
                     " record, seen) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,1)");

    vb_sql_str(s, 1, name);
    vb_sql_str(s, 2, mark);
    vb_sql_int(s, 3, run != NULL);
    if (run) {
        vb_sql_str(s, 4, run->document);
        vb_sql_str(s, 5, vb_path_base(run->document));
        vb_sql_str(s, 6, run->title);
        vb_sql_str(s, 7, run->id);
        vb_sql_str(s, 8, run->provider);
        vb_sql_int(s, 9, run->rehearsal);
        vb_sql_str(s, 10, run->verdict);
        vb_sql_str(s, 11, run->started);
        vb_sql_int(s, 12, run->duration_ns);
        vb_sql_str(s, 13,
                   run->check.intact
                       ? (run->check.incomplete ? VB_STR("incomplete")
                                                : VB_STR("intact"))
                       : VB_STR("changed"));
    }
    vb_sql_do(&index->sql, s);
    (void)!sqlite3_finalize(s);
    return index->sql.db ? sqlite3_last_insert_rowid(index->sql.db) : 0;
}

static void
forget(vb_index *index, const char *text, vb_str name)
{
    sqlite3_stmt *s = vb_sql_prepare(&index->sql, text);

    if (sqlite3_bind_parameter_count(s) > 0)
        vb_sql_str(s, 1, name);
    vb_sql_do(&index->sql, s);
    (void)!sqlite3_finalize(s);
}

static void
read_run(vb_index *index, const vb_kept_run *kept, vb_str mark)
{
    vb_arena arena = {0};
    vb_run *run = vb_run_load(kept->path.ptr, &arena, NULL);
    filler f = {.sql = &index->sql};

    forget(index,
           "DELETE FROM step WHERE run IN (SELECT n FROM run WHERE"
           " name = ?)",
           kept->name);
    forget(index, "DELETE FROM run WHERE name = ?", kept->name);
    f.run = add_run(index, kept->name, mark, run);
    f.step = vb_sql_prepare(&index->sql,
                            "INSERT INTO step VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    if (run && !vb_run_refs(run, add_step, &f, NULL))
        index->unreadable++;
    (void)!sqlite3_finalize(f.step);
    vb_run_close(run);
    vb_arena_release(&arena);
    index->read++;
}

/* What tells that a transcript is the one that was read. */
static vb_str
mark_of(vb_index *index, const vb_kept_run *kept)
{
    vb_str path =
        vb_path_join(&index->arena, kept->path, VB_STR("transcript.jsonl"));
    struct stat st;

    if (stat(path.ptr, &st) < 0)
        return VB_STR("");
    return vb_str_fmt(&index->arena, "%ju %ju %jd.%09ld", (uintmax_t)st.st_ino,
                      (uintmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
                      st.st_mtim.tv_nsec);
}

static bool
is_known(vb_index *index, vb_str name, vb_str mark)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &index->sql,
        "UPDATE run SET seen = 1 WHERE name = ? AND mark = ? RETURNING n");
    bool known = false;

    vb_sql_str(s, 1, name);
    vb_sql_str(s, 2, mark);
    while (vb_sql_step(&index->sql, s))
        known = true;
    (void)!sqlite3_finalize(s);
    return known;
}

static int64_t
count(vb_index *index, const char *text)
{
    sqlite3_stmt *s = vb_sql_prepare(&index->sql, text);
    int64_t n = vb_sql_step(&index->sql, s) ? sqlite3_column_int64(s, 0) : 0;

    (void)!sqlite3_finalize(s);
    return n;
}

static bool
refresh(vb_index *index, vb_error *err)
{
    vb_kept_runs runs;

    if (!vb_runs_list(index->dir, &index->arena, &runs, err))
        return false;
    vb_sql_run(&index->sql, "BEGIN IMMEDIATE; UPDATE run SET seen = 0;");
    for (size_t i = 0; i < runs.len && index->sql.code == SQLITE_OK; i++) {
        vb_str mark = mark_of(index, &runs.at[i]);

        if (!is_known(index, runs.at[i].name, mark))
            read_run(index, &runs.at[i], mark);
    }
    index->gone =
        (size_t)count(index, "SELECT count(*) FROM run WHERE NOT seen");
    vb_sql_run(&index->sql,
               "DELETE FROM step WHERE run IN (SELECT n FROM run WHERE NOT"
               " seen); DELETE FROM run WHERE NOT seen; COMMIT;");
    index->unreadable =
        (size_t)count(index, "SELECT count(*) FROM run WHERE NOT readable");
    return true;
}

/* --------------------------------------------------------------- opening -- */

static bool
open_at(vb_index *index, const char *path, bool rebuild)
{
    vb_sql *sql = &index->sql;

    if (!vb_sql_open(sql, path,
                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                         SQLITE_OPEN_NOMUTEX))
        return false;
    (void)!sqlite3_busy_timeout(sql->db, 30000);
    vb_sql_run(sql, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096;"
                    "PRAGMA foreign_keys = OFF;");
    if (rebuild || count(index, "PRAGMA user_version") != LAYOUT[0] - '0') {
        vb_sql_run(sql, fresh);
        vb_sql_run(sql, schema);
    }
    return sql->code == SQLITE_OK;
}

/* Sound on the face of it, and each of its pages. */
static bool
is_sound(vb_index *index)
{
    sqlite3_stmt *s = vb_sql_prepare(&index->sql, "PRAGMA quick_check(1)");
    bool sound =
        vb_sql_step(&index->sql, s) && vb_str_eqc(vb_sql_text(s, 0), "ok");

    (void)!sqlite3_finalize(s);
    if (!sound && index->sql.code == SQLITE_OK)
        index->sql.code = SQLITE_CORRUPT;
    return index->sql.code == SQLITE_OK;
}

static bool
is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB ||
           (code & 0xff) == SQLITE_ERROR;
}

/* The file with what SQLite may have left beside it. */
static bool
remove_index(vb_index *index, vb_error *err)
{
    static const char *const tails[] = {"", "-journal", "-wal", "-shm"};
    bool ok = true;

    for (size_t i = 0; i < VB_COUNT(tails); i++)
        ok = vb_remove_tree(
                 vb_str_fmt(&index->arena, "%s%s", index->path, tails[i]).ptr,
                 err) &&
             ok;
    return ok;
}

/* Two processes would build the same index twice, or take away each other's
 * damaged one. */
static void
take_lock(vb_index *index)
{
    const char *path = vb_str_fmt(&index->arena, "%s.lock", index->path).ptr;

    index->lock = vb_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644, NULL);
    if (index->lock >= 0 && flock(index->lock, LOCK_EX) < 0)
        vb_close(&index->lock, path, NULL);
}

/* In .verbatim beside the runs it keeps, in the folder itself otherwise. */
static const char *
path_of(vb_index *index)
{
    vb_str dir = vb_path_clean(&index->arena, vb_str_c(index->dir));

    if (vb_str_eqc(vb_path_base(dir), "runs"))
        return vb_path_join(&index->arena, vb_path_dir(dir),
                            VB_STR("index.sqlite"))
            .ptr;
    return vb_path_join(&index->arena, dir, VB_STR(".index.sqlite")).ptr;
}

static bool
open_and_fill(vb_index *index, const char *path, bool rebuild, vb_error *err)
{
    return !open_at(index, path, rebuild) || !is_sound(index) ||
           refresh(index, err);
}

bool
vb_index_open(vb_index *index, const char *dir, bool rebuild, vb_error *err)
{
    bool ok;

    *index = (vb_index){.dir = dir, .lock = -1, .note = VB_STR("")};
    index->path = path_of(index);
    if (!vb_is_dir(dir))
        return open_at(index, ":memory:", true) ||
               vb_sql_good(&index->sql, "cannot make an index", err);
    take_lock(index);
    ok = open_and_fill(index, index->path, rebuild, err);
    if (ok && is_damage(index->sql.code)) {
        index->note = vb_str_fmt(&index->arena,
                                 "the index '%s' was damaged and has been "
                                 "built anew",
                                 index->path);
        vb_sql_close(&index->sql);
        ok = remove_index(index, err) &&
             open_and_fill(index, index->path, true, err);
    }
    if (ok && index->sql.code != SQLITE_OK) {
        index->note = vb_str_fmt(&index->arena,
                                 "the index '%s' cannot be written (%s) and is "
                                 "kept in memory only",
                                 index->path, index->sql.why);
        vb_sql_close(&index->sql);
        ok = open_and_fill(index, ":memory:", true, err);
    }
    return ok && vb_sql_good(&index->sql, "cannot make an index", err);
}

void
vb_index_close(vb_index *index)
{
    if (index->sql.db)
        vb_sql_close(&index->sql);
    vb_close(&index->lock, index->path, NULL);
    vb_arena_release(&index->arena);
}
