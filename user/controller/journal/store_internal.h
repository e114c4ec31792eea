/* SPDX-License-Identifier: MIT */
/* store_internal.h - the database handle and its statements, shared by the store's files. */
#ifndef XDP511_STORE_INTERNAL_H
#define XDP511_STORE_INTERNAL_H

#include <limits.h>

#include <sqlite3.h>

#include "controller/journal/store.h"

#define SIGN_IN_COLUMNS                                                                            \
	"id, user, method, state, login_at, expires_at, idle_s, up_bps, down_bps, quota_bytes, "   \
	"up_bytes, up_packets, down_bytes, down_packets, seen_at, vlan, ipv4"

/* Their places, also in the table of sessions. */
enum store_column {
	COLUMN_ID,
	COLUMN_USER,
	COLUMN_METHOD,
	COLUMN_STATE,
	COLUMN_LOGIN_AT,
	COLUMN_EXPIRES_AT,
	COLUMN_IDLE_S,
	COLUMN_UP_BPS,
	COLUMN_DOWN_BPS,
	COLUMN_QUOTA_BYTES,
	COLUMN_UP_BYTES,
	COLUMN_UP_PACKETS,
	COLUMN_DOWN_BYTES,
	COLUMN_DOWN_PACKETS,
	COLUMN_SEEN_AT,
	COLUMN_VLAN,
	COLUMN_IPV4,
};

#define STORE_MANY "x511_many" /* the table of store_put_many() */

/* clang-format off */
#define STORE_UPDATE_LIMITS \
	" WHERE true ON CONFLICT (id) DO UPDATE SET user = excluded.user," \
	" method = excluded.method, state = excluded.state, login_at = excluded.login_at," \
	" expires_at = excluded.expires_at, idle_s = excluded.idle_s, up_bps = excluded.up_bps," \
	" down_bps = excluded.down_bps, quota_bytes = excluded.quota_bytes"

#define STORE_STATEMENTS(X) \
	X(BEGIN,	"BEGIN IMMEDIATE") \
	X(COMMIT,	"COMMIT") \
	X(ROLLBACK,	"ROLLBACK") \
	X(PUT,		"INSERT OR REPLACE INTO sessions (" SIGN_IN_COLUMNS ")" \
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10," \
			" ?11, ?12, ?13, ?14, ?15, ?16, ?17)") \
	X(PUT_LIMITS,	"INSERT INTO sessions (" SIGN_IN_COLUMNS ")" \
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10," \
			" ?11, ?12, ?13, ?14, ?15, ?16, ?17)" \
			" ON CONFLICT (id) DO UPDATE SET user = ?2, method = ?3, state = ?4," \
			" login_at = ?5, expires_at = ?6, idle_s = ?7, up_bps = ?8, down_bps = ?9," \
			" quota_bytes = ?10") \
	X(PUT_MANY,	"INSERT OR REPLACE INTO sessions (" SIGN_IN_COLUMNS ")" \
			" SELECT * FROM " STORE_MANY) \
	X(PUT_MANY_LIMITS, "INSERT INTO sessions (" SIGN_IN_COLUMNS ")" \
			" SELECT * FROM " STORE_MANY STORE_UPDATE_LIMITS) \
	X(PUT_MANY_UNUSED, "INSERT INTO sessions (" SIGN_IN_COLUMNS ")" \
			" SELECT id, user, method, state, login_at, expires_at, idle_s, up_bps," \
			" down_bps, quota_bytes, 0, 0, 0, 0, 0, 0, 0" \
			" FROM " STORE_MANY STORE_UPDATE_LIMITS) \
	X(GET,		"SELECT " SIGN_IN_COLUMNS " FROM sessions WHERE id = ?1") \
	X(REMOVE,	"DELETE FROM sessions WHERE id = ?1") \
	X(USAGE,	"UPDATE sessions SET up_bytes = ?2, up_packets = ?3, down_bytes = ?4," \
			" down_packets = ?5, seen_at = ?6, vlan = ?7, ipv4 = ?8 WHERE id = ?1") \
	X(PAGE,		"SELECT " SIGN_IN_COLUMNS " FROM sessions" \
			" WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3") \
	X(ZONES,	"SELECT name, id FROM zones") \
	X(ZONE_FORGET,	"DELETE FROM zones WHERE id = ?1 OR name = ?2") \
	X(ZONE_PUT,	"INSERT INTO zones (id, name) VALUES (?1, ?2)") \
	X(ZONE_USED,	"SELECT EXISTS (SELECT 1 FROM zones, sessions WHERE zones.name = ?1" \
			" AND sessions.id BETWEEN zones.id << 48 AND (zones.id + 1 << 48) - 1)" \
			" OR EXISTS (SELECT 1 FROM garden WHERE zone = ?1)") \
	X(LINE_ADD,	"INSERT OR IGNORE INTO garden (zone, entry) VALUES (?1, ?2)") \
	X(LINE_REMOVE,	"DELETE FROM garden WHERE zone = ?1 AND entry = ?2") \
	X(LINES,	"SELECT zone, entry FROM garden ORDER BY zone, entry") \
	X(LOG_PUT,	"INSERT INTO log_outbox (lines) VALUES (?1)") \
	X(LOG_NEXT,	"SELECT seq, lines FROM log_outbox WHERE seq > ?1 ORDER BY seq LIMIT 1") \
	X(LOG_REMOVE,	"DELETE FROM log_outbox WHERE seq <= ?1") \
	X(LOG_SIZE,	"SELECT coalesce(sum(length(lines)), 0) FROM log_outbox") \
	X(BASE_PUT,	"INSERT OR REPLACE INTO log_bases (id, up_bytes, up_packets, down_bytes," \
			" down_packets) VALUES (?1, ?2, ?3, ?4, ?5)") \
	X(BASE_GET,	"SELECT up_bytes, up_packets, down_bytes, down_packets FROM log_bases" \
			" WHERE id = ?1") \
	X(BASE_REMOVE,	"DELETE FROM log_bases WHERE id = ?1") \
	X(BASES_REMOVE, "DELETE FROM log_bases") \
	X(BASE_ANY,	"SELECT EXISTS (SELECT 1 FROM log_bases)")
/* clang-format on */

enum store_statement {
#define X(name, sql) STORE_##name,
	STORE_STATEMENTS(X)
#undef X
		STORE_STATEMENT_COUNT,
};

struct store {
	sqlite3 *db;
	char name[200];
	bool is_volatile;
	bool is_damaged;   /* a read has said so */
	struct many *many; /* store_many.c; the connection's */
	char problem[128]; /* what a transaction was taken back for; "": none was */
	sqlite3_stmt *statements[STORE_STATEMENT_COUNT]; /* prepared when first used */
};

/* What a code of SQLite means, as -errno. */
int store_errno(sqlite3 *db, int code);

/* Makes the tables, or those of version 2 from those of version 1 (store_schema.c). */
int store_make_tables(struct store *store, struct error *error);

/* The single value of a pragma, as text. */
int store_pragma(struct store *store, const char *sql, char *text, size_t size);

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
