/* SQLite with slices, and with errors that wait until somebody asks. */
#ifndef VB_REPORT_SQL_H
#define VB_REPORT_SQL_H

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct vb_sql {
    sqlite3 *db;
    int code; /* of the first failure; SQLITE_OK */
    char why[256];
} vb_sql;

/* 'path' is "" for a private database. False and a failure kept. */
bool vb_sql_open(vb_sql *sql, const char *path, int flags);
void vb_sql_close(vb_sql *sql);
/* Statements without results. */
bool vb_sql_run(vb_sql *sql, const char *text);
/* NULL when it cannot be prepared, or when something failed before. */
sqlite3_stmt *vb_sql_prepare(vb_sql *sql, const char *text);
/* One row is there. At the end or on failure the statement is reset. */
bool vb_sql_step(vb_sql *sql, sqlite3_stmt *stmt);
/* The same for a statement without rows: done once, and reset. */
void vb_sql_do(vb_sql *sql, sqlite3_stmt *stmt);

/* Parameters count from 1, columns from 0. Slices given to vb_sql_str must
 * live until the statement is reset; slices it gives, until the next row. A
 * NULL statement is fine everywhere. */
void vb_sql_str(sqlite3_stmt *stmt, int at, vb_str s);
void vb_sql_blob(sqlite3_stmt *stmt, int at, vb_str s);
void vb_sql_int(sqlite3_stmt *stmt, int at, int64_t value);
vb_str vb_sql_text(sqlite3_stmt *stmt, int at);

VB_MUST_USE bool vb_sql_good(const vb_sql *sql, const char *what,
                             vb_error *err);

#endif
