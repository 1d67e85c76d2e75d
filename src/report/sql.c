#include "report/sql.h"

#include <limits.h>
#include <stdio.h>

#include "base/banned.h"

static bool
failed(vb_sql *sql, int code)
{
    vb_error why = {.message = ""};

    if (sql->code == SQLITE_OK) {
        sql->code = code;
        vb_fail(&why, "%s",
                sql->db ? sqlite3_errmsg(sql->db) : sqlite3_errstr(code));
        (void)!snprintf(sql->why, sizeof sql->why, "%.200s", why.message);
    }
    return false;
}

bool
vb_sql_open(vb_sql *sql, const char *path, int flags)
{
    int code;

    *sql = (vb_sql){.code = SQLITE_OK};
    code = sqlite3_open_v2(path, &sql->db, flags, NULL);
    return code == SQLITE_OK || failed(sql, code);
}

void
vb_sql_close(vb_sql *sql)
{
    if (sqlite3_close_v2(sql->db) != SQLITE_OK)
        failed(sql, SQLITE_ERROR);
    sql->db = NULL;
}

bool
vb_sql_run(vb_sql *sql, const char *text)
{
    int code;

    if (sql->code != SQLITE_OK)
        return false;
    code = sqlite3_exec(sql->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK || failed(sql, code);
}

sqlite3_stmt *
vb_sql_prepare(vb_sql *sql, const char *text)
{
    sqlite3_stmt *stmt = NULL;
    int code;

    if (sql->code != SQLITE_OK)
        return NULL;
    code = sqlite3_prepare_v2(sql->db, text, -1, &stmt, NULL);
    if (code != SQLITE_OK)
        failed(sql, code);
    return stmt;
}

bool
vb_sql_step(vb_sql *sql, sqlite3_stmt *stmt)
{
    int code;

    if (!stmt || sql->code != SQLITE_OK)
        return false;
    code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        failed(sql, code);
    if (sqlite3_reset(stmt) != SQLITE_OK)
        failed(sql, SQLITE_ERROR);
    return false;
}

void
vb_sql_do(vb_sql *sql, sqlite3_stmt *stmt)
{
    if (vb_sql_step(sql, stmt) && sqlite3_reset(stmt) != SQLITE_OK)
        failed(sql, SQLITE_ERROR);
}

void
vb_sql_str(sqlite3_stmt *stmt, int at, vb_str s)
{
    if (stmt)
        (void)!sqlite3_bind_text(stmt, at, s.len ? s.ptr : "",
                                 s.len < INT_MAX ? (int)s.len : 0,
                                 SQLITE_STATIC);
}

void
vb_sql_blob(sqlite3_stmt *stmt, int at, vb_str s)
{
    if (stmt)
        (void)!sqlite3_bind_blob(stmt, at, s.len ? s.ptr : "",
                                 s.len < INT_MAX ? (int)s.len : 0,
                                 SQLITE_STATIC);
}

void
vb_sql_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    if (stmt)
        (void)!sqlite3_bind_int64(stmt, at, value);
}

vb_str
vb_sql_text(sqlite3_stmt *stmt, int at)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);
    int len = sqlite3_column_bytes(stmt, at);

    return text && len > 0 ? vb_str_n(text, (size_t)len) : VB_STR("");
}

bool
vb_sql_good(const vb_sql *sql, const char *what, vb_error *err)
{
    return sql->code == SQLITE_OK || vb_fail(err, "%s: %s", what, sql->why);
}
