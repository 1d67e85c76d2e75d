#include "report/cover.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/io.h"
#include "report/model.h"
#include "report/sql.h"

#include "base/banned.h"

static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=FILE;"
    "PRAGMA cache_size=-2048; PRAGMA mmap_size=0;"
    "CREATE TABLE doc(n INTEGER PRIMARY KEY, name TEXT, title TEXT,"
    " UNIQUE(name, title));"
    "CREATE TABLE run(n INTEGER PRIMARY KEY, doc INT, id TEXT, provider TEXT,"
    " verdict TEXT, started TEXT, rehearsal INT, incomplete INT);"
    "CREATE TABLE tally(run INT, key BLOB, nth INT, PRIMARY KEY(run, key))"
    " WITHOUT ROWID;"
    "CREATE TABLE seen(key BLOB, nth INT, run INT, doc INT, pos INT,"
    " file TEXT, line INT, kind TEXT, step TEXT, scope TEXT, text TEXT,"
    " why TEXT, selected INT, ran INT, checked INT,"
    " PRIMARY KEY(doc, key, nth, run)) WITHOUT ROWID;"
    "CREATE INDEX seen_run ON seen(run, pos);"
    "BEGIN;";

/* The blocks of a guide's newest run with what all its runs did to them. */
#define BLOCKS                                                                 \
    "WITH newest AS (SELECT n FROM run WHERE doc = ?1"                         \
    "  ORDER BY started DESC, n DESC LIMIT 1),"                                \
    " block AS (SELECT b.pos, b.file, b.line, b.kind, b.step, b.scope,"        \
    "  b.text, b.why, count(*) AS runs, sum(o.selected) AS selected,"          \
    "  sum(o.ran) AS ran, sum(o.ran AND NOT r.rehearsal) AS live,"             \
    "  sum(o.checked) AS checked"                                              \
    "  FROM seen b JOIN seen o ON o.doc = b.doc AND o.key = b.key"             \
    "   AND o.nth = b.nth JOIN run r ON r.n = o.run"                           \
    "  WHERE b.run = (SELECT n FROM newest) GROUP BY b.pos)"

struct vb_cover {
    vb_sql sql;
    int64_t runs;
    int64_t run, doc, pos; /* of the run that is being added */
    sqlite3_stmt *tally, *seen;
};

vb_cover *
vb_cover_open(void)
{
    vb_cover *cover = vb_heap_alloc(sizeof *cover);
    vb_sql *sql = &cover->sql;

    *cover = (vb_cover){0};
    if (!vb_sql_open(sql, "",
                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                         SQLITE_OPEN_NOMUTEX) ||
        !vb_sql_run(sql, schema))
        return cover;
    cover->tally = vb_sql_prepare(
        sql, "INSERT INTO tally VALUES(?,?,1) ON CONFLICT DO UPDATE SET"
             " nth = nth + 1 RETURNING nth");
    cover->seen = vb_sql_prepare(
        sql, "INSERT INTO seen VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    return cover;
}

void
vb_cover_close(vb_cover *cover)
{
    if (!cover)
        return;
    (void)!sqlite3_finalize(cover->tally);
    (void)!sqlite3_finalize(cover->seen);
    vb_sql_close(&cover->sql);
    vb_heap_free(cover);
}

bool
vb_cover_good(const vb_cover *cover, vb_error *err)
{
    return vb_sql_good(&cover->sql, "cannot keep the blocks of the runs", err);
}

/* ---------------------------------------------------------------- adding -- */

/* The same text in the same file is the same block, the nth time it stands
 * there. */
static vb_digest
key_of(const vb_block_ref *block)
{
    vb_str file = vb_path_base(block->file);
    vb_hash hash;

    vb_hash_init(&hash);
    vb_hash_add(&hash, file.ptr, file.len);
    vb_hash_add(&hash, "\n", 1);
    vb_hash_add(&hash, block->kind.ptr, block->kind.len);
    vb_hash_add(&hash, "\n", 1);
    vb_hash_add(&hash, block->text.ptr, block->text.len);
    return vb_hash_final(&hash);
}

static int64_t
nth_of(vb_cover *cover, vb_str key)
{
    int64_t nth = 0;

    vb_sql_int(cover->tally, 1, cover->run);
    vb_sql_blob(cover->tally, 2, key);
    while (vb_sql_step(&cover->sql, cover->tally))
        nth = sqlite3_column_int64(cover->tally, 0);
    return nth;
}

static bool
add_block(void *user, const vb_block_ref *block, vb_error *err)
{
    vb_cover *cover = user;
    sqlite3_stmt *s = cover->seen;
    vb_digest digest = key_of(block);
    vb_str key = vb_str_n(digest.hex, 32);

    vb_sql_blob(s, 1, key);
    vb_sql_int(s, 2, nth_of(cover, key));
    vb_sql_int(s, 3, cover->run);
    vb_sql_int(s, 4, cover->doc);
    vb_sql_int(s, 5, ++cover->pos);
    vb_sql_str(s, 6, block->file);
    vb_sql_int(s, 7, block->line);
    vb_sql_str(s, 8, block->kind);
    vb_sql_str(s, 9, block->step);
    vb_sql_str(s, 10, block->scope);
    vb_sql_str(s, 11, block->text);
    vb_sql_str(s, 12, block->why);
    vb_sql_int(s, 13, block->selected);
    vb_sql_int(s, 14, block->ran);
    vb_sql_int(s, 15, block->checked);
    vb_sql_do(&cover->sql, s);
    return vb_cover_good(cover, err);
}

/* What a person does may be a step without a block. */
static void
add_manual(void *user, const vb_step_ref *ref)
{
    bool done = ref->checked && !ref->skipped;
    vb_block_ref block = {.file = ref->file,
                          .line = ref->line,
                          .kind = ref->kind,
                          .step = ref->id,
                          .text = ref->title,
                          .selected = true,
                          .ran = done,
                          .checked = done};

    if (vb_str_eqc(ref->kind, "manual") && !ref->replaced)
        (void)!add_block(user, &block, NULL);
}

static bool
add_other(void *user, const vb_block_ref *block, vb_error *err)
{
    return (block->selected && vb_str_eqc(block->kind, "manual")) ||
           add_block(user, block, err);
}

static void
add_doc(vb_cover *cover, const vb_run *run)
{
    sqlite3_stmt *s;

    s = vb_sql_prepare(&cover->sql,
                       "INSERT OR IGNORE INTO doc(name, title) VALUES(?,?)");
    vb_sql_str(s, 1, vb_path_base(run->document));
    vb_sql_str(s, 2, run->title);
    vb_sql_do(&cover->sql, s);
    (void)!sqlite3_finalize(s);
    s = vb_sql_prepare(&cover->sql,
                       "SELECT n FROM doc WHERE name = ? AND title = ?");
    vb_sql_str(s, 1, vb_path_base(run->document));
    vb_sql_str(s, 2, run->title);
    if (vb_sql_step(&cover->sql, s))
        cover->doc = sqlite3_column_int64(s, 0);
    (void)!sqlite3_finalize(s);
}

static void
add_run(vb_cover *cover, const vb_run *run)
{
    sqlite3_stmt *s;

    cover->run = ++cover->runs;
    cover->pos = 0;
    add_doc(cover, run);
    s = vb_sql_prepare(&cover->sql, "INSERT INTO run VALUES(?,?,?,?,?,?,?,?)");
    vb_sql_int(s, 1, cover->run);
    vb_sql_int(s, 2, cover->doc);
    vb_sql_str(s, 3, run->id);
    vb_sql_str(s, 4, run->provider);
    vb_sql_str(s, 5, run->verdict);
    vb_sql_str(s, 6, run->started);
    vb_sql_int(s, 7, run->rehearsal);
    vb_sql_int(s, 8, run->check.incomplete);
    vb_sql_do(&cover->sql, s);
    (void)!sqlite3_finalize(s);
}

bool
vb_cover_add(vb_cover *cover, const char *path, vb_error *err)
{
    vb_arena arena = {0};
    vb_run *run = vb_run_load(path, &arena, err);
    bool ok = run != NULL;

    if (ok && !run->check.intact)
        ok = vb_fail(err, "'%s': the record was changed", path);
    if (ok) {
        add_run(cover, run);
        ok = vb_run_blocks(run, add_other, cover, err) &&
             vb_run_refs(run, add_manual, cover, err) &&
             vb_cover_good(cover, err);
    }
    vb_run_close(run);
    vb_arena_release(&arena);
    return ok;
}

/* --------------------------------------------------------------- reading -- */

static size_t
count_at(sqlite3_stmt *s, int at)
{
    int64_t n = sqlite3_column_int64(s, at);

    return n > 0 ? (size_t)n : 0;
}

/* Fills in the counts of a guide. */
static void
sum_up(vb_cover *cover, vb_cover_doc *doc)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &cover->sql,
        BLOCKS "SELECT kind, count(*), total(ran > 0), total(checked > 0),"
               " total(selected = 0) FROM block GROUP BY kind");

    vb_sql_int(s, 1, doc->n);
    while (vb_sql_step(&cover->sql, s)) {
        vb_str kind = vb_sql_text(s, 0);
        size_t n = count_at(s, 1), ran = count_at(s, 2);

        doc->blocks += n;
        doc->unchosen += count_at(s, 4);
        if (vb_str_eqc(kind, "expect")) {
            doc->expects = n;
            doc->expects_checked = count_at(s, 3);
        } else if (vb_str_eqc(kind, "manual")) {
            doc->manual = n;
            doc->manual_done = ran;
        } else if (vb_str_eqc(kind, "ignore")) {
            doc->ignored = n;
        } else if (!vb_str_eqc(kind, "table")) {
            doc->commands += n;
            doc->commands_run += ran;
        }
    }
    (void)!sqlite3_finalize(s);
}

bool
vb_cover_docs(vb_cover *cover, const vb_cover_reader *reader, vb_error *err)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &cover->sql, "SELECT d.n, d.name, d.title, count(*) FROM doc d"
                     " JOIN run r ON r.doc = d.n GROUP BY d.n ORDER BY d.n");
    bool ok = true;

    while (ok && vb_sql_step(&cover->sql, s)) {
        vb_cover_doc doc = {.n = sqlite3_column_int64(s, 0),
                            .name = vb_sql_text(s, 1),
                            .title = vb_sql_text(s, 2),
                            .runs = count_at(s, 3)};

        sum_up(cover, &doc);
        ok = reader->doc(reader->user, &doc, err);
    }
    (void)!sqlite3_finalize(s);
    return ok && vb_cover_good(cover, err);
}

bool
vb_cover_runs(vb_cover *cover, const vb_cover_doc *doc,
              const vb_cover_reader *reader, vb_error *err)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &cover->sql, "SELECT id, provider, verdict, started, rehearsal,"
                     " incomplete FROM run WHERE doc = ? ORDER BY started, n");
    bool ok = true;

    vb_sql_int(s, 1, doc->n);
    while (ok && vb_sql_step(&cover->sql, s)) {
        vb_cover_run run = {.id = vb_sql_text(s, 0),
                            .provider = vb_sql_text(s, 1),
                            .verdict = vb_sql_text(s, 2),
                            .started = vb_sql_text(s, 3),
                            .rehearsal = sqlite3_column_int(s, 4) != 0,
                            .incomplete = sqlite3_column_int(s, 5) != 0};

        ok = reader->run(reader->user, &run, err);
    }
    (void)!sqlite3_finalize(s);
    return ok && vb_cover_good(cover, err);
}

bool
vb_cover_blocks(vb_cover *cover, const vb_cover_doc *doc,
                const vb_cover_reader *reader, vb_error *err)
{
    sqlite3_stmt *s =
        vb_sql_prepare(&cover->sql, BLOCKS
                       "SELECT file, line, kind, step, scope, text, why, runs,"
                       " selected, ran, live, checked FROM block ORDER BY pos");
    bool ok = true;

    vb_sql_int(s, 1, doc->n);
    while (ok && vb_sql_step(&cover->sql, s)) {
        vb_cover_block block = {.file = vb_sql_text(s, 0),
                                .line = (uint32_t)sqlite3_column_int64(s, 1),
                                .kind = vb_sql_text(s, 2),
                                .step = vb_sql_text(s, 3),
                                .scope = vb_sql_text(s, 4),
                                .text = vb_sql_text(s, 5),
                                .why = vb_sql_text(s, 6),
                                .runs = count_at(s, 7),
                                .selected = count_at(s, 8),
                                .ran = count_at(s, 9),
                                .ran_live = count_at(s, 10),
                                .checked = count_at(s, 11)};

        ok = reader->block(reader->user, &block, err);
    }
    (void)!sqlite3_finalize(s);
    return ok && vb_cover_good(cover, err);
}

bool
vb_cover_scopes(vb_cover *cover, const vb_cover_doc *doc,
                const vb_cover_reader *reader, vb_error *err)
{
    sqlite3_stmt *s = vb_sql_prepare(
        &cover->sql, BLOCKS "SELECT scope, count(*) FROM block WHERE"
                            " selected = 0 GROUP BY scope ORDER BY min(pos)");
    bool ok = true;

    vb_sql_int(s, 1, doc->n);
    while (ok && vb_sql_step(&cover->sql, s))
        ok =
            reader->scope(reader->user, vb_sql_text(s, 0), count_at(s, 1), err);
    (void)!sqlite3_finalize(s);
    return ok && vb_cover_good(cover, err);
}

vb_str
vb_cover_kind(const vb_cover_block *block)
{
    return vb_str_eqc(block->kind, "expect") ? VB_STR("output") : block->kind;
}

const char *
vb_cover_gap(const vb_cover_block *block)
{
    if (vb_str_eqc(block->kind, "table"))
        return "";
    if (block->selected == 0)
        return "no run has chosen it";
    if (vb_str_eqc(block->kind, "ignore"))
        return "no step";
    if (vb_str_eqc(block->kind, "expect"))
        return block->checked ? "" : "never compared";
    if (vb_str_eqc(block->kind, "manual"))
        return block->ran ? "" : "never done by a person";
    return block->ran ? "" : "never ran";
}
