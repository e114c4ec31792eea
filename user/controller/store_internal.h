/* SPDX-License-Identifier: MIT */
/* store_internal.h - the database handle and its statements, shared by the store's files. */
#ifndef XDP511_STORE_INTERNAL_H
#define XDP511_STORE_INTERNAL_H

#include <sqlite3.h>

#include "controller/store.h"

#define SIGN_IN_COLUMNS                                                                            \
	"mac, zone, user, method, state, login_at, expires_at, idle_s, up_bps, down_bps, "         \
	"quota_bytes"

#define SIGN_IN_FILTER                                                                             \
	"(?3 IS NULL OR zone = ?3) AND (?4 IS NULL OR user = ?4) AND (?5 IS NULL OR state = ?5)"

/* clang-format off */
#define STORE_STATEMENTS(X) \
	X(BEGIN,	"BEGIN IMMEDIATE") \
	X(COMMIT,	"COMMIT") \
	X(ROLLBACK,	"ROLLBACK") \
	X(PUT,		"INSERT OR REPLACE INTO sessions (" SIGN_IN_COLUMNS ")" \
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)") \
	X(GET,		"SELECT " SIGN_IN_COLUMNS " FROM sessions WHERE mac = ?1 AND zone = ?2") \
	X(REMOVE,	"DELETE FROM sessions WHERE mac = ?1 AND zone = ?2") \
	X(PAGE,		"SELECT " SIGN_IN_COLUMNS " FROM sessions WHERE (mac, zone) > (?1, ?2)" \
			" AND " SIGN_IN_FILTER " ORDER BY mac, zone LIMIT ?6") \
	X(PAGE_USER,	"SELECT " SIGN_IN_COLUMNS " FROM sessions INDEXED BY sessions_user" \
			" WHERE user = ?4 AND (mac, zone) > (?1, ?2)" \
			" AND " SIGN_IN_FILTER " ORDER BY mac, zone LIMIT ?6") \
	X(OF_DEVICE,	"SELECT " SIGN_IN_COLUMNS " FROM sessions WHERE mac = ?1" \
			" ORDER BY zone LIMIT ?2") \
	X(REMOVE_MATCHING, "DELETE FROM sessions WHERE " SIGN_IN_FILTER) \
	X(ZONES,	"SELECT name, id FROM zones") \
	X(ZONE_FORGET,	"DELETE FROM zones WHERE id = ?1 OR name = ?2") \
	X(ZONE_PUT,	"INSERT INTO zones (id, name) VALUES (?1, ?2)") \
	X(ZONE_USED,	"SELECT EXISTS (SELECT 1 FROM sessions WHERE zone = ?1)" \
			" OR EXISTS (SELECT 1 FROM garden WHERE zone = ?1)") \
	X(LINE_ADD,	"INSERT OR IGNORE INTO garden (zone, entry) VALUES (?1, ?2)") \
	X(LINE_REMOVE,	"DELETE FROM garden WHERE zone = ?1 AND entry = ?2") \
	X(LINES,	"SELECT zone, entry FROM garden ORDER BY zone, entry")
/* clang-format on */

enum store_statement {
#define X(name, sql) STORE_##name,
	STORE_STATEMENTS(X)
#undef X
		STORE_STATEMENT_COUNT,
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statements[STORE_STATEMENT_COUNT]; /* prepared when first used */
};

/* A statement without bindings, or NULL; what has been fetched from it ends with store_end(). */
sqlite3_stmt *store_statement(struct store *store, enum store_statement number);

/* One step: 1 a row, 0 the end, -errno. */
int store_step(sqlite3_stmt *statement);

/* Steps until the end; then the statement is free again. */
int store_run(sqlite3_stmt *statement);
void store_end(sqlite3_stmt *statement);

/* Text of any length, NULL for NULL; the text has to live until store_end(). */
void store_bind_text(sqlite3_stmt *statement, int position, const char *text);

/* Copies a column of text; -EINVAL when it is longer than @size allows. */
int store_column_text(sqlite3_stmt *statement, int column, char *text, size_t size);

#endif /* XDP511_STORE_INTERNAL_H */
